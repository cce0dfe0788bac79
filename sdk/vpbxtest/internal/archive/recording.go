package archive

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Recording is the voice of one employee in one leg.
type Recording struct {
	ID      string
	EntryID string
	Worker  Party
	Other   Party // whom he talks with
	Began   time.Time
	Ended   time.Time
	stored  bool
}

// Begin takes a recording that runs: its id is known, nothing can be had yet.
func (a *Archive) Begin(r Recording) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.recordings[r.ID] = &r
	a.recorded = forget(append(a.recorded, r.ID), keep, a.recordings)
}

// Store puts a recording that ended into the cloud: from now on it can be had.
func (a *Archive) Store(id string, ended time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r := a.recordings[id]; r != nil {
		r.Ended, r.stored = ended, true
	}
}

// postRecording is queries/recording/post (document §3.5.1).
func (a *Archive) postRecording(q api.Query) api.Answer {
	var form struct {
		ID     api.Text `json:"recording_id"`
		Action api.Text `json:"action"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	if form.ID == "" || form.Action == "" {
		return api.Refuse(api.Missing)
	}
	return a.lead(string(form.ID), string(form.Action))
}

// lead redirects to an address that lives for one access.
func (a *Archive) lead(id, action string) api.Answer {
	if action != "download" && action != "play" {
		return api.Refuse(api.WrongFormat)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r := a.recordings[id]; {
	case r == nil:
		return api.Refuse(api.NoRecording)
	case !r.stored: // seen by clients: 404 until the cloud has it
		return api.Empty(http.StatusNotFound)
	}
	token := rand.Text()
	a.files[token] = id
	a.given = forget(append(a.given, token), keepJobs, a.files)
	return api.Redirect(a.cfg.Base() + "/files/" + token)
}

// linkRecording is the signed link (document §3.5.2):
// link/{recording_id}/{action}/{vpbx_api_key}/{timestamp}/{sign}.
func (a *Archive) linkRecording(q api.Query) api.Answer {
	parts, ok := elements(q.Path, 5)
	if !ok {
		return api.Empty(http.StatusNotFound)
	}
	id, action, key, until, sign := parts[0], parts[1], parts[2], parts[3], parts[4]
	moment, err := strconv.ParseInt(until, 10, 64)
	switch {
	case err != nil:
		return api.Refuse(api.WrongFormat)
	case !a.cfg.Signed(key, id, moment, sign):
		return api.Empty(http.StatusUnauthorized)
	case !alive(moment, a.cfg.Now()):
		return api.Empty(http.StatusForbidden) // inferred: the document does not say
	}
	return a.lead(id, action)
}

// alive reports whether a link lives: its moment is in seconds, in milliseconds
// with one client (whatever is past the year 5138 in seconds).
func alive(moment int64, now time.Time) bool {
	if moment > 1e11 {
		moment /= 1000
	}
	return moment >= now.Unix()
}

// issaRecording is issa/{recording_id}/{action} (document §3.5.3): it leads a
// browser to the log-in of the web account.
func (a *Archive) issaRecording(q api.Query) api.Answer {
	parts, ok := elements(q.Path, 2)
	if !ok {
		return api.Empty(http.StatusNotFound)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.recordings[parts[0]] == nil {
		return api.Refuse(api.NoRecording)
	}
	return api.Redirect(a.cfg.Base() + "/lk/mail/" + url.PathEscape(parts[1]) + "/id/" + url.PathEscape(parts[0]))
}

// elements are the n of an escaped path after "/vpbx/queries/recording/link/"
// or "…/issa/".
func elements(path string, n int) ([]string, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if parts = parts[min(4, len(parts)):]; len(parts) != n {
		return nil, false
	}
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil || plain == "" {
			return nil, false
		}
		parts[i] = plain
	}
	return parts, true
}

// ServeFile serves a one-time address: "/files/{token}". The first access, be
// it a HEAD, uses it up.
func (a *Archive) ServeFile(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.URL.Path, "/files/")
	a.mu.Lock()
	rec := a.recordings[a.files[token]]
	delete(a.files, token)
	var length time.Duration
	if rec != nil {
		length = rec.Ended.Sub(rec.Began)
	}
	a.mu.Unlock()
	if rec == nil {
		http.NotFound(w, r)
		return
	}
	audio := mp3(length)
	w.Header().Set("Content-Type", "audio/mp3")
	w.Header().Set("Content-Length", strconv.Itoa(len(audio)))
	_, _ = w.Write(audio) // a listener who leaves is no mistake
}

// Sound is an MP3 of silence: MPEG-2 layer III, 8 kbit/s, 16 kHz, one channel;
// 36 bytes and 36 ms a frame. A side information of zeros is silence.
const (
	frameBytes = 36
	frameTime  = 36 * time.Millisecond
	maxSound   = 30 * time.Minute
)

func mp3(length time.Duration) []byte {
	frame := make([]byte, frameBytes)
	copy(frame, "\xFF\xF3\x18\xC4")
	return bytes.Repeat(frame, int(max(min(length, maxSound), frameTime)/frameTime))
}
