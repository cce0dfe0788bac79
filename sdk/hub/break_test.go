package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
)

func code(err error) text.Code {
	if err == nil {
		return ""
	}
	return text.From(err).Code
}

// through dials over a cable.
func (p *place) through(t testing.TB, change func(*link.Config)) (*link.Client, *cable) {
	t.Helper()
	w := newCable(t, p.server.Listener.Addr().String())
	return p.dial(t, func(c *link.Config) {
		c.URL = w.url()
		if change != nil {
			change(c)
		}
	}), w
}

// TestBrokenLinesLoseNothing: lines break in the middle of whatever they
// carry, again and again. Each request is carried out once and answered, each
// event is told once, in order, each verdict arrives.
func TestBrokenLinesLoseNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			t.Parallel()
			p := open(t, hub.Limits{})
			c, w := p.through(t, nil)
			registered(t, c)
			b, before := linktest.Listen(t, c), c.View().Revision
			rnd := rand.New(rand.NewPCG(seed, 1))
			stop := make(chan struct{})
			var crew sync.WaitGroup
			crew.Go(func() { breakLines(w, rnd, stop) })
			const events, calls = 30, 30
			var answered sync.WaitGroup
			for i := range calls {
				answered.Go(func() { changeSettings(t, c, i) })
			}
			for i := range events {
				p.Summary(fmt.Sprint("e", i))
			}
			seen := map[string]int{}
			for range events {
				d := b.Next()
				for d.Event.Kind == engine.SettingsChanged {
					d = b.Next()
				}
				if seen[d.Event.ID]++; seen[d.Event.ID] > 1 || d.Attempt != 1 {
					t.Errorf("event %s came %d times, attempt %d", d.Event.EntryID, seen[d.Event.ID], d.Attempt)
				}
				if err := c.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
					t.Errorf("Settle() = %v", err)
				}
			}
			answered.Wait()
			close(stop)
			crew.Wait()
			registered(t, c)
			linktest.Until(t, "the view shows all changes", func() bool { return c.View().Revision >= before+calls })
			if got := revision(t, c); got != before+calls {
				t.Errorf("revision after %d calls = %d, was %d: some were carried out twice, or never", calls, got, before)
			}
			if n := c.View().Diagnostics["link"].(map[string]any)["sessions"]; n != int64(1) {
				t.Errorf("sessions = %v, want the one for all lines", n)
			}
			if n := p.hub().Counters().Resumed; n == 0 {
				t.Error("no line broke: nothing was proven")
			}
		})
	}
}

func breakLines(w *cable, rnd *rand.Rand, stop chan struct{}) {
	w.cut()
	for range 5 {
		w.wear(200 + rnd.IntN(6000))
		select {
		case <-time.After(time.Duration(rnd.IntN(800)) * time.Millisecond):
			w.cut()
		case <-stop:
		}
	}
	w.wear(0)
	w.cut()
}

// changeSettings is a call that counts how often it was carried out. While the
// line is broken it is refused at once, and not carried out.
func changeSettings(t *testing.T, c *link.Client, i int) {
	for {
		ctx, cancel := context.WithTimeout(t.Context(), linktest.Patience)
		_, err := c.Call(ctx, "SetSettings", json.RawMessage(fmt.Sprintf(`{"min_in_sec":%d}`, i)))
		cancel()
		if code(err) == text.HubUnreachable {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		if err != nil {
			t.Errorf("Call(SetSettings) = %v", err)
		}
		return
	}
}

// revision asks the hub for that of the settings, when the line is there again.
func revision(t *testing.T, c *link.Client) int64 {
	t.Helper()
	var raw json.RawMessage
	var err error
	linktest.Until(t, "the hub is reached", func() bool {
		raw, err = c.Call(t.Context(), "GetSettings", nil)
		return code(err) != text.HubUnreachable
	})
	var a struct {
		Revision int64 `json:"revision"`
	}
	if err = errors.Join(err, json.Unmarshal(raw, &a)); err != nil {
		t.Fatalf("Call(GetSettings) = %s, %v", raw, err)
	}
	return a.Revision
}

// TestReplyArrivesAfterTheBreak: the hub did it, and the line broke before it
// could say so.
func TestReplyArrivesAfterTheBreak(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c, w := p.through(t, nil)
	registered(t, c)
	w.stall(1)
	done := make(chan error, 1)
	go func() {
		_, err := c.Call(t.Context(), "SetSettings", json.RawMessage(`{"min_in_sec":9}`))
		done <- err
	}()
	linktest.Until(t, "the hub did it", func() bool { return p.hub().Counters().Calls == 1 })
	w.cut()
	if err := <-done; err != nil {
		t.Errorf("Call() over the break = %v, want its answer", err)
	}
	if n := p.hub().Counters().Calls; n != 1 {
		t.Errorf("the hub was asked %d times, want once", n)
	}
}

// TestHalfOpenLine: nobody hears that the line is dead. Both sides find out by
// the silence, and go on over another one.
func TestHalfOpenLine(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Ping: 100 * time.Millisecond, Silence: 400 * time.Millisecond})
	c, w := p.through(t, nil)
	registered(t, c)
	b := linktest.Listen(t, c)
	b.State(office.Registered)
	w.stall(0, 1)
	p.Summary("e1")
	p.Leg("e2", 1, "Appeared")
	b.State(office.Connecting)
	b.State(office.Registered)
	got := map[engine.Kind]int{b.Next().Event.Kind: 1}
	got[b.Next().Event.Kind]++
	if fmt.Sprint(got) != "map[CallSummary:1 IncomingCall:1]" {
		t.Errorf("events after a dead line = %v, want each once", got)
	}
}

// TestOfflineIsToldAtOnce, by the view, by an event and by calls; and so is
// the return.
func TestOfflineIsToldAtOnce(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c, w := p.through(t, nil)
	b := linktest.Listen(t, c)
	if first := b.State(office.Connecting); first.Code != string(text.ConnectionStarting) {
		t.Errorf("first ConnectionState = %+v, want connection_starting", first)
	}
	b.State(office.Registered)
	w.unplug(true)
	if s := b.State(office.Connecting); s.Code != string(text.HubUnreachable) {
		t.Errorf("ConnectionState = %+v, want hub_unreachable", s)
	}
	if v := c.View(); v.State != office.Connecting || !v.Stale || v.Why == nil || v.Why.Code != text.HubUnreachable || v.Epoch == "" {
		t.Errorf("View() offline = state %d, stale %v, why %v, epoch %q, want the old replica, stale", v.State, v.Stale, v.Why, v.Epoch)
	}
	began := time.Now()
	if _, err := c.Call(t.Context(), "SetUsers", json.RawMessage(`{"users":[]}`)); code(err) != text.HubUnreachable || time.Since(began) > 5*time.Second {
		t.Errorf("Call() offline = %v in %v, want hub_unreachable at once", err, time.Since(began))
	}
	w.unplug(false)
	if s := b.State(office.Registered); s.Code != string(text.ServerAvailable) {
		t.Errorf("ConnectionState = %+v, want server_available", s)
	}
	registered(t, c)
}

// TestCallsAreLostWithTheirSession: nobody knows what became of them, and the
// caller hears that and no guess.
func TestCallsAreLostWithTheirSession(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c, w := p.through(t, nil)
	registered(t, c)
	const args = `{"method":"x","params":{"command_id":"cmd-7"}}`
	w.stall(0, 1)
	lost := make(chan error, 2)
	go func() {
		_, err := c.Call(t.Context(), "APIRequest", json.RawMessage(args))
		lost <- err
	}()
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	w2 := make(chan error, 1)
	go func() {
		_, err := c.Call(ctx, "SetUsers", json.RawMessage(`{"users":[]}`))
		w2 <- err
	}()
	linktest.Until(t, "both are under way", func() bool {
		return c.View().Diagnostics["link"].(map[string]any)["queued_bytes"].(int) > 200
	})
	w.unplug(true)
	linktest.Until(t, "the client is offline", func() bool { return c.View().State == office.Connecting })
	giveUp()
	if err := <-w2; code(err) != text.ConnectionLost {
		t.Errorf("a call whose time ended offline = %v, want connection_lost", err)
	}
	p.restart()
	w.unplug(false)
	if err := <-lost; code(err) != text.ConnectionLost || text.From(err).Detail != "APIRequest cmd-7" {
		t.Errorf("a call of a lost session = %v, want connection_lost of cmd-7", err)
	}
	registered(t, c)
}
