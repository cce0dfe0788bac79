package office_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// legEvent is a leg from a client to an extension.
func legEvent(entry, leg, state, extension string) string {
	return fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":1,"call_state":%q,"location":"abonent",`+
		`"from":{"number":"79161234567"},"to":{"extension":%q}}`, entry, leg, time.Now().Unix(), state, extension)
}

// menuEvent is a call that comes into the menu.
func menuEvent(entry, leg, number string) string {
	return fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":1,"call_state":"Appeared","location":"ivr",`+
		`"from":{"number":%q},"to":{"number":"74951234567"}}`, entry, leg, time.Now().Unix(), number)
}

// as attaches a session with exactly these rights.
func (s *site) as(session office.Session) (*office.Local, chan office.Delivery) {
	s.t.Helper()
	local, err := s.o.Attach(session)
	if err != nil {
		s.t.Fatalf("Attach(%+v) = %v", session, err)
	}
	inbox := make(chan office.Delivery, 4096)
	local.Deliver(func(d office.Delivery) bool { inbox <- d; return true })
	return local, inbox
}

// allRights are the combinations, and how the table below writes them.
var allRights = map[string]office.Rights{"-": 0, "S": office.Supervisor, "A": office.Admin, "SA": office.Supervisor | office.Admin}

// Each method with each combination of rights: who is refused, and with what.
// allow names the rights with which the call is not refused for lack of them.
func TestRights(t *testing.T) {
	t.Parallel()
	everybody, supervisors, admins, either := "- S A SA", "S SA", "A SA", "S A SA"
	type call struct{ args, allow string }
	own, talking, ringing := `{"call_id":"own"}`, `{"call_id":"talking"}`, `{"call_id":"ringing"}`
	ofCall := func(more string) []call {
		with := func(args string) string { return args[:len(args)-1] + more + "}" }
		return []call{
			{with(own), everybody}, {with(talking), supervisors}, {with(ringing), supervisors},
			{with(`{"call_id":"other leg of own"}`), everybody}, {with(`{"call_id":""}`), everybody},
		}
	}
	table := map[string][]call{
		"StartCall": {
			{`{"number":"79160000000"}`, everybody}, {`{"number":"79160000000","extension":"101"}`, everybody},
			{`{"number":"79160000000","extension":"102"}`, supervisors},
			{`{"number":"79160000000","from_number":"101"}`, everybody},
			{`{"number":"79160000000","from_number":"+7 916 101-01-01"}`, everybody}, // the mobile
			{`{"number":"79160000000","from_number":"74950000101"}`, everybody},      // on the desk
			{`{"number":"79160000000","from_number":"79169999999"}`, supervisors},
		},
		"StartGroupCall": {{`{"from":"1","to":"79160000000"}`, supervisors}},
		"Hangup":         ofCall(""), "RouteCall": ofCall(`,"to":"103"`), "TransferCall": ofCall(`,"to":"103"`),
		"ConnectCalls": ofCall(""), "CancelTransfer": ofCall(""), "HoldCall": ofCall(""), "StartRecording": ofCall(""),
		"PlayAudio":  ofCall(`,"file_id":1`),
		"PickupCall": {{own, everybody}, {ringing, everybody}, {talking, supervisors}},
		"SendSMS":    {{`{"number":"79160000000","text":"x"}`, everybody}},
		"APIRequest": {
			{`{"method":"account/balance","params":"{}"}`, either}, {`{"method":"/vpbx/account/balance/","params":"{}"}`, either},
			{`{"method":"stats/request","params":"{}"}`, either}, {`{"method":"commands/call/hangup","params":"{}"}`, admins},
			{`{"method":"member/create","params":"{}"}`, admins}, {`{"method":"tasks/push","params":"{}"}`, admins},
			{`{"method":"no/such"}`, everybody}, // told that there is none
		},
		"GetResult": {{`{"operation_id":"x","count":1}`, everybody}}, "CancelOperation": {{`{"operation_id":"x"}`, everybody}},
		"GetEmployees": {{`{}`, everybody}}, "CallTracking": {{`{"number":"74950000000"}`, everybody}},
		"VisitorHistory": {{`{"number":"74950000000"}`, everybody}}, "CheckConnection": {{`{"timeout_ms":1}`, everybody}},
		"GetSettings": {{`{}`, everybody}}, "SetSettings": {{`{"min_in_sec":1}`, admins}},
		"GetUsers": {{`{}`, everybody}}, "SetUsers": {{`{"users":[]}`, admins}},
		"SetExtension":       {{`{"user_id":"u","extension":"101"}`, admins}},
		"RemoveExtension":    {{`{"user_id":"u"}`, admins}},
		"SetRouteTable":      {{`{"responsibles":[]}`, admins}},
		"GetPresence":        {{`{}`, everybody}},
		"GetLimits":          {{`{}`, everybody}},
		"AnswerRouteRequest": {{`{"request_id":"none"}`, everybody}}, // request_unknown; see TestOfferedCalls
		"AnnotateCall":       {{`{"entry_id":"own","annotation":{}}`, everybody}},
		"LoadCalls":          {{`{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","filter":{"city":7}}`, everybody}},                                        // of the own extension
		"GetCall":            {{`{"entry_id":"none"}`, everybody}}, "WatchCall": {{`{"entry_id":"own","on":true}`, everybody}, {`{"entry_id":"talking"}`, everybody}}, // see TestCallsOfOthers
		"BuildReport": {
			{`{"variant":"brief"}`, everybody}, {`{"variant":"brief","filter":"{\"employee\":\"101\"}"}`, everybody}, // see TestReportsOfOthers
			{`{"variant":"brief","filter":"{\"employee\":\"102\"}"}`, supervisors},
		},
		"GetFile": {{`{"operation_id":"x","count":1}`, everybody}}, "EndFile": {{`{"operation_id":"x"}`, everybody}},
		"RecordingLink": {{`{"recording_id":"of another"}`, supervisors}}, "DownloadRecording": {{`{"recording_id":"of another"}`, supervisors}}, // see TestRecordingsOfOthers
		"GetEvent": {{`{"id":"none"}`, everybody}}, "AckEvent": {{`{"id":"none"}`, everybody}}, "NakEvent": {{`{"id":"none"}`, everybody}},
	}
	names := office.Methods()
	slices.Sort(names)
	ruled := office.Ruled()
	slices.Sort(ruled)
	if d := cmp.Diff(names, ruled); d != "" {
		t.Errorf("each method has a rule, and each rule a method (-methods +rules):\n%s", d)
	}
	s := open(t, nil, office.Session{})
	s.api.set(0, `{"result":1000,"users":[{"general":{"name":"Иванов","user_id":1,"mobile":"79161010101"},`+
		`"telephony":{"extension":"101","numbers":[{"number":"74950000101","protocol":"tel"}]}},`+
		`{"general":{"name":"Петров","user_id":2},"telephony":{"extension":"102"}}]}`)
	s.registered() // by these employees, or by the one that the API had before
	_, _ = s.call("GetEmployees", `{"refresh":true}`)
	s.post("/events/call", legEvent("own", "own", "Connected", "101"))
	s.post("/events/call", legEvent("own", "other leg of own", "Connected", "104"))
	s.post("/events/call", legEvent("talking", "talking", "Connected", "102"))
	s.post("/events/call", legEvent("ringing", "ringing", "Appeared", "103"))
	s.until("of four legs and both employees", func(v office.Snapshot) bool {
		return len(v.Calls) == 4 && v.Diagnostics["employees"] == int64(2)
	})
	for word, rights := range allRights {
		local, _ := s.as(office.Session{Extension: "101", Rights: rights})
		nobody, _ := s.as(office.Session{Rights: rights}) // the empty extension is not that of all
		for _, name := range names {
			if len(table[name]) == 0 {
				t.Errorf("%s has no row in the table of this test", name)
			}
			for _, c := range table[name] {
				_, err := local.Call(t.Context(), name, json.RawMessage(c.args))
				if refused := code(err) == text.Forbidden; refused == slices.Contains(strings.Fields(c.allow), word) {
					t.Errorf("%s(%s) with rights %s = %v, want forbidden: %v", name, c.args, word, err, !refused)
				}
			}
		}
		_, err := nobody.Call(t.Context(), "Hangup", json.RawMessage(own))
		if refused := code(err) == text.Forbidden; refused != (rights&office.Supervisor == 0) {
			t.Errorf("Hangup without an extension, with rights %s = %v, want forbidden unless Supervisor", word, err)
		}
	}
}

// A call that nobody knows is unknown, not forbidden: one who is late with it
// did nothing wrong.
func TestUnknownCallIsNotForbidden(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	local, _ := s.as(office.Session{Extension: "101"})
	for _, method := range []string{"Hangup", "RouteCall", "PickupCall", "HoldCall"} {
		if _, err := local.Call(t.Context(), method, json.RawMessage(`{"call_id":"gone","to":"102"}`)); code(err) != text.CallUnknown {
			t.Errorf("%s of no call = %v, want call_unknown", method, err)
		}
	}
}

// A session may route the call in the menu that it was shown, and answer the
// request that it was sent; its colleagues may not.
func TestOfferedCalls(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) {
		c.Settings = json.RawMessage(`{"ivr_popup":true,"route_deadline_ms":3000}`)
		standing(c) // a third of the deadline later the other one is asked too
	}, office.Session{Role: office.RoleServer})
	s.registered()
	first, inbox := s.as(office.Session{Extension: "101"})
	other, _ := s.as(office.Session{Extension: "102"})
	s.post("/events/call", menuEvent("menu", "m", "79161234567"))
	want[engine.IvrCallBody](t, inbox, engine.IvrCall)
	route := json.RawMessage(`{"call_id":"m","to":"103"}`)
	if _, err := other.Call(t.Context(), "RouteCall", route); code(err) != text.Forbidden {
		t.Errorf("RouteCall by who was not shown the call = %v, want forbidden", err)
	}
	if _, err := first.Call(t.Context(), "RouteCall", route); err != nil {
		t.Errorf("RouteCall by who was shown the call = %v, want nil", err)
	}

	if _, err := s.call("SetSettings", `{"distribute":true}`); err != nil {
		t.Fatal(err)
	}
	s.post("/events/call", menuEvent("asked", "a", "79161111111"))
	var request engine.RouteRequestBody
	for request.RequestID == "" {
		if d := next(t, inbox); d.Event.Kind == engine.RouteRequest {
			request = decodeBody[engine.RouteRequestBody](t, d)
		}
	}
	answer := json.RawMessage(`{"request_id":"` + request.RequestID + `","extension":"103"}`)
	if _, err := other.Call(t.Context(), "AnswerRouteRequest", answer); code(err) != text.Forbidden {
		t.Errorf("AnswerRouteRequest by who was not asked = %v, want forbidden", err)
	}
	if _, err := first.Call(t.Context(), "RouteCall", json.RawMessage(`{"call_id":"a","to":"103"}`)); code(err) == text.Forbidden {
		t.Errorf("RouteCall by who is asked for the responsible = %v, want it not forbidden", err)
	}
	if _, err := first.Call(t.Context(), "AnswerRouteRequest", answer); err != nil {
		t.Errorf("AnswerRouteRequest by who was asked = %v, want nil", err)
	}
}

// The view and the events of a session follow its extension and its rights.
func TestWhatASessionSees(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Role: office.RoleServer})
	s.registered()
	type seen struct {
		calls  []string
		events []string
	}
	wanted := map[string]seen{
		"101 -": {[]string{"a"}, []string{"IncomingCall a"}},
		"102 -": {[]string{"b"}, []string{"IncomingCall b"}},
		"103 -": {[]string{}, nil},
		" -":    {[]string{}, nil},
		" A":    {[]string{}, nil},
		" S":    {[]string{"a", "b"}, []string{"IncomingCall a", "IncomingCall b"}},
		"101 S": {[]string{"a", "b"}, []string{"IncomingCall a"}},
	}
	locals, inboxes := map[string]*office.Local{}, map[string]chan office.Delivery{}
	for name := range wanted {
		var ext, word string
		ext, word = name[:len(name)-2], name[len(name)-1:]
		locals[name], inboxes[name] = s.as(office.Session{Extension: ext, Rights: allRights[word]})
	}
	s.post("/events/call", legEvent("a", "a", "Appeared", "101"))
	s.post("/events/call", legEvent("b", "b", "Appeared", "102"))
	s.until("of two legs", func(v office.Snapshot) bool { return len(v.Calls) == 2 })
	// A change of settings is told to all: what came before it has come by then.
	if _, err := s.call("SetSettings", `{"min_in_sec":7}`); err != nil {
		t.Fatal(err)
	}
	for name, w := range wanted {
		got := seen{calls: []string{}}
		for _, c := range locals[name].View().Calls {
			got.calls = append(got.calls, c.CallID)
		}
		slices.Sort(got.calls)
		for told := false; !told || len(got.events) < len(w.events); {
			d := next(t, inboxes[name])
			switch d.Event.Kind {
			case engine.SettingsChanged:
				told = true
			case engine.FirstInSession, engine.Warning, engine.UserLimit:
			default:
				got.events = append(got.events, string(d.Event.Kind)+" "+d.Event.EntryID)
			}
		}
		slices.Sort(got.events)
		if d := cmp.Diff(w, got, cmp.AllowUnexported(seen{})); d != "" {
			t.Errorf("session %q (-want +got):\n%s", name, d)
		}
		// One that comes now is told the live calls in the same measure.
		fresh, inbox := s.as(office.Session{Extension: name[:len(name)-2], Rights: allRights[name[len(name)-1:]]})
		var replayed []string
		for range w.events {
			d := next(t, inbox)
			replayed = append(replayed, string(d.Event.Kind)+" "+d.Event.EntryID)
		}
		slices.Sort(replayed)
		if d := cmp.Diff(w.events, replayed); d != "" {
			t.Errorf("a new session like %q (-want +got):\n%s", name, d)
		}
		none(t, inbox, 20*time.Millisecond)
		if err := fresh.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
