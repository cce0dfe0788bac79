package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var credentials = sign.Credentials{Key: "k123", Salt: sign.NewSalt("very-secret-salt")}

const call = `{"entry_id":"e","call_id":"c","seq":1,"timestamp":1,"call_state":"Appeared","from":{"number":"79161234567"},"to":{}}`

// bench is a listener on a real port with a sink that remembers.
type bench struct {
	*httptest.Server
	hook *webhook.Handler
	log  bytes.Buffer // read it after Close only

	mu    sync.Mutex
	items []notify.Item
}

func open(t *testing.T, change func(*webhook.Config)) *bench {
	t.Helper()
	b := prepare(t, change)
	b.Start()
	return b
}

// prepare is open without the start.
func prepare(t *testing.T, change func(*webhook.Config)) *bench {
	t.Helper()
	b := &bench{}
	cfg := webhook.Config{
		Credentials: credentials, Log: zerolog.New(zerolog.SyncWriter(&b.log)),
		Sink: func(_ context.Context, it notify.Item) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.items = append(b.items, it)
			return nil
		},
	}
	if change != nil {
		change(&cfg)
	}
	b.hook = webhook.New(cfg)
	b.Server = httptest.NewUnstartedServer(nil)
	b.Config = b.hook.Server()
	t.Cleanup(b.Close)
	return b
}

func (b *bench) taken() []notify.Item {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]notify.Item(nil), b.items...)
}

// envelope is a rightly signed form.
func envelope(json string) url.Values {
	return url.Values{"vpbx_api_key": {credentials.Key}, "sign": {credentials.JSON([]byte(json))}, "json": {json}}
}

const urlencoded = "application/x-www-form-urlencoded"

// do sends one request and gives the status and the body of the answer.
func (b *bench) do(t *testing.T, method, path, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := b.Client().Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(said)
}

// counted compares the counters that are not zero.
func (b *bench) counted(t *testing.T, want map[string]int64) {
	t.Helper()
	got := make(map[string]int64)
	for name, n := range b.hook.Snapshot() {
		if n != 0 {
			got[name] = n
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Snapshot (-want +got):\n%s", diff)
	}
}

func multipartForm(t testing.TB, form url.Values, extra int) (contentType, body string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := range extra {
		if err := w.WriteField(fmt.Sprint("extra", i), "x"); err != nil {
			t.Fatal(err)
		}
	}
	for name, values := range form {
		if err := w.WriteField(name, values[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.String()
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	cyrillic := `{"command_id":"ы + & = %41","result":1000}`
	kind, parts := multipartForm(t, envelope(call), 2)
	for name, row := range map[string]struct {
		path, contentType, body string
		wantPath, wantKind      string
		counters                map[string]int64
	}{
		"urlencoded":         {"/events/call", urlencoded, envelope(call).Encode(), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"with a charset":     {"/events/call/", urlencoded + "; charset=UTF-8", envelope(call).Encode(), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"the misprint":       {"/events/call", "application/x-www-form", envelope(call).Encode(), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"no content type":    {"/events/call", "", envelope(call).Encode(), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"multipart":          {"/events/call", kind, parts, "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"printed prefix":     {"/vpbx/api/v1/events/call", urlencoded, envelope(call).Encode(), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"marks of the form":  {"/vpbx/result/route/", urlencoded, envelope(cyrillic).Encode(), "/result/route", "notify.Result", map[string]int64{"accepted": 1}},
		"unknown event":      {"/events/of/2031", urlencoded, envelope(`{"a":1}`).Encode(), "/events/of/2031", "notify.Unknown", map[string]int64{"accepted": 1, "unknown_kind": 1}},
		"broken inner JSON":  {"/events/call", urlencoded, envelope(`{"call_id":`).Encode(), "/events/call", "notify.Unknown", map[string]int64{"accepted": 1, "broken_json": 1}},
		"capital signature":  {"/events/call", urlencoded, strings.Replace(envelope(call).Encode(), credentials.JSON([]byte(call)), strings.ToUpper(credentials.JSON([]byte(call))), 1), "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
		"a foreign bad rest": {"/events/call", urlencoded, envelope(call).Encode() + "&x=%zz", "/events/call", "notify.Call", map[string]int64{"accepted": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if status, said := b.do(t, http.MethodPost, row.path, row.contentType, row.body); status != http.StatusOK || said != "" {
				t.Fatalf("POST %s = %d %q, want 200", row.path, status, said)
			}
			items := b.taken()
			if len(items) != 1 || items[0].Path != row.wantPath || fmt.Sprintf("%T", items[0].Notification) != row.wantKind {
				t.Errorf("the sink got %+v, want one %s at %s", items, row.wantKind, row.wantPath)
			}
			b.counted(t, row.counters)
		})
	}
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	b := open(t, func(c *webhook.Config) { c.BasePath = "/mango/1c/" })
	for path, want := range map[string]int{
		"/mango/1c/events/call": 200, "/mango/1c/vpbx/events/call/": 200, "/events/call": 200, // a proxy may have cut it
		"/mango/events/call": 404, "/mango/1c": 404,
	} {
		if got, _ := b.do(t, http.MethodPost, path, urlencoded, envelope(call).Encode()); got != want {
			t.Errorf("POST %s = %d, want %d", path, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	change := func(name, value string) string {
		form := envelope(call)
		form.Set(name, value)
		return form.Encode()
	}
	manyKind, many := multipartForm(t, envelope(call), 20)
	for name, row := range map[string]struct {
		method, path, contentType, body string
		status                          int
		counter                         string
	}{
		"GET":              {"GET", "/events/call", "", "", 405, "wrong_method"},
		"DELETE":           {"DELETE", "/", "", "", 405, "wrong_method"},
		"unknown path":     {"POST", "/wp-login.php", urlencoded, envelope(call).Encode(), 404, "unknown_path"},
		"the root":         {"POST", "/", urlencoded, envelope(call).Encode(), 404, "unknown_path"},
		"odd path":         {"POST", "/events/%00", urlencoded, envelope(call).Encode(), 404, "unknown_path"},
		"a big body":       {"POST", "/events/call", urlencoded, change("json", strings.Repeat("x", 5000)), 413, "too_large"},
		"no body":          {"POST", "/events/call", urlencoded, "", 400, "missing_field"},
		"bare JSON":        {"POST", "/events/call", "application/json", call, 400, "missing_field"},
		"no key":           {"POST", "/events/call", urlencoded, change("vpbx_api_key", ""), 400, "missing_field"},
		"no sign":          {"POST", "/events/call", urlencoded, change("sign", ""), 400, "missing_field"},
		"no json":          {"POST", "/events/call", urlencoded, change("json", ""), 400, "missing_field"},
		"a foreign key":    {"POST", "/events/call", urlencoded, change("vpbx_api_key", "k124"), 401, "foreign_key"},
		"a wrong sign":     {"POST", "/events/call", urlencoded, change("sign", strings.Repeat("0", 64)), 401, "bad_sign"},
		"a short sign":     {"POST", "/events/call", urlencoded, change("sign", "a"), 401, "bad_sign"},
		"a changed json":   {"POST", "/events/call", urlencoded, change("json", call+" "), 401, "bad_sign"},
		"no boundary":      {"POST", "/events/call", "multipart/form-data", envelope(call).Encode(), 400, "bad_form"},
		"a wrong boundary": {"POST", "/events/call", "multipart/form-data; boundary=x", "--y\r\n\r\n", 400, "bad_form"},
		"too many parts":   {"POST", "/events/call", manyKind, many, 400, "bad_form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, func(c *webhook.Config) { c.MaxBody = 4096 })
			status, said := b.do(t, row.method, row.path, row.contentType, row.body)
			if status != row.status || said != "" {
				t.Errorf("%s %s = %d %q, want %d and no word", row.method, row.path, status, said, row.status)
			}
			b.counted(t, map[string]int64{row.counter: 1})
			if items := b.taken(); len(items) != 0 {
				t.Errorf("the sink got %+v", items)
			}
			b.Close()
			if log := b.log.String(); !strings.Contains(log, row.counter) || strings.Contains(log, credentials.JSON([]byte(call))) ||
				strings.Contains(log, "very-secret-salt") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestChunkedBodyIsCappedToo(t *testing.T) {
	t.Parallel()
	b := open(t, func(c *webhook.Config) { c.MaxBody = 4096 })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL+"/events/call", io.MultiReader(strings.NewReader(strings.Repeat("x", 9000))))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("POST of 9000 chunked bytes = %d, want 413", resp.StatusCode)
	}
	b.counted(t, map[string]int64{"too_large": 1})
}

func TestExactlyTheCapIsTaken(t *testing.T) {
	t.Parallel()
	body := envelope(call).Encode()
	for size, want := range map[int64]int{int64(len(body)): 200, int64(len(body)) - 1: 413} {
		b := open(t, func(c *webhook.Config) { c.MaxBody = size })
		if got, _ := b.do(t, http.MethodPost, "/events/call", urlencoded, body); got != want {
			t.Errorf("POST of %d bytes with a cap of %d = %d, want %d", len(body), size, got, want)
		}
	}
}

func TestSlowClient(t *testing.T) {
	t.Parallel()
	b := open(t, func(c *webhook.Config) { c.ReadTimeout = 100 * time.Millisecond })
	conn, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	began := time.Now()
	fmt.Fprint(conn, "POST /events/call HTTP/1.1\r\nHost: x\r\nContent-Type: "+urlencoded+"\r\nContent-Length: 100\r\n\r\nvpbx_api_key=")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if waited := time.Since(began); resp.StatusCode != http.StatusRequestTimeout || waited > webhook.DefaultReadTimeout/2 {
		t.Errorf("half a body = %d after %v, want 408 after %v", resp.StatusCode, waited, 100*time.Millisecond)
	}
	b.counted(t, map[string]int64{"slow": 1})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	own := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8::/32")}
	for _, row := range []struct {
		remote string
		allow  []netip.Prefix
		want   int
	}{
		{"81.88.80.132:4000", nil, 200}, {"81.88.80.133:1", nil, 200}, {"81.88.82.36:1", nil, 200}, {"81.88.82.44:1", nil, 200},
		{"81.88.82.45:1", nil, 200}, {"[::ffff:81.88.82.45]:1", nil, 200}, {"127.0.0.1:9", nil, 200}, {"[::1]:9", nil, 200},
		{"81.88.80.34:1", nil, 403}, {"8.8.8.8:53", nil, 403}, {"", nil, 403}, {"@", nil, 403},
		{"10.1.2.3:1", own, 200}, {"10.2.0.1:1", own, 403}, {"127.0.0.1:9", own, 403}, {"[2001:db8::1%eth0]:1", own, 200},
	} {
		hook := webhook.New(webhook.Config{
			Credentials: credentials, AllowIPs: row.allow, Sink: func(context.Context, notify.Item) error { return nil },
		})
		r := httptest.NewRequest(http.MethodPost, "/events/call", strings.NewReader(envelope(call).Encode()))
		r.RemoteAddr = row.remote
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		if w.Code != row.want {
			t.Errorf("POST from %s (allowed %v) = %d, want %d", row.remote, row.allow, w.Code, row.want)
		}
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	wrong := envelope("{}")
	wrong.Set("sign", "0")
	for body, want := range map[string]int{"": 200, envelope("{}").Encode(): 200, "whatever": 200, "{}": 200, wrong.Encode(): 401} {
		if got, _ := b.do(t, http.MethodPost, "/vpbx/ping", urlencoded, body); got != want {
			t.Errorf("POST /vpbx/ping %q = %d, want %d", body, got, want)
		}
	}
	b.counted(t, map[string]int64{"ping": 4, "bad_sign": 1})
	if items := b.taken(); len(items) != 0 {
		t.Errorf("the sink got %+v", items)
	}
}

func TestSinkFailures(t *testing.T) {
	t.Parallel()
	fails := open(t, func(c *webhook.Config) {
		c.Sink = func(context.Context, notify.Item) error { return errors.New("disk full") }
	})
	if got, said := fails.do(t, http.MethodPost, "/events/call", urlencoded, envelope(call).Encode()); got != 503 || said != "" {
		t.Errorf("POST with a failing sink = %d %q, want 503", got, said)
	}
	fails.counted(t, map[string]int64{"unavailable": 1})

	panics := open(t, func(c *webhook.Config) { c.Sink = func(context.Context, notify.Item) error { panic("boom") } })
	for range 2 { // the server lives on
		if got, said := panics.do(t, http.MethodPost, "/events/call", urlencoded, envelope(call).Encode()); got != 500 || said != "" {
			t.Errorf("POST with a panicking sink = %d %q, want 500", got, said)
		}
	}
	panics.counted(t, map[string]int64{"panic": 2})
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	b := open(t, func(c *webhook.Config) {
		c.MaxRequests = 1
		c.Sink = func(context.Context, notify.Item) error { entered <- struct{}{}; <-leave; return nil }
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		if got, _ := b.do(t, http.MethodPost, "/events/call", urlencoded, envelope(call).Encode()); got != 200 {
			t.Errorf("the first POST = %d, want 200", got)
		}
	})
	select {
	case <-entered:
	case <-time.After(30 * time.Second):
		t.Fatal("the first POST did not reach the sink")
	}
	if got, _ := b.do(t, http.MethodPost, "/events/call", urlencoded, envelope(call).Encode()); got != 503 {
		t.Errorf("the second POST = %d, want 503", got)
	}
	close(leave)
	wg.Wait()
	b.counted(t, map[string]int64{"accepted": 1, "overloaded": 1})
}

func TestServerTLS(t *testing.T) {
	t.Parallel()
	hook := webhook.New(webhook.Config{Credentials: credentials, Sink: func(context.Context, notify.Item) error { return nil }})
	s := httptest.NewUnstartedServer(nil)
	s.Config = hook.Server()
	s.TLS = s.Config.TLSConfig.Clone()
	s.StartTLS()
	defer s.Close()
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		cfg := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: version} //nolint:gosec // a test of versions
		conn, err := tls.Dial("tcp", s.Listener.Addr().String(), cfg)
		if (err == nil) != want {
			t.Errorf("TLS up to %x: %v, want success %v", version, err, want)
		}
		if err == nil {
			conn.Close()
		}
	}
	if s.Config.ReadHeaderTimeout == 0 || s.Config.ReadTimeout == 0 || s.Config.IdleTimeout == 0 || s.Config.MaxHeaderBytes > 64<<10 {
		t.Errorf("Server leaves something unbounded: %+v", s.Config)
	}
}

func TestParallelPosts(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			json := fmt.Sprintf(`{"call_id":"c","seq":%d,"call_state":"Appeared"}`, i)
			if got, _ := b.do(t, http.MethodPost, "/events/call", urlencoded, envelope(json).Encode()); got != 200 {
				t.Errorf("POST %d = %d", i, got)
			}
		})
	}
	wg.Wait()
	keys := make(map[string]bool)
	for _, it := range b.taken() {
		keys[it.Key] = true
	}
	if len(keys) != 40 {
		t.Errorf("the sink got %d different notifications, want 40", len(keys))
	}
}

// FuzzForm feeds the whole way from body to sink: nothing reaches the sink
// without a right signature, and nothing panics.
func FuzzForm(f *testing.F) {
	kind, parts := multipartForm(f, envelope(call), 1)
	f.Add(kind, parts)
	f.Add(urlencoded, envelope(call).Encode())
	f.Add(urlencoded, envelope(`{"call_id":`).Encode())
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=json\r\n\r\n{}\r\n--x--")
	f.Add("text/plain", "vpbx_api_key=k123&sign=1&json=%7B%7D")
	f.Add("", "%zz;&=;")
	var got *notify.Item
	hook := webhook.New(webhook.Config{
		Credentials: credentials, MaxBody: 1 << 16,
		Sink: func(_ context.Context, it notify.Item) error { got = &it; return nil },
	})
	f.Fuzz(func(t *testing.T, contentType, body string) {
		got = nil
		r := httptest.NewRequest(http.MethodPost, "/events/call", strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header["Content-Type"] = []string{contentType}
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		switch {
		case w.Code == http.StatusInternalServerError:
			t.Fatalf("POST %q %q panicked", contentType, body)
		case (w.Code == http.StatusOK) != (got != nil):
			t.Fatalf("POST %q %q = %d, sink %v", contentType, body, w.Code, got)
		case got != nil && !strings.Contains(strings.ToLower(body), credentials.JSON(got.Raw)):
			// The signature is hex: no form encoding but percent escapes hides it.
			if !strings.Contains(body, "%") && !strings.Contains(strings.ToLower(contentType), "multipart") {
				t.Fatalf("POST %q %q was taken without its signature", contentType, body)
			}
		}
		if w.Body.Len() != 0 {
			t.Fatalf("POST %q %q said %q", contentType, body, w.Body)
		}
	})
}
