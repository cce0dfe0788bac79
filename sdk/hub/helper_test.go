package hub_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// place is a hub of an office behind a listener.
type place struct {
	*linktest.Site
	t      testing.TB
	now    atomic.Pointer[hub.Server]
	tokens *token.Set
	server *httptest.Server
	limits hub.Limits
	token  string // of the supervisor
	id     string
}

func serve(t testing.TB, s *linktest.Site, limits hub.Limits) *place {
	t.Helper()
	tokens, err := token.Open(filepath.Join(t.TempDir(), "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	p := &place{Site: s, t: t, tokens: tokens, limits: limits}
	secret, made, err := tokens.Add(token.Grant{Rights: []string{token.Supervisor, token.Admin}})
	if err != nil {
		t.Fatal(err)
	}
	p.token, p.id = secret, made.ID
	p.now.Store(p.newHub())
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.hub().Handler().ServeHTTP(w, r) }))
	t.Cleanup(func() {
		p.stop()
		p.server.Close()
	})
	return p
}

func open(t testing.TB, limits hub.Limits) *place {
	t.Helper()
	return serve(t, linktest.Open(t, nil), limits)
}

func (p *place) newHub() *hub.Server {
	return hub.New(hub.Config{Office: p.Office, Tokens: p.tokens, Limits: p.limits, Log: logger(p.t)})
}

func (p *place) hub() *hub.Server { return p.now.Load() }

// restart is a new life of the hub and its office, over the same data.
func (p *place) restart() {
	p.t.Helper()
	p.stop()
	p.Restart()
	p.now.Store(p.newHub())
}

func (p *place) stop() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), linktest.Patience)
	defer cancel()
	if err := p.hub().Shutdown(ctx); err != nil {
		p.t.Errorf("Shutdown() of the hub = %v", err)
	}
	if n := p.hub().Counters().Panics; n != 0 {
		p.t.Errorf("the hub recovered %d panics", n)
	}
}

func logger(t testing.TB) zerolog.Logger {
	if _, fuzz := t.(*testing.F); testing.Verbose() && !fuzz {
		return zerolog.New(zerolog.NewTestWriter(t))
	}
	return zerolog.Nop()
}

// dial connects a client that ends with the test.
func (p *place) dial(t testing.TB, change func(*link.Config)) *link.Client {
	t.Helper()
	cfg := link.Config{
		URL: p.server.URL, Token: p.token, Session: office.Session{Extension: "101"}, Version: "1.2.3.4", Log: logger(t),
	}
	if change != nil {
		change(&cfg)
	}
	c, err := link.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Dial() = %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), linktest.Patience)
		defer cancel()
		_ = c.Close(ctx) // what it says is for those tests that ask
	})
	return c
}

func registered(t testing.TB, c *link.Client) {
	t.Helper()
	linktest.Until(t, "the client is registered", func() bool { return c.View().State == office.Registered })
}
