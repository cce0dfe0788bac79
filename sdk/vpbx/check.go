package vpbx

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mangoofficesdk/sdk/text"
)

// checker is a request with rules that no tag can say: one of two fields, a
// span of time.
type checker interface{ check() error }

// check holds q, a pointer to a request, against its schema. The first fault
// is told: people mend one thing at a time.
func check(q any) error {
	v := reflect.ValueOf(q).Elem()
	if err := checkStruct("", v); err != nil {
		return err
	}
	if c, ok := q.(checker); ok {
		return c.check()
	}
	return nil
}

func checkStruct(parent string, v reflect.Value) error {
	fields := schemaOf(v.Type()).fields
	for i := range fields {
		r := &fields[i]
		if err := r.check(join(parent, r.Name), v.FieldByIndex(r.index)); err != nil {
			return err
		}
	}
	return nil
}

func join(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}

func (r *rule) check(path string, v reflect.Value) error {
	if absent(v) {
		if r.Required && r.Type == "object" && v.Kind() == reflect.Struct {
			if err := checkStruct(path, v); err != nil {
				return err // names the field within that is wanted
			}
		}
		return r.missing(path)
	}
	return r.checkValue(path, v)
}

// checkValue is check for what is sent.
func (r *rule) checkValue(path string, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		if v = v.Elem(); v.Kind() == reflect.String && v.Len() == 0 {
			return nil // "" empties the field
		}
	}
	if layoutOf(v.Type()) != "" {
		return checkTime(path, v)
	}
	switch v.Kind() {
	case reflect.String:
		return r.checkText(path, v.String())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return r.checkNumber(path, float64(v.Int()))
	case reflect.Float64:
		return r.checkNumber(path, v.Float())
	case reflect.Struct:
		if v.Type() == uploadType {
			return nil // its method knows; here 100 MB would be a list of bytes
		}
		return checkStruct(path, v)
	case reflect.Slice:
		if r.Max > 0 && v.Len() > r.Max {
			return bad(path, fmt.Sprintf("%d > %d", v.Len(), r.Max))
		}
		return r.checkItems(path, v)
	case reflect.Map:
		for _, key := range v.MapKeys() {
			item := *r
			item.Required = false
			if err := item.check(join(path, key.String()), v.MapIndex(key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkItems holds every item of a list against the rules of the field; the
// bound of a list is not that of its texts.
func (r *rule) checkItems(path string, v reflect.Value) error {
	item := *r
	item.Max, item.Required = 0, r.Format != "" || r.OneOf != nil
	for i := range v.Len() {
		at, value := path+"["+strconv.Itoa(i)+"]", v.Index(i)
		check := item.checkValue // 0 and {} are sent too
		if absent(value) && (value.Kind() == reflect.String || value.Kind() == reflect.Map) {
			check = item.check
		}
		if err := check(at, value); err != nil {
			return err
		}
	}
	return nil
}

// absent: the field is not sent.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

func (r *rule) missing(path string) error {
	switch {
	case !r.Required:
		return nil
	case r.Format == "ext":
		return text.New(text.ExtensionMissing).WithField(path)
	case r.Format == "dial", r.Format == "outside":
		return text.New(text.NumberEmpty).WithField(path)
	}
	return missing(path)
}

func missing(path string) error { return text.New(text.MissingField).WithField(path) }

func bad(path, detail string) error {
	return text.New(text.BadField).WithField(path).WithDetail(detail)
}

func (r *rule) checkText(path, s string) error {
	if r.OneOf != nil && !slices.Contains(r.OneOf, s) {
		return bad(path, strings.Join(r.OneOf, " | "))
	}
	if r.Max > 0 && len(s) > r.Max {
		return bad(path, fmt.Sprintf("%d > %d", len(s), r.Max))
	}
	if n := utf8.RuneCountInString(s); r.Chars > 0 && n > r.Chars {
		return bad(path, fmt.Sprintf("%d > %d", n, r.Chars))
	}
	switch r.Format {
	case "digits":
		if !digits(s) {
			return bad(path, "0-9")
		}
	case "ext":
		return extension(path, s)
	case "dial":
		return number(path, s)
	case "outside":
		return outside(path, s)
	case "header":
		return sipHeader(path, s)
	case "id":
		return optional(path, s)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' }) {
		return bad(path, "")
	}
	return nil
}

func (r *rule) checkNumber(path string, n float64) error {
	if r.Min != nil && n < float64(*r.Min) || r.Most != nil && n > float64(*r.Most) {
		return bad(path, interval(r.Min, r.Most))
	}
	if r.OneOf != nil && !slices.Contains(r.OneOf, strconv.FormatFloat(n, 'f', -1, 64)) {
		return bad(path, strings.Join(r.OneOf, " | "))
	}
	return nil
}

func interval(low, high *int64) string {
	s := ".."
	if low != nil {
		s = strconv.FormatInt(*low, 10) + s
	}
	if high != nil {
		s += strconv.FormatInt(*high, 10)
	}
	return s
}

// checkTime: years beyond four digits fit no form.
func checkTime(path string, v reflect.Value) error {
	t := v.Field(0).Interface().(time.Time) //nolint:errcheck // every type of when.go is that
	if t.Year() < 1970 || t.Year() > 9999 {
		return bad(path, layoutOf(v.Type()))
	}
	return nil
}
