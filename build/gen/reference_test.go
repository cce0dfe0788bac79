package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

// TestReferenceIsComplete: whatever the interface has stands in the pages that
// are read, in both languages, under its own name.
func TestReferenceIsComplete(t *testing.T) {
	t.Chdir("../..")
	codes, err := errorCodes()
	if err != nil || len(codes) < 50 {
		t.Fatalf("errorCodes() = %d codes, %v", len(codes), err)
	}
	for _, lang := range []text.Lang{text.RU, text.EN} {
		path := "docs/reference." + lang.String() + ".md"
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		page := string(raw)
		name := func(n spec.Name) string { return (&book{lang: lang}).name(n) }
		want := func(text string) {
			if n := strings.Count(page, text); n != 1 {
				t.Errorf("%s has %q %d times, want it once", path, text, n)
			}
		}
		c := manual.Class()
		for i := range c.Methods {
			m := &c.Methods[i]
			_, section, _ := strings.Cut(page, "\n### "+name(m.Name)+"\n")
			section, _, _ = strings.Cut(section, "\n### ")
			want("\n### " + name(m.Name) + "\n")
			for _, p := range m.Params {
				if !strings.Contains(section, "| `"+name(p.Name)+"` |") {
					t.Errorf("%s: %s does not tell of its parameter %s", path, name(m.Name), name(p.Name))
				}
			}
			if !strings.Contains(section, "```bsl\n") || !strings.Contains(section, "."+name(m.Name)+"(") {
				t.Errorf("%s: %s has no example that calls it", path, name(m.Name))
			}
		}
		for _, p := range c.Properties {
			if !strings.Contains(page, "\n| `"+name(p.Name)+"` | "+name(p.Type.Name())+" | ") {
				t.Errorf("%s does not tell of the property %s", path, name(p.Name))
			}
		}
		for _, e := range manual.Events() {
			want("\n### " + name(e.Name) + "\n")
		}
		for _, code := range codes {
			want("<a id=\"" + string(code) + "\"></a>")
		}
	}
}

// TestEveryCodeIsSomebodys: a code that no method may give is one that nobody
// is told of; those about the connection are told by its events.
func TestEveryCodeIsSomebodys(t *testing.T) {
	t.Chdir("../..")
	codes, err := errorCodes()
	if err != nil {
		t.Fatal(err)
	}
	given := manual.General()
	c := manual.Class()
	for i := range c.Methods {
		given = append(given, manual.FailuresOf(c.Methods[i].Name.EN)...)
	}
	told := []text.Code{text.ServerAvailable, text.ConnectionOff, text.ConnectionStarting}
	for _, code := range codes {
		if !slices.Contains(given, code) && !slices.Contains(told, code) {
			t.Errorf("%s is given by no method of addin/manual", code)
		}
	}
	for _, code := range given {
		if !slices.Contains(codes, code) {
			t.Errorf("addin/manual names %s, which sdk/text has not", code)
		}
	}
}
