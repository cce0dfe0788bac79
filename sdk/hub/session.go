package hub

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/internal/peer"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
)

const (
	closeTime = 2 * time.Second // of a session of the office
	// settleQueue: with so many verdicts waiting for the disk, no more are read.
	settleQueue = 256
	// maxWaiting events may be at a client whose consumer has not taken them.
	maxWaiting = 512
	// maxTold ids of screen events are known, so that a session that was away
	// is not shown them again.
	maxTold = 256
)

// session is one client, over all of its sockets.
type session struct {
	hub     *Server
	id      string
	key     string // to resume it with: secret
	token   string // id
	version int
	hello   wire.Hello // without the token
	who     office.Session
	since   time.Time
	local   *office.Local
	peer    *peer.Peer

	settles chan *wire.Settle    // pointers: room for many is in every session
	linked  chan struct{}        // one value: a socket came or went
	drains  chan context.Context // of Shutdown
	over    chan struct{}        // closed by finish
	code    atomic.Int64         // that finish was told
	once    sync.Once
	dirty   atomic.Bool // the view may have changed
	view    viewState   // of the goroutine that writes

	mu       sync.Mutex
	sockets  int    // so far
	from     string // address of the last one
	online   bool
	seen     time.Time // when it went away last
	draining bool
	calls    map[uint64]context.CancelFunc
	parts    map[uint64][]string
	partSize int
	waiting  []sentEvent // not taken by the client's consumer
	size     int         // of them, bytes
	told     []string    // ids of the last screen events
}

// sentEvent is one that was sent, by the number of its frame.
type sentEvent struct {
	n    uint64
	size int
}

func newSession(
	s *Server, id string, version int, tokenID string, h wire.Hello, who office.Session, local *office.Local, from string,
) *session {
	h.Resume = nil
	x := &session{
		hub: s, id: id, key: rand.Text(), token: tokenID, version: version, hello: h, who: who, from: from,
		since: s.cfg.Now(), local: local,
		settles: make(chan *wire.Settle, settleQueue), linked: make(chan struct{}, 1),
		drains: make(chan context.Context, 1), over: make(chan struct{}),
		calls: map[uint64]context.CancelFunc{}, parts: map[uint64][]string{},
	}
	l := s.cfg.Limits
	x.peer = peer.New(peer.Config{
		Group: s.grp, Limit: l.Queue, Silence: l.Silence, Ping: l.Ping, Stall: l.Stall, Handle: x.handle, Side: x.side,
	})
	return x
}

// serve carries the session over a socket until that ends.
func (x *session) serve(conn *websocket.Conn, resume *wire.Resume, from string) {
	conn.SetReadLimit(wire.MaxFrame)
	l := x.hub.cfg.Limits
	got := uint64(0)
	if resume != nil {
		got = resume.Got
	}
	var number int
	code := x.peer.Serve(conn, got, func(received uint64) (wire.Frame, error) {
		x.view = viewState{} // the new socket knows nothing
		if resume != nil {
			x.hub.count.resumed.Add(1)
			x.taken(resume.Taken)
		}
		number = x.link(from)
		return wire.New(wire.TypeWelcome, 0, wire.Welcome{
			Version: x.version, Run: x.hub.run, Session: x.id, Key: x.key, Resumed: resume != nil, Got: received,
			NowMs: x.hub.cfg.Now().UnixMilli(), SilenceMs: l.Silence.Milliseconds(), GraceMs: l.Grace.Milliseconds(),
			Extension: x.who.Extension,
		})
	})
	switch {
	case code == wire.CloseSlow:
		x.hub.count.slow.Add(1)
	case code == wire.CloseProtocol:
		x.hub.count.protocol.Add(1)
		x.finish(code)
	case wire.Meaning(code).Fresh:
		// A broken protocol would break again with the frames that are kept.
		x.finish(code)
	}
	x.hub.cfg.Log.Debug().Str("session", x.id).Int("code", code).Msg("socket ended")
	x.unlink(number)
}

// link books a socket and numbers it.
func (x *session) link(from string) int {
	x.mu.Lock()
	x.sockets++
	x.online, x.from = true, from
	n := x.sockets
	x.mu.Unlock()
	group.Nudge(x.linked)
	return n
}

// unlink books the end of a socket, unless there is a newer one already.
func (x *session) unlink(n int) {
	x.mu.Lock()
	last := n != 0 && n == x.sockets
	if last {
		x.online, x.seen = false, x.hub.cfg.Now()
	}
	x.mu.Unlock()
	if last {
		group.Nudge(x.linked)
	}
}

func (x *session) isOnline() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.online
}

// finish ends the session; the first code counts.
func (x *session) finish(code int) {
	x.once.Do(func() {
		x.code.Store(int64(code))
		close(x.over)
	})
}

func (x *session) finished() bool {
	select {
	case <-x.over:
		return true
	default:
		return false
	}
}

// drain sends the client away when it has what is under way, within ctx.
func (x *session) drain(ctx context.Context) {
	x.mu.Lock()
	x.draining = true
	x.mu.Unlock()
	x.drains <- ctx // has room: Shutdown drains once
}

// life settles what the client says, in order, and ends the session when its
// client stays away.
func (x *session) life(ctx context.Context) {
	grace := time.NewTimer(x.hub.cfg.Limits.Grace) // for the first socket too
	defer grace.Stop()
	for {
		select {
		case v := <-x.settles:
			x.settle(v)
			continue
		case <-x.linked:
			if grace.Stop(); x.isOnline() {
				x.local.Back()
			} else {
				x.local.Away()
				grace.Reset(x.hub.cfg.Limits.Grace)
			}
			continue
		case <-grace.C:
			if !x.isOnline() {
				x.hub.count.lost.Add(1)
				x.finish(wire.CloseSession)
			}
			continue
		case flush := <-x.drains:
			x.peer.Flush(flush)
			x.finish(wire.CloseStopping)
			continue
		case <-x.over:
		case <-ctx.Done():
			x.finish(wire.CloseStopping)
		}
		break
	}
	x.end()
}

// end is the last of a session: what it said is settled, the office forgets
// it, and then its client hears so.
func (x *session) end() {
	for len(x.settles) > 0 {
		x.settle(<-x.settles)
	}
	x.peer.End()
	x.mu.Lock()
	for _, cancel := range x.calls {
		cancel()
	}
	clear(x.parts)
	x.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := x.local.Close(ctx); err != nil {
		x.hub.cfg.Log.Warn().Err(err).Str("session", x.id).Msg("session of the office not closed in time")
	}
	code := int(x.code.Load())
	x.hub.forget(x)
	x.peer.Cut(code)
	x.hub.cfg.Log.Info().Str("session", x.id).Int("code", code).Msg("session closed")
}

func (x *session) settle(v *wire.Settle) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := x.local.Settle(ctx, journal.Ref{Epoch: v.Epoch, Seq: v.Seq}, office.Verdict{
		Done: v.Done, Shown: v.Shown, Delay: time.Duration(max(v.DelayMs, 0)) * time.Millisecond,
	})
	if err != nil {
		// Settled before, or of an earlier life: acks are sent again to be sure.
		x.hub.cfg.Log.Debug().Err(err).Str("session", x.id).Uint64("seq", v.Seq).Msg("event not settled")
	}
}

// deliver passes an event on, if the client has room for it: what stays in the
// store expires, or goes to somebody who looks.
func (x *session) deliver(d office.Delivery) bool {
	if !x.hasRoom(0) {
		return false
	}
	raw, err := json.Marshal(d.Event)
	if err != nil {
		x.hub.cfg.Log.Error().Err(err).Msg("event not encoded") // cannot happen: it was decoded
		return true
	}
	e := wire.Event{Ref: wire.Ref{Epoch: d.Ref.Epoch, Seq: d.Ref.Seq}, Event: raw, Attempt: d.Attempt, Replay: d.Replay}
	if !d.Received.IsZero() {
		e.ReceivedMs = d.Received.UnixMilli()
	}
	f, err := wire.New(wire.TypeEvent, 0, e)
	if err != nil || !x.hasRoom(f.Size()) {
		return false
	}
	x.mu.Lock() // the client may have taken it before it is booked
	defer x.mu.Unlock()
	screen := d.Event.Class == engine.Screen
	if screen && slices.Contains(x.told, d.Event.ID) {
		return true // the office repeats live calls to whoever comes back; this one lost nothing
	}
	n, ok := x.peer.Offer(f)
	if ok {
		if screen {
			x.told = append(x.told[max(0, len(x.told)-maxTold+1):], d.Event.ID)
		}
		x.hub.count.events.Add(1)
		x.waiting = append(x.waiting, sentEvent{n, f.Size()})
		x.size += f.Size()
	}
	return ok
}

// hasRoom reports whether the client may get one more event.
func (x *session) hasRoom(size int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.online && !x.draining && (len(x.waiting) == 0 || len(x.waiting) < maxWaiting && x.size+size <= x.hub.cfg.Limits.Queue)
}

// taken books what the client's consumer has.
func (x *session) taken(upTo uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.waiting) > 0 && x.waiting[0].n <= upTo {
		x.size -= x.waiting[0].size
		x.waiting = x.waiting[1:]
	}
}
