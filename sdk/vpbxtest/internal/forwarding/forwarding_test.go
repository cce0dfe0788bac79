package forwarding_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/forwarding"
)

func fresh() *forwarding.Rules {
	return forwarding.New(forwarding.Config{
		Employs: func(user int64) bool { return user == 300049012 },
		Grouped: func(group int64) bool { return group == 10051250 },
	})
}

// ask runs a method and prints its answer as the PBX would.
func ask(t *testing.T, r *forwarding.Rules, path, request string) string {
	t.Helper()
	a := r.Table()["/vpbx/forwarding/"+path](api.Query{JSON: []byte(request)})
	var body any = a.Body
	switch {
	case a.Body != nil:
	case a.Fields != nil:
		body = map[string]any{"result": a.Code, "fields": a.Fields}
	default:
		body = map[string]any{"result": a.Code}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

func TestRules(t *testing.T) {
	t.Parallel()
	const add, change, remove = "number/add", "number/change", "number/remove"
	r := fresh()
	with := func(more string) string {
		return `{"client_phone_number":"79990000000","client_phone_type":0,"status":1,` + more + `}`
	}
	for _, s := range []struct{ path, json, want string }{
		{"numbers", `{}`, `{"numbers":[],"result":1000,"total":0}`},
		{add, `{"client_phone_number":"79993692503","client_phone_type":"0","forward_type":"ext_forward","forward_to_ext":{"forward_number_type":"1","forward_number":"123456@mangosip.ru","forward_wait_sec":"30"},"comment":"мой номер"}`, `{"result":1000}`},
		{add, `{"client_phone_number":"121-130","client_phone_type":0,"status":"0","forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`, `{"result":1000}`},
		{add, `{"client_phone_number":"sip:a@b.c","client_phone_type":1,"status":1,"forward_type":"user","forward_to_user":{"forward_user_id":"300049012","forward_contact_id":""}}`, `{"result":1000}`},
		{"numbers", `{"limit":1,"offset":0}`, `{"numbers":[{"forward_id":10160018,"client_phone_number":"79993692503","client_phone_type":0,"status":"1","comment":"мой номер","forward_type":"ext_forward","forward_to_ext":{"forward_number_type":1,"forward_number":"123456@mangosip.ru","forward_wait_sec":30}}],"result":1000,"total":3}`},
		{"numbers", `{"offset":"2"}`, `{"numbers":[{"forward_id":10160020,"client_phone_number":"sip:a@b.c","client_phone_type":1,"status":"1","comment":"","forward_type":"user","forward_to_user":{"forward_user_id":300049012,"forward_contact_id":"","is_default_contact_id":1}}],"result":1000,"total":3}`},
		{"numbers", `{"offset":9}`, `{"numbers":[],"result":1000,"total":3}`},
		{change, `{"forward_id":"10160018","comment":"другой","status":0}`, `{"result":1000}`},
		{change, `{"forward_id":10160018,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`, `{"result":1000}`},
		{"numbers", `{"limit":1}`, `{"numbers":[{"forward_id":10160018,"client_phone_number":"79993692503","client_phone_type":0,"status":"0","comment":"другой","forward_type":"group","forward_to_group":{"forward_group_id":10051250}}],"result":1000,"total":3}`},
		{remove, `{"forward_id":"10160019"}`, `{"result":1000}`},
		{remove, `{"forward_id":"10160019"}`, `{"result":3300}`},

		{"numbers", `{"limit":1001,"offset":-1}`, `{"fields":{"limit":3109,"offset":3108},"result":3100}`},
		{"numbers", `{"limit":0}`, `{"fields":{"limit":3108},"result":3100}`},
		{"numbers", `{"limit":[]}`, `{"fields":{"limit":3104},"result":3100}`},
		{add, `{}`, `{"fields":{"client_phone_number":3103,"client_phone_type":3103,"forward_type":3103},"result":3100}`},
		{add, with(`"forward_type":"voicemail"`), `{"fields":{"forward_type":3104},"result":3100}`},
		{add, with(`"forward_type":"group"`), `{"fields":{"forward_to_group":3103},"result":3100}`},
		{add, with(`"forward_type":"user"`), `{"fields":{"forward_to_user":3103},"result":3100}`},
		{add, with(`"forward_type":"ext_forward"`), `{"fields":{"forward_to_ext":3103},"result":3100}`},
		{add, with(`"forward_type":"group","forward_to_group":{"forward_group_id":1}`), `{"fields":{"forward_group_id":3300},"result":3100}`},
		{add, with(`"forward_type":"user","forward_to_user":{"forward_user_id":1}`), `{"fields":{"forward_user_id":3300},"result":3100}`},
		{add, with(`"forward_type":"ext_forward","forward_to_ext":{"forward_number_type":2,"forward_number":"mum","forward_wait_sec":-1}`), `{"fields":{"forward_number":3136,"forward_number_type":3104,"forward_wait_sec":3108},"result":3100}`},
		{add, `{"client_phone_number":"mum","client_phone_type":3,"status":2,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`, `{"fields":{"client_phone_number":3136,"client_phone_type":3104,"status":3104},"result":3100}`},
		{add, `{"client_phone_number":"79161234567","client_phone_type":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`, `{"fields":{"client_phone_number":3136},"result":3100}`},
		{add, `{"client_phone_number":"79993692503","client_phone_type":0,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`, `{"result":5209}`},
		{change, `{"comment":"x"}`, `{"fields":{"forward_id":3103},"result":3100}`},
		{change, `{"forward_id":1,"comment":"x"}`, `{"result":3300}`},
		{change, `{"forward_id":10160018,"client_phone_number":"1"}`, `{"fields":{"client_phone_number":3125},"result":3100}`},
		{change, `{"forward_id":10160018,"forward_to_group":{"forward_group_id":10051250}}`, `{"fields":{"forward_type":3103},"result":3100}`},
		{change, `{"forward_id":10160018,"status":5}`, `{"fields":{"status":3104},"result":3100}`},
		{change, `{"forward_id":10160018,"client_phone_number":"sip:a@b.c","client_phone_type":1}`, `{"result":5209}`},
		{remove, `{}`, `{"fields":{"forward_id":3103},"result":3100}`},
	} {
		if got := ask(t, r, s.path, s.json); got != s.want {
			t.Errorf("%s %s\n got %s\nwant %s", s.path, s.json, got, s.want)
		}
	}
}

// Whatever is sent, a refusal changes nothing.
func FuzzMethods(f *testing.F) {
	paths := []string{"number/add", "number/change", "number/remove", "numbers"}
	f.Add(byte(0), `{"client_phone_number":"7*","client_phone_type":0,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`)
	f.Add(byte(1), `{"forward_id":10160018,"forward_type":"user","forward_to_user":{"forward_user_id":1}}`)
	f.Add(byte(2), `{"forward_id":"10160018"}`)
	f.Add(byte(3), `{"limit":"1","offset":null}`)
	f.Fuzz(func(t *testing.T, method byte, request string) {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		r := fresh()
		ask(t, r, "number/add", `{"client_phone_number":"121","client_phone_type":0,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`)
		before := ask(t, r, "numbers", `{}`)
		path := paths[int(method)%len(paths)]
		answer := ask(t, r, path, request)
		if after := ask(t, r, "numbers", `{}`); after != before && !strings.Contains(answer, `"result":1000`) {
			t.Fatalf("%s %s answered %s and changed\n%s\ninto\n%s", path, request, answer, before, after)
		}
	})
}
