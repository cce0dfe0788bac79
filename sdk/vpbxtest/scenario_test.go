package vpbxtest_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// Every scenario, in every style, obeys the rules of the document on a real
// receiver, and nothing is refused.
func TestScenariosObeyTheRules(t *testing.T) {
	t.Parallel()
	styles := map[string]vpbxtest.Config{
		"plain":    {},
		"2017":     {Faults: told(vpbxtest.NotificationFaults{TextNumbers: true})},
		"v2":       {Faults: told(vpbxtest.NotificationFaults{V2: true})},
		"parallel": {Style: vpbxtest.Style{Parallel: true}},
		"shuffled": {Style: vpbxtest.Style{Parallel: true}, Faults: told(vpbxtest.NotificationFaults{Reorder: vpbxtest.Always(), Double: vpbxtest.Always()})},
	}
	for name, cfg := range styles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			cfg.Target, cfg.Seed = l.URL+"/some/path/", 7
			p := start(t, cfg)
			for _, file := range scenarioFiles(t) {
				s, err := vpbxtest.LoadScenario(file)
				if err != nil {
					t.Fatal(err)
				}
				if want := strings.TrimSuffix(filepath.Base(file), ".json"); s.Name != want {
					t.Errorf("%s names itself %q", file, s.Name)
				}
				entry, err := p.Play(bound(t), s)
				if err != nil {
					t.Errorf("%s: Play() = %v", s.Name, err)
					continue
				}
				if bad := checkRules(entry, trimmed(l.got(), "/some/path"), name == "shuffled"); len(bad) > 0 {
					t.Errorf("%s:\n%s", s.Name, strings.Join(bad, "\n"))
				}
			}
			if err := p.Settle(bound(t)); err != nil {
				t.Fatal(err)
			}
			for _, d := range p.Delivered() {
				if !d.OK() {
					t.Errorf("%s %s: status %d, %s", d.Path, d.JSON, d.Status, d.Err)
				}
			}
			if calls, err := p.Calls(bound(t)); err != nil || len(calls) > 0 {
				t.Errorf("Calls() after all = %v, %v, want none", calls, err)
			}
		})
	}
}

func trimmed(notes []note, prefix string) []note {
	for i := range notes {
		notes[i].path = strings.TrimPrefix(notes[i].path, prefix)
	}
	return notes
}

// What the summary says, for each way a call can go.
func TestSummaries(t *testing.T) {
	t.Parallel()
	type want struct {
		Direction, Result, Reason int64
		Talked, Forwarded         bool
		FromExt, ToExt, ToNumber  string
		Line                      string
	}
	const line, client = "74951234567", "79161234567"
	const ivanov, petrov, sidorova = "sip:ivanov@example.mangosip.ru", "sip:petrov@example.mangosip.ru", "sip:sidorova@example.mangosip.ru"
	table := map[string]want{
		"inbound-ivr-answered":    {1, 1, 1110, true, true, "", "101", ivanov, line},
		"inbound-direct-answered": {1, 1, 1120, true, true, "", "101", ivanov, line},
		"missed-in-ivr":           {1, 0, 1110, false, false, "", "", "", line},
		"ended-by-ivr":            {1, 0, 1170, false, false, "", "", "", line},
		"missed-by-employee":      {1, 0, 1110, false, false, "", "101", ivanov, line},
		"missed-timeout":          {1, 0, 1111, false, false, "", "101", ivanov, line},
		"missed-rejected":         {1, 0, 1122, false, false, "", "101", ivanov, line},
		"next-employee":           {1, 1, 1110, true, true, "", "102", petrov, line},
		"group-answered":          {1, 1, 1110, true, true, "", "102", petrov, line},
		"group-queue-answered":    {1, 1, 1120, true, true, "", "103", sidorova, line},
		"group-missed":            {1, 0, 1110, false, false, "", "300", "", line},
		"queue-missed":            {1, 0, 1110, false, false, "", "", "", line},
		"forwarded-outside":       {1, 1, 1110, true, true, "", "", "79167654321", line},
		"outgoing-answered":       {2, 1, 1120, true, true, "101", "", client, line},
		"outgoing-unanswered":     {2, 0, 1111, false, true, "101", "", client, line},
		"outgoing-busy":           {2, 0, 1121, false, true, "101", "", client, line},
		"outgoing-cancelled":      {2, 0, 1110, false, true, "101", "", client, line},
		"internal":                {0, 1, 1110, true, true, "101", "102", petrov, ""},
		"internal-missed":         {0, 0, 1110, false, true, "101", "102", petrov, ""},
		"consult-transfer":        {1, 1, 1110, true, true, "", "101", ivanov, line},
		"blind-returned":          {1, 1, 1110, true, true, "", "101", ivanov, line},
		"outgoing-transferred":    {2, 1, 1110, true, true, "101", "", client, line},
		"web-callback":            {2, 1, 1120, true, true, "101", "", client, line},
	}
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	for name, w := range table {
		entry, err := p.Play(bound(t), load(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		n := summaryOf(t, l.got(), entry)
		got := want{
			n.num("call_direction"), n.num("entry_result"), n.num("disconnect_reason"),
			n.num("talk_time") > 0, n.num("forward_time") > 0,
			n.str("from", "extension"), n.str("to", "extension"), n.str("to", "number"), n.str("line_number"),
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("summary of %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLosersOfAParallelRing(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	entry, err := p.Play(bound(t), load(t, "group-answered"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, n := range l.got() {
		if n.str("entry_id") == entry && n.str("location") == "abonent" && n.str("call_state") == "Disconnected" {
			got[n.str("to", "extension")] = n.num("disconnect_reason")
			if n.str("to", "acd_group") != "300" {
				t.Errorf("leg of %s has acd_group %q, want 300", n.str("to", "extension"), n.str("to", "acd_group"))
			}
		}
	}
	if diff := cmp.Diff(map[string]int64{"101": 1182, "102": 1110, "103": 1182}, got); diff != "" {
		t.Errorf("reasons by extension (-want +got):\n%s", diff)
	}
}

func TestTransferMarksOfV2(t *testing.T) {
	t.Parallel()
	table := map[string][]string{
		"consult-transfer": {"OnHold holder=to", "Appeared consultative", "Connected consultative", "Disconnected left=from", "Connected blind", "Disconnected blind"},
		"blind-transfer":   {"OnHold holder=to", "Disconnected left=from", "Appeared blind", "Connected blind", "Disconnected blind"},
		"blind-returned": {"OnHold holder=to", "Disconnected left=from", "Appeared blind", "Disconnected blind",
			"Appeared return_blind", "Connected return_blind", "Disconnected return_blind"},
		"outgoing-transferred": {"OnHold holder=from", "Appeared consultative", "Connected consultative", "Disconnected left=to", "Connected blind", "Disconnected blind"},
	}
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Faults: told(vpbxtest.NotificationFaults{V2: true})})
	for name, want := range table {
		entry, err := p.Play(bound(t), load(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, n := range l.got() {
			if n.str("entry_id") != entry {
				continue
			}
			line := n.str("call_state")
			for mark, key := range map[string]string{"left": "was_transferred", "holder": "hold_initiator"} {
				for _, side := range []string{"from", "to"} {
					if m, _ := n.m[side].(map[string]any); m[key] == true {
						line += " " + mark + "=" + side
					}
				}
			}
			if tr := n.str("transfer"); tr != "" {
				line += " " + tr
			}
			if strings.Contains(line, " ") {
				got = append(got, line)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("v2 marks of %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestScenarioMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"no steps":       {`{"name":"x","steps":[]}`, "no steps"},
		"unknown member": {`{"name":"x","stepz":[]}`, "stepz"},
		"unknown verb":   {`{"name":"x","steps":[{"do":"inbound"},{"do":"dance"}]}`, "step 2 (dance): unknown verb"},
		"no beginning":   {`{"name":"x","steps":[{"do":"ivr"}]}`, "step 1 (ivr): a script begins"},
		"two beginnings": {`{"name":"x","steps":[{"do":"inbound"},{"do":"inbound"}]}`, "step 2 (inbound): a script begins"},
		"negative time":  {`{"name":"x","steps":[{"do":"inbound","sec":-1}]}`, "sec is -1"},
		"endless":        {`{"name":"x","steps":[{"do":"inbound","sec":1e9}]}`, "sec is 1e+09"},
		"nobody rung":    {`{"name":"x","steps":[{"do":"inbound"},{"do":"ring"}]}`, "to or group is missing"},
		"bad outcome":    {`{"name":"x","behaviour":{"client_does":"sings"},"steps":[{"do":"inbound"}]}`, "sings"},
		"bad side":       {`{"name":"x","behaviour":{"hangs_up":"cat"},"steps":[{"do":"inbound"}]}`, "cat"},
		"trailing text":  {`{"name":"x","steps":[{"do":"inbound"}]} {}`, "after the closing brace"},
	} {
		if _, err := vpbxtest.ParseScenario([]byte(row.text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: ParseScenario(%s) = %v, want an error with %q", name, row.text, err, row.want)
		}
	}
}

// A step that makes no sense in the call as it is ends the call tidily.
func TestSenselessSteps(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	base := vpbxtest.Inbound("79161234567", "")
	for name, row := range map[string]struct {
		s    vpbxtest.Scenario
		want string
	}{
		"unknown line":          {vpbxtest.Inbound("79161234567", "70000000000"), "step 1 (inbound)"},
		"unknown caller":        {vpbxtest.Outbound("999", "79161234567"), "step 1 (outbound)"},
		"answer without a ring": {base.IVR(1).Answer(), "step 3 (answer)"},
		"wrong one answers":     {base.Ring("101", 1).Answer("102"), "step 3 (answer)"},
		"nobody has it":         {base.Ring("999", 1), "step 2 (ring)"},
		"leave without hold":    {base.Ring("101", 1).Answer().Leave(), "step 4 (leave)"},
		"hold before answer":    {base.Ring("101", 1).Hold(1), "step 3 (hold)"},
		"stranger hangs up":     {base.Ring("101", 1).Answer().HangUp("103"), "step 4 (hangup)"},
	} {
		entry, err := p.Play(bound(t), row.s)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: Play() = %v, want an error that names %s", name, err, row.want)
		}
		if strings.HasPrefix(row.want, "step 1") || name == "nobody has it" {
			for _, n := range l.got() { // it never began: nothing is told
				if n.str("entry_id") == entry {
					t.Errorf("%s: posted %s", name, n.json)
				}
			}
			continue
		}
		if bad := checkRules(entry, l.got(), false); len(bad) > 0 {
			t.Errorf("%s:\n%s", name, strings.Join(bad, "\n"))
		}
		if got := summaryOf(t, l.got(), entry).num("disconnect_reason"); got != 5003 {
			t.Errorf("%s: summary has reason %d, want 5003", name, got)
		}
	}
}

// Whatever the reader lets through can be played, and obeys the rules.
func FuzzScenario(f *testing.F) {
	for _, file := range scenarioFiles(f) {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	var l *listener
	p := start(f, vpbxtest.Config{Post: func(_ context.Context, path string, form url.Values) (int, error) {
		l.take(path, form)
		return http.StatusOK, nil
	}})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := vpbxtest.ParseScenario(raw)
		if err != nil || len(s.Steps) > 50 {
			return
		}
		l = &listener{t: t}
		entry, err := p.Play(bound(t), s)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, vpbxtest.ErrClosed) {
			t.Fatalf("%s: Play() = %v", raw, err)
		}
		if notes := l.got(); len(notes) > 0 { // none: the first step made no sense
			if bad := checkRules(entry, notes, false); len(bad) > 0 {
				t.Fatalf("%s:\n%s", raw, strings.Join(bad, "\n"))
			}
		}
	})
}
