package webhook_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A body that claims to be compressed is never unpacked, rightly signed or not:
// what is inside could be of any length.
func TestPackedBodyStaysPacked(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for _, s := range []string{envelope(call).Encode(), "&x=", strings.Repeat("x", 8<<20)} {
		if _, err := io.WriteString(w, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL+"/events/call", &packed)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", urlencoded)
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := b.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("POST of a packed form = %d, want 400", resp.StatusCode)
	}
	if items := b.taken(); len(items) != 0 {
		t.Errorf("the sink got %d items of a packed form, want none", len(items))
	}
}

// What a stranger asks for is a value in a line of the log, and begins none; and
// no path leads to another one.
func TestNobodyWritesIntoTheLog(t *testing.T) {
	t.Parallel()
	const forged = "%0A%7B%22message%22:%22forged%22%7D%0D%0A%1B%5B2J%E2%80%A8"
	b := open(t, nil)
	paths := []string{"/" + forged, "/events/call" + forged, "/events/call/" + forged, "/..%2f..%2fevents/call", "/x/../events/%2e%2e/call", "/events/..%5ccall"}
	for _, path := range paths {
		if got, _ := b.do(t, http.MethodPost, path, urlencoded, envelope(call).Encode()); got != http.StatusNotFound {
			t.Errorf("POST %s = %d, want 404", path, got)
		}
	}
	b.Close()
	log := strings.Split(strings.TrimSuffix(b.log.String(), "\n"), "\n")
	if len(log) != len(paths) {
		t.Errorf("%d refusals make %d lines of the log, want one each", len(paths), len(log))
	}
	for _, line := range log {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil || fields["message"] == "forged" || strings.ContainsAny(line, "\r\x1b\u2028") {
			t.Errorf("a line of the log is %q", line)
		}
	}
}
