package service_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
)

// listener is a session that settles what it is told, but for what it forgets.
type listener struct {
	link   *link.Client
	forget atomic.Bool // the first attempt of summaries

	mu   sync.Mutex
	told map[string][]office.Delivery // summaries, by call
}

func (l *listener) of(entry string) []office.Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told[entry]
}

func (s *site) listen(secret string) *listener {
	s.t.Helper()
	l := &listener{told: map[string][]office.Delivery{}}
	var err error
	l.link, err = link.Dial(s.t.Context(), link.Config{
		URL: s.base, Token: secret, Version: "5.6.7.8", Session: office.Session{Extension: "101", UserID: "u1", Role: "desk"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = l.link.Close(context.Background()) }) // the hub may be gone
	l.link.Deliver(func(d office.Delivery) bool {
		if d.Event.Kind == engine.CallSummary {
			l.mu.Lock()
			l.told[d.Event.EntryID] = append(l.told[d.Event.EntryID], d)
			l.mu.Unlock()
		}
		v := office.Verdict{Done: true}
		if l.forget.Load() && d.Event.Kind == engine.CallSummary && d.Attempt == 1 {
			v = office.Verdict{Shown: true}
		}
		if d.Ref.Seq != 0 {
			_ = l.link.Settle(context.Background(), d.Ref, v) // the hub has it then or gives it again
		}
		return true
	})
	return l
}

// A clock that is set by an hour or a day, either way, while the hub runs: each
// call is told under one id, the session stays, nothing is parked, and what was
// not acknowledged before comes again within the minute that it is leased for.
func TestClockIsSet(t *testing.T) {
	t.Parallel()
	var offset atomic.Int64
	now := func() time.Time { return time.Now().Round(0).Add(time.Duration(offset.Load())) }
	var secret string
	s := openAt(t, now, func(c *config.Config) {
		set, err := token.Open(c.Tokens())
		if err != nil {
			t.Fatal(err)
		}
		if secret, _, err = set.Add(token.Grant{Rights: []string{token.Supervisor}}); err != nil {
			t.Fatal(err)
		}
	})
	l := s.listen(secret)
	s.until("a session", func(st status.Status) bool { return st.Registered && len(st.Sessions) == 1 })
	call := func(entry string) {
		t.Helper()
		if got := s.post("/events/summary", fmt.Sprintf(summary, entry)); got != 200 {
			t.Fatalf("POST summary of %s: HTTP %d", entry, got)
		}
		s.until("the summary of "+entry, func(status.Status) bool { return len(l.of(entry)) > 0 })
	}
	l.forget.Store(true)
	call("forgotten")
	l.forget.Store(false)
	offset.Add(int64(-24 * time.Hour))
	began := time.Now()
	var entries []string
	for i, jump := range []time.Duration{0, -time.Hour, time.Hour, 24 * time.Hour} {
		offset.Add(int64(jump))
		entry := fmt.Sprint("e", i)
		call(entry)
		entries = append(entries, entry)
		if st := s.until("the session", func(st status.Status) bool { return len(st.Sessions) == 1 }); !st.Registered || st.Journal.Parked > 0 {
			t.Errorf("after the clock went by %v: registered %t, %d parked", jump, st.Registered, st.Journal.Parked)
		}
		if v := l.link.View(); v.State != office.Registered {
			t.Errorf("after the clock went by %v the session is %v", jump, v.State)
		}
	}
	for end := time.Now().Add(90 * time.Second); len(l.of("forgotten")) < 2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("what was not acknowledged is told %d times %v after the clock was set", len(l.of("forgotten")), time.Since(began))
		}
	}
	s.until("nothing waits", func(st status.Status) bool { return st.Journal.Waiting == 0 })
	for _, entry := range append(entries, "forgotten") {
		list := l.of(entry)
		for _, d := range list {
			if d.Event.ID != list[0].Event.ID || d.Attempt > 3 {
				t.Errorf("%s was told as %s, attempt %d, and as %s", entry, d.Event.ID, d.Attempt, list[0].Event.ID)
			}
		}
	}
}
