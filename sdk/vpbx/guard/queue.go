package guard

import (
	"fmt"
	"slices"
	"time"

	"mangoofficesdk/sdk/text"
)

// Urgency is the order among those who may go.
type Urgency uint8

// The urgencies, the most urgent first.
const (
	Route   Urgency = iota // a caller is on the line and hears nothing yet
	Command                // a person pressed a button
	Read                   // a person waits for a list
	Bulk                   // nobody waits
	urgencies
)

// patience is how many in a row may pass over a less urgent one who may go.
const patience = 8

// ErrBusy refuses a request because too many wait already.
var ErrBusy = fmt.Errorf("guard: too many requests wait: %w", text.New(text.RateLimited))

// Reason says what a PausedError waits for.
type Reason string

// The reasons.
const (
	WindowOpen Reason = "window" // a 3xxx came lately, and this request is doubtful
	GateClosed Reason = "gate"   // the PBX answers everything with 401
	BackingOff Reason = "backoff"
)

// PausedError refuses a request whose wait would outlast its deadline.
type PausedError struct {
	Until  time.Time
	Reason Reason
}

// Error implements error.
func (e *PausedError) Error() string {
	return fmt.Sprintf("guard: paused until %s: %s", e.Until.UTC().Format(time.RFC3339), e.Reason)
}

// Unwrap gives the error for people.
func (e *PausedError) Unwrap() error {
	if e.Reason == BackingOff {
		return text.New(text.RateLimited)
	}
	return text.New(text.APIPaused)
}

// waiter is a request in the queue. It is settled once, with a pass or an error.
type waiter struct {
	ticket   Ticket
	deadline time.Duration
	share    *share
	settled  chan struct{}
	pass     *Pass
	err      error
}

// share is what a caller has in the queue at one urgency. It lives as long as
// something waits: whoever comes back joins at the end of the round, and gains
// nothing by leaving.
type share struct {
	turn    uint64 // when it was last served or came; the smallest is next
	waiting int
}

type sharer struct {
	urgency Urgency
	caller  string
}

type queue struct {
	waiters []*waiter // by arrival
	waiting [urgencies]int
	passed  [urgencies]int // how many passed over this urgency in a row
	shares  map[sharer]*share
	turns   uint64
}

func newQueue() queue { return queue{shares: map[sharer]*share{}} }

// enqueue lets w wait. At the bound, whoever has the most waiting at this
// urgency loses the youngest, unless that is w's own caller.
func (g *Guard) enqueue(w *waiter) error {
	q, u := &g.queue, w.ticket.Urgency
	if q.waiting[u] >= g.cfg.Queue {
		victim := q.youngestOfMost(u)
		own := q.shares[sharer{u, w.ticket.Caller}]
		if own == nil {
			own = &share{}
		}
		g.counters.Busy++
		if victim.share.waiting <= own.waiting+1 {
			return ErrBusy
		}
		q.settle(victim, nil, ErrBusy)
	}
	q.add(w)
	return nil
}

func (q *queue) youngestOfMost(u Urgency) *waiter {
	var found *waiter
	for _, w := range q.waiters {
		if w.ticket.Urgency == u && (found == nil || w.share.waiting >= found.share.waiting) {
			found = w
		}
	}
	return found
}

func (q *queue) add(w *waiter) {
	key := sharer{w.ticket.Urgency, w.ticket.Caller}
	w.share = q.shares[key]
	if w.share == nil {
		q.turns++
		w.share = &share{turn: q.turns}
		q.shares[key] = w.share
	}
	w.share.waiting++
	q.waiting[key.urgency]++
	q.waiters = append(q.waiters, w)
}

// remove takes w out, if it is still there.
func (q *queue) remove(w *waiter) {
	i := slices.Index(q.waiters, w)
	if i < 0 {
		return
	}
	q.waiters = slices.Delete(q.waiters, i, i+1)
	u := w.ticket.Urgency
	if q.waiting[u]--; q.waiting[u] == 0 {
		q.passed[u] = 0
	}
	if w.share.waiting--; w.share.waiting == 0 {
		delete(q.shares, sharer{u, w.ticket.Caller})
	}
}

func (q *queue) settle(w *waiter, p *Pass, err error) {
	q.remove(w)
	w.pass, w.err = p, err
	close(w.settled)
}

// choose takes, of the first of each urgency, the most urgent, or one that was
// passed over too often.
func (q *queue) choose(first [urgencies]*waiter) *waiter {
	var w *waiter
	for u, f := range first {
		switch {
		case f == nil:
		case w == nil:
			w = f
			if Urgency(u) == Route {
				return q.serve(w)
			}
		case q.passed[u] >= patience:
			w = f
		}
	}
	if w == nil {
		return nil
	}
	for u := w.ticket.Urgency + 1; u < urgencies; u++ {
		if first[u] != nil {
			q.passed[u]++
		}
	}
	q.passed[w.ticket.Urgency] = 0
	return q.serve(w)
}

// serve moves the caller to the end of the round.
func (q *queue) serve(w *waiter) *waiter {
	q.turns++
	w.share.turn = q.turns
	return w
}
