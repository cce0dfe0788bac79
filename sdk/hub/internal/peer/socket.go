package peer

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/wire"
)

const (
	// writeTimeout is how long one frame may take to leave: what is longer than
	// that waits for a line that is broken, or a reader that has stopped.
	writeTimeout = 30 * time.Second
	// farewell is how long a peer has to answer a close.
	farewell = time.Second
)

// socket is a WebSocket while it carries the session.
type socket struct {
	conn    *websocket.Conn
	silence time.Duration
	wake    chan struct{} // one value: there may be something to write
	closing atomic.Bool
	code    atomic.Int64  // that we closed it with; 0 = we did not
	over    chan struct{} // closed when the reader has ended
	done    chan struct{} // closed when the writer has ended too
	taken   uint64        // the peer was told so far; of the writer
}

// Serve carries the session over a socket until that ends, and says with which
// close code: ours, the peer's, or 0 for a line that broke. A socket that
// carries it still is closed before, as replaced, and waited for: so Handle
// never runs twice at a time. got is what the peer received last.
//
// first is written before all else; nil when it was written already.
func (p *Peer) Serve(conn *websocket.Conn, got uint64, first func(got uint64) (wire.Frame, error)) (code int) {
	s := &socket{
		conn: conn, silence: p.cfg.Silence, wake: make(chan struct{}, 1), over: make(chan struct{}), done: make(chan struct{}),
	}
	defer conn.Close()
	if code := p.attach(s, got); code != 0 {
		s.cut(code)
		return code
	}
	defer p.detach(s)
	if first != nil {
		f, err := first(p.Got())
		if err == nil {
			err = s.write(f)
		}
		if err != nil {
			close(s.over)
			close(s.done)
			return 0
		}
	}
	if !p.cfg.Group.Go("writer", func(ctx context.Context) { p.write(ctx, s) }) {
		close(s.over)
		close(s.done)
		s.cut(wire.CloseStopping)
		return wire.CloseStopping
	}
	defer func() { // also when Handle panics
		_ = conn.Close() // ends a write that hangs
		close(s.over)
		<-s.done
	}()
	return p.read(s)
}

// attach makes s the socket of the session, in place of another.
func (p *Peer) attach(s *socket, got uint64) (code int) {
	for {
		p.mu.Lock()
		old := p.sock
		if p.ended {
			p.mu.Unlock()
			return wire.CloseSession
		}
		if old == nil {
			err := p.ch.Resume(got)
			if err == nil {
				p.sock, p.moved = s, time.Now()
			}
			p.mu.Unlock()
			if err != nil {
				return wire.CloseSession
			}
			return 0
		}
		p.mu.Unlock()
		old.cut(wire.CloseReplaced)
		_ = old.conn.Close() // its owner has a newer one: no need to be polite for long
		<-old.over
		<-old.done
		p.detach(old)
	}
}

func (p *Peer) detach(s *socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sock == s {
		p.sock = nil
	}
}

// read hands over what comes, until the socket ends.
func (p *Peer) read(s *socket) (code int) {
	s.conn.SetPongHandler(func(string) error { s.extend(); return nil })
	s.conn.SetPingHandler(func(data string) error {
		s.extend()
		// An answer that cannot be sent is a broken line, which a write finds.
		_ = s.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(farewell))
		return nil
	})
	// gorilla would answer a close by itself, with its own code: that is right.
	for {
		s.extend()
		kind, raw, err := s.conn.ReadMessage()
		if err != nil {
			return s.reason(err)
		}
		if s.closing.Load() {
			continue // what comes after our close is of no use
		}
		if kind != websocket.TextMessage {
			s.cut(wire.CloseProtocol)
			continue
		}
		if code := p.take(s, raw); code != 0 {
			s.cut(code)
		}
	}
}

// take looks at one message.
func (p *Peer) take(s *socket, raw []byte) (code int) {
	f, err := wire.Decode(raw)
	if err != nil {
		return wire.CloseProtocol
	}
	fresh, err := p.receive(s, f)
	if err != nil {
		return wire.CloseProtocol
	}
	if !fresh {
		return 0
	}
	return p.cfg.Handle(f)
}

// reason is the code of a socket that ended with err.
func (s *socket) reason(err error) int {
	if ours := int(s.code.Load()); ours != 0 {
		return ours
	}
	if c, ok := errors.AsType[*websocket.CloseError](err); ok && c.Code != websocket.CloseAbnormalClosure {
		return c.Code
	}
	if errors.Is(err, websocket.ErrReadLimit) {
		return websocket.CloseMessageTooBig
	}
	return 0
}

// extend moves the end of patience: something came. Not after cut, or a peer
// could go on for ever.
func (s *socket) extend() {
	if s.closing.Load() {
		return
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(s.silence))
	if s.closing.Load() { // cut came between
		_ = s.conn.SetReadDeadline(time.Now().Add(farewell))
	}
}

// cut says why the socket is closed. The peer answers, or a moment later the
// reader gives up.
func (s *socket) cut(code int) {
	if s.closing.Swap(true) {
		return
	}
	s.code.Store(int64(code))
	until := time.Now().Add(farewell)
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, string(wire.Meaning(code).Text)), until)
	_ = s.conn.SetReadDeadline(until)
}

func (s *socket) write(f wire.Frame) error {
	raw, err := f.Encode()
	if err != nil {
		return err
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	return s.conn.WriteMessage(websocket.TextMessage, raw)
}

// write sends what there is, until the socket ends.
func (p *Peer) write(ctx context.Context, s *socket) {
	defer close(s.done)
	var ping <-chan time.Time
	if p.cfg.Ping > 0 {
		t := time.NewTicker(p.cfg.Ping)
		defer t.Stop()
		ping = t.C
	}
	for {
		f, ok, wait := p.pick(s)
		if ok {
			if s.write(f) != nil {
				_ = s.conn.Close() // ends the reader
				return
			}
		}
		var again <-chan time.Time
		var timer *time.Timer
		switch {
		case ok:
			wait = 0
			group.Nudge(s.wake) // there may be more
		case wait > 0:
			timer = time.NewTimer(wait)
			again = timer.C
		}
		select {
		case <-s.wake:
		case <-again:
		case <-ping:
			p.ping(s)
		case <-s.over:
			return
		case <-ctx.Done():
			s.cut(wire.CloseStopping)
			return
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

func (p *Peer) ping(s *socket) {
	if p.stalled() {
		s.cut(wire.CloseSlow)
		return
	}
	if s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
		_ = s.conn.Close()
	}
}
