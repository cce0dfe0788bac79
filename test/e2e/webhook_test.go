package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

const goodJSON = `{"entry_id":"e1","call_id":"c1","timestamp":1,"seq":1,"call_state":"Appeared","location":"ivr","from":{"number":"79161234567"},"to":{"number":"74951234567"}}`

func form(r *rig.Rig, change func(url.Values)) string {
	v := url.Values{"vpbx_api_key": {r.Credentials.Key}, "json": {goodJSON}, "sign": {r.Credentials.JSON([]byte(goodJSON))}}
	change(v)
	return v.Encode()
}

// What does not come from the PBX is refused with the right status and
// counted; nothing tells what signature would have been right.
func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	signed := func(json string) func(url.Values) {
		return func(v url.Values) { v.Set("json", json); v.Set("sign", r.Credentials.JSON([]byte(json))) }
	}
	right := func(url.Values) {}
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		counter                  string
	}{
		{"right", "POST", "/events/call", form(r, right), 200, "accepted"},
		{"wrong signature", "POST", "/events/call", form(r, func(v url.Values) { v.Set("sign", strings.Repeat("0", 64)) }), 401, "bad_sign"},
		{"changed json", "POST", "/events/call", form(r, func(v url.Values) { v.Set("json", goodJSON+" ") }), 401, "bad_sign"},
		{"foreign key", "POST", "/events/call", form(r, func(v url.Values) { v.Set("vpbx_api_key", "foreign") }), 401, "foreign_key"},
		{"no signature", "POST", "/events/call", form(r, func(v url.Values) { v.Del("sign") }), 400, "missing_field"},
		{"empty body", "POST", "/events/call", "", 400, "missing_field"},
		{"unknown path", "POST", "/etc/passwd", form(r, right), 404, "unknown_path"},
		{"GET", "GET", "/events/call", "", 405, "wrong_method"},
		{"giant body", "POST", "/events/call", form(r, func(v url.Values) { v.Set("x", strings.Repeat("a", 2<<20)) }), 413, "too_large"},
		{"broken inner JSON", "POST", "/events/call", form(r, signed(`{"entry_id":`)), 200, "broken_json"},
	} {
		before := diagnostics(t, r).Office.Webhook[c.counter]
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+r.Listen+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if len(c.body) > 1<<20 {
			// Asks first, as curl does: refused while it still writes, a client
			// may see the broken pipe instead of the answer.
			req.Header.Set("Expect", "100-continue")
		}
		resp, err := (&http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: soon}).RoundTrip(req)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: HTTP %d, want %d", c.name, resp.StatusCode, c.status)
		}
		if after := diagnostics(t, r).Office.Webhook[c.counter]; after != before+1 {
			t.Errorf("%s: counter %s went from %d to %d", c.name, c.counter, before, after)
		}
		answer := fmt.Sprint(resp.Header, string(body))
		noSecrets(t, r, c.name+": the answer", answer)
		if strings.Contains(answer, r.Credentials.JSON([]byte(goodJSON))) {
			t.Errorf("%s: the answer tells the expected signature", c.name)
		}
	}
	// It still works after all that, and the log is as silent as the answers.
	play(t, r, answered(client))
	next(t, r, 1, is("CallSummary"))
	log, err := os.ReadFile(r.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	noSecrets(t, r, "the log", string(log))
	if bytes.Contains(log, []byte(r.Credentials.JSON([]byte(goodJSON)))) {
		t.Error("the log tells the expected signature")
	}
	noSecrets(t, r, "Диагностика", call(t, r.Object, "Диагностика").Text())
}

// A client that drips is cut off after ten seconds, and does not hold up the
// others meanwhile.
func TestWebhookSlowClient(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /events/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nvpbx"); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	play(t, r, answered(client)) // the listener serves others
	next(t, r, 1, is("CallSummary"))
	if err := conn.SetReadDeadline(time.Now().Add(soon)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if err != nil || !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 408 ")) {
		t.Errorf("the slow client got %q, %v; want HTTP 408", answer[:n], err)
	}
	if took := time.Since(started); took < 5*time.Second || took > 15*time.Second {
		t.Errorf("the slow client was cut off after %v, want about 10 s", took)
	}
	if got := diagnostics(t, r).Office.Webhook["slow"]; got != 1 {
		t.Errorf("Диагностика counts %d slow clients, want 1", got)
	}
}
