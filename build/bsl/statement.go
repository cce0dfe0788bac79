package bsl

// block reads statements up to one of the words, which it leaves.
func (p *parser) block(until ...string) []Stmt {
	p.enter()
	var out []Stmt
	for !p.is(until...) {
		if p.peek().Kind == EOF {
			p.fail("the end of the text where %q was wanted", until[0])
		}
		out = append(out, p.statement()...)
	}
	p.depth--
	return out
}

// end is the semicolon behind a statement, which the last one of a block may
// lack.
func (p *parser) end() {
	if p.accept(";") || p.peek().Kind == EOF {
		return
	}
	switch p.word() {
	case "endprocedure", "endfunction", "endif", "enddo", "endtry", "else", "elsif", "except":
	default:
		p.fail("%q where a semicolon was wanted", p.peek().Text)
	}
}

func (p *parser) statement() []Stmt {
	t := p.peek()
	if t.Kind == Label {
		p.fail("a label: jumps are not used")
	}
	if p.accept(";") {
		return nil
	}
	var s Stmt
	switch p.word() {
	case "if":
		s = p.ifStmt()
	case "while":
		p.take()
		w := &While{Pos: t.Pos, Cond: p.expr()}
		w.Body = p.loop()
		s = w
	case "for":
		s = p.forStmt()
	case "try":
		s = p.tryStmt()
	case "return", "raise":
		p.take()
		var value Expr
		if !p.punct(";") && !p.blockEnd() {
			value = p.expr()
		}
		s = &Return{t.Pos, value}
		if Fold(words[Fold(t.Text)]) == "raise" {
			s = &Raise{t.Pos, value}
		}
	case "break", "continue":
		p.take()
		s = &Leave{t.Pos, words[Fold(t.Text)] == "continue"}
	case "addhandler", "removehandler":
		p.take()
		h := &Handler{Pos: t.Pos, Event: p.expr()}
		p.expect(",")
		h.Handler = p.expr()
		s = h
	case "":
		s = p.simple()
	default:
		p.fail("%q does not begin a statement", t.Text)
	}
	p.end()
	return []Stmt{s}
}

func (p *parser) blockEnd() bool {
	return p.peek().Kind == EOF ||
		p.is("endprocedure", "endfunction", "endif", "enddo", "endtry", "else", "elsif", "except")
}

// simple is an assignment or a call.
func (p *parser) simple() Stmt {
	t := p.peek()
	if t.Kind != Ident {
		p.fail("%q does not begin a statement", t.Text)
	}
	x := p.postfix()
	if p.accept("=") {
		switch x.(type) {
		case *Ref, *Member, *Index:
		default:
			p.fail("nothing can be assigned to what stands before =")
		}
		return &Assign{t.Pos, x, p.expr()}
	}
	switch x.(type) {
	case *Call, *Await:
		return &Do{t.Pos, x}
	}
	p.fail("an expression that does nothing")
	return nil
}

func (p *parser) ifStmt() Stmt {
	s := &If{Pos: p.take().Pos}
	for {
		s.Conds = append(s.Conds, p.expr())
		p.expect("then")
		s.Bodies = append(s.Bodies, p.block("endif", "elsif", "else"))
		if !p.accept("elsif") {
			break
		}
	}
	if p.accept("else") {
		s.Bodies = append(s.Bodies, p.block("endif"))
	}
	p.expect("endif")
	return s
}

func (p *parser) loop() []Stmt {
	p.expect("do")
	body := p.block("enddo")
	p.expect("enddo")
	return body
}

func (p *parser) forStmt() Stmt {
	s := &For{Pos: p.take().Pos}
	each := p.accept("each")
	s.Var = p.name().Text
	if each {
		p.expect("in")
		s.From = p.expr()
	} else {
		p.expect("=")
		s.From = p.expr()
		p.expect("to")
		s.To = p.expr()
	}
	s.Body = p.loop()
	return s
}

func (p *parser) tryStmt() Stmt {
	s := &Try{Pos: p.take().Pos}
	s.Body = p.block("except")
	p.expect("except")
	s.Except = p.block("endtry")
	p.expect("endtry")
	return s
}
