package telephony

import (
	"slices"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
)

// Bounds of what waits in memory for 1C. Screen events over the bound are
// shed, oldest first; record events over it are refused, so that the Office
// keeps them and offers them again.
const (
	maxScreens     = 500
	maxScreenBytes = 2 << 20
	maxRecords     = 1000
	maxRecordBytes = 16 << 20
	entryOverhead  = 512 // bytes of an event beside its body, roughly
)

// entry is one event on its way to 1C.
type entry struct {
	d       office.Delivery
	order   uint64 // order of arrival in the process
	arrived time.Time
	size    int
	busy    bool // inside somebody's ExternalEvent right now
}

func (e *entry) expired(now time.Time) bool {
	return e.d.Event.Class == engine.Screen && !e.d.Event.Expires.IsZero() && !now.Before(e.d.Event.Expires)
}

// queue is an ordered list of entries. It has no lock of its own.
type queue struct {
	items []*entry
	bytes int
}

func (q *queue) push(e *entry) {
	q.items = append(q.items, e)
	q.bytes += e.size
}

func (q *queue) head() *entry {
	if len(q.items) == 0 {
		return nil
	}
	return q.items[0]
}

func (q *queue) full(size, count, bytes int) bool {
	return len(q.items) >= count || (q.bytes+size > bytes && len(q.items) > 0)
}

// remove takes e out wherever it stands; an entry that is gone is no error.
func (q *queue) remove(e *entry) bool {
	i := slices.Index(q.items, e)
	if i < 0 {
		return false
	}
	q.items = slices.Delete(q.items, i, i+1)
	q.bytes -= e.size
	return true
}

// removeIf takes out what is not busy and satisfies drop; it returns how many.
func (q *queue) removeIf(drop func(*entry) bool) int {
	before := len(q.items)
	q.items = slices.DeleteFunc(q.items, func(e *entry) bool {
		if e.busy || !drop(e) {
			return false
		}
		q.bytes -= e.size
		return true
	})
	return before - len(q.items)
}

func (q *queue) find(id string) *entry {
	for _, e := range q.items {
		if e.d.Event.ID == id {
			return e
		}
	}
	return nil
}

func (q *queue) findSeq(seq uint64) *entry {
	for _, e := range q.items {
		if e.d.Ref.Seq == seq {
			return e
		}
	}
	return nil
}

// known is what the process remembers of a record event that 1C has seen.
type known struct {
	ref     journal.Ref
	record  bool
	settled bool // acknowledged for good
}

// maxKnown bounds the ledger: acknowledgements normally come within seconds.
const maxKnown = 4096

// ledger remembers the events that went to 1C, so that an id can be turned
// into a ref without asking, and a second acknowledgement is no failure. It
// has no lock of its own.
type ledger struct {
	byID  map[string]known
	bySeq map[uint64]string
	order []string // ids, oldest first
}

func newLedger() ledger { return ledger{byID: map[string]known{}, bySeq: map[uint64]string{}} }

func (l *ledger) put(d office.Delivery, settled bool) {
	id := d.Event.ID
	if id == "" {
		return
	}
	if _, again := l.byID[id]; !again {
		l.order = append(l.order, id)
		if len(l.order) > maxKnown {
			delete(l.bySeq, l.byID[l.order[0]].ref.Seq)
			delete(l.byID, l.order[0])
			l.order = l.order[1:]
		}
	}
	l.byID[id] = known{ref: d.Ref, record: d.Event.Class == engine.Record, settled: settled}
	if d.Ref.Seq != 0 {
		l.bySeq[d.Ref.Seq] = id
	}
}

func (l *ledger) settle(id string) {
	if k, ok := l.byID[id]; ok {
		k.settled = true
		l.byID[id] = k
	}
}
