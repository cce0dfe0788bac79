package component

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

// DoneTimeout bounds Done: the platform closes the form meanwhile, and a host
// whose ExternalEvent waits for its main thread must not hang for ever.
const DoneTimeout = 2 * time.Second

// Closer is what an object may implement to give things back on Done, before
// its goroutines are waited for. ctx ends with DoneTimeout.
type Closer interface {
	Close(ctx context.Context)
}

// New makes the object: it runs make at once, on the caller's thread, which
// must be inside a call from the host. The island therefore calls New on the
// first real call only, never for an object that the platform merely probes.
//
// The result never panics; a panic of make turns every later call into an
// exception with the code `internal`.
func New[T any](class *spec.Class[T], host Host, opt Options, make func(env *Env) T) Instance {
	in := &instance[T]{class: class, env: newEnv(host, opt)}
	in.broken = in.guard("create", func() { in.obj = make(in.env) })
	return in
}

type instance[T any] struct {
	class  *spec.Class[T]
	env    *Env
	obj    T
	broken *text.Error // make panicked

	done     atomic.Bool
	doneOnce sync.Once
}

// Call implements Instance. It may change the elements of args.
func (in *instance[T]) Call(i int, args []spec.Value) Outcome {
	if r := in.refuse(); r != nil {
		return Outcome{Raise: r}
	}
	if i < 0 || i >= len(in.class.Methods) {
		return Outcome{Raise: in.fail("", text.New(text.Internal).WithDetail(fmt.Sprintf("method %d", i)))}
	}
	m := &in.class.Methods[i]
	args, bad := bind(m.Params, args, m.Fallible)
	if bad != nil {
		return Outcome{Raise: in.wrongCall(m.Name, bad)}
	}
	ret, err := in.run(m, args)
	if err == nil {
		if m.Fallible {
			in.env.last.Store(nil)
		}
		return Outcome{Ret: ret}
	}
	return in.failed(m, err)
}

// run calls the body and turns a panic into an error.
func (in *instance[T]) run(m *spec.Method[T], args []spec.Value) (ret spec.Value, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = in.panicked(m.Name.EN, v)
		}
	}()
	return m.Body(in.obj, args)
}

func (in *instance[T]) failed(m *spec.Method[T], err error) Outcome {
	e := text.From(err)
	if e.Code == text.BadArgumentType || e.Code == text.BadArgumentCount {
		return Outcome{Raise: in.wrongCall(m.Name, e)}
	}
	e = named(e, in.env.Lang())
	in.env.fail(m.Name.EN, e)
	if in.env.RaiseErrors() {
		return Outcome{Raise: in.raise(e)}
	}
	out := Outcome{Ret: zero(m.Returns)}
	if m.Fallible {
		out.Error = ErrorJSON(e, in.env.Lang())
	}
	return out
}

// Get implements Instance.
func (in *instance[T]) Get(i int) (v spec.Value, r *Raise) {
	if r := in.refuse(); r != nil {
		return spec.Empty(), r
	}
	if i < 0 || i >= len(in.class.Properties) || in.class.Properties[i].Get == nil {
		return spec.Empty(), in.fail("", text.New(text.Internal).WithDetail(fmt.Sprintf("property %d", i)))
	}
	p := &in.class.Properties[i]
	if e := in.guard(p.Name.EN, func() { v = p.Get(in.obj) }); e != nil {
		return spec.Empty(), in.fail(p.Name.EN, e)
	}
	return v, nil
}

// Set implements Instance. Every refusal raises: a property has no
// out-parameter to tell it otherwise.
func (in *instance[T]) Set(i int, v spec.Value) *Raise {
	if r := in.refuse(); r != nil {
		return r
	}
	if i < 0 || i >= len(in.class.Properties) || in.class.Properties[i].Set == nil {
		return in.fail("", text.New(text.Internal).WithDetail(fmt.Sprintf("property %d", i)))
	}
	p := &in.class.Properties[i]
	v, ok := convert(p.Type, v)
	if !ok {
		return in.wrongCall(p.Name, WrongType(spec.Name{}, v, p.Type))
	}
	var err error
	if e := in.guard(p.Name.EN, func() { err = p.Set(in.obj, v) }); e != nil {
		return in.fail(p.Name.EN, e)
	}
	if err != nil {
		e := text.From(err)
		if e.Field == "" {
			e = e.WithField(Field(p.Name.RU, p.Name.EN))
		}
		return in.fail(p.Name.EN, named(e, in.env.Lang()))
	}
	return nil
}

// Done implements Instance.
func (in *instance[T]) Done() {
	in.done.Store(true)
	in.doneOnce.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), DoneTimeout)
		defer cancel()
		in.env.group.Stop()
		in.guard("Done", func() {
			if c, ok := any(in.obj).(Closer); ok && in.broken == nil {
				c.Close(ctx)
			}
		})
		if err := in.env.group.Wait(ctx); err != nil {
			in.env.log.Warn().Err(err).Msg("object left goroutines behind")
		}
	})
}

// refuse tells why no call can be served at all.
func (in *instance[T]) refuse() *Raise {
	if in.done.Load() {
		return in.raise(text.New(text.Stopping))
	}
	if in.broken != nil {
		return in.raise(in.broken)
	}
	return nil
}

// wrongCall raises for a call that BSL wrote wrongly; the text names the
// method (or property) and the argument.
func (in *instance[T]) wrongCall(name spec.Name, e *text.Error) *Raise {
	l := in.env.Lang()
	e = named(e, l)
	field := pick(name, l)
	if e.Field != "" {
		field += "." + e.Field
	}
	return in.fail(name.EN, e.WithField(field))
}

// fail keeps the failure for the properties and raises it.
func (in *instance[T]) fail(what string, e *text.Error) *Raise {
	in.env.fail(what, e)
	return in.raise(e)
}

func (in *instance[T]) raise(e *text.Error) *Raise {
	return &Raise{Code: string(e.Code), Text: Describe(e, in.env.Lang())}
}

// guard runs fn and turns a panic into an error.
func (in *instance[T]) guard(what string, fn func()) (e *text.Error) {
	defer func() {
		if v := recover(); v != nil {
			e = in.panicked(what, v)
		}
	}()
	fn()
	return nil
}

func (in *instance[T]) panicked(what string, v any) *text.Error {
	in.env.log.Error().Str("call", what).Any("panic", v).Bytes("stack", debug.Stack()).Msg("call panicked")
	return text.New(text.Internal).Wrap(fmt.Errorf("panic in %s: %v", what, v))
}

// Describe is a failure in one text for people: what happened and what to do.
func Describe(e *text.Error, l text.Lang) string {
	r := e.Rendered(l)
	if r.Remedy == "" {
		return r.Text
	}
	return r.Text + ". " + r.Remedy
}

// ErrorJSON is a failure as the out-parameter Ошибка carries it.
func ErrorJSON(e *text.Error, l text.Lang) string {
	b, err := json.Marshal(e.Rendered(l))
	if err != nil { // strings and a bool: cannot happen
		return `{"code":"` + string(e.Code) + `","text":"","remedy":"","retryable":false,"field":""}`
	}
	return string(b)
}

// zero is what a failed function returns: Ложь or "" by its declared type.
func zero(t spec.Type) spec.Value {
	switch t {
	case spec.Boolean:
		return spec.Bool(false)
	case spec.Num, spec.Int:
		return spec.Integer(0)
	case spec.None:
		return spec.Empty()
	case spec.Date:
		return spec.Time(time.Time{})
	case spec.Binary:
		return spec.Blob(nil)
	}
	return spec.String("")
}
