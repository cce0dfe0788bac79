package vpbxtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var cred = sign.Credentials{Key: "9ipl5monmwkkyg3adfx2s6frz7b", Salt: sign.NewSalt("cv3z37sqp6kvsjs4i7vd3lf6r5rwztg2")}

// note is a notification as a receiver sees it: numbers given as texts are
// numbers already.
type note struct {
	path string
	json string
	m    map[string]any
}

func (n note) str(path ...string) string {
	m := n.m
	for _, k := range path[:len(path)-1] {
		m, _ = m[k].(map[string]any)
	}
	s, _ := m[path[len(path)-1]].(string)
	return s
}

func (n note) num(key string) int64 {
	switch v := n.m[key].(type) {
	case float64:
		return int64(v)
	case int64:
		return v
	case string:
		i, _ := strconv.ParseInt(v, 10, 64)
		return i
	}
	return -1
}

// listener is a webhook receiver of our own: it checks what comes in and keeps
// it in the order of arrival.
type listener struct {
	t testing.TB
	*httptest.Server
	mu    sync.Mutex
	notes []note
	hook  func(note)
}

func listen(t testing.TB) *listener {
	t.Helper()
	l := &listener{t: t}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		l.t.Errorf("%s %s: %v, want a POST with a form", r.Method, r.URL, err)
	}
	l.take(r.URL.Path, r.PostForm)
	w.WriteHeader(http.StatusOK)
}

func (l *listener) take(path string, form url.Values) {
	n := note{path: path, json: form.Get("json")}
	if err := json.Unmarshal([]byte(n.json), &n.m); err != nil {
		l.t.Errorf("%s: json %q: %v", path, n.json, err)
	}
	if form.Get("vpbx_api_key") != cred.Key || !cred.VerifyJSON([]byte(n.json), form.Get("sign")) {
		l.t.Errorf("%s: key %q or signature %q is wrong", path, form.Get("vpbx_api_key"), form.Get("sign"))
	}
	l.mu.Lock()
	l.notes = append(l.notes, n)
	hook := l.hook
	l.mu.Unlock()
	if hook != nil {
		hook(n)
	}
}

func (l *listener) got() []note {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]note(nil), l.notes...)
}

// onNote calls fn for every later notification, on the receiving goroutine.
func (l *listener) onNote(fn func(note)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hook = fn
}

// start makes a PBX that is closed with the test.
func start(t testing.TB, cfg vpbxtest.Config) *vpbxtest.PBX {
	t.Helper()
	cfg.Credentials = cred
	p, err := vpbxtest.New(cfg)
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return p
}

// bound keeps a test from waiting for ever.
func bound(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// ask sends a signed request straight to the handler and returns status and
// body.
func ask(t testing.TB, h http.Handler, path, body string) (int, string) {
	t.Helper()
	return form(t, h, path, url.Values{"vpbx_api_key": {cred.Key}, "sign": {cred.JSON([]byte(body))}, "json": {body}})
}

func form(t testing.TB, h http.Handler, path string, values url.Values) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(t, h, r)
}

func do(t testing.TB, h http.Handler, r *http.Request) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func scenarioFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/scenarios/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	return files
}

func load(t testing.TB, name string) vpbxtest.Scenario {
	t.Helper()
	s, err := vpbxtest.LoadScenario("../../testdata/scenarios/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkRules tells which rules of the document the stream of one call breaks.
// Order of arrival does not matter; duplicates are allowed when dup is set.
func checkRules(entry string, notes []note, dup bool) []string {
	var bad []string
	say := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	legs := map[string]map[int64]note{}
	seen := map[string]bool{}
	summaries := 0
	for _, n := range notes {
		if n.str("entry_id") != entry {
			continue
		}
		if seen[n.path+n.json] {
			if !dup {
				say("posted twice: %s", n.json)
			}
			continue
		}
		seen[n.path+n.json] = true
		switch n.path {
		case "/events/call":
			call := n.str("call_id")
			if legs[call] == nil {
				legs[call] = map[int64]note{}
			}
			if _, taken := legs[call][n.num("seq")]; taken {
				say("leg %s: seq %d twice", call, n.num("seq"))
			}
			legs[call][n.num("seq")] = n
		case "/events/summary":
			summaries++
		}
	}
	if summaries != 1 {
		say("%d summaries, want 1", summaries)
	}
	for call, events := range legs {
		last := int64(len(events))
		for seq := int64(1); seq <= last; seq++ {
			n, ok := events[seq]
			if !ok {
				say("leg %s: no seq %d of %d", call, seq, last)
				break
			}
			state := n.str("call_state")
			if (state == "Disconnected") != (seq == last) {
				say("leg %s: seq %d of %d is %s", call, seq, last, state)
			}
			if (n.m["disconnect_reason"] != nil) != (state == "Disconnected") {
				say("leg %s: %s with reason %v", call, state, n.m["disconnect_reason"])
			}
			if seq > 1 && n.num("timestamp") < events[seq-1].num("timestamp") {
				say("leg %s: time runs back at seq %d", call, seq)
			}
			if parent := n.str("from", "taken_from_call_id"); parent != "" && legs[parent] == nil {
				say("leg %s: parent %s was never told of", call, parent)
			}
		}
		if events[1].m != nil && events[1].str("call_state") != "Appeared" {
			say("leg %s begins with %s", call, events[1].str("call_state"))
		}
	}
	return bad
}

func summaryOf(t testing.TB, notes []note, entry string) note {
	t.Helper()
	for _, n := range notes {
		if n.path == "/events/summary" && n.str("entry_id") == entry {
			return n
		}
	}
	t.Fatalf("no summary of %s", entry)
	return note{}
}
