package history_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

// sample is a call of a client that a group answered.
func sample() history.Call {
	return history.Call{
		EntryID: "E1", Direction: engine.In, Caller: engine.Party{Number: "79161234567"},
		Callee: engine.Party{Extension: "101", Number: "sip:a@x.mangosip.ru", Name: "Anna"}, Line: "74957777777", Group: "700",
		CallSummaryBody: engine.CallSummaryBody{
			Status: engine.AcceptedOK,
			Calltracking: []engine.Track{
				{Key: "city", Value: "Moscow"}, {Key: "call_type", Value: "dynamic"}, {Key: "source", Value: "yandex"}, {Key: "medium", Value: "cpc"},
				{Key: "campaign", Value: "Осень"}, {Key: "content", Value: "ad"}, {Key: "term", Value: "кресло"},
			},
			Legs: []engine.Leg{
				{CallID: "L1", Caller: engine.Party{Number: "79161234567"}, Callee: engine.Party{Extension: "102"}},
				{CallID: "L2", Caller: engine.Party{Extension: "101"}, Callee: engine.Party{Number: "78121112233"}},
			},
		},
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]bool{
		``: true, `{}`: true, `{"employee":""}`: true, `{"city":[]}`: true,
		`{"employee":"101"}`: true, `{"employee":["999","102"]}`: true, `{"employee":"700"}`: false,
		`{"group":"700"}`: true, `{"group":"701"}`: false,
		`{"number":"+7 (916) 123-45-67"}`: true, `{"number":"8 812 111 22 33"}`: true, `{"number":"1234567"}`: false,
		`{"number":"A@x.mangosip.ru"}`: true,
		`{"direction":"in"}`:           true, `{"direction":["out","internal"]}`: false,
		`{"status":"accepted_ok"}`: true, `{"status":"missed"}`: false,
		`{"line":"8 495 777-77-77"}`: true, `{"line":"74950000000"}`: false,
		`{"city":"moscow","dct_type":"dynamic"}`: true, `{"city":"moscow","dct_type":"static"}`: false, `{"term":"x"}`: false,
		`{"source":"Yandex"}`: true, `{"medium":"cpc"}`: true, `{"campaign":["весна","осень"]}`: true, `{"content":"ad"}`: true, `{"term":"Кресло"}`: true,
		`{"source":"cpc"}`: false, `{"medium":"yandex"}`: false, `{"campaign":"ad"}`: false, `{"content":"осень"}`: false,
	} {
		f, err := history.ParseFilter(json.RawMessage(filter))
		if err != nil {
			t.Errorf("ParseFilter(%s) = %v", filter, err)
		}
		c := sample()
		if got := f.Match(&c); got != want {
			t.Errorf("ParseFilter(%s).Match() = %v, want %v", filter, got, want)
		}
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]text.Error{
		`{`:                             {Code: text.BadJSON, Field: "filter"},
		`[]`:                            {Code: text.BadJSON, Field: "filter"},
		`{"colour":"red"}`:              {Code: text.UnknownField, Field: "colour"},
		`{"city":7}`:                    {Code: text.BadField, Field: "city"},
		`{"status":"good"}`:             {Code: text.BadField, Field: "status", Detail: "good"},
		`{"direction":["in","inward"]}`: {Code: text.BadField, Field: "direction", Detail: "inward"},
		`{"number":"Anna"}`:             {Code: text.BadField, Field: "number", Detail: "Anna"},
	} {
		_, err := history.ParseFilter(json.RawMessage(filter))
		if err == nil {
			t.Errorf("ParseFilter(%s) = nil, want %s", filter, want.Code)
			continue
		}
		got := *text.From(err)
		got.Err = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseFilter(%s) (-want +got):\n%s", filter, diff)
		}
	}
}

// The record reads back as it was written, the embedded summary flat.
func TestCallJSON(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Annotation = &engine.Annotation{Subject: "order"}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var flat map[string]json.RawMessage
	if err := json.Unmarshal(raw, &flat); err != nil || string(flat["status"]) != `"accepted_ok"` {
		t.Errorf("the JSON of a call has status %s, %v; want it beside entry_id", flat["status"], err)
	}
	var back history.Call
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}
