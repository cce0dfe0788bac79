// Package link is the way from a 1C process to a hub: what sdk/office.Local is
// within a process, over a network that breaks. It is linked into the add-in,
// so it knows nothing of the hub's side.
package link

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"maps"
	"net"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/internal/peer"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// Config of Dial. The names in the comments are the keys of Подключить, which
// errors name.
type Config struct {
	URL     string // hub.url: ws, wss, http or https; a bare host:port is ws, or wss when CA is given
	Token   string // hub.token: secret
	CA      string // hub.ca: PEM file of who signed the hub's certificate; "" = those of the system
	Proxy   string // proxy: host:port or http URL; "" = none
	Session office.Session
	Version string         // of the component, for the hub's log
	Log     zerolog.Logger // the zero value is silent

	// Dial, if given, makes each connection in place of TCP to URL, and says
	// which token opens it. It sees to encryption itself. A *text.Error of it
	// tells people why there is no hub.
	Dial func(ctx context.Context) (conn net.Conn, token string, err error)

	Now func() time.Time // nil = time.Now
}

// Client is a session with a hub. It satisfies the Link of addin/telephony: no
// method waits for the network but Call, within its ctx, and Close. Its methods
// are safe for concurrent use; no lock is held while the network or the
// consumer is called.
type Client struct {
	cfg  Config
	url  string // of the socket
	host string // of the hub, for people
	tls  *tls.Config
	name string // makes the ids of own events differ from those of others
	grp  *group.Group
	soon chan struct{} // one value: do not wait with the next try
	wake chan struct{} // one value: the queue changed
	stop context.CancelFunc
	life context.Context //nolint:containedctx // of the consumer: Close ends it first
	quit chan struct{}   // closed when the consumer is not called any more

	mu      sync.Mutex
	closed  bool
	raw     closer   // a socket that is being opened
	sess    *session // nil: there is none
	epochs  int      // sessions so far
	online  bool
	down    chan struct{} // closed when not online; replaced by the next socket
	state   office.State  // while there is no replica to ask
	why     *text.Error
	replica office.Snapshot             // as the hub told it last
	hubTold *engine.ConnectionStateBody // the last one that came from the hub
	told    int64                       // own events so far
	lastID  uint64                      // of calls
	skew    time.Duration               // our clock less the hub's, if it matters

	fn       func(office.Delivery) bool
	queue    []*queued
	offering *queued                // the consumer looks at it
	held     map[string]*holding    // record events of which 1C has not said the last word, by id
	byRef    map[journal.Ref]string // their ids, by each ref they had
	settles  []*verdict             // that the hub has not confirmed
	count    counts
}

// closer is what ends a socket that is being opened.
type closer interface{ Close() error }

// counts are for Диагностика.
type counts struct{ sockets, resumed, sessions, lostCalls, repeated, expired int64 }

// session is one life of a session at the hub, over many sockets.
type session struct {
	id, key string
	number  int
	peer    *peer.Peer
	grace   time.Duration
	away    time.Time     // since when it has no socket
	gone    chan struct{} // closed when it is lost

	// Guarded by Client.mu.
	calls  map[uint64]*pending
	last   uint64 // number of the last event that came
	viewed bool   // the replica is of this session
}

// Dial checks cfg and begins to connect; it does not wait for the network. ctx
// bounds nothing else. Errors are *text.Error that name a key of cfg.
func Dial(_ context.Context, cfg Config) (*Client, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Client{
		cfg: cfg, name: rand.Text()[:8], soon: make(chan struct{}, 1), wake: make(chan struct{}, 1), quit: make(chan struct{}),
		down: make(chan struct{}), state: office.Connecting, why: text.New(text.ConnectionStarting),
		held: map[string]*holding{}, byRef: map[journal.Ref]string{},
	}
	close(c.down)
	if err := c.check(); err != nil {
		return nil, err
	}
	c.grp = group.New(context.Background(), func(name string, value any, stack []byte) {
		cfg.Log.Error().Str("goroutine", name).Any("panic", value).Bytes("stack", stack).Msg("panic")
	})
	c.life, c.stop = context.WithCancel(c.grp.Context())
	c.tellState(office.Connecting, text.ConnectionStarting)
	c.grp.Go("consumer", func(context.Context) { c.pump() })
	c.grp.Go("hub", c.run)
	c.grp.Go("clock", c.watchClock)
	return c, nil
}

// View is the replica: no I/O, never blocks. While the hub is not there it is
// the last one, marked as stale.
func (c *Client) View() office.Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.replica
	if s.Extension == "" {
		s.Extension = c.cfg.Session.Extension
	}
	s.Diagnostics = maps.Clone(s.Diagnostics)
	if s.Diagnostics == nil {
		s.Diagnostics = map[string]any{}
	}
	s.Diagnostics["link"] = c.diagnosis()
	if s.Calls == nil {
		s.Calls = []office.ActiveCall{}
	}
	switch {
	case c.closed:
		s.State, s.Why, s.Stale = office.Off, text.New(text.ConnectionOff), true
	case !c.online || c.sess == nil || !c.sess.viewed:
		s.State, s.Why, s.Stale = c.state, c.why, true
	}
	return s
}

// diagnosis is the link as people see it. The caller holds the lock.
func (c *Client) diagnosis() map[string]any {
	m := map[string]any{
		"hub": c.host, "online": c.online, "sockets": c.count.sockets, "resumed": c.count.resumed,
		"sessions": c.count.sessions, "calls_lost": c.count.lostCalls, "events_repeated": c.count.repeated,
		"events_expired": c.count.expired, "events_waiting": len(c.queue), "settles_waiting": len(c.settles),
		"clock_skew_ms": c.skew.Milliseconds(),
	}
	if c.sess != nil {
		_, bytes := c.sess.peer.Queued()
		m["session"], m["queued_bytes"] = c.sess.id, bytes
	}
	return m
}

// Close says goodbye: what was settled is told to the hub within ctx, and the
// session there ends. On return the consumer is not called any more. It may be
// called twice.
func (c *Client) Close(ctx context.Context) error {
	c.mu.Lock()
	again := c.closed
	c.closed = true
	c.mu.Unlock()
	c.stop()
	if again { // whoever was first still says goodbye: nothing is taken from under them
		return c.ended(ctx)
	}
	var late error
	select {
	case <-c.quit:
	case <-ctx.Done():
		late = text.New(text.Timeout).Wrap(ctx.Err())
	}
	c.goodbye(ctx)
	c.grp.Stop()
	c.drop()
	if err := c.ended(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if late == nil && len(c.settles) > 0 {
		// The hub finds out by the lease, and tells those events again.
		return text.New(text.HubUnreachable)
	}
	return late
}

// ended waits, within ctx, until nothing of the client runs.
func (c *Client) ended(ctx context.Context) error {
	if err := c.grp.Wait(ctx); err != nil {
		return text.New(text.Timeout).Wrap(err)
	}
	return nil
}

// goodbye flushes, tells the hub that the session is over, and waits until it
// has heard.
func (c *Client) goodbye(ctx context.Context) {
	c.mu.Lock()
	s, online, down := c.sess, c.online, c.down
	c.mu.Unlock()
	if s == nil || !online {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !c.grp.Go("flush", func(group context.Context) { // a socket that breaks ends the flush
		select {
		case <-down:
		case <-group.Done():
		case <-ctx.Done():
		}
		cancel()
	}) {
		return
	}
	for s.peer.Flush(ctx) && c.flushSettles() > 0 && group.Sleep(ctx, time.Millisecond) {
	}
	if s.peer.Send(ctx, wire.Frame{Type: wire.TypeBye}) == nil {
		<-ctx.Done() // the hub closes the socket when the session is over
	}
}

// drop ends the socket, or what is to become one.
func (c *Client) drop() {
	c.mu.Lock()
	s, raw := c.sess, c.raw
	c.mu.Unlock()
	if s != nil {
		s.peer.Drop()
	}
	if raw != nil {
		_ = raw.Close()
	}
}

// opening notes a socket that is being opened, so that Close can end it.
func (c *Client) opening(x closer) {
	c.mu.Lock()
	c.raw = x
	c.mu.Unlock()
}
