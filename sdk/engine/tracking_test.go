package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/notify"
)

func tracking(s *engine.Settings) { s.Calltracking = true }

const visitor = `{"data":{"uid":"vis-1","widget_id":7,"widget_name":"site","ga_cid":"GA1","ya_cid":123456789,"rs_cid":"r1",
	"location":{"country_code":"RU","region":"МО","city":"Москва"},"channel":{"source":"yandex","medium":"cpc","campaign":"c","content":"ad","term":"кресло"},
	"duration":65,"current_page":{"url":"https://example.com/","title":"Главная"},"device":"mobile","custom":"x=1","something_new":true,"list":[1,{"a":"b"}]}}`

func values(tracks []engine.Track) map[string]string {
	m := map[string]string{}
	for _, t := range tracks {
		m[t.Key] = t.Value
	}
	return m
}

// R62, R63: the guide's nineteen keys, always all of them, then what else the
// PBX said.
func TestTracks(t *testing.T) {
	t.Parallel()
	got := engine.Tracks(notify.DCT{Number: "74990001122", Type: 1}, "entry-1", json.RawMessage(visitor))
	want := map[string]string{
		"client_id": "vis-1", "client_cid": "GA1", "ya_client_id": "123456789", "city": "Москва", "source": "yandex", "medium": "cpc",
		"campaign": "c", "content": "ad", "term": "кресло", "time_on_site": "65", "page": "https://example.com/", "call_context": "entry-1",
		"custom": "x=1", "widget_name": "site", "request_type": "", "roistat": "r1", "call_type": "dynamic", "device": "mobile", "new_user": "",
		"dct_number": "74990001122", "widget_id": "7", "location.country_code": "RU", "location.region": "МО", "current_page.title": "Главная",
		"something_new": "true", "list": `[1,{"a":"b"}]`,
	}
	if d := cmp.Diff(want, values(got)); d != "" {
		t.Errorf("Tracks() (-want +got):\n%s", d)
	}
	keys := engine.TrackKeys()
	if len(keys) != 19 {
		t.Fatalf("TrackKeys() has %d keys, want the guide's 19", len(keys))
	}
	for i, k := range keys {
		if got[i].Key != k {
			t.Errorf("key %d of Tracks() = %q, want %q: the order of the guide", i, got[i].Key, k)
		}
	}
	bare := values(engine.Tracks(notify.DCT{Type: 1}, "", json.RawMessage(`{"uid":"u","location":{"country_code":"KZ"}}`)))
	if bare["client_id"] != "u" || bare["city"] != "KZ" {
		t.Errorf("Tracks() of a bare answer = %v, want u and the country for the city", bare)
	}
	for _, raw := range []string{`{}`, `[]`, `null`, `"x"`, `{"data":[]}`, `{"data":`} {
		if got := engine.Tracks(notify.DCT{Number: "7", Type: 1}, "e", json.RawMessage(raw)); len(got) != 20 {
			t.Errorf("Tracks(%s) has %d values, want the 19 and the number", raw, len(got))
		}
	}
}

// R62: the visitor is asked for once, at first sight; the pop-up and the
// summary carry what was answered, whatever becomes of the setting.
func TestTrackingIsAskedOnce(t *testing.T) {
	t.Parallel()
	p := company(tracking, "101")
	menu := inMenu("e", client)
	menu.dct = `{"type":1,"number":"74990001122"}`
	p.step(after(0), menu.input())
	menu.seq, menu.state, menu.reason = 2, "Disconnected", 1100
	ring := note{entry: "e", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: client, to: "101", parent: "e-ivr", dct: menu.dct}
	if len(p.requests) != 1 || p.requests[0].Kind != engine.RequestVisitor || p.requests[0].Number != "74990001122" || p.requests[0].EntryID != "e" {
		t.Fatalf("requests = %+v, want one for the visitor of 74990001122", p.requests)
	}
	p.step(after(200), engine.Tracked{EntryID: "e", Visitor: json.RawMessage(visitor), Pos: 77})
	p.step(after(250), engine.SettingsSet{Settings: engine.Defaults(), Revision: 2}) // switched off
	p.step(after(300), menu.input())
	p.step(after(310), ring.input())
	ring.seq, ring.state = 2, "Disconnected"
	p.step(after(400), ring.input())
	p.step(after(500), summaryOf("e", client, "101", 1, false))
	if len(p.requests) != 1 {
		t.Errorf("requests = %+v, want no second one", p.requests)
	}
	in := p.told(engine.IncomingCall, "101")
	wantKinds(t, "IncomingCall", in, 1)
	if got := values(body[engine.IncomingCallBody](t, in[0]).Calltracking); got["city"] != "Москва" {
		t.Errorf("IncomingCall carries %v, want the visitor", got)
	}
	sums := summaries(p.events)
	wantKinds(t, "CallSummary", sums, 1)
	if got := values(body[engine.CallSummaryBody](t, sums[0]).Calltracking); got["client_id"] != "vis-1" {
		t.Errorf("CallSummary carries %v, want the visitor", got)
	}
	p.step(after(3_600_000), engine.Tick{})
	if !cmp.Equal(p.released, []uint64{0, 77, 0, 0, 0, 0}) {
		t.Errorf("released %v, want the answer among the rest, when the call is forgotten", p.released)
	}
}

// R62: a summary waits three seconds for the answer, not longer; a static
// number and a setting that is off ask nothing.
func TestTrackingLimits(t *testing.T) {
	t.Parallel()
	over := note{entry: "e", leg: "l", seq: 1, state: "Disconnected", location: "abonent", from: client, to: "101", dct: `{"type":1,"number":"74990001122"}`}
	p := company(tracking, "101")
	p.step(after(0), over.input())
	p.step(after(10), summaryOf("e", client, "101", 1, false))
	p.step(after(2_900), engine.Tick{})
	if n := len(summaries(p.events)); n != 0 {
		t.Fatalf("%d summaries while the visitor is asked for, want none", n)
	}
	p.step(after(3_100), engine.Tick{})
	wantKinds(t, "CallSummary after 3 s", summaries(p.events), 1)

	static := over
	static.dct = `{"type":2,"number":"74990001133"}`
	p = company(tracking, "101")
	p.step(after(0), static.input())
	p.step(after(10), summaryOf("e", client, "101", 1, false))
	sums := summaries(p.events)
	wantKinds(t, "CallSummary of a static number, at once", sums, 1)
	if got := values(body[engine.CallSummaryBody](t, sums[0]).Calltracking); got["call_type"] != "static" || got["dct_number"] != "74990001133" || len(p.requests) != 0 {
		t.Errorf("static number: %v and requests %+v, want its kind and number, nothing asked", got, p.requests)
	}

	p = company(func(*engine.Settings) {}, "101")
	p.step(after(0), over.input())
	p.step(after(10), summaryOf("e", client, "101", 1, false))
	sums = summaries(p.events)
	wantKinds(t, "CallSummary with the setting off", sums, 1)
	if got := body[engine.CallSummaryBody](t, sums[0]).Calltracking; len(got) != 0 || len(p.requests) != 0 {
		t.Errorf("off: %v and requests %+v, want nothing", got, p.requests)
	}
}

func FuzzTracks(f *testing.F) {
	f.Add([]byte(visitor))
	f.Add([]byte(`{"uid":{"uid":1},"data":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := engine.Tracks(notify.DCT{Type: 1}, "e", raw)
		for i, k := range engine.TrackKeys() {
			if got[i].Key != k {
				t.Fatalf("key %d = %q, want %q", i, got[i].Key, k)
			}
		}
	})
}
