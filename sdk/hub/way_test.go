package hub_test

import (
	"bufio"
	"encoding/base64"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
)

// TestTLS: a hub with a certificate of the company's own is trusted by its CA,
// and by nothing else.
func TestTLS(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	secure := httptest.NewTLSServer(p.hub().Handler())
	t.Cleanup(secure.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{secure.URL, secure.Listener.Addr().String(), "wss://" + secure.Listener.Addr().String() + "/link"} {
		registered(t, p.dial(t, func(c *link.Config) { c.URL, c.CA = url, ca }))
	}
	c := p.dial(t, func(c *link.Config) { c.URL = secure.URL })
	linktest.Until(t, "a stranger's certificate is refused", func() bool {
		v := c.View()
		return v.State == office.Connecting && v.Why.Code == text.TLSFailed
	})
}

// tunnel is an HTTP proxy that wants a password.
func tunnel(t *testing.T, used *atomic.Int64) *httptest.Server {
	var crew sync.WaitGroup
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:secret"))
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != want {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		hub, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		client, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = hub.Close()
			return
		}
		used.Add(1)
		_, _ = client.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
		copyAll := func(to net.Conn, from io.Reader) {
			_, _ = io.Copy(to, from)
			_, _ = hub.Close(), client.Close()
		}
		crew.Go(func() { copyAll(hub, bufio.NewReader(buf)) })
		crew.Go(func() { copyAll(client, hub) })
	}))
	t.Cleanup(func() {
		s.Close()
		crew.Wait()
	})
	return s
}

func TestProxy(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	var used atomic.Int64
	proxy := tunnel(t, &used)
	host := proxy.Listener.Addr().String()
	c := p.dial(t, func(c *link.Config) { c.Proxy = "me:secret@" + host })
	registered(t, c)
	if used.Load() != 1 {
		t.Errorf("the proxy was used %d times, want once", used.Load())
	}
	if err := c.Close(t.Context()); err != nil { // before the proxy goes
		t.Errorf("Close() = %v", err)
	}
	wrong := p.dial(t, func(c *link.Config) { c.Proxy = "me:wrong@" + host })
	b := linktest.Listen(t, wrong)
	if s := b.State(office.Connecting); s.Code != string(text.ConnectionStarting) {
		t.Errorf("first state = %+v", s)
	}
	if s := b.State(office.Connecting); s.Code != string(text.HubUnreachable) {
		t.Errorf("state behind a proxy that refuses = %+v, want hub_unreachable", s)
	}
	if why := wrong.View().Why; strings.Contains(why.Error()+why.Rendered(text.EN).Text, "wrong") {
		t.Errorf("the password stands in %v", why)
	}
}

func TestDialRefuses(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(broken, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := link.Config{URL: "hub.local:7777", Token: "mh_a_b"}
	for name, test := range map[string]struct {
		change func(*link.Config)
		code   text.Code
		field  string
	}{
		"no url":       {func(c *link.Config) { c.URL = "" }, text.MissingField, "hub.url"},
		"no token":     {func(c *link.Config) { c.Token = "" }, text.MissingField, "hub.token"},
		"ftp":          {func(c *link.Config) { c.URL = "ftp://hub" }, text.BadField, "hub.url"},
		"no host":      {func(c *link.Config) { c.URL = "wss:///link" }, text.BadField, "hub.url"},
		"a password":   {func(c *link.Config) { c.URL = "wss://me:x@hub" }, text.BadField, "hub.url"},
		"a query":      {func(c *link.Config) { c.URL = "wss://hub/link?token=x" }, text.BadField, "hub.url"},
		"no CA":        {func(c *link.Config) { c.CA = broken + "x" }, text.BadCertificate, "hub.ca"},
		"a broken CA":  {func(c *link.Config) { c.CA = broken }, text.BadCertificate, "hub.ca"},
		"proxy of TLS": {func(c *link.Config) { c.Proxy = "https://me:x@proxy" }, text.BadField, "proxy"},
		"proxy of air": {func(c *link.Config) { c.Proxy = "http://" }, text.BadField, "proxy"},
	} {
		cfg := good
		test.change(&cfg)
		_, err := link.Dial(t.Context(), cfg)
		if e := text.From(err); e == nil || e.Code != test.code || e.Field != test.field {
			t.Errorf("%s: Dial() = %v, want %s of %s", name, err, test.code, test.field)
		}
	}
}
