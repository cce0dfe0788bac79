package telephony

import (
	"context"
	"crypto/subtle"
	"net/url"

	"mangoofficesdk/sdk/hub/link"
)

// Hub is where the hub of mode hub is, and what opens it.
type Hub struct {
	URL   string // hub.url: wss, ws, https or http; a bare host:port is ws, or wss with CA
	Token string // hub.token: secret
	CA    string // hub.ca: PEM file of who signed the hub's certificate; "" = those of the system
}

func (h Hub) equal(q Hub) bool {
	return h.URL == q.URL && h.CA == q.CA && subtle.ConstantTimeCompare([]byte(h.Token), []byte(q.Token)) == 1
}

// link is what the parameters say of the link to a hub.
func (p *Params) link() link.Config {
	return link.Config{
		URL: p.Hub.URL, Token: p.Hub.Token, CA: p.Hub.CA, Proxy: p.Office.Proxy, Session: p.Session, Log: p.Office.Log,
	}
}

// openHub links to a hub. It does not wait for the network: the state tells
// when the hub has answered.
func (p *Process) openHub(ctx context.Context, params Params) (Link, error) {
	cfg := params.link()
	cfg.Version, cfg.Now = p.opt.Version, p.opt.Now
	return link.Dial(ctx, cfg)
}

// HubEndpoint is where a session of mode hub opens its socket; false when
// hub.url cannot be read.
func (p *Params) HubEndpoint() (*url.URL, bool) { return p.link().Endpoint() }
