package telephony

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mangoofficesdk/sdk/text"
)

// fields reads one JSON object key by key. The first fault is kept, with the
// dotted path of its key; later reads then give zero values. Keys that nobody
// asked for are reported by unknown.
type fields struct {
	prefix string
	m      map[string]json.RawMessage
	asked  map[string]bool
	fault  **text.Error // shared by nested objects: the first one wins
}

// parseFields reads a JSON object. A BOM and surrounding space are tolerated:
// ЗаписьJSON of 1C may write one to a file that is then read back.
func parseFields(raw string) (*fields, error) {
	raw = strings.TrimSpace(strings.TrimPrefix(raw, "\ufeff"))
	f := &fields{asked: map[string]bool{}, fault: new(*text.Error)}
	if err := json.Unmarshal([]byte(raw), &f.m); err != nil || f.m == nil {
		return nil, text.New(text.BadJSON).Wrap(syntax(err))
	}
	return f, nil
}

// syntax keeps of a JSON error what holds nothing of the text itself: the text
// holds the salt.
func syntax(err error) error {
	if s, ok := err.(*json.SyntaxError); ok {
		return &jsonFault{s.Offset}
	}
	return &jsonFault{}
}

type jsonFault struct{ offset int64 }

func (e *jsonFault) Error() string { return "JSON broken at byte " + strconv.FormatInt(e.offset, 10) }

func (f *fields) path(key string) string {
	if f.prefix == "" {
		return key
	}
	return f.prefix + "." + key
}

func element(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

func (f *fields) fail(e *text.Error) {
	if *f.fault == nil {
		*f.fault = e
	}
}

// bad reports a wrong type. The value itself is not shown: it may be a secret.
func (f *fields) bad(key string, want text.Pair) {
	f.fail(badField(f.path(key), "", want))
}

// err is the first fault.
func (f *fields) err() error {
	if *f.fault == nil {
		return nil
	}
	return *f.fault
}

// given tells whether key stands there with a value other than null: null is
// what serializers make of Неопределено, and means "not given".
func (f *fields) given(key string) bool {
	v, ok := f.m[key]
	return ok && !bytes.Equal(v, []byte("null"))
}

func (f *fields) get(key string, target any) bool {
	f.asked[key] = true
	if !f.given(key) {
		return false
	}
	if json.Unmarshal(f.m[key], target) != nil {
		f.bad(key, kindOf(target))
		return false
	}
	return true
}

// str reads a string.
func (f *fields) str(key string) string {
	var s string
	f.get(key, &s)
	return strings.TrimSpace(s)
}

// text reads a string or a number: extensions and ids come as either.
func (f *fields) text(key string) string {
	var n json.Number
	if f.given(key) && json.Unmarshal(f.m[key], &n) == nil && !bytes.HasPrefix(f.m[key], []byte(`"`)) {
		f.asked[key] = true
		return n.String()
	}
	return f.str(key)
}

// boolean reads true or false.
func (f *fields) boolean(key string) bool {
	var b bool
	f.get(key, &b)
	return b
}

// word reads one of the words; absent or empty gives def.
func (f *fields) word(key, def string, words ...string) string {
	s := f.str(key)
	if s == "" {
		return def
	}
	if !slices.Contains(words, s) {
		f.fail(badField(f.path(key), s, text.OneOf(words...)))
		return def
	}
	return s
}

// list reads an array of strings.
func (f *fields) list(key string) []string {
	var l []string
	f.get(key, &l)
	return l
}

// raw gives a nested JSON object as it is; nil when absent.
func (f *fields) raw(key string) json.RawMessage {
	var m map[string]json.RawMessage
	if !f.get(key, &m) {
		return nil
	}
	return f.m[key]
}

// object gives a nested object; an absent one reads as empty.
func (f *fields) object(key string) *fields {
	sub := &fields{prefix: f.path(key), asked: map[string]bool{}, fault: f.fault}
	f.get(key, &sub.m)
	return sub
}

// unknown reports the keys that nobody asked for, sorted.
func (f *fields) unknown() []*text.Error {
	var warnings []*text.Error
	for _, key := range slices.Sorted(maps.Keys(f.m)) {
		if !f.asked[key] {
			warnings = append(warnings, text.New(text.UnknownField).WithField(f.path(key)))
		}
	}
	return warnings
}
