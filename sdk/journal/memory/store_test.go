package memory_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/journaltest"
	"mangoofficesdk/sdk/journal/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	journaltest.Run(t, func(_ testing.TB, now func() time.Time) journal.Store {
		return memory.New(memory.Options{Now: now})
	})
}

func BenchmarkLease(b *testing.B) {
	journaltest.BenchLease(b, func(_ testing.TB, now func() time.Time) journal.Store {
		return memory.New(memory.Options{Now: now})
	})
}

func TestEpochsDiffer(t *testing.T) {
	t.Parallel()
	a, b := memory.New(memory.Options{}), memory.New(memory.Options{})
	if a.Epoch() == b.Epoch() {
		t.Fatalf("two stores share the epoch %q", a.Epoch())
	}
}

// TestKeysAreForgottenAfterADay: the memory of keys is bounded by time, and a
// key whose record is still to be derived is kept whatever its age.
func TestKeysAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	s := memory.New(memory.Options{Now: func() time.Time { return now }})
	add := func(key string) (uint64, bool) {
		pos, dup, err := s.Append(t.Context(), key, nil)
		if err != nil {
			t.Fatalf("Append(%q) = %v", key, err)
		}
		return pos, dup
	}
	pos, _ := add("a")
	now = now.Add(25 * time.Hour)
	if _, dup := add("a"); !dup {
		t.Fatal("Append(a) a day later, not derived yet, is new, want a duplicate")
	}
	if err := s.Derive(t.Context(), pos, nil); err != nil {
		t.Fatal(err)
	}
	if _, dup := add("a"); dup {
		t.Fatal("Append(a) a day later is a duplicate, want new")
	}
}

// TestBacklogIsBounded: better 503 than a process without memory.
func TestBacklogIsBounded(t *testing.T) {
	t.Parallel()
	s := memory.New(memory.Options{})
	for i := range 60_000 {
		if _, _, err := s.Append(t.Context(), fmt.Sprint(i), nil); err != nil {
			if !errors.Is(err, journal.ErrFull) {
				t.Fatalf("Append #%d = %v, want ErrFull", i, err)
			}
			return
		}
	}
	t.Fatal("60000 records were taken and none derived, want ErrFull before")
}

// TestSettledAreBounded: settled events stay readable, up to a bound.
func TestSettledAreBounded(t *testing.T) {
	t.Parallel()
	s := memory.New(memory.Options{})
	body := []byte(strings.Repeat("x", 8<<10))
	for i := range 5000 {
		if err := s.Derive(t.Context(), 0, []journal.Out{{ID: fmt.Sprint(i), To: "s", Raw: body}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Outbox().Lease(t.Context(), "s", false, 1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Outbox().Get(t.Context(), "4999"); err != nil {
		t.Errorf("Get of the newest settled event = %v, want it", err)
	}
	if _, err := s.Outbox().Get(t.Context(), "10"); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Get of an old settled event = %v, want ErrUnknown", err)
	}
}

// What sessions held is due again when they are known to be gone, and counts as
// shown; what waits for its time goes on waiting.
func TestEndLeases(t *testing.T) {
	t.Parallel()
	s := memory.New(memory.Options{})
	out := []journal.Out{{ID: "held", Record: true}, {ID: "later", Record: true}, {ID: "told"}}
	if err := s.Derive(t.Context(), 0, out); err != nil {
		t.Fatal(err)
	}
	given, err := s.Outbox().Lease(t.Context(), "gone", true, 3)
	if err != nil || len(given) != 3 {
		t.Fatalf("Lease() = %v, %v, want three events", given, err)
	}
	if err := s.Outbox().Nak(t.Context(), given[1].Ref, time.Hour); err != nil {
		t.Fatal(err)
	}
	s.EndLeases()
	again, err := s.Outbox().Lease(t.Context(), "next", true, 3)
	if err != nil || len(again) != 1 || again[0].ID != "held" || again[0].Attempt != 2 || again[0].Ref != given[0].Ref {
		t.Errorf("Lease() after EndLeases() = %+v, %v, want the second attempt of %+v", again, err, given[0])
	}
}
