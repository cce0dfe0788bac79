package office_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

func (s *site) command(method, args string) string {
	s.t.Helper()
	m, err := s.call(method, args)
	if err != nil {
		s.t.Fatalf("%s(%s) = %v", method, args, err)
	}
	id, _ := m["command_id"].(string)
	if id == "" {
		s.t.Fatalf("%s(%s) = %v, want a command_id", method, args, m)
	}
	return id
}

// asked waits until the API got n requests to path.
func (s *site) asked(path string, n int) []string {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got := s.api.asked(path); len(got) >= n {
			return got
		}
	}
	s.t.Fatalf("the API got %v at %s, want %d requests", s.api.asked(path), path, n)
	return nil
}

func TestStartCall(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	_, other := attach(t, s.o, office.Session{Extension: "101"})
	id := s.command("StartCall", `{"number":"8 (916) 123-45-67","line_number":"+7 495 123-45-67","auto_answer":true}`)
	got := s.asked("commands/callback", 1)[0]
	for _, part := range []string{
		`"command_id":"` + id + `"`, `"extension":"101"`, `"to_number":"79161234567"`, `"line_number":"74951234567"`, `"Call-Info/answer-after":"0"`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("commands/callback got %s, want %s in it", got, part)
		}
	}
	s.post("/result/callback", `{"command_id":"stranger","result":1000}`)
	s.post("/result/callback", `{"command_id":"`+id+`","result":"1000"}`)
	d, b := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult)
	if b != (engine.CommandResultBody{Command: "StartCall", Result: 1000}) || d.Event.CommandID != id {
		t.Errorf("CommandResult = %+v of %q, want StartCall 1000 of %q", b, d.Event.CommandID, id)
	}
	none(t, other, 50*time.Millisecond) // only who asked is told
	if c := s.local.View().Diagnostics["engine"].(map[string]any)["unknown_commands"]; c != int64(1) {
		t.Errorf("unknown_commands = %v, want 1", c)
	}
}

// A wrong request that the PBX finds later opens the guard's window as well.
func TestPostedRefusalIsMinded(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	id := s.command("StartCall", `{"number":"+79161234567"}`)
	s.asked("commands/callback", 1)
	s.post("/result/callback", `{"command_id":"`+id+`","result":3100}`)
	want[engine.CommandResultBody](t, s.inbox, engine.CommandResult)
	if g := s.local.View().Diagnostics["rate_guard"].(map[string]any); g["wrong"] != uint64(1) || g["doubtful_paused_until_unix"] == int64(0) {
		t.Errorf("rate_guard = %v, want one wrong request and a window", g)
	}
}

func TestDoubleClickIsOneCall(t *testing.T) {
	t.Parallel()
	s := open(t, standing, office.Session{Extension: "101"})
	first := s.command("StartCall", `{"number":"+79161234567"}`)
	if again := s.command("StartCall", `{"number":"89161234567"}`); again != first {
		t.Errorf("second StartCall to the same number = %q, want the first id %q", again, first)
	}
	if other := s.command("StartCall", `{"number":"102"}`); other == first {
		t.Errorf("StartCall to another number = %q, want an id of its own", other)
	}
	s.asked("commands/callback", 2)
	time.Sleep(50 * time.Millisecond)
	if n := len(s.asked("commands/callback", 2)); n != 2 {
		t.Errorf("the API got %d callbacks, want 2", n)
	}
}

func TestCommandFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   engine.CommandResultBody
	}{
		"no money":   {0, `{"result":2240}`, engine.CommandResultBody{Command: "StartCall", Result: 2240, Code: "pbx_error"}},
		"old style":  {420, `{"code":3104}`, engine.CommandResultBody{Command: "StartCall", Result: 3104, Code: "pbx_error"}},
		"rate limit": {http.StatusTooManyRequests, `{"name":"x","code":0,"status":429}`, engine.CommandResultBody{Command: "StartCall", Code: "rate_limited"}},
		"wrong key":  {http.StatusUnauthorized, `{}`, engine.CommandResultBody{Command: "StartCall", Code: "key_refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, nil, office.Session{Extension: "101"})
			s.registered()
			s.api.set(c.status, c.body)
			id := s.command("StartCall", `{"number":"+79161234567"}`)
			d, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult)
			if got != c.want || d.Event.CommandID != id {
				t.Errorf("CommandResult = %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestLostAnswer: the PBX may have carried the command out, so its posted
// result decides, not the broken connection.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	s.api.mu.Lock()
	s.api.hang = true
	s.api.mu.Unlock()
	id := s.command("StartCall", `{"number":"+79161234567"}`)
	s.asked("commands/callback", 1)
	none(t, s.inbox, 100*time.Millisecond)
	if n := len(s.api.asked("commands/callback")); n != 1 {
		t.Errorf("the API got %d callbacks, want 1: commands are never repeated", n)
	}
	s.post("/result/callback", `{"command_id":"`+id+`","result":1000}`)
	if _, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Result != 1000 || got.Code != "" {
		t.Errorf("CommandResult = %+v, want 1000", got)
	}
}

// TestLiveCallsAreWithoutDoubt: within two minutes of a wrong request the calls
// that the PBX has told of can still be routed and ended.
func TestLiveCallsAreWithoutDoubt(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	lines := trace(t, "inbound-ivr-answered")
	s.post(lines[0].Path, string(lines[0].JSON)) // the leg in the IVR
	const ivr = "MToxMDAwODYyNzo1MDI6NzAwMDAwMDAxOjE="
	s.until("one call", func(v office.Snapshot) bool { return len(v.Calls) == 1 })
	s.api.set(0, `{"result":3104}`)
	s.command("StartCall", `{"number":"+79161234567"}`)
	if _, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Result != 3104 {
		t.Fatalf("CommandResult = %+v, want 3104", got)
	}
	s.api.set(0, "")
	s.command("RouteCall", `{"call_id":"`+ivr+`","to":"101"}`)
	s.command("Hangup", `{"call_id":"`+ivr+`"}`)
	s.asked("commands/route", 1)
	s.asked("commands/call/hangup", 1)

	// One that the PBX denies is not asked about again.
	s.api.set(0, `{"result":3310}`)
	for _, code := range []string{"pbx_error", "api_paused"} {
		s.command("Hangup", `{"call_id":"`+ivr+`"}`)
		if _, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Code != code {
			t.Errorf("CommandResult = %+v, want %s", got, code)
		}
	}
}

func TestHangupAndRoute(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	lines := trace(t, "inbound-ivr-answered")
	s.post(lines[0].Path, string(lines[0].JSON)) // the leg in the IVR
	const ivr, ringing = "MToxMDAwODYyNzo1MDI6NzAwMDAwMDAxOjE=", "MToxMDAwODYyNzo1MDI6NzAwMDAwMDAy"
	s.until("one call", func(v office.Snapshot) bool { return len(v.Calls) == 1 })
	id := s.command("RouteCall", `{"call_id":"`+ivr+`","to":"101","display_name":"ООО <Ромашка>; тел"}`)
	if got := s.asked("commands/route", 1)[0]; !strings.Contains(got, `"to_number":"101"`) || !strings.Contains(got, `"From/display-name":"ООО Ромашка тел"`) {
		t.Errorf("commands/route got %s, want the extension and a clean name", got)
	}
	s.post("/result/route", `{"command_id":"`+id+`","result":4100}`)
	if _, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Command != "RouteCall" || got.Result != 4100 || got.Code != "pbx_error" {
		t.Errorf("CommandResult = %+v, want RouteCall 4100 pbx_error", got)
	}
	for _, l := range lines[1:] {
		s.post(l.Path, string(l.JSON))
	}
	for {
		if next(t, s.inbox).Event.Kind == engine.SpeechAnalytics {
			break // the last of the trace
		}
	}
	// The call is over, but its ids are not strangers.
	id = s.command("Hangup", `{"call_id":"`+ringing+`"}`)
	s.asked("commands/call/hangup", 1)
	s.post("/result/call/hangup", `{"command_id":"`+id+`","result":4101}`)
	if d, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Result != 4101 || got.Code != "" || d.Event.CallID != ringing {
		t.Errorf("CommandResult = %+v, want 4101 as a success", got)
	}
}

func TestCommandsAreCheckedLocally(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	nobody, _ := attach(t, s.o, office.Session{})
	for _, c := range []struct {
		local        *office.Local
		method, args string
		code         text.Code
		field        string
	}{
		{s.local, "StartCall", `{"number":"  "}`, text.NumberEmpty, "number"},
		{s.local, "StartCall", ``, text.NumberEmpty, "number"},
		{s.local, "StartCall", `{"number":"abc"}`, text.NumberInvalid, "number"},
		{s.local, "StartCall", `{"number":5}`, text.BadJSON, ""},
		{s.local, "StartCall", `{"number":"+79161234567","from_number":"x"}`, text.NumberInvalid, "from_number"},
		{s.local, "StartCall", `{"number":"+79161234567","extension":"10a"}`, text.BadField, "from.extension"},
		{nobody, "StartCall", `{"number":"+79161234567"}`, text.ExtensionMissing, "extension"},
		{s.local, "Hangup", `{"call_id":""}`, text.MissingField, "call_id"},
		{s.local, "Hangup", `{"call_id":"never"}`, text.CallUnknown, "call_id"},
		{s.local, "RouteCall", `{"call_id":"never","to":"101"}`, text.CallUnknown, "call_id"},
		{s.local, "RouteCall", `{"call_id":"never","to":""}`, text.NumberEmpty, "to"},
		{s.local, "RouteCall", `{"call_id":"never","to":"?"}`, text.NumberInvalid, "to"},
	} {
		_, err := c.local.Call(t.Context(), c.method, []byte(c.args))
		if e := text.From(err); err == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("%s(%s) = %v, want %s with field %q", c.method, c.args, err, c.code, c.field)
		}
	}
	for _, path := range []string{"commands/callback", "commands/call/hangup", "commands/route"} {
		if got := s.api.asked(path); len(got) != 0 {
			t.Errorf("the API got %v at %s, want nothing: each wrong request counts against the quota", got, path)
		}
	}
}
