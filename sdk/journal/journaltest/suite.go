// Package journaltest is the conformance suite of journal.Store. Every store
// of this project passes it.
package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
)

// Make gives a fresh, empty store that reads the time from now, maybe from
// several goroutines.
type Make func(t testing.TB, now func() time.Time) journal.Store

// Run checks that a store keeps the contract of package journal.
func Run(t *testing.T, open Make) {
	run(t, func(t testing.TB) *fixture { return newFixture(t, open) })
}

func run(t *testing.T, fresh func(testing.TB) *fixture) {
	for name, check := range map[string]func(*testing.T, *fixture){
		"AppendKeepsOrderAndKeys": appendKeepsOrderAndKeys,
		"AppendCopies":            appendCopies,
		"DeriveMovesTheCursor":    deriveMovesTheCursor,
		"SeqAndEpoch":             seqAndEpoch,
		"ScreenDoneOnHandOver":    screenDoneOnHandOver,
		"ScreenExpires":           screenExpires,
		"RecordReturns":           recordReturns,
		"RecordParked":            recordParked,
		"AckAndNak":               ackAndNak,
		"Addressing":              addressing,
		"SettledStaysReadable":    settledStaysReadable,
		"Wake":                    wake,
		"Woken":                   woken,
		"Notes":                   notes,
		"Kept":                    keptOnce,
		"ClockSet":                clockSet,
		"Closed":                  closed,
		"Release":                 releaseEndsReading,
		"Extend":                  extendKeepsTheLease,
		"Return":                  returnIsNoAttempt,
		"NakOfAParkedEvent":       nakWakesAParkedEvent,
		"Cancelled":               cancelled,
		"Concurrent":              concurrent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
	t.Run("Property", func(t *testing.T) { t.Parallel(); property(t, fresh) })
}

// start is on a whole second; the clock of a fixture begins there.
var start = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// fixture is a store under test, its clock, and what the checks say in short.
type fixture struct {
	t      testing.TB
	store  journal.Store
	out    journal.Outbox
	ctx    context.Context      //nolint:containedctx // a test's
	reopen func() journal.Store // nil: the store ends with the process

	mu    sync.Mutex // a store may ask for the time whenever it likes
	clock time.Time
}

func newFixture(t testing.TB, open Make) *fixture {
	f := &fixture{t: t, clock: start, ctx: t.Context()}
	f.use(open(t, f.now))
	t.Cleanup(f.close)
	return f
}

func (f *fixture) use(s journal.Store) { f.store, f.out = s, s.Outbox() }

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(d)
}

// close may be called again: so may Close of a store.
func (f *fixture) close() {
	if err := f.store.Close(); err != nil {
		f.t.Errorf("Close() = %v, want nil", err)
	}
}

func (f *fixture) derive(out ...journal.Out) {
	f.t.Helper()
	at, err := f.store.Cursor(f.ctx)
	if err != nil {
		f.t.Fatalf("Cursor() = %v", err)
	}
	if err := f.store.Derive(f.ctx, at, out); err != nil {
		f.t.Fatalf("Derive(%d) = %v", at, err)
	}
}

func (f *fixture) lease(session string, writer bool, limit int) []journal.Delivery {
	f.t.Helper()
	got, err := f.out.Lease(f.ctx, session, writer, limit)
	if err != nil {
		f.t.Fatalf("Lease(%q, %v, %d) = %v", session, writer, limit, err)
	}
	return got
}

// ids of deliveries, with the attempt where it is not the first.
func ids(ds []journal.Delivery) (s string) {
	for _, d := range ds {
		s += d.ID
		if d.Attempt != 1 {
			s += fmt.Sprintf("#%d", d.Attempt)
		}
		s += " "
	}
	return s
}

func (f *fixture) wantLease(session string, writer bool, want string) []journal.Delivery {
	f.t.Helper()
	got := f.lease(session, writer, 100)
	if ids(got) != want {
		f.t.Fatalf("Lease(%q, %v) at +%v = %q, want %q", session, writer, f.now().Sub(start), ids(got), want)
	}
	return got
}

func (f *fixture) wantDepth(waiting, parked int) {
	f.t.Helper()
	w, p, err := f.out.Depth(f.ctx)
	if err != nil || w != waiting || p != parked {
		f.t.Fatalf("Depth() at +%v = %d, %d, %v, want %d, %d", f.now().Sub(start), w, p, err, waiting, parked)
	}
}

func record(id string) journal.Out {
	return journal.Out{ID: id, Record: true, Raw: []byte(id)}
}

func screen(id, to string, life time.Duration) journal.Out {
	return journal.Out{ID: id, To: to, Expires: start.Add(life), Raw: []byte(id)}
}

func appendKeepsOrderAndKeys(t *testing.T, f *fixture) {
	var positions []uint64
	for i, key := range []string{"a", "b", "a", "c", "b"} {
		pos, dup, err := f.store.Append(f.ctx, key, []byte(key))
		if err != nil || dup != (i == 2 || i == 4) {
			t.Fatalf("Append(%q) = %d, %v, %v, want dup %v", key, pos, dup, err, i == 2 || i == 4)
		}
		positions = append(positions, pos)
	}
	if positions[0] != 1 || positions[2] != positions[0] || positions[4] != positions[1] || positions[3] <= positions[1] {
		t.Fatalf("positions = %v, want 1 first, growing, and those of the first ones for repeated keys", positions)
	}
	got, err := f.store.Read(f.ctx, 0, 10)
	if err != nil || len(got) != 3 || got[0].Key != "a" || got[1].Key != "b" || string(got[2].Raw) != "c" {
		t.Fatalf("Read(0, 10) = %v, %v, want a b c", got, err)
	}
	if got[0].Time.Sub(start) != 0 {
		t.Fatalf("Read()[0].Time = %v, want the clock's %v", got[0].Time, start)
	}
	got, err = f.store.Read(f.ctx, positions[0], 1)
	if err != nil || len(got) != 1 || got[0].Key != "b" {
		t.Fatalf("Read(1, 1) = %v, %v, want b", got, err)
	}
}

func appendCopies(t *testing.T, f *fixture) {
	raw := []byte("body")
	if _, _, err := f.store.Append(f.ctx, "k", raw); err != nil {
		t.Fatal(err)
	}
	copy(raw, "XXXX")
	got, err := f.store.Read(f.ctx, 0, 1)
	if err != nil || len(got) != 1 || string(got[0].Raw) != "body" {
		t.Fatalf("Read() after the caller reused its buffer = %+v, %v, want body", got, err)
	}
}

func deriveMovesTheCursor(t *testing.T, f *fixture) {
	for _, key := range []string{"a", "b", "c"} {
		if _, _, err := f.store.Append(f.ctx, key, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.store.Derive(f.ctx, 2, []journal.Out{record("x")}); err != nil {
		t.Fatalf("Derive(2) = %v", err)
	}
	if at, err := f.store.Cursor(f.ctx); err != nil || at != 2 {
		t.Fatalf("Cursor() = %d, %v, want 2", at, err)
	}
	got, err := f.store.Read(f.ctx, 2, 10)
	if err != nil || len(got) != 1 || got[0].Key != "c" {
		t.Fatalf("Read(2) = %v, %v, want c", got, err)
	}
	for _, upTo := range []uint64{1, 4} {
		if err := f.store.Derive(f.ctx, upTo, []journal.Out{record("never")}); err == nil {
			t.Errorf("Derive(%d) with the cursor at 2 of 3 = nil, want an error", upTo)
		}
	}
	if _, dup, err := f.store.Append(f.ctx, "a", nil); err != nil || !dup {
		t.Fatalf("Append of a derived key = %v, %v, want a duplicate", dup, err)
	}
	f.wantLease("s", true, "x ")
}

func seqAndEpoch(t *testing.T, f *fixture) {
	f.derive(record("a"), record("b"), record("a"))
	got := f.wantLease("s", true, "a b ")
	if low := uint64(start.Unix()) << 20; got[0].Seq <= low || got[1].Seq <= got[0].Seq || got[0].Seq > low+1000 {
		t.Fatalf("seqs %d, %d, want growing from unix seconds·2^20 = %d", got[0].Seq, got[1].Seq, low)
	}
	if f.store.Epoch() == "" || got[0].Epoch != f.store.Epoch() {
		t.Fatalf("Epoch() = %q, delivery has %q", f.store.Epoch(), got[0].Epoch)
	}
}

func screenDoneOnHandOver(t *testing.T, f *fixture) {
	f.derive(screen("a", "s", time.Minute))
	f.wantDepth(1, 0)
	d := f.wantLease("s", false, "a ")[0]
	if !d.Until.IsZero() {
		t.Errorf("Until of a screen event = %v, want zero", d.Until)
	}
	f.wantDepth(0, 0)
	f.pass(time.Hour)
	f.wantLease("s", false, "")
	if err := f.out.Ack(f.ctx, d.Ref); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Ack of a screen event = %v, want ErrUnknown", err)
	}
}

func screenExpires(t *testing.T, f *fixture) {
	f.derive(screen("a", "s", 30*time.Second), screen("b", "s", time.Hour), screen("c", "gone", 30*time.Second))
	f.pass(30 * time.Second)
	f.wantLease("s", false, "b ")
	f.wantDepth(0, 0) // c expired though nobody came for it
}

func recordReturns(t *testing.T, f *fixture) {
	f.derive(record("a"))
	for attempt, wait := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, time.Hour} {
		got := f.lease("s", true, 10)
		if len(got) != 1 || got[0].Attempt != attempt+1 || !got[0].Until.Equal(f.now().Add(time.Minute)) {
			t.Fatalf("Lease() = %+v, want attempt %d until a minute later", got, attempt+1)
		}
		due, err := f.out.NextDue(f.ctx)
		if err != nil || !due.Equal(f.now().Add(wait)) {
			t.Fatalf("NextDue() after attempt %d = %v, %v, want in %v", attempt+1, due, err, wait)
		}
		f.pass(wait - time.Second)
		f.wantLease("other", true, "")
		f.pass(time.Second)
	}
}

func recordParked(t *testing.T, f *fixture) {
	f.derive(record("a"))
	var last journal.Delivery
	for range 20 {
		got := f.lease("s", true, 10)
		if len(got) != 1 {
			t.Fatalf("Lease() = %v after attempt %d, want one more", got, last.Attempt)
		}
		last = got[0]
		f.pass(2 * time.Hour)
	}
	f.wantLease("s", true, "")
	f.wantDepth(0, 1)
	if err := f.out.Ack(f.ctx, last.Ref); err != nil {
		t.Fatalf("Ack of a parked event = %v, want nil", err)
	}
	f.wantDepth(0, 0)
}

func ackAndNak(t *testing.T, f *fixture) {
	f.derive(record("a"), record("b"), record("c"))
	got := f.wantLease("s", true, "a b c ")
	if err := f.out.Ack(f.ctx, got[0].Ref); err != nil {
		t.Fatalf("Ack(a) = %v", err)
	}
	if err := f.out.Ack(f.ctx, got[0].Ref); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("second Ack(a) = %v, want ErrUnknown", err)
	}
	if err := f.out.Nak(f.ctx, got[1].Ref, 10*time.Second); err != nil {
		t.Fatalf("Nak(b) = %v", err)
	}
	if err := f.out.Nak(f.ctx, got[2].Ref, 0); err != nil {
		t.Fatalf("Nak(c) = %v", err)
	}
	f.wantLease("s", true, "c#2 ")
	f.pass(10 * time.Second)
	f.wantLease("s", true, "b#2 ")
	stale := journal.Ref{Epoch: "another", Seq: got[1].Seq}
	if err := f.out.Ack(f.ctx, stale); !errors.Is(err, journal.ErrEpoch) {
		t.Errorf("Ack of another epoch = %v, want ErrEpoch", err)
	}
	if err := f.out.Nak(f.ctx, stale, 0); !errors.Is(err, journal.ErrEpoch) {
		t.Errorf("Nak of another epoch = %v, want ErrEpoch", err)
	}
	early := journal.Ref{Epoch: f.store.Epoch(), Seq: uint64(start.Unix()) << 20}
	if err := f.out.Ack(f.ctx, early); !errors.Is(err, journal.ErrEpoch) {
		t.Errorf("Ack of a seq from before this life = %v, want ErrEpoch", err)
	}
	none := journal.Ref{Epoch: f.store.Epoch(), Seq: got[0].Seq + 1<<30}
	if err := f.out.Ack(f.ctx, none); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Ack of a seq never given = %v, want ErrUnknown", err)
	}
}

func addressing(t *testing.T, f *fixture) {
	f.derive(screen("a", "one", time.Hour), record("b"), screen("c", "two", time.Hour), screen("d", "one", time.Hour))
	f.wantLease("one", false, "a d ")
	f.wantLease("two", true, "b c ")
	f.wantLease("one", true, "")
	f.derive(record("e"), record("f"))
	if got := f.lease("one", true, 1); ids(got) != "e " {
		t.Fatalf("Lease(limit 1) = %q, want e", ids(got))
	}
	f.wantLease("", false, "")
	f.wantLease("two", true, "f ")
}

func settledStaysReadable(t *testing.T, f *fixture) {
	f.derive(record("a"), screen("b", "s", time.Minute))
	for _, d := range f.wantLease("s", true, "a b ") {
		if ref, err := f.out.Find(f.ctx, d.ID); d.Record && (err != nil || ref != d.Ref) {
			t.Fatalf("Find(%s) = %v, %v, want %v", d.ID, ref, err, d.Ref)
		}
		if d.Record {
			if err := f.out.Ack(f.ctx, d.Ref); err != nil {
				t.Fatal(err)
			}
		}
		got, err := f.out.Get(f.ctx, d.ID)
		if err != nil || string(got.Raw) != d.ID || got.Ref != d.Ref {
			t.Fatalf("Get(%s) after it was settled = %+v, %v, want it whole", d.ID, got, err)
		}
		if _, err := f.out.Find(f.ctx, d.ID); !errors.Is(err, journal.ErrUnknown) {
			t.Errorf("Find(%s) after it was settled = %v, want ErrUnknown", d.ID, err)
		}
	}
	if _, err := f.out.Get(f.ctx, "never"); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Get of an unknown id = %v, want ErrUnknown", err)
	}
	f.derive(record("a")) // the engine repeats itself after a crash
	f.wantLease("s", true, "")
}

func wake(t *testing.T, f *fixture) {
	woken := func() bool {
		select {
		case <-f.out.Wake():
			return true
		default:
			return false
		}
	}
	f.derive()
	if woken() {
		t.Error("Wake() has a value though nothing was added")
	}
	f.derive(record("a"))
	if !woken() {
		t.Error("Wake() has no value after Derive")
	}
	d := f.wantLease("s", true, "a ")[0]
	for woken() { // a lease may wake too
	}
	if err := f.out.Nak(f.ctx, d.Ref, time.Second); err != nil {
		t.Fatal(err)
	}
	if !woken() {
		t.Error("Wake() has no value after Nak")
	}
	if due, err := f.out.NextDue(f.ctx); err != nil || !due.Equal(start.Add(time.Second)) {
		t.Errorf("NextDue() = %v, %v, want in 1s", due, err)
	}
	// Nobody leases it when it is due: NextDue must not tell of it for ever, or
	// whoever sets a timer by it never rests.
	f.pass(2 * time.Second)
	if due, err := f.out.NextDue(f.ctx); err != nil || !due.IsZero() {
		t.Errorf("NextDue() when the delay is over = %v, %v, want none", due, err)
	}
	if !woken() {
		t.Error("Wake() has no value though a delay is over")
	}
	f.wantLease("s", true, "a#2 ")
}

func closed(t *testing.T, f *fixture) {
	f.derive(record("a"))
	ref := f.wantLease("s", true, "a ")[0].Ref
	if err := f.store.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	_, _, appendErr := f.store.Append(f.ctx, "k", nil)
	_, readErr := f.store.Read(f.ctx, 0, 1)
	_, cursorErr := f.store.Cursor(f.ctx)
	_, leaseErr := f.out.Lease(f.ctx, "s", true, 1)
	_, getErr := f.out.Get(f.ctx, "a")
	_, findErr := f.out.Find(f.ctx, "a")
	_, dueErr := f.out.NextDue(f.ctx)
	_, _, depthErr := f.out.Depth(f.ctx)
	_, noteErr := f.store.Note(f.ctx, "n")
	for call, err := range map[string]error{
		"Append": appendErr, "Read": readErr, "Cursor": cursorErr, "Lease": leaseErr, "Get": getErr, "Find": findErr,
		"NextDue": dueErr, "Depth": depthErr, "Derive": f.store.Derive(f.ctx, 0, nil),
		"Ack": f.out.Ack(f.ctx, ref), "Nak": f.out.Nak(f.ctx, ref, 0), "Extend": f.out.Extend(f.ctx, ref),
		"Return": f.out.Return(f.ctx, ref), "Release": f.store.Release(f.ctx, nil),
		"PutNote": f.store.PutNote(f.ctx, "n", nil), "Note": noteErr,
	} {
		if !errors.Is(err, journal.ErrClosed) {
			t.Errorf("%s() after Close = %v, want ErrClosed", call, err)
		}
	}
}
