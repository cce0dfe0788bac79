package office

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
)

// Bounds of hand-over.
const (
	leaseBatch  = 16
	offerPause  = 50 * time.Millisecond // after the consumer said "not now", growing
	offerMax    = 200 * time.Millisecond
	maxTellings = 256 // local events that wait for a consumer; the oldest go first
	// popupGrace is how long a pop-up is still worth showing when its leg is
	// over already: an instant later it would only confuse.
	popupGrace = time.Second
	popupLife  = 30 * time.Second // of the engine's pop-ups, from the step that made them
	// extendEvery renews the leases of events that wait to be shown.
	extendEvery = journal.LeaseTime / 3
)

// RoleServer is the session of a scheduled job: never first, and a writer only
// while no desk is attached.
const RoleServer = "server"

// Local is a session attached within this process. It satisfies the Link of
// addin/telephony.
type Local struct {
	office  *Office
	session Session
	id      string
	first   atomic.Bool
	writer  atomic.Bool
	refused atomic.Pointer[text.Error] // why it is not served; nil = it is
	away    atomic.Bool
	watch   atomic.Pointer[func()]
	wake    chan struct{}
	every   time.Duration   // extendEvery; only tests change it
	ctx     context.Context //nolint:containedctx // the session's life
	cancel  context.CancelFunc

	mu      sync.Mutex
	fn      func(Delivery) bool
	pumping bool
	ended   chan struct{} // the pump is over
	closed  bool
	told    []*telling           // local events, not yet taken
	held    map[journal.Ref]bool // record events given to the consumer; true: shown
}

// telling is a local event that waits. Of those with one topic only the newest
// is worth telling; "" = each is.
type telling struct {
	Delivery
	topic string
}

func newLocal(o *Office, s Session, id string) *Local {
	ctx, cancel := context.WithCancel(o.grp.Context())
	return &Local{
		office: o, session: s, id: id, wake: make(chan struct{}, 1), every: extendEvery, ctx: ctx, cancel: cancel,
		ended: make(chan struct{}), held: map[journal.Ref]bool{},
	}
}

// concerns reports whether an event so addressed is for this session. A
// session without an extension hears of all of them.
func (l *Local) concerns(to engine.Address) bool {
	switch {
	case to.Session != "":
		return to.Session == l.id
	case l.refused.Load() != nil:
		return false
	case to.Extension != "":
		return l.session.Extension == "" || l.session.Extension == to.Extension
	case to.Rule == engine.FirstSession:
		return l.session.Extension == "" || l.first.Load()
	}
	return true
}

// View is the replica: no I/O, never blocks. In direct mode it shows the calls
// of all extensions.
func (l *Local) View() Snapshot {
	s := *l.office.snap.Load()
	s.Extension = l.session.Extension
	s.IsFirst = l.first.Load()
	s.Calls, s.board = s.board.calls(), nil
	s.Diagnostics = l.office.diagnostics()
	if why := l.refused.Load(); why != nil {
		s.State, s.Why = Refused, why
	}
	if l.ctx.Err() != nil {
		s.State, s.Why, s.Stale = Off, text.New(text.ConnectionOff), true
	}
	return s
}

// Watch has fn called whenever View may give something else: the state of the
// connection, the settings, whether the session is the first, its live calls.
// fn runs on the goroutine that all sessions share and must not wait for
// anything; a later fn replaces it.
func (l *Local) Watch(fn func()) { l.watch.Store(&fn) }

// changed tells whoever watches.
func (l *Local) changed() {
	if fn := l.watch.Load(); fn != nil {
		(*fn)()
	}
}

// Deliver registers the consumer of events; a later one replaces it. fn runs
// on one goroutine, in order; false means "not now": the same event is offered
// again after 50 to 200 ms. fn must not call Close.
func (l *Local) Deliver(fn func(Delivery) (taken bool)) {
	l.mu.Lock()
	start := !l.pumping && !l.closed
	l.fn = fn
	l.pumping = l.pumping || start
	l.mu.Unlock()
	if start && !l.office.grp.Go("pump", func(context.Context) { l.pump(l.ctx) }) {
		close(l.ended) // the office is stopping
	}
	l.signal()
}

// tell queues a local event.
func (l *Local) tell(d Delivery) { l.tellNewest("", d) }

// tellNewest queues a local event in place of the one of its topic that still
// waits.
func (l *Local) tellNewest(topic string, d Delivery) {
	l.mu.Lock()
	if topic != "" {
		l.told = slices.DeleteFunc(l.told, func(t *telling) bool { return t.topic == topic })
	}
	if len(l.told) >= maxTellings {
		l.told = slices.Delete(l.told, 0, 1)
	}
	l.told = append(l.told, &telling{d, topic})
	l.mu.Unlock()
	l.signal()
}

func (l *Local) signal() { nudge(l.wake) }

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
			case <-extend.C:
				l.extend(ctx, leased)
			case <-ctx.Done():
			}
			continue
		}
		l.hold(d)
		if !l.offer(d) {
			l.unhold(d.Ref)
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
			more, err := l.office.store.Outbox().Lease(ctx, l.id, l.writer.Load(), leaseBatch)
			if err != nil || len(more) == 0 {
				return d, "", false
			}
			*leased = more
			nudge(l.office.leased)
		}
		head := (*leased)[0]
		ev, err := decodeEvent(head.Raw)
		if err == nil && !l.outlived(head, ev) {
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
	return age > popupGrace && !l.office.snap.Load().board.has(ev.EntryID)
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
	return fn(d)
}

// taken books an event that the consumer took.
func (l *Local) taken(d Delivery, out string, leased *[]journal.Delivery) {
	l.office.stats.handed.Add(1)
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
// busy or does not fetch must not use up their attempts.
func (l *Local) extend(ctx context.Context, leased []journal.Delivery) {
	outbox := l.office.store.Outbox()
	for _, ref := range l.unshown() {
		_ = outbox.Extend(ctx, ref) // settled meanwhile, or closing
	}
	for i, d := range leased {
		if d.Record && outbox.Extend(ctx, d.Ref) == nil {
			leased[i].Until = l.office.cfg.Now().Add(journal.LeaseTime)
		}
	}
}

func (l *Local) unshown() (refs []journal.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ref, shown := range l.held {
		if !shown {
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
	unshown := l.unshown()
	for _, d := range leased {
		if d.Record {
			unshown = append(unshown, d.Ref)
		}
	}
	l.mu.Lock()
	shown := slices.DeleteFunc(slices.Collect(maps.Keys(l.held)), func(ref journal.Ref) bool { return !l.held[ref] })
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
		if l.office.do(ctx, func(lp *loop) { lp.out = append(lp.out, again...) }) != nil {
			return // the office is stopping: nobody is left to be told
		}
	}
}

// Settle tells what became of a delivery. Errors are *text.Error:
// event_unknown for one that was settled before, seq_stale for one of an
// earlier life.
func (l *Local) Settle(ctx context.Context, ref journal.Ref, v Verdict) error {
	if ref.Seq == 0 {
		return nil
	}
	outbox := l.office.store.Outbox()
	var err error
	switch {
	case v.Done:
		err = outbox.Ack(ctx, ref)
	case v.Shown:
		l.mu.Lock()
		if _, holds := l.held[ref]; holds {
			l.held[ref] = true
		}
		l.mu.Unlock()
		return journalError(outbox.Extend(ctx, ref))
	default:
		err = outbox.Nak(ctx, ref, v.Delay)
	}
	l.unhold(ref)
	l.office.stats.touch()
	return journalError(err)
}

func journalError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrUnknown):
		return text.New(text.EventUnknown).Wrap(err)
	case errors.Is(err, journal.ErrEpoch):
		return text.New(text.SeqStale).Wrap(err)
	case errors.Is(err, journal.ErrClosed):
		return text.New(text.Stopping).Wrap(err)
	}
	return text.From(err)
}

// Close detaches the session and waits, within ctx, until its consumer is not
// called any more. The Office goes on. It may be called twice.
func (l *Local) Close(ctx context.Context) error {
	l.mu.Lock()
	again, pumping := l.closed, l.pumping
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	if !again {
		// The loop must hear of it, however little patience the caller has left:
		// a session it knows gets events. A stopping office has no loop to tell,
		// and nobody to tell it to.
		patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		_ = l.office.do(patient, func(lp *loop) { lp.detach(l) })
		cancel()
		l.office.ops.Leave(l.id)
	}
	if !pumping {
		return nil
	}
	select {
	case <-l.ended:
		return nil
	case <-ctx.Done():
		return text.New(text.Timeout).Wrap(ctx.Err())
	}
}
