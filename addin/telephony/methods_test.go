package telephony_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

func TestCommands(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	for _, c := range []struct {
		method string
		args   []any
		want   string
	}{
		{"ИнициироватьЗвонок", []any{"+7 495 123-45-67"}, `StartCall {"number":"+7 495 123-45-67","line_number":"","from_number":"","auto_answer":false}`},
		{"StartCall", []any{"101", `{"line_number":74950000000,"from_number":"sip:a@b","auto_answer":true,"extra":1}`}, `StartCall {"number":"101","line_number":"74950000000","from_number":"sip:a@b","auto_answer":true}`},
		{"ЗавершитьЗвонок", []any{"leg-1"}, `Hangup {"call_id":"leg-1"}`},
		{"НаправитьЗвонок", []any{"leg-1", "102", "Дед Мороз"}, `RouteCall {"call_id":"leg-1","to":"102","display_name":"Дед Мороз"}`},
		{"НаправитьЗвонок", []any{"leg-1", "102"}, `RouteCall {"call_id":"leg-1","to":"102","display_name":""}`},
	} {
		if got := o.must(c.method, c.args...).Str(); got != "cmd-1" {
			t.Errorf("%s(%v) = %q, want the command_id", c.method, c.args, got)
		}
		calls := r.link.called()
		if got := calls[len(calls)-1]; got != c.want {
			t.Errorf("%s(%v) called %s, want %s", c.method, c.args, got, c.want)
		}
	}
	if code, field := o.fails("ИнициироватьЗвонок", "1", `{"auto_answer":"yes"}`); code != string(text.BadField) || field != "auto_answer" {
		t.Errorf("ИнициироватьЗвонок with wrong options: %s [%s], want bad_field [auto_answer]", code, field)
	}
	if code, _ := o.fails("ИнициироватьЗвонок", "1", `{`); code != string(text.BadJSON) {
		t.Errorf("ИнициироватьЗвонок with broken options: %s, want bad_json", code)
	}
	r.link.answer = func(string) (string, error) { return "", text.New(text.NumberEmpty).WithField("number") }
	if code, field := o.fails("ИнициироватьЗвонок", ""); code != string(text.NumberEmpty) || field != "number" {
		t.Errorf("a refusal of the Office came as %s [%s], want number_empty [number]", code, field)
	}
	r.link.answer = func(string) (string, error) { return `{}`, nil }
	if code, _ := o.fails("ЗавершитьЗвонок", "leg-1"); code != string(text.Internal) {
		t.Errorf("an answer without command_id came as %s, want internal", code)
	}
}

func TestCheckConnectionWaitsAsLongAsAsked(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	if !o.must("ПроверитьСвязь").Bool() {
		t.Error("ПроверитьСвязь = Ложь, want Истина")
	}
	if calls := r.link.called(); calls[0] != `CheckConnection {"timeout_ms":5000}` {
		t.Errorf("ПроверитьСвязь called %s", calls[0])
	}
	o.must("ПроверитьСвязь", 30_000)
	if calls := r.link.called(); calls[1] != `CheckConnection {"timeout_ms":30000}` {
		t.Errorf("ПроверитьСвязь(30000) called %s", calls[1])
	}
	for _, ms := range []int{0, -5, 30_001, 60_000} {
		if code, field := o.fails("ПроверитьСвязь", ms); code != string(text.BadArgument) || field != "ТаймаутМс" {
			t.Errorf("ПроверитьСвязь(%d): %s [%s], want bad_argument [ТаймаутМс]", ms, code, field)
		}
		if got, want := o.get("ОписаниеОшибки").Str(), "допустимо от 1 до 30000"; !strings.Contains(got, want) {
			t.Errorf("ПроверитьСвязь(%d): ОписаниеОшибки = %q, want %q in it", ms, got, want)
		}
	}
	r.link.answer = func(string) (string, error) { time.Sleep(30 * time.Millisecond); return "", context.DeadlineExceeded }
	if code, _ := o.fails("ПроверитьСвязь", 10); code != string(text.Timeout) {
		t.Errorf("ПроверитьСвязь without an answer: %s, want timeout", code)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	if got := o.must("ПолучитьНастройки").Str(); got != `{"distribute":false,"revision":3}` {
		t.Errorf("ПолучитьНастройки = %s", got)
	}
	o.must("УстановитьНастройки", `{"distribute":true,"newer":1}`)
	if calls := r.link.called(); calls[0] != `SetSettings {"distribute":true,"newer":1}` {
		t.Errorf("УстановитьНастройки called %s", calls[0])
	}
	warnings := o.json("Диагностика")["warnings"].([]any)
	if len(warnings) != 1 || warnings[0].(map[string]any)["field"] != "settings.newer" {
		t.Errorf("warnings = %v, want one about settings.newer", warnings)
	}
	if code, _ := o.fails("УстановитьНастройки", `"x"`); code != string(text.BadJSON) {
		t.Errorf("УстановитьНастройки of a text: %s, want bad_json", code)
	}
}

func TestCreateIntegration(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var asked []office.Config
	r.probe = func(cfg office.Config) error { asked = append(asked, cfg); return nil }
	o := r.object(newHost())

	got := o.json("СоздатьИнтеграцию", testKey, testSalt, `{"api_url":"https://example.org/","settings":{"min_in_sec":7}}`)
	want := engine.Defaults()
	want.MinInSec = 7
	wanted := want.Map()
	wanted["revision"] = 0
	raw, err := json.Marshal(wanted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decodeMap(t, string(raw)), got); diff != "" {
		t.Errorf("СоздатьИнтеграцию (-want +got):\n%s", diff)
	}
	if len(asked) != 1 || asked[0].Credentials.Key != testKey || asked[0].APIURL != "https://example.org/" {
		t.Fatalf("the PBX was asked %d times: %v", len(asked), asked)
	}
	o.must("СоздатьИнтеграцию", testKey)
	if len(asked) != 1 {
		t.Error("without a key the PBX was asked all the same")
	}
	for _, c := range []struct {
		args  []any
		code  text.Code
		field string
	}{
		{[]any{""}, text.MissingField, "vpbx_api_key"},
		{[]any{"ключ", testSalt}, text.BadField, "vpbx_api_key"},
		{[]any{testKey, testSalt, `{"proxy":7}`}, text.BadField, "proxy"},
		{[]any{testKey, testSalt, `{"settings":{"client_type":"x"}}`}, text.SettingInvalid, "client_type"},
	} {
		if code, field := o.fails("СоздатьИнтеграцию", c.args...); code != string(c.code) || field != c.field {
			t.Errorf("СоздатьИнтеграцию(%v): %s [%s], want %s [%s]", c.args, code, field, c.code, c.field)
		}
	}
	r.probe = func(office.Config) error { return text.New(text.KeyRefused) }
	if code, _ := o.fails("СоздатьИнтеграцию", testKey, testSalt); code != string(text.KeyRefused) {
		t.Errorf("СоздатьИнтеграцию with a wrong key: %s, want key_refused", code)
	}
	o.must("Подключить", params)
	if code, _ := o.fails("СоздатьИнтеграцию", testKey, testSalt); code != string(text.AlreadyConnected) {
		t.Errorf("СоздатьИнтеграцию beside a connection: %s, want already_connected", code)
	}
}

func TestActiveCalls(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	at := time.Unix(1_709_238_659, 0)
	r.link.mu.Lock()
	r.link.view.Calls = []office.ActiveCall{
		{CallID: "b", State: "ringing", Started: at.Add(time.Second)},
		{EntryID: "e", CallID: "a", State: "talking", Direction: engine.Out, Caller: engine.Party{Extension: "101"}, Line: "7495", Started: at, TalkStarted: at},
	}
	r.link.mu.Unlock()
	const party = `{"extension":"","number":"","name":""}`
	want := `[{"entry_id":"e","call_id":"a","state":"talking","direction":"out","caller":{"extension":"101","number":"","name":""},"callee":` + party +
		`,"line_number":"7495","group":"","started":"2024-02-29T23:30:59+03:00","started_unix":1709238659,"talk_started":"2024-02-29T23:30:59+03:00","talk_started_unix":1709238659},` +
		`{"entry_id":"","call_id":"b","state":"ringing","direction":"","caller":` + party + `,"callee":` + party +
		`,"line_number":"","group":"","started":"2024-02-29T23:31:00+03:00","started_unix":1709238660,"talk_started":"","talk_started_unix":0}]`
	if diff := cmp.Diff(want, o.must("ПолучитьТекущиеЗвонки").Str()); diff != "" {
		t.Errorf("ПолучитьТекущиеЗвонки (-want +got):\n%s", diff)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	r.fail = text.New(text.PortTaken)
	o.do("Подключить", params)
	got := o.json("ПолучитьСостояние")
	e := got["error"].(map[string]any)
	if got["state"] != 4.0 || got["mode"] != "" || e["code"] != "port_taken" || e["retryable"] != true || e["text"] == "" {
		t.Errorf("ПолучитьСостояние after a refusal = %v", got)
	}
	r.fail = nil
	o.must("Подключить", params)
	want := map[string]any{
		"state": 3.0, "extension": "101", "is_first": true, "queue": 0.0, "mode": "direct",
		"error": map[string]any{"code": "", "text": "", "remedy": "", "retryable": false, "field": ""},
	}
	if diff := cmp.Diff(want, o.json("ПолучитьСостояние")); diff != "" {
		t.Errorf("ПолучитьСостояние (-want +got):\n%s", diff)
	}
	if o.get("ВнутреннийНомер").Str() != "101" || !o.get("ПервыйВСессии").Bool() {
		t.Errorf("ВнутреннийНомер %v, ПервыйВСессии %v; want 101, true", o.get("ВнутреннийНомер"), o.get("ПервыйВСессии"))
	}
}

func TestDiagnosticsTellsNoSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	h.info = component.HostInfo{AppVersion: "8.3.24.1", Application: 0, Attach: "not_isolated", LibraryPath: "/lib.so", EventDepth: 100}
	o := r.object(h)
	log := filepath.Join(t.TempDir(), "deep", "down", "mango.log")
	with := strings.Replace(params, `{`, `{"proxy":"http://user:hidden@proxy:3128","oops":1,"log":{"level":"debug","path":`+quote(log)+`},`, 1)
	o.must("Подключить", with)
	o.fails("ПолучитьСобытие", "nobody")
	r.link.emit(t, screen("s1"))
	eventually(t, "event", func() bool { return len(h.ids()) == 1 })

	raw := o.must("Диагностика").Str()
	d := decodeMap(t, raw)
	for k, want := range map[string]any{
		"version": "1.2.3.4", "os": runtime.GOOS, "arch": runtime.GOARCH, "attach_type": "not_isolated", "library_path": "/lib.so",
		"mode": "direct", "hub": "", "api_tls": true, "clock_skew_ms": -40.0, "clock_skew_known": true, "role": "desk", "state": 3.0, "proxy": true, "objects": 1.0, "external_events": true, "vpbx_api_key": testKey,
	} {
		if d[k] != want {
			t.Errorf("Диагностика: %s = %v, want %v", k, d[k], want)
		}
	}
	if got := d["office"].(map[string]any)["pbx_requests"]; got != 5.0 {
		t.Errorf("Диагностика: office.pbx_requests = %v, want 5", got)
	}
	if got := d["last_errors"].([]any); len(got) != 1 || got[0].(map[string]any)["code"] != "event_unknown" {
		t.Errorf("Диагностика: last_errors = %v, want one event_unknown", got)
	}
	if got := d["warnings"].([]any); len(got) != 1 || got[0].(map[string]any)["field"] != "oops" {
		t.Errorf("Диагностика: warnings = %v, want one about oops", got)
	}
	var findings []string
	for _, f := range d["findings"].([]any) {
		m := f.(map[string]any)
		findings = append(findings, fmt.Sprint(m["severity"], " ", m["code"], " [", m["field"], "]"))
		if m["text"] == "" || m["remedy"] == "" {
			t.Errorf("Диагностика: finding %v, want a text and a remedy", m)
		}
	}
	if diff := cmp.Diff([]string{"warning unknown_field [oops]"}, findings); diff != "" {
		t.Errorf("Диагностика: findings (-want +got):\n%s", diff)
	}
	if o.get("ПутьКЖурналу").Str() != log || o.get("УровеньЖурнала").Str() != "debug" {
		t.Errorf("log = %v at %v, want %s at debug", o.get("ПутьКЖурналу"), o.get("УровеньЖурнала"), log)
	}
	written, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(written), "event_unknown") {
		t.Errorf("log file = %q, %v; want the failure in it", written, err)
	}
	for _, secret := range []string{testSalt, "hidden"} {
		if strings.Contains(raw, secret) || strings.Contains(string(written), secret) {
			t.Errorf("Диагностика or the log tells %q", secret)
		}
	}
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// R67: what a number is and how it is shown.
func TestNormalizePhone(t *testing.T) {
	t.Parallel()
	o := newRig(t).object(newHost())
	want := map[string]any{"e164": "+74951234567", "digits10": "4951234567", "kind": "fixed", "display": "+7 (495) 123-45-67", "extension": "", "others": []any{}}
	if diff := cmp.Diff(want, o.json("НормализоватьНомер", "8 (495) 123-45-67")); diff != "" {
		t.Errorf("НормализоватьНомер (-want +got):\n%s", diff)
	}
	want["extension"] = "12"
	want["others"] = []any{map[string]any{"e164": "+79031234567", "digits10": "9031234567", "kind": "mobile", "display": "+7 (903) 123-45-67", "extension": ""}}
	if diff := cmp.Diff(want, o.json("НормализоватьНомер", "8 (495) 123-45-67 доб. 12, 89031234567")); diff != "" {
		t.Errorf("НормализоватьНомер of two (-want +got):\n%s", diff)
	}
	if got := o.json("НормализоватьНомер", "что?"); got["kind"] != "invalid" {
		t.Errorf("НормализоватьНомер of nonsense = %v, want kind invalid", got)
	}
	if code, field := o.fails("НормализоватьНомер", "1", "Russia"); code != string(text.BadArgument) || field != "Регион" {
		t.Errorf("НормализоватьНомер(…, Russia): %s [%s], want bad_argument [Регион]", code, field)
	}
}

// R67: a number is the same however it was put into the card.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	o := newRig(t).object(newHost())
	const card = "раб. 8 (495) 123-45-67 доб. 12; моб. 8-903-123-45-67"
	for number, want := range map[string]bool{"+79031234567": true, "(495) 123-45-67": true, "9031234568": false, "12": false, "": false} {
		if got := o.must("СравнитьНомера", card, number).Bool(); got != want {
			t.Errorf("СравнитьНомера(%q, %q) = %v, want %v", card, number, got, want)
		}
	}
	if code, field := o.fails("СравнитьНомера", "1", "2", "Russia"); code != string(text.BadArgument) || field != "Регион" {
		t.Errorf("СравнитьНомера(…, Russia): %s [%s], want bad_argument [Регион]", code, field)
	}
}

func TestRaiseErrorsProperty(t *testing.T) {
	t.Parallel()
	o := newRig(t).object(newHost())
	o.set("ВызыватьИсключения", true)
	if out := o.do("ПолучитьНастройки"); out.Raise == nil || out.Raise.Code != string(text.NotConnected) {
		t.Errorf("ПолучитьНастройки with ВызыватьИсключения = %+v, want an exception not_connected", out)
	}
}

func TestLogProperties(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.do("ПолучитьНастройки") // a failure before there is a file
	path := filepath.Join(t.TempDir(), "a.log")
	if raise := o.set("ПутьКЖурналу", path); raise != nil {
		t.Fatal(raise)
	}
	if b, err := os.ReadFile(path); err != nil || !strings.Contains(string(b), "not_connected") {
		t.Errorf("log = %q, %v; want what happened before the file was opened", b, err)
	}
	if raise := o.set("УровеньЖурнала", "error"); raise != nil {
		t.Fatal(raise)
	}
	before, _ := os.Stat(path)
	o.do("ПолучитьНастройки")
	if after, _ := os.Stat(path); after.Size() != before.Size() {
		t.Error("a line of level info was written at level error")
	}
	if raise := o.set("УровеньЖурнала", "loud"); raise == nil || !strings.Contains(raise.Text, "УровеньЖурнала") {
		t.Errorf("Set(УровеньЖурнала, loud) = %+v, want an exception", raise)
	}
	if raise := o.set("ПутьКЖурналу", filepath.Join(path, "below-a-file")); raise == nil {
		t.Error("Set(ПутьКЖурналу) below a file raised nothing")
	}
	if raise := o.set("ПутьКЖурналу", ""); raise != nil || o.get("ПутьКЖурналу").Str() != "" {
		t.Errorf("Set(ПутьКЖурналу, \"\") = %+v, path %v; want none", raise, o.get("ПутьКЖурналу"))
	}
}

func TestPanicWhileOpening(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	r.fail = panicking{errBoom}
	if code, _ := o.fails("Подключить", params); code != string(text.Internal) {
		t.Errorf("Подключить that panics: %s, want internal", code)
	}
	r.fail = nil
	o.must("Подключить", params)
}

// panicking makes the Open of newRig panic.
type panicking struct{ error }
