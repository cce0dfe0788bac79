package lists_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Whatever is sent, a refusal changes nothing.
func FuzzMethods(f *testing.F) {
	paths := slices.Sorted(maps.Keys(fresh().Table()))
	for _, seed := range [][2]string{
		{"bwlists/number/add", `{"list_type":"white","number":"7495###-1","number_type":"tel","comment":"c"}`},
		{"bwlists/number/delete", `{"number_id":"10088501"}`},
		{"outbound_blacklist/get", `{"numbers":["71234567890",7],"cursor":"2","limit":1}`},
		{"outbound_blacklist/add", `{"numbers":[{"number":7,"mode":"3","description":"d","user_id":null},{"number":"71234567890","mode":1}]}`},
		{"outbound_blacklist/update_description", `{"number":"71234567890","description":""}`},
		{"outbound_blacklist/enable_mode", `{"number":"71234567890","mode":1}`},
		{"outbound_blacklist/disable_mode", `{"number":"71234567890","mode":3}`},
		{"outbound_blacklist/delete", `{"numbers":["71234567890"]}`},
	} {
		f.Add(byte(slices.Index(paths, "/vpbx/"+seed[0])), seed[1])
	}
	f.Fuzz(func(t *testing.T, method byte, request string) {
		l := fresh()
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		path := strings.TrimPrefix(paths[int(method)%len(paths)], "/vpbx/")
		dump := func() string {
			return ask(t, l, "bwlists/numbers", `{}`) + ask(t, l, "outbound_blacklist/get", `{"limit":1000}`)
		}
		before := dump()
		answer := ask(t, l, path, request)
		if after := dump(); after != before && !strings.Contains(answer, `"result":1000`) {
			t.Fatalf("%s %s answered %s and changed\n%s\ninto\n%s", path, request, answer, before, after)
		}
	})
}
