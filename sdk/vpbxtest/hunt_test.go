package vpbxtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// distribute sets how group 300 is rung: 103 has the highest priority.
func distribute(t testing.TB, p *vpbxtest.PBX, algorithm int) {
	t.Helper()
	order(t, p, "/vpbx/group/update", fmt.Sprintf(`{"group_id":10051250,"group":{"dial_alg_group":%d,"operators":[{"id":300049012,"priority":2},{"id":300049013,"priority":2},{"id":300049014,"priority":1}]}}`, algorithm))
}

// Each algorithm rings the operators in its own order; here none answers.
func TestAlgorithmsOfAGroup(t *testing.T) {
	t.Parallel()
	for algorithm, want := range map[int][]string{
		0: {"5 103", "10 101", "15 102"},
		1: {"5 103", "10 101", "10 102"},
		2: {"5 101", "5 102", "5 103"},
		5: {"5 102", "10 103", "15 101"}, // who talked last comes last
	} {
		p, l := stepped(t, vpbxtest.Config{})
		distribute(t, p, algorithm)
		for _, who := range []string{"103", "101"} {
			begin(t, p, vpbxtest.Inbound(client, "").Ring(who, 1).Answer().Talk(9).HangUp(vpbxtest.Caller))
			step(t, p, time.Minute)
		}
		before := len(l.got())
		began := p.Now().Sub(epoch)
		begin(t, p, vpbxtest.Inbound(client, "").Acting(vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer, RingTimeout: 5}).Follow(0))
		step(t, p, time.Minute)
		var got []string
		for _, s := range timed(l.got()[before:], began) {
			if who, ok := strings.CutSuffix(s, " Appeared"); ok && !strings.HasSuffix(who, "ivr") {
				got = append(got, who)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dial_alg_group %d (-want +got):\n%s", algorithm, diff)
		}
	}
}

// At random is one by one too, and not always alike.
func TestRandomOrderOfAGroup(t *testing.T) {
	t.Parallel()
	orders := map[string]bool{}
	for seed := range uint64(20) {
		p, l := stepped(t, vpbxtest.Config{Seed: seed})
		distribute(t, p, 3)
		begin(t, p, vpbxtest.Inbound(client, "").Acting(vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Rejects}).Follow(0))
		step(t, p, time.Minute)
		got := strings.Join(story(l.got()), ", ")
		if n := strings.Count(got, "Disconnected 1122"); n != 3 || !strings.HasSuffix(got, "summary 1160") {
			t.Errorf("seed %d: %s, want three who reject, then 1160", seed, got)
		}
		orders[got] = true
	}
	if len(orders) < 2 {
		t.Errorf("%d orders with 20 seeds, want several", len(orders))
	}
}

// The commands that call a group ring it by its algorithm too.
func TestCommandsRingByTheAlgorithm(t *testing.T) {
	t.Parallel()
	const (
		toGroup   = `/vpbx/commands/callback {"command_id":"c","from":{"extension":"101"},"to_number":"300"}`
		groupOut  = `/vpbx/commands/callback_group {"command_id":"c","from":"300","to":"79161234567","line_number":"74951234567"}`
		clientOut = `/vpbx/commands/callback_group {"command_id":"c","from":"79161234567","to":"300","line_number":"74951234567"}`
		route     = `route {"command_id":"r","call_id":"%s","to_number":"300"}`
	)
	silent := vpbxtest.Behaviour{EmployeeDoes: vpbxtest.NoAnswer, RingTimeout: 5}
	for name, row := range map[string]struct {
		command   string
		algorithm int
		behave    vpbxtest.Behaviour
		talking   []string // who talks for a minute meanwhile
		want      []string // without what concerns those
	}{
		"a group out, at once": {groupOut, 2, vpbxtest.Behaviour{}, nil, []string{
			"callback_group 1000", "0 101 Appeared", "0 102 Appeared", "0 103 Appeared", "4 102 Disconnected 1182", "4 103 Disconnected 1182", "4 101 Connected",
			"6 101 Disconnected 1000", "6 79161234567 Appeared", "12 79161234567 Connected", "32 79161234567 Disconnected 1120", "32 summary 1120"}},
		"a group out, one by one": {groupOut, 0, silent, nil, []string{
			"callback_group 1000", "0 103 Appeared", "5 103 Disconnected 1111", "5 101 Appeared", "10 101 Disconnected 1111", "10 102 Appeared", "15 102 Disconnected 1111", "15 summary 1111"}},
		"a group out, one busy": {groupOut, 0, vpbxtest.Behaviour{}, []string{"103"}, []string{
			"callback_group 1000", "0 101 Appeared", "4 101 Connected", "6 101 Disconnected 1000", "6 79161234567 Appeared", "12 79161234567 Connected",
			"32 79161234567 Disconnected 1120", "32 summary 1120"}},
		"a client, then the group one by one": {clientOut, 0, vpbxtest.Behaviour{EmployeeDoes: vpbxtest.Busy}, nil, []string{
			"callback_group 1000", "0 79161234567 Appeared", "6 79161234567 Connected", "8 79161234567 Disconnected 1000",
			"8 103 Appeared", "9 103 Disconnected 1121", "9 101 Appeared", "10 101 Disconnected 1121", "10 102 Appeared", "11 102 Disconnected 1121", "11 summary 1160"}},
		"a client, then the queue": {clientOut, 2, vpbxtest.Behaviour{}, []string{"101", "102", "103"}, []string{
			"callback_group 1000", "0 79161234567 Appeared", "6 79161234567 Connected", "8 79161234567 Disconnected 1000",
			"8 queue Appeared", "59 queue Disconnected 1100", "59 101 Appeared", "59 102 Appeared", "59 103 Appeared",
			"63 102 Disconnected 1182", "63 103 Disconnected 1182", "63 101 Connected", "83 101 Disconnected 1110", "83 summary 1110"}},
		"an employee to the group": {toGroup, 1, silent, nil, []string{
			"callback 1000", "0 101 Appeared", "5 101 Disconnected 1111", "5 summary 1111"}},
		"an employee to his own group": {toGroup, 0, vpbxtest.Behaviour{}, []string{"103"}, []string{
			"callback 1000", "0 101 Appeared", "4 101 Connected", "6 101 Disconnected 1000", "6 102 Appeared", "10 102 Connected", "30 102 Disconnected 1110", "30 summary 1110"}},
		"an employee to a group that talks": {toGroup, 0, vpbxtest.Behaviour{}, []string{"102", "103"}, []string{
			"callback 1000", "0 101 Appeared", "4 101 Connected", "6 101 Disconnected 1000", "6 summary 1164"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, l := stepped(t, vpbxtest.Config{Behaviour: row.behave})
			distribute(t, p, row.algorithm)
			busy := map[string]bool{}
			for _, who := range row.talking {
				busy[begin(t, p, vpbxtest.Inbound("79160000000", "").Ring(who, 0).Answer().Talk(60).HangUp(vpbxtest.Caller))] = true
			}
			step(t, p, time.Second)
			path, body, _ := strings.Cut(row.command, " ")
			order(t, p, path, body)
			step(t, p, 50*time.Millisecond)
			step(t, p, time.Hour)
			var got []string
			for _, n := range l.got() {
				switch {
				case busy[n.str("entry_id")]:
				case strings.HasPrefix(n.path, "/result/"):
					got = append(got, story([]note{n})...)
				default:
					got = append(got, timed([]note{n}, time.Second)...)
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
	want := []string{"ivr Appeared", "ivr Disconnected 1100", "101 Appeared", "102 Appeared", "103 Appeared", "route 1000",
		"101 Disconnected 1111", "102 Disconnected 1111", "103 Disconnected 1111", "summary 1111"}
	got := story(live(t, vpbxtest.Inbound(client, "").IVR(60).HangUp(vpbxtest.Caller), silent, map[string]string{"ivr Appeared": route}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("route to a group (-want +got):\n%s", diff)
	}
}
