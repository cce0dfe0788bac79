package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"mangoofficesdk/sdk/engine"
)

// R28: a hidden number, a SIP address, a short number are normal callers: they
// ring, end and are summed up like others.
func TestOddCallers(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", "anonymous", "sip:guest@voip.example.org", "112", "0511", "8-800-SHORT"} {
		p := company(func(s *engine.Settings) { creating(s); distributing(s); tracking(s) }, "101")
		n := note{entry: "e", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: from, to: "101", reason: 1110}
		p.step(after(0), n.input())
		n.seq, n.state = 2, "Disconnected"
		p.step(after(100), n.input())
		p.step(after(200), line{Path: "/events/summary", JSON: json.RawMessage(fmt.Sprintf(
			`{"entry_id":"e","call_direction":1,"from":{"number":%q},"to":{"extension":"101"},"create_time":1795338000,"talk_time":0,"end_time":1795338060}`, from))}.input())
		rung := p.told(engine.IncomingCall, "101")
		if len(rung) != 1 || rung[0].Caller.Number != from || len(p.told(engine.CallEnded, "101")) != 1 {
			t.Errorf("caller %q: events %v, caller %+v, want a ring and an end", from, p.kinds(), rung)
		}
		if sums := summaries(p.events); len(sums) != 1 || body[engine.CallSummaryBody](t, sums[0]).Status != engine.Missed {
			t.Errorf("caller %q: summaries %+v, want one missed call", from, sums)
		}
	}
}

// R29: a call whose beginning was never told is told from where it is.
func TestMissingBeginning(t *testing.T) {
	t.Parallel()
	p := company(func(*engine.Settings) {}, "101")
	n := note{entry: "e", leg: "l", seq: 2, state: "Connected", location: "abonent", from: client, to: "101", reason: 1110}
	p.step(after(0), n.input())
	if len(p.told(engine.CallAnswered, "101")) != 1 || len(p.told(engine.IncomingCall, "101")) != 0 {
		t.Errorf("events %v, want CallAnswered, and no ring of a phone that was answered", p.kinds())
	}
	n.seq, n.state = 3, "Disconnected"
	p.step(after(100), n.input())
	p.step(after(3_000), engine.Tick{})
	if len(p.told(engine.CallEnded, "101")) != 1 {
		t.Errorf("events %v, want the end though the beginning never came", p.kinds())
	}
}
