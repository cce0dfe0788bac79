package bslcheck

import (
	"strings"

	"mangoofficesdk/build/bsl"
)

// scope is one method, or the code outside of methods, while it is checked.
type scope struct {
	*tree
	file    *bsl.File
	method  *bsl.Method // nil outside
	where   bsl.Context
	vars    map[string]bool
	addin   map[string]bool // variables that hold the add-in
	awaited map[bsl.Expr]bool
	valued  map[bsl.Expr]bool // calls whose value is not used
}

func (t *tree) file(f *bsl.File) {
	for _, p := range f.Module.Problems {
		t.wrong(f, p.Pos, "%s", p.Text)
	}
	if len(f.Module.Vars) > 0 && f.Name != "" {
		t.wrong(f, f.Module.Vars[0].Pos, "a common module has no variables")
	}
	if len(f.Module.Body) > 0 && !f.Piece {
		t.wrong(f, f.Module.Body[0].At(), "code outside of methods")
	}
	seen := map[string]bool{}
	for _, m := range f.Module.Methods {
		if seen[bsl.Fold(m.Text)] {
			t.wrong(f, m.Pos, "%s is declared twice", m.Text)
		}
		seen[bsl.Fold(m.Text)] = true
		if t.platform.funcs[bsl.Fold(m.Text)] != nil {
			t.wrong(f, m.Pos, "%s is also a function of the platform", m.Text)
		}
		if m.Export && !m.Comment && f.Name != "" {
			t.wrong(f, m.Pos, "%s is exported without a comment", m.Text)
		}
		t.method(f, m)
	}
	t.scope(f, nil, f.Where, f.Module.Body)
}

var places = map[string]bsl.Context{
	"наклиенте": bsl.Client, "насервере": bsl.Server, "насерверебезконтекста": bsl.Server, "наклиентенасерверебезконтекста": bsl.Client | bsl.Server,
	"atclient": bsl.Client, "atserver": bsl.Server, "atservernocontext": bsl.Server,
}

func (t *tree) method(f *bsl.File, m *bsl.Method) {
	where := f.Where
	switch place, known := places[bsl.Fold(m.Where)]; {
	case known:
		where = place
	case m.Where != "":
		t.wrong(f, m.Pos, "&%s is not known", m.Where)
	case f.Form:
		t.wrong(f, m.Pos, "%s does not say where it runs", m.Text)
		where = bsl.Server
	}
	if m.How != "" && !strings.Contains("перед после вместо изменениеиконтроль", bsl.Fold(m.How)) {
		t.wrong(f, m.Pos, "&%s is not known", m.How)
	}
	t.scope(f, m, where, m.Body)
}

func (t *tree) scope(f *bsl.File, m *bsl.Method, where bsl.Context, body []bsl.Stmt) {
	s := &scope{tree: t, file: f, method: m, where: where,
		vars: map[string]bool{}, addin: map[string]bool{}, awaited: map[bsl.Expr]bool{}, valued: map[bsl.Expr]bool{}}
	s.declare(f.Module.Vars, "")
	if m != nil {
		s.declare(m.Vars, "twice")
		for _, p := range m.Params {
			s.declare([]bsl.Name{p.Name}, "twice")
		}
	}
	assigned(body, func(name string) { s.vars[bsl.Fold(name)] = true })
	for name := range s.vars {
		s.addin[name] = addinNames[name]
	}
	s.statements(body)
	bsl.Walk(body, s.expr)
}

// declare adds names; twice complains of one that is there already.
func (s *scope) declare(names []bsl.Name, twice string) {
	for _, n := range names {
		if twice != "" && s.vars[bsl.Fold(n.Text)] {
			s.wrong(s.file, n.Pos, "%s is declared twice", n.Text)
		}
		s.vars[bsl.Fold(n.Text)] = true
	}
}

// assigned tells the variables that come about by assignment.
func assigned(body []bsl.Stmt, tell func(string)) {
	for _, st := range body {
		switch st := st.(type) {
		case *bsl.Assign:
			if r, ok := st.To.(*bsl.Ref); ok {
				tell(r.Name)
			}
		case *bsl.For:
			tell(st.Var)
			assigned(st.Body, tell)
		case *bsl.While:
			assigned(st.Body, tell)
		case *bsl.If:
			for _, b := range st.Bodies {
				assigned(b, tell)
			}
		case *bsl.Try:
			assigned(st.Body, tell)
			assigned(st.Except, tell)
		}
	}
}

// statements finds what only a statement shows: whose value is dropped, which
// procedure an action names, where a function ends without a value.
func (s *scope) statements(body []bsl.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *bsl.Do:
			s.valued[st.Call] = true
			if a, ok := st.Call.(*bsl.Await); ok {
				s.valued[a.X] = true
			}
		case *bsl.Return:
			if s.method != nil && s.method.Function != (st.Value != nil) {
				s.wrong(s.file, st.Pos, "a function returns a value, a procedure does not")
			}
		case *bsl.Assign:
			m, ok := st.To.(*bsl.Member)
			l, text := st.Value.(*bsl.Literal)
			if ok && text && s.file.Form && bsl.Same(m.Name, "Действие") {
				s.handler(l, Arity{1, 1})
			}
		case *bsl.For:
			s.statements(st.Body)
		case *bsl.While:
			s.statements(st.Body)
		case *bsl.If:
			for _, b := range st.Bodies {
				s.statements(b)
			}
		case *bsl.Try:
			s.statements(st.Body)
			s.statements(st.Except)
		}
	}
}

// handler checks that a method of this module has the name and takes so many
// arguments.
func (s *scope) handler(l *bsl.Literal, a Arity) {
	m := s.file.Module.Method(l.Text)
	switch {
	case m == nil:
		s.wrong(s.file, l.Pos, "there is no procedure %q in this module", l.Text)
	case len(m.Params) < a.Min || len(m.Params) > a.Max:
		s.wrong(s.file, l.Pos, "%s takes %d arguments, the platform gives %d", l.Text, len(m.Params), a.Max)
	}
}

// at is where the code at a place runs, with the preprocessor's conditions.
func (s *scope) at(p bsl.Pos) bsl.Context {
	where := s.where
	for _, g := range s.file.Module.Guards {
		if p.Line > g.From && p.Line < g.To {
			where &= g.Where
		}
	}
	return where
}

func (s *scope) expr(e bsl.Expr) {
	switch e := e.(type) {
	case *bsl.Ref:
		s.ref(e)
	case *bsl.Call:
		s.call(e)
	case *bsl.New:
		s.create(e)
	case *bsl.Await:
		s.awaited[e.X] = true
		if s.method == nil || !s.method.Async {
			if !s.file.Piece {
				s.wrong(s.file, e.Pos, "Ждать outside of an Асинх method")
			}
		}
	case *bsl.Member:
		s.member(e)
	case *bsl.Binary:
		s.event(e)
	}
}

// event checks the names that an event is compared with.
func (s *scope) event(b *bsl.Binary) {
	r, ok := b.X.(*bsl.Ref)
	l, text := b.Y.(*bsl.Literal)
	if ok && text && b.Op == "=" && bsl.Same(r.Name, "Событие") && !s.component.Events[bsl.Fold(l.Text)] {
		s.wrong(s.file, l.Pos, "the add-in has no event %s", l.Text)
	}
}

// ref checks a name that stands by itself; a called one is checked by call.
func (s *scope) ref(r *bsl.Ref) {
	name := bsl.Fold(r.Name)
	if s.vars[name] || s.modules[name] != nil || s.platform.names[name] || s.platform.funcs[name] != nil {
		return
	}
	if s.globals[name] && s.at(r.Pos)&bsl.Server == 0 {
		return
	}
	if s.file.Module.Method(r.Name) != nil || s.file.Piece || s.file.Form && s.platform.form[name] != nil {
		return
	}
	s.wrong(s.file, r.Pos, "%s is not known here", r.Name)
}

// create checks Новый ОписаниеОповещения: the procedure it names is there and
// exported.
func (s *scope) create(n *bsl.New) {
	if n.Name == "" {
		return
	}
	if !bsl.Same(n.Name, "ОписаниеОповещения") {
		if !s.platform.types[bsl.Fold(n.Name)] {
			s.wrong(s.file, n.Pos, "there is no type %s", n.Name)
		}
		return
	}
	s.notify(n.Args, 0)
	if len(n.Args) > 3 { // what to call when an exception went through
		s.notify(n.Args, 3)
	}
}

// notify checks the procedure named by args[at], of the module args[at+1].
func (s *scope) notify(args []bsl.Expr, at int) {
	if len(args) < at+2 {
		return
	}
	name, ok := args[at].(*bsl.Literal)
	whom, named := args[at+1].(*bsl.Ref)
	if !ok || !named {
		return
	}
	target := s.modules[bsl.Fold(whom.Name)]
	if bsl.Same(whom.Name, "ЭтотОбъект") || bsl.Same(whom.Name, "ЭтаФорма") {
		target = s.file
	}
	if target == nil || target.Piece {
		return
	}
	m := target.Module.Method(name.Text)
	switch {
	case m == nil:
		s.wrong(s.file, name.Pos, "there is no procedure %q in %s", name.Text, whom.Name)
	case !m.Export && !target.Form:
		s.wrong(s.file, name.Pos, "%s is called back, but not exported", name.Text)
	case len(m.Params) == 0 || len(m.Params) > 3:
		s.wrong(s.file, name.Pos, "%s takes %d arguments, a notification gives one to three", name.Text, len(m.Params))
	}
}
