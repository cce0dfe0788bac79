package link

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

const (
	offerPause = 50 * time.Millisecond // after the consumer said "not now", growing
	offerMax   = 200 * time.Millisecond
	maxQueue   = 2048  // events; the hub keeps below it, but sessions follow each other
	maxSettles = 10000 // that the hub has not confirmed
	maxHeld    = 10000
)

// queued is an event that the consumer has not taken.
type queued struct {
	office.Delivery
	session int    // it came in; 0 = it is our own
	n       uint64 // number of its frame
}

// holding is a record event of which 1C has not said the last word.
type holding struct {
	ref     journal.Ref // as the hub knows it now
	session int         // it came in last
	shown   bool
	done    bool // said so, not confirmed by the hub yet
	refs    []journal.Ref
}

// verdict is something settled that the hub has not confirmed.
type verdict struct {
	id  string // of the event, "" = not known
	ref journal.Ref
	office.Verdict
	n uint64 // number of its frame in the present session; 0 = not sent yet
}

// Deliver registers the consumer of events; a later one replaces it. fn runs
// on one goroutine, in order; false means "not now": the same event is offered
// again after 50 to 200 ms. fn must not call Close.
func (c *Client) Deliver(fn func(office.Delivery) (taken bool)) {
	c.mu.Lock()
	c.fn = fn
	c.mu.Unlock()
	group.Nudge(c.wake)
}

// pump offers events until Close.
func (c *Client) pump() {
	defer close(c.quit)
	wait := offerPause
	for c.life.Err() == nil {
		q, fn := c.head()
		if q == nil || fn == nil {
			select {
			case <-c.wake:
			case <-c.life.Done():
			}
			continue
		}
		if !c.offer(fn, q.Delivery) {
			group.Sleep(c.life, wait)
			wait = min(2*wait, offerMax)
			continue
		}
		wait = offerPause
		c.took(q)
	}
}

// head is the event to offer. Screen events whose time is over are dropped.
func (c *Client) head() (q *queued, fn func(office.Delivery) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Now()
	for len(c.queue) > 0 {
		q = c.queue[0]
		if q.Event.Class == engine.Record || q.Event.Expires.IsZero() || q.Event.Expires.After(now) {
			c.offering = q
			return q, c.fn
		}
		c.count.expired++
		c.queue = slices.Delete(c.queue, 0, 1)
		c.progressed()
	}
	return nil, nil
}

// offer calls the consumer. Its panic counts as "not now".
func (c *Client) offer(fn func(office.Delivery) bool, d office.Delivery) (taken bool) {
	defer func() {
		if v := recover(); v != nil {
			c.cfg.Log.Error().Any("panic", v).Bytes("stack", debug.Stack()).Msg("consumer panicked")
			taken = false
		}
	}()
	return fn(d)
}

// took takes an event that the consumer has out of the queue.
func (c *Client) took(q *queued) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offering = nil
	if at := slices.Index(c.queue, q); at >= 0 { // else it made room for a newer one
		c.queue = slices.Delete(c.queue, at, at+1)
	}
	c.progressed()
}

// progressed lets the hub know how far the consumer is. The caller holds the
// lock.
func (c *Client) progressed() {
	if c.sess != nil {
		c.sess.peer.Wake()
	}
}

// progress is the number up to which the consumer has taken the events of the
// present session. The caller holds the lock.
func (c *Client) progress() uint64 {
	if c.sess == nil {
		return 0
	}
	for _, q := range c.queue {
		if q.session == c.sess.number {
			return q.n - 1
		}
	}
	return c.sess.last
}

// push queues an event. The caller holds the lock.
func (c *Client) push(q *queued) {
	if len(c.queue) >= maxQueue {
		at := slices.IndexFunc(c.queue[1:], func(o *queued) bool { return o.Event.Class != engine.Record })
		c.queue = slices.Delete(c.queue, at+1, at+2) // the oldest screen event; else the first
		c.count.expired++
	}
	c.queue = append(c.queue, q)
	group.Nudge(c.wake)
}

// event takes an event of the hub.
func (c *Client) event(s *session, f wire.Frame) (code int) {
	var e wire.Event
	d := office.Delivery{}
	if f.Read(&e) != nil || json.Unmarshal(e.Event, &d.Event) != nil {
		return wire.CloseProtocol
	}
	d.Ref, d.Attempt, d.Replay = journal.Ref{Epoch: e.Epoch, Seq: e.Seq}, e.Attempt, e.Replay
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sess != s {
		return 0
	}
	if e.ReceivedMs != 0 {
		d.Received = time.UnixMilli(e.ReceivedMs).Add(c.skew)
	}
	if !d.Event.Expires.IsZero() {
		d.Event.Expires = d.Event.Expires.Add(c.skew)
	}
	s.last = f.N
	if d.Event.Kind == engine.ConnectionState {
		var b engine.ConnectionStateBody
		if json.Unmarshal(d.Event.Body, &b) == nil {
			c.hubTold = &b
		}
	}
	if d.Event.Class == engine.Record && d.Ref.Seq != 0 && c.holds(s, &d) {
		c.count.repeated++
		c.progressed()
		return 0
	}
	c.push(&queued{d, s.number, f.N})
	return 0
}

// holds books a record event and reports whether 1C has it from an earlier
// session: then it is not told again, and answers to its new ref. Within a
// session it comes again because 1C did not settle it. The caller holds the
// lock.
func (c *Client) holds(s *session, d *office.Delivery) bool {
	h := c.held[d.Event.ID]
	repeated := h != nil && h.session != s.number
	if h == nil {
		if len(c.held) >= maxHeld {
			return false
		}
		h = &holding{}
		c.held[d.Event.ID] = h
	}
	h.ref, h.session = d.Ref, s.number
	if !slices.Contains(h.refs, d.Ref) {
		h.refs = append(h.refs, d.Ref)
		c.byRef[d.Ref] = d.Event.ID
	}
	if !repeated {
		h.shown = false
		return false
	}
	switch {
	case h.done:
		c.settle(&verdict{id: d.Event.ID, ref: h.ref, Verdict: office.Verdict{Done: true}})
	case h.shown:
		c.settle(&verdict{id: d.Event.ID, ref: h.ref, Verdict: office.Verdict{Shown: true}})
	}
	return true
}

// release forgets an event. The caller holds the lock.
func (c *Client) release(id string) {
	if h := c.held[id]; h != nil {
		for _, ref := range h.refs {
			delete(c.byRef, ref)
		}
		delete(c.held, id)
	}
}

// dropRecords takes the record events out that 1C was not shown: the session
// that held them is lost, and the store gives them out anew. Not the one that
// the consumer may be looking at. The caller holds the lock.
func (c *Client) dropRecords() {
	c.queue = slices.DeleteFunc(c.queue, func(q *queued) bool {
		drop := q.Event.Class == engine.Record && q != c.offering
		if drop {
			c.release(q.Event.ID)
		}
		return drop
	})
}

// Settle tells what became of a delivery. It waits for nobody: what it says is
// sent, and sent again over other sockets and sessions, until the hub has it.
func (c *Client) Settle(_ context.Context, ref journal.Ref, v office.Verdict) error {
	if ref.Seq == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return text.New(text.NotConnected)
	}
	if len(c.settles) >= maxSettles {
		return text.New(text.HubUnreachable)
	}
	id := c.byRef[ref]
	if h := c.held[id]; h != nil {
		ref = h.ref
		switch {
		case v.Done:
			h.done = true
		case v.Shown:
			h.shown = true
		default:
			c.release(id) // it is wanted again
		}
	}
	c.settle(&verdict{id: id, ref: ref, Verdict: v})
	return nil
}

// settle queues a verdict and sends what there is room for. The caller holds
// the lock.
func (c *Client) settle(v *verdict) {
	c.settles = append(c.settles, v)
	c.sendSettles()
}

// sendSettles: the caller holds the lock.
func (c *Client) sendSettles() {
	if c.sess == nil {
		return
	}
	for _, v := range c.settles {
		if v.n != 0 {
			continue
		}
		f, err := wire.New(wire.TypeSettle, 0, wire.Settle{
			Ref: wire.Ref{Epoch: v.ref.Epoch, Seq: v.ref.Seq}, Done: v.Done, Shown: v.Shown, DelayMs: v.Delay.Milliseconds(),
		})
		if err != nil {
			continue // cannot happen: numbers and a text
		}
		n, ok := c.sess.peer.Offer(f)
		if !ok {
			return // the next acknowledgement makes room
		}
		v.n = n
	}
}

// flushSettles sends what there is room for, and counts what the hub has not
// confirmed.
func (c *Client) flushSettles() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sendSettles()
	return len(c.settles)
}

// acked is told what the hub has got.
func (c *Client) acked(s *session, n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sess != s {
		return
	}
	c.settles = slices.DeleteFunc(c.settles, func(v *verdict) bool {
		if v.n == 0 || v.n > n {
			return false
		}
		// An event of another session comes again if its store forgot the ref.
		if h := c.held[v.id]; v.Done && h != nil && h.session == s.number {
			c.release(v.id)
		}
		return true
	})
	c.sendSettles()
}

// resettle says again in a new session what the last one may not have heard:
// it is the same by its ref, or the hub does not know it any more. The caller
// holds the lock.
func (c *Client) resettle(s *session) {
	for _, v := range c.settles {
		v.n = 0
	}
	c.sess = s
	c.sendSettles()
}

// tellState queues an event about the connection, in place of one of our own
// that still waits. The caller holds the lock, or is alone.
func (c *Client) tellState(state office.State, code text.Code) {
	for at := len(c.queue) - 1; at > 0; at-- { // the first one may be with the consumer just now
		if c.queue[at].session == 0 {
			c.queue = slices.Delete(c.queue, at, at+1)
		}
	}
	c.told++
	body, _ := json.Marshal(engine.ConnectionStateBody{State: int(state), Code: string(code)}) // cannot fail
	c.push(&queued{Delivery: office.Delivery{Attempt: 1, Event: engine.Event{
		ID: "state-" + c.name + "-" + strconv.FormatInt(c.told, 10), Kind: engine.ConnectionState, Class: engine.Screen,
		Time: c.cfg.Now().UTC(), To: engine.Address{Rule: engine.AnySession}, Body: body,
	}}})
}
