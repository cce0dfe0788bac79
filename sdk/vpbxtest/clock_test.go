package vpbxtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// stepped makes a PBX whose clock only steps, and the listener it tells.
func stepped(t testing.TB, cfg vpbxtest.Config) (*vpbxtest.PBX, *listener) {
	t.Helper()
	l := &listener{t: t}
	cfg.Stepped, cfg.Epoch, cfg.NoQuota, cfg.NoRateLimits = true, epoch, true, true
	cfg.Post = func(_ context.Context, path string, form url.Values) (int, error) {
		l.take(path, form)
		return http.StatusOK, nil
	}
	return start(t, cfg), l
}

func step(t testing.TB, p *vpbxtest.PBX, d time.Duration) {
	t.Helper()
	if err := p.Step(bound(t), d); err != nil {
		t.Fatalf("Step(%v) = %v", d, err)
	}
}

// begin starts a call on a clock that stands, and has what it tells at once
// told.
func begin(t testing.TB, p *vpbxtest.PBX, s vpbxtest.Scenario) string {
	t.Helper()
	entry, err := p.Begin(bound(t), s)
	if err != nil {
		t.Fatalf("Begin(%s) = %v", s.Name, err)
	}
	step(t, p, 0)
	return entry
}

func act(t testing.TB, p *vpbxtest.PBX, entry string, s vpbxtest.Step) {
	t.Helper()
	if err := p.Act(bound(t), entry, s); err != nil {
		t.Fatalf("Act(%s) = %v", s.Do, err)
	}
	step(t, p, 0)
}

// timed is story with the seconds since the epoch of the test, or since a
// moment after it.
func timed(notes []note, after ...time.Duration) []string {
	began := epoch
	for _, d := range after {
		began = began.Add(d)
	}
	var out []string
	for _, n := range notes {
		at := n.num("timestamp")
		if n.path == "/events/summary" {
			at = n.num("end_time")
		}
		out = append(out, fmt.Sprintf("%d %s", at-began.Unix(), story([]note{n})[0]))
	}
	return out
}

// A clock that stands moves by steps alone, and takes the calls with it.
func TestStepMovesACall(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{})
	begin(t, p, load(t, "inbound-ivr-answered"))
	for _, row := range []struct {
		d    time.Duration
		want []string // that are new
	}{
		{0, []string{"0 ivr Appeared"}},
		{8*time.Second - 1, nil},
		{1, []string{"8 ivr Disconnected 1100", "8 101 Appeared"}},
		{time.Hour, []string{"14 101 Connected", "74 101 Disconnected 1110", "74 summary 1110"}},
	} {
		before := len(l.got())
		if row.d == 0 {
			before = 0
		}
		was := p.Now()
		step(t, p, row.d)
		if moved := p.Now().Sub(was); moved != row.d {
			t.Errorf("Step(%v) moved the clock by %v", row.d, moved)
		}
		if diff := cmp.Diff(row.want, timed(l.got()[before:])); diff != "" {
			t.Errorf("after Step(%v) (-want +got):\n%s", row.d, diff)
		}
	}
}

// A running clock rests while it is stepped, waits for the listener, and runs on.
func TestStepOfARunningClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var got []time.Duration
		p := start(t, vpbxtest.Config{Speed: 1, Style: vpbxtest.Style{Parallel: true}, Post: func(context.Context, string, url.Values) (int, error) {
			mu.Lock()
			got = append(got, time.Since(began).Round(time.Millisecond))
			mu.Unlock()
			time.Sleep(time.Second)
			return http.StatusOK, nil
		}})
		if _, err := p.Begin(t.Context(), load(t, "inbound-ivr-answered")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if err := p.Step(t.Context(), 63*time.Second); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("the step was over at %v, want 4s: two moments to be heard, a second each", took)
		}
		if err := p.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		want := []time.Duration{0, 2 * time.Second, 2 * time.Second, 3 * time.Second, 13 * time.Second, 14 * time.Second}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("moments of the posts (-want +got):\n%s", diff)
		}
	})
}

// Rate limits, the quota and signed links go with the clock.
func TestStepMovesTheGuards(t *testing.T) {
	t.Parallel()
	p := start(t, vpbxtest.Config{Stepped: true, Epoch: epoch})
	h := p.Handler()
	balance := func() int {
		status, _ := ask(t, h, "/vpbx/account/balance", `{}`)
		return status
	}
	for n, want := range []int{200, 200, 429, 429} {
		if status := balance(); status != want {
			t.Errorf("request %d of a second: HTTP %d, want %d", n+1, status, want)
		}
	}
	step(t, p, time.Second-1)
	if status := balance(); status != 429 {
		t.Errorf("just before the second is over: HTTP %d, want 429", status)
	}
	step(t, p, 1)
	for n, want := range []int{200, 401} {
		if status, _ := ask(t, h, "/vpbx/commands/callback", `{}`); status != want {
			t.Errorf("wrong request %d: HTTP %d, want %d", n+1, status, want)
		}
	}
	step(t, p, 2*time.Minute)
	if status := balance(); status != 200 {
		t.Errorf("after the quota's span: HTTP %d, want 200", status)
	}
	if _, got := ask(t, h, "/vpbx/account/balance", `{}`); !strings.Contains(got, epoch.Add(2*time.Minute+time.Second+3*time.Hour).Format(time.DateTime)) {
		t.Errorf("balance: %s, want the moment of the stepped clock, in Moscow", got)
	}
	until := p.Now().Unix() + 60
	link := fmt.Sprintf("/vpbx/queries/recording/link/x/play/%s/%d/%s", cred.Key, until, cred.Recording("x", until))
	if status, _, got := get(t, p, link); got != `{"result":3320}` {
		t.Errorf("a living link: HTTP %d %s, want 3320, no such recording", status, got)
	}
	step(t, p, 61*time.Second)
	if status, _, _ := get(t, p, link); status != 403 {
		t.Errorf("an expired link: HTTP %d, want 403", status)
	}
}

// What a listener asks for during a step happens within it.
func TestCommandWithinAStep(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{})
	l.onNote(func(n note) {
		if n.str("call_state") == "Connected" {
			ask(t, p.Handler(), "/vpbx/commands/call/hangup", `{"command_id":"x","call_id":"`+n.str("call_id")+`"}`)
		}
	})
	begin(t, p, load(t, "inbound-ivr-answered"))
	step(t, p, time.Minute)
	want := []string{"0 ivr Appeared", "8 ivr Disconnected 1100", "8 101 Appeared", "14 101 Connected", "call/hangup 1000", "14 101 Disconnected 1181", "14 summary 1181"}
	got := timed(l.got())
	for i := range got {
		if strings.HasSuffix(got[i], "hangup 1000") {
			got[i] = "call/hangup 1000" // results tell no moment
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestStepRefused(t *testing.T) {
	t.Parallel()
	p, _ := stepped(t, vpbxtest.Config{})
	if err := p.Step(t.Context(), -1); err == nil {
		t.Error("Step(-1) = nil, want an error")
	}
	if err := p.Act(t.Context(), "none", vpbxtest.Step{Do: vpbxtest.VerbHangup}); !errors.Is(err, vpbxtest.ErrNoCall) {
		t.Errorf("Act in no call = %v, want ErrNoCall", err)
	}
	if _, err := p.Begin(t.Context(), vpbxtest.Inbound("1", "7")); err == nil {
		t.Error("Begin on a strange line = nil, want an error")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Step(t.Context(), 1); !errors.Is(err, vpbxtest.ErrClosed) {
		t.Errorf("Step after Close = %v, want ErrClosed", err)
	}
}

// Somebody acts beside the script: here the other of two who ring answers.
func TestActBesideTheScript(t *testing.T) {
	t.Parallel()
	p, l := stepped(t, vpbxtest.Config{})
	entry := begin(t, p, vpbxtest.Inbound("79161234567", "").RingGroup("300", 60).Timeout())
	step(t, p, 3*time.Second)
	act(t, p, entry, vpbxtest.Step{Do: vpbxtest.VerbAnswer, By: "103"})
	if err := p.Act(bound(t), entry, vpbxtest.Step{Do: vpbxtest.VerbDTMF, Digits: "1"}); err == nil {
		t.Error("digits outside a menu = nil, want an error")
	}
	step(t, p, time.Second)
	act(t, p, entry, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Callee})
	step(t, p, time.Second)
	want := []string{
		"0 101 Appeared", "0 102 Appeared", "0 103 Appeared", "3 101 Disconnected 1182", "3 102 Disconnected 1182", "3 103 Connected",
		"4 103 Disconnected 1120", "4 summary 1120",
	}
	if diff := cmp.Diff(want, timed(l.got())); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
