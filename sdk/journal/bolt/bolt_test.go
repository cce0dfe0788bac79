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
		s, _, err := bolt.Open(bolt.Options{Dir: dir, Now: now}.WithCommit(unsynced))
		if err != nil {
			t.Fatalf("Open(%s) = %v", dir, err)
		}
		return s
	})
}
