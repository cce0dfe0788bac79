package exec

import (
	"math"
	"strconv"
	"time"

	"mangoofficesdk/build/bsl"
)

func (f *frame) eval(e bsl.Expr) Value {
	switch e := e.(type) {
	case *bsl.Literal:
		return f.literal(e)
	case *bsl.Ref:
		return f.name(e)
	case *bsl.Member:
		return f.member(e)
	case *bsl.Index:
		switch of := f.eval(e.Of).(type) {
		case *Map:
			return of.At(f.eval(e.By))
		case *Array:
			return of.Items[f.place(of, e.By)]
		case Object:
			if v, ok := of.Get(Text(f.eval(e.By))); ok {
				return v
			}
			f.raise(e.Pos, "no field %s", Text(f.eval(e.By)))
		default:
			f.raise(e.Pos, "%s has no elements", typeOf(of))
		}
	case *bsl.Call:
		return f.call(e)
	case *bsl.New:
		return f.create(e)
	case *bsl.Choice:
		if f.truth(e.If) {
			return f.eval(e.Then)
		}
		return f.eval(e.Else)
	case *bsl.Await:
		return f.eval(e.X)
	case *bsl.Unary:
		if e.Op == "not" {
			return !f.truth(e.X)
		}
		n := f.number(e.X)
		if e.Op == "-" {
			n = -n
		}
		return n
	case *bsl.Binary:
		return f.binary(e)
	}
	f.raise(e.At(), "%T is not computed here", e)
	return nil
}

func (f *frame) literal(l *bsl.Literal) Value {
	switch l.Kind {
	case bsl.String:
		return l.Text
	case bsl.Number:
		n, err := strconv.ParseFloat(l.Text, 64)
		if err != nil {
			f.raise(l.Pos, "%v", err)
		}
		return n
	case bsl.Ident:
		switch l.Text {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return nil
}

func (f *frame) name(r *bsl.Ref) Value {
	key := bsl.Fold(r.Name)
	if cell := f.vars[key]; cell != nil {
		return *cell
	}
	if cell := f.w.globals[key]; cell != nil && f.side&bsl.Client != 0 {
		return *cell
	}
	if f.in.self != nil && bsl.Same(r.Name, "ЭтотОбъект") {
		return f.in.self
	}
	if f.ofForm(r.Name) {
		if v, ok := f.in.self.Get(r.Name); ok {
			return v
		}
	}
	if v, ok := f.w.Names[key]; ok {
		return v
	}
	if in := f.w.instance(r.Name, f.side); in != nil {
		return in
	}
	f.raise(r.Pos, "%s is not known on this side", r.Name)
	return nil
}

func (f *frame) member(m *bsl.Member) Value {
	switch of := f.eval(m.Of).(type) {
	case *Map:
		if of.Struct && of.Has(m.Name) {
			return of.At(m.Name)
		}
		f.raise(m.Pos, "no field %s", m.Name)
	case Object:
		if v, ok := of.Get(m.Name); ok {
			return v
		}
		f.raise(m.Pos, "no field %s", m.Name)
	default:
		f.raise(m.Pos, "%s has no field %s", typeOf(of), m.Name)
	}
	return nil
}

func (f *frame) binary(b *bsl.Binary) Value {
	switch b.Op {
	case "and":
		return f.truth(b.X) && f.truth(b.Y)
	case "or":
		return f.truth(b.X) || f.truth(b.Y)
	}
	x, y := f.eval(b.X), f.eval(b.Y)
	switch b.Op {
	case "=":
		return x == y
	case "<>":
		return x != y
	case "+":
		if s, ok := x.(string); ok {
			return s + Text(y)
		}
	}
	if t, ok := x.(time.Time); ok {
		if u, ok := y.(time.Time); ok {
			return compare(b.Op, float64(t.Unix()), float64(u.Unix()))
		}
	}
	n, okX := x.(float64)
	m, okY := y.(float64)
	if !okX || !okY {
		f.raise(b.Pos, "%s of %s and %s", b.Op, typeOf(x), typeOf(y))
	}
	switch b.Op {
	case "+":
		return n + m
	case "-":
		return n - m
	case "*":
		return n * m
	case "/", "%":
		if m == 0 {
			f.raise(b.Pos, "division by 0")
		}
		if b.Op == "/" {
			return n / m
		}
		return math.Mod(n, m)
	}
	return compare(b.Op, n, m)
}

func compare(op string, n, m float64) bool {
	switch op {
	case "<":
		return n < m
	case ">":
		return n > m
	case "<=":
		return n <= m
	}
	return n >= m
}

// args are cells: those of variables are shared, so that a method can change
// them. nil stands for one that was left out.
func (f *frame) args(list []bsl.Expr) []*Value {
	var out []*Value
	for _, a := range list {
		switch a := a.(type) {
		case nil:
			out = append(out, nil)
		case *bsl.Ref:
			if cell := f.vars[bsl.Fold(a.Name)]; cell != nil {
				out = append(out, cell)
				continue
			}
			v := f.eval(a)
			out = append(out, &v)
		default:
			v := f.eval(a)
			out = append(out, &v)
		}
	}
	return out
}

func (f *frame) call(c *bsl.Call) Value {
	if r, ok := c.Fun.(*bsl.Ref); ok {
		if f.in.code.Method(r.Name) != nil {
			return f.w.method(f.in, r.Name, f.args(c.Args), c.Pos)
		}
		args := f.args(c.Args)
		if f.in.self != nil {
			if v, ok := f.in.self.Call(r.Name, args); ok {
				return v
			}
		}
		if fn := f.w.Funcs[bsl.Fold(r.Name)]; fn != nil {
			return fn(args)
		}
		if fn := functions[bsl.Fold(r.Name)]; fn != nil {
			return fn(f.w, args)
		}
		f.raise(c.Pos, "no function %s", r.Name)
	}
	m := c.Fun.(*bsl.Member)
	of := f.eval(m.Of)
	args := f.args(c.Args)
	switch of := of.(type) {
	case *instance:
		if method := of.code.Method(m.Name); method == nil || !method.Export {
			f.raise(m.Pos, "%s has no method %s", of.file.Name, m.Name)
		}
		return f.w.method(of, m.Name, args, c.Pos)
	case *Map:
		if v, ok := of.call(m.Name, args); ok {
			return v
		}
	case *Array:
		if v, ok := of.call(m.Name, args); ok {
			return v
		}
	case Object:
		if v, ok := of.Call(m.Name, args); ok {
			return v
		}
	}
	f.raise(m.Pos, "%s has no method %s", typeOf(of), m.Name)
	return nil
}

func (f *frame) create(n *bsl.New) Value {
	name := n.Name
	if name == "" {
		name = Text(f.eval(n.Type))
	}
	args := f.args(n.Args)
	switch bsl.Fold(name) {
	case "соответствие":
		return NewMap(false)
	case "структура":
		return newStruct(args)
	case "массив":
		return &Array{}
	case "описаниеоповещения":
		note := &Notification{Proc: Text(arg(args, 0)), Extra: arg(args, 2), ErrorProc: Text(arg(args, 3))}
		note.Target, _ = arg(args, 1).(*instance)
		if self, ok := arg(args, 1).(Object); ok && self == f.in.self {
			note.Target = f.in
		}
		note.ErrorTo, _ = arg(args, 4).(*instance)
		if note.Target == nil || note.Target.code.Method(note.Proc) == nil {
			f.raise(n.Pos, "a notification of nobody: %s", note.Proc)
		}
		return note
	case "чтениеjson", "записьjson":
		return &jsonText{}
	case "параметрызаписиjson":
		return nil
	}
	if make := f.w.New[bsl.Fold(name)]; make != nil {
		return make(args)
	}
	f.raise(n.Pos, "no type %s", name)
	return nil
}

// arg is an argument, nil when there is none.
func arg(args []*Value, i int) Value {
	if i >= len(args) || args[i] == nil {
		return nil
	}
	return *args[i]
}
