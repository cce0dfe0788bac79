package e2e

import (
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest"
)

// The whole catalogue is there before anything is connected.
func TestAPIMethods(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	type method struct {
		Name   string     `json:"name"`
		Fields []struct{} `json:"fields"`
	}
	var methods []method
	if err := call(t, r.Object, "СписокМетодов").JSON(&methods); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(methods, func(m method) bool { return m.Name == "commands/transfer" })
	if len(methods) < 130 || i < 0 || len(methods[i].Fields) != 5 {
		t.Errorf("СписокМетодов: %d methods, commands/transfer at %d", len(methods), i)
	}
	if f := failed(t, call(t, r.Object, "ВыполнитьЗапрос", "account/balance", "", 0, "")); f.Code != "not_connected" {
		t.Errorf("ВыполнитьЗапрос without a connection: %+v", f)
	}
}

func TestAPIRequest(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{NoRateLimits: true}, nil)
	var users struct {
		Users []struct{} `json:"users"`
	}
	if err := call(t, r.Object, "ВыполнитьЗапрос", "config/users/request", "", 10000, "").JSON(&users); err != nil || len(users.Users) != 3 {
		t.Errorf("ВыполнитьЗапрос: %v, %+v; want three users", err, users)
	}
	for _, c := range []struct{ method, params, code, field string }{
		{"no/such/method", "{}", "method_unknown", ""},
		{"commands/call/hangup", "{", "bad_json", ""},
		{"commands/call/hangup", "{}", "missing_field", "call_id"},
		{"commands/call/hangup", `{"call_id":"x","oops":1}`, "unknown_field", "oops"},
		{"commands/play/start", `{"call_id":"x","internal_id":"many"}`, "bad_field", "internal_id"},
	} {
		if f := failed(t, call(t, r.Object, "ВыполнитьЗапрос", c.method, c.params, 0, "")); f.Code != c.code || f.Field != c.field || f.Remedy == "" {
			t.Errorf("ВыполнитьЗапрос(%s, %s): %+v, want %s [%s]", c.method, c.params, f, c.code, c.field)
		}
	}
	id := call(t, r.Object, "ПолучитьСотрудников", true, "").Text()
	got := next(t, r, 1, is("OperationResult"))
	if last := got[len(got)-1]; id == "" || last.OperationID != id || !last.OK || last.Class != "record" {
		t.Errorf("after ПолучитьСотрудников(Истина) %q: %+v", id, last)
	}
	var page struct {
		Total int              `json:"total"`
		Rows  []map[string]any `json:"rows"`
	}
	if err := call(t, r.Object, "ПолучитьРезультат", id, 1, 1, "").JSON(&page); err != nil || page.Total != 3 || len(page.Rows) != 1 || page.Rows[0]["extension"] == "" {
		t.Errorf("ПолучитьРезультат: %v, %+v; want the second of three", err, page)
	}
	if f := failed(t, call(t, r.Object, "ОтменитьОперацию", "nobody", "")); f.Code != "operation_unknown" {
		t.Errorf("ОтменитьОперацию of a stranger: %+v", f)
	}
	if n := r.PBX.Stats().Wrong; n != 0 {
		t.Errorf("the PBX counted %d wrong requests", n)
	}
}

func TestSendSMS(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	command := call(t, r.Object, "ОтправитьСМС", "+7 (916) 123-45-67", "Ждём вас", "", "").Text()
	got := next(t, r, 1, is("SmsResult"))
	i := slices.IndexFunc(got, is("CommandResult"))
	if last := got[len(got)-1]; command == "" || last.CommandID != command || last.Result != 1000 || last.Class != "record" {
		t.Errorf("SmsResult of %q: %+v", command, last)
	}
	if i < 0 || got[i].CommandID != command || got[i].Command != "SendSMS" || got[i].Result != 1000 {
		t.Errorf("after ОтправитьСМС %s: %+v", command, got)
	}
	if f := failed(t, call(t, r.Object, "ОтправитьСМС", "+79161234567", strings.Repeat("ж", 269), "", "")); f.Code != "bad_field" || f.Field != "text" {
		t.Errorf("ОтправитьСМС of a long text: %+v", f)
	}
}

func TestTransferLiveCall(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{
		Speed: 1, Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 0.1, TalkFor: 0.2},
	}, nil)
	id, done := liveCall(t, r, vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}}, vpbxtest.Step{Do: vpbxtest.VerbAnswer},
		vpbxtest.Step{Do: vpbxtest.VerbTalk, Sec: 60})
	if f := failed(t, call(t, r.Object, "СоединитьЗвонки", id, "")); f.Code != "not_on_hold" || f.Field != "call_id" {
		t.Errorf("СоединитьЗвонки without a consultation: %+v", f)
	}
	next(t, r, 1, is("CallAnswered"))
	command := call(t, r.Object, "ПеревестиЗвонок", id, "102", false, "").Text()
	got := next(t, r, 1, is("CallSummary"))
	i := slices.IndexFunc(got, is("CommandResult"))
	if i < 0 || command == "" || got[i].CommandID != command || got[i].Command != "TransferCall" || got[i].Result != 1000 {
		t.Errorf("after ПеревестиЗвонок %q: %+v", command, got)
	}
	if err := <-done; err != nil {
		t.Errorf("Play: %v", err)
	}
}
