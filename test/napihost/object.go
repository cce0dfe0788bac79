package napihost

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Library is what a component says when it is attached.
type Library struct {
	Library      int      `json:"library"`
	Classes      []string `json:"classes"`
	Capabilities int      `json:"capabilities"` // −1: no such export
	Attach       int      `json:"attach"`       // 1 not isolated, 2 isolated, 3 any; −1: no such export
	LoadNS       int64    `json:"load_ns"`
}

// Load loads a library; path must be absolute. A *Failure with OSError tells
// why the system refused.
func (h *Host) Load(ctx context.Context, path string) (Library, error) {
	var lib Library
	err := h.ask(ctx, "load", map[string]any{"path": path}, &lib)
	return lib, err
}

// Platform says who the platform claims to be from now on: application as in
// AppInfo (0 thin client, 3 server), isolated or not.
func (h *Host) Platform(ctx context.Context, application int, isolated bool) error {
	return h.ask(ctx, "platform", map[string]any{"application": application, "isolated": isolated}, nil)
}

// Hold stops taking events (a modal dialog) until it is called with false.
func (h *Host) Hold(ctx context.Context, on bool) error {
	return h.ask(ctx, "hold", map[string]any{"on": on}, nil)
}

// Stats is the account so far.
func (h *Host) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := h.ask(ctx, "stats", nil, &s)
	return s, err
}

func (h *Host) ask(ctx context.Context, op string, params map[string]any, into any) error {
	a, err := h.Do(ctx, op, params)
	if err != nil {
		return err
	}
	if err := a.Err(op); err != nil || into == nil {
		return err
	}
	return a.into(into)
}

// Object is one object of the component.
type Object struct {
	host      *Host
	ID        int    `json:"object"`
	Info      int    `json:"info"`  // technology version of GetInfo
	Depth     int    `json:"depth"` // of the event queue, after Init
	Extension string `json:"extension"`
	Errors    []AddError
}

// CreateOptions vary how an object is brought to life.
type CreateOptions struct {
	Library   int    // 0: the newest
	OneScript bool   // setMemManager before Init and nothing else, as OneScript does
	Locale    string // "" = ru_RU
	Language  string // "" = ru
}

// Create makes an object as the platform does with its defaults.
func (h *Host) Create(ctx context.Context, class string) (*Object, error) {
	return h.CreateWith(ctx, class, CreateOptions{})
}

// CreateWith makes an object.
func (h *Host) CreateWith(ctx context.Context, class string, opt CreateOptions) (*Object, error) {
	params := map[string]any{"class": class}
	if opt.Library != 0 {
		params["library"] = opt.Library
	}
	if opt.OneScript {
		params["order"] = "onescript"
	}
	if opt.Locale != "" {
		params["locale"] = opt.Locale
	}
	if opt.Language != "" {
		params["language"] = opt.Language
	}
	o := &Object{host: h}
	if err := h.ask(ctx, "create", params, o); err != nil {
		return nil, err
	}
	return o, nil
}

// Description lists the properties and methods of an object.
type Description struct {
	Properties []PropertyInfo `json:"properties"`
	Methods    []MethodInfo   `json:"methods"`
}

// PropertyInfo is one property.
type PropertyInfo struct {
	Index    int    `json:"index"`
	Name     string `json:"name"`
	NameRU   string `json:"name_ru"`
	Readable bool   `json:"readable"`
	Writable bool   `json:"writable"`
}

// MethodInfo is one method. The Native API tells no names of parameters.
type MethodInfo struct {
	Index    int         `json:"index"`
	Name     string      `json:"name"`
	NameRU   string      `json:"name_ru"`
	Function bool        `json:"function"`
	Params   []ParamInfo `json:"params"`
}

// ParamInfo is one parameter: whether it may be left out, and its default.
type ParamInfo struct {
	Optional bool            `json:"optional"`
	VT       string          `json:"vt"`
	Default  json.RawMessage `json:"default"`
}

// Method finds a method by either name, in any case.
func (d Description) Method(name string) (MethodInfo, bool) {
	i := slices.IndexFunc(d.Methods, func(m MethodInfo) bool { return sameName(name, m.Name, m.NameRU) })
	if i < 0 {
		return MethodInfo{}, false
	}
	return d.Methods[i], true
}

// Property finds a property by either name, in any case.
func (d Description) Property(name string) (PropertyInfo, bool) {
	i := slices.IndexFunc(d.Properties, func(p PropertyInfo) bool { return sameName(name, p.Name, p.NameRU) })
	if i < 0 {
		return PropertyInfo{}, false
	}
	return d.Properties[i], true
}

func sameName(name, en, ru string) bool {
	return strings.EqualFold(name, en) || strings.EqualFold(name, ru)
}

func (o *Object) with(params map[string]any) map[string]any {
	if params == nil {
		params = map[string]any{}
	}
	params["object"] = o.ID
	return params
}

// Describe lists the object's members.
func (o *Object) Describe(ctx context.Context) (Description, error) {
	var d Description
	err := o.host.ask(ctx, "describe", o.with(nil), &d)
	return d, err
}

// Call calls a method by name (either language, any case) or by number. Args
// are Go values as in ToJSON. Missing trailing arguments get their defaults.
// A component that returns false gives an error that Exception recognises.
func (o *Object) Call(ctx context.Context, method any, args ...any) (Result, error) {
	return o.call(ctx, method, args, false)
}

// CallRaw passes exactly these arguments, even if their number is wrong.
func (o *Object) CallRaw(ctx context.Context, method any, args ...any) (Result, error) {
	return o.call(ctx, method, args, true)
}

func (o *Object) call(ctx context.Context, method any, args []any, raw bool) (Result, error) {
	values := make([]any, len(args))
	for i, a := range args {
		v, err := ToJSON(a)
		if err != nil {
			return Result{}, fmt.Errorf("napihost: call %v: argument %d: %w", method, i+1, err)
		}
		values[i] = v
	}
	a, err := o.host.Do(ctx, "call", o.with(map[string]any{"method": method, "args": values, "raw": raw}))
	if err != nil {
		return Result{}, err
	}
	r := Result{Value: Value{VT: a.VT, Raw: a.Result}, NS: a.NS, Errors: a.Errors}
	for _, raw := range a.Args {
		r.Args = append(r.Args, Value{Raw: raw})
	}
	return r, a.Err(fmt.Sprintf("call %v", method))
}

// Get reads a property.
func (o *Object) Get(ctx context.Context, property any) (Value, error) {
	a, err := o.host.Do(ctx, "get", o.with(map[string]any{"property": property}))
	if err != nil {
		return Value{}, err
	}
	return Value{VT: a.VT, Raw: a.Result}, a.Err(fmt.Sprintf("get %v", property))
}

// Set writes a property.
func (o *Object) Set(ctx context.Context, property, value any) error {
	v, err := ToJSON(value)
	if err != nil {
		return fmt.Errorf("napihost: set %v: %w", property, err)
	}
	a, err := o.host.Do(ctx, "set", o.with(map[string]any{"property": property, "value": v}))
	if err != nil {
		return err
	}
	return a.Err(fmt.Sprintf("set %v", property))
}

// Refuse makes the platform answer the next n events of this object with
// false, as a full queue would.
func (o *Object) Refuse(ctx context.Context, n int) error {
	return o.host.ask(ctx, "refuse", o.with(map[string]any{"count": n}), nil)
}

// SetDepth changes the depth of the event queue behind the component's back.
func (o *Object) SetDepth(ctx context.Context, n int) error {
	return o.host.ask(ctx, "depth", o.with(map[string]any{"depth": n}), nil)
}

// Done tells the object to stop; the platform does that before Destroy.
func (o *Object) Done(ctx context.Context) error { return o.host.ask(ctx, "done", o.with(nil), nil) }

// Destroy ends the object by DestroyObject, as the platform does.
func (o *Object) Destroy(ctx context.Context) error {
	return o.host.ask(ctx, "destroy", o.with(nil), nil)
}

// Delete ends the object by its virtual destructor, as OneScript does.
func (o *Object) Delete(ctx context.Context) error {
	return o.host.ask(ctx, "delete", o.with(nil), nil)
}
