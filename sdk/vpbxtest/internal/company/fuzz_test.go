package company_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

// dump is all that can be seen of a company.
func dump(t *testing.T, c *company.Company) string {
	t.Helper()
	var all strings.Builder
	for _, list := range [][2]string{
		{"config/users/request", `{"ext_fields":["general.user_id","general.login","general.mobile","general.access_role_id","general.use_status","general.use_cc_numbers","general.sips","groups","telephony.dial_alg","telephony.numbers.schedule","telephony.line_id","telephony.trunk_number_id"]}`},
		{"groups", `{"show_users":1}`}, {"sips", `{}`}, {"schemas", `{"ext_fields":["trunks_numbers"]}`},
		{"autosecretary/rules", `{"user_id":300049012}`}, {"autosecretary/rules", `{"user_id":300049013}`},
	} {
		all.WriteString(ask(t, c, list[0], list[1]))
	}
	return all.String()
}

// Whatever is sent, a refusal changes nothing, and whoever is left can be rung.
func FuzzMethods(f *testing.F) {
	paths := slices.Sorted(maps.Keys(fresh(f).Table()))
	for _, seed := range [][2]string{
		{"config/users/request", `{"extension":101,"ext_fields":["groups"]}`},
		{"groups", `{"operator_id":"300049012","show_users":1}`},
		{"group/create", `{"name":"n","extension":"41","dial_alg_group":"1","line_id":"300029114","melody_id":24,"operators":[{"id":"300049013","priority":"2"}]}`},
		{"group/update", `{"group_id":"10051250","group":{"operators":[],"extension":"","auto_dial":""}}`},
		{"group/delete", `{"group_id":"10051251"}`},
		{"member/create", `{"name":"n","access_role_id":"10451","extension":"0511","login":"l","password":"Abcdefg1","trunk_number_id":10004501,"numbers":[{"number":"1212121","protocol":"tel","wait_sec":"15","status":"off"},{"number":"n@example.mangosip.ru","protocol":"sip","schedule":{"from":"2026-01-01 00:00:00","items":[{"type":"alldays","from":"09:00"},{"type":"SpecificDate","specific_date":"2026-05-09"}]}}]}`},
		{"member/update", `{"user_id":300049014,"extension":"203","outgoingline":"","email":"a@b","numbers":[{"number":"5","protocol":"fmc"}]}`},
		{"member/delete", `{"user_id":"300049014"}`},
		{"sip/create", `{"user_id":300049014,"login":"anna","domain":"mangosip.ru","password":"Abcdefg1"}`},
		{"sip/update", `{"sip_id":100111101,"login":"anna","domain":"office.mangosip.ru","user_id":300049012}`},
		{"sip/delete", `{"sip_id":"100111101"}`},
		{"schema/set", `{"schema_id":"10017302","trunk_number_id":10004501}`},
		{"schemas", `{"ext_fields":null}`},
		{"autosecretary/rules", `{"user_id":300049012,"rules":["1309",1310]}`},
		{"autosecretary/status/change", `{"user_id":300049012,"rule_id":"1309","active":false}`},
	} {
		f.Add(byte(slices.Index(paths, "/vpbx/"+seed[0])), seed[1])
	}
	f.Fuzz(func(t *testing.T, method byte, request string) {
		c := fresh(t)
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		path := strings.TrimPrefix(paths[int(method)%len(paths)], "/vpbx/")
		before := dump(t, c)
		answer := ask(t, c, path, request)
		if !strings.Contains(answer, `"result":1000`) {
			if after := dump(t, c); after != before {
				t.Fatalf("%s %s answered %s and changed\n%s\ninto\n%s", path, request, answer, before, after)
			}
		}
		var all struct {
			Users []struct {
				Telephony struct {
					Extension string
					Numbers   []struct{ Number, Status string }
				}
			}
		}
		if err := json.Unmarshal([]byte(ask(t, c, "config/users/request", `{}`)), &all); err != nil {
			t.Fatal(err)
		}
		for _, u := range all.Users {
			called, ok := c.Resolve(u.Telephony.Extension)
			rings := ""
			for _, n := range u.Telephony.Numbers {
				if n.Status == "on" && rings == "" {
					rings = n.Number
				}
			}
			if !ok || len(called) != 1 || called[0].Number != rings || rings == "" {
				t.Fatalf("%s %s: %s rings at %+v, want %q", path, request, u.Telephony.Extension, called, rings)
			}
		}
	})
}
