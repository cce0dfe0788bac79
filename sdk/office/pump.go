package office

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// pump offers events, local ones first, until the session ends.
func (l *Local) pump(ctx context.Context) {
	defer close(l.ended)
	var leased []journal.Delivery
	wait := offerPause
	extend := time.NewTicker(l.every)
	defer extend.Stop()
	for ctx.Err() == nil {
		select {
		case <-extend.C:
			l.extend(ctx, leased)
		default:
		}
		var d Delivery
		out, ok := "", false
		if !l.away.Load() {
			d, out, ok = l.next(ctx, &leased)
		}
		if !ok {
			select {
			case <-l.wake:
				if l.away.Load() {
					l.extend(ctx, nil) // what it was shown has no other way to be renewed
					leased = l.letGo(ctx, leased)
				}
			case <-extend.C:
				l.extend(ctx, leased)
			case <-ctx.Done():
			}
			continue
		}
		l.hold(d)
		if !l.offer(d) {
			l.unhold(d.Ref)
			if wait == offerPause && l.writer.Load() {
				l.office.idlers.wake() // whoever is less busy takes what else there is
			}
			if !group.Sleep(ctx, wait) {
				break
			}
			wait = min(2*wait, offerMax)
			continue
		}
		wait = offerPause
		l.taken(d, out, &leased)
	}
	l.giveBack(leased)
}

// next finds what to offer. out is "" for a local event. Leased events whose
// time is over are dropped: a pop-up nobody needs, or a record event that the
// store gives out anew.
func (l *Local) next(ctx context.Context, leased *[]journal.Delivery) (d Delivery, out string, ok bool) {
	l.mu.Lock()
	if len(l.told) > 0 {
		d = l.told[0].Delivery
		l.mu.Unlock()
		return d, "", true
	}
	l.mu.Unlock()
	for {
		if len(*leased) == 0 {
			if *leased = l.lease(ctx); len(*leased) == 0 {
				return d, "", false
			}
		}
		head := (*leased)[0]
		ev, err := decodeEvent(head.Raw)
		if err == nil && !l.outlived(head, ev) && !l.replayed(head, ev) {
			d = Delivery{Ref: head.Ref, Event: ev, Attempt: head.Attempt}
			if head.Attempt == 1 {
				d.Received = l.office.stats.origin(head.ID)
			}
			return d, head.ID, true
		}
		if err != nil { // cannot happen: we wrote it
			l.office.cfg.Log.Error().Err(err).Msg("event not decoded")
		}
		*leased = (*leased)[1:]
	}
}

// lease takes what there is for this session.
func (l *Local) lease(ctx context.Context) []journal.Delivery {
	o, writer := l.office, l.writer.Load()
	if writer {
		o.idlers.wait(l)
	}
	given, err := o.store.Outbox().Lease(ctx, l.id, writer, leaseBatch)
	if err != nil || len(given) == 0 {
		return nil
	}
	group.Nudge(o.leased)
	if writer {
		o.idlers.work(l)
		if len(given) == leaseBatch {
			o.idlers.wake() // there may be more than one can do
		}
	}
	return given
}

// replayed reports whether a screen event was told by the replay after an
// absence: then it is not told once more.
func (l *Local) replayed(d journal.Delivery, ev engine.Event) bool {
	if d.Record {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[ev.ID]
}

func decodeEvent(raw []byte) (ev engine.Event, err error) {
	err = json.Unmarshal(raw, &ev)
	return ev, err
}

// outlived reports whether a leased event need not be offered any more.
func (l *Local) outlived(d journal.Delivery, ev engine.Event) bool {
	now := l.office.cfg.Now()
	if d.Record {
		return !d.Until.After(now)
	}
	if !d.Expires.IsZero() && !d.Expires.After(now) {
		return true
	}
	if ev.Kind != engine.IncomingCall && ev.Kind != engine.OutgoingCall {
		return false
	}
	age := now.Sub(d.Expires.Add(-popupLife))
	return age > popupGrace && !l.office.snap.Load().board.lives(ev.EntryID)
}

// offer calls the consumer. Its panic counts as "not now".
func (l *Local) offer(d Delivery) (taken bool) {
	l.mu.Lock()
	fn := l.fn
	l.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			l.office.panicked("consumer", v, debug.Stack())
			taken = false
		}
	}()
	return !l.away.Load() && fn(d)
}

// taken books an event that the consumer took.
func (l *Local) taken(d Delivery, out string, leased *[]journal.Delivery) {
	l.office.stats.handed.Add(1)
	if d.Attempt > 1 {
		l.office.stats.again.Add(1)
	}
	l.office.stats.touch()
	if out == "" {
		l.mu.Lock()
		if len(l.told) > 0 && l.told[0].Event.ID == d.Event.ID {
			l.told = slices.Delete(l.told, 0, 1)
		}
		l.mu.Unlock()
		return
	}
	l.office.stats.end(out)
	*leased = (*leased)[1:]
}

// hold notes a record event as the consumer's. It comes before the offer: the
// consumer may settle the event before its function returns.
func (l *Local) hold(d Delivery) {
	if d.Event.Class != engine.Record || d.Ref.Seq == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[d.Ref] = false
}

// extend renews the leases of events that nobody was shown yet: a 1C that is
// busy or does not fetch must not use up their attempts. Of one that is away it
// renews all: it cannot say that it is done.
func (l *Local) extend(ctx context.Context, leased []journal.Delivery) {
	outbox := l.office.store.Outbox()
	for _, ref := range l.waiting() {
		_ = outbox.Extend(ctx, ref) // settled meanwhile, or closing
	}
	for i, d := range leased {
		if d.Record && outbox.Extend(ctx, d.Ref) == nil {
			leased[i].Until = l.office.cfg.Now().Add(journal.LeaseTime)
		}
	}
}

// letGo returns the record events that were not offered yet: others may do them
// meanwhile. Screen events are done with the lease, and stay.
func (l *Local) letGo(ctx context.Context, leased []journal.Delivery) (kept []journal.Delivery) {
	for _, d := range leased {
		if !d.Record || l.office.store.Outbox().Return(ctx, d.Ref) != nil {
			kept = append(kept, d)
		}
	}
	return kept
}

// waiting are the events whose leases must not end.
func (l *Local) waiting() (refs []journal.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ref, shown := range l.held {
		if !shown || l.away.Load() {
			refs = append(refs, ref)
		}
	}
	return refs
}

func (l *Local) unhold(ref journal.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, ref)
}

// giveBack returns record events that this session will not finish to the
// queue, for another session or for the next attachment.
func (l *Local) giveBack(leased []journal.Delivery) {
	outbox := l.office.store.Outbox()
	ctx := context.WithoutCancel(l.ctx)
	var unshown, shown []journal.Ref
	for _, d := range leased {
		if d.Record {
			unshown = append(unshown, d.Ref)
		}
	}
	l.mu.Lock()
	for ref, was := range l.held {
		if was {
			shown = append(shown, ref)
		} else {
			unshown = append(unshown, ref)
		}
	}
	clear(l.held)
	l.mu.Unlock()
	// Errors: settled meanwhile, or the store is closed: nothing to give back.
	for _, ref := range unshown {
		_ = outbox.Return(ctx, ref)
	}
	for _, ref := range shown {
		_ = outbox.Nak(ctx, ref, 0)
	}
	l.bequeath(ctx)
	l.office.idlers.wake() // it may have been woken for something
}

// bequeath gives record events that were for this session alone, and that it
// did not finish, to whoever writes next: the session never comes back.
func (l *Local) bequeath(ctx context.Context) {
	outbox := l.office.store.Outbox()
	for {
		left, err := outbox.Lease(ctx, l.id, false, leaseBatch)
		if err != nil || len(left) == 0 {
			return
		}
		var again []journal.Out
		for _, d := range left {
			if d.Record && outbox.Ack(ctx, d.Ref) == nil {
				again = append(again, journal.Out{ID: d.ID + "+", Record: true, Raw: d.Raw})
			}
		}
		// They are settled: nobody's impatience parts them from their heirs.
		if l.office.do(context.WithoutCancel(ctx), func(lp *loop) { lp.out = append(lp.out, again...) }) != nil {
			return // the office is stopping: nobody is left to be told
		}
	}
}
