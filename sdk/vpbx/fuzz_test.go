package vpbx

import (
	"encoding/json"
	"reflect"
	"testing"

	"mangoofficesdk/sdk/internal/loose"
)

// Whatever an answer holds: its reader gives a value or an error, and a value
// that can be written is read again as the same.
func FuzzAnswerReaders(f *testing.F) {
	for _, raw := range []string{
		`{"result":[1000,3300],"data":[{"org_id":1,"org_name":"a"},{}],"skipped":[0,"1"]}`, `{"data":{"uid":1}}`, `{"data":[]}`, `{"data":null}`,
		`{"data":{"5":{"status":"ready","transcribes":[{"channel":"client","data":[{"word":"a","begin":1}]}]},"6":[]}}`,
		`[{"3092":{"mark":4,"comment":""}}]`, `{"fsreason":"too_expensive"}`, `"too_expensive"`, `["operator","Добрый день"]`, `{"operator":"a"}`,
		`1795338000`, `"1795338000"`, `"22.11.2026 12:00:00"`, `"2026-11-22 12:00:00"`, `"2026-11-22"`, `"2026-11-22T12:00:00Z"`, `1795338000000`, `null`, `""`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, v := range []any{
			&batchAnswer[Organization]{}, &batchAnswer[Contact]{}, &single[Contact]{}, &wrapped[Visitor]{}, &wrapped[[]PageView]{},
			&recognitions{}, &campaignReportAnswer{}, &callDataAnswer{}, &CallStatistics{},
		} {
			_ = loose.Decode(raw, v) // must not panic: what is odd is an error or is left out
		}
		for _, v := range []json.Unmarshaler{
			&ControllerMarks{}, new(DealReason), &Phrase{},
			&Unix{}, &UnixText{}, &MoscowTime{}, &UTCTime{}, &MoscowISO{}, &UnixMilli{}, &Date{}, &ISOTime{},
		} {
			if !json.Valid(raw) || v.UnmarshalJSON(raw) != nil {
				continue
			}
			if layoutOf(reflect.TypeOf(v).Elem()) == "" {
				continue // is never written to the PBX
			}
			text, err := json.Marshal(v)
			if err != nil {
				continue // a year beyond four digits: checkTime refuses it
			}
			again := reflect.New(reflect.TypeOf(v).Elem())
			if err := json.Unmarshal(text, again.Interface()); err != nil {
				t.Fatalf("%T of %s is written %s and not read: %v", v, raw, text, err)
			}
			if second, err := json.Marshal(again.Interface()); err != nil || string(second) != string(text) {
				t.Fatalf("%T of %s is written %s, then %s: %v", v, raw, text, second, err)
			}
		}
	})
}
