package api_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Every member of a wrong type is named, and no other.
func TestReadFields(t *testing.T) {
	t.Parallel()
	type form struct {
		Name api.Text  `json:"name"`
		ID   api.Int   `json:"id"`
		On   *api.Bool `json:"on"`
		List []struct {
			ID api.Int `json:"id"`
		} `json:"list"`
	}
	for request, want := range map[string]api.Fields{
		`{"name":7,"id":"7","on":"1","list":[{"id":""}],"other":{}}`: {},
		`{}`: {},
		`{"name":null,"id":null,"on":null,"list":null}`:         {},
		`{"name":{},"id":"x","on":2,"list":[{"id":[]}]}`:        {"name": 3104, "id": 3104, "on": 3104, "list": 3104},
		`{"name":"n","id":1.5,"list":{"id":1}}`:                 {"id": 3104, "list": 3104},
		`{"name":"n","id":99999999999999999999,"on":"perhaps"}`: {"id": 3104, "on": 3104},
	} {
		var v form
		if diff := cmp.Diff(want, api.ReadFields(api.Query{JSON: []byte(request)}, &v)); diff != "" {
			t.Errorf("ReadFields(%s) (-want +got):\n%s", request, diff)
		}
	}
}

func TestBool(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]api.Bool{
		`true`: true, `1`: true, `"1"`: true, `"true"`: true,
		`false`: false, `0`: false, `"0"`: false, `"false"`: false, `""`: false, `null`: false,
	} {
		got := !want
		if err := got.UnmarshalJSON([]byte(raw)); err != nil || got != want {
			t.Errorf("Bool from %s = %v, %v, want %v", raw, got, err, want)
		}
	}
	for _, raw := range []string{`2`, `"yes"`, `[]`, `{}`} {
		var b api.Bool
		if err := json.Unmarshal([]byte(raw), &b); err == nil {
			t.Errorf("Bool from %s = %v, want an error", raw, b)
		}
	}
}

// The first code of a field stays.
func TestFieldsAdd(t *testing.T) {
	t.Parallel()
	f := api.Fields{}
	f.Add("a", 0)
	f.Add("b", 3103)
	f.Add("b", 3104)
	want := api.Answer{Code: 3100, Fields: map[string]int{"b": 3103}}
	if diff := cmp.Diff(want, f.Answer()); diff != "" {
		t.Errorf("Answer() (-want +got):\n%s", diff)
	}
}
