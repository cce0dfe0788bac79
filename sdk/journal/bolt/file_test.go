package bolt_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

func openBeside(t *testing.T, dir string) (*bolt.File, bolt.Found) {
	t.Helper()
	f, found, err := bolt.OpenFile(bolt.FileOptions{Dir: dir, Name: "x.db", Buckets: []string{"a", "b"}, Now: time.Now})
	if err != nil {
		t.Fatalf("OpenFile() = %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, found
}

// A file most of which is free is written anew when it is opened, with what is
// in it; one that is held is refused.
func TestFileIsCompacted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "beside")
	f, found := openBeside(t, dir)
	if !found.Created {
		t.Errorf("Found = %+v, want a new one", found)
	}
	if _, _, err := bolt.OpenFile(bolt.FileOptions{Dir: dir, Name: "x.db", Now: time.Now}); !errors.Is(err, text.New(text.AlreadyRunning)) {
		t.Errorf("OpenFile of one that is open = %v, want already_running", err)
	}
	big := bytes.Repeat([]byte("x"), 64<<10)
	const n = 400 // 25 MiB
	change := func(fn func(b *bbolt.Bucket, key []byte) error) {
		t.Helper()
		for i := range n {
			err := f.Update(func(tx *bbolt.Tx) error { return fn(tx.Bucket([]byte("a")), []byte(strconv.Itoa(i))) })
			if err != nil {
				t.Fatalf("Update() = %v", err)
			}
		}
	}
	change(func(b *bbolt.Bucket, key []byte) error { return b.Put(key, big) })
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "x.db"))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	full := size()
	change(func(b *bbolt.Bucket, key []byte) error {
		if string(key) == "7" {
			return nil
		}
		return b.Delete(key)
	})
	wanted := errors.New("undo")
	err := f.Update(func(tx *bbolt.Tx) error { return errors.Join(tx.Bucket([]byte("a")).Delete([]byte("7")), wanted) })
	if !errors.Is(err, wanted) {
		t.Errorf("Update() = %v, want its own error", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f, found = openBeside(t, dir)
	if found.Damage != nil || found.Created || size() > full/4 {
		t.Errorf("opened again: %+v, %d bytes of %d; want it compacted", found, size(), full)
	}
	err = f.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket([]byte("a")).Get([]byte("7")); !bytes.Equal(v, big) {
			t.Errorf("%d bytes came back, want %d", len(v), len(big))
		}
		return nil
	})
	if err != nil {
		t.Errorf("View() = %v", err)
	}
	// A panic within is an error, and the file does nothing more.
	if err := f.View(func(*bbolt.Tx) error { panic("wild page") }); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("View() that panics = %v, want store_failed", err)
	}
	if err := f.Update(func(*bbolt.Tx) error { return nil }); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Update() afterwards = %v, want store_failed", err)
	}
}

// A bucket that files did not have before is made when one is opened; what is in
// it stays.
func TestFileGetsALaterBucket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "beside")
	f, _ := openBeside(t, dir)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"", "kept"} {
		f, found, err := bolt.OpenFile(bolt.FileOptions{Dir: dir, Name: "x.db", Buckets: []string{"a", "b"}, Later: []string{"c"}, Now: time.Now})
		if err != nil || found.Damage != nil {
			t.Fatalf("OpenFile() = %+v, %v", found, err)
		}
		err = f.Update(func(tx *bbolt.Tx) error {
			c := tx.Bucket([]byte("c"))
			if got := string(c.Get([]byte("k"))); got != want {
				t.Errorf("the later bucket has %q, want %q", got, want)
			}
			return c.Put([]byte("k"), []byte("kept"))
		})
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// A file most of which is free is written anew while it is read, and goes on
// from there; one that is not stays as it is.
func TestFileIsCompactedWhileItIsRead(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "beside")
	f, _ := openBeside(t, dir)
	big := bytes.Repeat([]byte("x"), 64<<10)
	const n = 400 // 25 MiB
	update := func(fn func(b *bbolt.Bucket, i int) error) {
		t.Helper()
		err := f.Update(func(tx *bbolt.Tx) error {
			for i := range n {
				if err := fn(tx.Bucket([]byte("a")), i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("Update() = %v", err)
		}
	}
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "x.db"))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	compact := func() {
		t.Helper()
		if err := f.Compact(); err != nil {
			t.Fatalf("Compact() = %v", err)
		}
	}
	update(func(b *bbolt.Bucket, i int) error { return b.Put([]byte(strconv.Itoa(i)), big) })
	full := size()
	if compact(); size() != full {
		t.Errorf("Compact of a full file: %d bytes of %d, want it left alone", size(), full)
	}
	update(func(b *bbolt.Bucket, i int) error {
		if i == 7 {
			return nil
		}
		return b.Delete([]byte(strconv.Itoa(i)))
	})
	update(func(*bbolt.Bucket, int) error { return nil }) // what went is free after the next commit

	reading := make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		for {
			err := f.View(func(tx *bbolt.Tx) error {
				if v := tx.Bucket([]byte("a")).Get([]byte("7")); !bytes.Equal(v, big) {
					return errors.New("another value")
				}
				return nil
			})
			select {
			case <-stop:
				reading <- err
				return
			default:
			}
			if err != nil {
				reading <- err
				return
			}
		}
	}()
	compact()
	close(stop)
	if err := <-reading; err != nil {
		t.Errorf("reading meanwhile: %v", err)
	}
	if size() > full/4 {
		t.Errorf("%d bytes of %d after Compact(), want a quarter at most", size(), full)
	}
	update(func(b *bbolt.Bucket, i int) error { return b.Put([]byte("again"), big[:i]) })
	if err := f.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.db.new"), []byte("half"), 0o600); err != nil { // of one that was killed
		t.Fatal(err)
	}
	f, found := openBeside(t, dir)
	err := f.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket([]byte("a")).Get([]byte("again")); len(v) != n-1 {
			t.Errorf("%d bytes of what was written after Compact(), want %d", len(v), n-1)
		}
		return nil
	})
	if _, left := os.Stat(filepath.Join(dir, "x.db.new")); err != nil || found.Damage != nil || !errors.Is(left, os.ErrNotExist) {
		t.Errorf("opened again: %v, %+v, the half-made file: %v; want it gone", err, found, left)
	}
}
