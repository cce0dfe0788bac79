package office_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

func TestOverview(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.DataDir = t.TempDir() }, office.Session{Extension: "101", UserName: "Иванов"})
	if err := s.o.SetUsers(t.Context(), []engine.User{{UserID: "u1", Name: "Иванов", Extension: "101"}}); err != nil {
		t.Fatalf("SetUsers() = %v", err)
	}
	if err := s.o.SetUsers(t.Context(), []engine.User{{UserID: "u1", Extension: "x"}}); text.From(err).Code != text.BadField {
		t.Errorf("SetUsers(extension x) = %v, want %s", err, text.BadField)
	}
	v, err := s.o.Overview(t.Context())
	if err != nil {
		t.Fatalf("Overview() = %v", err)
	}
	want := []office.SessionState{{Session: office.Session{Extension: "101", UserName: "Иванов", Rights: office.Supervisor | office.Admin}, ID: v.Sessions[0].ID, First: true, Writer: true}}
	if diff := cmp.Diff(want, v.Sessions); diff != "" {
		t.Errorf("Overview().Sessions (-want +got):\n%s", diff)
	}
	if len(v.Users) != 1 || !v.Users[0].Connected || v.Limits.Used != 1 || v.Diagnostics["journal"] == nil {
		t.Errorf("Overview() = %+v, want one connected user and diagnostics", v)
	}
}

// What was acknowledged, and what is parked, comes again under the id that 1C
// knows; what a session holds does not.
func TestAgain(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.DataDir = t.TempDir() }, office.Session{})
	end := func(entry string) {
		body := `{"entry_id":"` + entry + `","call_direction":1,"from":{"number":"79161234567"},"to":{"number":"74951234567"},"create_time":1700000000,"talk_time":0,"end_time":1700000010,"entry_result":0,"disconnect_reason":1110}`
		if status := s.post("/events/summary", body); status != 200 {
			t.Fatalf("POST summary: HTTP %d", status)
		}
	}
	end("first")
	done := nextOf(t, s.inbox, engine.CallSummary)
	if err := s.local.Settle(t.Context(), done.Ref, office.Verdict{Done: true}); err != nil {
		t.Fatalf("Settle() = %v", err)
	}
	end("second")
	held := nextOf(t, s.inbox, engine.CallSummary)

	all := func(journal.Kept, engine.Event) bool { return true }
	if n, err := s.o.Again(t.Context(), all); n != 1 || err != nil {
		t.Fatalf("Again() = %d, %v, want 1", n, err)
	}
	again := nextOf(t, s.inbox, engine.CallSummary)
	if again.Event.ID != done.Event.ID || again.Ref == done.Ref {
		t.Errorf("offered again: %s by %v, want %s by another ref than %v", again.Event.ID, again.Ref, done.Event.ID, done.Ref)
	}
	if err := s.local.Settle(t.Context(), again.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle(again) = %v", err)
	}
	if n, err := s.o.Again(t.Context(), func(_ journal.Kept, ev engine.Event) bool { return ev.EntryID == "none" }); n != 0 || err != nil {
		t.Errorf("Again(no such call) = %d, %v, want 0", n, err)
	}
	if err := s.local.Settle(t.Context(), held.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle(held) = %v", err)
	}
	var kept []string
	if err := s.o.Kept(t.Context(), func(k journal.Kept, ev engine.Event) bool {
		if k.Record && !k.Settled.IsZero() {
			kept = append(kept, ev.EntryID)
		}
		return true
	}); err != nil {
		t.Fatalf("Kept() = %v", err)
	}
	if diff := cmp.Diff([]string{"first", "second", "first"}, kept); diff != "" {
		t.Errorf("settled events (-want +got):\n%s", diff)
	}
}

func nextOf(t *testing.T, inbox chan office.Delivery, kind engine.Kind) office.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		select {
		case d := <-inbox:
			if d.Event.Kind == kind {
				return d
			}
		case <-ctx.Done():
			t.Fatalf("no %s came in %v", kind, patience.Round(time.Second))
		}
	}
}

// Not every store can list what it keeps.
func TestAStoreThatListsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Store = struct{ journal.Store }{memory.New(memory.Options{})} }, office.Session{})
	if err := s.o.Kept(t.Context(), nil); text.From(err).Code != text.StoreFailed {
		t.Errorf("Kept() = %v, want %s", err, text.StoreFailed)
	}
}
