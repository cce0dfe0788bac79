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
func migrations() []migration { return []migration{createBuckets, createNotes} }

// errNewer tells of a store that a later version of this program has written.
// It is left alone: what is in it is good, only not for us.
var errNewer = errors.New("a newer version of this program has written the store")

// migrate brings the store to the newest version, all in the caller's
// transaction. from is the version that was there.
func migrate(tx *bbolt.Tx, steps []migration) (from int, err error) {
	if b := tx.Bucket([]byte(metaBucket)); b != nil {
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
	return from, tx.Bucket([]byte(metaBucket)).Put([]byte(schemaKey), number(uint64(len(steps))))
}

// createBuckets makes version 1.
func createBuckets(tx *bbolt.Tx) error {
	for _, b := range firstBuckets() {
		if _, err := tx.CreateBucket([]byte(b)); err != nil {
			return err
		}
	}
	return nil
}

// createNotes makes version 2.
func createNotes(tx *bbolt.Tx) error {
	_, err := tx.CreateBucket([]byte(notesBucket))
	return err
}

// begin gives a new store its epoch. Unix seconds · 2²⁰ leaves a million
// events a second before a later epoch could give a seq of this one.
func begin(tx *bbolt.Tx, now time.Time) error {
	t := &txn{tx: tx, now: now}
	t.head.first = lowSeq(now)
	t.head.seq = t.head.first
	t.put(metaBucket, []byte(epochKey), []byte(rand.Text()))
	t.saveHead()
	return t.err
}

func lowSeq(now time.Time) uint64 { return uint64(max(now.Unix(), 0)) << 20 } //nolint:gosec // not negative

// resume reads what an earlier life left. The next seq lies beyond what the
// time allows to have been given: a store that was brought back from a copy
// gives no seq a second time. waiting are those for whom something is there.
func resume(tx *bbolt.Tx, now time.Time) (epoch string, waiting []string, err error) {
	t := &txn{tx: tx, now: now}
	t.loadHead()
	t.head.seq = max(t.head.seq, lowSeq(now))
	t.saveHead() // also writes the meta page that a crash has torn
	epoch = string(t.bucket(metaBucket).Get([]byte(epochKey)))
	if epoch == "" {
		t.fail("epoch: %w", errDamaged)
	}
	return epoch, t.addressees(), t.err
}
