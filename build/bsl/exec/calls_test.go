package exec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/build/bsl/exec"
)

// query is Запрос over the saved calls, with the names that its text gives.
type query struct {
	s    *session
	text string
	args map[string]exec.Value
}

func (q *query) Get(string) (exec.Value, bool) { return nil, false }
func (q *query) Set(name string, v exec.Value) bool {
	q.text = exec.Text(v)
	return name == "Текст"
}

func (q *query) Call(name string, args []*exec.Value) (exec.Value, bool) {
	switch name {
	case "УстановитьПараметр":
		q.args[exec.Text(*args[0])] = *args[1]
		return nil, true
	case "Выполнить":
		return q, true
	case "Выбрать":
		found := newTable("")
		for id, row := range q.s.rows() {
			at := row["Начало"].(time.Time)
			if at.Before(q.args["Начало"].(time.Time)) || at.After(q.args["Конец"].(time.Time)) {
				continue
			}
			named := fields{}
			for line := range strings.Lines(q.text) {
				from, to, ok := strings.Cut(strings.Trim(line, "| \t,\r\n"), " КАК ")
				if field, of := strings.CutPrefix(from, "Звонки."); ok && of {
					named[to] = row[field]
				}
			}
			found.rows[id] = named
		}
		q.s.tables["Найденное"] = found
		return register{q.s, "Найденное"}.Call("Выбрать", nil)
	}
	return nil, false
}

// The saved calls of a day: to call back, and to open the card of one, with
// what was written about it.
func TestCallsForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.w.New["запрос"] = func([]*exec.Value) exec.Value { return &query{s: s, args: map[string]exec.Value{}} }
	day := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"ТекущаяДатаСеанса": day, "НачалоДня": day, "КонецДня": day.Add(24*time.Hour - time.Second)} {
		s.w.Funcs[strings.ToLower(name)] = func([]*exec.Value) exec.Value { return at }
	}
	s.event("ИтогЗвонка", summary)
	s.event("ИтогЗвонка", strings.NewReplacer(`"e1"`, `"e0"`, "2026-11-27", "2026-11-20").Replace(summary))
	s.call("МангоОфисВызовСервера", "СохранитьОписание", "e1", "Заказ", "Перезвонить")
	f, m := s.open("calls.bsl", nil)
	rows := f.values["Звонки"].(*exec.Array).Items
	if len(rows) != 1 || rows[0].(*exec.Map).At("Тема") != "Заказ" || rows[0].(*exec.Map).At("Абонент") != "Ромашка" {
		t.Fatalf("calls of the day = %v", rows)
	}
	s.fake().calls, s.forms = nil, nil
	s.do(m, "ЗвонкиВыбор", nil, 0.0, nil, true)
	f.items.all["Звонки"]["ТекущиеДанные"] = rows[0]
	s.do(m, "Перезвонить", nil)
	s.do(m, "ОткрытьКарточку", nil)
	if diff := cmp.Diff([]string{"ОбщаяФорма.МангоОфисКарточкаЗвонка", "ОбщаяФорма.МангоОфисКарточкаЗвонка"}, s.forms); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ИнициироватьЗвонок 79161234567"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	s.fake().answers["ПолучитьЗвонок"] = []answer{{"", refusal}}
	card, _ := s.open("call_card.bsl", map[string]exec.Value{"ИдЗвонка": "", "ИдВызова": "e1", "Собеседник": "Ромашка", "Номер": "79161234567"})
	if card.values["Тема"] != "Заказ" || card.values["Описание"] != "Перезвонить" || card.items.all["КнопкаЗавершитьЗвонок"] != nil {
		t.Errorf("card = %v with %v, want what was written, and no buttons for a call that is over", card.values, card.items.all)
	}
}
