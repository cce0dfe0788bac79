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
	in engine.Input
}

func (r record) pos() uint64 {
	if v, ok := r.in.(engine.Tracked); ok {
		return v.Pos
	}
	return r.in.(engine.Notification).Pos
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
func restarted(set engine.Settings, all []record, n int) (before, after *player) {
	before = newPlayer(set)
	for _, r := range all[:n] {
		before.step(r.at, r.in)
	}
	after = newPlayer(set)
	for _, r := range all[:n] {
		if !slices.Contains(before.released, r.pos()) {
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
		restart(t, name(path), engine.Defaults(), records(loadTrace(t, path)))
	}
}

// TestRestartWithAVisitor: the answer about a visitor stands in the journal,
// and is not asked for again.
func TestRestartWithAVisitor(t *testing.T) {
	t.Parallel()
	set := engine.Defaults()
	tracking(&set)
	set.CreateOnIncoming = true
	menu := inMenu("e", client)
	menu.dct = `{"type":1,"number":"74990001122"}`
	gone := menu
	gone.seq, gone.state, gone.reason = 2, "Disconnected", 1100
	ring := note{entry: "e", leg: "l", seq: 1, state: "Appeared", location: "abonent", from: client, to: "101", parent: "e-ivr", dct: menu.dct}
	over := ring
	over.seq, over.state, over.reason = 2, "Disconnected", 1110
	var all []record
	for i, in := range []engine.Input{
		menu.input(), engine.Tracked{EntryID: "e", Visitor: []byte(visitor)}, gone.input(), ring.input(), over.input(), summaryOf("e", client, "101", 1, false),
	} {
		switch v := in.(type) {
		case engine.Notification:
			v.Pos = uint64(i + 1)
			in = v
		case engine.Tracked:
			v.Pos = uint64(i + 1)
			in = v
		}
		all = append(all, record{start.Add(time.Duration(i) * time.Second), in})
	}
	restart(t, "a call with a visitor", set, all)
}

func restart(t *testing.T, name string, set engine.Settings, all []record) {
	t.Helper()
	whole := newPlayer(set)
	for _, r := range all {
		whole.step(r.at, r.in)
	}
	whole.step(start.Add(25*time.Hour), engine.Tick{})
	if got := len(whole.released); got != len(all) {
		t.Errorf("%s: %d of %d notifications were released in the end", name, got, len(all))
	}
	for n := range len(all) + 1 {
		before, after := restarted(set, all, n)
		got := append(slices.Clone(before.events), after.events...)
		if d := cmp.Diff(texts(whole.events), texts(got)); d != "" {
			t.Errorf("%s: ended after %d of %d notifications (-want +got):\n%s", name, n, len(all), d)
		}
	}
}

func texts(events []engine.Event) (all []string) {
	for _, e := range events {
		all = append(all, fmt.Sprintf("%s %s %s %s", e.Kind, e.ID, e.To, e.Body))
	}
	return all
}
