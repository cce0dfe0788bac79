//go:build root

package history_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

// The test of this file mounts: it needs root, and the tag that asks for it
// (`make test` does, where it is root).

// The disk is full: what cannot be written waits, Stored tells so, what is there
// is read; with room again all of it is written, by the same store. (That
// nothing which waits is let go of in the journal, and comes again after a
// restart, is TestNoReleaseBeforeTheCallIsStored of sdk/office.)
func TestFullDiskOfTheCallStore(t *testing.T) {
	disk := t.TempDir()
	sh := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	sh("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk)
	t.Cleanup(func() { sh("umount", "-l", disk) })
	dir := filepath.Join(disk, "calls")
	s := openStore(t, history.Config{Dir: dir})
	const before = 100
	n := 0
	for ; n < before; n++ {
		s.Put(numbered(n))
	}
	if err := s.Sync(t.Context()); err != nil {
		t.Fatalf("Sync() = %v", err)
	}
	var why error
	for ; why == nil && n < 100_000; n++ {
		s.Put(numbered(n))
		if n%1000 == 999 {
			why = s.Sync(t.Context())
		}
	}
	if !errors.Is(why, text.New(text.StoreFull)) {
		t.Fatalf("Sync() after %d calls on a full disk = %v, want store_full", n, why)
	}
	stored := s.Stored()
	if st := s.Status(); st.Trouble == nil || st.Trouble.Code != text.StoreFull || st.Waiting != n-int(stored) || st.Lost != 0 { //nolint:gosec // a few thousand
		t.Errorf("Status() = %+v with %d of %d calls stored; want store_full, the others waiting, none lost", st, stored, n)
	}
	get(t, s, numbered(0).EntryID)
	get(t, s, numbered(n-1).EntryID) // it waits
	if ids := scanned(t, s, epoch, numbered(before).Started, history.Filter{}); len(ids) != before {
		t.Errorf("%d calls are read on a full disk, want %d", len(ids), before)
	}

	sh("mount", "-o", "remount,size=64m", disk)
	eventually(t, "all calls are stored", func() bool { return s.Stored() == uint64(n) }) //nolint:gosec // a count
	if st := s.Status(); st.Trouble != nil || st.Calls != int64(n) || st.Found.Damage != nil {
		t.Errorf("Status() = %+v, want %d calls and no trouble", st, n)
	}
	closeStore(t, s)
	s = openStore(t, history.Config{Dir: dir})
	if ids := collect(t, s, numbered(0).Started, numbered(n).Started, history.Filter{}); len(ids) != n {
		t.Errorf("%d calls are there after another opening, want %d", len(ids), n)
	}
	if _, err := os.Stat(filepath.Join(dir, "calls.db.new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a half-made file was left: %v", err)
	}
}
