package vpbxtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/vpbxtest"
)

// traffic is a PBX under arbitrary use, on a clock that only steps.
type traffic struct {
	r   *rapid.T
	t   *testing.T
	p   *vpbxtest.PBX
	l   *listener
	log []string // what was done, for the message
}

func newTraffic(t *testing.T, r *rapid.T) *traffic {
	x := &traffic{r: r, t: t, l: &listener{t: t}}
	cfg := office()
	cfg.Credentials, cfg.Stepped, cfg.Epoch, cfg.NoQuota, cfg.NoRateLimits = cred, true, epoch, true, true
	cfg.Style = vpbxtest.Style{Recording: rapid.Bool().Draw(r, "recording")}
	cfg.Faults.Notifications.V2 = rapid.Bool().Draw(r, "v2")
	cfg.Clients = map[string]vpbxtest.Outcome{"79160000002": vpbxtest.Busy, "79160000003": vpbxtest.NoAnswer}
	cfg.Post = func(_ context.Context, path string, form url.Values) (int, error) {
		x.l.take(path, form)
		return http.StatusOK, nil
	}
	var err error
	if x.p, err = vpbxtest.New(cfg); err != nil {
		r.Fatal(err)
	}
	return x
}

func (x *traffic) fail(format string, args ...any) {
	x.r.Helper()
	x.r.Fatalf("%s\nafter\n%s\ntold\n%s", fmt.Sprintf(format, args...), strings.Join(x.log, "\n"), strings.Join(timed(x.l.got()), "\n"))
}

func (x *traffic) step(d time.Duration) {
	x.log = append(x.log, "step "+d.String())
	ctx, cancel := context.WithTimeout(x.t.Context(), 10*time.Second)
	defer cancel()
	if err := x.p.Step(ctx, d); err != nil {
		x.fail("Step(%v) = %v", d, err)
	}
}

func (x *traffic) calls() []vpbxtest.Live {
	calls, err := x.p.Calls(x.t.Context())
	if err != nil {
		x.fail("Calls() = %v", err)
	}
	return calls
}

func (x *traffic) ask(path, body string) {
	x.log = append(x.log, path+" "+body)
	if status, got := ask(x.t, x.p.Handler(), path, body); status != 200 {
		x.fail("%s %s: HTTP %d %s", path, body, status, got)
	}
}

func (x *traffic) draw(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(x.r, what)
}

var numbers = []string{"101", "102", "103", "300", "301", "79160000001", "79160000002", "79160000003"}

// step is any verb in any form; most make no sense where they are done.
func (x *traffic) verb() vpbxtest.Step {
	s := vpbxtest.Step{Do: rapid.SampledFrom([]vpbxtest.Verb{
		vpbxtest.VerbFollow, vpbxtest.VerbIVR, vpbxtest.VerbDTMF, vpbxtest.VerbQueue, vpbxtest.VerbRing, vpbxtest.VerbAnswer,
		vpbxtest.VerbAnswer, vpbxtest.VerbDecline, vpbxtest.VerbTimeout, vpbxtest.VerbHold, vpbxtest.VerbResume, vpbxtest.VerbConsult,
		vpbxtest.VerbBlind, vpbxtest.VerbLeave, vpbxtest.VerbCancel, vpbxtest.VerbReturn, vpbxtest.VerbHangup, vpbxtest.VerbEnd,
	}).Draw(x.r, "verb")}
	switch s.Do {
	case vpbxtest.VerbDTMF:
		s.Digits = x.draw("digits", "1", "2", "3", "5", "9", "103", "*")
	case vpbxtest.VerbQueue:
		s.Group = x.draw("group", "300", "301")
	case vpbxtest.VerbRing, vpbxtest.VerbConsult, vpbxtest.VerbBlind:
		s.To = []string{x.draw("to", numbers...)}
	case vpbxtest.VerbHangup:
		s.By = vpbxtest.Side(x.draw("by", "", "caller", "callee", "client", "employee", "101"))
	}
	s.Sec = vpbxtest.Seconds(rapid.IntRange(0, 20).Draw(x.r, "sec"))
	return s
}

func (x *traffic) begin() {
	s := rapid.SampledFrom([]vpbxtest.Scenario{
		vpbxtest.Inbound("79161234567", ""), vpbxtest.Inbound("79160000001", "74951112233"), vpbxtest.Inbound("", "78001234567").Follow(0),
		vpbxtest.Inbound("79161234567", "").Follow(3), vpbxtest.Inbound("79160000001", "").Follow(9),
		vpbxtest.Outbound("101", "79160000001"), vpbxtest.Internal("101", "102"),
	}).Draw(x.r, "beginning").Acting(vpbxtest.Behaviour{
		EmployeeDoes: rapid.SampledFrom([]vpbxtest.Outcome{"", vpbxtest.NoAnswer, vpbxtest.Busy}).Draw(x.r, "employee"),
		Digits:       x.draw("types", "", "1", "2", "3 1", "5 103", "5 9"), ClientGivesUpAfter: vpbxtest.Seconds(rapid.IntRange(0, 40).Draw(x.r, "patience")),
	})
	for range rapid.IntRange(0, 6).Draw(x.r, "length") {
		s = s.Then(x.verb())
	}
	x.log = append(x.log, fmt.Sprintf("begin %+v %+v", s.Steps, s.Behaviour))
	if _, err := x.p.Begin(x.t.Context(), s); errors.Is(err, vpbxtest.ErrClosed) {
		x.fail("Begin() = %v", err)
	}
}

// command is any command, about a leg that lives.
func (x *traffic) command() {
	calls := x.calls()
	leg := "none"
	if len(calls) > 0 {
		leg = rapid.SampledFrom(calls).Draw(x.r, "leg").CallID
	}
	to := x.draw("to", numbers...)
	who := x.draw("who", "101", "102", "103")
	switch x.draw("command", "callback", "callback_group", "hangup", "route", "blind", "hold", "cancel", "on hold", "record") {
	case "callback":
		x.ask("/vpbx/commands/callback", `{"command_id":"c","from":{"extension":"`+who+`"},"to_number":"`+to+`"}`)
	case "callback_group":
		from, to := "300", to
		if rapid.Bool().Draw(x.r, "reversed") {
			from, to = to, from
		}
		x.ask("/vpbx/commands/callback_group", `{"command_id":"c","from":"`+from+`","to":"`+to+`","line_number":"74951234567"}`)
	case "hangup":
		x.ask("/vpbx/commands/call/hangup", `{"command_id":"c","call_id":"`+leg+`"}`)
	case "route":
		x.ask("/vpbx/commands/route", `{"command_id":"c","call_id":"`+leg+`","to_number":"`+to+`"}`)
	case "blind", "hold":
		method := x.draw("method", "blind", "hold")
		x.ask("/vpbx/commands/transfer", `{"command_id":"c","call_id":"`+leg+`","method":"`+method+`","to_number":"`+to+`","initiator":"`+who+`"}`)
	case "cancel":
		x.ask("/vpbx/commands/transfer_cancel", `{"command_id":"c","call_id":"`+leg+`"}`)
	case "on hold":
		x.ask("/vpbx/commands/call/hold/on", `{"command_id":"c","call_id":"`+leg+`","initiator":"`+who+`"}`)
	case "record":
		x.ask("/vpbx/commands/recording/start", `{"command_id":"c","call_id":"`+leg+`","call_party_number":"`+who+`"}`)
	}
}

func (x *traffic) act() {
	calls := x.calls()
	if len(calls) == 0 {
		return
	}
	entry := rapid.SampledFrom(calls).Draw(x.r, "call").EntryID
	s := x.verb()
	x.log = append(x.log, fmt.Sprintf("act %+v", s))
	if err := x.p.Act(x.t.Context(), entry, s); errors.Is(err, vpbxtest.ErrClosed) {
		x.fail("Act(%+v) = %v", s, err)
	}
}

// dial starts the campaign that every PBX has, with clients of every kind.
func (x *traffic) dial() {
	mode := x.draw("mode", "2", "4", "7")
	x.ask("/vpbx/campaign/update", `{"campaign_id":17776,"line_id":300029114,"operators":[300049012,300049014],"endless":false,"dial_mode":`+mode+`,"redial_busy":1,"timer_busy":60}`)
	x.ask("/vpbx/tasks/push", `{"campaign_id":17776,"tasks":[{"number":"79160000001"},{"number":"79160000002"},{"number":"79160000003"}]}`)
	x.ask("/vpbx/campaign/start", `{"campaign_id":17776}`)
}

// Whatever is done with the PBX, it comes to rest when all has hung up: no leg
// lives, every call has its summary and obeys the rules, statistics tell the
// calls and the legs that were told, and every recording is stored.
func TestAnyTrafficComesToRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		x := newTraffic(t, r)
		defer x.p.Close() //nolint:errcheck // the test is over
		for range rapid.IntRange(1, 25).Draw(r, "deeds") {
			switch x.draw("deed", "begin", "begin", "act", "command", "command", "step", "step", "dial") {
			case "begin":
				x.begin()
			case "act":
				x.act()
			case "command":
				x.command()
			case "dial":
				x.dial()
			case "step":
				x.step(time.Duration(rapid.IntRange(0, 30).Draw(r, "seconds")) * time.Second)
			}
		}
		// Scripts end; campaigns go on when somebody hangs up for good.
		for range 5 {
			x.step(6 * time.Hour)
			x.hangUp()
		}
		x.step(time.Minute)
		x.atRest()
	})
}

func (x *traffic) hangUp() {
	for _, c := range x.calls() {
		err := x.p.Act(x.t.Context(), c.EntryID, vpbxtest.Step{Do: vpbxtest.VerbHangup})
		if err != nil && !errors.Is(err, vpbxtest.ErrNoCall) {
			x.fail("hanging %s up: %v", c.CallID, err)
		}
	}
}

func (x *traffic) atRest() {
	if calls := x.calls(); len(calls) > 0 {
		x.fail("%+v live on", calls)
	}
	ctx, cancel := context.WithTimeout(x.t.Context(), 10*time.Second)
	defer cancel()
	if err := x.p.Settle(ctx); err != nil {
		x.fail("Settle() = %v", err)
	}
	entries, legs := map[string]bool{}, map[string]bool{}
	var began, stored []string
	for _, n := range x.l.got() {
		switch n.path {
		case "/events/summary":
			entries[n.str("entry_id")] = true
		case "/events/call":
			entries[n.str("entry_id")] = true
			legs[n.str("call_id")] = true
		case "/events/recording":
			if n.str("recording_state") == "Completed" && n.num("completion_code") == 1000 {
				began = append(began, n.str("recording_id"))
			}
		case "/events/record/added":
			stored = append(stored, n.str("recording_id"))
		}
	}
	for entry := range entries {
		if bad := checkRules(entry, x.l.got(), false); len(bad) > 0 {
			x.fail("%s: %s", entry, strings.Join(bad, "; "))
		}
	}
	if slices.Sort(began); !slices.Equal(began, sorted(stored)) {
		x.fail("recordings completed %q, stored %q", began, stored)
	}
	basic := x.report("/vpbx/stats", fmt.Sprintf(`{"date_from":%d,"date_to":%d}`, epoch.Unix(), epoch.Unix()+86400*20))
	if n := strings.Count(basic, "\r\n"); n != len(legs) {
		x.fail("basic statistics tell %d legs, events told %d", n, len(legs))
	}
	x.extended(len(entries))
	_, got := ask(x.t, x.p.Handler(), "/vpbx/v2/campaign/tasks", `{"campaign_ids":[17776],"limit":100}`)
	if !strings.Contains(got, `"task_status"`) || strings.Contains(got, `"task_status":2`) {
		x.fail("tasks: %s, want none that runs", got)
	}
}

// extended compares extended statistics with the summaries of all calls.
func (x *traffic) extended(calls int) {
	got := x.report("/vpbx/stats/calls", `{"start_date":"22.11.2026","end_date":"12.12.2026","limit":5000,"offset":0}`)
	var tell struct {
		Data []struct {
			List []struct {
				EntryID  string `json:"entry_id"`
				Status   int64  `json:"context_status"`
				Start    int64  `json:"context_start_time"`
				Duration int64  `json:"duration"`
				Talk     int64  `json:"talk_duration"`
			} `json:"list"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(got), &tell); err != nil {
		x.fail("stats/calls: %s: %v", got, err)
	}
	seen := 0
	for _, day := range tell.Data {
		for _, c := range day.List {
			seen++
			sum := summaryOf(x.t, x.l.got(), c.EntryID)
			talk := int64(0)
			if at := sum.num("talk_time"); at != 0 {
				talk = sum.num("end_time") - at
			}
			if c.Status != sum.num("entry_result") || c.Start != sum.num("create_time") || c.Duration != sum.num("end_time")-c.Start || c.Talk != talk {
				x.fail("extended statistics tell %+v, the summary %s", c, sum.json)
			}
		}
	}
	if seen != calls {
		x.fail("extended statistics tell %d calls, events told %d", seen, calls)
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// report orders a report and returns it.
func (x *traffic) report(path, order string) string {
	var key struct{ Key string }
	if _, got := ask(x.t, x.p.Handler(), path+"/request", order); json.Unmarshal([]byte(got), &key) != nil {
		x.fail("%s/request: %s", path, got)
	}
	x.step(time.Minute)
	_, got := ask(x.t, x.p.Handler(), path+"/result", `{"key":"`+key.Key+`"}`)
	return got
}
