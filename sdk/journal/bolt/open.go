package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/filelock"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
)

// Names in the folder.
const (
	fileName = "journal.db"
	lockName = "lock"
)

const (
	// logRoom bounds what lies in memory and what an opening has to do again.
	logRoom = 4 << 20
	// restBefore is long against the pauses within the way of an event, and
	// short for a person who pulls the plug of a store that does nothing.
	restBefore = 200 * time.Millisecond
)

// logOf is where the log of a file lies: journal.wal.
func logOf(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) + ".wal" }

// lockWait bounds the wait for bbolt's own lock. Our lock keeps other stores
// out; a tool that looks into the file may hold bbolt's.
const lockWait = time.Second

// file is an open bbolt file. bbolt does not tell the descriptor it works on,
// and after a panic its Close would wait for ever.
type file struct {
	db *bbolt.DB
	f  *os.File
}

// openFile opens or makes a file of bbolt's.
func openFile(path string) (file, error) {
	var out file
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:      lockWait,
		FreelistType: bbolt.FreelistMapType, // the default searches a list, slow when much is free
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			out.f, err = os.OpenFile(name, flag, mode) //nolint:gosec // our folder
			return out.f, err
		},
	})
	out.db = db
	return out, err
}

// abandon gives the file back without asking bbolt. What is mapped stays so:
// somebody may be reading.
func (f file) abandon() {
	if f.f != nil {
		filelock.Release(f.f)
		_ = f.f.Close() // nothing is left to save
	}
}

// guard runs fn on pages that may make no sense.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errDamaged, v)
		}
	}()
	return fn()
}

func open(o Options, steps []migration) (*Store, Found, error) {
	var found Found
	if o.Dir == "" {
		return nil, found, o.errFailed(errors.New("no folder is given"))
	}
	if err := privateFolder(o.Dir); err != nil {
		return nil, found, o.errFailed(err)
	}
	lock, before, err := takeLock(filepath.Join(o.Dir, lockName), o.Now())
	if err != nil {
		if !errors.Is(err, text.New(text.AlreadyRunning)) {
			err = o.errFailed(err)
		}
		return nil, found, err
	}
	found.Unclosed = before
	s := &Store{
		opt: o, path: filepath.Join(o.Dir, fileName), lock: lock,
		queue: queue{more: make(chan struct{}, 1)},
		waker: make(chan struct{}, 1), crowded: make(chan struct{}, 1),
	}
	if err := s.load(steps, &found); err != nil {
		if before == nil {
			_ = lock.clear() // else the next Open looks at everything, which harms nobody
		}
		lock.release()
		if full(err) {
			return nil, found, o.errFull(err)
		}
		return nil, found, o.errFailed(err)
	}
	s.grp = group.New(context.Background(), nil) // the writer recovers by itself
	s.grp.Go("journal writer", s.write)
	s.grp.Go("journal retention", s.retain)
	return s, found, nil
}

// load opens the file; a damaged one is moved aside, never deleted.
func (s *Store) load(steps []migration, found *Found) error {
	_, err := os.Lstat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found.Created = true
	case err != nil:
		return err
	default:
		err = s.loadFile(steps, found)
		if !errors.Is(err, errDamaged) {
			return err
		}
		found.Damage, found.Repaired, found.Migrated = err, false, 0
		if found.MovedTo, err = moveAside(s.path, s.opt.Now()); err != nil {
			return err
		}
	}
	if err := create(s.path, s.opt.Now(), steps); err != nil {
		return err
	}
	return s.loadFile(steps, &Found{})
}

// loadFile looks at the file, opens it and begins a new life on it.
func (s *Store) loadFile(steps []migration, found *Found) error {
	err := openWhole(s.path, &s.file, found, func() error {
		return s.file.db.Update(func(tx *bbolt.Tx) error { return s.enter(tx, steps, found) })
	})
	if err != nil {
		s.wal.close()
		s.wal = nil
		return err
	}
	s.wal.restart(s.tried)
	s.over.Store(&overlay{})
	return nil
}

// openWhole looks at the file of path, mends its length and opens it as f;
// enter does what comes first, which may find that nothing makes sense. After an
// error nothing stays open.
func openWhole(path string, f *file, found *Found, enter func() error) error {
	sh, err := inspect(path)
	if err != nil {
		return err
	}
	if sh.short {
		if err := os.Truncate(path, sh.size); err != nil { // to more than it has
			return err
		}
	}
	found.Repaired = sh.torn || sh.short
	panicked := true
	err = guard(func() error {
		if *f, err = openFile(path); err == nil {
			err = enter()
		}
		panicked = false
		return err
	})
	switch {
	case err != nil && panicked:
		f.abandon()
	case err != nil && f.db != nil:
		_ = f.db.Close() // err is what there is to tell
	}
	return err
}

// enter begins a new life on an open file: what the log has goes into it.
func (s *Store) enter(tx *bbolt.Tx, steps []migration, found *Found) error {
	if metaBucket.in(tx) == nil {
		return fmt.Errorf("no journal in it: %w", errDamaged)
	}
	from, err := migrate(tx, steps)
	if err != nil {
		return err
	}
	if from < len(steps) {
		found.Migrated = from
	}
	t := &txn{tx: tx, over: &overlay{}, now: s.opt.Now()}
	s.epoch = t.epoch()
	log := t.loadLogRow()
	if t.err != nil {
		return t.err
	}
	if s.wal, err = openLog(logOf(s.path), s.epoch, log.size, s.opt.sync); err != nil {
		return err
	}
	torn, err := s.wal.replay(log.generation, t.over.apply)
	if err != nil {
		return err
	}
	found.Repaired = found.Repaired || torn
	if found.Unclosed != nil {
		if err := t.verify(); err != nil {
			return err
		}
	}
	waiting := t.resume()
	if t.err != nil {
		return t.err
	}
	if err := s.wal.reserve(s.opt.log); err != nil {
		return err
	}
	s.tried = log.generation + 1
	t.over.setLogRow(logRow{s.tried, s.opt.log})
	s.wake(waiting...)
	return t.over.flush(tx)
}

// create makes a new store under another name first: a file that has the
// store's name is whole.
func create(path string, now time.Time, steps []migration) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := openFile(fresh)
	if err != nil {
		return err
	}
	err = f.db.Update(func(tx *bbolt.Tx) error {
		if _, err := migrate(tx, steps); err != nil {
			return err
		}
		return begin(tx, now)
	})
	if err := errors.Join(err, f.db.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// moveAside gives a damaged file, and the log that belongs to it, a name of the
// day. The log goes first: a file without its log is still seen to be damaged.
func moveAside(path string, now time.Time) (string, error) {
	base := filepath.Join(filepath.Dir(path), "damaged-"+now.UTC().Format("20060102T150405Z"))
	to := base + ".db"
	for n := 2; ; n++ {
		if free, err := unused(to, logOf(to)); err != nil {
			return "", err
		} else if free {
			break
		}
		to = fmt.Sprintf("%s-%d.db", base, n)
	}
	if err := os.Rename(logOf(path), logOf(to)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.Rename(path, to); err != nil {
		return "", err
	}
	return to, syncFolder(filepath.Dir(path))
}

// unused reports whether none of the names is taken.
func unused(paths ...string) (bool, error) {
	for _, path := range paths {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return true, nil
}
