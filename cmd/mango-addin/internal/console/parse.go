// Package console reads lines as a 1C developer would type them, carries them
// out on an object in napi-host and prints what comes back.
//
//	Подключить {"mode":"direct", …}
//	ид = Об.ИнициироватьЗвонок("79161234567")
//	ЗавершитьЗвонок(ид, Ошибка)
//	ждать ЗвонокЗавершен 20s
//	проверить Истина
package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mangoofficesdk/test/napihost"
)

// errIncomplete says that the line goes on: JSON or a list of arguments was
// not closed.
var errIncomplete = errors.New("the line is not complete")

// statement is one parsed line.
type statement struct {
	raises bool   // "!": an exception is expected
	target string // variable or property on the left of "="
	expr   expr
	word   string // command of the console, in its Russian form; else ""
	args   string // what stands behind the word, untouched
}

// expr is a value, a name or a call.
type expr struct {
	value any // a value of the protocol; meaningful when name is ""
	name  string
	call  bool
	args  []expr
	omit  bool // an argument left out
}

// parser reads one line.
type parser struct {
	text string
	at   int
}

func parse(line string) (statement, error) {
	line = strings.TrimSpace(line)
	var s statement
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		s.raises, line = true, strings.TrimSpace(rest)
	}
	p := &parser{text: strings.TrimSuffix(line, ";")}
	if word, rest, ok := command(p.text); ok {
		s.word, s.args = word, rest
		return s, nil
	}
	name := p.identifier()
	p.space()
	if name != "" && p.peek() == '=' {
		p.at++
		s.target = name
		name = ""
	} else {
		p.at = 0
	}
	var err error
	if s.expr, err = p.expression(true); err != nil {
		return s, err
	}
	p.space()
	if p.at < len(p.text) {
		return s, fmt.Errorf("лишнее в конце: %q", p.text[p.at:])
	}
	return s, nil
}

func (p *parser) space() {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			return
		}
		p.at += n
	}
}

func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// identifier reads a name, with what stands before a dot left out: "Об.Имя"
// is "Имя", as there is one object at a time.
func (p *parser) identifier() string {
	p.space()
	start, end := p.at, p.at
	for i, r := range p.text[start:] {
		if r == '.' && i > 0 {
			p.at = start + i + 1
			return p.identifier()
		}
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			break
		}
		end = start + i + utf8.RuneLen(r)
	}
	p.at = end
	return p.text[start:end]
}

// expression reads a value, a name, or a call. At the beginning of a line a
// method may be followed by its one JSON argument without brackets.
func (p *parser) expression(first bool) (expr, error) {
	p.space()
	switch c := p.peek(); {
	case c == 0:
		return expr{}, errIncomplete
	case c == '"':
		return p.str()
	case c == '\'':
		return p.date()
	case c == '{' || c == '[':
		return p.json()
	case c == '-' || (c >= '0' && c <= '9'):
		return p.number()
	}
	name := p.identifier()
	if name == "" {
		return expr{}, fmt.Errorf("непонятно: %q", p.text[p.at:])
	}
	if v, ok := words[strings.ToLower(name)]; ok {
		return expr{value: v}, nil
	}
	p.space()
	e := expr{name: name}
	switch c := p.peek(); {
	case c == '(':
		p.at++
		args, err := p.arguments()
		e.call, e.args = true, args
		return e, err
	case first && (c == '{' || c == '['):
		arg, err := p.json()
		e.call, e.args = true, []expr{arg}
		return e, err
	}
	return e, nil
}

// words are the literals of BSL that look like names.
var words = map[string]any{
	"истина": true, "true": true, "ложь": false, "false": false,
	"неопределено": nil, "undefined": nil, "null": napihost.Null{},
}

func (p *parser) arguments() ([]expr, error) {
	var args []expr
	for {
		p.space()
		switch p.peek() {
		case 0:
			return nil, errIncomplete
		case ')':
			p.at++
			return args, nil
		case ',':
			args = append(args, expr{omit: true})
			p.at++
			continue
		}
		arg, err := p.expression(false)
		if err != nil {
			return nil, err
		}
		if arg.call {
			return nil, fmt.Errorf("вызов %s внутри вызова: запишите его в переменную", arg.name)
		}
		args = append(args, arg)
		p.space()
		switch p.peek() {
		case ',':
			p.at++
			p.space()
			if p.peek() == ')' {
				args = append(args, expr{omit: true})
			}
		case ')':
		case 0:
			return nil, errIncomplete
		default:
			return nil, fmt.Errorf("между параметрами нужна запятая: %q", p.text[p.at:])
		}
	}
}

// str reads a string of BSL: a quote inside is doubled.
func (p *parser) str() (expr, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if c != '"' {
			b.WriteByte(c)
			continue
		}
		if p.at+1 < len(p.text) && p.text[p.at+1] == '"' {
			b.WriteByte('"')
			p.at++
			continue
		}
		p.at++
		return expr{value: b.String()}, nil
	}
	return expr{}, errIncomplete
}

var notDigits = regexp.MustCompile(`\D`)

// date reads '20260102', '20260102030405' or the same with separators.
func (p *parser) date() (expr, error) {
	text, _, ok := strings.Cut(p.text[p.at+1:], "'")
	if !ok {
		return expr{}, errIncomplete
	}
	p.at += len(text) + 2
	digits := notDigits.ReplaceAllString(text, "")
	if len(digits) == 8 {
		digits += "000000"
	}
	t, err := time.Parse("20060102150405", digits)
	if err != nil {
		return expr{}, fmt.Errorf("непонятная дата '%s'", text)
	}
	return expr{value: t}, nil
}

func (p *parser) number() (expr, error) {
	end := p.at + 1
	for end < len(p.text) && strings.IndexByte("0123456789.eE+-", p.text[end]) >= 0 {
		end++
	}
	text := p.text[p.at:end]
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return expr{}, fmt.Errorf("непонятное число %q", text)
	}
	p.at = end
	return expr{value: f}, nil
}

// json reads a JSON value; the component gets it as a string.
func (p *parser) json() (expr, error) {
	d := json.NewDecoder(strings.NewReader(p.text[p.at:]))
	var raw json.RawMessage
	err := d.Decode(&raw)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return expr{}, errIncomplete
	}
	if err != nil {
		return expr{}, fmt.Errorf("JSON: %w", err)
	}
	p.at += int(d.InputOffset())
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return expr{}, fmt.Errorf("JSON: %w", err)
	}
	return expr{value: compact.String()}, nil
}
