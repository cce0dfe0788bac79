package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

// state is what the admin API tells of the PBX; neither salt nor signature is
// in it.
type state struct {
	Board     vpbxtest.Board  `json:"board"`
	Stats     vpbxtest.Stats  `json:"stats"`
	Faults    vpbxtest.Faults `json:"faults"`
	Clock     clock           `json:"clock"`
	APIURL    string          `json:"api_url"`
	Key       string          `json:"vpbx_api_key"`
	Target    string          `json:"target"` // "" = nobody is told
	Scenarios []scenario      `json:"scenarios"`
}

type scenario struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

func (s *sim) state(ctx context.Context) (state, error) {
	board, err := s.pbx.Board(ctx)
	st := state{
		Board: board, Stats: s.pbx.Stats(), Faults: s.pbx.Faults(), Clock: s.clock(s.pbx.Now()),
		APIURL: s.pbx.URL(), Key: s.key, Scenarios: []scenario{},
	}
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		st.Scenarios = append(st.Scenarios, scenario{name, s.byName[name].Title})
	}
	s.mu.Lock()
	st.Target = s.target
	s.mu.Unlock()
	return st, err
}

// shown is how many lines of the log a look at the state has.
const shown = 100

func (s *sim) getState(w http.ResponseWriter, r *http.Request) {
	st, err := s.state(r.Context())
	if err != nil {
		failed(w, r, "stopping", err)
		return
	}
	lines, _ := s.feed.after(0, shown)
	reply(w, http.StatusOK, struct {
		state
		Log []logged `json:"log"`
	}{st, append([]logged{}, lines...)})
}

// Paces of the stream of events.
const (
	look      = 200 * time.Millisecond // at the calls: they change while nothing is told, too
	heartbeat = 15 * time.Second       // proxies drop what is silent
	patience  = 10 * time.Second       // with a reader that does not read
)

// getEvents streams server-sent events: "state" with the whole state whenever
// it changed, and "log" with each line. The id is that of the last line: who
// comes back with Last-Event-ID, or ?after=, misses none that is still kept.
func (s *sim) getEvents(w http.ResponseWriter, r *http.Request) {
	last, err := strconv.ParseUint(cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after"), "0"), 10, 64)
	if err != nil {
		fail(w, r, "wrong_value", err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	out := stream{w: w, control: http.NewResponseController(w)}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		lines, more := s.feed.after(last, kept)
		for _, l := range lines {
			out.send("log", l.ID, l)
			last = l.ID
		}
		st, err := s.state(r.Context())
		if err != nil || out.state(st) != nil {
			return // the reader left, or the PBX stops
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		case <-more:
		}
	}
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	seen    []byte // the last state, without its time
	wrote   time.Time
	err     error
}

// state sends st unless nothing but the time is new.
func (o *stream) state(st state) error {
	timeless := st
	if timeless.Board.Now = (time.Time{}); st.Clock.Speed > 0 && !st.Clock.Stepped {
		timeless.Clock.Now = time.Time{} // it runs, and who reads can count
	}
	raw, err := json.Marshal(timeless)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(raw, o.seen):
		o.seen = raw
		o.send("state", 0, st)
	case time.Since(o.wrote) > heartbeat:
		o.write(": still here\n\n")
	}
	return o.err
}

func (o *stream) send(event string, id uint64, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		o.err = err
		return
	}
	line := ""
	if id > 0 {
		line = fmt.Sprintf("id: %d\n", id)
	}
	o.write(fmt.Sprintf("event: %s\n%sdata: %s\n\n", event, line, raw))
}

func (o *stream) write(text string) {
	if o.err != nil {
		return
	}
	o.wrote = time.Now()
	_ = o.control.SetWriteDeadline(o.wrote.Add(patience)) // a server of net/http can
	if _, o.err = o.w.Write([]byte(text)); o.err == nil {
		o.err = o.control.Flush()
	}
}
