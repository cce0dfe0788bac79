package front_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/selfsigned"
)

var sameAddr = cmpopts.EquateComparable(netip.Addr{})

func TestClient(t *testing.T) {
	t.Parallel()
	trust := front.Trust{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00::/8")}
	for name, row := range map[string]struct {
		peer, host string
		header     http.Header
		want       front.Client
		remote     string
	}{
		"direct":                       {"203.0.113.9:5000", "hub", nil, addr("203.0.113.9", false), "203.0.113.9:5000"},
		"direct, mapped":               {"[::ffff:203.0.113.9]:5000", "hub", nil, addr("203.0.113.9", false), "203.0.113.9:5000"},
		"loopback":                     {"127.0.0.1:5000", "localhost:8080", nil, addr("127.0.0.1", true), "127.0.0.1:5000"},
		"loopback by IPv6":             {"[::1]:5000", "[::1]:8080", nil, addr("::1", true), "[::1]:5000"},
		"loopback by a foreign name":   {"127.0.0.1:5000", "evil.example", nil, addr("127.0.0.1", false), "127.0.0.1:5000"},
		"loopback, a proxy not listed": {"127.0.0.1:5000", "localhost", xff("203.0.113.9"), addr("127.0.0.1", false), "127.0.0.1:5000"},
		"loopback, HTTP/1.0":           {"127.0.0.1:5000", "localhost:8080", nil, addr("127.0.0.1", false), "127.0.0.1:5000"},
		"loopback, X-Real-IP":          {"127.0.0.1:5000", "localhost", http.Header{"X-Real-Ip": {"1.2.3.4"}}, addr("127.0.0.1", false), "127.0.0.1:5000"},
		"loopback, empty header":       {"127.0.0.1:5000", "localhost", xff(""), addr("127.0.0.1", false), "127.0.0.1:5000"},
		"a stranger claims loopback":   {"203.0.113.9:5000", "localhost", xff("127.0.0.1"), addr("203.0.113.9", false), "203.0.113.9:5000"},
		"a stranger claims the PBX":    {"203.0.113.9:5000", "hub", xff("81.88.80.132"), addr("203.0.113.9", false), "203.0.113.9:5000"},
		"trusted":                      {"10.0.0.1:5000", "hub", xff("81.88.80.132"), addr("81.88.80.132", false), "81.88.80.132:0"},
		"trusted, with port":           {"10.0.0.1:5000", "hub", xff("81.88.80.132:1234"), addr("81.88.80.132", false), "81.88.80.132:0"},
		"trusted, the left is forged":  {"10.0.0.1:5000", "hub", xff("81.88.80.132, 203.0.113.9"), addr("203.0.113.9", false), "203.0.113.9:0"},
		"trusted, forged in a header of its own": {
			"10.0.0.1:5000", "hub", http.Header{"X-Forwarded-For": {"81.88.80.132", "203.0.113.9"}}, addr("203.0.113.9", false), "203.0.113.9:0",
		},
		"two trusted":                 {"10.0.0.1:5000", "hub", xff("1.1.1.1, 203.0.113.9, 10.0.0.2"), addr("203.0.113.9", false), "203.0.113.9:0"},
		"trusted says loopback":       {"10.0.0.1:5000", "localhost", xff("127.0.0.1"), addr("127.0.0.1", false), "127.0.0.1:0"},
		"trusted says nothing":        {"10.0.0.1:5000", "localhost", nil, front.Client{}, "unknown:0"},
		"trusted says only proxies":   {"10.0.0.1:5000", "hub", xff("10.0.0.7"), front.Client{}, "unknown:0"},
		"trusted says rubbish":        {"10.0.0.1:5000", "hub", xff("81.88.80.132, unknown"), front.Client{}, "unknown:0"},
		"trusted, rubbish further on": {"10.0.0.1:5000", "hub", xff("<script>, 81.88.80.132"), addr("81.88.80.132", false), "81.88.80.132:0"},
		"trusted by IPv6":             {"[fd00::1]:5000", "hub", xff("2001:db8::5"), addr("2001:db8::5", false), "[2001:db8::5]:0"},
		"no address at all":           {"@", "localhost", nil, front.Client{}, "unknown:0"},
		"trusted, by https": {
			"10.0.0.1:5000", "hub", http.Header{"X-Forwarded-For": {"1.1.1.1"}, "X-Forwarded-Proto": {"https"}},
			front.Client{Addr: netip.MustParseAddr("1.1.1.1"), Secure: true}, "1.1.1.1:0",
		},
		"a stranger claims https": {"203.0.113.9:5000", "hub", http.Header{"X-Forwarded-Proto": {"https"}}, addr("203.0.113.9", false), "203.0.113.9:5000"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr, r.Host = row.peer, row.host
		if strings.HasSuffix(name, "HTTP/1.0") {
			r.ProtoMinor = 0
		}
		if row.header != nil {
			r.Header = row.header
		}
		var got front.Client
		var remote string
		trust.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, remote = front.Of(r), r.RemoteAddr })).
			ServeHTTP(httptest.NewRecorder(), r)
		if diff := cmp.Diff(row.want, got, sameAddr); diff != "" || remote != row.remote {
			t.Errorf("%s: RemoteAddr %s, want %s; client (-want +got):\n%s", name, remote, row.remote, diff)
		}
	}
}

func xff(list string) http.Header { return http.Header{"X-Forwarded-For": {list}} }

func addr(s string, local bool) front.Client {
	return front.Client{Addr: netip.MustParseAddr(s), Local: local}
}

// Whatever a stranger writes into the header, he is himself.
func FuzzClient(f *testing.F) {
	for _, s := range []string{"", "127.0.0.1", "81.88.80.132, 10.0.0.1", "[::1]:1", ",,", "for=1.2.3.4"} {
		f.Add(s)
	}
	trust := front.Trust{netip.MustParsePrefix("10.0.0.0/24")}
	f.Fuzz(func(t *testing.T, list string) {
		for peer, appended := range map[string]string{"203.0.113.9:1": list, "10.0.0.1:1": list + ", 203.0.113.9"} {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
			r.RemoteAddr, r.Header = peer, xff(appended)
			trust.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if got := front.Of(r); got.Addr != netip.MustParseAddr("203.0.113.9") || got.Local {
					t.Errorf("%s with %q: %+v, want 203.0.113.9", peer, appended, got)
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
		}
	})
}

func TestPace(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	l := front.NewLimiter(front.Limits{
		MaxBody: 10, AtOnce: 10, PerMinute: 3, Now: func() time.Time { return now },
		Paced: func(r *http.Request) bool { return r.URL.Path != "/free" }, Held: func(*http.Request) bool { return false },
	})
	h := front.Trust(nil).Wrap(l.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	ask := func(peer, path string) int {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for i, row := range []struct {
		wait       time.Duration
		peer, path string
		want       int
	}{
		{0, "1.1.1.1:1", "/", 200},
		{0, "1.1.1.1:2", "/", 200},
		{0, "1.1.1.1:3", "/", 200},
		{0, "1.1.1.1:4", "/", 429},
		{0, "1.1.1.1:4", "/free", 200},
		{0, "1.1.1.2:4", "/", 200},
		{20 * time.Second, "1.1.1.1:4", "/", 200},
		{0, "1.1.1.1:4", "/", 429},
		{0, "[2001:db8::1]:4", "/", 200},
		{0, "[2001:db8::2]:4", "/", 200},
		{0, "[2001:db8::3]:4", "/", 200},
		{0, "[2001:db8::4]:4", "/", 429}, // the same subscriber
		{0, "[2001:db8:1::4]:4", "/", 200},
	} {
		now = now.Add(row.wait)
		if got := ask(row.peer, row.path); got != row.want {
			t.Errorf("row %d: %s %s: HTTP %d, want %d", i, row.peer, row.path, got, row.want)
		}
	}
	if pace, crowd := l.Refused(); pace != 3 || crowd != 0 {
		t.Errorf("Refused: %d, %d, want 3, 0", pace, crowd)
	}
}

func TestCrowdAndBody(t *testing.T) {
	t.Parallel()
	busy, leave := make(chan struct{}), make(chan struct{})
	l := front.NewLimiter(front.Limits{
		MaxBody: 4, AtOnce: 1, PerMinute: 1, Now: time.Now,
		Paced: func(*http.Request) bool { return false }, Held: func(r *http.Request) bool { return r.URL.Path != "/socket" },
	})
	server := httptest.NewServer(front.Trust(nil).Wrap(l.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			close(busy)
			<-leave
		}
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))))
	defer server.Close()
	post := func(path, body string) int {
		r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0
		}
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Error(err)
			return 0
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	done := make(chan int)
	run(t, func() { done <- post("/wait", "") })
	<-busy
	if got := post("/", ""); got != http.StatusServiceUnavailable {
		t.Errorf("a second request: HTTP %d, want 503", got)
	}
	if got := post("/socket", ""); got != http.StatusOK {
		t.Errorf("a socket: HTTP %d, want 200", got)
	}
	close(leave)
	if got := <-done; got != http.StatusOK {
		t.Errorf("the first request: HTTP %d, want 200", got)
	}
	if got := post("/", "12345"); got != http.StatusRequestEntityTooLarge {
		t.Errorf("5 bytes of 4: HTTP %d, want 413", got)
	}
}

// The files are replaced one after the other, as certbot does: between the two
// the old pair serves, then the new one, without a restart.
func TestCertificateIsReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write := func(name string, at time.Time) (certPEM, keyPEM []byte) {
		c, k, err := selfsigned.Make([]string{name}, at)
		if err != nil {
			t.Fatal(err)
		}
		return c, k
	}
	put := func(path string, raw []byte) {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	c1, k1 := write("one.example", now)
	c2, k2 := write("two-longer.example", now)
	put(cert, c1)
	put(key, k1)
	unreadable := bytes.Repeat([]byte{'x'}, len(k2))
	same := func(path string) {
		if err := os.Chtimes(path, now, time.Unix(2e9, 0)); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := front.LoadCertificate(cert, key, func() time.Time { return now }, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{GetCertificate: loaded.Get, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	served := func() string {
		conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, ServerName: "x"}}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].DNSNames[0]
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "one.example"},
		{func() { put(cert, c2) }, "one.example"}, // not looked at yet
		{func() { now = now.Add(2 * time.Second) }, "one.example"},
		// What cannot be read yet becomes readable by a chmod, which changes neither
		// size nor time of the file.
		{func() { put(key, unreadable); same(key); now = now.Add(2 * time.Second) }, "one.example"},
		{func() { put(key, k2); same(key); now = now.Add(2 * time.Second) }, "two-longer.example"},
		{func() { put(cert, []byte("rubbish")); now = now.Add(2 * time.Second) }, "two-longer.example"},
		{func() { os.Remove(cert); now = now.Add(2 * time.Second) }, "two-longer.example"},
	} {
		step.do()
		if got := served(); got != step.want {
			t.Errorf("served %s, want %s", got, step.want)
		}
	}
	if until := loaded.Until(); until.Before(now) {
		t.Errorf("Until: %v, want later than %v", until, now)
	}
}
