package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		method, path, language string
		status                 int
		kind, has              string
	}{
		{"GET", "/", "", 200, "text/html", `<html lang="en">`},
		{"GET", "/", "ru", 200, "text/html", `<html lang="ru">`},
		{"GET", "/", "de, ru-RU;q=0.5, en;q=0.4", 200, "text/html", `<html lang="ru">`},
		{"GET", "/", "fr, en, ru", 200, "text/html", `<html lang="en">`},
		{"GET", "/app.js", "", 200, "text/javascript", "EventSource"},
		{"GET", "/style.css", "", 200, "text/css", "prefers-color-scheme: dark"},
		{"GET", "/icon.svg", "", 200, "image/svg+xml", "<svg"},
		{"GET", "/none.js", "", 404, "application/json", "not_found"},
		{"GET", "/..%2fmain.go", "", 404, "application/json", "not_found"},
		{"POST", "/", "", 404, "application/json", "not_found"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), row.method, row.path, nil)
		r.Header.Set("Accept-Language", row.language)
		w := httptest.NewRecorder()
		page(w, r)
		if kind := w.Header().Get("Content-Type"); w.Code != row.status || !strings.HasPrefix(kind, row.kind) || !strings.Contains(w.Body.String(), row.has) {
			t.Errorf("%s %s in %q: HTTP %d, %s, want %d, %s and %s", row.method, row.path, row.language, w.Code, kind, row.status, row.kind, row.has)
		}
		if row.status == http.StatusOK && !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no policy", row.path)
		}
	}
}

// Both languages have every text, and the page asks for no other; Russian has
// the titles of the scenarios too.
func TestTexts(t *testing.T) {
	t.Parallel()
	file := func(name string) string {
		raw, err := fs.ReadFile(web, "web/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	found := func(text, expr string) (out []string) {
		for _, m := range regexp.MustCompile(expr).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	const key = `"?([\w-]+)"?: "`
	en, ru := found(file("text-en.js"), key), found(file("text-ru.js"), key)
	titles := slices.DeleteFunc(slices.Clone(ru), func(k string) bool { return !strings.HasPrefix(k, "scenario_") })
	ru = slices.DeleteFunc(ru, func(k string) bool { return strings.HasPrefix(k, "scenario_") })
	if diff := cmp.Diff(en, ru); diff != "" {
		t.Errorf("texts (-English +Russian):\n%s", diff)
	}
	var want []string
	all, err := known()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		want = append(want, "scenario_"+s.Name)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Errorf("titles of scenarios (-files +Russian):\n%s", diff)
	}
	asked := found(file("index.html"), `data-(?:t|tl|ph)="(\w+)"`)
	for _, name := range []string{"app.js", "calls.js", "log.js", "faults.js", "api.js"} {
		asked = append(asked, found(file(name), `\bt\("(\w+)"\)`)...)
	}
	for _, k := range asked {
		if !slices.Contains(en, k) {
			t.Errorf("the page asks for the text %q, which is nowhere", k)
		}
	}
}
