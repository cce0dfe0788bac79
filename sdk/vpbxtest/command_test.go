package vpbxtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// story tells a stream in short words, one per notification:
// "101 Appeared", "101 Disconnected 1111", "callback 3100", "summary 1111".
func story(notes []note) []string {
	var out []string
	for _, n := range notes {
		switch {
		case n.path == "/events/summary":
			out = append(out, fmt.Sprintf("summary %d", n.num("disconnect_reason")))
		case n.path == "/events/recording":
			out = append(out, fmt.Sprintf("recording of %s %s", n.str("extension"), n.str("recording_state")))
		case n.path == "/events/record/added":
			out = append(out, "recording added")
		case n.path == "/events/dtmf":
			out = append(out, fmt.Sprintf("dtmf %s at %s", n.str("dtmf"), n.str("location")))
		case n.path == "/events/sms":
			out = append(out, fmt.Sprintf("text %d", n.num("reason")))
		case strings.HasPrefix(n.path, "/result/"):
			out = append(out, fmt.Sprintf("%s %d", strings.TrimPrefix(n.path, "/result/"), n.num("result")))
		default:
			who := n.str("location")
			if who == "abonent" {
				if who = n.str("to", "extension"); who == "" {
					who = n.str("to", "number")
				}
			}
			line := who + " " + n.str("call_state")
			if n.m["disconnect_reason"] != nil {
				line += fmt.Sprintf(" %d", n.num("disconnect_reason"))
			}
			out = append(out, line)
		}
	}
	return out
}

const toClient = `{"command_id":"c1","from":{"extension":"101"},"to_number":"79161234567"}`

// What each way to click-to-call tells.
func TestCallbackVariants(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body   string
		behave vpbxtest.Behaviour
		want   []string
	}{
		"answered": {toClient, vpbxtest.Behaviour{}, []string{
			"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000",
			"79161234567 Appeared", "79161234567 Connected", "79161234567 Disconnected 1120", "summary 1120"}},
		"employee does not answer": {toClient, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}, []string{
			"callback 1000", "101 Appeared", "101 Disconnected 1111", "summary 1111"}},
		"employee rejects": {toClient, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Rejects}, []string{
			"callback 1000", "101 Appeared", "101 Disconnected 1122", "summary 1122"}},
		"client busy": {toClient, vpbxtest.Behaviour{ClientDoes: vpbxtest.Busy}, []string{
			"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000",
			"79161234567 Appeared", "79161234567 Disconnected 1121", "summary 1121"}},
		"employee hangs up": {toClient, vpbxtest.Behaviour{HangsUp: vpbxtest.Worker}, []string{
			"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000",
			"79161234567 Appeared", "79161234567 Connected", "79161234567 Disconnected 1110", "summary 1110"}},
		"colleague": {`{"command_id":"c1","from":{"extension":"101"},"to_number":"102"}`, vpbxtest.Behaviour{}, []string{
			"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000",
			"102 Appeared", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"group": {`{"command_id":"c1","from":{"extension":"101"},"to_number":"20"}`, vpbxtest.Behaviour{}, []string{
			"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000",
			"102 Appeared", "103 Appeared", "103 Disconnected 1182", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"numbers as numbers": {`{"command_id":1,"from":{"extension":101},"to_number":102}`, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.DND}, []string{
			"callback 1000", "101 Appeared", "101 Disconnected 1124", "summary 1124"}},
		"unknown employee": {`{"command_id":"c1","from":{"extension":"999"},"to_number":"79161234567"}`, vpbxtest.Behaviour{}, []string{"callback 3100"}},
		"unknown target":   {`{"command_id":"c1","from":{"extension":"101"},"to_number":"999"}`, vpbxtest.Behaviour{}, []string{"callback 3100"}},
		"foreign line":     {`{"command_id":"c1","from":{"extension":"101"},"to_number":"79161234567","line_number":"70000000000"}`, vpbxtest.Behaviour{}, []string{"callback 3100"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			employees, lines, _ := vpbxtest.Company()
			p := start(t, vpbxtest.Config{
				Target: l.URL, Behaviour: row.behave, Employees: employees, Lines: lines,
				Groups: []vpbxtest.Group{{Name: "Sales", Extension: "20", Members: []string{"102", "103"}}},
			})
			command(t, p, "callback", row.body)
			notes := l.got()
			if diff := cmp.Diff(row.want, story(notes)); diff != "" {
				t.Errorf("callback %s (-want +got):\n%s", row.body, diff)
			}
			for _, n := range notes[1:] {
				if n.path != "/events/call" {
					continue
				}
				if n.str("callback_initiator") != "API" || n.str("command_id") == "" {
					t.Errorf("%s lacks the mark of the command", n.json)
				}
				if bad := checkRules(n.str("entry_id"), notes, false); len(bad) > 0 {
					t.Error(strings.Join(bad, "\n"))
				}
			}
		})
	}
}

func TestCallbackKnobs(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	command(t, p, "callback", `{"command_id":"c1","from":{"extension":"101","number":"79031112233"},"to_number":"+79161234567","line_number":"Основная","sip_headers":{"Call-Info/answer-after":"0","X":5}}`)
	notes := l.got()
	if got := notes[1].str("to", "number"); got != "79031112233" {
		t.Errorf("the rung device is %q, want the one of the command", got)
	}
	if got := notes[1].str("from", "number"); got != "79161234567" {
		t.Errorf("leg A is from %q, want the target without +", got)
	}
	if d := notes[2].num("timestamp") - notes[1].num("timestamp"); d != 1 {
		t.Errorf("answer-after 0: answered after %d s, want 1", d)
	}
}

// Commands meet a call in each of its states. script stops at an answer of the
// employee or earlier, for ever; when the event named by "at" arrives (with
// "#" and its seq, where it repeats), the command is sent; %s stands for its
// call_id.
func TestCommandsOnLiveCalls(t *testing.T) {
	t.Parallel()
	ivr := vpbxtest.Inbound("79161234567", "").IVR(3600).End(0)
	queue := vpbxtest.Inbound("79161234567", "").Queue("300", 3600).End(0)
	ring := vpbxtest.Inbound("79161234567", "").Ring("101", 3600).Timeout()
	all := vpbxtest.Inbound("79161234567", "").RingGroup("300", 3600).Timeout()
	talk := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(3600).HangUp(vpbxtest.Caller)
	consult := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Consult("102", 3600).Leave()
	blind := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Blind("102", 40).Leave().Wait(3600).Return(1)
	out := vpbxtest.Outbound("101", "79161234567").Wait(3600).Timeout()
	const hangup, route = "call/hangup", "route"
	to := func(number string) string { return `{"command_id":"x","call_id":"%s","to_number":"` + number + `"}` }
	const bye = `{"command_id":"x","call_id":"%s"}`
	for name, row := range map[string]struct {
		s           vpbxtest.Scenario
		at          string
		cmd, body   string
		wantBetween []string // from the result, or the first event caused, up to the summary
	}{
		"hang up in the IVR":       {ivr, "ivr Appeared", hangup, bye, []string{"call/hangup 1000", "ivr Disconnected 1181", "summary 1181"}},
		"hang up a talk":           {talk, "101 Connected", hangup, bye, []string{"call/hangup 1000", "101 Disconnected 1181", "summary 1181"}},
		"hang up a ring":           {ring, "101 Appeared", hangup, bye, []string{"call/hangup 1000", "101 Disconnected 1181", "summary 1181"}},
		"hang up an outgoing call": {out, "79161234567 Appeared", hangup, bye, []string{"call/hangup 1000", "79161234567 Disconnected 1181", "summary 1181"}},
		"cancel a consultation":    {consult, "102 Appeared", hangup, bye, []string{"call/hangup 1000", "102 Disconnected 1181", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"cancel a blind transfer":  {blind, "102 Appeared #1", hangup, bye, []string{"call/hangup 1000", "102 Disconnected 1181", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"call back the initiator":  {blind, "102 Appeared #2", hangup, bye, []string{"call/hangup 1000", "102 Disconnected 1181", "101 Appeared", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"route from the IVR":       {ivr, "ivr Appeared", route, to("102"), []string{"ivr Disconnected 1100", "102 Appeared", "route 1000", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"route from a queue":       {queue, "queue Appeared", route, to("102"), []string{"queue Disconnected 1100", "102 Appeared", "route 1000", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"route outside":            {ivr, "ivr Appeared", route, to("79167654321"), []string{"ivr Disconnected 1100", "79167654321 Appeared", "route 1000", "79167654321 Connected", "79167654321 Disconnected 1110", "summary 1110"}},
		"route to a group":         {ivr, "ivr Appeared", route, to("300"), []string{"ivr Disconnected 1100", "101 Appeared", "102 Appeared", "103 Appeared", "route 1000", "102 Disconnected 1182", "103 Disconnected 1182", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"pick up":                  {ring, "101 Appeared", route, to("102"), []string{"101 Disconnected 1182", "102 Appeared", "route 1000", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"pick up from a group":     {all, "103 Appeared", route, to("102"), []string{"101 Disconnected 1182", "102 Disconnected 1182", "103 Disconnected 1182", "102 Appeared", "route 1000", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			p := start(t, vpbxtest.Config{Target: l.URL})
			sent, from := false, 0
			l.onNote(func(n note) {
				at, seq, _ := strings.Cut(row.at, " #")
				if story([]note{n})[0] == at && (seq == "" || seq == fmt.Sprint(n.num("seq"))) && !sent {
					sent, from = true, len(l.got())
					status, answer := ask(t, p.Handler(), "/vpbx/commands/"+row.cmd, fmt.Sprintf(row.body, n.str("call_id")))
					if status != 200 || answer != `{"result":1000}` {
						t.Errorf("%s: HTTP %d %s", row.cmd, status, answer)
					}
				}
			})
			entry, err := p.Play(bound(t), row.s)
			if err != nil {
				t.Fatal(err)
			}
			notes := l.got()
			if diff := cmp.Diff(row.wantBetween, story(notes[from:])); diff != "" {
				t.Errorf("%s at %s (-want +got):\n%s", row.cmd, row.at, diff)
			}
			if bad := checkRules(entry, notes, false); len(bad) > 0 {
				t.Error(strings.Join(bad, "\n"))
			}
		})
	}
}

// Commands that the PBX refuses leave the call as it was.
func TestCommandsRefusedOnLiveCalls(t *testing.T) {
	t.Parallel()
	talk := vpbxtest.Inbound("79161234567", "").IVR(1).Ring("101", 1).Answer().Talk(100).HangUp(vpbxtest.Caller)
	queue := vpbxtest.Inbound("79161234567", "").Queue("300", 100).End(0)
	ivr := vpbxtest.Inbound("79161234567", "").IVR(100).End(0)
	out := vpbxtest.Outbound("101", "79161234567").Wait(100).Timeout()
	blind := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Blind("102", 5).Cancel().Talk(5).HangUp(vpbxtest.Callee)
	const hangup, route = "call/hangup", "route"
	for name, row := range map[string]struct {
		s              vpbxtest.Scenario
		at, cmd, extra string
		want           string
	}{
		"route a conversation":   {talk, "101 Connected", route, `,"to_number":"102"`, "route 4100"},
		"route an outgoing call": {out, "79161234567 Appeared", route, `,"to_number":"102"`, "route 4100"},
		"route to nobody":        {ivr, "ivr Appeared", route, `,"to_number":"999"`, "route 3200"},
		"route an ended leg":     {talk, "ivr Disconnected 1100", route, `,"to_number":"102"`, "route 4101"},
		"hang up an ended leg":   {talk, "ivr Disconnected 1100", hangup, "", "call/hangup 4101"},
		"route a blind transfer": {blind, "102 Appeared", route, `,"to_number":"103"`, "route 4100"},
		"hang up in a queue":     {queue, "queue Appeared", hangup, "", "call/hangup 4100"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, disturbed := listen(t), listen(t)
			quiet := start(t, vpbxtest.Config{Target: plain.URL})
			p := start(t, vpbxtest.Config{Target: disturbed.URL})
			if _, err := quiet.Play(bound(t), row.s); err != nil {
				t.Fatal(err)
			}
			disturbed.onNote(func(n note) {
				if story([]note{n})[0] == row.at {
					ask(t, p.Handler(), "/vpbx/commands/"+row.cmd, `{"command_id":"x","call_id":"`+n.str("call_id")+`"`+row.extra+`}`)
				}
			})
			if _, err := p.Play(bound(t), row.s); err != nil {
				t.Fatal(err)
			}
			var want, got []string
			want = story(plain.got())
			refused := 0
			for _, line := range story(disturbed.got()) {
				if line == row.want {
					refused++
					continue
				}
				got = append(got, line)
			}
			if refused != 1 {
				t.Errorf("%d times %q in %v, want once", refused, row.want, story(disturbed.got()))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the call changed (-undisturbed +refused command):\n%s", diff)
			}
		})
	}
}

func TestCommandsOnUnknownCalls(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	command(t, p, "call/hangup", `{"command_id":"h","call_id":"MTox"}`)
	command(t, p, "route", `{"command_id":"r","call_id":"MTox","to_number":"101"}`)
	if diff := cmp.Diff([]string{"call/hangup 4101", "route 4101"}, story(l.got())); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// Whom the summary calls the one who missed the call, and why.
func TestSummariesAfterCommands(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, NoRateLimits: true, Behaviour: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}})
	l.onNote(func(n note) {
		if n.str("to", "extension") == "101" && n.str("call_state") == "Appeared" {
			ask(t, p.Handler(), "/vpbx/commands/route", `{"command_id":"x","call_id":"`+n.str("call_id")+`","to_number":"102"}`)
		}
	})
	entry, err := p.Play(bound(t), vpbxtest.Inbound("79161234567", "").Ring("101", 3600).Timeout())
	if err != nil {
		t.Fatal(err)
	}
	if n := summaryOf(t, l.got(), entry); n.str("to", "extension") != "102" || n.num("disconnect_reason") != 1111 {
		t.Errorf("picked up for 102, who did not answer: %s, want to 102 with 1111", n.json)
	}
	if err := p.SetBehaviour(bound(t), vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}); err != nil {
		t.Fatal(err)
	}
	l.onNote(func(n note) {
		if n.str("location") == "ivr" && n.str("call_state") == "Appeared" {
			ask(t, p.Handler(), "/vpbx/commands/route", `{"command_id":"y","call_id":"`+n.str("call_id")+`","to_number":"300"}`)
		}
	})
	entry, err = p.Play(bound(t), vpbxtest.Inbound("79161234567", "").IVR(3600).End(0))
	if err != nil {
		t.Fatal(err)
	}
	if n := summaryOf(t, l.got(), entry); n.str("to", "extension") != "300" || n.num("disconnect_reason") != 1160 {
		t.Errorf("a group that is busy: %s, want to 300 with 1160", n.json)
	}
}
