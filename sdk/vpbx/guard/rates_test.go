package guard_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/vpbx/guard"
)

// TestRatesAreKeptAndUsed: twenty callers ask as fast as they may, over a
// network where a request takes up to half a second to arrive. The PBX never
// counts too many, and the limit is made use of.
func TestRatesAreKeptAndUsed(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	for class, l := range documented {
		t.Run("class "+string(class), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g, p := guard.New(guard.Config{}), newPBX()
				var wg sync.WaitGroup
				end := time.Now().Add(minute)
				for i := range 20 {
					rnd := rand.New(rand.NewPCG(uint64(i), 1))
					wg.Go(func() {
						for time.Now().Before(end) {
							pass, err := g.Enter(t.Context(), guard.Ticket{Class: class, Urgency: guard.Read})
							if err != nil {
								t.Errorf("Enter(%q) = %v", class, err)
								return
							}
							time.Sleep(time.Duration(rnd.Int64N(int64(500 * time.Millisecond))))
							k := p.arrive(class, false)
							time.Sleep(time.Duration(rnd.Int64N(int64(20 * time.Millisecond))))
							pass.Done(outcome(k))
						}
					})
				}
				wg.Wait()
				if _, _, over := p.counts(); over != 0 {
					t.Errorf("the PBX saw %d requests of class %q over its limits, want none", over, class)
				}
				// A slot turns round in a span and 255 ms on average; one general
				// slot is kept for routing.
				n := min(l.N, documented[""].N-1)
				want := 0.9 * float64(n) * minute.Seconds() / (l.Per.Seconds() + 0.255)
				if n := float64(len(p.hits[""])); n < want {
					t.Errorf("%v requests of class %q in a minute, want %v at least", n, class, want)
				}
			})
		})
	}
}

// TestNoDoubleBurst: N requests that were long under way and N that were not
// must not meet at the PBX within one span.
func TestNoDoubleBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{})
		call := guard.Ticket{Class: guard.ClassCallback, Urgency: guard.Command}
		var passes []*guard.Pass
		for range documented[guard.ClassCallback].N {
			passes = append(passes, must(t, g, call))
		}
		time.Sleep(900 * time.Millisecond) // dialling, say: they arrive now
		for _, p := range passes {
			p.Done(outcome(guard.Answered))
		}
		if _, d, err := within(t, g, time.Minute, call); err != nil || d != time.Second {
			t.Errorf("Enter after the answers took %v, %v; want a span of 1s from the answers", d, err)
		}
	})
}

// TestSlowAnswerHoldsASlotForAMarginOnly: a report may take half a minute; its
// request was there long before.
func TestSlowAnswerHoldsASlotForAMarginOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{})
		report := guard.Ticket{Class: guard.ClassStats, Urgency: guard.Bulk}
		slow := must(t, g, report)
		p, d, err := within(t, g, time.Minute, report)
		if want := 3 * time.Second; err != nil || d != want {
			t.Fatalf("Enter beside a slow request took %v, %v; want span + margin = %v", d, err, want)
		}
		slow.Done(outcome(guard.Answered)) // must not free the slot of p
		p.Done(outcome(guard.Answered))
		if _, d, _ := within(t, g, time.Minute, report); d != 2*time.Second {
			t.Errorf("Enter after both took %v, want a span of 2s", d)
		}
	})
}

// TestRoutingFindsAGeneralSlot: however many requests there are, a routing
// request waits for the previous one only.
func TestRoutingFindsAGeneralSlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, p := guard.New(guard.Config{}), newPBX()
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				urgency := []guard.Urgency{guard.Command, guard.Read, guard.Bulk}[i%3]
				for {
					pass, err := g.Enter(t.Context(), guard.Ticket{Urgency: urgency, Caller: name("c", i)})
					if err != nil {
						t.Errorf("Enter = %v", err)
						return
					}
					k := p.arrive("", false)
					time.Sleep(time.Duration(i*100) * time.Millisecond) // up to four seconds
					pass.Done(outcome(k))
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		route := guard.Ticket{Class: guard.ClassRoute, Urgency: guard.Route}
		for range 100 {
			pass := must(t, g, route)
			k := p.arrive(guard.ClassRoute, false)
			pass.Done(outcome(k))
			time.Sleep(2 * time.Second) // its own limit
		}
		close(stop)
		wg.Wait()
		if _, _, over := p.counts(); over != 0 {
			t.Errorf("the PBX saw %d requests over its limits, want none", over)
		}
	})
}

func TestLimitsOfOnesOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{Limits: map[guard.Class]guard.Limit{
			"": {}, guard.ClassRoute: {}, "own": {N: 1, Per: time.Minute},
		}})
		for range 100 {
			must(t, g, guard.Ticket{Class: guard.ClassRoute, Urgency: guard.Route})
			must(t, g, guard.Ticket{Class: "unheard of", Urgency: guard.Read})
		}
		pass(t, g, guard.Ticket{Class: "own"}, outcome(guard.Answered))
		if _, d, err := within(t, g, time.Hour, guard.Ticket{Class: "own"}); err != nil || d != time.Minute {
			t.Errorf("Enter in a class of one per minute took %v, %v; want 1m0s", d, err)
		}
		must(t, g, guard.Ticket{Class: guard.ClassTransfer}) // a documented one stays
		if _, _, err := within(t, g, time.Second, guard.Ticket{Class: guard.ClassTransfer}); err == nil {
			t.Error("Enter of a second transfer within a second succeeded, want the documented limit")
		}
	})
}

// TestNotSentGivesBack: what never went out does not count.
func TestNotSentGivesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{})
		for range 1000 {
			pass(t, g, guard.Ticket{Class: guard.ClassRoute, Claims: []string{"new"}}, outcome(guard.NotSent))
		}
		p := must(t, g, guard.Ticket{Class: guard.ClassRoute})
		p.Done(outcome(guard.Answered))
		p.Done(outcome(guard.NotSent)) // too late to take it back
		if _, _, err := within(t, g, time.Second, guard.Ticket{Class: guard.ClassRoute}); err == nil {
			t.Error("a second Done(NotSent) gave a slot back, want it ignored")
		}
	})
}
