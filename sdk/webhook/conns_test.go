package webhook_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/webhook"
)

// say sends bytes over a connection of its own, or ends it at once when there
// are none, and gives the status line of the answer, "" when there was none.
func (b *bench) say(t *testing.T, wire string) string {
	t.Helper()
	conn, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, wire); err != nil {
		t.Fatal(err)
	}
	if wire == "" {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		t.Fatalf("%.40q: no end of the connection: %v", wire, err)
	}
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}

// Connections that net/http ends by itself are counted as well: those that
// sent something, and those that sent nothing.
func TestConnectionsWithoutARequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wire, answer, counter string
	}{
		"slow headers":      {"POST /events/call HTTP/1.1\r\nHost: x\r\n", "", "no_request"},
		"a slow header":     {"POST /events/call HTTP/1.1\r\nHost: x\r\nContent-", "HTTP/1.1 400 Bad Request", "no_request"},
		"oversized headers": {"POST / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large", "no_request"},
		"garbage":           {"\x16\x03\x01\r\n\r\n", "HTTP/1.1 400 Bad Request", "no_request"},
		"no host":           {"POST /events/call HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request: missing required Host header", "no_request"},
		"another coding":    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", "HTTP/1.1 501 Not Implemented", "no_request"},
		"nothing at all":    {"", "", "silent"},
		"a whole request":   {"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 405 Method Not Allowed", "wrong_method"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told atomic.Int64
			b := prepare(t, func(c *webhook.Config) { c.Counted = func() { told.Add(1) } })
			b.Start()
			if got := b.say(t, c.wire); got != c.answer {
				t.Errorf("answer = %q, want %q", got, c.answer)
			}
			await(t, "a call of Counted", func() bool { return told.Load() > 0 })
			b.counted(t, map[string]int64{c.counter: 1})
		})
	}
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}

// A connection that brought a request, and then waits or ends, is no such one.
func TestIdleConnectionsAreNotCounted(t *testing.T) {
	t.Parallel()
	b := prepare(t, nil)
	var closed atomic.Int64
	count := b.Config.ConnState
	b.Config.ConnState = func(c net.Conn, s http.ConnState) {
		count(c, s)
		if s == http.StateClosed {
			closed.Add(1)
		}
	}
	b.Start()
	form := envelope(call).Encode()
	for i := range int64(3) {
		if got, _ := b.do(t, http.MethodPost, "/events/call", urlencoded, form); got != http.StatusOK {
			t.Errorf("POST = %d, want 200", got)
		}
		b.Client().CloseIdleConnections()
		await(t, "the end of the connection", func() bool { return closed.Load() == i+1 })
	}
	b.counted(t, map[string]int64{"accepted": 3})
}

// Over TLS there is one kind more: no agreement was reached.
func TestConnectionsWithoutTLS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		counter string
		peer    func(t *testing.T, b *bench)
	}{
		"plain HTTP": {"no_tls", func(t *testing.T, b *bench) {
			if got := b.say(t, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); got != "HTTP/1.0 400 Bad Request" {
				t.Errorf("plain HTTP is answered by %q, want 400", got)
			}
		}},
		"nothing at all": {"no_tls", func(t *testing.T, b *bench) { b.say(t, "") }},
		"a handshake and no more": {"silent", func(t *testing.T, b *bench) {
			conn, err := tls.Dial("tcp", b.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the certificate is not what is tested
			if err != nil {
				t.Fatal(err)
			}
			conn.Close()
		}},
		"a handshake and garbage": {"no_request", func(t *testing.T, b *bench) {
			conn, err := tls.Dial("tcp", b.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the certificate is not what is tested
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "garbage\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
				t.Errorf("garbage over TLS is answered by %q, %v, want 400", answer, err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told atomic.Int64
			b := prepare(t, func(c *webhook.Config) { c.Counted = func() { told.Add(1) } })
			b.TLS = b.Config.TLSConfig.Clone()
			b.StartTLS()
			c.peer(t, b)
			await(t, "a call of Counted", func() bool { return told.Load() > 0 })
			b.counted(t, map[string]int64{c.counter: 1})
		})
	}
}
