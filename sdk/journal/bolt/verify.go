package bolt

import (
	"time"

	"mangoofficesdk/sdk/journal"
)

// verify reads every row and holds the indexes against them. It comes after
// inspect: the pages make sense, now what is written on them.
func (t *txn) verify() error {
	for b := range bucketsEnd {
		if b.in(t.tx) == nil {
			t.fail("no bucket %s: %w", b, errDamaged)
			return t.err
		}
	}
	if t.loadHead(); t.err == nil {
		t.verifyIn()
	}
	if t.err == nil {
		t.verifyOut()
	}
	if t.err == nil {
		t.verifyNotes()
	}
	return t.err
}

// entries counts a bucket.
func (t *txn) entries(b bucket) (n uint64) {
	c := t.cursor(b)
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n
}

// verifyIn: of what is derived some may be gone, of the rest nothing.
func (t *txn) verifyIn() {
	c := t.cursor(inBucket)
	rows, underived, last := uint64(0), uint64(0), uint64(0)
	for k, v := c.First(); k != nil && t.err == nil; k, v = c.Next() {
		r := t.record(k, v)
		if pos, ok := t.lookup(keysBucket, r.Key); !ok || pos != r.Pos {
			t.fail("record %d: its key leads elsewhere: %w", r.Pos, errDamaged)
		}
		if r.Pos > t.head.cursor {
			underived++
		}
		rows, last = rows+1, r.Pos
	}
	h := t.cursor(heldBucket)
	for k, _ := h.First(); k != nil && t.err == nil; k, _ = h.Next() {
		if pos, ok := parseNumber(k); !ok || pos > t.head.cursor || t.get(inBucket, k) == nil {
			t.fail("held: entry %x: %w", k, errDamaged)
		}
	}
	switch {
	case t.err != nil:
	case last > t.head.last, t.head.cursor > t.head.last, underived != t.head.last-t.head.cursor:
		t.fail("%d records up to %d, %d of them underived, want from %d to %d: %w", rows, last, underived, t.head.cursor, t.head.last, errDamaged)
	case t.entries(keysBucket) != rows:
		t.fail("keys without records: %w", errDamaged)
	}
}

// tally counts what the indexes must hold.
type tally struct{ events, ready, due, expire, done, parked uint64 }

func (t *txn) verifyOut() {
	var n tally
	c := t.cursor(outBucket)
	for k, _ := c.First(); k != nil && t.err == nil; k, _ = c.Next() {
		seq, ok := parseNumber(k)
		if !ok || seq <= t.head.first || seq > t.head.seq {
			t.fail("event %x: no seq of this store: %w", k, errDamaged)
			return
		}
		e, s, ok := t.event(seq)
		if !ok {
			t.fail("event %d has no state: %w", seq, errDamaged)
			return
		}
		if at, ok := t.lookup(idsBucket, e.ID); !ok || at != seq {
			t.fail("event %d: its id leads elsewhere: %w", seq, errDamaged)
		}
		n.events++
		t.place(&n, seq, e, s)
	}
	if t.err != nil {
		return
	}
	for b, want := range map[bucket]uint64{
		stateBucket: n.events, idsBucket: n.events, readyBucket: n.ready, dueBucket: n.due, expireBucket: n.expire, doneBucket: n.done,
	} {
		if got := t.entries(b); got != want {
			t.fail("%s: %d entries for %d events: %w", b, got, want, errDamaged)
		}
	}
	if t.head.waiting != n.ready+n.due || t.head.parked != n.parked {
		t.fail("%d and %d events are counted, %d and %d there: %w", t.head.waiting, t.head.parked, n.ready+n.due, n.parked, errDamaged)
	}
}

// place looks an event up where its state says it is.
func (t *txn) place(n *tally, seq uint64, e journal.Out, s state) {
	want := func(count *uint64, b bucket, k []byte) {
		*count++
		if t.get(b, k) == nil {
			t.fail("event %d is not in %s: %w", seq, b, errDamaged)
		}
	}
	at := func(t time.Time) []byte { return timeKey(t, seq) }
	if !s.drop.IsZero() {
		want(&n.expire, expireBucket, at(s.drop))
	}
	switch {
	case !s.settled.IsZero():
		want(&n.done, doneBucket, at(s.settled))
	case s.parked:
		n.parked++
	case s.due.IsZero():
		want(&n.ready, readyBucket, readyKey(e.To, seq))
	default:
		want(&n.due, dueBucket, at(s.due))
	}
}
