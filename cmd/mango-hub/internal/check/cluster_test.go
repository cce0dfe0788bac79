package check_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/sdk/journal/jetstream"
)

func TestCluster(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		facts jetstream.Facts
		err   error
		want  string // in English; of the remedy unless all is well
	}{
		"well":         {jetstream.Facts{Stream: "m", Replicas: 3, Current: 3, MaxPayload: 1 << 20}, nil, "3 copies, 3 of them whole; max_payload 1024 KB"},
		"no answer":    {jetstream.Facts{}, errors.New("nats: timeout"), "Look at the servers"},
		"too few":      {jetstream.Facts{Stream: "m", Replicas: 1, Current: 1, MaxPayload: 1 << 20}, nil, "nats stream edit m --replicas=3"},
		"one is away":  {jetstream.Facts{Stream: "m", Replicas: 3, Current: 2, MaxPayload: 1 << 20}, nil, "Not all servers"},
		"small letter": {jetstream.Facts{Stream: "m", Replicas: 3, Current: 3, MaxPayload: 64 << 10}, nil, "Raise max_payload"},
	} {
		got := check.Cluster(t.Context(), func(context.Context) (jetstream.Facts, error) { return row.facts, row.err }, 3)
		text := got.FixEN
		if got.OK {
			text = got.EN
		}
		if got.OK != (name == "well") || !strings.Contains(text, row.want) || !got.OK && got.FixRU == "" {
			t.Errorf("%s: Cluster() = %+v, want %s", name, got, row.want)
		}
	}
}
