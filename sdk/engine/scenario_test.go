package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/testdata/scenarios"
)

// styles are the forms in which PBXs were seen to speak. What the engine makes
// of a call must not depend on them.
var styles = map[string]vpbxtest.Config{
	"v1":        {},
	"v2":        {Faults: told(vpbxtest.NotificationFaults{V2: true})},
	"text":      {Faults: told(vpbxtest.NotificationFaults{TextNumbers: true})},
	"duplicate": {Faults: told(vpbxtest.NotificationFaults{Double: vpbxtest.Always(), V2: true})},
	"loser1100": {Style: vpbxtest.Style{LostLeg: 1100}},
}

func told(f vpbxtest.NotificationFaults) vpbxtest.Faults { return vpbxtest.Faults{Notifications: f} }

// TestScenarios plays the emulator's calls and compares the story that 1C is
// told with its golden file, for each style.
func TestScenarios(t *testing.T) {
	t.Parallel()
	for file, sc := range allScenarios(t) {
		for style, as := range styles {
			t.Run(strings.TrimSuffix(file, ".json")+"/"+style, func(t *testing.T) {
				t.Parallel()
				got := story(playScenario(t, sc, as).events)
				if style == "loser1100" { // the reason is told as it came
					got = strings.ReplaceAll(got, "reason 1100", "reason 1182")
				}
				golden := filepath.Join("testdata", "scenarios", strings.TrimSuffix(file, ".json")+".golden")
				if *update && style == "v1" {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), got); d != "" {
					t.Errorf("the story of %s (-want +got):\n%s", file, d)
				}
			})
		}
	}
}

func allScenarios(t *testing.T) map[string]vpbxtest.Scenario {
	t.Helper()
	files, err := scenarios.Files.ReadDir(".")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	all := map[string]vpbxtest.Scenario{}
	for _, f := range files {
		raw, err := scenarios.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name()], err = vpbxtest.ParseScenario(raw); err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
	}
	return all
}

// playScenario lets the emulated PBX play, and feeds what it posts, 10 ms
// apart: the engine must not rely on the pace of its own clock.
func playScenario(t *testing.T, sc vpbxtest.Scenario, cfg vpbxtest.Config) *player {
	t.Helper()
	p := newPlayer(engine.Defaults())
	now := start
	for _, l := range scenarioLines(t, sc, cfg) {
		now = now.Add(10 * time.Millisecond)
		p.step(now, l.input())
	}
	p.step(now.Add(time.Minute), engine.Tick{})
	return p
}

// scenarioLines are the notifications of a call that the emulated PBX plays.
func scenarioLines(t *testing.T, sc vpbxtest.Scenario, cfg vpbxtest.Config) (lines []line) {
	t.Helper()
	cfg.Credentials, cfg.Epoch, cfg.Target = sign.Credentials{Key: "k", Salt: sign.NewSalt("s")}, start, "http://unused"
	cfg.Post = func(_ context.Context, path string, form url.Values) (int, error) {
		lines = append(lines, line{Path: path, JSON: json.RawMessage(form.Get("json"))})
		return 200, nil
	}
	pbx, err := vpbxtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pbx.Play(t.Context(), sc); err != nil {
		t.Fatal(err)
	}
	if err := pbx.Close(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// story tells events in one line each, legs named by the order of their first
// appearance.
func story(events []engine.Event) string {
	var b strings.Builder
	legs := map[string]string{}
	leg := func(id string) string {
		if legs[id] == "" {
			legs[id] = fmt.Sprintf("leg%d", len(legs)+1)
		}
		return legs[id]
	}
	side := func(p engine.Party) string {
		if p.Extension != "" {
			return p.Extension
		}
		if p.Number != "" {
			return p.Number
		}
		return "hidden"
	}
	for _, e := range events {
		to := e.To.Extension
		if e.To.Rule == engine.AnyWriter {
			to = "writer"
		}
		if e.To.Rule == engine.FirstSession {
			to = "first"
		}
		fmt.Fprintf(&b, "%s to %s: %s %s > %s", e.Kind, to, e.Direction, side(e.Caller), side(e.Callee))
		if e.CallID != "" {
			b.WriteString(", " + leg(e.CallID))
		}
		if e.Group != "" {
			b.WriteString(", group " + e.Group)
		}
		b.WriteString(details(e))
		b.WriteByte('\n')
		if e.Kind != engine.CallSummary {
			continue
		}
		var s engine.CallSummaryBody
		_ = json.Unmarshal(e.Body, &s) // an empty story fails the comparison
		for _, l := range s.Legs {
			fmt.Fprintf(&b, "    %s > %s, talk %s, status %q, transfer %q\n", side(l.Caller), side(l.Callee),
				talk(l.TalkStarted, l.Ended), l.Status, l.Transfer)
		}
	}
	return b.String()
}

func talk(from, to time.Time) string {
	if from.IsZero() {
		return "none"
	}
	return to.Sub(from).String()
}

func details(e engine.Event) string {
	switch e.Kind {
	case engine.CallEnded:
		var b engine.CallEndedBody
		_ = json.Unmarshal(e.Body, &b)
		return fmt.Sprintf(", reason %d, %d s, talk %d s", b.Reason, b.TotalSec, b.TalkSec)
	case engine.CallWithdrawn:
		var b engine.CallWithdrawnBody
		_ = json.Unmarshal(e.Body, &b)
		return ", answered by " + b.AnsweredBy
	case engine.CallHeld:
		var b engine.CallHeldBody
		_ = json.Unmarshal(e.Body, &b)
		return fmt.Sprintf(", on %v", b.On)
	case engine.CallTransferred:
		var b engine.CallTransferredBody
		_ = json.Unmarshal(e.Body, &b)
		return fmt.Sprintf(", %s, taken from a leg %v", b.Kind, b.TakenFrom != "")
	case engine.Dtmf:
		var b engine.DtmfBody
		_ = json.Unmarshal(e.Body, &b)
		return ", " + b.Dtmf + " at " + b.Location
	case engine.CallSummary:
		var b engine.CallSummaryBody
		_ = json.Unmarshal(e.Body, &b)
		return fmt.Sprintf(", %s, author %q, participant %q, %d s, talk %d s, save %v, incomplete %v, assignee %q",
			b.Status, b.Author.Extension, b.Participant.Extension+b.Participant.Number, b.TotalSec, b.TalkSec, b.Save, b.Incomplete, b.Assignee)
	}
	return ""
}
