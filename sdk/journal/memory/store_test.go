package memory_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
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
			if !errors.Is(err, memory.ErrFull) {
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

// TestConcurrentUse gives the race detector something to look at, and checks
// that nothing is handed to two sessions.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	const events = 400
	s := memory.New(memory.Options{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	wg.Go(func() {
		for i := range events {
			key := fmt.Sprint(i)
			pos, _, err := s.Append(t.Context(), key, []byte(key))
			if err != nil {
				t.Errorf("Append() = %v", err)
			}
			if err := s.Derive(t.Context(), pos, []journal.Out{{ID: key, Record: true, Raw: []byte(key)}}); err != nil {
				t.Errorf("Derive() = %v", err)
			}
		}
	})
	for _, session := range []string{"s1", "s2", "s3"} {
		wg.Go(func() {
			for {
				got, err := s.Outbox().Lease(t.Context(), session, true, 7)
				if err != nil {
					t.Errorf("Lease() = %v", err)
					return
				}
				mu.Lock()
				for _, d := range got {
					seen[d.ID]++
				}
				all := len(seen) == events
				mu.Unlock()
				for _, d := range got {
					if err := s.Outbox().Ack(t.Context(), d.Ref); err != nil {
						t.Errorf("Ack(%s) = %v", d.ID, err)
					}
				}
				if all || t.Context().Err() != nil {
					return
				}
				if len(got) == 0 {
					select {
					case <-s.Outbox().Wake():
					case <-time.After(time.Millisecond):
					}
				}
			}
		})
	}
	wg.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("event %s was handed over %d times, want once", id, n)
		}
	}
}
