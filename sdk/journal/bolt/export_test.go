package bolt

import (
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// WithCommit replaces how a transaction is committed.
func (o Options) WithCommit(fn func(*bbolt.Tx) error) Options {
	o.commit = fn
	return o
}

// WithSync replaces how the log is synced.
func (o Options) WithSync(fn func(*os.File) error) Options {
	o.sync = fn
	return o
}

// WithLog gives the log another size, and its checkpoint another time.
func (o Options) WithLog(size int64, rest time.Duration) Options {
	o.log, o.rest = size, rest
	return o
}

// OpenWith opens a store with further schema versions after the known ones.
func OpenWith(o Options, more ...func(*bbolt.Tx) error) (*Store, Found, error) {
	steps := migrations()
	for _, step := range more {
		steps = append(steps, step)
	}
	return open(o.withDefaults(), steps)
}

// OpenFirst opens a store as a program did that knew the first schema only.
func OpenFirst(o Options) (*Store, Found, error) { return open(o.withDefaults(), migrations()[:1]) }

// OpenSecond opens a store as a program did that knew no log.
func OpenSecond(o Options) (*Store, Found, error) { return open(o.withDefaults(), migrations()[:2]) }

// Waiting is how many steps wait for the writer.
func (s *Store) Waiting() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.steps)
}
