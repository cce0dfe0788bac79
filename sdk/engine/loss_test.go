package engine_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
)

// outcome is what a saved call must not lose with a lost notification.
type outcome struct {
	Status                      engine.Status
	Started, TalkStarted, Ended time.Time
	TotalSec, TalkSec           int64
	Incomplete                  bool
}

func outcomes(t *testing.T, events []engine.Event) map[string]outcome {
	t.Helper()
	all := map[string]outcome{}
	for _, e := range summaries(events) {
		b := body[engine.CallSummaryBody](t, e)
		all[e.EntryID] = outcome{b.Status, b.Started, b.TalkStarted, b.Ended, b.TotalSec, b.TalkSec, b.Incomplete}
	}
	return all
}

// TestAnyLoss: whichever notification but the summary is lost, each call ends
// once with the same status and times; without its summary it is closed by the
// guard and marked. One loss cannot be made good: the answer on the last leg of
// a transferred call, of which the PBX's summary says nothing. That is marked.
func TestAnyLoss(t *testing.T) {
	t.Parallel()
	flows := map[string][]line{}
	for _, path := range traces(t) {
		flows[name(path)] = loadTrace(t, path)
	}
	for file, sc := range allScenarios(t) {
		flows[file] = scenarioLines(t, sc, styles["v1"])
		flows[file+" v2"] = scenarioLines(t, sc, styles["v2"])
	}
	for flow, lines := range flows {
		want := outcomes(t, play(lines).events)
		maps.DeleteFunc(want, func(_ string, o outcome) bool { return o.Incomplete })
		for i, lost := range lines {
			got := outcomes(t, play(slices.Delete(slices.Clone(lines), i, i+1)).events)
			for entry, o := range want {
				switch {
				case got[entry].Incomplete && got[entry].Status == engine.Missed && o.Status == engine.AcceptedOK && strings.Contains(string(lost.JSON), "Connected"):
				case lost.Path != "/events/summary":
					if d := cmp.Diff(o, got[entry]); d != "" {
						t.Errorf("%s without line %d %s (-want +got):\n%s", flow, i+1, lost.JSON, d)
					}
				case !got[entry].Incomplete:
					t.Errorf("%s without its summary: %s ends as %+v, want it closed and marked", flow, entry, got[entry])
				}
			}
		}
	}
}
