package vpbx

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Requests are structs that mirror the JSON of the document. The tag `check`
// says what the PBX wants of a field, rules parted by commas:
//
//	required      present: not "", not an empty list or object, not a nil pointer
//	max=N         at most N bytes of text, or N items of a list
//	chars=N       at most N characters of text
//	range=A..B    a number from A to B; either end may be left out
//	oneof=a|b|c   one of these values
//	digits        decimal digits only
//	ext           the short number of an employee or a group
//	dial          what the PBX can dial: digits without a plus, or sip:user@host
//	outside       dial, but no short number
//	header        the value of a SIP header
//	id            an opaque id: at most 128 bytes, printable
//	ref=KIND      names an object that must exist: until the PBX took the value
//	              once, the request is doubtful (see guard); a kind free_… is
//	              of values that nobody else may have, as doubtful
//	secret        never shown: not in a log, not in an error
//
// An absent optional field is not sent: its JSON tag has omitempty or omitzero.
// A field whose zero value means something is a pointer; "" behind one empties
// the field at the PBX, and is held against no rule.

// Field describes one parameter of a method.
type Field struct {
	Name     string   // "command_id"
	Type     string   // text, integer, number, boolean, time, object, list of …, file
	Required bool     // within its parent
	Max      int      // bytes of a text, or items of a list; 0: no limit known
	Chars    int      // characters of a text; 0: no limit known
	Min      *int64   // of a number
	Most     *int64   // of a number
	OneOf    []string // the only values
	Format   string   // of a text: digits, ext, dial, outside, header, id; of a time: its layout
	Fields   []Field  // of an object, or of the objects in a list
}

// schema is what the tags of a request say.
type schema struct {
	fields    []rule
	list      []Field
	commandID []int // index of that field, nil if there is none
	payload   bool  // some field is
}

// rule is one field of a struct with what is asked of it.
type rule struct {
	Field
	index   []int
	ref     string // kind of a reference, "" for none
	secret  bool
	payload bool // not part of the signed JSON: a file, a header
}

// schemas caches schemaOf: the set of types is that of the program.
var schemas sync.Map // reflect.Type → *schema

func schemaOf(t reflect.Type) *schema {
	if known, ok := schemas.Load(t); ok {
		return known.(*schema) //nolint:errcheck // only this function stores
	}
	s := &schema{}
	for _, sf := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if sf.Anonymous || !sf.IsExported() || name == "" || name == "-" {
			continue
		}
		r := rule{index: sf.Index, payload: sf.Type == uploadType || sf.Tag.Get("header") != ""}
		r.Name = name
		r.read(sf.Tag.Get("check"))
		r.Type, r.Fields = typeName(sf.Type)
		if layout := layoutOf(sf.Type); layout != "" {
			r.Format = layout
		}
		if name == "command_id" {
			s.commandID = r.index
		}
		s.payload = s.payload || r.payload
		s.fields = append(s.fields, r)
		s.list = append(s.list, r.Field)
	}
	schemas.Store(t, s)
	return s
}

// read takes the rules of a tag. A rule nobody knows is a defect that the
// package's tests find by asking unknownRules.
func (r *rule) read(tag string) (unknown []string) {
	for part := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "":
		case "required":
			r.Required = true
		case "secret":
			r.secret = true
		case "max":
			r.Max, _ = strconv.Atoi(value)
		case "chars":
			r.Chars, _ = strconv.Atoi(value)
		case "range":
			from, to, _ := strings.Cut(value, "..")
			r.Min, r.Most = bound(from), bound(to)
		case "oneof":
			r.OneOf = strings.Split(value, "|")
		case "ref":
			r.ref = value
		case "digits", "ext", "dial", "outside", "header", "id":
			r.Format = name
		default:
			unknown = append(unknown, part)
		}
	}
	return unknown
}

func bound(s string) *int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// typeName says in words what JSON a type takes.
func typeName(t reflect.Type) (name string, fields []Field) {
	switch {
	case t == uploadType:
		return "file", nil
	case layoutOf(t) != "":
		return "time", nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.String:
		return "text", nil
	case reflect.Bool:
		return "boolean", nil
	case reflect.Int, reflect.Int64, reflect.Int32:
		return "integer", nil
	case reflect.Float64:
		return "number", nil
	case reflect.Slice:
		of, fields := typeName(t.Elem())
		return "list of " + of, fields
	case reflect.Map:
		of, fields := typeName(t.Elem())
		return "object of " + of, fields
	case reflect.Struct:
		return "object", slices.Clone(schemaOf(t).list)
	}
	return fmt.Sprintf("any (%s)", t), nil
}
