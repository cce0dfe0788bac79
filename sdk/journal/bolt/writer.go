package bolt

import (
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
	for ctx.Err() == nil {
		s.drain()
		select {
		case <-s.queue.more:
		case <-ctx.Done():
		}
	}
	s.drain() // what was there before Close
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

// transact does all steps in one transaction and commits it.
func (s *Store) transact(batch []*step) (err error) {
	if err := s.failure(); err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil { // bbolt's answer to pages that make no sense
			s.stuck.Store(true)
			err = s.fail(fmt.Errorf("%w: %v", errDamaged, v))
		}
	}()
	tx, err := s.begin()
	if err != nil {
		return s.troubled(err)
	}
	t := s.newTxn(tx)
	t.loadHead() // never from memory: a commit that failed at its last sync is there all the same
	taken := used(tx)
	freed := s.freed.all()
	for pos := range freed { // comes with what else there is to write, or when room is needed
		t.delete(heldBucket, number(pos))
	}
	// Who repeats what a commit in doubt held is a duplicate, and is told so
	// only after another one.
	t.wrote = s.unsure || len(freed) > 0 && crowded(taken, s.opt.MaxBytes)
	t.makeRoom(taken, s.opt.MaxBytes)
	for _, st := range batch {
		st.err = st.fn(t)
	}
	if t.err != nil || !t.wrote {
		_ = tx.Rollback() // it is open: nothing to tell
		return s.troubled(t.err)
	}
	if t.saveHead(); t.err != nil {
		_ = tx.Rollback()
		return s.troubled(t.err)
	}
	s.unsure = true
	if err := s.opt.commit(tx); err != nil {
		return s.troubled(fmt.Errorf("commit: %w", err))
	}
	s.unsure = false
	s.freed.remove(freed)
	s.wake(t.woken...)
	if crowded(taken, s.opt.MaxBytes) {
		group.Nudge(s.crowded)
	}
	return nil
}

func (s *Store) newTxn(tx *bbolt.Tx) *txn {
	for _, b := range inOrder() {
		tx.Bucket([]byte(b)).FillPercent = 0.95
	}
	return &txn{tx: tx, now: s.opt.Now(), life: s.opt.MaxAge}
}

// begin starts a transaction. bbolt unmaps its file to grow, and when it then
// cannot map it again (no room) the file has to be opened anew.
func (s *Store) begin() (*bbolt.Tx, error) {
	tx, err := s.file.db.Begin(true)
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
	return f.db.Begin(true)
}

// view runs fn on a snapshot of the store.
func (s *Store) view(ctx context.Context, fn func(*txn)) (err error) {
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
	defer func() {
		if v := recover(); v != nil {
			err = s.fail(fmt.Errorf("%w: %v", errDamaged, v))
		}
	}()
	tx, err := s.file.db.Begin(false)
	if err != nil {
		return s.troubled(err)
	}
	defer func() { _ = tx.Rollback() }() // it is open: nothing to tell
	t := &txn{tx: tx, now: s.opt.Now()}
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
				more = t.trim(trimStep, crowded(used(t.tx), s.opt.MaxBytes)) == trimStep
				return nil
			})
			if err != nil {
				break // the next try comes by itself
			}
		}
	}
}
