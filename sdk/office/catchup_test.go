package office_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// keeper settles the summaries of an office and counts them by call.
type keeper struct {
	t         *testing.T
	summaries map[string][]engine.CallSummaryBody
	ids       map[string]string // of events, by call
}

func newKeeper(t *testing.T) *keeper {
	return &keeper{t, map[string][]engine.CallSummaryBody{}, map[string]string{}}
}

// collect takes summaries until there are n calls.
func (k *keeper) collect(s *site, n int) {
	k.t.Helper()
	for len(k.summaries) < n {
		k.take(s, summary(k.t, s.inbox))
	}
}

// rest takes what else there is, for a moment.
func (k *keeper) rest(s *site, moment time.Duration) {
	k.t.Helper()
	for end := time.After(moment); ; {
		select {
		case d := <-s.inbox:
			if d.Event.Kind == engine.CallSummary {
				k.take(s, d)
			}
		case <-end:
			return
		}
	}
}

func (k *keeper) take(s *site, d office.Delivery) {
	k.t.Helper()
	entry := d.Event.EntryID
	k.summaries[entry] = append(k.summaries[entry], decodeBody[engine.CallSummaryBody](k.t, d))
	if id := k.ids[entry]; id != "" && id != d.Event.ID {
		k.t.Errorf("%s was told as %s and as %s", entry, id, d.Event.ID)
	}
	k.ids[entry] = d.Event.ID
	if err := s.local.Settle(k.t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
		k.t.Errorf("Settle() = %v", err)
	}
}

// R56: what happened while nobody listened is told once, marked, when the office
// is back: by statistics. What was told stays told; the summary that comes late
// after all is no second one, nor is anything after another restart.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	cred := credentials(t)
	pbx := emulated(t, vpbxtest.Config{Credentials: cred, Epoch: time.Now().Add(-110 * time.Minute)})
	cfg := office.Config{
		Credentials: cred, APIURL: pbx.URL() + "/vpbx/", Listen: office.Listen{Address: "127.0.0.1:0", Path: "/mango"},
		DataDir: t.TempDir(), CatchUpEvery: 50 * time.Millisecond,
	}
	hastily(&cfg)
	life := func() *site {
		t.Helper()
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		s := &site{t: t, cfg: cfg, o: o}
		s.local, s.inbox = attach(t, o, office.Session{})
		if err := pbx.SetTarget("http://" + o.ListenAddr().String() + "/mango"); err != nil {
			t.Fatal(err)
		}
		s.registered()
		return s
	}
	k := newKeeper(t)
	s := life()
	heard := answeredCalls(t, pbx, 3)
	k.collect(s, 3)
	s.until("noted as alive", func(v office.Snapshot) bool {
		calls, _ := v.Diagnostics["calls"].(map[string]any)
		return calls["alive_unix"].(int64) > 0 //nolint:forcetypeassert // fails the test
	})
	s.shutdown()

	if err := pbx.SetFaults(vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Lose: vpbxtest.Always()}}); err != nil {
		t.Fatal(err)
	}
	missed := answeredCalls(t, pbx, 5)
	if err := pbx.SetFaults(vpbxtest.Faults{}); err != nil {
		t.Fatal(err)
	}
	s = life()
	k.collect(s, 8)
	k.rest(s, time.Second)
	for _, entry := range heard {
		if b := k.summaries[entry]; len(b) != 1 || b[0].Recovered {
			t.Errorf("the call that was told: %d summaries, %+v; want one, not recovered", len(b), b)
		}
	}
	for _, entry := range missed {
		b := k.summaries[entry]
		if len(b) != 1 || !b[0].Recovered || b[0].Incomplete || b[0].TalkSec != 20 || b[0].Author.Extension != "101" || len(b[0].Legs) == 0 {
			t.Errorf("the call that was missed: %+v; want one summary, recovered, with its legs", b)
		}
	}
	late := fmt.Sprintf(`{"entry_id":%q,"call_direction":1,"from":{"number":"79160000000"},"to":{"extension":"101"},"create_time":%d,`+
		`"talk_time":%d,"end_time":%d,"entry_result":1,"disconnect_reason":1110}`, missed[0], time.Now().Unix()-600, time.Now().Unix()-590, time.Now().Unix()-570)
	s.post("/events/summary", late)
	k.rest(s, 3*time.Second) // longer than a summary waits for its legs
	s.shutdown()
	s = life()
	defer s.shutdown()
	k.rest(s, time.Second)
	for entry, b := range k.summaries {
		if len(b) != 1 {
			t.Errorf("%s was told %d times", entry, len(b))
		}
	}
	if c, err := stored(t, s.local, missed[1]); err != nil || !c.Recovered || len(c.Legs) == 0 {
		t.Errorf("GetCall of a recovered call = %+v, %v", c, err)
	}
	if _, err := stored(t, s.local, "nobody"); code(err) != text.CallUnknown {
		t.Errorf("GetCall of nobody = %v", err)
	}
}

// An office that shares its store, and follows one that had a call store of its
// own, asks statistics for what that one has told: the calls are stored, and not
// told once more.
func TestCatchUpWithAnotherHub(t *testing.T) {
	t.Parallel()
	cred := credentials(t)
	pbx := emulated(t, vpbxtest.Config{Credentials: cred, Epoch: time.Now().Add(-5 * time.Hour)})
	entry, err := pbx.Play(t.Context(), vpbxtest.Inbound("79160000000", "").Ring("101", 5).Answer().Talk(20).HangUp("caller"))
	if err != nil {
		t.Fatalf("Play() = %v", err)
	}
	store := &sharedStore{Store: memory.New(memory.Options{}), fresh: make(chan struct{}, 1)}
	heard, err := json.Marshal(time.Now().Add(-10 * time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.PutNote(t.Context(), office.AliveNote, heard); err != nil {
		t.Fatal(err)
	}
	cfg := office.Config{
		Credentials: cred, APIURL: pbx.URL() + "/vpbx/", Listen: office.Listen{Address: "127.0.0.1:0", Path: "/mango"},
		DataDir: t.TempDir(), Store: store, CatchUpEvery: 50 * time.Millisecond,
	}
	hastily(&cfg)
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	s := &site{t: t, cfg: cfg, o: o}
	s.local, s.inbox = attach(t, o, office.Session{})
	defer s.shutdown()
	s.until("caught up", func(v office.Snapshot) bool {
		calls, _ := v.Diagnostics["calls"].(map[string]any)
		return calls["alive_unix"].(int64) > 0 //nolint:forcetypeassert // fails the test
	})
	if c, err := stored(t, s.local, entry); err != nil || c.TalkSec != 20 {
		t.Errorf("GetCall = %+v, %v, want the call", c, err)
	}
	k := newKeeper(t)
	k.rest(s, time.Second)
	if len(k.summaries) > 0 {
		t.Errorf("told of %v, want nothing: the other hub has told it", k.summaries)
	}
	var now time.Time
	raw, err := store.Note(t.Context(), office.AliveNote)
	if err != nil || json.Unmarshal(raw, &now) != nil || time.Since(now) > 5*time.Minute {
		t.Errorf("the store is noted as whole until %v, %v, want now", now, err)
	}
}
