package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/sign"
)

const testSalt = "topsecret-salt"

// running is the program with its admin API, and a listener.
type running struct {
	t           *testing.T
	out, errs   screen
	api, admin  string
	paths       func() []string
	client      *http.Client
	interrupt   context.CancelFunc
	code        chan int
	language    string
	lastProblem problem
}

func operate(t *testing.T, args ...string) *running {
	t.Helper()
	base, paths := listener(t, http.StatusOK)
	ctx, interrupt := context.WithCancel(t.Context())
	r := &running{t: t, paths: paths, client: &http.Client{Transport: &http.Transport{}}, interrupt: interrupt, code: make(chan int, 1)}
	secret := func(name string) string { return map[string]string{"MANGO_SALT": testSalt, "MANGO_KEY": "k"}[name] }
	go func() {
		r.code <- run(ctx, append([]string{"-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-target", base}, args...), secret, &r.out, &r.errs)
	}()
	t.Cleanup(func() {
		r.stop()
		r.client.CloseIdleConnections()
	})
	r.api = r.out.wait(t, `api_url (http://\S+?)\)`)[1]
	r.admin = r.out.wait(t, `console is at (http://\S+?)/,`)[1]
	return r
}

// stop is Ctrl-C; it may be called again.
func (r *running) stop() int {
	r.interrupt()
	code := <-r.code
	r.code <- code
	return code
}

// ask sends a request to the admin API and returns its answer.
func (r *running) ask(method, path, body string, want int) []byte {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.admin+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Language", r.language)
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		r.t.Fatalf("%s %s %s: HTTP %d %s, %v, want %d", method, path, body, resp.StatusCode, raw, err, want)
	}
	var e struct{ Error problem }
	_ = json.Unmarshal(raw, &e)
	r.lastProblem = e.Error
	return raw
}

// begin starts a call by the admin API.
func (r *running) begin(body string) (path string) {
	r.t.Helper()
	var m struct {
		Entry string `json:"entry_id"`
	}
	if err := json.Unmarshal(r.ask("POST", "/admin/v1/calls", body, 201), &m); err != nil {
		r.t.Fatal(err)
	}
	return "/admin/v1/calls/" + url.PathEscape(m.Entry) + "/"
}

type seenState struct {
	state
	Log []logged `json:"log"`
}

func (r *running) state() seenState {
	r.t.Helper()
	var s seenState
	if err := json.Unmarshal(r.ask("GET", "/admin/v1/state", "", 200), &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

// seats tells who does what: "101 talking".
func (r *running) seats() string {
	var out []string
	for _, s := range r.state().Board.Employees {
		if s.State != "free" {
			out = append(out, s.Extension+" "+s.State)
		}
	}
	return strings.Join(out, ", ")
}

// A call led by hand from its menu to its end.
func TestCallByHand(t *testing.T) {
	t.Parallel()
	r := operate(t)
	call := r.begin(`{"from":"79161234567","line":"78001234567"}`)
	for _, row := range []struct{ action, body, seats string }{
		{"dtmf", `{"digits":"1"}`, ""},
		{"queue", `{"group":"301"}`, ""},
		{"ring", `{"to":"300"}`, "101 ringing, 102 ringing, 103 ringing"},
		{"decline", `{"by":"103"}`, "101 ringing, 102 ringing"},
		{"answer", `{"by":"102"}`, "102 talking"},
		{"hold", `{}`, "102 holding"},
		{"resume", `{}`, "102 talking"},
		{"transfer", `{"to":"101","how":"consult"}`, "101 ringing, 102 talking"},
		{"cancel", `{}`, "102 talking"},
		{"transfer", `{"to":"101","how":"consult"}`, "101 ringing, 102 talking"},
		{"answer", `{}`, "101 talking, 102 talking"},
		{"join", `{}`, "101 talking"},
		{"transfer", `{"to":"103","how":"blind"}`, "103 ringing"},
		{"answer", `{"by":"103"}`, "103 talking"},
		{"hangup", `{}`, ""},
	} {
		r.ask("POST", call+row.action, row.body, 200)
		if got := r.seats(); got != row.seats {
			t.Errorf("after %s %s: %q, want %q", row.action, row.body, got, row.seats)
		}
	}
	r.out.wait(t, `incoming +79161234567 → 102  talked`)
	r.ask("POST", call+"hangup", `{}`, 404)
	if r.lastProblem.Code != "no_such_call" {
		t.Errorf("hangup of a call that is over: %+v, want no_such_call", r.lastProblem)
	}
	led := r.begin(`{"from":"79161234567","follow":true}`)
	r.ask("POST", led+"dtmf", `{"digits":"1"}`, 200)
	if got := r.seats(); got == "" {
		t.Error("the scheme of the line rings nobody after a digit")
	}
	r.ask("POST", led+"answer", `{}`, 200)
	r.ask("POST", led+"hangup", `{}`, 200)
	picked := r.begin(`{"from":"79161234567","to":"101"}`)
	r.ask("POST", picked+"pickup", `{"by":"103"}`, 200)
	if got := r.seats(); got != "103 talking" {
		t.Errorf("after pickup: %q, want 103 talking", got)
	}
	r.ask("POST", "/admin/v1/calls/missed", `{"to":"101","ring":0.1}`, 201)
	r.out.wait(t, `incoming +\? → 101  no talk, reason 1110`)
}

// Every refusal has a code, a text and a remedy, and changes nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	r := operate(t)
	call := r.begin(`{"from":"79161234567","to":"101"}`)
	for _, row := range []struct {
		method, path, body string
		status             int
		code, detail       string
	}{
		{"POST", "/admin/v1/calls", `not JSON`, 400, "bad_request", "invalid character"},
		{"POST", "/admin/v1/calls", `{"frm":"1"}`, 400, "bad_request", `"frm"`},
		{"POST", "/admin/v1/calls", `{} {}`, 400, "bad_request", "after the value"},
		{"POST", "/admin/v1/calls", `{"to":"999"}`, 400, "wrong_value", `"999"`},
		{"POST", "/admin/v1/calls", `{"to":"101","follow":true}`, 400, "wrong_value", "follow"},
		{"POST", "/admin/v1/calls", `{"line":"1"}`, 400, "wrong_value", `"1"`},
		{"POST", "/admin/v1/calls/missed", `{"ring":-1}`, 400, "wrong_value", "sec is -1"},
		{"POST", "/admin/v1/calls/none/answer", `{}`, 404, "no_such_call", ""},
		{"POST", call + "fly", `{}`, 404, "not_found", ""},
		{"POST", call + "hold", `{}`, 409, "not_possible", "no conversation"},
		{"POST", call + "answer", `{"by":"102"}`, 409, "not_possible", `"102"`},
		{"POST", call + "dtmf", `{"digits":"1"}`, 409, "not_possible", "IVR"},
		{"POST", call + "pickup", `{"by":"999"}`, 409, "not_possible", `"999"`},
		{"POST", call + "transfer", `{"to":"102"}`, 400, "wrong_value", "how"},
		{"POST", "/admin/v1/play", `{"scenario":"none"}`, 404, "no_such_scenario", `"none"`},
		{"POST", "/admin/v1/play", `{"scenario":"../../etc/passwd"}`, 404, "no_such_scenario", "passwd"},
		{"POST", "/admin/v1/play", `{"script":{"steps":[]}}`, 400, "wrong_value", "no steps"},
		{"PUT", "/admin/v1/faults", `{"api":{"fail_with":404}}`, 400, "wrong_value", "api.fail_with"},
		{"PUT", "/admin/v1/faults", `{"lose":1}`, 400, "bad_request", `"lose"`},
		{"PUT", "/admin/v1/behaviour", `{"talk_for":-7}`, 400, "wrong_value", "-7"},
		{"PUT", "/admin/v1/target", `{"url":"ftp://x"}`, 400, "wrong_value", "ftp://x"},
		{"POST", "/admin/v1/clock/step", `{"seconds":-1}`, 400, "wrong_value", "seconds"},
		{"GET", "/admin/v1/none", ``, 404, "not_found", ""},
		{"GET", "/admin/v1/events?after=x", ``, 400, "wrong_value", "x"},
	} {
		r.ask(row.method, row.path, row.body, row.status)
		if p := r.lastProblem; p.Code != row.code || p.Text == "" || p.Remedy == "" || !strings.Contains(p.Detail, row.detail) {
			t.Errorf("%s %s %s: %+v, want code %s and a detail with %s", row.method, row.path, row.body, p, row.code, row.detail)
		}
	}
	if got := r.seats(); got != "101 ringing" {
		t.Errorf("after all refusals: %q, want 101 ringing", got)
	}
	r.language = "ru-RU,ru;q=0.9,en;q=0.8"
	if r.ask("POST", call+"hold", `{}`, 409); r.lastProblem.Text != problems["not_possible"].ru.text {
		t.Errorf("in Russian: %+v", r.lastProblem)
	}
	r.language = "fr, en;q=0.5, ru;q=0.1"
	if r.ask("POST", call+"hold", `{}`, 409); r.lastProblem.Text != problems["not_possible"].en.text {
		t.Errorf("in English: %+v", r.lastProblem)
	}
}

// What a person sets shows in the state, and reset gives it back.
func TestSettings(t *testing.T) {
	t.Parallel()
	r := operate(t, "-stepped", "-faults", `{"notifications":{"v2":true}}`)
	before := r.state()
	if len(before.Board.Lines) != 4 || len(before.Board.Groups) != 2 || len(before.Scenarios) < 20 || before.Key != "k" || !before.Clock.Stepped || !before.Faults.Notifications.V2 {
		t.Errorf("state: %+v", before.state)
	}
	r.ask("POST", "/admin/v1/ping", `{}`, 200)
	r.ask("PUT", "/admin/v1/behaviour", `{"talk_for":7}`, 200)
	r.ask("PUT", "/admin/v1/faults", `{"notifications":{"lose":{"next":1}}}`, 200)
	r.ask("POST", "/admin/v1/play", `{"scenario":"missed-in-ivr"}`, 201)
	r.ask("POST", "/admin/v1/clock/step", `{"seconds":60}`, 200)
	s := r.state()
	if passed := s.Clock.Now.Sub(before.Clock.Now); passed != time.Minute || s.Stats.Dropped != 1 || s.Faults.Notifications.Lose.Next != 0 {
		t.Errorf("a minute later: %v passed, %+v, %+v", passed, s.Stats, s.Faults)
	}
	if i := slices.IndexFunc(s.Log, func(l logged) bool { return l.Lost }); i < 0 || s.Log[i].Faults[0] != "lost" || s.Log[i].Path != "/events/call" {
		t.Errorf("log %+v, want a notification that was lost", s.Log)
	}
	var f struct{ ClockSkew float64 }
	if err := json.Unmarshal(r.ask("GET", "/admin/v1/faults", "", 200), &f); err != nil {
		t.Error(err)
	}
	r.ask("POST", "/admin/v1/play", `{"script":{"name":"own","steps":[{"do":"internal","from":"101","to":"102","sec":9}]}}`, 201)
	if got := r.seats(); got != "101 talking, 102 ringing" {
		t.Errorf("the script: %q, want 102 ringing", got)
	}
	r.ask("POST", "/admin/v1/reset", `{}`, 200)
	if s := r.state(); len(s.Board.Calls) != 0 || len(s.Log) != 0 || s.Stats.Calls != 0 || !s.Faults.Notifications.V2 || s.Faults.Notifications.Lose.Next != 0 {
		t.Errorf("after reset: %+v", s)
	}
	r.ask("PUT", "/admin/v1/target", `{"url":""}`, 200)
	r.ask("POST", "/admin/v1/ping", `{}`, 502)
	if s := r.state(); s.Target != "" || r.ask("GET", "/admin/v1/clock", "", 200) == nil {
		t.Errorf("target %q, want none", s.Target)
	}
}

// events reads the stream of the admin API: "state {…}", "log {…}".
type events struct {
	t     *testing.T
	lines *bufio.Scanner
	seen  []string
}

func (r *running) stream(after string) *events {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.admin+"/admin/v1/events", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", after)
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		r.t.Fatalf("Content-Type %q", kind)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return &events{t: r.t, lines: lines}
}

// until returns the first event that has all of want, read already or not:
// what a change is told by and what it is logged by come in any order.
func (s *events) until(want ...string) string {
	s.t.Helper()
	has := func(e string) bool {
		return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(e, w) })
	}
	if i := slices.IndexFunc(s.seen, has); i >= 0 {
		return s.seen[i]
	}
	for event := ""; s.lines.Scan(); {
		if name, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(s.lines.Text(), "data: ")
		if !ok {
			continue
		}
		s.seen = append(s.seen, event+" "+data)
		if has(event + " " + data) {
			return event + " " + data
		}
	}
	s.t.Fatalf("the stream ended before %q: %v\n%s", want, s.lines.Err(), strings.Join(s.seen, "\n"))
	return ""
}

// The stream tells the state, then each change and each line of the log. Who
// comes back is told what he missed, and not what he had.
func TestEvents(t *testing.T) {
	t.Parallel()
	r := operate(t)
	s := r.stream("")
	s.until("state {", `"calls":[]`)
	call := r.begin(`{"from":"79161234567","to":"101"}`)
	s.until("log {", "/events/call", "Appeared", `"status":200`)
	r.ask("POST", call+"answer", `{}`, 200)
	s.until("state {", `"state":"talking"`)
	s.until("log {", "Connected")
	log := r.state().Log
	if got := r.stream(strconv.FormatUint(log[0].ID, 10)).until("log {"); !strings.Contains(got, fmt.Sprintf(`"id":%d,`, log[1].ID)) {
		t.Errorf("after line %d: %s, want line %d", log[0].ID, got, log[1].ID)
	}
}

// Neither salt nor signature is in anything that the admin API or the screen
// tells, whatever was asked for.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	r := operate(t)
	cred := sign.Credentials{Key: "k", Salt: sign.NewSalt(testSalt)}
	body := `{"command_id":"` + testSalt + `","from":{"extension":"101"},"to_number":"79161234567"}`
	signature := cred.JSON([]byte(body))
	resp, err := r.client.PostForm(r.api+"/vpbx/commands/callback", url.Values{"vpbx_api_key": {"k"}, "sign": {signature}, "json": {body}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	link := "/vpbx/queries/recording/link/abc/play/k/1795338000/" + signature
	if resp, err = r.client.Get(r.api + link); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	r.out.wait(t, `outgoing|Appeared`)
	raw := r.ask("GET", "/admin/v1/state", "", 200)
	if bytes.Contains(raw, []byte(testSalt)) || bytes.Contains(raw, []byte(signature)) {
		t.Errorf("a secret is in the state:\n%s", raw)
	}
	if !bytes.Contains(raw, []byte("/vpbx/commands/callback")) || !bytes.Contains(raw, []byte("1795338000/***")) || !bytes.Contains(raw, []byte(`"code": 1000`)) {
		t.Errorf("the requests with their codes are not in the state:\n%s", raw)
	}
}

// Ctrl-C in the middle of a call: it is hung up and summed, and open streams
// do not hold the program.
func TestCleanStop(t *testing.T) {
	t.Parallel()
	r := operate(t)
	r.stream("")
	r.begin(`{"from":"79161234567"}`)
	r.out.wait(t, `Appeared +ivr`)
	before := len(r.paths())
	if code := r.stop(); code != 0 {
		t.Errorf("run() = %d, want 0\n%s", code, &r.errs)
	}
	got := r.paths()[before:]
	slices.Sort(got) // they go out side by side
	if !slices.Equal(got, []string{"/events/call", "/events/summary"}) {
		t.Errorf("after Ctrl-C: %v, want a Disconnected and a summary", got)
	}
	if strings.Contains(r.out.String()+r.errs.String(), testSalt) {
		t.Error("the salt is on the screen")
	}
}

func TestAdminIsForThisMachine(t *testing.T) {
	t.Parallel()
	h := guarded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for name, row := range map[string]struct {
		method, remote, host string
		header               map[string]string
		status               int
	}{
		"by address":        {"POST", "127.0.0.1:5000", "127.0.0.1:8096", nil, 200},
		"by name":           {"POST", "[::1]:5000", "localhost:8096", nil, 200},
		"IPv6":              {"POST", "[::1]:5000", "[::1]:8096", nil, 200},
		"own page":          {"PUT", "127.0.0.1:5000", "127.0.0.1:8096", map[string]string{"Origin": "http://127.0.0.1:8096", "Sec-Fetch-Site": "same-origin"}, 200},
		"other machine":     {"POST", "192.0.2.7:5000", "127.0.0.1:8096", nil, 403},
		"foreign name":      {"POST", "127.0.0.1:5000", "evil.example:8096", nil, 403},
		"foreign name, GET": {"GET", "127.0.0.1:5000", "evil.example:8096", nil, 403},
		"foreign page":      {"POST", "127.0.0.1:5000", "127.0.0.1:8096", map[string]string{"Origin": "https://evil.example"}, 403},
		"another port":      {"POST", "127.0.0.1:5000", "127.0.0.1:8096", map[string]string{"Origin": "http://127.0.0.1:8095", "Sec-Fetch-Site": "same-site"}, 403},
		"foreign script":    {"GET", "127.0.0.1:5000", "127.0.0.1:8096", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"foreign socket":    {"POST", "@", "127.0.0.1:8096", nil, 403},
		"a form":            {"POST", "127.0.0.1:5000", "127.0.0.1:8096", map[string]string{"Content-Type": "text/plain"}, 415},
	} {
		r := httptest.NewRequestWithContext(t.Context(), row.method, "/admin/v1/ping", nil)
		r.RemoteAddr, r.Host = row.remote, row.host
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		for name, value := range row.header {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != row.status {
			t.Errorf("%s: HTTP %d, want %d", name, w.Code, row.status)
		}
	}
}

func TestResultOf(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]int{
		`{"result":1000}`: 1000, `{"result":"3103"}`: 3103, `{"code":3104}`: 3104, `[]`: 0, `{"result":[1000]}`: 0, ``: 0,
	} {
		if got := resultOf([]byte(answer)); got != want {
			t.Errorf("resultOf(%s) = %d, want %d", answer, got, want)
		}
	}
}
