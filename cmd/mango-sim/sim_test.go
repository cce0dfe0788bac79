package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a stdout that may be read while it is written.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// wait returns when the screen shows what re matches.
func (s *screen) wait(t *testing.T, re string) []string {
	t.Helper()
	expr := regexp.MustCompile(re)
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if m := expr.FindStringSubmatch(s.String()); m != nil {
			return m
		}
	}
	t.Fatalf("nothing on the screen matches %s:\n%s", re, s)
	return nil
}

// listener answers every notification with status and counts them.
func listener(t *testing.T, status int) (base string, paths func() []string) {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.URL.Path)
		mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL, func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), seen...) }
}

func nothing(string) string { return "" }

func TestPlaysScenariosAndLeaves(t *testing.T) {
	t.Parallel()
	base, paths := listener(t, http.StatusOK)
	own := filepath.Join(t.TempDir(), "own.json")
	if err := os.WriteFile(own, []byte(`{"steps":[{"do":"inbound","from":"79990001122"},{"do":"ivr","sec":2},{"do":"hangup"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs screen
	code := run(t.Context(), []string{
		"-listen", "127.0.0.1:0", "-admin", "", "-target", base, "-speed", "0", "-exit", "-style", "serial", "-faults", `{"notifications":{"v2":true}}`,
		"-scenario", "internal", "-scenario", own, "-scenario", "../../testdata/traces/sms.jsonl",
	}, nothing, &out, &errs)
	if code != 0 || errs.String() != "" {
		t.Fatalf("run() = %d, stderr %q, want 0 and silence", code, &errs)
	}
	if got := len(paths()); got != 9 {
		t.Errorf("%d notifications, want 4 of internal, 3 of own.json and 2 of sms.jsonl: %v", got, paths())
	}
	for _, want := range []string{
		"play internal: 101 calls 102", "→ /events/call         Connected    abonent 101 → 102  #2", "reason 1110",
		"internal     101 → 102  talked, reason 1110", "play own", "replay ../../testdata/traces/sms.jsonl",
		"/result/sms          sms1: 1000", "vpbx_api_salt sim-salt", "stopped; 2 calls, 9 notifications delivered, 0 refused",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the screen lacks %q:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("colours on what is no terminal")
	}
}

func TestRefusedNotificationsFail(t *testing.T) {
	t.Parallel()
	base, _ := listener(t, http.StatusForbidden)
	var out, errs screen
	code := run(t.Context(), []string{"-listen", "127.0.0.1:0", "-admin", "", "-target", base, "-speed", "0", "-exit", "-scenario", "internal"}, nothing, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "4 of 4 notifications") {
		t.Errorf("run() = %d, stderr %q, want 1 and the count", code, &errs)
	}
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		args []string
		code int
		want string
	}{
		"unknown flag":     {[]string{"-x"}, 2, "flag provided but not defined"},
		"a word":           {[]string{"internal"}, 2, `"internal" is no flag`},
		"exit of nothing":  {[]string{"-exit"}, 2, "-exit needs"},
		"no target":        {[]string{"-scenario", "internal"}, 2, "needs a -target"},
		"odd style":        {[]string{"-style", "loud"}, 2, `"loud"`},
		"half a pair":      {[]string{"-tls-cert", "x"}, 2, "belong together"},
		"odd faults":       {[]string{"-faults", `{"notifications":{"loose":{}}}`}, 2, `"loose"`},
		"too many faults":  {[]string{"-faults", `{"notifications":{"lose":{"share":2}}}`}, 2, "lose.share"},
		"no such faults":   {[]string{"-faults", "@none.json"}, 2, "none.json"},
		"no such company":  {[]string{"-company", "none.json"}, 2, "none.json"},
		"no such scenario": {[]string{"-listen", "127.0.0.1:0", "-admin", "", "-target", "http://127.0.0.1:9", "-scenario", "none"}, 1, `"none"`},
		"odd target":       {[]string{"-target", "nowhere"}, 1, "target"},
		"odd admin":        {[]string{"-admin", "8096"}, 2, "-admin"},
		"public admin":     {[]string{"-admin", "0.0.0.0:8096"}, 2, "loopback"},
		"named admin":      {[]string{"-admin", "example.com:8096"}, 2, "loopback"},
		"help":             {[]string{"-help"}, 0, "-target URL"},
	} {
		var out, errs screen
		if code := run(t.Context(), row.args, nothing, &out, &errs); code != row.code || !strings.Contains(errs.String(), row.want) {
			t.Errorf("%s: run(%q) = %d, stderr %q, want %d with %s", name, row.args, code, &errs, row.code, row.want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	var out, errs screen
	if code := run(t.Context(), []string{"-list"}, nothing, &out, &errs); code != 0 || !strings.Contains(out.String(), "missed-in-ivr ") {
		t.Errorf("run(-list) = %d:\n%s%s", code, &out, &errs)
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var out, errs screen
	for _, args := range [][]string{
		{"-listen", ln.Addr().String(), "-admin", ""},
		{"-listen", "127.0.0.1:0", "-admin", ln.Addr().String()},
	} {
		if code := run(t.Context(), args, nothing, &out, &errs); code != 1 || !strings.Contains(errs.String(), "address already in use") {
			t.Errorf("run(%q) = %d, stderr %q, want 1 and why", args, code, &errs)
		}
	}
}

func TestScreenIsSafeFromStrangers(t *testing.T) {
	t.Parallel()
	if got := printable("a\x1b[2Jb\nc"); strings.ContainsAny(got, "\x1b\n") {
		t.Errorf("printable() = %q, want no control characters", got)
	}
}
