package vpbx

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every tag of every request says something that the schema knows.
func TestTags(t *testing.T) {
	t.Parallel()
	var look func(path string, typ reflect.Type)
	look = func(path string, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == uploadType || layoutOf(typ) != "" {
			return
		}
		for _, sf := range reflect.VisibleFields(typ) {
			if unknown := new(rule).read(sf.Tag.Get("check")); unknown != nil {
				t.Errorf("%s: %s.%s has rules that nobody knows: %q", path, typ, sf.Name, unknown)
			}
			if !sf.Anonymous {
				look(path, sf.Type)
			}
		}
	}
	for path, o := range ops {
		look(path, o.request)
	}
}

// What answers name is named as requests refer to it.
func TestNamed(t *testing.T) {
	t.Parallel()
	for path, row := range map[string]struct {
		answer string
		want   []string
	}{
		"/vpbx/groups": {
			`{"result":1000,"groups":[{"id":"5","extension":"41","line_id":6,"operators":[{"id":7,"extension":"10"}]},{"id":8}]}`,
			[]string{"group:5", "dial:41", "member:7", "group:8"},
		},
		"/vpbx/domains":              {`{"result":1000,"domains":["a.ru","b.ru"]}`, []string{"domain:a.ru", "domain:b.ru"}},
		"/vpbx/sip/create":           {`{"result":1000,"sip_id":9}`, []string{"sip:9"}},
		"/vpbx/roles":                {`not JSON`, nil},
		"/vpbx/ab/contact/init":      {`{"result":1000,"data":[{"contact_id":"1"}]}`, nil}, // may be very many
		"/vpbx/commands/call/hangup": {`{"result":1000}`, nil},
	} {
		if diff := cmp.Diff(row.want, ops[path].named([]byte(row.answer))); diff != "" {
			t.Errorf("named of %s (-want +got):\n%s", path, diff)
		}
	}
	refs := map[string]bool{}
	var look func(typ reflect.Type, tag func(reflect.StructTag), seen map[reflect.Type]bool)
	look = func(typ reflect.Type, tag func(reflect.StructTag), seen map[reflect.Type]bool) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			tag(typ.Field(i).Tag)
			look(typ.Field(i).Type, tag, seen)
		}
	}
	for _, o := range ops {
		look(o.request, func(tag reflect.StructTag) {
			var r rule
			r.read(tag.Get("check"))
			refs[r.ref] = true
		}, map[reflect.Type]bool{})
	}
	for path, answer := range answerTypes {
		tagged := false
		look(answer, func(tag reflect.StructTag) {
			names, has := tag.Lookup("names")
			tagged = tagged || has
			for kind := range strings.SplitSeq(names, ",") {
				if has && !refs[kind] {
					t.Errorf("the answer of %s names a %s, which no request refers to", path, kind)
				}
			}
		}, map[reflect.Type]bool{})
		if a := naming(path); (a != nil) != tagged || tagged && reflect.TypeOf(a).Elem() != answer {
			t.Errorf("naming(%s) = %T, while the tags of %v say %v", path, a, answer, tagged)
		}
	}
}

// What the guard is told of a request: the fields that are there, and the
// objects that must exist. A field that is emptied names none.
func TestClaims(t *testing.T) {
	t.Parallel()
	for path, row := range map[string]struct {
		request any
		want    []string
	}{
		"/vpbx/member/update": {
			&UpdateMemberRequest{UserID: 5, Extension: "12", MemberFields: MemberFields{LineID: new(""), TrunkNumberID: new("7"), Numbers: []MemberNumber{
				{Number: "1", Protocol: "tel"}, {Number: "2", Protocol: "tel", Schedule: &MemberSchedule{}},
			}}},
			[]string{
				"free_extension:12", "member:5",
				"shape:/vpbx/member/update:user_id extension line_id trunk_number_id numbers numbers[].number numbers[].protocol numbers[].schedule",
				"trunk_number:7",
			},
		},
		"/vpbx/ab/contacts/update": {
			&UpdateContactsRequest{Data: []ContactChange{{ContactID: "1", ContactFields: ContactFields{
				Org: &OrganizationLink{OrgID: "2"}, Groups: []ContactGroupLink{{GroupID: "3"}, {GroupName: "new"}}, InFavorites: []int64{4, 5},
			}}}},
			[]string{
				"contact:1", "contact_group:3", "member:4", "member:5", "organization:2",
				"shape:/vpbx/ab/contacts/update:data data[].contact_id data[].org data[].org.org_id data[].groups data[].groups[].group_id data[].groups[].group_name data[].in_favorites",
			},
		},
		"/vpbx/ab/contacts/delete": {
			&DeleteContactsRequest{Data: []string{"1", "2"}}, []string{"contact:1", "contact:2", "shape:/vpbx/ab/contacts/delete:data"},
		},
	} {
		if err := check(row.request); err != nil {
			t.Fatalf("check(%+v): %v", row.request, err)
		}
		got := claims(ops[path], row.request).all()
		slices.Sort(got)
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("claims of %s (-want +got):\n%s", path, diff)
		}
	}
}

// Of these chapters every method of the catalogue is declared.
func TestDeclaredAreas(t *testing.T) {
	t.Parallel()
	for _, e := range Catalogue() {
		if _, ok := ops[e.Path]; !ok && e.Direction == DirectionOut && slices.Contains([]string{"configuration", "restrictions", "addressbook"}, e.Area) {
			t.Errorf("%s of %s is not declared", e.Path, e.Area)
		}
	}
}
