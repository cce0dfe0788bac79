package telephony_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/sdk/text"
)

// TestUserMethods: what each method asks of the link, and what BSL gets.
func TestUserMethods(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	r.link.answer = func(method string) (string, error) {
		return map[string]string{
			"GetUsers": `{"users":[{"user_id":"u1","name":"Иванов","extension":"101","state":"free","connected":true,"last_seen":"2026-11-26T10:00:00Z","in_pbx":true},
				{"user_id":"u2","name":"=cmd|x","extension":"102","state":"unknown","connected":false,"last_seen":"0001-01-01T00:00:00Z","in_pbx":false}]}`,
			"GetPresence": `{"presence":[{"extension":"101","state":"talking","since":"2026-11-26T10:00:00Z","call_id":"leg-1"}]}`,
			"GetLimits":   `{"limit":3,"used":1,"refused":null}`,
		}[method], nil
	}
	for _, c := range []struct {
		method string
		args   []any
		want   string
	}{
		{"УстановитьПользователей", []any{`[{"user_id":"u1"}]`}, `SetUsers {"users":[{"user_id":"u1"}]}`},
		{"УстановитьПользователей", []any{`not JSON`}, `SetUsers {"users":null}`},
		{"УстановитьВнутреннийНомер", []any{"u1", "101"}, `SetExtension {"user_id":"u1","name":"","extension":"101"}`},
		{"УдалитьВнутреннийНомер", []any{"u1"}, `RemoveExtension {"user_id":"u1","name":"","extension":""}`},
		{"УстановитьОтветственных", []any{`[{"number":"7","extension":"101"}]`}, `SetRouteTable {"responsibles":[{"number":"7","extension":"101"}],"replace":true}`},
		{"УстановитьОтветственных", []any{`[]`, false}, `SetRouteTable {"responsibles":[],"replace":false}`},
		{"ДополнитьЗвонок", []any{"e-1", `{"subject":"Заказ"}`}, `AnnotateCall {"entry_id":"e-1","annotation":{"subject":"Заказ"}}`},
		{"ОтветитьНаЗапросМаршрута", []any{"r-1", ""}, `AnswerRouteRequest {"request_id":"r-1","extension":""}`},
	} {
		if !o.must(c.method, c.args...).Bool() {
			t.Errorf("%s(%v) = Ложь", c.method, c.args)
		}
		calls := r.link.called()
		if got := calls[len(calls)-1]; got != c.want {
			t.Errorf("%s(%v) called %s, want %s", c.method, c.args, got, c.want)
		}
	}
	for method, parts := range map[string][]string{
		"ПолучитьПользователей": {`"user_id":"u1"`, `"last_seen_unix":1795687200`, `"last_seen":"","last_seen_unix":0`, `"in_pbx":true`},
		"ПолучитьСтатусы":       {`[{"extension":"101","state":"talking","since":"`, `"call_id":"leg-1"}]`},
		"ПолучитьЛимиты":        {`{"limit":3,"used":1,"refused":[]}`},
	} {
		got := o.must(method).Str()
		for _, part := range parts {
			if !strings.Contains(got, part) {
				t.Errorf("%s = %s, want %s in it", method, got, part)
			}
		}
	}
}

// R21: the list as a file; a cell that a table would take for a formula is
// none.
func TestExportUsers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	r.link.answer = func(string) (string, error) {
		return `{"users":[{"user_id":"u1","name":"Иванов <Пётр>","extension":"101","state":"free","connected":true,"in_pbx":true},
			{"user_id":"u2","name":"=cmd|x","extension":"","state":"offline"}]}`, nil
	}
	dir := t.TempDir()
	for file, parts := range map[string][]string{
		"users.csv":  {"\ufeffКод;Пользователь;Внутренний номер;", "u1;Иванов <Пётр>;101;свободен;да;;да\r\n", "u2;'=cmd|x;;не в сети;нет;;нет\r\n"},
		"users.HTML": {"<td>Иванов &lt;Пётр&gt;</td>", "<th>Есть в ВАТС</th>", "<h1>Пользователи интеграции"},
	} {
		path := filepath.Join(dir, file)
		if !o.must("ВыгрузитьПользователей", path).Bool() {
			t.Errorf("ВыгрузитьПользователей(%s) = Ложь", file)
		}
		raw, err := os.ReadFile(path)
		for _, part := range parts {
			if err != nil || !strings.Contains(string(raw), part) {
				t.Errorf("%s: %v\n%s\nwant %q in it", file, err, raw, part)
			}
		}
	}
	if code, field := o.fails("ВыгрузитьПользователей", filepath.Join(dir, "users.xlsx")); code != string(text.BadArgument) || field != "ПутьКФайлу" {
		t.Errorf("ВыгрузитьПользователей of .xlsx: %s [%s], want bad_argument [ПутьКФайлу]", code, field)
	}
	if code, _ := o.fails("ВыгрузитьПользователей", filepath.Join(dir, "none", "users.csv")); code != string(text.FileNotWritten) {
		t.Errorf("ВыгрузитьПользователей into no folder: %s, want file_not_written", code)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 2 {
		t.Errorf("files left: %v, want the two that were written", left)
	}
}

// R52, C1–C3, C15: the status of a call by thresholds of its own, for
// direction × answered × talk × compare × transfer.
func TestCallStatus(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	for raw, want := range map[string]string{
		`{"direction":"in","talk_sec":0}`:                                            "missed",
		`{"direction":"in","talk_sec":0,"answered":true}`:                            "accepted_ok",
		`{"direction":"in","talk_sec":0,"talk_started":"2026-11-26T10:00:00+03:00"}`: "accepted_ok",
		`{"direction":"in","talk_sec":10,"min_in_sec":10}`:                           "accepted_bad",
		`{"direction":"in","talk_sec":11,"min_in_sec":10}`:                           "accepted_ok",
		`{"direction":"in","talk_sec":10,"min_in_sec":10,"threshold_compare":"ge"}`:  "accepted_ok",
		`{"direction":"in","talk_sec":0,"answered":true,"min_in_sec":1}`:             "accepted_bad",
		`{"direction":"out","talk_sec":0}`:                                           "reached_bad",
		`{"direction":"out","talk_sec":30,"min_out_sec":29}`:                         "reached_ok",
		`{"direction":"out","talk_sec":30,"min_out_sec":30}`:                         "reached_bad",
		`{"direction":"internal","talk_sec":30,"min_in_sec":99}`:                     "reached_ok",
		`{"direction":"in","talk_sec":30,"legs":[{"status":"transferred","talk_started_unix":1,"ended_unix":31},{"status":"missed","talk_started_unix":0,"ended_unix":60}]}`:                        "missed",
		`{"direction":"in","talk_sec":60,"min_in_sec":20,"legs":[{"status":"transferred","talk_started_unix":1,"ended_unix":31},{"status":"accepted_bad","talk_started_unix":50,"ended_unix":60}]}`: "accepted_bad",
		`{"direction":"in","talk_sec":60,"min_in_sec":20,"legs":[{"status":"accepted_ok","talk_started_unix":1,"ended_unix":61}]}`:                                                                  "accepted_ok",
	} {
		if got := o.must("РассчитатьСтатус", raw).Str(); got != want {
			t.Errorf("РассчитатьСтатус(%s) = %s, want %s", raw, got, want)
		}
	}
	for raw, want := range map[string]string{
		`{`: "bad_json call", `{"talk_sec":1}`: "bad_field direction", `{"direction":"sideways","talk_sec":1}`: "bad_field direction",
		`{"direction":"in"}`: "missing_field talk_sec", `{"direction":"in","talk_sec":-1}`: "bad_field talk_sec",
		`{"direction":"in","talk_sec":1,"min_in_sec":10000}`:      "setting_invalid min_in_sec",
		`{"direction":"in","talk_sec":1,"threshold_compare":"x"}`: "setting_invalid threshold_compare",
	} {
		code, field := o.fails("РассчитатьСтатус", raw)
		if got := code + " " + field; got != want {
			t.Errorf("РассчитатьСтатус(%s) fails with %s, want %s", raw, got, want)
		}
	}
	alone := newRig(t).object(newHost())
	if got := alone.must("РассчитатьСтатус", `{"direction":"in","talk_sec":1}`).Str(); got != "accepted_ok" {
		t.Errorf("РассчитатьСтатус without a connection = %s, want accepted_ok by the defaults", got)
	}
}
