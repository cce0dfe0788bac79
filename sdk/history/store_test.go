package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimKey); dir != "" {
		os.Exit(victim(dir))
	}
	if dir := os.Getenv(reindexKey); dir != "" {
		os.Exit(reindexer(dir))
	}
	if dir := os.Getenv(loaderKey); dir != "" {
		os.Exit(loadYear(dir, os.Getenv(yearKey)))
	}
	goleak.VerifyTestMain(m)
}

const patience = 20 * time.Second

var epoch = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func openStore(t testing.TB, cfg history.Config) *history.Store {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return epoch.Add(24 * time.Hour) }
	}
	s := history.Open(cfg)
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t testing.TB, s *history.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Errorf("Close() = %v", err)
	}
}

// numbered is the n-th call, a minute after the one before.
func numbered(n int) history.Call {
	c := sample()
	c.EntryID = fmt.Sprintf("E%06d", n)
	c.Started = epoch.Add(time.Duration(n) * time.Minute)
	c.TalkStarted, c.Ended = c.Started.Add(5*time.Second), c.Started.Add(50*time.Second)
	c.TotalSec, c.TalkSec = 50, 45
	c.Recordings = []engine.RecordingRef{}
	for i := range c.Legs {
		c.Legs[i].CallID = fmt.Sprintf("%s-%d", c.EntryID, i)
		c.Legs[i].Started, c.Legs[i].Ended, c.Legs[i].Recordings = c.Started, c.Ended, []engine.RecordingRef{}
	}
	return c
}

func get(t testing.TB, s *history.Store, id string) history.Call {
	t.Helper()
	c, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("Get(%s) = %v", id, err)
	}
	return c
}

func collect(t testing.TB, s *history.Store, from, to time.Time, f history.Filter) (ids []string) {
	t.Helper()
	for c, err := range s.Calls(t.Context(), from, to, f) {
		if err != nil {
			t.Fatalf("Calls() = %v", err)
		}
		ids = append(ids, c.EntryID)
	}
	return ids
}

func TestStoreGivesBackWhatItTook(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "disk": filepath.Join(t.TempDir(), "calls")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, history.Config{Dir: dir})
			c := numbered(1)
			c.Annotation, c.Speech = &engine.Annotation{Subject: "заказ"}, json.RawMessage(`{"a":1}`)
			ticket := s.Put(c)
			want := c
			want.Changed = epoch.Add(24 * time.Hour)
			if diff := cmp.Diff(want, get(t, s, c.EntryID)); diff != "" {
				t.Errorf("Get before the commit (-want +got):\n%s", diff)
			}
			if err := s.Sync(t.Context()); err != nil || s.Stored() < ticket {
				t.Fatalf("Sync() = %v, Stored() = %d, want %d", err, s.Stored(), ticket)
			}
			if diff := cmp.Diff(want, get(t, s, c.EntryID)); diff != "" {
				t.Errorf("Get after the commit (-want +got):\n%s", diff)
			}
			if _, err := s.Get(t.Context(), "nobody"); !errors.Is(err, text.New(text.CallUnknown)) {
				t.Errorf("Get of an unknown call = %v, want call_unknown", err)
			}
		})
	}
}

func TestCallsComeInOrderOfTheirStart(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "disk": filepath.Join(t.TempDir(), "calls")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, history.Config{Dir: dir})
			const n = 700 // several reads
			for i := range n {
				s.Put(numbered((i * 37) % n)) // 37 and 700 have no divisor in common
			}
			ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{})
			if len(ids) != n {
				t.Fatalf("Calls() gave %d calls, want %d", len(ids), n)
			}
			for i, id := range ids {
				if want := numbered(i).EntryID; id != want {
					t.Fatalf("call %d is %s, want %s", i, id, want)
				}
			}
			from, to := epoch.Add(10*time.Minute), epoch.Add(13*time.Minute)
			want := []string{"E000010", "E000011", "E000012"}
			if diff := cmp.Diff(want, collect(t, s, from, to, history.Filter{})); diff != "" {
				t.Errorf("Calls(%v, %v) (-want +got):\n%s", from, to, diff)
			}
			if ids := collect(t, s, from, to, history.Filter{Status: []string{"missed"}}); len(ids) != 0 {
				t.Errorf("Calls of missed ones = %v, want none", ids)
			}
			for c, err := range s.Calls(t.Context(), from, time.Time{}, history.Filter{}) {
				if err != nil || c.EntryID != "E000010" {
					t.Errorf("the first of Calls(from) = %s, %v", c.EntryID, err)
				}
				s.Put(numbered(n)) // the body may call the store
				break
			}
			missing, err := s.Missing(t.Context(), []string{"E000001", "x", "E000002", "y"})
			if diff := cmp.Diff([]string{"x", "y"}, missing); diff != "" || err != nil {
				t.Errorf("Missing() = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAdditionsMeetTheirCall(t *testing.T) {
	t.Parallel()
	note := &engine.Annotation{Subject: "second"}
	addition := history.Call{EntryID: "E000001", Annotation: note}
	sound := history.Call{EntryID: "E000001", CallSummaryBody: engine.CallSummaryBody{
		Recordings: []engine.RecordingRef{{RecordingID: "R1", Extension: "101"}},
		Legs:       []engine.Leg{{CallID: "E000001-1", Recordings: []engine.RecordingRef{{RecordingID: "R1", Extension: "101"}}}},
	}}
	live := numbered(1)
	recovered := numbered(1)
	recovered.Recovered, recovered.Calltracking, recovered.TalkSec = true, []engine.Track{}, 44
	incomplete := numbered(1)
	incomplete.Incomplete, incomplete.TalkSec = true, 1
	want := numbered(1)
	want.Annotation = note
	want.Recordings = sound.Recordings
	want.Legs[1].Recordings = sound.Recordings
	want.Changed = epoch.Add(24 * time.Hour)
	alone := numbered(1) // a summary that came when its legs were forgotten
	alone.Legs = []engine.Leg{}
	fromStatistics := want
	fromStatistics.Recovered, fromStatistics.TalkSec = true, 44

	for name, c := range map[string]struct {
		told []history.Call
		want history.Call
	}{
		"in order":                      {[]history.Call{live, addition, sound}, want},
		"before the call":               {[]history.Call{addition, sound, live}, want},
		"told twice":                    {[]history.Call{sound, live, addition, live, sound, addition}, want},
		"an older note first":           {[]history.Call{{EntryID: "E000001", Annotation: &engine.Annotation{Subject: "first"}}, sound, live, addition}, want},
		"statistics after the summary":  {[]history.Call{live, sound, recovered, addition}, want},
		"the summary after statistics":  {[]history.Call{recovered, addition, sound, live}, want},
		"statistics complete a torso":   {[]history.Call{incomplete, addition, sound, recovered}, fromStatistics},
		"a late summary without legs":   {[]history.Call{recovered, sound, alone, addition}, want},
		"a torso spoils no statistics":  {[]history.Call{recovered, addition, sound, incomplete}, fromStatistics},
		"statistics read anew, changed": {[]history.Call{incomplete, recovered, sound, addition, recovered}, fromStatistics},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, sync := range []bool{false, true} {
				s := openStore(t, history.Config{})
				for _, told := range c.told {
					s.Put(told)
					if sync {
						_ = s.Sync(t.Context()) // in memory it cannot fail
					}
				}
				if diff := cmp.Diff(c.want, get(t, s, "E000001")); diff != "" {
					t.Errorf("synced each: %v (-want +got):\n%s", sync, diff)
				}
			}
		})
	}
	s := openStore(t, history.Config{})
	s.Put(addition)
	if _, err := s.Get(t.Context(), "E000001"); !errors.Is(err, text.New(text.CallUnknown)) {
		t.Errorf("Get of a call that only has an annotation = %v, want call_unknown", err)
	}
	if ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{}); len(ids) != 0 {
		t.Errorf("Calls() = %v, want none", ids)
	}
}

func TestDamagedStoreIsMovedAside(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "calls")
	s := openStore(t, history.Config{Dir: dir})
	s.Put(numbered(1))
	closeStore(t, s)
	path := filepath.Join(dir, "calls.db")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096 * 2; i < len(raw); i++ {
		raw[i] ^= 0x55
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, history.Config{Dir: dir})
	s.Put(numbered(2))
	get(t, s, "E000002")
	if err := s.Sync(t.Context()); err != nil {
		t.Errorf("Sync() on the new file = %v", err)
	}
	st := s.Status()
	if st.Found.Damage == nil || st.Found.MovedTo == "" || st.Trouble != nil || st.Calls != 1 {
		t.Errorf("Status() = %+v, want the damage, where it lies, and one call", st)
	}
	if _, err := os.Stat(st.Found.MovedTo); err != nil {
		t.Errorf("the damaged file: %v", err)
	}
}

// A folder that cannot be used stops nobody: calls wait, and reads say why.
func TestUnusableFolder(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "calls")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, history.Config{Dir: blocked})
	s.Put(numbered(1))
	if c := get(t, s, "E000001"); c.TalkSec != 45 {
		t.Errorf("Get of what waits = %+v", c)
	}
	for _, err := range s.Calls(t.Context(), time.Time{}, time.Time{}, history.Filter{}) {
		if !errors.Is(err, text.New(text.StoreFailed)) {
			t.Errorf("Calls() = %v, want store_failed", err)
		}
	}
	if err := s.Sync(t.Context()); !errors.Is(err, text.New(text.StoreFailed)) {
		t.Errorf("Sync() = %v, want store_failed", err)
	}
	if st := s.Status(); st.Trouble == nil || st.Waiting != 1 || s.Stored() != 0 {
		t.Errorf("Status() = %+v, Stored() = %d; want the trouble and one that waits", st, s.Stored())
	}
}

func TestBoundedByBytes(t *testing.T) {
	t.Parallel()
	s := openStore(t, history.Config{MaxBytes: 64 << 10})
	for i := range 1000 {
		s.Put(numbered(i))
		if i%100 == 99 {
			_ = s.Sync(t.Context()) // in memory it cannot fail
		}
	}
	ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{})
	if len(ids) == 0 || len(ids) > 600 || ids[len(ids)-1] != "E000999" {
		t.Errorf("%d calls stayed, the last %v; want the newest few hundred", len(ids), ids[max(0, len(ids)-1):])
	}
	if st := s.Status(); st.Calls != int64(len(ids)) {
		t.Errorf("Status().Calls = %d, want %d", st.Calls, len(ids))
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "calls")
	s := openStore(t, history.Config{Dir: dir})
	if raw, err := s.Note(t.Context(), "a"); raw != nil || err != nil {
		t.Errorf("Note of none = %q, %v", raw, err)
	}
	if err := s.PutNote(t.Context(), "a", []byte("1")); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	s = openStore(t, history.Config{Dir: dir})
	if raw, err := s.Note(t.Context(), "a"); string(raw) != "1" || err != nil {
		t.Errorf("Note after opening = %q, %v", raw, err)
	}
	if err := s.PutNote(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	if raw, err := s.Note(t.Context(), "a"); raw != nil || err != nil {
		t.Errorf("Note after its removal = %q, %v", raw, err)
	}
}
