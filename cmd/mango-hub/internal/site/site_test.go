package site_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// place is a site whose tokens, clock and status a test changes.
type place struct {
	t       *testing.T
	handler http.Handler

	mu     sync.Mutex
	now    time.Time
	tokens []string
	status status.Status

	trouble  error
	replayed []string
}

func (p *place) broken() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble
}

func open(t *testing.T) *place { return openView(t, true) }

func openView(t *testing.T, local bool) *place {
	p := &place{t: t, now: time.Unix(1e9, 0), tokens: []string{"right"}}
	s := site.New(site.Config{
		LocalView: local,
		Read: func(context.Context) (status.Status, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.status, nil
		},
		Lookup: func(token string) (site.Who, bool) {
			p.mu.Lock()
			defer p.mu.Unlock()
			return site.Who{Name: "x", Admin: token != "supervisor"}, slices.Contains(p.tokens, token)
		},
		Parked: func(context.Context) ([]status.Parked, error) {
			return []status.Parked{{ID: "ev1", Attempts: 20}}, p.broken()
		},
		Replay: func(_ context.Context, id string) (int, error) {
			p.change(func() { p.replayed = append(p.replayed, id) })
			return 7, p.broken()
		},
		Recording: func(_ context.Context, id string) (site.Recording, error) {
			switch id {
			case "copy+/=":
				return site.Recording{Sound: sound{strings.NewReader("ID3 the conversation")}, Ext: ".mp3"}, nil
			case "pbx":
				return site.Recording{Address: "https://pbx.example.test/link"}, nil
			case "gone":
				return site.Recording{}, text.New(text.RecordingAbsent)
			}
			return site.Recording{}, text.New(text.ArchiveFailed)
		},
		Now: func() time.Time {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.now
		},
	})
	p.handler = front.Trust(nil).Wrap(s.Handler())
	return p
}

func (p *place) change(fn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn()
}

// do asks as somebody at from; headers are name, value.
func (p *place) do(from, method, path, body string, headers ...string) *http.Response {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, "http://hub"+path, strings.NewReader(body))
	r.RemoteAddr = from
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result()
}

const stranger = "203.0.113.9:4000"

// login shows a token, and gives status and cookie.
func (p *place) login(from, token string) (int, string) {
	p.t.Helper()
	resp := p.do(from, "POST", "/api/login", `{"token":"`+token+`"}`)
	if len(resp.Cookies()) == 0 {
		return resp.StatusCode, ""
	}
	c := resp.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" {
		p.t.Errorf("cookie %v, want it HttpOnly, SameSite=Strict, for /", c)
	}
	return resp.StatusCode, c.Name + "=" + c.Value
}

func TestWhoSeesTheCompany(t *testing.T) {
	t.Parallel()
	p := open(t)
	_, cookie := p.login(stranger, "right")
	for name, row := range map[string]struct {
		from    string
		headers []string
		want    int
	}{
		"a stranger":                     {stranger, nil, 401},
		"this machine":                   {"127.0.0.1:5", []string{"Host", "localhost:8080"}, 200},
		"this machine, a foreign name":   {"127.0.0.1:5", []string{"Host", "evil.example"}, 401},
		"this machine, through a proxy":  {"127.0.0.1:5", []string{"Host", "localhost", "X-Forwarded-For", "127.0.0.1"}, 401},
		"this machine, a foreign page":   {"127.0.0.1:5", []string{"Host", "localhost", "Sec-Fetch-Site", "cross-site"}, 401},
		"a login":                        {stranger, []string{"Cookie", cookie}, 200},
		"a login from a foreign page":    {stranger, []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"}, 401},
		"a cookie of somebody's making":  {stranger, []string{"Cookie", "mango_hub=AAAA"}, 401},
		"an empty cookie":                {stranger, []string{"Cookie", "mango_hub="}, 401},
		"a program with a token":         {stranger, []string{"Authorization", "Bearer right"}, 200},
		"a program with a wrong token":   {"198.51.100.7:1", []string{"Authorization", "Bearer wrong"}, 401},
		"a program with an empty token":  {"198.51.100.8:1", []string{"Authorization", "Bearer "}, 401},
		"a program of another mechanism": {stranger, []string{"Authorization", "Basic right"}, 401},
	} {
		for _, path := range []string{"/api/status", "/metrics"} {
			if got := p.do(row.from, "GET", path, "", row.headers...); got.StatusCode != row.want {
				t.Errorf("%s: GET %s: HTTP %d, want %d", name, path, got.StatusCode, row.want)
			}
		}
	}
}

// Where anybody may come from this machine, it is nothing special.
func TestWithoutLocalView(t *testing.T) {
	t.Parallel()
	if got := openView(t, false).do("127.0.0.1:5", "GET", "/api/status", "", "Host", "localhost").StatusCode; got != 401 {
		t.Errorf("GET /api/status from this machine: HTTP %d, want 401", got)
	}
}

func TestALoginEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *place, cookie string){
		"by the button": func(p *place, cookie string) { p.do(stranger, "POST", "/api/logout", "{}", "Cookie", cookie) },
		"by time":       func(p *place, _ string) { p.change(func() { p.now = p.now.Add(13 * time.Hour) }) },
		"by revoking":   func(p *place, _ string) { p.change(func() { p.tokens = nil }) },
	} {
		p := open(t)
		code, cookie := p.login(stranger, "right")
		if code != 200 || p.do(stranger, "GET", "/api/status", "", "Cookie", cookie).StatusCode != 200 {
			t.Fatalf("%s: the login is HTTP %d and opens nothing", name, code)
		}
		end(p, cookie)
		if got := p.do(stranger, "GET", "/api/status", "", "Cookie", cookie).StatusCode; got != 401 {
			t.Errorf("%s: GET /api/status: HTTP %d, want 401", name, got)
		}
	}
}

// Guessing becomes slow, for the one who guesses.
func TestWrongTokensSlowDown(t *testing.T) {
	t.Parallel()
	p := open(t)
	for i, row := range []struct {
		wait        time.Duration
		from, token string
		want        int
	}{
		{0, stranger, "1", 403}, {0, stranger, "2", 403}, {0, stranger, "3", 403}, {0, stranger, "4", 403}, {0, stranger, "5", 403},
		{0, stranger, "6", 429},
		{0, stranger, "right", 429},
		{0, "198.51.100.7:1", "right", 200}, // somebody else
		{5 * time.Second, stranger, "7", 403},
		{6 * time.Second, stranger, "8", 429}, // ten seconds now
		{5 * time.Second, stranger, "right", 200},
		{0, stranger, "9", 403}, // begins anew
		{0, "[2001:db8::1]:1", "", 403}, {0, "[2001:db8::2]:1", "", 403}, {0, "[2001:db8::3]:1", "", 403},
		{0, "[2001:db8::4]:1", "", 403}, {0, "[2001:db8::5]:1", "", 403},
		{0, "[2001:db8::6]:1", "", 429}, // one subscriber
	} {
		p.change(func() { p.now = p.now.Add(row.wait) })
		if got, _ := p.login(row.from, row.token); got != row.want {
			t.Errorf("row %d: %q of %s: HTTP %d, want %d", i, row.token, row.from, got, row.want)
		}
	}
}

// What a page elsewhere may send without being asked changes nothing.
func TestForeignPagesLogNobodyIn(t *testing.T) {
	t.Parallel()
	p := open(t)
	for name, row := range map[string]struct {
		body    string
		headers []string
		want    int
	}{
		"a form":           {"token=right", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		"plain text":       {`{"token":"right"}`, []string{"Content-Type", "text/plain"}, 415},
		"another origin":   {`{"token":"right"}`, []string{"Origin", "https://evil.example"}, 403},
		"cross-site":       {`{"token":"right"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"unknown members":  {`{"token":"right","x":1}`, nil, 400},
		"no JSON":          {`{`, nil, 400},
		"a huge body":      {`{"token":"` + strings.Repeat("x", 5000) + `"}`, nil, 400},
		"the page's own":   {`{"token":"right"}`, []string{"Origin", "http://hub", "Sec-Fetch-Site", "same-origin"}, 200},
		"the wrong method": {"", nil, 404},
	} {
		method := "POST"
		if row.body == "" {
			method = "GET"
		}
		resp := p.do(stranger, method, "/api/login", row.body, row.headers...)
		if resp.StatusCode != row.want || (len(resp.Cookies()) > 0) != (row.want == 200) {
			t.Errorf("%s: HTTP %d, %d cookies, want %d", name, resp.StatusCode, len(resp.Cookies()), row.want)
		}
	}
}

func TestPagesAndHeaders(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, row := range []struct {
		method, path, language string
		status                 int
		kind                   string
	}{
		{"GET", "/", "", 200, `<html lang="en">`},
		{"GET", "/", "ru-RU,ru", 200, `<html lang="ru">`},
		{"GET", "/app.js", "", 200, "EventSource"},
		{"GET", "/style.css", "", 200, "prefers-color-scheme: dark"},
		{"GET", "/icon.svg", "", 200, "<svg"},
		{"GET", "/..%2fsite.go", "", 404, "not found"},
		{"POST", "/", "", 404, "not found"},
		{"GET", "/healthz", "", 200, "ok"},
		{"GET", "/readyz", "", 503, "not registered"},
		{"GET", "/api/none", "", 404, "not_found"},
	} {
		resp := p.do(stranger, row.method, row.path, "", "Accept-Language", row.language)
		var body strings.Builder
		if err := resp.Write(&body); err != nil || resp.StatusCode != row.status || !strings.Contains(body.String(), row.kind) {
			t.Errorf("%s %s: HTTP %d, %v, want %d and %s:\n%s", row.method, row.path, resp.StatusCode, err, row.status, row.kind, body.String())
		}
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := resp.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s %s: %s is %q, want %s", row.method, row.path, name, got, want)
			}
		}
	}
}

// A stream tells what changes, and ends with the login.
func TestStream(t *testing.T) {
	t.Parallel()
	p := open(t)
	_, cookie := p.login(stranger, "right")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = stranger
		p.handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() (name string, st status.Status) {
		t.Helper()
		for lines.Scan() {
			if n, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = n
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &st); err != nil {
					t.Fatal(err)
				}
				return name, st
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return "", st
	}
	if name, st := next(); name != "status" || st.Registered {
		t.Errorf("first: %s %+v, want a status that is not registered", name, st)
	}
	p.change(func() { p.status.Registered = true })
	if name, st := next(); name != "status" || !st.Registered {
		t.Errorf("then: %s %+v, want a status that is registered", name, st)
	}
	p.change(func() { p.tokens = nil })
	if name, _ := next(); name != "bye" {
		t.Errorf("after revoking: %s, want bye", name)
	}
	if lines.Scan(); lines.Scan() {
		t.Errorf("after bye: %q, want the end", lines.Text())
	}
}

// Both languages have every text, and the page asks for no other.
func TestTexts(t *testing.T) {
	t.Parallel()
	file := func(name string) string {
		raw, err := fs.ReadFile(os.DirFS("web"), name)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	found := func(text, expr string) (out []string) {
		for _, m := range regexp.MustCompile(expr).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	enText, ruText, ok := strings.Cut(file("text.js"), "const ru = {")
	if !ok {
		t.Fatal("text.js has no table ru")
	}
	ruText, _, _ = strings.Cut(ruText, "};")
	const key = `\b(\w+): "`
	en, ru := found(enText, key), found(ruText, key)
	if diff := cmp.Diff(en, ru); diff != "" || len(en) < 50 {
		t.Errorf("%d texts (-English +Russian):\n%s", len(en), diff)
	}
	app := file("app.js")
	asked := slices.Concat(found(file("index.html"), `data-tl?="(\w+)"`), found(app, `\bt\("(\w+)"\)`), found(app, `stat\("(\w+)"`), found(app, `\["(\w+)", (?:n\(|s\.|span|held|real)`))
	for _, k := range asked {
		if !slices.Contains(en, k) {
			t.Errorf("the page asks for the text %q, which is nowhere", k)
		}
	}
}
