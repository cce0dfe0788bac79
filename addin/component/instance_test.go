package component_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a 1C object that takes every event.
type host struct{ info component.HostInfo }

func (h host) ExternalEvent(_, _, _ string) bool { return true }
func (h host) Info() component.HostInfo          { return h.info }

// thing is the object of the test class.
type thing struct {
	env    *component.Env
	name   string
	closed atomic.Int32
	seen   []spec.Value
}

func (o *thing) Close(context.Context) { o.closed.Add(1) }

// Numbers of the methods of class().
const (
	echo = iota
	all
	infallible
	boom
	wrongEvent
)

func class() *spec.Class[*thing] {
	def := func(v spec.Value) *spec.Value { return &v }
	return &spec.Class[*thing]{
		Name: "Thing",
		Properties: []spec.Property[*thing]{
			{
				Name: spec.Name{RU: "Имя", EN: "Name"}, Type: spec.Str,
				Get: func(o *thing) spec.Value { return spec.String(o.name) },
				Set: func(o *thing, v spec.Value) error {
					if v.Str() == "" {
						return text.New(text.BadArgument)
					}
					o.name = v.Str()
					return nil
				},
			},
			{
				Name: spec.Name{RU: "Бомба", EN: "Bomb"}, Type: spec.Str,
				Get: func(*thing) spec.Value { panic("get") },
				Set: func(*thing, spec.Value) error { panic("set") },
			},
			{
				Name: spec.Name{RU: "Только", EN: "Only"}, Type: spec.Int,
				Get: func(*thing) spec.Value { return spec.Integer(1) },
			},
		},
		Methods: []spec.Method[*thing]{
			echo: {
				Name:    spec.Name{RU: "Эхо", EN: "Echo"},
				Params:  []spec.Param{{Name: spec.Name{RU: "Код", EN: "Code"}, Type: spec.Str, Default: def(spec.String(""))}},
				Returns: spec.Boolean, Fallible: true,
				Body: func(o *thing, a []spec.Value) (spec.Value, error) {
					if code := a[0].Str(); code != "" {
						return spec.Bool(true), text.New(text.Code(code)).WithField(component.Field("Код", "Code"))
					}
					return spec.Bool(true), nil
				},
			},
			all: {
				Name: spec.Name{RU: "Все", EN: "All"},
				Params: []spec.Param{
					{Name: spec.Name{RU: "Целое", EN: "Whole"}, Type: spec.Int},
					{Name: spec.Name{RU: "Дробь", EN: "Fraction"}, Type: spec.Num, Default: def(spec.Float(0.5))},
					{Name: spec.Name{RU: "Флаг", EN: "Flag"}, Type: spec.Boolean, Default: def(spec.Bool(true))},
					{Name: spec.Name{RU: "День", EN: "Day"}, Type: spec.Date, Default: def(spec.Time(time.Time{}))},
					{Name: spec.Name{RU: "Данные", EN: "Data"}, Type: spec.Binary, Default: def(spec.Blob(nil))},
					{Name: spec.Name{RU: "Любое", EN: "Whatever"}, Type: spec.Any, Default: def(spec.Integer(7))},
				},
				Returns: spec.Str, Fallible: true,
				Body: func(o *thing, a []spec.Value) (spec.Value, error) {
					o.seen = append([]spec.Value(nil), a...)
					return spec.String("ok"), nil
				},
			},
			infallible: {
				Name: spec.Name{RU: "Молча", EN: "Quietly"}, Returns: spec.Str,
				Body: func(o *thing, _ []spec.Value) (spec.Value, error) { return spec.String(o.name), nil },
			},
			boom: {
				Name: spec.Name{RU: "Упасть", EN: "Fall"}, Returns: spec.Str, Fallible: true,
				Body: func(*thing, []spec.Value) (spec.Value, error) { panic(errors.New("secret cause")) },
			},
			wrongEvent: {
				Name: spec.Name{RU: "Событие", EN: "Event"}, Returns: spec.Boolean, Fallible: true,
				Body: func(*thing, []spec.Value) (spec.Value, error) {
					return spec.Empty(), text.New(text.BadArgumentType).WithField(component.Field("Что", "What"))
				},
			},
		},
	}
}

// setup makes an object; its thing and what it logs.
func setup(t *testing.T, info component.HostInfo) (component.Instance, *thing, *bytes.Buffer) {
	t.Helper()
	var o *thing
	log := &bytes.Buffer{}
	in := component.New(class(), host{info}, component.Options{Log: zerolog.New(log)}, func(env *component.Env) *thing {
		o = &thing{env: env}
		return o
	})
	t.Cleanup(in.Done)
	return in, o, log
}

func TestCallConvertsAndFillsIn(t *testing.T) {
	t.Parallel()
	day := spec.Time(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC))
	defaults := []spec.Value{spec.Integer(5), spec.Float(0.5), spec.Bool(true), spec.Time(time.Time{}), spec.Blob(nil), spec.Integer(7)}
	for _, c := range []struct {
		name string
		args []spec.Value
		want []spec.Value
	}{
		{"defaults for Неопределено", []spec.Value{spec.Integer(5), {}, {}, {}, {}, {}, {}}, defaults},
		{"fewer arguments than declared", []spec.Value{spec.Integer(5)}, defaults},
		{"5.0 is an integer", []spec.Value{spec.Float(5)}, defaults},
		{
			"everything given, the out-parameter too",
			[]spec.Value{spec.Float(-1 << 62), spec.Integer(3), spec.Bool(false), day, spec.Blob([]byte{1}), spec.Null(), spec.Bool(true)},
			[]spec.Value{spec.Integer(-1 << 62), spec.Integer(3), spec.Bool(false), day, spec.Blob([]byte{1}), spec.Null()},
		},
	} {
		in, o, _ := setup(t, component.HostInfo{})
		out := in.Call(all, c.args)
		if out.Raise != nil || out.Error != "" || out.Ret.Str() != "ok" {
			t.Errorf("%s: Call() = %+v (raise %+v), want ok", c.name, out, out.Raise)
			continue
		}
		if diff := cmp.Diff(c.want, o.seen); diff != "" {
			t.Errorf("%s: arguments of the body (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWrongCallRaisesAndNamesMethodAndArgument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		method int
		args   []spec.Value
		code   text.Code
		ru, en []string
	}{
		{"text for a number", all, []spec.Value{spec.String("5")}, text.BadArgumentType, []string{"Все.Целое", "получено Строка, нужно целое Число"}, []string{"All.Whole", "got String, want whole Number"}},
		{"fraction for a whole number", all, []spec.Value{spec.Float(5.5)}, text.BadArgumentType, []string{"Все.Целое", "получено Число, нужно целое Число"}, []string{"All.Whole", "got Number, want whole Number"}},
		{"2^63", all, []spec.Value{spec.Float(1 << 63)}, text.BadArgumentType, []string{"Все.Целое"}, []string{"All.Whole"}},
		{"text for a fraction", all, []spec.Value{spec.Integer(1), spec.String("5")}, text.BadArgumentType, []string{"Все.Дробь", "получено Строка, нужно Число"}, []string{"All.Fraction", "got String, want Number"}},
		{"not a number", all, []spec.Value{spec.Integer(1), spec.Float(math.NaN())}, text.BadArgumentType, []string{"Все.Дробь"}, []string{"All.Fraction"}},
		{"number for a flag", all, []spec.Value{spec.Integer(1), {}, spec.Integer(1)}, text.BadArgumentType, []string{"Все.Флаг", "получено Число, нужно Булево"}, []string{"All.Flag", "got Number, want Boolean"}},
		{"flag for a number", all, []spec.Value{spec.Bool(true)}, text.BadArgumentType, []string{"Все.Целое"}, []string{"All.Whole"}},
		{"Null for text", echo, []spec.Value{spec.Null()}, text.BadArgumentType, []string{"Эхо.Код", "получено Null, нужно Строка"}, []string{"Echo.Code"}},
		{"Неопределено for a required one", all, []spec.Value{{}}, text.BadArgumentType, []string{"Все.Целое", "получено Неопределено, нужно целое Число"}, []string{"All.Whole", "Undefined"}},
		{"an object", all, []spec.Value{spec.Integer(1), {}, {}, {}, {}, spec.Unsupported(9)}, text.BadArgumentType, []string{"Все.Любое"}, []string{"All.Whatever"}},
		{"required one left out", all, nil, text.BadArgumentCount, []string{"Все.Целое", "получено 0, нужно не меньше 1"}, []string{"All.Whole"}},
		{"too many", echo, make([]spec.Value, 3), text.BadArgumentCount, []string{"Эхо", "получено 3, нужно не больше 2"}, []string{"Echo"}},
		{"too many without an out-parameter", infallible, make([]spec.Value, 1), text.BadArgumentCount, []string{"Молча"}, []string{"Quietly"}},
		{"the body finds the type wrong", wrongEvent, nil, text.BadArgumentType, []string{"Событие.Что"}, []string{"Event.What"}},
	} {
		for lang, want := range map[string][]string{"ru": c.ru, "en": c.en} {
			in, o, _ := setup(t, component.HostInfo{Language: lang})
			out := in.Call(c.method, append([]spec.Value(nil), c.args...))
			if out.Raise == nil || out.Raise.Code != string(c.code) {
				t.Errorf("%s, %s: Call() = %+v, want an exception %s", c.name, lang, out, c.code)
				continue
			}
			for _, part := range want {
				if !strings.Contains(out.Raise.Text, part) {
					t.Errorf("%s, %s: text of the exception = %q, want it to name %q", c.name, lang, out.Raise.Text, part)
				}
			}
			if e := o.env.LastError(); e == nil || e.Code != c.code {
				t.Errorf("%s: LastError() = %v, want %s", c.name, e, c.code)
			}
		}
	}
}

func TestFailureGoesToTheOutParameterAndStays(t *testing.T) {
	t.Parallel()
	in, o, _ := setup(t, component.HostInfo{Language: "en"})
	out := in.Call(echo, []spec.Value{spec.String(string(text.NotConnected))})
	if out.Raise != nil || out.Ret.Kind() != spec.KindBool || out.Ret.Bool() {
		t.Errorf("failing Call() = %+v, want Ложь without an exception", out)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out.Error), &got); err != nil {
		t.Fatalf("Ошибка = %q: %v", out.Error, err)
	}
	want := map[string]any{
		"code": "not_connected", "text": text.Lookup(text.NotConnected).EN + " [Code]",
		"remedy": text.Lookup(text.NotConnected).RemedyEN, "retryable": false, "field": "Code",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Ошибка (-want +got):\n%s", diff)
	}

	in.Call(infallible, nil)
	if e := o.env.LastError(); e == nil || e.Code != text.NotConnected {
		t.Errorf("LastError() after a method that cannot fail = %v, want it kept", e)
	}
	if out := in.Call(echo, nil); out.Error != "" || !out.Ret.Bool() {
		t.Errorf("Call() = %+v, want Истина", out)
	}
	if e := o.env.LastError(); e != nil {
		t.Errorf("LastError() after a success = %v, want nil", e)
	}
}

func TestRaiseErrors(t *testing.T) {
	t.Parallel()
	in, o, _ := setup(t, component.HostInfo{})
	o.env.SetRaiseErrors(true)
	out := in.Call(echo, []spec.Value{spec.String(string(text.Timeout))})
	if out.Raise == nil || out.Raise.Code != string(text.Timeout) || !strings.Contains(out.Raise.Text, text.Lookup(text.Timeout).RU) {
		t.Errorf("Call() with ВызыватьИсключения = %+v, want an exception timeout", out)
	}
}

func TestPanicsEndHere(t *testing.T) {
	t.Parallel()
	in, _, log := setup(t, component.HostInfo{})
	out := in.Call(boom, nil)
	if out.Raise != nil || !strings.Contains(out.Error, `"internal"`) || strings.Contains(out.Error, "secret") {
		t.Errorf("Call() that panics = %+v, want internal without the cause", out)
	}
	if !strings.Contains(log.String(), "instance_test.go") {
		t.Errorf("log = %s, want the stack", log)
	}
	if _, r := in.Get(1); r == nil || r.Code != string(text.Internal) {
		t.Errorf("Get() that panics: raise = %+v, want internal", r)
	}
	if r := in.Set(1, spec.String("")); r == nil || r.Code != string(text.Internal) {
		t.Errorf("Set() that panics: raise = %+v, want internal", r)
	}
	broken := component.New(class(), host{}, component.Options{}, func(*component.Env) *thing { panic("make") })
	if out := broken.Call(echo, nil); out.Raise == nil || out.Raise.Code != string(text.Internal) {
		t.Errorf("Call() of an object that could not be made = %+v, want internal", out)
	}
	broken.Done()
}

func TestNumbersOutOfRange(t *testing.T) {
	t.Parallel()
	in, _, _ := setup(t, component.HostInfo{})
	for _, i := range []int{-1, 5, math.MaxInt} {
		if out := in.Call(i, nil); out.Raise == nil {
			t.Errorf("Call(%d) = %+v, want an exception", i, out)
		}
		if _, r := in.Get(i); r == nil {
			t.Errorf("Get(%d) raised nothing", i)
		}
		if r := in.Set(i, spec.Empty()); r == nil {
			t.Errorf("Set(%d) raised nothing", i)
		}
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	in, _, _ := setup(t, component.HostInfo{})
	if r := in.Set(0, spec.String("Ёж")); r != nil {
		t.Fatalf("Set(Имя) = %+v, want nil", r)
	}
	if v, r := in.Get(0); r != nil || v.Str() != "Ёж" {
		t.Errorf("Get(Имя) = %v, %+v; want Ёж", v, r)
	}
	for _, c := range []struct {
		i    int
		v    spec.Value
		code text.Code
	}{{0, spec.Integer(1), text.BadArgumentType}, {0, spec.String(""), text.BadArgument}, {2, spec.Integer(1), text.Internal}} {
		r := in.Set(c.i, c.v)
		if r == nil || r.Code != string(c.code) {
			t.Errorf("Set(%d, %v) = %+v, want %s", c.i, c.v, r, c.code)
		} else if c.i == 0 && !strings.Contains(r.Text, "Имя") {
			t.Errorf("Set(%d, %v): text = %q, want it to name Имя", c.i, c.v, r.Text)
		}
	}
}

func TestLanguageOfThePlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		info component.HostInfo
		want text.Lang
	}{
		{component.HostInfo{}, text.RU},
		{component.HostInfo{Locale: "rus_RUS"}, text.RU},
		{component.HostInfo{Locale: "en_US"}, text.EN},
		{component.HostInfo{Language: "ru", Locale: "en_US"}, text.RU},
		{component.HostInfo{Language: "kk", Locale: "ru_RU"}, text.EN},
	} {
		_, o, _ := setup(t, c.info)
		if got := o.env.Lang(); got != c.want {
			t.Errorf("Lang() with %+v = %v, want %v", c.info, got, c.want)
		}
	}
}

func TestDoneStopsEverything(t *testing.T) {
	t.Parallel()
	in, o, _ := setup(t, component.HostInfo{})
	stopped := make(chan struct{})
	o.env.Group().Go("worker", func(ctx context.Context) { <-ctx.Done(); close(stopped) })
	in.Done()
	in.Done()
	select {
	case <-stopped:
	default:
		t.Error("Done() returned before the goroutine ended")
	}
	if n := o.closed.Load(); n != 1 {
		t.Errorf("Close() was called %d times, want 1", n)
	}
	if out := in.Call(echo, nil); out.Raise == nil || out.Raise.Code != string(text.Stopping) {
		t.Errorf("Call() after Done() = %+v, want stopping", out)
	}
	if _, r := in.Get(0); r == nil || r.Code != string(text.Stopping) {
		t.Errorf("Get() after Done(): raise = %+v, want stopping", r)
	}
	if r := in.Set(0, spec.String("x")); r == nil || r.Code != string(text.Stopping) {
		t.Errorf("Set() after Done() = %+v, want stopping", r)
	}
}

func TestDoneWaitsTwoSecondsAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, o, log := setup(t, component.HostInfo{})
		release := make(chan struct{})
		o.env.Group().Go("stubborn", func(context.Context) { <-release })
		started := time.Now()
		in.Done()
		if d := time.Since(started); d != component.DoneTimeout {
			t.Errorf("Done() with a stubborn goroutine took %v, want %v", d, component.DoneTimeout)
		}
		if !strings.Contains(log.String(), "stubborn") {
			t.Errorf("log = %s, want it to name the goroutine", log)
		}
		close(release)
		synctest.Wait()
	})
}

func FuzzArguments(f *testing.F) {
	f.Add(uint8(all), []byte{3, 4, 2, 5, 7, 0, 6})
	f.Add(uint8(echo), []byte{6})
	f.Fuzz(func(t *testing.T, method uint8, kinds []byte) {
		values := []spec.Value{
			spec.Empty(), spec.Null(), spec.Bool(true), spec.Integer(math.MinInt64), spec.Float(math.Inf(1)),
			spec.Time(time.Time{}), spec.String("\xff\x00"), spec.Blob([]byte{1}), spec.Unsupported(9), spec.Float(2),
		}
		args := make([]spec.Value, len(kinds))
		for i, k := range kinds {
			args[i] = values[int(k)%len(values)]
		}
		in := component.New(class(), host{}, component.Options{}, func(env *component.Env) *thing { return &thing{env: env} })
		defer in.Done()
		out := in.Call(int(method)-1, args)
		if out.Raise != nil && (out.Raise.Code == "" || out.Raise.Text == "") {
			t.Errorf("Call(%d, %v): exception %+v without code or text", method, args, out.Raise)
		}
		if out.Error != "" && !json.Valid([]byte(out.Error)) {
			t.Errorf("Call(%d, %v): Ошибка = %q, want JSON", method, args, out.Error)
		}
	})
}

func BenchmarkCallNoop(b *testing.B) {
	in := component.New(class(), host{}, component.Options{}, func(env *component.Env) *thing { return &thing{env: env} })
	defer in.Done()
	b.ReportAllocs()
	for b.Loop() {
		in.Call(infallible, nil)
	}
}
