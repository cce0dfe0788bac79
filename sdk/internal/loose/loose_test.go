package loose_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/internal/loose"
)

func TestScalar(t *testing.T) {
	t.Parallel()
	type reading struct {
		Text string
		Int  int64
		OK   bool
		Code int
		Flag bool
		Unix int64
	}
	for raw, want := range map[string]reading{
		`1000`:                  {"1000", 1000, true, 1000, false, 1000},
		`" 1000 "`:              {"1000", 1000, true, 1000, false, 1000},
		`1e3`:                   {"1e3", 1000, true, 1000, false, 1000},
		`1000.0`:                {"1000.0", 1000, true, 1000, false, 1000},
		`1000.5`:                {"1000.5", 0, false, 0, false, 0},
		`-5`:                    {"-5", -5, true, 0, false, 0},
		`9223372036854775807`:   {"9223372036854775807", 9223372036854775807, true, 0, false, 0},
		`99999999999999999999`:  {"99999999999999999999", 0, false, 0, false, 0},
		`1e400`:                 {"1e400", 0, false, 0, false, 0},
		`"NaN"`:                 {"NaN", 0, false, 0, false, 0},
		`"inf"`:                 {"inf", 0, false, 0, false, 0},
		`"0511"`:                {"0511", 511, true, 511, false, 511},
		`253402300800`:          {"253402300800", 253402300800, true, 0, false, 0}, // year 10000
		`true`:                  {"true", 0, false, 0, true, 0},
		`"1"`:                   {"1", 1, true, 1, true, 1},
		`false`:                 {"false", 0, false, 0, false, 0},
		`null`:                  {},
		`""`:                    {},
		`{"a":1}`:               {},
		`[1]`:                   {},
		`"\ud83d\ude00 \u0000"`: {"😀 \x00", 0, false, 0, false, 0},
	} {
		var s loose.Scalar
		if err := json.Unmarshal([]byte(raw), &s); err != nil {
			t.Errorf("Unmarshal(%s): %v", raw, err)
			continue
		}
		got := reading{Text: s.Text(), Code: s.Code(), Flag: s.Flag()}
		got.Int, got.OK = s.Int()
		if at := s.Unix(); !at.IsZero() {
			got.Unix = at.Unix()
			if at.Location() != time.UTC {
				t.Errorf("Unix(%s) is in %v", raw, at.Location())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Scalar of %s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[loose.Scalar]string{
		"СС": "CC", "cc": "CC", "MissGroupСallCallback": "MissGroupCallCallback", "": "",
		"другое": "другое", "Сall": "Call", "later": "later",
	} {
		if got := in.Word("CC", "MissGroupCallCallback"); got != want {
			t.Errorf("Word(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlacesTakenByOthers(t *testing.T) {
	t.Parallel()
	type inner struct{ A loose.Scalar }
	var got struct {
		O, P, Q, R loose.Object[inner]
		L, M, N    loose.List[loose.Scalar]
	}
	const raw = `{"O":{"A":1},"P":[],"Q":null,"R":"","L":["1",2],"M":{},"N":null}`
	if err := json.Unmarshal([]byte(raw), &got); err != nil {
		t.Fatal(err)
	}
	want := got
	want.O.Value, want.P.Value = inner{"1"}, inner{}
	want.L, want.M, want.N = loose.List[loose.Scalar]{"1", "2"}, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Unmarshal(%s) (-want +got):\n%s", raw, diff)
	}
}
