package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

func distributing(s *engine.Settings) { s.Distribute, s.IvrPopup = true, true }

func table(pairs ...string) engine.RouteTable {
	var list []engine.Responsible
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, engine.Responsible{Number: pairs[i], Extension: pairs[i+1]})
	}
	return engine.NewRouteTable(list, true)
}

// R38, bad input: a wrong table is refused whole, with the field's name.
func TestRouteTableIsChecked(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`[{"number":"79161234567","extension":"101"},{"number":"x","extension":""}]`: " ",
		`[]`:                                  " ",
		`{}`:                                  "bad_json responsibles",
		`null`:                                "bad_json responsibles",
		`[{"number":79161234567}]`:            "bad_json responsibles",
		`[{"number":"1","extension":"10 1"}]`: "bad_field responsibles[0].extension",
	} {
		_, err := engine.ParseRouteTable(json.RawMessage(raw), true)
		e, _ := errors.AsType[*text.Error](err)
		if e == nil {
			e = &text.Error{}
		}
		if got := string(e.Code) + " " + e.Field; got != want {
			t.Errorf("ParseRouteTable(%s) = %v, want %q", raw, err, want)
		}
	}
}

func (p *player) warnings(t *testing.T) (codes []string) {
	t.Helper()
	for _, e := range p.events {
		if e.Kind == engine.Warning {
			codes = append(codes, body[engine.WarningBody](t, e).Code)
		}
	}
	return codes
}

// R38: a number in the table is routed without asking anybody; however it is
// written. C9: the menu is shown to nobody then.
func TestRouteByTable(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	p.step(after(0), table("8 (916) 123-45-67", "102"))
	p.step(after(10), inMenu("e", client).input())
	if len(p.requests) != 1 {
		t.Fatalf("requests %+v, want one route", p.requests)
	}
	r := p.requests[0]
	if r.Kind != engine.RequestRoute || r.To != "102" || r.CallID != "e-ivr" || r.Until.Sub(after(10)) != 3*time.Second {
		t.Errorf("request = %+v, want a route of e-ivr to 102 within 3 s", r)
	}
	p.step(after(50), engine.CommandReplied{ID: r.ID, Result: 1000})
	p.step(after(30_000), engine.Tick{})
	if len(p.told(engine.IvrCall, "s101"))+len(p.told(engine.CommandResult, ""))+len(p.warnings(t)) != 0 {
		t.Errorf("events %v, want none: the call is on its way", p.kinds())
	}
	if c := p.state.Counters(); c.Routed != 1 {
		t.Errorf("Counters() = %+v, want one routed", c)
	}
}

// R34, R35: without a responsible in the table the first session is asked, then
// the next; the first valid answer wins and late ones are ignored.
func TestRouteRequest(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101", "102", "103")
	p.step(after(0), inMenu("e", client).input())
	first := p.told(engine.RouteRequest, "s101")
	wantKinds(t, "RouteRequest to the first", first, 1)
	b := body[engine.RouteRequestBody](t, first[0])
	if b.DeadlineMs != 1500 || b.RequestID == "" || first[0].Caller.Number != client {
		t.Errorf("RouteRequest = %+v about %+v, want 1500 ms and the caller", b, first[0].Caller)
	}
	p.step(after(500), engine.Tick{})
	wantKinds(t, "RouteRequest to the second", p.told(engine.RouteRequest, "s102"), 1)
	p.step(after(501), engine.SessionDown{ID: "s102"})
	wantKinds(t, "RouteRequest to the third, for the second went", p.told(engine.RouteRequest, "s103"), 1)
	p.step(after(600), engine.RouteAnswer{RequestID: b.RequestID, Session: "s101", Extension: "104"})
	p.step(after(700), engine.RouteAnswer{RequestID: b.RequestID, Session: "s103", Extension: "103"})
	if len(p.requests) != 1 || p.requests[0].To != "104" {
		t.Errorf("requests = %+v, want one route to 104", p.requests)
	}
	if c := p.state.Counters(); c.LateAnswers != 1 {
		t.Errorf("Counters() = %+v, want one late answer", c)
	}
	if p.state.RouteOpen(b.RequestID, "s101") {
		t.Error("RouteOpen() = true after the answer")
	}
}

// R36, R37, C8: what leaves a call to the PBX, and to a person at the menu.
func TestRouteIsLeft(t *testing.T) {
	t.Parallel()
	busy := note{entry: "b", leg: "b1", seq: 1, state: "Connected", location: "abonent", from: "74950000000", to: "102"}.input()
	for name, c := range map[string]struct {
		change  func(*engine.Settings)
		before  []engine.Input
		from    string
		answer  *engine.RouteAnswer
		routed  bool
		warning string
		shown   string
	}{
		"no answer in time":      {from: client, shown: "s101"},
		"nobody is responsible":  {from: client, answer: &engine.RouteAnswer{}, shown: "s101"},
		"an unknown extension":   {from: client, answer: &engine.RouteAnswer{Extension: "999"}, warning: "extension_unknown", shown: "s101"},
		"a hidden number":        {from: "", shown: "s101"},
		"busy, respected":        {change: func(s *engine.Settings) { s.RespectStatus = true }, before: []engine.Input{busy, table(client, "102")}, from: client, shown: "s101"},
		"busy, not respected":    {before: []engine.Input{busy, table(client, "102")}, from: client, routed: true},
		"two responsibles":       {before: []engine.Input{table(client, "102", client, "103")}, from: client, warning: "responsible_twice", shown: "s101"},
		"unknown in the table":   {before: []engine.Input{table(client, "999")}, from: client, warning: "extension_unknown", shown: "s101"},
		"the 1C of his is gone":  {before: []engine.Input{up("103"), engine.SessionDown{ID: "s103"}, table(client, "103")}, from: client, shown: "s101"},
		"a table, then replaced": {before: []engine.Input{table(client, "102"), table("74957777777", "102")}, from: client, answer: &engine.RouteAnswer{}, shown: "s101"},
	} {
		change := func(s *engine.Settings) {
			distributing(s)
			if c.change != nil {
				c.change(s)
			}
		}
		p := company(change, "101")
		for _, in := range c.before {
			p.step(after(0), in)
		}
		p.step(after(100), inMenu("e", c.from).input())
		if asked := p.told(engine.RouteRequest, "s101"); c.answer != nil && len(asked) == 1 {
			in := *c.answer
			in.Session = "s101"
			in.RequestID = body[engine.RouteRequestBody](t, asked[0]).RequestID
			p.step(after(200), in)
		}
		p.step(after(5000), engine.Tick{})
		if (len(p.requests) == 1) != c.routed {
			t.Errorf("%s: requests %+v, want a route %v", name, p.requests, c.routed)
		}
		if got := p.warnings(t); c.warning != "" && !slices.Equal(got, []string{c.warning}) || c.warning == "" && len(got) != 0 {
			t.Errorf("%s: warnings %v, want %q", name, got, c.warning)
		}
		if got := len(p.told(engine.IvrCall, "s101")); (got == 1) != (c.shown != "") {
			t.Errorf("%s: %d IvrCall, want %q", name, got, c.shown)
		}
		if n := len(summaries(p.events)); n != 0 {
			t.Errorf("%s: the call was ended by us", name)
		}
	}
}

// R39: a call that leaves the menu before the answer tells, once, that the
// greeting is too short; a caller who hangs up tells nothing.
func TestGreetingTooShort(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	for i, reason := range []int{1110, 1100, 1100} {
		entry := fmt.Sprint("e", i)
		p.step(after(10_000*i), inMenu(entry, client).input())
		gone := inMenu(entry, client)
		gone.seq, gone.state, gone.reason = 2, "Disconnected", reason
		p.step(after(10_000*i+300), gone.input())
		p.step(after(10_000*i+5000), engine.Tick{})
	}
	if got := p.warnings(t); !slices.Equal(got, []string{"greeting_too_short"}) {
		t.Errorf("warnings %v, want greeting_too_short once", got)
	}
	if c := p.state.Counters(); c.RouteTooLate != 2 {
		t.Errorf("Counters() = %+v, want two that left too early", c)
	}
	if len(p.requests) != 0 {
		t.Errorf("requests %+v, want none", p.requests)
	}
}

// TestRouteRefused: the PBX does not take a route: it is explained, and the
// menu is shown, if the call is still there.
func TestRouteRefused(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	p.step(after(0), table(client, "102"))
	p.step(after(10), inMenu("e", client).input())
	p.step(after(60), engine.CommandFailed{ID: p.requests[0].ID, Result: 4100, Code: "pbx_error"})
	if got := p.warnings(t); !slices.Equal(got, []string{"route_refused"}) || len(p.told(engine.IvrCall, "s101")) != 1 {
		t.Errorf("warnings %v, events %v, want route_refused and IvrCall", got, p.kinds())
	}
}

// TestTenCallsInFiveSeconds: the PBX takes one route in two seconds. Who waits
// longest goes first, who leaves the menu is not asked for any more, and the
// administrator is told once.
func TestTenCallsInFiveSeconds(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	p.step(after(0), table(client, "102"))
	answered := 0
	advance := func(to int) {
		for at := to - 490; at <= to; at += 10 {
			p.step(after(at), engine.Tick{})
			for ; answered < len(p.requests); answered++ {
				p.step(after(at), engine.CommandReplied{ID: p.requests[answered].ID, Result: 1000})
			}
		}
	}
	for ms := 500; ms <= 15_000; ms += 500 {
		advance(ms)
		if i := ms/500 - 1; i < 10 {
			p.step(after(ms), inMenu(fmt.Sprint("e", i), client).input())
		}
		if i := ms/500 - 12; i >= 0 && i < 10 { // 5.5 s later the scheme moves it on
			gone := inMenu(fmt.Sprint("e", i), client)
			gone.seq, gone.state, gone.reason = 2, "Disconnected", 1100
			p.step(after(ms), gone.input())
		}
	}
	var legs []string
	for i, r := range p.requests {
		legs = append(legs, r.CallID)
		if i > 0 && r.Until.Sub(p.requests[i-1].Until) < 2*time.Second {
			t.Errorf("routes %d and %d are %v apart, want 2 s", i-1, i, r.Until.Sub(p.requests[i-1].Until))
		}
	}
	want := []string{"e0-ivr", "e1-ivr", "e2-ivr", "e3-ivr", "e6-ivr"}
	if d := cmp.Diff(want, legs); d != "" {
		t.Errorf("routed (-want +got):\n%s", d)
	}
	if got := p.warnings(t); !slices.Equal(got, []string{"route_limit"}) {
		t.Errorf("warnings %v, want route_limit once", got)
	}
}

// R38: a posted result that overtakes the HTTP answer does not hold the next
// route longer than the PBX's two seconds.
func TestRouteSlotAfterAnEarlyResult(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	p.step(after(0), table(client, "102"))
	p.step(after(10), inMenu("a", client).input())
	p.step(after(20), inMenu("b", client).input())
	if len(p.requests) != 1 {
		t.Fatalf("requests %+v, want one route", p.requests)
	}
	id := p.requests[0].ID
	p.step(after(100), engine.Notification{Item: notify.Item{Notification: notify.Result{CommandID: id, Result: 1000}}})
	p.step(after(200), engine.CommandReplied{ID: id, Result: 1000})
	p.step(after(2300), engine.Tick{})
	if len(p.requests) != 2 {
		t.Errorf("requests 2.1 s after the answer: %+v, want the second route", p.requests)
	}
}

// Bad input: a table of wrong numbers does not use up the warnings of an hour.
func TestWrongNumbersLeaveRoomForWarnings(t *testing.T) {
	t.Parallel()
	p := company(distributing, "101")
	var list []engine.Responsible
	for i := range 1500 {
		list = append(list, engine.Responsible{Number: fmt.Sprintf("x%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676), Extension: "101"})
	}
	p.step(after(0), engine.NewRouteTable(list, true))
	p.step(after(10), engine.Warn{Code: text.RouteLimit})
	if codes := p.warnings(t); !slices.Contains(codes, string(text.RouteLimit)) {
		t.Errorf("%d warnings of 1500 wrong numbers, and none of %s after them", len(codes), text.RouteLimit)
	}
}
