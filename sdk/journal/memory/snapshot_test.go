package memory_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
	"mangoofficesdk/sdk/journal/journaltest"
	"mangoofficesdk/sdk/journal/memory"
)

// shelf keeps the snapshots of closed stores, by folder.
type shelf struct {
	mu    sync.Mutex
	saved map[string][]byte
}

type shelved struct {
	*memory.Store
	shelf *shelf
	dir   string
	done  bool
}

func (s *shelved) Close() error {
	if !s.done {
		s.shelf.mu.Lock()
		s.shelf.saved[s.dir] = s.Snapshot()
		s.shelf.mu.Unlock()
	}
	s.done = true
	return s.Store.Close()
}

// TestRestoredGoesOn: the suite of durable stores, property test and all, where
// to open is to restore the snapshot of the store that was closed.
func TestRestoredGoesOn(t *testing.T) {
	t.Parallel()
	kept := &shelf{saved: map[string][]byte{}}
	journaltest.RunDurable(t, func(t testing.TB, dir string, now func() time.Time) journal.Store {
		kept.mu.Lock()
		raw, known := kept.saved[dir]
		kept.mu.Unlock()
		store := memory.New(memory.Options{Now: now})
		if known {
			var err error
			if store, err = memory.Restore(raw, memory.Options{Now: now}); err != nil {
				t.Fatalf("Restore() of a snapshot = %v", err)
			}
			if again := store.Snapshot(); !bytes.Equal(again, raw) {
				t.Fatalf("Snapshot() of the restored store has %d bytes, want the %d bytes it was made of", len(again), len(raw))
			}
			store.Rouse()
		}
		return &shelved{Store: store, shelf: kept, dir: dir}
	})
}

// TestRestoreOfHalf: a snapshot that lacks its end is refused, wherever it ends.
func TestRestoreOfHalf(t *testing.T) {
	t.Parallel()
	raw := example(t)
	for n := range raw {
		if _, err := memory.Restore(raw[:n], memory.Options{}); !errors.Is(err, wire.ErrDamaged) {
			t.Fatalf("Restore(%d of %d bytes) = %v, want ErrDamaged", n, len(raw), err)
		}
	}
	if _, err := memory.Restore(append(raw, 0), memory.Options{}); !errors.Is(err, wire.ErrDamaged) {
		t.Errorf("Restore() of a byte too much = %v, want ErrDamaged", err)
	}
}

// example is a snapshot of a store with something of every kind in it.
func example(t testing.TB) []byte {
	s := memory.New(memory.Options{Epoch: "e"})
	for _, key := range []string{"a", "b", "c"} {
		if _, _, err := s.Append(t.Context(), key, []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	out := []journal.Out{
		{ID: "leased", Record: true}, {ID: "settled", To: "s"}, {ID: "waits", Record: true},
		{ID: "screen", To: "other", Expires: time.Now().Add(time.Hour), Raw: []byte("x")},
	}
	if err := s.Derive(t.Context(), 2, out); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Outbox().Lease(t.Context(), "s", true, 2); err != nil {
		t.Fatal(err)
	}
	if err := s.PutNote(t.Context(), "n", []byte("note")); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

// TestSettleLeavesNothingDue: after it, readers at the same time change nothing.
func TestSettleLeavesNothingDue(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	s := memory.New(memory.Options{Now: func() time.Time { return now }})
	out := []journal.Out{
		{ID: "record", Record: true}, {ID: "screen", To: "nobody", Expires: now.Add(time.Second)},
	}
	if err := s.Derive(t.Context(), 0, out); err != nil {
		t.Fatal(err)
	}
	if !s.Ready("s", true) || s.Ready("s", false) || s.Ready("", false) || !s.Ready("nobody", false) {
		t.Error("Ready() is not true for exactly a writer and nobody")
	}
	if _, err := s.Outbox().Lease(t.Context(), "s", true, 1); err != nil {
		t.Fatal(err)
	}
	for _, wait := range []time.Duration{0, time.Minute} {
		now = now.Add(wait)
		if due := s.Due(now); due != (wait > 0) {
			t.Errorf("Due() after %v = %v, want %v", wait, due, wait > 0)
		}
	}
	s.Settle()
	before := s.Snapshot()
	if s.Due(now) || !s.Ready("s", true) || s.Ready("nobody", false) {
		t.Error("Settle() left something due, or did not give back the record or drop the screen event")
	}
	if _, err := s.Outbox().NextDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w, p, err := s.Outbox().Depth(t.Context()); err != nil || w != 1 || p != 0 {
		t.Errorf("Depth() = %d, %d, %v, want 1, 0", w, p, err)
	}
	if !bytes.Equal(s.Snapshot(), before) {
		t.Error("reading after Settle() changed the state")
	}
}

// FuzzRestore: whatever the bytes, there is an error or a store that works.
func FuzzRestore(f *testing.F) {
	f.Add(example(f))
	f.Add(memory.New(memory.Options{}).Snapshot())
	f.Fuzz(func(t *testing.T, raw []byte) {
		clock := memory.Options{Now: func() time.Time { return time.Unix(1_800_000_000, 0) }} // a finding stays one
		s, err := memory.Restore(raw, clock)
		if err != nil {
			return
		}
		s.Settle()
		s.Rouse()
		for {
			given, err := s.Outbox().Lease(t.Context(), "s", true, 100)
			if err != nil {
				t.Fatalf("Lease() of a restored store = %v", err)
			}
			if len(given) == 0 {
				break
			}
		}
		if _, err := s.Read(t.Context(), 0, 100); err != nil {
			t.Fatalf("Read() of a restored store = %v", err)
		}
		if _, err := memory.Restore(s.Snapshot(), clock); err != nil {
			t.Fatalf("Restore(Snapshot()) of a restored store = %v", err)
		}
	})
}
