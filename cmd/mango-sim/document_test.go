package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	curl    = regexp.MustCompile(`^curl (-N )?(?:-X (\w+) )?(?:-H "\$json" )?(?:-d '([^']*)' )?\$sim(/\S+)`)
	fenced  = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")
	someID  = "MTc5…"
	entryOf = regexp.MustCompile(`"entry_id":\s*"([^"]+)"`)
)

// blocks are the pieces of docs/emulator.md, by language.
func blocks(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, m := range fenced.FindAllStringSubmatch(string(raw), -1) {
		out[m[1]] = append(out[m[1]], m[2])
	}
	return out
}

// What docs/emulator.md shows of the admin API, in its words.
func TestDocumentedRequests(t *testing.T) {
	t.Parallel()
	r := operate(t)
	entry, done := "", 0
	for _, block := range blocks(t)[""] {
		for line := range strings.Lines(block) {
			if !strings.HasPrefix(line, "curl ") {
				continue
			}
			m := curl.FindStringSubmatch(strings.ReplaceAll(line, someID, entry))
			if m == nil {
				t.Fatalf("this line is not understood: %s", line)
			}
			done++
			stream, method, body, path := m[1] != "", m[2], m[3], m[4]
			switch {
			case stream:
				r.follow(path)
				continue
			case method == "" && body == "":
				method = "GET"
			case method == "":
				method = "POST"
			}
			answer := r.ask(method, "/admin/v1"+path, body, map[bool]int{false: 200, true: 201}[path == "/calls" || path == "/play"])
			if id := entryOf.FindSubmatch(answer); path == "/calls" {
				entry = string(id[1])
			}
			if strings.HasSuffix(path, "/transfer") {
				if got := r.seats(); !strings.Contains(got, "102") {
					t.Errorf("after the transfer: %s, want it to ring at 102", got)
				}
				r.ask("POST", "/admin/v1/calls/"+entry+"/answer", `{"by":"102"}`, 200)
			}
		}
	}
	if done < 9 {
		t.Errorf("%d requests in docs/emulator.md, want 9 at least", done)
	}
}

// follow reads the first line of server-sent events.
func (r *running) follow(path string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.admin+"/admin/v1"+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || resp.StatusCode != http.StatusOK {
		r.t.Fatalf("GET %s: HTTP %d, %q, %v", path, resp.StatusCode, line, err)
	}
}

// The JSON of that page: a refusal as it comes, and faults that are all taken.
func TestDocumentedJSON(t *testing.T) {
	t.Parallel()
	r := operate(t)
	pieces := blocks(t)["json"]
	if len(pieces) != 2 {
		t.Fatalf("%d pieces of JSON in docs/emulator.md, this test knows 2", len(pieces))
	}
	got, want := "", ""
	for text, raw := range map[*string]string{&want: pieces[0], &got: string(r.ask("POST", "/admin/v1/calls/nobody/hangup", `{}`, 404))} {
		var m struct{ Error map[string]any }
		if err := json.Unmarshal([]byte(raw), &m); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		delete(m.Error, "detail")
		*text = fmt.Sprint(m)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the refusal (-documented +got):\n%s", diff)
	}
	r.ask("PUT", "/admin/v1/faults", pieces[1], 200)
	var documented, kept map[string]any
	if err := json.Unmarshal([]byte(pieces[1]), &documented); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(r.ask("GET", "/admin/v1/faults", "", 200), &kept); err != nil {
		t.Fatal(err)
	}
	if kept["clock_skew"] != documented["clock_skew"] {
		t.Errorf("GET faults = %v, want what was put", kept)
	}
}
