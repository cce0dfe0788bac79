package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// lookEvery is how soon a page sees what changed.
	lookEvery = time.Second
	// beat keeps proxies from closing a stream, and the clocks of the page right.
	beat = 15 * time.Second
	// sendTime is how long a browser may take to take a line.
	sendTime = 10 * time.Second
)

// events streams the status whenever it changed.
func (s *Site) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		fail(w, http.StatusServiceUnavailable, "busy")
		return
	}
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{}) // nothing more is read
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep the lines
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var told []byte
	var at time.Time
	for {
		if !s.allowed(r) {
			_ = send(w, rc, "bye", []byte("{}")) // logged out, or the token was revoked
			return
		}
		st, err := s.cfg.Read(r.Context())
		if err != nil {
			return // the hub is stopping, the browser comes back by itself
		}
		now := st.Now
		key := st
		key.Now, key.Goroutines = time.Time{}, 0 // change all the time
		seen, _ := json.Marshal(key)             // plain values
		if !bytes.Equal(seen, told) || now.Sub(at) >= beat {
			raw, _ := json.Marshal(st)
			if send(w, rc, "status", raw) != nil {
				return
			}
			told, at = seen, now
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

func send(w http.ResponseWriter, rc *http.ResponseController, name string, data []byte) error {
	_ = rc.SetWriteDeadline(time.Now().Add(sendTime)) // not every writer can
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data); err != nil {
		return err
	}
	return rc.Flush()
}
