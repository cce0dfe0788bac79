package journaltest

import (
	"errors"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
)

// Open opens the store that lives in dir, and creates it when there is none.
type Open func(t testing.TB, dir string, now func() time.Time) journal.Store

// RunDurable checks everything that Run does, and that a store which was
// closed and opened again goes on as if nothing had happened.
func RunDurable(t *testing.T, open Open) {
	fresh := func(t testing.TB) *fixture {
		dir := t.TempDir() + "/store"
		f := newFixture(t, func(t testing.TB, now func() time.Time) journal.Store { return open(t, dir, now) })
		f.reopen = func() journal.Store {
			f.close()
			return open(f.t, dir, f.now)
		}
		return f
	}
	run(t, fresh)
	for name, check := range map[string]func(*testing.T, *fixture){
		"ReopenedIn":     reopenedIn,
		"ReopenedOut":    reopenedOut,
		"ReopenedParked": reopenedParked,
		"ReopenedSeqs":   reopenedSeqs,
		"ReopenedScreen": reopenedScreen,
		"ReopenedNotes":  reopenedNotes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

func reopenedIn(t *testing.T, f *fixture) {
	for _, key := range []string{"a", "b", "c"} {
		if _, _, err := f.store.Append(f.ctx, key, []byte("raw of "+key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.store.Derive(f.ctx, 1, nil); err != nil {
		t.Fatal(err)
	}
	f.pass(time.Hour)
	f.use(f.reopen())
	if at, err := f.store.Cursor(f.ctx); err != nil || at != 1 {
		t.Errorf("Cursor() after reopening = %d, %v, want 1", at, err)
	}
	got, err := f.store.Read(f.ctx, 1, 10)
	if err != nil || len(got) != 2 || got[0].Key != "b" || string(got[1].Raw) != "raw of c" || !got[0].Time.Equal(start) {
		t.Errorf("Read(1) after reopening = %+v, %v, want b and c, of %v", got, err, start)
	}
	if pos, dup, err := f.store.Append(f.ctx, "a", nil); err != nil || !dup || pos != 1 {
		t.Errorf("Append(a) after reopening = %d, %v, %v, want the duplicate at 1", pos, dup, err)
	}
	if pos, dup, err := f.store.Append(f.ctx, "d", nil); err != nil || dup || pos != 4 {
		t.Errorf("Append(d) after reopening = %d, %v, %v, want new at 4", pos, dup, err)
	}
}

// reopenedOut: leases, delays and attempts survive. A session of a hub holds
// its lease over the hub's restart; and an event that kills whoever takes it
// is counted, or it would kill for ever.
func reopenedOut(t *testing.T, f *fixture) {
	f.derive(record("leased"), record("delayed"), record("acked"), record("waits"))
	got := f.lease("s", true, 3)
	if err := f.out.Nak(f.ctx, got[1].Ref, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := f.out.Ack(f.ctx, got[2].Ref); err != nil {
		t.Fatal(err)
	}
	f.use(f.reopen())
	select {
	case <-f.out.Wake():
	default:
		t.Error("Wake() after reopening has no value though events wait")
	}
	f.wantDepth(3, 0)
	if due, err := f.out.NextDue(f.ctx); err != nil || !due.Equal(start.Add(5*time.Second)) {
		t.Errorf("NextDue() after reopening = %v, %v, want in 5s", due, err)
	}
	f.wantLease("other", true, "waits ")
	f.pass(5 * time.Second)
	f.wantLease("other", true, "delayed#2 ")
	f.pass(55 * time.Second)
	f.wantLease("other", true, "leased#2 waits#2 ")
	if err := f.out.Ack(f.ctx, got[0].Ref); err != nil {
		t.Errorf("Ack of a ref from before = %v, want nil", err)
	}
	if _, err := f.out.Find(f.ctx, "leased"); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Find(leased), settled, = %v, want ErrUnknown", err)
	}
	if d, err := f.out.Get(f.ctx, "acked"); err != nil || string(d.Raw) != "acked" || d.Ref != got[2].Ref {
		t.Errorf("Get(acked) = %+v, %v, want it whole", d, err)
	}
	f.derive(record("acked"))
	f.wantLease("s", true, "")
}

func reopenedParked(t *testing.T, f *fixture) {
	f.derive(record("a"))
	var last journal.Delivery
	for range journal.MaxAttempts {
		last = f.lease("s", true, 1)[0]
		f.pass(2 * time.Hour)
		f.use(f.reopen())
	}
	f.wantLease("s", true, "")
	f.wantDepth(0, 1)
	f.use(f.reopen())
	f.wantDepth(0, 1)
	f.wantLease("s", true, "")
	if ref, err := f.out.Find(f.ctx, "a"); err != nil || ref != last.Ref {
		t.Errorf("Find of a parked event = %v, %v, want %v", ref, err, last.Ref)
	}
	if err := f.out.Ack(f.ctx, last.Ref); err != nil {
		t.Errorf("Ack of a parked event = %v, want nil", err)
	}
	f.wantDepth(0, 0)
}

// reopenedSeqs: a seq never names two events, whatever the clock did.
func reopenedSeqs(t *testing.T, f *fixture) {
	f.derive(record("a"))
	a := f.wantLease("s", true, "a ")[0]
	f.pass(-24 * time.Hour)
	f.use(f.reopen())
	f.derive(record("b"))
	b := f.wantLease("s", true, "b ")[0]
	if b.Seq <= a.Seq || b.Epoch != a.Epoch {
		t.Errorf("after a: %v the next event is %v, want a greater seq of the same epoch", a.Ref, b.Ref)
	}
}

func reopenedScreen(t *testing.T, f *fixture) {
	f.derive(screen("a", "s", time.Minute), screen("b", "s", time.Minute), screen("c", "s", time.Hour))
	if got := f.lease("s", false, 1); ids(got) != "a " {
		t.Fatalf("Lease(limit 1) = %q, want a", ids(got))
	}
	f.use(f.reopen())
	f.wantDepth(2, 0)
	f.pass(time.Minute)
	f.wantLease("s", false, "c ")
	f.wantDepth(0, 0)
}
