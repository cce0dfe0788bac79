// Package front is what stands between the network and the hub: who really
// asks, how much he may ask, and the certificate he is answered with.
package front

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Client is who sent a request.
type Client struct {
	// Addr is the machine the request comes from, behind the trusted proxies.
	// The zero value: a trusted proxy did not say, or what it said is broken.
	Addr netip.Addr
	// Local: from this machine, by a name of its own, through no proxy.
	Local bool
	// Secure: by HTTPS, to us or to the trusted proxy.
	Secure bool
	// Relayed: by another hub, which has told the rest. It is not passed on again.
	Relayed bool
}

type clientKey struct{}

// Of gives the client that Trust.Wrap found.
func Of(r *http.Request) Client {
	c, _ := r.Context().Value(clientKey{}).(Client)
	return c
}

// Trust are the reverse proxies whose word is taken.
type Trust []netip.Prefix

// unknownAddr stands in RemoteAddr for a client nobody can name: no list of
// addresses has it, and everything that splits host and port can read it.
const unknownAddr = "unknown:0"

// Wrap finds who sent each request and writes it into RemoteAddr, which is what
// the webhook's list of addresses looks at.
func (t Trust) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, port := t.client(r)
		next.ServeHTTP(w, with(r, c, port))
	})
}

// with is r as c has sent it.
func with(r *http.Request, c Client, port string) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), clientKey{}, c))
	if r.RemoteAddr = unknownAddr; c.Addr.IsValid() {
		r.RemoteAddr = net.JoinHostPort(c.Addr.String(), port)
	}
	return r
}

// forwarding are the headers by which proxies tell of themselves. One of them
// is enough to be no local request, whoever sent it.
var forwarding = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "X-Forwarded-Server", "Cf-Connecting-Ip"}

// client decides who sent r. Of X-Forwarded-For only what trusted proxies added
// counts: each adds the one it was asked by at the right, so the list is read
// from there until the first that is not trusted. What stands left of him, he
// may have written himself. The header of a peer that is not trusted is never
// read. A trusted proxy that sends none is set up wrongly: its address must not
// pass for the client's, for loopback is on the default list.
func (t Trust) client(r *http.Request) (c Client, port string) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return Client{}, "0"
	}
	addr := peer.Addr().Unmap().WithZone("")
	port = "0"
	if !t.has(addr) {
		_, port, _ = net.SplitHostPort(r.RemoteAddr) // ParseAddrPort has looked
		// nginx asks by HTTP/1.0 where nobody told it otherwise.
		direct := r.ProtoAtLeast(1, 1) && !slices.ContainsFunc(forwarding, func(h string) bool { return len(r.Header.Values(h)) > 0 })
		return Client{Addr: addr, Local: addr.IsLoopback() && direct && own(r.Host), Secure: r.TLS != nil}, port
	}
	secure := r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	for _, hop := range slices.Backward(strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")) {
		from, ok := parseHop(hop)
		if !ok {
			return Client{Secure: secure}, port
		}
		if !t.has(from) {
			return Client{Addr: from, Secure: secure}, port
		}
	}
	return Client{Secure: secure}, port // nobody but proxies
}

// parseHop reads an element of X-Forwarded-For; some proxies add the port.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	addr, err := netip.ParseAddr(s)
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = ap.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

func (t Trust) has(addr netip.Addr) bool {
	return slices.ContainsFunc(t, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// own reports whether host is a name that leads to this machine alone: the
// browser of this machine asks loopback for whatever page it shows, also under
// a name that its owner points to 127.0.0.1.
func own(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
