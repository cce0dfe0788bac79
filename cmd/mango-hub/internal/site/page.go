package site

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed web
var web embed.FS

// page serves the page; its first language is that of the browser. Anybody may
// load it: there is nothing in it before the API was asked.
func page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	raw, err := fs.ReadFile(web, "web/"+name)
	if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		plain(w, http.StatusNotFound, "not found")
		return
	}
	if name == "index.html" && russian(r) {
		raw = bytes.Replace(raw, []byte(`lang="en"`), []byte(`lang="ru"`), 1)
	}
	w.Header().Set("Vary", "Accept-Language")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(raw))
}

// russian reports whether the one who asks prefers Russian to English.
func russian(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch lang, _, _ := strings.Cut(strings.ToLower(tag), "-"); lang {
		case "ru":
			return true
		case "en":
			return false
		}
	}
	return false
}
