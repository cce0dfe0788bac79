package book_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Whatever is sent, what is refused changes nothing, and a change is told.
func FuzzMethods(f *testing.F) {
	paths := slices.Sorted(maps.Keys(open(f).methods))
	for _, seed := range [][2]string{
		{"organization", `{"org_id":"10433117"}`},
		{"organizations/init", `{"query":"","limit_rows":"1","order":[{"org_name":"desc","id":"asc"}]}`},
		{"organizations/create", `{"data":[{"org_name":"a"},{"org_name":5},7]}`},
		{"groups/update", `{"data":[{"group_id":10433501,"group_name":"b"}]}`},
		{"groups/delete", `{"data":["10433501",1]}`},
		{"groups/cursor", `{"cursor":"x","mode":"next-page-1"}`},
		{"contact", `{"contact_id":"12761801","contact_ext_fields":"1"}`},
		{"contacts/create", `{"data":[{"name":"n","org":{"org_name":"o"},"groups":[{"group_name":"g"}],"importance":"9","sex":0,"birthday":"1980-02-29","phones":[{"phone":"1","type":"5","ext":7}],"emails":[{"email":"a@b"}],"nets":[{"net":1,"uname":"u"}],"messengers":[{"mgr":3,"uname":"u"}],"in_favorites":["300049012"],"custom_values":[{"custom_field_id":3237,"text":7701234567},{"custom_value_id":"","custom_field_id":3240,"value":72},{"custom_field_id":3241,"list_items":[{"enum_id":"83"}]}]}],"on_error":"duplicate"}`},
		{"contacts/update", `{"data":[{"contact_id":"12761801","org":null,"groups":[],"phones":[{"phone_id":"12761802","comment":"c"}],"custom_values":[{"custom_value_id":12761805,"value":"v"}],"user_id":""}]}`},
		{"contacts/delete", `{"data":["12761801"]}`},
	} {
		f.Add(byte(slices.Index(paths, "/vpbx/ab/"+seed[0])), seed[1])
	}
	f.Fuzz(func(t *testing.T, method byte, request string) {
		d := open(t)
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		path := strings.TrimPrefix(paths[int(method)%len(paths)], "/vpbx/ab/")
		dump := func() (all string) {
			for _, shelf := range []string{"organizations", "groups", "contact"} {
				page, _, _ := strings.Cut(d.ask(shelf+"/init", `{"query":"","limit_rows":500,"contact_ext_fields":true}`), `"state":`)
				all += page
			}
			return all
		}
		before := dump()
		answer := d.ask(path, request)
		if after := dump(); after != before && (!strings.Contains(answer, `1000`) || len(d.events) == 0) {
			t.Fatalf("%s %s answered %s, told %q and changed\n%s\ninto\n%s", path, request, answer, d.events, before, after)
		}
	})
}
