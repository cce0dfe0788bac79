package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
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
			section := sectionOf(page, name(m.Name))
			want("\n### " + name(m.Name) + "\n")
			for _, p := range m.Params {
				if !strings.Contains(section, "| `"+name(p.Name)+"` |") {
					t.Errorf("%s: %s does not tell of its parameter %s", path, name(m.Name), name(p.Name))
				}
			}
			signature, purpose, _ := strings.Cut(strings.TrimSpace(section), "\n\n")
			if m.Returns != spec.None && !strings.Contains(signature, " → "+name(m.Returns.Name())) {
				t.Errorf("%s: %s does not tell its result: %q", path, name(m.Name), signature)
			}
			if len(purpose) < 20 || strings.HasPrefix(purpose, "|") || strings.HasPrefix(purpose, "`") {
				t.Errorf("%s: %s does not tell its purpose: %.40q", path, name(m.Name), purpose)
			}
			for _, code := range manual.FailuresOf(m.Name.EN) {
				if !strings.Contains(section, "["+string(code)+"](#"+string(code)+")") {
					t.Errorf("%s: %s does not tell of its error %s", path, name(m.Name), code)
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
			section := sectionOf(page, name(e.Name))
			_, sample, _ := strings.Cut(section, "\n```json\n")
			sample, _, _ = strings.Cut(sample, "\n```")
			var fields map[string]any
			if err := json.Unmarshal([]byte(sample), &fields); err != nil || fields["event"] != e.Name.EN {
				t.Errorf("%s: the example of %s is of event %v, %v", path, name(e.Name), fields["event"], err)
			}
			for _, f := range e.Fields {
				if _, ok := fields[f.Name]; !ok || !strings.Contains(section, "\n| `"+f.Name+"` | ") {
					t.Errorf("%s: %s does not tell of its field %s, or its example has none", path, name(e.Name), f.Name)
				}
			}
		}
		for _, code := range codes {
			want("<a id=\"" + string(code) + "\"></a>")
		}
	}
}

// sectionOf is what stands under a heading.
func sectionOf(page, heading string) string {
	_, section, _ := strings.Cut(page, "\n### "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n### ")
	return section
}

// TestFailuresAreKnown: no method is said to give a code that there is not.
func TestFailuresAreKnown(t *testing.T) {
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
	for _, code := range given {
		if !slices.Contains(codes, code) {
			t.Errorf("addin/manual names %s, which sdk/text has not", code)
		}
	}
}

// TestTroubleshootingIsComplete: every code and every result of the PBX has
// its place on the page, and no cause is of a code that there is not.
func TestTroubleshootingIsComplete(t *testing.T) {
	t.Chdir("../..")
	raw, err := os.ReadFile("docs/troubleshooting.ru.md")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := errorCodes()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range codes {
		if n := strings.Count(string(raw), "\n### "+string(code)+"\n"); n != 1 {
			t.Errorf("the page has %s %d times, want it once", code, n)
		}
		m := text.Lookup(code)
		if m.RemedyRU == "" && len(manual.Causes()[code]) == 0 && !slices.Contains(nothingToDo, code) {
			t.Errorf("%s (%s) has neither a remedy nor a cause: what is a person to do?", code, m.RU)
		}
	}
	for code := range manual.Causes() {
		if !slices.Contains(codes, code) {
			t.Errorf("Causes() has %s, which sdk/text has not", code)
		}
	}
	results, err := resultCodes()
	if err != nil || len(results) < 200 {
		t.Fatalf("resultCodes() = %d codes, %v", len(results), err)
	}
	for _, code := range results {
		if !strings.Contains(string(raw), "\n| "+strconv.Itoa(code)+" | ") {
			t.Errorf("the page has no result %d", code)
		}
	}
}

// nothingToDo are the codes that tell of no trouble.
var nothingToDo = []text.Code{text.ServerAvailable, text.ConnectionStarting}
