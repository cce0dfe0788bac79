package vpbxtest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// always is a schedule without a break.
func always() string {
	var days []string
	for day := range 7 {
		days = append(days, fmt.Sprintf(`{"weekday":%d,"start":"00:00","end":"23:59"}`, day+1))
	}
	return "[" + strings.Join(days, ",") + "]"
}

// campaign makes one with tasks for numbers and starts it, unless more says
// "idle"; its id is that of the first campaign of a test.
func campaign(t testing.TB, p *vpbxtest.PBX, settings string, numbers ...string) {
	t.Helper()
	if !strings.Contains(settings, "schedule") {
		settings += `,"schedule":` + always()
	}
	order(t, p, "/vpbx/campaign/add", `{"line_id":300029114,"name":"n",`+settings+`}`)
	var tasks []string
	for _, number := range numbers {
		tasks = append(tasks, fmt.Sprintf(`{"name":%q,"number":%q}`, number, number))
	}
	order(t, p, "/vpbx/tasks/push", `{"campaign_id":17777,"tasks":[`+strings.Join(tasks, ",")+`]}`)
	order(t, p, "/vpbx/campaign/start", `{"campaign_id":17777}`)
	step(t, p, 0)
}

// tasks tells of each task of the first campaign of a test: number, status,
// reason, attempts.
func tasks(t testing.TB, p *vpbxtest.PBX) []string {
	t.Helper()
	got := order(t, p, "/vpbx/v2/campaign/tasks", `{"campaign_ids":[17777],"fields":["alias_all"],"limit":100}`)
	var page struct {
		Tasks []struct {
			Number   string `json:"number"`
			Status   int    `json:"task_status"`
			Reason   *int   `json:"task_status_reason"`
			Attempts int    `json:"attempts_count"`
		} `json:"tasks"`
	}
	if err := json.Unmarshal([]byte(got), &page); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, one := range page.Tasks {
		reason := 0
		if one.Reason != nil {
			reason = *one.Reason
		}
		out = append(out, fmt.Sprintf("%s status %d reason %d attempts %d", one.Number, one.Status, reason, one.Attempts))
	}
	return out
}

func status(t testing.TB, p *vpbxtest.PBX) int {
	t.Helper()
	var one struct {
		Campaign struct {
			Status int `json:"status"`
		} `json:"campaign"`
	}
	if err := json.Unmarshal([]byte(order(t, p, "/vpbx/campaign", `{"campaign_id":17777}`)), &one); err != nil {
		t.Fatal(err)
	}
	return one.Campaign.Status
}

// The call of a campaign as the reference tells it, to the second.
func TestCampaignMatchesTheReferenceTrace(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 5, ClientAnswersAfter: 8, TalkFor: 66, HangsUp: vpbxtest.Worker}})
	campaign(t, p, `"operators":[300049012]`, "79161234567")
	step(t, p, 2*time.Minute)
	want := normal(t, reference(t, "campaign"), true, "task_id")
	got := l.got()
	for _, n := range got {
		if n.path == "/events/call" && n.num("task_id") != 11227833 {
			t.Errorf("%s: task_id %v, want that of the task", n.json, n.m["task_id"])
		}
	}
	if diff := cmp.Diff(want, normal(t, got, true, "task_id")); diff != "" {
		t.Errorf("(-reference +played):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"79161234567 status 4 reason 1 attempts 1"}, tasks(t, p)); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	if got := status(t, p); got != 4 {
		t.Errorf("the campaign has status %d, want 4, finished", got)
	}
}

// What each way to dial tells, and what becomes of the task.
func TestOutcomesOfATask(t *testing.T) {
	t.Parallel()
	const quick = `"operators":[300049012],"redial_busy":1,"redial_no_answer":1,"redial_not_avail":1,"timer_busy":60,"timer_no_answer":3600,"timer_not_avail":3600`
	for name, row := range map[string]struct {
		settings string
		number   string
		behave   vpbxtest.Behaviour
		want     []string
		task     string
	}{
		"both answer": {quick, client, vpbxtest.Behaviour{}, []string{
			"0 101 Appeared", "4 101 Connected", "5 101 Disconnected 1000", "5 79161234567 Appeared", "11 79161234567 Connected",
			"31 79161234567 Disconnected 1120", "31 summary 1120"}, "status 4 reason 1 attempts 1"},
		"the client is busy, twice": {quick, client, vpbxtest.Behaviour{ClientDoes: vpbxtest.Busy}, []string{
			"0 101 Appeared", "4 101 Connected", "5 101 Disconnected 1000", "5 79161234567 Appeared", "6 79161234567 Disconnected 1121", "6 summary 1121",
			"66 101 Appeared", "70 101 Connected", "71 101 Disconnected 1000", "71 79161234567 Appeared", "72 79161234567 Disconnected 1121", "72 summary 1121"},
			"status 4 reason 2 attempts 2"},
		"the client does not answer in time": {quick + `,"answer_wait":10`, client, vpbxtest.Behaviour{ClientDoes: vpbxtest.NoAnswer}, []string{
			"0 101 Appeared", "4 101 Connected", "5 101 Disconnected 1000", "5 79161234567 Appeared", "15 79161234567 Disconnected 1111", "15 summary 1111",
			"3615 101 Appeared", "3619 101 Connected", "3620 101 Disconnected 1000", "3620 79161234567 Appeared", "3630 79161234567 Disconnected 1111", "3630 summary 1111"},
			"status 4 reason 3 attempts 2"},
		"once at most": {quick + `,"redial_max":1`, client, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Rejects}, []string{
			"0 101 Appeared", "4 101 Disconnected 1122", "4 summary 1122", "64 101 Appeared", "68 101 Disconnected 1122", "68 summary 1122"}, "status 4 reason 5 attempts 2"},
		"the client is unavailable": {`"operators":[300049012]`, client, vpbxtest.Behaviour{ClientDoes: vpbxtest.Unavailable}, []string{
			"0 101 Appeared", "4 101 Connected", "5 101 Disconnected 1000", "5 79161234567 Appeared", "6 79161234567 Disconnected 1131", "6 summary 1131",
			"6 101 Appeared", "10 101 Connected", "11 101 Disconnected 1000", "11 79161234567 Appeared", "12 79161234567 Disconnected 1131", "12 summary 1131"},
			"status 4 reason 4 attempts 2"},
		"the operator does not answer": {quick + `,"answer_wait":20`, client, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}, []string{
			"0 101 Appeared", "20 101 Disconnected 1111", "20 summary 1111", "3620 101 Appeared", "3640 101 Disconnected 1111", "3640 summary 1111"},
			"status 4 reason 6 attempts 2"},
		"client first": {quick + `,"dial_mode":4`, client, vpbxtest.Behaviour{}, []string{
			"0 79161234567 Appeared", "6 79161234567 Connected", "7 79161234567 Disconnected 1000", "7 101 Appeared", "11 101 Connected",
			"31 101 Disconnected 1110", "31 summary 1110"}, "status 4 reason 1 attempts 1"},
		"client first, nobody there": {quick + `,"dial_mode":4,"redial_max":1`, client, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Unavailable, ClientAnswersAfter: 1}, []string{
			"0 79161234567 Appeared", "1 79161234567 Connected", "2 79161234567 Disconnected 1000", "2 101 Appeared", "3 101 Disconnected 1131", "3 summary 1131",
			"3603 79161234567 Appeared", "3604 79161234567 Connected", "3605 79161234567 Disconnected 1000", "3605 101 Appeared", "3606 101 Disconnected 1131", "3606 summary 1131"},
			"status 4 reason 7 attempts 2"},
		"a forbidden number": {quick, "71234567890", vpbxtest.Behaviour{}, nil, "status 4 reason 26 attempts 0"},
		"no number at all":   {quick, "12", vpbxtest.Behaviour{}, nil, "status 4 reason 8 attempts 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, l := stepped(t, vpbxtest.Config{Behaviour: row.behave})
			campaign(t, p, row.settings, row.number)
			step(t, p, 3*time.Hour)
			if diff := cmp.Diff(row.want, timed(l.got())); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if got := tasks(t, p); len(got) != 1 || got[0] != row.number+" "+row.task {
				t.Errorf("tasks: %q, want %s %s", got, row.number, row.task)
			}
		})
	}
}

// A campaign calls as many as it has operators who are free, and gives each
// the time that he needs after a call.
func TestPaceOfACampaign(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		settings string
		want     string // who rings when
	}{
		"an operator": {`"operators":[300049012]`, "0 101, 31 101, 62 101, 93 101"},
		"two":         {`"operators":[300049012,300049013]`, "0 101, 0 102, 31 101, 31 102"},
		"with a rest": {`"operators":[300049012,300049013],"call_processing":30`, "0 101, 0 102, 61 101, 61 102"},
		"predictive":  {`"operators":[300049012,300049013],"dial_mode":7`, "7 101, 7 102, 38 101, 38 102"},
		"nobody's":    {`"priority":1`, "0 101, 31 101, 62 101, 93 101"},
	} {
		p, l := stepped(t, vpbxtest.Config{})
		campaign(t, p, row.settings, "79160000001", "79160000002", "79160000003", "79160000004")
		step(t, p, time.Hour)
		var got []string
		for _, s := range timed(l.got()) {
			if s, ok := strings.CutSuffix(s, " Appeared"); ok && !strings.Contains(s, "7916") {
				got = append(got, s)
			}
		}
		if got := strings.Join(got, ", "); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
	// Four clients for two operators: two of them find nobody.
	p, l := stepped(t, vpbxtest.Config{})
	campaign(t, p, `"operators":[300049012,300049013],"dial_mode":7,"add_calls_coef":2,"timer_not_avail":3600`, "79160000001", "79160000002", "79160000003", "79160000004")
	step(t, p, 30*time.Minute)
	got := strings.Join(story(l.got()), ", ")
	if n := strings.Count(got, "summary 1164"); n != 2 {
		t.Errorf("predictive: %s: %d clients found no operator, want 2", got, n)
	}
	want := []string{
		"79160000001 status 4 reason 1 attempts 1", "79160000002 status 4 reason 1 attempts 1",
		"79160000003 status 1 reason 7 attempts 1", "79160000004 status 1 reason 7 attempts 1",
	}
	if diff := cmp.Diff(want, tasks(t, p)); diff != "" {
		t.Errorf("predictive, tasks (-want +got):\n%s", diff)
	}
	step(t, p, time.Hour)
	for _, one := range tasks(t, p) {
		if !strings.Contains(one, "status 4 reason 1") {
			t.Errorf("predictive, an hour later: %s, want a talk", one)
		}
	}
}

// A stopped campaign lets its calls end, dials nobody, and goes on when it is
// started again.
func TestStopOfACampaign(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{})
	campaign(t, p, `"operators":[300049012]`, "79160000001", "79160000002")
	step(t, p, 10*time.Second)
	if got := order(t, p, "/vpbx/campaign/stop", `{"campaign_id":17777}`); got != `{"result":1000,"status":3}` {
		t.Errorf("stop during a call: %s, want status 3, stopping", got)
	}
	step(t, p, time.Hour)
	if got := status(t, p); got != 0 {
		t.Errorf("after its call the campaign has status %d, want 0", got)
	}
	want := []string{"79160000001 status 4 reason 1 attempts 1", "79160000002 status 1 reason 0 attempts 0"}
	if diff := cmp.Diff(want, tasks(t, p)); diff != "" {
		t.Errorf("tasks of a stopped campaign (-want +got):\n%s", diff)
	}
	order(t, p, "/vpbx/task/stop", `{"campaign_id":17777,"task_id":11227834}`)
	order(t, p, "/vpbx/campaign/start", `{"campaign_id":17777}`)
	before := len(l.got())
	step(t, p, time.Hour)
	if n := len(l.got()) - before; n != 0 {
		t.Errorf("%d notifications about a stopped task, want none", n)
	}
	order(t, p, "/vpbx/task/start", `{"campaign_id":17777,"task_id":11227834}`)
	step(t, p, time.Hour)
	if got := tasks(t, p)[1]; got != "79160000002 status 4 reason 1 attempts 1" {
		t.Errorf("the task that was started again: %s, want a talk", got)
	}
}

// A campaign waits for its schedule, for its start and for an operator.
func TestCampaignWaits(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		settings string
		first    string
	}{
		"schedule":         {`"operators":[300049012],"schedule":[{"weekday":7,"start":"08:00","end":"12:00"},{"weekday":2,"start":"07:30","end":"08:00"}]`, "156600 101 Appeared"},
		"same day":         {`"operators":[300049012],"schedule":[{"weekday":7,"start":"13:00","end":"14:00"}]`, "3600 101 Appeared"},
		"start":            {`"operators":[300049012],"start_date":"2026-11-22 15:00:00"`, "10800 101 Appeared"},
		"start and shift":  {`"operators":[300049012],"start_date":"2026-11-23 15:00:00","schedule":[{"weekday":1,"start":"08:00","end":"12:00"},{"weekday":1,"start":"16:00","end":"17:00"}]`, "100800 101 Appeared"},
		"a busy operator":  {`"operators":[300049013]`, "600 102 Appeared"},
		"a week from here": {`"operators":[300049012],"schedule":[{"weekday":7,"start":"11:00","end":"12:00"}]`, "601200 101 Appeared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, l := stepped(t, vpbxtest.Config{})
			talk := begin(t, p, vpbxtest.Inbound("79160000009", "").Ring("102", 0).Answer().Talk(600).HangUp(vpbxtest.Caller))
			campaign(t, p, row.settings, client)
			step(t, p, 8*24*time.Hour)
			first := ""
			for _, n := range l.got() {
				if n.str("entry_id") != talk && first == "" {
					first = timed([]note{n})[0]
				}
			}
			if first != row.first {
				t.Errorf("first told: %q, want %q", first, row.first)
			}
		})
	}
}

// Somebody acts beside Behaviour in a campaign's call; statistics and report
// tell of it with its recording.
func TestCampaignInStatistics(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{
		Style: vpbxtest.Style{Recording: true}, Clients: map[string]vpbxtest.Outcome{"79160000002": vpbxtest.Busy},
		Behaviour: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer},
	})
	campaign(t, p, `"operators":[300049012]`, "79160000001", "79160000002")
	step(t, p, time.Second)
	calls, err := p.Calls(t.Context())
	if err != nil || len(calls) != 1 {
		t.Fatalf("Calls() = %v, %v, want one", calls, err)
	}
	act(t, p, calls[0].EntryID, vpbxtest.Step{Do: vpbxtest.VerbAnswer}) // the employee after all
	step(t, p, time.Hour)
	record := ""
	for _, n := range l.got() {
		if n.path == "/events/record/added" {
			record = n.str("recording_id")
		}
	}
	if record == "" {
		t.Fatalf("no recording in %s", strings.Join(story(l.got()), ", "))
	}
	if got := order(t, p, "/vpbx/campaign-report/create", `{"campaign_id":17777}`); strings.Count(got, `"record_id":"`+record+`"`) != 1 {
		t.Errorf("report: %s, want the recording %s once", got, record)
	}
	status, got := ask(t, p.Handler(), "/vpbx/stats/calls/request", `{"start_date":"22.11.2026","end_date":"23.11.2026","limit":100,"offset":0,"ext_params":1}`)
	var key struct{ Key string }
	if err := json.Unmarshal([]byte(got), &key); err != nil || status != 200 {
		t.Fatalf("stats/calls/request: HTTP %d %s", status, got)
	}
	step(t, p, time.Minute)
	_, got = ask(t, p.Handler(), "/vpbx/stats/calls/result", `{"key":"`+key.Key+`"}`)
	for _, want := range []string{`"recording_id":["` + record + `"]`, `"OutboundDialing":true`, `"task":{"actions":[],"attempts":[{"attempt_id":`, `"campaign_id":17777`, `"task_id":11227833`} {
		if !strings.Contains(got, want) {
			t.Errorf("statistics: %s, want %s", got, want)
		}
	}
}

// A client whom a group missed is called back by the campaign that the group
// names, and the events say so in the document's own letters.
func TestMissedByAGroupIsCalledBack(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{})
	order(t, p, "/vpbx/campaign/add", `{"line_id":300029114,"name":"n","service_type":9,"endless":true,"operators":[300049012],"schedule":`+always()+`}`)
	order(t, p, "/vpbx/campaign/start", `{"campaign_id":17777}`)
	order(t, p, "/vpbx/group/update", `{"group_id":10051250,"group":{"auto_dial":17777}}`)
	missed := vpbxtest.Inbound(client, "").RingGroup("300", 5).HangUp(vpbxtest.Caller)
	begin(t, p, missed)
	begin(t, p, missed)
	step(t, p, time.Minute)
	var got []string
	for _, n := range l.got() {
		if n.num("task_id") == 11227833 {
			if by := n.str("callback_initiator"); by != "MissGroup\u0421allCallback" {
				t.Errorf("%s: callback_initiator %q, want the document's", n.json, by)
			}
			got = append(got, timed([]note{n})...)
		}
	}
	want := []string{"5 101 Appeared", "9 101 Connected", "10 101 Disconnected 1000", "10 79161234567 Appeared", "16 79161234567 Connected", "36 79161234567 Disconnected 1120"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told of the task (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"79161234567 status 4 reason 1 attempts 1"}, tasks(t, p)); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
}

// The events of each kind of campaign name it, and the task but for one kind.
func TestInitiatorsOfCampaigns(t *testing.T) {
	t.Parallel()
	for service, want := range map[int]string{2: "CallbackWidget 11227833", 5: "ObDial 11227833", 8: "ObDial 11227833", 10: "MissInIvrCallCallback -1"} {
		p, l := stepped(t, vpbxtest.Config{})
		campaign(t, p, fmt.Sprintf(`"operators":[300049012],"service_type":%d`, service), client)
		step(t, p, time.Minute)
		for _, n := range l.got() {
			if got := fmt.Sprintf("%s %d", n.str("callback_initiator"), n.num("task_id")); n.path == "/events/call" && got != want {
				t.Errorf("service_type %d: %s: %s, want %s", service, n.json, got, want)
			}
		}
	}
}
