package engine_test

import (
	"slices"
	"testing"

	"mangoofficesdk/sdk/engine"
)

func ivrOn(s *engine.Settings) { s.IvrPopup = true }

// R30, R33: the first session is shown a call in the menu, with its free
// colleagues, and told when the call left it and why.
func TestIvrCall(t *testing.T) {
	t.Parallel()
	for reason, end := range map[string][]engine.Input{
		"ended": {func() engine.Input {
			n := inMenu("e", client)
			n.seq, n.state, n.reason = 2, "Disconnected", 1110
			return n.input()
		}()},
		"left": {
			note{entry: "e", leg: "next", seq: 1, state: "Appeared", location: "abonent", from: client, to: "103", parent: "e-ivr"}.input(),
			func() engine.Input {
				n := inMenu("e", client)
				n.seq, n.state, n.reason = 2, "Disconnected", 1100
				return n.input()
			}(),
		},
		"routed": {
			engine.CommandSent{ID: "c", Command: "RouteCall", Session: "s101", CallID: "e-ivr"},
			note{entry: "e", leg: "next", seq: 1, state: "Appeared", location: "abonent", from: client, to: "101", parent: "e-ivr"}.input(),
			func() engine.Input {
				n := inMenu("e", client)
				n.seq, n.state, n.reason = 2, "Disconnected", 1100
				return n.input()
			}(),
		},
	} {
		p := company(ivrOn, "101", "102")
		p.step(after(0), inMenu("e", client).input())
		p.step(after(10), inMenu("e", client).input()) // told twice by the PBX
		shown := p.told(engine.IvrCall, "s101")
		wantKinds(t, "IvrCall", shown, 1)
		if b := body[engine.IvrCallBody](t, shown[0]); !slices.Equal(b.Free, []string{"102", "103", "104"}) {
			t.Errorf("IvrCall offers %v, want the colleagues", b.Free)
		}
		if len(p.told(engine.IvrCall, "s102")) != 0 {
			t.Error("IvrCall to the second session")
		}
		for i, in := range end {
			p.step(after(5000+i), in)
		}
		closed := p.told(engine.IvrCallEnd, "s101")
		wantKinds(t, "IvrCallEnd", closed, 1)
		if b := body[engine.IvrCallEndBody](t, closed[0]); b.Reason != reason {
			t.Errorf("IvrCallEnd says %q, want %q", b.Reason, reason)
		}
	}
}

// R30, C5: off, nobody is shown; a busy first passes on only with next_free;
// a call that is no incoming one is nobody's.
func TestIvrCallGoesToTheFirstFree(t *testing.T) {
	t.Parallel()
	busy := note{entry: "b", leg: "b1", seq: 1, state: "Appeared", location: "abonent", from: "74950000000", to: "101"}
	for name, c := range map[string]struct {
		change func(*engine.Settings)
		busy   bool
		to     string
	}{
		"off":               {func(*engine.Settings) {}, false, ""},
		"first free":        {ivrOn, false, "s101"},
		"first busy":        {ivrOn, true, ""},
		"the next is asked": {func(s *engine.Settings) { ivrOn(s); s.IvrFallback = "next_free" }, true, "s102"},
	} {
		p := company(c.change, "101", "102")
		if c.busy {
			p.step(after(0), busy.input())
		}
		p.step(after(100), inMenu("e", client).input())
		for _, s := range []string{"s101", "s102"} {
			if got := len(p.told(engine.IvrCall, s)); (got == 1) != (s == c.to) {
				t.Errorf("%s: %d IvrCall to %s, want them at %q only", name, got, s, c.to)
			}
		}
	}
	p := company(ivrOn, "101")
	own := inMenu("o", "")
	own.fromExt = "102"
	p.step(after(0), own.input())
	if got := p.told(engine.IvrCall, "s101"); len(got) != 0 {
		t.Errorf("an employee's own call into a menu is shown: %+v", got)
	}
}

// TestMenuFollowsTheFirst: a call in the menu whose session goes is shown to its
// successor; to one that comes back as another session, anew; and its end is
// told to who saw it last. A call whose end is lost is closed with its summary.
func TestMenuFollowsTheFirst(t *testing.T) {
	t.Parallel()
	p := company(ivrOn, "101", "102")
	p.step(after(0), inMenu("e", client).input())
	p.step(after(100), engine.SessionDown{ID: "s101"})
	if got := p.told(engine.IvrCall, "s102"); len(got) != 1 {
		t.Fatalf("the successor is shown %d calls, want the one in the menu", len(got))
	}
	p.step(after(200), engine.SessionDown{ID: "s102"})
	back := up("101")
	back.Session.ID = "back"
	p.step(after(300), back)
	if got := p.told(engine.IvrCall, "back"); len(got) != 1 {
		t.Fatalf("who comes back is shown %d calls, want one", len(got))
	}
	p.step(after(400), summaryOf("e", client, "", 1, false))
	p.step(after(5000), engine.Tick{})
	end := p.told(engine.IvrCallEnd, "back")
	if len(end) != 1 || body[engine.IvrCallEndBody](t, end[0]).Reason != "ended" {
		t.Errorf("IvrCallEnd = %+v, want ended, told to who saw it last", end)
	}
}
