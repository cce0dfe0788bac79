package journaltest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
)

// releaseEndsReading: what Derive has passed stays readable until it is
// released, in any order; what it has not passed cannot be released.
func releaseEndsReading(t *testing.T, f *fixture) {
	for _, key := range []string{"a", "b", "c", "d"} {
		if _, _, err := f.store.Append(f.ctx, key, []byte(key)); err != nil {
			t.Fatalf("Append(%s) = %v", key, err)
		}
	}
	if err := f.store.Derive(f.ctx, 3, nil); err != nil {
		t.Fatalf("Derive(3) = %v", err)
	}
	read := func(from uint64, limit int, want string) {
		t.Helper()
		records, err := f.store.Read(f.ctx, from, limit)
		got := ""
		for _, r := range records {
			got += r.Key
		}
		if err != nil || got != want {
			t.Fatalf("Read(%d, %d) = %q, %v, want %q", from, limit, got, err, want)
		}
	}
	read(0, 10, "abcd")
	read(1, 2, "bc")
	if err := f.store.Release(f.ctx, []uint64{2, 4, 99}); err != nil {
		t.Fatalf("Release(2, 4, 99) = %v", err)
	}
	read(0, 10, "acd")
	read(1, 10, "cd")
	read(2, 1, "c")
	if err := f.store.Release(f.ctx, []uint64{3, 1}); err != nil {
		t.Fatalf("Release(3, 1) = %v", err)
	}
	read(0, 10, "d")
	if _, dup, err := f.store.Append(f.ctx, "b", nil); err != nil || !dup {
		t.Errorf("Append of a released key = dup %v, %v, want a duplicate", dup, err)
	}
}

// extendKeepsTheLease as long as its holder wants, without counting attempts.
func extendKeepsTheLease(t *testing.T, f *fixture) {
	f.derive(record("a"))
	d := f.wantLease("s", true, "a ")[0]
	for range 3 * journal.MaxAttempts {
		f.pass(journal.LeaseTime - time.Second)
		f.wantLease("other", true, "")
		if err := f.out.Extend(f.ctx, d.Ref); err != nil {
			t.Fatalf("Extend() at +%v = %v", f.now().Sub(start), err)
		}
	}
	f.pass(journal.LeaseTime)
	if err := f.out.Extend(f.ctx, d.Ref); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Extend() of a lease that ended = %v, want ErrUnknown", err)
	}
	f.wantLease("other", true, "a#2 ")
}

// returnIsNoAttempt: an event that nobody was shown comes at once, uncounted
// and in its old place.
func returnIsNoAttempt(t *testing.T, f *fixture) {
	f.derive(record("a"), record("b"))
	for range 2 * journal.MaxAttempts {
		d := f.wantLease("s", true, "a b ")
		slices.Reverse(d)
		for _, d := range d {
			if err := f.out.Return(f.ctx, d.Ref); err != nil {
				t.Fatalf("Return(%s) = %v", d.ID, err)
			}
		}
	}
	d := f.wantLease("s", true, "a b ")[0]
	if err := f.out.Ack(f.ctx, d.Ref); err != nil {
		t.Fatalf("Ack() = %v", err)
	}
	if err := f.out.Return(f.ctx, d.Ref); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Return() of a settled event = %v, want ErrUnknown", err)
	}
	if err := f.out.Return(f.ctx, journal.Ref{Epoch: "another", Seq: d.Seq}); !errors.Is(err, journal.ErrEpoch) {
		t.Errorf("Return() of another epoch = %v, want ErrEpoch", err)
	}
}

// nakWakesAParkedEvent: whoever asks for it gets it once more.
func nakWakesAParkedEvent(t *testing.T, f *fixture) {
	f.derive(record("a"))
	var last journal.Delivery
	for range journal.MaxAttempts {
		last = f.lease("s", true, 1)[0]
		f.pass(2 * time.Hour)
	}
	f.wantDepth(0, 1)
	if err := f.out.Nak(f.ctx, last.Ref, time.Minute); err != nil {
		t.Fatalf("Nak() of a parked event = %v", err)
	}
	f.wantDepth(1, 0)
	f.wantLease("s", true, "")
	f.pass(time.Minute)
	f.wantLease("s", true, "a#20 ")
	f.pass(2 * time.Hour)
	f.wantDepth(0, 1)
}
