package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
)

// feed plays lines of a trace one second apart.
func (p *player) feed(from time.Time, lines ...line) time.Time {
	for _, l := range lines {
		p.step(from, l.input())
		from = from.Add(time.Second)
	}
	return from
}

func body[B any](t *testing.T, e engine.Event) (b B) {
	t.Helper()
	if err := json.Unmarshal(e.Body, &b); err != nil {
		t.Fatalf("body of %s: %v", e.Kind, err)
	}
	return b
}

func trace(t *testing.T, name string) []line { return loadTrace(t, tracesDir+"/"+name+".jsonl") }

// sumOf plays a trace with settings and gives its summary.
func sumOf(t *testing.T, name string, change func(*engine.Settings), sessions ...engine.Session) (engine.CallSummaryBody, *player) {
	t.Helper()
	set := engine.Defaults()
	change(&set)
	p := newPlayer(set)
	for _, s := range sessions {
		p.step(start, engine.SessionUp{Session: s})
	}
	p.feed(start, trace(t, name)...)
	sums := summaries(p.events)
	if len(sums) != 1 {
		t.Fatalf("%s gives %v, want one CallSummary", name, p.kinds())
	}
	return body[engine.CallSummaryBody](t, sums[0]), p
}

func TestSettingsRule(t *testing.T) {
	t.Parallel()
	ivanov := engine.Session{ID: "s1", Extension: "101", UserID: "u-ivanov", UserName: "Иванов"}
	for name, c := range map[string]struct {
		trace  string
		change func(*engine.Settings)
		check  func(engine.CallSummaryBody) bool
	}{
		"internal is not saved": {"internal", func(*engine.Settings) {}, func(b engine.CallSummaryBody) bool { return !b.Save }},
		"internal is saved":     {"internal", func(s *engine.Settings) { s.SaveInternal = true }, func(b engine.CallSummaryBody) bool { return b.Save }},
		"60 s is not over 60":   {"inbound-ivr-answered", func(s *engine.Settings) { s.MinInSec = 60 }, func(b engine.CallSummaryBody) bool { return b.Status == engine.AcceptedBad }},
		"60 s is 60 or more": {"inbound-ivr-answered", func(s *engine.Settings) { s.MinInSec, s.ThresholdCompare = 60, "ge" },
			func(b engine.CallSummaryBody) bool { return b.Status == engine.AcceptedOK }},
		"outgoing threshold": {"outgoing-answered", func(s *engine.Settings) { s.MinOutSec = 40 }, func(b engine.CallSummaryBody) bool { return b.Status == engine.ReachedBad }},
		"author and assignee": {"inbound-ivr-answered", func(*engine.Settings) {}, func(b engine.CallSummaryBody) bool {
			return b.Author == engine.Author{UserID: "u-ivanov", Extension: "101", Name: "Иванов"} && b.Assignee == "u-ivanov"
		}},
		"missed assignee": {"missed-by-employee", func(s *engine.Settings) { s.MissedAssignee, s.IvrAssignee = "boss", "robot" },
			func(b engine.CallSummaryBody) bool { return b.Assignee == "boss" && b.Author == engine.Author{} }},
		"assignee of the menu": {"missed-in-ivr", func(s *engine.Settings) { s.MissedAssignee, s.IvrAssignee = "boss", "robot" },
			func(b engine.CallSummaryBody) bool { return b.Assignee == "robot" && b.Status == engine.Missed }},
		"create on incoming": {"missed-in-ivr", func(s *engine.Settings) { s.CreateOnIncoming, s.ClientType = true, "person" },
			func(b engine.CallSummaryBody) bool {
				return b.CreateClient == engine.CreateClient{Advise: true, Type: "person"}
			}},
		"no create on outgoing": {"outgoing-answered", func(s *engine.Settings) { s.CreateOnIncoming = true },
			func(b engine.CallSummaryBody) bool { return b.CreateClient == engine.CreateClient{} }},
	} {
		if b, _ := sumOf(t, c.trace, c.change, ivanov); !c.check(b) {
			t.Errorf("%s: CallSummary of %s = %+v", name, c.trace, b)
		}
	}
}

func TestIncomingCarriesAdvice(t *testing.T) {
	t.Parallel()
	_, p := sumOf(t, "inbound-ivr-answered", func(s *engine.Settings) { s.OpenClientCard, s.CreateOnIncoming = true, true },
		engine.Session{ID: "s1", Extension: "101"})
	b := body[engine.IncomingCallBody](t, p.events[0])
	if p.events[0].Kind != engine.IncomingCall || !b.OpenClientCard || !b.CreateClient.Advise || b.CreateClient.Type != "partner" {
		t.Errorf("IncomingCall = %+v, want the card opened and a partner advised", b)
	}
	if life := p.events[0].Expires.Sub(p.times[0]); life != 30*time.Second {
		t.Errorf("IncomingCall lives %v, want 30s", life)
	}
}

// TestEndWaitsForTheMissing: a Disconnected that overtook the Connected is
// held for a second at most, so that talk_sec is right.
func TestEndWaitsForTheMissing(t *testing.T) {
	t.Parallel()
	l := trace(t, "outgoing-answered")
	p := newPlayer(engine.Defaults())
	p.step(start, l[0].input())
	p.step(start, l[2].input())
	if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.OutgoingCall}) {
		t.Fatalf("events = %v, want the end held back", got)
	}
	p.step(start.Add(500*time.Millisecond), l[1].input())
	if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.OutgoingCall, engine.CallEnded}) {
		t.Fatalf("events = %v, want the end at once, and no CallAnswered of a dead leg", got)
	}
	if b := body[engine.CallEndedBody](t, p.events[1]); b.TalkSec != 40 {
		t.Errorf("CallEnded = %+v, want a talk of 40 s", b)
	}

	p = newPlayer(engine.Defaults())
	p.step(start, l[0].input())
	p.step(start, l[2].input())
	p.step(start.Add(2*time.Second), engine.Tick{})
	if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.OutgoingCall, engine.CallEnded}) || p.times[1].Sub(start) != time.Second {
		t.Errorf("events = %v at %v, want CallEnded after 1s though the Connected never came", got, p.times)
	}
}

// TestSummaryWaitsForTheMissing, two seconds at most.
func TestSummaryWaitsForTheMissing(t *testing.T) {
	t.Parallel()
	l := trace(t, "outgoing-answered")
	p := newPlayer(engine.Defaults())
	p.step(start, l[0].input())
	p.step(start, l[1].input())
	p.step(start, l[3].input()) // the summary; the Disconnected is missing
	if n := len(summaries(p.events)); n != 0 {
		t.Fatal("the summary did not wait for the end of the leg")
	}
	p.step(start.Add(time.Minute), engine.Tick{})
	if got := p.kinds(); !cmp.Equal(got[len(got)-2:], []engine.Kind{engine.CallEnded, engine.CallSummary}) || p.times[len(got)-1].Sub(start) != 2*time.Second {
		t.Errorf("events = %v at %v, want CallEnded and CallSummary after 2s", got, p.times)
	}
	if b := body[engine.CallEndedBody](t, p.events[len(p.events)-2]); b.Reason != 1120 || b.TalkSec != 40 {
		t.Errorf("CallEnded = %+v, want the summary's reason and times", b)
	}
	before := len(p.events)
	p.step(start.Add(time.Minute), l[2].input())
	if len(p.events) != before || p.state.Counters().Late != 1 || len(p.state.Active()) != 0 {
		t.Errorf("a straggler made %v, counters %+v, want nothing but a count", p.kinds()[before:], p.state.Counters())
	}
}

func TestSummaryAlone(t *testing.T) {
	t.Parallel()
	l := trace(t, "inbound-ivr-answered")
	p := newPlayer(engine.Defaults())
	for _, x := range l {
		if x.Path == "/events/summary" {
			p.step(start, x.input())
		}
	}
	p.step(start.Add(time.Minute), engine.Tick{})
	if got := p.kinds(); !cmp.Equal(got, []engine.Kind{engine.CallSummary}) {
		t.Fatalf("events = %v, want the summary", got)
	}
	b := body[engine.CallSummaryBody](t, p.events[0])
	if b.Status != engine.AcceptedOK || b.Author.Extension != "101" || b.Incomplete || len(b.Legs) != 0 {
		t.Errorf("CallSummary = %+v, want what the PBX's summary tells", b)
	}
}

// TestLostSummary: a call whose summary never comes is summed up from its legs.
func TestLostSummary(t *testing.T) {
	t.Parallel()
	l := trace(t, "outgoing-answered")
	p := newPlayer(engine.Defaults())
	last := p.feed(start, l[:3]...).Add(-time.Second)
	p.step(last.Add(30*time.Hour), engine.Tick{})
	sums := summaries(p.events)
	if len(sums) != 1 || p.times[len(p.times)-1].Sub(last) != time.Hour {
		t.Fatalf("events = %v at %v, want one summary an hour after the end", p.kinds(), p.times)
	}
	b := body[engine.CallSummaryBody](t, sums[0])
	if !b.Incomplete || b.TalkSec != 40 || b.Status != engine.ReachedOK || p.state.Counters().Incomplete != 1 {
		t.Errorf("CallSummary = %+v, want it from the legs, incomplete", b)
	}
}

func TestCommandLife(t *testing.T) {
	t.Parallel()
	result := func(id string, code int) line {
		return line{Path: "/result/callback", JSON: json.RawMessage(fmt.Sprintf(`{"command_id":%q,"result":%d}`, id, code))}
	}
	sent := engine.CommandSent{ID: "c", Command: "StartCall", Session: "s1"}
	for name, c := range map[string]struct {
		inputs []engine.Input
		want   engine.CommandResultBody
		after  time.Duration
	}{
		"result":               {[]engine.Input{result("c", 1000).input()}, engine.CommandResultBody{Command: "StartCall", Result: 1000}, 0},
		"result twice":         {[]engine.Input{result("c", 1000).input(), result("c", 1000).input()}, engine.CommandResultBody{Command: "StartCall", Result: 1000}, 0},
		"refused":              {[]engine.Input{result("c", 2240).input()}, engine.CommandResultBody{Command: "StartCall", Result: 2240, Code: "pbx_error"}, 0},
		"reply, then result":   {[]engine.Input{engine.CommandReplied{ID: "c", Result: 1000}, result("c", 4001).input()}, engine.CommandResultBody{Command: "StartCall", Result: 4001, Code: "pbx_error"}, 0},
		"reply alone":          {[]engine.Input{engine.CommandReplied{ID: "c", Result: 1000}}, engine.CommandResultBody{Command: "StartCall", Result: 1000}, 10 * time.Second},
		"failure":              {[]engine.Input{engine.CommandFailed{ID: "c", Code: "pbx_unreachable"}, result("c", 1000).input()}, engine.CommandResultBody{Command: "StartCall", Code: "pbx_unreachable"}, 0},
		"nothing":              {nil, engine.CommandResultBody{Command: "StartCall", Code: "timeout"}, 30 * time.Second},
		"result for a strange": {[]engine.Input{result("x", 1000).input()}, engine.CommandResultBody{Command: "StartCall", Code: "timeout"}, 30 * time.Second},
	} {
		p := newPlayer(engine.Defaults())
		p.step(start, sent)
		for _, in := range c.inputs {
			p.step(start, in)
		}
		p.step(start.Add(time.Hour), engine.Tick{})
		if len(p.events) != 1 || p.times[0].Sub(start) != c.after {
			t.Errorf("%s: events %v at %v, want one after %v", name, p.kinds(), p.times, c.after)
			continue
		}
		e := p.events[0]
		if got := body[engine.CommandResultBody](t, e); got != c.want || e.CommandID != "c" || e.To.Session != "s1" {
			t.Errorf("%s: CommandResult = %+v to %+v, want %+v to s1", name, got, e.To, c.want)
		}
	}
}

// TestReplayToANewSession: what is live, with the ids of the first telling,
// and only for its extension.
func TestReplayToANewSession(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	p.feed(start, trace(t, "internal")[:2]...)
	first := map[string]engine.Kind{}
	for _, e := range p.events {
		first[e.ID] = e.Kind
	}
	for ext, want := range map[string]int{"101": 2, "102": 2, "103": 0, "": 4} {
		effects := p.state.Step(start.Add(time.Minute), engine.SessionUp{Session: engine.Session{ID: "new" + ext, Extension: ext}})
		replayed := 0
		for _, eff := range effects {
			e, ok := eff.(engine.Emit)
			if !ok {
				continue
			}
			replayed++
			if !e.Replay || first[e.Event.ID] != e.Event.Kind || e.Event.To.Session != "new"+ext {
				t.Errorf("replay to %q: %+v, want an event told before, for that session", ext, e)
			}
		}
		if replayed != want {
			t.Errorf("replay to %q has %d events, want %d", ext, replayed, want)
		}
	}
}

func TestActive(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	lines := trace(t, "consult-transfer")
	states := func() (got []string) {
		for _, a := range p.state.Active() {
			got = append(got, a.State+" "+a.Callee.Extension)
		}
		return got
	}
	for i, want := range [][]string{
		{"ringing 123"}, {"talking 123"}, {"hold 123"}, {"hold 123", "ringing 321"}, {"hold 123", "talking 321"}, {"talking 321"}, {"talking 321"}, nil,
	} {
		p.step(start.Add(time.Duration(i)*time.Second), lines[i].input())
		if d := cmp.Diff(want, states()); d != "" {
			t.Errorf("Active() after line %d (-want +got):\n%s", i+1, d)
		}
	}
	if !p.state.HasCall("200:514") || p.state.HasCall("stranger") {
		t.Error("HasCall() must know ended legs and no strangers")
	}
}

// TestMemoryIsBounded: calls without an end, and closed calls, are forgotten.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	s := engine.New(engine.Defaults())
	in := func(i, seq int) engine.Notification {
		return line{Path: "/events/call", JSON: json.RawMessage(fmt.Sprintf(
			`{"entry_id":"e%d","call_id":"c%d","seq":%d,"call_state":"Appeared","location":"ivr","from":{"extension":"%d"}}`, i, i, seq, i))}.input()
	}
	for i := range 20_010 {
		s.Step(start.Add(time.Duration(i)*time.Millisecond), in(i, 1))
		if i == 19_999 {
			s.Step(start.Add(20*time.Second), in(0, 2)) // is not the one that was silent longest
		}
	}
	if c := s.Counters(); c.Calls > 20_000 || c.Dropped != 10 {
		t.Errorf("Counters() = %+v, want 20000 calls and 10 dropped", c)
	}
	for i, live := range map[int]bool{0: true, 1: false, 10: false, 11: true} {
		if got := len(s.ActiveOf(engine.CallKey(fmt.Sprint("e", i)))) > 0; got != live || !s.HasCall(fmt.Sprint("c", i)) {
			t.Errorf("call %d is live: %v, want %v, and its leg known", i, got, live)
		}
	}
	if n := len(s.PresenceList()); n > 20_000 {
		t.Errorf("PresenceList() has %d extensions, want 20000 at most", n)
	}
	s.Step(start.Add(13*time.Hour), engine.Tick{})
	s.Step(start.Add(14*time.Hour), engine.Tick{})
	if c := s.Counters(); c.Calls != 0 || s.HasCall("c20009") {
		t.Errorf("Counters() two guards later = %+v, want no call left", c)
	}
}

// TestMistakenOutgoing: a blind transfer begins like a call of the employee who
// transfers (§19.11). Who does not know the leg before it, because he came in
// the middle of the call, takes it for one; the pop-up is closed as soon as the
// mistake is seen, not at the end of the call.
func TestMistakenOutgoing(t *testing.T) {
	t.Parallel()
	l := trace(t, "printed-blind")
	told := func(p *player, ext string) (kinds []engine.Kind) {
		for _, e := range p.events {
			// That he transferred the call he is told of its new leg, and rightly.
			if e.To.Extension == ext && e.CallID == "400-200" && e.Kind != engine.CallTransferred {
				kinds = append(kinds, e.Kind)
			}
		}
		return kinds
	}
	want := []engine.Kind{engine.OutgoingCall, engine.CallEnded}
	for name, lines := range map[string][]line{
		"the client appears on it": {l[3], l[5]},
		"the leg before it comes":  {l[3], l[0]},
		"the conversation comes":   {l[3], l[1]},
	} {
		p := newPlayer(engine.Defaults())
		p.feed(start, lines...)
		if got := told(p, "333"); !cmp.Equal(got, want) {
			t.Errorf("%s: 333 is told %v, want %v", name, got, want)
		}
		if got := told(p, "321"); !cmp.Equal(got, []engine.Kind{engine.IncomingCall}) {
			t.Errorf("%s: 321 is told %v, want IncomingCall", name, got)
		}
	}
	p := newPlayer(engine.Defaults())
	p.feed(start, l...)
	if got := told(p, "333"); len(got) != 0 {
		t.Errorf("in order: 333 is told %v of the leg he does not talk on, want nothing", got)
	}
}
