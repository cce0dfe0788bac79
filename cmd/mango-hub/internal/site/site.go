// Package site is what people and monitors see of a running hub: the status
// page, its API, health and metrics. It changes nothing but who is logged in, and
// sends parked events again for an administrator.
package site

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/status"
)

// Who is the holder of a token that may see the page.
type Who struct {
	Name  string
	Admin bool
}

// Config of a Site.
type Config struct {
	Read func(context.Context) (status.Status, error)
	// Lookup finds whose a token is; false: nobody's, or of one who may not see
	// the company (neither administrator nor supervisor).
	Lookup func(token string) (Who, bool)
	Now    func() time.Time
	// Recording gives a recording for a person who is logged in: the copy of the
	// archive, which the site closes, or where the PBX has it. nil = there are
	// none.
	Recording func(ctx context.Context, id string) (Recording, error)
	// Parked lists the events that are parked; Replay sends one again, by its id,
	// or, for "", all: how many are on their way.
	Parked func(ctx context.Context) ([]status.Parked, error)
	Replay func(ctx context.Context, id string) (int, error)
	// Place tells what this hub is among several; nil = there is one.
	Place func() *status.Place
	// LocalView: whoever asks from this machine itself needs no login.
	LocalView bool
}

// Site serves the page.
type Site struct {
	cfg    Config
	logins logins
	slots  chan struct{} // of streams
	mux    http.Handler
}

// maxStreams bounds the pages that are open.
const maxStreams = 64

// New makes a Site.
func New(cfg Config) *Site {
	s := &Site{cfg: cfg, slots: make(chan struct{}, maxStreams)}
	s.logins.init(cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", s.seen(s.metrics))
	mux.HandleFunc("GET /api/status", s.seen(s.status))
	mux.HandleFunc("GET /api/events", s.seen(s.events))
	mux.HandleFunc("GET /api/parked", s.seen(s.parked))
	mux.HandleFunc("POST /api/parked/replay", s.seen(s.replay))
	mux.HandleFunc("GET /recordings/{id}", s.recording)
	mux.HandleFunc("POST /api/login", s.login)
	mux.HandleFunc("POST /api/logout", s.logout)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { fail(w, http.StatusNotFound, "not_found") })
	mux.HandleFunc("/", page)
	s.mux = http.NewCrossOriginProtection().Handler(headers(mux))
	return s
}

// Handler serves all of it.
func (s *Site) Handler() http.Handler { return s.mux }

// OfThisHub tells the requests that each of several hubs answers for itself:
// those of monitors.
func OfThisHub(r *http.Request) bool {
	return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics"
}

// IsStream tells the requests that stay open.
func IsStream(r *http.Request) bool { return r.URL.Path == "/api/events" }

// policy lets the page load what it came with, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if front.Of(r).Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// allowed reports whether r may see the company: from this machine itself, or
// with a login, or, for programs, with a token.
func (s *Site) allowed(r *http.Request) bool {
	if s.cfg.LocalView && front.Of(r).Local {
		return true
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.logins.token(front.Of(r).Addr, token) == nil
	}
	_, ok := s.logins.who(r)
	return ok
}

// admin reports whether an administrator asks: it takes a token of one, wherever
// he sits.
func (s *Site) admin(r *http.Request) bool {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if s.logins.token(front.Of(r).Addr, token) != nil {
			return false
		}
		who, ok := s.cfg.Lookup(token)
		return ok && who.Admin
	}
	who, ok := s.logins.who(r)
	return ok && who.Admin
}

func (s *Site) seen(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A page elsewhere could not read the answer, and need not be told it
		// is there.
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" || !s.allowed(r) {
			fail(w, http.StatusUnauthorized, "login")
			return
		}
		next(w, r)
	}
}

// health is for anybody: no address of another hub.
func (s *Site) health(w http.ResponseWriter, _ *http.Request) {
	line := "ok"
	if s.cfg.Place != nil {
		switch p := s.cfg.Place(); {
		case p == nil:
		case p.Leads:
			line += "\nleader " + p.Name
		case p.Leader == "":
			line += "\nfollower " + p.Name + ", nobody leads"
		default:
			line += "\nfollower " + p.Name + ", leader " + p.Leader
		}
	}
	plain(w, http.StatusOK, line)
}

func (s *Site) ready(w http.ResponseWriter, r *http.Request) {
	st, err := s.cfg.Read(r.Context())
	why := st.Ready()
	if err != nil {
		why = "stopping"
	}
	if why != "" {
		plain(w, http.StatusServiceUnavailable, why)
		return
	}
	plain(w, http.StatusOK, "ok")
}

func (s *Site) metrics(w http.ResponseWriter, r *http.Request) {
	st, err := s.cfg.Read(r.Context())
	if err != nil {
		plain(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_ = st.Metrics(w) // the peer left: nobody to tell
}

func (s *Site) status(w http.ResponseWriter, r *http.Request) {
	st, err := s.cfg.Read(r.Context())
	if err != nil {
		fail(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	reply(w, http.StatusOK, st)
}

func (s *Site) login(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Token string `json:"token"`
	}
	if !read(w, r, &q) {
		return
	}
	err := s.logins.token(front.Of(r).Addr, q.Token)
	var slow *tooSoon
	switch {
	case errors.As(err, &slow):
		w.Header().Set("Retry-After", slow.seconds())
		fail(w, http.StatusTooManyRequests, "slow")
	case err != nil:
		fail(w, http.StatusForbidden, "token")
	default:
		http.SetCookie(w, s.logins.open(q.Token, front.Of(r).Secure))
		reply(w, http.StatusOK, struct{}{})
	}
}

func (s *Site) logout(w http.ResponseWriter, r *http.Request) {
	if !read(w, r, &struct{}{}) {
		return
	}
	http.SetCookie(w, s.logins.end(r, front.Of(r).Secure))
	reply(w, http.StatusOK, struct{}{})
}

// read takes the JSON object of a request; false = it was answered. A form,
// which any page may send, is no JSON.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "not_json")
		return false
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
	dec.DisallowUnknownFields()
	if dec.Decode(v) != nil {
		fail(w, http.StatusBadRequest, "bad_request")
		return false
	}
	return true
}

func plain(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n") // the peer left: nobody to tell
}

func fail(w http.ResponseWriter, status int, code string) {
	reply(w, status, map[string]string{"error": code})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the peer left: nobody to tell
}
