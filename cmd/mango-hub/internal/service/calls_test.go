package service

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
)

// A hub that follows gets the calls of the log, each with what came to it later,
// and only what is new when it looks again. Where the log does not reach back to
// what it had, it does not pass for whole.
func TestFillCalls(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	log := memory.New(memory.Options{Now: clock, SettledFor: 24 * time.Hour})
	calls := history.Open(history.Config{Dir: filepath.Join(t.TempDir(), "calls"), Now: clock})
	defer func() {
		if err := calls.Close(context.Background()); err != nil {
			t.Errorf("Close() = %v", err)
		}
	}()
	n := 0
	tell := func(kind engine.Kind, entry string, body any) {
		t.Helper()
		n++
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		ev := engine.Event{ID: fmt.Sprint("event ", n), Kind: kind, Class: engine.Record, EntryID: entry, Time: now, Body: raw}
		if raw, err = json.Marshal(ev); err != nil {
			t.Fatal(err)
		}
		if err := log.Derive(t.Context(), 0, []journal.Out{{ID: ev.ID, Record: true, Raw: raw}}); err != nil {
			t.Fatal(err)
		}
		ref, err := log.Outbox().Find(t.Context(), ev.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Outbox().Ack(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	summary := func(entry string) {
		t.Helper()
		tell(engine.CallSummary, entry, engine.CallSummaryBody{Status: "answered", Started: now.Add(-time.Minute), Ended: now})
	}
	fill := func() {
		t.Helper()
		if err := fillCalls(t.Context(), calls, log); err != nil {
			t.Fatalf("fillCalls() = %v", err)
		}
	}
	note := func(put interface {
		PutNote(ctx context.Context, name string, raw []byte) error
	}, at time.Time) {
		t.Helper()
		raw, _ := json.Marshal(at)
		if err := put.PutNote(t.Context(), office.AliveNote, raw); err != nil {
			t.Fatal(err)
		}
	}
	alive := func(want time.Time) {
		t.Helper()
		raw, err := calls.Note(t.Context(), office.AliveNote)
		var got time.Time
		if raw != nil {
			_ = json.Unmarshal(raw, &got)
		}
		if err != nil || !got.Equal(want) {
			t.Errorf("the store is noted as whole until %v, %v, want %v", got, err, want)
		}
	}
	fill() // of an empty log
	summary("E1")
	tell(engine.CallChanged, "E1", engine.CallChangedBody{What: "annotation", Annotation: &engine.Annotation{Subject: "first"}})
	tell(engine.CallChanged, "E1", engine.CallChangedBody{What: "annotation", Annotation: &engine.Annotation{Subject: "roof"}})
	note(log, now)
	fill()
	alive(time.Time{}) // it has never been whole
	c, err := calls.Get(t.Context(), "E1")
	if err != nil || c.Status != "answered" || c.Annotation == nil || c.Annotation.Subject != "roof" {
		t.Errorf("Get(E1) = %+v, %v, want the summary and the last annotation", c, err)
	}
	note(calls, now)
	calls.Put(history.Call{EntryID: "E1", Annotation: &engine.Annotation{Subject: "own"}})
	if err := calls.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(20 * time.Hour)
	summary("E2")
	note(log, now)
	fill()
	alive(now)
	if c, err := calls.Get(t.Context(), "E1"); err != nil || c.Annotation == nil || c.Annotation.Subject != "own" {
		t.Errorf("Get(E1) = %+v, %v, want what was annotated since the last time", c, err)
	}
	if _, err := calls.Get(t.Context(), "E2"); err != nil {
		t.Errorf("Get(E2) = %v", err)
	}
	whole := now
	now = now.Add(30 * time.Hour)
	summary("E3") // E2 is forgotten by the log, and maybe others
	note(log, now)
	fill()
	alive(whole)
	if _, err := calls.Get(t.Context(), "E3"); err != nil {
		t.Errorf("Get(E3) = %v", err)
	}
}
