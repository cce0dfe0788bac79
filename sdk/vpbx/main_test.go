package vpbx_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbx/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var credentials = sign.Credentials{Key: "key+/=0", Salt: sign.NewSalt("very-secret-salt")}

// seen is one request as the server got it.
type seen struct {
	Path, ContentType, UserAgent string
	Form                         url.Values
	TLS                          uint16
}

// pbx is a real HTTPS server with a certificate the client is told to trust.
type pbx struct {
	*httptest.Server
	ca string // PEM file

	mu    sync.Mutex
	seen  []seen
	conns int
}

// start runs a server; answer writes what it likes after the request was noted.
func start(t *testing.T, configure func(*tls.Config), answer http.HandlerFunc) *pbx {
	t.Helper()
	p := &pbx{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Errorf("ParseForm: %v", err)
		}
		s := seen{Path: r.URL.Path, ContentType: r.Header.Get("Content-Type"), UserAgent: r.UserAgent(), Form: r.PostForm}
		if r.TLS != nil {
			s.TLS = r.TLS.Version
		}
		p.mu.Lock()
		p.seen = append(p.seen, s)
		p.mu.Unlock()
		answer(w, r)
	}))
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			p.mu.Lock()
			p.conns++
			p.mu.Unlock()
		}
	}
	p.TLS = &tls.Config{}
	if configure != nil {
		configure(p.TLS)
	}
	p.StartTLS()
	t.Cleanup(p.Close)
	p.ca = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw})
	if err := os.WriteFile(p.ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pbx) requests() []seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]seen(nil), p.seen...)
}

func (p *pbx) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conns
}

// client makes a client of p; change may be nil.
func (p *pbx) client(t *testing.T, change func(*vpbx.Config)) *vpbx.Client {
	t.Helper()
	return client(t, func(cfg *vpbx.Config) {
		cfg.BaseURL, cfg.CAFile = p.URL+"/vpbx/", p.ca
		if change != nil {
			change(cfg)
		}
	})
}

func client(t *testing.T, change func(*vpbx.Config)) *vpbx.Client {
	t.Helper()
	cfg := vpbx.Config{Credentials: credentials, RequestTimeout: 5 * time.Second, Guard: guard.Config{Unlimited: true}}
	change(&cfg)
	c, err := vpbx.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	c.Vouch("call:" + hangup.CallID) // it is live
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// say answers with a fixed body.
func say(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var ok = say(http.StatusOK, "application/json", `{"result":1000}`)

// hangup is a command; fresh is one more, under an id of its own.
var (
	hangup  = vpbx.HangupRequest{CommandID: "h1", CallID: "MToxMDA="}
	counter atomic.Int64
)

func fresh() vpbx.HangupRequest {
	return vpbx.HangupRequest{CommandID: "fresh" + strconv.FormatInt(counter.Add(1), 10), CallID: hangup.CallID}
}
