package telephony_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbxtest"
)

func TestRequestsAreHandedOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	for _, c := range []struct {
		method, answer string
		args           []any
		called, want   string
	}{
		{"ВыполнитьЗапрос", `{"answer":{"a":[1]}}`, []any{"account/balance", "\ufeff{}", 500}, `APIRequest {"method":"account/balance","params":"{}","wait_ms":500}`, `{"a":[1]}`},
		{"APIRequest", `{"operation_id":"op-1"}`, []any{"account/balance"}, `APIRequest {"method":"account/balance","params":"","wait_ms":0}`, "op-1"},
		{"ПолучитьРезультат", `{"total":0,"rows":[]}`, []any{"op-1"}, `GetResult {"operation_id":"op-1","offset":0,"count":1000}`, `{"total":0,"rows":[]}`},
		{"ПолучитьРезультат", `{"total":0,"rows":[]}`, []any{"op-1", 5, 1 << 30}, `GetResult {"operation_id":"op-1","offset":5,"count":10000}`, `{"total":0,"rows":[]}`},
		{"ПолучитьСотрудников", `{"answer":[]}`, nil, `GetEmployees {"refresh":false}`, `[]`},
		{"ПолучитьСотрудников", `{"operation_id":"op-2"}`, []any{true}, `GetEmployees {"refresh":true}`, `op-2`},
		{"ДанныеКоллтрекинга", `{"answer":{}}`, []any{"1"}, `CallTracking {"number":"1"}`, `{}`},
		{"ИсторияПосетителя", `{"operation_id":"op-3"}`, []any{"1"}, `VisitorHistory {"number":"1"}`, `op-3`},
	} {
		r.link.answer = func(string) (string, error) { return c.answer, nil }
		if got := o.must(c.method, c.args...).Str(); got != c.want {
			t.Errorf("%s(%v) = %q, want %q", c.method, c.args, got, c.want)
		}
		calls := r.link.called()
		if got := calls[len(calls)-1]; got != c.called {
			t.Errorf("%s(%v) called %s, want %s", c.method, c.args, got, c.called)
		}
	}
	if !o.must("ОтменитьОперацию", "op-1").Bool() {
		t.Error("ОтменитьОперацию = Ложь, want Истина")
	}
	before := len(r.link.called())
	for _, c := range []struct {
		method string
		args   []any
		field  string
	}{
		{"ВыполнитьЗапрос", []any{"x", "", -1}, "ЖдатьМс"},
		{"ВыполнитьЗапрос", []any{"x", "", 60_001}, "ЖдатьМс"},
		{"ПолучитьРезультат", []any{"op", -1}, "Смещение"},
		{"ПолучитьРезультат", []any{"op", int64(1) << 40}, "Смещение"},
		{"ПолучитьРезультат", []any{"op", 0, 0}, "Количество"},
	} {
		if code, field := o.fails(c.method, c.args...); code != string(text.BadArgument) || field != c.field {
			t.Errorf("%s(%v): %s [%s], want bad_argument [%s]", c.method, c.args, code, field, c.field)
		}
	}
	if n := len(r.link.called()) - before; n != 0 {
		t.Errorf("wrong arguments reached the link %d times", n)
	}
	for _, broken := range []string{"", "[]", "{}"} {
		r.link.answer = func(string) (string, error) { return broken, nil }
		if code, _ := o.fails("ПолучитьСотрудников"); code != string(text.Internal) {
			t.Errorf("ПолучитьСотрудников answered with %q: %s, want internal", broken, code)
		}
	}
}

// The list of methods is the catalogue: each can be asked, and is described.
func TestAPIMethods(t *testing.T) {
	t.Parallel()
	o := newRig(t).object(newHost()) // not connected
	raw := o.must("СписокМетодов").Str()
	var methods []struct {
		Name, Path, Area, Answer string
		TitleRU                  string `json:"title_ru"`
		TitleEN                  string `json:"title_en"`
		Fields                   []struct {
			Name, Type string
			Required   *bool
			Limits     map[string]any
			Fields     []any
		}
	}
	if err := json.Unmarshal([]byte(raw), &methods); err != nil {
		t.Fatalf("СписокМетодов: %v", err)
	}
	if len(methods) != len(vpbx.Declared()) {
		t.Errorf("СписокМетодов lists %d methods, want %d", len(methods), len(vpbx.Declared()))
	}
	for _, m := range methods {
		if m.Name == "" || m.Area == "" || m.Answer == "" || m.TitleRU == "" || m.TitleEN == "" || !slices.Contains(vpbx.Declared(), m.Path) {
			t.Errorf("СписокМетодов: %+v", m)
		}
		for _, f := range m.Fields {
			if f.Name == "" || f.Type == "" || f.Required == nil || f.Limits == nil || f.Fields == nil {
				t.Errorf("СписокМетодов: %s: %+v", m.Path, f)
			}
		}
	}
	for _, part := range []string{`"one_of":["blind","hold"]`, `{"name":"call_id","type":"text","required":true,"limits":{"format":"id"},"fields":[]}`} {
		if !strings.Contains(raw, part) {
			t.Errorf("СписокМетодов has no %s", part)
		}
	}
	if strings.Contains(raw, "null") {
		t.Error("СписокМетодов holds null")
	}
}

func TestRequestsOverTheRealConnection(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	if got := o.json("ВыполнитьЗапрос", "config/users/request", "{}", 10_000); len(got["users"].([]any)) != 3 {
		t.Errorf("ВыполнитьЗапрос of the employees = %v, want three", got)
	}
	id := o.must("ВыполнитьЗапрос", "account/balance").Str()
	eventually(t, "the outcome", func() bool { return slices.Contains(h.names(), "РезультатОперации") })
	for _, e := range h.events() {
		if e.name == "РезультатОперации" {
			if m := decodeMap(t, e.data); m["operation_id"] != id || m["ok"] != true || m["code"] != "" || m["total"] != 1.0 || m["kind"] != "APIRequest" {
				t.Errorf("РезультатОперации = %s, want success of %s", e.data, id)
			}
		}
	}
	if got := o.json("ПолучитьРезультат", id); got["total"] != 1.0 || len(got["rows"].([]any)) != 1 {
		t.Errorf("ПолучитьРезультат = %v, want one row", got)
	}
	for _, c := range []struct {
		method string
		args   []any
		code   text.Code
		field  string
	}{
		{"ВыполнитьЗапрос", []any{"commands/sms", `{"text":"x","to_number":"79161234567","from_extension":"101","oops":1}`}, text.UnknownField, "oops"},
		{"ВыполнитьЗапрос", []any{"commands/sms", `{"text":"x"}`}, text.NumberEmpty, "from_extension"},
		{"ВыполнитьЗапрос", []any{"commands/sms", `{"text":7.5,"to_number":true}`}, text.BadField, "to_number"},
		{"ВыполнитьЗапрос", []any{"nobody/knows"}, text.MethodUnknown, ""},
		{"ВыполнитьЗапрос", []any{"commands/sms", `{`}, text.BadJSON, ""},
		{"ПолучитьРезультат", []any{"nobody"}, text.OperationUnknown, ""},
		{"ОтменитьОперацию", []any{"nobody"}, text.OperationUnknown, ""},
	} {
		if code, field := o.fails(c.method, c.args...); code != string(c.code) || field != c.field {
			t.Errorf("%s(%v): %s [%s], want %s [%s]", c.method, c.args, code, field, c.code, c.field)
		}
	}
	if list := o.must("ПолучитьСотрудников").Str(); !strings.Contains(list, `"extension":"101"`) {
		t.Errorf("ПолучитьСотрудников = %s, want 101 in it", list)
	}
	id = o.must("ДанныеКоллтрекинга", "+7 495 111-22-33").Str()
	eventually(t, "the visitor", func() bool { return strings.Contains(data(h.events()), `"operation_id":"`+id+`"`) })
	if got := o.json("ДанныеКоллтрекинга", "+7 495 111-22-33"); got["uid"] == nil {
		t.Errorf("ДанныеКоллтрекинга of a known number = %v, want the visitor", got)
	}
	if n := p.Stats().Wrong; n != 0 {
		t.Errorf("the PBX counted %d wrong requests", n)
	}
	var ops map[string]any
	eventually(t, "no operation runs", func() bool { // each is over a moment after its outcome
		ops = o.json("Диагностика")["office"].(map[string]any)["operations"].(map[string]any)
		return ops["running"] == 0.0
	})
	if ops["kept"] != 2.0 || ops["bytes"] == 0.0 {
		t.Errorf("Диагностика: operations = %v, want two kept", ops)
	}
}

// What ran at Отключить is told after the next Подключить.
func TestOperationsEndWithTheConnection(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	if err := p.SetFaults(vpbxtest.Faults{API: vpbxtest.APIFaults{Slow: vpbxtest.Always(), SlowBy: 60}}); err != nil {
		t.Fatal(err)
	}
	cancelled := o.must("ВыполнитьЗапрос", "account/balance", "", 10).Str()
	if code, _ := o.fails("ПолучитьРезультат", cancelled); code != string(text.OperationRunning) {
		t.Errorf("ПолучитьРезультат of one that runs: %s, want operation_running", code)
	}
	o.must("ОтменитьОперацию", cancelled)
	outcome := func(id string) (code any) {
		t.Helper()
		eventually(t, "the outcome", func() bool { return strings.Contains(data(h.events()), `"operation_id":"`+id+`"`) })
		for _, e := range h.events() {
			if m := decodeMap(t, e.data); m["operation_id"] == id {
				if m["ok"] != false || m["text"] == "" {
					t.Errorf("РезультатОперации = %s, want a failure with a text", e.data)
				}
				code = m["code"]
			}
		}
		return code
	}
	if code := outcome(cancelled); code != string(text.Cancelled) {
		t.Errorf("РезультатОперации after ОтменитьОперацию has %v, want cancelled", code)
	}
	id := o.must("ВыполнитьЗапрос", "config/users/request").Str()
	o.must("Отключить")
	o.connect(p.connect, 0)
	if code := outcome(id); code != string(text.Stopping) {
		t.Errorf("РезультатОперации after Отключить has %v, want stopping", code)
	}
	if code, _ := o.fails("ПолучитьРезультат", id); code != string(text.OperationUnknown) {
		t.Errorf("ПолучитьРезультат after Отключить: %s, want operation_unknown", code)
	}
}
