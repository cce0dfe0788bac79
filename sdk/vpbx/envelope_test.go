package vpbx

import (
	"encoding/json"
	"net/url"
	"reflect"
	"testing"

	"mangoofficesdk/sdk/internal/loose"
	"mangoofficesdk/sdk/sign"
)

// FuzzAnswer feeds the body of an answer of every declared method: whatever
// the PBX says, there is an outcome and no panic.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"result":1000}`, `{"result":"3104"}`, `{"Result":1000}`, `{"code":3104}`, `{"result":[1000,3300]}`,
		`{"result":[{"id":1}],"status":200}`, `{"code":0,"status":429}`, `{"result":3100,"fields":{"a":1,"b":"3104"}}`,
		`{"users":[{"general":{"user_id":"1"},"telephony":{"numbers":[{"order":"1"}]},"groups":[1]}]}`, `[]`, `null`, ``, `{`,
		`{"result":1000,"data":[{"id":"1","name":5}]}`, `{"result":1000,"data":{"5":{"id":1}}}`, "1;2;3\r\n4;5;6\r\n",
	} {
		f.Add(0, 200, body)
		f.Add(1, 420, body)
	}
	paths := Declared()
	c := &Client{}
	f.Fuzz(func(t *testing.T, n, status int, body string) {
		o := ops[paths[(n%len(paths)+len(paths))%len(paths)]]
		r := response{status: status, body: []byte(body)}
		err := c.judge(o.entry(), r)
		if e, failed := err.(*Error); failed { //nolint:errorlint // judge wraps nothing
			if kindCodes[e.Kind] == "" || e.Text().Rendered(0).Text == "" || e.Error() == "" {
				t.Fatalf("judge(%s, %d, %q) = %+v", o.path, status, body, e)
			}
			return
		}
		if err != nil {
			t.Fatalf("judge(%s, %d, %q) = %T", o.path, status, body, err)
		}
		if body != "" && status != 204 && !json.Valid([]byte(body)) && !plainText(o.entry()) {
			t.Fatalf("judge(%s, %d, %q) succeeded", o.path, status, body)
		}
		if answer, ok := answerTypes[o.path]; ok { // links have none
			_ = loose.Decode(r.body, reflect.New(answer).Interface())
		}
	})
}

// FuzzStrict feeds the parameters of a request by name: they are refused with
// a field, or make a request that can be signed.
func FuzzStrict(f *testing.F) {
	for _, params := range []string{
		`{}`, ``, `null`, `[]`, `{"command_id":"c","call_id":"x"}`, `{"from":{"extension":101},"to_number":"79161234567","command_id":"1"}`,
		`{"x":1}`, `{"from":{"extension":{}}}`, `{"extension":"12","ext_fields":["groups"]}`, `{"a":1,"A":2}`, `{"sip_headers":null}`,
	} {
		f.Add(0, params)
		f.Add(3, params)
	}
	paths := Declared()
	f.Fuzz(func(t *testing.T, n int, params string) {
		o := ops[paths[(n%len(paths)+len(paths))%len(paths)]]
		q := reflect.New(o.request)
		if strict(json.RawMessage(params), q) != nil || check(q.Interface()) != nil {
			return
		}
		signed, _, _ := parts(q.Interface())
		if _, err := json.Marshal(signed); err != nil {
			t.Fatalf("%s with %q cannot be sent: %v", o.path, params, err)
		}
		claims(o, q.Interface())
	})
}

// FuzzBarely holds the short way through an answer against the long one.
func FuzzBarely(f *testing.F) {
	for _, body := range []string{"1000", "1001", "0100", "3310", "999", "10000", "-100", "1e03", "1000,\"code\":5", " 1000", "1000 ", `"1000"`, "10.0", ""} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, body := range []string{body, `{"result":` + body + `}`, `{"result":` + body} {
			n := barely([]byte(body))
			if want := parsedVerdict([]byte(body)); n != 0 && !reflect.DeepEqual(want, verdict{json: true, result: n}) {
				t.Fatalf("barely(%q) = %d, and the long way %+v", body, n, want)
			}
		}
	})
}

// FuzzEnvelope: whoever reads the form gets the bytes that were signed.
func FuzzEnvelope(f *testing.F) {
	for _, json := range []string{`{"command_id":"c+1","name":"Иванов & 100 %"}`, `{}`, "\x00\xff", "a b*~"} {
		f.Add("key+/=0", json)
	}
	f.Fuzz(func(t *testing.T, key, json string) {
		c, err := New(Config{Credentials: sign.Credentials{Key: key}})
		if err != nil {
			t.Fatal(err)
		}
		form := string(c.envelope("abc", []byte(json)))
		want := url.Values{"vpbx_api_key": {key}, "sign": {"abc"}, "json": {json}}
		if got, err := url.ParseQuery(form); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("envelope(%q, %q) = %s, read as %v, %v", key, json, form, got, err)
		}
	})
}
