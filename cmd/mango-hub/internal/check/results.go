package check

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Wrap lets the results of the commands that are waited for be seen as next, the
// webhook, answers them. While nobody waits it only passes on. An id is random
// and known to the PBX alone; that the key and the signature are right too,
// next's answer tells.
func (r *Results) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if r.idle() || !strings.HasSuffix(q.URL.Path, "/result/call/hangup") {
			next.ServeHTTP(w, q)
			return
		}
		// What cannot be read here, next refuses in its own words.
		raw, err := io.ReadAll(q.Body)
		q.Body = body{io.MultiReader(bytes.NewReader(raw), failing{err}), q.Body}
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, q)
		r.tell(raw, seen.status)
	})
}

// Stored sees a notification that is in the journal, as notify.Item.Encode packs
// it: it was answered with 200, by whichever hub.
func (r *Results) Stored(packed []byte) {
	if r.idle() {
		return
	}
	path, raw, _ := bytes.Cut(packed, []byte("\n"))
	if strings.HasSuffix(string(path), "/result/call/hangup") {
		r.found(raw, http.StatusOK)
	}
}

func (r *Results) tell(raw []byte, status int) {
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return
	}
	r.found([]byte(form.Get("json")), status)
}

func (r *Results) found(raw []byte, status int) {
	var m struct {
		CommandID string      `json:"command_id"`
		Result    json.Number `json:"result"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return
	}
	code, _ := m.Result.Int64() // absent: 0
	r.mu.Lock()
	defer r.mu.Unlock()
	if ch := r.waiting[m.CommandID]; ch != nil {
		ch <- Result{int(code), status} // there is room for one
		delete(r.waiting, m.CommandID)
	}
}

// failing gives the error that reading ended with.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// body is read from one place and closed at another.
type body struct {
	io.Reader
	io.Closer
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
