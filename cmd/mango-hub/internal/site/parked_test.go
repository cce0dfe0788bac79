package site_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever sees the company sees what is parked; an administrator's token sends it
// again, and nothing else does.
func TestParked(t *testing.T) {
	t.Parallel()
	const local = "127.0.0.1:5"
	p := open(t)
	p.change(func() { p.tokens = append(p.tokens, "supervisor") })
	_, admin := p.login(stranger, "right")
	_, other := p.login(stranger, "supervisor")
	for name, row := range map[string]struct {
		from, method, path, body string
		headers                  []string
		status                   int
		want                     string
	}{
		"a list":                    {stranger, "GET", "/api/parked", "", []string{"Cookie", other}, 200, `"attempts":20`},
		"a list, to a stranger":     {stranger, "GET", "/api/parked", "", nil, 401, "login"},
		"all":                       {stranger, "POST", "/api/parked/replay", `{"all":true}`, []string{"Cookie", admin}, 200, `"offered":7`},
		"one":                       {stranger, "POST", "/api/parked/replay", `{"id":"ev1"}`, []string{"Authorization", "Bearer right"}, 200, `"offered":7`},
		"by a supervisor":           {stranger, "POST", "/api/parked/replay", `{"id":"no"}`, []string{"Cookie", other}, 403, "admin"},
		"by a supervisor's program": {stranger, "POST", "/api/parked/replay", `{"id":"no"}`, []string{"Authorization", "Bearer supervisor"}, 403, "admin"},
		"by a stranger":             {stranger, "POST", "/api/parked/replay", `{"id":"no"}`, nil, 401, "login"},
		"from this machine":         {local, "POST", "/api/parked/replay", `{"id":"no"}`, []string{"Host", "127.0.0.1"}, 403, "admin"},
		"from a page elsewhere":     {stranger, "POST", "/api/parked/replay", `{"id":"no"}`, []string{"Cookie", admin, "Sec-Fetch-Site", "cross-site"}, 403, ""},
		"of nothing":                {stranger, "POST", "/api/parked/replay", `{}`, []string{"Cookie", admin}, 400, "bad_request"},
		"of one and all":            {stranger, "POST", "/api/parked/replay", `{"id":"no","all":true}`, []string{"Cookie", admin}, 400, "bad_request"},
		"by a form":                 {stranger, "POST", "/api/parked/replay", `id=no`, []string{"Cookie", admin, "Content-Type", "text/plain"}, 415, "not_json"},
	} {
		resp := p.do(row.from, row.method, row.path, row.body, row.headers...)
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != row.status || !strings.Contains(string(body), row.want) {
			t.Errorf("%s: %s %s = %d %s, %v, want %d with %q", name, row.method, row.path, resp.StatusCode, body, err, row.status, row.want)
		}
	}
	got := map[string]int{}
	for _, id := range p.replayed {
		got[id]++
	}
	if d := cmp.Diff(map[string]int{"": 1, "ev1": 1}, got); d != "" {
		t.Errorf("sent again (-want +got):\n%s", d)
	}
	p.change(func() { p.trouble = errors.New("no leader") })
	for _, resp := range []*http.Response{
		p.do(stranger, "GET", "/api/parked", "", "Cookie", admin), p.do(stranger, "POST", "/api/parked/replay", `{"all":true}`, "Cookie", admin),
	} {
		if resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("with a hub that stops: %d, want 503", resp.StatusCode)
		}
	}
}
