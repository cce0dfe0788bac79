package guard

import (
	"slices"
	"time"
)

// when tells the moment from which a request may go, as far as time alone can
// bring it about (never: first the doubtful one in flight must end), and
// whether the request is doubtful.
func (g *Guard) when(t *Ticket) (at time.Duration, doubtful bool) {
	at = max(g.gate.until, g.backoff.until,
		g.general.next(t.Urgency != Route), g.classes[t.Class].next(false))
	doubtful = g.inDoubt(t.Claims)
	switch {
	case doubtful && g.suspect != nil:
		at = never
	case doubtful:
		at = max(at, g.window.until)
	}
	return at, doubtful
}

// inDoubt tells whether one of the claims may be wrong.
func (g *Guard) inDoubt(claims []string) bool {
	return !g.proven.all(claims) || len(claims) > 0 && time.Since(g.start) < g.heir
}

// hopeless is the refusal of one whose wait would outlast its deadline.
func (g *Guard) hopeless(w *waiter, now time.Duration) error {
	e := PausedError{Reason: GateClosed}
	last := g.gate.until
	if g.backoff.until > last {
		e.Reason, last = BackingOff, g.backoff.until
	}
	if g.window.until > last && g.inDoubt(w.ticket.Claims) {
		e.Reason, last = WindowOpen, g.window.until
	}
	if last <= now || last < w.deadline {
		return nil
	}
	g.counters.Paused++
	e.Until = g.start.Add(last)
	return &e
}

// admit gives the pass; the caller has seen that the request may go.
func (g *Guard) admit(t *Ticket, doubtful bool, now time.Duration) *Pass {
	g.admitted++
	g.inFlight++
	p := &Pass{guard: g, ticket: *t, number: g.admitted, entered: now, doubtful: doubtful}
	g.general.take(p, now, g.cfg.Margin)
	g.classes[t.Class].take(p, now, g.cfg.Margin)
	if doubtful {
		g.suspect = p
	}
	return p
}

// refuse ends the wait of those whom a new or longer pause made hopeless.
func (g *Guard) refuse(now time.Duration) {
	for _, w := range slices.Clone(g.queue.waiters) {
		if err := g.hopeless(w, now); err != nil {
			g.queue.settle(w, nil, err)
		}
	}
}

// pump admits all who may go and sets the alarm for the next. Whoever changes
// anything in the guard must call it before unlocking: when the lock is free,
// nobody in the queue may go before the alarm.
func (g *Guard) pump(now time.Duration) {
	for {
		w, wake := g.pick(now)
		if w == nil {
			g.arm(now, wake)
			return
		}
		_, doubtful := g.when(&w.ticket)
		g.queue.settle(w, g.admit(&w.ticket, doubtful, now), nil)
	}
}

// pick finds whose turn it is, or when somebody's will be.
func (g *Guard) pick(now time.Duration) (w *waiter, wake time.Duration) {
	var first [urgencies]*waiter // of those who may go, the first of each urgency
	wake = never
	for _, w := range g.queue.waiters {
		if now >= w.deadline {
			continue // its own context ends it
		}
		at, _ := g.when(&w.ticket)
		if at > now {
			wake = min(wake, at)
			continue
		}
		if f := &first[w.ticket.Urgency]; *f == nil || w.share.turn < (*f).share.turn {
			*f = w
		}
	}
	return g.queue.choose(first), wake
}

// arm sets the alarm. Its tick reaches exactly one of those who wait, or stays
// in the channel for one; setting it anew takes an old tick away, which is why
// only those do it who have just looked at the whole queue, or bring it forward.
func (g *Guard) arm(now, wake time.Duration) {
	was := g.wake
	g.wake = wake
	switch {
	case wake != never:
		g.alarm.Reset(wake - now)
	case was != never:
		g.alarm.Stop()
	}
}
