package office

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// A consumer that is busy gets the newest progress, once, and then the result.
func TestProgressOfABusyConsumer(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	began := time.Now()
	o := inner(t, `{"users":[]}`, func(cfg *Config) {
		cfg.Now = func() time.Time { return began.Add(time.Duration(clock.Load())) }
	})
	l, err := o.Attach(Session{Extension: "101"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := o.ops.Start(l.id, "LoadCalls", func(_ context.Context, op *operation.Op) error {
		for i := range 3 {
			op.Progress(i, 3)
			clock.Add(int64(600 * time.Millisecond)) // more than between two tellings
		}
		op.SetPath("/tmp/calls.json")
		return op.Add(json.RawMessage("1"))
	})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the operation is over", func() bool { return o.ops.Stats().Kept == 1 })
	got := make(chan Delivery, 100)
	l.Deliver(func(d Delivery) bool { got <- d; return true })
	var progress []engine.ProgressBody
	for {
		var d Delivery
		select {
		case d = <-got:
		case <-time.After(10 * time.Second):
			t.Fatal("no OperationResult came")
		}
		switch d.Event.Kind {
		case engine.Progress:
			var b engine.ProgressBody
			if err := json.Unmarshal(d.Event.Body, &b); err != nil || d.Ref.Seq != 0 || d.Event.Expires.IsZero() {
				t.Errorf("Progress = %s, %+v, %v; want a local event that expires", d.Event.Body, d.Ref, err)
			}
			progress = append(progress, b)
			continue
		case engine.OperationResult:
		default:
			continue
		}
		var b engine.OperationResultBody
		if err := json.Unmarshal(d.Event.Body, &b); err != nil || b != (engine.OperationResultBody{
			OperationID: id, Kind: "LoadCalls", Path: "/tmp/calls.json", Total: 1}) {
			t.Errorf("OperationResult = %+v, %v; want the success of %s", b, err, id)
		}
		break
	}
	if len(progress) != 1 || progress[0].Done != 2 || progress[0].Total != 3 || progress[0].ETASec != 1 || progress[0].OperationID != id {
		t.Errorf("Progress = %+v, want the newest alone: 2 of 3, one second to go", progress)
	}
}

func TestWhyRequestsWait(t *testing.T) {
	t.Parallel()
	one, two, three := time.Unix(1, 0), time.Unix(2, 0), time.Unix(3, 0)
	for _, c := range []struct {
		status guard.Status
		why    text.Code
		until  time.Time
	}{
		{guard.Status{}, "", time.Time{}},
		{guard.Status{Waiting: [4]int{0, 5, 0, 0}}, "", time.Time{}}, // their turn comes
		{guard.Status{WindowUntil: one}, text.RequestsHeld, one},
		{guard.Status{WindowUntil: one, BackoffUntil: two}, text.RateLimited, two},
		{guard.Status{WindowUntil: one, BackoffUntil: two, GateUntil: three}, text.APIPaused, three},
	} {
		if why, until := held(c.status); why != c.why || !until.Equal(c.until) {
			t.Errorf("held(%+v) = %s until %v, want %s until %v", c.status, why, until, c.why, c.until)
		}
	}
}
