package site

import (
	"errors"
	"io"
	"net/http"
	"time"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
)

// Recording is a copy, or an address to go on to.
type Recording struct {
	Sound io.ReadSeekCloser // nil: go to Address
	Ext   string
	// Address is made on the click and lives some minutes: it tells the key of
	// the PBX, and whoever has it hears the recording.
	Address string
}

// soundPolicy lets the page that a browser makes of a sound play it.
const soundPolicy = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

// recording is what the files of reports point to: whoever follows such an
// address has to be logged in, today and in a year.
func (s *Site) recording(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		fail(w, http.StatusUnauthorized, "login") // a page elsewhere that embeds it
		return
	}
	if !s.allowed(r) {
		http.Redirect(w, r, "/", http.StatusSeeOther) // the page has the login
		return
	}
	if s.cfg.Recording == nil {
		fail(w, http.StatusNotFound, "not_found")
		return
	}
	id := r.PathValue("id")
	rec, err := s.cfg.Recording(r.Context(), id)
	switch {
	case errors.Is(err, text.New(text.RecordingAbsent)):
		explain(w, r, http.StatusNotFound, err)
	case err != nil:
		explain(w, r, http.StatusServiceUnavailable, err)
	case rec.Sound == nil:
		http.Redirect(w, r, rec.Address, http.StatusSeeOther)
	default:
		defer rec.Sound.Close()
		w.Header().Set("Content-Security-Policy", soundPolicy)
		w.Header().Set("Content-Type", recording.Audio{Ext: rec.Ext}.ContentType())
		w.Header().Set("Content-Disposition", `inline; filename="`+recording.FileName(id, rec.Ext)+`"`)
		http.ServeContent(w, r, "", time.Time{}, rec.Sound) // with ranges: people skip
	}
}

// explain says in the browser's language why nothing is to be heard, and what to
// do: it is a person who clicked.
func explain(w http.ResponseWriter, r *http.Request, status int, err error) {
	lang := text.EN
	if russian(r) {
		lang = text.RU
	}
	why := text.From(err).Rendered(lang)
	plain(w, status, why.Text+".\n"+why.Remedy+".")
}
