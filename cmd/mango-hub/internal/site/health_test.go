package site_test

import (
	"io"
	"net/http/httptest"
	"testing"

	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/cmd/mango-hub/internal/status"
)

// Health is for anybody: it says who leads, and no address.
func TestHealth(t *testing.T) {
	t.Parallel()
	for want, place := range map[string]*status.Place{
		"ok\n":                           nil,
		"ok\nleader a\n":                 {Name: "a", Leads: true, Leader: "a", Address: "http://a:8080"},
		"ok\nfollower b, leader a\n":     {Name: "b", Leader: "a", Address: "http://a:8080"},
		"ok\nfollower b, nobody leads\n": {Name: "b"},
	} {
		w := httptest.NewRecorder()
		site.New(site.Config{Place: func() *status.Place { return place }}).Handler().ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
		if raw, err := io.ReadAll(w.Result().Body); err != nil || w.Code != 200 || string(raw) != want {
			t.Errorf("GET /healthz of %+v = %d %q, want %q", place, w.Code, raw, want)
		}
	}
}
