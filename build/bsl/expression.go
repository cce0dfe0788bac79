package bsl

import "slices"

// levels of binary operators, the loosest first. Не stands between И and the
// comparisons.
var levels = [][]string{{"or"}, {"and"}, {"=", "<>", "<", ">", "<=", ">="}, {"+", "-"}, {"*", "/", "%"}}

const comparing = 2

func (p *parser) expr() Expr { return p.binary(0) }

func (p *parser) operator(level int) string {
	t := p.peek()
	if op := p.word(); op != "" && slices.Contains(levels[level], op) {
		return op
	}
	if t.Kind == Punct && slices.Contains(levels[level], t.Text) {
		return t.Text
	}
	return ""
}

func (p *parser) binary(level int) Expr {
	p.enter()
	defer func() { p.depth-- }()
	if level == len(levels) {
		return p.unary()
	}
	if level == comparing && p.is("not") {
		at := p.take().Pos
		return &Unary{at, "not", p.binary(comparing)}
	}
	x := p.binary(level + 1)
	for {
		op := p.operator(level)
		if op == "" {
			return x
		}
		at := p.take().Pos
		x = &Binary{at, op, x, p.binary(level + 1)}
	}
}

func (p *parser) unary() Expr {
	t := p.peek()
	if p.punct("-") || p.punct("+") {
		p.enter()
		defer func() { p.depth-- }()
		p.take()
		return &Unary{t.Pos, t.Text, p.unary()}
	}
	return p.postfix()
}

// postfix is a primary with what follows it: members, indexes, arguments.
func (p *parser) postfix() Expr {
	x := p.primary()
	for {
		at := p.peek().Pos
		switch {
		case p.accept("."):
			t := p.take()
			if t.Kind != Ident {
				p.fail("%q where the name of a member was wanted", t.Text)
			}
			x = &Member{t.Pos, x, t.Text}
		case p.accept("["):
			x = &Index{at, x, p.expr()}
			p.expect("]")
		case p.punct("("):
			switch x.(type) {
			case *Ref, *Member:
			default:
				p.fail("this cannot be called")
			}
			x = &Call{x.At(), x, p.args()}
		default:
			return x
		}
	}
}

// args reads (a, , b): nil stands for what is left out.
func (p *parser) args() []Expr {
	p.expect("(")
	if p.accept(")") {
		return nil
	}
	var out []Expr
	for {
		if p.punct(",") || p.punct(")") {
			out = append(out, nil)
		} else {
			out = append(out, p.expr())
		}
		if p.accept(")") {
			return out
		}
		p.expect(",")
	}
}

func (p *parser) primary() Expr {
	t := p.peek()
	switch t.Kind {
	case String:
		p.take()
		text := t.Text
		for p.peek().Kind == String { // neighbours are one string, a line break between
			text += "\n" + p.take().Text
		}
		return &Literal{t.Pos, String, text}
	case Number, Date:
		p.take()
		return &Literal{t.Pos, t.Kind, t.Text}
	case Ident:
		return p.named(t)
	}
	switch {
	case p.accept("("):
		x := p.expr()
		p.expect(")")
		return x
	case p.accept("?"):
		p.expect("(")
		c := &Choice{Pos: t.Pos, If: p.expr()}
		p.expect(",")
		c.Then = p.expr()
		p.expect(",")
		c.Else = p.expr()
		p.expect(")")
		return c
	}
	p.fail("%q where an expression was wanted", t.Text)
	return nil
}

func (p *parser) named(t Token) Expr {
	switch p.word() {
	case "true", "false", "undefined", "null":
		p.take()
		return &Literal{t.Pos, Ident, words[Fold(t.Text)]}
	case "new":
		return p.newExpr()
	case "execute": // a method of some objects, too; a call of the name is checked elsewhere
		p.take()
		return &Ref{t.Pos, t.Text}
	case "":
	default:
		p.fail("%q where an expression was wanted", t.Text)
	}
	p.take()
	next := p.peek()
	if (Same(t.Text, "Ждать") || Same(t.Text, "Await")) && next.Kind == Ident {
		p.enter()
		defer func() { p.depth-- }()
		return &Await{t.Pos, p.postfix()}
	}
	return &Ref{t.Pos, t.Text}
}

// newExpr is Новый Тип(…) or Новый(Тип, Параметры).
func (p *parser) newExpr() Expr {
	n := &New{Pos: p.take().Pos}
	if p.punct("(") {
		args := p.args()
		if len(args) == 0 || len(args) > 2 || args[0] == nil {
			p.fail("Новый( takes a type and an array")
		}
		n.Type, n.Args = args[0], args[1:]
		return n
	}
	n.Name = p.name().Text
	if p.punct("(") {
		n.Args = p.args()
	}
	return n
}
