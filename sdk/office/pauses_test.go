package office_test

import (
	"testing"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// The PBX shuts a product out for its second wrong request within two minutes,
// whoever sends it: an office that follows another one on a shared store sends
// none that may be one, and is connected all the same.
func TestPausesFollowTheStore(t *testing.T) {
	t.Parallel()
	store := &sharedStore{Store: memory.New(memory.Options{}), fresh: make(chan struct{}, 1)}
	shared := func(c *office.Config) { c.Store = store }
	first := open(t, shared, office.Session{Extension: "101"})
	first.api.set(0, `{"result":3104}`)
	first.command("StartCall", `{"number":"+79161234567"}`)
	want[engine.CommandResultBody](t, first.inbox, engine.CommandResult) // 3104, or held back because a read was answered so
	first.until("noted for the next one", func(office.Snapshot) bool {
		raw, err := store.Note(t.Context(), "rate guard")
		return err == nil && raw != nil
	})
	first.shutdown()
	next := open(t, shared, office.Session{Extension: "101"})
	next.registered()
	if g := next.local.View().Diagnostics["rate_guard"].(map[string]any); g["doubtful_paused_until_unix"] == int64(0) || g["wrong"] != uint64(0) {
		t.Errorf("rate_guard = %v, want the window of the other office", g)
	}
	next.command("StartCall", `{"number":"+79161234567"}`)
	if _, got := want[engine.CommandResultBody](t, next.inbox, engine.CommandResult); got.Code != string(text.RequestsHeld) && got.Code != string(text.APIPaused) {
		t.Errorf("CommandResult = %+v, want it held back", got)
	}
	if n := len(next.asked("commands/callback", 0)); n != 0 {
		t.Errorf("the PBX got %d callbacks, want none", n)
	}
}
