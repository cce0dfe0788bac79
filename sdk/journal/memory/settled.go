package memory

import "time"

// sweepEvery bounds how often queues are searched for expired screen events.
const sweepEvery = 10 * time.Second

func (it *item) expired(now time.Time) bool {
	return !it.Record && !it.Expires.IsZero() && !now.Before(it.Expires)
}

// settle ends the life of it: it stays readable by id for a while.
func (o *outbox) settle(it *item, now time.Time) {
	if it.parked {
		o.parked--
	} else {
		o.count--
	}
	it.parked, it.settled, it.until, it.due = false, now, time.Time{}, time.Time{}
	o.done = append(o.done, it)
	o.bytes += len(it.Raw)
	o.forget(now)
}

// forget drops settled events past their time or beyond the bounds.
func (o *outbox) forget(now time.Time) {
	for o.head < len(o.done) {
		it := o.done[o.head]
		over := len(o.done)-o.head > o.bounds.SettledCount || o.bytes > o.bounds.SettledBytes
		if !over && now.Sub(it.settled) <= o.bounds.SettledFor {
			break
		}
		delete(o.bySeq, it.seq)
		delete(o.byID, it.ID)
		o.bytes -= len(it.Raw)
		o.done[o.head] = nil
		o.head++
	}
	if o.head > len(o.done)/2 && o.head > 1024 {
		o.done = append([]*item(nil), o.done[o.head:]...)
		o.head = 0
	}
}

// sweep drops expired screen events whose session never came for them.
func (o *outbox) sweep(now time.Time) {
	if now.Before(o.sweepAt) {
		return
	}
	o.sweepAt = now.Add(sweepEvery)
	var gone queue // by seq: two stores that follow one log forget the same ones first
	for to, q := range o.ready {
		for _, it := range q.takeExpired(now) {
			gone.insert(it)
		}
		if q.front() == nil {
			delete(o.ready, to)
		}
	}
	for _, it := range gone.items {
		o.settle(it, now)
	}
}
