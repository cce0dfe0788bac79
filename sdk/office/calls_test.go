package office_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// stored is GetCall.
func stored(t *testing.T, l *office.Local, entryID string) (c history.Call, err error) {
	t.Helper()
	raw, err := l.Call(t.Context(), "GetCall", json.RawMessage(fmt.Sprintf(`{"entry_id":%q}`, entryID)))
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatalf("GetCall answers %s: %v", raw, err)
	}
	return c, nil
}

// talk posts a whole call of extension 101.
func (s *site) talk(entry, leg string) {
	s.t.Helper()
	at := time.Now().Unix() - 60
	for seq, state := range []string{"Appeared", "Connected", "Disconnected"} {
		s.post("/events/call", fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":%d,"call_state":%q,"location":"abonent",`+
			`"from":{"number":"79161234567"},"to":{"extension":"101"},"disconnect_reason":1110}`, entry, leg, at+int64(seq*10), seq+1, state))
	}
	s.post("/events/summary", fmt.Sprintf(`{"entry_id":%q,"call_direction":1,"from":{"number":"79161234567"},"to":{"extension":"101"},`+
		`"line_number":"74951234567","create_time":%d,"talk_time":%d,"end_time":%d,"entry_result":1,"disconnect_reason":1110}`, entry, at, at+10, at+20))
}

// summary waits for the summary of a call among other events.
func summary(t *testing.T, inbox chan office.Delivery) office.Delivery {
	t.Helper()
	for {
		if d := next(t, inbox); d.Event.Kind == engine.CallSummary {
			return d
		}
	}
}

// The card of a call has its summary, and what came later.
func TestGetCall(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	if _, err := stored(t, s.local, "E1"); code(err) != text.CallUnknown {
		t.Errorf("GetCall before the call = %v, want call_unknown", err)
	}
	s.talk("E1", "L1")
	d := summary(t, s.inbox)
	c, err := stored(t, s.local, "E1")
	if err != nil {
		t.Fatalf("GetCall = %v", err)
	}
	if diff := cmp.Diff(decodeBody[engine.CallSummaryBody](t, d), c.CallSummaryBody); diff != "" {
		t.Errorf("GetCall differs from CallSummary (-event +stored):\n%s", diff)
	}
	if c.Line != "74951234567" || c.Caller.Number != "79161234567" || c.Direction != engine.In {
		t.Errorf("GetCall = %+v, want the envelope of the event", c)
	}
	if _, err := s.call("WatchCall", `{"entry_id":"E1","on":true}`); err != nil {
		t.Fatalf("WatchCall = %v", err)
	}
	if _, err := s.call("AnnotateCall", `{"entry_id":"E1","annotation":{"subject":"an order"}}`); err != nil {
		t.Fatal(err)
	}
	copies := 0
	for range 2 { // the record, and the copy for the open card
		d, b := want[engine.CallChangedBody](t, s.inbox, engine.CallChanged)
		if b.What != "annotation" || b.Annotation == nil || b.Annotation.Subject != "an order" || d.Event.EntryID != "E1" {
			t.Errorf("CallChanged = %+v of %+v", b, d.Event)
		}
		if d.Event.Class == engine.Screen && d.Ref.Seq == 0 {
			copies++
		}
	}
	if copies != 1 {
		t.Errorf("%d copies for the open card, want one", copies)
	}
	if c, err = stored(t, s.local, "E1"); err != nil || c.Annotation == nil || c.Annotation.Subject != "an order" {
		t.Errorf("GetCall after AnnotateCall = %+v, %v; want the annotation", c.Annotation, err)
	}
	s.post("/events/record/added", `{"recording_id":"R1","entry_id":"E1","call_id":"L1","extension":"101","user_id":1,"timestamp":1700000000}`)
	for d := next(t, s.inbox); d.Event.Kind != engine.RecordingReady; d = next(t, s.inbox) {
	}
	if c, err = stored(t, s.local, "E1"); err != nil || len(c.Recordings) != 1 || c.Recordings[0].RecordingID != "R1" {
		t.Errorf("GetCall with a recording = %+v, %v; want R1", c.Recordings, err)
	}
	if _, err := s.call("WatchCall", `{"entry_id":"E1","on":false}`); err != nil {
		t.Fatal(err)
	}
}

// A session without rights sees the calls of its extension, a supervisor all.
func TestCallsOfOthers(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.talk("E1", "L1")
	summary(t, s.inbox)
	own, _ := s.as(office.Session{Extension: "101"})
	other, _ := s.as(office.Session{Extension: "102"})
	nobody, _ := s.as(office.Session{})
	chief, _ := s.as(office.Session{Extension: "103", Rights: office.Supervisor})
	admin, _ := s.as(office.Session{Extension: "104", Rights: office.Admin})
	for name, c := range map[string]struct {
		l    *office.Local
		want text.Code
	}{
		"own": {own, ""}, "other": {other, text.Forbidden}, "nobody": {nobody, text.Forbidden}, "chief": {chief, ""}, "admin": {admin, text.Forbidden},
	} {
		if _, err := stored(t, c.l, "E1"); code(err) != c.want {
			t.Errorf("GetCall by %s = %v, want %q", name, err, c.want)
		}
		if _, err := c.l.Call(t.Context(), "WatchCall", json.RawMessage(`{"entry_id":"E1","on":true}`)); code(err) != c.want {
			t.Errorf("WatchCall by %s = %v, want %q", name, err, c.want)
		}
	}
	if _, err := own.Call(t.Context(), "GetCall", json.RawMessage(`{}`)); code(err) != text.MissingField {
		t.Errorf("GetCall without entry_id = %v, want missing_field", err)
	}
}

// Calls are there for the next office on the folder, and their notifications
// are released only when they are.
func TestCallsOutliveTheOffice(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	cfg.DataDir = t.TempDir()
	for n := range 2 {
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		s := &site{t: t, cfg: cfg, o: o}
		s.local, s.inbox = attach(t, o, office.Session{Extension: "101"})
		if n == 0 {
			s.talk("E1", "L1")
			summary(t, s.inbox)
		}
		if c, err := stored(t, s.local, "E1"); err != nil || c.TalkSec != 10 {
			t.Errorf("GetCall in life %d = %+v, %v", n, c, err)
		}
		s.shutdown()
	}
	if files, err := filepath.Glob(filepath.Join(cfg.DataDir, "office-*", "calls", "calls.db")); err != nil || len(files) != 1 {
		t.Errorf("the folder holds %v, %v; want one call store", files, err)
	}
}

// What is released is read no more, so a call must be stored before: with a call
// store that cannot be opened nothing is let go.
func TestNoReleaseBeforeTheCallIsStored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dataDir string
		release bool
	}{"stored": {"", true}, "not stored": {"no\x00folder", false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			durable, _, err := bolt.Open(bolt.Options{Dir: filepath.Join(t.TempDir(), "journal")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = durable.Close() })
			watched := &releases{Store: durable, released: make(chan struct{}, 64)}
			s := open(t, func(cfg *office.Config) { cfg.Store, cfg.DataDir = watched, c.dataDir }, office.Session{})
			s.talk("E1", "L1")
			summary(t, s.inbox)
			s.post("/result/stat", `{"key":"k"}`) // needed no more when it is read
			wait := patience
			if !c.release {
				wait = 2 * time.Second // twice the time of a commit
			}
			select {
			case <-watched.released:
				if !c.release {
					t.Error("positions were released while no call can be stored")
				}
			case <-time.After(wait):
				if c.release {
					t.Error("nothing was released")
				}
			}
		})
	}
}

// releases tells of what is released.
type releases struct {
	journal.Store
	released chan struct{}
}

func (r *releases) Release(ctx context.Context, positions []uint64) error {
	r.released <- struct{}{}
	return r.Store.Release(ctx, positions)
}
