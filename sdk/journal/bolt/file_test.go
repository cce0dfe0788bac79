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
