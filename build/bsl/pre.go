package bsl

import (
	"fmt"
	"strings"
)

// preprocessor takes the lines that begin with # out of a module.
type preprocessor struct {
	where    Context // tokens of other contexts are dropped
	open     []block
	guards   []Guard
	problems []Problem
}

// block is one that is not closed yet.
type block struct {
	kind    string
	from    Pos
	where   Context // of the present branch
	without Context // what the earlier branches have left
}

const everywhere = Client | Server

func (p *preprocessor) wrong(at Pos, format string, args ...any) {
	p.problems = append(p.problems, Problem{at, fmt.Sprintf(format, args...)})
}

func (p *preprocessor) run(tokens []Token) []Token {
	var rest []Token
	for _, t := range tokens {
		if t.Kind == Pre {
			p.line(t)
		} else if t.Kind == EOF || p.here() {
			rest = append(rest, t)
		}
	}
	for _, b := range p.open {
		p.wrong(b.from, "this #%s is not closed", b.kind)
	}
	return rest
}

// here tells whether the present branches are compiled; who asks for both
// sides gets all branches.
func (p *preprocessor) here() bool {
	w := p.where
	if w == everywhere {
		return true
	}
	for _, b := range p.open {
		w &= b.where
	}
	return w != 0
}

func (p *preprocessor) line(t Token) {
	kind, end, known := preWord(t.Text)
	top := len(p.open) - 1
	switch {
	case !known:
		p.wrong(t.Pos, "#%s is not known", t.Text)
	case kind == "else":
		if top < 0 || p.open[top].kind != "if" {
			p.wrong(t.Pos, "#%s without #Если", t.Text)
			return
		}
		b := &p.open[top]
		p.guards = append(p.guards, Guard{b.from.Line, t.Pos.Line, b.where})
		b.from, b.where = t.Pos, b.without
		if strings.Contains(t.Text, " ") { // ИначеЕсли
			b.where &= condition(t.Text)
			b.without &^= condition(t.Text)
		}
	case !end:
		if kind == "region" && len(strings.Fields(t.Text)) != 2 {
			p.wrong(t.Pos, "an area has one name, without spaces")
		}
		b := block{kind, t.Pos, everywhere, everywhere}
		if kind == "if" {
			b.where = condition(t.Text)
			b.without = everywhere &^ b.where
			if b.where == everywhere { // nothing is known of its branches
				b.without = everywhere
			}
		}
		p.open = append(p.open, b)
	case top < 0 || p.open[top].kind != kind:
		p.wrong(t.Pos, "#%s closes nothing that is open here", t.Text)
	default:
		if b := p.open[top]; kind == "if" {
			p.guards = append(p.guards, Guard{b.from.Line, t.Pos.Line, b.where})
		}
		p.open = p.open[:top]
	}
}

// condition is where code is compiled under #Если, as far as it is about
// client and server; the web client is neither of the two that are checked and
// run; anything else may be true in both.
func condition(line string) Context {
	var where Context
	not := false
	for word := range strings.FieldsSeq(Fold(line)) {
		switch word {
		case "клиент", "наклиенте", "client", "atclient":
			where |= Client
		case "сервер", "насервере", "server", "atserver":
			where |= Server
		case "вебклиент", "webclient":
		case "не", "not":
			not = true
		case "если", "if", "тогда", "then", "иначеесли", "elsif":
		default:
			return everywhere
		}
	}
	if not {
		where = everywhere &^ where
	}
	return where
}

// preWord tells what a line opens or, with end, closes.
func preWord(line string) (kind string, end, known bool) {
	first, _, _ := strings.Cut(line, " ")
	switch Fold(first) {
	case "область", "region":
		return "region", false, true
	case "конецобласти", "endregion":
		return "region", true, true
	case "если", "if":
		return "if", false, true
	case "иначе", "else", "иначеесли", "elsif":
		return "else", false, true
	case "конецесли", "endif":
		return "if", true, true
	case "вставка", "insert":
		return "insert", false, true
	case "конецвставки", "endinsert":
		return "insert", true, true
	case "удаление", "delete":
		return "delete", false, true
	case "конецудаления", "enddelete":
		return "delete", true, true
	}
	return "", false, false
}
