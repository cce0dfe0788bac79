package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

func (s *sim) getFaults(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.pbx.Faults())
}

func (s *sim) putFaults(w http.ResponseWriter, r *http.Request) {
	var f vpbxtest.Faults
	if !read(w, r, &f) {
		return
	}
	if err := s.pbx.SetFaults(f); err != nil {
		failed(w, r, "wrong_value", err)
		return
	}
	reply(w, http.StatusOK, s.pbx.Faults())
}

// putBehaviour sets how the parties of later calls act by themselves.
func (s *sim) putBehaviour(w http.ResponseWriter, r *http.Request) {
	var b vpbxtest.Behaviour
	if !read(w, r, &b) {
		return
	}
	if err := s.pbx.SetBehaviour(r.Context(), b); err != nil {
		failed(w, r, "wrong_value", err)
		return
	}
	reply(w, http.StatusOK, b)
}

func (s *sim) putTarget(w http.ResponseWriter, r *http.Request) {
	var q struct {
		URL string `json:"url"`
	}
	if !read(w, r, &q) {
		return
	}
	if err := s.pbx.SetTarget(q.URL); err != nil {
		failed(w, r, "wrong_value", err)
		return
	}
	s.mu.Lock()
	s.target = q.URL
	s.mu.Unlock()
	reply(w, http.StatusOK, q)
}

// clock is the time of the PBX and how it goes.
type clock struct {
	Now     time.Time `json:"now"`
	Speed   float64   `json:"speed"`   // 0: it jumps from moment to moment
	Stepped bool      `json:"stepped"` // it stands between steps
}

func (s *sim) clock(now time.Time) clock { return clock{now, s.speed, s.stepped} }

func (s *sim) getClock(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.clock(s.pbx.Now()))
}

// maxStep is a day: a longer wait is several steps.
const maxStep = 24 * 3600

func (s *sim) postStep(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Seconds float64 `json:"seconds"`
	}
	if !read(w, r, &q) {
		return
	}
	if !(q.Seconds >= 0 && q.Seconds <= maxStep) {
		fail(w, r, "wrong_value", fmt.Errorf("seconds is %v, want 0 to %d", q.Seconds, maxStep))
		return
	}
	if err := s.pbx.Step(r.Context(), time.Duration(q.Seconds*float64(time.Second))); err != nil {
		failed(w, r, "not_possible", err)
		return
	}
	s.getClock(w, r)
}

// postPing is the button "Проверить подключение" of the web account.
func (s *sim) postPing(w http.ResponseWriter, r *http.Request) {
	if !read(w, r, &struct{}{}) {
		return
	}
	status, err := s.pbx.Ping(r.Context())
	if err != nil {
		failed(w, r, "no_answer", err)
		return
	}
	reply(w, http.StatusOK, map[string]int{"status": status})
}

// stopping bounds the wait for the last that is told of calls that ended.
const stopping = 3 * time.Second

// settle lets the notifications of calls that were hung up go out. Those that
// take longer stay behind; a clock that stands is moved over the second until
// the summary.
func settle(ctx context.Context, pbx *vpbxtest.PBX, stepped bool) error {
	ctx, cancel := context.WithTimeout(ctx, stopping)
	defer cancel()
	wait := pbx.Settle
	if stepped {
		wait = func(ctx context.Context) error { return pbx.Step(ctx, time.Second) }
	}
	if err := wait(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// postReset ends the calls and gives back what the command line said.
func (s *sim) postReset(w http.ResponseWriter, r *http.Request) {
	if !read(w, r, &struct{}{}) {
		return
	}
	if err := s.pbx.Reset(r.Context()); err != nil {
		failed(w, r, "not_possible", err)
		return
	}
	if err := settle(r.Context(), s.pbx, s.stepped); err != nil {
		failed(w, r, "not_possible", err)
		return
	}
	s.pbx.Forget()
	s.feed.clear()
	reply(w, http.StatusOK, map[string]bool{"reset": true})
}
