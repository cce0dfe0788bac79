package vpbx

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"mangoofficesdk/sdk/text"
)

// strict reads the parameters of Do into q, a pointer to a request: every
// member known, every value of its type. Ranges are check's business.
func strict(params json.RawMessage, q reflect.Value) error {
	params = bytes.TrimSpace(params)
	if len(params) == 0 || string(params) == "null" {
		return nil
	}
	if !json.Valid(params) {
		var probe any
		return text.New(text.BadJSON).Wrap(json.Unmarshal(params, &probe))
	}
	return strictValue("", params, q.Elem())
}

// wrongType names what was wanted, in words that need no language.
func wrongType(path string, t reflect.Type) error {
	if path == "" {
		return text.New(text.BadJSON).WithDetail("{…}")
	}
	name, _ := typeName(t)
	if layout := layoutOf(t); layout != "" {
		name = layout
	}
	return bad(path, name)
}

var unmarshalerType = reflect.TypeFor[json.Unmarshaler]()

func strictValue(path string, raw json.RawMessage, dst reflect.Value) error {
	raw = bytes.TrimSpace(raw)
	t := dst.Type()
	if string(raw) == "null" {
		return nil // as absent: BSL writes Неопределено so
	}
	switch {
	case t == uploadType, reflect.PointerTo(t).Implements(unmarshalerType):
		if err := json.Unmarshal(raw, dst.Addr().Interface()); err != nil {
			return wrongType(path, t)
		}
		return nil
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		if err := strictValue(path, raw, p.Elem()); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	case t.Kind() == reflect.Struct:
		return strictStruct(path, raw, dst)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return strictSlice(path, raw, dst)
	case t.Kind() == reflect.Map:
		return strictMap(path, raw, dst)
	case t.Kind() == reflect.Interface: // a value whose type the account decides: own fields
		var v any
		if json.Unmarshal(raw, &v) != nil {
			return wrongType(path, t)
		}
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	return strictScalar(path, raw, dst)
}

// strictScalar takes a number for a text and a whole number written as a text:
// BSL makes little of the difference and the meaning is one.
func strictScalar(path string, raw json.RawMessage, dst reflect.Value) error {
	if raw[0] == '{' || raw[0] == '[' {
		return wrongType(path, dst.Type())
	}
	var s string
	isText := json.Unmarshal(raw, &s) == nil
	if !isText {
		s = string(raw)
	}
	switch dst.Kind() {
	case reflect.String:
		if s == "true" && !isText || s == "false" && !isText {
			return wrongType(path, dst.Type())
		}
		dst.SetString(s)
	case reflect.Bool:
		on, err := strconv.ParseBool(s)
		if err != nil || isText {
			return wrongType(path, dst.Type())
		}
		dst.SetBool(on)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || dst.OverflowInt(n) {
			return wrongType(path, dst.Type())
		}
		dst.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return wrongType(path, dst.Type())
		}
		dst.SetFloat(n)
	}
	return nil
}

func strictStruct(path string, raw json.RawMessage, dst reflect.Value) error {
	members, err := object(raw)
	if err != nil {
		return wrongType(path, dst.Type())
	}
	fields := schemaOf(dst.Type()).fields
	for _, m := range members {
		at := join(path, m.name)
		r, ok := find(fields, m.name)
		if !ok {
			return text.New(text.UnknownField).WithField(at)
		}
		if err := strictValue(at, m.value, dst.FieldByIndex(r.index)); err != nil {
			return err
		}
	}
	return nil
}

func find(fields []rule, name string) (rule, bool) {
	for _, r := range fields {
		if r.Name == name {
			return r, true
		}
	}
	return rule{}, false
}

func strictSlice(path string, raw json.RawMessage, dst reflect.Value) error {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return wrongType(path, dst.Type())
	}
	s := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		if err := strictValue(path+"["+strconv.Itoa(i)+"]", item, s.Index(i)); err != nil {
			return err
		}
	}
	dst.Set(s)
	return nil
}

func strictMap(path string, raw json.RawMessage, dst reflect.Value) error {
	members, err := object(raw)
	if err != nil {
		return wrongType(path, dst.Type())
	}
	m := reflect.MakeMap(dst.Type())
	for _, member := range members {
		e := reflect.New(dst.Type().Elem()).Elem()
		if err := strictValue(join(path, member.name), member.value, e); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(member.name), e)
	}
	dst.Set(m)
	return nil
}

// member is one of an object, in the order of the text: the first fault is
// told, and the same text always tells the same.
type member struct {
	name  string
	value json.RawMessage
}

var errObject = errors.New("vpbx: not an object, or a member twice")

func object(raw json.RawMessage) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errObject
	}
	var all []member
	seen := map[string]bool{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, errObject
		}
		m := member{name: name.(string)} //nolint:errcheck // a key is a text
		if err := dec.Decode(&m.value); err != nil || seen[strings.ToLower(m.name)] {
			return nil, errObject
		}
		seen[strings.ToLower(m.name)] = true
		all = append(all, m)
	}
	return all, nil
}
