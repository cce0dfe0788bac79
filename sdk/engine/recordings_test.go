package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
)

// progress is a notification of recording r of call e.
func progress(r, state string, seq int, more string) line {
	return line{Path: "/events/recording", JSON: json.RawMessage(fmt.Sprintf(
		`{"recording_id":%q,"recording_state":%q,"seq":%d,"entry_id":"e","call_id":"c","extension":"101","timestamp":1795338000%s}`, r, state, seq, more))}
}

func made(r string) line {
	return progress(r, "Completed", 2, `,"completion_code":1000,"recipient":"Cloud"`)
}

// added is the word that r can be fetched.
func added(r string, at int) line {
	return line{Path: "/events/record/added", JSON: json.RawMessage(fmt.Sprintf(
		`{"entry_id":"e","product_id":1,"user_id":400,"timestamp":%d,"recording_id":%q}`, 1795338000+at, r))}
}

func ready(p *player) (found []engine.Event) {
	for _, e := range p.events {
		if e.Kind == engine.RecordingReady {
			found = append(found, e)
		}
	}
	return found
}

// R58: a recording is told of on the PBX's word, or without it two minutes after the
// recording was made, and never twice.
func TestRecordingReady(t *testing.T) {
	t.Parallel()
	type step struct {
		at time.Duration
		in engine.Input
	}
	on := func(sec int, l line) step { return step{time.Duration(sec) * time.Second, l.input()} }
	started := progress("r", "Started", 1, "")
	never := time.Duration(-1)
	for name, c := range map[string]struct {
		steps []step
		want  time.Duration
	}{
		"the word":                    {[]step{on(0, started), on(60, made("r")), on(80, added("r", 80))}, 80 * time.Second},
		"the word alone":              {[]step{on(80, added("r", 80))}, 80 * time.Second},
		"the word is first":           {[]step{on(0, added("r", 0)), on(1, made("r")), on(2, started)}, 0},
		"the word twice":              {[]step{on(0, added("r", 0)), on(1, added("r", 0)), on(500, added("r", 500))}, 0},
		"no word":                     {[]step{on(0, started), on(60, made("r"))}, 180 * time.Second},
		"no word, made twice":         {[]step{on(60, made("r")), on(100, made("r")), on(110, progress("r", "Completed", 3, `,"completion_code":1000`))}, 180 * time.Second},
		"the word comes late":         {[]step{on(60, made("r")), on(200, added("r", 200))}, 180 * time.Second},
		"made long after the word":    {[]step{on(0, added("r", 0)), on(3600, made("r"))}, 0},
		"codes as texts":              {[]step{on(0, progress("r", "completed", 2, `,"completion_code":"1000"`))}, 120 * time.Second},
		"too short":                   {[]step{on(0, started), on(60, progress("r", "Completed", 2, `,"completion_code":4002`))}, never},
		"no service":                  {[]step{on(60, progress("r", "Completed", 2, `,"completion_code":2211`))}, never},
		"mailed only":                 {[]step{on(60, progress("r", "Completed", 2, `,"completion_code":1000,"recipient":"Mail"`))}, never},
		"mailed too":                  {[]step{on(0, progress("r", "Completed", 2, `,"completion_code":1000,"recipient":"CloudAndMail"`))}, 120 * time.Second},
		"mailed, but there after all": {[]step{on(60, progress("r", "Completed", 2, `,"completion_code":1000,"recipient":"Mail"`)), on(70, added("r", 70))}, 70 * time.Second},
		"never made":                  {[]step{on(0, started), on(30, progress("r", "Continued", 2, ""))}, never},
	} {
		p := newPlayer(engine.Defaults())
		for _, s := range c.steps {
			p.step(start.Add(s.at), s.in)
		}
		p.step(start.Add(23*time.Hour), engine.Tick{})
		got := ready(p)
		if c.want == never {
			if len(got) != 0 {
				t.Errorf("%s: %d RecordingReady, want none", name, len(got))
			}
			continue
		}
		if len(got) != 1 || len(p.events) != 1 || p.times[0].Sub(start) != c.want {
			t.Errorf("%s: events %v at %v, want one RecordingReady after %v", name, p.kinds(), p.times, c.want)
			continue
		}
		e := got[0]
		if b := body[engine.RecordingRef](t, e); b.RecordingID != "r" || e.EntryID != "e" || e.Class != engine.Record || e.To.Rule != engine.AnyWriter || e.Time.Year() != 2026 {
			t.Errorf("%s: RecordingReady = %+v %+v, want r of call e for a writer, with the PBX's time", name, e, b)
		}
		if e.ID != "c140abec7c76014312b99757" {
			t.Errorf("%s: id %s: it must depend on the recording alone", name, e.ID)
		}
	}
}

// R58: whatever comes in whatever order and at whatever
// pace, each recording that can be fetched is told exactly once.
func TestRecordingReadyOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(engine.Defaults())
		now := start
		due := map[string]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "sec")) * time.Second)
			r := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "recording")
			var l line
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				l = progress(r, "Started", 1, "")
			case 1:
				l = progress(r, "Continued", 2, "")
			case 2:
				l = progress(r, "Completed", 3, `,"completion_code":4002`)
			case 3:
				l, due[r] = made(r), true
			case 4:
				l, due[r] = added(r, 0), true
			}
			p.step(now, l.input())
		}
		p.step(now.Add(3*time.Minute), engine.Tick{})
		told := map[string]bool{}
		for _, e := range ready(p) {
			var b engine.RecordingRef
			if err := json.Unmarshal(e.Body, &b); err != nil || told[b.RecordingID] {
				t.Fatalf("RecordingReady of %s again, or %v", b.RecordingID, err)
			}
			told[b.RecordingID] = true
		}
		if d := cmp.Diff(due, told); d != "" {
			t.Fatalf("recordings told (-want +got):\n%s", d)
		}
	})
}

// TestRecordingOverARestart: a recording that waits for the word waits on in
// the next office, one that was told is told no more, and in the end the
// journal is free of all.
func TestRecordingOverARestart(t *testing.T) {
	t.Parallel()
	at := func(sec float64, l line) line { l.At = sec; return l }
	for name, c := range map[string]struct {
		lines []line
		want  time.Duration
	}{
		"no word":             {[]line{at(0, progress("r", "Started", 1, "")), at(60, made("r"))}, 180 * time.Second},
		"the word":            {[]line{at(0, progress("r", "Started", 1, "")), at(60, made("r")), at(80, added("r", 80))}, 80 * time.Second},
		"the word comes late": {[]line{at(60, made("r")), at(200, added("r", 200))}, 180 * time.Second},
		"made after the word": {[]line{at(0, added("r", 0)), at(60, made("r")), at(70, made("r"))}, 0},
	} {
		all := records(c.lines)
		for n := range len(all) + 1 {
			before, after := restarted(engine.Defaults(), all, n)
			times := append(before.times, after.times...)
			ids := map[string]bool{} // the store drops what it knows
			for _, e := range append(ready(before), ready(after)...) {
				ids[e.ID] = true
			}
			if len(ids) != 1 || times[0].Sub(start) != c.want {
				t.Errorf("%s, ended after %d of %d: %d RecordingReady at %v, want one after %v", name, n, len(all), len(ids), times, c.want)
			}
			if n == 0 && len(after.released) != len(all) {
				t.Errorf("%s: %d of %d notifications were released in the end", name, len(after.released), len(all))
			}
		}
	}
}

// TestRecordingReadyOfWhom: the envelope is that of the recorded leg, the
// extension the recorded employee's.
func TestRecordingReadyOfWhom(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	p.step(start, engine.Employees{List: []engine.Employee{{Extension: "101", Name: "Иванов", UserID: "300049012"}}})
	lines := trace(t, "inbound-ivr-answered")
	for _, l := range lines {
		if l.Path != "/events/recording" { // they were lost
			p.step(start, l.input())
		}
	}
	got := ready(p)
	if len(got) != 1 {
		t.Fatalf("events = %v, want one RecordingReady", p.kinds())
	}
	e := got[0]
	if b := body[engine.RecordingRef](t, e); b.Extension != "101" || e.CallID != "" || e.Caller.Number != "79161234567" || e.Direction != engine.In {
		t.Errorf("without its progress: RecordingReady = %+v %+v, want the employee by user_id, and the parties of the call", e, b)
	}

	p = newPlayer(engine.Defaults())
	moved := json.RawMessage(`{"recording_id":"m","recording_state":"Continued","seq":2,"entry_id":"e","call_id":"c2","timestamp":1795338000,"command_id":"k"}`)
	p.step(start, line{Path: "/events/recording", JSON: moved}.input())
	p.step(start, progress("m", "Started", 1, "").input()) // overtaken
	p.step(start, added("m", 1).input())
	if e := ready(p)[0]; e.CallID != "c2" || e.CommandID != "k" || body[engine.RecordingRef](t, e).Extension != "101" {
		t.Errorf("a recording that moved on: %+v, want leg c2, command k, extension 101", e)
	}
	p = newPlayer(engine.Defaults())
	p.step(start, added("s", 1).input())
	if e := ready(p)[0]; e.CallID != "" || e.EntryID != "e" || body[engine.RecordingRef](t, e).Extension != "" {
		t.Errorf("a recording of a stranger: %+v, want its ids and nobody", e)
	}
}

// TestRecordingsAreBounded: when too many are known the oldest are forgotten,
// those that wait being told first.
func TestRecordingsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlayer(engine.Defaults())
	const n = 20_020
	for i := range n {
		p.step(start.Add(time.Duration(i)*time.Microsecond), made(fmt.Sprintf("r%d", i)).input())
	}
	if got := len(ready(p)); got != 20 {
		t.Errorf("of %d recordings %d were told early, want those beyond the bound: 20", n, got)
	}
	p.step(start.Add(time.Hour), engine.Tick{})
	if got := len(ready(p)); got != n {
		t.Errorf("of %d recordings %d were told, want all", n, got)
	}
	p.step(start.Add(25*time.Hour), engine.Tick{})
	p.step(start.Add(25*time.Hour), added("r20000", 0).input())
	if got := len(ready(p)); got != n+1 {
		t.Errorf("a day later %d were told, want the forgotten one again, under its id", got)
	}
}
