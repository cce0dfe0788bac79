package hub_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
)

// TestBrokenProtocolEndsTheSession: it would break again with the same frames.
func TestBrokenProtocolEndsTheSession(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	for name, test := range map[string]struct {
		do   func(raw)
		want int
	}{
		"a gap":           {func(r raw) { r.send(wire.TypeCancel, 2, 1, nil) }, wire.CloseProtocol},
		"an ack too far":  {func(r raw) { _ = r.WriteJSON(wire.Frame{Type: wire.TypeAck, Ack: 1 << 50}) }, wire.CloseProtocol},
		"no JSON":         {func(r raw) { _ = r.WriteMessage(websocket.TextMessage, []byte("{")) }, wire.CloseProtocol},
		"binary":          {func(r raw) { _ = r.WriteMessage(websocket.BinaryMessage, nil) }, wire.CloseProtocol},
		"a body of a lie": {func(r raw) { r.send(wire.TypeCall, 1, 1, "text") }, wire.CloseProtocol},
		"parts of no JSON": {func(r raw) {
			r.send(wire.TypePart, 1, 1, wire.Part{Text: "{"})
			r.send(wire.TypeCall, 2, 1, wire.Call{Method: "SetUsers", Parted: true})
		}, wire.CloseProtocol},
		"a long frame": {func(r raw) {
			r.send(wire.TypeCall, 1, 1, wire.Call{Method: "SetUsers", Args: json.RawMessage(`"` + strings.Repeat("x", wire.MaxFrame) + `"`)})
		}, websocket.CloseMessageTooBig},
		"many beginnings": {func(r raw) {
			for i := range uint64(100) {
				f, _ := wire.New(wire.TypePart, i, wire.Part{Text: "["})
				f.N = i + 1
				if r.WriteJSON(f) != nil {
					return
				}
			}
		}, wire.CloseProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.raw(t)
			w := r.hello(wire.Hello{Token: p.token, UserID: name})
			test.do(r)
			r.closed(test.want)
			linktest.Until(t, "the session is over", func() bool {
				return !slices.ContainsFunc(p.hub().Sessions(), func(s hub.SessionInfo) bool { return s.ID == w.Session })
			})
			again := p.raw(t).hello(wire.Hello{Token: p.token, UserID: name, Resume: &wire.Resume{Session: w.Session, Key: w.Key}})
			if again.Resumed {
				t.Error("the session went on after it broke the protocol")
			}
		})
	}
}

// TestNewerFramesAreIgnored and counted: a client may be newer than the hub.
func TestNewerFramesAreIgnored(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	r := p.raw(t)
	r.hello(wire.Hello{Token: p.token, Max: 7, Min: 1})
	r.send("hologram", 1, 0, map[string]any{"x": 1})
	r.send("smell", 0, 0, nil)
	r.send(wire.TypeCall, 2, 1, map[string]any{"method": wire.MethodPing, "mood": "good"})
	if f := r.until(wire.TypeReply); f.ID != 1 {
		t.Errorf("reply = %+v, want the one of call 1", f)
	}
	if n := p.hub().Counters().Ignored; n != 2 {
		t.Errorf("Counters().Ignored = %d, want 2", n)
	}
}

// TestSlowClient reads, answers pings and acknowledges nothing: what is kept
// for it is bounded, and at last it is cut off.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Queue: 8 << 10, Ping: 50 * time.Millisecond, Stall: 500 * time.Millisecond})
	r := p.raw(t)
	w := r.hello(wire.Hello{Token: p.token})
	for i := range 50 {
		p.Summary(fmt.Sprint("e", i))
	}
	var most atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			for _, s := range p.hub().Sessions() {
				most.Store(max(most.Load(), int64(s.Queued)))
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	r.closed(wire.CloseSlow)
	close(stop)
	<-done
	if got := most.Load(); got == 0 || got > 8<<10 {
		t.Errorf("at most %d bytes were kept for the client, want some, but no more than 8 KiB", got)
	}
	linktest.Until(t, "it is counted", func() bool { return p.hub().Counters().Slow == 1 })
	again := p.raw(t).hello(wire.Hello{Token: p.token, Resume: &wire.Resume{Session: w.Session, Key: w.Key, Got: 1}})
	if !again.Resumed {
		t.Error("a slow client may come back to its session, and could not")
	}
}

// TestBusyConsumer: 1C takes nothing for a while. The line lives, calls are
// answered, and the hub gives away no more than the client has room for.
func TestBusyConsumer(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Queue: 8 << 10, Ping: 50 * time.Millisecond, Stall: 2 * time.Second})
	c := p.dial(t, nil)
	registered(t, c)
	var free atomic.Bool
	taken := make(chan string, 100)
	c.Deliver(func(d office.Delivery) bool {
		if d.Event.Class != engine.Record {
			return true
		}
		if free.Load() {
			taken <- d.Event.EntryID
		}
		return free.Load()
	})
	const many = 40
	for i := range many {
		p.Summary(fmt.Sprint("e", i))
	}
	linktest.Until(t, "events wait at the client", func() bool { return p.hub().Sessions()[0].Events > 3 })
	time.Sleep(2500 * time.Millisecond) // longer than a stall
	if s := p.hub().Sessions(); len(s) != 1 || s[0].Events >= many || !s[0].Online {
		t.Errorf("Sessions() = %+v, want one, online, with a part of %d events", s, many)
	}
	if _, err := c.Call(t.Context(), "GetUsers", nil); err != nil {
		t.Errorf("Call() beside a busy consumer = %v", err)
	}
	free.Store(true)
	got := map[string]bool{}
	for range many {
		select {
		case e := <-taken:
			if got[e] {
				t.Errorf("%s came twice", e)
			}
			got[e] = true
		case <-time.After(linktest.Patience):
			t.Fatalf("%d events came, want %d", len(got), many)
		}
	}
}

// TestManyCalls of one session: past the limit they are refused, not queued;
// who does not even read the refusals is cut off.
func TestManyCalls(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Calls: 2, Queue: 1 << 10})
	r := p.raw(t)
	r.hello(wire.Hello{Token: p.token})
	n := uint64(0)
	ask := func(method, args string) {
		n++
		r.send(wire.TypeCall, n, n, wire.Call{Method: method, Args: json.RawMessage(args)})
	}
	users := make([]string, 40)
	for i := range users {
		users[i] = fmt.Sprintf(`{"user_id":"u%d","name":"A","extension":"%d"}`, i, 100+i)
	}
	ask("SetUsers", `{"users":[`+strings.Join(users, ",")+`]}`)
	done := r.until(wire.TypeReply)
	// A reply is there a moment before its call counts as over.
	linktest.Until(t, "it is over", func() bool { return p.hub().Sessions()[0].Calls == 0 })
	for range 4 { // two answers that find no room, two refusals
		ask("GetUsers", `{}`)
	}
	linktest.Until(t, "two are refused", func() bool { return p.hub().Counters().Busy == 2 })
	if err := r.WriteJSON(wire.Frame{Type: wire.TypeAck, Ack: done.N}); err != nil {
		t.Fatal(err)
	}
	kinds := map[text.Code]int{}
	for replies := 0; replies < 4; {
		f := r.next()
		if f.N != 0 {
			if err := r.WriteJSON(wire.Frame{Type: wire.TypeAck, Ack: f.N}); err != nil {
				t.Fatal(err)
			}
		}
		if f.Type != wire.TypeReply {
			continue
		}
		replies++
		var reply wire.Reply
		if err := f.Read(&reply); err != nil {
			t.Fatal(err)
		}
		if reply.Error == nil {
			reply.Error = &wire.Error{}
		}
		kinds[reply.Error.Code]++
	}
	if kinds[""] != 2 || kinds[text.HubBusy] != 2 {
		t.Errorf("replies = %v, want two answers and two refusals", kinds)
	}
	for range 20 {
		n++
		f, _ := wire.New(wire.TypeCall, n, wire.Call{Method: "GetUsers"})
		f.N = n
		_ = r.WriteJSON(f) // the hub may have gone by now
	}
	linktest.Until(t, "it is cut off", func() bool { return p.hub().Counters().Protocol == 1 })
}

// TestBigTable: half a million responsibles pass, in parts, and the line goes
// on meanwhile.
func TestBigTable(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Ping: 100 * time.Millisecond, Silence: time.Second})
	c, w := p.through(t, nil)
	registered(t, c)
	var b strings.Builder
	b.WriteString(`{"replace":true,"responsibles":[`)
	const numbers = 50_000
	for i := range numbers {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"number":"7916%07d","extension":"101"}`, i)
	}
	b.WriteString(`]}`)
	done := make(chan error, 1)
	go func() {
		_, err := c.Call(t.Context(), "SetRouteTable", json.RawMessage(b.String()))
		done <- err
	}()
	linktest.Until(t, "it is under way", func() bool {
		bytes, _ := c.View().Diagnostics["link"].(map[string]any)["queued_bytes"].(int)
		return bytes > 100_000 || len(done) > 0
	})
	w.cut()
	if _, err := c.Call(t.Context(), "GetUsers", nil); err != nil && code(err) != text.HubUnreachable {
		t.Errorf("Call() beside = %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("Call(SetRouteTable) of %d bytes = %v", b.Len(), err)
	}
	if _, err := c.Call(t.Context(), "SetRouteTable", make(json.RawMessage, wire.MaxBody+1)); code(err) != text.TooBig {
		t.Errorf("Call() of more than may be sent = %v, want too_big", err)
	}
}

// TestLongAnswer comes back in parts.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	c := p.dial(t, func(c *link.Config) { c.Session.Extension = "" })
	registered(t, c)
	name := strings.Repeat("Ё", 2000)
	users := make([]string, 300)
	for i := range users {
		users[i] = fmt.Sprintf(`{"user_id":"u%d","name":%q,"extension":"%d"}`, i, name, 100+i)
	}
	if _, err := c.Call(t.Context(), "SetUsers", json.RawMessage(`{"users":[`+strings.Join(users, ",")+`]}`)); err != nil {
		t.Fatalf("Call(SetUsers) = %v", err)
	}
	raw, err := c.Call(t.Context(), "GetUsers", nil)
	var a struct {
		Users []struct {
			Name string `json:"name"`
		} `json:"users"`
	}
	if err != nil || json.Unmarshal(raw, &a) != nil || len(a.Users) != len(users) || a.Users[7].Name != name || len(raw) < wire.PartSize {
		t.Errorf("Call(GetUsers) = %d users in %d bytes, %v, want %d", len(a.Users), len(raw), err, len(users))
	}
}

// FuzzSession: whatever a client with a token says, the hub does not panic and
// serves the next one.
func FuzzSession(f *testing.F) {
	for _, s := range []string{
		`{"t":"call","n":1,"id":1,"b":{"method":"Ping"}}`, `{"t":"part","n":1,"id":1,"b":{"text":"[]"}}`,
		`{"t":"call","n":1,"id":1,"b":{"method":"SetUsers","parted":true,"timeout_ms":-1}}`, `{"t":"cancel","n":1,"id":1}`,
		`{"t":"settle","n":1,"b":{"epoch":"x","seq":1,"shown":true,"delay_ms":-1}}`, `{"t":"ack","a":1,"b":{"taken":99}}`,
		`{"t":"bye","n":1}`, `{"t":"hello","b":{}}`, `{"t":"event","n":1,"b":null}`, `[]`,
	} {
		f.Add(s, `{"t":"call","n":2,"id":1,"b":{"method":"GetUsers"}}`)
	}
	p := open(f, hub.Limits{})
	f.Fuzz(func(t *testing.T, first, second string) {
		r := p.raw(t)
		r.hello(wire.Hello{Token: p.token})
		for _, s := range []string{first, second} {
			_ = r.WriteMessage(websocket.TextMessage, []byte(s))
		}
		_ = r.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(wire.CloseBye, ""))
		_ = r.SetReadDeadline(time.Now().Add(linktest.Patience))
		for {
			if _, _, err := r.ReadMessage(); err != nil {
				break
			}
		}
		if n := p.hub().Counters().Panics; n != 0 {
			t.Fatalf("%q, %q: the hub panicked", first, second)
		}
	})
}
