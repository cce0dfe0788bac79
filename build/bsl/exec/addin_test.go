package exec_test

import (
	"strings"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/exec"
)

// backend is what an add-in does.
type backend interface {
	call(method string, args []exec.Value) (v exec.Value, failure string)
	property(name string, v exec.Value)
}

// addin is the object of the add-in as BSL sees it: asynchronous calls answer
// when the present code is done.
type addin struct {
	w       *exec.World
	backend backend
}

func (a *addin) Get(string) (exec.Value, bool) { return nil, false }
func (a *addin) Set(name string, v exec.Value) bool {
	a.backend.property(name, v)
	return true
}

func (a *addin) Call(name string, args []*exec.Value) (exec.Value, bool) {
	method, later := strings.CutPrefix(name, "НачатьВызов")
	values := make([]exec.Value, len(args))
	for i, p := range args {
		if p != nil {
			values[i] = *p
		}
	}
	if later {
		a.w.Later(func() {
			params := &exec.Array{Items: values[1:]}
			v, failure := a.backend.call(method, values[1:])
			if n := len(params.Items); n > 0 {
				params.Items[n-1] = failure
			}
			a.w.Notify(values[0], v, params)
		})
		return nil, true
	}
	v, failure := a.backend.call(method, values)
	if n := len(args); n > 0 && args[n-1] != nil && fallible(method, n) {
		*args[n-1] = failure
	}
	return v, true
}

var class = telephony.Class()

// fallible tells whether argument number n of a method is Ошибка.
func fallible(method string, n int) bool {
	i := class.FindMethod(method)
	return i >= 0 && class.Methods[i].Fallible && n == len(class.Methods[i].AllParams())
}

// fake answers as it was told, else with a good value; it notes the calls.
type fake struct {
	calls   []string
	answers map[string][]answer // one after the other, the last one stays away
}

type answer struct {
	value   exec.Value
	failure string
}

func (f *fake) property(name string, v exec.Value) {
	f.calls = append(f.calls, name+" = "+exec.Text(v))
}

func (f *fake) call(method string, args []exec.Value) (exec.Value, string) {
	parts := []string{method}
	for _, a := range args {
		parts = append(parts, exec.Text(a))
	}
	f.calls = append(f.calls, strings.TrimRight(strings.Join(parts, " "), " "))
	if list := f.answers[method]; len(list) > 0 {
		f.answers[method] = list[1:]
		return list[0].value, list[0].failure
	}
	i := class.FindMethod(method)
	if i < 0 {
		exec.Raise("the add-in has no method %s", method)
	}
	if class.Methods[i].Returns == spec.Boolean {
		return true, ""
	}
	return "{}", ""
}

// real is the component itself, in this process.
type real struct{ component.Instance }

func (r real) property(name string, v exec.Value) {
	for i, p := range class.Properties {
		if bsl.Same(p.Name.RU, name) {
			if raise := r.Set(i, toSpec(v)); raise != nil {
				exec.Raise("%s", raise.Text)
			}
		}
	}
}

func (r real) call(method string, args []exec.Value) (exec.Value, string) {
	i := class.FindMethod(method)
	if i < 0 {
		exec.Raise("the add-in has no method %s", method)
	}
	values := make([]spec.Value, len(class.Methods[i].AllParams()))
	for n, a := range args {
		values[n] = toSpec(a)
	}
	out := r.Call(i, values)
	if out.Raise != nil {
		exec.Raise("%s", out.Raise.Text)
	}
	return fromSpec(out.Ret), out.Error
}

func toSpec(v exec.Value) spec.Value {
	switch v := v.(type) {
	case string:
		return spec.String(v)
	case bool:
		return spec.Bool(v)
	case float64:
		return spec.Integer(int64(v))
	case time.Time:
		return spec.Time(v)
	}
	return spec.Empty()
}

func fromSpec(v spec.Value) exec.Value {
	switch v.Kind() {
	case spec.KindString:
		return v.Str()
	case spec.KindBool:
		return v.Bool()
	case spec.KindInt, spec.KindFloat:
		return v.Float()
	case spec.KindTime:
		return v.Time()
	}
	return nil
}
