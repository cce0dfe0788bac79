package guard_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/vpbx/guard"
)

// crowd is fifty callers who know no better, and some who do, at one PBX.
type crowd struct {
	t        *testing.T
	g        *guard.Guard
	p        *pbx
	end      time.Time
	claimed  bool // requests say what they assume
	inFlight sync.WaitGroup

	mu      sync.Mutex
	good    int           // requests with proven claims that were answered
	longest time.Duration // one of those had to wait
}

// bad sends requests most of which the PBX will deny, with every fate.
func (c *crowd) bad(i int) {
	rnd := rand.New(rand.NewPCG(uint64(i), 7))
	for n := 0; time.Now().Before(c.end); n++ {
		// Some claims are wrong in themselves, some were proven long ago, and
		// some nobody has tried before: these are right or wrong.
		wrong := rnd.IntN(4) > 0
		ticket := guard.Ticket{Urgency: guard.Urgency(rnd.IntN(4)), Caller: name("bad", i%20), Claims: []string{"shape", "extension:101"}}
		ticket.Class = []guard.Class{"", guard.ClassCallback, guard.ClassHangup, guard.ClassTransfer}[rnd.IntN(4)]
		switch {
		case wrong && rnd.IntN(2) == 0:
			ticket.Claims = append(ticket.Claims, "number:nobody")
		case wrong:
			ticket.Claims = append(ticket.Claims, name("wrong:", i), name("call:", i*1_000_000+n))
		default:
			ticket.Claims = append(ticket.Claims, name("right:", rnd.IntN(1000)))
		}
		if !c.claimed {
			ticket.Claims = nil
		}
		timeout := []time.Duration{time.Second, 15 * time.Second, time.Minute, 5 * time.Minute}[rnd.IntN(4)]
		ctx, cancel := context.WithTimeout(c.t.Context(), timeout)
		if rnd.IntN(10) == 0 {
			time.AfterFunc(time.Duration(rnd.Int64N(int64(time.Minute))), cancel)
		}
		pass, err := c.g.Enter(ctx, ticket)
		if err == nil {
			c.send(rnd, pass, ticket.Class, wrong)
		}
		cancel()
		if _, paused := errors.AsType[*guard.PausedError](err); paused {
			time.Sleep(time.Duration(rnd.Int64N(int64(20 * time.Second))))
		}
	}
}

// send is one request on its way: answered, never sent, or its answer lost, be
// it before or after the PBX has seen it.
func (c *crowd) send(rnd *rand.Rand, pass *guard.Pass, class guard.Class, wrong bool) {
	some := func() time.Duration { return time.Duration(rnd.Int64N(int64(guard.DefaultMargin))) }
	there, back := some(), some()
	switch rnd.IntN(20) {
	case 0:
		pass.Done(outcome(guard.NotSent))
	case 1:
		c.inFlight.Go(func() {
			time.Sleep(there)
			c.p.arrive(class, wrong)
		})
		time.Sleep(back)
		pass.Done(outcome(guard.Lost))
	default:
		time.Sleep(there)
		k := c.p.arrive(class, wrong)
		time.Sleep(back)
		pass.Done(outcome(k))
	}
}

// known sends requests that are known to be good, one per second, and wants
// each to go out within two.
func (c *crowd) known(i int) {
	rnd := rand.New(rand.NewPCG(uint64(i), 3))
	for time.Now().Before(c.end) {
		ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Second)
		start := time.Now()
		pass, err := c.g.Enter(ctx, guard.Ticket{Urgency: guard.Command, Caller: name("good", i), Claims: []string{"shape", "extension:101"}})
		waited := time.Since(start)
		cancel()
		if err != nil {
			if c.claimed {
				c.t.Errorf("Enter of a known-good request = %v after %v", err, waited)
			}
			return
		}
		time.Sleep(time.Duration(rnd.Int64N(int64(300 * time.Millisecond))))
		k := c.p.arrive("", false)
		pass.Done(outcome(k))
		c.mu.Lock()
		c.longest = max(c.longest, waited)
		if k == guard.Answered {
			c.good++
		}
		c.mu.Unlock()
		time.Sleep(time.Second)
	}
}

// bulk fills what is left of the general limit.
func (c *crowd) bulk(i int) {
	rnd := rand.New(rand.NewPCG(uint64(i), 5))
	for time.Now().Before(c.end) {
		pass, err := c.g.Enter(c.t.Context(), guard.Ticket{Urgency: guard.Bulk, Caller: name("bulk", i)})
		if err != nil {
			c.t.Errorf("Enter of a bulk read = %v", err)
			return
		}
		time.Sleep(time.Duration(rnd.Int64N(int64(200 * time.Millisecond))))
		k := c.p.arrive("", false)
		pass.Done(outcome(k))
	}
}

// TestNeverLocked is the proof that the guard is for: in three hours of fifty
// callers who send wrong requests as fast as they are let, the PBX never locks
// the product, while what is known to be good keeps flowing.
func TestNeverLocked(t *testing.T) {
	t.Parallel()
	const hours = 3 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{t: t, p: newPBX(), claimed: true, end: time.Now().Add(hours), g: guard.New(guard.Config{})}
		c.g.Prove("shape", "extension:101")
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { c.bad(i) })
		}
		const known = 3
		for i := range known {
			wg.Go(func() { c.known(i) })
		}
		for i := range 10 {
			wg.Go(func() { c.bulk(i) })
		}
		wg.Wait()
		c.inFlight.Wait()
		wrong, locks, over := c.p.counts()
		if locks != 0 || over != 0 {
			t.Errorf("the PBX locked the product %d times and saw %d requests over its limits, want neither", locks, over)
		}
		// Were the crowd tame, nothing would be proven: a window ends every two
		// minutes, and nearly every one must meet a wrong request at once.
		if want := int(hours/window) * 9 / 10; wrong < want {
			t.Errorf("the PBX saw %d wrong requests, want %d at least", wrong, want)
		}
		if want := int(hours.Seconds()*known) * 7 / 10; c.good < want {
			t.Errorf("%d known-good requests were answered, want %d at least", c.good, want)
		}
		t.Logf("%d wrong, %d known-good, the longest wait %v; %+v", wrong, c.good, c.longest, c.g.Status().Counters)
	})
}

// TestCrowdLocksWithoutClaims: the crowd of the proof is a bad one indeed. With
// nothing said of what the requests assume, it gets the product locked.
func TestCrowdLocksWithoutClaims(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{t: t, p: newPBX(), end: time.Now().Add(time.Hour), g: guard.New(guard.Config{})}
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { c.bad(i) })
		}
		wg.Wait()
		c.inFlight.Wait()
		if _, locks, _ := c.p.counts(); locks < 10 {
			t.Errorf("the PBX locked the product %d times in an hour, want 10 at least", locks)
		}
	})
}
