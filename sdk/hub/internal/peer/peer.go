// Package peer is one end of a session between hub and client: the numbered
// channel of sdk/hub/wire, and the socket that carries it at the moment, with
// one goroutine that reads and one that writes.
package peer

import (
	"context"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/text"
)

// Config of New.
type Config struct {
	Group *group.Group // for the goroutine that writes
	Limit int          // bytes of numbered frames that wait for their acknowledgement

	// Silence: a socket on which nothing came for so long is lost. The hub pings
	// each Ping; a client, with Ping 0, only answers.
	Silence time.Duration
	Ping    time.Duration
	// Stall: a peer that answers pings and acknowledges nothing of what waits
	// for so long does not read. 0: not looked at.
	Stall time.Duration

	// Handle looks at a frame that came, on the goroutine that reads. It is
	// called once for each, in order. What it returns closes the socket with
	// that code; 0 = go on.
	Handle func(f wire.Frame) (code int)
	// Side may give a frame without a number to be written before the numbered
	// one of type next ("" = there is none), or tells how long to wait before
	// it is asked again (0 = until Wake). Called on the goroutine that writes.
	// nil = there are none.
	Side func(next string) (f wire.Frame, ok bool, wait time.Duration)
	// Taken is what the consumer has taken, for acks. nil = there is none.
	Taken func() uint64
	// Acked is told, on the goroutine that reads, what the peer has got. nil =
	// nobody is interested.
	Acked func(n uint64)
}

// Peer is one end of a session. Its methods are safe for concurrent use.
type Peer struct {
	cfg Config

	mu    sync.Mutex
	ch    *wire.Channel
	sock  *socket
	moved time.Time     // when something was last acknowledged, or began to wait
	room  chan struct{} // closed and replaced when there may be room
	ended bool
	gone  chan struct{} // closed by End
}

// New makes the end of a session that has no socket yet.
func New(cfg Config) *Peer {
	return &Peer{
		cfg: cfg, ch: wire.NewChannel(cfg.Limit), room: make(chan struct{}), gone: make(chan struct{}),
	}
}

// Offer takes a frame for the channel, if there is room, and gives its number.
func (p *Peer) Offer(f wire.Frame) (n uint64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.offer(f)
}

// offer is Offer; the caller holds the lock.
func (p *Peer) offer(f wire.Frame) (n uint64, ok bool) {
	if p.ended {
		return 0, false
	}
	if waiting, _ := p.ch.Unacked(); waiting == 0 {
		p.moved = time.Now()
	}
	if n, ok = p.ch.Send(f); ok {
		p.wake()
	}
	return n, ok
}

// Send waits for room, within ctx. Errors: connection_lost when the session
// ended, timeout when ctx did.
func (p *Peer) Send(ctx context.Context, frames ...wire.Frame) error {
	for _, f := range frames {
		for {
			p.mu.Lock()
			_, ok := p.offer(f)
			room := p.room
			p.mu.Unlock()
			if ok {
				break
			}
			select {
			case <-room:
			case <-p.gone:
				return text.New(text.ConnectionLost)
			case <-ctx.Done():
				return text.New(text.Timeout).Wrap(ctx.Err())
			}
		}
	}
	return nil
}

// Wake has the writer look again: Side or Taken may have something new.
func (p *Peer) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake()
}

func (p *Peer) wake() {
	if p.sock != nil {
		group.Nudge(p.sock.wake)
	}
}

// Got is the last number that came.
func (p *Peer) Got() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ch.Got()
}

// Acked is the last number that the peer has.
func (p *Peer) Acked() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ch.Acked()
}

// Queued is what waits for its acknowledgement.
func (p *Peer) Queued() (frames, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ch.Unacked()
}

// Flush waits, within ctx, until the peer has all.
func (p *Peer) Flush(ctx context.Context) bool {
	for {
		p.mu.Lock()
		waiting, _ := p.ch.Unacked()
		room := p.room
		p.mu.Unlock()
		if waiting == 0 {
			return true
		}
		select {
		case <-room:
		case <-p.gone:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// End makes every Send fail, now and later. The socket is left alone: see Cut.
func (p *Peer) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		close(p.gone)
	}
}

// Cut closes the present socket, if there is one, with a code.
func (p *Peer) Cut(code int) {
	p.mu.Lock()
	s := p.sock
	p.mu.Unlock()
	if s != nil {
		s.cut(code)
	}
}

// Drop ends the present socket without a word, whatever it hangs in.
func (p *Peer) Drop() {
	p.mu.Lock()
	s := p.sock
	p.mu.Unlock()
	if s != nil {
		_ = s.conn.Close()
	}
}

// receive books a frame that came and reports whether it is to be looked at.
func (p *Peer) receive(s *socket, f wire.Frame) (fresh bool, err error) {
	p.mu.Lock()
	before := p.ch.Acked()
	fresh, err = p.ch.Receive(f)
	acked := p.ch.Acked()
	if acked != before {
		p.moved = time.Now()
		close(p.room)
		p.room = make(chan struct{})
	}
	if p.ch.AckDue() {
		group.Nudge(s.wake)
	}
	p.mu.Unlock()
	if acked != before && p.cfg.Acked != nil {
		p.cfg.Acked(acked)
	}
	return fresh, err
}

// pick is what to write now: a frame, or how long to wait for one (0 = until
// woken).
func (p *Peer) pick(s *socket) (f wire.Frame, ok bool, wait time.Duration) {
	p.mu.Lock()
	next := p.ch.Peek()
	p.mu.Unlock()
	if p.cfg.Side != nil {
		if f, ok, wait = p.cfg.Side(next); ok {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.ch.Stamp(f), true, 0
		}
	}
	taken := s.taken
	if p.cfg.Taken != nil {
		taken = p.cfg.Taken()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if taken == s.taken {
		if f, ok = p.ch.Next(); ok {
			return f, true, 0
		}
		if !p.ch.AckDue() {
			return f, false, wait
		}
	}
	s.taken = taken
	f, err := wire.New(wire.TypeAck, 0, wire.Progress{Taken: taken})
	return p.ch.Stamp(f), err == nil, wait
}

// stalled reports whether the peer has acknowledged nothing for too long.
func (p *Peer) stalled() bool {
	if p.cfg.Stall == 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting, _ := p.ch.Unacked()
	return waiting > 0 && time.Since(p.moved) > p.cfg.Stall
}

// Parts are the frames of a long JSON, with the last one after them.
func Parts(raw []byte, last wire.Frame) ([]wire.Frame, error) {
	var frames []wire.Frame
	for _, s := range wire.Split(raw, wire.PartSize) {
		f, err := wire.New(wire.TypePart, last.ID, wire.Part{Text: s})
		if err != nil {
			return nil, err
		}
		frames = append(frames, f)
	}
	return append(slices.Clip(frames), last), nil
}
