package napihost_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mangoofficesdk/test/napihost"
)

// bin holds napi-host and the probe component, built once from source.
var bin string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "napihost")
	if err != nil {
		panic(err)
	}
	bin = dir
	for _, args := range [][]string{
		{"sh", "../../cmd/napi-host/build.sh", dir, "linux-amd64"},
		{"gcc", "-std=gnu11", "-O1", "-g", "-shared", "-fPIC", "-pthread", "-o", filepath.Join(dir, "probe.so"), "testdata/probe.c"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "napihost: %v failed: %v\n%s", args, err, out)
			os.RemoveAll(dir)
			os.Exit(1)
		}
	}
	code := m.Run()
	os.RemoveAll(dir)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func start(t testing.TB) *napihost.Host {
	t.Helper()
	h, err := napihost.Start(t.Context(), napihost.Config{Command: []string{filepath.Join(bin, "napi-host-linux-amd64")}})
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(h.Kill)
	return h
}

func probe(t *testing.T) (*napihost.Host, *napihost.Object) {
	t.Helper()
	h := start(t)
	lib, err := h.Load(t.Context(), filepath.Join(bin, "probe.so"))
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	lib.LoadNS = 0
	want := napihost.Library{Library: 1, Classes: []string{"Probe", "Other"}, Capabilities: 3, Attach: 3}
	if d := cmp.Diff(want, lib); d != "" {
		t.Fatalf("Load (-want +got):\n%s", d)
	}
	o, err := h.Create(t.Context(), "Probe")
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return h, o
}

func quit(t *testing.T, h *napihost.Host) napihost.Stats {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s, err := h.Quit(ctx)
	if err != nil {
		t.Fatalf("Quit: %v", err)
	}
	return s
}

func TestEchoThroughComponent(t *testing.T) {
	t.Parallel()
	h, o := probe(t)
	for _, c := range []struct {
		name string
		in   any
		want string // VT and BSL text
	}{
		{"undefined", nil, "EMPTY Неопределено"},
		{"null", napihost.Null{}, "NULL Null"},
		{"true", true, "BOOL Истина"},
		{"int", 42, "I4 42"},
		{"int32 max", math.MaxInt32, "I4 2147483647"},
		{"int32 max + 1", int64(math.MaxInt32 + 1), "R8 2147483648"},
		{"fraction", 0.1, "R8 0.1"},
		{"tiny", 5e-324, "R8 4.94065645841247e-324"},
		{"typed", napihost.Typed{VT: "UI1", Value: 200}, "UI1 200"},
		{"empty string", "", `PWSTR ""`},
		{"surrogates", "Ёж 😀", `PWSTR "Ёж 😀"`},
		{"date", time.Date(2026, 2, 28, 3, 4, 5, 0, time.UTC), "TM '2026-02-28T03:04:05'"},
		{"empty date", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "TM '0001-01-01T00:00:00'"},
		{"blob", []byte{0, 1, 255}, "BLOB ДвоичныеДанные(3)"},
	} {
		r, err := o.Call(t.Context(), "Эхо", c.in)
		if err != nil {
			t.Errorf("%s: Call(Эхо): %v", c.name, err)
			continue
		}
		if got := r.Value.String(); got != c.want {
			t.Errorf("%s: Call(Эхо, %v) = %s, want %s", c.name, c.in, got, c.want)
		}
	}
	if err := quit(t, h).Clean(); err != nil {
		t.Error(err)
	}
}

func TestDescribeAndDefaults(t *testing.T) {
	t.Parallel()
	h, o := probe(t)
	d, err := o.Describe(t.Context())
	if err != nil {
		t.Fatalf("Describe: %v", err)
	}
	m, ok := d.Method("умолчания")
	want := []napihost.ParamInfo{
		{}, {Optional: true, VT: "I4", Default: json.RawMessage("5")},
		{Optional: true, VT: "PWSTR", Default: json.RawMessage(`"нет"`)},
	}
	if diff := cmp.Diff(want, m.Params); !ok || diff != "" {
		t.Errorf("Describe: Defaults %v (-want +got):\n%s", ok, diff)
	}
	if p, ok := d.Property("VALUE"); !ok || p.NameRU != "Значение" || !p.Readable || !p.Writable {
		t.Errorf("Describe: property Value = %+v, %v", p, ok)
	}
	r, err := o.Call(t.Context(), "Defaults", 1, napihost.Omit{})
	if err != nil || r.Text() != "нет" || r.Args[1].Int() != 5 {
		t.Errorf("Call(Defaults, 1) = %v %v, %v; want the defaults 5 and нет", r, r.Args, err)
	}
	for _, args := range [][]any{{}, {1, 2, 3, 4}} {
		if _, err := o.Call(t.Context(), "Defaults", args...); err == nil {
			t.Errorf("Call(Defaults, %v): no error for a wrong number of arguments", args)
		}
	}
	if _, err := o.CallRaw(t.Context(), "Defaults", 1); err == nil {
		t.Error("CallRaw(Defaults, 1): the component accepted one argument of three")
	}
	if err := quit(t, h).Clean(); err != nil {
		t.Error(err)
	}
}

func TestPropertiesAndOutParameters(t *testing.T) {
	t.Parallel()
	h, o := probe(t)
	if err := o.Set(t.Context(), "Значение", "текст"); err != nil {
		t.Fatalf("Set: %v", err)
	}
	if v, err := o.Get(t.Context(), "Value"); err != nil || v.Text() != "текст" {
		t.Errorf("Get(Value) = %v, %v", v, err)
	}
	if _, err := o.Get(t.Context(), 7); err == nil {
		t.Error("Get(7): no error for a property that does not exist")
	}
	r, err := o.Call(t.Context(), "Swap", "первый", 2)
	if err != nil || r.Args[0].Int() != 2 || r.Args[1].Text() != "первый" {
		t.Errorf("Call(Swap) = %v, %v; want the arguments exchanged", r.Args, err)
	}
	_, err = o.Call(t.Context(), "Fail")
	f, ok := napihost.Exception(err)
	want := []napihost.AddError{{Code: 1006, Source: "Probe", Text: "не вышло", SCode: 1}}
	if !ok || cmp.Diff(want, f.Errors) != "" {
		t.Errorf("Call(Fail): %v, want an exception with %v", err, want)
	}
	if _, err := o.Call(t.Context(), "НетТакого"); err == nil {
		t.Error("Call(НетТакого): no error")
	}
	if err := quit(t, h).Clean(); err != nil {
		t.Error(err)
	}
}

// Events come from another thread, in order, and a queue of depth 1 makes the
// component wait, not lose.
func TestEventsKeepOrder(t *testing.T) {
	t.Parallel()
	h, o := probe(t)
	const n = 300
	if err := o.Refuse(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Call(t.Context(), "Emit", n, 1); err != nil {
		t.Fatalf("Call(Emit): %v", err)
	}
	for i := range n {
		e, err := h.Next(t.Context())
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		if want := fmt.Sprintf("%03d", i); e.Data != want || e.Source != "Probe" || e.Message != "Tick" || !e.Foreign {
			t.Fatalf("event %d = %+v, want data %s from a foreign thread", i, e, want)
		}
	}
	s := quit(t, h)
	if s.Objects[0].Taken != n || s.Objects[0].Refused < 5 || s.Clean() != nil {
		t.Errorf("Quit: %+v, want %d taken and at least 5 refused", s, n)
	}
}

func TestQueueDepth(t *testing.T) {
	t.Parallel()
	h, o := probe(t)
	if err := h.Hold(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if r, err := o.Call(t.Context(), "Depth", 3); err != nil || !r.Bool() {
		t.Fatalf("Call(Depth) = %v, %v", r, err)
	}
	if _, err := o.Call(t.Context(), "Emit", 10); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		s, err := h.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := s.Objects[0]
		if got.Waiting+got.Refused == 10 {
			if got.Waiting != 3 {
				t.Errorf("a queue of depth 3 held %d of 10 events", got.Waiting)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("events did not arrive: %+v", got)
		}
	}
	if err := h.Hold(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if e, err := h.Next(t.Context()); err != nil || e.Data != fmt.Sprintf("%03d", i) {
			t.Errorf("Next = %+v, %v", e, err)
		}
	}
}

// The host must see what a bad component does, or its green is worth nothing.
func TestBadComponentIsCaught(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"Wide":      "wide integers",
		"BadThread": "AddError was called on a foreign thread",
	} {
		h, o := probe(t)
		if _, err := o.Call(t.Context(), method); err != nil {
			t.Fatalf("Call(%s): %v", method, err)
		}
		s, err := h.Stats(t.Context())
		if err != nil || s.Clean() == nil || !strings.Contains(strings.Join(s.Violations, "\n"), want) {
			t.Errorf("%s: violations %q, %v; want one with %q", method, s.Violations, err, want)
		}
	}
	h, o := probe(t)
	if _, err := o.Call(t.Context(), "Leak"); err != nil {
		t.Fatal(err)
	}
	if s := quitDirty(t, h); s.Allocations != 1 || s.Clean() == nil {
		t.Errorf("Leak: %+v, want one block left", s)
	}
}

// quitDirty is Quit of a host that ends with a non-zero code.
func quitDirty(t *testing.T, h *napihost.Host) napihost.Stats {
	t.Helper()
	s, err := h.Quit(t.Context())
	if err != nil {
		t.Fatalf("Quit: %v", err)
	}
	return s
}

func TestLifeCycles(t *testing.T) {
	t.Parallel()
	h := start(t)
	if _, err := h.Load(t.Context(), filepath.Join(bin, "probe.so")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Create(t.Context(), "Nope"); err == nil {
		t.Error("Create(Nope): no error for an unknown class")
	}
	if err := h.Platform(t.Context(), 3, true); err != nil {
		t.Fatal(err)
	}
	o, err := h.CreateWith(t.Context(), "Probe", napihost.CreateOptions{OneScript: true})
	if err != nil {
		t.Fatalf("CreateWith(OneScript): %v", err)
	}
	if r, err := o.Call(t.Context(), "Application"); err != nil || r.Int() != 3 {
		t.Errorf("Call(Application) = %v, %v, want 3", r, err)
	}
	if err := o.Delete(t.Context()); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if err := o.Done(t.Context()); err == nil {
		t.Error("Done after Delete: no error")
	}
	for range 50 {
		o, err := h.Create(t.Context(), "Probe")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(o.Done(t.Context()), o.Destroy(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	s := quit(t, h)
	if err := s.Clean(); err != nil || len(s.Objects) != 51 {
		t.Errorf("Quit: %d objects, %v", len(s.Objects), err)
	}
}

func TestLoadFailures(t *testing.T) {
	t.Parallel()
	h := start(t)
	for path, want := range map[string]string{
		"/nowhere/no.so": "no.so",
		filepath.Join(bin, "napi-host-linux-amd64"): "",
		"/lib/x86_64-linux-gnu/libm.so.6":           "not a Native API component",
		"relative\x00path":                          "",
		filepath.Join(bin, "каталог 😀", "нет.so"):   "нет.so",
		strings.Repeat("/long", 2000):               "",
	} {
		_, err := h.Load(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%.40q): %v, want an error with %q", path, err, want)
		}
	}
	if _, err := h.Create(t.Context(), "Probe"); err == nil {
		t.Error("Create without a library: no error")
	}
}

// Whatever arrives, each line gets exactly one answer and the host lives.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, op := range []string{"", "nope", "create", "call", "get", "set", "done", "destroy", "delete", "describe", "refuse", "hold", "depth", "echo", "load", "platform"} {
		a, err := h.Do(t.Context(), op, map[string]any{"object": -1, "args": 1, "value": []int{1}})
		if err != nil || a.OK || a.Error == "" {
			t.Errorf("Do(%q) = %+v, %v; want a refusal", op, a, err)
		}
	}
	if s := quit(t, h); s.Clean() != nil {
		t.Errorf("Quit: %+v", s)
	}
	if _, err := h.Do(t.Context(), "stats", nil); !errors.Is(err, napihost.ErrEnded) {
		t.Errorf("Do after Quit: %v, want ErrEnded", err)
	}
}

func TestKillIsNoticed(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.Kill()
	h.Kill()
	if _, err := h.Next(t.Context()); !errors.Is(err, napihost.ErrEnded) {
		t.Errorf("Next after Kill: %v, want ErrEnded", err)
	}
}

// FuzzEcho sends any JSON value through the C parser, a variant and the C
// writer: the answer is either a refusal or the same value.
func FuzzEcho(f *testing.F) {
	for _, s := range []string{`null`, `true`, `0`, `-0`, `1e308`, `-2147483649`, `""`, `"\ud83d\ude00"`, `"\ud800x"`,
		`"\u0000"`, `{"date":"2024-02-29T23:59:59"}`, `{"date":"2023-02-29T00:00:00"}`, `{"blob":"AAEC"}`, `{"blob":"A"}`,
		`{"null":1}`, `{"vt":"I8","value":9007199254740993}`, `[1]`, `{"a":{"b":[[]]}}`, `"` + strings.Repeat("я", 30) + `"`,
		strings.Repeat("8", 80) + "." + strings.Repeat("8", 500)} {
		f.Add([]byte(s))
	}
	f.Add([]byte("\"\xd1\""))
	h := start(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		a, err := h.Do(t.Context(), "echo", map[string]any{"value": json.RawMessage(raw)})
		if err != nil {
			t.Fatalf("Do(echo, %s): %v", raw, err)
		}
		var want any
		if err := json.Unmarshal(raw, &want); err != nil {
			return // a number out of range
		}
		switch want.(type) {
		case []any:
			if a.OK {
				t.Fatalf("echo of an array %s was accepted", raw)
			}
			return
		case map[string]any:
			return
		}
		var got any
		if !utf8.Valid(raw) {
			if a.OK {
				t.Fatalf("echo of bad UTF-8 %q was accepted", raw)
			}
			return
		}
		if err := a.Err("echo"); err != nil {
			t.Fatalf("Do(echo, %s): %v", raw, err)
		}
		if err := json.Unmarshal(a.Result, &got); err != nil {
			t.Fatalf("echo %s gave %s: %v", raw, a.Result, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("echo %s (-want +got):\n%s", raw, d)
		}
	})
}

// FuzzLine gives the C program arbitrary bytes as a line.
func FuzzLine(f *testing.F) {
	for _, s := range []string{``, `{`, `{"op":"echo","value":`, "\xff\xfe", `{"id":1,"op":"stats"}`, `{"op":5}`, `[[[[`,
		strings.Repeat("[", 70), `"\u12`, "{\"op\":\"\x00\"}", `{"id":1e400}`, `{"op":"quit"}x`} {
		f.Add([]byte(s))
	}
	exe := filepath.Join(bin, "napi-host-linux-amd64")
	f.Fuzz(func(t *testing.T, raw []byte) {
		raw = slices.DeleteFunc(slices.Clone(raw), func(b byte) bool { return b == '\n' })
		cmd := exec.CommandContext(t.Context(), exe)
		cmd.Stdin = strings.NewReader(string(raw) + "\n" + `{"id":77,"op":"stats"}` + "\n")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("napi-host on %q: %v", raw, err)
		}
		for l := range strings.Lines(string(out)) {
			if !json.Valid([]byte(l)) {
				t.Fatalf("napi-host on %q wrote %q", raw, l)
			}
		}
		if !strings.Contains(string(out), `"id":77`) && !strings.Contains(string(raw), "quit") {
			t.Fatalf("napi-host on %q did not go on: %s", raw, out)
		}
	})
}
