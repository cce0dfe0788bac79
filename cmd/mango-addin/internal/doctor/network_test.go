package doctor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"mangoofficesdk/cmd/mango-addin/internal/doctor"
)

// certificate is one of its own signing, for an address.
func certificate(t *testing.T, address string, from, to time.Time) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to, IPAddresses: []net.IP{net.ParseIP(address)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// other is the other side: what it answers, with which certificate (nil: without TLS).
func other(t *testing.T, h http.HandlerFunc, cert *tls.Certificate) *url.URL {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	scheme := "ws"
	if cert == nil {
		s.Start()
	} else {
		s.TLS = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
		s.StartTLS()
		scheme = "wss"
	}
	t.Cleanup(s.Close)
	return &url.URL{Scheme: scheme, Host: s.Listener.Addr().String(), Path: "/link"}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	now := time.Now()
	const year = 365 * 24 * time.Hour
	good, ca := certificate(t, "127.0.0.1", now.Add(-time.Hour), now.Add(year))
	ending, endingCA := certificate(t, "127.0.0.1", now.Add(-year), now.Add(24*time.Hour))
	expired, expiredCA := certificate(t, "127.0.0.1", now.Add(-year), now.Add(-time.Hour))
	foreign, foreignCA := certificate(t, "10.1.1.1", now.Add(-time.Hour), now.Add(year))
	upgrade := func(w http.ResponseWriter, r *http.Request) {
		if conn, err := new(websocket.Upgrader).Upgrade(w, r, nil); err == nil {
			_ = conn.Close()
		}
	}
	full := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	plain := other(t, upgrade, nil)
	// A port that nobody listens on, and that nobody else gets meanwhile.
	taken, err := net.Dial("tcp", plain.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, row := range map[string]struct {
		url  *url.URL
		ca   []byte // nil: those of the system
		want []string
		ok   string // codes of what is well
	}{
		"no name":        {&url.URL{Scheme: "ws", Host: "hub.invalid:8100", Path: "/link"}, nil, []string{"error dns"}, ""},
		"nobody listens": {&url.URL{Scheme: "ws", Host: taken.LocalAddr().String(), Path: "/link"}, nil, []string{"error tcp_refused"}, ""},
		"a hub":          {plain, nil, nil, "tcp websocket"},
		"a hub, TLS":     {other(t, upgrade, &good), ca, nil, "tcp tls websocket"},
		"a page":         {other(t, http.NotFound, nil), nil, []string{"error websocket"}, "tcp"},
		"full":           {other(t, full, nil), nil, []string{"error websocket_busy"}, "tcp"},
		"own authority":  {other(t, upgrade, &good), nil, []string{"error tls_authority"}, "tcp"},
		"another's CA":   {other(t, upgrade, &good), foreignCA, []string{"error tls_authority"}, "tcp"},
		"no CA":          {other(t, upgrade, &good), []byte("nothing"), []string{"error tls_ca"}, "tcp"},
		"expired":        {other(t, upgrade, &expired), expiredCA, []string{"error tls_expired"}, "tcp"},
		"ends soon":      {other(t, upgrade, &ending), endingCA, []string{"warning tls_expires"}, "tcp websocket"},
		"another name":   {other(t, upgrade, &foreign), foreignCA, []string{"error tls_name"}, "tcp"},
		"no TLS there":   {&url.URL{Scheme: "wss", Host: plain.Host, Path: "/link"}, nil, []string{"error tls_failed"}, "tcp"},
		"an API":         {&url.URL{Scheme: "http", Host: plain.Host, Path: "/vpbx/"}, nil, nil, "tcp"},
	} {
		way := doctor.Way{Name: "хаб", URL: row.url}
		if row.ca != nil {
			way.CA = filepath.Join(t.TempDir(), "ca.pem")
			put(t, way.CA, row.ca)
		}
		r := new(doctor.Report)
		r.Network(t.Context(), []doctor.Way{way})
		if diff := cmp.Diff(row.want, wrong(r)); diff != "" {
			t.Errorf("%s: Network(%s) (-want +got):\n%s", name, row.url, diff)
		}
		var well []string
		for _, f := range r.Findings {
			if f.Severity == doctor.OK {
				well = append(well, f.Code)
			}
		}
		if got := strings.Join(well, " "); got != row.ok {
			t.Errorf("%s: Network(%s): well are %q, want %q", name, row.url, got, row.ok)
		}
		worded(t, name, r)
	}
}

func TestWays(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params string
		want   string // of the way; "" = none
		code   string // of the error
	}{
		"hub":       {`{"mode":"hub","extension":"101","hub":{"url":"hub:8100","token":"hidden"}}`, "ws://hub:8100/link", ""},
		"direct":    {`{"vpbx_api_key":"k","vpbx_api_salt":"hidden"}`, "https://app.mango-office.ru/vpbx/", ""},
		"no JSON":   {`{`, "", "error bad_json"},
		"no token":  {`{"mode":"hub","hub":{"url":"hub:8100"}}`, "", "error missing_field"},
		"bad proxy": {`{"vpbx_api_key":"k","vpbx_api_salt":"hidden","proxy":"http://u:hidden@ no"}`, "", "error bad_field"},
	} {
		r := new(doctor.Report)
		ways, ok := r.Ways(row.params)
		got := ""
		if len(ways) > 0 {
			got = ways[0].URL.String()
		}
		if codes := strings.Join(wrong(r), " "); got != row.want || codes != row.code || ok != (row.code == "") {
			t.Errorf("%s: Ways() = %q, %v, %q; want %q, %q", name, got, ok, codes, row.want, row.code)
		}
		worded(t, name, r)
		for _, f := range r.Findings {
			if strings.Contains(f.Text+f.Remedy, "hidden") {
				t.Errorf("%s: Ways() tells a secret: %+v", name, f)
			}
		}
	}
}
