package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

// disk stands between the store and the sync of its log.
type disk struct {
	syncs atomic.Int64
	gate  chan struct{} // when not nil a sync waits for a value
	held  chan struct{} // a value: a sync waits

	mu  sync.Mutex
	err error // what a sync ends with instead
}

func (d *disk) sync(f *os.File) error {
	if d.gate != nil {
		d.held <- struct{}{}
		<-d.gate
	}
	d.syncs.Add(1)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	return f.Sync()
}

func (d *disk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func gated() *disk { return &disk{gate: make(chan struct{}), held: make(chan struct{})} }

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came true: %s", what)
		}
	}
}

// TestGroupCommit: what arrives during a commit is the next one, all of it,
// and nobody has an answer before the commit that holds his record is over.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	const followers = 50
	d := gated()
	s, _ := openStore(t, bolt.Options{Dir: t.TempDir() + "/store"}.WithSync(d.sync))
	var answered atomic.Int64
	var wg sync.WaitGroup
	add := func(key string) {
		wg.Go(func() {
			if _, _, err := s.Append(t.Context(), key, []byte(key)); err != nil {
				t.Errorf("Append(%s) = %v", key, err)
			}
			answered.Add(1)
		})
	}
	add("first")
	<-d.held
	for i := range followers {
		add(fmt.Sprint(i))
	}
	waitFor(t, "the followers wait", func() bool { return s.Waiting() == followers })
	if n := answered.Load(); n != 0 {
		t.Errorf("%d answers before the commit, want none", n)
	}
	d.gate <- struct{}{}
	<-d.held
	waitFor(t, "the first is answered", func() bool { return answered.Load() == 1 })
	d.gate <- struct{}{}
	wg.Wait()
	if n := d.syncs.Load(); n != 2 {
		t.Errorf("%d commits for %d records, want 2", n, followers+1)
	}
}

// TestCancelledCaller: before its turn a record is taken back, in its turn it
// is waited for; either way the caller knows.
func TestCancelledCaller(t *testing.T) {
	t.Parallel()
	d := gated()
	s, _ := openStore(t, bolt.Options{Dir: t.TempDir() + "/store"}.WithSync(d.sync))
	started := func(key string) (cancel func(), result chan error) {
		ctx, cancel := context.WithCancel(t.Context())
		result = make(chan error, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _, err := s.Append(ctx, key, nil)
			result <- err
		})
		return cancel, result
	}
	cancelFirst, first := started("first")
	<-d.held
	cancelSecond, second := started("second")
	waitFor(t, "the second waits", func() bool { return s.Waiting() == 1 })
	cancelSecond()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("Append(second), cancelled before its turn, = %v, want context.Canceled", err)
	}
	cancelFirst()
	select {
	case err := <-first:
		t.Errorf("Append(first), cancelled in its turn, = %v before the commit", err)
	case <-time.After(20 * time.Millisecond):
	}
	d.gate <- struct{}{}
	if err := <-first; err != nil {
		t.Errorf("Append(first) = %v, want nil: it was committed", err)
	}
	records, err := s.Read(t.Context(), 0, 10)
	if err != nil || len(records) != 1 || records[0].Key != "first" {
		t.Errorf("Read() = %+v, %v, want first alone", records, err)
	}
	if _, _, err := s.Append(canceled(t), "third", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Append() with a context that is over = %v, want context.Canceled", err)
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// TestCloseCommitsWhatWaits: who was let in gets his record.
func TestCloseCommitsWhatWaits(t *testing.T) {
	t.Parallel()
	d := gated()
	dir := t.TempDir() + "/store"
	s, _, err := bolt.Open(bolt.Options{Dir: dir}.WithSync(d.sync))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	add := func(key string) {
		wg.Go(func() {
			if _, _, err := s.Append(t.Context(), key, nil); err != nil {
				t.Errorf("Append(%s) = %v, want nil", key, err)
			}
		})
	}
	add("a")
	<-d.held
	add("b")
	waitFor(t, "b waits", func() bool { return s.Waiting() == 1 })
	wg.Go(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	d.gate <- struct{}{}
	<-d.held
	d.gate <- struct{}{}
	wg.Wait()
	s, _ = openStore(t, bolt.Options{Dir: dir})
	if records, err := s.Read(t.Context(), 0, 10); err != nil || len(records) != 2 {
		t.Errorf("Read() = %+v, %v, want a and b", records, err)
	}
}

// TestNoNeedlessCommit: duplicates, refusals and an empty outbox cost no sync.
func TestNoNeedlessCommit(t *testing.T) {
	t.Parallel()
	d := &disk{}
	s, _ := openStore(t, bolt.Options{Dir: t.TempDir() + "/store"}.WithSync(d.sync))
	for range 3 {
		if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Lease(t.Context(), "s", true, 10); err != nil || len(got) != 0 {
			t.Fatalf("Lease() = %v, %v, want nothing", got, err)
		}
		if err := s.Ack(t.Context(), journal.Ref{Epoch: s.Epoch(), Seq: 1 << 60}); !errors.Is(err, journal.ErrUnknown) {
			t.Fatalf("Ack() = %v, want ErrUnknown", err)
		}
		if err := s.Derive(t.Context(), 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.syncs.Load(); n != 1 {
		t.Errorf("%d commits, want 1: one record was new", n)
	}
}

// TestDiskFull: a full disk refuses with the error of a full store, and is
// tried again each time.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	d := &disk{}
	s, _ := openStore(t, bolt.Options{Dir: t.TempDir() + "/store"}.WithSync(d.sync))
	for name, cause := range map[string]error{
		"bare":    noSpace,
		"wrapped": fmt.Errorf("commit: %w", &fs.PathError{Op: "write", Path: "journal.db", Err: noSpace}),
		"words":   fmt.Errorf("file resize error: %s", noSpace), //nolint:errorlint // as bbolt does
	} {
		d.fail(cause)
		_, _, err := s.Append(t.Context(), name, nil)
		if !errors.Is(err, journal.ErrFull) || !errors.Is(err, text.New(text.StoreFull)) {
			t.Errorf("Append() on a full disk (%s) = %v, want ErrFull and store_full", name, err)
		}
		d.fail(nil)
		if _, dup, err := s.Append(t.Context(), name, nil); dup || err != nil {
			t.Errorf("Append() when there is room again (%s) = %v, %v, want it new", name, dup, err)
		}
	}
}

// TestRecordInDoubt: a record whose sync failed may be in the log all the same.
// Nothing follows it: a checkpoint comes first, and then it is as if it had
// never been.
func TestRecordInDoubt(t *testing.T) {
	t.Parallel()
	var commits atomic.Int64
	var doubtful atomic.Bool
	dir := t.TempDir() + "/store"
	s, _ := openStore(t, bolt.Options{Dir: dir}.WithLog(0, time.Hour).WithCommit(func(tx *bbolt.Tx) error {
		commits.Add(1)
		return tx.Commit()
	}).WithSync(func(f *os.File) error {
		if err := f.Sync(); !doubtful.Load() {
			return err
		}
		return noSpace
	}))
	if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	doubtful.Store(true)
	for range 2 {
		if _, _, err := s.Append(t.Context(), "b", nil); !errors.Is(err, journal.ErrFull) {
			t.Fatalf("Append(b) = %v, want ErrFull", err)
		}
		wantKeys(t, s, "a")
		if keys := keysOf(t, killed(t, dir)); keys != "a " && keys != "a b " {
			t.Errorf("killed then, the store has %q, want a and perhaps b", keys)
		}
	}
	doubtful.Store(false)
	if pos, dup, err := s.Append(t.Context(), "b", nil); err != nil || dup || pos != 2 || commits.Load() != 2 {
		t.Errorf("Append(b) = %d, %v, %v after %d checkpoints, want new at 2 after 2", pos, dup, err, commits.Load())
	}
	wantKeys(t, s, "a", "b")
	wantKeys(t, killed(t, dir), "a", "b")
}

// TestCheckpointInDoubt: a checkpoint whose last sync failed may be in the file
// all the same, and the file then passes the log over. So nothing is added to
// the log until one has succeeded.
func TestCheckpointInDoubt(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]bool{"it is there": true, "it is not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var doubtful atomic.Bool
			dir := t.TempDir() + "/store"
			s, _ := openStore(t, bolt.Options{Dir: dir}.WithLog(2*4096, time.Hour).WithCommit(func(tx *bbolt.Tx) error {
				switch {
				case !doubtful.Load():
					return tx.Commit()
				case done:
					return errors.Join(noSpace, tx.Commit())
				}
				return errors.Join(noSpace, tx.Rollback())
			}))
			for _, key := range []string{"a", "b"} {
				if _, _, err := s.Append(t.Context(), key, nil); err != nil {
					t.Fatal(err)
				}
			}
			doubtful.Store(true)
			for range 3 {
				if _, _, err := s.Append(t.Context(), "c", nil); !errors.Is(err, journal.ErrFull) {
					t.Fatalf("Append(c) = %v, want ErrFull", err)
				}
				wantKeys(t, s, "a", "b")
				wantKeys(t, killed(t, dir), "a", "b")
			}
			doubtful.Store(false)
			for _, key := range []string{"c", "d", "e", "f"} {
				if _, dup, err := s.Append(t.Context(), key, nil); err != nil || dup {
					t.Fatalf("Append(%s) = %v, %v, want new", key, dup, err)
				}
				keys := strings.Fields("a b c d e f")
				wantKeys(t, killed(t, dir), keys[:slices.Index(keys, key)+1]...)
			}
		})
	}
}

// TestDiskFails: after another error of the disk nothing is promised any more,
// and the next Open looks at everything.
func TestDiskFails(t *testing.T) {
	t.Parallel()
	d := &disk{}
	dir := t.TempDir() + "/store"
	s, _, err := bolt.Open(bolt.Options{Dir: dir}.WithSync(d.sync))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	d.fail(errors.New("input/output error"))
	if _, _, err := s.Append(t.Context(), "b", nil); !errors.Is(err, text.New(text.StoreFailed)) || errors.Is(err, journal.ErrFull) {
		t.Errorf("Append() on a broken disk = %v, want store_failed", err)
	}
	d.fail(nil)
	if _, _, err := s.Append(t.Context(), "c", nil); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Append() after that = %v, want store_failed still", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	s, found := openStore(t, bolt.Options{Dir: dir})
	if found.Unclosed == nil || found.Damage != nil {
		t.Errorf("Open() after that found %+v, want it unclosed and whole", found)
	}
	if keys := keysOf(t, s); keys != "a " && keys != "a b " {
		t.Errorf("after that there are %q, want a, and perhaps b", keys)
	}
}

// TestPanicIsAnError: bbolt panics on what makes no sense; the host lives on,
// and so does whoever waits.
func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	o := bolt.Options{Dir: dir}.WithLog(4096, time.Hour).WithCommit(func(*bbolt.Tx) error { panic("page 7 already freed") })
	s, _, err := bolt.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	for range 2 { // there is room for one
		if _, _, err := s.Append(t.Context(), "b", nil); !errors.Is(err, text.New(text.StoreFailed)) {
			t.Errorf("Append() = %v, want store_failed", err)
		}
	}
	if _, err := s.Lease(t.Context(), "s", true, 1); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Lease() = %v, want store_failed", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	s, found := openStore(t, bolt.Options{Dir: dir})
	if found.Unclosed == nil || found.Damage != nil {
		t.Errorf("Open() after that found %+v, want it unclosed and whole", found)
	}
	wantKeys(t, s, "a")
	if _, _, err := s.Append(t.Context(), "b", nil); err != nil {
		t.Errorf("Append() after that = %v, want nil", err)
	}
}
