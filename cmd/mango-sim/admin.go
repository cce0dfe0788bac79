package main

import (
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"

	"mangoofficesdk/sdk/vpbxtest"
)

// handler serves the admin API below /admin/v1 and the console at /.
func (s *sim) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /admin/v1/state", s.getState)
	mux.HandleFunc("GET /admin/v1/events", s.getEvents)
	mux.HandleFunc("POST /admin/v1/calls", s.postCall)
	mux.HandleFunc("POST /admin/v1/calls/missed", s.postMissed)
	mux.HandleFunc("POST /admin/v1/calls/{entry}/{action}", s.postAction)
	mux.HandleFunc("POST /admin/v1/play", s.postPlay)
	mux.HandleFunc("GET /admin/v1/faults", s.getFaults)
	mux.HandleFunc("PUT /admin/v1/faults", s.putFaults)
	mux.HandleFunc("PUT /admin/v1/behaviour", s.putBehaviour)
	mux.HandleFunc("PUT /admin/v1/target", s.putTarget)
	mux.HandleFunc("GET /admin/v1/clock", s.getClock)
	mux.HandleFunc("POST /admin/v1/clock/step", s.postStep)
	mux.HandleFunc("POST /admin/v1/ping", s.postPing)
	mux.HandleFunc("POST /admin/v1/reset", s.postReset)
	mux.HandleFunc("/admin/", func(w http.ResponseWriter, r *http.Request) { fail(w, r, "not_found", nil) })
	mux.HandleFunc("/", page)
	return guarded(mux)
}

// guarded keeps strangers from driving the PBX. Being bound to loopback is not
// enough, for the browser of this machine asks loopback for whatever page it
// shows:
//   - a page under a name that its owner points to 127.0.0.1 counts as the same
//     origin and could read everything: the Host must be this machine's own;
//   - any page may send a form, or text/plain, without being asked: Origin and
//     Sec-Fetch-Site must not be another's, and the body must be declared as
//     JSON, which a browser does not send elsewhere unless it is allowed to.
func guarded(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r) || r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.URL.Path != "/" {
			fail(w, r, "foreign", nil)
			return
		}
		if err := origin.Check(r); err != nil {
			fail(w, r, "foreign", err)
			return
		}
		if r.Method == http.MethodPost || r.Method == http.MethodPut {
			if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
				fail(w, r, "not_json", err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// local reports whether r came from this machine and under a name of its own.
func local(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	name, err := netip.ParseAddr(host)
	return err == nil && name.IsLoopback()
}

// maxBody bounds a request: a script is the longest.
const maxBody = 1 << 20

// read takes the JSON object of a request into v; false = it was answered.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = strict(raw, v)
	}
	if err != nil {
		fail(w, r, "bad_request", err)
	}
	return err == nil
}

// failed answers an error of the PBX; any but the known ones has code.
func failed(w http.ResponseWriter, r *http.Request, code string, err error) {
	switch {
	case errors.Is(err, vpbxtest.ErrClosed):
		code = "stopping"
	case errors.Is(err, vpbxtest.ErrNoCall):
		code, err = "no_such_call", nil
	}
	fail(w, r, code, err)
}
