package exec

import (
	"fmt"
	"maps"
	"strings"

	"mangoofficesdk/build/bsl"
)

// World is one session: its modules on both sides, and what the test lends.
type World struct {
	// Names are objects and values known everywhere.
	Names map[string]Value
	// Funcs are functions of the platform that the test stands for, by folded
	// name; those of the package itself come after them.
	Funcs map[string]func(args []*Value) Value
	// New makes objects of types that the package does not know.
	New map[string]func(args []*Value) Value

	modules map[string]*bsl.File
	sources map[string]string
	ready   map[string]*instance
	globals map[string]*Value
	queue   []func()
	trouble *Raised // the present exception, for ИнформацияОбОшибке
}

// instance is a module on one side.
type instance struct {
	file *bsl.File
	side bsl.Context
	code *bsl.Module
	self Object // the form, nil for other modules
}

// Form adds a module of a form, with the form that it is of.
func (w *World) Form(path, src string, self Object) (*Form, error) {
	f, err := bsl.ReadModule(path, src)
	if err == nil && len(f.Module.Problems) > 0 {
		err = fmt.Errorf("%s: %v", path, f.Module.Problems)
	}
	return &Form{w, &instance{&f, 0, f.Module, self}}, err
}

// Form is an open form: its module and what the test made of its elements.
type Form struct {
	w  *World
	in *instance
}

// Has tells whether the module has a method.
func (f *Form) Has(proc string) bool { return f.in.code.Method(proc) != nil }

// Call runs a method of the module, and then what it has set going.
func (f *Form) Call(proc string, args ...Value) error {
	err := f.w.guard(func() { f.w.method(f.in, proc, cells(args), bsl.Pos{}) })
	if err == nil {
		err = f.w.Pump()
	}
	return err
}

// NewWorld makes a session without modules.
func NewWorld() *World {
	return &World{
		Names: map[string]Value{}, Funcs: map[string]func([]*Value) Value{}, New: map[string]func([]*Value) Value{},
		modules: map[string]*bsl.File{}, sources: map[string]string{}, ready: map[string]*instance{}, globals: map[string]*Value{},
	}
}

// Application is the name of the module without one: that of the application.
const Application = ""

// Load adds a module; one of the same name is replaced, as a configuration does
// with those that are meant for it.
func (w *World) Load(path, src string) error {
	f, err := bsl.ReadModule(path, src)
	if err != nil {
		return err
	}
	if len(f.Module.Problems) > 0 {
		return fmt.Errorf("%s: %v", path, f.Module.Problems)
	}
	key := bsl.Fold(f.Name)
	w.modules[key], w.sources[key] = &f, src
	maps.DeleteFunc(w.ready, func(k string, _ *instance) bool { return strings.HasPrefix(k, key+"/") })
	if f.Name == Application {
		for _, v := range f.Module.Vars {
			w.globals[bsl.Fold(v.Text)] = new(Value)
		}
	}
	return nil
}

// instance is a module as it is compiled for a side; nil if it is not there. A
// client reaches a server module that may be called.
func (w *World) instance(name string, side bsl.Context) *instance {
	f := w.modules[bsl.Fold(name)]
	if f == nil {
		return nil
	}
	if f.Where&side == 0 {
		if f.Where&bsl.Called == 0 {
			return nil
		}
		side = bsl.Server
	}
	if f.Where&bsl.Called != 0 {
		side = bsl.Server
	}
	key := fmt.Sprint(bsl.Fold(name), "/", side)
	if w.ready[key] == nil {
		w.ready[key] = &instance{f, side, bsl.ParseFor(w.sources[bsl.Fold(name)], side), nil}
	}
	return w.ready[key]
}

// Call runs a procedure or function of a module, and then what it has set
// going. An exception that nobody caught is the error.
func (w *World) Call(side bsl.Context, module, proc string, args ...Value) (v Value, err error) {
	in := w.instance(module, side)
	if in == nil {
		return nil, fmt.Errorf("no module %q on this side", module)
	}
	err = w.guard(func() { v = w.method(in, proc, cells(args), bsl.Pos{}) })
	if err == nil {
		err = w.Pump()
	}
	return v, err
}

// Later runs f when the present code is done: an asynchronous answer.
func (w *World) Later(f func()) { w.queue = append(w.queue, f) }

// Pump runs what was asked for later until nothing is left.
func (w *World) Pump() error {
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		if err := w.guard(next); err != nil {
			return err
		}
	}
	return nil
}

// Global is a variable of the application's module.
func (w *World) Global(name string) Value {
	if cell := w.globals[bsl.Fold(name)]; cell != nil {
		return *cell
	}
	return nil
}

func (w *World) guard(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Raised:
			err = e
		default:
			panic(e)
		}
	}()
	f()
	return nil
}

// Raise throws an exception into the modules.
func Raise(format string, args ...any) { panic(&Raised{Text: fmt.Sprintf(format, args...)}) }

// Notify answers a notification later; nil is nobody.
func (w *World) Notify(n Value, args ...Value) {
	note, ok := n.(*Notification)
	if !ok {
		return
	}
	w.Later(func() { w.method(note.Target, note.Proc, cells(append(args, note.Extra)), bsl.Pos{}) })
}

// Fail answers a notification with an exception, later.
func (w *World) Fail(n Value, text string) {
	note, ok := n.(*Notification)
	if !ok || note.ErrorTo == nil {
		Raise("%s", text)
	}
	w.Later(func() {
		w.method(note.ErrorTo, note.ErrorProc, cells([]Value{&Raised{Text: text}, true, note.Extra}), bsl.Pos{})
	})
}

func cells(args []Value) []*Value {
	out := make([]*Value, len(args))
	for i, a := range args {
		out[i] = &a
	}
	return out
}

// method runs a method of a module. What it gets beyond its parameters is
// dropped: a notification need not take all.
func (w *World) method(in *instance, name string, args []*Value, at bsl.Pos) Value {
	m := in.code.Method(name)
	if m == nil {
		Raise("no method %s in module %s", name, in.file.Name)
	}
	f := &frame{w: w, in: in, side: in.side, vars: map[string]*Value{}}
	if in.self != nil {
		f.side = bsl.Server
		if bsl.Fold(m.Where) == "наклиенте" {
			f.side = bsl.Client
		}
	}
	for i, p := range m.Params {
		cell := new(Value)
		switch {
		case i < len(args) && args[i] != nil:
			if cell = args[i]; p.ByValue {
				copied := *cell
				cell = &copied
			}
		case p.Default != nil:
			*cell = f.eval(p.Default)
		default:
			f.raise(at, "%s: parameter %s is missing", m.Text, p.Text)
		}
		f.vars[bsl.Fold(p.Text)] = cell
	}
	f.run(m.Body)
	return f.ret
}
