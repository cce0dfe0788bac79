package e2e

import (
	"context"
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

// The PBX got its 200 and 1C has not taken the event when its process is
// killed: the next process finds it.
func TestEventOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	if err := r.Object.Refuse(t.Context(), 1<<30); err != nil {
		t.Fatal(err)
	}
	entry := play(t, r, answered(client)) // on return every notification got its 200
	if d := diagnostics(t, r); !d.Office.Journal.Durable {
		t.Fatalf("the journal before: %+v, want a durable one", d.Office.Journal)
	}
	pid := r.Host.PID()
	if err := r.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Connect(t.Context(), nil); err != nil {
		t.Fatalf("Connect after the process was killed: %v", err)
	}
	if d := diagnostics(t, r); r.Host.PID() == pid || !strings.Contains(d.Office.Journal.UnclosedBy, "napi-host") {
		t.Errorf("the journal after: %+v, want to be told of the napi-host that did not close it", d.Office.Journal)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	e, err := r.AwaitEvent(ctx, func(d rig.Data) bool { return d.Event == "CallSummary" })
	if err != nil {
		t.Fatalf("no CallSummary after the restart: %v", err)
	}
	if got := rig.Decode(e).EntryID; got != entry {
		t.Errorf("CallSummary of %s, want %s", got, entry)
	}
}

// Without a folder nothing outlives the process, as ever.
func TestWithoutDataDirTheStoreIsInMemory(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, map[string]any{"data_dir": nil})
	if d := diagnostics(t, r); d.Office.Journal.Durable || d.Office.Journal.Folder != "" {
		t.Errorf("the journal: %+v, want one in memory", d.Office.Journal)
	}
}
