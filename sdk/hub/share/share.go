// Package share is the way of a 1C process to an Office that runs in one of
// several such processes: the host. All of them have a link (sdk/hub/link), the
// host's own leads through a pipe to itself, so that a take-over is one more
// reconnection: what 1C holds is not told again, what it settled is not lost.
//
// The host runs on the machine of the first candidate, in the session that gets
// the lock of the key (sdk/office). Nobody hosts while a candidate answers, and
// no other machine ever does: two hosts would spend the PBX's limits twice.
package share

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// maxCandidates and answerTime bound the search for the host: candidates are
// asked at once.
const (
	maxCandidates = 16
	answerTime    = 1500 * time.Millisecond
)

// Config of Open. The names in the comments are the keys of Подключить.
type Config struct {
	Office     office.Config  // of the host; DataDir is required
	Candidates []string       // share.candidates: host:port of machines, in order
	Listen     string         // share.listen: where the host awaits colleagues; "" = the port of the first candidate, on all addresses unless that one is loopback
	Session    office.Session // with RoleServer it never hosts
	Version    string         // of the component
	Log        zerolog.Logger // the zero value is silent
	Now        func() time.Time

	// What tests replace. nil = the real one.
	Open func(ctx context.Context, cfg office.Config) (*office.Office, error)
	Here func(ctx context.Context, host string) bool // host is this machine
}

// Validate checks what can be checked without a network. It returns nil or a
// *text.Error whose Field is a key of Подключить.
func (c Config) Validate() error {
	if err := c.Office.Validate(); err != nil {
		return err
	}
	if c.Office.DataDir == "" {
		return text.New(text.MissingField).WithField("data_dir")
	}
	if len(c.Candidates) == 0 {
		return text.New(text.MissingField).WithField("share.candidates")
	}
	if len(c.Candidates) > maxCandidates {
		return text.New(text.BadField).WithField("share.candidates").WithDetail(strconv.Itoa(len(c.Candidates)))
	}
	for i, a := range c.Candidates {
		host, ok := split(a)
		if !ok || host == "" || isUnspecified(host) || isLoopback(host) && len(c.Candidates) > 1 {
			return text.New(text.BadField).WithField("share.candidates[" + strconv.Itoa(i) + "]").WithDetail(a)
		}
	}
	if _, ok := split(c.Listen); !ok && c.Listen != "" {
		return text.New(text.BadField).WithField("share.listen").WithDetail(c.Listen)
	}
	return nil
}

// split takes the host out of host:port.
func split(a string) (host string, ok bool) {
	host, port, err := net.SplitHostPort(a)
	n, bad := strconv.ParseUint(port, 10, 16)
	return host, err == nil && bad == nil && n != 0 && !strings.ContainsAny(host, " /?#@")
}

// isLoopback tells an address that every machine takes for itself: as the first
// of several candidates it would make each of them a host. It may stand alone,
// where all sessions are on one machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func isUnspecified(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// Link is a session in mode share. It satisfies the Link of addin/telephony.
type Link struct {
	*link.Client
	cfg    Config
	secret secret
	life   context.Context //nolint:containedctx // of the search for the host: Close ends it
	stop   context.CancelFunc
	ended  chan struct{} // Close is over

	mu     sync.Mutex
	host   *host  // nil: this process is not the host
	found  string // the candidate that answered last
	closed bool
}

// Open checks cfg and begins to look for the host; it does not wait for it.
func Open(ctx context.Context, cfg Config) (*Link, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Listen == "" {
		host, port, _ := net.SplitHostPort(cfg.Candidates[0])
		if cfg.Listen = ":" + port; isLoopback(host) {
			cfg.Listen = cfg.Candidates[0] // nobody else is to come
		}
	}
	cfg.Office.ManyUsers = true // colleagues of a terminal server
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Open == nil {
		cfg.Open = office.Open
	}
	if cfg.Here == nil {
		cfg.Here = here
	}
	l := &Link{cfg: cfg, secret: newSecret(cfg.Office.Credentials), ended: make(chan struct{})}
	l.life, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	ready := make(chan struct{})
	client, err := link.Dial(ctx, link.Config{
		URL: "ws://" + cfg.Candidates[0], Session: cfg.Session, Version: cfg.Version, Log: cfg.Log, Now: cfg.Now,
		Dial: func(ctx context.Context) (net.Conn, string, error) { <-ready; return l.dial(ctx) },
	})
	l.Client = client
	close(ready)
	if err != nil {
		l.stop()
		return nil, err
	}
	return l, nil
}

// dial finds the host, or becomes it when there is none and this machine is to.
// One goroutine of the client calls it.
func (l *Link) dial(ctx context.Context) (net.Conn, string, error) {
	h := l.hosts()
	if h == nil {
		conn, err := l.search(ctx)
		if conn == nil && l.mayHost(ctx) {
			if h, err = l.become(); err != nil {
				// Whoever was faster holds port and key by now.
				conn, _ = l.search(ctx)
			}
		}
		switch {
		case conn != nil:
			// The company has its settings from whoever hosted first: a take-over
			// must not bring back those this session was opened with.
			l.cfg.Office.Settings = nil
			return conn, l.secret.token, nil
		case h == nil:
			return nil, "", err
		}
	}
	conn, err := h.pipe.dial(ctx)
	return conn, h.own, err
}

// mayHost reports whether the host is to run in this session when there is none.
func (l *Link) mayHost(ctx context.Context) bool {
	first, _ := split(l.cfg.Candidates[0])
	return l.cfg.Session.Role != office.RoleServer && l.cfg.Here(ctx, first)
}

// become opens the Office in this process. A big store takes its time, which no
// try to connect bounds, but Close does.
func (l *Link) become() (*host, error) {
	h, err := newHost(l.life, l.cfg, l.secret)
	if err != nil {
		l.cfg.Log.Warn().Err(err).Msg("not the host")
		return nil, err
	}
	l.mu.Lock()
	late := l.closed
	if !late {
		l.host = h
	}
	l.mu.Unlock()
	if late {
		stop, cancel := context.WithTimeout(context.WithoutCancel(l.life), 2*time.Second)
		defer cancel()
		return nil, errors.Join(net.ErrClosed, h.close(stop))
	}
	return h, nil
}

// search asks all candidates at once; of those that answer the first counts.
func (l *Link) search(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	conns, foreign := make([]net.Conn, len(l.cfg.Candidates)), make([]bool, len(l.cfg.Candidates))
	grp := group.New(context.WithoutCancel(ctx), func(_ string, value any, stack []byte) {
		l.cfg.Log.Error().Any("panic", value).Bytes("stack", stack).Msg("panic")
	})
	for i, a := range l.cfg.Candidates {
		grp.Go("candidate", func(context.Context) { conns[i], foreign[i] = l.ask(ctx, a) })
	}
	_ = grp.Wait(context.WithoutCancel(ctx)) // each ends with ctx
	why := text.New(text.ShareNoHost).WithDetail(strings.Join(l.cfg.Candidates, ", "))
	var found net.Conn
	for i, conn := range conns {
		switch {
		case conn != nil && found == nil:
			found = conn
			l.mu.Lock()
			l.found = l.cfg.Candidates[i]
			l.mu.Unlock()
		case conn != nil:
			_ = conn.Close()
		case foreign[i]:
			why = text.New(text.ShareForeign).WithDetail(l.cfg.Candidates[i])
		}
	}
	return found, why
}

// ask connects to a candidate.
func (l *Link) ask(ctx context.Context, a string) (conn net.Conn, foreign bool) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", a)
	if err != nil {
		return nil, false
	}
	c := tls.Client(raw, l.secret.client())
	if err := c.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, ctx.Err() == nil
	}
	return c, false
}

// hosts is the host of this process; nil: there is none.
func (l *Link) hosts() *host {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host
}

// Hosts reports whether the Office runs in this process.
func (l *Link) Hosts() bool { return l.hosts() != nil }

// The positions of a session, as View tells them under share.position.
const (
	Hosting   = "host"      // the Office runs in this process
	Colleague = "colleague" // another session hosts
	Seeking   = "seeking"   // no host answers
)

// View is the replica, with the position of this session.
func (l *Link) View() office.Snapshot {
	s := l.Client.View()
	l.mu.Lock()
	defer l.mu.Unlock()
	position, at := Seeking, ""
	switch {
	case l.host != nil:
		position, at = Hosting, l.cfg.Listen
	case !s.Stale:
		position, at = Colleague, l.found
	}
	s.Diagnostics["share"] = map[string]any{"position": position, "address": at, "candidates": l.cfg.Candidates}
	return s
}

// Close ends the session, and the Office if it runs here: then a colleague on
// this machine takes over. It may be called twice: on return of any call the
// Office has ended, or ctx.
func (l *Link) Close(ctx context.Context) error {
	l.mu.Lock()
	again := l.closed
	l.closed = true
	l.mu.Unlock()
	if again {
		select {
		case <-l.ended:
			return nil
		case <-ctx.Done():
			return text.New(text.Timeout).Wrap(ctx.Err())
		}
	}
	defer close(l.ended)
	l.stop()
	part, cancel := share(ctx, 3)
	defer cancel()
	err := l.Client.Close(part)
	h := l.hosts()
	if h == nil {
		return err
	}
	err = errors.Join(err, h.close(ctx))
	l.mu.Lock()
	l.host = nil
	l.mu.Unlock()
	return err
}

// here reports whether a name or an address is of this machine.
func here(ctx context.Context, host string) bool {
	if name, err := os.Hostname(); err == nil && strings.EqualFold(name, host) {
		return true
	}
	found, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	own, bad := net.InterfaceAddrs()
	if err != nil || bad != nil {
		return false
	}
	for _, f := range found {
		if f.IP.IsLoopback() { // as a system calls itself in /etc/hosts
			return true
		}
		for _, a := range own {
			if n, ok := a.(*net.IPNet); ok && n.IP.Equal(f.IP) {
				return true
			}
		}
	}
	return false
}
