package bolt_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

var day = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

func atDay() time.Time { return day }

// filled makes a store with n records, half of them derived to events, closes
// it and gives its file.
func filled(t testing.TB, dir string, n int) (path string) {
	t.Helper()
	s, found, err := bolt.Open(bolt.Options{Dir: dir, Now: atDay})
	if err != nil || !found.Created {
		t.Fatalf("Open(%s) = %+v, %v, want it created", dir, found, err)
	}
	for i := range n {
		if _, _, err := s.Append(t.Context(), fmt.Sprint(i), bytes.Repeat([]byte{byte(i)}, 700)); err != nil {
			t.Fatal(err)
		}
	}
	records, err := s.Read(t.Context(), 0, n/2)
	if err != nil {
		t.Fatal(err)
	}
	if err := derive(t.Context(), s, records); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lease(t.Context(), "s", true, n/4); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	return filepath.Join(dir, "journal.db")
}

// unclose leaves the folder as a process that was killed does.
func unclose(t testing.TB, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "lock"), []byte(`{"pid":7,"program":"mango-hub"}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

func patch(t testing.TB, path string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

func TestHolderIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	cmd := childCommand(t, nil, "hold", dir, "")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "R\n" {
		t.Fatalf("the child said %q, %v, want R", line, err)
	}
	_, _, err = bolt.Open(bolt.Options{Dir: dir})
	want := fmt.Sprintf("process %d (bolt.test) since ", cmd.Process.Pid)
	if !errors.Is(err, text.New(text.AlreadyRunning)) || !strings.Contains(err.Error(), want) {
		t.Errorf("Open() of a held store = %v, want already_running with %q", err, want)
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the child ended with %v", err)
	}
	s, found := openStore(t, bolt.Options{Dir: dir})
	if found != (bolt.Found{}) {
		t.Errorf("Open() after it was closed found %+v, want nothing to tell", found)
	}
	_, _, err = bolt.Open(bolt.Options{Dir: dir})
	if want := fmt.Sprintf("process %d ", os.Getpid()); !errors.Is(err, text.New(text.AlreadyRunning)) || !strings.Contains(err.Error(), want) {
		t.Errorf("Open() again in this process = %v, want already_running with %q", err, want)
	}
	if _, _, err := s.Append(t.Context(), "k", nil); err != nil {
		t.Errorf("Append() after others tried = %v, want nil", err)
	}
}

func TestFolderIsUnusable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file, filepath.Join(file, "below")} {
		if _, _, err := bolt.Open(bolt.Options{Dir: dir}); !errors.Is(err, text.New(text.StoreFailed)) {
			t.Errorf("Open(%q) = %v, want store_failed", dir, err)
		}
	}
}

// TestDamage: whatever happens to the file, Open gives a store that works, and
// says what it found. What the damage left whole is there.
func TestDamage(t *testing.T) {
	t.Parallel()
	page := int64(os.Getpagesize())
	for name, c := range map[string]struct {
		damage func(t *testing.T, path string)
		want   string // whole, repaired or moved
	}{
		"first meta torn":  {func(t *testing.T, path string) { patch(t, path, 16+40, []byte("torn")) }, "repaired"},
		"second meta torn": {func(t *testing.T, path string) { patch(t, path, page+16+40, []byte("torn")) }, "repaired"},
		"both metas torn":  {func(t *testing.T, path string) { patch(t, path, 20, []byte("x")); patch(t, path, page+20, []byte("x")) }, "moved"},
		"tail never used":  {func(t *testing.T, path string) { cut(t, path, used(t, path)) }, "whole"},
		"free tail cut":    {func(t *testing.T, path string) { cut(t, path, freeTail(t, path)) }, "repaired"},
		"used page cut":    {func(t *testing.T, path string) { cut(t, path, 7*page) }, "moved"},
		"empty":            {func(t *testing.T, path string) { cut(t, path, 0) }, "moved"},
		"another file":     {func(t *testing.T, path string) { rewrite(t, path, bytes.Repeat([]byte("hello "), 10_000)) }, "moved"},
		"another bbolt":    {anotherBolt, "moved"},
		"a rotten record":  {func(t *testing.T, path string) { flip(t, path, bytes.Repeat([]byte{9}, 700)) }, "moved"},
		"pages of zeroes":  {func(t *testing.T, path string) { patch(t, path, 4*page, make([]byte, 4*page)) }, "moved"},
		"a row that is gone": {func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("in")).Delete(binary.BigEndian.AppendUint64(nil, 30))
			})
		}, "moved"},
		"an index that is gone": {func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("ready")) })
		}, "moved"},
		"an index that lost an entry": {func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("due"))
				k, _ := b.Cursor().First()
				return b.Delete(k)
			})
		}, "moved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() + "/store"
			path := filled(t, dir, 40)
			unclose(t, dir)
			c.damage(t, path)
			s, found := openStore(t, bolt.Options{Dir: dir, Now: atDay})
			if found.Unclosed == nil || found.Unclosed.PID != 7 || found.Created {
				t.Errorf("Open() found %+v, want it unclosed by process 7", found)
			}
			records, err := s.Read(t.Context(), 0, 100)
			if err != nil {
				t.Fatalf("Read() = %v", err)
			}
			if c.want != "moved" {
				if found.Damage != nil || found.Repaired != (c.want == "repaired") || len(records) != 40 {
					t.Errorf("Open() found %+v and %d records, want %s and all 40", found, len(records), c.want)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if _, found := openStore(t, bolt.Options{Dir: dir, Now: atDay}); found != (bolt.Found{}) {
					t.Errorf("Open() after that found %+v, want nothing to tell", found)
				}
				return
			}
			to := filepath.Join(dir, "damaged-20261123T070000Z.db")
			if found.Damage == nil || found.Repaired || found.MovedTo != to || len(records) != 0 {
				t.Errorf("Open() found %+v and %d records, want an empty store and the old one in %s", found, len(records), to)
			}
			if _, err := os.Stat(to); err != nil {
				t.Error(err)
			}
			if _, dup, err := s.Append(t.Context(), "1", nil); dup || err != nil {
				t.Errorf("Append() to the new store = %v, %v, want nil", dup, err)
			}
		})
	}
}

func cut(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// used is the size of the file without what it has in advance.
func used(t *testing.T, path string) (size int64) {
	t.Helper()
	edit(t, path, func(tx *bbolt.Tx) error { size = tx.Size(); return errNoChange })
	return size
}

// freeTail makes the last pages of the file free ones, and gives the size
// without them.
func freeTail(t *testing.T, path string) (size int64) {
	t.Helper()
	size = used(t, path)
	edit(t, path, func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("big"))
		if err != nil {
			return err
		}
		return b.Put([]byte("big"), make([]byte, 1<<18))
	})
	edit(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("big")) })
	if used(t, path) < size+1<<18 {
		t.Fatalf("the file uses %d bytes, want over %d", used(t, path), size+1<<18)
	}
	return size + 1<<17
}

var errNoChange = errors.New("nothing is changed")

func edit(t *testing.T, path string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(fn); err != nil && !errors.Is(err, errNoChange) {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func anotherBolt(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	edit(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
}

// flip changes one byte amid the first place where the file has what.
func flip(t *testing.T, path string, what []byte) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(raw, what)
	if at < 0 {
		t.Fatal("not in the file")
	}
	patch(t, path, int64(at+len(what)/2), []byte{'!'})
}

// TestRotFoundAtWork: a store that was closed well is not read row by row when
// it is opened; what is rotten shows when it is read, ends the work, and the next
// Open moves it aside.
func TestRotFoundAtWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	flip(t, filled(t, dir, 40), bytes.Repeat([]byte{30}, 700))
	s, found, err := bolt.Open(bolt.Options{Dir: dir, Now: atDay})
	if err != nil || found != (bolt.Found{}) {
		t.Fatalf("Open() = %+v, %v, want nothing seen", found, err)
	}
	epoch := s.Epoch()
	if _, err := s.Read(t.Context(), 0, 100); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Read() = %v, want store_failed", err)
	}
	if _, _, err := s.Append(t.Context(), "k", nil); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Append() after that = %v, want store_failed", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}
	s, found = openStore(t, bolt.Options{Dir: dir, Now: atDay})
	if found.Damage == nil || found.MovedTo == "" || s.Epoch() == epoch {
		t.Errorf("Open() after that found %+v with epoch %s, want it moved aside and another epoch", found, s.Epoch())
	}
}

func TestMigration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	filled(t, dir, 10)
	second := func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("second"))
		return err
	}
	broken := errors.New("broken")
	if _, _, err := bolt.OpenWith(bolt.Options{Dir: dir, Now: atDay}, second, func(*bbolt.Tx) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("Open() with a migration that fails = %v, want its error", err)
	}
	check := func(open func() (*bolt.Store, bolt.Found, error), want bolt.Found) {
		t.Helper()
		s, found, err := open()
		if err != nil || found != want {
			t.Fatalf("Open() = %+v, %v, want %+v", found, err, want)
		}
		records, err := s.Read(t.Context(), 0, 100)
		if err != nil || len(records) != 10 {
			t.Errorf("Read() = %d records, %v, want 10", len(records), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	known := func() (*bolt.Store, bolt.Found, error) { return bolt.Open(bolt.Options{Dir: dir, Now: atDay}) }
	newer := func() (*bolt.Store, bolt.Found, error) {
		return bolt.OpenWith(bolt.Options{Dir: dir, Now: atDay}, second)
	}
	check(known, bolt.Found{}) // the failed one changed nothing
	check(newer, bolt.Found{Migrated: 3})
	check(newer, bolt.Found{})
	if _, found, err := known(); !errors.Is(err, text.New(text.StoreFailed)) || found != (bolt.Found{}) {
		t.Errorf("Open() of a newer store = %+v, %v, want store_failed and nothing moved", found, err)
	}
	check(newer, bolt.Found{})
}

// TestFirstSchema: a store from before there were notes gets a place for them,
// and keeps what it held.
func TestFirstSchema(t *testing.T) {
	t.Parallel()
	o := bolt.Options{Dir: t.TempDir() + "/store", Now: atDay}
	old, _, err := bolt.OpenFirst(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := old.Append(t.Context(), "k", []byte("raw")); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	s, found := openStore(t, o)
	if want := (bolt.Found{Migrated: 1}); found != want {
		t.Errorf("Open() of a store of the first schema found %+v, want %+v", found, want)
	}
	if note, err := s.Note(t.Context(), "n"); err != nil || note != nil {
		t.Errorf("Note() in it = %q, %v, want none", note, err)
	}
	if err := s.PutNote(t.Context(), "n", []byte("note")); err != nil {
		t.Errorf("PutNote() in it = %v", err)
	}
	if records, err := s.Read(t.Context(), 0, 9); err != nil || len(records) != 1 || string(records[0].Raw) != "raw" {
		t.Errorf("Read() = %+v, %v, want the one record of before", records, err)
	}
}

// TestRestoredCopy: a store brought back from a copy of yesterday gives no seq
// that was given since.
func TestRestoredCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	path := filled(t, dir, 4)
	copied, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	give := func(now time.Time, id string) journal.Ref {
		t.Helper()
		s, _, err := bolt.Open(bolt.Options{Dir: dir, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Derive(t.Context(), 4, []journal.Out{{ID: id, Record: true}}); err != nil {
			t.Fatal(err)
		}
		ref, err := s.Find(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	before := give(day.Add(time.Hour), "before")
	rewrite(t, path, copied)
	after := give(day.Add(24*time.Hour), "after")
	if after.Epoch != before.Epoch || after.Seq <= before.Seq {
		t.Errorf("after the copy was restored: %v, before: %v, want the same epoch and a greater seq", after, before)
	}
}
