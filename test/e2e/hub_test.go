package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

func startHub(t *testing.T, pbx vpbxtest.Config) *rig.Hub {
	t.Helper()
	return startHubAt(t, rig.HubConfig{PBX: pbx})
}

func startHubAt(t *testing.T, cfg rig.HubConfig) *rig.Hub {
	t.Helper()
	h, err := rig.StartHub(t.Context(), cfg)
	if err != nil {
		t.Fatalf("StartHub: %v", err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("Close of the hub: %v", err)
		}
	})
	return h
}

func desk(t *testing.T, h *rig.Hub, extension string, prefix ...string) *rig.Desk {
	t.Helper()
	d, err := h.Desk(t.Context(), extension, prefix...)
	t.Cleanup(d.Kill)
	if err != nil {
		t.Fatalf("desk %s: %v", extension, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := d.Registered(ctx); err != nil {
		t.Fatalf("desk %s is not linked: %v", extension, err)
	}
	return d
}

// awaited is the next event of a desk that match accepts.
func awaited(t *testing.T, d *rig.Desk, what string, match func(rig.Data) bool) rig.Data {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	e, err := d.Await(ctx, match)
	if err != nil {
		t.Fatalf("desk %s: no %s: %v", d.Extension, what, err)
	}
	return e
}

// Three employees at one hub: the pop-up comes to whose telephone rings, and to
// nobody else; the call is saved once.
func TestHubPopsUpAtTheDeskThatRings(t *testing.T) {
	t.Parallel()
	h := startHub(t, stepped)
	desks := []*rig.Desk{desk(t, h, "101"), desk(t, h, "102"), desk(t, h, "103")}
	entry := begin(t, h.PBX, answered(client))
	awaited(t, desks[0], "IncomingCall", of("IncomingCall", entry))
	step(t, h.PBX, untilOver)
	for _, event := range []string{"CallAnswered", "CallEnded"} {
		awaited(t, desks[0], event, of(event, entry))
	}
	eventually(t, "CallSummary at some desk", func() bool {
		return slices.ContainsFunc(desks, func(d *rig.Desk) bool { return slices.ContainsFunc(d.Seen(), of("CallSummary", entry)) })
	})
	for _, d := range desks[1:] {
		for _, e := range d.Seen() {
			if e.EntryID == entry && e.Event != "CallSummary" {
				t.Errorf("desk %s heard %s of a call that is not its own", d.Extension, e.Event)
			}
		}
	}
}

// A desk is killed while it talks: the next process of the same employee is
// told the call as it is, and hears of its end.
func TestHubDeskKilledMidCall(t *testing.T) {
	t.Parallel()
	h := startHub(t, vpbxtest.Config{Speed: 1})
	d := desk(t, h, own)
	entry := talking(t, h)
	awaited(t, d, "CallAnswered", of("CallAnswered", entry))
	d.Kill()
	if err := d.Start(t.Context()); err != nil {
		t.Fatalf("the desk did not come back: %v", err)
	}
	awaited(t, d, "IncomingCall after the restart", of("IncomingCall", entry))
	act(t, h, entry, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client})
	awaited(t, d, "CallEnded", of("CallEnded", entry))
	awaited(t, d, "CallSummary", of("CallSummary", entry))
}

// The hub is killed in the middle of a call: desks come back by themselves, and
// what got a 200 is told.
func TestHubKilledMidCall(t *testing.T) {
	t.Parallel()
	h := startHub(t, vpbxtest.Config{Speed: 1})
	d := desk(t, h, own)
	entry := talking(t, h)
	awaited(t, d, "CallAnswered", of("CallAnswered", entry))
	h.Kill()
	if err := h.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	act(t, h, entry, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client})
	awaited(t, d, "CallSummary", of("CallSummary", entry))
	ids := map[string]int{}
	for _, e := range d.Seen() {
		if e.Class == "record" {
			ids[e.ID]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("record event %s came %d times to a desk that took it, want once", id, n)
		}
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s", what)
		}
	}
}

// Two hubs never share a file: the second one says who holds it, and ends.
func TestTwoHubsOneFile(t *testing.T) {
	t.Parallel()
	h := startHub(t, vpbxtest.Config{})
	out, err := h.Second(t.Context())
	if err == nil {
		t.Fatal("a second hub on the same folder ran")
	}
	if !strings.Contains(out, "[data_dir]: process ") {
		t.Errorf("the second hub said %q, want which process holds the folder", out)
	}
	if _, err := h.PBX.Play(t.Context(), answered(client)); err != nil {
		t.Errorf("the first one does not go on: %v", err)
	}
	d := desk(t, h, own)
	awaited(t, d, "CallSummary", is("CallSummary"))
}

func of(event, entry string) func(rig.Data) bool {
	return func(d rig.Data) bool { return d.Event == event && d.EntryID == entry }
}

// talking is a call that own has answered and that goes on.
func talking(t *testing.T, h *rig.Hub) (entry string) {
	t.Helper()
	entry, err := h.PBX.Begin(t.Context(), vpbxtest.Scenario{Name: "talking", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: client}, {Do: vpbxtest.VerbRing, To: []string{own}, Sec: 600},
	}})
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	act(t, h, entry, vpbxtest.Step{Do: vpbxtest.VerbAnswer})
	return entry
}

func act(t *testing.T, h *rig.Hub, entry string, s vpbxtest.Step) {
	t.Helper()
	if err := h.PBX.Act(t.Context(), entry, s); err != nil {
		t.Fatalf("Act(%s): %v", s.Do, err)
	}
}
