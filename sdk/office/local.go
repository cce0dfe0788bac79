package office

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
	gone    atomic.Bool                // Away was told
	away    atomic.Bool                // nothing is offered: from then until all is in order again
	watch   atomic.Pointer[func()]
	wake    chan struct{}
	every   time.Duration   // extendEvery; only tests change it
	ctx     context.Context //nolint:containedctx // the session's life
	cancel  context.CancelFunc

	idle, queued bool // see idlers, which guards them

	mu      sync.Mutex
	fn      func(Delivery) bool
	pumping bool
	ended   chan struct{} // the pump is over
	closed  bool
	told    []*telling           // local events, not yet taken
	seen    map[string]bool      // events that a replay after an absence told
	watches bool                 // the presence of others
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

// View is the replica: no I/O, never blocks. It shows the calls of the own
// extension, and to a Supervisor those of all.
func (l *Local) View() Snapshot {
	s := l.Glance()
	s.Diagnostics = l.office.diagnostics()
	if known := l.office.extensions.Load(); known != nil && s.Extension != "" && !(*known)[s.Extension] {
		s.Diagnostics = maps.Clone(s.Diagnostics) // every session's
		s.Diagnostics["extension_unknown"] = true
	}
	return s
}

// Glance is View without Diagnostics, which change with every event and take
// longer to gather than all else.
func (l *Local) Glance() Snapshot {
	s := *l.office.snap.Load()
	s.Extension = l.session.Extension
	s.IsFirst = l.first.Load()
	switch {
	case l.may(Supervisor):
		s.Calls = s.board.all()
	case l.session.Extension != "":
		s.Calls = s.board.at(l.session.Extension)
	default:
		s.Calls = []ActiveCall{}
	}
	s.board = nil
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
	if d.Replay && l.seen != nil {
		l.seen[d.Event.ID] = true
	}
	l.mu.Unlock()
	l.signal()
}

func (l *Local) signal() { group.Nudge(l.wake) }

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
		l.bequeath(patient) // what came after its pump had ended, or that never had one
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
