package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
)

func summaries(events []engine.Event) (found []engine.Event) {
	for _, e := range events {
		if e.Kind == engine.CallSummary {
			found = append(found, e)
		}
	}
	return found
}

// shuffled plays the notifications of a trace in any order, with duplicates,
// within the time that parallel deliveries may take.
func shuffled(t *rapid.T, lines []line) *player {
	p := newPlayer(engine.Defaults())
	order := rapid.Permutation(indexes(len(lines))).Draw(t, "order")
	again := rapid.SliceOfN(rapid.IntRange(0, len(lines)-1), 0, len(lines)).Draw(t, "again")
	now := start
	for _, i := range append(order, again...) {
		now = now.Add(time.Duration(rapid.IntRange(0, 1800/(2*len(lines))).Draw(t, "ms")) * time.Millisecond)
		p.step(now, lines[i].input())
	}
	p.step(start.Add(25*time.Hour), engine.Tick{})
	return p
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// TestAnyOrder: whatever the order and the number of deliveries, the summary
// of the call is the same, and a leg that is over stays over.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	for _, path := range traces(t) {
		lines := loadTrace(t, path)
		inOrder := newPlayer(engine.Defaults())
		for _, l := range lines {
			inOrder.step(start.Add(time.Duration(l.At*float64(time.Second))), l.input())
		}
		inOrder.step(start.Add(25*time.Hour), engine.Tick{})
		want := summaries(inOrder.events)
		t.Run(name(path), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				p := shuffled(t, lines)
				// Comparing is cheap, explaining is not.
				if got := summaries(p.events); !reflect.DeepEqual(want, got) {
					t.Fatalf("summary depends on the order (-in order +shuffled):\n%s", cmp.Diff(want, got))
				}
				checkLegs(t, p.events)
			})
		})
	}
}

// checkLegs: ids are unique, nothing is told of a leg after its end, and an
// answer or a withdrawal is told once.
func checkLegs(t *rapid.T, events []engine.Event) {
	ids, over := map[string]bool{}, map[string]bool{}
	for i, e := range events {
		if ids[e.ID] {
			t.Fatalf("event %d %s repeats id %s", i, e.Kind, e.ID)
		}
		ids[e.ID] = true
		if e.Kind == engine.CallSummary || e.Kind == engine.CommandResult {
			continue
		}
		leg := e.CallID + "/" + e.To.Extension
		if over[leg] {
			t.Fatalf("event %d %s is told of leg %s after its CallEnded", i, e.Kind, leg)
		}
		over[leg] = e.Kind == engine.CallEnded
	}
}

// TestArbitraryNotifications: any mix of traces and made-up legs, in any
// order, at any pace, never panics, and each entry is summed up exactly once.
func TestArbitraryNotifications(t *testing.T) {
	t.Parallel()
	var pool []line
	for _, path := range traces(t) {
		pool = append(pool, loadTrace(t, path)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(engine.Defaults())
		now := start
		entries := map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond)
			l := rapid.OneOf(rapid.SampledFrom(pool), madeUp()).Draw(t, "line")
			var id struct {
				Entry string `json:"entry_id"`
			}
			_ = json.Unmarshal(l.JSON, &id)
			if id.Entry != "" && (l.Path == "/events/call" || l.Path == "/events/summary") {
				entries[id.Entry] = true
			}
			p.step(now, l.input())
		}
		p.step(now.Add(25*time.Hour), engine.Tick{})
		checkLegs(t, p.events)
		for _, e := range summaries(p.events) {
			if !entries[e.EntryID] {
				t.Fatalf("summary of %q, which was never heard of or was summed up before", e.EntryID)
			}
			delete(entries, e.EntryID)
		}
		if len(entries) != 0 {
			t.Fatalf("entries never summed up: %v", entries)
		}
		if n := len(p.state.Active()); n != 0 {
			t.Fatalf("Active() = %d legs a day later, want 0", n)
		}
	})
}

func madeUp() *rapid.Generator[line] {
	return rapid.Custom(func(t *rapid.T) line {
		pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
		entry := pick("entry", "e1", "e2")
		if rapid.IntRange(0, 9).Draw(t, "summary") == 0 {
			return line{Path: "/events/summary", JSON: json.RawMessage(fmt.Sprintf(
				`{"entry_id":%q,"call_direction":%d,"from":{"number":"79161234567"},"to":{"extension":%q},"create_time":1795338000,"talk_time":%s,"end_time":1795338060}`,
				entry, rapid.IntRange(0, 3).Draw(t, "dir"), pick("ext", "", "101", "7"), pick("talk", "0", "1795338010")))}
		}
		return line{Path: "/events/call", JSON: json.RawMessage(fmt.Sprintf(
			`{"entry_id":%q,"call_id":"%s-%s","timestamp":%d,"seq":%d,"call_state":%q,"location":%q,"from":{"extension":%q,"number":%q,"taken_from_call_id":"%s"},"to":{"extension":%q,"acd_group":%q},"disconnect_reason":%s,"command_id":%q,"transfer":%q}`,
			entry, entry, pick("leg", "a", "b", "c"), 1795338000+rapid.IntRange(0, 60).Draw(t, "at"), rapid.IntRange(0, 6).Draw(t, "seq"),
			pick("state", "Appeared", "Connected", "OnHold", "Disconnected", "Odd"), pick("loc", "ivr", "queue", "abonent", ""),
			pick("fromext", "", "101", "102"), pick("number", "", "79161234567"), pick("parent", "", entry+"-a", entry+"-b", "gone"),
			pick("toext", "", "101", "102", "103"), pick("group", "", "7"), pick("reason", "0", "1000", "1110", "1182"),
			pick("command", "", "cmd1"), pick("transfer", "", "blind", "consultative", "return_blind")))}
	})
}

// TestEventBodiesNeverNull: absent values of the contract are "", 0, false, []
// or {}; the bodies must not hold null.
func TestEventBodiesNeverNull(t *testing.T) {
	t.Parallel()
	for _, path := range traces(t) {
		for _, e := range play(loadTrace(t, path)).events {
			var v any
			if err := json.Unmarshal(e.Body, &v); err != nil {
				t.Fatalf("%s of %s: body %s: %v", e.Kind, name(path), e.Body, err)
			}
			if hasNull(v) {
				t.Errorf("%s of %s has null in %s", e.Kind, name(path), e.Body)
			}
		}
	}
}

func hasNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, x := range v {
			if hasNull(x) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if hasNull(x) {
				return true
			}
		}
	}
	return false
}

func FuzzStep(f *testing.F) {
	paths, _ := filepath.Glob(filepath.Join(tracesDir, "*.jsonl"))
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := newPlayer(engine.Defaults())
		now := start
		for part := range bytes.SplitSeq(raw, []byte("\n")) {
			var l line
			if json.Unmarshal(part, &l) != nil {
				l = line{Path: "/events/call", JSON: part}
			}
			now = now.Add(100 * time.Millisecond)
			p.step(now, l.input())
		}
		p.step(now.Add(25*time.Hour), engine.Tick{})
	})
}
