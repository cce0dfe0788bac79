package main

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

// policy lets the console load what it came with, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page serves the console; its first language is that of the browser.
func page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	raw, err := fs.ReadFile(web, "web/"+name)
	if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		fail(w, r, "not_found", nil)
		return
	}
	if name == "index.html" && russian(r) {
		raw = bytes.Replace(raw, []byte(`lang="en"`), []byte(`lang="ru"`), 1)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Language")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(raw))
}
