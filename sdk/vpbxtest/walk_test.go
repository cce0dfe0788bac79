package vpbxtest_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/vpbxtest"
)

// Any walk through the verbs and any commands on the way leave a stream that
// obeys the rules: every leg ends, there is one summary, parents exist.
func TestAnyWalkObeysTheRules(t *testing.T) {
	t.Parallel()
	beginnings := []vpbxtest.Scenario{
		vpbxtest.Inbound("79161234567", ""), vpbxtest.Outbound("101", "79161234567"), vpbxtest.Internal("101", "102"),
	}
	steps := []vpbxtest.Step{
		{Do: vpbxtest.VerbIVR}, {Do: vpbxtest.VerbQueue, Group: "300"}, {Do: vpbxtest.VerbRing, To: []string{"101"}},
		{Do: vpbxtest.VerbRing, Group: "300"}, {Do: vpbxtest.VerbAnswer}, {Do: vpbxtest.VerbDecline}, {Do: vpbxtest.VerbTimeout},
		{Do: vpbxtest.VerbHold}, {Do: vpbxtest.VerbResume}, {Do: vpbxtest.VerbConsult, To: []string{"103"}},
		{Do: vpbxtest.VerbBlind, To: []string{"103"}}, {Do: vpbxtest.VerbLeave}, {Do: vpbxtest.VerbCancel},
		{Do: vpbxtest.VerbReturn}, {Do: vpbxtest.VerbHangup, By: vpbxtest.Callee}, {Do: vpbxtest.VerbEnd},
	}
	outcomes := []vpbxtest.Outcome{vpbxtest.Answers, vpbxtest.NoAnswer, vpbxtest.Busy, vpbxtest.Rejects}
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.SampledFrom(beginnings).Draw(r, "beginning").Acting(vpbxtest.Behaviour{
			EmployeeDoes: rapid.SampledFrom(outcomes).Draw(r, "employee"), ClientDoes: rapid.SampledFrom(outcomes).Draw(r, "client"),
		})
		for range rapid.IntRange(1, 12).Draw(r, "length") {
			step := rapid.SampledFrom(steps).Draw(r, "step")
			step.Sec = 1
			s = s.Then(step)
		}
		// After so many notifications, a command on the leg just told of.
		at := rapid.IntRange(1, 12).Draw(r, "at")
		cmd := rapid.SampledFrom([]string{"", "hangup", "102", "300", "79167654321"}).Draw(r, "command")
		l := &listener{t: t}
		var p *vpbxtest.PBX
		seen := 0
		l.onNote(func(n note) {
			if seen++; seen != at || n.path != "/events/call" || cmd == "" {
				return
			}
			if cmd == "hangup" {
				ask(t, p.Handler(), "/vpbx/commands/call/hangup", `{"command_id":"x","call_id":"`+n.str("call_id")+`"}`)
				return
			}
			ask(t, p.Handler(), "/vpbx/commands/route", `{"command_id":"x","call_id":"`+n.str("call_id")+`","to_number":"`+cmd+`"}`)
		})
		cfg := free
		cfg.Credentials = cred
		cfg.Post = func(_ context.Context, path string, form url.Values) (int, error) {
			l.take(path, form)
			return http.StatusOK, nil
		}
		p, err := vpbxtest.New(cfg)
		if err != nil {
			r.Fatal(err)
		}
		defer p.Close() //nolint:errcheck // the walk is over
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		entry, err := p.Play(ctx, s)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, vpbxtest.ErrClosed) {
			r.Fatalf("%+v: Play() = %v", s.Steps, err)
		}
		if err := p.Settle(ctx); err != nil {
			r.Fatal(err)
		}
		if notes := l.got(); len(notes) > 0 {
			if bad := checkRules(entry, notes, false); len(bad) > 0 {
				r.Fatalf("%+v, %q at %d:\n%s\n%s", s.Steps, cmd, at, strings.Join(bad, "\n"), strings.Join(story(notes), "\n"))
			}
		}
	})
}
