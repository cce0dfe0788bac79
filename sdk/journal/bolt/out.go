package bolt

import (
	"bytes"
	"time"

	"mangoofficesdk/sdk/journal"
)

// add appends an event to `out`; an id already there is dropped.
func (t *txn) add(e journal.Out) {
	if _, dup := t.lookup(idsBucket, e.ID); dup {
		return
	}
	t.head.seq++
	t.head.waiting++
	seq, k := t.head.seq, number(t.head.seq)
	var s state
	if !e.Record {
		// One that does not expire ends with the retention: its session may
		// never come back.
		if s.drop = e.Expires; s.drop.IsZero() {
			s.drop = t.now.Add(t.life)
		}
		t.put(expireBucket, timeKey(s.drop, seq), nil)
	}
	t.put(outBucket, k, seal(k, encodeOut(e)))
	t.put(idsBucket, name(e.ID), k)
	t.put(readyBucket, readyKey(e.To, seq), nil)
	t.putState(seq, s)
	t.woken = append(t.woken, e.To)
}

// merged walks the events that a session may lease now, its own and those of
// any writer together, by seq.
type merged struct {
	t    *txn
	arms []arm
}

// arm is one addressee's range of the ready bucket.
type arm struct {
	c      *cursor
	prefix []byte
	seq    uint64
	ok     bool
}

func (t *txn) ready(session string, writer bool) *merged {
	m := &merged{t: t}
	if session != "" { // the addressee "" means any writer
		m.arms = append(m.arms, arm{prefix: readyPrefix(session)})
	}
	if writer {
		m.arms = append(m.arms, arm{prefix: readyPrefix("")})
	}
	for i := range m.arms {
		a := &m.arms[i]
		a.c = t.cursor(readyBucket)
		k, _ := a.c.Seek(a.prefix)
		m.hold(a, k)
	}
	return m
}

func (m *merged) hold(a *arm, k []byte) {
	if a.ok = bytes.HasPrefix(k, a.prefix); !a.ok {
		return
	}
	var ok bool
	if a.seq, ok = parseReadyKey(k); !ok {
		m.t.fail("ready: entry %x: %w", k, errDamaged)
		a.ok = false
	}
}

// next gives the lowest seq; ok is false at the end.
func (m *merged) next() (seq uint64, ok bool) {
	var low *arm
	for i := range m.arms {
		if a := &m.arms[i]; a.ok && (low == nil || a.seq < low.seq) {
			low = a
		}
	}
	if low == nil {
		return 0, false
	}
	seq = low.seq
	k, _ := low.c.Next()
	m.hold(low, k)
	return seq, true
}

// addressees are those for whom something is ready: one event of each is read.
func (t *txn) addressees() (list []string) {
	c := t.cursor(readyBucket)
	for k, _ := c.First(); k != nil && t.err == nil; {
		seq, ok := parseReadyKey(k)
		if !ok {
			t.fail("ready: entry %x: %w", k, errDamaged)
			return nil
		}
		e, _, ok := t.waiting(seq)
		if !ok {
			return nil
		}
		list = append(list, e.To)
		k, _ = c.Seek(readyKey(e.To, 1<<64-1)) // no event has this seq
	}
	return list
}

// lease hands over up to limit events.
func (t *txn) lease(epoch, session string, writer bool, limit int) (given []journal.Delivery) {
	var seqs []uint64
	for m := t.ready(session, writer); len(seqs) < limit; {
		seq, ok := m.next()
		if !ok {
			break
		}
		seqs = append(seqs, seq)
	}
	for _, seq := range seqs { // the bucket may be changed only now
		e, s, ok := t.waiting(seq)
		if !ok {
			return nil
		}
		s.attempt++
		d := journal.Delivery{Ref: journal.Ref{Epoch: epoch, Seq: seq}, Out: e, Attempt: int(s.attempt)}
		if e.Record {
			t.delete(readyBucket, readyKey(e.To, seq))
			d.Until = t.hold(seq, s).until
		} else {
			t.settle(seq, e, s)
		}
		given = append(given, d)
	}
	return given
}

// settle ends the life of an event: it stays readable by id while retained.
func (t *txn) settle(seq uint64, e journal.Out, s state) {
	t.unindex(seq, e, s)
	if s.parked {
		t.head.parked--
	} else {
		t.head.waiting--
	}
	t.put(doneBucket, timeKey(t.now, seq), nil)
	t.putState(seq, state{attempt: s.attempt, settled: t.now})
}

// unindex takes an unsettled event out of the indexes.
func (t *txn) unindex(seq uint64, e journal.Out, s state) {
	if !s.drop.IsZero() {
		t.delete(expireBucket, timeKey(s.drop, seq))
	}
	switch {
	case s.parked:
	case s.due.IsZero():
		t.delete(readyBucket, readyKey(e.To, seq))
	default:
		t.delete(dueBucket, timeKey(s.due, seq))
	}
}

// again queues an event once more. One that was parked gets a last attempt.
func (t *txn) again(seq uint64, e journal.Out, s state, delay time.Duration) {
	switch {
	case s.parked:
		s.parked, s.attempt = false, journal.MaxAttempts-1
		t.head.parked--
		t.head.waiting++
	case s.due.IsZero():
		t.delete(readyBucket, readyKey(e.To, seq))
	default:
		t.delete(dueBucket, timeKey(s.due, seq))
	}
	s.until, s.due = time.Time{}, t.now.Add(max(delay, 0))
	t.put(dueBucket, timeKey(s.due, seq), nil)
	t.putState(seq, s)
	t.woken = append(t.woken, e.To)
}

// hold makes an event its session's from now on.
func (t *txn) hold(seq uint64, s state) state {
	s.until, s.due = t.now.Add(journal.LeaseTime), t.now.Add(journal.RetryAfter(int(s.attempt)))
	t.put(dueBucket, timeKey(s.due, seq), nil)
	t.putState(seq, s)
	return s
}

// endLeases makes what sessions hold due at once.
func (t *txn) endLeases() {
	for _, seq := range t.dueLater() { // the bucket may be changed only now
		if e, s, ok := t.waiting(seq); ok && s.until.After(t.now) {
			t.again(seq, e, s, 0)
		}
	}
}

// dueLater are the events that are leased or delayed.
func (t *txn) dueLater() (list []uint64) {
	c := t.cursor(dueBucket)
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		_, seq, ok := parseTimeKey(k)
		if !ok {
			t.fail("due: entry %x: %w", k, errDamaged)
			return nil
		}
		list = append(list, seq)
	}
	return list
}

// overdue reports whether mature or sweep have something to do.
func (t *txn) overdue() bool {
	return len(t.fronts(dueBucket, 1))+len(t.fronts(expireBucket, 1)) > 0
}

// mature moves what has become due to where Lease finds it, and parks what was
// offered often enough.
func (t *txn) mature(limit int) {
	for _, k := range t.fronts(dueBucket, limit) {
		_, seq, _ := parseTimeKey(k) // fronts has looked
		e, s, ok := t.waiting(seq)
		if !ok {
			return
		}
		t.delete(dueBucket, k)
		s.until, s.due = time.Time{}, time.Time{}
		if s.attempt >= journal.MaxAttempts {
			s.parked = true
			t.head.waiting--
			t.head.parked++
		} else {
			t.put(readyBucket, readyKey(e.To, seq), nil)
			t.woken = append(t.woken, e.To)
		}
		t.putState(seq, s)
	}
}

// sweep drops screen events whose session did not come in time.
func (t *txn) sweep(limit int) {
	for _, k := range t.fronts(expireBucket, limit) {
		_, seq, _ := parseTimeKey(k) // fronts has looked
		e, s, ok := t.waiting(seq)
		if !ok {
			return
		}
		t.settle(seq, e, s)
	}
}
