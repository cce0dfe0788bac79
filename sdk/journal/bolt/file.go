package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// FileOptions of a File.
type FileOptions struct {
	Dir     string // its own folder; made when missing, for its owner alone
	Name    string // of the file in it
	Buckets []string
	Later   []string // buckets that older files lack: made when they are opened
	Now     func() time.Time
}

// File is a bbolt file for other data, with the care that a journal's has: one
// process at a time, for its owner alone, looked at before it is mapped, moved
// aside when it is damaged, made anew whole or not at all; a fault or a panic
// within is an error. Update has one caller at a time, View any number.
type File struct {
	opt    FileOptions
	path   string
	lock   *lock
	broken atomic.Pointer[error]
	stuck  atomic.Bool // bbolt panicked within a transaction: its locks stay taken

	mu     sync.RWMutex // readers of file hold it
	file   file
	closed bool
}

// compactFrom is from how many free bytes on a file is written anew when it is
// opened, if they are the larger half of it.
const compactFrom = 16 << 20

// OpenFile opens a file, and makes one where there is none. Errors are those of
// Open.
func OpenFile(o FileOptions) (*File, Found, error) {
	var found Found
	say := Options{Dir: o.Dir}
	if err := privateFolder(o.Dir); err != nil {
		return nil, found, say.errFailed(err)
	}
	lock, before, err := takeLock(filepath.Join(o.Dir, lockName), o.Now())
	if err != nil {
		return nil, found, err
	}
	found.Unclosed = before
	f := &File{opt: o, path: filepath.Join(o.Dir, o.Name), lock: lock}
	if err := f.load(&found); err != nil {
		lock.release()
		if full(err) {
			return nil, found, say.errFull(err)
		}
		return nil, found, say.errFailed(err)
	}
	return f, found, nil
}

func (f *File) load(found *Found) error {
	if err := os.Remove(f.path + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was killed
		return err
	}
	_, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found.Created = true
	case err != nil:
		return err
	default:
		err = f.loadFile(found)
		if !errors.Is(err, errDamaged) {
			return err
		}
		found.Damage, found.Repaired = err, false
		if found.MovedTo, err = moveAside(f.path, f.opt.Now()); err != nil {
			return err
		}
	}
	if err := f.create(f.path+".new", nil); err != nil {
		return err
	}
	return f.loadFile(&Found{})
}

// create makes a file under another name first, with what another one holds.
func (f *File) create(fresh string, from *bbolt.DB) error {
	if err := f.copyTo(fresh, from); err != nil {
		return err
	}
	if from != nil {
		if err := from.Close(); err != nil { // Windows renames no file that is open
			return err
		}
	}
	return f.adopt(fresh)
}

// copyTo makes a file with what another one holds; nil: with nothing.
func (f *File) copyTo(fresh string, from *bbolt.DB) error {
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := openFile(fresh)
	if err != nil {
		return err
	}
	if from != nil {
		err = bbolt.Compact(made.db, from, 1<<20)
	}
	if err == nil {
		err = made.db.Update(func(tx *bbolt.Tx) error {
			return makeBuckets(tx, slices.Concat(f.opt.Buckets, f.opt.Later))
		})
	}
	return errors.Join(err, made.db.Close())
}

// adopt gives a file that is whole the name.
func (f *File) adopt(fresh string) error {
	if err := os.Rename(fresh, f.path); err != nil {
		return err
	}
	return syncFolder(f.opt.Dir)
}

func makeBuckets(tx *bbolt.Tx, names []string) error {
	for _, name := range names {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// loadFile looks at the file and opens it.
func (f *File) loadFile(found *Found) error { return openWhole(f.path, &f.file, found, f.enter) }

// pays tells that a file is worth writing anew.
func pays(tx *bbolt.Tx) bool {
	free := tx.Size() - used(tx)
	return free >= compactFrom && free >= tx.Size()/2
}

// enter checks what was opened, and writes it anew when most of it is free.
func (f *File) enter() error {
	compact, older := false, false
	err := f.file.db.View(func(tx *bbolt.Tx) error {
		for _, name := range f.opt.Buckets {
			if tx.Bucket([]byte(name)) == nil {
				return fmt.Errorf("no bucket %s: %w", name, errDamaged)
			}
		}
		older = slices.ContainsFunc(f.opt.Later, func(name string) bool { return tx.Bucket([]byte(name)) == nil })
		compact = pays(tx)
		return nil
	})
	if err == nil && older {
		err = f.file.db.Update(func(tx *bbolt.Tx) error { return makeBuckets(tx, f.opt.Later) })
	}
	if err != nil || !compact {
		return err
	}
	if err := f.create(f.path+".new", f.file.db); err != nil {
		if full(err) { // it stays as large as it is
			_ = os.Remove(f.path + ".new")
			return nil
		}
		return err
	}
	f.file, err = openFile(f.path)
	return err
}

// Used is what the rows take, in bytes, free pages apart.
func (f *File) Used(tx *bbolt.Tx) int64 { return used(tx) }

func (f *File) failure() error {
	if err := f.broken.Load(); err != nil {
		return *err
	}
	return nil
}

func (f *File) fail(cause error) error {
	err := Options{Dir: f.opt.Dir}.errFailed(cause)
	f.broken.CompareAndSwap(nil, &err)
	return f.failure()
}

// troubled sorts out an error of the disk; see Store.troubled.
func (f *File) troubled(err error) error {
	if full(err) {
		return Options{Dir: f.opt.Dir}.errFull(err)
	}
	return f.fail(err)
}

// safely runs fn, if nothing is wrong with the file yet: what a damaged one makes
// of bbolt is an error.
func (f *File) safely(fn func() error) (err error) {
	if err := f.failure(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = f.fail(fmt.Errorf("%w: %v", errDamaged, v))
		}
	}()
	return fn()
}

// Update runs fn in a transaction and commits it. An error of fn undoes it and
// is returned as it is.
func (f *File) Update(fn func(*bbolt.Tx) error) error {
	return f.safely(func() error {
		done := false
		defer func() {
			if !done { // a panic
				f.stuck.Store(true)
			}
		}()
		err := f.update(fn)
		done = true
		return err
	})
}

func (f *File) update(fn func(*bbolt.Tx) error) error {
	tx, err := f.begin()
	if err != nil {
		return f.troubled(err)
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback() // it is open: nothing to tell
		return err
	}
	if err := tx.Commit(); err != nil {
		return f.troubled(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// begin opens the file anew when bbolt could not map it; see Store.begin.
func (f *File) begin() (*bbolt.Tx, error) {
	tx, err := f.file.db.Begin(true)
	if !errors.Is(err, berrors.ErrInvalidMapping) && !errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return tx, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = f.file.db.Close() // it is of no use, whatever it says
	if f.file, err = openFile(f.path); err != nil {
		return nil, err
	}
	return f.file.db.Begin(true)
}

// View runs fn on a snapshot. It must be short: a file that grows waits for it.
func (f *File) View(fn func(*bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.closed {
		return fs.ErrClosed
	}
	return f.safely(func() error {
		tx, err := f.file.db.Begin(false)
		if err != nil {
			return f.fail(err)
		}
		defer func() { _ = tx.Rollback() }() // it is open: nothing to tell
		return fn(tx)
	})
}

// Compact writes the file anew when most of it is free, as opening does; nobody
// may be in Update. Reading goes on, but for the moment when the files change
// places. After an error the file is what it was, or tells by itself what is
// wrong with it.
func (f *File) Compact() error { return f.safely(f.compact) }

func (f *File) compact() error {
	worth := false
	if err := f.View(func(tx *bbolt.Tx) error { worth = pays(tx); return nil }); err != nil || !worth {
		return err
	}
	fresh := f.path + ".new"
	if err := f.copyTo(fresh, f.file.db); err != nil {
		_ = os.Remove(fresh) // err is what there is to tell
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.file.db.Close()
	if err == nil {
		err = f.adopt(fresh)
	}
	made, opened := openFile(f.path) // the new one, or still the old
	if opened != nil {
		return f.fail(errors.Join(err, opened))
	}
	f.file = made
	return err
}

// Close closes the file; nobody may be in Update.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	defer f.lock.release()
	if f.stuck.Load() {
		f.file.abandon()
		return nil // every call has told why
	}
	if err := f.file.db.Close(); err != nil {
		return err
	}
	if f.failure() != nil {
		return nil
	}
	return f.lock.clear()
}
