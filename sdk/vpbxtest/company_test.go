package vpbxtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// must runs a method and wants result 1000.
func must(t testing.TB, p *vpbxtest.PBX, path, body string) string {
	t.Helper()
	status, got := ask(t, p.Handler(), "/vpbx/"+path, body)
	if status != 200 || !strings.Contains(got, `"result":1000`) {
		t.Fatalf("%s %s: HTTP %d %s, want result 1000", path, body, status, got)
	}
	return got
}

// What the API changes holds for the next call.
func TestCallsFollowTheDirectory(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, NoQuota: true, NoRateLimits: true})
	rung := func(s vpbxtest.Scenario) []string {
		t.Helper()
		before := len(l.got())
		if _, err := p.Play(bound(t), s); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		var out []string
		for _, n := range l.got()[before:] {
			if n.str("call_state") == "Appeared" {
				out = append(out, strings.TrimSpace(fmt.Sprint(n.str("to", "extension"), " ", n.str("to", "number"), " ", n.str("to", "acd_group"))))
			}
		}
		return out
	}
	call := vpbxtest.Inbound("79161234567", "")
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}

	must(t, p, "member/create", `{"name":"Новый","access_role_id":10451,"extension":"104","numbers":[{"number":"79031112233","protocol":"tel"}]}`)
	same("a new employee", rung(call.Ring("104", 1).Timeout()), "104 79031112233")
	must(t, p, "group/create", `{"name":"Пара","extension":"305","operators":[{"id":300049015,"priority":1},{"id":300049014,"priority":2}]}`)
	same("a new group", rung(call.RingGroup("305", 1).Timeout()), "104 79031112233 305", "103 sip:sidorova@example.mangosip.ru 305")
	must(t, p, "member/update", `{"user_id":300049015,"extension":"204","numbers":[{"number":"79031112233","protocol":"tel","status":"off"},{"number":"79040000000","protocol":"tel"}]}`)
	same("another short number and device", rung(call.RingGroup("305", 1).Timeout()), "204 79040000000 305", "103 sip:sidorova@example.mangosip.ru 305")
	must(t, p, "member/update", `{"user_id":300049015,"line_id":300029115}`)
	if _, err := p.Play(bound(t), vpbxtest.Outbound("204", "79161234567").Answer().Talk(1)); err != nil {
		t.Fatal(err)
	}
	notes := l.got()
	if got := notes[len(notes)-1].str("line_number"); got != "78001234567" {
		t.Errorf("204 called out on %q, want his new line", got)
	}
	must(t, p, "group/delete", `{"group_id":10051252}`)
	if _, err := p.Play(bound(t), call.RingGroup("305", 1)); err == nil {
		t.Error("a deleted group was rung")
	}
	must(t, p, "member/delete", `{"user_id":300049015}`)
	if _, err := p.Play(bound(t), call.Ring("204", 1)); err == nil {
		t.Error("a deleted employee was rung")
	}
	command(t, p, "callback", `{"command_id":"c1","from":{"extension":"204"},"to_number":"79161234567"}`)
	notes = l.got()
	if got := notes[len(notes)-1].num("result"); got != 3100 {
		t.Errorf("callback for a deleted employee: %d, want 3100", got)
	}
}

// The target of a callback is deleted while the one who ordered it is rung.
func TestCallbackToWhoeverIsGone(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, NoQuota: true, NoRateLimits: true})
	gone := make(chan string, 1)
	l.onNote(func(n note) {
		if n.str("call_state") == "Connected" {
			_, got := ask(t, p.Handler(), "/vpbx/member/delete", `{"user_id":300049014}`)
			gone <- got
		}
	})
	command(t, p, "callback", `{"command_id":"c1","from":{"extension":"101"},"to_number":"103"}`)
	if got := <-gone; got != `{"result":1000}` {
		t.Fatalf("member/delete: %s, want 1000", got)
	}
	want := []string{"callback 1000", "101 Appeared", "101 Connected", "101 Disconnected 1000", "summary 1133"}
	if diff := cmp.Diff(want, story(l.got())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A refusal that names fields counts as a wrong request, in either style.
func TestFieldsOfARefusal(t *testing.T) {
	t.Parallel()
	now := time.Unix(1795338000, 0)
	p := start(t, vpbxtest.Config{Now: func() time.Time { return now }, NoRateLimits: true})
	const path, wrong = "/vpbx/group/delete", `{"group_id":"x"}`
	if status, got := ask(t, p.Handler(), path, wrong); status != 200 || got != `{"fields":{"group_id":3104},"result":3100}` {
		t.Errorf("%s: HTTP %d %s, want 3100 with the field", path, status, got)
	}
	if status, _ := ask(t, p.Handler(), path, wrong); status != 401 {
		t.Errorf("the second wrong request: HTTP %d, want 401", status)
	}
	old := free
	old.Style.Old420 = true
	if status, got := ask(t, start(t, old).Handler(), path, wrong); status != 420 || got != `{"code":3100}` {
		t.Errorf("2017 style: HTTP %d %s, want 420 with 3100", status, got)
	}
	shut := start(t, vpbxtest.Config{NoServiceChanges: true})
	for range 3 { // 5201 is no wrong request
		if status, got := ask(t, shut.Handler(), path, wrong); status != 200 || got != `{"result":5201}` {
			t.Errorf("without the tick: HTTP %d %s, want 5201", status, got)
		}
	}
}
