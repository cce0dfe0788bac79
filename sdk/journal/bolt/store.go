// Package bolt is the journal in a file on the disk and a log beside it: what
// Append took is there after a crash, a power failure or kill -9.
//
// One goroutine writes. Callers hand it their steps and wait; an idle store
// commits a step at once, and what arrives while the disk syncs is the next
// commit, so that the rate grows with the number of callers and nobody waits
// for a timer. A caller that gives up takes its step back, or learns what
// became of it: an error of its context means that nothing was written.
//
// A commit is a record of the log, synced once; bbolt alone would sync twice.
// Its rows lie in memory over those of the file, for readers too, who wait for
// nobody, until a checkpoint takes them all into the file: when the log is full
// or the store idle, and by Close, after which the file alone is the store.
// Between two checkpoints nothing is written to the file.
//
// Attempts, leases and delays are durable. An attempt is on the disk before
// the event is given away, so one that kills the process which takes it is
// parked after twenty lives instead of killing for ever; and as that commit is
// needed anyway, the lease goes with it: a session that outlives the store's
// process keeps what it holds and settles it later, and what a dead session
// held comes back when its time is over.
//
// Derived records and settled events stay for Options.MaxAge, and the oldest
// released and settled ones go earlier when the file would grow over
// Options.MaxBytes. Underived records and unsettled events are never let go:
// when only they are left, Append is refused with journal.ErrFull until some
// are settled.
//
// Nothing here is worth the host's life: pages are looked at before bbolt maps
// them, and a fault or a panic of bbolt is an error. After an error of the
// disk that is not "full" the store does nothing more until it is opened anew.
package bolt

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// Defaults of Options.
const (
	DefaultMaxAge = 30 * 24 * time.Hour
	// DefaultMaxBytes is 2 GiB, and 256 MiB where the address space is small:
	// bbolt maps the whole file.
	DefaultMaxBytes = 256 << 20 << (3 * (^uint(0) >> 63))
)

// Options of a store. Zero values mean the defaults.
type Options struct {
	Dir      string           // the store's own folder; made when missing, for its owner alone
	MaxAge   time.Duration    // how long derived records and settled events stay
	MaxBytes int64            // what the file may come to; the bound of what is used in it
	Now      func() time.Time // nil = time.Now; called from any goroutine

	// What tests replace.
	commit func(*bbolt.Tx) error // of a checkpoint
	sync   func(*os.File) error  // of the log
	log    int64                 // bytes of the log
	rest   time.Duration         // how long an idle store waits with its checkpoint
}

func (o Options) withDefaults() Options {
	if o.MaxAge <= 0 {
		o.MaxAge = DefaultMaxAge
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.commit == nil {
		o.commit = (*bbolt.Tx).Commit
	}
	if o.sync == nil {
		o.sync = syncData
	}
	if o.log == 0 {
		o.log = logRoom
	}
	if o.rest == 0 {
		o.rest = restBefore
	}
	return o
}

// Found is what Open came upon.
type Found struct {
	Created  bool    // there was no store
	Migrated int     // schema version of an older program that was brought up to date; 0: none
	Unclosed *Holder // who left without closing; every row was read then. nil: nobody
	Repaired bool    // the end of a write that never finished was taken away; nothing acknowledged was in it
	Damage   error   // what made the old store unusable; nil: nothing. A new one, of a new epoch, took its place
	MovedTo  string  // where the damaged file lies now
}

// Store implements journal.Store and journal.Outbox.
type Store struct {
	opt     Options
	path    string
	epoch   string
	lock    *lock
	wal     *wal                    // the writer's
	over    atomic.Pointer[overlay] // what is in the log and not yet in the file
	grp     *group.Group
	queue   queue
	freed   freed
	clock   clock
	waker   chan struct{} // the outbox's
	woken   woken
	crowded chan struct{} // the retention's
	broken  atomic.Pointer[error]
	owed    bool        // the writer's: a write failed, a checkpoint has to come before the next
	tried   uint64      // the writer's: the newest generation that a checkpoint tried to begin
	spare   []byte      // the writer's: memory for the next record of the log
	ended   error       // the writer's: of the last checkpoint
	stuck   atomic.Bool // bbolt panicked within a transaction: its locks stay taken

	mu     sync.RWMutex // readers of file hold it
	file   file
	closed bool
}

// Open opens the store in a folder, and makes one where there is none. Errors
// have a code of package text: already_running names who holds the folder,
// store_full and store_failed name the folder and wrap what is wrong.
func Open(o Options) (*Store, Found, error) { return open(o.withDefaults(), migrations()) }

// Outbox implements journal.Store.
func (s *Store) Outbox() journal.Outbox { return s }

// Epoch implements journal.Store.
func (s *Store) Epoch() string { return s.epoch }

// Close implements journal.Store. What waits is committed, and unsettled
// events are there when the store is opened again.
func (s *Store) Close() error {
	s.queue.close()
	s.grp.Stop()
	_ = s.grp.Wait(context.Background()) // no deadline: no error
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	defer s.lock.release()
	s.wal.close()
	if s.stuck.Load() {
		s.file.abandon()
		return nil // every call has told why
	}
	if err := s.file.db.Close(); err != nil {
		return s.opt.errFailed(err)
	}
	if s.failure() != nil {
		return nil
	}
	if s.ended != nil {
		return s.ended // what was promised is in the log
	}
	if err := s.lock.clear(); err != nil {
		return s.opt.errFailed(err)
	}
	// The file has all of it, and a copy of it alone is a whole store. A log that
	// stays, for somebody looks into it, is passed over.
	_ = os.Remove(logOf(s.path))
	return nil
}
