package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/notify"
)

// samples are the notifications of testdata, by the names of their files.
func samples(t *testing.T) map[string]line {
	t.Helper()
	files, err := filepath.Glob("../../testdata/notifications/*.json")
	if err != nil || len(files) < 80 {
		t.Fatalf("testdata/notifications: %d files, %v", len(files), err)
	}
	all := map[string]line{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s struct{ Path, JSON string }
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = line{Path: s.Path, JSON: json.RawMessage(s.JSON)}
	}
	return all
}

// TestNothingIsLost: every notification is told, whether it was understood or
// not, but those that others speak for: calls have events of their own, results
// are told to who asked, recordings when they can be fetched, and a ping and
// announced statistics say nothing to 1C.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for name, l := range samples(t) {
		p := newPlayer(engine.Defaults())
		it := l.input().Item
		p.step(start, engine.Notification{Item: it})
		p.step(start.Add(time.Minute), l.input()) // redelivered
		switch it.Notification.(type) {
		case notify.Call, notify.Summary, notify.Result, notify.StatsReady, notify.Ping, notify.Recording:
			continue
		}
		if len(p.events) != 1 {
			t.Errorf("%s of %s gives %v, want one event", it.Kind(), name, p.kinds())
			continue
		}
		e := p.events[0]
		if e.Kind == engine.VpbxEvent && it.Err != nil {
			b := body[engine.NoticeBody](t, e)
			if data := it.Data(); data == nil && b.Raw != string(l.JSON) || data != nil && string(b.Data) != string(data) {
				t.Errorf("%s: VpbxEvent = %+v, want the text", name, b)
			}
		}
		if record := e.Class == engine.Record; record == (e.Kind == engine.Dtmf) || record && e.To.Rule != engine.AnyWriter {
			t.Errorf("%s: class %s to %+v, want a record for a writer, but a screen event for Dtmf", name, e.Class, e.To)
		}
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	all := samples(t)
	type told struct {
		Kind    engine.Kind
		Time    time.Time // zero: the moment it came
		Entry   string
		Command string
		Body    any
	}
	pass := func(kind, data string) engine.NoticeBody {
		return engine.NoticeBody{Kind: kind, Data: json.RawMessage(data)}
	}
	for name, want := range map[string]told{
		"sms":              {engine.SmsResult, time.Unix(1790000312, 0), "", "sms-41", engine.SmsResultBody{Result: 1000}},
		"sms-failed-texts": {engine.SmsResult, time.Unix(1790000312, 0), "", "41", engine.SmsResultBody{Result: 4391}},
		"record-tagged": {engine.SpeechAnalytics, time.Unix(1790000340, 0), "ZW50LTc3", "", pass("record/tagged",
			`{"entry_id":"ZW50LTc3","product_id":400100200,"recording_id":"cmVjLTc3","timestamp":1790000340,"user_id":400100201}`)},
		"recognized": {engine.SpeechAnalytics, time.UnixMilli(1790000400404), "", "", pass("recognized/offline",
			`{"product_id":400100200,"recognized":1790000400404,"request_id":298000777,"result":1000}`)},
		"ab-organizations-deleted":  {engine.AddressBook, time.Time{}, "", "", pass("ab/organizations", `{"action":"deleted","data":["1464",1465]}`)},
		"ab-groups-deleted-objects": {engine.AddressBook, time.Time{}, "", "", pass("ab/groups", `{"action":"deleted","data":[{"group_id":31}]}`)},
		"ab-contacts-deleted":       {engine.AddressBook, time.Time{}, "", "", pass("ab/contacts", `{"action":"deleted","data":"4385"}`)},
		"task-bare":                 {engine.Task, time.Time{}, "", "", pass("task", `{"status":3,"task_id":"45003"}`)},
		"task-on":                   {engine.Task, time.Time{}, "", "", pass("task/created", `{"start_time":"2026-09-21 17:13:20","status":null,"task_id":"45002"}`)},
		"status-changed-texts": {engine.AgentStatus, time.UnixMilli(1790000000123), "", "", pass("user/status_changed",
			`{"abonent_id":"787001","status":"2","timestamp":1790000000456,"when":"1790000000123"}`)},
		"session-end-abonent": {engine.AgentStatus, time.UnixMilli(1790000343345), "", "", pass("user/session_end",
			`{"abonent_id":"657001","result":"1204","session":"c2Vzcw==","timestamp":"1790000343345"}`)},
		"chat-read-bare":  {engine.VpbxEvent, time.Time{}, "", "", pass("md/notifyMessageRead", `{"messageId":"4355","userId":"KdpikR"}`)},
		"later-kind":      {engine.VpbxEvent, time.Time{}, "", "", pass("robots/spoke", `{"a":1}`)},
		"call-no-id":      {engine.VpbxEvent, time.Time{}, "", "", nil},
		"appeal":          {engine.VpbxEvent, time.Unix(1790000600, 0), "ZW50LTc3", "", nil},
		"sms-printed":     {engine.VpbxEvent, time.Time{}, "", "", engine.NoticeBody{Kind: "sms", Data: json.RawMessage("{}"), Raw: string(all["sms-printed"].JSON)}},
		"null":            {engine.VpbxEvent, time.Time{}, "", "", engine.NoticeBody{Kind: "call", Data: json.RawMessage("{}"), Raw: "null"}},
		"chat-later-kind": {engine.VpbxEvent, time.Time{}, "", "", pass("md", `{"data":{"type":"sendSticker","userId":"KdpikR"},"path":"/events/md","point_id":10001}`)},
	} {
		p := newPlayer(engine.Defaults())
		p.step(start, all[name].input())
		if len(p.events) != 1 {
			t.Errorf("%s gives %v, want one event", name, p.kinds())
			continue
		}
		if want.Time.IsZero() {
			want.Time = start
		}
		e := p.events[0]
		got := told{e.Kind, e.Time, e.EntryID, e.CommandID, nil}
		switch want.Body.(type) {
		case engine.SmsResultBody:
			got.Body = body[engine.SmsResultBody](t, e)
		case engine.NoticeBody:
			got.Body = body[engine.NoticeBody](t, e)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestNoticeOfACall carries what is known of the call it speaks of.
func TestNoticeOfACall(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	lines := trace(t, "inbound-ivr-answered")
	p.feed(start, lines...)
	last := p.events[len(p.events)-1]
	if last.Kind != engine.SpeechAnalytics || last.Direction != engine.In || last.Caller.Number != "79161234567" ||
		last.Callee.Extension != "101" || last.Line != "74951234567" || last.EntryID == "" {
		t.Errorf("SpeechAnalytics = %+v, want the parties of its call", last)
	}
}

// TestNoticeIsToldOnce, also when it is delivered again; what is remembered for
// that is forgotten, and the id stays what it was.
func TestNoticeIsToldOnce(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	l := samples(t)["later-kind"]
	for range 3 {
		p.step(start, l.input())
	}
	if len(p.events) != 1 || p.state.Counters().Duplicates != 2 {
		t.Fatalf("three deliveries give %v, counters %+v, want one event and 2 duplicates", p.kinds(), p.state.Counters())
	}
	p.step(start.Add(16*time.Minute), l.input())
	if len(p.events) != 2 || p.events[1].ID != p.events[0].ID {
		t.Errorf("a quarter of an hour later: %v, want the event under its old id", p.kinds())
	}
}

// TestManyNotices: what is remembered of them is bounded, what is told is not.
func TestManyNotices(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	const n = 20_500
	for i := range n {
		p.step(start, line{Path: "/events/robots/spoke", JSON: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))}.input())
	}
	p.step(start, line{Path: "/events/robots/spoke", JSON: json.RawMessage(`{"n":0}`)}.input())
	if len(p.events) != n || p.state.Counters().Duplicates != 1 {
		t.Errorf("%d notices give %d events and %d duplicates, want all of them and 1", n, len(p.events), p.state.Counters().Duplicates)
	}
}

// TestSilentKinds make no event.
func TestSilentKinds(t *testing.T) {
	t.Parallel()
	all := samples(t)
	p := newPlayer(engine.Defaults())
	for _, name := range []string{"ping", "result-stats", "result-stat", "recording"} {
		p.step(start, all[name].input())
	}
	p.step(start.Add(time.Hour), engine.Tick{})
	if len(p.events) != 0 || p.state.Counters().Other != 3 {
		t.Errorf("events = %v, counters %+v, want no event and 3 others", p.kinds(), p.state.Counters())
	}
}

// TestEveryCommandHasAResult: the outcome of any command of ours is told alike.
func TestEveryCommandHasAResult(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"result-callback-group": 1000, "result-sms": 4300, "result-recording-start": 4102, "result-play-start": 3340,
		"result-transfer": 1000, "result-calls-connect": 4100, "result-transfer-cancel": 4101, "result-call-hold-on": 2211,
		"result-later-command": 1000,
	} {
		l := samples(t)[name]
		id := l.input().Item.Notification.(notify.Result).CommandID
		p := newPlayer(engine.Defaults())
		p.step(start, l.input())
		if len(p.events) != 0 || p.state.Counters().UnknownCommands != 1 {
			t.Errorf("%s of a stranger gives %v, want a count", name, p.kinds())
		}
		p.step(start, engine.CommandSent{ID: id, Command: "SendSMS", Session: "s1"})
		p.step(start, l.input())
		p.step(start, l.input())
		if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.CommandResult}) {
			t.Errorf("%s gives %v, want one CommandResult", name, got)
			continue
		}
		if b := body[engine.CommandResultBody](t, p.events[0]); b.Result != want || b.Command != "SendSMS" || (b.Code == "") != (want == 1000) {
			t.Errorf("%s: CommandResult = %+v, want %d", name, b, want)
		}
	}
}

// TestDtmfAddress: digits go to whom the call is with, and to the first
// session while it is with nobody.
func TestDtmfAddress(t *testing.T) {
	t.Parallel()
	l := trace(t, "printed-dtmf") // a menu leg, two packets, the result of a route, and 12 rings
	inside := line{Path: "/events/call", JSON: json.RawMessage(strings.Replace(string(l[0].JSON), `"from": {`, `"from": {"extension": "105", `, 1))}
	over := line{Path: "/events/summary", JSON: json.RawMessage(`{"entry_id":"MjY4Nzg2ODQwMTo4MQ==","call_direction":1,"create_time":1488272633,"end_time":1488272700}`)}
	left := line{Path: "/events/call", JSON: json.RawMessage(strings.Replace(strings.Replace(string(l[4].JSON),
		"Appeared", "Disconnected", 1), `"seq": 1`, `"seq": 2, "disconnect_reason": 1110`, 1))}
	first, twelve := engine.Address{Rule: engine.FirstSession}, engine.Address{Extension: "12"}
	for name, c := range map[string]struct {
		lines []line
		want  []engine.Address
	}{
		"in the menu":                  {[]line{l[0], l[1], l[2]}, []engine.Address{first, first}},
		"twice":                        {[]line{l[0], l[1], l[1]}, []engine.Address{first}},
		"before its leg is known":      {[]line{l[1]}, []engine.Address{first}},
		"12 rings already":             {[]line{l[0], l[4], l[1]}, []engine.Address{twelve}},
		"12 rang":                      {[]line{l[0], l[4], left, l[1]}, []engine.Address{first}},
		"an employee dialled the menu": {[]line{inside, l[1]}, []engine.Address{{Extension: "105"}}},
		"one who dialled, one rings":   {[]line{inside, l[4], l[1]}, []engine.Address{{Extension: "105"}, twelve}},
	} {
		p := newPlayer(engine.Defaults())
		p.feed(start, c.lines...)
		var got []engine.Address
		ids := map[string]bool{}
		for _, e := range p.events {
			if e.Kind != engine.Dtmf {
				continue
			}
			got = append(got, e.To)
			ids[e.ID] = true
			if e.Caller.Number != "74955404444" || e.Callee.Number != "74952150438" || e.Line != "74952150438" || e.EntryID == "" || e.Class != engine.Screen || e.Expires.IsZero() {
				t.Errorf("%s: Dtmf = %+v, want the parties of the menu leg and an end", name, e)
			}
			if b := body[engine.DtmfBody](t, e); !strings.HasPrefix(b.Location, "ivr") || b.Dtmf != "1" && b.Dtmf != "123456789" {
				t.Errorf("%s: Dtmf = %+v, want what was typed, and where", name, b)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" || len(ids) != len(got) {
			t.Errorf("%s: %d ids, addresses (-want +got):\n%s", name, len(ids), d)
		}
	}
	p := newPlayer(engine.Defaults())
	p.feed(start, over)
	p.step(start.Add(time.Minute), l[1].input())
	if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.CallSummary}) || p.state.Counters().Late != 1 {
		t.Errorf("digits of a call that is over: %v, counters %+v, want them counted as late", got, p.state.Counters())
	}
}
