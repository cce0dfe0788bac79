package vpbxtest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

const traces = "../../testdata/traces/"

// moments names the members that hold a moment.
var moments = []string{"timestamp", "create_time", "forward_time", "talk_time", "end_time"}

// normal rewrites a stream so that two runs of one call compare equal: ids are
// numbered in order of appearance, moments count from the first one (or are
// masked), numbers given as texts become numbers, and the members in without
// are left out.
func normal(t testing.TB, notes []note, times bool, without ...string) []string {
	t.Helper()
	names := map[string]string{"": ""}
	name := func(prefix, id string) string {
		if _, ok := names[id]; !ok {
			names[id] = fmt.Sprintf("%s%d", prefix, len(names))
		}
		return names[id]
	}
	var start int64
	var out []string
	for _, n := range notes {
		m := n.m
		for _, key := range []string{"timestamp", "seq", "disconnect_reason", "result"} {
			if m[key] != nil {
				m[key] = n.num(key)
			}
		}
		if start == 0 && n.m["timestamp"] != nil {
			start = n.num("timestamp")
		}
		for _, key := range moments {
			if m[key] == nil {
				continue
			}
			if v := n.num(key); !times {
				m[key] = v > 0
			} else if v > 0 {
				m[key] = v - start
			}
		}
		for _, key := range []string{"entry_id", "call_id"} {
			if m[key] != nil {
				m[key] = name(key, n.str(key))
			}
		}
		if from, ok := m["from"].(map[string]any); ok && from["taken_from_call_id"] != nil {
			from["taken_from_call_id"] = name("call_id", n.str("from", "taken_from_call_id"))
		}
		for _, key := range without {
			delete(m, key)
		}
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n.path+" "+string(raw))
	}
	return out
}

// reference reads a trace; notifications of kinds that are not played yet are
// left out.
func reference(t testing.TB, name string) []note {
	t.Helper()
	trace, err := vpbxtest.LoadTrace(traces + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var notes []note
	for _, r := range trace {
		if strings.HasPrefix(r.Path, "/events/record") {
			continue
		}
		n := note{path: r.Path, json: string(r.JSON)}
		if err := json.Unmarshal(r.JSON, &n.m); err != nil {
			t.Fatal(err)
		}
		notes = append(notes, n)
	}
	return notes
}

// The scenarios that retell a reference trace do so to the second.
func TestScenariosMatchReferenceTraces(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"inbound-ivr-answered", "missed-in-ivr", "missed-by-employee", "outgoing-answered", "internal"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			p := start(t, vpbxtest.Config{Target: l.URL, Epoch: time.Unix(1795338000, 0)})
			if _, err := p.Play(bound(t), load(t, name)); err != nil {
				t.Fatal(err)
			}
			want := normal(t, reference(t, name), true)
			if diff := cmp.Diff(want, normal(t, l.got(), true)); diff != "" {
				t.Errorf("%s (-reference +played):\n%s", name, diff)
			}
		})
	}
}

// The transfers of the document, with its numbers.
func TestTransfersMatchReferenceTraces(t *testing.T) {
	t.Parallel()
	const client = "74955404444"
	staff := []vpbxtest.Employee{
		{Extension: "123", Number: "12345678"}, {Extension: "321", Number: "87654321"}, {Extension: "333", Number: "44332211"},
	}
	for name, s := range map[string]vpbxtest.Scenario{
		"consult-transfer": vpbxtest.Inbound(client, "").Ring("123", 7).Answer().Talk(10).Hold(3).Consult("321", 5).
			Answer().Wait(10).Leave().Talk(25).HangUp(vpbxtest.Caller),
		"blind-transfer": vpbxtest.Inbound(client, "").Ring("333", 10).Answer().Hold(10).Blind("321", 10).
			Leave().Wait(10).Answer().Talk(20).HangUp(vpbxtest.Caller),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			p := start(t, vpbxtest.Config{
				Target: l.URL, Employees: staff, Lines: []vpbxtest.Line{{Number: "74951234567"}},
			})
			if _, err := p.Play(bound(t), s); err != nil {
				t.Fatal(err)
			}
			played := slices.DeleteFunc(l.got(), func(n note) bool { return n.path != "/events/call" })
			for _, n := range played { // the print shows no line
				if to, ok := n.m["to"].(map[string]any); ok {
					delete(to, "line_number")
				}
			}
			want := normal(t, reference(t, name), true)
			if diff := cmp.Diff(want, normal(t, played, true, "dct")); diff != "" {
				t.Errorf("%s (-reference +played):\n%s", name, diff)
			}
		})
	}
}

// A click-to-call matches the reference to the second.
func TestCallbackMatchesReferenceTrace(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Behaviour: vpbxtest.Behaviour{
		EmployeeAnswersAfter: 4, ClientAnswersAfter: 9, TalkFor: 50,
	}})
	command(t, p, "callback", `{"command_id":"cmd-7f3a1c","from":{"extension":"101"},"to_number":"79161234567"}`)
	want := normal(t, reference(t, "api-callback"), true)
	if diff := cmp.Diff(want, normal(t, l.got(), true)); diff != "" {
		t.Errorf("callback (-reference +played):\n%s", diff)
	}
}

// The printed click-to-call: its target is employee 5555, who does not want to
// be disturbed. The print has no summary, drops the parent in its last event
// and says nothing of callback_initiator.
func TestCallbackMatchesPrintedTrace(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{
		Target: l.URL, Faults: told(vpbxtest.NotificationFaults{TextNumbers: true}),
		Employees: []vpbxtest.Employee{
			{Extension: "1234", Number: "12345678"},
			{Extension: "5555", Number: "74955404444", Does: vpbxtest.DND},
		},
		Lines: []vpbxtest.Line{{Number: "74951234567"}},
	})
	command(t, p, "callback", `{"command_id":"cmd.2.vpbx.12345.external.system.com.net","from":{"extension":"1234"},"to_number":"74955404444"}`)
	played := l.got()
	played = slices.DeleteFunc(played, func(n note) bool { return n.path == "/events/summary" })
	want := reference(t, "printed-callback")
	last := want[len(want)-1].m["from"].(map[string]any)
	last["taken_from_call_id"] = want[len(want)-2].str("from", "taken_from_call_id")
	if diff := cmp.Diff(normal(t, want, false), normal(t, played, false, "dct", "callback_initiator")); diff != "" {
		t.Errorf("callback (-printed +played):\n%s", diff)
	}
}

// The printed route: IVR, then to 123; the result comes after the Appeared of
// the new leg.
func TestRouteMatchesPrintedTrace(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{
		Target: l.URL, Faults: told(vpbxtest.NotificationFaults{TextNumbers: true}),
		Employees: []vpbxtest.Employee{{Extension: "123", Number: "sip:aaa@mangosip.ru"}},
		Lines:     []vpbxtest.Line{{Number: "7800123456789"}},
		Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 11, TalkFor: 20, HangsUp: vpbxtest.Callee},
	})
	routed := make(chan int, 1)
	l.onNote(func(n note) {
		if n.str("location") == "ivr" && n.str("call_state") == "Appeared" {
			status, _ := ask(t, p.Handler(), "/vpbx/commands/route", `{"call_id":"`+n.str("call_id")+`","command_id":"c111","to_number":"123"}`)
			routed <- status
		}
	})
	entry, err := p.Play(bound(t), vpbxtest.Inbound("79000000000", "").IVR(3600).End(0))
	if err != nil {
		t.Fatal(err)
	}
	if status := <-routed; status != 200 {
		t.Fatalf("route: HTTP %d", status)
	}
	if bad := checkRules(entry, l.got(), false); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}
	played := slices.DeleteFunc(l.got(), func(n note) bool { return n.path == "/events/summary" })
	if diff := cmp.Diff(normal(t, reference(t, "printed-route"), false), normal(t, played, false, "dct")); diff != "" {
		t.Errorf("route (-printed +played):\n%s", diff)
	}
}

// A hang-up by command: the result, then the end of the leg with 1181.
func TestHangupMatchesReferenceTrace(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	l.onNote(func(n note) {
		if n.str("location") == "abonent" && n.str("call_state") == "Connected" {
			ask(t, p.Handler(), "/vpbx/commands/call/hangup", `{"command_id":"h1","call_id":"`+n.str("call_id")+`"}`)
		}
	})
	s := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(3600).HangUp(vpbxtest.Caller)
	entry, err := p.Play(bound(t), s)
	if err != nil {
		t.Fatal(err)
	}
	notes := l.got()
	if bad := checkRules(entry, notes, false); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}
	if got := summaryOf(t, notes, entry).num("disconnect_reason"); got != 1181 {
		t.Errorf("summary has reason %d, want 1181", got)
	}
	tail := notes[len(notes)-3 : len(notes)-1] // result, Disconnected; then the summary
	want := normal(t, reference(t, "hangup-command"), false, "seq")
	if diff := cmp.Diff(want, normal(t, tail, false, "seq")); diff != "" {
		t.Errorf("hangup (-reference +played):\n%s", diff)
	}
}

// command sends a command that is accepted and waits for the end of all calls.
func command(t testing.TB, p *vpbxtest.PBX, name, body string) {
	t.Helper()
	status, answer := ask(t, p.Handler(), "/vpbx/commands/"+name, body)
	if status != 200 || answer != `{"result":1000}` && answer != `{"result":"1000"}` {
		t.Fatalf("%s %s: HTTP %d %s, want result 1000", name, body, status, answer)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Replay posts what the file holds, byte for byte.
func TestReplayIsVerbatim(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Faults: told(vpbxtest.NotificationFaults{Double: vpbxtest.Always()})})
	for _, name := range []string{"printed-consult", "printed-dtmf", "campaign", "sms"} {
		before := len(l.got())
		if err := p.Replay(bound(t), traces+name+".jsonl"); err != nil {
			t.Fatalf("Replay(%s) = %v", name, err)
		}
		var want, got []string
		trace, err := vpbxtest.LoadTrace(traces + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range trace {
			want = append(want, r.Path+" "+string(r.JSON))
		}
		for _, n := range l.got()[before:] {
			got = append(got, n.path+" "+n.json)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-file +posted):\n%s", name, diff)
		}
	}
	if err := p.Replay(bound(t), traces+"none.jsonl"); err == nil {
		t.Error("Replay(none) = nil, want an error")
	}
}
