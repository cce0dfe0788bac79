package memory

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// Bounds of what is kept of settled events for Get, where Options say no other.
const (
	settledFor   = time.Hour
	settledCount = 4096
	settledBytes = 16 << 20
)

// item is one event of `out`.
type item struct {
	journal.Out
	seq     uint64
	attempt int
	due     time.Time // not before; zero = at once
	until   time.Time // end of the lease; zero = not leased
	settled time.Time // zero = unsettled
	parked  bool
	place   int // in the schedule, while it is there
}

// outbox implements journal.Outbox. It has a lock of its own: hand-over must
// not wait for a burst of notifications.
type outbox struct {
	now    func() time.Time
	epoch  string
	bounds Options // of settled events
	wake   chan struct{}

	mu      sync.Mutex
	closed  bool
	woken   map[string]bool // see Woken
	first   uint64          // every seq of this life is greater
	seq     uint64          // the last one given
	bySeq   map[uint64]*item
	byID    map[string]*item
	ready   map[string]*queue // by Out.To
	later   schedule          // leased or delayed ones, by due time
	done    []*item           // settled, by age; done[head:] are alive
	head    int
	bytes   int // of done[head:]
	count   int // unsettled, parked ones apart
	parked  int
	sweepAt time.Time // next search for screen events that nobody came for
	seen    time.Time // the clock, as it was last looked at
}

func (o *outbox) init(opt Options) {
	o.now, o.epoch, o.bounds = opt.Now, opt.Epoch, opt
	o.wake = make(chan struct{}, 1)
	// Unix seconds · 2^20 leaves a million events a second before a restart
	// could give a seq that an earlier life has given.
	o.seen = opt.Now()
	o.first = uint64(o.seen.Unix()) << 20
	o.seq = o.first
	o.bySeq, o.byID, o.ready = map[uint64]*item{}, map[string]*item{}, map[string]*queue{}
	o.woken = map[string]bool{}
}

// append adds events in order; an ID already there is dropped.
func (o *outbox) append(out []journal.Out) {
	if len(out) == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	o.forget(now)
	o.sweep(now)
	for _, e := range out {
		if _, dup := o.byID[e.ID]; dup {
			continue
		}
		o.seq++
		e.Raw = bytes.Clone(e.Raw)
		it := &item{Out: e, seq: o.seq}
		o.bySeq[it.seq], o.byID[it.ID] = it, it
		o.count++
		o.queue(it.To).push(it)
		o.woken[it.To] = true
	}
	o.signal()
}

func (o *outbox) queue(to string) *queue {
	q := o.ready[to]
	if q == nil {
		q = &queue{}
		o.ready[to] = q
	}
	return q
}

func (o *outbox) signal() { group.Nudge(o.wake) }

// Lease implements journal.Outbox.
func (o *outbox) Lease(_ context.Context, session string, writer bool, limit int) ([]journal.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, journal.ErrClosed
	}
	if session == "" && !writer {
		return nil, nil // the addressee "" means any writer
	}
	now := o.now()
	o.forget(now)
	if o.mature(now) {
		o.signal() // some of it may be another session's
	}
	own, shared := o.queue(session), &queue{}
	if writer {
		shared = o.queue("") // own and shared may be one: no session name, a writer
	}
	var given []journal.Delivery
	for len(given) < limit {
		q := own
		if q.front() == nil || shared.front() != nil && shared.front().seq < q.front().seq {
			q = shared
		}
		it := q.pop()
		if it == nil {
			break
		}
		if d, ok := o.handOver(it, now); ok {
			given = append(given, d)
		}
	}
	if own.front() == nil {
		delete(o.ready, session) // sessions come and go under fresh names
	}
	return given, nil
}

// handOver leases a record event, settles a screen event, drops an expired one.
func (o *outbox) handOver(it *item, now time.Time) (journal.Delivery, bool) {
	if it.expired(now) {
		o.settle(it, now)
		return journal.Delivery{}, false
	}
	it.attempt++
	d := journal.Delivery{Out: it.Out, Attempt: it.attempt}
	d.Epoch, d.Seq = o.epoch, it.seq
	if !it.Record {
		o.settle(it, now)
		return d, true
	}
	o.lease(it, now)
	d.Until = it.until
	return d, true
}

// lease makes it its holder's from now on.
func (o *outbox) lease(it *item, now time.Time) {
	it.until = now.Add(journal.LeaseTime)
	it.due = now.Add(journal.RetryAfter(it.attempt))
	o.later.add(it)
}

// mature moves what has become due back to its queue, in order of seq, and
// parks what was offered often enough. It reports whether there is more to
// lease.
func (o *outbox) mature(now time.Time) (more bool) {
	if by := o.seen.Sub(now); by > journal.SetBack {
		o.later.shift(-by)
		o.sweepAt = now
	}
	o.seen = now
	for {
		it := o.later.popDue(now)
		if it == nil {
			return more
		}
		it.until, it.due = time.Time{}, time.Time{}
		if it.attempt >= journal.MaxAttempts {
			it.parked = true
			o.count--
			o.parked++
			continue
		}
		o.queue(it.To).insert(it)
		o.woken[it.To] = true
		more = true
	}
}

// Wake implements journal.Outbox. All callers share one channel of one value.
func (o *outbox) Wake() <-chan struct{} { return o.wake }

// Woken implements journal.Outbox.
func (o *outbox) Woken() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	names := slices.Collect(maps.Keys(o.woken))
	clear(o.woken)
	return names
}

// NextDue implements journal.Outbox.
func (o *outbox) NextDue(context.Context) (time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return time.Time{}, journal.ErrClosed
	}
	if o.mature(o.now()) {
		o.signal() // a moment in the past is nothing to wait for
	}
	return o.later.next(), nil
}

// Get implements journal.Outbox.
func (o *outbox) Get(_ context.Context, id string) (journal.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return journal.Delivery{}, journal.ErrClosed
	}
	it := o.byID[id]
	if it == nil {
		return journal.Delivery{}, journal.ErrUnknown
	}
	d := journal.Delivery{Out: it.Out, Attempt: it.attempt, Until: it.until}
	d.Raw = bytes.Clone(it.Raw)
	d.Epoch, d.Seq = o.epoch, it.seq
	return d, nil
}

// Find implements journal.Outbox.
func (o *outbox) Find(_ context.Context, id string) (journal.Ref, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return journal.Ref{}, journal.ErrClosed
	}
	it := o.byID[id]
	if it == nil || !it.settled.IsZero() {
		return journal.Ref{}, journal.ErrUnknown
	}
	return journal.Ref{Epoch: o.epoch, Seq: it.seq}, nil
}

// Ack implements journal.Outbox.
func (o *outbox) Ack(_ context.Context, ref journal.Ref) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	it, err := o.unsettled(ref)
	if err != nil {
		return err
	}
	o.unqueue(it)
	o.settle(it, o.now())
	return nil
}

// Nak implements journal.Outbox.
func (o *outbox) Nak(_ context.Context, ref journal.Ref, delay time.Duration) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	it, err := o.unsettled(ref)
	if err != nil {
		return err
	}
	o.again(it, max(delay, 0))
	return nil
}

// again queues it once more. One that was parked gets a last attempt.
func (o *outbox) again(it *item, delay time.Duration) {
	o.unqueue(it)
	if it.parked {
		it.parked, it.attempt = false, journal.MaxAttempts-1
		o.parked--
		o.count++
	}
	it.until, it.due = time.Time{}, o.now().Add(delay)
	o.later.add(it)
	o.signal()
}

// Extend implements journal.Outbox.
func (o *outbox) Extend(_ context.Context, ref journal.Ref) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	it, err := o.leased(ref)
	if err != nil {
		return err
	}
	o.later.remove(it)
	o.lease(it, o.now())
	return nil
}

// Return implements journal.Outbox.
func (o *outbox) Return(_ context.Context, ref journal.Ref) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	it, err := o.leased(ref)
	if err != nil {
		return err
	}
	it.attempt--
	o.again(it, 0)
	return nil
}

// leased finds an event whose lease goes on.
func (o *outbox) leased(ref journal.Ref) (*item, error) {
	it, err := o.unsettled(ref)
	if err == nil && !it.until.After(o.now()) {
		return nil, journal.ErrUnknown // its holder was too slow: somebody else may have it
	}
	return it, err
}

func (o *outbox) unsettled(ref journal.Ref) (*item, error) {
	if o.closed {
		return nil, journal.ErrClosed
	}
	if ref.Epoch != o.epoch || ref.Seq <= o.first {
		return nil, journal.ErrEpoch // BSL gives a bare seq: its epoch is guessed
	}
	it := o.bySeq[ref.Seq]
	if it == nil || !it.settled.IsZero() {
		return nil, journal.ErrUnknown
	}
	return it, nil
}

// unqueue takes it out of wherever it waits; parked ones wait nowhere.
func (o *outbox) unqueue(it *item) {
	if !it.parked && !o.later.remove(it) {
		o.queue(it.To).remove(it)
	}
}

// Depth implements journal.Outbox.
func (o *outbox) Depth(context.Context) (waiting, parked int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 0, 0, journal.ErrClosed
	}
	if o.mature(o.now()) {
		o.signal()
	}
	o.sweep(o.now())
	return o.count, o.parked, nil
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.bySeq, o.byID, o.ready, o.later, o.done = nil, nil, nil, schedule{}, nil
}
