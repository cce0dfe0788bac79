package bsl

import (
	"fmt"
	"slices"
	"strings"
)

// words maps both spellings of a keyword to the English one.
var words = func() map[string]string {
	out := map[string]string{}
	for pair := range strings.FieldsSeq(`процедура/procedure конецпроцедуры/endprocedure функция/function
		конецфункции/endfunction перем/var экспорт/export знач/val если/if тогда/then иначеесли/elsif
		иначе/else конецесли/endif для/for каждого/each из/in по/to цикл/do конеццикла/enddo пока/while
		попытка/try исключение/except конецпопытки/endtry вызватьисключение/raise возврат/return
		прервать/break продолжить/continue новый/new и/and или/or не/not истина/true ложь/false
		неопределено/undefined null/null добавитьобработчик/addhandler удалитьобработчик/removehandler
		перейти/goto выполнить/execute`) {
		ru, en, _ := strings.Cut(pair, "/")
		out[ru], out[en] = en, en
	}
	return out
}()

// maxDepth bounds how deep statements and expressions may be nested.
const maxDepth = 200

type parser struct {
	tokens []Token
	at     int
	depth  int
	module *Module
	where  string // directives before the next method
	how    string
	extend string
}

// errSyntax unwinds to the method in which the parser lost its way.
type errSyntax struct{ Problem }

// Parse reads a module, or a piece of code. What is wrong stands in Problems.
func Parse(src string) *Module { return ParseFor(src, Client|Server) }

// ParseFor reads what of a module is compiled for a context.
func ParseFor(src string, where Context) *Module {
	tokens, problems := Lex(src)
	pre := preprocessor{where: where}
	rest := pre.run(tokens)
	m := &Module{Problems: append(problems, pre.problems...), Guards: pre.guards}
	p := &parser{tokens: rest, module: m}
	for p.peek().Kind != EOF {
		p.try(p.top)
	}
	comments(src, m)
	return m
}

// comments marks the methods that a comment stands above, directives between;
// the first line is about the module.
func comments(src string, m *Module) {
	lines := strings.Split(src, "\n")
	for _, method := range m.Methods {
		for n := method.Pos.Line - 2; n > 0 && n < len(lines); n-- {
			line := strings.TrimSpace(lines[n])
			if strings.HasPrefix(line, "&") {
				continue
			}
			method.Comment = strings.HasPrefix(line, "//")
			break
		}
	}
}

// try runs one piece; after a mistake in it the parser goes on behind the
// method.
func (p *parser) try(piece func()) {
	defer func() {
		p.depth = 0
		switch e := recover().(type) {
		case nil:
		case errSyntax:
			p.module.Problems = append(p.module.Problems, e.Problem)
			for p.peek().Kind != EOF && !p.is("endprocedure", "endfunction") {
				p.at++
			}
			p.take()
		default:
			panic(e)
		}
	}()
	piece()
}

func (p *parser) fail(format string, args ...any) {
	panic(errSyntax{Problem{p.peek().Pos, fmt.Sprintf(format, args...)}})
}

func (p *parser) peek() Token { return p.tokens[p.at] }

// take moves on; EOF stays.
func (p *parser) take() Token {
	t := p.tokens[p.at]
	if t.Kind != EOF {
		p.at++
	}
	return t
}

// word is the keyword at the cursor, "" for none. A name behind a dot is none.
func (p *parser) word() string {
	if t := p.peek(); t.Kind == Ident && (p.at == 0 || p.tokens[p.at-1] != Token{Punct, ".", p.tokens[p.at-1].Pos}) {
		return words[Fold(t.Text)]
	}
	return ""
}

func (p *parser) is(list ...string) bool {
	w := p.word()
	return w != "" && slices.Contains(list, w)
}

func (p *parser) punct(s string) bool {
	t := p.peek()
	return t.Kind == Punct && t.Text == s
}

func (p *parser) accept(s string) bool {
	if !p.punct(s) && p.word() != s {
		return false
	}
	p.take()
	return true
}

func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.fail("%q where %q was wanted", p.peek().Text, s)
	}
}

// name takes an identifier that is no keyword.
func (p *parser) name() Name {
	t := p.peek()
	if t.Kind != Ident || p.word() != "" {
		p.fail("%q where a name was wanted", t.Text)
	}
	p.take()
	return Name{Text: t.Text, Pos: t.Pos}
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail("nested deeper than %d", maxDepth)
	}
}

// top reads one thing outside of methods.
func (p *parser) top() {
	t := p.peek()
	switch {
	case t.Kind == Directive:
		p.directive()
	case p.is("var"):
		p.module.Vars = append(p.module.Vars, p.vars()...)
	case p.methodAhead():
		p.method()
	default:
		p.module.Body = append(p.module.Body, p.statement()...)
	}
}

func async(t Token) bool {
	return t.Kind == Ident && (Same(t.Text, "Асинх") || Same(t.Text, "Async"))
}

func (p *parser) methodAhead() bool {
	if p.is("procedure", "function") {
		return true
	}
	if !async(p.peek()) {
		return false
	}
	w := words[Fold(p.tokens[p.at+1].Text)]
	return w == "procedure" || w == "function"
}

func (p *parser) directive() {
	t := p.take()
	if p.accept("(") {
		if p.peek().Kind != String {
			p.fail("%q where the name of a method was wanted", p.peek().Text)
		}
		p.how, p.extend = t.Text, p.take().Text
		p.expect(")")
		return
	}
	p.where = t.Text
}

func (p *parser) vars() []Name {
	var out []Name
	p.expect("var")
	for {
		n := p.name()
		n.Export = p.accept("export")
		out = append(out, n)
		if !p.accept(",") {
			p.expect(";")
			return out
		}
	}
}

func (p *parser) method() {
	m := &Method{Where: p.where, How: p.how, Extends: p.extend}
	p.where, p.how, p.extend = "", "", ""
	if async(p.peek()) {
		m.Async = true
		p.take()
	}
	m.Function = p.is("function")
	p.take()
	m.Name = p.name()
	p.expect("(")
	for !p.punct(")") {
		m.Params = append(m.Params, p.param())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	m.Export = p.accept("export")
	// Known before its body, so that a mistake in it hides no method.
	p.module.Methods = append(p.module.Methods, m)
	for p.is("var") {
		m.Vars = append(m.Vars, p.vars()...)
	}
	end := "endprocedure"
	if m.Function {
		end = "endfunction"
	}
	m.Body = p.block(end)
	p.expect(end)
	p.accept(";")
}

func (p *parser) param() Param {
	byValue := p.accept("val")
	out := Param{Name: p.name(), ByValue: byValue}
	if p.accept("=") {
		out.Default = p.unary()
	}
	return out
}
