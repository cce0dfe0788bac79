package vpbx

import (
	"encoding/json"
	"testing"
)

// FuzzAnswer feeds the body of an answer: whatever the PBX says, there is an
// outcome and no panic.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"result":1000}`, `{"result":"3104"}`, `{"Result":1000}`, `{"code":3104}`, `{"result":[1000,3300]}`,
		`{"result":[{"id":1}],"status":200}`, `{"code":0,"status":429}`, `{"result":3100,"fields":{"a":1,"b":"3104"}}`,
		`{"users":[{"general":{"user_id":"1"},"telephony":{"numbers":[{"order":"1"}]},"groups":[1]}]}`, `[]`, `null`, ``, `{`,
	} {
		f.Add(200, body)
		f.Add(420, body)
	}
	c := &Client{}
	f.Fuzz(func(t *testing.T, status int, body string) {
		var users wireUsers
		err := c.judge("fuzz", response{status: status, body: []byte(body)}, &users)
		if e, failed := err.(*Error); failed { //nolint:errorlint // judge wraps nothing
			if kindCodes[e.Kind] == "" || e.Text().Rendered(0).Text == "" || e.Error() == "" {
				t.Fatalf("judge(%d, %q) = %+v", status, body, e)
			}
			return
		}
		if err != nil {
			t.Fatalf("judge(%d, %q) = %T", status, body, err)
		}
		if body != "" && status != 204 && !json.Valid([]byte(body)) {
			t.Fatalf("judge(%d, %q) succeeded", status, body)
		}
		if users.Users != nil {
			for _, u := range *users.Users {
				u.Value.employee()
			}
		}
	})
}
