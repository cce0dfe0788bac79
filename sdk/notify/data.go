package notify

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"mangoofficesdk/sdk/internal/loose"
)

// Kind names the kind of a notification by its canonical path: "call",
// "ab/contacts", "md/sendMessage", "result/route".
func (i Item) Kind() string {
	return strings.TrimPrefix(strings.TrimPrefix(i.Path, eventsPrefix), "/")
}

// renames are names that the documents contradict themselves about, in the
// notifications whose text is passed on.
var renames = map[string]struct{ from, to string }{
	PathContacts:   {"manager_id", "user_id"},
	PathSessionEnd: {"abonent", "abonent_id"},
}

// Data is the text for those who read it by themselves: what the PBX has sent,
// with one name for one thing, in Latin letters throughout. It is an object or
// a list of strict JSON; nil when the text is neither.
func (i Item) Data() json.RawMessage {
	var v any
	dec := json.NewDecoder(bytes.NewReader(i.Raw))
	dec.UseNumber() // ids are longer than a float is exact
	if !json.Valid(i.Raw) || dec.Decode(&v) != nil {
		return nil
	}
	switch v.(type) {
	case map[string]any, []any:
	default:
		return nil
	}
	if _, unknown := i.Notification.(Unknown); !unknown {
		i.rename(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil // cannot happen: it was JSON
	}
	return raw
}

// rename changes the names of an object and of all within it.
func (i Item) rename(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			i.rename(x)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			x := v[name]
			i.rename(x)
			one := loose.Scalar(name).Word()
			if r := renames[i.Path]; one == r.from {
				one = r.to
			}
			if _, taken := v[one]; one != name && (!taken || v[one] == nil) {
				delete(v, name)
				v[one] = x
			}
		}
	}
}
