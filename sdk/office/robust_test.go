package office_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// brittle is a store that panics when it is told to.
type brittle struct {
	journal.Store
	panics atomic.Int64 // how often yet
}

func (b *brittle) Derive(ctx context.Context, upTo uint64, out []journal.Out) error {
	if b.panics.Add(-1) >= 0 {
		panic("a defect")
	}
	return b.Store.Derive(ctx, upTo, out)
}

// TestPanicDoesNotStopTheOffice: what was accepted is derived, though the loop
// has run into a defect before.
func TestPanicDoesNotStopTheOffice(t *testing.T) {
	t.Parallel()
	store := &brittle{Store: memory.New(memory.Options{})}
	s := open(t, func(c *office.Config) { c.Store = store }, office.Session{Extension: "101"})
	s.registered()
	store.panics.Store(1)
	for i, p := range wholeCall("e1") {
		if got := s.post(p[0], p[1]); got != http.StatusOK {
			t.Fatalf("POST = %d, want 200", got)
		}
		if i == 0 { // the pop-up that the defect held up: of a call that is over it would not come
			want[struct{}](t, s.inbox, engine.IncomingCall)
		}
	}
	for _, k := range []engine.Kind{engine.CallAnswered, engine.CallEnded, engine.CallSummary} {
		want[struct{}](t, s.inbox, k)
	}
	if n := s.local.View().Diagnostics["panics"]; n != int64(1) {
		t.Errorf("Diagnostics panics = %v, want 1", n)
	}
}

// TestSummaryOutlivesTheOffice: the PBX got its 200, the summary waits for
// stragglers, and the connection is closed. The next office tells it.
func TestSummaryOutlivesTheOffice(t *testing.T) {
	t.Parallel()
	store := memory.New(memory.Options{})
	a := newAPI(t)
	cfg := config(t, a)
	cfg.Store = store
	for _, path := range []string{"first", "second"} {
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		s := &site{t: t, cfg: cfg, api: a, o: o}
		if path == "first" {
			s.post("/events/summary", summaryEvent("e1"))
			s.shutdown()
			continue
		}
		_, inbox := attach(t, o, office.Session{})
		if d, _ := want[struct{}](t, inbox, engine.CallSummary); d.Event.EntryID != "e1" {
			t.Errorf("CallSummary of %q, want e1", d.Event.EntryID)
		}
		s.shutdown()
	}
}

// TestLiveCallOutlivesTheOffice: a call goes on while 1C disconnects and
// connects again. The next office knows it, shows it and tells the whole of it.
func TestLiveCallOutlivesTheOffice(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	cfg := config(t, a)
	cfg.Store = memory.New(memory.Options{})
	open := func() *site {
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		return &site{t: t, cfg: cfg, api: a, o: o}
	}
	s := open()
	s.post("/events/call", callEvent("e1", "c1", 1, "Appeared"))
	s.post("/events/call", callEvent("e1", "c1", 2, "Connected"))
	s.shutdown()

	s = open()
	local, inbox := attach(t, s.o, office.Session{Extension: "101"})
	for _, k := range []engine.Kind{engine.IncomingCall, engine.CallAnswered} {
		if d, _ := want[struct{}](t, inbox, k); !d.Replay {
			t.Errorf("%s after the restart: Replay = false, want true", k)
		}
	}
	if calls := local.View().Calls; len(calls) != 1 || calls[0].State != "talking" {
		t.Errorf("View().Calls after the restart = %+v, want the one that talks", calls)
	}
	s.post("/events/call", callEvent("e1", "c1", 3, "Disconnected"))
	s.post("/events/summary", summaryEvent("e1"))
	want[struct{}](t, inbox, engine.CallEnded)
	_, body := want[engine.CallSummaryBody](t, inbox, engine.CallSummary)
	if len(body.Legs) != 1 || body.Legs[0].TalkStarted.IsZero() || body.Incomplete {
		t.Errorf("CallSummary after the restart = %+v, want its leg with the beginning of the talk", body)
	}
	s.shutdown()
}

// TestCloseIsComplete even when its caller has no patience left.
func TestCloseIsComplete(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 30 {
		l, err := s.o.Attach(office.Session{Extension: "102"})
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close(gone)
	}
	if n := s.local.View().Diagnostics["sessions"]; n != 1 {
		t.Errorf("Diagnostics sessions = %v, want the one that was not closed", n)
	}
}

// TestCommandsUnderWayAreBounded while the PBX is slow: 64 at most, the rest
// is refused at once.
func TestCommandsUnderWayAreBounded(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var asked atomic.Int64
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "commands") {
			_, _ = w.Write([]byte(`{"users":[]}`))
			return
		}
		asked.Add(1)
		<-release
		_, _ = w.Write([]byte(`{"result":1000}`))
	}))
	defer slow.Close()
	s := open(t, func(c *office.Config) {
		c.APIURL, c.Guard = slow.URL+"/vpbx/", guard.Config{Unlimited: true}
	}, office.Session{Extension: "101"})
	s.registered()
	var taken, refused atomic.Int64
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			_, err := s.call("StartCall", fmt.Sprintf(`{"number":"+7916%07d"}`, i))
			switch {
			case err == nil:
				taken.Add(1)
			case code(err) == text.RateLimited:
				refused.Add(1)
			default:
				t.Errorf("StartCall() = %v, want an id or rate_limited", err)
			}
		})
	}
	wg.Wait()
	if taken.Load() != 64 || refused.Load() != 236 {
		t.Errorf("of 300 calls at once %d were taken and %d refused, want 64 and 236", taken.Load(), refused.Load())
	}
	close(release)
	s.until("idle", func(v office.Snapshot) bool { return v.Diagnostics["commands_under_way"] == int64(0) })
	if asked.Load() != 64 {
		t.Errorf("the API got %d commands, want 64", asked.Load())
	}
}

// TestGatewayLostTheAnswer: a gateway that gave up waiting knows no more of the
// command than a broken connection does; the posted result decides.
func TestGatewayLostTheAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadGateway, http.StatusGatewayTimeout} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			s := open(t, nil, office.Session{Extension: "101"})
			s.registered()
			s.api.set(status, "<html>gateway</html>")
			id := s.command("StartCall", `{"number":"+79161234567"}`)
			s.asked("commands/callback", 1)
			none(t, s.inbox, 100*time.Millisecond)
			s.post("/result/callback", `{"command_id":"`+id+`","result":1000}`)
			if _, got := want[engine.CommandResultBody](t, s.inbox, engine.CommandResult); got.Result != 1000 || got.Code != "" {
				t.Errorf("CommandResult = %+v, want 1000", got)
			}
		})
	}
}

var errStore = errors.New("the disk is full")

// full is a store that takes nothing.
type full struct{ journal.Store }

func (full) Append(context.Context, string, []byte) (uint64, bool, error) { return 0, false, errStore }

// TestStoreUnavailable: 503, so that the PBX knows it was not taken.
func TestStoreUnavailable(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) { c.Store = full{memory.New(memory.Options{})} }, office.Session{})
	if got := s.post("/events/summary", summaryEvent("e1")); got != http.StatusServiceUnavailable {
		t.Errorf("POST to a full store = %d, want 503", got)
	}
	none(t, s.inbox, 50*time.Millisecond)
}
