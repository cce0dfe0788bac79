package probe

import (
	"encoding/json"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// platform is a host that refuses every third event.
type platform struct {
	mu     sync.Mutex
	offers int
	taken  []string
	inside int
	most   int
}

func (p *platform) ExternalEvent(_, _, data string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inside++
	p.most = max(p.most, p.inside)
	defer func() { p.inside-- }()
	if p.offers++; p.offers%3 == 0 {
		return false
	}
	p.taken = append(p.taken, data)
	return true
}

func (*platform) Info() component.HostInfo {
	return component.HostInfo{Application: 1, AppVersion: "8.3"}
}

// call runs a method by its English name with values as BSL would pass them.
func call(t *testing.T, in component.Instance, name string, args ...spec.Value) component.Outcome {
	t.Helper()
	i := Class().FindMethod(name)
	if i < 0 {
		t.Fatalf("no method %s", name)
	}
	return in.Call(i, args)
}

func TestBurst(t *testing.T) {
	t.Parallel()
	p := &platform{}
	in := New(p)
	out := call(t, in, "Burst", spec.Integer(100), spec.Integer(4), spec.Bool(true))
	if !out.Ret.Bool() || out.Raise != nil {
		t.Fatalf("Burst = %+v", out)
	}
	next := map[int]int{}
	for _, data := range p.taken {
		var e struct{ Thread, N int }
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatalf("event %s: %v", data, err)
		}
		if e.N != next[e.Thread] {
			t.Errorf("event %d of thread %d came when %d was due", e.N, e.Thread, next[e.Thread])
		}
		next[e.Thread]++
	}
	if len(p.taken) != 100 || len(next) != 4 || p.most != 1 {
		t.Errorf("Burst gave %d events of %d threads, %d at once; want 100, 4, 1", len(p.taken), len(next), p.most)
	}
	in.Done()
}

func TestDoneStopsWhatWasStarted(t *testing.T) {
	t.Parallel()
	in := New(&platform{})
	call(t, in, "Busy", spec.Integer(2), spec.Integer(60_000))
	call(t, in, "Burst", spec.Integer(1_000_000), spec.Integer(2))
	in.Done() // goleak tells whether it did
	if out := call(t, in, "Nop"); out.Raise == nil {
		t.Errorf("Nop after Done = %+v, want an exception", out)
	}
}

func TestPanicsStayInside(t *testing.T) {
	t.Parallel()
	in := New(&platform{})
	defer in.Done()
	call(t, in, "Panic")
	if out := call(t, in, "PanicInGoroutine"); !out.Ret.Bool() {
		t.Errorf("PanicInGoroutine = %+v", out)
	}
	var got counts
	if err := json.Unmarshal([]byte(call(t, in, "Counts").Ret.Str()), &got); err != nil || got.Panics != 1 {
		t.Errorf("Counts = %+v, %v, want one panic", got, err)
	}
}

func TestJoinAndFail(t *testing.T) {
	t.Parallel()
	in := New(&platform{})
	defer in.Done()
	if got, want := call(t, in, "Join", spec.String("А")).Ret.Str(), "А|ёлка 😀|-42|2.5|true"; got != want {
		t.Errorf("Join = %q, want %q", got, want)
	}
	if out := call(t, in, "Fail", spec.String("x")); out.Raise != nil || out.Error == "" {
		t.Errorf("Fail = %+v, want the out-parameter", out)
	}
	if r := in.Set(Class().FindProperty("RaiseErrors"), spec.Bool(true)); r != nil {
		t.Fatalf("Set(RaiseErrors) = %+v", r)
	}
	if out := call(t, in, "Fail"); out.Raise == nil {
		t.Errorf("Fail with RaiseErrors = %+v, want an exception", out)
	}
	if r := in.Set(Class().FindProperty("Counter"), spec.Integer(-1)); r == nil {
		t.Error("Set(Counter, -1) was taken")
	}
}
