package link

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/internal/peer"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

const (
	dialTimeout = 10 * time.Second // TCP, TLS, proxy, upgrade
	greetTime   = 15 * time.Second // the hub attaches the session meanwhile
	// firstPause and maxPause bound the random wait before another try: after
	// a hub went down hundreds of clients come back.
	firstPause = 500 * time.Millisecond
	maxPause   = 30 * time.Second
	// resumePause bounds it while the hub holds the session: a wait would lose it.
	resumePause = 3 * time.Second
	// steady is how long a socket lives to be no sign of trouble.
	steady = 10 * time.Second
	// queueLimit bounds what the hub has not acknowledged.
	queueLimit = 1 << 20
	// maxMessage: the replica of a big company is long.
	maxMessage = 64 << 20
	// clockLook and clockJump: a clock that jumps tells of a computer that slept;
	// its sockets are dead and do not know it.
	clockLook = 5 * time.Second
	clockJump = 15 * time.Second
)

// run keeps the session connected until Close, or until the hub does not want
// to see it again.
func (c *Client) run(ctx context.Context) {
	pause := backoff.NewExponentialBackOff()
	// The library draws from [x-x·f, x+x·f]: with f 1 that is [0, 2x].
	pause.InitialInterval, pause.MaxInterval, pause.RandomizationFactor, pause.Multiplier = firstPause/2, maxPause/2, 1, 2
	for ctx.Err() == nil {
		began := time.Now()
		end := c.connect(ctx)
		if ctx.Err() != nil {
			break
		}
		c.offline(end)
		if !end.meaning.Again {
			c.cfg.Log.Error().Str("code", string(end.meaning.Text)).Msg("the hub refused the session")
			break
		}
		if time.Since(began) > steady && end.met {
			pause.Reset()
		}
		wait := end.meaning.After + pause.NextBackOff()
		if c.session() != nil {
			wait = min(wait, resumePause)
		}
		c.cfg.Log.Info().AnErr("cause", end.why.Err).Str("code", string(end.why.Code)).Int64("wait_ms", wait.Milliseconds()).Msg("no hub")
		c.sleep(ctx, wait)
		c.giveUp()
	}
	c.lose()
}

// sleep waits, unless there is a reason to try at once.
func (c *Client) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.soon:
	case <-ctx.Done():
	}
}

// ending is how a try, or a socket, ended.
type ending struct {
	meaning wire.Closing
	why     *text.Error
	met     bool // there was a session over it
}

func ended(code int, err error) ending {
	m := wire.Meaning(code)
	why := text.New(m.Text)
	if err != nil {
		why = why.Wrap(err)
	}
	return ending{meaning: m, why: why}
}

// connect opens a socket and carries the session over it until it ends.
func (c *Client) connect(ctx context.Context) ending {
	conn, token, end := c.dial(ctx)
	if conn == nil {
		return end
	}
	defer conn.Close()
	welcome, end := c.greet(conn, token)
	if welcome == nil {
		return end
	}
	s := c.begin(*welcome)
	conn.SetReadLimit(maxMessage)
	done := make(chan int, 1)
	// On a goroutine of its own: a panic ends this socket, not the link.
	if !c.grp.Go("socket", func(context.Context) {
		code := 0
		defer func() { done <- code }()
		code = s.peer.Serve(conn, welcome.Got, nil)
	}) {
		return ended(0, nil)
	}
	end = ended(<-done, nil)
	end.met = true
	return end
}

// dial opens a WebSocket. Names are asked for anew each time.
func (c *Client) dial(ctx context.Context) (ws *websocket.Conn, token string, end ending) {
	token = c.cfg.Token
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	defer c.opening(nil)
	d := websocket.Dialer{
		HandshakeTimeout: dialTimeout, TLSClientConfig: c.tls, ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var conn net.Conn
			var err error
			if c.cfg.Dial != nil {
				conn, token, err = c.cfg.Dial(ctx)
			} else {
				conn, err = new(net.Dialer).DialContext(ctx, network, address)
			}
			if err == nil {
				c.opening(conn)
			}
			return conn, err
		},
		Proxy: func(*http.Request) (*url.URL, error) { return c.proxy() },
	}
	conn, resp, err := d.DialContext(ctx, c.url, nil)
	if err == nil && resp.Header.Get("Sec-Websocket-Extensions") != "" {
		// Nobody asked for compression. The library would unpack all the same, and
		// its limits are those of what is packed.
		_ = conn.Close()
		return nil, "", ended(wire.CloseProtocol, nil)
	}
	if err == nil {
		return conn, token, ending{}
	}
	end = ended(0, err)
	if coded, ok := errors.AsType[*text.Error](err); ok && c.cfg.Dial != nil {
		end.why = coded
	}
	if resp != nil {
		end.why = end.why.WithDetail(resp.Status)
		if resp.StatusCode == http.StatusServiceUnavailable {
			end = ended(wire.CloseStopping, err) // or it is full: each try waits longer
		}
		return nil, "", end
	}
	if _, bad := errors.AsType[*tls.CertificateVerificationError](err); bad {
		end.why = text.New(text.TLSFailed).WithField("hub.url").Wrap(err)
	}
	return nil, "", end
}

// greet says hello and awaits the welcome; nil when there was none.
func (c *Client) greet(conn *websocket.Conn, token string) (*wire.Welcome, ending) {
	c.opening(conn)
	defer c.opening(nil)
	who := c.cfg.Session
	hello := wire.Hello{
		Min: wire.MinVersion, Max: wire.MaxVersion, Token: token, UserID: who.UserID, UserName: who.UserName,
		Extension: who.Extension, ClientGUID: who.ClientGUID, Role: who.Role, Client: c.cfg.Version,
	}
	c.mu.Lock()
	closed := c.closed
	if s := c.sess; s != nil {
		hello.Resume = &wire.Resume{Session: s.id, Key: s.key, Got: s.peer.Got(), Taken: c.progress()}
	}
	c.mu.Unlock()
	if closed {
		return nil, ended(0, nil)
	}
	f, err := wire.New(wire.TypeHello, 0, hello)
	if err == nil {
		_ = conn.SetWriteDeadline(time.Now().Add(greetTime))
		err = conn.WriteJSON(f)
	}
	if err != nil {
		return nil, ended(0, nil) // err holds nothing but the state of the socket
	}
	conn.SetReadLimit(wire.MaxHello)
	_ = conn.SetReadDeadline(time.Now().Add(greetTime))
	_, raw, err := conn.ReadMessage()
	if err != nil {
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			return nil, ended(e.Code, nil)
		}
		return nil, ended(0, err)
	}
	var w wire.Welcome
	f, err = wire.Decode(raw)
	if err != nil || f.Type != wire.TypeWelcome || f.Read(&w) != nil || w.Version < wire.MinVersion || w.Version > wire.MaxVersion {
		return nil, ended(wire.CloseProtocol, err)
	}
	return &w, ending{}
}

// begin goes on with the session, or begins the new one that the hub gave.
func (c *Client) begin(w wire.Welcome) *session {
	s := c.session()
	if s == nil || !w.Resumed || w.Session != s.id {
		c.lose()
		s = c.newSession(w)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sess, c.online, c.down = s, true, make(chan struct{})
	c.count.sockets++
	c.skew = c.cfg.Now().Sub(time.UnixMilli(w.NowMs))
	if c.skew.Abs() < 2*time.Second {
		c.skew = 0 // what a network does
	}
	if w.Resumed {
		c.count.resumed++
		if c.hubTold != nil { // a new session is told by the hub
			c.tellState(office.State(c.hubTold.State), text.Code(c.hubTold.Code))
		}
	}
	c.state, c.why = office.Connecting, text.New(text.ConnectionStarting) // until the replica comes
	c.cfg.Log.Info().Str("hub", c.host).Str("session", s.id).Bool("resumed", w.Resumed).Msg("connected to the hub")
	return s
}

func (c *Client) session() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sess
}

func (c *Client) newSession(w wire.Welcome) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epochs++
	c.count.sessions++
	s := &session{
		id: w.Session, key: w.Key, number: c.epochs, grace: time.Duration(w.GraceMs) * time.Millisecond,
		gone: make(chan struct{}), calls: map[uint64]*pending{},
	}
	silence := time.Duration(w.SilenceMs) * time.Millisecond
	if silence <= 0 {
		silence = 25 * time.Second
	}
	s.peer = peer.New(peer.Config{
		Group: c.grp, Limit: queueLimit, Silence: silence,
		Handle: func(f wire.Frame) int { return c.handle(s, f) },
		Taken: func() uint64 {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.sess != s {
				return 0
			}
			return c.progress()
		},
		Acked: func(n uint64) { c.acked(s, n) },
	})
	c.hubTold = nil
	c.resettle(s)
	return s
}

// offline tells that a socket, or a try to open one, has ended.
func (c *Client) offline(end ending) {
	if end.meaning.Fresh {
		c.lose()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.online {
		c.online = false
		close(c.down)
		if c.sess != nil {
			c.sess.away = time.Now()
		}
	}
	state := office.Connecting
	if !end.meaning.Again {
		state = office.Refused
	}
	changed := c.state != state || c.why == nil || c.why.Code != end.why.Code
	c.state, c.why = state, end.why
	if changed {
		c.tellState(state, end.why.Code)
	}
}

// giveUp ends a session that the hub has forgotten by now.
func (c *Client) giveUp() {
	c.mu.Lock()
	s := c.sess
	over := s != nil && !c.online && time.Since(s.away) > s.grace+clockLook
	c.mu.Unlock()
	if over {
		c.lose()
	}
}

// watchClock finds out that the computer slept: the socket is opened anew at
// once, for the old one may take long to notice.
func (c *Client) watchClock(ctx context.Context) {
	last := c.cfg.Now().Round(0) // the wall's time: the other one stands still in sleep
	for group.Sleep(ctx, clockLook) {
		now := c.cfg.Now().Round(0)
		if now.Sub(last) > clockLook+clockJump {
			c.cfg.Log.Info().Int64("by_ms", now.Sub(last).Milliseconds()).Msg("the clock jumped")
			group.Nudge(c.soon)
			c.drop()
		}
		last = now
	}
}
