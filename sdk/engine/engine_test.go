package engine_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/notify"
)

var update = flag.Bool("update", false, "write the golden files anew")

const tracesDir = "../../testdata/traces"

// line is one notification of a trace.
type line struct {
	At   float64         `json:"at"`
	Path string          `json:"path"`
	JSON json.RawMessage `json:"json"`
}

func (l line) input() engine.Notification {
	return engine.Notification{Item: notify.Decode(l.Path, l.JSON)}
}

func loadTrace(t testing.TB, path string) []line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []line
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var l line
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		lines = append(lines, l)
	}
	return lines
}

func traces(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(tracesDir, "*.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces in %s: %v", tracesDir, err)
	}
	return paths
}

func name(path string) string { return strings.TrimSuffix(filepath.Base(path), ".jsonl") }

// start is the moment the traces are played from.
var start = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// player feeds a State and runs the timers it asks for, as an office does.
type player struct {
	state    *engine.State
	timer    time.Time
	events   []engine.Event
	times    []time.Time
	released []uint64
	requests []engine.Request
	refused  []engine.Refused
}

func newPlayer(s engine.Settings) *player { return &player{state: engine.New(s)} }

func (p *player) step(now time.Time, in engine.Input) {
	for !p.timer.IsZero() && !p.timer.After(now) {
		at := p.timer
		p.timer = time.Time{}
		p.take(at, p.state.Step(at, engine.Tick{}))
	}
	p.take(now, p.state.Step(now, in))
}

func (p *player) take(now time.Time, effects []engine.Effect) {
	for _, eff := range effects {
		switch eff := eff.(type) {
		case engine.Emit:
			p.events = append(p.events, eff.Event)
			p.times = append(p.times, now)
		case engine.Request:
			p.requests = append(p.requests, eff)
		case engine.Refused:
			p.refused = append(p.refused, eff)
		case engine.SetTimer:
			p.timer = eff.At
		case engine.Release:
			p.released = append(p.released, eff.Positions...)
		}
	}
}

func (p *player) kinds() (kinds []engine.Kind) {
	for _, e := range p.events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// told are the events of a kind for a session or an extension.
func (p *player) told(k engine.Kind, to string) (found []engine.Event) {
	for _, e := range p.events {
		if e.Kind == k && (e.To.Session == to || e.To.Session == "" && e.To.Extension == to) {
			found = append(found, e)
		}
	}
	return found
}

// commands are ours that the traces answer.
var commands = []engine.CommandSent{
	{ID: "cmd.2.vpbx.12345.external.system.com.net", Command: "StartCall", Session: "1"},
	{ID: "cmd-7f3a1c", Command: "StartCall", Session: "1"},
	{ID: "c111", Command: "RouteCall", Session: "1", CallID: "100:500:256"},
	{ID: "cid1488272666", Command: "RouteCall", Session: "1"},
	{ID: "h1", Command: "Hangup", Session: "1"},
}

// play runs a whole trace: commands first, then lines at their seconds, then
// a day, so that every guard has its turn.
func play(lines []line) *player {
	p := newPlayer(engine.Defaults())
	p.step(start, engine.Employees{List: []engine.Employee{{Extension: "101", Name: "Иванов"}, {Extension: "102", Name: "Петров"}}})
	for _, c := range commands {
		if strings.Contains(traceText(lines), c.ID) {
			p.step(start, c)
		}
	}
	for _, l := range lines {
		p.step(start.Add(time.Duration(l.At*float64(time.Second))), l.input())
	}
	p.step(start.Add(25*time.Hour), engine.Tick{})
	return p
}

func traceText(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.Write(l.JSON)
	}
	return b.String()
}

// TestTraces compares what each trace makes with its golden file.
func TestTraces(t *testing.T) {
	t.Parallel()
	for _, path := range traces(t) {
		t.Run(name(path), func(t *testing.T) {
			t.Parallel()
			p := play(loadTrace(t, path))
			got := []byte{}
			for i, e := range p.events {
				raw, err := json.MarshalIndent(struct {
					At    string       `json:"at"`
					Event engine.Event `json:"event"`
				}{p.times[i].Sub(start).String(), e}, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				got = append(append(got, raw...), '\n')
			}
			golden := filepath.Join("testdata", name(path)+".golden")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("Step() over %s (-want +got):\n%s", name(path), d)
			}
		})
	}
}

// TestReplayIsIdentical: equal inputs give equal events, ids included.
func TestReplayIsIdentical(t *testing.T) {
	t.Parallel()
	for _, path := range traces(t) {
		lines := loadTrace(t, path)
		if d := cmp.Diff(play(lines).events, play(lines).events); d != "" {
			t.Errorf("two replays of %s differ:\n%s", name(path), d)
		}
	}
}
