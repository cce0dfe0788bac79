package bolt

import (
	"bytes"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal"
)

// txn is one transaction with the time it is done at. Trouble with the store
// itself sticks in err and spoils the whole of it, so that no step needs to
// look after each read and write.
type txn struct {
	tx      *bbolt.Tx // read only: what is written goes into over
	over    *overlay
	redo    []byte // the record of the log, after room for its header
	now     time.Time
	life    time.Duration // how long settled things are kept
	head    head          // as it will be
	full    bool          // Append has no room
	crowded bool          // room is made ahead of need
	wrote   bool          // there is something to commit
	woken   []string      // addressees to whom Lease may have more to give after the commit
	err     error
}

// get reads a value; nil: there is none.
func (t *txn) get(b bucket, k []byte) []byte {
	if r := t.over.find(b, k); r != nil {
		return r.value
	}
	return b.in(t.tx).Get(k)
}

func (t *txn) cursor(b bucket) *cursor {
	return &cursor{b: b, file: b.in(t.tx).Cursor(), over: t.over}
}

// fail notes the first trouble.
func (t *txn) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf(format, args...)
	}
}

// put writes a value; an index has empty ones.
func (t *txn) put(b bucket, k, v []byte) {
	t.wrote = true
	if v == nil {
		v = []byte{}
	}
	t.over.set(b, k, v)
	t.redo = appendPut(t.redo, b, k, v)
}

func (t *txn) delete(b bucket, k []byte) {
	t.wrote = true
	t.over.delete(b, k, b.in(t.tx).Get(k))
	t.redo = appendDelete(t.redo, b, k)
}

// row reads a checked value; nil: there is none.
func (t *txn) row(b bucket, k []byte) []byte {
	v := t.get(b, k)
	if v == nil {
		return nil
	}
	return t.open(b, k, v)
}

func (t *txn) open(b bucket, k, v []byte) []byte {
	body, err := unseal(k, v)
	if err != nil {
		t.fail("row %x of %s: %w", k, b, err)
	}
	return body
}

// lookup reads an index that ends in a number.
func (t *txn) lookup(b bucket, key string) (n uint64, found bool) {
	v := t.get(b, name(key))
	if v == nil {
		return 0, false
	}
	n, ok := parseNumber(v)
	if !ok {
		t.fail("%s: entry %q: %w", b, key, errDamaged)
	}
	return n, ok
}

// event reads an event of `out`; found is false when there is none, or trouble.
func (t *txn) event(seq uint64) (e journal.Out, s state, found bool) {
	k := number(seq)
	body, fate := t.row(outBucket, k), t.row(stateBucket, k)
	if t.err != nil || body == nil && fate == nil {
		return e, s, false
	}
	var errs [2]error
	e, errs[0] = decodeOut(body)
	s, errs[1] = decodeState(fate)
	if errs[0] != nil || errs[1] != nil {
		t.fail("event %d: %w", seq, errDamaged)
		return e, s, false
	}
	return e, s, true
}

// waiting reads an event that an index says is unsettled.
func (t *txn) waiting(seq uint64) (e journal.Out, s state, found bool) {
	e, s, found = t.event(seq)
	if t.err == nil && (!found || !s.settled.IsZero()) {
		t.fail("event %d waits and is not there: %w", seq, errDamaged)
		return e, s, false
	}
	return e, s, found
}

func (t *txn) putState(seq uint64, s state) {
	k := number(seq)
	t.put(stateBucket, k, seal(k, encodeState(s)))
}

// loadHead reads what the last commit left.
func (t *txn) loadHead() {
	h, err := decodeHead(t.row(metaBucket, []byte(headKey)))
	if err != nil {
		t.fail("head: %w", err)
	}
	t.head = h
}

func (t *txn) saveHead() {
	k := []byte(headKey)
	t.put(metaBucket, k, seal(k, encodeHead(t.head)))
}

// fronts gives up to limit keys of a bucket ordered by time that are not after
// now. They are copies: the bucket may be changed.
func (t *txn) fronts(b bucket, limit int) (keys [][]byte) {
	c := t.cursor(b)
	for k, _ := c.First(); k != nil && len(keys) < limit; k, _ = c.Next() {
		at, _, ok := parseTimeKey(k)
		if !ok {
			t.fail("%s: entry %x: %w", b, k, errDamaged)
			return nil
		}
		if at.After(t.now) {
			break
		}
		keys = append(keys, bytes.Clone(k))
	}
	return keys
}
