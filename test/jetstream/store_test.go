package jetstream_test

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
	"mangoofficesdk/sdk/journal/journaltest"
)

// led is a store with a node of its own.
type led struct {
	*jetstream.Store
	node *jetstream.Node
}

func (l *led) Close() error {
	if err := l.Store.Close(); err != nil {
		return err
	}
	return l.node.Close()
}

func lead(t testing.TB, o jetstream.Options) *led {
	t.Helper()
	node, err := jetstream.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	t.Cleanup(func() { _ = node.Close() })
	store, err := node.Lead(t.Context())
	if err != nil {
		t.Fatalf("Lead() = %v", err)
	}
	return &led{Store: store, node: node}
}

// TestConformance: what every store does, and what one does that is opened again.
func TestConformance(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	journaltest.RunDurable(t, func(t testing.TB, dir string, now func() time.Time) journal.Store {
		return lead(t, jetstream.Options{URL: url, Key: dir, NodeName: "node", Now: now})
	})
}
