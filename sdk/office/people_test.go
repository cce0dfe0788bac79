package office_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// waitingCall comes into the menu, is routed by whoever does, and is answered.
func waitingCall(menuSec float64) vpbxtest.Scenario {
	raw := fmt.Sprintf(`{"name":"waits","steps":[{"do":"inbound","line":"74951234567","from":"79161234567"},{"do":"ivr","sec":%v},{"do":"hangup","by":"caller"}]}`, menuSec)
	sc, err := vpbxtest.ParseScenario([]byte(raw))
	if err != nil {
		panic(err)
	}
	return sc
}

// play lets the emulator play without waiting for the end.
func play(t *testing.T, pbx *vpbxtest.PBX, sc vpbxtest.Scenario) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := pbx.Play(t.Context(), sc)
		done <- err
	}()
	t.Cleanup(func() { <-done })
}

// R34–R38 over the wire: a responsible of the table, or of an answer, gets the
// call out of the menu.
func TestDistributionOverTheWire(t *testing.T) {
	t.Parallel()
	for _, byTable := range []bool{true, false} {
		t.Run(fmt.Sprint("table ", byTable), func(t *testing.T) {
			t.Parallel()
			s, pbx := withPBXAnd(t, vpbxtest.Config{Speed: 1}, office.Session{}, standing)
			if _, err := s.call("SetSettings", `{"distribute":true,"ivr_popup":true,"route_deadline_ms":3000}`); err != nil {
				t.Fatal(err)
			}
			if byTable {
				if _, err := s.call("SetRouteTable", `{"responsibles":[{"number":"8 916 123-45-67","extension":"102"}],"replace":true}`); err != nil {
					t.Fatal(err)
				}
			}
			play(t, pbx, waitingCall(5))
			for {
				d := next(t, s.inbox)
				switch d.Event.Kind {
				case engine.RouteRequest:
					var b engine.RouteRequestBody
					_ = json.Unmarshal(d.Event.Body, &b)
					if byTable || b.RequestID == "" || b.DeadlineMs > 3000 || d.Event.Caller.Number != "79161234567" {
						t.Fatalf("RouteRequest %+v of %+v, want one without a table only", b, d.Event)
					}
					if _, err := s.call("AnswerRouteRequest", `{"request_id":"`+b.RequestID+`","extension":"102"}`); err != nil {
						t.Fatalf("AnswerRouteRequest() = %v", err)
					}
					if _, err := s.call("AnswerRouteRequest", `{"request_id":"`+b.RequestID+`","extension":"101"}`); code(err) != text.RequestUnknown {
						t.Errorf("a second AnswerRouteRequest() = %v, want request_unknown", err)
					}
				case engine.IncomingCall:
					if d.Event.Callee.Extension != "102" {
						t.Errorf("the call rings at %+v, want 102", d.Event.Callee)
					}
					return
				case engine.IvrCall, engine.Warning, engine.CallSummary:
					t.Fatalf("%s %s, want the call to ring at 102", d.Event.Kind, d.Event.Body)
				}
			}
		})
	}
}

// R62 over the wire: the visitor comes with the pop-up, and again after the
// office was opened anew on the same store.
func TestTrackingOverTheWire(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Settings = json.RawMessage(`{"calltracking":true}`) }, office.Session{})
	s.registered()
	s.api.set(0, `{"data":{"uid":"vis-1","location":{"city":"Москва"}}}`)
	from := `"from":{"number":"79161234567"}`
	menu := `{"entry_id":"e","call_id":"m","timestamp":1795338000,"seq":1,"call_state":"Appeared","location":"ivr",` + from + `,"to":{"number":"74990001122"},"dct":{"type":1,"number":"74990001122"}}`
	s.post("/events/call", menu)
	s.until("asked", func(office.Snapshot) bool { return len(s.api.asked("queries/user_info_by_dct_number")) == 1 })
	if got := s.api.asked("queries/user_info_by_dct_number"); !strings.Contains(got[0], `"number":"74990001122"`) {
		t.Errorf("asked %s, want the number of call tracking", got[0])
	}
	s.until("the answer is in the journal", func(v office.Snapshot) bool {
		pos, err := office.JournalLength(s.o)
		return err == nil && pos >= 2
	})
	s.post("/events/call", `{"entry_id":"e","call_id":"m","timestamp":1795338003,"seq":2,"call_state":"Disconnected","location":"ivr",`+from+`,"to":{},"disconnect_reason":1100}`)
	s.post("/events/call", `{"entry_id":"e","call_id":"l","timestamp":1795338003,"seq":1,"call_state":"Appeared","location":"abonent","from":{"number":"79161234567","taken_from_call_id":"m"},"to":{"extension":"101"}}`)
	_, b := want[engine.IncomingCallBody](t, s.inbox, engine.IncomingCall)
	got := map[string]string{}
	for _, x := range b.Calltracking {
		got[x.Key] = x.Value
	}
	if got["client_id"] != "vis-1" || got["city"] != "Москва" || got["call_type"] != "dynamic" {
		t.Errorf("IncomingCall carries %v, want the visitor", got)
	}
}

// R17–R21, R40: users, limits and presence through the link.
func TestPeople(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101", UserID: "u1", UserName: "Иванов", ClientGUID: "g1"})
	s.registered()
	for _, c := range []struct {
		method, args string
		want         text.Code
		field        string
	}{
		{"SetUsers", `{"users":[{"user_id":"u1","name":"Иванов","extension":"101"},{"user_id":"u2","name":"Петров","extension":"101"}]}`, text.ExtensionTwice, "users[1].extension"},
		{"SetUsers", `{"users":[{"user_id":"u1","name":"Иванов","extension":"101"},{"user_id":"u2","name":"Петров","extension":"102"}]}`, "", ""},
		{"SetExtension", `{"user_id":"u3","name":"Сидоров","extension":"102"}`, text.ExtensionTwice, "users[2].extension"},
		{"SetExtension", `{"user_id":"u3","name":"Сидоров"}`, text.MissingField, "extension"},
		{"SetExtension", `{"user_id":"u3","name":"Сидоров","extension":"103"}`, "", ""},
		{"SetExtension", `{"user_id":"u3","extension":"104"}`, "", ""},
		{"RemoveExtension", `{"user_id":"nobody"}`, text.UserUnknown, "user_id"},
		{"RemoveExtension", `{"user_id":"u2"}`, "", ""},
		{"SetRouteTable", `{"responsibles":{}}`, text.BadJSON, "responsibles"},
		{"AnnotateCall", `{"annotation":{}}`, text.MissingField, "entry_id"},
		{"AnnotateCall", `{"entry_id":"e","annotation":[]}`, text.BadJSON, "annotation"},
		{"AnnotateCall", `{"entry_id":"e","annotation":{"theme":"x"}}`, text.UnknownField, "theme"},
		{"AnnotateCall", `{"entry_id":"e","annotation":{"subject":7}}`, text.BadField, "subject"},
		{"AnswerRouteRequest", `{"request_id":"none","extension":"101"}`, text.RequestUnknown, "request_id"},
		{"AnswerRouteRequest", `{"request_id":"none","extension":"x"}`, text.BadField, "extension"},
	} {
		_, err := s.call(c.method, c.args)
		field := ""
		if err != nil {
			field = text.From(err).Field
		}
		if code(err) != c.want || field != c.field {
			t.Errorf("%s(%s) = %v, want %q at %q", c.method, c.args, err, c.want, c.field)
		}
	}
	users, err := s.call("GetUsers", `{}`)
	raw, _ := json.Marshal(users)
	var list struct{ Users []engine.UserState }
	if json.Unmarshal(raw, &list) != nil || err != nil || len(list.Users) != 2 || !list.Users[0].Connected || !list.Users[0].InPBX ||
		list.Users[1].Extension != "104" || list.Users[1].Name != "Сидоров" || list.Users[1].InPBX {
		t.Errorf("GetUsers() = %s, %v, want Иванов connected and Сидоров with 104", raw, err)
	}
	if got, err := s.call("GetPresence", `{}`); err != nil || !strings.Contains(fmt.Sprint(got), "extension:101") {
		t.Errorf("GetPresence() = %v, %v, want 101 in it", got, err)
	}
	s.post("/events/call", `{"entry_id":"e","call_id":"l","timestamp":1795338003,"seq":1,"call_state":"Connected","location":"abonent","from":{"number":"79161234567"},"to":{"extension":"102"}}`)
	for {
		d := next(t, s.inbox)
		if d.Event.Kind == engine.PresenceChanged {
			var b engine.PresenceBody
			_ = json.Unmarshal(d.Event.Body, &b)
			if b.Extension != "102" || b.State != engine.Talking || d.Ref.Seq != 0 {
				t.Errorf("Presence = %+v with seq %d, want 102 talking, nothing to settle", b, d.Ref.Seq)
			}
			break
		}
	}
	if got, err := s.call("GetLimits", `{}`); err != nil || fmt.Sprint(got) != "map[limit:0 refused:[] used:2]" {
		t.Errorf("GetLimits() = %v, %v, want two of no limit", got, err)
	}
}

// A session whose extension the PBX does not have is told so, and nobody else.
func TestViewKnowsStrangers(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	stranger, _ := attach(t, s.o, office.Session{Extension: "999"})
	nobody, _ := attach(t, s.o, office.Session{Role: office.RoleServer})
	for _, row := range []struct {
		local *office.Local
		want  any
	}{{stranger, true}, {s.local, nil}, {nobody, nil}} {
		if v := row.local.View(); v.Diagnostics["extension_unknown"] != row.want {
			t.Errorf("View() of extension %q: extension_unknown = %v, want %v", v.Extension, v.Diagnostics["extension_unknown"], row.want)
		}
	}
}

// R20, R14: a refused session is told so, sees no calls and sends no commands;
// the other goes on.
func TestRefusedSession(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Settings = json.RawMessage(`{"users_limit":1}`) }, office.Session{Extension: "101"})
	s.registered()
	second, inbox := attach(t, s.o, office.Session{Extension: "102"})
	if v := second.View(); v.State != office.Refused || v.Why == nil || v.Why.Code != text.UsersLimit || v.IsFirst {
		t.Fatalf("View() of the second = %d %v, want 4 users_limit", v.State, v.Why)
	}
	if _, err := second.Call(t.Context(), "StartCall", json.RawMessage(`{"number":"79161234567"}`)); code(err) != text.UsersLimit {
		t.Errorf("StartCall() of the second = %v, want users_limit", err)
	}
	s.post("/events/call", `{"entry_id":"e","call_id":"l","timestamp":1795338003,"seq":1,"call_state":"Appeared","location":"abonent","from":{"number":"79161234567"},"to":{"extension":"102"}}`)
	if _, err := s.call("SetSettings", `{"users_limit":0}`); err != nil {
		t.Fatal(err)
	}
	if v := second.View(); v.State != office.Registered || v.Why != nil {
		t.Errorf("View() when the limit is lifted = %d %v, want registered", v.State, v.Why)
	}
	var states []string
	for end := time.After(patience); len(states) < 3; {
		select {
		case d := <-inbox:
			switch d.Event.Kind {
			case engine.ConnectionState:
				states = append(states, string(d.Event.Body))
			case engine.IncomingCall:
				t.Error("a refused session was shown a call")
			}
		case <-end:
			t.Fatalf("states told: %v, want three", states)
		}
	}
	if !strings.Contains(states[1], `"state":4`) || !strings.Contains(states[2], `"state":3`) {
		t.Errorf("states told: %v, want refused, then registered", states)
	}
}

// TestAnnotation: what BSL adds to a call is told once, to one writer.
func TestAnnotation(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	if _, err := s.call("AnnotateCall", `{"entry_id":"e","annotation":{"subject":"Заказ","subscriber_ref":"ref-1"}}`); err != nil {
		t.Fatal(err)
	}
	d, b := want[engine.CallChangedBody](t, s.inbox, engine.CallChanged)
	if d.Event.EntryID != "e" || b.What != "annotation" || b.Annotation == nil || b.Annotation.Subject != "Заказ" || d.Event.Class != engine.Record {
		t.Errorf("CallChanged = %+v %+v, want the annotation of e, as a record", d.Event, b)
	}
	none(t, s.inbox, 50*time.Millisecond)
}
