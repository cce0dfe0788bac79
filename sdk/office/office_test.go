package office_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

func TestNotificationsBecomeEvents(t *testing.T) {
	t.Parallel()
	s := open(t, standing, office.Session{Extension: "101", UserID: "u1"})
	s.registered()
	for _, l := range trace(t, "inbound-ivr-answered") {
		if got := s.post(l.Path, string(l.JSON)); got != http.StatusOK {
			t.Fatalf("POST %s = %d, want 200", l.Path, got)
		}
	}
	in, _ := want[engine.IncomingCallBody](t, s.inbox, engine.IncomingCall)
	if in.Event.Caller.Number != "79161234567" || in.Event.Callee.Name != "Иванов" || in.Ref.Seq == 0 || in.Attempt != 1 || in.Received.IsZero() {
		t.Errorf("IncomingCall = %+v, want the client, the employee's name, a seq, attempt 1 and the time of its notification", in)
	}
	want[engine.CallAnsweredBody](t, s.inbox, engine.CallAnswered)
	want[engine.CallEndedBody](t, s.inbox, engine.CallEnded)
	sum, body := want[engine.CallSummaryBody](t, s.inbox, engine.CallSummary)
	if body.Status != engine.AcceptedOK || body.Author.UserID != "u1" || sum.Event.Class != engine.Record {
		t.Errorf("CallSummary = %+v, want accepted_ok by u1", body)
	}
	if err := s.local.Settle(t.Context(), sum.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle() = %v, want nil", err)
	}
	if err := s.local.Settle(t.Context(), sum.Ref, office.Verdict{Done: true}); code(err) != text.EventUnknown {
		t.Errorf("second Settle() = %v, want event_unknown", err)
	}
	for _, id := range []string{in.Event.ID, sum.Event.ID} {
		if m, err := s.call("GetEvent", `{"id":"`+id+`"}`); err != nil || m["event"].(map[string]any)["id"] != id {
			t.Errorf("GetEvent(%s) = %v, %v, want the event", id, m, err)
		}
	}
	if v := s.local.View(); len(v.Calls) != 0 {
		t.Errorf("View().Calls after the call = %v, want none", v.Calls)
	}
}

func TestViewShowsLiveCalls(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	for _, l := range trace(t, "inbound-ivr-answered")[:4] {
		s.post(l.Path, string(l.JSON))
	}
	want[struct{}](t, s.inbox, engine.IncomingCall)
	want[struct{}](t, s.inbox, engine.CallAnswered)
	v := s.local.View()
	if len(v.Calls) != 1 || v.Calls[0].State != "talking" || v.Calls[0].Callee.Extension != "101" || v.Extension != "101" || !v.IsFirst {
		t.Errorf("View() = %+v, want one talking leg of 101", v)
	}
	// A session that comes now is told what it needs to show the call.
	late, inbox := attach(t, s.o, office.Session{Extension: "101"})
	d := next(t, inbox)
	if d.Event.Kind != engine.IncomingCall || !d.Replay || d.Ref.Seq != 0 {
		t.Errorf("first event of a late session = %+v, want IncomingCall marked replay, without seq", d)
	}
	if d := next(t, inbox); d.Event.Kind != engine.CallAnswered || !d.Replay {
		t.Errorf("second event of a late session = %+v, want CallAnswered marked replay", d)
	}
	if late.View().IsFirst {
		t.Error("the second session is first, want only one to be")
	}
	none(t, s.inbox, 50*time.Millisecond)
}

func TestEventsGoToTheirExtension(t *testing.T) {
	t.Parallel()
	s := open(t, standing, office.Session{Extension: "101"})
	_, other := attach(t, s.o, office.Session{Extension: "103"})
	_, all := attach(t, s.o, office.Session{})
	for _, l := range trace(t, "internal")[:3] { // the summary may go to any writer
		s.post(l.Path, string(l.JSON))
	}
	for _, k := range []engine.Kind{engine.OutgoingCall, engine.CallAnswered, engine.CallEnded} {
		want[struct{}](t, s.inbox, k)
	}
	none(t, other, 50*time.Millisecond)
	kinds := map[engine.Kind]int{}
	for range 6 {
		kinds[next(t, all).Event.Kind]++
	}
	if kinds[engine.OutgoingCall] != 1 || kinds[engine.IncomingCall] != 1 || kinds[engine.CallAnswered] != 2 || kinds[engine.CallEnded] != 2 {
		t.Errorf("a session without an extension got %v, want the events of both sides", kinds)
	}
}

func states(t *testing.T, inbox chan office.Delivery, n int) (got []engine.ConnectionStateBody) {
	t.Helper()
	for range n {
		select {
		case d := <-inbox:
			var b engine.ConnectionStateBody
			if err := json.Unmarshal(d.Event.Body, &b); err != nil || d.Event.Kind != engine.ConnectionState || d.Ref.Seq != 0 {
				t.Fatalf("event = %+v, %v, want a local ConnectionState", d, err)
			}
			got = append(got, b)
		case <-time.After(patience):
			t.Fatalf("states = %v, want %d", got, n)
		}
	}
	return got
}

func TestStateRegistered(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.registered()
	v := s.local.View()
	if v.Why != nil {
		t.Errorf("View().Why = %v, want nil", v.Why)
	}
	// A session that comes later is told the present state.
	_, inbox := attach(t, s.o, office.Session{})
	if got := states(t, inbox, 1)[0]; got.State != 3 || got.Code != string(text.ServerAvailable) {
		t.Errorf("first ConnectionState of a late session = %+v, want 3 server_available", got)
	}
}

func TestStateKeyRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.set(http.StatusUnauthorized, `{"name":"Unauthorized","message":"","code":0,"status":401}`)
	s := open(t, func(c *office.Config) { c.APIURL = a.URL }, office.Session{Extension: "101"})
	v := s.until("refused", func(v office.Snapshot) bool { return v.State == office.Refused })
	if v.Why == nil || v.Why.Code != text.KeyRefused {
		t.Errorf("View().Why = %v, want key_refused", v.Why)
	}
	if _, err := s.call("StartCall", `{"number":"+79161234567"}`); code(err) != text.NotConnected {
		t.Errorf("StartCall when refused = %v, want not_connected", err)
	}
}

func TestStateUnreachableThenGood(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.mu.Lock()
	a.hang = true
	a.mu.Unlock()
	s := open(t, func(c *office.Config) { c.APIURL = a.URL }, office.Session{})
	v := s.until("unreachable", func(v office.Snapshot) bool { return v.Why != nil && v.Why.Code == text.Unreachable })
	if v.State != office.Connected {
		t.Errorf("State = %d, want 2: the listener is up", v.State)
	}
	// The PBX posts though the API does not answer.
	if got := s.post("/events/call", string(trace(t, "internal")[0].JSON)); got != http.StatusOK {
		t.Errorf("POST while the API is down = %d, want 200", got)
	}
	a.mu.Lock()
	a.hang = false
	a.mu.Unlock()
	s.registered()
}

func TestWebhookRefusals(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	body := `{"entry_id":"e","call_id":"c","seq":1,"call_state":"Appeared"}`
	form := func(key, sig string) url.Values {
		return url.Values{"vpbx_api_key": {key}, "json": {body}, "sign": {sig}}
	}
	good := s.cfg.Credentials.JSON([]byte(body))
	for _, c := range []struct {
		path string
		form url.Values
		want int
	}{
		{"/events/call", form(s.cfg.Credentials.Key, strings.Repeat("0", 64)), http.StatusUnauthorized},
		{"/events/call", form("foreign", good), http.StatusUnauthorized},
		{"/other", form(s.cfg.Credentials.Key, good), http.StatusNotFound},
		{"/events/call", url.Values{}, http.StatusBadRequest},
		{"/events/call", form(s.cfg.Credentials.Key, good), http.StatusOK},
		{"/events/call", form(s.cfg.Credentials.Key, good), http.StatusOK}, // a duplicate
	} {
		if got := s.postForm(c.path, c.form); got != c.want {
			t.Errorf("POST %s %v = %d, want %d", c.path, c.form, got, c.want)
		}
	}
	d := s.local.View().Diagnostics
	hooks := d["webhook"].(map[string]any)
	for cause, n := range map[string]int64{"bad_sign": 1, "foreign_key": 1, "unknown_path": 1, "accepted": 2, "duplicate": 1} {
		if hooks[cause] != n {
			t.Errorf("Diagnostics webhook %s = %v, want %d in %v", cause, hooks[cause], n, hooks)
		}
	}
	raw, err := json.Marshal(d)
	if err != nil || strings.Contains(string(raw), "salt-of-test") || strings.Contains(string(raw), good) {
		t.Errorf("Diagnostics = %s, %v: it must be JSON and hold no secret", raw, err)
	}
}

// TestConnectionWithoutARequestShows though no handler saw it.
func TestConnectionWithoutARequestShows(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	counted := func() any { return s.local.View().Diagnostics["webhook"].(map[string]any)["no_request"] }
	if n := counted(); n != int64(0) {
		t.Errorf("Diagnostics webhook no_request = %v, want 0", n)
	}
	conn, err := net.Dial("tcp", s.o.ListenAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "garbage\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
		t.Errorf("garbage is answered by %q, %v, want 400", answer, err)
	}
	for end := time.Now().Add(patience); counted() != int64(1); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("Diagnostics webhook no_request = %v, want 1", counted())
		}
	}
}

func TestOpenFailures(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for name, c := range map[string]struct {
		change func(*office.Config)
		code   text.Code
		field  string
	}{
		"same key":     {func(c *office.Config) { c.DataDir = t.TempDir() }, text.AlreadyRunning, ""},
		"port":         {func(c *office.Config) { c.Listen.Address = ln.Addr().String() }, text.PortTaken, "listen.address"},
		"foreign host": {func(c *office.Config) { c.Listen.Address = "192.0.2.1:0" }, text.BadListen, "listen.address"},
		"no port":      {func(c *office.Config) { c.Listen.Address = "127.0.0.1" }, text.BadField, "listen.address"},
		"key":          {func(c *office.Config) { c.Credentials.Key = "" }, text.MissingField, "vpbx_api_key"},
		"salt":         {func(c *office.Config) { c.Credentials.Salt = sign.Salt{} }, text.MissingField, "vpbx_api_salt"},
		"url":          {func(c *office.Config) { c.APIURL = "ftp://x" }, text.BadField, "api_url"},
		"proxy":        {func(c *office.Config) { c.Proxy = "http://" }, text.BadField, "proxy"},
		"zone":         {func(c *office.Config) { c.TimeZone = "Mars/Olympus" }, text.BadField, "time_zone"},
		"half tls":     {func(c *office.Config) { c.Listen.TLSCert = "x" }, text.MissingField, "listen.tls_key"},
		"no such cert": {func(c *office.Config) { c.Listen.TLSCert, c.Listen.TLSKey = "/no/a", "/no/b" }, text.BadCertificate, "listen.tls_cert"},
		"settings":     {func(c *office.Config) { c.Settings = json.RawMessage(`{"min_in_sec":10000}`) }, text.SettingInvalid, "min_in_sec"},
	} {
		cfg := s.cfg
		if name != "same key" {
			cfg.Credentials.Key += "-" + strings.ReplaceAll(name, " ", "")
		}
		c.change(&cfg)
		o, err := office.Open(t.Context(), cfg)
		if err == nil {
			_ = o.Shutdown(t.Context())
		}
		if e := text.From(err); err == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("%s: Open() = %v, want %s with field %q", name, err, c.code, c.field)
		}
	}
}

// TestShutdown: within two seconds, with the port and the key free again, and
// with a consumer that never takes anything.
func TestShutdown(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	cfg := config(t, a)
	for range 2 {
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		cfg.Listen.Address = o.ListenAddr().String()
		l, err := o.Attach(office.Session{})
		if err != nil {
			t.Fatal(err)
		}
		l.Deliver(func(office.Delivery) bool { return false })
		started := time.Now()
		if err := l.Close(t.Context()); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Errorf("second Close() = %v", err)
		}
		if v := l.View(); v.State != office.Off {
			t.Errorf("View().State of a closed session = %d, want 0", v.State)
		}
		if _, err := l.Call(t.Context(), "GetSettings", nil); code(err) != text.NotConnected {
			t.Errorf("Call() of a closed session = %v, want not_connected", err)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Errorf("second Shutdown() = %v", err)
		}
		if took := time.Since(started); took > 2*time.Second {
			t.Errorf("Close and Shutdown took %v, want 2s at most", took)
		}
		if _, err := o.Attach(office.Session{}); code(err) != text.Stopping {
			t.Errorf("Attach() after Shutdown = %v, want stopping", err)
		}
	}
}

// TestStuckConsumer: a consumer that does not come back must not hold up the
// end of the process.
func TestStuckConsumer(t *testing.T) {
	t.Parallel()
	o, err := office.Open(t.Context(), config(t, newAPI(t)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := o.Attach(office.Session{})
	if err != nil {
		t.Fatal(err)
	}
	release, entered := make(chan struct{}), make(chan struct{}, 1)
	l.Deliver(func(office.Delivery) bool {
		select {
		case entered <- struct{}{}:
		default:
		}
		<-release
		return true
	})
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := l.Close(ctx); code(err) != text.Timeout {
		t.Errorf("Close() = %v, want timeout", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := o.Shutdown(ctx); code(err) != text.Timeout {
		t.Errorf("Shutdown() = %v, want timeout", err)
	}
	close(release)
}

// TestStopTime: who can wait, as a service can, is told of no failure where a
// disk or a consumer takes longer than a closing 1C may.
func TestStopTime(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	cfg.StopTime = patience
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := o.Attach(office.Session{})
	if err != nil {
		t.Fatal(err)
	}
	entered := make(chan struct{})
	var once sync.Once
	l.Deliver(func(office.Delivery) bool {
		once.Do(func() { close(entered) })
		time.Sleep(2500 * time.Millisecond) // without StopTime it is two seconds
		return true
	})
	<-entered
	if err := o.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown() = %v, want nil", err)
	}
}

func TestCheckConnection(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.registered()
	before := len(s.api.asked("config/users/request"))
	if _, err := s.call("CheckConnection", `{"timeout_ms":5000}`); err != nil {
		t.Errorf("CheckConnection() = %v, want nil", err)
	}
	if after := len(s.api.asked("config/users/request")); after != before {
		t.Errorf("CheckConnection() spent %d signed requests, want none", after-before)
	}
	for _, args := range []string{`{"timeout_ms":-1}`, `{"timeout_ms":30001}`} {
		if _, err := s.call("CheckConnection", args); code(err) != text.BadArgument || text.From(err).Field != "timeout_ms" {
			t.Errorf("CheckConnection(%s) = %v, want bad_argument [timeout_ms]", args, err)
		}
	}
	s.api.CloseClientConnections()
	s.api.Listener.Close()
	if _, err := s.call("CheckConnection", `{"timeout_ms":3000}`); code(err) != text.Unreachable {
		t.Errorf("CheckConnection() without a PBX = %v, want pbx_unreachable", err)
	}
}

func TestCheckConnectionBehindAnAllowList(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) {
		c.Listen.AllowIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	}, office.Session{})
	if _, err := s.call("CheckConnection", `{}`); err != nil {
		t.Errorf("CheckConnection() = %v, want nil: the listener answers, though not to us", err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Settings = json.RawMessage(`{"min_in_sec":5}`) }, office.Session{})
	if m, err := s.call("SetSettings", `{"save_internal":true,"later":1}`); err != nil || m["revision"] != 2.0 || m["unknown"].([]any)[0] != "later" {
		t.Errorf("SetSettings() = %v, %v, want revision 2 and unknown [later]", m, err)
	}
	v := s.local.View()
	if v.Settings["save_internal"] != true || v.Settings["min_in_sec"] != 5 || v.Settings["later"] != 1.0 || v.Revision != 2 {
		t.Errorf("View().Settings = %v, revision %d, want the merged ones", v.Settings, v.Revision)
	}
	if _, err := s.call("SetSettings", `{"save_internal":false,"min_out_sec":-1}`); code(err) != text.SettingInvalid || text.From(err).Field != "min_out_sec" {
		t.Errorf("SetSettings() with a wrong value = %v, want setting_invalid for min_out_sec", err)
	}
	if m, err := s.call("GetSettings", ``); err != nil || m["save_internal"] != true || m["revision"] != 2.0 {
		t.Errorf("GetSettings() after a refusal = %v, %v, want nothing changed", m, err)
	}
	if _, err := s.call("NoSuchMethod", `{}`); code(err) != text.BadArgument {
		t.Errorf("unknown method = %v, want bad_argument", err)
	}
}
