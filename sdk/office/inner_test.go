package office

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"

	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// inner opens an office whose API answers body.
func inner(t *testing.T, body string, change ...func(*Config)) *Office {
	t.Helper()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
	t.Cleanup(api.Close)
	cfg := Config{
		Credentials: sign.Credentials{Key: "inner" + t.Name() + strconv.Itoa(os.Getpid()), Salt: sign.NewSalt("s")},
		APIURL:      api.URL + "/vpbx/", Listen: Listen{Address: "127.0.0.1:0"},
	}
	for _, c := range change {
		c(&cfg)
	}
	o, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Shutdown(context.Background()) }) // t.Context is over then
	return o
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came true: %s", what)
		}
	}
}

// TestSettledEventsAreForgotten: a consumer may settle an event before its
// function returns; nothing must be kept of it.
func TestSettledEventsAreForgotten(t *testing.T) {
	t.Parallel()
	o := inner(t, `{"users":[]}`)
	l, err := o.Attach(Session{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 100)
	l.Deliver(func(d Delivery) bool {
		if d.Ref.Seq != 0 {
			if err := l.Settle(t.Context(), d.Ref, Verdict{Done: true}); err != nil {
				t.Errorf("Settle() = %v", err)
			}
			done <- struct{}{}
		}
		return true
	})
	for i := range 10 {
		err := o.store.Derive(t.Context(), 0, []journal.Out{{ID: "e" + strconv.Itoa(i), Record: true, Raw: []byte(`{"event":"CallSummary","class":"record"}`)}})
		if err != nil {
			t.Fatal(err)
		}
		<-done
	}
	waitFor(t, "no settled event is held", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.held) == 0
	})
}

// TestWrongRequestIsNotRepeatedSoon: the second 3xxx answer within two minutes
// closes the API for everybody (VPBX API §1.4.1).
func TestWrongRequestIsNotRepeatedSoon(t *testing.T) {
	t.Parallel()
	o := inner(t, `{"users":[]}`)
	retry := backoff.NewExponentialBackOff()
	for _, c := range []struct {
		err  error
		want time.Duration // at least
	}{
		{&vpbx.Error{Kind: vpbx.KindRefused, HTTPStatus: 400, Result: 3300, Sent: true}, pauseTime},
		{&vpbx.Error{Kind: vpbx.KindRefused, HTTPStatus: 400, Result: 5003, Sent: true}, 2 * time.Second},
		{&vpbx.Error{Kind: vpbx.KindPaused, HTTPStatus: 401, Sent: true}, pauseTime},
		{&vpbx.Error{Kind: vpbx.KindAuth, HTTPStatus: 401, Sent: true}, pauseTime},
		{&vpbx.Error{Kind: vpbx.KindRateLimited, HTTPStatus: 429, Sent: true, RetryAfter: time.Minute}, time.Minute},
	} {
		if got := o.verifyFailed(c.err, retry); got < c.want {
			t.Errorf("after %v the PBX is asked again in %v, want %v at least", c.err, got, c.want)
		}
	}
}

// TestDeafOfficeStaysRefused: when the listener has failed for good, a PBX
// that answers does not make the connection a good one.
func TestDeafOfficeStaysRefused(t *testing.T) {
	t.Parallel()
	o := inner(t, `{"users":[]}`)
	waitFor(t, "registered", func() bool { return o.snap.Load().State == Registered })
	if err := o.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
	waitFor(t, "refused", func() bool { return o.snap.Load().State == Refused })
	o.setState(Registered, nil)
	v := o.snap.Load()
	if v.State != Refused || v.Why == nil || v.Why.Code != text.BadListen {
		t.Errorf("state = %d, %v after the PBX answered, want 4 bad_listen", v.State, v.Why)
	}
}

// TestWaitingUsesNoAttempt: what a session holds and was not shown stays its
// own for as long as it likes; once shown, the acknowledgement has a minute.
func TestWaitingUsesNoAttempt(t *testing.T) {
	t.Parallel()
	clock := &atomic.Int64{}
	o := inner(t, `{"users":[]}`, func(cfg *Config) {
		cfg.Now = func() time.Time { return time.Now().Add(time.Duration(clock.Load())) }
	})
	l, err := o.Attach(Session{})
	if err != nil {
		t.Fatal(err)
	}
	l.every = time.Millisecond
	got := make(chan Delivery, 10)
	l.Deliver(func(d Delivery) bool {
		if d.Ref.Seq != 0 {
			got <- d
		}
		return true
	})
	if err := o.store.Derive(t.Context(), 0, []journal.Out{{ID: "e", Record: true, Raw: []byte(`{"event":"CallSummary","class":"record"}`)}}); err != nil {
		t.Fatal(err)
	}
	l.signal()
	d := <-got
	leaseAhead := func() bool {
		kept, err := o.store.Outbox().Get(t.Context(), "e")
		return err == nil && kept.Until.Sub(o.cfg.Now()) > journal.LeaseTime-5*time.Second
	}
	for range 40 { // twenty minutes, twenty leases
		clock.Add(int64(30 * time.Second))
		waitFor(t, "the lease is renewed", leaseAhead)
	}
	if err := l.Settle(t.Context(), d.Ref, Verdict{Shown: true}); err != nil {
		t.Fatalf("Settle(shown) = %v", err)
	}
	if len(got) != 0 || d.Attempt != 1 {
		t.Fatalf("the event came %d times more, attempt %d, want once, attempt 1", len(got), d.Attempt)
	}
	clock.Add(int64(61 * time.Second))
	l.signal()
	if d := <-got; d.Attempt != 2 {
		t.Errorf("shown and not acknowledged: attempt %d, want 2", d.Attempt)
	}
}

func TestTooEarly(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	for name, c := range map[string]struct {
		last time.Time
		want time.Duration
	}{
		"never":                        {time.Time{}, 0},
		"just now":                     {now, usersEvery},
		"a while ago":                  {now.Add(-1500 * time.Millisecond), 500 * time.Millisecond},
		"exactly two seconds ago":      {now.Add(-usersEvery), 0},
		"an hour ago":                  {now.Add(-time.Hour), 0},
		"in an hour: a clock set back": {now.Add(time.Hour), usersEvery},
	} {
		if got := tooEarly(now, c.last); got != c.want {
			t.Errorf("tooEarly(now, %s) = %v, want %v", name, got, c.want)
		}
	}
}

// stuckStore is on a disk that does not answer.
type stuckStore struct {
	journal.Store
	answer chan struct{}
}

func (s stuckStore) Close() error { <-s.answer; return nil }

func TestClosingWaitsForNoDisk(t *testing.T) {
	t.Parallel()
	store := stuckStore{answer: make(chan struct{})}
	o := &Office{store: &stored{Store: store, own: true}, calls: history.Open(history.Config{Now: time.Now})}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := o.closeStore(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closeStore on a stuck disk = %v, want to give up in time", err)
	}
	close(store.answer)
	if err := o.closeStore(t.Context()); err != nil {
		t.Errorf("closeStore = %v, want success", err)
	}
}

// TestGlanceGathersNoDiagnostics: a hub looks before every event.
func TestGlanceGathersNoDiagnostics(t *testing.T) {
	t.Parallel()
	o := inner(t, `{"users":[]}`)
	l, err := o.Attach(Session{Extension: "101"})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "registered", func() bool { return l.View().State == Registered })
	view := l.View()
	o.stats.touch()
	before := o.stats.cached.Load()
	glance := l.Glance()
	if now := o.stats.cached.Load(); now != before || glance.Diagnostics != nil {
		t.Errorf("Glance() gathered diagnostics: %v", glance.Diagnostics)
	}
	if glance.State != view.State || glance.Extension != view.Extension || glance.Epoch != view.Epoch ||
		glance.Revision != view.Revision || len(glance.Settings) != len(view.Settings) || glance.Calls == nil {
		t.Errorf("Glance() = %+v, want View() but for Diagnostics: %+v", glance, view)
	}
	if view.Diagnostics == nil || l.View().Diagnostics == nil || o.stats.cached.Load() == before {
		t.Error("View() did not gather diagnostics after a change")
	}
}

// TestDiagnosticsFollowTheBackground: what the archive and the call store do by
// themselves shows, though nobody else does anything.
func TestDiagnosticsFollowTheBackground(t *testing.T) {
	t.Parallel()
	o := inner(t, `{"users":[]}`, func(cfg *Config) { cfg.Archive = recording.FolderAt(t.TempDir()) })
	l, err := o.Attach(Session{})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "registered", func() bool { return l.View().State == Registered })
	shows := func(part, key string, want any) bool {
		return l.View().Diagnostics[part].(map[string]any)[key] == want
	}
	if !shows("archive", "waiting", 0) || !shows("calls", "stored", int64(0)) {
		t.Errorf("Diagnostics at first = %v", l.View().Diagnostics)
	}
	o.archiveOne(t.Context(), &copying{id: "of no known call", waits: 5}) // for half a minute more
	if !shows("archive", "waiting", 1) {
		t.Errorf("Diagnostics archive = %v, want the recording that waits", l.View().Diagnostics["archive"])
	}
	o.calls.Put(history.Call{EntryID: "e"})
	waitFor(t, "the stored call shows", func() bool { return shows("calls", "stored", int64(1)) })
}
