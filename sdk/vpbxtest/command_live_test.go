package vpbxtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// live plays s and sends commands at events: "event" → "path {json}", where
// %s stands for the call_id of that event and %h for that of the leg on hold.
func live(t *testing.T, s vpbxtest.Scenario, behave vpbxtest.Behaviour, commands map[string]string) []note {
	t.Helper()
	l := listen(t)
	cfg := free
	cfg.Target, cfg.Behaviour = l.URL, behave
	p := start(t, cfg)
	sent, held := map[string]bool{}, ""
	l.onNote(func(n note) {
		if n.str("call_state") == "OnHold" {
			held = n.str("call_id")
		}
		at := story([]note{n})[0]
		cmd, ok := commands[at]
		if !ok || sent[at] {
			return
		}
		sent[at] = true
		path, body, _ := strings.Cut(cmd, " ")
		body = strings.ReplaceAll(strings.ReplaceAll(body, "%s", n.str("call_id")), "%h", held)
		if status, answer := ask(t, p.Handler(), "/vpbx/commands/"+path, body); status != 200 || answer != `{"result":1000}` {
			t.Errorf("%s %s: HTTP %d %s, want 1000", path, body, status, answer)
		}
	})
	entry, err := p.Play(bound(t), s)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	if bad := checkRules(entry, l.got(), false); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}
	return l.got()
}

func TestTransfersByCommand(t *testing.T) {
	t.Parallel()
	talk := vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(3600).HangUp(vpbxtest.Caller)
	const (
		hold   = `transfer {"command_id":"t","call_id":"%s","method":"hold","to_number":"102","initiator":"101"}`
		blind  = `transfer {"command_id":"t","call_id":"%s","method":"blind","to_number":"102","initiator":"sip:ivanov@example.mangosip.ru"}`
		join   = `calls_connect {"command_id":"j","holded_call_id":"%h","transferred_call_id":"%s","transfer_initiator_number":"sip:ivanov@example.mangosip.ru"}`
		cancel = `transfer_cancel {"command_id":"n","call_id":"%h"}`
	)
	begin := []string{"101 Appeared", "101 Connected"}
	for name, row := range map[string]struct {
		s        vpbxtest.Scenario
		behave   vpbxtest.Behaviour
		commands map[string]string
		want     []string // after the employee answered
	}{
		"consult": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": hold}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "102 Connected", "101 Disconnected 1120", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"consult and join": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": hold, "102 Connected": join}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "102 Connected", "calls_connect 1000", "101 Disconnected 1183", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"join too early": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": hold, "102 Appeared": join}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "calls_connect 4100", "102 Connected", "101 Disconnected 1120", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"cancel": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": hold, "102 Connected": cancel}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "102 Connected", "transfer_cancel 1000", "102 Disconnected 1181", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"consultant is busy": {talk, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}, map[string]string{"101 Connected": hold}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "102 Disconnected 1121", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"blind": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": blind}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "101 Disconnected 1120", "102 Appeared", "102 Connected", "102 Disconnected 1110", "summary 1110"}},
		"blind returns": {talk, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}, map[string]string{"101 Connected": blind}, []string{
			"transfer 1000", "101 OnHold", "102 Appeared", "101 Disconnected 1120", "102 Appeared", "102 Disconnected 1111", "101 Appeared", "101 Disconnected 1111", "summary 1111"}},
		"to nobody": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": strings.Replace(blind, `"102"`, `"999"`, 1)}, []string{
			"transfer 3200", "101 Disconnected 1110", "summary 1110"}},
		"to himself": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": strings.Replace(hold, `"102"`, `"101"`, 1)}, []string{
			"transfer 4100", "101 Disconnected 1110", "summary 1110"}},
		"by the client": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": strings.Replace(hold, `"initiator":"101"`, `"initiator":"79161234567"`, 1)}, []string{
			"transfer 4100", "101 Disconnected 1110", "summary 1110"}},
		"hold": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": `call/hold/on {"command_id":"h","call_id":"%s","initiator":"101"}`}, []string{
			"call/hold/on 1000", "101 OnHold", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"hold and cancel": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": `call/hold/on {"command_id":"h","call_id":"%s","initiator":"101"}`, "101 OnHold": cancel}, []string{
			"call/hold/on 1000", "101 OnHold", "transfer_cancel 1000", "101 Connected", "101 Disconnected 1110", "summary 1110"}},
		"hold by a stranger": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": `call/hold/on {"command_id":"h","call_id":"%s","initiator":"102"}`}, []string{
			"call/hold/on 4100", "101 Disconnected 1110", "summary 1110"}},
		"cancel nothing": {talk, vpbxtest.Behaviour{}, map[string]string{"101 Connected": `transfer_cancel {"command_id":"n","call_id":"%s"}`}, []string{
			"transfer_cancel 4100", "101 Disconnected 1110", "summary 1110"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := story(live(t, row.s, row.behave, row.commands))
			if diff := cmp.Diff(append(append([]string{}, begin...), row.want...), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	ring := vpbxtest.Inbound("79161234567", "").Ring("101", 5).Timeout()
	got := story(live(t, ring, vpbxtest.Behaviour{}, map[string]string{"101 Appeared": hold}))
	if diff := cmp.Diff([]string{"101 Appeared", "transfer 4100", "101 Disconnected 1111", "summary 1111"}, got); diff != "" {
		t.Errorf("transfer of a ringing call (-want +got):\n%s", diff)
	}
	// Between colleagues the initiator tells which of the two goes.
	inner := vpbxtest.Internal("101", "103").Wait(1).Answer().Talk(3600).HangUp(vpbxtest.Caller)
	got = story(live(t, inner, vpbxtest.Behaviour{}, map[string]string{"103 Connected": hold}))
	if diff := cmp.Diff([]string{"103 Appeared", "103 Connected", "transfer 1000", "103 OnHold", "102 Appeared", "102 Connected", "103 Disconnected 1110", "102 Connected", "102 Disconnected 1110", "summary 1110"}, got); diff != "" {
		t.Errorf("transfer by the caller (-want +got):\n%s", diff)
	}
}

func TestRecordingAndPlayingByCommand(t *testing.T) {
	t.Parallel()
	talk := vpbxtest.Inbound("79161234567", "").IVR(2).Ring("101", 1).Answer().Talk(10).HangUp(vpbxtest.Caller)
	record := func(who string) string {
		return `recording/start {"command_id":"r","call_id":"%s","call_party_number":"` + who + `"}`
	}
	quiet := []string{"ivr Appeared", "ivr Disconnected 1100", "101 Appeared", "101 Connected", "101 Disconnected 1110", "summary 1110"}
	for name, row := range map[string]struct {
		commands map[string]string
		want     []string // beside the call itself
	}{
		"record":          {map[string]string{"101 Connected": record("101")}, []string{"recording/start 1000", "recording of 101 Started", "recording of 101 Completed", "recording added"}},
		"by device":       {map[string]string{"101 Connected": record("sip:ivanov@example.mangosip.ru")}, []string{"recording/start 1000", "recording of 101 Started", "recording of 101 Completed", "recording added"}},
		"twice":           {map[string]string{"101 Connected": record("101"), "recording of 101 Started": record("101")}, []string{"recording/start 1000", "recording of 101 Started", "recording/start 4102", "recording of 101 Completed", "recording added"}},
		"the client":      {map[string]string{"101 Connected": record("79161234567")}, []string{"recording/start 3330"}},
		"somebody else":   {map[string]string{"101 Connected": record("102")}, []string{"recording/start 3330"}},
		"before he talks": {map[string]string{"101 Appeared": record("101")}, []string{"recording/start 4100"}},
		"an ended leg":    {map[string]string{"ivr Disconnected 1100": record("101")}, []string{"recording/start 4101"}},
		"play":            {map[string]string{"ivr Appeared": `play/start {"command_id":"p","call_id":"%s","internal_id":24,"after_play_time":20}`}, []string{"play/start 1000"}},
		"only a pause":    {map[string]string{"ivr Appeared": `play/start {"command_id":"p","call_id":"%s","after_play_time":20}`}, []string{"play/start 1000"}},
		"no such file":    {map[string]string{"ivr Appeared": `play/start {"command_id":"p","call_id":"%s","internal_id":7}`}, []string{"play/start 3340"}},
		"to an employee":  {map[string]string{"101 Connected": `play/start {"command_id":"p","call_id":"%s","internal_id":24}`}, []string{"play/start 4100"}},
		"to nobody":       {map[string]string{"ivr Disconnected 1100": `play/start {"command_id":"p","call_id":"%s","internal_id":24}`}, []string{"play/start 4101"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var call, rest []string
			notes := live(t, talk, vpbxtest.Behaviour{}, row.commands)
			for i, line := range story(notes) {
				if path := notes[i].path; path == "/events/call" || path == "/events/summary" {
					call = append(call, line)
				} else {
					rest = append(rest, line)
				}
			}
			if diff := cmp.Diff(quiet, call); diff != "" {
				t.Errorf("the call (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.want, rest); diff != "" {
				t.Errorf("beside the call (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallbackOfAGroup(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		from, to, line string
		behave         vpbxtest.Behaviour
		want           []string
		summary        string // direction, from, to
	}{
		"client first": {"79161234567", "300", "74951234567", vpbxtest.Behaviour{}, []string{
			"callback_group 1000", "79161234567 Appeared", "79161234567 Connected", "79161234567 Disconnected 1000",
			"101 Appeared", "102 Appeared", "103 Appeared", "102 Disconnected 1182", "103 Disconnected 1182", "101 Connected", "101 Disconnected 1110", "summary 1110"},
			"1 79161234567 101"},
		"group first": {"300", "79161234567", "Основная", vpbxtest.Behaviour{}, []string{
			"callback_group 1000", "101 Appeared", "102 Appeared", "103 Appeared", "102 Disconnected 1182", "103 Disconnected 1182", "101 Connected", "101 Disconnected 1000",
			"79161234567 Appeared", "79161234567 Connected", "79161234567 Disconnected 1120", "summary 1120"},
			"2 101 79161234567"},
		"nobody of the group": {"301", "79161234567", "74951234567", vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}, []string{
			"callback_group 1000", "103 Appeared", "103 Disconnected 1111", "summary 1111"}, "2 301 79161234567"},
		"two groups":   {"300", "301", "74951234567", vpbxtest.Behaviour{}, []string{"callback_group 3100"}, ""},
		"an employee":  {"101", "300", "74951234567", vpbxtest.Behaviour{}, []string{"callback_group 3100"}, ""},
		"no group":     {"79161234567", "79167654321", "74951234567", vpbxtest.Behaviour{}, []string{"callback_group 3100"}, ""},
		"foreign line": {"79161234567", "300", "70000000000", vpbxtest.Behaviour{}, []string{"callback_group 3100"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			cfg := free
			cfg.Target, cfg.Behaviour = l.URL, row.behave
			command(t, start(t, cfg), "callback_group", `{"command_id":"g","from":"`+row.from+`","to":"`+row.to+`","line_number":"`+row.line+`"}`)
			notes := l.got()
			if diff := cmp.Diff(row.want, story(notes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if row.summary == "" {
				return
			}
			short := func(side string) string {
				n := notes[len(notes)-1]
				if ext := n.str(side, "extension"); ext != "" {
					return ext
				}
				return n.str(side, "number")
			}
			if got := fmt.Sprint(notes[len(notes)-1].num("call_direction"), " ", short("from"), " ", short("to")); got != row.summary {
				t.Errorf("the summary tells %q, want %q", got, row.summary)
			}
		})
	}
}

func TestSMS(t *testing.T) {
	t.Parallel()
	sms := func(from, to string) string {
		return `{"command_id":"s","text":"Привет","from_extension":"` + from + `","to_number":"` + to + `"}`
	}
	for name, row := range map[string]struct {
		body   string
		client vpbxtest.Outcome
		want   []string
	}{
		"delivered":      {sms("101", "79161234567"), vpbxtest.Answers, []string{"sms 1000", "text 1000"}},
		"expired":        {sms("101", "79161234567"), vpbxtest.Unavailable, []string{"sms 1000", "text 4301"}},
		"rejected":       {sms("101", "79161234567"), vpbxtest.Rejects, []string{"sms 1000", "text 4392"}},
		"no employee":    {sms("999", "79161234567"), vpbxtest.Answers, []string{"sms 3100"}},
		"to an employee": {sms("101", "102"), vpbxtest.Answers, []string{"sms 3100"}},
	} {
		l := listen(t)
		cfg := free
		cfg.Target, cfg.Behaviour.ClientDoes = l.URL, row.client
		command(t, start(t, cfg), "sms", row.body)
		if diff := cmp.Diff(row.want, story(l.got())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What the commands answer at once.
func TestLiveCommandsRefused(t *testing.T) {
	t.Parallel()
	h := start(t, free).Handler()
	for _, row := range []struct{ path, json, want string }{
		{"callback_group", `{"command_id":"c","from":"300","to":"79161234567"}`, "3103"},
		{"callback_group", `{"command_id":"c","from":{"extension":"300"},"to":"79161234567","line_number":"1"}`, "3104"},
		{"callback_group", `{"command_id":"c","from":"300","to":"mum","line_number":"1"}`, "3104"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"79161234567"}`, "3103"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"mum","text":"x"}`, "3104"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"79161234567","text":"` + strings.Repeat("x", 612) + `"}`, "1000"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"79161234567","text":"` + strings.Repeat("x", 613) + `"}`, "3104"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"79161234567","text":"` + strings.Repeat("ж", 268) + `"}`, "1000"},
		{"sms", `{"command_id":"c","from_extension":"101","to_number":"79161234567","text":"` + strings.Repeat("ж", 269) + `"}`, "3104"},
		{"recording/start", `{"command_id":"c","call_id":"x"}`, "3103"},
		{"recording/start", `{"command_id":"c","call_id":[],"call_party_number":"101"}`, "3104"},
		{"play/start", `{"command_id":"c","call_id":"x"}`, "3103"},
		{"play/start", `{"command_id":"c","call_id":"x","internal_id":"y"}`, "3104"},
		{"play/start", `{"command_id":"c","call_id":"x","after_play_time":-1}`, "3104"},
		{"transfer", `{"command_id":"c","call_id":"x","method":"blind","to_number":"102"}`, "3103"},
		{"transfer", `{"command_id":"c","call_id":"x","method":"warm","to_number":"102","initiator":"101"}`, "3104"},
		{"calls_connect", `{"command_id":"c","holded_call_id":"x","transferred_call_id":"y"}`, "3103"},
		{"transfer_cancel", `{"command_id":"c"}`, "3103"},
		{"call/hold/on", `{"command_id":"c","call_id":"x"}`, "3103"},
		{"call/hold/on", `{"command_id":{},"call_id":"x","initiator":"101"}`, "3104"},
	} {
		if status, got := ask(t, h, "/vpbx/commands/"+row.path, row.json); status != 200 || got != `{"result":`+row.want+`}` {
			t.Errorf("%s %.200s: HTTP %d %s, want %s", row.path, row.json, status, got, row.want)
		}
	}
	l := listen(t)
	cfg := free
	cfg.Target = l.URL
	p := start(t, cfg)
	for path, body := range map[string]string{
		"transfer":        `{"command_id":"c","call_id":"x","method":"blind","to_number":"102","initiator":"101"}`,
		"calls_connect":   `{"command_id":"c","holded_call_id":"x","transferred_call_id":"y","transfer_initiator_number":"101"}`,
		"transfer_cancel": `{"command_id":"c","call_id":"x"}`,
		"call/hold/on":    `{"command_id":"c","call_id":"x","initiator":"101"}`,
	} {
		command(t, p, path, body)
		if notes := story(l.got()); notes[len(notes)-1] != path+" 4101" {
			t.Errorf("%s of an unknown call: %v, want 4101", path, notes)
		}
	}
}
