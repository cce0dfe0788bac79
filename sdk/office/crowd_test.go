package office_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
)

// hall is an office with many sessions, each with an extension, a consumer that
// settles what it takes, and a watch.
type hall struct {
	*site
	told   chan engine.Kind // to extension 1000, and summaries to anybody
	tolds  atomic.Int64     // all that any session was offered
	watchs atomic.Int64
	ready  atomic.Int64 // sessions that were told that the PBX knows the key
	calls  int
}

func newHall(t testing.TB, key string, sessions int, change func(*office.Config)) *hall {
	t.Helper()
	a := newAPI(t)
	cfg := config(t, a)
	cfg.Credentials.Key += key
	cfg.NoListener = true
	if change != nil {
		change(&cfg)
	}
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{site: &site{t: t, cfg: cfg, api: a, o: o}, told: make(chan engine.Kind, 64)}
	t.Cleanup(h.shutdown)
	for i := range sessions {
		l, err := o.Attach(office.Session{Extension: fmt.Sprint(1000 + i)})
		if err != nil {
			t.Fatal(err)
		}
		h.local = l
		l.Watch(func() { h.watchs.Add(1) })
		l.Deliver(func(d office.Delivery) bool {
			switch d.Event.Kind {
			case engine.ConnectionState:
				if decodeBody[engine.ConnectionStateBody](t, d).State == int(office.Registered) {
					h.ready.Add(1)
				}
				return true
			case engine.FirstInSession, engine.UserLimit:
				return true
			case engine.CallSummary:
				_ = l.Settle(context.Background(), d.Ref, office.Verdict{Done: true})
			}
			h.tolds.Add(1)
			h.told <- d.Event.Kind
			return true
		})
	}
	h.registered()
	return h
}

// call is one call of extension 1000, from the first notification until the
// last event of it was taken.
func (h *hall) call() time.Duration {
	h.calls++
	posts := wholeCall(fmt.Sprint("call", h.calls))
	started := time.Now()
	for _, p := range posts {
		h.postTo1000(p)
	}
	for range posts {
		h.heard()
	}
	return time.Since(started)
}

// slowCall is a call of which each event was taken before the next one comes:
// the office sees every state of it, which it need not when they come at once.
func (h *hall) slowCall() {
	h.calls++
	for _, p := range wholeCall(fmt.Sprint("call", h.calls)) {
		h.postTo1000(p)
		h.heard()
	}
}

func (h *hall) postTo1000(p [2]string) {
	body := strings.Replace(p[1], `"extension":"101"`, `"extension":"1000"`, 1)
	form := url.Values{"vpbx_api_key": {h.cfg.Credentials.Key}, "json": {body}, "sign": {h.cfg.Credentials.JSON([]byte(body))}}
	r := httptest.NewRequest(http.MethodPost, "/mango"+p[0], strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	if h.o.Handler().ServeHTTP(w, r); w.Code != http.StatusOK {
		h.t.Fatalf("POST %s = %d, want 200", p[0], w.Code)
	}
}

// heard waits for an event of the call.
func (h *hall) heard() {
	select {
	case <-h.told:
	case <-time.After(patience):
		h.t.Fatal("an event of the call never came")
	}
}

// countedStore counts how often somebody looks for events.
type countedStore struct {
	journal.Store
	leases atomic.Int64
}

func (s *countedStore) Outbox() journal.Outbox { return countedOutbox{s.Store.Outbox(), s} }

type countedOutbox struct {
	journal.Outbox
	s *countedStore
}

func (o countedOutbox) Lease(ctx context.Context, session string, writer bool, limit int) ([]journal.Delivery, error) {
	o.s.leases.Add(1)
	return o.Outbox.Lease(ctx, session, writer, limit)
}

// calm waits until every session was told of the state, and has looked whether
// there is more.
func (h *hall) calm(sessions int64, store *countedStore) {
	h.t.Helper()
	quiet := 0
	for end := time.Now().Add(patience); quiet < 10 || h.ready.Load() < sessions; time.Sleep(10 * time.Millisecond) {
		if quiet++; store.leases.Swap(0) > 0 {
			quiet = 0
		}
		if time.Now().After(end) {
			h.t.Fatalf("%d of %d sessions were told that the connection is registered, want all, and peace", h.ready.Load(), sessions)
		}
	}
}

// An event wakes those whom it concerns: the others neither look for it nor are
// told that their view has changed.
func TestEventsWakeWhomTheyConcern(t *testing.T) {
	t.Parallel()
	store := &countedStore{Store: memory.New(memory.Options{})}
	h := newHall(t, "", 300, func(c *office.Config) { c.Store = store })
	h.calm(300, store)
	h.watchs.Store(0)
	const calls = 20
	for range calls {
		h.slowCall()
	}
	// Four events of a call: at most so many pumps look, and once more each when
	// they are done; a summary makes its writer look twice for the settling.
	if n := store.leases.Load(); n > calls*4*4 {
		t.Errorf("%d calls to one of 300 sessions: events were looked for %d times, want a few for each", calls, n)
	}
	// Ringing, talking, over; the summary changes nothing that is shown.
	if n := h.watchs.Load(); n != calls*3 {
		t.Errorf("%d calls to one of 300 sessions: watchers were told %d times, want once for each change of the leg", calls, n)
	}
	if n := h.tolds.Load(); n != calls*4 {
		t.Errorf("%d calls: %d events were offered, want four for each", calls, n)
	}
}

// BenchmarkCrowd is the cost of a call to one session while so many are
// attached, as a ratio to that with ten, measured in turns.
func BenchmarkCrowd(b *testing.B) {
	sizes := []int{10, 100, 1000}
	for name, change := range map[string]func(*office.Config){
		"memory": nil,
		"disk":   func(c *office.Config) { c.DataDir = b.TempDir() },
	} {
		b.Run(name, func(b *testing.B) {
			var halls []*hall
			for _, n := range sizes {
				halls = append(halls, newHall(b, fmt.Sprint("-", n), n, change))
			}
			took := make([][]time.Duration, len(sizes))
			for range 50 {
				for _, h := range halls {
					h.call()
				}
			}
			for b.Loop() {
				for i, h := range halls {
					took[i] = append(took[i], h.call())
				}
			}
			var median [3]float64
			for i := range took {
				slices.Sort(took[i])
				median[i] = float64(took[i][len(took[i])/2].Nanoseconds())
			}
			b.ReportMetric(median[0]/1000, "µs/call-10")
			b.ReportMetric(median[1]/median[0], "x-100")
			b.ReportMetric(median[2]/median[0], "x-1000")
		})
	}
}
