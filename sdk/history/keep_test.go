package history_test

import (
	"context"
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
