package vpbx

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// claimed is what a request assumes and the PBX may deny.
type claimed struct {
	shape string // the form of the request: its method and the fields present
	refs  []reference
}

// reference names an object that must exist.
type reference struct {
	field, claim string
	item         int // of which element of the request's list; noItem = of none
}

const noItem = -1

func (s claimed) all() []string {
	all := make([]string, 0, 1+len(s.refs))
	if s.shape != "" {
		all = append(all, s.shape)
	}
	for _, r := range s.refs {
		all = append(all, r.claim)
	}
	return all
}

// proven are methods whose form needs no proof: they are those of 2017, which
// many clients have used since. What they refer to may still be missing.
var proven = map[string]bool{
	"/vpbx/commands/callback": true, "/vpbx/commands/callback_group": true, "/vpbx/commands/call/hangup": true,
	"/vpbx/commands/sms": true, "/vpbx/commands/recording/start": true, "/vpbx/commands/play/start": true,
	"/vpbx/commands/route": true, "/vpbx/commands/transfer": true, "/vpbx/stats/request": true,
	"/vpbx/stats/result": true, "/vpbx/queries/recording/post": true, "/vpbx/config/users/request": true,
	"/vpbx/queries/user_info_by_dct_number": true, "/vpbx/queries/user_history_by_dct_number": true,
}

// claims lists what a request assumes. q is a pointer to a request that was
// checked.
func claims(o *op, q any) claimed {
	var refs []reference
	if proven[o.path] {
		collect("", noItem, reflect.ValueOf(q).Elem(), nil, &refs)
		return claimed{refs: refs}
	}
	var present []string
	collect("", noItem, reflect.ValueOf(q).Elem(), &present, &refs)
	return claimed{"shape:" + o.path + ":" + strings.Join(present, " "), refs}
}

// collect lists the paths of the fields that are there, unless present is nil,
// and what they refer to.
func collect(parent string, item int, v reflect.Value, present *[]string, refs *[]reference) {
	fields := schemaOf(v.Type()).fields
	for i := range fields {
		r := &fields[i]
		path, field := join(parent, r.Name), v.FieldByIndex(r.index)
		if absent(field) {
			continue
		}
		if present != nil && !slices.Contains(*present, path) { // items of a list: their form counts, not how many there are
			*present = append(*present, path)
		}
		r.refer(path, item, field, refs)
		field = reflect.Indirect(field)
		switch {
		case nested(field.Type()):
			collect(path, item, field, present, refs)
		case field.Kind() == reflect.Slice && nested(field.Type().Elem()):
			for i := range field.Len() {
				collect(path+"[]", within(item, i), field.Index(i), present, refs)
			}
		}
	}
}

// within is the place of element i: of lists in lists the outer one counts, by
// which the PBX answers.
func within(item, i int) int {
	if item == noItem {
		return i
	}
	return item
}

// nested tells structs whose fields are fields of the request.
func nested(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && layoutOf(t) == "" && t != uploadType
}

// refer notes the objects that a field names.
func (r *rule) refer(path string, item int, v reflect.Value, refs *[]reference) {
	if r.ref == "" {
		return
	}
	v = reflect.Indirect(v)
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			*refs = append(*refs, reference{path, r.ref + ":" + fmt.Sprint(v.Index(i)), within(item, i)})
		}
		return
	}
	value := v.String()
	if v.Kind() != reflect.String {
		value = fmt.Sprint(v)
	}
	if value == "" {
		return // it empties the field
	}
	if r.Format == "dial" && (!digits(value) || len(value) >= minOutside) {
		return // an outside number refers to nothing of the PBX
	}
	*refs = append(*refs, reference{path, r.ref + ":" + value, item})
}
