package guard_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

func TestWrongKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		time.Sleep(time.Minute)
		if v := pass(t, g, claiming("new"), outcome(guard.Unauthorized)); v != (guard.Verdict{WrongKey: true}) {
			t.Errorf("Done(Unauthorized) = %+v, want a wrong key", v)
		}
		must(t, g, claiming("new")).Done(outcome(guard.NotSent)) // nothing is closed
		pass(t, g, claiming("new"), outcome(guard.Wrong))
		time.Sleep(window)
		if v := pass(t, g, claiming(), outcome(guard.Unauthorized)); !v.WrongKey {
			t.Errorf("Done(Unauthorized) after the window = %+v, want a wrong key", v)
		}
	})
}

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		g.Prove("good")
		slow := must(t, g, claiming("good"))
		pass(t, g, claiming("bad"), outcome(guard.Wrong))
		until := time.Now().Add(window)
		time.Sleep(10 * time.Second)
		late := must(t, g, claiming("good"))
		v := pass(t, g, claiming(), outcome(guard.Unauthorized))
		if diff := cmp.Diff(guard.Verdict{Until: until}, v); diff != "" {
			t.Errorf("Done(Unauthorized) in the window (-want +got):\n%s", diff)
		}
		if v := slow.Done(outcome(guard.Unauthorized)); !v.Until.Equal(until) || v.WrongKey {
			t.Errorf("Done(Unauthorized) of one from before the window = %+v, want the same gate", v)
		}
		for _, u := range []guard.Urgency{guard.Route, guard.Command, guard.Read, guard.Bulk} {
			_, d, err := within(t, g, time.Minute, guard.Ticket{Urgency: u, Claims: []string{"good"}})
			if diff := cmp.Diff(&guard.PausedError{Until: until, Reason: guard.GateClosed}, err); diff != "" || d != 0 {
				t.Errorf("Enter before the gate, urgency %d, after %v (-want +got):\n%s", u, d, diff)
			}
		}
		if _, d, err := within(t, g, time.Hour, claiming("good")); err != nil || time.Now() != until {
			t.Errorf("Enter with an hour to spend = %v after %v, want a pass at %v", err, d, until)
		}
		// Its request was answered within the gate, the answer came after: no
		// word about the key.
		if v := late.Done(outcome(guard.Unauthorized)); v.WrongKey {
			t.Errorf("Done(Unauthorized) of one sent in the window = %+v, want no word about the key", v)
		}
		must(t, g, claiming("good")) // and the gate stays open
	})
}

// TestGateRefusesThoseWhoWait: at once, if it will be too late for them.
func TestGateRefusesThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{})
		pass(t, g, claiming("bad"), outcome(guard.Wrong))
		users := guard.Ticket{Class: guard.ClassUsers, Urgency: guard.Read}
		p := must(t, g, users)
		time.AfterFunc(time.Second, func() { p.Done(outcome(guard.Unauthorized)) })
		_, d, err := within(t, g, time.Minute, users)
		if e, ok := errors.AsType[*guard.PausedError](err); !ok || e.Reason != guard.GateClosed || d != time.Second {
			t.Errorf("Enter = %v after %v, want the gate closed after 1s", err, d)
		}
	})
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		// One overload meets several requests: it counts once.
		burst := []*guard.Pass{must(t, g, claiming()), must(t, g, claiming()), must(t, g, claiming())}
		for _, p := range burst {
			p.Done(outcome(guard.Overloaded))
		}
		between := func(lo, hi time.Duration) {
			t.Helper()
			if d := time.Until(g.Status().BackoffUntil); d < lo || d > hi {
				t.Errorf("backing off for %v, want %v to %v", d, lo, hi)
			}
		}
		between(500*time.Millisecond, 1500*time.Millisecond)
		_, d, err := within(t, g, 400*time.Millisecond, guard.Ticket{Urgency: guard.Route})
		if e, ok := errors.AsType[*guard.PausedError](err); !ok || e.Reason != guard.BackingOff || d != 0 || !errors.Is(err, text.New(text.RateLimited)) {
			t.Errorf("Enter while backing off = %v after %v, want a refusal at once", err, d)
		}
		for _, span := range []time.Duration{2, 4, 8, 16, 30, 30} { // seconds ± half
			p := later(t, g)
			if v := p.Done(outcome(guard.Overloaded)); !v.Until.Equal(g.Status().BackoffUntil) {
				t.Errorf("Done(Overloaded) = %+v, want until %v", v, g.Status().BackoffUntil)
			}
			between(span*time.Second/2, span*time.Second*3/2)
		}
		before := later(t, g)
		later(t, g).Done(outcome(guard.Overloaded))
		before.Done(outcome(guard.Answered)) // says nothing of how it is now
		later(t, g).Done(outcome(guard.Overloaded))
		between(15*time.Second, 45*time.Second)
		later(t, g).Done(outcome(guard.Answered))
		pass(t, g, claiming(), outcome(guard.Overloaded))
		between(500*time.Millisecond, 1500*time.Millisecond) // the growth begins anew
	})
}

// later takes a pass when it is to be had.
func later(t *testing.T, g *guard.Guard) *guard.Pass {
	t.Helper()
	p, _, err := within(t, g, time.Hour, claiming())
	if err != nil {
		t.Fatalf("Enter = %v", err)
	}
	return p
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{
		10 * time.Second: 10 * time.Second,
		24 * time.Hour:   guard.DefaultWindow,
	} {
		synctest.Test(t, func(t *testing.T) {
			g := unlimited()
			v := pass(t, g, claiming(), guard.Outcome{Kind: guard.Overloaded, RetryAfter: asked})
			if got := time.Until(v.Until); got != want {
				t.Errorf("Retry-After %v makes a pause of %v, want %v", asked, got, want)
			}
		})
	}
}

// TestOnChange: each opening, extension and end is told, by a call that may ask.
func TestOnChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int32
		var g *guard.Guard
		g = guard.New(guard.Config{Unlimited: true, OnChange: func() {
			told.Add(1)
			g.Status() // would hang if the lock were held
		}})
		step := func(what string, want int32, do func()) {
			t.Helper()
			do()
			if got := told.Swap(0); got != want {
				t.Errorf("%s: OnChange was called %d times, want %d", what, got, want)
			}
		}
		step("a good request", 0, func() { pass(t, g, claiming("good"), outcome(guard.Answered)) })
		step("a 3xxx", 1, func() { pass(t, g, claiming("bad"), outcome(guard.Wrong)) })
		step("a good request in the window", 0, func() { pass(t, g, claiming("good"), outcome(guard.Answered)) })
		step("a 401", 1, func() { pass(t, g, claiming("good"), outcome(guard.Unauthorized)) })
		step("both end while one waits", 1, func() {
			if _, _, err := within(t, g, time.Hour, claiming("good")); err != nil {
				t.Fatal(err)
			}
		})
		step("429", 1, func() { pass(t, g, claiming("good"), outcome(guard.Overloaded)) })
		step("the end of it, seen by Status", 1, func() { time.Sleep(time.Minute); g.Status() })
	})
}

func TestStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{Queue: 1})
		now := time.Now()
		after := func(d time.Duration) time.Time { return now.Add(d) }
		check := func(want guard.Status) {
			t.Helper()
			synctest.Wait()
			if diff := cmp.Diff(want, g.Status()); diff != "" {
				t.Errorf("Status() (-want +got):\n%s", diff)
			}
		}
		check(guard.Status{})
		pass(t, g, claiming("good"), outcome(guard.Answered))
		users := guard.Ticket{Class: guard.ClassUsers, Urgency: guard.Bulk}
		reading, doubtful := must(t, g, users), must(t, g, claiming("bad"))
		for range 2 { // the second finds the queue full
			go within(t, g, 90*time.Second, users) //nolint:errcheck // it just waits
		}
		check(guard.Status{
			Waiting: [4]int{guard.Bulk: 1}, InFlight: 2, Doubtful: true, Proven: 1,
			Counters: guard.Counters{Admitted: 3, Busy: 1},
		})
		doubtful.Done(outcome(guard.Wrong))
		check(guard.Status{
			WindowUntil: after(window), Waiting: [4]int{guard.Bulk: 1}, InFlight: 1, Proven: 1,
			Counters: guard.Counters{Admitted: 3, Wrong: 1, Busy: 1},
		})
		within(t, g, time.Second, claiming("bad")) //nolint:errcheck // refused
		lost, busy := must(t, g, claiming("good")), must(t, g, claiming("good"))
		pass(t, g, claiming("good"), outcome(guard.Unauthorized))
		lost.Done(outcome(guard.Lost))
		busy.Done(guard.Outcome{Kind: guard.Overloaded, RetryAfter: time.Minute})
		check(guard.Status{
			WindowUntil: after(window), GateUntil: after(window), BackoffUntil: after(time.Minute), InFlight: 1, Proven: 1,
			Counters: guard.Counters{Admitted: 6, Wrong: 1, Unauthorized: 1, Overloaded: 1, Lost: 1, Paused: 2, Busy: 1},
		})
		reading.Done(outcome(guard.Answered))
		time.Sleep(window)
		check(guard.Status{
			Proven:   1,
			Counters: guard.Counters{Admitted: 6, Wrong: 1, Unauthorized: 1, Overloaded: 1, Lost: 1, Paused: 2, Busy: 1},
		})
	})
}

// A guard that follows another one minds the wrong requests of that, and no longer
// than a window where the other's clock was wrong.
func TestWhatAnotherGuardHasSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int64
		g := guard.New(guard.Config{
			Unlimited: true, WindowUntil: time.Now().Add(window), GateUntil: time.Now().Add(time.Minute), OnChange: func() { told.Add(1) },
		})
		g.Prove("good")
		if told.Load() == 0 {
			t.Error("OnChange was not called for what was open from the beginning")
		}
		if _, d, err := within(t, g, time.Hour, claiming()); err != nil || d != time.Minute {
			t.Errorf("Enter without a claim = %v after %v, want a pass when the gate opens", err, d)
		}
		if _, d, err := within(t, g, time.Hour, claiming("good")); err != nil || d != window-time.Minute {
			t.Errorf("Enter with a claim proven here = %v after %v, want a pass at the end of the window", err, d)
		}
		g = guard.New(guard.Config{Unlimited: true, WindowUntil: time.Now().Add(24 * time.Hour)})
		if _, d, err := within(t, g, time.Hour, claiming("new")); err != nil || d != window {
			t.Errorf("Enter, with a window until tomorrow = %v after %v, want a pass after %v", err, d, window)
		}
		g = guard.New(guard.Config{Unlimited: true, WindowUntil: time.Now().Add(-time.Second)})
		must(t, g, claiming("new"))
	})
}
