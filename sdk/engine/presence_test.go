package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
)

// R40: presence follows legs, then sessions; whoever asked is told of changes.
func TestPresence(t *testing.T) {
	t.Parallel()
	p := company(func(*engine.Settings) {}, "101", "102")
	p.step(after(0), engine.Watch{Session: "s102"})
	ring := note{entry: "e", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: client, to: "101"}
	for i, state := range []string{"Appeared", "Connected", "OnHold", "Connected", "Disconnected"} {
		ring.seq, ring.state = i+1, state
		p.step(after(100*i), ring.input())
	}
	p.step(after(1000), engine.SessionDown{ID: "s101"})
	var told []string
	for _, e := range p.events {
		if e.Kind == engine.PresenceChanged {
			b := body[engine.PresenceBody](t, e)
			told = append(told, fmt.Sprint(e.To.Session, " ", b.Extension, " ", b.State))
		}
	}
	want := []string{"s102 101 ringing", "s102 101 talking", "s102 101 hold", "s102 101 talking", "s102 101 free", "s102 101 offline"}
	if d := cmp.Diff(want, told); d != "" {
		t.Errorf("presence told (-want +got):\n%s", d)
	}
	var list []string
	for _, s := range p.state.PresenceList() {
		list = append(list, s.Extension+" "+string(s.State))
	}
	if d := cmp.Diff([]string{"101 offline", "102 free", "103 unknown", "104 unknown"}, list); d != "" {
		t.Errorf("PresenceList() (-want +got):\n%s", d)
	}
}

// R40: a status of the contact centre decides while there is no call.
func TestPresenceOfTheContactCentre(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]engine.Presence{
		`"status":1`:                    engine.Free,
		`"status":2`:                    engine.Offline,
		`"status":3`:                    engine.Offline,
		`"status":4`:                    engine.Offline,
		`"status":6`:                    engine.Free,
		`"status":10,"parent_status":1`: engine.Free,
		`"status":10,"parent_status":3`: engine.Offline,
		`"status":"4"`:                  engine.Offline,
	} {
		p := company(func(*engine.Settings) {}, "101")
		p.step(after(0), line{Path: "/events/user/status_changed", JSON: json.RawMessage(
			`{"abonent_id":9000,` + status + `,"when":109822219823,"timestamp":109822219877}`)}.input())
		if got := p.state.PresenceList()[0]; got.Extension != "101" || got.State != want {
			t.Errorf("%s: presence of 101 = %+v, want %s", status, got, want)
		}
	}
}

// TestStatusBeforeTheEmployees: a status that comes before it is known whose it
// is counts when it is.
func TestStatusBeforeTheEmployees(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	p.step(after(0), line{Path: "/events/user/status_changed", JSON: json.RawMessage(`{"abonent_id":9000,"status":3}`)}.input())
	p.step(after(10), engine.Employees{List: []engine.Employee{{Extension: "101", UserID: "9000"}}})
	if got := p.state.PresenceList()[0]; got.State != engine.Offline {
		t.Errorf("presence = %+v, want offline: on a break", got)
	}
}

// TestPresenceIsWhatTheLegsSay: after any notifications the presence of each
// employee is what the live legs say, and when all calls are over nobody is
// busy.
func TestPresenceIsWhatTheLegsSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(engine.Defaults())
		now := start
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now = now.Add(100_000_000)
			p.step(now, rapid.OneOf(madeUp()).Draw(t, "line").input())
			busy := map[string]bool{}
			for _, a := range p.state.Active() {
				if a.State == "ivr" || a.State == "queue" {
					continue
				}
				busy[a.Caller.Extension], busy[a.Callee.Extension] = true, true
			}
			for _, s := range p.state.PresenceList() {
				is := s.State == engine.Ringing || s.State == engine.Talking || s.State == engine.Hold
				if busy[s.Extension] && !is {
					t.Fatalf("presence of %s is %s, but a leg is live", s.Extension, s.State)
				}
			}
		}
		p.step(now.Add(25*3600_000_000_000), engine.Tick{})
		for _, s := range p.state.PresenceList() {
			if s.CallID != "" {
				t.Fatalf("a day later %s is %s with %s", s.Extension, s.State, s.CallID)
			}
		}
	})
}
