package share

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/office"
)

// host is the Office of this process and the hub that serves it: to colleagues
// over TLS, to the own session through a pipe.
type host struct {
	office *office.Office
	hub    *hub.Server
	server *http.Server
	pipe   *pipe
	own    string // token of the own session
	grp    *group.Group
}

// newHost opens the Office, if this machine may, and serves it. ctx bounds the
// opening only.
func newHost(ctx context.Context, cfg Config, s secret) (*host, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, office.ListenError("share.listen", cfg.Listen, err)
	}
	o, err := cfg.Open(ctx, cfg.Office)
	if err != nil {
		_ = ln.Close() // err is the one to tell
		return nil, err
	}
	h := &host{office: o, own: rand.Text(), pipe: newPipe()}
	h.hub = hub.New(hub.Config{Office: o, Tokens: tokens{own: h.own, others: s.token}, Log: cfg.Log, Now: cfg.Now})
	h.server = &http.Server{
		Handler: h.hub.Handler(), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // broken handshakes of whoever scans the network
	}
	h.grp = group.New(context.Background(), func(name string, value any, stack []byte) {
		cfg.Log.Error().Str("goroutine", name).Any("panic", value).Bytes("stack", stack).Msg("panic")
	})
	h.grp.Go("colleagues", func(context.Context) { _ = h.server.Serve(tls.NewListener(ln, s.server())) })
	h.grp.Go("own", func(context.Context) { _ = h.server.Serve(h.pipe) })
	cfg.Log.Info().Str("address", ln.Addr().String()).Msg("this process is the host")
	return h, nil
}

// close ends hub and Office; the Office gets its share of the time.
func (h *host) close(ctx context.Context) error {
	part, cancel := share(ctx, 2)
	defer cancel()
	err := h.hub.Shutdown(part)
	_ = h.server.Close()
	h.grp.Stop()
	return errors.Join(err, h.office.Shutdown(ctx), h.grp.Wait(ctx))
}

// share is a part of the time that ctx leaves.
func share(ctx context.Context, part time.Duration) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/part)
}

// pipe is a listener within the process.
type pipe struct {
	conns chan net.Conn
	over  chan struct{}
	once  sync.Once
}

func newPipe() *pipe { return &pipe{conns: make(chan net.Conn), over: make(chan struct{})} }

// Accept implements net.Listener.
func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.over:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipe) Close() error {
	p.once.Do(func() { close(p.over) })
	return nil
}

// Addr implements net.Listener.
func (p *pipe) Addr() net.Addr { return &net.UnixAddr{Name: "share", Net: "pipe"} }

// dial is the other side of Accept.
func (p *pipe) dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	var err error
	select {
	case p.conns <- there:
		return here, nil
	case <-p.over:
		err = net.ErrClosed
	case <-ctx.Done():
		err = ctx.Err()
	}
	_, _ = here.Close(), there.Close()
	return nil, err
}
