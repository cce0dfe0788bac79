package vpbxtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// office is a company whose scheme has hours, a menu and a menu within it.
func office() vpbxtest.Config {
	var cfg vpbxtest.Config
	cfg.Employees, cfg.Lines, cfg.Groups = vpbxtest.Company()
	again := vpbxtest.Branch{To: "102"}
	cfg.Schemes = []vpbxtest.Scheme{
		{
			Name: "День", Hours: []vpbxtest.Hours{{From: "09:00", Until: "18:00"}},
			Open: vpbxtest.Branch{Wait: 7, Else: &vpbxtest.Branch{To: "300", Else: &again}, Menu: map[string]vpbxtest.Branch{
				"1": {To: "300"}, "2": {To: "103"},
				"3": {Menu: map[string]vpbxtest.Branch{"1": {To: "79161112233"}, "42": {}}}, "4": {To: "999"},
				"5": {Dial: true, Wait: 20, Else: &vpbxtest.Branch{To: "101"}},
			}},
			Closed: vpbxtest.Branch{},
		},
		{Name: "Прямо", Open: vpbxtest.Branch{To: "101"}},
	}
	return cfg
}

// order sends a request that has to succeed.
func order(t testing.TB, p *vpbxtest.PBX, path, body string) string {
	t.Helper()
	status, got := ask(t, p.Handler(), path, body)
	if status != 200 || !strings.Contains(got, `1000`) {
		t.Fatalf("%s %s: HTTP %d %s, want 1000", path, body, status, got)
	}
	return got
}

const client = "79161234567"

// The settings of the company lead a caller; what the parties do is Behaviour.
func TestCallsFollowTheScheme(t *testing.T) {
	t.Parallel()
	direct := `/vpbx/schema/set {"schema_id":10017302,"line_id":300029114}`
	forward := func(to string) string {
		return `/vpbx/forwarding/number/add {"client_phone_number":"7916*","client_phone_type":0,"status":1,` + to + `}`
	}
	for name, row := range map[string]struct {
		orders string // before the call, one a line
		from   string
		at     time.Duration // after noon of a Sunday, UTC
		behave vpbxtest.Behaviour
		want   []string // without those of recordings
	}{
		"nothing is typed": {want: []string{
			"0 ivr Appeared", "7 ivr Disconnected 1100", "7 101 Appeared", "7 102 Appeared", "7 103 Appeared",
			"11 102 Disconnected 1182", "11 103 Disconnected 1182", "11 101 Connected", "31 101 Disconnected 1110", "31 summary 1110"}},
		"an employee is chosen": {behave: vpbxtest.Behaviour{Digits: "2"}, want: []string{
			"0 ivr Appeared", "3 dtmf 2 at ivr", "3 ivr Disconnected 1100", "3 103 Appeared", "7 103 Connected", "27 103 Disconnected 1110", "27 summary 1110"}},
		"a menu within": {behave: vpbxtest.Behaviour{Digits: "3 1"}, want: []string{
			"0 ivr Appeared", "3 dtmf 3 at ivr", "6 dtmf 1 at ivr.3", "6 ivr Disconnected 1100", "6 79161112233 Appeared", "12 79161112233 Connected",
			"32 79161112233 Disconnected 1110", "32 summary 1110"}},
		"the scheme ends it": {behave: vpbxtest.Behaviour{Digits: "3 42"}, want: []string{
			"0 ivr Appeared", "3 dtmf 3 at ivr", "6 dtmf 42 at ivr.3", "6 ivr Disconnected 1170", "6 summary 1170"}},
		"no such item": {behave: vpbxtest.Behaviour{Digits: "9", ClientGivesUpAfter: 12}, want: []string{
			"0 ivr Appeared", "3 dtmf 9 at ivr", "10 ivr Disconnected 1100", "10 101 Appeared", "10 102 Appeared", "10 103 Appeared",
			"12 102 Disconnected 1110", "12 103 Disconnected 1110", "12 101 Disconnected 1110", "12 summary 1110"}},
		"a short number is dialled": {behave: vpbxtest.Behaviour{Digits: "5 77*103"}, want: []string{
			"0 ivr Appeared", "3 dtmf 5 at ivr", "11 dtmf 103 at ivr.5", "11 ivr Disconnected 1100", "11 103 Appeared",
			"15 103 Connected", "35 103 Disconnected 1110", "35 summary 1110"}},
		"nobody's number is dialled": {behave: vpbxtest.Behaviour{Digits: "5 12345"}, want: []string{
			"0 ivr Appeared", "3 dtmf 5 at ivr", "11 dtmf 12345 at ivr.5", "31 ivr Disconnected 1100", "31 101 Appeared",
			"35 101 Connected", "55 101 Disconnected 1110", "55 summary 1110"}},
		"the item leads nowhere": {behave: vpbxtest.Behaviour{Digits: "4"}, want: []string{
			"0 ivr Appeared", "3 dtmf 4 at ivr", "3 ivr Disconnected 1171", "3 summary 1171"}},
		"nobody answers": {behave: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer, RingTimeout: 5}, want: []string{
			"0 ivr Appeared", "7 ivr Disconnected 1100", "7 101 Appeared", "7 102 Appeared", "7 103 Appeared",
			"12 101 Disconnected 1111", "12 102 Disconnected 1111", "12 103 Disconnected 1111", "12 102 Appeared",
			// The autosecretary of 102 takes what nobody answers.
			"17 102 Disconnected 1111", "17 ivr Appeared", "27 ivr Disconnected 1110", "27 summary 1110"}},
		"the caller gives up in the menu": {behave: vpbxtest.Behaviour{ClientGivesUpAfter: 4}, want: []string{
			"0 ivr Appeared", "4 ivr Disconnected 1110", "4 summary 1110"}},
		"outside the hours": {at: 3 * time.Hour, want: []string{
			"0 ivr Appeared", "0 ivr Disconnected 1170", "0 summary 1170"}},
		"another scheme": {orders: direct, want: []string{
			"0 101 Appeared", "4 101 Connected", "24 101 Disconnected 1110", "24 summary 1110"}},
		"a refused number": {from: "79001112233", want: []string{
			"0 ivr Appeared", "0 ivr Disconnected 1151", "0 summary 1151"}},
		"a number refused now": {orders: `/vpbx/bwlists/number/add {"list_type":"black","number":"79161234###","number_type":"tel"}`, want: []string{
			"0 ivr Appeared", "0 ivr Disconnected 1151", "0 summary 1151"}},
		"the client is led to a group": {orders: forward(`"forward_type":"group","forward_to_group":{"forward_group_id":10051251}`), want: []string{
			"0 103 Appeared", "4 103 Connected", "24 103 Disconnected 1110", "24 summary 1110"}},
		"to an employee": {orders: forward(`"forward_type":"user","forward_to_user":{"forward_user_id":300049013}`), want: []string{
			"0 102 Appeared", "4 102 Connected", "24 102 Disconnected 1110", "24 summary 1110"}},
		"outside, for a while": {orders: forward(`"forward_type":"ext_forward","forward_to_ext":{"forward_number_type":1,"forward_number":"a@example.com","forward_wait_sec":9}`),
			behave: vpbxtest.Behaviour{ClientDoes: vpbxtest.NoAnswer}, want: []string{
				"0 sip:a@example.com Appeared", "9 sip:a@example.com Disconnected 1111", "9 summary 1111"}},
		"a rule that is off": {orders: strings.Replace(forward(`"forward_type":"user","forward_to_user":{"forward_user_id":300049013}`), `"status":1`, `"status":0`, 1) + "\n" + direct, want: []string{
			"0 101 Appeared", "4 101 Connected", "24 101 Disconnected 1110", "24 summary 1110"}},
		"a group one by one": {orders: `/vpbx/group/update {"group_id":10051250,"group":{"dial_alg_group":0,"operators":[{"id":300049012,"priority":2},{"id":300049014,"priority":1}]}}`,
			behave: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Rejects, Digits: "1"}, want: []string{
				"0 ivr Appeared", "3 dtmf 1 at ivr", "3 ivr Disconnected 1100", "3 103 Appeared", "7 103 Disconnected 1122",
				"7 101 Appeared", "11 101 Disconnected 1122", "11 summary 1160"}},
		"the number is off schedule": {orders: direct + "\n" + `/vpbx/member/update {"user_id":300049012,"numbers":[{"number":"sip:ivanov@example.mangosip.ru","protocol":"sip","status":"on","schedule":{"items":[{"type":"WorkingDays","from":"09:00","until":"18:00"}]}}]}`, want: []string{
			"0 101 Appeared", "0 101 Disconnected 1192", "0 summary 1192"}},
		"the second number is on schedule": {orders: direct + "\n" + `/vpbx/member/update {"user_id":300049012,"numbers":[{"number":"sip:ivanov@example.mangosip.ru","protocol":"sip","status":"on","schedule":{"items":[{"type":"WorkingDays","from":"09:00","until":"18:00"}]}},{"number":"79031112233","protocol":"tel","wait_sec":3}]}`,
			behave: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer}, want: []string{
				"0 101 Appeared", "3 101 Disconnected 1111", "3 summary 1111"}},
		"an evening of the autosecretary": {orders: direct + "\n" + `/vpbx/autosecretary/status/change {"user_id":300049012,"rule_id":1310,"active":1}`, at: 30 * time.Hour,
			behave: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}, want: []string{
				"0 101 Appeared", "1 101 Disconnected 1121", "1 79161234567 Appeared", "7 79161234567 Connected", "27 79161234567 Disconnected 1110", "27 summary 1110"}},
		"a Sunday of it": {orders: direct + "\n" + `/vpbx/autosecretary/status/change {"user_id":300049012,"rule_id":1310,"active":1}`, at: 6 * time.Hour,
			behave: vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}, want: []string{
				"0 101 Appeared", "1 101 Disconnected 1121", "1 summary 1121"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, l := stepped(t, office())
			for line := range strings.Lines(row.orders) {
				path, body, _ := strings.Cut(strings.TrimSpace(line), " ")
				order(t, p, path, body)
			}
			step(t, p, row.at)
			from := row.from
			if from == "" {
				from = client
			}
			entry := begin(t, p, vpbxtest.Inbound(from, "").Acting(row.behave).Follow(0))
			step(t, p, time.Hour)
			if diff := cmp.Diff(row.want, timed(l.got(), row.at)); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if bad := checkRules(entry, l.got(), false); len(bad) > 0 {
				t.Error(strings.Join(bad, "\n"))
			}
		})
	}
}

// With the white list at work only its numbers may call.
func TestWhiteList(t *testing.T) {
	t.Parallel()
	cfg := office()
	cfg.WhiteList = true
	p, l := stepped(t, cfg)
	order(t, p, "/vpbx/bwlists/number/add", `{"list_type":"white","number":"7916*","number_type":"tel"}`)
	if got := order(t, p, "/vpbx/bwlists/state/", `{}`); got != `{"active":"white","result":1000}` {
		t.Errorf("bwlists/state: %s, want white", got)
	}
	for from, want := range map[string]string{client: "summary 1110", "79051112233": "summary 1152", "": "summary 1152", "sip:a@example.com": "summary 1152"} {
		before := len(l.got())
		begin(t, p, vpbxtest.Inbound(from, "").Acting(vpbxtest.Behaviour{ClientGivesUpAfter: 2}).Follow(0))
		step(t, p, time.Minute)
		if got := story(l.got()[before:]); got[len(got)-1] != want {
			t.Errorf("from %q: %s, want %s", from, strings.Join(got, ", "), want)
		}
	}
}

// Operators who are off schedule are not rung, nor is one to whom a command
// routes a call.
func TestOperatorsOffSchedule(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, office())
	order(t, p, "/vpbx/member/update", `{"user_id":300049012,"numbers":[{"number":"sip:ivanov@example.mangosip.ru","protocol":"sip","schedule":{"items":[{"type":"WorkingDays"}]}}]}`)
	order(t, p, "/vpbx/member/update", `{"user_id":300049013,"numbers":[{"number":"sip:petrov@example.mangosip.ru","protocol":"sip","schedule":{"items":[{"type":"WorkingDays"}]}},{"number":"79035556677","protocol":"tel"}]}`)
	begin(t, p, vpbxtest.Inbound(client, "").Acting(vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy, Digits: "1"}).Follow(0))
	step(t, p, time.Minute)
	want := []string{"ivr Appeared", "dtmf 1 at ivr", "ivr Disconnected 1100", "102 Appeared", "103 Appeared", "102 Disconnected 1121", "103 Disconnected 1121", "summary 1160"}
	if diff := cmp.Diff(want, story(l.got())); diff != "" {
		t.Errorf("a group on Sunday (-want +got):\n%s", diff)
	}
	if number := l.got()[3].str("to", "number"); number != "79035556677" {
		t.Errorf("102 was rung at %s, want the number that is on schedule", number)
	}
	before := len(l.got())
	begin(t, p, vpbxtest.Inbound(client, "").IVR(60))
	order(t, p, "/vpbx/commands/route", `{"command_id":"r","call_id":"`+l.got()[before].str("call_id")+`","to_number":"101"}`)
	step(t, p, time.Minute)
	want = []string{"ivr Appeared", "ivr Disconnected 1100", "101 Appeared", "route 1000", "101 Disconnected 1192", "summary 1192"}
	if diff := cmp.Diff(want, story(l.got()[before:])); diff != "" {
		t.Errorf("a route on Sunday (-want +got):\n%s", diff)
	}
}

// Who cannot be rung at once waits in the queue for the first who is free.
func TestQueueOfAGroup(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, office())
	talk := vpbxtest.Behaviour{Digits: "1", TalkFor: 60}
	for range 3 { // everybody talks
		begin(t, p, vpbxtest.Inbound(client, "").Acting(talk).Follow(0))
		step(t, p, 10*time.Second)
	}
	before := len(l.got())
	begin(t, p, vpbxtest.Inbound("79160000001", "").Acting(talk).Follow(0))
	begin(t, p, vpbxtest.Inbound("79160000002", "").Acting(vpbxtest.Behaviour{Digits: "2", RingTimeout: 9}).Follow(0))
	step(t, p, time.Hour)
	var got []string
	for i, s := range timed(l.got()[before:]) {
		if n := l.got()[before+i]; n.str("from", "number") != client {
			got = append(got, s)
		}
	}
	want := []string{
		"30 ivr Appeared", "30 ivr Appeared", "33 dtmf 1 at ivr", "33 ivr Disconnected 1100", "33 queue Appeared",
		"33 dtmf 2 at ivr", "33 ivr Disconnected 1100", "33 103 Appeared", "34 103 Disconnected 1121", "34 summary 1121",
		"67 queue Disconnected 1100", "67 101 Appeared", "71 101 Connected", "131 101 Disconnected 1110", "131 summary 1110",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// A queue has an end, and what a group does about it is the scheme's business.
func TestQueueEnds(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, office())
	begin(t, p, vpbxtest.Inbound(client, "").Ring("103", 0).Answer().Talk(3600).HangUp(vpbxtest.Caller))
	order(t, p, "/vpbx/forwarding/number/add", `{"client_phone_number":"79160000001","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051251}}`)
	before := len(l.got())
	begin(t, p, vpbxtest.Inbound("79160000001", "").Follow(0))
	step(t, p, time.Minute)
	calls, err := p.Calls(t.Context())
	if err != nil || len(calls) != 2 || calls[1].Location != "queue" {
		t.Errorf("Calls() = %+v, %v, want the second in the queue", calls, err)
	}
	step(t, p, time.Hour/2)
	want := []string{"0 queue Appeared", "120 queue Disconnected 1163", "120 summary 1163"}
	if diff := cmp.Diff(want, timed(l.got()[before:])); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// The script acts within what the settings say, for as long as it lasts.
func TestScriptWithinTheScheme(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, office())
	s := vpbxtest.Inbound(client, "").Follow(2).DTMF("1", 6).Decline("101").Wait(1).Decline("102").Wait(1).Decline("103").Wait(1)
	begin(t, p, s)
	step(t, p, time.Hour)
	want := []string{
		"0 ivr Appeared", "2 dtmf 1 at ivr", "2 ivr Disconnected 1100", "2 101 Appeared", "2 102 Appeared", "2 103 Appeared",
		"8 101 Disconnected 1122", "9 102 Disconnected 1122", "10 103 Disconnected 1122", "10 summary 1160",
	}
	if diff := cmp.Diff(want, timed(l.got())); diff != "" {
		t.Errorf("declined by the script (-want +got):\n%s", diff)
	}
	before := len(l.got())
	s = vpbxtest.Inbound(client, "").Follow(7).Wait(1).Answer("102").Talk(9) // the rest is Behaviour
	begin(t, p, s)
	step(t, p, time.Hour)
	want = []string{
		"3600 ivr Appeared", "3607 ivr Disconnected 1100", "3607 101 Appeared", "3607 102 Appeared", "3607 103 Appeared",
		"3608 101 Disconnected 1182", "3608 103 Disconnected 1182", "3608 102 Connected", "3637 102 Disconnected 1110", "3637 summary 1110",
	}
	if diff := cmp.Diff(want, timed(l.got()[before:])); diff != "" {
		t.Errorf("answered by the script (-want +got):\n%s", diff)
	}
}

// Employees who lead calls to each other do not do so for ever.
func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	cfg := office()
	var loop vpbxtest.Branch
	for range 12 {
		next := loop
		loop = vpbxtest.Branch{To: "103", Else: &next}
	}
	cfg.Schemes[0] = vpbxtest.Scheme{Open: loop}
	p, l := stepped(t, cfg)
	begin(t, p, vpbxtest.Inbound(client, "").Acting(vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}).Follow(0))
	step(t, p, time.Hour)
	got := story(l.got())
	if n := strings.Count(strings.Join(got, "\n"), "103 Appeared"); n != 10 || got[len(got)-1] != "summary 1134" {
		t.Errorf("%d calls to 103, then %s, want 10 and 1134, too many redirects", n, got[len(got)-1])
	}
}

// A number that the company forbids to call is not called.
func TestForbiddenNumbers(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, office())
	order(t, p, "/vpbx/outbound_blacklist/add", `{"numbers":[{"number":"79169999999","mode":1}]}`)
	begin(t, p, vpbxtest.Outbound("101", "79169999999").Wait(5).Answer().Talk(5))
	order(t, p, "/vpbx/commands/callback", `{"command_id":"c","from":{"extension":"101"},"to_number":"79169999999"}`)
	step(t, p, time.Hour)
	want := []string{
		"79169999999 Appeared", "79169999999 Disconnected 1130", "summary 1130",
		"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000", "79169999999 Appeared", "79169999999 Disconnected 1130", "summary 1130",
	}
	if diff := cmp.Diff(want, story(l.got())); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestSchemesRefused(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]vpbxtest.Scheme{
		"hours":          {Hours: []vpbxtest.Hours{{From: "9", Until: "18:00"}}},
		"both":           {Open: vpbxtest.Branch{To: "101", Menu: map[string]vpbxtest.Branch{"1": {}}}},
		"menu and dial":  {Open: vpbxtest.Branch{Dial: true, To: "101"}},
		"digits":         {Open: vpbxtest.Branch{Menu: map[string]vpbxtest.Branch{"one": {}}}},
		"deep in a menu": {Closed: vpbxtest.Branch{Menu: map[string]vpbxtest.Branch{"1": {Else: &vpbxtest.Branch{Wait: -1}}}}},
	} {
		cfg := vpbxtest.Config{Credentials: cred, Schemes: []vpbxtest.Scheme{s}}
		if p, err := vpbxtest.New(cfg); err == nil {
			t.Errorf("%s: New() = nil, want an error", name)
			_ = p.Close()
		}
	}
}
