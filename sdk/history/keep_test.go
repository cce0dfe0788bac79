package history_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/history"
)

// Calls older than they are kept go within the hour; 0 keeps them for ever.
func TestKeep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := history.Open(history.Config{Now: time.Now})
		old, fresh := numbered(1), numbered(2)
		old.Started, fresh.Started = time.Now().Add(-49*time.Hour), time.Now().Add(-47*time.Hour)
		s.Put(old)
		s.Put(fresh)
		time.Sleep(2 * time.Hour)
		if ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{}); len(ids) != 2 {
			t.Errorf("kept for ever: %v", ids)
		}
		s.Keep(52 * time.Hour) // fresh is 49 hours old by now
		old.Started = old.Started.Add(-5 * time.Hour)
		s.Put(old)
		time.Sleep(time.Hour + time.Minute)
		if ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{}); len(ids) != 1 || ids[0] != fresh.EntryID {
			t.Errorf("kept for two days: %v, want %s", ids, fresh.EntryID)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
}

// What goes gives its room back to the disk while the store is open, and what
// stays is found as before.
func TestRetentionGivesRoomBack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "calls")
	synctest.Test(t, func(t *testing.T) {
		s := history.Open(history.Config{Dir: dir, Now: time.Now})
		const n, stay = 60_000, 500
		began := time.Now().Add(-n * time.Minute)
		for i := range n {
			c := numbered(i)
			c.Started = began.Add(time.Duration(i) * time.Minute)
			s.Put(c)
			if i%2000 == 1999 {
				if err := s.Sync(t.Context()); err != nil {
					t.Fatalf("Sync() = %v", err)
				}
			}
		}
		size := func() int64 {
			info, err := os.Stat(filepath.Join(dir, "calls.db"))
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		full := size()
		s.Keep(stay * time.Minute)
		time.Sleep(2 * time.Minute)
		if now := size(); now > full/4 {
			t.Errorf("the file has %d bytes of %d after most calls went, want a quarter at most", now, full)
		}
		s.Put(numbered(n)) // into the new file
		compareIndex(t, s)
		ids := collect(t, s, began, time.Time{}, history.Filter{Employee: []string{"101"}})
		if len(ids) < stay-5 || len(ids) > stay || ids[len(ids)-2] != numbered(n-1).EntryID || ids[len(ids)-1] != numbered(n).EntryID {
			t.Errorf("%d calls stayed, the last %v, want about %d, the newest and one put after that", len(ids), ids[max(0, len(ids)-1):], stay)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
}
