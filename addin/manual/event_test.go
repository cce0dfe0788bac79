package manual_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"mangoofficesdk/addin/manual"
)

// envelope are the fields that every event has.
const envelope = " v seq id event class time time_unix attempt replay entry_id call_id direction caller callee line_number group command_id truncated "

// TestEventsAreThoseOfTheLibrary: what is described is what the library's
// golden renderings have, name by name and field by field.
func TestEventsAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../telephony/testdata/events.ru.golden")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]manual.Event{}
	for _, e := range manual.Events() {
		described[e.Name.EN] = e
		if e.Doc.RU == "" || e.Doc.EN == "" {
			t.Errorf("%s is not described in both languages", e.Name.EN)
		}
	}
	seen := map[string]bool{}
	for rest := string(raw); strings.TrimSpace(rest) != ""; {
		name, body, _ := strings.Cut(rest, "\n")
		d := json.NewDecoder(strings.NewReader(body))
		var fields map[string]any
		if err := d.Decode(&fields); err != nil && !errors.Is(err, io.EOF) {
			t.Fatalf("%s: %v", name, err)
		}
		rest = strings.TrimLeft(body[d.InputOffset():], "\n")
		kind, _ := fields["event"].(string)
		if kind == "CallOfTheFuture" { // one that this library does not know
			continue
		}
		seen[kind] = true
		e, ok := described[kind]
		if !ok || e.Name.RU != name || string(e.Class) != fields["class"] {
			t.Errorf("Events() has %v of class %q for %s / %s of class %v", e.Name, e.Class, name, kind, fields["class"])
		}
		for _, f := range e.Fields {
			if _, ok := fields[f.Name]; !ok {
				t.Errorf("%s: the field %s is described, the event has none", kind, f.Name)
			}
			if f.Doc.RU == "" || f.Doc.EN == "" {
				t.Errorf("%s.%s is not described in both languages", kind, f.Name)
			}
			delete(fields, f.Name)
		}
		for f := range fields {
			if !strings.Contains(envelope, " "+f+" ") {
				t.Errorf("%s: the field %s is not described", kind, f)
			}
		}
	}
	for kind := range described {
		if !seen[kind] {
			t.Errorf("Events() describes %s, which the library has not", kind)
		}
	}
}
