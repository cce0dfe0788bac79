package telephony

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
)

// distributor spreads the events of one connection over the objects of the
// process: a screen event goes to each object, a record event to one.
//
// Record events wait in one queue that belongs to the process, and the object
// that may take them (the owner) changes when it goes or stops pushing. So
// nothing has to be moved between objects, the order survives, and an event
// that is inside a dying object's ExternalEvent holds back its successors
// until its fate is known.
//
// One lock guards all queues. It is never held while the host, the link or a
// renderer runs.
type distributor struct {
	proc *Process
	link Link // set before the first delivery

	mu      sync.Mutex
	order   uint64
	inboxes []*inbox // in order of joining
	owner   *inbox   // takes the records by pushing; nil: they wait for FetchEvents
	records queue
	ledger  ledger
	changed chan struct{}    // closed and replaced when a ConnectionState came
	state   *office.Delivery // the last ConnectionState; nil: none came yet
}

func newDistributor(p *Process) *distributor {
	return &distributor{proc: p, ledger: newLedger(), changed: make(chan struct{})}
}

// deliver is the consumer that the link calls, on one goroutine. It only
// queues: false when nobody is there yet or the records are too many.
func (d *distributor) deliver(v office.Delivery) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.inboxes) == 0 {
		return false
	}
	if v.Event.Kind == engine.ConnectionState {
		close(d.changed)
		d.changed = make(chan struct{})
		d.state = &v
	}
	if v.Event.Class == engine.Record {
		return d.deliverRecord(v)
	}
	d.proc.count.delivered.Add(1)
	for _, b := range d.inboxes {
		d.pushScreen(b, v)
	}
	return true
}

func (d *distributor) deliverRecord(v office.Delivery) bool {
	if e := d.records.find(v.Event.ID); e != nil {
		// The lease ended while 1C was slow: the copy that waits carries on
		// with the new attempt, and keeps its place.
		d.proc.count.replaced.Add(1)
		d.proc.count.delivered.Add(1)
		e.d = v
		return true
	}
	e := d.entry(v)
	if d.records.full(e.size, maxRecords, maxRecordBytes) {
		d.proc.count.refusedFull.Add(1)
		return false
	}
	d.proc.count.delivered.Add(1)
	d.records.push(e)
	if d.owner != nil {
		d.owner.signal()
	}
	return true
}

// pushScreen queues a screen event for one object, shedding its oldest ones.
// The caller holds the lock.
func (d *distributor) pushScreen(b *inbox, v office.Delivery) {
	e := d.entry(v)
	now := d.proc.opt.Now()
	if e.expired(now) {
		d.proc.count.expired.Add(1)
		return
	}
	if b.screens.full(e.size, maxScreens, maxScreenBytes) {
		d.proc.count.expired.Add(int64(b.screens.removeIf(func(o *entry) bool { return o.expired(now) })))
	}
	for b.screens.full(e.size, maxScreens, maxScreenBytes) {
		dropped := false
		n := b.screens.removeIf(func(*entry) bool { first := !dropped; dropped = true; return first })
		d.proc.count.shed.Add(int64(n))
		if n == 0 {
			break // only the one inside ExternalEvent is left
		}
	}
	b.screens.push(e)
	b.signal()
}

func (d *distributor) entry(v office.Delivery) *entry {
	d.order++
	return &entry{d: v, order: d.order, arrived: d.proc.opt.Now(), size: len(v.Event.Body) + entryOverhead}
}

// attach makes b receive events. The first one tells the present state: its
// Подключить must be answered too. It is the last one that the link told, not
// the replica's: so the newcomer misses no change and sees none out of order.
func (d *distributor) attach(b *inbox) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.gone {
		return // Done was faster
	}
	d.inboxes = append(d.inboxes, b)
	if d.state != nil {
		d.pushScreen(b, *d.state)
	}
	d.chooseOwner()
}

// repeatState tells b the present state once more, as a replay.
func (d *distributor) repeatState(b *inbox) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state != nil && !b.gone {
		v := *d.state
		v.Replay = true
		d.pushScreen(b, v)
	}
}

// detach stops b from receiving. The goroutine of b must be stopped first, so
// that its last event is decided before a successor goes on.
func (d *distributor) detach(b *inbox) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inboxes = slices.DeleteFunc(d.inboxes, func(o *inbox) bool { return o == b })
	if e := b.current; e != nil {
		// The host did not come back in time. Its event is offered to others:
		// at least once, rather than never.
		e.busy = false
		b.current = nil
	}
	b.gone = true
	d.chooseOwner()
}

// tell queues an event of the object of b itself; false when b is gone.
func (d *distributor) tell(b *inbox, v office.Delivery) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.gone {
		return false
	}
	d.proc.count.delivered.Add(1)
	d.pushScreen(b, v)
	return true
}

// untold gives the outcomes of the object's own operations that b, which is
// gone, has not shown.
func (d *distributor) untold(b *inbox) (left []office.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range b.screens.items {
		if e.d.Event.Kind == engine.OperationResult {
			left = append(left, e.d)
		}
	}
	return left
}

// setPush turns pushing of b on or off.
func (d *distributor) setPush(b *inbox, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b.push = on
	d.chooseOwner()
	b.signal()
}

// chooseOwner keeps the present owner while it may be one. The caller holds
// the lock.
func (d *distributor) chooseOwner() {
	if d.owner != nil && d.owner.push && !d.owner.gone {
		return
	}
	d.owner = nil
	for _, b := range d.inboxes {
		if b.push {
			d.owner = b
			b.signal()
			return
		}
	}
}

// next gives the event that b should push now, marked busy; nil when there is
// none.
func (d *distributor) next(b *inbox) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !b.push || b.gone {
		return nil
	}
	now := d.proc.opt.Now()
	d.proc.count.expired.Add(int64(b.screens.removeIf(func(e *entry) bool { return e.expired(now) })))
	best := b.screens.head()
	if d.owner == b {
		if r := d.records.head(); r != nil && !r.busy && (best == nil || r.order < best.order) {
			best = r
		}
	}
	if best != nil {
		best.busy = true
		b.current = best
	}
	return best
}

// snapshot reads an entry whose delivery may be replaced by a newer one.
func (d *distributor) snapshot(e *entry) office.Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return e.d
}

// verdict is what is to be told of a record event that 1C was shown.
type verdict struct {
	ref journal.Ref
	office.Verdict
}

// shown is the verdict of an event that 1C has: done, or waiting for BSL's
// acknowledgement.
func shown(e *entry, auto bool) verdict {
	return verdict{e.d.Ref, office.Verdict{Done: auto, Shown: !auto}}
}

// finish tells what ExternalEvent said of e. told is false when there is
// nothing to settle.
func (d *distributor) finish(b *inbox, e *entry, taken, auto bool) (v verdict, told bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.current == e {
		b.current = nil
		e.busy = false
	}
	if !taken {
		if d.owner != nil && d.owner != b {
			d.owner.signal() // ownership moved meanwhile
		}
		return verdict{}, false
	}
	if e.d.Event.Class != engine.Record {
		b.screens.remove(e)
		d.ledger.put(e.d, true)
		return verdict{}, false
	}
	if d.owner != nil && d.owner != b {
		d.owner.signal()
	}
	if !d.records.remove(e) {
		// BSL was faster: its handler has acknowledged or postponed the event
		// before ExternalEvent came back. What it said stands.
		return verdict{}, false
	}
	d.ledger.put(e.d, auto)
	return shown(e, auto), e.d.Ref.Seq != 0
}

// fetch gives up to limit events to FetchEvents, in order of arrival. While
// the object pushes it only looks; otherwise it takes them out.
func (d *distributor) fetch(b *inbox, limit int, auto bool) (got []office.Delivery, settle []verdict) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.proc.opt.Now()
	d.proc.count.expired.Add(int64(b.screens.removeIf(func(e *entry) bool { return e.expired(now) })))
	all := slices.Clone(b.screens.items)
	if d.mayTakeRecords(b) {
		all = append(all, d.records.items...)
	}
	slices.SortFunc(all, func(x, y *entry) int { return cmp.Compare(x.order, y.order) })
	held := false // a record that somebody is just being given holds back the later ones
	for _, e := range all {
		if len(got) == limit {
			break
		}
		record := e.d.Event.Class == engine.Record
		if !b.push {
			held = held || (record && e.busy)
			if e.busy || (record && held) {
				continue
			}
		}
		got = append(got, e.d)
		if b.push {
			continue
		}
		if !record {
			b.screens.remove(e)
			d.ledger.put(e.d, true)
			continue
		}
		d.records.remove(e)
		d.ledger.put(e.d, auto)
		if e.d.Ref.Seq != 0 {
			settle = append(settle, shown(e, auto))
		}
	}
	return got, settle
}

// mayTakeRecords: the owner, or anybody when nobody pushes.
func (d *distributor) mayTakeRecords(b *inbox) bool { return d.owner == b || d.owner == nil }

// length counts what 1C has not taken of the events of b, and tells since when
// the oldest waits; the zero time when there is none.
func (d *distributor) length(b *inbox) (n int, since time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	look := func(q *queue) {
		n += len(q.items)
		if e := q.head(); e != nil && (since.IsZero() || e.arrived.Before(since)) {
			since = e.arrived
		}
	}
	look(&b.screens)
	if d.mayTakeRecords(b) {
		look(&d.records)
	}
	return n, since
}

// waiting finds an event that 1C has not taken yet, by id.
func (d *distributor) waiting(b *inbox, id string) (office.Delivery, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, q := range []*queue{&b.screens, &d.records} {
		if e := q.find(id); e != nil {
			return e.d, true
		}
	}
	return office.Delivery{}, false
}

// seen finds what is known of an event by id, or by seq when id is "".
func (d *distributor) seen(b *inbox, id string, seq uint64) (eventID string, k known, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, q := range []*queue{&d.records, &b.screens} {
		e := q.find(id)
		if id == "" {
			e = q.findSeq(seq)
		}
		if e != nil {
			return e.d.Event.ID, known{ref: e.d.Ref, record: e.d.Event.Class == engine.Record}, true
		}
	}
	if id == "" {
		if id, ok = d.ledger.bySeq[seq]; !ok {
			return "", known{}, false
		}
	}
	k, ok = d.ledger.byID[id]
	return id, k, ok
}

// settled takes an event that BSL acknowledged or postponed out of the queue.
func (d *distributor) settled(id string, done bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.records.find(id); e != nil {
		d.records.remove(e)
		if done {
			d.ledger.put(e.d, true)
		}
	}
	if done {
		d.ledger.settle(id)
	}
}

// stateChanged returns a channel that closes with the next ConnectionState.
func (d *distributor) stateChanged() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// settle reports what became of a record event. A failure costs a second
// delivery when the lease ends, nothing else.
func (d *distributor) settle(ctx context.Context, v verdict) {
	if err := d.link.Settle(ctx, v.ref, v.Verdict); err != nil {
		d.proc.count.settleFailed.Add(1)
		d.proc.logger().Warn().Err(err).Uint64("seq", v.ref.Seq).Msg("event not settled")
		return
	}
	if v.Done {
		d.proc.count.settled.Add(1)
	}
}
