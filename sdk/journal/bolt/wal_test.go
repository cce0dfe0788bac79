package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

const block = 4096 // of the log

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// logged makes a store with records 0 to n-1, of which the last ones are in
// the log only, and gives what its process leaves when it is killed: a folder,
// and how many blocks of the log a record takes.
func logged(t testing.TB, inFile, inLog int, raw []byte) (dir string) {
	t.Helper()
	from := t.TempDir() + "/store"
	for life, n := range []int{inFile, inLog} {
		s, _, err := bolt.Open(bolt.Options{Dir: from, Now: atDay}.WithLog(64<<10, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if _, _, err := s.Append(t.Context(), fmt.Sprint(life*inFile+i), raw); err != nil {
				t.Fatal(err)
			}
		}
		if life == 1 {
			dir = t.TempDir() + "/store"
			if err := errors.Join(os.CopyFS(dir, os.DirFS(from)), os.Chmod(dir, 0o700)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFileUntouched: between two checkpoints nothing is written to the file;
// with the log it is the store, and after Close without.
func TestFileUntouched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	file, log := filepath.Join(dir, "journal.db"), filepath.Join(dir, "journal.wal")
	s, _, err := bolt.Open(bolt.Options{Dir: dir}.WithLog(0, time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, file)
	for i := range 200 {
		if _, _, err := s.Append(t.Context(), fmt.Sprint(i), make([]byte, i*10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutNote(t.Context(), "n", []byte("note")); err != nil {
		t.Fatal(err)
	}
	records, err := s.Read(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := derive(t.Context(), s, records); err != nil {
		t.Fatal(err)
	}
	given, err := s.Lease(t.Context(), "s", true, 50)
	if err != nil || len(given) != 50 {
		t.Fatalf("Lease() = %d events, %v, want 50", len(given), err)
	}
	for _, d := range given[:20] {
		if err := s.Ack(t.Context(), d.Ref); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(read(t, file), before) {
		t.Error("the file has changed without a checkpoint")
	}
	check := func(s *bolt.Store) {
		t.Helper()
		if records, err := s.Read(t.Context(), 0, 1000); err != nil || len(records) != 200 {
			t.Errorf("Read() = %d records, %v, want 200", len(records), err)
		}
		if waiting, _, err := s.Depth(t.Context()); err != nil || waiting != 80 {
			t.Errorf("Depth() = %d, %v, want 80", waiting, err)
		}
		if got, err := s.Lease(t.Context(), "other", true, 100); err != nil || len(got) != 50 {
			t.Errorf("Lease() = %d events, %v, want the 50 that nobody holds", len(got), err)
		}
	}
	check(killed(t, dir))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(log); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat of the log after Close = %v, want that there is none", err)
	}
	s, found := openStore(t, bolt.Options{Dir: dir})
	if found != (bolt.Found{}) {
		t.Errorf("Open() found %+v, want nothing to tell", found)
	}
	check(s)
}

// TestIdleCheckpoint: a store that rests has all in its file.
func TestIdleCheckpoint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	s, _ := openStore(t, bolt.Options{Dir: dir}.WithLog(0, time.Millisecond))
	before := read(t, filepath.Join(dir, "journal.db"))
	if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a checkpoint", func() bool { return !bytes.Equal(read(t, filepath.Join(dir, "journal.db")), before) })
	wantKeys(t, s, "a")
	wantKeys(t, killed(t, dir), "a")
}

// TestReadersDoNotWait: while the disk is busy readers have an answer, and see
// nothing that is not safe.
func TestReadersDoNotWait(t *testing.T) {
	t.Parallel()
	d := gated()
	s, _ := openStore(t, bolt.Options{Dir: t.TempDir() + "/store"}.WithSync(d.sync))
	appended := make(chan error, 1)
	go func() {
		_, _, err := s.Append(t.Context(), "a", nil)
		appended <- err
	}()
	<-d.held
	if records, err := s.Read(t.Context(), 0, 10); err != nil || len(records) != 0 {
		t.Errorf("Read() during the sync = %+v, %v, want nothing", records, err)
	}
	d.gate <- struct{}{}
	if err := <-appended; err != nil {
		t.Fatal(err)
	}
	wantKeys(t, s, "a")
}

// TestCutRecord: a crash leaves any part of the record that was being written,
// over what was there: the store is as before it, or has it whole.
func TestCutRecord(t *testing.T) {
	t.Parallel()
	o := bolt.Options{Now: atDay}.WithLog(64<<10, time.Hour)
	dir := logged(t, 2, 3, []byte("raw"))
	log := filepath.Join(dir, "journal.wal")
	whole, file, lock := read(t, log), read(t, filepath.Join(dir, "journal.db")), read(t, filepath.Join(dir, "lock"))
	end := 3 * block
	for !bytes.ContainsFunc(whole[end-1:end], func(r rune) bool { return r != 0 }) {
		end--
	}
	torn, last := 0, 2*block
	for n := last; n <= end; n++ {
		o.Dir = t.TempDir()
		image := append(bytes.Clone(whole[:n]), make([]byte, len(whole)-n)...)
		for name, b := range map[string][]byte{"journal.db": file, "journal.wal": image, "lock": lock} {
			if err := os.WriteFile(filepath.Join(o.Dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(o.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s, found, err := bolt.Open(unsynced(o))
		if err != nil || found.Damage != nil || found.Unclosed == nil {
			t.Fatalf("Open() with %d bytes of the record = %+v, %v, want it unclosed and whole", n-last, found, err)
		}
		want := "0 1 2 3 "
		if n == end {
			want += "4 "
		}
		if got := keysOf(t, s); got != want {
			t.Fatalf("with %d bytes of the record the store has %q, want %q", n-last, got, want)
		}
		if found.Repaired {
			torn++
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if torn < 100 || torn >= end-last {
		t.Errorf("%d of %d parts were told as torn, want all that have a header and are not whole", torn, end-last)
	}
}

// TestDamagedLog: what was promised and cannot be read is told, never passed
// over; what is rightly there is not taken for damage.
func TestDamagedLog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir, log string)
		want   string // the records; "": moved
	}{
		"none":                   {func(*testing.T, string, string) {}, "0 1 2 3 4 5 "},
		"closed by another name": {func(t *testing.T, dir, _ string) { rewrite(t, filepath.Join(dir, "lock"), nil) }, "0 1 2 3 4 5 "},
		"first record":           {func(t *testing.T, _, log string) { patch(t, log, 100, []byte("!")) }, ""},
		"header of the first":    {func(t *testing.T, _, log string) { patch(t, log, 0, []byte("!")) }, ""},
		"length of the first":    {func(t *testing.T, _, log string) { patch(t, log, 8, []byte{0xff}) }, ""},
		"middle record":          {func(t *testing.T, _, log string) { patch(t, log, 2*block+100, []byte("!")) }, ""},
		"block of zeroes":        {func(t *testing.T, _, log string) { patch(t, log, block, make([]byte, block)) }, ""},
		"records in wrong order": {func(t *testing.T, _, log string) { patch(t, log, 0, read(t, log)[block:2*block]) }, ""},
		"the last two": {func(t *testing.T, _, log string) {
			patch(t, log, 2*block+100, []byte("!"))
			patch(t, log, 3*block+100, []byte("!"))
		}, ""},
		"end of the last": {func(t *testing.T, _, log string) { patch(t, log, 3*block+100, []byte("!")) }, "0 1 2 3 4 "},
		"after the last":  {func(t *testing.T, _, log string) { patch(t, log, 5*block, []byte("hello")) }, "0 1 2 3 4 5 "},
		"log is cut":      {func(t *testing.T, _, log string) { cut(t, log, 3*block) }, ""},
		"log is gone":     {func(t *testing.T, _, log string) { remove(t, log) }, ""},
		"log of another store": {func(t *testing.T, _, log string) {
			rewrite(t, log, read(t, filepath.Join(logged(t, 2, 4, []byte("other")), "journal.wal")))
		}, ""},
		"log is longer": {func(t *testing.T, _, log string) { cut(t, log, 100*block) }, "0 1 2 3 4 5 "},
		"file of before": {func(t *testing.T, dir, log string) {
			file := filepath.Join(dir, "journal.db")
			old := read(t, file)
			s, _, err := bolt.Open(bolt.Options{Dir: dir, Now: atDay}.WithLog(64<<10, time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.Append(t.Context(), "lost", nil); err != nil {
				t.Fatal(err)
			}
			newer := read(t, log)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			rewrite(t, file, old)
			rewrite(t, log, newer)
		}, ""},
		"log of before": {func(t *testing.T, dir, log string) {
			old := read(t, log)
			s, _, err := bolt.Open(bolt.Options{Dir: dir, Now: atDay}.WithLog(64<<10, time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			rewrite(t, log, old) // a crash between the commit of a checkpoint and the next record
		}, "0 1 2 3 4 5 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := logged(t, 2, 4, []byte("raw"))
			log := filepath.Join(dir, "journal.wal")
			c.damage(t, dir, log)
			s, found := openStore(t, bolt.Options{Dir: dir, Now: atDay}.WithLog(64<<10, time.Hour))
			if got := keysOf(t, s); got != c.want || (found.Damage != nil) != (c.want == "") {
				t.Errorf("Open() found %+v, records %q, want records %q", found, got, c.want)
			}
			if c.want != "" {
				return
			}
			for _, ext := range []string{".db", ".wal"} {
				if _, err := os.Stat(filepath.Join(dir, "damaged-20261123T070000Z"+ext)); err != nil && name != "log is gone" {
					t.Errorf("Stat of what was moved aside = %v", err)
				}
			}
			if _, _, err := s.Append(t.Context(), "0", nil); err != nil {
				t.Errorf("Append() to the new store = %v", err)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// TestBeforeTheLog: a file of the schema before the log opens, closed or not;
// a program of then refuses what this one has written.
func TestBeforeTheLog(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]bool{"closed": true, "unclosed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() + "/store"
			path := filled(t, dir, 10)
			edit(t, path, func(tx *bbolt.Tx) error {
				meta := tx.Bucket([]byte("meta"))
				return errors.Join(meta.Delete([]byte("log")), meta.Put([]byte("schema"), []byte{0, 0, 0, 0, 0, 0, 0, 2}))
			})
			if !closed {
				unclose(t, dir)
			}
			s, found := openStore(t, bolt.Options{Dir: dir, Now: atDay})
			if found.Migrated != 2 || found.Damage != nil || found.Repaired {
				t.Errorf("Open() found %+v, want it migrated from 2", found)
			}
			wantKeys(t, s, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, _, err := bolt.OpenSecond(bolt.Options{Dir: dir, Now: atDay}); !errors.Is(err, text.New(text.StoreFailed)) {
				t.Errorf("Open() by the program of before = %v, want store_failed", err)
			}
		})
	}
}

// TestBigBatch: a record that is bigger than the log has room, alone and among
// others; the log does not stay so big.
func TestBigBatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	s, _ := openStore(t, bolt.Options{Dir: dir}.WithLog(16<<10, time.Hour))
	for i := range 6 {
		if _, _, err := s.Append(t.Context(), fmt.Sprint(i), bytes.Repeat([]byte{byte(i)}, i%2*(200<<10))); err != nil {
			t.Fatal(err)
		}
		then := killed(t, dir)
		if records, err := then.Read(t.Context(), 0, 10); err != nil || len(records) != i+1 || len(records[i].Raw) != i%2*(200<<10) {
			t.Errorf("killed after record %d the store has %d, %v", i, len(records), err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "journal.wal")); err != nil || info.Size() > 300<<10 {
		t.Errorf("the log has %d bytes (%v), want one big record at most", info.Size(), err)
	}
	if _, err := s.Outbox().Get(t.Context(), "none"); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("Get() = %v, want ErrUnknown", err)
	}
}
