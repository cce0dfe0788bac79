package loose_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/internal/loose"
)

type common struct {
	Code int `json:"code"`
}

type part struct {
	Number string `json:"number"`
	Wait   int    `json:"wait_sec"`
}

// whole has a field of every kind that Decode knows.
type whole struct {
	common
	Text    string            `json:"text"`
	Word    string            `json:"word" words:"API,CallbackWidget"`
	Int     int64             `json:"int"`
	Small   int8              `json:"small"`
	Float   float64           `json:"float"`
	On      bool              `json:"on"`
	Unix    time.Time         `json:"unix"`
	Ms      time.Time         `json:"ms" time:"ms"`
	ISO     time.Time         `json:"iso" time:"iso"`
	UTC     time.Time         `json:"utc" time:"utc 2006-01-02 15:04:05"`
	MSK     time.Time         `json:"msk" time:"msk 02.01.2006 15:04:05"`
	Part    part              `json:"part"`
	Maybe   *part             `json:"maybe"`
	Flag    *bool             `json:"flag"`
	Parts   []part            `json:"parts"`
	Texts   []string          `json:"texts"`
	Ints    []int64           `json:"ints"`
	ByID    map[string]part   `json:"by_id"`
	Raw     json.RawMessage   `json:"raw"`
	Any     any               `json:"any"`
	Words   []string          `json:"words" words:"one,two"`
	Times   []time.Time       `json:"times"`
	Labels  map[string]string `json:"labels"`
	Ignored string            `json:"-"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	day := time.Date(2026, 11, 26, 7, 8, 9, 0, time.UTC)
	for raw, want := range map[string]whole{
		`{}`: {}, `[]`: {}, ` [ ] `: {},
		`{"text":" a ","int":5,"small":7,"float":1.5,"on":true,"code":1000}`: {Text: "a", Int: 5, Small: 7, Float: 1.5, On: true, common: common{1000}},
		`{"text":12,"int":"5","small":"7","float":"1,5","on":"1"}`:           {Text: "12", Int: 5, Small: 7, Float: 1.5, On: true},
		`{"text":true,"int":true,"on":0,"float":3}`:                          {Text: "true", Int: 1, Float: 3},
		`{"text":null,"int":"","small":300,"float":"x","on":"no","part":""}`: {},
		`{"text":{"a":1},"int":[1],"float":{},"by_id":[],"part":[]}`:         {},
		`{"TEXT":"up","Code":"7"}`:                                           {Text: "up", common: common{7}},
		`{"text":"right","TEXT":"wrong"}`:                                    {Text: "right"},
		`{"word":"арi","words":["ONE","three"]}`:                             {Word: "API", Words: []string{"one", "three"}},
		`{"unix":1795676889,"ms":1795676889000,"iso":"2026-11-26T07:08:09Z"}`: {
			Unix: day, Ms: day, ISO: day,
		},
		`{"unix":"1795676889","ms":"1795676889000","iso":"2026-11-26 10:08:09+03:00"}`: {
			Unix: day, Ms: day, ISO: day,
		},
		`{"utc":"2026-11-26 07:08:09","msk":"26.11.2026 10:08:09","times":[1795676889,0]}`: {
			UTC: day, MSK: day, Times: []time.Time{day, {}},
		},
		`{"unix":-1,"ms":0,"iso":"soon","utc":"2026-13-01 00:00:00","msk":""}`: {},
		`{"part":{"number":79161234567,"wait_sec":"60"},"maybe":{"number":"1"},"flag":false}`: {
			Part: part{"79161234567", 60}, Maybe: &part{Number: "1"}, Flag: &no,
		},
		`{"maybe":null,"flag":1}`:                                  {Flag: &yes},
		`{"parts":[{"number":"1"},null,"x"],"texts":[1,"b",null]}`: {Parts: []part{{Number: "1"}, {}, {}}, Texts: []string{"1", "b", ""}},
		`{"parts":{"number":"1"},"texts":"a","ints":"7"}`:          {Parts: []part{{Number: "1"}}, Texts: []string{"a"}, Ints: []int64{7}},
		`{"parts":"","texts":null,"ints":[]}`:                      {},
		`{"parts":{},"texts":{ }}`:                                 {},
		`{"by_id":{"5":{"number":"1"}},"labels":{"a":1}}`:          {ByID: map[string]part{"5": {Number: "1"}}, Labels: map[string]string{"a": "1"}},
		`{"raw":{ "a" : 1 },"any":[1,"x"],"ignored":"x","-":"x"}`:  {Raw: json.RawMessage(`{ "a" : 1 }`), Any: []any{1.0, "x"}},
	} {
		var got whole
		if err := loose.Decode([]byte(raw), &got); err != nil {
			t.Errorf("Decode(%s): %v", raw, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(whole{})); diff != "" {
			t.Errorf("Decode(%s) (-want +got):\n%s", raw, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	var object whole
	var list []part
	var byID map[string]part
	for _, row := range []struct {
		raw       string
		into      any
		notObject bool
	}{
		{`{"text":`, &object, false}, {``, &object, false}, {`<html>`, &list, false},
		{`5`, &object, true}, {`"x"`, &list, true}, {`null`, &byID, true}, {`[1]`, &object, true}, {`{}`, &list, true},
	} {
		err := loose.Decode([]byte(row.raw), row.into)
		if err == nil || errors.Is(err, loose.ErrNotObject) != row.notObject {
			t.Errorf("Decode(%s, %T) = %v, ErrNotObject wanted: %v", row.raw, row.into, err, row.notObject)
		}
	}
	if err := loose.Decode([]byte(`[{"number":1}]`), &list); err != nil || list[0].Number != "1" {
		t.Errorf("Decode of a list = %v, %v", list, err)
	}
	if err := loose.Decode([]byte(`{"a":{"number":1}}`), &byID); err != nil || byID["a"].Number != "1" {
		t.Errorf("Decode of a map = %v, %v", byID, err)
	}
}

// The contact centre writes one moment in many ways.
func TestDecodeAnyTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2021, 10, 1, 4, 30, 0, 0, time.UTC)
	for _, raw := range []string{
		`1633062600`, `"1633062600"`, `1633062600000`, `"2021-10-01 07:30:00+03"`, `"2021-10-01 07:30:00"`, `"2021-10-01T04:30:00Z"`,
	} {
		var got struct {
			At time.Time `json:"at" time:"any"`
		}
		if err := loose.Decode([]byte(`{"at":`+raw+`}`), &got); err != nil || !got.At.Equal(want) {
			t.Errorf("Decode(%s) = %v, %v, want %v", raw, got.At, err, want)
		}
	}
}

// Equal texts give equal values, also when a name comes in several spellings.
func TestDecodeSpellings(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"USERID":"a","userid":"b","userId":"right"}`: "right",
		`{"userid":"c","USERID":"a","UserID":"b"}`:     "a",
		`{"userid":"b"}`: "b",
	} {
		for range 50 {
			var got struct {
				UserID string `json:"userId"`
			}
			if err := loose.Decode([]byte(raw), &got); err != nil || got.UserID != want {
				t.Fatalf("Decode(%s) = %q, %v, want %q", raw, got.UserID, err, want)
			}
		}
	}
}

// A value that nests without end costs no stack.
func TestDecodeDepth(t *testing.T) {
	t.Parallel()
	type node struct {
		Next *node `json:"n"`
	}
	var n node
	deep := strings.Repeat(`{"n":`, 5000) + `{}` + strings.Repeat(`}`, 5000)
	if err := loose.Decode([]byte(deep), &n); err != nil {
		t.Errorf("Decode of 5000 levels: %v", err)
	}
	levels := 0
	for p := &n; p != nil; p = p.Next {
		levels++
	}
	if levels < 10 || levels > 100 {
		t.Errorf("Decode of 5000 levels kept %d, want a bound of about 64", levels)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"text":" a ","int":"5","parts":{"number":1},"by_id":{"1":{}},"unix":1795676889,"ms":"1","iso":"2026-11-26","raw":[],"any":{}}`))
	f.Add([]byte(`{"word":"С","float":"1,5","maybe":{},"flag":null,"TEXT":[[]],"times":[1,"2"],"code":1e3}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var w whole
		if err := loose.Decode(raw, &w); (err == nil) != (json.Valid(raw) && startsObject(raw)) {
			t.Fatalf("Decode(%q) = %v", raw, err)
		}
		var again whole
		_ = loose.Decode(raw, &again)
		if diff := cmp.Diff(w, again, cmp.AllowUnexported(whole{})); diff != "" {
			t.Fatalf("Decode(%q) twice differs:\n%s", raw, diff)
		}
	})
}

// startsObject tells an object, or the empty list that PHP writes for one.
func startsObject(raw []byte) bool {
	s := strings.TrimLeft(string(raw), " \t\r\n")
	return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") && strings.TrimLeft(s[1:], " \t\r\n")[:1] == "]"
}
