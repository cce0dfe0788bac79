package exec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/exec"
	"mangoofficesdk/sdk/engine"
)

// What the platform says against the add-in is told to the person, with what to do.
func TestAttachRefused(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.refused = "безопасный режим"
	s.start()
	if len(s.shown) != 1 || !strings.Contains(s.shown[0], "mango-addin doctor") {
		t.Errorf("shown %q, want what to do", s.shown)
	}
	if len(s.logged) != 1 || !strings.Contains(s.logged[0], "безопасный режим") {
		t.Errorf("logged %q, want the reason", s.logged)
	}
}

// The settings are opened before there is anything to connect with: the add-in
// is attached, and not told to connect.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.constants["МангоОфисПараметрыПодключения"] = ""
	s.start()
	_, m := s.open("settings.bsl", nil)
	s.do(m, "СоздатьИнтеграцию", nil)
	s.do(m, "СоздатьИнтеграцию", nil)
	if len(s.fake().calls) != 1 || !strings.HasPrefix(s.fake().calls[0], "СоздатьИнтеграцию") {
		t.Errorf("calls = %q, want the second press to reach СоздатьИнтеграцию, and nothing else", s.fake().calls)
	}
	for _, shown := range s.shown {
		if strings.Contains(shown, "не подключена") {
			t.Errorf("shown %q though nobody asked for a connection", s.shown)
		}
	}
}

// No line to the server: the event is put off all the same, and the person is
// not bothered with an exception.
func TestServerOutOfReach(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.load("call.bsl", strings.ReplaceAll(`// Общий модуль МангоОфисВызовСервера: вызов сервера.
// А.
Функция ПринятьСобытие(Событие, Текст) Экспорт
	НЕТ
КонецФункции
// А.
Функция НайтиАбонента(Номер) Экспорт
	НЕТ
КонецФункции
// А.
Функция НомерОтветственного(Номер) Экспорт
	НЕТ
КонецФункции
// А.
Процедура ЗаписатьВЖурнал(Событие, Текст) Экспорт
	НЕТ
КонецПроцедуры
`, "НЕТ", `ВызватьИсключение "Нет связи с сервером";`))
	s.event("ИтогЗвонка", summary)
	s.event("ЗапросМаршрута", `{"class":"screen",`+common+`,"request_id":"q1"}`)
	s.event("ВходящийЗвонок", `{"class":"screen",`+common+`,"open_client_card":true}`)
	if diff := cmp.Diff([]string{"ОтложитьСобытие r1 60", "ОтветитьНаЗапросМаршрута q1"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ОбщаяФорма.МангоОфисВходящийЗвонок"}, s.forms); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
}

// Who answered a call need not have rights to the clients; but without the role
// nobody is served.
func TestRightsOfTheServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ event, data string }{
		"saving":  {"ИтогЗвонка", summary},
		"looking": {"ВходящийЗвонок", `{"class":"screen",` + common + `}`},
		"routing": {"ЗапросМаршрута", `{"class":"screen",` + common + `,"request_id":"q1"}`},
	} {
		s := connected(t)
		s.rights = false
		looked := false
		s.w.Funcs["припоиске"] = func([]*exec.Value) exec.Value {
			if looked = true; !s.rights {
				t.Errorf("%s: the configuration is asked with the rights of the user", name)
			}
			return nil
		}
		s.event(c.event, c.data)
		if !looked {
			t.Errorf("%s: the configuration was not asked", name)
		}
	}
	s := connected(t)
	s.role = false
	for proc, args := range map[string][]exec.Value{"ПринятьСобытие": {"ИтогЗвонка", summary}, "НайтиАбонента": {"79161234567"}, "НомерОтветственного": {"79161234567"}} {
		if _, err := s.w.Call(bsl.Server, "МангоОфисВызовСервера", proc, args...); err == nil {
			t.Errorf("%s serves a user without the role", proc)
		}
	}
	if len(s.rows()) > 0 {
		t.Errorf("rows = %v, want none", s.rows())
	}
}

// The overridable module knows events by one name, whoever brings them.
func TestJobTellsTheSameNames(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	var got, want, events []string
	s.w.Funcs["припрочем"] = func(args []*exec.Value) exec.Value {
		got = append(got, exec.Text(*args[0]))
		return nil
	}
	for _, e := range manual.Events() {
		switch {
		case e.Class != engine.Record:
			continue
		case e.Name.EN == "CallSummary", e.Name.EN == "CallChanged", e.Name.EN == "RecordingReady": // the layer saves these itself
		default:
			want = append(want, e.Name.RU)
		}
		events = append(events, strings.Replace(summary, `"CallSummary"`, `"`+e.Name.EN+`","recording_id":"rec2"`, 1))
	}
	s.fake().answers["ПолучитьСобытия"] = []answer{{"[" + strings.Join(events, ",") + "]", ""}, {"[]", ""}}
	s.job()
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 5 {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := s.rows()["e1"]; got["ЗаписиРазговора"] != "rec1,rec2" && got["ЗаписиРазговора"] != "rec2,rec1" {
		t.Errorf("row = %v, want the call and its second recording", got)
	}
}

func (s *session) job() {
	s.t.Helper()
	if _, err := s.w.Call(bsl.Server, "МангоОфисРегламентныеЗадания", "ПринятьЗвонки"); err != nil {
		s.t.Fatalf("ПринятьЗвонки = %v", err)
	}
}

// A big event that could not be fetched is not acknowledged: it comes again.
func TestJobFetchesBigEvents(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	big := `[{"class":"record","event":"CallSummary","id":"r1","truncated":true}]`
	s.fake().answers["ПолучитьСобытия"] = []answer{{big, ""}, {big, ""}, {"[]", ""}}
	s.fake().answers["ПолучитьСобытие"] = []answer{{"", refusal}, {summary, ""}}
	s.job()
	acks := 0
	for _, c := range s.fake().calls {
		if c == "ПодтвердитьСобытие r1" {
			acks++
		}
	}
	if acks != 1 || len(s.rows()) != 1 || len(s.logged) != 1 {
		t.Errorf("%d acknowledgements, rows %v, logged %q; want one of each: of the attempt that brought the event, and of the one that did not",
			acks, s.rows(), s.logged)
	}
}
