package bolt

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// migration takes a store from one schema version to the next.
type migration func(*bbolt.Tx) error

// migrations lead from an empty file to what this program knows: number n
// makes version n+1. One that was released is never changed.
func migrations() []migration { return []migration{createBuckets, createNotes, useLog} }

// errNewer tells of a store that a later version of this program has written.
// It is left alone: what is in it is good, only not for us.
var errNewer = errors.New("a newer version of this program has written the store")

// migrate brings the store to the newest version, all in the caller's
// transaction. from is the version that was there.
func migrate(tx *bbolt.Tx, steps []migration) (from int, err error) {
	if b := metaBucket.in(tx); b != nil {
		n, ok := parseNumber(b.Get([]byte(schemaKey)))
		if !ok || n == 0 {
			return 0, fmt.Errorf("schema version: %w", errDamaged)
		}
		if n > uint64(len(steps)) {
			return 0, fmt.Errorf("schema version %d, known %d: %w", n, len(steps), errNewer)
		}
		from = int(n) //nolint:gosec // at most len(steps)
	}
	if from == len(steps) {
		return from, nil
	}
	for n, step := range steps[from:] {
		if err := step(tx); err != nil {
			return from, fmt.Errorf("to schema version %d: %w", from+n+1, err)
		}
	}
	return from, metaBucket.in(tx).Put([]byte(schemaKey), number(uint64(len(steps))))
}

// createBuckets makes version 1.
func createBuckets(tx *bbolt.Tx) error {
	for b := range firstEnd {
		if _, err := tx.CreateBucket([]byte(b.String())); err != nil {
			return err
		}
	}
	return nil
}

// createNotes makes version 2.
func createNotes(tx *bbolt.Tx) error {
	_, err := tx.CreateBucket([]byte(notesBucket.String()))
	return err
}

// useLog makes version 3: what is newest is in the log. A program that knows
// none would overlook it.
func useLog(*bbolt.Tx) error { return nil }

// begin gives a new store its epoch. Unix seconds · 2²⁰ leaves a million
// events a second before a later epoch could give a seq of this one.
func begin(tx *bbolt.Tx, now time.Time) error {
	t := &txn{tx: tx, now: now, over: &overlay{}}
	t.head.first = lowSeq(now)
	t.head.seq = t.head.first
	t.put(metaBucket, []byte(epochKey), []byte(rand.Text()))
	t.saveHead()
	return t.over.flush(tx)
}

func lowSeq(now time.Time) uint64 { return uint64(max(now.Unix(), 0)) << 20 } //nolint:gosec // not negative

// epoch names the store.
func (t *txn) epoch() string {
	epoch := string(t.get(metaBucket, []byte(epochKey)))
	if epoch == "" {
		t.fail("epoch: %w", errDamaged)
	}
	return epoch
}

// resume goes on from what an earlier life left. The next seq lies beyond what
// the time allows to have been given: a store that was brought back from a copy
// gives no seq a second time. waiting are those for whom something is there.
func (t *txn) resume() (waiting []string) {
	t.loadHead()
	t.head.seq = max(t.head.seq, lowSeq(t.now))
	t.saveHead() // also writes the meta page that a crash has torn
	return t.addressees()
}
