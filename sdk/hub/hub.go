// Package hub lets many 1C processes share one Office over WebSocket: it knows
// who may connect (sdk/hub/token), keeps their sessions over broken sockets
// (sdk/hub/wire), and passes on calls, events and the replica. Rights are
// checked by the office, per session.
package hub

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
)

// Tokens knows who may connect; token.Set does.
type Tokens interface {
	Lookup(token string) (token.Grant, bool)
	Get(id string) (token.Grant, bool) // what it allows now; false: it was revoked
}

// Config of New.
type Config struct {
	Office *office.Office
	Tokens Tokens
	Log    zerolog.Logger // the zero value is silent
	Limits Limits
	Now    func() time.Time // nil = time.Now
}

// Limits of a hub. Zero values stand for the defaults beside them.
type Limits struct {
	Sessions  int           // 2000
	Strangers int           // 256: sockets that have not said hello yet
	Calls     int           // 32: of one session, under way
	Queue     int           // 1 MiB: bytes that one client has not acknowledged
	Hello     time.Duration // 10 s: from the socket to the hello
	Ping      time.Duration // 10 s
	Silence   time.Duration // 25 s: then a socket is lost
	Stall     time.Duration // 30 s: then a client that acknowledges nothing is cut off
	Grace     time.Duration // 15 s: how long a session outlives its socket
	Look      time.Duration // 5 s: how long a revoked token may go on
	View      time.Duration // 200 ms: between two views, unless an event needs it
}

func (l Limits) withDefaults() Limits {
	number := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	span := func(p *time.Duration, v time.Duration) {
		if *p <= 0 {
			*p = v
		}
	}
	number(&l.Sessions, 2000)
	number(&l.Strangers, 256)
	number(&l.Calls, 32)
	number(&l.Queue, 1<<20)
	span(&l.Hello, 10*time.Second)
	span(&l.Ping, 10*time.Second)
	span(&l.Silence, 25*time.Second)
	span(&l.Stall, 30*time.Second)
	span(&l.Grace, 15*time.Second)
	span(&l.Look, 5*time.Second)
	span(&l.View, 200*time.Millisecond)
	return l
}

// Server is the hub. No lock of it is held while the network, the office or
// the tokens are asked.
type Server struct {
	cfg      Config
	grp      *group.Group
	run      string // names this life of the hub
	upgrader websocket.Upgrader
	bad      guesses
	count    counts

	mu       sync.Mutex
	sessions map[string]*session
	opening  int                          // sessions being attached
	handlers int                          // sockets, of whatever kind
	unknown  map[*websocket.Conn]struct{} // those that have not said hello; nil: upgraded just now
	stopping context.Context              // over when Shutdown begins, under mu
	stop     context.CancelFunc           // of it
	ended    chan struct{}                // one value: a session or a socket did
}

// counts are since the start.
type counts struct {
	opened, resumed, refused, badTokens, forbidden, slow  atomic.Int64
	origins, busy, protocol, ignored, calls, events, lost atomic.Int64
	panics                                                atomic.Int64
}

// New makes a hub of an office. It serves through Handler until Shutdown.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Limits = cfg.Limits.withDefaults()
	s := &Server{
		cfg: cfg, run: rand.Text()[:8], sessions: map[string]*session{}, ended: make(chan struct{}, 1),
		unknown: map[*websocket.Conn]struct{}{},
		upgrader: websocket.Upgrader{
			// To read, the buffer of net/http is used: it stays as long as the socket.
			WriteBufferSize: 4 << 10, WriteBufferPool: &sync.Pool{},
			// Compression stays off: a small message could become a huge one.
		},
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.grp = group.New(context.Background(), func(name string, value any, stack []byte) {
		s.count.panics.Add(1)
		cfg.Log.Error().Str("goroutine", name).Any("panic", value).Bytes("stack", stack).Msg("panic")
	})
	s.grp.Go("tokens", s.watchTokens)
	return s
}

// Handler upgrades to the WebSocket of a session. Whoever mounts it bounds the
// time that headers may take (http.Server.ReadHeaderTimeout).
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// watchTokens ends the sessions of tokens that were revoked, or that allow
// something else now.
func (s *Server) watchTokens(ctx context.Context) {
	for group.Sleep(ctx, s.cfg.Limits.Look) {
		for _, x := range s.all() {
			grant, ok := s.cfg.Tokens.Get(x.token)
			if !ok {
				x.finish(wire.CloseToken)
				continue
			}
			who, code := admit(grant, x.hello)
			switch {
			case code != 0:
				x.finish(code)
			case who != x.who:
				x.finish(wire.CloseSession) // it comes back with its new rights
			}
		}
	}
}

func (s *Server) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*session, 0, len(s.sessions))
	for _, x := range s.sessions {
		list = append(list, x)
	}
	return list
}

// forget takes an ended session out.
func (s *Server) forget(x *session) {
	s.mu.Lock()
	delete(s.sessions, x.id)
	s.mu.Unlock()
	group.Nudge(s.ended)
}

// enter admits a request, unless the hub is stopping or has too many that did
// not say hello; leave is for those it admitted.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil || len(s.unknown) >= s.cfg.Limits.Strangers {
		return false
	}
	s.handlers++
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	s.handlers--
	s.mu.Unlock()
	group.Nudge(s.ended)
}

// stranger books a socket until it has said hello.
func (s *Server) stranger(conn *websocket.Conn, is bool) (crowded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if is {
		s.unknown[conn] = struct{}{}
	} else {
		delete(s.unknown, conn)
	}
	return len(s.unknown) > s.cfg.Limits.Strangers/2
}

// strangers are the sockets that have not said hello.
func (s *Server) strangers() (list []*websocket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.unknown {
		list = append(list, conn)
	}
	return list
}

// busy counts what Shutdown waits for.
func (s *Server) busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions) + s.opening + s.handlers
}

// Shutdown sends all clients away, to come back soon: no new ones, no new
// events, what is under way is flushed within ctx or two seconds, sessions end
// and with them their sockets. The office goes on. It may be called twice.
func (s *Server) Shutdown(ctx context.Context) error {
	flush, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	s.mu.Lock()
	again := s.stopping.Err() != nil
	s.stop()
	s.mu.Unlock()
	if again {
		return s.grp.Wait(ctx)
	}
	for _, x := range s.all() {
		x.drain(flush)
	}
	for _, conn := range s.strangers() {
		_ = conn.Close()
	}
	for s.busy() > 0 {
		select {
		case <-s.ended:
			continue
		case <-ctx.Done():
		}
		break
	}
	for _, x := range s.all() {
		x.peer.Drop()
	}
	s.grp.Stop()
	err := s.grp.Wait(ctx)
	s.cfg.Log.Info().Err(err).Msg("hub stopped")
	return err
}
