package exec_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/build/bsl/exec"
)

const (
	registered = `{"class":"screen","event":"ConnectionState","id":"c","state":3,"code":"","text":"Сервер интеграции доступен"}`
	refusal    = `{"code":"number_invalid","text":"Номер не годится","remedy":"Проверьте номер","retryable":false,"field":"number"}`
	party      = `{"extension":"","number":"79161234567","name":""}`
	callee     = `{"extension":"101","number":"","name":"Иванов"}`
	common     = `"entry_id":"e1","call_id":"l1","direction":"in","caller":` + party + `,"callee":` + callee + `,"line_number":"74950000000","truncated":false`
	summary    = `{"class":"record","event":"CallSummary","id":"r1",` + common + `,"save":true,"started":"2026-11-27T10:00:00+03:00",
		"talk_started":"2026-11-27T10:00:05+03:00","ended":"2026-11-27T10:01:00+03:00","total_sec":60,"talk_sec":55,"status":"accepted_ok",
		"status_text":"Принят успешно","author":{"user_id":"u","extension":"101","name":"Иванов"},"assignee":"",
		"recordings":[{"recording_id":"rec1","extension":"101"}],"create_client":{"advise":false,"type":"partner"}}`
)

func (s *session) fake() *fake { return s.addin.backend.(*fake) }

// connected is a session that is registered with the PBX.
func connected(t *testing.T) *session {
	t.Helper()
	s := newSession(t)
	s.start()
	s.event("СостояниеСвязи", registered)
	s.fake().calls, s.shown = nil, nil
	return s
}

func TestStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		attaches []bool
		installs int
		connects bool
	}{
		{"installed", nil, 0, true},
		{"installed on demand", []bool{false, true}, 1, true},
		{"cannot be installed", []bool{false, false}, 1, false},
	} {
		s := newSession(t)
		s.attaches = c.attaches
		s.start()
		connects := len(s.fake().calls) == 1 && strings.HasPrefix(s.fake().calls[0], "Подключить ")
		if s.installs != c.installs || connects != c.connects || (len(s.shown) == 0) != c.connects {
			t.Errorf("%s: %d installations, calls %q, shown %q", c.name, s.installs, s.fake().calls, s.shown)
		}
		if c.connects {
			for _, want := range []string{`"ack":"manual"`, `"extension":"101"`, `"role":"desk"`, `"user_id":"uid-Иванов"`, `"url":"wss://hub"`} {
				if !strings.Contains(s.fake().calls[0], want) {
					t.Errorf("%s: Подключить was given %s, want %s in it", c.name, s.fake().calls[0], want)
				}
			}
		}
	}
}

func TestStartWithoutRoleOrNumber(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.role = false
	s.start()
	if got := s.call("MO_Общий", "ДоступнаРольВАТСMangoOffice"); got != false || len(s.fake().calls) > 0 || len(s.shown) > 0 {
		t.Errorf("without the role: %v, calls %q, shown %q", got, s.fake().calls, s.shown)
	}
	s = newSession(t)
	delete(s.tables["МангоОфисПользователи"].rows, "Иванов")
	s.start()
	if got := s.call("MO_Общий", "ДоступнаРольВАТСMangoOffice"); got != true || len(s.fake().calls) > 0 {
		t.Errorf("without a number: %v, calls %q, want the role and no connection", got, s.fake().calls)
	}
}

// The function of the original answers at once, from what is known; what the
// add-in or the PBX say later is shown.
func TestAdapterCall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, number string
		prepare      func(s *session)
		want         bool
		calls        []string
		shown        string // a part of the text
	}{
		{"a number", " +7 (916) 123-45-67 ", nil, true, []string{"ИнициироватьЗвонок +7 (916) 123-45-67"}, ""},
		{"an extension", "102", nil, true, []string{"ИнициироватьЗвонок 102"}, ""},
		{"a SIP address", "ivan@example.org", nil, true, []string{"ИнициироватьЗвонок ivan@example.org"}, ""},
		{"nothing", "  ", nil, false, nil, "Это не номер"},
		{"words", "Иван Иванович", nil, false, nil, "Это не номер"},
		{"not connected", "102", func(s *session) {
			s.event("СостояниеСвязи", strings.NewReplacer(`"state":3`, `"state":1`, "Сервер интеграции доступен", "Хаб не отвечает").Replace(registered))
		}, false, nil, "Хаб не отвечает"},
		{"refused by the add-in", "102", func(s *session) {
			s.fake().answers["ИнициироватьЗвонок"] = []answer{{"", refusal}}
		}, true, []string{"ИнициироватьЗвонок 102"}, "Номер не годится\nПроверьте номер"},
	} {
		s := connected(t)
		if c.prepare != nil {
			c.prepare(s)
		}
		got := s.call("MO_ОбщийКлиент", "ИнициироватьЗвонок", c.number)
		if got != c.want {
			t.Errorf("%s: ИнициироватьЗвонок(%q) = %v, want %v", c.name, c.number, got, c.want)
		}
		if diff := cmp.Diff(c.calls, s.fake().calls); diff != "" {
			t.Errorf("%s: calls of the add-in (-want +got):\n%s", c.name, diff)
		}
		if shown := strings.Join(s.shown, "\n"); c.shown == "" && shown != "" || !strings.Contains(shown, c.shown) {
			t.Errorf("%s: shown %q, want %q", c.name, shown, c.shown)
		}
	}
}

// The answer comes before the add-in was so much as called.
func TestAdapterDoesNotWait(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.load("probe.bsl", "// Общий модуль Проба: клиент.\n\n// А.\nФункция Ф() Экспорт\nОтвет = MO_ОбщийКлиент.ИнициироватьЗвонок(\"102\");\nСейчас();\nВозврат Ответ;\nКонецФункции\n")
	calls := -1
	s.w.Funcs["сейчас"] = func([]*exec.Value) exec.Value { calls = len(s.fake().calls); return nil }
	if got := s.call("Проба", "Ф"); got != true || calls != 0 || len(s.fake().calls) != 1 {
		t.Errorf("ИнициироватьЗвонок = %v with %d calls of the add-in by then, %d later; want true, 0, 1", got, calls, len(s.fake().calls))
	}
}

func TestCommandRefusedByThePBX(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["ИнициироватьЗвонок"] = []answer{{"cmd1", ""}, {"cmd2", ""}}
	s.call("MO_ОбщийКлиент", "ИнициироватьЗвонок", "102")
	s.call("MO_ОбщийКлиент", "ИнициироватьЗвонок", "103")
	s.event("РезультатКоманды", `{"class":"screen","command_id":"cmd1","code":"","result":1000,"result_text":"Действие выполнено"}`)
	s.event("РезультатКоманды", `{"class":"screen","command_id":"cmd2","code":"pbx_refused","result":3330,"result_text":"Абонент не найден"}`)
	if diff := cmp.Diff([]string{"Звонок на 103: Абонент не найден"}, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestStandardButton(t *testing.T) {
	t.Parallel()
	const module, proc = "УправлениеКонтактнойИнформациейКлиент", "MO_ПозвонитьПоТелефону"
	s := connected(t)
	s.call(module, proc, " 79161234567 ")
	s.call(module, proc, "  ")
	want := []string{"Исходящий звонок: Выполнен callback-вызов по номеру 79161234567", "Не задан телефонный номер"}
	if diff := cmp.Diff(want, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if len(s.went) > 0 {
		t.Errorf("the replaced procedure went on with %q", s.went)
	}
	s = newSession(t)
	s.role = false
	s.start()
	s.call(module, proc, "102")
	if diff := cmp.Diff([]string{"102"}, s.went); diff != "" {
		t.Errorf("without the role the replaced procedure goes on (-want +got):\n%s", diff)
	}
}

// A record event is acknowledged when the server has saved it, and not before.
func TestAcknowledgement(t *testing.T) {
	t.Parallel()
	s := connected(t)
	fail := true
	s.w.Funcs["призаписи"] = func([]*exec.Value) exec.Value {
		if len(s.fake().calls) > 0 {
			t.Errorf("while the server saves: %q", s.fake().calls)
		}
		if fail {
			exec.Raise("нет места")
		}
		return nil
	}
	rows := s.rows
	s.event("ИтогЗвонка", summary)
	if diff := cmp.Diff([]string{"ОтложитьСобытие r1 60"}, s.fake().calls); diff != "" || len(rows()) != 0 {
		t.Errorf("not saved: rows %v, calls (-want +got):\n%s", rows(), diff)
	}
	if len(s.logged) != 1 || !strings.Contains(s.logged[0], "нет места") {
		t.Errorf("logged %q, want the reason", s.logged)
	}
	if len(s.told) != 1 { // СостояниеСвязи, as the session began
		t.Errorf("forms were told of %q though nothing was saved", s.told)
	}
	fail = false
	for range 2 { // at least once is twice now and then
		s.fake().calls = nil
		s.event("ИтогЗвонка", summary)
		if len(s.fake().calls) != 2 || s.fake().calls[0] != "ПодтвердитьСобытие r1" || !strings.HasPrefix(s.fake().calls[1], "ДополнитьЗвонок e1 {") {
			t.Errorf("saved: calls %q, want ПодтвердитьСобытие, then ДополнитьЗвонок", s.fake().calls)
		}
		if got := rows(); len(got) != 1 || got["e1"]["Абонент"] != "Ромашка" || got["e1"]["ЗаписиРазговора"] != "rec1" || got["e1"]["ДлительностьРазговора"] != 55.0 {
			t.Errorf("rows = %v, want the one call", got)
		}
	}
}

func (s *session) rows() map[string]fields { return s.tables["МангоОфисЗвонки"].rows }

func TestRecordingBeforeAndAfterTheSummary(t *testing.T) {
	t.Parallel()
	s := connected(t)
	ready := func(id string) string {
		return `{"class":"record","event":"RecordingReady","id":"x` + id + `",` + common + `,"recording_id":"` + id + `","extension":"101"}`
	}
	s.event("ЗаписьГотова", ready("rec0"))
	s.event("ИтогЗвонка", summary)
	s.event("ЗаписьГотова", ready("rec1"))
	s.event("ЗаписьГотова", ready("rec2"))
	got := s.rows()["e1"]
	if got["ЗаписиРазговора"] != "rec1,rec0,rec2" || got["Абонент"] != "Ромашка" {
		t.Errorf("row = %v, want three recordings and the client", got)
	}
}

func TestInternalCallIsNotSaved(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.event("ИтогЗвонка", strings.Replace(summary, `"save":true`, `"save":false`, 1))
	if diff := cmp.Diff([]string{"ПодтвердитьСобытие r1"}, s.fake().calls); diff != "" || len(s.rows()) != 0 {
		t.Errorf("rows %v, calls (-want +got):\n%s", s.rows(), diff)
	}
}

func TestTruncatedEventIsFetched(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["ПолучитьСобытие"] = []answer{{summary, ""}}
	s.event("ИтогЗвонка", `{"class":"record","id":"r1","truncated":true}`)
	if len(s.rows()) != 1 || !slices.Contains(s.fake().calls, "ПодтвердитьСобытие r1") {
		t.Errorf("rows %v, calls %q, want the whole event saved and acknowledged", s.rows(), s.fake().calls)
	}
}

func TestPopUp(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.event("ВходящийЗвонок", `{"class":"screen",`+common+`,"open_client_card":true,"create_client":{"advise":false,"type":"partner"},"calltracking":[]}`)
	s.event("ЗвонокПринят", `{"class":"screen",`+common+`}`)
	want := []string{"ОбщаяФорма.МангоОфисВходящийЗвонок", "Ромашка", "ОбщаяФорма.МангоОфисКарточкаЗвонка"}
	if diff := cmp.Diff(want, s.forms); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
}

// The outcome of СобратьЖурналы is told to the user, from wherever it was begun,
// and that of no other operation.
func TestCollectLogs(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["СобратьЖурналы"] = []answer{{"own-1", ""}, {"own-2", ""}, {"", refusal}}
	for _, form := range []string{"settings.bsl", "softphone.bsl"} {
		_, m := s.open(form, nil)
		s.fake().calls = nil
		s.do(m, "СобратьЖурналы", nil)
		if diff := cmp.Diff([]string{"СобратьЖурналы"}, s.fake().calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", form, diff)
		}
	}
	s.shown = nil
	s.call("МангоОфисКлиент", "СобратьЖурналы")
	for _, rest := range []string{`"kind":"BuildReport","ok":true`, `"kind":"CollectLogs","ok":true`, `"kind":"CollectLogs","ok":false`} {
		s.event("РезультатОперации", `{"class":"screen","path":"C:\\a.zip","text":"Нет места",`+rest+`}`)
	}
	want := []string{"Журналы не собраны: Номер не годится\nПроверьте номер", `Журналы для поддержки собраны: C:\a.zip`, "Журналы не собраны: Нет места"}
	if diff := cmp.Diff(want, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	none := newSession(t)
	none.attaches = []bool{false, false}
	none.start()
	none.shown = nil
	none.call("МангоОфисКлиент", "СобратьЖурналы")
	if len(none.shown) != 1 || !strings.Contains(none.shown[0], "mango-addin doctor") {
		t.Errorf("without a component the user is shown %q", none.shown)
	}
}

func TestRouteRequest(t *testing.T) {
	t.Parallel()
	s := connected(t)
	request := `{"class":"screen",` + common + `,"request_id":"q1","deadline_ms":1500,"calltracking":[]}`
	s.event("ЗапросМаршрута", request)
	s.event("ЗапросМаршрута", strings.Replace(request, "79161234567", "74951112233", 1))
	if diff := cmp.Diff([]string{"ОтветитьНаЗапросМаршрута q1 102", "ОтветитьНаЗапросМаршрута q1"}, s.fake().calls); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// Every event of the component goes through without an exception, to whom it
// concerns: the overridable module, and open forms.
func TestEveryEvent(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../addin/telephony/testdata/events.ru.golden")
	if err != nil {
		t.Fatal(err)
	}
	s := connected(t)
	seen := map[string]bool{}
	for _, name := range telephony.EventNames() {
		data, ok := golden(string(raw), name.RU)
		if !ok {
			t.Fatalf("the golden events have no %s", name.RU)
		}
		data = strings.Replace(data, `"truncated": true`, `"truncated": false`, 1)
		s.told = nil
		s.event(name.RU, data)
		if !slices.Contains(s.told, "МангоОфис."+name.RU) {
			t.Errorf("%s: forms were told of %q", name.RU, s.told)
		}
		seen[name.RU] = true
	}
	if len(seen) < 25 {
		t.Errorf("%d events, want 25 at least", len(seen))
	}
}

// golden is the JSON behind the line that is the name.
func golden(all, name string) (string, bool) {
	_, rest, ok := strings.Cut("\n"+all, "\n"+name+"\n{\n")
	body, _, _ := strings.Cut(rest, "\n}\n")
	return "{" + body + "}", ok
}

func TestScheduledJob(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.fake().answers["ПолучитьСобытия"] = []answer{{"[" + summary + "]", ""}, {"[]", ""}}
	s.job()
	var names []string
	for _, c := range s.fake().calls {
		name, _, _ := strings.Cut(c, " ")
		names = append(names, name)
	}
	want := []string{"ВнешниеСобытия", "Подключить", "ПолучитьСобытия", "ПодтвердитьСобытие", "ДополнитьЗвонок", "ПолучитьСобытия", "Отключить"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if !strings.Contains(s.fake().calls[1], `"role":"server"`) || !strings.Contains(s.fake().calls[1], `"ack":"manual"`) {
		t.Errorf("Подключить was given %s", s.fake().calls[1])
	}
	if len(s.rows()) != 1 {
		t.Errorf("rows = %v, want the call", s.rows())
	}
}
