package office_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/webhook"
)

// watched counts the calls of a watch.
func watched(l *office.Local) *atomic.Int64 {
	n := new(atomic.Int64)
	l.Watch(func() { n.Add(1) })
	return n
}

// Whoever watches is told of what his view shows, and of nothing else; when he
// is told the view has it.
func TestWatch(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Role: office.RoleServer})
	s.registered()
	first, _ := s.as(office.Session{Extension: "101"})
	second, _ := s.as(office.Session{Extension: "102"})
	nobody, _ := s.as(office.Session{})
	supervisor, _ := s.as(office.Session{Extension: "104", Rights: office.Supervisor})
	locals := []*office.Local{first, second, nobody, supervisor}
	var counts []*atomic.Int64
	for _, l := range locals {
		counts = append(counts, watched(l))
	}
	told := func(what string, want ...bool) {
		t.Helper()
		s.must("GetLimits", "{}") // the loop has been through it
		for i, c := range counts {
			if got := c.Swap(0) > 0; got != want[i] {
				t.Errorf("%s: session %d was told %v, want %v", what, i, got, want[i])
			}
		}
	}
	calls := func(n int) {
		t.Helper()
		s.until("shown", func(v office.Snapshot) bool { return len(v.Calls) == n })
	}
	told("nothing happened", false, false, false, false)
	s.post("/events/call", legEvent("a", "a", "Appeared", "102"))
	calls(1)
	told("a call of 102", false, true, false, true)
	s.post("/events/call", legEvent("b", "b", "Connected", "103"))
	calls(2)
	told("a call of 103", false, false, false, true)
	s.post("/events/call", strings.Replace(legEvent("a", "a", "Disconnected", "102"), `"seq":1`, `"seq":2,"disconnect_reason":1110`, 1))
	calls(1)
	told("the end of the call of 102", false, true, false, true)
	if v := second.View(); len(v.Calls) != 0 {
		t.Errorf("View() of 102 shows %+v after it was told of the end", v.Calls)
	}
	s.must("SetSettings", `{"min_in_sec":7}`)
	told("settings", true, true, true, true)
	fresh, _ := s.as(office.Session{Extension: "105"})
	told("another session", false, false, false, false)
	if !first.View().IsFirst {
		t.Fatalf("View() of the first session says it is not")
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	told("the first session went", false, true, false, false)
	if !second.View().IsFirst {
		t.Errorf("View() of the second session after it was told: not the first")
	}
	_ = fresh.Close(t.Context())
	s.api.set(http.StatusUnauthorized, `{"result":3104}`)
	_ = supervisor.Close(t.Context())
	told("two sessions more went", false, false, false, false)
}

// A session whose way broke: its colleagues are asked, nothing is offered to
// it, what it holds stays its own; when it is back it is the first again and is
// told its live calls once.
func TestAwayAndBack(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Settings = json.RawMessage(`{"ivr_popup":true}`) }, office.Session{Role: office.RoleServer})
	s.registered()
	first, inbox := s.as(office.Session{Extension: "101", ClientGUID: "g1"})
	s.post("/events/summary", summaryEvent("e1")) // record, of any writer, and there is one desk yet
	held, _ := want[struct{}](t, inbox, engine.CallSummary)
	_, second := s.as(office.Session{Extension: "102", ClientGUID: "g2"})
	if err := first.Settle(t.Context(), held.Ref, office.Verdict{Shown: true}); err != nil {
		t.Fatal(err)
	}
	s.post("/events/call", legEvent("known", "known", "Appeared", "101"))
	want[struct{}](t, inbox, engine.IncomingCall)

	first.Away()
	if v := first.View(); v.IsFirst {
		t.Error("IsFirst while it is away, want not")
	}
	want[struct{}](t, second, engine.FirstInSession)
	s.post("/events/call", menuEvent("menu", "m", "79161234567"))
	want[struct{}](t, second, engine.IvrCall) // a server session is asked nothing
	s.post("/events/call", legEvent("new", "new", "Appeared", "101"))
	s.post("/events/summary", summaryEvent("e2"))
	want[struct{}](t, second, engine.CallSummary) // goes to who writes now
	s.post("/events/call", strings.Replace(legEvent("known", "known", "Connected", "101"), `"seq":1`, `"seq":2`, 1))
	s.until("told of the answer", func(v office.Snapshot) bool {
		return slices.ContainsFunc(v.Calls, func(c office.ActiveCall) bool { return c.CallID == "known" && c.State == "talking" })
	})
	none(t, inbox, 50*time.Millisecond)

	first.Back()
	var got []string
	for range 3 {
		d := next(t, inbox)
		got = append(got, fmt.Sprint(d.Event.Kind, " ", d.Event.EntryID, " ", d.Replay))
	}
	slices.Sort(got)
	if d := cmp.Diff([]string{"CallAnswered known true", "IncomingCall known true", "IncomingCall new true"}, got); d != "" {
		t.Errorf("after Back (-want +got):\n%s", d)
	}
	none(t, inbox, 50*time.Millisecond) // not a second time, as what waited for it
	if v := first.View(); !v.IsFirst {
		t.Error("IsFirst = false after Back, want its place")
	}
	if err := first.Settle(t.Context(), held.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle() of what it held = %v, want nil", err)
	}
	first.Away()
	first.Back()
	first.Back() // tells nothing new
	s.must("GetLimits", "{}")
	for range 3 {
		next(t, inbox)
	}
	none(t, inbox, 50*time.Millisecond)
}

// What is told a session that is away waits for it until it expires.
func TestWhatWaitsForAnAbsentSession(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	s := open(t, func(c *office.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}, office.Session{Role: office.RoleServer})
	s.registered()
	away, inbox := s.as(office.Session{Extension: "101"})
	// What was taken is told by the clock of when it is derived, which is a moment
	// later: before the end the call must have been seen.
	end := func(entry string) {
		t.Helper()
		for i, p := range wholeCall(entry)[:3] {
			if s.post(p[0], p[1]); i == 0 {
				s.until("told of the call", func(v office.Snapshot) bool { return len(v.Calls) == 1 })
			}
		}
		s.until("told of the end", func(v office.Snapshot) bool { return len(v.Calls) == 0 })
	}
	away.Away()
	end("e1")
	ahead.Add(int64(10 * time.Second))
	away.Back()
	var kinds []engine.Kind
	for range 2 { // the pop-up of a call that is over shows nobody anything
		kinds = append(kinds, next(t, inbox).Event.Kind)
	}
	if d := cmp.Diff([]engine.Kind{engine.CallAnswered, engine.CallEnded}, kinds); d != "" {
		t.Errorf("after ten seconds away (-want +got):\n%s", d)
	}
	away.Away()
	end("e2")
	ahead.Add(int64(10 * time.Minute))
	away.Back()
	none(t, inbox, 100*time.Millisecond)
}

// A session that closes while it is away gives back what it held, and is not
// brought back.
func TestClosedWhileAway(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Role: office.RoleServer})
	first, inbox := s.as(office.Session{Extension: "101"})
	s.post("/events/summary", summaryEvent("e1"))
	d, _ := want[struct{}](t, inbox, engine.CallSummary)
	first.Away()
	if err := first.Close(t.Context()); err != nil {
		t.Fatalf("Close() while away = %v", err)
	}
	again, _ := want[struct{}](t, s.inbox, engine.CallSummary)
	if again.Event.ID != d.Event.ID || again.Attempt != 1 {
		t.Errorf("the next writer got %+v, want what the first one held, unshown", again)
	}
	first.Back()
	first.Away()
	if _, err := first.Call(t.Context(), "GetUsers", nil); code(err) != text.NotConnected {
		t.Errorf("Call() after Close and Back = %v, want not_connected", err)
	}
	s.until("alone", func(v office.Snapshot) bool { return v.Diagnostics["sessions"] == 1 })
}

// A record event wakes one writer; when that one is busy the others take what
// comes, and when it goes they take what it was woken for.
func TestWritersShareTheWork(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Role: office.RoleServer})
	busy, err := s.o.Attach(office.Session{Extension: "101"})
	if err != nil {
		t.Fatal(err)
	}
	offered := make(chan struct{}, 1)
	busy.Deliver(func(d office.Delivery) bool {
		if d.Event.Kind == engine.CallSummary {
			select {
			case offered <- struct{}{}:
			default:
			}
			return false
		}
		return true
	})
	s.post("/events/summary", summaryEvent("stuck"))
	<-offered
	_, inbox := s.as(office.Session{Extension: "102"})
	const others = 40
	for i := range others {
		s.post("/events/summary", summaryEvent(fmt.Sprint("e", i)))
	}
	seen := map[string]bool{}
	for range others {
		d, _ := want[struct{}](t, inbox, engine.CallSummary)
		seen[d.Event.EntryID] = true
	}
	if len(seen) != others || seen["stuck"] {
		t.Errorf("%d summaries came while the other writer was busy, want %d and not the one it holds", len(seen), others)
	}
	if err := busy.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := next(t, inbox)
	for d.Event.Kind == engine.FirstInSession {
		d = next(t, inbox)
	}
	if d.Event.EntryID != "stuck" {
		t.Errorf("after the busy one went %s of %s came, want what it held", d.Event.Kind, d.Event.EntryID)
	}
}

// Whatever comes, goes, breaks and comes back: each summary is taken by some
// session in the end, and nothing waits.
func TestNothingIsLostOverAbsences(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Role: office.RoleServer})
	if err := s.local.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var round atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		n := round.Add(1)
		var mu sync.Mutex
		taken := map[string]bool{}
		join := func(i int) *office.Local {
			l, err := s.o.Attach(office.Session{Extension: fmt.Sprint(200 + i), ClientGUID: fmt.Sprint("g", i)})
			if err != nil {
				rt.Fatal(err)
			}
			refuse := i == 0
			l.Deliver(func(d office.Delivery) bool {
				if d.Event.Kind != engine.CallSummary {
					return true
				}
				if refuse = !refuse && i == 0; refuse {
					return false // a busy 1C, every other time
				}
				if l.Settle(context.Background(), d.Ref, office.Verdict{Done: true}) == nil {
					mu.Lock()
					taken[d.Event.EntryID] = true
					mu.Unlock()
				}
				return true
			})
			return l
		}
		var locals []*office.Local
		for i := range 3 {
			locals = append(locals, join(i))
		}
		posted := 0
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			i := rapid.IntRange(0, 2).Draw(rt, "session")
			switch rapid.SampledFrom([]string{"call", "call", "away", "back", "again"}).Draw(rt, "what") {
			case "call":
				for _, p := range wholeCall(fmt.Sprintf("n%d-%d", n, posted)) {
					s.post(p[0], p[1])
				}
				posted++
			case "away":
				locals[i].Away()
			case "back":
				locals[i].Back()
			case "again":
				if err := locals[i].Close(context.Background()); err != nil {
					rt.Fatal(err)
				}
				locals[i] = join(i)
			}
		}
		locals[rapid.IntRange(0, 2).Draw(rt, "who is left")].Back()
		for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			mu.Lock()
			got := len(taken)
			mu.Unlock()
			if got == posted {
				break
			}
			if time.Now().After(end) {
				rt.Fatalf("%d summaries of %d calls were taken", got, posted)
			}
		}
		for _, l := range locals {
			if err := l.Close(context.Background()); err != nil {
				rt.Fatal(err)
			}
		}
	})
	if j := s.local.View().Diagnostics["journal"].(map[string]any); j["waiting"] != 0 || j["parked"] != 0 {
		t.Errorf("Diagnostics journal = %v, want nothing waiting", j)
	}
}

// Without a listener of its own the office is served by somebody else's.
func TestNoListener(t *testing.T) {
	t.Parallel()
	store := memory.New(memory.Options{})
	s := open(t, func(c *office.Config) {
		c.NoListener, c.Store = true, store
		c.Listen.Address, c.Listen.TLSCert = "nonsense", "/no/such/file"
	}, office.Session{Extension: "101"})
	if addr := s.o.ListenAddr(); addr != nil {
		t.Errorf("ListenAddr() = %v, want nil", addr)
	}
	mux := http.NewServeMux()
	mux.Handle("/mango/", s.o.Handler())
	server := httptest.NewServer(mux)
	defer server.Close()
	post := func(path, body string) int {
		t.Helper()
		resp, err := httpClient.PostForm(server.URL+"/mango"+path, url.Values{
			"vpbx_api_key": {s.cfg.Credentials.Key}, "json": {body}, "sign": {s.cfg.Credentials.JSON([]byte(body))},
		})
		if err != nil {
			t.Fatal(err)
		}
		return errorless(resp)
	}
	s.registered()
	// A record event that is there at once: of a summary without legs nobody knows
	// whether it is before or after the end of the office.
	if status := post("/events/sms", `{"command_id":"sms1","timestamp":1795338012,"reason":4391}`); status != http.StatusOK {
		t.Fatalf("POST = %d, want 200", status)
	}
	want[struct{}](t, s.inbox, engine.SmsResult)
	if _, err := s.call("CheckConnection", "{}"); err != nil {
		t.Errorf("CheckConnection() = %v, want nil", err)
	}
	listen, _ := s.local.View().Diagnostics["listen"].(map[string]any)
	if d := cmp.Diff(map[string]any{"address": "", "path": "/mango", "tls": false}, listen); d != "" {
		t.Errorf("Diagnostics listen (-want +got):\n%s", d)
	}
	if err := s.local.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status := post("/events/call", callEvent("e2", "l2", 1, "Appeared")); status != http.StatusOK {
		t.Fatalf("POST with no session = %d, want 200", status)
	}
	if err := s.o.Shutdown(context.Background()); err != nil {
		t.Fatalf("Shutdown() = %v", err)
	}
	if status := post("/events/summary", summaryEvent("e3")); status != http.StatusServiceUnavailable {
		t.Errorf("POST after Shutdown = %d, want 503", status)
	}
	at, err := store.Cursor(t.Context())
	if waiting, _, errDepth := store.Outbox().Depth(t.Context()); err != nil || errDepth != nil || at != 2 || waiting != 1 {
		t.Errorf("after Shutdown the cursor is at %d, %d events wait, want 2, for all is derived, and what the session gave back", at, waiting)
	}
}

func errorless(resp *http.Response) int {
	_ = resp.Body.Close()
	return resp.StatusCode
}

// One handler brings notifications to one office after the other; while none
// takes them they go elsewhere. An office that may not ask the PBX does not.
func TestWebhookThatOutlivesTheOffice(t *testing.T) {
	t.Parallel()
	store, held := memory.New(memory.Options{}), errors.New("not now")
	var present atomic.Pointer[office.Office]
	var elsewhere, holding atomic.Bool
	hook := webhook.New(webhook.Config{
		Credentials: credentials(t), BasePath: "/mango",
		Sink: func(ctx context.Context, item notify.Item) error {
			err := present.Load().Accept(ctx, item)
			if errors.Is(err, text.New(text.Stopping)) {
				elsewhere.Store(true)
				_, _, err = store.Append(ctx, item.Key, item.Encode())
			}
			return err
		},
	})
	server := httptest.NewServer(hook)
	defer server.Close()
	cred := credentials(t)
	post := func(body string) {
		t.Helper()
		resp, err := httpClient.PostForm(server.URL+"/mango/events/summary", url.Values{
			"vpbx_api_key": {cred.Key}, "json": {body}, "sign": {cred.JSON([]byte(body))},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := errorless(resp); got != http.StatusOK {
			t.Errorf("POST = %d, want 200", got)
		}
	}
	begin := func() *site {
		s := open(t, func(c *office.Config) {
			c.NoListener, c.Store, c.Webhook = true, store, hook
			c.Allowed = func() error {
				if holding.Load() {
					return held
				}
				return nil
			}
		}, office.Session{Extension: "101"})
		present.Store(s.o)
		s.registered()
		return s
	}
	s := begin()
	post(summaryEvent("e1"))
	want[struct{}](t, s.inbox, engine.CallSummary)
	if hooks, _ := s.local.View().Diagnostics["webhook"].(map[string]any); hooks["accepted"] != int64(1) {
		t.Errorf("Diagnostics webhook = %v, want the counters of the handler", hooks)
	}
	holding.Store(true)
	s.command("StartCall", `{"number":"+7 916 123-45-67"}`)
	if _, b := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); b.Code != string(text.Stopping) {
		t.Errorf("CommandResult of an office that may not ask = %+v, want %s", b, text.Stopping)
	}
	if got := s.api.asked(""); len(got) > 0 {
		t.Errorf("the PBX was sent %v by an office that may not ask", got)
	}
	holding.Store(false)
	if err := s.o.Shutdown(context.Background()); err != nil {
		t.Fatalf("Shutdown() = %v", err)
	}
	if post(summaryEvent("e2")); !elsewhere.Load() {
		t.Error("an office that was shut down took a notification")
	}
	next := begin()
	for d, _ := want[struct{}](t, next.inbox, engine.CallSummary); d.Event.EntryID != "e2"; {
		d, _ = want[struct{}](t, next.inbox, engine.CallSummary)
	}
}
