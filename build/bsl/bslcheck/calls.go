package bslcheck

import "mangoofficesdk/build/bsl"

import "strings"

// addinNames are the variables that hold the add-in, in whatever module.
var addinNames = map[string]bool{"компонента": true, "атс": true, "addin": true, "component": true}

func (s *scope) call(c *bsl.Call) {
	switch fun := c.Fun.(type) {
	case *bsl.Ref:
		s.plain(c, fun)
	case *bsl.Member:
		s.of(c, fun)
	}
}

// plain is a call without a receiver: of this module, or of the platform.
func (s *scope) plain(c *bsl.Call, fun *bsl.Ref) {
	if m := s.file.Module.Method(fun.Name); m != nil {
		s.fits(c, m, fun.Name)
		return
	}
	f := s.platform.funcs[bsl.Fold(fun.Name)]
	if f == nil && s.file.Form {
		f = s.platform.form[bsl.Fold(fun.Name)]
	}
	switch {
	case f == nil && s.file.Piece: // a document need not show everything
		return
	case f == nil:
		s.wrong(s.file, fun.Pos, "%s is neither of this module nor of the platform", fun.Name)
	case f.forbidden != "" && s.at(fun.Pos)&bsl.Client != 0 && !s.file.Piece:
		s.wrong(s.file, fun.Pos, "%s %s", fun.Name, f.forbidden)
	case !f.arity.fits(len(c.Args)):
		s.wrong(s.file, fun.Pos, "%s takes %d to %d arguments, has %d", fun.Name, f.arity.Min, f.arity.Max, len(c.Args))
	case s.at(fun.Pos)&(bsl.Client|bsl.Server)&^f.where != 0 && !s.file.Piece:
		s.wrong(s.file, fun.Pos, "%s is not there where this code runs", fun.Name)
	}
	if bsl.Same(fun.Name, "ПодключитьОбработчикОжидания") && len(c.Args) > 0 && s.file.Form {
		if l, ok := c.Args[0].(*bsl.Literal); ok {
			s.handler(l, Arity{0, 0})
		}
	}
}

// of is a call of a member: of a common module, or of the add-in.
func (s *scope) of(c *bsl.Call, fun *bsl.Member) {
	r, ok := fun.Of.(*bsl.Ref)
	if ok && !s.vars[bsl.Fold(r.Name)] {
		if target := s.modules[bsl.Fold(r.Name)]; target != nil {
			s.module(c, fun, target)
			return
		}
	}
	if l, ok := actionOf(c, fun); ok && s.file.Form {
		s.handler(l, Arity{0, 9})
	}
	s.component1(c, fun, ok && (s.addin[bsl.Fold(r.Name)] || s.file.Piece && addinNames[bsl.Fold(r.Name)]))
}

// actionOf is the procedure that УстановитьДействие names.
func actionOf(c *bsl.Call, fun *bsl.Member) (*bsl.Literal, bool) {
	if !bsl.Same(fun.Name, "УстановитьДействие") || len(c.Args) != 2 {
		return nil, false
	}
	l, ok := c.Args[1].(*bsl.Literal)
	return l, ok
}

func (s *scope) module(c *bsl.Call, fun *bsl.Member, target *bsl.File) {
	m := target.Module.Method(fun.Name)
	switch {
	case m == nil:
		s.wrong(s.file, fun.Pos, "%s has no method %s", target.Name, fun.Name)
		return
	case !m.Export:
		s.wrong(s.file, fun.Pos, "%s.%s is not exported", target.Name, fun.Name)
	case s.at(fun.Pos)&bsl.Client != 0 && target.Where&(bsl.Client|bsl.Called) == 0:
		s.wrong(s.file, fun.Pos, "%s.%s is called on the client, but is not there", target.Name, fun.Name)
	case s.at(fun.Pos)&bsl.Server != 0 && target.Where&bsl.Server == 0 && !s.file.Piece:
		s.wrong(s.file, fun.Pos, "%s.%s is called on the server, but is not there", target.Name, fun.Name)
	}
	s.fits(c, m, target.Name+"."+fun.Name)
}

func (s *scope) fits(c *bsl.Call, m *bsl.Method, name string) {
	if !m.Fits(len(c.Args)) {
		s.wrong(s.file, c.Pos, "%s takes %d to %d arguments, has %d", name, m.Required(), len(m.Params), len(c.Args))
	}
	for i, a := range c.Args {
		if a == nil && m.Fits(len(c.Args)) && m.Params[i].Default == nil {
			s.wrong(s.file, c.Pos, "%s: argument %d is left out, but has no default", name, i+1)
		}
	}
	if !m.Function && !s.valued[c] && !s.awaited[c] {
		s.wrong(s.file, c.Pos, "%s is a procedure and has no value", name)
	}
	if from, ok := places[bsl.Fold(m.Where)]; ok && from == bsl.Client && s.at(c.Pos) == bsl.Server {
		s.wrong(s.file, c.Pos, "%s runs on the client and is called on the server", name)
	}
}

// form of a call of the add-in.
type form struct {
	prefix, suffix string
	extra          int // arguments beside those of the method
	property       bool
	set            bool
}

// The longer prefixes first. НачатьЗапись is a method of its own, so that a
// plain НачатьX of the add-in is never taken for one of these.
var forms = []form{
	{prefix: "начатьвызов", extra: 1}, {prefix: "begincalling", extra: 1},
	{prefix: "начатьполучение", extra: 1, property: true}, {prefix: "begingetting", extra: 1, property: true},
	{prefix: "начатьустановку", extra: 2, property: true, set: true}, {prefix: "beginsetting", extra: 2, property: true, set: true},
	{suffix: "асинх"}, {suffix: "async"},
	{},
}

// component1 checks one call of the add-in. The forms with a prefix are of an
// add-in whatever the variable is called: nothing else in the platform has them.
func (s *scope) component1(c *bsl.Call, fun *bsl.Member, known bool) {
	name := bsl.Fold(fun.Name)
	for _, f := range forms {
		bare, ok := strings.CutPrefix(name, f.prefix)
		if ok {
			bare, ok = strings.CutSuffix(bare, f.suffix)
		}
		if !ok || f.prefix == "" && !known {
			continue
		}
		if f.property {
			s.property(c, fun, bare, f)
			return
		}
		arity, there := s.component.Methods[bare]
		switch {
		case !there:
			s.wrong(s.file, fun.Pos, "the add-in has no method %s", fun.Name)
		case !arity.plus(f.extra).fits(len(c.Args)):
			a := arity.plus(f.extra)
			s.wrong(s.file, fun.Pos, "%s takes %d to %d arguments, has %d", fun.Name, a.Min, a.Max, len(c.Args))
		case f.prefix == "" && f.suffix == "" && s.at(fun.Pos)&bsl.Client != 0 && !s.file.Piece:
			s.wrong(s.file, fun.Pos, "%s is a synchronous call on the client", fun.Name)
		case f.suffix != "" && !s.awaited[c] && !s.valued[c]:
			s.wrong(s.file, fun.Pos, "%s gives a promise: wait for it", fun.Name)
		}
		return
	}
}

func (s *scope) property(c *bsl.Call, fun *bsl.Member, bare string, f form) {
	writable, there := s.component.Props[bare]
	switch {
	case !there:
		s.wrong(s.file, fun.Pos, "the add-in has no property of %s", fun.Name)
	case f.set && !writable:
		s.wrong(s.file, fun.Pos, "%s: the property is read only", fun.Name)
	case len(c.Args) != f.extra:
		s.wrong(s.file, fun.Pos, "%s takes %d arguments, has %d", fun.Name, f.extra, len(c.Args))
	}
}

// member checks properties of the add-in that are read without a call.
func (s *scope) member(m *bsl.Member) {
	r, ok := m.Of.(*bsl.Ref)
	if !ok || !s.addin[bsl.Fold(r.Name)] && !(s.file.Piece && addinNames[bsl.Fold(r.Name)]) {
		return
	}
	name := bsl.Fold(m.Name)
	if _, there := s.component.Props[name]; there {
		if s.at(m.Pos)&bsl.Client != 0 && !s.file.Piece {
			s.wrong(s.file, m.Pos, "%s is read synchronously on the client", m.Name)
		}
		return
	}
	for _, f := range forms {
		bare, ok := strings.CutPrefix(name, f.prefix)
		if ok {
			bare, ok = strings.CutSuffix(bare, f.suffix)
		}
		if _, there := s.component.Methods[bare]; ok && there {
			return
		}
		if _, there := s.component.Props[bare]; ok && there && f.property {
			return
		}
	}
	s.wrong(s.file, m.Pos, "the add-in has no %s", m.Name)
}
