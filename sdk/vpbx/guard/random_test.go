package guard_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/vpbx/guard"
)

// act is what one caller does: after a while, ask; then, if let, send.
type act struct {
	Pause   time.Duration
	Ticket  guard.Ticket
	Timeout time.Duration // 0 = none
	Cancel  time.Duration // 0 = not
	Answer  time.Duration // under way, there and back
	Outcome guard.Outcome
	Prove   bool // vouch for the claims first
}

func drawAct(rt *rapid.T) act {
	// Nanoseconds tell apart what would else fall on one moment.
	span := func(label string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(1, int64(most)).Draw(rt, label))
	}
	maybe := func(label string, d time.Duration) time.Duration {
		return d * time.Duration(rapid.IntRange(0, 1).Draw(rt, label))
	}
	kinds := []guard.Kind{
		guard.Answered, guard.Answered, guard.Answered, guard.Answered, guard.Answered, guard.Answered,
		guard.NotSent, guard.Lost, guard.Wrong, guard.Overloaded, guard.Unauthorized,
	}
	return act{
		Pause: span("pause", time.Second) * time.Duration(rapid.SampledFrom([]int64{0, 1, 1, 30}).Draw(rt, "long")),
		Ticket: guard.Ticket{
			Class:   rapid.SampledFrom([]guard.Class{"", "", guard.ClassCallback, guard.ClassUsers, guard.ClassRoute}).Draw(rt, "class"),
			Urgency: guard.Urgency(rapid.IntRange(0, 3).Draw(rt, "urgency")),
			Caller:  rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "caller"),
			Claims:  rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "4"}), 0, 2).Draw(rt, "claims"),
		},
		Timeout: maybe("timed", span("timeout", 5*time.Second)*time.Duration(rapid.SampledFrom([]int64{1, 60}).Draw(rt, "patient"))),
		Cancel:  maybe("cancelled", span("cancel", 2*time.Second)),
		Answer:  span("answer", 3*time.Second),
		Outcome: guard.Outcome{
			Kind:       rapid.SampledFrom(kinds).Draw(rt, "kind"),
			RetryAfter: maybe("asked", 3*time.Second),
		},
		Prove: rapid.IntRange(0, 9).Draw(rt, "prove") == 0,
	}
}

// sent is one request that was let through.
type sent struct {
	act
	entered, done time.Time
	doubtful      bool
	verdict       guard.Verdict
}

// run is one schedule at one guard.
type run struct {
	t *testing.T
	g *guard.Guard

	mu     sync.Mutex
	proven map[string]bool // was it ever?
	sent   []sent
	faults []string
}

func (r *run) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *run) do(a act) {
	time.Sleep(a.Pause)
	if a.Prove {
		r.mark(a.Ticket.Claims)
		r.g.Prove(a.Ticket.Claims...)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	if a.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, a.Timeout)
		defer cancel()
	}
	if a.Cancel > 0 {
		defer time.AfterFunc(a.Cancel, cancel).Stop()
	}
	start := time.Now()
	p, err := r.g.Enter(ctx, a.Ticket)
	if err != nil {
		r.refused(a, err, start)
		return
	}
	s := sent{act: a, entered: time.Now(), doubtful: p.Doubtful()}
	if a.Timeout > 0 && s.entered.Sub(start) >= a.Timeout {
		r.fault("admitted after %v, not before its deadline: %+v", s.entered.Sub(start), a)
	}
	r.mu.Lock()
	for _, c := range a.Ticket.Claims {
		if !r.proven[c] && !s.doubtful {
			r.faults = append(r.faults, fmt.Sprintf("claim %s was never proven, but %+v is not doubtful", c, a))
		}
	}
	r.mu.Unlock()
	time.Sleep(a.Answer)
	if a.Outcome.Kind == guard.Answered {
		r.mark(a.Ticket.Claims)
	}
	s.done, s.verdict = time.Now(), p.Done(a.Outcome)
	p.Done(guard.Outcome{Kind: guard.Wrong}) // is one too many, and ignored
	r.mu.Lock()
	r.sent = append(r.sent, s)
	r.mu.Unlock()
}

func (r *run) mark(claims []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range claims {
		r.proven[c] = true
	}
}

// refused checks that an error came when it should.
func (r *run) refused(a act, err error, start time.Time) {
	took := time.Since(start)
	switch paused, ok := errors.AsType[*guard.PausedError](err); {
	case ok:
		if a.Timeout == 0 || paused.Until.Before(start.Add(a.Timeout)) || !paused.Until.After(time.Now()) {
			r.fault("%v for %+v, who came at %v", err, a, start)
		}
		if paused.Reason == guard.WindowOpen && len(a.Ticket.Claims) == 0 {
			r.fault("%v for %+v, who claims nothing", err, a)
		}
	case errors.Is(err, context.DeadlineExceeded):
		if took != a.Timeout {
			r.fault("%v after %v for %+v", err, took, a)
		}
	case errors.Is(err, context.Canceled):
		if took != a.Cancel {
			r.fault("%v after %v for %+v", err, took, a)
		}
	default:
		r.fault("Enter = %v for %+v", err, a)
	}
}

// watch looks for a lost wake-up ten times a second, until all is over.
func (r *run) watch(over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-time.After(100 * time.Millisecond):
			synctest.Wait()
			if ticket, stuck := r.g.Overlooked(); stuck {
				r.fault("at %v somebody waits who may go: %+v", time.Now(), ticket)
			}
		}
	}
}

// TestAnySchedule: whatever callers do and whatever comes of it.
func TestAnySchedule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		schedule := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawAct), 1, 6), 1, 25).Draw(rt, "schedule")
		r := &run{g: nil, proven: map[string]bool{}}
		synctest.Test(t, func(t *testing.T) {
			r.t, r.g = t, guard.New(guard.Config{})
			var callers sync.WaitGroup
			for _, acts := range schedule {
				callers.Go(func() {
					for _, a := range acts {
						r.do(a)
					}
				})
			}
			over := make(chan struct{})
			go func() { callers.Wait(); close(over) }()
			r.watch(over)
			r.checkSlots()
			r.checkDoubt()
			r.checkPauses()
			r.checkNothingIsLeft()
		})
		if len(r.faults) > 0 {
			rt.Fatalf("%d faults, the first: %s", len(r.faults), r.faults[0])
		}
	})
}

// checkSlots: at no moment are there more than N requests that may have reached
// the PBX within a span before it, wherever in their time they did.
func (r *run) checkSlots() {
	for class, l := range documented {
		type edge struct {
			at    time.Time
			delta int
		}
		var edges []edge
		for _, s := range r.sent {
			if s.Outcome.Kind == guard.NotSent || class != "" && s.Ticket.Class != class {
				continue
			}
			last := s.done // moment of arrival
			if m := s.entered.Add(guard.DefaultMargin); m.Before(last) {
				last = m
			}
			edges = append(edges, edge{s.entered, 1}, edge{last.Add(l.Per), -1})
		}
		slices.SortFunc(edges, func(a, b edge) int {
			if c := a.at.Compare(b.at); c != 0 {
				return c
			}
			return a.delta - b.delta
		})
		n := 0
		for _, e := range edges {
			if n += e.delta; n > l.N {
				r.fault("%d requests of class %q may meet in one span at %v, want %d at most", n, class, e.at, l.N)
				break
			}
		}
	}
}

// checkDoubt: no two doubtful ones overlap, and none goes out in a window.
func (r *run) checkDoubt() {
	for _, s := range r.sent {
		if !s.doubtful {
			continue
		}
		for _, o := range r.sent {
			if o.doubtful && o.entered.After(s.entered) && o.entered.Before(s.done) {
				r.fault("two doubtful requests in flight: %+v and %+v", s, o)
			}
			opens := o.Outcome.Kind == guard.Wrong || o.Outcome.Kind == guard.Lost && o.doubtful
			if opens && s.entered.After(o.done) && s.entered.Before(o.done.Add(window)) {
				r.fault("a doubtful request in a window: %+v, which %+v opened", s, o)
			}
		}
	}
}

// checkPauses: nothing goes out before a closed gate or while backing off, and
// a 401 means a wrong key when there was no window, not else.
func (r *run) checkPauses() {
	for _, o := range r.sent {
		k := o.Outcome.Kind
		if k == guard.Unauthorized {
			opened := func(by time.Time) bool {
				return slices.ContainsFunc(r.sent, func(w sent) bool {
					opens := w.Outcome.Kind == guard.Wrong || w.Outcome.Kind == guard.Lost && w.doubtful
					return opens && w.done.Before(by) && o.entered.Before(w.done.Add(window))
				})
			}
			// Of two answers at one moment either may have come first.
			if before := opened(o.done); before == opened(o.done.Add(1)) && before == o.verdict.WrongKey {
				r.fault("a 401 gives %+v, while it is %v that a window was open: %+v", o.verdict, before, o)
			}
		}
		if k != guard.Unauthorized && k != guard.Overloaded {
			continue
		}
		for _, s := range r.sent {
			if s.entered.After(o.done) && s.entered.Before(o.verdict.Until) {
				r.fault("admitted in a pause: %+v, after %+v", s, o)
			}
		}
	}
}

// checkNothingIsLeft: everything taken was given back.
func (r *run) checkNothingIsLeft() {
	time.Sleep(time.Hour)
	s := r.g.Status()
	if n := r.g.Sharers(); n != 0 {
		r.fault("%d callers are remembered an hour after the last request, want none", n)
	}
	if s.InFlight != 0 || s.Doubtful || s.Waiting != [4]int{} || s.WindowUntil != (time.Time{}) || s.GateUntil != (time.Time{}) || s.BackoffUntil != (time.Time{}) {
		r.fault("Status() an hour after the last request = %+v", s)
	}
	start := time.Now()
	for i := range documented[""].N {
		ticket := guard.Ticket{Urgency: guard.Bulk}
		if i == 9 {
			ticket = guard.Ticket{Class: guard.ClassRoute, Urgency: guard.Route}
		}
		p, err := r.g.Enter(r.t.Context(), ticket)
		if err != nil || time.Since(start) != 0 {
			r.fault("request %d after an hour of rest: %v after %v, want a pass at once", i, err, time.Since(start))
			return
		}
		p.Done(guard.Outcome{Kind: guard.Answered})
	}
}
