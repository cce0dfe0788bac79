package office_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// request asks by APIRequest.
func (s *site) request(method, params string, waitMs int) (map[string]any, error) {
	s.t.Helper()
	args, err := json.Marshal(map[string]any{"method": method, "params": params, "wait_ms": waitMs})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.call("APIRequest", string(args))
}

// begun is request for an answer that does not come at once.
func (s *site) begun(method, params string) string {
	s.t.Helper()
	m, err := s.request(method, params, 0)
	id, _ := m["operation_id"].(string)
	if err != nil || id == "" || m["answer"] != nil {
		s.t.Fatalf("APIRequest(%s, %s) = %v, %v; want an operation", method, params, m, err)
	}
	return id
}

// result fetches what an operation brought.
func (s *site) result(id string) (map[string]any, error) {
	s.t.Helper()
	return s.call("GetResult", `{"operation_id":"`+id+`","count":1000}`)
}

func TestAPIRequestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, params string
		status         int
		body           string
		answer         any // that is waited for
		rows           []any
	}{
		"an object":   {"vpbx/account/balance", "", 0, `{"balance":5}`, map[string]any{"balance": 5.0}, []any{map[string]any{"balance": 5.0}}},
		"by the path": {"/vpbx/account/balance/", "{}", 0, `{"balance":5}`, map[string]any{"balance": 5.0}, []any{map[string]any{"balance": 5.0}}},
		"a list": {
			"queries/user_history_by_dct_number", `{"number":"74951112233"}`, 0, `[{"url":"a"},{"url":"b"}]`,
			[]any{map[string]any{"url": "a"}, map[string]any{"url": "b"}}, []any{map[string]any{"url": "a"}, map[string]any{"url": "b"}},
		},
		"a table": {"stats/result", `{"key":"k"}`, 0, "1;2\n", map[string]any{"text": "1;2\n"}, []any{map[string]any{"text": "1;2\n"}}},
		"nothing": {"stats/result", `{"key":"k"}`, http.StatusNoContent, "", map[string]any{}, []any{map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, nil, office.Session{Extension: "101"})
			s.registered()
			method := strings.TrimPrefix(c.method, "vpbx/")
			s.api.set(c.status, c.body)
			m, err := s.request(method, c.params, 10_000)
			if diff := cmp.Diff(map[string]any{"answer": c.answer}, m); err != nil || diff != "" {
				t.Errorf("APIRequest(%s) = %v (-want +got):\n%s", method, err, diff)
			}
			id := s.begun(method, c.params)
			if d, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult); b != (engine.OperationResultBody{
				OperationID: id, Kind: "APIRequest", Total: len(c.rows)}) || d.Event.Class != engine.Record || d.Ref.Seq == 0 {
				t.Errorf("OperationResult = %+v, want success of %s", b, id)
			}
			m, err = s.result(id)
			if diff := cmp.Diff(map[string]any{"total": float64(len(c.rows)), "rows": c.rows}, m); err != nil || diff != "" {
				t.Errorf("GetResult = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAPIRequestIsCheckedLocally(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	for _, c := range []struct {
		method, params string
		wait           int
		code           text.Code
		field          string
	}{
		{"no/such/method", "{}", 0, text.MethodUnknown, ""},
		{"events/call", "{}", 0, text.MethodUnknown, ""},
		{"commands/call/hangup", "{", 0, text.BadJSON, ""},
		{"commands/call/hangup", "[]", 0, text.BadJSON, ""},
		{"commands/call/hangup", "", 0, text.MissingField, "call_id"},
		{"commands/call/hangup", `{"call_id":"x","oops":1}`, 0, text.UnknownField, "oops"},
		{"commands/call/hangup", `{"call_id":["x"]}`, 0, text.BadField, "call_id"},
		{"commands/call/hangup", `{"call_id":"x","command_id":""}`, 0, text.MissingField, "command_id"},
		{"commands/play/start", `{"call_id":"x","internal_id":-1}`, 1000, text.BadField, "internal_id"},
		{"config/users/request", `{"extension":"10a"}`, 0, text.BadField, "extension"},
		{"config/users/request", `{}`, -1, text.BadArgument, "wait_ms"},
		{"config/users/request", `{}`, 60_001, text.BadArgument, "wait_ms"},
	} {
		before := len(s.api.asked("config/users/request"))
		_, err := s.request(c.method, c.params, c.wait)
		if e := text.From(err); err == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("APIRequest(%s, %s) = %v, want %s with field %q", c.method, c.params, err, c.code, c.field)
		}
		if got := len(s.api.asked("")) + len(s.api.asked("config/users/request")) - before; got != 0 {
			t.Errorf("APIRequest(%s, %s): %d requests were sent, want none", c.method, c.params, got)
		}
	}
	if v := s.local.View().Diagnostics["operations"].(map[string]any); v["running"] != 0 || v["kept"] != 0 {
		t.Errorf("operations = %v, want none", v)
	}
}

func TestAPIRequestFailures(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	s.api.set(0, "ID3\x00\xff\xfe")
	if _, err := s.request("stats/result", `{"key":"k"}`, 10_000); code(err) != text.FileAnswer {
		t.Errorf("APIRequest answered with a file = %v, want file_answer", err)
	}
	if _, err := s.request("queries/recording/post", `{"recording_id":"MToxMDA=","action":"download"}`, 10_000); code(err) != text.FileAnswer {
		t.Errorf("APIRequest of a recording answered with the file itself = %v, want file_answer", err)
	}
	s.api.set(0, `{"result":2240}`)
	if _, err := s.request("account/balance", "", 10_000); code(err) != text.PBXError || text.From(err).Result != 2240 {
		t.Errorf("APIRequest that was refused = %v, want pbx_error 2240", err)
	}
	id := s.begun("account/balance", "")
	if _, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult); b != (engine.OperationResultBody{
		OperationID: id, Kind: "APIRequest", Code: "pbx_error", Result: 2240}) {
		t.Errorf("OperationResult = %+v, want pbx_error 2240 of %s", b, id)
	}
	if _, err := s.result(id); code(err) != text.PBXError {
		t.Errorf("GetResult of a failure = %v, want pbx_error", err)
	}
	for _, args := range []string{`{"operation_id":"` + id + `","offset":-1,"count":1}`, `{"operation_id":"` + id + `"}`} {
		if _, err := s.call("GetResult", args); code(err) != text.BadArgument {
			t.Errorf("GetResult(%s) = %v, want bad_argument", args, err)
		}
	}
	other, _ := attach(t, s.o, office.Session{Extension: "102"})
	for _, method := range []string{"GetResult", "CancelOperation"} {
		if _, err := other.Call(t.Context(), method, []byte(`{"operation_id":"`+id+`","count":1}`)); code(err) != text.OperationUnknown {
			t.Errorf("%s by another session = %v, want operation_unknown", method, err)
		}
	}
}

// A command by APIRequest gets an id, and its outcome is told like those of
// the other methods.
func TestAPIRequestOfACommand(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	m, err := s.request("commands/call/hangup", `{"call_id":"x"}`, 10_000)
	answer, _ := m["answer"].(map[string]any)
	id, _ := answer["command_id"].(string)
	if err != nil || id == "" || answer["result"] != 1000.0 {
		t.Fatalf("APIRequest(hangup) = %v, %v; want the result and a command_id", m, err)
	}
	if got := s.asked("commands/call/hangup", 1)[0]; !strings.Contains(got, `"command_id":"`+id+`"`) || !strings.Contains(got, `"call_id":"x"`) {
		t.Errorf("commands/call/hangup got %s, want the id %s", got, id)
	}
	s.post("/result/call/hangup", `{"command_id":"`+id+`","result":1000}`)
	if d, b := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); d.Event.CommandID != id || b.Command != "APIRequest" || b.Result != 1000 {
		t.Errorf("CommandResult = %+v of %s, want APIRequest 1000 of %s", b, d.Event.CommandID, id)
	}
	m, err = s.request("commands/call/hangup", `{"command_id":"mine","call_id":"x"}`, 10_000)
	if answer, _ := m["answer"].(map[string]any); err != nil || answer["command_id"] != "mine" {
		t.Errorf("APIRequest with an id = %v, %v; want that id", m, err)
	}
	if _, err := s.request("commands/call/hangup", `{"command_id":"mine","call_id":"x"}`, 10_000); code(err) != text.CommandRepeated {
		t.Errorf("APIRequest with the same id = %v, want command_repeated", err)
	}
	s.post("/result/call/hangup", `{"command_id":"mine","result":1000}`) // of the first one
	if d, b := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); d.Event.CommandID != "mine" || b.Result != 1000 || b.Code != "" {
		t.Errorf("CommandResult after a repetition = %+v of %s, want 1000 of mine", b, d.Event.CommandID)
	}
}

func TestSlowRequests(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	release := make(chan struct{})
	defer close(release)
	s.api.mu.Lock()
	s.api.before = func() { <-release }
	s.api.mu.Unlock()
	started := time.Now()
	m, err := s.request("account/balance", "", 50)
	slow, _ := m["operation_id"].(string)
	if err != nil || slow == "" || time.Since(started) < 50*time.Millisecond {
		t.Fatalf("APIRequest that takes long = %v, %v after %v; want an operation after 50 ms", m, err, time.Since(started))
	}
	if _, err := s.result(slow); code(err) != text.OperationRunning {
		t.Errorf("GetResult of one that runs = %v, want operation_running", err)
	}
	if v := s.local.View().Diagnostics["operations"].(map[string]any); v["running"] != 1 {
		t.Errorf("operations = %v, want one that runs", v)
	}
	ended := func(local *office.Local, inbox chan office.Delivery, id string, why text.Code) {
		t.Helper()
		d, b := want[engine.OperationResultBody](t, inbox, engine.OperationResult)
		if err := local.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle() = %v", err)
		}
		if b.OperationID != id || b.Code != string(why) {
			t.Errorf("OperationResult = %+v, want %s of %s", b, why, id)
		}
	}
	if _, err := s.call("CancelOperation", `{"operation_id":"`+slow+`"}`); err != nil {
		t.Errorf("CancelOperation = %v", err)
	}
	ended(s.local, s.inbox, slow, text.Cancelled)
	if _, err := s.result(slow); code(err) != text.Cancelled {
		t.Errorf("GetResult of a cancelled one = %v, want cancelled", err)
	}
	// Close ends what runs; whoever comes next is told.
	left := s.begun("config/users/request", "") // the balance may be asked once a minute
	if err := s.local.Close(t.Context()); err != nil {
		t.Errorf("Close() = %v", err)
	}
	second, inbox := attach(t, s.o, office.Session{Extension: "101"})
	ended(second, inbox, left, text.Stopping)
	if _, err := second.Call(t.Context(), "GetResult", []byte(`{"operation_id":"`+left+`","count":1}`)); code(err) != text.OperationUnknown {
		t.Errorf("GetResult after Close = %v, want operation_unknown", err)
	}
}

// What a session did not take of its results is told to the next one: because it
// was busy, or never listened.
func TestResultsOutliveTheirSession(t *testing.T) {
	t.Parallel()
	for name, listen := range map[string]func(*office.Local){
		"busy": func(l *office.Local) { l.Deliver(func(office.Delivery) bool { return false }) },
		"mute": func(*office.Local) {},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); outlived(t, listen) })
	}
}

func outlived(t *testing.T, listen func(*office.Local)) {
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	deaf, err := s.o.Attach(office.Session{Extension: "102", Rights: office.Admin})
	if err != nil {
		t.Fatal(err)
	}
	listen(deaf)
	raw, err := deaf.Call(t.Context(), "APIRequest", []byte(`{"method":"account/balance"}`))
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		ID string `json:"operation_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	s.until("the result is kept", func(v office.Snapshot) bool { return v.Diagnostics["operations"].(map[string]any)["kept"] == 1 })
	none(t, s.inbox, 50*time.Millisecond) // it is the other's
	if err := deaf.Close(t.Context()); err != nil {
		t.Errorf("Close() = %v", err)
	}
	if _, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult); b.OperationID != a.ID {
		t.Errorf("OperationResult = %+v, want that of %s", b, a.ID)
	}
}

func TestStopTellsTheNextOffice(t *testing.T) {
	t.Parallel()
	store := memory.New(memory.Options{})
	s := open(t, func(c *office.Config) { c.Store = store }, office.Session{Extension: "101"})
	s.registered()
	release := make(chan struct{})
	s.api.mu.Lock()
	s.api.before = func() { <-release }
	s.api.mu.Unlock()
	id := s.begun("account/balance", "")
	if err := s.local.Close(t.Context()); err != nil {
		t.Errorf("Close() = %v", err)
	}
	s.shutdown()
	s.api.mu.Lock()
	s.api.before = nil
	s.api.mu.Unlock()
	close(release)
	cfg := s.cfg
	again, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	t.Cleanup(func() { _ = again.Shutdown(context.Background()) })
	_, inbox := attach(t, again, office.Session{Extension: "101"})
	if _, b := want[engine.OperationResultBody](t, inbox, engine.OperationResult); b.OperationID != id || b.Code != string(text.Stopping) {
		t.Errorf("OperationResult = %+v, want stopping of %s", b, id)
	}
}

func TestEmployees(t *testing.T) {
	t.Parallel()
	s, _ := withPBX(t, vpbxtest.Config{NoRateLimits: true}, office.Session{Extension: "101"})
	m, err := s.call("GetEmployees", `{}`)
	list, _ := m["answer"].([]any)
	if err != nil || len(list) != 3 {
		t.Fatalf("GetEmployees = %v, %v; want the three of the company", m, err)
	}
	first := list[0].(map[string]any)
	if first["extension"] != "101" || first["name"] == "" || first["user_id"] == "" {
		t.Errorf("GetEmployees: the first is %v", first)
	}
	for _, key := range []string{"name", "extension", "user_id", "position", "department", "mobile", "email", "line_number", "groups"} {
		if v, ok := first[key]; !ok || v == nil {
			t.Errorf("GetEmployees: %s is missing or null in %v", key, first)
		}
	}
	m, err = s.call("GetEmployees", `{"refresh":true}`)
	id, _ := m["operation_id"].(string)
	if err != nil || id == "" {
		t.Fatalf("GetEmployees of fresh ones = %v, %v; want an operation", m, err)
	}
	if _, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult); b.OperationID != id || b.Code != "" || b.Total != 3 || b.Kind != "GetEmployees" {
		t.Errorf("OperationResult = %+v, want three rows of %s", b, id)
	}
	got, err := s.result(id)
	if diff := cmp.Diff(list, got["rows"]); err != nil || diff != "" {
		t.Errorf("GetResult = %v, the fresh ones differ (-cached +fresh):\n%s", err, diff)
	}
	if _, err := s.call("GetEmployees", `{"refresh":7}`); code(err) != text.BadJSON {
		t.Errorf("GetEmployees(7) = %v, want bad_json", err)
	}
}

func TestVisitors(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{NoRateLimits: true}, office.Session{Extension: "101"})
	for method, rows := range map[string]int{"CallTracking": 1, "VisitorHistory": 1} {
		begin := func(number string) string {
			t.Helper()
			m, err := s.call(method, `{"number":"`+number+`"}`)
			id, _ := m["operation_id"].(string)
			if err != nil || id == "" {
				t.Fatalf("%s(%s) = %v, %v; want an operation", method, number, m, err)
			}
			return id
		}
		id := begin("+7 (495) 111-22-33")
		_, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult)
		if b.OperationID != id || b.Code != "" || b.Kind != method || b.Total < rows {
			t.Errorf("%s: OperationResult = %+v, want rows of %s", method, b, id)
		}
		got, err := s.result(id)
		if err != nil {
			t.Fatalf("GetResult = %v", err)
		}
		known, err := s.call(method, `{"number":"84951112233"}`)
		if err != nil || known["answer"] == nil {
			t.Fatalf("%s of a known number = %v, %v; want the answer", method, known, err)
		}
		fetched := got["rows"]
		if method == "CallTracking" {
			fetched = got["rows"].([]any)[0]
		}
		if diff := cmp.Diff(fetched, known["answer"]); diff != "" {
			t.Errorf("%s: the known answer is not the fetched one (-want +got):\n%s", method, diff)
		}
		for range 2 { // nobody is not remembered
			id = begin("74950000001")
			if _, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult); b.OperationID != id || b.Code != "" || b.Total != 0 {
				t.Errorf("%s of a number nobody was shown: OperationResult = %+v, want success without rows", method, b)
			}
		}
		for number, want := range map[string]text.Code{"": text.NumberEmpty, "?": text.NumberInvalid, "sip:a@b": text.BadField} {
			if _, err := s.call(method, `{"number":"`+number+`"}`); code(err) != want {
				t.Errorf("%s(%s) = %v, want %s", method, number, err, want)
			}
		}
	}
	if n := pbx.Stats().Wrong; n != 0 {
		t.Errorf("the PBX counted %d wrong requests", n)
	}
}

func TestThrottleIsTold(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	s.api.set(http.StatusTooManyRequests, `{}`)
	_, _ = s.request("account/balance", "", 10_000)
	s.api.set(0, "")
	throttle := func() (b engine.ThrottleBody) {
		t.Helper()
		for end := time.After(patience); ; {
			select {
			case d := <-s.inbox:
				if d.Event.Kind == engine.Throttle {
					if d.Ref.Seq != 0 || d.Event.Class != engine.Screen {
						t.Errorf("Throttle %+v, want a local screen event", d)
					}
					return decodeBody[engine.ThrottleBody](t, d)
				}
			case <-end:
				t.Fatal("no Throttle came")
			}
		}
	}
	if b := throttle(); b.Why != string(text.RateLimited) || b.Until.IsZero() || time.Until(b.Until) > time.Minute {
		t.Errorf("Throttle = %+v, want rate_limited for seconds", b)
	}
	if b := throttle(); b.Why != "" || !b.Until.IsZero() {
		t.Errorf("Throttle = %+v, want its end", b)
	}
}

// The visitor that a pop-up asked for is known to CallTracking at once.
func TestVisitorOfACallIsKnown(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Settings = json.RawMessage(`{"calltracking":true}`) }, office.Session{})
	s.registered()
	s.api.set(0, `{"data":{"uid":"vis-1"}}`)
	s.post("/events/call", `{"entry_id":"e","call_id":"m","timestamp":1795338000,"seq":1,"call_state":"Appeared","location":"ivr",`+
		`"from":{"number":"79161234567"},"to":{"number":"74990001122"},"dct":{"type":1,"number":"74990001122"}}`)
	s.until("the answer is in the journal", func(office.Snapshot) bool {
		pos, err := office.JournalLength(s.o)
		return err == nil && pos >= 2
	})
	m, err := s.call("CallTracking", `{"number":"+7 499 000-11-22"}`)
	if diff := cmp.Diff(map[string]any{"answer": map[string]any{"uid": "vis-1"}}, m); err != nil || diff != "" {
		t.Errorf("CallTracking = %v (-want +got):\n%s", err, diff)
	}
	if n := len(s.api.asked("queries/user_info_by_dct_number")); n != 1 {
		t.Errorf("the PBX was asked %d times, want once", n)
	}
}
