package engine_test

import (
	"fmt"
	"testing"

	"mangoofficesdk/sdk/engine"
)

func creating(s *engine.Settings) {
	s.CreateOnIncoming, s.CreateOnOutgoing, s.ClientType = true, true, "person"
}

// R53, C11: of the phones that ring together one is advised to create the
// client, the summary of that call too, and no later call of the number.
func TestAdviceOncePerNumber(t *testing.T) {
	t.Parallel()
	p := company(creating, "101", "102")
	call := func(entry, from string, at int) {
		for i, ext := range []string{"103", "101", "102"} { // nobody listens at 103
			p.step(after(at+i), note{entry: entry, leg: entry + ext, seq: 1, state: "Appeared", location: "abonent", from: from, to: ext, group: "7"}.input())
		}
		for i, ext := range []string{"103", "101", "102"} {
			p.step(after(at+100+i), note{entry: entry, leg: entry + ext, seq: 2, state: "Disconnected", location: "abonent", from: from, to: ext, group: "7", reason: 1110}.input())
		}
		p.step(after(at+200), summaryOf(entry, from, "101", 1, false))
	}
	call("a", client, 0)
	call("b", client, 1000)
	call("c", "74957654321", 2000)
	call("d", "", 3000)
	var got []string
	for _, e := range p.events {
		switch e.Kind {
		case engine.IncomingCall:
			if body[engine.IncomingCallBody](t, e).CreateClient.Advise {
				got = append(got, e.EntryID+" "+e.To.Extension)
			}
		case engine.CallSummary:
			if body[engine.CallSummaryBody](t, e).CreateClient.Advise {
				got = append(got, e.EntryID+" summary")
			}
		}
	}
	if want := "[a 101 a summary c 101 c summary d 101 d summary]"; fmt.Sprint(got) != want {
		t.Errorf("advised: %v, want %s", got, want)
	}
}
