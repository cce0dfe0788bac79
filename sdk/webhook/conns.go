package webhook

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// peers are the open connections. net/http answers what is no request by
// itself, without the handler: how a connection went tells of those.
type peers struct {
	mu   sync.Mutex
	open map[net.Conn]*peer
}

// peer is one connection. net/http changes its state and runs its requests on
// one goroutine.
type peer struct {
	used    bool // a byte of a request came
	waiting bool // and this request has not reached the handler
}

type peerKey struct{}

// opened is http.Server.ConnContext: the handler finds its peer by the context.
func (h *Handler) opened(ctx context.Context, conn net.Conn) context.Context {
	p := new(peer)
	h.peers.mu.Lock()
	defer h.peers.mu.Unlock()
	if h.peers.open == nil {
		h.peers.open = map[net.Conn]*peer{}
	}
	h.peers.open[conn] = p
	return context.WithValue(ctx, peerKey{}, p)
}

// reached tells that the request of this context is the handler's.
func reached(ctx context.Context) {
	if p, ok := ctx.Value(peerKey{}).(*peer); ok {
		p.waiting = false
	}
}

// changed is http.Server.ConnState. A connection becomes active when it has
// read a request or failed to, not when it sent nothing. What net/http does not
// tell apart: one that brought requests, and then ends with a piece of another.
func (h *Handler) changed(conn net.Conn, state http.ConnState) {
	h.peers.mu.Lock()
	p := h.peers.open[conn]
	if state == http.StateClosed {
		delete(h.peers.open, conn)
	}
	h.peers.mu.Unlock()
	switch {
	case p == nil:
	case state == http.StateActive:
		p.used, p.waiting = true, true
	case state == http.StateClosed && p.waiting:
		h.without(NoRequest, conn)
	case state == http.StateClosed && !p.used && agreed(conn):
		h.count(Silent) // too common to be logged: whatever watches the port
	case state == http.StateClosed && !p.used:
		h.without(NoTLS, conn)
	}
}

// without counts a connection that brought no request.
func (h *Handler) without(cause Cause, conn net.Conn) {
	h.count(cause)
	h.refused.Warn().Str("cause", cause.String()).Str("remote", conn.RemoteAddr().String()).Msg("connection without a request")
}

// agreed tells whether a connection is past the agreement on TLS, or needs none.
func agreed(conn net.Conn) bool {
	c, ok := conn.(*tls.Conn)
	return !ok || c.ConnectionState().HandshakeComplete
}
