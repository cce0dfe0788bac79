package telephony_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
)

func notice(kind, data, raw string) engine.NoticeBody {
	return engine.NoticeBody{Kind: kind, Data: json.RawMessage(data), Raw: raw}
}

// samples has one event of each kind with every field filled in.
func samples(t testing.TB) []engine.Event {
	t.Helper()
	at := time.Unix(1_709_238_659, 0)
	client := engine.Party{Number: "74951234567", Name: `ООО "Ромашка"`}
	employee := engine.Party{Extension: "101", Number: "sip:ivanov@x.mangosip.ru", Name: "Иванов"}
	create := engine.CreateClient{Advise: true, Type: "partner"}
	tracks := []engine.Track{{Key: "client_cid", Value: "1.2"}}
	recordings := []engine.RecordingRef{{RecordingID: "MToxMDA=", Extension: "101"}}
	bodies := []struct {
		kind engine.Kind
		body any
	}{
		{engine.ConnectionState, engine.ConnectionStateBody{State: 4, Code: "key_refused"}},
		{engine.IncomingCall, engine.IncomingCallBody{OpenClientCard: true, CreateClient: create, Calltracking: tracks}},
		{engine.OutgoingCall, engine.OutgoingCallBody{CreateClient: create}},
		{engine.CallAnswered, engine.CallAnsweredBody{}},
		{engine.CallWithdrawn, engine.CallWithdrawnBody{AnsweredBy: "102"}},
		{engine.CallEnded, engine.CallEndedBody{Reason: 1110, TotalSec: 61, TalkSec: 49}},
		{engine.CommandResult, engine.CommandResultBody{Command: "StartCall", Result: 0, Code: "timeout"}},
		{engine.CallSummary, engine.CallSummaryBody{
			Started: at.Add(-61 * time.Second), TalkStarted: at.Add(-49 * time.Second), Ended: at, TotalSec: 61, TalkSec: 49,
			Status: engine.AcceptedOK, Author: engine.Author{UserID: "u-1", Extension: "101", Name: "Иванов"},
			Participant: employee, Initiator: client, Reason: 1110, Save: true, Writer: true, Assignee: "u-2",
			CreateClient: create, Calltracking: tracks, Recordings: recordings,
			Legs: []engine.Leg{{
				CallID: "leg-1", Caller: client, Callee: employee, Started: at.Add(-61 * time.Second),
				Ended: at, Status: engine.Missed, Transfer: "blind", Recordings: recordings,
			}},
		}},
		{engine.Dtmf, engine.DtmfBody{Dtmf: "0912*", Location: "ivr.2.1"}},
		{engine.RecordingReady, recordings[0]},
		{engine.SmsResult, engine.SmsResultBody{Result: 4391}},
		{engine.SpeechAnalytics, notice("record/tagged", `{"recording_id":"MToxMDA="}`, "")},
		{engine.AddressBook, notice("ab/contacts", `{"action":"deleted","data":["4385"]}`, "")},
		{engine.Task, notice("task/changed", `{"task_id":45001}`, "")},
		{engine.AgentStatus, notice("user/status_changed", `{"status":2}`, "")},
		{engine.VpbxEvent, notice("sms", `{}`, `{"command_id":1sj}`)},
		{engine.CallChanged, engine.CallChangedBody{What: "annotation", Annotation: &engine.Annotation{
			SubscriberName: "ООО Ромашка", SubscriberRef: "ref-1", Subject: "Заказ", Description: "Перезвонить", AuthorName: "Иванов",
		}}},
		{engine.CallHeld, engine.CallHeldBody{On: true}},
		{engine.CallTransferred, engine.CallTransferredBody{Kind: "blind", TakenFrom: "leg-0"}},
		{engine.IvrCall, engine.IvrCallBody{Free: []string{"102", "103"}, Calltracking: tracks}},
		{engine.IvrCallEnd, engine.IvrCallEndBody{Reason: "routed"}},
		{engine.RouteRequest, engine.RouteRequestBody{RequestID: "r-1", DeadlineMs: 1500, Calltracking: tracks}},
		{engine.PresenceChanged, engine.PresenceBody{Extension: "102", State: engine.Talking}},
		{engine.SettingsChanged, engine.SettingsChangedBody{Revision: 4}},
		{engine.FirstInSession, engine.FirstInSessionBody{IsFirst: true}},
		{engine.Warning, engine.WarningBody{Code: "greeting_too_short", Detail: "74951234567"}},
		{engine.UserLimit, engine.UserLimitBody{Limit: 1, Used: 2, Refused: []string{"102"}}},
		{engine.Progress, engine.ProgressBody{OperationID: "op-1", Kind: "LoadCalls", Done: 3, Total: 12, ETASec: 9}},
		{engine.OperationResult, engine.OperationResultBody{
			OperationID: "op-1", Kind: "APIRequest", Code: "pbx_error", Result: 2240, Field: "to_number", Path: "/tmp/x.mp3", Total: 7}},
		{engine.Throttle, engine.ThrottleBody{Until: at.Add(2 * time.Minute), Why: "api_paused"}},
	}
	records := []engine.Kind{
		engine.CallSummary, engine.CallChanged, engine.RecordingReady, engine.SmsResult, engine.SpeechAnalytics, engine.AddressBook, engine.Task,
		engine.AgentStatus, engine.VpbxEvent, engine.OperationResult,
	}
	events := make([]engine.Event, len(bodies))
	for i, b := range bodies {
		raw, err := json.Marshal(b.body)
		if err != nil {
			t.Fatal(err)
		}
		class := engine.Screen
		if slices.Contains(records, b.kind) {
			class = engine.Record
		}
		events[i] = engine.Event{
			ID: "id-" + strconv.Itoa(i), Kind: b.kind, Class: class, Time: at, EntryID: "entry-1", CallID: "leg-1",
			Direction: engine.In, Caller: client, Callee: employee, Line: "74950000000", Group: "10",
			CommandID: "cmd-1", Body: raw,
		}
	}
	return events
}

func delivery(e engine.Event) office.Delivery {
	return office.Delivery{Ref: journal.Ref{Epoch: "e", Seq: 1_709_238_659 << 20}, Event: e, Attempt: 2, Replay: true}
}

func TestEventGolden(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 3*3600)
	for _, lang := range []string{"ru", "en"} {
		var b bytes.Buffer
		empty := []engine.Event{
			{ID: "e", Kind: engine.CallSummary, Class: engine.Record},
			{ID: "n", Kind: "CallOfTheFuture", Class: engine.Record, Body: json.RawMessage(`{"x":1}`)},
		}
		for _, e := range append(samples(t), empty...) {
			name, data := telephony.Render(lang, delivery(e), zone, telephony.EventLimit)
			fmt.Fprintf(&b, "%s\n", name)
			if err := json.Indent(&b, []byte(data), "", "\t"); err != nil {
				t.Fatalf("render(%s) = %s: %v", e.Kind, data, err)
			}
			b.WriteByte('\n')
		}
		golden(t, "events."+lang+".golden", b.Bytes())
	}
}

// A kind without a Russian name or without its own fields would pass unseen.
func TestEveryKindHasARow(t *testing.T) {
	t.Parallel()
	rows := telephony.KindNames()
	for _, kind := range declaredKinds(t) {
		if rows[kind] == "" {
			t.Errorf("kind %s has no row in eventKinds", kind)
		}
		delete(rows, kind)
	}
	for kind := range rows {
		t.Errorf("eventKinds has a row %s that the engine does not declare", kind)
	}
}

// declaredKinds reads the constants of type Kind out of the engine's source.
func declaredKinds(t *testing.T) (kinds []engine.Kind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../sdk/engine/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Kind" {
			return true
		}
		for _, value := range v.Values {
			s, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, engine.Kind(s))
		}
		return true
	})
	if len(kinds) < 8 {
		t.Fatalf("found only %v in event.go", kinds)
	}
	return kinds
}

func TestNoNullAndAllKeysInEmptyBodies(t *testing.T) {
	t.Parallel()
	for _, e := range samples(t) {
		full := keys(t, e)
		for _, body := range []string{"", "null", "{}", "[]", `{"legs":null,"reason":"x"}`} {
			e := e
			e.Body = json.RawMessage(body)
			_, data := telephony.Render("ru", delivery(e), time.UTC, telephony.EventLimit)
			if strings.Contains(data, "null") {
				t.Errorf("render(%s) of body %q holds null: %s", e.Kind, body, data)
			}
			if got := keys(t, e); got != full {
				t.Errorf("render(%s) of body %q: keys %s, want %s", e.Kind, body, got, full)
			}
		}
	}
}

// keys are the top-level keys of an event in the order they are written.
func keys(t *testing.T, e engine.Event) string {
	t.Helper()
	_, data := telephony.Render("ru", delivery(e), time.UTC, telephony.EventLimit)
	dec := json.NewDecoder(strings.NewReader(data))
	var list []string
	for depth, key := 0, true; dec.More() || depth > 0; {
		tok, err := dec.Token()
		if err != nil {
			t.Fatalf("render(%s) = %s: %v", e.Kind, data, err)
		}
		switch d, isDelim := tok.(json.Delim); {
		case isDelim && (d == '{' || d == '['):
			depth++
			key = depth == 1
			continue
		case isDelim:
			depth--
			key = true
			continue
		}
		if depth == 1 {
			if key {
				list = append(list, tok.(string))
			}
			key = !key
		}
	}
	return strings.Join(list, " ")
}

func TestBigEventIsTruncatedAndFetchedWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	o := r.connected(h)
	big := samples(t)[7]
	big.ID = "big"
	body := engine.CallSummaryBody{Assignee: "u-2"}
	for i := range 1000 {
		body.Legs = append(body.Legs, engine.Leg{CallID: fmt.Sprintf("leg-%d", i)})
	}
	big.Body, _ = json.Marshal(body)
	huge := big
	huge.ID, huge.Caller.Name = "huge", strings.Repeat("Ж", 70_000)
	r.link.emit(t, big, huge)
	eventually(t, "events", func() bool { return len(h.ids()) == 2 })

	got := decodeMap(t, h.events()[0].data)
	if got["truncated"] != true || len(got["legs"].([]any)) != 0 || got["assignee"] != "u-2" {
		t.Errorf("big event: truncated %v, %d legs, assignee %v; want true, none, u-2", got["truncated"], len(got["legs"].([]any)), got["assignee"])
	}
	got = decodeMap(t, h.events()[1].data)
	if name := got["caller"].(map[string]any)["name"].(string); got["truncated"] != true || len(name) != 1024 || got["assignee"] != "" {
		t.Errorf("huge event: truncated %v, a name of %d bytes, assignee %q; want true, 1024, none", got["truncated"], len(name), got["assignee"])
	}
	for _, e := range h.events() {
		if len(e.data) > 64<<10 {
			t.Errorf("event %s has %d bytes, want at most 64 KiB", e.id, len(e.data))
		}
	}
	whole := o.json("ПолучитьСобытие", "big")
	if whole["truncated"] != false || len(whole["legs"].([]any)) != 1000 || whole["seq"] != decodeMap(t, h.events()[0].data)["seq"] {
		t.Errorf("ПолучитьСобытие: truncated %v, %d legs, seq %v", whole["truncated"], len(whole["legs"].([]any)), whole["seq"])
	}
}

// TestBigNotice: the text of a notification that is too big is left out of the
// event, and there when it is fetched whole.
func TestBigNotice(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 70_000)
	for _, b := range []engine.NoticeBody{notice("md/onAppealClose", `{"comment":"`+big+`"}`, ""), notice("sms", `{}`, big)} {
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		e := engine.Event{ID: "n", Kind: engine.VpbxEvent, Class: engine.Record, EntryID: "entry-1", Body: raw}
		_, data := telephony.Render("ru", delivery(e), time.UTC, telephony.EventLimit)
		got := decodeMap(t, data)
		if got["truncated"] != true || got["kind"] != b.Kind || got["raw"] != "" || len(got["data"].(map[string]any)) != 0 || got["entry_id"] != "entry-1" {
			t.Errorf("a notice of %d bytes: %.200s, want its envelope and kind, truncated", len(raw), data)
		}
		_, data = telephony.Render("ru", delivery(e), time.UTC, 0)
		if got := decodeMap(t, data); got["truncated"] != false || !strings.Contains(data, big) {
			t.Errorf("the whole notice: %.200s, want all of it", data)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	o := r.object(h)
	o.set("ЯзыкСобытий", "en")
	o.set("ЯзыкСообщений", "EN")
	o.must("Подключить", params)
	r.link.emit(t, samples(t)[5])
	eventually(t, "event", func() bool { return len(h.ids()) == 1 })
	e := h.events()[0]
	if e.name != "CallEnded" || strings.ContainsFunc(field(e.data, "reason_text"), func(r rune) bool { return r > 127 }) {
		t.Errorf("event %s, reason_text %q; want English ones", e.name, field(e.data, "reason_text"))
	}
	for _, name := range []string{"ЯзыкСобытий", "ЯзыкСообщений"} {
		if got := o.get(name).Str(); got != "en" {
			t.Errorf("%s = %q, want en", name, got)
		}
		if raise := o.set(name, "klingon"); raise == nil || !strings.Contains(raise.Text, map[string]string{"ЯзыкСобытий": "EventLanguage", "ЯзыкСообщений": "Language"}[name]) {
			t.Errorf("Set(%s, klingon) = %+v, want an exception that names the property", name, raise)
		}
	}
}

func TestJSONText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", `"\`, "a\tb\r\n", "\x00\x1f\x7f", "\u2028\u2029", "Ёж 😀", "a\xffb"} {
		e := engine.Event{ID: s, Kind: engine.CallAnswered}
		_, data := telephony.Render("ru", delivery(e), time.UTC, telephony.EventLimit)
		if got, want := field(data, "id"), strings.ToValidUTF8(s, "\ufffd"); got != want {
			t.Errorf("text %q came back as %q", s, got)
		}
		for _, r := range data {
			if r < 0x20 || r == 0x2028 {
				t.Errorf("text %q: raw %U in %s", s, r, data)
			}
		}
	}
}

func BenchmarkRender(b *testing.B) {
	d := delivery(samples(b)[1])
	b.ReportAllocs()
	for b.Loop() {
		telephony.Render("ru", d, time.UTC, telephony.EventLimit)
	}
}
