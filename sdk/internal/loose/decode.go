package loose

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrNotObject tells that the text is JSON, but not what was asked for.
var ErrNotObject = errors.New("loose: not a JSON object or list")

// maxDepth bounds nested values: the deepest answer of the PBX has seven.
const maxDepth = 64

// Decode reads JSON into a pointer to a struct, slice or map of plain Go
// types, forgiving in the values and strict in the syntax: only broken JSON,
// or a scalar where v holds many, is an error. Rules, by the kind of the
// target:
//
//   - text takes numbers and booleans too, blanks trimmed;
//   - numbers and booleans take texts ("1000", "true", "1");
//   - an object or a list whose place something else takes ([] of PHP, "",
//     null) is empty, but a lone object or scalar that is not empty makes a list of one;
//   - json.RawMessage keeps the bytes, a json.Unmarshaler decides for itself,
//     and its refusal leaves it absent; a pointer stays nil for null;
//   - names are those of the json tags; when none is equal, case and Cyrillic
//     look-alikes do not matter; embedded structs count as their fields.
//
// Two more tags: `time:"…"` reads a time.Time (unix, ms, iso, any of these, or
// a layout with a zone: "utc 2006-01-02 15:04:05", "msk 02.01.2006 15:04:05";
// what has another layout is read as unix or iso), `words:"a,b"` brings a text
// to the spelling of a list (Word).
func Decode(raw []byte, v any) error {
	target := reflect.ValueOf(v).Elem()
	if !json.Valid(raw) {
		var probe json.RawMessage
		return fmt.Errorf("loose: %w", json.Unmarshal(raw, &probe))
	}
	raw = bytes.TrimSpace(raw)
	if target.Addr().Type().Implements(unmarshalType) { // whatever the JSON is
		assign(target, raw, field{}, maxDepth)
		return nil
	}
	if scalar := raw[0] != '{' && raw[0] != '['; scalar || (raw[0] == '[') != (target.Kind() == reflect.Slice) {
		// [] may stand for an empty object, as PHP writes it.
		if scalar || target.Kind() == reflect.Slice || !emptyList(raw) {
			return ErrNotObject
		}
	}
	assign(target, raw, field{}, maxDepth)
	return nil
}

// emptyList tells [] and {}.
func emptyList(raw []byte) bool { return len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0 }

// field is what the tags of a struct field say.
type field struct {
	name  string // the json tag's
	at    int    // counts the fields of the struct
	index []int
	time  string
	words []string
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	rawType       = reflect.TypeFor[json.RawMessage]()
	unmarshalType = reflect.TypeFor[json.Unmarshaler]()
)

// assign never fails: what does not fit is absent, the zero value.
func assign(dst reflect.Value, raw json.RawMessage, f field, depth int) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || depth == 0 {
		return
	}
	switch t := dst.Type(); {
	case t == timeType:
		dst.Set(reflect.ValueOf(scalar(raw).when(f.time)))
		return
	case t == rawType:
		dst.SetBytes(bytes.Clone(raw))
		return
	case reflect.PointerTo(t).Implements(unmarshalType):
		if dst.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(raw) != nil { //nolint:errcheck // just asked
			dst.SetZero()
		}
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		if string(raw) == "null" {
			return
		}
		p := reflect.New(dst.Type().Elem())
		assign(p.Elem(), raw, f, depth)
		dst.Set(p)
	case reflect.Struct:
		assignStruct(dst, raw, depth)
	case reflect.Map:
		assignMap(dst, raw, f, depth)
	case reflect.Slice:
		assignSlice(dst, raw, f, depth)
	case reflect.Interface:
		var v any
		if json.Unmarshal(raw, &v) == nil && v != nil {
			dst.Set(reflect.ValueOf(v))
		}
	default:
		assignScalar(dst, scalar(raw), f)
	}
}

func scalar(raw json.RawMessage) Scalar {
	var s Scalar
	_ = s.UnmarshalJSON(raw) // valid JSON cannot fail
	return s
}

func assignScalar(dst reflect.Value, s Scalar, f field) {
	switch dst.Kind() {
	case reflect.String:
		if f.words != nil {
			s = Scalar(s.Word(f.words...))
		}
		dst.SetString(s.Text())
	case reflect.Bool:
		dst.SetBool(s.Flag())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := s.Int()
		if !ok && s.Flag() {
			n, ok = 1, true // true for 1
		}
		if ok && !dst.OverflowInt(n) {
			dst.SetInt(n)
		}
	case reflect.Float32, reflect.Float64:
		if n, err := strconv.ParseFloat(strings.Replace(s.Text(), ",", ".", 1), 64); err == nil && !dst.OverflowFloat(n) {
			dst.SetFloat(n)
		}
	}
}

func assignStruct(dst reflect.Value, raw json.RawMessage, depth int) {
	if raw[0] != '{' {
		return
	}
	known := fieldsOf(dst.Type())
	done := make([]bool, len(known))
	set := func(f field, value json.RawMessage) {
		if !done[f.at] {
			done[f.at] = true
			assign(dst.FieldByIndex(f.index), value, f, depth-1)
		}
	}
	var odd []member                                  // whose names are not spelt like a tag
	for _, m := range slices.Backward(members(raw)) { // of equal names the last one counts
		if f, ok := known[m.name]; ok && f.name == m.name {
			set(f, m.value)
		} else {
			odd = append(odd, m)
		}
	}
	// Of several spellings the right one wins, else the first in order: equal
	// texts must give equal values.
	sort.SliceStable(odd, func(i, j int) bool { return odd[i].name < odd[j].name })
	for _, m := range odd {
		if f, ok := known[strings.ToLower(lookAlikes.Replace(m.name))]; ok {
			set(f, m.value)
		}
	}
}

func assignMap(dst reflect.Value, raw json.RawMessage, f field, depth int) {
	if raw[0] != '{' || dst.Type().Key().Kind() != reflect.String {
		return
	}
	all := members(raw)
	if len(all) == 0 {
		return
	}
	values := reflect.MakeMapWithSize(dst.Type(), len(all))
	for _, m := range all {
		e := reflect.New(dst.Type().Elem()).Elem()
		assign(e, m.value, f, depth-1)
		values.SetMapIndex(reflect.ValueOf(m.name).Convert(dst.Type().Key()), e)
	}
	dst.Set(values)
}

func assignSlice(dst reflect.Value, raw json.RawMessage, f field, depth int) {
	var items []json.RawMessage
	switch {
	case raw[0] == '[':
		items = elements(raw)
	case raw[0] == '{' && !emptyList(raw), scalar(raw) != "":
		items = []json.RawMessage{raw} // one without its brackets
	}
	if len(items) == 0 {
		return
	}
	s := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		assign(s.Index(i), item, f, depth-1)
	}
	dst.Set(s)
}

// when reads a time as its tag says; zero when there is none.
func (s Scalar) when(format string) time.Time {
	switch format {
	case "", "unix":
		return s.Unix()
	case "ms":
		if n, ok := s.Int(); ok && n > 0 && n/1000 <= lastSecond {
			return time.UnixMilli(n).UTC()
		}
		return time.Time{}
	case "iso":
		return isoTime(s.Text(), time.UTC)
	case "any":
		// The contact centre prints one moment as a number, as a text with the
		// offset +03 and as a text without one (§4.9.1): that is Moscow's.
		return cmp.Or(s.when("unix"), s.when("ms"), isoTime(s.Text(), moscow))
	}
	zone, layout, _ := strings.Cut(format, " ")
	loc := time.UTC
	if zone == "msk" {
		loc = moscow
	}
	t, err := time.ParseInLocation(layout, s.Text(), loc)
	if err != nil || t.Year() < 1 {
		return cmp.Or(s.Unix(), isoTime(s.Text(), loc)) // one field, several prints (§4.6)
	}
	return t.UTC()
}

// moscow is UTC+3 all year, the zone of the PBX's printed times.
var moscow = time.FixedZone("MSK", 3*60*60)

// isoTime reads ISO 8601 as the PBX writes it: with a T or a blank, with or
// without a zone (then loc's).
func isoTime(s string, loc *time.Location) time.Time {
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02T15:04:05Z0700",
		"2006-01-02 15:04:05Z07", time.DateOnly,
	} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil && t.Year() > 0 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// types caches what fieldsOf finds: the set of types is that of the program.
var types sync.Map // reflect.Type → map[string]field

// fieldsOf lists the fields of a struct by the names of their json tags, and
// by those in lower case.
func fieldsOf(t reflect.Type) map[string]field {
	if known, ok := types.Load(t); ok {
		return known.(map[string]field) //nolint:errcheck // only this function stores
	}
	all := map[string]field{}
	for _, sf := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if sf.Anonymous || !sf.IsExported() || name == "-" || name == "" {
			continue
		}
		f := field{name: name, at: len(all), index: sf.Index, time: sf.Tag.Get("time")}
		if words := sf.Tag.Get("words"); words != "" {
			f.words = strings.Split(words, ",")
		}
		if other, taken := all[name]; taken {
			f.at = other.at
		}
		all[name] = f
	}
	for name, f := range all {
		if lower := strings.ToLower(name); lower != name {
			if _, taken := all[lower]; !taken {
				all[lower] = f
			}
		}
	}
	types.Store(t, all)
	return all
}
