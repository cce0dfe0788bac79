package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// do has fn done by the writer and returns when it is durable. A caller whose
// ctx ends takes its step back; when the writer has it already, its fate is
// waited for: it is known in a moment, and an open outcome helps nobody.
func (s *Store) do(ctx context.Context, size int, fn func(*txn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	st := &step{size: size, fn: fn, done: make(chan struct{})}
	if !s.queue.push(st) {
		return journal.ErrClosed
	}
	select {
	case <-st.done:
		return st.err
	case <-ctx.Done():
	}
	if s.queue.withdraw(st) {
		return ctx.Err()
	}
	<-st.done
	return st.err
}

// write is the only goroutine that changes the store. An idle one commits a
// step at once; what comes during a commit is the next one's batch.
func (s *Store) write(ctx context.Context) {
	debug.SetPanicOnFault(true) // of this goroutine: a page that cannot be read is an error, not the host's death
	timer := time.NewTimer(s.opt.rest)
	defer timer.Stop()
	for ctx.Err() == nil {
		s.drain()
		var idle <-chan time.Time
		if s.over.Load().root != nil && !s.owed && s.failure() == nil {
			timer.Reset(s.opt.rest)
			idle = timer.C
		}
		select {
		case <-s.queue.more:
		case <-ctx.Done():
		case <-idle:
			_ = s.checkpoint(s.opt.log) // whoever comes next tries again, and is told
		}
	}
	s.drain() // what was there before Close
	// Twice: then both meta pages tell of the closed store, and either may rot.
	for n := 0; n < 2 && s.ended == nil && s.failure() == nil; n++ {
		s.ended = s.checkpoint(0)
	}
}

func (s *Store) drain() {
	for {
		batch := s.queue.take()
		if len(batch) == 0 {
			return
		}
		err := s.transact(batch)
		for _, st := range batch {
			if st.err == nil {
				st.err = err
			}
			close(st.done)
		}
		runtime.Gosched() // who was answered and asks again is in the next commit, not the one after it
	}
}

// transact does all steps as one, and makes them durable.
func (s *Store) transact(batch []*step) (err error) {
	defer s.rescue(&err)
	if err := s.failure(); err != nil {
		return err
	}
	if s.owed {
		if err := s.checkpoint(s.opt.log); err != nil {
			return err
		}
	}
	t, freed, tight, err := s.run(batch, false)
	if tight {
		// The bound is reached by an estimate: the file knows better.
		if err := s.checkpoint(s.opt.log); err != nil {
			return err
		}
		t, freed, _, err = s.run(batch, true)
	}
	if err != nil || !t.wrote {
		return err
	}
	over := t.over
	if over.gone > maxGone || !s.wal.fits(t.redo) {
		if err := s.checkpoint(s.opt.log); err != nil {
			return err
		}
		over = s.over.Load().next() // the file has the rest
		if err := over.apply(bytes.Clone(t.redo[logHeader:])); err != nil {
			return s.fail(err)
		}
	}
	if err := s.wal.append(t.redo); err != nil {
		s.owed = true // nothing may follow it in this generation
		return s.troubled(err)
	}
	s.spare = t.redo
	s.over.Store(over)
	s.freed.remove(freed)
	s.wake(t.woken...)
	if t.crowded {
		group.Nudge(s.crowded)
	}
	return nil
}

// spareRoom is what is kept of the memory that a record of the log has used.
const spareRoom = 1 << 20

// run does the steps of a batch in memory. tight says that it did not, because
// there may be no room for it; exact that what is used is known.
func (s *Store) run(batch []*step, exact bool) (done *txn, freed map[uint64]bool, tight bool, err error) {
	err = s.snapshot(s.begin, func(t *txn) {
		done = t
		t.loadHead()
		taken := t.used()
		if tight = !exact && taken >= s.opt.MaxBytes && t.over.root != nil; tight {
			return
		}
		if cap(s.spare) > spareRoom {
			s.spare = nil
		}
		t.redo = append(s.spare[:0], make([]byte, logHeader)...)
		t.over, t.life, t.crowded = t.over.next(), s.opt.MaxAge, crowded(taken, s.opt.MaxBytes)
		freed = s.freed.all()
		for pos := range freed { // comes with what else there is to write, or when room is needed
			t.delete(heldBucket, number(pos))
		}
		t.wrote = len(freed) > 0 && t.crowded
		t.makeRoom(taken, s.opt.MaxBytes)
		for _, st := range batch {
			st.err = st.fn(t)
		}
		if t.wrote {
			t.saveHead()
		}
	})
	return done, freed, tight, err
}

// checkpoint takes what the log holds into the file, and begins a new
// generation of the log; size is what the file says of it, 0 when the store is
// closed. A commit that failed may be there or not: until one has succeeded
// nothing is added to the log, for the file may have left its generation.
func (s *Store) checkpoint(size int64) (err error) {
	s.owed = true
	defer func() {
		if v := recover(); v != nil { // within a transaction of bbolt's: its locks stay taken
			s.stuck.Store(true)
			err = s.fail(fmt.Errorf("%w: %v", errDamaged, v))
		}
	}()
	tx, err := s.begin(true)
	if err != nil {
		return s.troubled(err)
	}
	s.tried++
	over := s.over.Load().next()
	over.setLogRow(logRow{s.tried, size})
	if err := over.flush(tx); err != nil {
		_ = tx.Rollback() // it is open: nothing to tell
		return s.troubled(err)
	}
	if err := s.opt.commit(tx); err != nil {
		return s.troubled(fmt.Errorf("commit: %w", err))
	}
	s.wal.restart(s.tried)
	s.over.Store(&overlay{})
	s.owed = false
	return nil
}

// begin starts a transaction of the writer. bbolt unmaps its file to grow, and
// when it then cannot map it again (no room) the file has to be opened anew.
func (s *Store) begin(writable bool) (*bbolt.Tx, error) {
	tx, err := s.file.db.Begin(writable)
	if !errors.Is(err, berrors.ErrInvalidMapping) && !errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return tx, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.file.db.Close() // it is of no use, whatever it says
	f, err := openFile(s.path)
	if err != nil {
		return nil, err
	}
	s.file = f
	return f.db.Begin(writable)
}

// view runs fn on a snapshot of the store.
func (s *Store) view(ctx context.Context, fn func(*txn)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return journal.ErrClosed
	}
	if err := s.failure(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return s.snapshot(s.file.db.Begin, fn)
}

// rescue makes an error of a panic, bbolt's answer to pages that make no sense.
func (s *Store) rescue(err *error) {
	if v := recover(); v != nil {
		*err = s.fail(fmt.Errorf("%w: %v", errDamaged, v))
	}
}

// snapshot runs fn on the file and the overlay that belongs to it.
func (s *Store) snapshot(begin func(writable bool) (*bbolt.Tx, error), fn func(*txn)) (err error) {
	defer s.rescue(&err)
	over := s.over.Load()
	tx, err := begin(false)
	for err == nil && s.over.Load() != over {
		// A checkpoint came between: what it took is of no use over the file
		// that has it and more.
		_ = tx.Rollback() // it is open: nothing to tell
		over = s.over.Load()
		tx, err = begin(false)
	}
	if err != nil {
		return s.troubled(err)
	}
	defer func() { _ = tx.Rollback() }() // it is open: nothing to tell
	t := &txn{tx: tx, over: over, now: s.opt.Now()}
	fn(t)
	return s.troubled(t.err)
}

// retainEvery is how often age is looked at; size is, when it calls.
const retainEvery = time.Minute

// retain lets go of what is old, in steps so small that a notification in the
// same commit hardly notices.
func (s *Store) retain(ctx context.Context) {
	timer := time.NewTimer(retainEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.crowded:
		case <-timer.C:
			timer.Reset(retainEvery)
		}
		for more := true; more; {
			err := s.do(ctx, 0, func(t *txn) error {
				more = t.trim(trimStep, crowded(t.used(), s.opt.MaxBytes)) == trimStep
				return nil
			})
			if err != nil {
				break // the next try comes by itself
			}
		}
	}
}
