package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

// TestAge: what was settled a month ago goes, with its key and its id; what
// still waits stays, however old.
func TestAge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store" // synctest's T has none
	synctest.Test(t, func(t *testing.T) {
		s, _ := openStore(t, unsynced(bolt.Options{Dir: dir}))
		ctx := t.Context()
		for _, key := range []string{"derived", "waits"} {
			if _, _, err := s.Append(ctx, key, nil); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Derive(ctx, 1, []journal.Out{{ID: "settled", Record: true}, {ID: "unsettled", Record: true}, {ID: "screen", To: "gone"}})
		if err != nil {
			t.Fatal(err)
		}
		given, err := s.Lease(ctx, "s", true, 1)
		if err != nil || len(given) != 1 {
			t.Fatalf("Lease() = %v, %v, want settled", given, err)
		}
		if err := s.Ack(ctx, given[0].Ref); err != nil {
			t.Fatal(err)
		}
		there := func() (keys string) {
			t.Helper()
			synctest.Wait()
			records, err := s.Read(ctx, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				keys += r.Key + " "
			}
			for _, id := range []string{"settled", "unsettled", "screen"} {
				if _, err := s.Get(ctx, id); err == nil {
					keys += id + " "
				} else if !errors.Is(err, journal.ErrUnknown) {
					t.Fatal(err)
				}
			}
			return keys
		}
		time.Sleep(30*24*time.Hour - time.Minute)
		if got, want := there(), "derived waits settled unsettled screen "; got != want {
			t.Errorf("before a month is over there are %q, want %q", got, want)
		}
		time.Sleep(3 * time.Minute)
		if got, want := there(), "waits unsettled screen "; got != want {
			t.Errorf("after a month there are %q, want %q", got, want)
		}
		// A screen event that does not expire is dropped after a month, and
		// kept as long again as any settled one.
		if waiting, parked, err := s.Depth(ctx); err != nil || waiting != 1 || parked != 0 {
			t.Errorf("Depth() after a month = %d, %d, %v, want 1, 0", waiting, parked, err)
		}
		time.Sleep(31 * 24 * time.Hour)
		if got, want := there(), "waits unsettled "; got != want {
			t.Errorf("after two months there are %q, want %q", got, want)
		}
		if _, dup, err := s.Append(ctx, "derived", nil); dup || err != nil {
			t.Errorf("Append() of a key that was let go = %v, %v, want it new", dup, err)
		}
	})
}

// TestSize: a store within a small bound takes records as long as it may let
// settled ones go, and not one more; the file stays near the bound.
func TestSize(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20
	dir := t.TempDir() + "/store"
	s, _ := openStore(t, unsynced(bolt.Options{Dir: dir, MaxBytes: bound, Now: atDay}))
	ctx := t.Context()
	n, body := 0, bytes.Repeat([]byte("x"), 1000)
	add := func() error {
		n++
		_, _, err := s.Append(ctx, fmt.Sprint(n), body)
		return err
	}
	// Released ones go: four times the bound passes through.
	for range 4 * bound / len(body) {
		if err := add(); err != nil {
			t.Fatalf("Append() #%d = %v, want nil: the older ones are released", n, err)
		}
		at, err := s.Cursor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Derive(ctx, at+1, nil); err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			continue // of a call that goes on and on
		}
		if err := s.Release(ctx, []uint64{at + 1}); err != nil {
			t.Fatal(err)
		}
	}
	if records, err := s.Read(ctx, 0, 10); err != nil || len(records) != 1 || records[0].Key != "1" {
		t.Errorf("Read() = %d records, %v, want the first one, which was not released", len(records), err)
	}
	// Unsettled ones stay, however many.
	var kept []string
	var err error
	for err == nil && n < 10*bound/len(body) {
		if err = add(); err == nil {
			kept = append(kept, fmt.Sprint(n))
		}
	}
	if !errors.Is(err, journal.ErrFull) || !errors.Is(err, text.New(text.StoreFull)) {
		t.Fatalf("Append() #%d = %v, want ErrFull and store_full", n, err)
	}
	if err := s.PutNote(ctx, "n", []byte("x")); !errors.Is(err, journal.ErrFull) || !errors.Is(err, text.New(text.StoreFull)) {
		t.Errorf("PutNote() in the full store = %v, want ErrFull and store_full", err)
	}
	if len(kept) < bound/3/len(body) {
		t.Errorf("full after %d records of %d bytes, want a third of the bound at least", len(kept), len(body))
	}
	at, err := s.Cursor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	records, err := s.Read(ctx, at, 1<<20)
	if err != nil || len(records) != len(kept) {
		t.Fatalf("Read() in the full store = %d records, %v, want %d", len(records), err, len(kept))
	}
	// The full store can be worked off, and then takes more.
	if err := derive(ctx, s, records); err != nil {
		t.Fatalf("Derive() in the full store = %v, want nil", err)
	}
	if err := add(); !errors.Is(err, journal.ErrFull) {
		t.Errorf("Append() when all is derived and nothing released = %v, want ErrFull", err)
	}
	for _, r := range records {
		if err := s.Release(ctx, []uint64{r.Pos}); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(); err != nil {
		t.Errorf("Append() when all is released = %v, want nil", err)
	}
	given, err := s.Lease(ctx, "s", true, 1<<20)
	if err != nil || len(given) != len(kept) {
		t.Fatalf("Lease() = %d events, %v, want %d: none was let go", len(given), err, len(kept))
	}
	for _, d := range given {
		if err := s.Ack(ctx, d.Ref); err != nil {
			t.Fatal(err)
		}
	}
	for range bound / len(body) {
		if err := add(); err != nil {
			t.Fatalf("Append() #%d when all is settled = %v, want nil", n, err)
		}
		pos := uint64(n - 2) // two were refused
		if err := s.Derive(ctx, pos, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Release(ctx, []uint64{pos}); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "journal.db"))
	if err != nil || info.Size() > 4*bound {
		t.Errorf("the file has %d bytes (%v), want at most %d", info.Size(), err, 4*bound)
	}
}
