package hub_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// TestRestartOfTheHub over the same data: what 1C holds does not come again,
// and is settled under whatever name the store has for it now; what it was
// never shown comes.
func TestRestartOfTheHub(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, linktest.Open(t, func(c *office.Config) { c.DataDir = dir }), hub.Limits{})
	c, w := p.through(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	var held []office.Delivery
	for i := range 3 {
		p.Summary(fmt.Sprint("e", i))
	}
	for range 3 {
		held = append(held, b.Want(engine.CallSummary))
	}
	settle := func(d office.Delivery, v office.Verdict) {
		t.Helper()
		if err := c.Settle(t.Context(), d.Ref, v); err != nil {
			t.Errorf("Settle(%+v) = %v", v, err)
		}
	}
	settle(held[1], office.Verdict{Shown: true}) // BSL will acknowledge it later
	linktest.Until(t, "the hub knows that it was shown", func() bool {
		return c.View().Diagnostics["link"].(map[string]any)["settles_waiting"] == 0
	})
	w.unplug(true)
	b.State(office.Connecting)
	settle(held[2], office.Verdict{Done: true}) // nobody hears it yet
	p.restart()
	p.Summary("e3")
	w.unplug(false)
	if d := b.Want(engine.CallSummary); d.Event.EntryID != "e3" {
		t.Fatalf("after the restart %s came, want e3 alone", d.Event.EntryID)
	}
	settle(held[0], office.Verdict{Done: true})
	settle(held[1], office.Verdict{Done: true})
	for _, d := range held {
		linktest.Until(t, d.Event.EntryID+" is settled", func() bool {
			_, err := c.Call(t.Context(), "NakEvent", json.RawMessage(fmt.Sprintf(`{"id":%q,"delay_sec":3600}`, d.Event.ID)))
			return code(err) == text.EventUnknown
		})
	}
	b.None(100 * time.Millisecond)
}

// TestNewSessionOfTheSameHub: the client was away for longer than its session
// lived. What waited for its consumer is dropped and comes again.
func TestNewSessionOfTheSameHub(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Grace: 2 * time.Second}) // in which a busy machine links a socket to its session
	c, w := p.through(t, nil)
	registered(t, c)
	p.Summary("e1")
	linktest.Until(t, "e1 waits at the client", func() bool {
		return c.View().Diagnostics["link"].(map[string]any)["events_waiting"].(int) > 1
	})
	w.unplug(true)
	linktest.Until(t, "the session is over", func() bool { return len(p.hub().Sessions()) == 0 })
	w.unplug(false)
	linktest.Until(t, "there is a new one", func() bool { return len(p.hub().Sessions()) == 1 })
	b := linktest.Listen(t, c)
	d := b.Want(engine.CallSummary)
	b.None(100 * time.Millisecond)
	if err := c.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle() = %v", err)
	}
	if n := p.hub().Counters().Lost; n != 1 {
		t.Errorf("Counters().Lost = %d, want 1", n)
	}
}

// TestHubStops: clients hear it, are told so, and come back soon.
func TestHubStops(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c := p.dial(t, nil)
	b := linktest.Listen(t, c)
	b.State(office.Registered)
	var took time.Duration
	for range 3 { // a busy machine is slow now and then, and not each time
		began := time.Now()
		p.stop()
		took = time.Since(began)
		if s := b.State(office.Connecting); s.Code != string(text.HubStopping) {
			t.Errorf("ConnectionState = %+v, want hub_stopping", s)
		}
		p.now.Store(p.newHub())
		b.State(office.Registered)
		if took < 2*time.Second {
			return
		}
	}
	t.Errorf("Shutdown() took %v", took)
}

// TestHubStopsUnderGuesses: who shows bad tokens does not hold it.
func TestHubStopsUnderGuesses(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	p.guess(t, 6) // the last one waits for 8 s
	began := time.Now()
	p.stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Shutdown() took %v", took)
	}
}

// TestCloseSettlesAndSaysGoodbye: the session ends at once, not after its
// grace, and what was settled last is settled.
func TestCloseSettlesAndSaysGoodbye(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c := p.dial(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	for i := range 20 {
		p.Summary(fmt.Sprint("e", i))
	}
	for range 20 {
		d := b.Want(engine.CallSummary)
		if err := c.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle() = %v", err)
		}
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("Close() = %v", err)
	}
	if n := len(p.hub().Sessions()); n != 0 {
		t.Errorf("%d sessions after Close(), want none", n)
	}
	next := linktest.Listen(t, p.dial(t, nil))
	next.State(office.Registered)
	next.None(100 * time.Millisecond)
}

// TestCloseWithoutAHub waits for nobody, and says what it could not tell.
func TestCloseWithoutAHub(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c, w := p.through(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	p.Summary("e1")
	d := b.Want(engine.CallSummary)
	w.unplug(true)
	b.State(office.Connecting)
	if err := c.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle() = %v", err)
	}
	began := time.Now()
	if err := c.Close(t.Context()); code(err) != text.HubUnreachable || time.Since(began) > 5*time.Second {
		t.Errorf("Close() = %v in %v, want hub_unreachable at once: a verdict was not told", err, time.Since(began))
	}
}

// TestClickToCallThroughTheHub: the emulated PBX, the office, the hub, the
// client: a command goes out, its result and the pop-up come back.
func TestClickToCallThroughTheHub(t *testing.T) {
	t.Parallel()
	var pbx *vpbxtest.PBX
	s := linktest.Open(t, func(c *office.Config) {
		var err error
		if pbx, err = vpbxtest.New(vpbxtest.Config{Credentials: c.Credentials, Speed: 50, Style: vpbxtest.Style{Parallel: true}}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = pbx.Close() })
		if err := pbx.Start(); err != nil {
			t.Fatal(err)
		}
		c.APIURL = pbx.URL() + "/vpbx/"
	})
	p := serve(t, s, hub.Limits{})
	hooks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Office.Handler().ServeHTTP(w, r) }))
	t.Cleanup(hooks.Close)
	if err := pbx.SetTarget(hooks.URL + "/mango"); err != nil {
		t.Fatal(err)
	}
	c, w := p.through(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	raw, err := c.Call(t.Context(), "StartCall", json.RawMessage(`{"number":"+7 916 123-45-67"}`))
	var a struct {
		ID string `json:"command_id"`
	}
	if err != nil || json.Unmarshal(raw, &a) != nil || a.ID == "" {
		t.Fatalf("Call(StartCall) = %s, %v", raw, err)
	}
	seen := map[engine.Kind]int{}
	for seen[engine.CallSummary] == 0 {
		d := b.Next()
		if seen[d.Event.Kind]++; d.Event.CommandID != a.ID {
			t.Errorf("%s has command_id %q, want %q", d.Event.Kind, d.Event.CommandID, a.ID)
		}
		w.cut() // after each event
	}
	want := map[engine.Kind]int{
		engine.CommandResult: 1, engine.OutgoingCall: 1, engine.CallAnswered: 1, engine.CallEnded: 1, engine.CallSummary: 1,
	}
	// A screen event may outlive its call while the line is down: then it is
	// not told any more, but none is told twice.
	for kind, n := range seen {
		if n > want[kind] {
			t.Errorf("%d events %s, want at most %d", n, kind, want[kind])
		}
	}
	if seen[engine.CommandResult] != 1 && seen[engine.OutgoingCall] != 1 {
		t.Errorf("events = %v, want the command and its call among them", seen)
	}
}

// TestManySessions: two hundred clients, one event for each, and none is left
// behind.
func TestManySessions(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	const many = 200
	var clients []*link.Client
	var boxes []*linktest.Inbox
	for i := range many {
		c := p.dial(t, func(c *link.Config) { c.Session = office.Session{Extension: "101", UserID: fmt.Sprint("u", i)} })
		clients = append(clients, c)
		boxes = append(boxes, linktest.Listen(t, c))
		if len(clients)%50 == 0 { // in waves: the machine of a test is small
			for _, c := range clients {
				registered(t, c)
			}
		}
	}
	p.Leg("e1", 1, "Appeared")
	for _, b := range boxes {
		b.Want(engine.IncomingCall)
	}
	if n := len(p.hub().Sessions()); n != many {
		t.Errorf("%d sessions, want %d", n, many)
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), linktest.Patience)
	defer cancel()
	if err := p.hub().Shutdown(ctx); err != nil {
		t.Errorf("Shutdown() = %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Shutdown() of %d sessions took %v", many, took)
	}
}
