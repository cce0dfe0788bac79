package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"

	"mangoofficesdk/sdk/vpbxtest"
)

// admin is the endpoint /_sim: look at the PBX and make it do things. It is
// for this machine only, and not for pages that a browser shows.
func (p *player) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim", p.state)
	mux.HandleFunc("POST /_sim/play", p.postPlay)
	mux.HandleFunc("POST /_sim/call", p.postCall)
	mux.HandleFunc("POST /_sim/behaviour", p.postBehaviour)
	mux.HandleFunc("POST /_sim/ping", p.postPing)
	return localOnly(http.NewCrossOriginProtection().Handler(mux))
}

// localOnly refuses other machines, and names of this one that are not its
// own: a page of a stranger can make a browser ask under any name.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		name, nameErr := netip.ParseAddr(host)
		if err != nil || !from.Addr().Unmap().IsLoopback() || (host != "localhost" && (nameErr != nil || !name.IsLoopback())) {
			http.Error(w, "for this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *player) state(w http.ResponseWriter, r *http.Request) {
	calls, err := p.pbx.Calls(r.Context())
	if err != nil {
		fail(w, http.StatusServiceUnavailable, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{
		"calls": append([]vpbxtest.Live{}, calls...), "stats": p.pbx.Stats(), "api_url": p.pbx.URL(),
		"scenarios": slices.Sorted(maps.Keys(p.byName)),
	})
}

// postPlay takes {"scenario":"name"} or a whole scenario.
func (p *player) postPlay(w http.ResponseWriter, r *http.Request) {
	raw, err := body(r)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	var q struct {
		Scenario string `json:"scenario"`
	}
	if err := json.Unmarshal(raw, &q); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	s, ok := p.byName[q.Scenario] // no files: those belong to the command line
	if q.Scenario == "" {
		s, err = vpbxtest.ParseScenario(raw)
	} else if !ok {
		err = fmt.Errorf("no scenario is called %q", q.Scenario)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	p.start(w, s)
}

// start plays s in the background and answers at once.
func (p *player) start(w http.ResponseWriter, s vpbxtest.Scenario) {
	if !p.later(s) {
		fail(w, http.StatusServiceUnavailable, errors.New("stopping"))
		return
	}
	reply(w, http.StatusAccepted, map[string]string{"playing": s.Name})
}

// postCall starts an inbound call: from → line → to, which rings, answers and
// talks; times in seconds.
func (p *player) postCall(w http.ResponseWriter, r *http.Request) {
	q := struct {
		From string           `json:"from"`
		Line string           `json:"line"`
		To   string           `json:"to"`
		IVR  vpbxtest.Seconds `json:"ivr"`
		Ring vpbxtest.Seconds `json:"ring"`
		Talk vpbxtest.Seconds `json:"talk"`
	}{From: "79161234567", To: "101", Ring: 5, Talk: 30}
	raw, err := body(r)
	if err == nil {
		err = json.Unmarshal(raw, &q)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	s := vpbxtest.Inbound(q.From, q.Line).Named("call " + q.From + " → " + q.To)
	if q.IVR > 0 {
		s = s.IVR(q.IVR)
	}
	s = s.Ring(q.To, q.Ring).Answer().Talk(q.Talk).HangUp(vpbxtest.Caller)
	if err := s.Check(); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	p.start(w, s)
}

func (p *player) postBehaviour(w http.ResponseWriter, r *http.Request) {
	var b vpbxtest.Behaviour
	raw, err := body(r)
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	if err == nil {
		err = p.pbx.SetBehaviour(r.Context(), b)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	reply(w, http.StatusOK, b)
}

func (p *player) postPing(w http.ResponseWriter, r *http.Request) {
	status, err := p.pbx.Ping(r.Context())
	if err != nil {
		fail(w, http.StatusBadGateway, err)
		return
	}
	reply(w, http.StatusOK, map[string]int{"status": status})
}

const maxBody = 1 << 20

func body(r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
}

func fail(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the peer left: nobody to tell
}
