package office_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/vpbxtest"
)

// withPBX opens an office against the emulated PBX.
func withPBX(t *testing.T, cfg vpbxtest.Config, session office.Session) (*site, *vpbxtest.PBX) {
	t.Helper()
	return withPBXAnd(t, cfg, session, func(*office.Config) {})
}

func withPBXAnd(t *testing.T, cfg vpbxtest.Config, session office.Session, change func(*office.Config)) (*site, *vpbxtest.PBX) {
	t.Helper()
	cfg.Credentials = credentials(t)
	pbx, err := vpbxtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pbx.Close(); err != nil {
			t.Errorf("Close() of the PBX = %v", err)
		}
	})
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	s := open(t, func(c *office.Config) {
		c.APIURL = pbx.URL() + "/vpbx/"
		change(c)
	}, session)
	if err := pbx.SetTarget("http://" + s.o.ListenAddr().String() + "/mango"); err != nil {
		t.Fatal(err)
	}
	s.registered()
	return s, pbx
}

// TestEveryScenarioOverTheWire plays all calls of the emulator at once, posted
// in parallel, shuffled and doubled: each ends in one summary, and nothing is
// told of a leg after its end.
func TestEveryScenarioOverTheWire(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{
		Style: vpbxtest.Style{Parallel: true}, Seed: 7,
		Faults: vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Reorder: vpbxtest.Always(), Double: vpbxtest.Always(), V2: true}},
	}, office.Session{})
	expected := playAll(t, pbx)
	over := map[string]bool{}
	for len(expected) > 0 {
		d := next(t, s.inbox)
		e := d.Event
		if e.Kind != engine.CallSummary {
			leg := e.CallID + "/" + e.To.Extension
			if over[leg] {
				t.Errorf("%s of %s came after its CallEnded", e.Kind, leg)
			}
			over[leg] = e.Kind == engine.CallEnded
			continue
		}
		var b engine.CallSummaryBody
		if err := json.Unmarshal(e.Body, &b); err != nil || b.Incomplete || expected[e.EntryID] == "" {
			t.Errorf("summary of %q = %+v, %v, want one complete summary", expected[e.EntryID], b, err)
		}
		delete(expected, e.EntryID)
		if err := s.local.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle() = %v", err)
		}
	}
	if v := s.local.View(); len(v.Calls) != 0 {
		t.Errorf("View().Calls after all = %+v, want none", v.Calls)
	}
}

// TestClickToCallOverTheWire: a command goes out, its result and the two legs
// come back, and the employee sees one outgoing call.
func TestClickToCallOverTheWire(t *testing.T) {
	t.Parallel()
	s, _ := withPBXAnd(t, vpbxtest.Config{Speed: 50, Style: vpbxtest.Style{Parallel: true}}, office.Session{Extension: "101"}, standing)
	id := s.command("StartCall", `{"number":"+7 916 123-45-67"}`)
	seen := map[engine.Kind]int{}
	for seen[engine.CallSummary] == 0 {
		d := next(t, s.inbox)
		seen[d.Event.Kind]++
		if d.Event.CommandID != id {
			t.Errorf("%s has command_id %q, want %q", d.Event.Kind, d.Event.CommandID, id)
		}
		if k := d.Event.Kind; k != engine.CommandResult && (d.Event.Caller.Extension != "101" || d.Event.Callee.Number != "79161234567") {
			t.Errorf("%s: %+v > %+v, want 101 > the client", k, d.Event.Caller, d.Event.Callee)
		}
	}
	want := map[engine.Kind]int{
		engine.CommandResult: 1, engine.OutgoingCall: 1, engine.CallAnswered: 1, engine.CallEnded: 1, engine.CallSummary: 1,
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("events = %v, want %v", seen, want)
	}
}

// TestHangupOverTheWire ends a live call by command.
func TestHangupOverTheWire(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 20}, office.Session{Extension: "101"})
	done := make(chan error, 1)
	go func() {
		_, err := pbx.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 2).Answer().Talk(2000))
		done <- err
	}()
	d := next(t, s.inbox)
	for d.Event.Kind != engine.CallAnswered {
		d = next(t, s.inbox)
	}
	s.command("Hangup", `{"call_id":"`+d.Event.CallID+`"}`)
	seen := map[engine.Kind]bool{}
	for !seen[engine.CallSummary] || !seen[engine.CommandResult] {
		d := next(t, s.inbox)
		seen[d.Event.Kind] = true
		var b engine.CallEndedBody
		if err := json.Unmarshal(d.Event.Body, &b); err != nil || d.Event.Kind == engine.CallEnded && b.Reason != 1181 {
			t.Errorf("CallEnded = %+v, %v, want reason 1181: ended by a command", b, err)
		}
	}
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Play() = %v", err)
		}
	case <-time.After(patience):
		t.Error("the call did not end")
	}
}
