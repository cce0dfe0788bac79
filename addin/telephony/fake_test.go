package telephony_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("golden file (go test -update writes it): %v", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// storeLink is an Office reduced to its outbox, which is the real one: leases,
// attempts and acknowledgements are those of production.
type storeLink struct {
	store  *memory.Store
	cancel context.CancelFunc
	ctx    context.Context
	done   chan struct{}

	mu     sync.Mutex
	view   office.Snapshot
	fn     func(office.Delivery) bool
	calls  []string // method and arguments of each Call
	answer func(method string) (string, error)
	closed int
}

func newStoreLink() *storeLink {
	l := &storeLink{store: memory.New(memory.Options{}), done: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.view = office.Snapshot{
		State: office.Registered, Extension: "101", IsFirst: true, Epoch: l.store.Epoch(),
		Settings: map[string]any{"distribute": false}, Revision: 3,
		Diagnostics: map[string]any{"pbx_requests": 5, "clock_skew_ms": int64(-40)},
	}
	return l
}

func (l *storeLink) Call(_ context.Context, method string, args json.RawMessage) (json.RawMessage, error) {
	l.mu.Lock()
	l.calls = append(l.calls, method+" "+string(args))
	answer := l.answer
	l.mu.Unlock()
	if answer != nil {
		s, err := answer(method)
		return json.RawMessage(s), err
	}
	switch method {
	case "GetEvent":
		var a struct{ ID string }
		if err := json.Unmarshal(args, &a); err != nil {
			return nil, err
		}
		d, err := l.store.Outbox().Get(context.Background(), a.ID)
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"epoch": d.Epoch, "seq": d.Seq, "attempt": d.Attempt, "event": json.RawMessage(d.Raw)})
	case "SetSettings":
		return json.RawMessage(`{"revision":4,"unknown":["newer"]}`), nil
	}
	return json.RawMessage(`{"command_id":"cmd-1"}`), nil
}

func (l *storeLink) called() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.calls...)
}

func (l *storeLink) View() office.Snapshot {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view
}

func (l *storeLink) setState(s office.State, why *text.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.view.State, l.view.Why = s, why
}

func (l *storeLink) Deliver(fn func(office.Delivery) bool) {
	l.mu.Lock()
	l.fn = fn
	l.mu.Unlock()
	go func() {
		defer close(l.done)
		box := l.store.Outbox()
		for {
			given, err := box.Lease(l.ctx, "s", true, 1)
			if err != nil || l.ctx.Err() != nil {
				return
			}
			for _, d := range given {
				for !fn(decode(d)) {
					if l.pause(time.Millisecond) {
						return
					}
				}
			}
			if len(given) == 0 && l.idle(box) {
				return
			}
		}
	}()
}

// idle waits for more to deliver; true: the end.
func (l *storeLink) idle(box journal.Outbox) bool {
	next, err := box.NextDue(l.ctx)
	if err != nil {
		return true
	}
	due := make(<-chan time.Time)
	if !next.IsZero() {
		due = time.After(time.Until(next))
	}
	select {
	case <-box.Wake():
		return false
	case <-due:
		return false
	case <-l.ctx.Done():
		return true
	}
}

func (l *storeLink) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return false
	case <-l.ctx.Done():
		return true
	}
}

func decode(d journal.Delivery) office.Delivery {
	var e engine.Event
	if err := json.Unmarshal(d.Raw, &e); err != nil {
		panic(err)
	}
	return office.Delivery{Ref: d.Ref, Event: e, Attempt: d.Attempt}
}

func (l *storeLink) Settle(ctx context.Context, ref journal.Ref, v office.Verdict) error {
	switch {
	case v.Done:
		return l.store.Outbox().Ack(ctx, ref)
	case v.Shown:
		return l.store.Outbox().Extend(ctx, ref)
	}
	return l.store.Outbox().Nak(ctx, ref, v.Delay)
}

func (l *storeLink) Close(context.Context) error {
	l.cancel()
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed++
	return nil
}

// emit appends events to the outbox.
func (l *storeLink) emit(t testing.TB, events ...engine.Event) {
	t.Helper()
	out := make([]journal.Out, len(events))
	for i, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = journal.Out{ID: e.ID, Record: e.Class == engine.Record, Expires: e.Expires, Raw: raw}
	}
	if err := l.store.Derive(context.Background(), 0, out); err != nil {
		t.Fatalf("Derive() = %v", err)
	}
}

func (l *storeLink) unsettled(t testing.TB) int {
	t.Helper()
	n, _, err := l.store.Outbox().Depth(context.Background())
	if err != nil {
		t.Fatalf("Depth() = %v", err)
	}
	return n
}

func record(id string) engine.Event {
	return engine.Event{ID: id, Kind: engine.CallSummary, Class: engine.Record, Time: time.Unix(1_700_000_000, 0)}
}

func screen(id string) engine.Event {
	return engine.Event{ID: id, Kind: engine.IncomingCall, Class: engine.Screen, Time: time.Unix(1_700_000_000, 0)}
}

// fakeHost is a 1C object: it keeps the events it took.
type fakeHost struct {
	info  component.HostInfo
	take  func(id string) bool // nil: everything
	entry atomic.Int32         // ExternalEvent calls under way
	twice atomic.Bool          // two at a time were seen

	mu     sync.Mutex
	taken  []event
	notify chan struct{} // one slot
}

type event struct {
	source, name, data string
	id                 string
}

func newHost() *fakeHost { return &fakeHost{notify: make(chan struct{}, 1)} }

func (h *fakeHost) ExternalEvent(source, name, data string) bool {
	if h.entry.Add(1) != 1 {
		h.twice.Store(true)
	}
	defer h.entry.Add(-1)
	e := event{source: source, name: name, data: data, id: field(data, "id")}
	h.mu.Lock()
	take := h.take
	h.mu.Unlock()
	if take != nil && !take(e.id) {
		return false
	}
	h.mu.Lock()
	h.taken = append(h.taken, e)
	h.mu.Unlock()
	select {
	case h.notify <- struct{}{}:
	default:
	}
	return true
}

// swap changes what the host takes while it lives.
func (h *fakeHost) swap(take func(id string) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.take = take
}

func (h *fakeHost) Info() component.HostInfo { return h.info }

func (h *fakeHost) events() []event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]event(nil), h.taken...)
}

// ids are the ids taken so far, those of connection events left out.
func (h *fakeHost) ids() []string {
	var ids []string
	for _, e := range h.events() {
		if e.id != "connection" {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// field is a string field of an event's JSON.
func field(data, key string) string {
	var m map[string]any
	if json.Unmarshal([]byte(data), &m) != nil {
		return "broken JSON: " + data
	}
	s, _ := m[key].(string)
	return s
}

// eventually waits for a condition that another goroutine brings about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: did not happen in 30 s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

const (
	testKey  = "9ipl5monmwkkyg3adfx2s6frz7b"
	testSalt = "cv3z37sqp6kvsjs4i7vd3lf6r5rwztg2"
	params   = `{"vpbx_api_key":"` + testKey + `","vpbx_api_salt":"` + testSalt + `","listen":{"address":"127.0.0.1:0"},"time_zone":"+03:00"}`
)

// rig is a process whose connections go to link.
type rig struct {
	t     testing.TB
	proc  *telephony.Process
	link  *storeLink // of the latest connection
	opens atomic.Int32
	fail  error // what opening says
	probe func(cfg office.Config) error
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t}
	r.proc = telephony.NewProcess(telephony.ProcessOptions{
		Version: "1.2.3.4",
		LogPath: filepath.Join(t.TempDir(), "log", "test.log"),
		Open: func(_ context.Context, _ telephony.Params) (telephony.Link, error) {
			r.opens.Add(1)
			if _, bad := r.fail.(panicking); bad {
				panic(r.fail)
			}
			if r.fail != nil {
				return nil, r.fail
			}
			r.link = newStoreLink()
			return r.link, nil
		},
		Probe: func(_ context.Context, cfg office.Config) error { return r.probe(cfg) },
	})
	t.Cleanup(func() {
		if err := r.proc.Close(); err != nil {
			t.Errorf("Close() of the process = %v", err)
		}
	})
	return r
}

// object is a 1C object driven by names.
type object struct {
	t testing.TB
	component.Instance
	host  *fakeHost
	class *spec.Class[*telephony.Object]
}

func (r *rig) object(h *fakeHost) *object {
	o := &object{t: r.t, Instance: r.proc.NewInstance(h), host: h, class: telephony.Class()}
	r.t.Cleanup(o.Done)
	return o
}

// connected is an object after Подключить.
func (r *rig) connected(h *fakeHost) *object {
	r.t.Helper()
	o := r.object(h)
	o.must("Подключить", params)
	return o
}

// do calls a method; nil arguments stand for Неопределено.
func (o *object) do(name string, args ...any) component.Outcome {
	o.t.Helper()
	i := o.class.FindMethod(name)
	if i < 0 {
		o.t.Fatalf("no method %s", name)
	}
	values := make([]spec.Value, len(o.class.Methods[i].AllParams()))
	for k, a := range args {
		values[k] = value(o.t, a)
	}
	return o.Call(i, values)
}

func value(t testing.TB, a any) spec.Value {
	t.Helper()
	switch a := a.(type) {
	case nil:
		return spec.Empty()
	case string:
		return spec.String(a)
	case int:
		return spec.Integer(int64(a))
	case int64:
		return spec.Integer(a)
	case float64:
		return spec.Float(a)
	case bool:
		return spec.Bool(a)
	case time.Time:
		return spec.Time(a)
	}
	t.Fatalf("value(%T)", a)
	return spec.Empty()
}

// must calls a method that has to succeed.
func (o *object) must(name string, args ...any) spec.Value {
	o.t.Helper()
	out := o.do(name, args...)
	if out.Raise != nil || out.Error != "" {
		o.t.Fatalf("%s(%v) = %v, Ошибка %s, exception %+v", name, args, out.Ret, out.Error, out.Raise)
	}
	return out.Ret
}

// fails calls a method that has to fail, and gives code and field.
func (o *object) fails(name string, args ...any) (code, field string) {
	o.t.Helper()
	out := o.do(name, args...)
	if out.Raise != nil || out.Error == "" {
		o.t.Fatalf("%s(%v) = %v, Ошибка %q, exception %+v; want a failure", name, args, out.Ret, out.Error, out.Raise)
	}
	if out.Ret.Bool() || out.Ret.Str() != "" {
		o.t.Errorf("failing %s(%v) = %v, want Ложь or an empty text", name, args, out.Ret)
	}
	var e text.Rendered
	dec := json.NewDecoder(bytes.NewReader([]byte(out.Error)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		o.t.Fatalf("%s: Ошибка = %q: %v", name, out.Error, err)
	}
	if e.Text == "" || strings.ContainsRune(out.Error, 0) {
		o.t.Errorf("%s: Ошибка = %q, want a text", name, out.Error)
	}
	return string(e.Code), e.Field
}

func (o *object) get(name string) spec.Value {
	o.t.Helper()
	v, r := o.Get(o.class.FindProperty(name))
	if r != nil {
		o.t.Fatalf("Get(%s): exception %+v", name, r)
	}
	return v
}

func (o *object) set(name string, a any) *component.Raise {
	o.t.Helper()
	return o.Set(o.class.FindProperty(name), value(o.t, a))
}

// json calls a method and decodes what it returns.
func (o *object) json(name string, args ...any) map[string]any {
	o.t.Helper()
	return decodeMap(o.t, o.must(name, args...).Str())
}

func decodeMap(t testing.TB, s string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		t.Fatalf("JSON %q: %v", s, err)
	}
	return m
}

var errBoom = errors.New("boom")
