package loose

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzSplit: objects and lists fall into the same parts as with encoding/json.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1,"b":[{"c":"}"}],"a":null}`, ` { "\u0061\"" : "x\\" , "имя":-1.5e3 } `, `[]`, `[1, "]" ,[[]],{"a":[true]}]`, `["\\"]`,
		"{\"\xff\":\t\"\xff\"\r\n}", `{"":{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		var v json.RawMessage
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		switch v[0] {
		case '{':
			var want map[string]json.RawMessage
			if err := json.Unmarshal(v, &want); err != nil {
				t.Fatal(err)
			}
			got := map[string]json.RawMessage{}
			for _, m := range members(v) {
				got[m.name] = m.value
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("members(%q) (-want +got):\n%s", v, d)
			}
		case '[':
			want, got := []json.RawMessage{}, elements(v)
			if err := json.Unmarshal(v, &want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, append([]json.RawMessage{}, got...)); d != "" {
				t.Errorf("elements(%q) (-want +got):\n%s", v, d)
			}
		case '"':
			var want string
			if err := json.Unmarshal(v, &want); err != nil || unquote(v) != want {
				t.Errorf("unquote(%q) = %q, want %q, %v", v, unquote(v), want, err)
			}
		}
	})
}
