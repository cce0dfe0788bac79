package hub_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
)

func TestHelloIsRefused(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	desk, _, err := p.tokens.Add(token.Grant{Extensions: []string{"101", "102"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		hello wire.Hello
		want  int
	}{
		"no token":          {wire.Hello{Min: 1, Max: 1}, wire.CloseToken},
		"bad token":         {wire.Hello{Min: 1, Max: 1, Token: p.token + "x"}, wire.CloseToken},
		"newer alone":       {wire.Hello{Min: 2, Max: 9, Token: p.token}, wire.CloseVersion},
		"no version":        {wire.Hello{Token: p.token}, wire.CloseVersion},
		"another extension": {wire.Hello{Min: 1, Max: 1, Token: desk, Extension: "103"}, wire.CloseForbidden},
		"any extension":     {wire.Hello{Min: 1, Max: 1, Token: desk}, wire.CloseForbidden},
		"a strange role":    {wire.Hello{Min: 1, Max: 1, Token: p.token, Role: "king"}, wire.CloseForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.raw(t)
			r.send(wire.TypeHello, 0, 0, test.hello)
			r.closed(test.want)
		})
	}
}

func TestGrantsMakeSessions(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	one, _, err := p.tokens.Add(token.Grant{User: "u7", Extensions: []string{"102"}})
	if err != nil {
		t.Fatal(err)
	}
	if w := p.raw(t).hello(wire.Hello{Token: one, UserID: "somebody", Role: "desk", Client: "9.9"}); w.Extension != "102" || w.Resumed || w.Version != 1 {
		t.Errorf("welcome = %+v, want a new session of 102, the token's only extension", w)
	}
	s := p.hub().Sessions()
	if len(s) != 1 || s[0].User != "u7" || s[0].Extension != "102" || s[0].Role != "desk" || s[0].Client != "9.9" || !s[0].Online || s[0].Token == "" {
		t.Errorf("Sessions() = %+v, want the one of u7", s)
	}
	raw, err := json.Marshal(s)
	if err != nil || strings.Contains(string(raw), one) {
		t.Errorf("Sessions() tell a secret: %s, %v", raw, err)
	}
}

// TestStrangers: what is no client is sent away, and costs little. A hub with
// little patience is for those alone who use it up.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := linktest.Open(t, nil)
	p, hasty := serve(t, s, hub.Limits{}), serve(t, s, hub.Limits{Hello: 200 * time.Millisecond})
	for name, test := range map[string]struct {
		at   *place
		do   func(raw)
		want int
	}{
		"silence":       {hasty, func(raw) {}, wire.CloseTimeout},
		"garbage":       {p, func(r raw) { _ = r.WriteMessage(websocket.TextMessage, []byte("GET / HTTP/1.1")) }, wire.CloseProtocol},
		"binary":        {p, func(r raw) { _ = r.WriteMessage(websocket.BinaryMessage, []byte(`{"t":"hello","b":{}}`)) }, wire.CloseProtocol},
		"another frame": {p, func(r raw) { r.send(wire.TypeCall, 1, 1, wire.Call{Method: "GetUsers"}) }, wire.CloseProtocol},
		"a drip": {hasty, func(r raw) { // slowloris: each byte in time, the whole never
			w, err := r.NextWriter(websocket.TextMessage)
			for range 40 {
				if err != nil {
					return
				}
				_, err = w.Write([]byte(strings.Repeat(" ", 4<<10))) // fills the buffer: a fragment goes out
				time.Sleep(20 * time.Millisecond)
			}
		}, 0},
		"too long": {p, func(r raw) {
			r.send(wire.TypeHello, 0, 0, wire.Hello{Min: 1, Max: 1, Token: strings.Repeat("x", wire.MaxHello)})
		}, websocket.CloseMessageTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := test.at.raw(t)
			began := time.Now()
			test.do(r)
			if test.want != 0 {
				r.closed(test.want)
			} else if _, _, err := r.ReadMessage(); err == nil {
				t.Error("the hub waits still")
			}
			if took := time.Since(began); took > 8*time.Second { // the patience of p is ten
				t.Errorf("the hub had patience for %v", took)
			}
		})
	}
}

func TestBrowsersAreRefused(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	if got := p.status(http.Header{"Origin": {p.server.URL}}); got != http.StatusForbidden {
		t.Errorf("upgrade with an Origin = %d, want 403", got)
	}
	if got := p.hub().Counters().Origins; got != 1 {
		t.Errorf("Counters().Origins = %d, want 1", got)
	}
}

func TestCrowds(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Strangers: 2, Sessions: 1})
	p.raw(t).hello(wire.Hello{Token: p.token})
	r := p.raw(t)
	r.send(wire.TypeHello, 0, 0, wire.Hello{Min: 1, Max: 1, Token: p.token})
	r.closed(wire.CloseBusy)
	p.raw(t)
	p.raw(t)
	linktest.Until(t, "both strangers are known", func() bool { return p.hub().Counters().Strangers == 2 })
	if got := p.status(nil); got != http.StatusServiceUnavailable {
		t.Errorf("upgrade past the strangers = %d, want 503", got)
	}
}

// TestBadTokenStopsTheClient, in words that tell why, and slows those who
// guess.
func TestBadTokenStopsTheClient(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c := p.dial(t, func(c *link.Config) { c.Token = "mh_nobody_secret" })
	b := linktest.Listen(t, c)
	if s := b.State(office.Refused); s.Code != string(text.HubToken) {
		t.Errorf("ConnectionState = %+v, want hub_token", s)
	}
	if v := c.View(); v.State != office.Refused || v.Why.Code != text.HubToken {
		t.Errorf("View() = %d, %v, want refused by hub_token", v.State, v.Why)
	}
	if _, err := c.Call(t.Context(), "GetUsers", nil); code(err) != text.HubToken {
		t.Errorf("Call() = %v, want hub_token", err)
	}
	for range 2 { // 0.5 s, then 1 s
		r := p.raw(t)
		began := time.Now()
		r.send(wire.TypeHello, 0, 0, wire.Hello{Min: 1, Max: 1, Token: "mh_x_y"})
		r.closed(wire.CloseToken)
		if took := time.Since(began); took < 400*time.Millisecond {
			t.Errorf("the next bad token was answered in %v, want a pause", took)
		}
	}
	if n := p.hub().Counters().BadTokens; n != 3 {
		t.Errorf("Counters().BadTokens = %d, want 3", n)
	}
	p.guess(t, 3) // what comes now would wait for 8 s
	began := time.Now()
	p.raw(t).hello(wire.Hello{Token: p.token})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a good token of the same address waited %v", took)
	}
}

// guess shows bad tokens and does not wait for the answers.
func (p *place) guess(t testing.TB, times int64) {
	t.Helper()
	want := p.hub().Counters().BadTokens + times
	for range times {
		p.raw(t).send(wire.TypeHello, 0, 0, wire.Hello{Min: 1, Max: 1, Token: "mh_x_y"})
	}
	linktest.Until(t, "the bad tokens are known", func() bool { return p.hub().Counters().BadTokens == want })
}

func TestRevokedTokenEndsItsSessions(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Look: 50 * time.Millisecond})
	c := p.dial(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	p.Summary("e1")
	b.Want(engine.CallSummary)
	if err := p.tokens.Revoke(p.id); err != nil {
		t.Fatal(err)
	}
	if s := b.State(office.Refused); s.Code != string(text.HubToken) {
		t.Errorf("ConnectionState = %+v, want hub_token", s)
	}
	if n := len(p.hub().Sessions()); n != 0 {
		t.Errorf("%d sessions, want none", n)
	}
}

// TestResume: with number and key; a wrong key is a stranger to the session,
// and a newer socket takes the place of the old one.
func TestResume(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	first := p.raw(t)
	w := first.hello(wire.Hello{Token: p.token})
	first.send(wire.TypeCall, 1, 1, wire.Call{Method: wire.MethodPing})
	reply := first.until(wire.TypeReply)

	wrong := p.raw(t).hello(wire.Hello{Token: p.token, Resume: &wire.Resume{Session: w.Session, Key: "guess"}})
	if wrong.Resumed || wrong.Session == w.Session || wrong.Key == w.Key {
		t.Errorf("welcome to a wrong key = %+v, want a new session", wrong)
	}
	other, _, err := p.tokens.Add(token.Grant{})
	if err != nil {
		t.Fatal(err)
	}
	if stolen := p.raw(t).hello(wire.Hello{Token: other, Resume: &wire.Resume{Session: w.Session, Key: w.Key}}); stolen.Resumed {
		t.Errorf("welcome to another token = %+v, want a new session", stolen)
	}

	second := p.raw(t)
	again := second.hello(wire.Hello{Token: p.token, Resume: &wire.Resume{Session: w.Session, Key: w.Key, Got: reply.N - 1}})
	if !again.Resumed || again.Session != w.Session || again.Got != 1 {
		t.Errorf("welcome = %+v, want %s resumed after frame 1", again, w.Session)
	}
	if f := second.until(wire.TypeReply); f.N != reply.N || f.ID != 1 {
		t.Errorf("first reply = %+v, want number %d again", f, reply.N)
	}
	first.closed(wire.CloseReplaced)

	third := p.raw(t)
	third.send(wire.TypeHello, 0, 0, wire.Hello{Min: 1, Max: 1, Token: p.token, Resume: &wire.Resume{Session: w.Session, Key: w.Key, Got: 1 << 40}})
	third.closed(wire.CloseSession)
}

// TestSessionComesFromElsewhere: a computer that changes its network goes on
// with its session, and is seen where it is now.
func TestSessionComesFromElsewhere(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	from := func(address string) raw {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.RemoteAddr = address + ":1" // as what stands before a hub tells it
			p.hub().Handler().ServeHTTP(w, r)
		}))
		t.Cleanup(proxy.Close)
		conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(proxy.URL, "http")+"/link", nil)
		if err != nil {
			t.Fatalf("Dial() = %v", err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return raw{t, conn}
	}
	w := from("192.0.2.1").hello(wire.Hello{Token: p.token})
	if s := p.hub().Sessions(); len(s) != 1 || s[0].From != "192.0.2.1" {
		t.Errorf("Sessions() = %+v, want one from 192.0.2.1", s)
	}
	again := from("203.0.113.9").hello(wire.Hello{Token: p.token, Resume: &wire.Resume{Session: w.Session, Key: w.Key}})
	if s := p.hub().Sessions(); !again.Resumed || len(s) != 1 || s[0].From != "203.0.113.9" {
		t.Errorf("Sessions() after the session went on from another address = %+v, resumed %v, want one from 203.0.113.9", s, again.Resumed)
	}
}
