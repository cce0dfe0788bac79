package guard_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// line is a guard that admits one request per second, and notes the order.
type line struct {
	g *guard.Guard

	mu    sync.Mutex
	order []string
}

func (l *line) note(label string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.order = append(l.order, label)
}

func (l *line) noted() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.order)
}

// newLine holds the line for a first second, in which a queue can build up.
func newLine(t *testing.T, cfg guard.Config) *line {
	t.Helper()
	cfg.Limits = map[guard.Class]guard.Limit{"": {N: 1, Per: time.Second}}
	l := &line{g: guard.New(cfg)}
	pass(t, l.g, guard.Ticket{}, outcome(guard.Answered))
	return l
}

// join lets one wait, behind all who joined before.
func (l *line) join(ctx context.Context, label string, ticket guard.Ticket) {
	go func() {
		p, err := l.g.Enter(ctx, ticket)
		switch {
		case errors.Is(err, guard.ErrBusy):
			label = "no:" + label
		case err != nil:
			label = "gone"
		default:
			p.Done(outcome(guard.Answered))
		}
		l.note(label)
	}()
	synctest.Wait()
}

// expect lets a day pass and compares the order.
func (l *line) expect(t *testing.T, want string) {
	t.Helper()
	time.Sleep(24 * time.Hour)
	if diff := cmp.Diff(strings.Fields(want), l.noted()); diff != "" {
		t.Errorf("order of admissions (-want +got):\n%s", diff)
	}
}

// urgencies by the first letter of a label.
var urgencies = map[byte]guard.Urgency{'r': guard.Route, 'c': guard.Command, 'l': guard.Read, 'b': guard.Bulk}

func TestTurns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		come, leave string // a label: urgency, caller, number
	}{
		"the most urgent first":   {"bA1 lA1 cA1 rA1 bA2 rA2", "rA1 rA2 cA1 lA1 bA1 bA2"},
		"callers take turns":      {"lA1 lA2 lA3 lA4 lB1 lB2 lC1", "lA1 lB1 lC1 lA2 lB2 lA3 lA4"},
		"by arrival":              {"lC1 lB1 lA1", "lC1 lB1 lA1"},
		"turns are per urgency":   {"cA1 cB1 lA1 lA2 lB1", "cA1 cB1 lA1 lB1 lA2"},
		"a ninth passes nobody":   {"c1 c2 c3 c4 c5 c6 c7 c8 c9 l1", "c1 c2 c3 c4 c5 c6 c7 c8 l1 c9"},
		"nor two kinds of others": {"c1 c2 c3 c4 l1 l2 l3 l4 l5 l6 b1 b2", "c1 c2 c3 c4 l1 l2 l3 l4 b1 l5 l6 b2"},
		"but routing may":         {"b1 l1 c1 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11", "r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 c1 l1 b1"},
	}
	for what, test := range tests {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLine(t, guard.Config{})
				for label := range strings.FieldsSeq(test.come) {
					l.join(t.Context(), label, guard.Ticket{Urgency: urgencies[label[0]], Caller: strings.TrimRight(label[1:], "0123456789")})
				}
				l.expect(t, test.leave)
			})
		})
	}
}

// TestComingBackGainsNothing: one who asks again and again, one at a time, gets
// no more than one who queued up.
func TestComingBackGainsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, guard.Config{})
		read := func(caller string) guard.Ticket { return guard.Ticket{Urgency: guard.Read, Caller: caller} }
		for range 3 {
			l.join(t.Context(), "A", read("A"))
		}
		done := make(chan struct{})
		go func() {
			for range 3 {
				p, err := l.g.Enter(t.Context(), read("B"))
				if err != nil {
					t.Errorf("Enter = %v", err)
				}
				l.note("B")
				p.Done(outcome(guard.Answered))
			}
			close(done)
		}()
		<-done
		l.expect(t, "A B A B A B")
	})
}

// TestWhoMayNotGoHoldsUpNobody: requests of other classes, and those without
// doubt, pass by.
func TestWhoMayNotGoHoldsUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{})
		must(t, g, guard.Ticket{Class: guard.ClassStats})
		must(t, g, claiming("new"))
		for range 100 {
			go within(t, g, time.Minute, guard.Ticket{Class: guard.ClassStats, Urgency: guard.Command}) //nolint:errcheck // it just waits
			go within(t, g, time.Minute, claiming("doubtful"))                                          //nolint:errcheck // it just waits
		}
		synctest.Wait()
		if n := g.Status().Waiting[guard.Command]; n != 200 {
			t.Fatalf("%d wait, want 200", n)
		}
		for range 7 {
			must(t, g, guard.Ticket{Urgency: guard.Bulk})
		}
		time.Sleep(time.Hour)
	})
}

// TestGivingUpLeavesNoTrace: neither in the queue, nor in the turns, nor in the
// slots.
func TestGivingUpLeavesNoTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, guard.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		for range 5 {
			l.join(ctx, "A", guard.Ticket{Urgency: guard.Read, Caller: "A"})
		}
		l.join(t.Context(), "B", guard.Ticket{Urgency: guard.Bulk, Caller: "B"})
		cancel()
		synctest.Wait()
		if diff := cmp.Diff([4]int{guard.Bulk: 1}, l.g.Status().Waiting); diff != "" {
			t.Errorf("Status().Waiting (-want +got):\n%s", diff)
		}
		l.join(t.Context(), "A", guard.Ticket{Urgency: guard.Bulk, Caller: "A"})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := len(l.noted()); n != 7 {
			t.Errorf("after two seconds %d went or gave up, want five and two", n)
		}
		l.expect(t, strings.Repeat("gone ", 5)+"B A")

		// One who was passed over seven times and gave up leaves no claim to the
		// next turn.
		l = newLine(t, guard.Config{})
		ctx, cancel = context.WithTimeout(t.Context(), 7500*time.Millisecond)
		defer cancel()
		l.join(ctx, "bulk", guard.Ticket{Urgency: guard.Bulk})
		for range 10 {
			l.join(t.Context(), "command", guard.Ticket{Urgency: guard.Command})
		}
		time.Sleep(8 * time.Second)
		synctest.Wait()
		l.join(t.Context(), "bulk", guard.Ticket{Urgency: guard.Bulk})
		l.expect(t, strings.Repeat("command ", 7)+"gone command command command bulk")
	})
}

// TestNewcomerPassesNobody: one who comes at the very moment at which a slot
// gets free does not take it from one who waits.
func TestNewcomerPassesNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 100 { // the alarm and the newcomer come in any order
			l := newLine(t, guard.Config{})
			l.join(t.Context(), "waiting", guard.Ticket{Urgency: guard.Read})
			time.Sleep(time.Second)
			l.join(t.Context(), "new", guard.Ticket{Urgency: guard.Bulk})
			l.expect(t, "waiting new")
		}
	})
}

// TestUnknownUrgency waits as the least urgent.
func TestUnknownUrgency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, guard.Config{})
		l.join(t.Context(), "unknown", guard.Ticket{Urgency: 200})
		l.join(t.Context(), "read", guard.Ticket{Urgency: guard.Read})
		l.expect(t, "read unknown")
	})
}

// TestCancelledAsItIsAdmitted: both happen at one moment; the slot goes to the
// next.
func TestCancelledAsItIsAdmitted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 200 { // select chooses at random
			l := newLine(t, guard.Config{})
			ctx, cancel := context.WithCancel(t.Context())
			first := claiming("new")
			go func() {
				if p, err := l.g.Enter(ctx, first); err == nil {
					p.Done(outcome(guard.NotSent))
				}
			}()
			synctest.Wait()
			start := time.Now()
			go func() {
				time.Sleep(time.Second) // when the slot is free
				cancel()
			}()
			p, d, err := within(t, l.g, time.Minute, claiming("new too"))
			if err != nil || d != time.Second {
				t.Fatalf("Enter = %v after %v, want a pass when the slot is free", err, time.Since(start))
			}
			p.Done(outcome(guard.Answered))
			if s := l.g.Status(); s.InFlight != 0 || s.Doubtful || s.Waiting != [4]int{} {
				t.Fatalf("Status() = %+v, want nothing left", s)
			}
		}
	})
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, guard.Config{})
		for range 100 { // two timers go off at one moment, in any order
			// A slot that is free at the very deadline is too late.
			if _, d, err := within(t, l.g, time.Second, guard.Ticket{}); !errors.Is(err, context.DeadlineExceeded) || d != time.Second {
				t.Fatalf("Enter = %v after %v, want the deadline after 1s", err, d)
			}
			pass(t, l.g, guard.Ticket{}, outcome(guard.Answered)) // nobody took it
		}
		time.Sleep(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.g.Enter(ctx, guard.Ticket{}); !errors.Is(err, context.Canceled) {
			t.Errorf("Enter of a cancelled context = %v", err)
		}
		// A deadline beyond what a Duration can tell.
		pass(t, l.g, guard.Ticket{}, outcome(guard.Answered))
		far, cancel := context.WithDeadline(t.Context(), time.Now().AddDate(1000, 0, 0))
		defer cancel()
		if _, err := l.g.Enter(far, guard.Ticket{}); err != nil {
			t.Errorf("Enter with a deadline in a thousand years = %v", err)
		}
	})
}

// TestBusy: the bound is per urgency, and who has most waiting makes room.
func TestBusy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ come, leave string }{
		"the youngest of who has most":     {"lA1 lA2 lA3 lA4 lB1 lB2", "no:lA4 no:lA3 lA1 lB1 lA2 lB2"},
		"nobody displaces oneself":         {"lA1 lA2 lA3 lA4 lA5", "no:lA5 lA1 lA2 lA3 lA4"},
		"nor one who has as many":          {"lA1 lA2 lB1 lB2 lB3", "no:lB3 lA1 lB1 lA2 lB2"},
		"nor one who would then have less": {"lA1 lA2 lA3 lB1 lC1 lB2 lC2", "no:lA3 no:lB2 no:lC2 lA1 lB1 lC1 lA2"},
		"the bound is per urgency":         {"lA1 lA2 lA3 lA4 cA1 cA2 rA1 bA1", "rA1 cA1 cA2 lA1 lA2 lA3 lA4 bA1"},
	}
	for what, test := range tests {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLine(t, guard.Config{Queue: 4})
				for label := range strings.FieldsSeq(test.come) {
					l.join(t.Context(), label, guard.Ticket{Urgency: urgencies[label[0]], Caller: label[1:2]})
				}
				l.expect(t, test.leave)
				if got, want := l.g.Status().Counters.Busy, strings.Count(test.leave, "no:"); got != uint64(want) {
					t.Errorf("Status().Counters.Busy = %d, want %d", got, want)
				}
			})
		})
	}
	if got := text.From(guard.ErrBusy).Code; got != text.RateLimited {
		t.Errorf("the code of ErrBusy is %s, want %s", got, text.RateLimited)
	}
}

// queued is one who waits: an urgency and a caller.
type queued struct {
	urgency guard.Urgency
	caller  int
}

// TestFairness: a random crowd that is all there when the line begins to move.
func TestFairness(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		crowd := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) queued {
			return queued{
				guard.Urgency(rapid.IntRange(0, 3).Draw(rt, "urgency")),
				min(rapid.IntRange(0, 9).Draw(rt, "caller"), 4), // one has more than the others
			}
		}), 1, 60).Draw(rt, "crowd")
		var order []int
		var mu sync.Mutex
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, guard.Config{})
			for i, q := range crowd {
				go func() {
					p, err := l.g.Enter(t.Context(), guard.Ticket{Urgency: q.urgency, Caller: name("c", q.caller)})
					if err != nil {
						return
					}
					mu.Lock()
					order = append(order, i)
					mu.Unlock()
					p.Done(outcome(guard.Answered))
				}()
				synctest.Wait()
			}
			time.Sleep(time.Hour)
		})
		mu.Lock()
		defer mu.Unlock()
		if len(order) != len(crowd) {
			rt.Fatalf("%d of %d were admitted", len(order), len(crowd))
		}
		checkOrder(rt, crowd, order)
	})
}

// checkOrder looks at each admission with those who waited then.
func checkOrder(rt *rapid.T, crowd []queued, order []int) {
	var passed [4]int          // how many more urgent ones went while this urgency waited
	served := map[queued]int{} // since the whole crowd was there
	for n, i := range order {
		rest, q := order[n+1:], crowd[i]
		waits := func(test func(w queued) bool) bool {
			return slices.ContainsFunc(rest, func(j int) bool { return test(crowd[j]) })
		}
		if q.urgency != guard.Route && waits(func(w queued) bool { return w.urgency == guard.Route }) {
			rt.Fatalf("admission %d, %+v, passed over a route; order %v", n, q, order)
		}
		if waits(func(w queued) bool { return w.urgency < q.urgency }) && passed[q.urgency] < 8 {
			rt.Fatalf("admission %d, %+v, passed over a more urgent one after %d; order %v", n, q, passed[q.urgency], order)
		}
		passed[q.urgency] = 0
		for u := q.urgency + 1; u <= guard.Bulk; u++ {
			if q.urgency != guard.Route && waits(func(w queued) bool { return w.urgency == u }) {
				// One of another urgency may be due at the same time.
				if passed[u]++; passed[u] > 9 {
					rt.Fatalf("admission %d: urgency %d was passed over %d times; order %v", n, u, passed[u], order)
				}
			}
		}
		served[q]++
		for w, k := range served {
			for other := range 5 {
				o := queued{w.urgency, other}
				if k > served[o]+1 && waits(func(w queued) bool { return w == o }) {
					rt.Fatalf("admission %d: %+v had %d turns, %+v only %d, and waits; order %v", n, w, k, o, served[o], order)
				}
			}
		}
		if j := slices.IndexFunc(rest, func(j int) bool { return crowd[j] == q && j < i }); j >= 0 {
			rt.Fatalf("admission %d, %d, passed over %d of the same caller; order %v", n, i, rest[j], order)
		}
	}
}
