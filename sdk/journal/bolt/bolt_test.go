package bolt_test

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/journal/journaltest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	journaltest.RunDurable(t, func(t testing.TB, dir string, now func() time.Time) journal.Store {
		s, _, err := bolt.Open(unsynced(bolt.Options{Dir: dir, Now: now}))
		if err != nil {
			t.Fatalf("Open(%s) = %v", dir, err)
		}
		return s
	})
}

// TestEndLeases: what the sessions of a process that was killed held is due at
// once, its attempts counted; what waits for its delay goes on waiting.
func TestEndLeases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	s, _, err := bolt.Open(bolt.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	out := []journal.Out{{ID: "held", Record: true, Raw: []byte("{}")}, {ID: "delayed", Record: true, Raw: []byte("{}")}}
	if err := s.Derive(t.Context(), 0, out); err != nil {
		t.Fatal(err)
	}
	given, err := s.Lease(t.Context(), "gone", true, 10)
	if err != nil || len(given) != 2 {
		t.Fatalf("Lease() = %+v, %v, want both", given, err)
	}
	if err := s.Nak(t.Context(), given[1].Ref, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _, err = bolt.Open(bolt.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if again, err := s.Lease(t.Context(), "next", true, 10); err != nil || len(again) != 0 {
		t.Fatalf("Lease() before = %+v, %v, want none: somebody may still hold it", again, err)
	}
	if err := s.EndLeases(t.Context()); err != nil {
		t.Fatalf("EndLeases() = %v", err)
	}
	again, err := s.Lease(t.Context(), "next", true, 10)
	if err != nil || len(again) != 1 || again[0].ID != "held" || again[0].Attempt != 2 {
		t.Errorf("Lease() after = %+v, %v, want the one that was held, attempt 2", again, err)
	}
}
