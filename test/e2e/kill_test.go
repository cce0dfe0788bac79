package e2e

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

// killRounds is how often something is killed; MANGO_KILL_ROUNDS says another
// number (`make test` two hundred).
const killRounds = 8

// TestKill ends the hub or a native host with SIGKILL at random points of calls
// that go on, again and again. Whatever the PBX got a 200 for reaches a desk,
// in order within a call, under ids that stay.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := killRounds
	if s := os.Getenv("MANGO_KILL_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("MANGO_KILL_ROUNDS = %q, want a number", s)
		}
		rounds = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d rounds", seed, rounds)
	dice := rand.New(rand.NewPCG(seed, seed))

	h := startHub(t, vpbxtest.Config{Speed: 100})
	desks := []*rig.Desk{desk(t, h, "101"), desk(t, h, "102")}
	var calls sync.WaitGroup
	for round := range rounds {
		for _, d := range desks {
			calls.Go(func() { playTo(t, h.PBX, d.Extension) })
		}
		// A call takes some 200 ms: the blow falls before, within or after it.
		time.Sleep(time.Duration(dice.IntN(250)) * time.Millisecond)
		if victim := dice.IntN(len(desks) + 1); victim == len(desks) {
			h.Kill()
			if err := h.Run(t.Context()); err != nil {
				t.Fatalf("round %d: the hub did not come back: %v", round, err)
			}
		} else {
			desks[victim].Kill()
			if err := desks[victim].Start(t.Context()); err != nil {
				t.Fatalf("round %d: desk %s did not come back: %v", round, desks[victim].Extension, err)
			}
		}
		calls.Wait()
	}
	promised := accepted(t, h.PBX)
	t.Logf("%d of %d calls have a summary that got a 200", len(promised), rounds*len(desks))
	for end := time.Now().Add(soon); len(missing(promised, desks)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("calls whose summary got a 200 and that no desk was told of: %v", missing(promised, desks))
			break
		}
	}
	checkOrder(t, desks)
}

// playTo plays a call to one employee. Notifications that nobody takes, because
// the hub is down, are lost to the PBX, which does not repeat them.
func playTo(t *testing.T, pbx *vpbxtest.PBX, extension string) {
	_, err := pbx.Play(t.Context(), vpbxtest.Scenario{Name: "killed", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: client}, {Do: vpbxtest.VerbIVR, Sec: 5},
		{Do: vpbxtest.VerbRing, To: []string{extension}, Sec: 5}, {Do: vpbxtest.VerbAnswer},
		{Do: vpbxtest.VerbTalk, Sec: 10}, {Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
	}})
	if err != nil {
		t.Errorf("Play to %s: %v", extension, err)
	}
}

// accepted are the calls whose summary got a 200.
func accepted(t *testing.T, pbx *vpbxtest.PBX) (entries []string) {
	t.Helper()
	for _, d := range pbx.Delivered() {
		var n struct {
			EntryID string `json:"entry_id"`
		}
		if d.Path == "/events/summary" && d.OK() {
			if err := json.Unmarshal(d.JSON, &n); err != nil || n.EntryID == "" {
				t.Fatalf("summary %s: %v", d.JSON, err)
			}
			entries = append(entries, n.EntryID)
		}
	}
	return entries
}

// missing are the calls that no desk was told the summary of.
func missing(promised []string, desks []*rig.Desk) (list []string) {
	told := map[string]bool{}
	for _, d := range desks {
		for _, e := range d.Seen() {
			told[e.EntryID] = told[e.EntryID] || e.Event == "CallSummary"
		}
	}
	for _, entry := range promised {
		if !told[entry] {
			list = append(list, entry)
		}
	}
	return list
}

// checkOrder: one summary has one id, however often it was told, and within a
// call no desk hears of the end before the beginning.
func checkOrder(t *testing.T, desks []*rig.Desk) {
	t.Helper()
	ids := map[string]string{}
	for _, d := range desks {
		over := map[string]bool{}
		for _, e := range d.Seen() {
			switch {
			case e.Event == "CallSummary":
				if id := ids[e.EntryID]; id != "" && id != e.ID {
					t.Errorf("call %s has summaries %s and %s", e.EntryID, id, e.ID)
				}
				ids[e.EntryID] = e.ID
				over[e.EntryID] = true
			case slices.Contains([]string{"IncomingCall", "CallAnswered", "CallEnded"}, e.Event) && over[e.EntryID]:
				t.Errorf("desk %s: %s of call %s after its summary", d.Extension, e.Event, e.EntryID)
			}
		}
	}
}
