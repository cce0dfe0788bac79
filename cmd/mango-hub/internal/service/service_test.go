package service_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/selfsigned"
	"mangoofficesdk/cmd/mango-hub/internal/service"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// site is a hub with an emulated PBX.
type site struct {
	t    *testing.T
	cfg  config.Config
	cred sign.Credentials
	pbx  *vpbxtest.PBX
	hub  *service.Service
	http *http.Client
	base string
	now  func() time.Time // nil = time.Now
}

func open(t *testing.T, change func(*config.Config)) *site { return openAt(t, nil, change) }

// openAt opens a hub whose clock is now.
func openAt(t *testing.T, now func() time.Time, change func(*config.Config)) *site {
	t.Helper()
	cred := sign.Credentials{Key: fmt.Sprintf("hub%s%d", t.Name(), os.Getpid()), Salt: sign.NewSalt("salt")}
	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pbx.Close() })
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.PBX.APIURL, c.PBX.Key, c.PBX.Salt = pbx.URL(), cred.Key, "salt"
	c.HTTP.Listen, c.Store.DataDir = "127.0.0.1:0", t.TempDir()
	if change != nil {
		change(&c)
	}
	s := &site{t: t, cfg: c, cred: cred, pbx: pbx, now: now, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *site) start() {
	s.t.Helper()
	hub, err := service.Open(s.t.Context(), s.cfg, service.Options{Version: "1.2.3.4", Env: func(string) string { return "" }, Log: zerolog.Nop(), Now: s.now})
	if err != nil {
		s.t.Fatalf("Open() = %v", err)
	}
	s.hub = hub
	s.base = "http://" + hub.Addr().String()
	if s.cfg.HTTP.TLSCert != "" {
		s.base = "https://" + hub.Addr().String()
	}
	if err := s.pbx.SetTarget(s.base + s.cfg.HTTP.WebhookPath); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) stop() {
	s.t.Helper()
	if err := s.hub.Shutdown(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Errorf("Shutdown() = %v", err)
	}
}

// get asks the hub, with headers given as name, value.
func (s *site) get(path string, headers ...string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), "GET", s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.do(r, headers...)
}

func (s *site) do(r *http.Request, headers ...string) (int, string) {
	s.t.Helper()
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.http.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return resp.StatusCode, string(raw)
}

// post sends a notification.
func (s *site) post(path, body string, headers ...string) int {
	s.t.Helper()
	form := url.Values{"vpbx_api_key": {s.cred.Key}, "json": {body}, "sign": {s.cred.JSON([]byte(body))}}.Encode()
	r, err := http.NewRequestWithContext(s.t.Context(), "POST", s.base+s.cfg.HTTP.WebhookPath+path, strings.NewReader(form))
	if err != nil {
		s.t.Fatal(err)
	}
	code, _ := s.do(r, append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
	return code
}

// until waits for a status that pleases.
func (s *site) until(what string, ok func(status.Status) bool) status.Status {
	s.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		st, err := s.hub.Status(s.t.Context())
		if err != nil {
			s.t.Fatalf("Status() = %v", err)
		}
		if ok(st) {
			return st
		}
		if time.Now().After(end) {
			s.t.Fatalf("no status with %s: %+v", what, st)
		}
	}
}

func registered(st status.Status) bool { return st.Registered }

const summary = `{"entry_id":"%s","call_direction":1,"from":{"number":"79161234567"},"to":{"number":"74951234567"},` +
	`"create_time":1700000000,"talk_time":0,"end_time":1700000010,"entry_result":0,"disconnect_reason":1110}`

func TestCallIsSeen(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	s.until("the key accepted", registered)
	if code, body := s.get("/readyz"); code != 200 || body != "ok\n" {
		t.Errorf("GET /readyz: HTTP %d %q, want 200 ok", code, body)
	}
	sc, err := vpbxtest.ParseScenario([]byte(`{"name":"x","steps":[{"do":"inbound","line":"74951234567","from":"79161234567"},{"do":"ivr","sec":60},{"do":"hangup","by":"caller"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.pbx.Begin(t.Context(), sc); err != nil {
		t.Fatal(err)
	}
	st := s.until("a call", func(st status.Status) bool { return len(st.Calls) == 1 })
	if c := st.Calls[0]; c.State != "ivr" || c.Caller.Number != "79161234567" || st.Hooks["accepted"] == 0 || st.Version != "1.2.3.4" {
		t.Errorf("status: call %+v, webhook %v, version %s", c, st.Hooks, st.Version)
	}
	_, body := s.get("/api/status")
	var got status.Status
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Calls) != 1 || strings.Contains(body, "salt") {
		t.Errorf("GET /api/status: %v, %s", err, body)
	}
	_, metrics := s.get("/metrics")
	for _, want := range []string{"\nmango_hub_registered 1\n", "\nmango_hub_calls 1\n", `mango_hub_webhook_requests_total{cause="accepted"}`, `mango_hub_info{version="1.2.3.4"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("GET /metrics lacks %q:\n%s", want, metrics)
		}
	}
}

// The address decides about notifications, and only a listed proxy may name it.
func TestWhoMayPost(t *testing.T) {
	t.Parallel()
	direct := open(t, func(c *config.Config) { c.HTTP.AllowIPs = []string{"81.88.80.132"} })
	proxied := open(t, func(c *config.Config) {
		c.HTTP.AllowIPs = []string{"81.88.80.132", "127.0.0.1"}
		c.HTTP.TrustedProxies = []string{"127.0.0.1"}
		c.PBX.Key += "-proxied"
	})
	proxied.cred.Key += "-proxied"
	for _, row := range []struct {
		name    string
		site    *site
		headers []string
		want    int
	}{
		{"not on the list", direct, nil, 403},
		{"not on the list, claims to be the PBX", direct, []string{"X-Forwarded-For", "81.88.80.132"}, 403},
		{"the proxy names the PBX", proxied, []string{"X-Forwarded-For", "81.88.80.132"}, 200},
		{"the proxy names a stranger", proxied, []string{"X-Forwarded-For", "203.0.113.9"}, 403},
		{"a stranger names the PBX to the proxy", proxied, []string{"X-Forwarded-For", "81.88.80.132, 203.0.113.9"}, 403},
		{"the proxy names nobody", proxied, nil, 403},
	} {
		if got := row.site.post("/events/summary", fmt.Sprintf(summary, row.name), row.headers...); got != row.want {
			t.Errorf("%s: HTTP %d, want %d", row.name, got, row.want)
		}
	}
	// Through a proxy nobody is local.
	for _, headers := range [][]string{{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-For", "127.0.0.1"}, nil} {
		if got, _ := proxied.get("/api/status", headers...); got != 401 {
			t.Errorf("GET /api/status through a proxy, %v: HTTP %d, want 401", headers, got)
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/": 200, "/metrics": 401, "/api/events": 401, "/app.js": 200, "/none": 404} {
		if got, _ := proxied.get(path, "X-Forwarded-For", "203.0.113.9"); got != want {
			t.Errorf("GET %s of a stranger: HTTP %d, want %d", path, got, want)
		}
	}
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key, err := selfsigned.Make([]string{"127.0.0.1", "hub.example"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{"cert.pem": cert, "key.pem": key} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, func(c *config.Config) {
		c.HTTP.TLSCert, c.HTTP.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	dial := func(version uint16) *http.Client {
		return &http.Client{Timeout: patience, Transport: &http.Transport{
			DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: version},
		}}
	}
	s.http = dial(tls.VersionTLS12)
	if code, _ := s.get("/healthz"); code != 200 {
		t.Errorf("GET /healthz by TLS 1.2: HTTP %d, want 200", code)
	}
	if code := s.post("/events/summary", fmt.Sprintf(summary, "x")); code != 200 {
		t.Errorf("POST by TLS 1.2: HTTP %d, want 200", code)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.base+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := dial(tls.VersionTLS11).Do(r); err == nil {
		resp.Body.Close()
		t.Error("GET by TLS 1.1 was answered")
	}
	if st, err := s.hub.Status(t.Context()); err != nil || time.Until(st.Expires) < 300*24*time.Hour {
		t.Errorf("Status() = expires %v, %v, want in a year", st.Expires, err)
	}
}

// The check by the running hub, over its socket: every step is right, and the
// result of the command came to the webhook.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	s.until("the key accepted", registered)
	answer, err := admin.Dial(s.cfg.Socket()).Do(t.Context(), "POST", "/check", nil)
	if err != nil {
		t.Fatalf("POST /check: %v", err)
	}
	defer answer.Close()
	var names []string
	for lines := bufio.NewScanner(answer); lines.Scan(); {
		var step check.Step
		if err := json.Unmarshal(lines.Bytes(), &step); err != nil {
			t.Fatal(err)
		}
		names = append(names, step.Name)
		if !step.OK || step.RU == "" || step.EN == "" {
			t.Errorf("step %+v, want it to be right", step)
		}
		if step.Name == "webhook" && !strings.Contains(step.EN, "4101") {
			t.Errorf("step webhook: %s, want 4101", step.EN)
		}
	}
	if diff := cmp.Diff([]string{"tls", "key", "clock", "webhook"}, names); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestUsersOutliveTheHub(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	c := admin.Dial(s.cfg.Socket())
	list := []engine.User{{UserID: "u1", Name: "Иванов", Extension: "101"}}
	if err := c.Ask(t.Context(), "PUT", "/users", list, &struct{}{}); err != nil {
		t.Fatalf("PUT /users: %v", err)
	}
	wrong := []engine.User{{UserID: "u1", Extension: "101"}, {UserID: "u2", Extension: "101"}}
	if err := c.Ask(t.Context(), "PUT", "/users", wrong, &struct{}{}); err == nil || !strings.Contains(err.Error(), "users[1]") {
		t.Errorf("PUT /users with an extension twice: %v, want users[1] named", err)
	}
	s.stop()
	if err := c.Ask(t.Context(), "GET", "/users", nil, &struct{}{}); err == nil || !strings.Contains(err.Error(), admin.ErrNotRunning.Error()) {
		t.Errorf("GET /users of no hub: %v, want %v", err, admin.ErrNotRunning)
	}
	s.start()
	var got []engine.User
	if err := c.Ask(t.Context(), "GET", "/users", nil, &got); err != nil {
		t.Fatalf("GET /users: %v", err)
	}
	if diff := cmp.Diff(list, got); diff != "" {
		t.Errorf("users after a restart (-want +got):\n%s", diff)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	for _, entry := range []string{"one", "two"} {
		if got := s.post("/events/summary", fmt.Sprintf(summary, entry)); got != 200 {
			t.Fatalf("POST summary: HTTP %d", got)
		}
	}
	s.until("two events", func(st status.Status) bool { return st.Journal.Waiting == 2 })
	c := admin.Dial(s.cfg.Socket())
	for _, row := range []struct {
		q    admin.Which
		want []string
	}{
		{admin.Which{}, []string{"one", "two"}},
		{admin.Which{EntryID: "two"}, []string{"two"}},
		{admin.Which{Parked: true}, nil},
		{admin.Which{To: time.Unix(1600000000, 0)}, nil},
		{admin.Which{From: time.Unix(1600000000, 0)}, []string{"one", "two"}},
	} {
		raw, err := json.Marshal(row.q)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.Do(t.Context(), "POST", "/export", strings.NewReader(string(raw)))
		if err != nil {
			t.Fatalf("POST /export: %v", err)
		}
		var got []string
		for lines := bufio.NewScanner(answer); lines.Scan(); {
			var l struct {
				Event engine.Event `json:"event"`
			}
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Fatalf("%v in %s", err, lines.Bytes())
			}
			got = append(got, l.Event.EntryID)
		}
		answer.Close()
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("export of %+v (-want +got):\n%s", row.q, diff)
		}
	}
	var offered struct{ Offered int }
	if err := c.Ask(t.Context(), "POST", "/replay", admin.Which{}, &offered); err != nil || offered.Offered != 0 {
		t.Errorf("replay of what nobody was shown: %d, %v, want 0", offered.Offered, err)
	}
}

// The history of calls as lines of JSON, with a bound in time, and as a table.
func TestExportCalls(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) { c.HTTP.PublicURL = "https://hub.example/" })
	for _, entry := range []string{"one", "two"} {
		if got := s.post("/events/summary", fmt.Sprintf(summary, entry)); got != 200 {
			t.Fatalf("POST summary: HTTP %d", got)
		}
	}
	if got := s.post("/events/record/added", `{"entry_id":"one","product_id":1,"user_id":1,"timestamp":1700000020,"recording_id":"a+/="}`); got != 200 {
		t.Fatalf("POST record/added: HTTP %d", got)
	}
	s.until("three events", func(st status.Status) bool { return st.Journal.Waiting == 3 })
	c := admin.Dial(s.cfg.Socket())
	export := func(q admin.WhichCalls) string {
		t.Helper()
		raw, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.Do(t.Context(), "POST", "/export/calls", strings.NewReader(string(raw)))
		if err != nil {
			t.Fatalf("POST /export/calls %s = %v", raw, err)
		}
		defer answer.Close()
		all, err := io.ReadAll(answer)
		if err != nil {
			t.Fatalf("POST /export/calls %s: %v", raw, err)
		}
		return string(all)
	}
	began := time.Time{}
	for i, line := range strings.SplitAfter(strings.TrimSpace(export(admin.WhichCalls{})), "\n") {
		var call history.Call
		if err := json.Unmarshal([]byte(line), &call); err != nil || call.EntryID != []string{"one", "two"}[i] || call.Started.IsZero() {
			t.Errorf("line %d = %s, %v, want the call", i, line, err)
		}
		began = call.Started
	}
	if none := export(admin.WhichCalls{To: began}); none != "" {
		t.Errorf("calls before the first one began: %q, want none", none)
	}
	if n := strings.Count(export(admin.WhichCalls{From: began, To: began.Add(time.Second)}), "\n"); n != 2 {
		t.Errorf("%d calls of the second they began in, want 2", n)
	}
	if table := export(admin.WhichCalls{CSV: true, To: began}); !strings.HasPrefix(table, "\ufeff") || strings.Contains(table, "(916)") {
		t.Errorf("an empty table = %q", table)
	}
	if table := export(admin.WhichCalls{CSV: true, From: began, To: began.Add(time.Second)}); strings.Count(table, "+7 (916) 123-45-67, ") != 2 {
		t.Errorf("the table = %q, want two calls", table)
	} else if !strings.Contains(table, ";https://hub.example/recordings/a+%2F=;") {
		t.Errorf("the table = %q, want the page of this hub for the recording", table)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	for name, row := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"a port in use": {func(c *config.Config) { c.HTTP.Listen = s.hub.Addr().String() }, "http.listen: "},
		"the same key":  {func(*config.Config) {}, "already_running"},
		"no salt":       {func(c *config.Config) { c.PBX.Salt = "" }, "pbx.salt"},
		"no key":        {func(c *config.Config) { c.PBX.Key = "" }, "pbx.key"},
		"a wrong API":   {func(c *config.Config) { c.PBX.APIURL = "ftp://x" }, "pbx.api_url"},
		"a certificate": {func(c *config.Config) { c.PBX.Key += "2"; c.HTTP.TLSCert, c.HTTP.TLSKey = "/none", "/none" }, "http.tls_cert: "},
		"a long socket": {func(c *config.Config) {
			c.PBX.Key += "3"
			c.Store.AdminSocket = filepath.Join(t.TempDir(), strings.Repeat("x", 120))
		}, "store.admin_socket: "},
	} {
		c := s.cfg
		c.HTTP.Listen, c.Store.DataDir = "127.0.0.1:0", t.TempDir()
		row.change(&c)
		hub, err := service.Open(t.Context(), c, service.Options{Env: func(string) string { return "" }, Log: zerolog.Nop()})
		if err == nil {
			t.Errorf("%s: Open() succeeded", name)
			_ = hub.Shutdown(t.Context())
			continue
		}
		if !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: Open() = %v, want %s", name, err, row.want)
		}
	}
}

// A page that is open does not keep the hub from stopping.
func TestStopsUnderAStream(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	var took time.Duration
	for range 3 { // a busy machine is slow now and then, and not each time
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.base+"/api/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != "event: status\n" {
			t.Fatalf("the stream begins with %q, %v", line, err)
		}
		started := time.Now()
		s.stop()
		took = time.Since(started)
		s.start()
		if took < 2*time.Second {
			return
		}
	}
	t.Errorf("Shutdown took %v, want less than two seconds", took)
}
