package service_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/status"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) { c.HTTP.MaxBodyKB = 16 })
	if got := s.post("/events/summary", fmt.Sprintf(summary, strings.Repeat("x", 17<<10))); got != 413 {
		t.Errorf("POST of 17 KB: HTTP %d, want 413", got)
	}
	s.until("a refusal", func(st status.Status) bool {
		return len(st.Refusals) == 1 && st.Refusals[0].Code == "too_large" && st.Refusals[0].RU.Remedy != ""
	})
}

// The page says to raise http.max_body_kb when the PBX sends more: it helps.
func TestLimitsAreRaised(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) { c.HTTP.MaxBodyKB = 3 << 10 })
	if got := s.post("/events/summary", fmt.Sprintf(summary, strings.Repeat("x", 2<<20))); got != 200 {
		t.Errorf("POST of 2 MB where 3 MB are allowed: HTTP %d, want 200", got)
	}
}

// Whoever sends slowly is not waited for, whatever he sends: headers have five
// seconds, and a whole request http.read_seconds.
func TestSlowRequestsEnd(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) { c.HTTP.ReadSeconds = 1 })
	const body = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
	for name, test := range map[string]struct {
		wire string
		code int // of the answer; 0: none
	}{
		"headers":        {"GET /healthz HTTP/1.1\r\nHost: hub\r\n", 0},
		"a login":        {"POST /api/login HTTP/1.1\r\nHost: hub\r\n" + body, 400},
		"a notification": {"POST /mango/events/call HTTP/1.1\r\nHost: hub\r\n" + body, 408},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.hub.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			began := time.Now()
			if _, err := fmt.Fprint(conn, test.wire); err != nil {
				t.Fatal(err)
			}
			if err := conn.SetReadDeadline(began.Add(patience)); err != nil {
				t.Fatal(err)
			}
			code := 0
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err == nil {
				code = resp.StatusCode
				resp.Body.Close()
			}
			if took := time.Since(began); code != test.code || took > 15*time.Second {
				t.Errorf("half of it: HTTP %d, %v, after %v, want %d after 15 s at most", code, err, took, test.code)
			}
		})
	}
}

// A branch has one address: its desks come back at once, whatever the pace of
// strangers; what is no socket of a desk keeps to it.
func TestDesksComeBackAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) {
		c.HTTP.RatePerMinute, c.HTTP.TrustedProxies = 10, []string{"127.0.0.1"}
	})
	branch := http.Header{"X-Forwarded-For": {"203.0.113.9"}}
	for i := range 20 {
		conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+s.hub.Addr().String()+"/link", branch)
		if err != nil {
			t.Fatalf("desk number %d: %v", i, err)
		}
		_ = resp.Body.Close()
		defer conn.Close()
	}
	code := 0
	for range 11 {
		code, _ = s.get("/link", "X-Forwarded-For", "203.0.113.9")
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("GET /link number 11 of a minute, no upgrade: HTTP %d, want 429", code)
	}
}
