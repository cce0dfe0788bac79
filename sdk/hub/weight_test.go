package hub

import (
	"context"
	"runtime"
	"testing"

	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
)

// TestAnIdleSessionIsLight: a company has a thousand of them. Not parallel: it
// looks at what the whole process allocates.
func TestAnIdleSessionIsLight(t *testing.T) { //nolint:paralleltest // see above
	s := New(Config{})
	defer func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
	}()
	const sessions = 100
	kept := make([]*session, 0, sessions)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range sessions {
		kept = append(kept, newSession(s, "id", wire.MaxVersion, "token", wire.Hello{}, office.Session{}, nil, "127.0.0.1"))
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / sessions; each > 6<<10 {
		t.Errorf("newSession() allocates %d bytes, want at most 6 KiB", each)
	}
	runtime.KeepAlive(kept)
}
