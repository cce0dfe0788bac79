package vpbx_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbx"
)

const done200 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"result\":1000}"

// closer is a server that closes kept connections without saying so.
type closer struct {
	mu   sync.Mutex
	seen map[string]int // command_id → how often it arrived
	over chan struct{}  // a connection was closed
}

// serve answers the first request of a connection and closes it at a moment.
func (s *closer) serve(conn net.Conn, moment string) {
	defer func() {
		_ = conn.Close()
		s.over <- struct{}{}
	}()
	br := bufio.NewReader(conn)
	if !s.read(br) {
		return
	}
	fmt.Fprint(conn, done200) //nolint:errcheck // the client tells
	switch moment {
	case "behind a word": // what nginx says to an idle connection
		fmt.Fprint(conn, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n") //nolint:errcheck // as above
	case "within the next request":
		_, _ = br.ReadByte()
	case "instead of an answer":
		s.read(br)
	}
}

func (s *closer) read(br *bufio.Reader) bool {
	r, err := http.ReadRequest(br)
	if err != nil {
		return false
	}
	var command struct {
		ID string `json:"command_id"`
	}
	if json.Unmarshal([]byte(r.FormValue("json")), &command) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[command.ID]++
	return true
}

// secure makes the TLS of a test server and the file that trusts it.
func secure(t *testing.T) (*tls.Config, string) {
	t.Helper()
	p := httptest.NewUnstartedServer(nil)
	p.StartTLS() // only for its certificate
	defer p.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: p.TLS.Certificates}, ca
}

// TestServerClosesAtTheWorstMoment: a command never goes out over a connection
// whose end has arrived, and never twice, whenever the server closes it.
func TestServerClosesAtTheWorstMoment(t *testing.T) {
	t.Parallel()
	const n = 20
	for _, row := range []struct {
		moment string
		wait   bool // until the end has arrived: then every command is done
	}{
		{"with the answer", true}, {"with the answer", false}, {"behind a word", true}, {"behind a word", false},
		{"within the next request", false}, {"instead of an answer", false},
	} {
		for _, scheme := range []string{"http", "https"} {
			t.Run(fmt.Sprint(scheme, " ", row.moment, " ", row.wait), func(t *testing.T) {
				t.Parallel()
				s := &closer{seen: map[string]int{}, over: make(chan struct{}, 2*n)}
				config, ca := secure(t)
				addr := listen(t, func(conn net.Conn) {
					if scheme == "https" {
						conn = tls.Server(conn, config)
					}
					s.serve(conn, row.moment)
				})
				c := client(t, func(cfg *vpbx.Config) { cfg.BaseURL, cfg.CAFile = scheme+"://"+addr+"/vpbx/", ca })
				lost := 0
				for range n {
					r := fresh()
					err := c.Hangup(t.Context(), r)
					if err != nil {
						lost++
						if e, told := errors.AsType[*vpbx.Error](err); !told || !e.Sent {
							t.Errorf("%s: %v, want an error that says that it may have arrived", r.CommandID, err)
						}
					}
					s.mu.Lock()
					got := s.seen[r.CommandID]
					s.mu.Unlock()
					if got > 1 || err == nil && got != 1 {
						t.Errorf("%s: %v; it arrived %d times", r.CommandID, err, got)
					}
					if row.wait && err == nil {
						<-s.over
					}
				}
				if row.wait && lost > 0 {
					t.Errorf("%d of %d commands went out over a connection that was closed", lost, n)
				}
				if limit := n / 2; !row.wait && lost > limit { // every other one meets a fresh connection
					t.Errorf("%d of %d commands were lost, want %d at most", lost, n, limit)
				}
			})
		}
	}
}

// TestDeadlineOutlived: the deadline of one request means nothing to the next
// one over the same connection.
func TestDeadlineOutlived(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	const wait = 3 * time.Second // a busy machine needs some of it for the first request
	c := p.client(t, func(cfg *vpbx.Config) { cfg.RequestTimeout = wait })
	for i := range 2 {
		if i > 0 {
			time.Sleep(wait + 50*time.Millisecond)
		}
		if err := c.Hangup(t.Context(), fresh()); err != nil {
			t.Errorf("Hangup: %v", err)
		}
	}
	if n := p.connections(); n != 1 {
		t.Errorf("two requests took %d connections, want 1", n)
	}
}
