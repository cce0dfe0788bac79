package site

import (
	"net/http"
)

// parked lists the events that are parked.
func (s *Site) parked(w http.ResponseWriter, r *http.Request) {
	list, err := s.cfg.Parked(r.Context())
	if err != nil {
		fail(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	reply(w, http.StatusOK, map[string]any{"parked": list})
}

// replay sends a parked event again, or all of them.
func (s *Site) replay(w http.ResponseWriter, r *http.Request) {
	if !s.admin(r) {
		fail(w, http.StatusForbidden, "admin")
		return
	}
	var q struct {
		ID  string `json:"id"`
		All bool   `json:"all"` // else ID names one
	}
	if !read(w, r, &q) {
		return
	}
	if (q.ID == "") != q.All {
		fail(w, http.StatusBadRequest, "bad_request")
		return
	}
	n, err := s.cfg.Replay(r.Context(), q.ID)
	if err != nil {
		fail(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	reply(w, http.StatusOK, map[string]int{"offered": n})
}
