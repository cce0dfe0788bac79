package vpbxtest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

// In real time the steps last what they say, to the microsecond of the timer.
func TestPaceOfACall(t *testing.T) {
	t.Parallel()
	for _, speed := range []float64{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var got []time.Duration
			p := start(t, vpbxtest.Config{Speed: speed, Post: func(context.Context, string, url.Values) (int, error) {
				got = append(got, time.Since(began).Round(time.Millisecond))
				return http.StatusOK, nil
			}})
			if _, err := p.Play(t.Context(), load(t, "inbound-ivr-answered")); err != nil {
				t.Fatal(err)
			}
			var want []time.Duration
			for _, s := range []float64{0, 8, 8, 14, 74, 75} {
				want = append(want, time.Duration(s/speed*float64(time.Second)))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("moments at speed %v (-want +got):\n%s", speed, diff)
			}
		})
	}
}

// A clock that jumps does not run ahead of a slow listener.
func TestJumpingClockWaitsForAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		p := start(t, vpbxtest.Config{Style: vpbxtest.Style{Parallel: true}, Post: func(context.Context, string, url.Values) (int, error) {
			most.Store(max(most.Load(), busy.Add(1)))
			time.Sleep(time.Second)
			busy.Add(-1)
			return http.StatusOK, nil
		}})
		began := time.Now()
		if _, err := p.Play(t.Context(), load(t, "inbound-ivr-answered")); err != nil {
			t.Fatal(err)
		}
		// Six events in five moments: the two at +8 s go out side by side.
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("Play took %v, want 5s", took)
		}
		if most.Load() != 2 {
			t.Errorf("%d posts at a time, want 2", most.Load())
		}
	})
}

// Up to three notifications are under way at a time, and no more.
func TestThreePostsAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		p := start(t, vpbxtest.Config{Style: vpbxtest.Style{Parallel: true}, Post: func(context.Context, string, url.Values) (int, error) {
			most.Store(max(most.Load(), busy.Add(1)))
			time.Sleep(time.Second)
			busy.Add(-1)
			return http.StatusOK, nil
		}})
		if _, err := p.Play(t.Context(), load(t, "group-answered")); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 3 {
			t.Errorf("%d posts at a time, want 3", most.Load())
		}
	})
}

// The same seed shuffles, doubles and loses alike; another seed otherwise.
func TestSeedRepeats(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (story []string) {
		p := start(t, vpbxtest.Config{
			Seed: seed, Epoch: time.Unix(1795338000, 0), Faults: told(vpbxtest.NotificationFaults{
				Reorder: vpbxtest.Always(), Double: vpbxtest.When{Share: 0.5}, Lose: vpbxtest.When{Share: 0.2}, WrongSign: vpbxtest.When{Share: 0.3},
			}),
			Post: func(context.Context, string, url.Values) (int, error) { return http.StatusOK, nil },
		})
		for _, name := range []string{"group-answered", "consult-transfer"} {
			if _, err := p.Play(bound(t), load(t, name)); err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range p.Delivered() {
			story = append(story, fmt.Sprintf("%v %s%s", d.Faults, d.Path, d.JSON))
		}
		return story
	}
	first, again, other := run(1), run(1), run(2)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("seed 1 twice:\n%s", diff)
	}
	if slices.Equal(first, other) {
		t.Error("seeds 1 and 2 told the same story")
	}
	ordered := slices.Clone(first)
	slices.Sort(ordered)
	if !slices.ContainsFunc(first, func(s string) bool { return strings.Contains(s, "lost") }) {
		t.Error("nothing was lost")
	}
}

func TestDroppedNotificationsAreCounted(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Faults: told(vpbxtest.NotificationFaults{Lose: vpbxtest.Always()})})
	if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
		t.Fatal(err)
	}
	if s := p.Stats(); s.Dropped != 4 || s.Posted != 0 || len(l.got()) != 0 || s.Calls != 1 {
		t.Errorf("Stats() = %+v with %d received, want 4 dropped and none received", s, len(l.got()))
	}
	if err := p.SetFaults(vpbxtest.Faults{}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
		t.Fatal(err)
	}
	if s := p.Stats(); s.Posted != 4 {
		t.Errorf("Stats() = %+v after the faults went, want 4 posted", s)
	}
}

// What a listener refuses is told, and the call goes on.
func TestRefusedNotifications(t *testing.T) {
	t.Parallel()
	p := start(t, vpbxtest.Config{Post: func(_ context.Context, path string, _ url.Values) (int, error) {
		if path == "/events/summary" {
			return 0, errors.New("connection refused")
		}
		return http.StatusServiceUnavailable, nil
	}})
	if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, d := range p.Delivered() {
		got = append(got, d.Status)
		if d.OK() {
			t.Errorf("%s counts as delivered", d.Path)
		}
	}
	if diff := cmp.Diff([]int{503, 503, 503, 0}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if s := p.Stats(); s.Refused != 4 {
		t.Errorf("Stats() = %+v, want 4 refused", s)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{})
	if _, err := p.Ping(bound(t)); err == nil {
		t.Error("Ping() without a target = nil, want an error")
	}
	if err := p.SetTarget("ftp://x"); err == nil {
		t.Error("SetTarget(ftp://x) = nil, want an error")
	}
	if err := p.SetTarget(l.URL); err != nil {
		t.Fatal(err)
	}
	status, err := p.Ping(bound(t))
	if got := l.got(); err != nil || status != 200 || len(got) != 1 || got[0].path != "/ping" {
		t.Errorf("Ping() = %d, %v; received %v, want 200 and one /ping", status, err, got)
	}
}

// A caller who does not wait any longer hangs up.
func TestPlayEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		p := start(t, vpbxtest.Config{Speed: 1, Post: func(_ context.Context, path string, _ url.Values) (int, error) {
			paths = append(paths, path)
			return http.StatusOK, nil
		}})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := p.Play(ctx, load(t, "missed-in-ivr")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Play() = %v, want a deadline", err)
		}
		if err := p.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"/events/call", "/events/call", "/events/summary"}, paths); diff != "" {
			t.Errorf("posted (-want +got):\n%s", diff)
		}
	})
}

func TestCloseWhileACallLives(t *testing.T) {
	t.Parallel()
	p, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	played := make(chan error, 1)
	go func() {
		_, err := p.Play(t.Context(), load(t, "wait-for-route"))
		played <- err
	}()
	for {
		if calls, err := p.Calls(bound(t)); err != nil {
			t.Fatal(err)
		} else if len(calls) == 1 {
			break
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	if err := <-played; !errors.Is(err, vpbxtest.ErrClosed) {
		t.Errorf("Play() after Close = %v, want ErrClosed", err)
	}
	if _, err := p.Play(t.Context(), load(t, "internal")); !errors.Is(err, vpbxtest.ErrClosed) {
		t.Errorf("Play() on a closed PBX = %v, want ErrClosed", err)
	}
	if err := p.Start(); !errors.Is(err, vpbxtest.ErrClosed) {
		t.Errorf("Start() on a closed PBX = %v, want ErrClosed", err)
	}
}

// Many calls at a time do not mix.
func TestCallsSideBySide(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Speed: 500, Style: vpbxtest.Style{Parallel: true}})
	files := scenarioFiles(t)
	entries := make(chan string, len(files))
	for _, file := range files {
		s, err := vpbxtest.LoadScenario(file)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			entry, err := p.Play(bound(t), s)
			if err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
			entries <- entry
		}()
	}
	for range files {
		entry := <-entries
		if bad := checkRules(entry, l.got(), false); len(bad) > 0 {
			t.Errorf("%s:\n%s", entry, strings.Join(bad, "\n"))
		}
	}
}

func TestConfigMistakesAreNamed(t *testing.T) {
	t.Parallel()
	one := []vpbxtest.Employee{{Extension: "101"}}
	for name, row := range map[string]struct {
		cfg  vpbxtest.Config
		want string
	}{
		"no key":          {vpbxtest.Config{}, "Credentials.Key"},
		"negative speed":  {vpbxtest.Config{Credentials: cred, Speed: -1}, "Speed"},
		"bad target":      {vpbxtest.Config{Credentials: cred, Target: "listener:80"}, "target"},
		"same extension":  {vpbxtest.Config{Credentials: cred, Employees: append(one, one...)}, `"101"`},
		"stranger":        {vpbxtest.Config{Credentials: cred, Employees: one, Groups: []vpbxtest.Group{{Extension: "20", Members: []string{"999"}}}}, `"999"`},
		"line of nothing": {vpbxtest.Config{Credentials: cred, Lines: []vpbxtest.Line{{Name: "x"}}}, "line 1"},
		"odd employee":    {vpbxtest.Config{Credentials: cred, Employees: []vpbxtest.Employee{{Extension: "1", Does: "x"}}}, "employee 1"},
	} {
		if _, err := vpbxtest.New(row.cfg); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: New() = %v, want an error with %s", name, err, row.want)
		}
	}
	if _, err := vpbxtest.New(vpbxtest.Config{Credentials: sign.Credentials{Key: "k"}, Behaviour: vpbxtest.Behaviour{TalkFor: -1}}); err == nil {
		t.Error("negative TalkFor: New() = nil, want an error")
	}
}

// A common beginning can be continued in several ways.
func TestBuilderDoesNotShareSteps(t *testing.T) {
	t.Parallel()
	base := vpbxtest.Inbound("79161234567", "").IVR(1)
	a, b := base.Ring("101", 1).Wait(2), base.Ring("102", 1)
	if a.Steps[2].To[0] != "101" || b.Steps[2].To[0] != "102" || len(base.Steps) != 2 || a.Steps[2].Sec != 3 {
		t.Errorf("a = %+v, b = %+v, base = %+v: they share steps", a.Steps, b.Steps, base.Steps)
	}
}

// Notifications go out by TLS 1.2 and nothing newer.
func TestPostsOverTLS12(t *testing.T) {
	t.Parallel()
	versions := make(chan uint16, 10)
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { versions <- r.TLS.Version }))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	p := start(t, vpbxtest.Config{Target: s.URL, TargetRoots: roots})
	if status, err := p.Ping(bound(t)); status != 200 || err != nil {
		t.Fatalf("Ping() = %d, %v, want 200", status, err)
	}
	if v := <-versions; v != tls.VersionTLS12 {
		t.Errorf("TLS version %x, want 1.2", v)
	}
	if _, err := start(t, vpbxtest.Config{Target: s.URL}).Ping(bound(t)); err == nil {
		t.Error("a certificate that nobody vouches for was accepted")
	}
}
