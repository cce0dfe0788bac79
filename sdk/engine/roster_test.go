package engine_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// R17, R18: extensions are digits and unique; a duplicate is refused with both
// names; a new list works at once.
func TestUsersAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, code, field, detail string }{
		"good":             {`[{"user_id":"u1","name":"Иванов","extension":"101"},{"user_id":"u2","extension":""}]`, "", "", ""},
		"empty":            {`[]`, "", "", ""},
		"no list":          {`{}`, "bad_json", "users", ""},
		"null":             {`null`, "bad_json", "users", ""},
		"no id":            {`[{"name":"Иванов"}]`, "missing_field", "users[0].user_id", ""},
		"id twice":         {`[{"user_id":"u1"},{"user_id":"u1"}]`, "bad_field", "users[1].user_id", "u1, u1: "},
		"letters":          {`[{"user_id":"u1","extension":"10a"}]`, "bad_field", "users[0].extension", "10a"},
		"extension twice":  {`[{"user_id":"u1","name":"Иванов","extension":"101"},{"user_id":"u2","name":"Петров","extension":"101"}]`, "extension_twice", "users[1].extension", "Иванов, Петров: 101"},
		"too long":         {`[{"user_id":"u1","extension":"` + strings.Repeat("1", 21) + `"}]`, "bad_field", "users[0].extension", strings.Repeat("1", 21)},
		"number, not text": {`[{"user_id":"u1","extension":101}]`, "bad_json", "users", ""},
	} {
		_, err := engine.ParseUsers(json.RawMessage(c.raw))
		e, _ := errors.AsType[*text.Error](err)
		if e == nil {
			e = &text.Error{}
		}
		if (err == nil) != (c.code == "") || string(e.Code) != c.code || e.Field != c.field || e.Detail != c.detail {
			t.Errorf("%s: ParseUsers(%s) = %v (code %q, field %q, detail %q), want %q, %q, %q", name, c.raw, err, e.Code, e.Field, e.Detail, c.code, c.field, c.detail)
		}
	}
}

// R19, R21: users that the PBX does not have, or without an extension, are
// warned of once; the list tells who is connected and when he was seen.
func TestUsersAgainstThePBX(t *testing.T) {
	t.Parallel()
	p := company(func(*engine.Settings) {}, "101")
	list := []engine.User{{UserID: "u101", Name: "Иванов", Extension: "101"}, {UserID: "u9", Name: "Чужой", Extension: "999"}, {UserID: "u8", Name: "Без номера"}}
	p.step(after(0), engine.UsersSet{List: list})
	p.step(after(100), engine.UsersSet{List: list})
	var warned []string
	for _, e := range p.events {
		if e.Kind == engine.Warning {
			b := body[engine.WarningBody](t, e)
			warned = append(warned, b.Code+" "+b.Detail)
		}
	}
	if d := cmp.Diff([]string{"user_no_extension Без номера", "extension_unknown 999"}, warned); d != "" {
		t.Errorf("warnings of two equal lists (-want +got):\n%s", d)
	}
	p.step(after(200), engine.SessionDown{ID: "s101"})
	got := p.state.Users(after(300))
	if len(got) != 3 || got[0].Connected || !got[0].LastSeen.Equal(after(200)) || !got[0].InPBX || got[1].InPBX || got[0].State != engine.Offline {
		t.Errorf("Users() = %+v, want 101 offline since 200 ms and 999 unknown to the PBX", got)
	}
}

// R20, C7: users beyond the limit are refused in the order of the list, the
// others are not affected; raising the limit serves them again.
func TestUserLimit(t *testing.T) {
	t.Parallel()
	p := company(func(s *engine.Settings) { s.UsersLimit = 1 }, "102", "101")
	if d := cmp.Diff([]engine.Refused{{Session: "s101", Code: text.UsersLimit}}, p.refused); d != "" {
		t.Fatalf("without a list the session that came later is refused (-want +got):\n%s", d)
	}
	p.refused = nil
	p.step(after(0), engine.UsersSet{List: []engine.User{{UserID: "a", Extension: "101"}, {UserID: "b", Extension: "102"}}})
	if d := cmp.Diff([]engine.Refused{{Session: "s102", Code: text.UsersLimit}, {Session: "s101"}}, p.refused); d != "" {
		t.Errorf("the list decides (-want +got):\n%s", d)
	}
	limits := p.told(engine.UserLimit, "")
	wantKinds(t, "UserLimit", limits, 1)
	if b := body[engine.UserLimitBody](t, limits[0]); b.Limit != 1 || b.Used != 2 || !slices.Equal(b.Refused, []string{"102"}) {
		t.Errorf("UserLimit = %+v, want 2 of 1, 102 refused", b)
	}
	if first := p.state.First(); first != "s101" {
		t.Errorf("First() = %q, want s101: the refused one is no first", first)
	}
	p.refused = nil
	set := engine.Defaults()
	p.step(after(1000), engine.SettingsSet{Settings: set, Revision: 2})
	if d := cmp.Diff([]engine.Refused{{Session: "s102"}}, p.refused); d != "" {
		t.Errorf("the limit is lifted (-want +got):\n%s", d)
	}
	if b := p.state.Limits(); b.Limit != 0 || len(b.Refused) != 0 {
		t.Errorf("Limits() = %+v, want none refused", b)
	}
}

// R14: with displace the later session of an extension takes it over.
func TestDuplicateExtension(t *testing.T) {
	t.Parallel()
	second := engine.SessionUp{Session: engine.Session{ID: "again", GUID: "other", Extension: "101"}}
	p := company(func(*engine.Settings) {}, "101")
	p.step(after(0), second)
	if len(p.refused) != 0 {
		t.Errorf("allow: %+v refused, want nobody", p.refused)
	}
	p = company(func(s *engine.Settings) { s.DuplicateExtension = "displace" }, "101")
	p.step(after(0), second)
	if d := cmp.Diff([]engine.Refused{{Session: "s101", Code: text.Displaced}}, p.refused); d != "" {
		t.Errorf("displace (-want +got):\n%s", d)
	}
	if first := p.state.First(); first != "again" {
		t.Errorf("First() = %q, want the session that took over", first)
	}
	p.refused = nil
	p.step(after(100), engine.SessionDown{ID: "again"})
	if d := cmp.Diff([]engine.Refused{{Session: "s101"}}, p.refused); d != "" {
		t.Errorf("who displaced it is gone (-want +got):\n%s", d)
	}
}

// TestRefusedSessionIsAskedNothing: what it was asked goes to the next one, and
// it hears of presence no more.
func TestRefusedSessionIsAskedNothing(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101", "102")
	p.step(after(0), engine.Watch{Session: "s101"})
	p.step(after(10), inMenu("e", client).input())
	asked := p.told(engine.RouteRequest, "s101")
	wantKinds(t, "RouteRequest", asked, 1)
	set := engine.Defaults()
	distributing(&set)
	set.UsersLimit = 1
	p.step(after(20), engine.UsersSet{List: []engine.User{{UserID: "u", Extension: "102"}}})
	p.step(after(30), engine.SettingsSet{Settings: set, Revision: 2})
	wantKinds(t, "RouteRequest to the next", p.told(engine.RouteRequest, "s102"), 1)
	id := body[engine.RouteRequestBody](t, asked[0]).RequestID
	p.step(after(40), engine.RouteAnswer{RequestID: id, Session: "s101", Extension: "103"})
	if len(p.requests) != 0 || p.state.Counters().LateAnswers != 1 {
		t.Errorf("requests %+v, want the answer of a refused session ignored", p.requests)
	}
	p.step(after(50), note{entry: "f", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: "74950000000", to: "103"}.input())
	if got := p.told(engine.PresenceChanged, "s101"); len(got) != 0 {
		t.Errorf("a refused session hears of presence: %+v", got)
	}
}

// R31, C5: the first registered is first; its successor stands in while it is
// away; within 15 seconds it gets its place back, later it is the last.
func TestFirstInSession(t *testing.T) {
	t.Parallel()
	p := company(func(*engine.Settings) {}, "101", "102")
	p.step(after(0), engine.SessionDown{ID: "s101"})
	if first := p.state.First(); first != "s102" {
		t.Fatalf("First() = %q while s101 is away, want s102", first)
	}
	back := up("101")
	back.Session.ID = "back101"
	p.step(after(14_000), back)
	if first := p.state.First(); first != "back101" {
		t.Errorf("First() = %q after 14 s, want the one that came back", first)
	}
	p.step(after(20_000), engine.SessionDown{ID: "back101"})
	back.Session.ID = "late101"
	p.step(after(36_000), back)
	if first := p.state.First(); first != "s102" {
		t.Errorf("First() = %q after 16 s away, want s102", first)
	}
	var told []string
	for _, e := range p.events {
		if e.Kind == engine.FirstInSession {
			told = append(told, e.To.Session+" "+string(e.Body))
		}
	}
	want := []string{`s102 {"is_first":true}`, `s102 {"is_first":false}`, `s102 {"is_first":true}`}
	if d := cmp.Diff(want, told); d != "" {
		t.Errorf("FirstInSession (-want +got):\n%s", d)
	}
}

// A session that comes back under its own id has its place for the whole grace,
// counted from when it went last, and needs no name of its client for that.
func TestSameSessionComesBack(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	one := engine.SessionUp{Session: engine.Session{ID: "one", Extension: "101"}}
	p.step(after(0), one)
	p.step(after(0), engine.SessionUp{Session: engine.Session{ID: "two", Extension: "102"}})
	at := 0
	for range 3 { // the time of the first absence is over during the next ones
		p.step(after(at), engine.SessionDown{ID: "one"})
		if p.state.Here("one") || p.state.First() != "two" {
			t.Fatalf("one away: Here = %v, First() = %q, want two", p.state.Here("one"), p.state.First())
		}
		at += 14_000
		p.step(after(at), one)
		if !p.state.Here("one") || p.state.First() != "one" {
			t.Fatalf("back after 14 s: Here = %v, First() = %q, want one", p.state.Here("one"), p.state.First())
		}
		p.step(after(at), one) // twice is once
		at += 100
	}
	if n := p.state.Counters().Sessions; n != 2 {
		t.Errorf("Counters().Sessions = %d, want 2", n)
	}
}

// A session that hears of its own extension only, and has none, is told of no
// call; but it may be the first, and is asked as any other.
func TestOwnOnly(t *testing.T) {
	t.Parallel()
	p := company(func(s *engine.Settings) { s.IvrPopup = true })
	p.step(after(0), note{entry: "e", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: client, to: "101"}.input())
	p.step(after(10), engine.SessionUp{Session: engine.Session{ID: "own", OwnOnly: true}})
	if got := p.told(engine.IncomingCall, "own"); len(got) != 0 {
		t.Errorf("a session without an extension that hears of its own is told %+v", got)
	}
	p.step(after(10), engine.SessionUp{Session: engine.Session{ID: "all"}})
	wantKinds(t, "IncomingCall to who hears of all", p.told(engine.IncomingCall, "all"), 1)
	p.step(after(20), inMenu("m", client).input())
	wantKinds(t, "IvrCall to the first", p.told(engine.IvrCall, "own"), 1)
	key := engine.CallKey("m")
	if !p.state.Offered(key, "m-ivr", "own") || p.state.Offered(key, "m-ivr", "all") || p.state.Offered(key, "other", "own") {
		t.Error("Offered() = not exactly the session that was shown the call, want it")
	}
}

// Who was asked for the responsible, or stands where one was that is gone, may
// answer; a colleague was not asked.
func TestRouteAsked(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101", "102", "103")
	p.step(after(0), inMenu("e", client).input())
	asked := p.told(engine.RouteRequest, "s101")
	wantKinds(t, "RouteRequest", asked, 1)
	id := body[engine.RouteRequestBody](t, asked[0]).RequestID
	if !p.state.RouteAsked(id, "s101") || p.state.RouteAsked(id, "s103") || p.state.RouteAsked("none", "s101") {
		t.Error("RouteAsked() = not exactly the session that was asked, want it")
	}
	if !p.state.Offered(engine.CallKey("e"), "e-ivr", "s101") || p.state.Offered(engine.CallKey("e"), "e-ivr", "s103") {
		t.Error("Offered() = not exactly the session that was asked, want it")
	}
	p.step(after(10), engine.SessionDown{ID: "s101"})
	if !p.state.RouteAsked(id, "s103") {
		t.Error("RouteAsked() of another session while the one that was asked is gone = false, want true")
	}
}

// TestSessionsModel holds the engine against a model of the order of
// registration: whoever comes, goes, comes back in time or too late.
func TestSessionsModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type place struct {
			guid, id string
			up       bool
			left     time.Time
		}
		var model []*place
		told := map[string]string{} // what each session was told last of being the first
		p := newPlayer(engine.Defaults())
		now, count := start, 0
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "ms")) * time.Millisecond)
			model = slices.DeleteFunc(model, func(x *place) bool { return !x.up && !now.Before(x.left.Add(15*time.Second)) })
			guid := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "guid")
			at := slices.IndexFunc(model, func(x *place) bool { return x.guid == guid })
			switch {
			case at >= 0 && model[at].up:
				model[at].up, model[at].left = false, now
				p.step(now, engine.SessionDown{ID: model[at].id})
			default:
				count++
				id := guid + string(rune('0'+count%10)) + string(rune('a'+count/10))
				if at >= 0 && rapid.Bool().Draw(t, "same") {
					id = model[at].id // its way was broken, not its process
				}
				if at < 0 {
					model = append(model, &place{guid: guid})
					at = len(model) - 1
				}
				model[at].id, model[at].up = id, true
				delete(told, id) // it reads with its registration what it is
				p.step(now, engine.SessionUp{Session: engine.Session{ID: id, GUID: guid, Extension: guid}})
			}
			for _, e := range p.events {
				if told[e.To.Session] == string(e.Body) {
					t.Fatalf("%q is told %s twice in a row", e.To.Session, e.Body)
				}
				told[e.To.Session] = string(e.Body)
			}
			p.events = nil
			want := ""
			for _, x := range model {
				if x.up {
					want = x.id
					break
				}
			}
			if got := p.state.First(); got != want {
				t.Fatalf("First() = %q, want %q by the model %+v", got, want, model)
			}
		}
	})
}

// TestSettingsChangedIsTold to every session, with the revision.
func TestSettingsChangedIsTold(t *testing.T) {
	t.Parallel()
	p := company(func(*engine.Settings) {}, "101")
	p.step(after(0), engine.SettingsSet{Settings: engine.Defaults(), Revision: 7})
	got := p.told(engine.SettingsChanged, "")
	wantKinds(t, "SettingsChanged", got, 1)
	if b := body[engine.SettingsChangedBody](t, got[0]); b.Revision != 7 || got[0].To.Rule != engine.AnySession {
		t.Errorf("SettingsChanged = %+v to %+v, want revision 7 to all", b, got[0].To)
	}
}
