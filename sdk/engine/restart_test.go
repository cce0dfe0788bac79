package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
)

// record is a notification as a journal keeps it.
type record struct {
	at time.Time
	in engine.Notification
}

func records(lines []line) []record {
	all := make([]record, len(lines))
	for i, l := range lines {
		in := l.input()
		in.Pos = uint64(i + 1)
		all[i] = record{start.Add(time.Duration(l.At * float64(time.Second))), in}
	}
	return all
}

// restarted plays n records, dies, reads again what was not released, and
// plays the rest.
func restarted(all []record, n int) (before, after *player) {
	before = newPlayer(engine.Defaults())
	for _, r := range all[:n] {
		before.step(r.at, r.in)
	}
	after = newPlayer(engine.Defaults())
	for _, r := range all[:n] {
		if !slices.Contains(before.released, r.in.Pos) {
			after.step(r.at, r.in)
		}
	}
	after.events, after.times = nil, nil // told already, or nobody was there
	for _, r := range all[n:] {
		after.step(r.at, r.in)
	}
	after.step(start.Add(25*time.Hour), engine.Tick{})
	return before, after
}

// TestRestart: wherever an office ends, the next one on the same journal goes
// on as if nothing had happened: the same events, ids and bodies included.
func TestRestart(t *testing.T) {
	t.Parallel()
	for _, path := range traces(t) {
		all := records(loadTrace(t, path))
		whole := newPlayer(engine.Defaults())
		for _, r := range all {
			whole.step(r.at, r.in)
		}
		whole.step(start.Add(25*time.Hour), engine.Tick{})
		if got := len(whole.released); got != len(all) {
			t.Errorf("%s: %d of %d notifications were released in the end", name(path), got, len(all))
		}
		for n := range len(all) + 1 {
			before, after := restarted(all, n)
			got := append(slices.Clone(before.events), after.events...)
			if d := cmp.Diff(texts(whole.events), texts(got)); d != "" {
				t.Errorf("%s: ended after %d of %d notifications (-want +got):\n%s", name(path), n, len(all), d)
			}
		}
	}
}

func texts(events []engine.Event) (all []string) {
	for _, e := range events {
		all = append(all, fmt.Sprintf("%s %s %s %s", e.Kind, e.ID, e.To, e.Body))
	}
	return all
}
