package bolt

import (
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal"
)

// Steps of letting go: trimStep rows by the retention's own commits, roomStep
// within a commit that would else have no room.
const (
	trimStep = 256
	roomStep = 64
)

// crowded is the part of the bound from which room is made ahead of need.
func crowded(used, bound int64) bool { return used > bound/8*7 }

// used is what the rows and indexes take, in bytes: pages that are free will
// be used before the file grows.
func used(tx *bbolt.Tx) int64 {
	st := tx.DB().Stats()
	return tx.Size() - int64(st.FreePageN+st.PendingPageN)*int64(tx.DB().Info().PageSize)
}

// used is what they will take after the next checkpoint, about.
func (t *txn) used() int64 { return used(t.tx) + t.over.size }

// makeRoom keeps the store within its bound. Nothing accepted is lost for it:
// when only unsettled events and underived records are left, Append is refused.
func (t *txn) makeRoom(used, bound int64) {
	if used >= bound {
		t.full = t.trim(roomStep, true) == 0
	}
}

// trim lets go of up to limit of the oldest rows that nobody waits for:
// records with their keys, and settled events with their ids. Past the
// retention that is any derived record; in a hurry it is released ones, and
// settled events of any age.
func (t *txn) trim(limit int, hurry bool) (gone int) {
	before := t.now.Add(-t.life)
	for ; gone < limit && t.err == nil; gone++ {
		record, haveRecord := t.oldestRecord(before, hurry)
		event, settled, haveEvent := t.oldestEvent()
		haveEvent = haveEvent && (hurry || settled.Before(before))
		switch {
		case haveRecord && (!haveEvent || record.Time.Before(settled)): // the older one first
			t.forgetRecord(record)
		case haveEvent:
			t.forgetEvent(event)
		default:
			return gone
		}
	}
	return gone
}

// oldestRecord finds the first record that may go. Those of live calls are
// stepped over: they are few.
func (t *txn) oldestRecord(before time.Time, hurry bool) (r journal.Record, ok bool) {
	c := t.cursor(inBucket)
	for k, v := c.First(); k != nil; k, v = c.Next() {
		r = t.record(k, v)
		switch {
		case t.err != nil || r.Pos > t.head.cursor:
			return r, false
		case r.Time.Before(before):
			return r, true
		case !hurry:
			return r, false
		case t.get(heldBucket, k) == nil:
			return r, true
		}
	}
	return r, false
}

func (t *txn) forgetRecord(r journal.Record) {
	k := number(r.Pos)
	t.delete(keysBucket, name(r.Key))
	t.delete(heldBucket, k)
	t.delete(inBucket, k)
}

func (t *txn) oldestEvent() (seq uint64, settled time.Time, ok bool) {
	k, _ := t.cursor(doneBucket).First()
	if k == nil {
		return 0, settled, false
	}
	settled, seq, ok = parseTimeKey(k)
	if !ok {
		t.fail("done: entry %x: %w", k, errDamaged)
	}
	return seq, settled, ok
}

func (t *txn) forgetEvent(seq uint64) {
	e, s, ok := t.event(seq)
	if !ok || s.settled.IsZero() {
		t.fail("event %d is settled and is not there: %w", seq, errDamaged)
		return
	}
	k := number(seq)
	t.delete(doneBucket, timeKey(s.settled, seq))
	t.delete(idsBucket, name(e.ID))
	t.delete(stateBucket, k)
	t.delete(outBucket, k)
}
