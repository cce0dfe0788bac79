package office_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) {
	if key := os.Getenv(holderKey); key != "" {
		os.Exit(hold(key))
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// api is a PBX's API: it answers the employees, takes commands and remembers
// what it was asked.
type api struct {
	*httptest.Server
	mu       sync.Mutex
	status   int    // of every answer, 0 = 200
	body     string // instead of the usual one
	hang     bool   // drop the connection after reading the request
	before   func() // an answer
	requests []apiRequest
}

type apiRequest struct{ path, json string }

func newAPI(t testing.TB) *api {
	a := &api{}
	a.Server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.Close)
	return a
}

func (a *api) set(status int, body string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.body = status, body
}

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	a.mu.Lock()
	status, body, hang, before := a.status, a.body, a.hang, a.before
	a.requests = append(a.requests, apiRequest{strings.TrimPrefix(r.URL.Path, "/vpbx/"), r.Form.Get("json")})
	a.mu.Unlock()
	if before != nil {
		before()
	}
	if hang {
		panic(http.ErrAbortHandler)
	}
	if body == "" {
		body = `{"result":1000}`
		if strings.HasSuffix(r.URL.Path, "config/users/request") {
			body = `{"users":[{"general":{"name":"Иванов","user_id":1},"telephony":{"extension":"101"}}]}`
		}
	}
	if status != 0 {
		w.WriteHeader(status)
	}
	_, _ = io.WriteString(w, body)
}

// asked gives the JSON of the requests to path so far; of all commands for "".
func (a *api) asked(path string) (found []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.requests {
		if r.path == path || path == "" && strings.HasPrefix(r.path, "commands/") {
			found = append(found, r.json)
		}
	}
	return found
}

// credentials are each test's own, and each process's: a machine serves a key
// once.
func credentials(t testing.TB) sign.Credentials {
	name := strings.ReplaceAll(strings.ReplaceAll(t.Name(), "/", "-"), "=", "-")
	return sign.Credentials{Key: fmt.Sprintf("key%s-%d", name, os.Getpid()), Salt: sign.NewSalt("salt-of-test")}
}

func config(t testing.TB, a *api) office.Config {
	return office.Config{
		Credentials: credentials(t), APIURL: a.URL + "/vpbx/",
		Listen: office.Listen{Address: "127.0.0.1:0", Path: "/mango"},
	}
}

// site is an open office with one consumer.
type site struct {
	t     testing.TB
	cfg   office.Config
	api   *api
	o     *office.Office
	local *office.Local
	inbox chan office.Delivery
}

func open(t testing.TB, change func(*office.Config), session office.Session) *site {
	t.Helper()
	a := newAPI(t)
	cfg := config(t, a)
	if change != nil {
		change(&cfg)
	}
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	s := &site{t: t, cfg: cfg, api: a, o: o}
	t.Cleanup(func() { s.shutdown() })
	s.local, s.inbox = attach(t, o, session)
	return s
}

func (s *site) shutdown() {
	s.t.Helper()
	// t.Context is over in a cleanup.
	if err := s.o.Shutdown(context.Background()); err != nil {
		s.t.Errorf("Shutdown() = %v", err)
	}
}

// standing lets the clock of an office stand: for how long a pop-up is worth
// showing, a question open or a second click the first one, is no matter of a busy
// machine.
func standing(c *office.Config) {
	now := time.Now()
	c.Now = func() time.Time { return now }
}

func attach(t testing.TB, o *office.Office, session office.Session) (*office.Local, chan office.Delivery) {
	t.Helper()
	session.Rights |= office.Supervisor | office.Admin // as in mode direct
	local, err := o.Attach(session)
	if err != nil {
		t.Fatalf("Attach() = %v", err)
	}
	inbox := make(chan office.Delivery, 4096)
	local.Deliver(func(d office.Delivery) bool {
		select {
		case inbox <- d:
			return true
		default:
			return false
		}
	})
	return local, inbox
}

// post sends a signed notification and gives the status of the answer.
func (s *site) post(path, body string) int {
	s.t.Helper()
	return s.postForm(path, url.Values{
		"vpbx_api_key": {s.cfg.Credentials.Key}, "json": {body}, "sign": {s.cfg.Credentials.JSON([]byte(body))},
	})
}

func (s *site) postForm(path string, form url.Values) int {
	s.t.Helper()
	resp, err := httpClient.PostForm("http://"+s.o.ListenAddr().String()+"/mango"+path, form)
	if err != nil {
		s.t.Fatalf("POST %s: %v", path, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// httpClient keeps no connection, so that nothing is left for goleak.
var httpClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}

// next waits for the next event that is not about the connection.
func next(t testing.TB, inbox chan office.Delivery) office.Delivery {
	t.Helper()
	for {
		select {
		case d := <-inbox:
			if d.Event.Kind != engine.ConnectionState && d.Event.Kind != engine.Throttle {
				return d
			}
		case <-time.After(patience):
			t.Fatal("no event came")
		}
	}
}

// want waits for an event of kind k and decodes its body.
func want[B any](t testing.TB, inbox chan office.Delivery, k engine.Kind) (office.Delivery, B) {
	t.Helper()
	d := next(t, inbox)
	var b B
	if d.Event.Kind != k {
		t.Fatalf("event = %s %s, want %s", d.Event.Kind, d.Event.Body, k)
	}
	if err := json.Unmarshal(d.Event.Body, &b); err != nil {
		t.Fatalf("body of %s: %v", k, err)
	}
	return d, b
}

// none checks that nothing but ConnectionState comes for a moment.
func none(t testing.TB, inbox chan office.Delivery, moment time.Duration) {
	t.Helper()
	end := time.After(moment)
	for {
		select {
		case d := <-inbox:
			if d.Event.Kind != engine.ConnectionState {
				t.Fatalf("event %s %s came, want none", d.Event.Kind, d.Event.Body)
			}
		case <-end:
			return
		}
	}
}

// until waits for a condition of the view.
func (s *site) until(what string, ok func(office.Snapshot) bool) office.Snapshot {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if v := s.local.View(); ok(v) {
			return v
		}
	}
	s.t.Fatalf("the view never became %s: %+v", what, s.local.View())
	return office.Snapshot{}
}

func (s *site) registered() {
	s.t.Helper()
	s.until("registered", func(v office.Snapshot) bool { return v.State == office.Registered })
}

func (s *site) call(method, args string) (map[string]any, error) {
	s.t.Helper()
	raw, err := s.local.Call(s.t.Context(), method, json.RawMessage(args))
	if err != nil {
		return nil, err
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		s.t.Fatalf("%s(%s) answers %s: %v", method, args, raw, err)
	}
	return m, nil
}

// trace reads one of the shared traces.
func trace(t testing.TB, name string) (lines []struct {
	Path string
	JSON json.RawMessage
}) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../testdata/traces", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	for dec.More() {
		var l struct {
			Path string
			JSON json.RawMessage
		}
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

func code(err error) text.Code {
	if err == nil {
		return ""
	}
	return text.From(err).Code
}

// decodeBody decodes the body of an event.
func decodeBody[B any](t testing.TB, d office.Delivery) (b B) {
	t.Helper()
	if err := json.Unmarshal(d.Event.Body, &b); err != nil {
		t.Fatalf("body of %s: %v", d.Event.Kind, err)
	}
	return b
}
