package journaltest

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
)

// clockSet: what is leased or delayed is due as soon as it was to be, though the
// clock went back by an hour or a day; one that goes forward costs an attempt at
// most.
func clockSet(t *testing.T, f *fixture) {
	out := []journal.Out{{ID: "leased", Record: true, Raw: []byte("1")}, {ID: "delayed", Record: true, To: "d", Raw: []byte("2")}}
	if err := f.store.Derive(f.ctx, 0, out); err != nil {
		t.Fatalf("Derive() = %v", err)
	}
	lease := func(session string, writer bool) []journal.Delivery {
		t.Helper()
		list, err := f.out.Lease(f.ctx, session, writer, 9)
		if err != nil {
			t.Fatalf("Lease(%s) = %v", session, err)
		}
		return list
	}
	attempt := 0
	for _, jump := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour, 24 * time.Hour, -24 * time.Hour} {
		attempt++
		held, later := lease("s", true), lease("d", false)
		if len(held) != 1 || len(later) != 1 || held[0].Attempt != attempt || later[0].Attempt != attempt {
			t.Fatalf("Lease() before the clock goes by %v = %v and %v, want attempt %d", jump, held, later, attempt)
		}
		if err := f.out.Nak(f.ctx, later[0].Ref, 3*time.Hour); err != nil {
			t.Fatalf("Nak() = %v", err)
		}
		f.pass(jump)
		if jump < 0 {
			next, err := f.out.NextDue(f.ctx)
			if wait := next.Sub(f.now()); err != nil || wait > journal.RetryAfter(attempt) {
				t.Errorf("NextDue() after the clock went by %v: in %v, %v, want %v at most", jump, wait, err, journal.RetryAfter(attempt))
			}
			if err := f.out.Extend(f.ctx, held[0].Ref); err != nil {
				t.Errorf("Extend() after the clock went by %v = %v, want the lease to go on", jump, err)
			}
			if list := append(lease("s", true), lease("d", false)...); len(list) > 0 {
				t.Errorf("Lease() after the clock went by %v = %v, want none: nothing is due", jump, list)
			}
		}
		f.pass(3*time.Hour + time.Minute) // longer than any of it
	}
	if waiting, parked, err := f.out.Depth(f.ctx); waiting != 2 || parked != 0 || err != nil {
		t.Errorf("Depth() = %d, %d, %v, want both events waiting", waiting, parked, err)
	}
}
