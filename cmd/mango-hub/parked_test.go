package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/office"
)

// park leaves an event in the journal of a hub that does not run yet which 1C was
// shown in vain.
func park(t *testing.T, cfg config.Config, id string) {
	t.Helper()
	oc, err := cfg.Office(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(-36 * time.Hour)
	s, _, err := bolt.Open(bolt.Options{Dir: filepath.Dir(office.CallsFolder(oc)), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(engine.Event{ID: id, Kind: engine.CallSummary, Class: engine.Record, EntryID: "e7", Time: now, Body: json.RawMessage("{}")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Derive(t.Context(), 0, []journal.Out{{ID: id, Record: true, Raw: raw}}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= journal.MaxAttempts; n++ {
		if list, err := s.Lease(t.Context(), "s", true, 9); err != nil || len(list) != 1 {
			t.Fatalf("Lease() number %d = %v, %v, want one event", n, list, err)
		}
		now = now.Add(journal.RetryAfter(n))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// What is parked is listed by command and page, and told again when an
// administrator says so.
func TestParked(t *testing.T) {
	t.Parallel()
	r := startAfter(t, func(cfg config.Config) { park(t, cfg, "event-7") })
	list := good(t, "", "parked", "-config", r.file)
	for _, want := range []string{"event-7", "e7", string(engine.CallSummary), "20 times", "replay -parked"} {
		if !strings.Contains(list, want) {
			t.Errorf("parked does not print %q:\n%s", want, list)
		}
	}
	added := strings.TrimSpace(good(t, "", "tokens", "add", "-rights", "admin,supervisor", "-config", r.file))
	secret := added[strings.LastIndex(added, "\n")+1:]
	c, err := link.Dial(t.Context(), link.Config{
		URL: strings.Replace(r.base, "http", "ws", 1) + "/link", Token: secret, Version: "1", Session: office.Session{Extension: "101", UserID: "u1", Role: "desk"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	told := make(chan office.Delivery, 9)
	c.Deliver(func(d office.Delivery) bool {
		if d.Event.ID == "event-7" {
			told <- d
		}
		return true
	})
	replay := func() (code int, said string) {
		q, err := http.NewRequestWithContext(t.Context(), "POST", r.base+"/api/parked/replay", strings.NewReader(`{"id":"event-7"}`))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Authorization", "Bearer "+secret)
		resp, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(raw)
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		code, said := replay()
		if code == 200 && strings.Contains(said, `"offered":1`) {
			break
		}
		if time.Now().After(end) { // a new token is seen within a second
			t.Fatalf("POST /api/parked/replay = %d %s, want one event offered", code, said)
		}
	}
	select {
	case d := <-told:
		if err := c.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle() = %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the event was not told again")
	}
	for end := time.Now().Add(patience); !strings.Contains(list, "No event is parked"); time.Sleep(50 * time.Millisecond) {
		if list = good(t, "", "parked", "-config", r.file); time.Now().After(end) {
			t.Fatalf("parked prints\n%s\nwant none", list)
		}
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) { // the acknowledgement is on its way
		out := good(t, "", "replay", "-id", "event-7", "-config", r.file)
		if strings.Contains(out, "Offered once more: 1") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("replay -id prints %s, want the acknowledged event offered", out)
		}
	}
}
