package office_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/vpbxtest"
)

// follow has the PBX post to an office, and waits for it.
func (s *site) follow(pbx *vpbxtest.PBX) {
	s.t.Helper()
	if err := pbx.SetTarget("http://" + s.o.ListenAddr().String() + "/mango"); err != nil {
		s.t.Fatal(err)
	}
	s.registered()
}

// answeredCalls plays calls of 20 seconds at 101 and gives their names.
func answeredCalls(t *testing.T, pbx *vpbxtest.PBX, n int) (entries []string) {
	t.Helper()
	for i := range n {
		entry, err := pbx.Play(t.Context(), vpbxtest.Inbound(fmt.Sprint(79160000000+int64(i)), "").Ring("101", 5).Answer().Talk(20).HangUp("caller"))
		if err != nil {
			t.Fatalf("Play() = %v", err)
		}
		entries = append(entries, entry)
	}
	return entries
}

// R56: the call that no notification told of, while all seemed well, is found by
// the look at yesterday, at night by the PBX's clock: told once, not before, and
// not again the night after.
func TestNightRun(t *testing.T) {
	t.Parallel()
	cred := credentials(t)
	day := time.Now().UTC().Truncate(24 * time.Hour).Add(-10 * 24 * time.Hour) // 03:00 in Moscow
	pbx := emulated(t, vpbxtest.Config{Credentials: cred, Epoch: day.Add(9 * time.Hour)})
	var clock atomic.Int64 // how long after its beginning the office is
	now := func() time.Time { return day.Add(10 * time.Hour).Add(time.Duration(clock.Load())) }
	s := open(t, func(c *office.Config) {
		c.Credentials, c.APIURL, c.Now, c.CatchUpEvery = cred, pbx.URL()+"/vpbx/", now, 20*time.Millisecond
		hastily(c)
	}, office.Session{})
	s.follow(pbx)
	k := newKeeper(t)
	heard := answeredCalls(t, pbx, 2)
	k.collect(s, 2)
	// An office that was not registered yet at its first look takes that for an
	// outage, which must be over.
	s.until("noted as alive", func(v office.Snapshot) bool {
		calls, _ := v.Diagnostics["calls"].(map[string]any)
		return calls["alive_unix"].(int64) > 0 //nolint:forcetypeassert // fails the test
	})
	if err := pbx.SetFaults(vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Lose: vpbxtest.Always()}}); err != nil {
		t.Fatal(err)
	}
	missed := answeredCalls(t, pbx, 3)
	at := func(hour, minute int) {
		clock.Store(int64(time.Duration(hour-10)*time.Hour + time.Duration(minute)*time.Minute))
	}

	at(21, 55) // 00:55 in Moscow
	k.rest(s, 300*time.Millisecond)
	if len(k.summaries) != 2 {
		t.Errorf("%d calls were told before the night's look, want 2", len(k.summaries))
	}
	at(22, 31)
	k.collect(s, 5)
	looks := func() (n int) {
		for _, r := range pbx.Requests() {
			if strings.Contains(r.Path, "stats/calls/result") {
				n++
			}
		}
		return n
	}
	first := looks()
	at(24+22, 31)
	linktest.Until(t, "the look of the night after", func() bool { return looks() > first })
	k.rest(s, time.Second)
	for i, entry := range append(heard, missed...) {
		if b := k.summaries[entry]; len(b) != 1 || b[0].Recovered != (i >= len(heard)) || b[0].TalkSec != 20 {
			t.Errorf("call %d: summaries %+v; want one, recovered only if it was missed", i, b)
		}
	}
}

// A call store that was damaged is filled again from statistics; nothing that
// was told is told once more.
func TestRefill(t *testing.T) {
	t.Parallel()
	cred := credentials(t)
	pbx := emulated(t, vpbxtest.Config{Credentials: cred, Epoch: time.Now().Add(-3 * time.Hour), Style: vpbxtest.Style{Recording: true}})
	folder := t.TempDir()
	life := func() *site {
		t.Helper()
		s := open(t, func(c *office.Config) {
			c.Credentials, c.APIURL, c.DataDir, c.CatchUpEvery = cred, pbx.URL()+"/vpbx/", folder, 50*time.Millisecond
			hastily(c)
		}, office.Session{})
		s.follow(pbx)
		return s
	}
	s := life()
	k := newKeeper(t)
	entries := answeredCalls(t, pbx, 7)
	k.collect(s, len(entries))
	before := map[string]history.Call{}
	for _, entry := range entries {
		linktest.Until(t, "its recording is known", func() bool { // by a notification that comes when it likes
			c, err := stored(t, s.local, entry)
			before[entry] = c
			return err == nil && len(c.Recordings) == 1
		})
	}
	s.shutdown()

	files, err := filepath.Glob(filepath.Join(folder, "*", "calls", "calls.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files of the call store: %v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = life()
	s.until("the calls are there again", func(v office.Snapshot) bool {
		calls, _ := v.Diagnostics["calls"].(map[string]any)
		return calls["stored"] == int64(len(entries)) && calls["damaged_moved_to"] != ""
	})
	for _, entry := range entries {
		c, err := stored(t, s.local, entry)
		want := before[entry]
		if err != nil || !c.Started.Equal(want.Started) || c.TalkSec != want.TalkSec || c.Author.Extension != "101" || len(c.Recordings) != len(want.Recordings) {
			t.Errorf("GetCall(%s) = %+v, %v, want what it was: %+v", entry, c, err, want)
		}
	}
	k.rest(s, time.Second)
	for entry, b := range k.summaries {
		if len(b) != 1 {
			t.Errorf("%s was told %d times, want once", entry, len(b))
		}
	}
}
