package relay_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/relay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func seal() front.Seal {
	return front.Seal{Secret: "0123456789abcdef", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
}

// writeTime is all that an answer may take which is no stream.
const writeTime = 3 * time.Second

// hub is a server that answers as a hub does whose page is handler.
func hub(t *testing.T, handler http.Handler, tls bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(seal().Wrap(nil, handler))
	s.Config.WriteTimeout = writeTime
	if tls {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// by is a hub that relays to whom leader names.
func by(t *testing.T, change func(*relay.Config), leader func() (string, string)) *httptest.Server {
	t.Helper()
	cfg := relay.Config{Name: "b", Leader: leader, Seal: seal(), IsStream: func(r *http.Request) bool { return r.URL.Path == "/stream" }, Log: zerolog.Nop()}
	if change != nil {
		change(&cfg)
	}
	p, err := relay.New(cfg)
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	t.Cleanup(p.Close)
	return hub(t, p, false)
}

func to(name, address string) func() (string, string) {
	return func() (string, string) { return name, address }
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	return resp, string(raw)
}

// The leader hears who asks, under the name he asked by, whatever he says of
// himself.
func TestWhoAsks(t *testing.T) {
	t.Parallel()
	leader := hub(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%+v %s %s", front.Of(r), r.Host, r.URL)
	}), false)
	relay := by(t, nil, to("a", leader.URL))
	want := "{Addr:127.0.0.1 Local:true Secure:false Relayed:true} " + strings.TrimPrefix(relay.URL, "http://") + " /a//b?c=d"
	if _, got := get(t, relay.URL+"/a//b?c=d"); got != want {
		t.Errorf("the leader hears %q, want %q", got, want)
	}
	want = strings.Replace(want, "Local:true", "Local:false", 1)
	if _, got := get(t, relay.URL+"/a//b?c=d", "X-Forwarded-For", "203.0.113.9", "Mango-Hub-Client", "203.0.113.9 local=true secure=true 1800000000"); got != want {
		t.Errorf("the leader hears %q of one who lies, want %q", got, want)
	}
}

// Nobody waits, and nothing goes round in circles, when there is no leader.
func TestNobodyLeads(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	one := by(t, nil, to("b", "http://127.0.0.1:1")) // itself
	for name, leader := range map[string]func() (string, string){
		"nobody": to("", ""), "itself": to("b", "http://127.0.0.1:1"), "out of reach": to("a", gone.URL), "no address": to("a", ""),
		"another that follows": to("a", by(t, nil, to("c", one.URL)).URL),
	} {
		resp, said := get(t, by(t, nil, leader).URL+"/link")
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: GET /link = %s %q, want 503 and Retry-After", name, resp.Status, said)
		}
	}
}

// A stream goes on for longer than an answer may take.
func TestStream(t *testing.T) {
	t.Parallel()
	leader := hub(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		rc := http.NewResponseController(w)
		for i := range 8 {
			_ = rc.SetWriteDeadline(time.Now().Add(10 * time.Second))
			fmt.Fprintf(w, "data: %d\n\n", i)
			_ = rc.Flush()
			time.Sleep(writeTime / 6)
		}
	}), false)
	if _, got := get(t, by(t, nil, to("a", leader.URL)).URL+"/stream"); strings.Count(got, "data: ") != 8 {
		t.Errorf("GET /stream = %q, want eight pieces", got)
	}
}

// A WebSocket goes through, over TLS between the hubs, and outlives the times of
// an answer.
func TestWebSocket(t *testing.T) {
	t.Parallel()
	leader := hub(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			kind, raw, err := conn.ReadMessage()
			if err != nil || conn.WriteMessage(kind, raw) != nil {
				return
			}
		}
	}), true)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leader.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	relay := by(t, func(c *relay.Config) { c.CA = ca }, to("a", leader.URL))
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(relay.URL, "http", "ws", 1)+"/link", nil)
	if err != nil {
		t.Fatalf("Dial: %v, %+v", err, resp)
	}
	defer conn.Close()
	for range 3 {
		time.Sleep(writeTime * 2 / 5)
		if err := conn.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, raw, err := conn.ReadMessage(); err != nil || string(raw) != "hello" {
			t.Fatalf("ReadMessage() = %q, %v, want hello", raw, err)
		}
	}
	if other := by(t, nil, to("a", leader.URL)); other != nil {
		if resp, _ := get(t, other.URL+"/"); resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("GET with a leader that is not trusted = %s, want 503", resp.Status)
		}
	}
}

func TestBadCA(t *testing.T) {
	t.Parallel()
	for _, file := range []string{filepath.Join(t.TempDir(), "none"), "relay_test.go"} {
		if _, err := relay.New(relay.Config{CA: file}); err == nil {
			t.Errorf("New() with %s for certificates = nil, want an error", file)
		}
	}
}
