package telephony

import (
	"context"
	"crypto/subtle"

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

// openHub links to a hub. It does not wait for the network: the state tells
// when the hub has answered.
func (p *Process) openHub(ctx context.Context, params Params) (Link, error) {
	return link.Dial(ctx, link.Config{
		URL: params.Hub.URL, Token: params.Hub.Token, CA: params.Hub.CA, Proxy: params.Office.Proxy,
		Session: params.Session, Version: p.opt.Version, Log: params.Office.Log, Now: p.opt.Now,
	})
}
