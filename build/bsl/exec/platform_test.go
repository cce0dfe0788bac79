package exec_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/exec"
)

// any thing of the platform that is only named: pictures, enumerations.
type named string

func (n named) String() string                     { return string(n) }
func (n named) Get(name string) (exec.Value, bool) { return named(string(n) + "." + name), true }
func (n named) Set(string, exec.Value) bool        { return false }
func (n named) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	switch name {
	case "УникальныйИдентификатор":
		return "uid-" + string(n), true
	case "Добавить", "УстановитьЗначение", "Заблокировать": // a lock
		return n, true
	}
	return nil, false
}

// session is a platform for the modules: what it was asked to show, and its
// database.
type session struct {
	t     *testing.T
	w     *exec.World
	addin *addin

	shown     []string // texts of ПоказатьОповещениеПользователя
	forms     []string // names of opened forms
	told      []string // names given to Оповестить
	logged    []string // ЗаписьЖурналаРегистрации
	went      []string // ПродолжитьВызов
	attaches  []bool   // what the next attempts to attach give; then true
	installs  int
	role      bool
	rights    bool   // ПривилегированныйРежим was set in this call of the server
	refused   string // the exception of the next attempt to attach
	constants map[string]string
	tables    map[string]*table
	saved     map[string]*table // as the transaction found them
}

// overrides is what a configuration has written: the server module that is made
// for it.
const overrides = `// Общий модуль МангоОфисСерверПереопределяемый: сервер.

// А.
Процедура ПриПоискеАбонента(Номер, Цифры, Абонент) Экспорт
	ПриПоиске();
	Если Цифры = "9161234567" Тогда
		Абонент.Ссылка = "Ромашка";
		Абонент.Представление = "ООО Ромашка";
	КонецЕсли;
КонецПроцедуры

// А.
Процедура ПриОпределенииОтветственного(Абонент, Ответственный) Экспорт
	Ответственный = ПользовательПетров;
КонецПроцедуры

// А.
Процедура ПриПолученииНомеров(Кому, Номера) Экспорт
	Номера.Добавить("+7 916 123-45-67");
КонецПроцедуры

// А.
Процедура ПриЗаписиЗвонка(Запись, Данные, Первый) Экспорт
	ПриЗаписи();
КонецПроцедуры

// А.
Процедура ПриИзмененииЗвонка(Данные) Экспорт
КонецПроцедуры

// А.
Процедура ПриСобытииЗаписи(Событие, Данные, Принято) Экспорт
	ПриПрочем(Событие);
КонецПроцедуры
`

func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{t: t, w: exec.NewWorld(), role: true,
		constants: map[string]string{"МангоОфисПараметрыПодключения": `{"mode":"hub","hub":{"url":"wss://hub","token":"t"}}`},
		tables:    map[string]*table{"МангоОфисЗвонки": newTable("ИдВызова"), "МангоОфисПользователи": newTable("Пользователь")}}
	s.tables["МангоОфисПользователи"].rows["Иванов"] = fields{"Пользователь": named("Иванов"), "ВнутреннийНомер": "101"}
	s.tables["МангоОфисПользователи"].rows["Петров"] = fields{"Пользователь": named("Петров"), "ВнутреннийНомер": "102"}
	paths, err := filepath.Glob("../../../bsl/common/*.bsl")
	if err != nil || len(paths) < 10 {
		t.Fatalf("modules: %v, %v", paths, err)
	}
	for _, path := range append(paths, "../../../bsl/app/application.bsl") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s.load(path, string(raw))
	}
	s.load("overrides.bsl", overrides)
	for _, name := range []string{"БиблиотекаКартинок", "ТипВнешнейКомпоненты", "ПереносСтрокJSON", "УровеньЖурналаРегистрации", "ПользовательПетров"} {
		s.w.Names[bsl.Fold(name)] = named(strings.TrimPrefix(name, "Пользователь"))
	}
	s.w.Names["символы"] = one{"ПС": "\n"}
	s.w.Names["константы"] = constants{s}
	s.w.Names["регистрысведений"] = registers{s}
	s.w.Names["пользователи"] = users{}
	s.w.New["блокировкаданных"] = func([]*exec.Value) exec.Value { return named("Блокировка") }
	s.functions()
	s.formTypes()
	s.addin = &addin{w: s.w, backend: &fake{answers: map[string][]answer{}}}
	s.w.New["addin.mango.mangoofficesdk"] = func([]*exec.Value) exec.Value { return s.addin }
	return s
}

func (s *session) load(path, src string) {
	s.t.Helper()
	if err := s.w.Load(path, src); err != nil {
		s.t.Fatalf("Load(%s) = %v", path, err)
	}
}

// functions stands for those of the platform that show or keep something.
func (s *session) functions() {
	set := func(name string, f func(args []*exec.Value) exec.Value) { s.w.Funcs[bsl.Fold(name)] = f }
	note := func(list *[]string, at ...int) func([]*exec.Value) exec.Value {
		return func(args []*exec.Value) exec.Value {
			var parts []string
			for _, i := range at {
				if i < len(args) && args[i] != nil {
					parts = append(parts, exec.Text(*args[i]))
				}
			}
			*list = append(*list, strings.Join(parts, ": "))
			return nil
		}
	}
	set("ПоказатьОповещениеПользователя", note(&s.shown, 0, 2))
	set("ОткрытьФорму", note(&s.forms, 0))
	set("ПоказатьЗначение", note(&s.forms, 1))
	set("Оповестить", note(&s.told, 0))
	set("ЗаписьЖурналаРегистрации", note(&s.logged, 0, 4))
	set("ПродолжитьВызов", note(&s.went, 0))
	set("РольДоступна", func([]*exec.Value) exec.Value { return s.role })
	for _, hook := range []string{"ПриЗаписи", "ПриПоиске", "ПриПрочем"} {
		set(hook, func([]*exec.Value) exec.Value { return nil })
	}
	set("УстановитьПривилегированныйРежим", func([]*exec.Value) exec.Value { s.rights = true; return nil })
	set("ПолучитьНавигационнуюСсылку", func(args []*exec.Value) exec.Value { return "e1cib/data/" + exec.Text(*args[0]) })
	attached := func() bool {
		if len(s.attaches) == 0 {
			return true
		}
		next := s.attaches[0]
		s.attaches = s.attaches[1:]
		return next
	}
	set("НачатьПодключениеВнешнейКомпоненты", func(args []*exec.Value) exec.Value {
		if s.refused != "" {
			s.w.Fail(*args[0], s.refused)
		} else {
			s.w.Notify(*args[0], attached())
		}
		return nil
	})
	set("НачатьУстановкуВнешнейКомпоненты", func(args []*exec.Value) exec.Value {
		s.installs++
		s.w.Notify(*args[0])
		return nil
	})
	set("ПодключитьВнешнююКомпоненту", func([]*exec.Value) exec.Value { return attached() })
	set("НачатьТранзакцию", func([]*exec.Value) exec.Value {
		s.saved = map[string]*table{}
		for name, t := range s.tables {
			s.saved[name] = &table{t.key, maps.Clone(t.rows)}
		}
		return nil
	})
	set("ЗафиксироватьТранзакцию", func([]*exec.Value) exec.Value { s.saved = nil; return nil })
	set("ОтменитьТранзакцию", func([]*exec.Value) exec.Value { s.tables, s.saved = s.saved, nil; return nil })
}

// call runs a method on the client and what follows from it.
func (s *session) call(module, proc string, args ...exec.Value) exec.Value {
	s.t.Helper()
	v, err := s.w.Call(bsl.Client, module, proc, args...)
	if err != nil {
		s.t.Fatalf("%s.%s = %v", module, proc, err)
	}
	return v
}

// start is the beginning of the session.
func (s *session) start() {
	s.call(exec.Application, "MO_ПриНачалеРаботыСистемы")
}

// event is one external event, as 1C hands it to the application's module.
func (s *session) event(name, data string) {
	s.t.Helper()
	s.call(exec.Application, "MO_ОбработкаВнешнегоСобытия", "MangoOfficeSDK", name, data)
}

// one is an object with fixed fields.
type one map[string]exec.Value

func (o one) Get(name string) (exec.Value, bool)            { v, ok := o[name]; return v, ok }
func (o one) Set(string, exec.Value) bool                   { return false }
func (o one) Call(string, []*exec.Value) (exec.Value, bool) { return nil, false }

type users struct{ one }

func (users) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	return named("Иванов"), name == "ТекущийПользователь"
}

type constants struct{ s *session }

func (c constants) Get(name string) (exec.Value, bool) { return constant{c.s, name}, true }
func (c constants) Set(string, exec.Value) bool        { return false }
func (c constants) Call(string, []*exec.Value) (exec.Value, bool) {
	return nil, false
}

type constant struct {
	s    *session
	name string
}

func (c constant) Get(string) (exec.Value, bool) { return nil, false }
func (c constant) Set(string, exec.Value) bool   { return false }
func (c constant) Call(name string, args []*exec.Value) (exec.Value, bool) {
	switch name {
	case "Получить":
		return c.s.constants[c.name], true
	case "Установить":
		c.s.constants[c.name] = exec.Text(*args[0])
		return nil, true
	}
	return nil, false
}

// table is an information register with one dimension.
type table struct {
	key  string
	rows map[string]fields
}

type fields map[string]exec.Value

func newTable(key string) *table { return &table{key, map[string]fields{}} }

type registers struct{ s *session }

func (r registers) Get(name string) (exec.Value, bool) {
	return register{r.s, name}, r.s.tables[name] != nil
}
func (r registers) Set(string, exec.Value) bool { return false }
func (r registers) Call(string, []*exec.Value) (exec.Value, bool) {
	return nil, false
}

type register struct {
	s    *session
	name string
}

func (r register) Get(string) (exec.Value, bool) { return nil, false }
func (r register) Set(string, exec.Value) bool   { return false }
func (r register) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	switch name {
	case "СоздатьМенеджерЗаписи":
		return &record{r: r, f: fields{}}, true
	case "Выбрать":
		rows := slices.Sorted(maps.Keys(r.s.tables[r.name].rows))
		return &selection{r: r, rest: rows}, true
	}
	return nil, false
}

// selection is Выборка over a register.
type selection struct {
	r    register
	rest []string
	row  fields
}

func (s *selection) Get(name string) (exec.Value, bool) { v, ok := s.row[name]; return v, ok }
func (s *selection) Set(string, exec.Value) bool        { return false }
func (s *selection) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	if name != "Следующий" {
		return nil, false
	}
	if len(s.rest) == 0 {
		return false, true
	}
	s.row, s.rest = s.r.s.tables[s.r.name].rows[s.rest[0]], s.rest[1:]
	return true, true
}

// record is МенеджерЗаписи: reading what is not there empties it.
type record struct {
	r     register
	f     fields
	found bool
}

func (r *record) table() *table { return r.r.s.tables[r.r.name] }
func (r *record) key() string   { return exec.Text(r.f[r.table().key]) }

func (r *record) Get(name string) (exec.Value, bool) {
	if v, ok := r.f[name]; ok {
		return v, true
	}
	return "", true
}

func (r *record) Set(name string, v exec.Value) bool { r.f[name] = v; return true }

func (r *record) Call(name string, _ []*exec.Value) (exec.Value, bool) {
	switch name {
	case "Прочитать":
		row, ok := r.table().rows[r.key()]
		r.found, r.f = ok, maps.Clone(row)
		if !ok {
			r.f = fields{}
		}
	case "Выбран":
		return r.found, true
	case "Записать":
		r.table().rows[r.key()] = maps.Clone(r.f)
	case "Удалить":
		delete(r.table().rows, r.key())
	default:
		return nil, false
	}
	return nil, true
}
