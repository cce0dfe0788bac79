package vpbx_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func failed(t *testing.T, what string, err error, code text.Code, sent bool) {
	t.Helper()
	e, isVPBX := errors.AsType[*vpbx.Error](err)
	if !isVPBX || !errors.Is(err, text.New(code)) || e.Sent != sent {
		t.Errorf("%s: %v (%+v), want %s with Sent %v", what, err, e, code, sent)
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		lowest, highest uint16
		want            text.Code
	}{
		"1.2 only":       {tls.VersionTLS12, tls.VersionTLS12, ""},
		"1.2 and 1.3":    {tls.VersionTLS12, tls.VersionTLS13, ""},
		"1.3 only":       {tls.VersionTLS13, tls.VersionTLS13, text.TLSFailed},
		"1.1 at the top": {tls.VersionTLS10, tls.VersionTLS11, text.TLSFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, func(c *tls.Config) { c.MinVersion, c.MaxVersion = row.lowest, row.highest }, ok)
			c := p.client(t, nil)
			err := c.Hangup(t.Context(), hangup)
			if row.want == "" {
				if err != nil || p.requests()[0].TLS != tls.VersionTLS12 {
					t.Errorf("Hangup: %v, %+v, want TLS 1.2", err, p.requests())
				}
				return
			}
			failed(t, "Hangup", err, row.want, false)
			failed(t, "Probe", c.Probe(t.Context()), row.want, false)
		})
	}
}

func TestUntrustedCertificate(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, func(cfg *vpbx.Config) { cfg.CAFile = "" })
	failed(t, "Hangup", c.Hangup(t.Context(), hangup), text.TLSFailed, false)
	if n := len(p.requests()); n != 0 {
		t.Errorf("%d requests went to a stranger", n)
	}
}

// listen runs serve on each connection until the test ends.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				stop := make(chan struct{})
				wg.Go(func() {
					select {
					case <-done:
						conn.Close()
					case <-stop:
					}
				})
				serve(conn)
				close(stop)
			})
		}
	})
	t.Cleanup(func() { close(done); l.Close(); wg.Wait() })
	return l.Addr().String()
}

func hole(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func plainClient(t *testing.T, addr string, change func(*vpbx.Config)) *vpbx.Client {
	t.Helper()
	return client(t, func(cfg *vpbx.Config) {
		cfg.BaseURL = "http://" + addr + "/vpbx"
		if change != nil {
			change(cfg)
		}
	})
}

func TestBlackHoles(t *testing.T) {
	t.Parallel()
	heard := make(chan struct{}, 1)
	addr := listen(t, hole)
	hearing := listen(t, func(conn net.Conn) {
		if readRequest(conn) {
			heard <- struct{}{}
			hole(conn)
		}
	})
	// Where the request must have gone out by then, a busy machine needs its time.
	const wait, longer = 150 * time.Millisecond, 2 * time.Second
	within := func(what string, do func()) {
		t.Helper()
		began := time.Now()
		if do(); time.Since(began) > 10*time.Second {
			t.Errorf("%s took %v", what, time.Since(began))
		}
	}
	patient := func(cfg *vpbx.Config) { cfg.RequestTimeout, cfg.DialTimeout = time.Minute, time.Minute }
	within("a context deadline", func() {
		ctx, cancel := context.WithTimeout(t.Context(), longer)
		defer cancel()
		failed(t, "no answer", plainClient(t, addr, patient).Hangup(ctx, hangup), text.Timeout, true)
	})
	within("the request timeout", func() {
		c := plainClient(t, addr, func(cfg *vpbx.Config) { patient(cfg); cfg.RequestTimeout = longer })
		failed(t, "no answer", c.Hangup(t.Context(), hangup), text.Timeout, true)
	})
	within("the dial timeout", func() {
		c := client(t, func(cfg *vpbx.Config) { patient(cfg); cfg.BaseURL, cfg.DialTimeout = "https://"+addr, wait })
		failed(t, "no TLS", c.Hangup(t.Context(), hangup), text.Unreachable, false)
	})
	within("a proxy's silence", func() {
		c := client(t, func(cfg *vpbx.Config) { patient(cfg); cfg.Proxy, cfg.DialTimeout = addr, wait })
		failed(t, "no proxy", c.Hangup(t.Context(), hangup), text.Unreachable, false)
	})
	// ended has a request ended in this way once it is there.
	ended := func(how func()) (done func()) {
		var wg sync.WaitGroup
		over := make(chan struct{})
		wg.Go(func() {
			select {
			case <-heard:
				how()
			case <-over:
			}
		})
		return func() { close(over); wg.Wait() }
	}
	within("a cancelled context", func() {
		ctx, cancel := context.WithCancel(t.Context())
		defer ended(cancel)()
		err := plainClient(t, hearing, patient).Hangup(ctx, hangup)
		failed(t, "cancelled", err, text.Stopping, true)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v does not wrap context.Canceled", err)
		}
	})
	within("Close", func() {
		c := plainClient(t, hearing, patient)
		defer ended(func() { _ = c.Close() })()
		failed(t, "closed", c.Hangup(t.Context(), hangup), text.Stopping, true)
		failed(t, "closed before", c.Hangup(t.Context(), fresh()), text.Stopping, false)
		failed(t, "closed before", c.Probe(t.Context()), text.Stopping, false)
	})
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	failed(t, "refused", plainClient(t, addr, nil).Hangup(t.Context(), hangup), text.Unreachable, false)
	c := client(t, func(cfg *vpbx.Config) { cfg.BaseURL = "http://no-such-host.invalid" })
	failed(t, "no such host", c.Hangup(t.Context(), hangup), text.Unreachable, false)
}

// readRequest takes one request off a raw connection.
func readRequest(conn net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func TestOddServers(t *testing.T) {
	t.Parallel()
	endless := func(head, piece string) func(net.Conn) {
		return func(conn net.Conn) {
			_, err := io.WriteString(conn, head)
			for err == nil {
				_, err = io.WriteString(conn, piece)
			}
		}
	}
	text4k := strings.Repeat("x", 4096)
	for name, row := range map[string]struct {
		answer func(net.Conn)
		want   text.Code
	}{
		"not HTTP":      {func(c net.Conn) { fmt.Fprint(c, "SSH-2.0-OpenSSH\r\n\r\n") }, text.BadAnswer},
		"no answer":     {func(c net.Conn) {}, text.Unreachable},
		"half a body":   {func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") }, text.Unreachable},
		"a big body":    {endless("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", text4k), text.BadAnswer},
		"endless body":  {endless("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", text4k), text.BadAnswer},
		"endless piece": {endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1000\r\n"+text4k+"\r\n"), text.BadAnswer},
		"big headers":   {endless("HTTP/1.1 200 OK\r\n", "X: "+text4k+"\r\n"), text.BadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			addr := listen(t, func(conn net.Conn) {
				if readRequest(conn) {
					requests.Add(1)
					row.answer(conn)
				}
			})
			c := plainClient(t, addr, func(cfg *vpbx.Config) { cfg.MaxBody = 64 << 10 })
			failed(t, name, c.Hangup(t.Context(), hangup), row.want, true)
			if n := requests.Load(); n != 1 {
				t.Errorf("the command was sent %d times", n)
			}
		})
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	if err := c.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := c.Hangup(t.Context(), fresh()); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.connections(); n != 1 {
		t.Errorf("%d connections for a probe and five requests, want 1", n)
	}
	// The server drops the kept connection: the next command must not meet it.
	p.CloseClientConnections()
	if err := c.Hangup(t.Context(), fresh()); err != nil {
		t.Errorf("Hangup after the server closed the connection: %v", err)
	}
	if n := len(p.requests()); n != 6 {
		t.Errorf("%d requests came, want 6", n)
	}
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 4 {
				if err := c.Hangup(t.Context(), fresh()); err != nil {
					t.Errorf("Hangup: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(p.requests()); n != 64 {
		t.Errorf("%d requests came, want 64", n)
	}
}

// tunnel is a CONNECT proxy that wants a password.
func tunnel(t *testing.T, status int) (addr string, auth func() string) {
	t.Helper()
	var mu sync.Mutex
	var got string
	addr = listen(t, func(conn net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil || r.Method != http.MethodConnect {
			return
		}
		mu.Lock()
		got = r.Header.Get("Proxy-Authorization")
		mu.Unlock()
		fmt.Fprintf(conn, "HTTP/1.1 %d Whatever\r\nX-Proxy: 1\r\n\r\n", status)
		if status != http.StatusOK {
			return
		}
		up, err := net.Dial("tcp", r.Host)
		if err != nil {
			return
		}
		defer up.Close()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = io.Copy(up, conn); up.Close() })
		_, _ = io.Copy(conn, up)
		conn.Close()
		wg.Wait()
	})
	return addr, func() string { mu.Lock(); defer mu.Unlock(); return got }
}

func TestProxy(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	addr, auth := tunnel(t, http.StatusOK)
	c := p.client(t, func(cfg *vpbx.Config) { cfg.Proxy = "http://us%20er:pa:ss@" + addr })
	if err := c.Hangup(t.Context(), fresh()); err != nil {
		t.Fatalf("Hangup through a proxy: %v", err)
	}
	if got, want := auth(), "Basic dXMgZXI6cGE6c3M="; got != want {
		t.Errorf("Proxy-Authorization = %q, want %q", got, want)
	}
	if p.requests()[0].TLS != tls.VersionTLS12 {
		t.Error("the tunnel does not end in TLS")
	}
	var file bytes.Buffer
	if _, err := c.Fetch(t.Context(), p.URL+"/file", &file, func(int64, int64) {}); err != nil || file.String() != `{"result":1000}` {
		t.Errorf("Fetch through a proxy = %q, %v", file.String(), err)
	}
	bare := p.client(t, func(cfg *vpbx.Config) { cfg.Proxy = addr })
	if err := bare.Hangup(t.Context(), hangup); err != nil {
		t.Errorf("Hangup through host:port: %v", err)
	}
	no, _ := tunnel(t, http.StatusProxyAuthRequired)
	refusing := p.client(t, func(cfg *vpbx.Config) { cfg.Proxy = no })
	failed(t, "a refusing proxy", refusing.Hangup(t.Context(), hangup), text.Unreachable, false)
}

func TestHTTPSProxy(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	inner, _ := tunnel(t, http.StatusOK)
	outer := httptest.NewUnstartedServer(nil)
	outer.StartTLS() // only for its certificate, the same as p's
	cert := outer.TLS.Certificates[0]
	outer.Close()
	addr := listen(t, func(conn net.Conn) {
		secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		up, err := net.Dial("tcp", inner)
		if err != nil {
			return
		}
		defer up.Close()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = io.Copy(up, secure); up.Close() })
		_, _ = io.Copy(secure, up)
		conn.Close()
		wg.Wait()
	})
	c := p.client(t, func(cfg *vpbx.Config) { cfg.Proxy = "https://" + addr })
	if err := c.Hangup(t.Context(), fresh()); err != nil {
		t.Errorf("Hangup through a proxy behind TLS: %v", err)
	}
}

func TestNewChecksItsConfig(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]vpbx.Config{
		"api_url": {BaseURL: "app.mango-office.ru/vpbx"},
		"proxy":   {Proxy: "socks5://127.0.0.1:1080"},
		"ca":      {CAFile: "/no/such/file.pem"},
	} {
		_, err := vpbx.New(cfg)
		if e, isText := errors.AsType[*text.Error](err); !isText || e.Field != field {
			t.Errorf("New(%+v): %v, want an error of field %s", cfg, err, field)
		}
	}
	for _, url := range []string{"ftp://x", "https://", "https://u:p@x/", "https://x/?a=b", "https://x/#f", "://"} {
		if _, err := vpbx.New(vpbx.Config{BaseURL: url}); !errors.Is(err, text.New(text.BadField)) {
			t.Errorf("New with api_url %s: %v, want bad_field", url, err)
		}
	}
}

// A client that may not send does not, whatever its connections.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	lost := errors.New("another hub leads")
	var held atomic.Bool
	c := p.client(t, func(cfg *vpbx.Config) {
		cfg.Allowed = func() error {
			if held.Load() {
				return lost
			}
			return nil
		}
	})
	for i, hold := range []bool{false, true, false} {
		held.Store(hold)
		err := c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: fmt.Sprint("id", i), CallID: "call"})
		if !hold {
			if err != nil {
				t.Errorf("Hangup %d: %v, want success", i, err)
			}
			continue
		}
		failed(t, "Hangup when held back", err, text.Stopping, false)
		if !errors.Is(err, lost) {
			t.Errorf("Hangup when held back: %v, want %v in it", err, lost)
		}
	}
	if n := len(p.requests()); n != 2 {
		t.Errorf("the PBX got %d requests, want 2", n)
	}
}
