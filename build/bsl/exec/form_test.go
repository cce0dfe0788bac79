package exec_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/exec"
)

// form is a form without elements, until its module adds some. A field that
// nobody added is a mistake.
type form struct {
	values map[string]exec.Value
	given  *exec.Map // Параметры
	items  *items
	closed bool
}

func (f *form) Get(name string) (exec.Value, bool) {
	switch name {
	case "Параметры":
		return f.given, true
	case "Элементы":
		return f.items, true
	case "Команды":
		return commands{f}, true
	}
	v, ok := f.values[name]
	return v, ok
}

func (f *form) Set(name string, v exec.Value) bool {
	_, ok := f.values[name]
	if ok {
		f.values[name] = v
	}
	return ok
}

func (f *form) Call(name string, args []*exec.Value) (exec.Value, bool) {
	switch name {
	case "Закрыть":
		f.closed = true
	case "ИзменитьРеквизиты":
		for _, a := range (*args[0]).(*exec.Array).Items {
			f.add(a.(attribute))
		}
	default:
		return nil, false
	}
	return nil, true
}

func (f *form) add(a attribute) {
	if a.path != "" {
		table := f.values[a.path].(*exec.Array)
		table.Columns = append(table.Columns, a.name)
		return
	}
	switch a.kind {
	case "ТаблицаЗначений":
		f.values[a.name] = &exec.Array{Columns: []string{}}
	case "СписокЗначений":
		f.values[a.name] = &list{}
	case "Булево":
		f.values[a.name] = false
	case "Число":
		f.values[a.name] = 0.0
	case "Дата":
		f.values[a.name] = time.Time{}
	case "Строка":
		f.values[a.name] = ""
	default:
		f.values[a.name] = nil
	}
}

// attribute is РеквизитФормы; it is only handed on.
type attribute struct{ name, kind, path string }

type typeDescription string

// items are the elements; each keeps what it is given.
type items struct {
	form *form
	all  map[string]one
}

func (i *items) Get(name string) (exec.Value, bool) { v, ok := i.all[name]; return v, ok }
func (i *items) Set(string, exec.Value) bool        { return false }
func (i *items) Call(name string, args []*exec.Value) (exec.Value, bool) {
	key := exec.Text(*args[0])
	if name == "Найти" {
		if i.all[key] == nil {
			return nil, true
		}
		return i.all[key], true
	}
	if name != "Добавить" {
		return nil, false
	}
	if i.all[key] != nil {
		exec.Raise("two elements %s", key)
	}
	i.all[key] = one{"СписокВыбора": &list{}}
	return element{i.form, i.all[key]}, true
}

// element checks what its data path names.
type element struct {
	form *form
	one
}

func (e element) Set(name string, v exec.Value) bool {
	e.one[name] = v
	if name == "ПутьКДанным" {
		attr, column, _ := strings.Cut(exec.Text(v), ".")
		have, ok := e.form.values[attr]
		if table, isTable := have.(*exec.Array); !ok || column != "" && (!isTable || !slices.Contains(table.Columns, column)) {
			exec.Raise("no attribute %s", exec.Text(v))
		}
	}
	return true
}

func (e element) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	return nil, name == "УстановитьДействие"
}

type commands struct{ form *form }

func (c commands) Get(string) (exec.Value, bool) { return nil, false }
func (c commands) Set(string, exec.Value) bool   { return false }
func (c commands) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	return element{c.form, one{}}, name == "Добавить"
}

// list is СписокЗначений, of which the first value is chosen.
type list struct{ values []exec.Value }

func (l *list) Get(at string) (exec.Value, bool) {
	if at == "0" && len(l.values) > 0 {
		return one{"Значение": l.values[0]}, true
	}
	return nil, false
}
func (l *list) Set(string, exec.Value) bool { return false }
func (l *list) Call(name string, args []*exec.Value) (exec.Value, bool) {
	switch name {
	case "Добавить":
		l.values = append(l.values, *args[0])
	case "ЗагрузитьЗначения":
		l.values = slices.Clone((*args[0]).(*exec.Array).Items)
	case "Очистить":
		l.values = nil
	case "Количество":
		return float64(len(l.values)), true
	default:
		return nil, false
	}
	return nil, true
}

// formTypes lends what forms are built of.
func (s *session) formTypes() {
	at := func(args []*exec.Value, i int) string {
		if i >= len(args) || args[i] == nil {
			return ""
		}
		return exec.Text(*args[i])
	}
	s.w.New["описаниетипов"] = func(args []*exec.Value) exec.Value { return typeDescription(at(args, 0)) }
	s.w.New["списокзначений"] = func([]*exec.Value) exec.Value { return &list{} }
	s.w.New["реквизитформы"] = func(args []*exec.Value) exec.Value {
		kind, _ := (*args[1]).(typeDescription)
		return attribute{at(args, 0), string(kind), at(args, 2)}
	}
	for _, name := range []string{"ВидПоляФормы", "ВидГруппыФормы", "ВидДекорацииФормы", "ОтображениеОбычнойГруппы",
		"ГруппировкаПодчиненныхЭлементовФормы", "Метаданные", "ОтображениеКнопки"} {
		s.w.Names[bsl.Fold(name)] = named(name)
	}
	for name, v := range map[string]exec.Value{"ПравоДоступа": true, "НачалоМесяца": time.Time{}, "КонецДня": time.Time{}, "ТекущаяДатаСеанса": time.Time{}} {
		s.w.Funcs[bsl.Fold(name)] = func([]*exec.Value) exec.Value { return v }
	}
	for _, name := range []string{"ПоказатьВводСтроки", "НачатьЗапускПриложения"} {
		s.w.Funcs[bsl.Fold(name)] = func(args []*exec.Value) exec.Value { s.w.Notify(*args[0], "102"); return nil }
	}
}

// open makes a form as the platform does.
func (s *session) open(file string, params map[string]exec.Value) (*form, *exec.Form) {
	s.t.Helper()
	raw, err := os.ReadFile("../../../bsl/forms/" + file)
	if err != nil {
		s.t.Fatal(err)
	}
	f := &form{values: map[string]exec.Value{"Заголовок": "", "АвтоЗаголовок": true, "КоманднаяПанель": nil}, given: exec.NewMap(true)}
	f.items = &items{f, map[string]one{}}
	for k, v := range params {
		f.given.Put(k, v)
	}
	module, err := s.w.Form(file, string(raw), f)
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
	create := "ПриСозданииНаСервере"
	if !module.Has(create) {
		create = "MO_ПриСозданииНаСервереПосле"
	}
	s.do(module, create, false, true)
	if module.Has("ПриОткрытии") {
		s.do(module, "ПриОткрытии", false)
	}
	return f, module
}

func (s *session) do(m *exec.Form, proc string, args ...exec.Value) {
	s.t.Helper()
	if err := m.Call(proc, args...); err != nil {
		s.t.Fatalf("%s = %v", proc, err)
	}
}

func decode(t *testing.T, text string) exec.Value {
	t.Helper()
	v, err := exec.FromJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestIncomingForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	params := map[string]exec.Value{"ИдЗвонка": "l1", "ИдВызова": "e1", "Номер": "79161234567", "Звонящий": "Ромашка",
		"Абонент": "Ромашка", "ВМеню": true, "Свободные": &exec.Array{Items: []exec.Value{"102"}}}
	f, m := s.open("incoming.bsl", params)
	if f.values["Заголовок"] != "Входящий звонок от номера 79161234567" || f.values["АвтоЗаголовок"] != false || f.items.all["КнопкаНаправитьЗвонок"] == nil || f.items.all["КнопкаОткрытьКарточку"] == nil {
		t.Errorf("elements of the form: %v", f.items.all)
	}
	params["ВМеню"] = false
	if own, _ := s.open("incoming.bsl", params); own.items.all["КнопкаВзятьЗвонок"] != nil || own.items.all["КнопкаНаправитьЗвонок"] != nil {
		t.Errorf("elements while the own phone rings: %v, want nothing to route", own.items.all)
	}
	s.do(m, "ОбработкаОповещения", "МангоОфис.ЗвонокСнят", decode(t, `{"call_id":"other"}`), nil)
	s.do(m, "ОбработкаОповещения", "МангоОфис.СтатусСотрудника", decode(t, `{"call_id":"l1"}`), nil)
	if f.closed {
		t.Error("the form was closed by what does not concern it")
	}
	s.do(m, "ОбработкаОповещения", "МангоОфис.ЗвонокВIVRЗавершен", decode(t, `{"call_id":"l1"}`), nil)
	if !f.closed {
		t.Error("the form stays though the call has left the menu")
	}
	s.fake().calls = nil
	s.do(m, "ВзятьЗвонок", nil)
	s.do(m, "ПослеВыбораСотрудника", one{"Значение": "102"}, nil)
	if diff := cmp.Diff([]string{"ПерехватитьЗвонок l1", "НаправитьЗвонок l1 102"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestCallCardForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	card := strings.Replace(summary, `"class":"record",`, `"class":"record","calltracking":[{"key":"utm","name":"ДКТ: Источник","value":"ya"}],
		"annotation":{"subject":"Заказ","description":"Перезвонить"},`, 1)
	s.fake().answers["ПолучитьЗвонок"] = []answer{{"", refusal}, {card, ""}}
	f, m := s.open("call_card.bsl", map[string]exec.Value{"ИдЗвонка": "l1", "ИдВызова": "e1", "Собеседник": "Ромашка", "Номер": "79161234567"})
	s.do(m, "ОбработкаОповещения", "МангоОфис.ИтогЗвонка", decode(t, summary), nil)
	if f.values["Статус"] != "Принят успешно" || f.values["Длительность"] != "0:55" || f.values["Тема"] != "Заказ" ||
		len(f.values["Коллтрекинг"].(*exec.Array).Items) != 1 {
		t.Errorf("card = %v", f.values)
	}
	s.fake().calls = nil
	for _, command := range []string{"ПрослушатьЗапись", "ПеревестиЗвонок", "УдержатьЗвонок", "ЗавершитьЗвонок", "Перезвонить", "Сохранить"} {
		s.do(m, command, nil)
	}
	s.do(m, "ПриЗакрытии", false)
	want := []string{"ПрослушатьЗапись rec1", "ПеревестиЗвонок l1 102 Нет", "УдержатьЗвонок l1", "ЗавершитьЗвонок l1", "ИнициироватьЗвонок 79161234567",
		`ДополнитьЗвонок e1 {"description":"Перезвонить","subject":"Заказ"}`, "СледитьЗаЗвонком e1 Нет"}
	if diff := cmp.Diff(want, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if row := s.rows()["e1"]; row["Тема"] != "Заказ" {
		t.Errorf("row = %v, want the subject saved", row)
	}
}

func TestSoftphoneForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["ПолучитьСотрудников"] = []answer{{"op1", ""}, {`[{"name":"Петров","extension":"102"}]`, ""}}
	s.fake().answers["ПолучитьСтатусы"] = []answer{{`[{"extension":"102","state":"talking"}]`, ""}}
	f, m := s.open("softphone.bsl", nil)
	s.do(m, "ОбработкаОповещения", "МангоОфис.РезультатОперации", decode(t, `{"operation_id":"op1","ok":true}`), nil)
	rows := f.values["Сотрудники"].(*exec.Array).Items
	if len(rows) != 1 || rows[0].(*exec.Map).At("Занятость") != "разговаривает" {
		t.Fatalf("employees = %v", rows)
	}
	s.do(m, "ОбработкаОповещения", "МангоОфис.СтатусСотрудника", decode(t, `{"extension":"102","state":"free"}`), nil)
	if got := rows[0].(*exec.Map).At("Занятость"); got != "свободен" {
		t.Errorf("Занятость = %v, want свободен", got)
	}
	s.fake().calls = nil
	s.do(m, "СотрудникиВыбор", nil, 0.0, nil, true)
	f.values["Номер"] = "79161234567"
	s.do(m, "Позвонить", nil)
	s.do(m, "НайтиАбонента", nil)
	if diff := cmp.Diff([]string{"ИнициироватьЗвонок 102", "ИнициироватьЗвонок 79161234567"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if !slices.Contains(s.forms, "Ромашка") {
		t.Errorf("opened %q, want the client's card", s.forms)
	}
}

func TestSettingsForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	settings := `{"distribute":true,"min_in_sec":5,"client_type":"partner","revision":3}`
	s.fake().answers["ПолучитьНастройки"] = []answer{{settings, ""}}
	s.fake().answers["УстановитьНастройки"] = []answer{{false, refusal}}
	f, m := s.open("settings.bsl", nil)
	if f.values["distribute"] != true || f.values["min_in_sec"] != 5.0 || f.values["url"] != "wss://hub" {
		t.Errorf("form = %v", f.values)
	}
	f.values["token"] = "new"
	s.fake().calls, s.shown = nil, nil
	s.do(m, "СохранитьНастройки", nil)
	s.do(m, "ПроверитьСвязь", nil)
	if len(s.fake().calls) != 2 || !strings.Contains(s.fake().calls[0], `"distribute":true`) {
		t.Errorf("calls = %q", s.fake().calls)
	}
	if got := s.constants["МангоОфисПараметрыПодключения"]; !strings.Contains(got, `"token":"new"`) || !strings.Contains(got, `"mode":"hub"`) {
		t.Errorf("saved connection = %s", got)
	}
	f.values["mode"], f.values["candidates"], f.values["data_dir"] = "share", "desk1:8099, desk2:8099", `D:\Mango`
	s.do(m, "СохранитьПодключение")
	if got := s.constants["МангоОфисПараметрыПодключения"]; !strings.Contains(got, `"candidates":["desk1:8099","desk2:8099"]`) {
		t.Errorf("saved connection = %s", got)
	}
	want := []string{"Настройки не сохранены: Номер не годится\nПроверьте номер", "Сервер интеграции доступен"}
	if diff := cmp.Diff(want, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestUsersForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["ПолучитьПользователей"] = []answer{{`[{"user_id":"uid-Петров","connected":true,"last_seen":""}]`, ""}}
	f, m := s.open("users.bsl", nil)
	rows := f.values["Пользователи"].(*exec.Array).Items
	if len(rows) != 2 || rows[1].(*exec.Map).At("Состояние") != "в сети" {
		t.Fatalf("users = %v", rows)
	}
	rows[0].(*exec.Map).Put("ВнутреннийНомер", "105")
	rows[1].(*exec.Map).Put("ВнутреннийНомер", "")
	s.fake().calls = nil
	s.do(m, "Сохранить", nil)
	want := []string{`УстановитьПользователей [{"extension":"105","name":"Иванов","user_id":"uid-Иванов"}]`}
	if diff := cmp.Diff(want, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	// A line that is deleted, or given to somebody else, takes its user along.
	rows[0].(*exec.Map).Put("Пользователь", named("Сидоров"))
	f.values["Пользователи"].(*exec.Array).Items = rows[:1]
	s.fake().calls = nil
	s.do(m, "Сохранить", nil)
	want = []string{`УстановитьПользователей [{"extension":"105","name":"Сидоров","user_id":"uid-Сидоров"}]`}
	if diff := cmp.Diff(want, s.fake().calls); diff != "" {
		t.Errorf("calls after a line was given to another user (-want +got):\n%s", diff)
	}
}

func TestReportForm(t *testing.T) {
	t.Parallel()
	s := connected(t)
	s.fake().answers["СформироватьОтчет"] = []answer{{"op7", ""}}
	f, m := s.open("report.bsl", nil)
	f.values["Файл"], f.values["Номер"] = `C:\r.html`, "79161234567"
	s.do(m, "Сформировать", nil)
	if len(s.fake().calls) != 1 || !strings.HasSuffix(s.fake().calls[0], `brief C:\r.html {"number":"79161234567"}`) {
		t.Errorf("calls = %q", s.fake().calls)
	}
	s.do(m, "ОбработкаОповещения", "МангоОфис.РезультатОперации", decode(t, `{"operation_id":"op7","ok":true,"text":"Готово","path":"C:\\r.html"}`), nil)
	if f.values["Готовность"] != "Готово" {
		t.Errorf("Готовность = %v", f.values["Готовность"])
	}
}

// The button of the ten places: from a list its current row, from a card its
// object; nothing without the role.
func TestClickToCall(t *testing.T) {
	t.Parallel()
	s := connected(t)
	f, m := s.open("click_to_call.bsl", nil)
	if f.items.all["КнопкаMO_Позвонить"] == nil {
		t.Errorf("elements = %v, want the button", f.items.all)
	}
	f.items.all["Список"] = one{"ТекущаяСтрока": named("Ромашка")}
	s.do(m, "MO_Позвонить", nil)
	delete(f.items.all, "Список")
	f.values["Объект"] = one{"Ссылка": named("Василек")}
	s.do(m, "MO_Позвонить", nil)
	f.values["Объект"] = one{"Ссылка": nil}
	s.do(m, "MO_Позвонить", nil)
	if diff := cmp.Diff([]string{"ИнициироватьЗвонок +7 916 123-45-67", "ИнициироватьЗвонок +7 916 123-45-67"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	s.role = false
	if f, _ := s.open("click_to_call.bsl", nil); len(f.items.all) > 0 {
		t.Errorf("elements without the role = %v, want none", f.items.all)
	}
}
