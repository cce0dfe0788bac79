package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

// kept is how many lines of the log the admin API remembers.
const kept = 500

// logged is one line of the log: a notification or an API request.
type logged struct {
	ID     uint64    `json:"id"`
	Kind   string    `json:"kind"` // notification, request
	At     time.Time `json:"at"`   // real time
	Method string    `json:"method,omitempty"`
	Path   string    `json:"path"`
	Text   string    `json:"text"`             // in a few words
	JSON   string    `json:"json"`             // as it was sent
	Status int       `json:"status"`           // HTTP; 0 = no answer
	Took   float64   `json:"took_ms"`          // until the answer
	Code   int       `json:"code,omitempty"`   // result of the API
	Answer string    `json:"answer,omitempty"` // of the API
	Err    string    `json:"error,omitempty"`
	Lost   bool      `json:"lost,omitempty"` // never posted
	Faults []string  `json:"faults,omitempty"`
}

// feed is the log, and who waits for more of it.
type feed struct {
	salt string

	mu    sync.Mutex
	last  uint64
	lines []logged
	more  chan struct{} // closed at the next line
}

// newFeed makes an empty log. Its ids begin with the time, so that a page that
// outlives the program goes on with the next one.
func newFeed(salt string) *feed {
	return &feed{salt: salt, last: uint64(time.Now().UnixMilli()), more: make(chan struct{})} //nolint:gosec // after 1970
}

// hash is the shape of a signature: SHA-256 in hexadecimal digits.
var hash = regexp.MustCompile(`[0-9a-fA-F]{64}`)

// veil takes signatures and the salt out of a text: a link to a recording has
// one in its path, and a listener may send anything.
func (f *feed) veil(text string) string {
	return strings.ReplaceAll(hash.ReplaceAllString(text, "***"), f.salt, "***")
}

// answerShown bounds how much of an answer is kept; a list of employees is long.
const answerShown = 4000

func (f *feed) add(a vpbxtest.Activity) {
	var l logged
	switch {
	case a.Delivery != nil:
		d := a.Delivery
		l = logged{
			Kind: "notification", At: d.Sent, Path: d.Path, Text: brief(d.Path, d.JSON), JSON: string(d.JSON),
			Status: d.Status, Took: float64(d.Latency.Microseconds()) / 1000, Err: d.Err, Lost: d.Dropped, Faults: d.Faults,
		}
	case a.Request != nil:
		q := a.Request
		l = logged{
			Kind: "request", At: q.At, Method: q.Method, Path: f.veil(q.Path), Text: printable(q.JSON), JSON: q.JSON,
			Status: q.Status, Took: float64(time.Since(q.At).Microseconds()) / 1000, Code: resultOf(q.Answer), Faults: q.Faults,
			Answer: clip(string(q.Answer), answerShown),
		}
	default:
		return
	}
	l.Text, l.JSON, l.Answer, l.Err = f.veil(l.Text), f.veil(l.JSON), f.veil(l.Answer), f.veil(l.Err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	l.ID = f.last
	if len(f.lines) >= kept {
		f.lines = append(f.lines[:0], f.lines[kept/2:]...)
	}
	f.lines = append(f.lines, l)
	close(f.more)
	f.more = make(chan struct{})
}

// after lists what came after the line id, at most the last n; more is closed
// when there is another one.
func (f *feed) after(id uint64, n int) (lines []logged, more <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lines[max(len(f.lines)-n, 0):] {
		if l.ID > id {
			lines = append(lines, l)
		}
	}
	return lines, f.more
}

// clear empties the log; the ids go on.
func (f *feed) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = nil
}

// resultOf is the code in an answer of the API; 0 when it has none.
func resultOf(answer json.RawMessage) int {
	var m struct {
		Result json.Number `json:"result"`
		Code   json.Number `json:"code"`
	}
	if json.Unmarshal(answer, &m) != nil {
		return 0
	}
	for _, n := range []json.Number{m.Result, m.Code} {
		if code, err := n.Int64(); err == nil && code != 0 {
			return int(code)
		}
	}
	return 0
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
