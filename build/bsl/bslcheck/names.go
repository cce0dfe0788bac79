package bslcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"mangoofficesdk/build/bsl"
)

// coverage is the page whose names are checked: each word of Russian letters
// in backquotes is a method, event or property of the add-in, a module, a form,
// an object of metadata that the modules use, or a method of a module.
const coverage = "docs/coverage.ru.md"

var quoted = regexp.MustCompile("`((?:MO_|[А-ЯЁ])[\\p{L}\\d_]*)(?:\\.([\\p{L}\\d_]+))?`")

// CheckCoverage finds names on that page that are nowhere.
func CheckCoverage(root string, files []bsl.File, c Component) ([]Finding, error) {
	raw, err := os.ReadFile(filepath.Join(root, coverage))
	if err != nil {
		return nil, err
	}
	var out []Finding
	n := 0
	for line := range strings.Lines(string(raw)) {
		n++
		for _, m := range quoted.FindAllStringSubmatch(line, -1) {
			if !there(m[1], m[2], files, c) {
				out = append(out, Finding{coverage, bsl.Pos{Line: n, Col: 1}, strings.Trim(m[0], "`") + " is nowhere"})
			}
		}
	}
	return out, nil
}

func there(name, method string, files []bsl.File, c Component) bool {
	folded := bsl.Fold(name)
	_, isMethod := c.Methods[folded]
	_, isProperty := c.Props[folded]
	if method == "" && (isMethod || isProperty || c.Events[folded]) {
		return true
	}
	for _, f := range files {
		if method == "" && (bsl.Same(f.Name, name) || bsl.Same(f.Title, name) || uses(&f, name)) {
			return true
		}
		if method != "" && bsl.Same(f.Name, name) && f.Module.Method(method) != nil {
			return true
		}
	}
	return false
}

// uses tells whether a module reads a member of that name: РегистрыСведений.X.
func uses(f *bsl.File, name string) bool {
	found := false
	for _, m := range f.Module.Methods {
		bsl.Walk(m.Body, func(e bsl.Expr) {
			if member, ok := e.(*bsl.Member); ok && !f.Piece && bsl.Same(member.Name, name) {
				found = true
			}
		})
	}
	return found
}
