// Package bsl reads modules in the language of 1C:Enterprise, in Russian or
// English words, as far as the modules of folder bsl and the examples of the
// documents need it: a lexer and a parser. It knows no types, and no platform;
// package bslcheck does.
package bsl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	EOF       Kind = iota
	Ident          // a name or a keyword
	Number         //
	String         // without its quotes, lines joined
	Date           // digits only
	Punct          // an operator or a separator
	Directive      // &НаКлиенте, without the ampersand
	Pre            // a line of the preprocessor, without the #
	Label          // ~name
)

// Pos is a place in a module, from 1.
type Pos struct{ Line, Col int }

// Token is one word of a module.
type Token struct {
	Kind Kind
	Text string
	Pos  Pos
}

// Problem is what is wrong at one place.
type Problem struct {
	Pos  Pos
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Pos.Line, p.Pos.Col, p.Text) }

type lexer struct {
	src      string
	off      int
	pos      Pos
	tokens   []Token
	problems []Problem
}

// Lex splits a module into tokens, the last of which is EOF. Comments are
// dropped.
func Lex(src string) ([]Token, []Problem) {
	l := &lexer{src: strings.TrimPrefix(src, "\ufeff"), pos: Pos{1, 1}}
	for l.next() {
	}
	l.tokens = append(l.tokens, Token{EOF, "", l.pos})
	return l.tokens, l.problems
}

// peek is the rune at the cursor, 0 at the end.
func (l *lexer) peek() rune {
	r, n := utf8.DecodeRuneInString(l.src[l.off:])
	if n == 0 {
		return 0
	}
	return r
}

func (l *lexer) more() bool { return l.off < len(l.src) }

func (l *lexer) step() {
	r, n := utf8.DecodeRuneInString(l.src[l.off:])
	l.off += n
	if r == '\n' {
		l.pos = Pos{l.pos.Line + 1, 1}
	} else {
		l.pos.Col++
	}
}

// while takes the runes that fit.
func (l *lexer) while(fits func(rune) bool) string {
	start := l.off
	for l.more() && fits(l.peek()) {
		l.step()
	}
	return l.src[start:l.off]
}

func letter(r rune) bool { return r == '_' || unicode.IsLetter(r) }
func inName(r rune) bool { return letter(r) || unicode.IsDigit(r) }
func inLine(r rune) bool { return r != '\n' && r != '\r' }

func (l *lexer) add(k Kind, text string, at Pos) {
	l.tokens = append(l.tokens, Token{k, text, at})
}

func (l *lexer) wrong(at Pos, format string, args ...any) {
	l.problems = append(l.problems, Problem{at, fmt.Sprintf(format, args...)})
}

// next takes one token or comment; false at the end.
func (l *lexer) next() bool {
	l.while(unicode.IsSpace)
	if !l.more() {
		return false
	}
	at, r := l.pos, l.peek()
	switch {
	case strings.HasPrefix(l.src[l.off:], "//"):
		l.while(inLine)
	case letter(r):
		l.add(Ident, l.while(inName), at)
	case unicode.IsDigit(r):
		l.add(Number, l.while(func(r rune) bool { return unicode.IsDigit(r) || r == '.' }), at)
	case r == '"':
		l.text(at)
	case r == '\'':
		l.step()
		l.add(Date, strings.Map(digit, l.while(func(r rune) bool { return r != '\'' && inLine(r) })), at)
		if l.peek() != '\'' {
			l.wrong(at, "a date without its end")
			break
		}
		l.step()
	case r == '&':
		l.step()
		l.add(Directive, l.while(inName), at)
	case r == '~':
		l.step()
		l.add(Label, l.while(inName), at)
	case r == '#':
		l.step()
		line, _, _ := strings.Cut(l.while(inLine), "//")
		l.add(Pre, strings.TrimSpace(line), at)
	default:
		l.punct(at)
	}
	return true
}

func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// text takes a string: "" is a quote in it, and a line that begins with | goes
// on with it.
func (l *lexer) text(at Pos) {
	var b strings.Builder
	l.step()
	for {
		b.WriteString(l.while(func(r rune) bool { return r != '"' && inLine(r) }))
		if l.peek() == '"' {
			l.step()
			if l.peek() != '"' {
				break
			}
			l.step()
			b.WriteByte('"')
			continue
		}
		if !l.goesOn() {
			l.wrong(at, "a string without its end")
			break
		}
		b.WriteByte('\n')
	}
	l.add(String, b.String(), at)
}

// goesOn skips to behind the | that begins the next line of a string; comment
// lines may stand between.
func (l *lexer) goesOn() bool {
	for l.more() {
		l.while(unicode.IsSpace)
		if strings.HasPrefix(l.src[l.off:], "//") {
			l.while(inLine)
			continue
		}
		if l.peek() != '|' {
			return false
		}
		l.step()
		return true
	}
	return false
}

const singles = "()[]=<>+-*/%.,;?:"

func (l *lexer) punct(at Pos) {
	for _, two := range []string{"<>", "<=", ">="} {
		if strings.HasPrefix(l.src[l.off:], two) {
			l.step()
			l.step()
			l.add(Punct, two, at)
			return
		}
	}
	r := l.peek()
	l.step()
	if !strings.ContainsRune(singles, r) {
		l.wrong(at, "%q does not belong here", r)
		return
	}
	l.add(Punct, string(r), at)
}
