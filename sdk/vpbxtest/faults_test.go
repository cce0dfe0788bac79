package vpbxtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

func told(f vpbxtest.NotificationFaults) vpbxtest.Faults {
	return vpbxtest.Faults{Notifications: f}
}

// wire is a listener that writes down what came, whole and signed or not.
type wire struct {
	came chan struct{} // one each
	mu   sync.Mutex
	seen []string
	took []time.Time
}

func (l *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(raw))
	text := "whole"
	switch {
	case err != nil:
		text = fmt.Sprintf("half: %v, %v", err, len(raw) > 0 && int64(len(raw)) < r.ContentLength)
	case !cred.VerifyJSON([]byte(form.Get("json")), form.Get("sign")):
		text = "forged"
	}
	var m struct {
		State string `json:"call_state"`
		Seq   any    `json:"seq"`
	}
	_ = json.Unmarshal([]byte(form.Get("json")), &m)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, strings.TrimSpace(fmt.Sprintf("%s %s", text, m.State)))
	l.took = append(l.took, time.Now())
	l.came <- struct{}{}
}

func newWire() *wire { return &wire{came: make(chan struct{}, 100)} }

// await returns when n have come: of one that was cut the PBX does not hear
// whether it was read.
func (l *wire) await(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-l.came:
		case <-bound(t).Done():
			t.Fatalf("%d came, want %d", len(l.got()), n)
		}
	}
}

func (l *wire) got() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.seen)
}

// Each fault of notifications as the listener meets it. The call played has
// four: Appeared, Connected, Disconnected, and the summary, which has no state.
func TestNotificationFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	all := []string{"whole Appeared", "whole Connected", "whole Disconnected", "whole"}
	half := "half: unexpected EOF, true"
	for name, row := range map[string]struct {
		f      vpbxtest.NotificationFaults
		want   []string
		faults [][]string // by Delivered
	}{
		"none":             {vpbxtest.NotificationFaults{}, all, [][]string{nil, nil, nil, nil}},
		"all lost":         {vpbxtest.NotificationFaults{Lose: vpbxtest.Always()}, nil, [][]string{{"lost"}, {"lost"}, {"lost"}, {"lost"}}},
		"every third lost": {vpbxtest.NotificationFaults{Lose: vpbxtest.When{Every: 3}}, []string{all[0], all[1], all[3]}, [][]string{nil, nil, {"lost"}, nil}},
		"next two lost":    {vpbxtest.NotificationFaults{Lose: vpbxtest.When{Next: 2}}, all[2:], [][]string{{"lost"}, {"lost"}, nil, nil}},
		"one forged": {
			vpbxtest.NotificationFaults{WrongSign: vpbxtest.When{Next: 1}},
			[]string{"forged Appeared", all[1], all[2], all[3]}, [][]string{{"wrong_sign"}, nil, nil, nil},
		},
		"one cut": {
			vpbxtest.NotificationFaults{Cut: vpbxtest.When{Every: 2, Next: 1}},
			[]string{half, half, all[2], half}, [][]string{{"cut"}, {"cut"}, nil, {"cut"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newWire()
			s := httptest.NewServer(l)
			t.Cleanup(s.Close)
			p := start(t, vpbxtest.Config{Target: s.URL, Faults: told(row.f)})
			if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
				t.Fatal(err)
			}
			l.await(t, len(row.want))
			s.Close()
			got := l.got()
			slices.Sort(got) // a half one may be read after the next
			if diff := cmp.Diff(slices.Sorted(slices.Values(row.want)), got); diff != "" {
				t.Errorf("on the wire (-want +got):\n%s", diff)
			}
			var faults [][]string
			for _, d := range p.Delivered() {
				faults = append(faults, d.Faults)
				if broken := len(d.Faults) > 0 && d.Faults[0] != "wrong_sign"; d.OK() == broken {
					t.Errorf("%s with faults %v counts as delivered: %v", d.Path, d.Faults, d.OK())
				}
			}
			if diff := cmp.Diff(row.faults, faults); diff != "" {
				t.Errorf("faults of the deliveries (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCutOverTLS(t *testing.T) {
	t.Parallel()
	l := newWire()
	s := httptest.NewTLSServer(l)
	t.Cleanup(s.Close)
	roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	p := start(t, vpbxtest.Config{Target: s.URL, TargetRoots: roots, Faults: told(vpbxtest.NotificationFaults{Cut: vpbxtest.When{Next: 1}})})
	if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
		t.Fatal(err)
	}
	l.await(t, 4)
	got := l.got()
	slices.Sort(got)
	if len(got) != 4 || got[0] != "half: unexpected EOF, true" || got[1] != "whole" {
		t.Errorf("on the wire: %q, want one half and three whole", got)
	}
}

// What comes twice is equal, and the order is another one.
func TestDoubledAndReordered(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		f     vpbxtest.NotificationFaults
		posts int
	}{
		"doubled":   {vpbxtest.NotificationFaults{Double: vpbxtest.Always()}, 8},
		"reordered": {vpbxtest.NotificationFaults{Reorder: vpbxtest.Always()}, 4},
	} {
		l := listen(t)
		p := start(t, vpbxtest.Config{Target: l.URL, Seed: 2, Faults: told(row.f)})
		s := vpbxtest.Internal("101", "102").Answer().HangUp(vpbxtest.Caller) // all in one moment
		entry, err := p.Play(bound(t), s)
		if err != nil {
			t.Fatal(err)
		}
		notes := l.got()
		if bad := checkRules(entry, notes, row.posts == 8); len(bad) > 0 || len(notes) != row.posts {
			t.Errorf("%s: %d notifications, want %d; %s", name, len(notes), row.posts, strings.Join(bad, "\n"))
		}
		var order []string
		for _, n := range notes {
			order = append(order, n.str("call_state"))
		}
		if straight := []string{"Appeared", "Connected", "Disconnected", ""}; slices.Equal(order, straight) {
			t.Errorf("%s: they came in order: %q", name, order)
		}
	}
}

// Ten times faster than real time, three seconds of delay take 300 ms.
func TestDelayed(t *testing.T) {
	t.Parallel()
	l := newWire()
	s := httptest.NewServer(l)
	t.Cleanup(s.Close)
	p := start(t, vpbxtest.Config{
		Target: s.URL, Speed: 10,
		Faults: told(vpbxtest.NotificationFaults{Delay: vpbxtest.When{Next: 1}, DelayBy: 3}),
	})
	began := time.Now()
	if _, err := p.Play(bound(t), vpbxtest.Internal("101", "102").Answer().HangUp(vpbxtest.Caller)); err != nil {
		t.Fatal(err)
	}
	want := []string{"whole Connected", "whole Disconnected", "whole", "whole Appeared"}
	if diff := cmp.Diff(want, l.got()); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
	if took := l.took[3].Sub(began); took < 300*time.Millisecond {
		t.Errorf("the delayed one came after %v, want 300 ms", took)
	}
}

// Forms that PBXs were seen to speak, and a clock that is wrong.
func TestWordsOfNotifications(t *testing.T) {
	t.Parallel()
	first := func(f vpbxtest.Faults) map[string]any {
		l := listen(t)
		p := start(t, vpbxtest.Config{Target: l.URL, Epoch: time.Unix(1795338000, 0), Faults: f})
		if _, err := p.Play(bound(t), load(t, "consult-transfer")); err != nil {
			t.Fatal(err)
		}
		for _, n := range l.got() {
			if n.m["transfer"] != nil {
				return n.m
			}
		}
		return l.got()[0].m
	}
	plain := first(vpbxtest.Faults{})
	if plain["transfer"] != nil || plain["seq"] != 1.0 || plain["timestamp"] != 1795338000.0 {
		t.Errorf("without faults: %v", plain)
	}
	if m := first(told(vpbxtest.NotificationFaults{TextNumbers: true})); m["seq"] != "1" || m["timestamp"] != "1795338000" {
		t.Errorf("text_numbers: %v, want texts", m)
	}
	if m := first(told(vpbxtest.NotificationFaults{V2: true})); m["transfer"] != "consultative" {
		t.Errorf("v2: %v, want transfer", m)
	}
	if m := first(vpbxtest.Faults{ClockSkew: -90}); m["timestamp"] != 1795337910.0 {
		t.Errorf("clock_skew -90: timestamp %v, want 1795337910", m["timestamp"])
	}
}

// Each fault of the API as a client meets it.
func TestAPIFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		f      vpbxtest.APIFaults
		path   string
		status int
		answer string // its beginning
		retry  string
		err    error
		fault  string
		took   time.Duration
	}{
		"none":               {status: 200, answer: `{"balance":`},
		"500":                {f: vpbxtest.APIFaults{Fail: vpbxtest.Always()}, status: 500, answer: `{"name":"Internal Server Error"`, fault: "http_500"},
		"503":                {f: vpbxtest.APIFaults{Fail: vpbxtest.Always(), FailWith: 503}, status: 503, answer: `{"name":"Service Unavailable"`, fault: "http_503"},
		"429":                {f: vpbxtest.APIFaults{Limit: vpbxtest.When{Next: 1}}, status: 429, answer: `{"name":"Service Unavailable","message":"Rate limit exceeded.","code":0`, fault: "limited"},
		"429, Retry-After":   {f: vpbxtest.APIFaults{Limit: vpbxtest.Always(), RetryAfter: 7}, status: 429, answer: `{"name"`, retry: "7", fault: "limited"},
		"the contact centre": {f: vpbxtest.APIFaults{Limit: vpbxtest.Always(), RetryAfter: 7}, path: "/cc/task/add", status: 200, answer: `{"result":5008}`, fault: "limited"},
		"cut":                {f: vpbxtest.APIFaults{Cut: vpbxtest.Always()}, status: 200, answer: `{"balance":`, err: io.ErrUnexpectedEOF, fault: "cut"},
		"another page":       {f: vpbxtest.APIFaults{Garble: vpbxtest.Always()}, status: 200, answer: "<html>", fault: "garbled"},
		"slow":               {f: vpbxtest.APIFaults{Slow: vpbxtest.Always(), SlowBy: 0.03}, status: 200, answer: `{"balance":`, fault: "slow", took: 30 * time.Millisecond},
		"the second only":    {f: vpbxtest.APIFaults{Fail: vpbxtest.When{Every: 2}}, status: 200, answer: `{"balance":`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := free
			cfg.Faults.API = row.f
			p := start(t, cfg)
			if row.path == "" {
				row.path = "/vpbx/account/balance"
			}
			began := time.Now()
			resp, body, err := overTheWire(t, p, row.path)
			if resp.StatusCode != row.status || !strings.HasPrefix(body, row.answer) || !errors.Is(err, row.err) {
				t.Errorf("HTTP %d %q, %v, want %d %s… and %v", resp.StatusCode, body, err, row.status, row.answer, row.err)
			}
			if got := resp.Header.Get("Retry-After"); got != row.retry {
				t.Errorf("Retry-After %q, want %q", got, row.retry)
			}
			if took := time.Since(began); took < row.took {
				t.Errorf("answered after %v, want %v", took, row.took)
			}
			if q := p.Requests(); len(q) != 1 || q[0].Status != row.status || strings.Join(q[0].Faults, " ") != row.fault {
				t.Errorf("Requests() = %+v, want one with HTTP %d and fault %q", q, row.status, row.fault)
			}
		})
	}
}

// A slow answer does not outlive the PBX.
func TestSlowAnswerEndsWithThePBX(t *testing.T) {
	t.Parallel()
	cfg := free
	cfg.Faults.API = vpbxtest.APIFaults{Slow: vpbxtest.When{Next: 1}, SlowBy: 60}
	p := start(t, cfg)
	answered := make(chan struct{})
	go func() { defer close(answered); ask(t, p.Handler(), "/vpbx/account/balance", "{}") }()
	for end := time.Now().Add(30 * time.Second); p.Faults().API.Slow.Next != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the request did not come")
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	select {
	case <-answered:
	case <-time.After(30 * time.Second):
		t.Error("the answer waits still after Close()")
		<-answered
	}
}

func TestSkewedDate(t *testing.T) {
	t.Parallel()
	cfg := free
	cfg.Faults.ClockSkew = 3600
	resp, _, err := overTheWire(t, start(t, cfg), "/vpbx/account/balance")
	if err != nil {
		t.Fatal(err)
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if ahead := time.Until(date); err != nil || ahead < 59*time.Minute || ahead > 61*time.Minute {
		t.Errorf("Date %q, %v, %v ahead, want an hour", resp.Header.Get("Date"), err, ahead)
	}
}

// overTheWire sends one signed request to a served API.
func overTheWire(t *testing.T, p *vpbxtest.PBX, path string) (*http.Response, string, error) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	resp, err := client.PostForm(p.URL()+path, url.Values{"vpbx_api_key": {cred.Key}, "sign": {cred.JSON([]byte("{}"))}, "json": {"{}"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// What was set can be read, counts down, and goes at the next SetFaults.
func TestFaultsAreReadAndSet(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL})
	want := told(vpbxtest.NotificationFaults{Lose: vpbxtest.When{Next: 6}})
	if err := p.SetFaults(want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, p.Faults()); diff != "" {
		t.Errorf("Faults() (-set +got):\n%s", diff)
	}
	if _, err := p.Play(bound(t), load(t, "internal")); err != nil {
		t.Fatal(err)
	}
	if got := p.Faults().Notifications.Lose.Next; got != 2 {
		t.Errorf("lose.next = %d after four notifications, want 2 of 6", got)
	}
	bad := want
	bad.API.FailWith = 404
	if err := p.SetFaults(bad); err == nil || p.Faults().API.FailWith != 0 {
		t.Errorf("SetFaults(fail_with 404) = %v, and it holds %d; want an error and no change", err, p.Faults().API.FailWith)
	}
	raw, err := json.Marshal(want)
	var back vpbxtest.Faults
	if err != nil || json.Unmarshal(raw, &back) != nil || back != want {
		t.Errorf("%s reads back as %+v", raw, back)
	}
}

func TestWrongFaults(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]vpbxtest.Faults{
		"notifications.lose.share":   told(vpbxtest.NotificationFaults{Lose: vpbxtest.When{Share: 1.1}}),
		"notifications.double.every": told(vpbxtest.NotificationFaults{Double: vpbxtest.When{Every: -1}}),
		"notifications.cut.next":     told(vpbxtest.NotificationFaults{Cut: vpbxtest.When{Next: -1}}),
		"notifications.delay.share":  told(vpbxtest.NotificationFaults{Delay: vpbxtest.When{Share: math.NaN()}}),
		"notifications.delay_by":     told(vpbxtest.NotificationFaults{DelayBy: -1}),
		"api.slow_by":                {API: vpbxtest.APIFaults{SlowBy: 601}},
		"api.retry_after":            {API: vpbxtest.APIFaults{RetryAfter: vpbxtest.Seconds(math.NaN())}},
		"api.fail_with":              {API: vpbxtest.APIFaults{FailWith: 600}},
		"api.garble.share":           {API: vpbxtest.APIFaults{Garble: vpbxtest.When{Share: -0.1}}},
		"clock_skew":                 {ClockSkew: 1e12},
	} {
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check() = %v, want an error about %s", err, want)
		}
		if _, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Faults: f}); err == nil {
			t.Errorf("New() with a wrong %s = nil, want an error", want)
		}
	}
}

// Whatever text is taken as faults reads back as it is, and plays a call.
func FuzzFaults(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"clock_skew":-90}`, `{"api":{"fail":{"share":1},"fail_with":503,"retry_after":0.5}}`,
		`{"notifications":{"lose":{"share":0.5,"every":2,"next":3},"delay":{"every":1},"delay_by":86400,"double":{"share":1}}}`,
		`{"notifications":{"lose":{"share":-1}}}`, `{"clock_skew":1e300}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var faults vpbxtest.Faults
		if json.Unmarshal(raw, &faults) != nil || faults.Check() != nil {
			return
		}
		text, err := json.Marshal(faults)
		var back vpbxtest.Faults
		if err != nil || json.Unmarshal(text, &back) != nil || back != faults {
			t.Fatalf("%s: Marshal() = %s, %v, which reads back as %+v", raw, text, err, back)
		}
		posts := 0
		p := start(t, vpbxtest.Config{Faults: faults, Post: func(context.Context, string, url.Values) (int, error) {
			posts++
			return http.StatusOK, nil
		}})
		if _, err := p.Play(bound(t), vpbxtest.Internal("101", "102").Answer().HangUp(vpbxtest.Caller)); err != nil {
			t.Fatalf("%s: Play() = %v", raw, err)
		}
		if s := p.Stats(); s.Posted+s.Refused+s.Dropped < 4 || s.Posted != posts {
			t.Fatalf("%s: %+v with %d posts, want each of four told, lost or cut", raw, s, posts)
		}
	})
}
