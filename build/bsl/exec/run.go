package exec

import (
	"fmt"

	"mangoofficesdk/build/bsl"
)

// frame is one running method.
type frame struct {
	w    *World
	in   *instance
	side bsl.Context // of this method: those of a form differ
	vars map[string]*Value
	ret  Value
}

// flow is how a statement ends.
type flow uint8

const (
	on flow = iota
	leave
	again
	out
)

func (f *frame) raise(at bsl.Pos, format string, args ...any) {
	panic(&Raised{Text: fmt.Sprintf(format, args...), Path: f.in.file.Path, Pos: at})
}

func (f *frame) run(body []bsl.Stmt) flow {
	for _, s := range body {
		if how := f.statement(s); how != on {
			return how
		}
	}
	return on
}

func (f *frame) statement(s bsl.Stmt) flow {
	switch s := s.(type) {
	case *bsl.Do:
		f.eval(s.Call)
	case *bsl.Assign:
		f.assign(s.To, f.eval(s.Value))
	case *bsl.If:
		for i, c := range s.Conds {
			if f.truth(c) {
				return f.run(s.Bodies[i])
			}
		}
		if len(s.Bodies) > len(s.Conds) {
			return f.run(s.Bodies[len(s.Conds)])
		}
	case *bsl.While:
		for f.truth(s.Cond) {
			if how := f.run(s.Body); how == leave {
				break
			} else if how == out {
				return out
			}
		}
	case *bsl.For:
		return f.loop(s)
	case *bsl.Try:
		return f.try(s)
	case *bsl.Return:
		if s.Value != nil {
			f.ret = f.eval(s.Value)
		}
		return out
	case *bsl.Raise:
		if s.Value == nil {
			panic(f.w.trouble)
		}
		f.raise(s.Pos, "%s", Text(f.eval(s.Value)))
	case *bsl.Leave:
		if s.Next {
			return again
		}
		return leave
	default:
		f.raise(s.At(), "%T is not run here", s)
	}
	return on
}

func (f *frame) loop(s *bsl.For) flow {
	var values []Value
	if s.To == nil {
		switch list := f.eval(s.From).(type) {
		case *Array:
			values = append(values, list.Items...)
		case *Map:
			for _, k := range list.keys {
				pair := NewMap(true)
				pair.Put("Ключ", k)
				pair.Put("Значение", list.At(k))
				values = append(values, pair)
			}
		default:
			f.raise(s.Pos, "%s has no elements", typeOf(list))
		}
	} else {
		for i := f.number(s.From); i <= f.number(s.To); i++ {
			values = append(values, i)
		}
	}
	for _, v := range values {
		*f.variable(s.Var) = v
		if how := f.run(s.Body); how == leave {
			break
		} else if how == out {
			return out
		}
	}
	return on
}

// try keeps the exception for ИнформацияОбОшибке while its handler runs.
func (f *frame) try(s *bsl.Try) (how flow) {
	err := f.w.guard(func() { how = f.run(s.Body) })
	if err == nil {
		return how
	}
	before := f.w.trouble
	f.w.trouble = err.(*Raised)
	defer func() { f.w.trouble = before }()
	return f.run(s.Except)
}

// variable is the cell of a name, made when it is not there yet.
func (f *frame) variable(name string) *Value {
	key := bsl.Fold(name)
	if cell := f.vars[key]; cell != nil {
		return cell
	}
	if cell := f.w.globals[key]; cell != nil && f.side&bsl.Client != 0 {
		return cell
	}
	f.vars[key] = new(Value)
	return f.vars[key]
}

func (f *frame) assign(to bsl.Expr, v Value) {
	switch to := to.(type) {
	case *bsl.Ref:
		if f.ofForm(to.Name) && f.in.self.Set(to.Name, v) {
			return
		}
		*f.variable(to.Name) = v
	case *bsl.Member:
		switch of := f.eval(to.Of).(type) {
		case *Map:
			if !of.Struct || !of.Has(to.Name) {
				f.raise(to.Pos, "no field %s", to.Name)
			}
			of.Put(to.Name, v)
		case Object:
			if !of.Set(to.Name, v) {
				f.raise(to.Pos, "no field %s to be set", to.Name)
			}
		default:
			f.raise(to.Pos, "%s has no fields", typeOf(of))
		}
	case *bsl.Index:
		switch of := f.eval(to.Of).(type) {
		case *Map:
			of.Put(f.eval(to.By), v)
		case *Array:
			of.Items[f.place(of, to.By)] = v
		case Object:
			if !of.Set(Text(f.eval(to.By)), v) {
				f.raise(to.Pos, "no field %s to be set", Text(f.eval(to.By)))
			}
		default:
			f.raise(to.Pos, "%s has no elements", typeOf(of))
		}
	}
}

// ofForm tells whether a plain name is one of the form itself. Attributes that
// code has added are not: the platform compiled the module before.
func (f *frame) ofForm(name string) bool {
	switch bsl.Fold(name) {
	case "параметры", "элементы", "команды", "заголовок", "автозаголовок":
		return f.in.self != nil && f.vars[bsl.Fold(name)] == nil
	}
	return false
}

func (f *frame) truth(e bsl.Expr) bool {
	b, ok := f.eval(e).(bool)
	if !ok {
		f.raise(e.At(), "this is no Булево")
	}
	return b
}

func (f *frame) number(e bsl.Expr) float64 {
	n, ok := f.eval(e).(float64)
	if !ok {
		f.raise(e.At(), "this is no Число")
	}
	return n
}

func (f *frame) place(of *Array, by bsl.Expr) int {
	i := int(f.number(by))
	if i < 0 || i >= len(of.Items) {
		f.raise(by.At(), "index %d of %d", i, len(of.Items))
	}
	return i
}
