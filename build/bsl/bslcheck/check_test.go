package bslcheck_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/bslcheck"
)

// TestModules holds the modules and the documents of the project to what there
// is: this is what a renamed method breaks.
func TestModules(t *testing.T) {
	t.Parallel()
	files, err := bsl.ReadTree("../../..")
	if err != nil {
		t.Fatalf("ReadTree: %v", err)
	}
	if len(files) < 10 {
		t.Fatalf("ReadTree found %d modules and pieces, want 10 at least", len(files))
	}
	for _, f := range bslcheck.Check(files, bslcheck.TheComponent()) {
		t.Errorf("%s:%d:%d: %s", f.Path, f.Pos.Line, f.Pos.Col, f.Text)
	}
}

// TestRenamedMethodBreaks takes each method and property that the modules use
// out of the component: the check must miss it.
func TestRenamedMethodBreaks(t *testing.T) {
	t.Parallel()
	files, err := bsl.ReadTree("../../..")
	if err != nil {
		t.Fatalf("ReadTree: %v", err)
	}
	for _, name := range []string{"инициироватьзвонок", "подтвердитьсобытие", "отложитьсобытие", "дополнитьзвонок", "подключить", "получитьсобытия", "ответитьназапросмаршрута"} {
		c := bslcheck.TheComponent()
		delete(c.Methods, name)
		if len(bslcheck.Check(files, c)) == 0 {
			t.Errorf("without the method %s nothing is found", name)
		}
		c = bslcheck.TheComponent()
		a := c.Methods[name]
		c.Methods[name] = bslcheck.Arity{Min: a.Min + 9, Max: a.Max + 9}
		if len(bslcheck.Check(files, c)) == 0 {
			t.Errorf("with other parameters of %s nothing is found", name)
		}
	}
	c := bslcheck.TheComponent()
	for _, event := range slices.Collect(maps.Keys(c.Events)) {
		if strings.HasPrefix(event, "входящий") {
			delete(c.Events, event)
		}
	}
	if len(bslcheck.Check(files, c)) == 0 {
		t.Errorf("without the event ВходящийЗвонок nothing is found")
	}
}

const (
	clientHead = "// Общий модуль Пробный: клиент.\n"
	serverHead = "// Общий модуль Пробный: сервер.\n"
	formHead   = "// Модуль формы Пробная.\n"
)

func procedure(body string) string {
	return "Процедура П(А = 1)\n" + body + "\nКонецПроцедуры\n"
}

func TestFindings(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, src, want string }{
		{"clean", clientHead + procedure("Компонента.НачатьВызовЗавершитьЗвонок(А, А);"), "Компонента is not known"},
		{"three forms", clientHead + "Асинх Процедура П(Компонента)\nКомпонента.НачатьВызовHangup(1, 2);\nЖдать Компонента.ЗавершитьЗвонокАсинх(1);\nКомпонента.НачатьПолучениеВерсия(1);\nКомпонента.BeginSettingLogLevel(1, 2);\nКонецПроцедуры", ""},
		{"unknown method", clientHead + "Процедура П(Об)\nОб.НачатьВызовПозвонитьМаме(1);\nКонецПроцедуры", "no method НачатьВызовПозвонитьМаме"},
		{"too few", clientHead + "Процедура П(Об)\nОб.НачатьВызовЗавершитьЗвонок(1);\nКонецПроцедуры", "takes 2 to 3 arguments, has 1"},
		{"too many", serverHead + "Процедура П(Компонента)\nКомпонента.Отключить(1, 2);\nКонецПроцедуры", "takes 0 to 1 arguments, has 2"},
		{"synchronous on the client", clientHead + "Процедура П(Компонента)\nКомпонента.Отключить();\nКонецПроцедуры", "synchronous call on the client"},
		{"property on the client", clientHead + "Процедура П(Компонента)\nА = Компонента.Версия;\nКонецПроцедуры", "read synchronously"},
		{"unknown property", serverHead + "Процедура П(Компонента)\nА = Компонента.Вариация;\nКонецПроцедуры", "the add-in has no Вариация"},
		{"read only", clientHead + "Процедура П(Об)\nОб.НачатьУстановкуВерсия(1, 2);\nКонецПроцедуры", "read only"},
		{"promise dropped", clientHead + "Асинх Процедура П(Компонента)\nА = Компонента.ОтключитьАсинх();\nКонецПроцедуры", "wait for it"},
		{"await in a plain one", clientHead + "Процедура П(Компонента)\nЖдать Компонента.ОтключитьАсинх();\nКонецПроцедуры", "outside of an Асинх"},
		{"own method", clientHead + procedure("П(1, 2);"), "takes 0 to 1 arguments, has 2"},
		{"value of a procedure", clientHead + procedure("Б = П();"), "has no value"},
		{"modal", clientHead + procedure("Предупреждение(А);"), "modal"},
		{"sync extension", clientHead + procedure("УстановитьВнешнююКомпоненту(А);"), "synchronous"},
		{"server function on the client", clientHead + procedure("НачатьТранзакцию();"), "not there where this code runs"},
		{"called by the client", "// Общий модуль Пробный: вызов сервера.\n" + procedure("НСтр(А); НачатьТранзакцию();"), ""},
		{"guarded", "// Общий модуль Пробный: клиент и сервер.\nПроцедура П()\n#Если Сервер Тогда\nНачатьТранзакцию();\n#Иначе\nОткрытьФорму(\"\");\n#КонецЕсли\nКонецПроцедуры", ""},
		{"guarded the wrong way", "// Общий модуль Пробный: клиент и сервер.\nПроцедура П()\n#Если Не Сервер Тогда\nНачатьТранзакцию();\n#КонецЕсли\nКонецПроцедуры", "not there where"},
		{"not in the web client", clientHead + "Процедура П()\n#Если ВебКлиент Тогда\nПридумать();\n#Иначе\nОткрытьФорму(\"\");\n#КонецЕсли\nКонецПроцедуры", "neither of this module nor"},
		{"unknown variable", clientHead + procedure("Б = В;"), "В is not known here"},
		{"unknown function", clientHead + procedure("Придумать(А);"), "neither of this module nor"},
		{"twice", clientHead + procedure("") + procedure(""), "declared twice"},
		{"parameter twice", clientHead + "Процедура П(А, а)\nКонецПроцедуры", "declared twice"},
		{"no comment", clientHead + "Процедура П() Экспорт\nКонецПроцедуры", "without a comment"},
		{"notification of nothing", clientHead + procedure(`Б = Новый ОписаниеОповещения("Нет", Пробный);`), "no procedure"},
		{"notification not exported", clientHead + procedure(`Б = Новый ОписаниеОповещения("П", Пробный);`), "not exported"},
		{"action of nothing", formHead + "&НаСервере\nПроцедура П(К)\nК.Действие = \"Нет\";\nКонецПроцедуры", "no procedure"},
		{"form without a place", formHead + procedure(""), "does not say where it runs"},
		{"client from server", formHead + "&НаСервере\nПроцедура П()\nК();\nКонецПроцедуры\n&НаКлиенте\nПроцедура К()\nКонецПроцедуры", "runs on the client"},
		{"event", clientHead + "Процедура П(Событие)\nЕсли Событие = \"Гром\" Тогда\nКонецЕсли;\nКонецПроцедуры", "no event Гром"},
		{"common variable", clientHead + "Перем А;", "no variables"},
		{"function without a value", clientHead + "Функция Ф()\nВозврат;\nКонецФункции", "returns a value"},
		{"open area", clientHead + "#Область А\n", "not closed"},
		{"crossed areas", clientHead + "#Область А\n#КонецЕсли\n#КонецОбласти", "closes nothing"},
		{"open block", clientHead + procedure("Если А Тогда"), "does not begin a statement"},
		{"wrong end", clientHead + procedure("Пока А Цикл\nКонецЕсли;"), "does not begin a statement"},
		{"no semicolon", clientHead + procedure("А = 1\nБ = 2"), "semicolon"},
		{"does nothing", clientHead + procedure("А;"), "does nothing"},
		{"open string", clientHead + procedure("А = \"б"), "without its end"},
		{"type", clientHead + procedure("Б = Новый Чудо;"), "no type Чудо"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, err := bsl.ReadModule("probe.bsl", c.src)
			if err != nil {
				t.Fatalf("ReadModule: %v", err)
			}
			var got []string
			for _, found := range bslcheck.Check([]bsl.File{f}, bslcheck.TheComponent()) {
				got = append(got, found.Text)
			}
			all := strings.Join(got, "\n")
			if c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("Check of\n%s\nfinds\n%s\nwant %q", c.src, all, c.want)
			}
		})
	}
}

func TestCallsBetweenModules(t *testing.T) {
	t.Parallel()
	server, err := bsl.ReadModule("server.bsl", "// Общий модуль Чужой: сервер.\n// А.\nФункция А(Б, В = 1) Экспорт\nВозврат 1;\nКонецФункции\nПроцедура Д()\nКонецПроцедуры\n")
	if err != nil {
		t.Fatalf("ReadModule: %v", err)
	}
	for call, want := range map[string]string{
		"Чужой.А(1);": "", "Чужой.А();": "takes 1 to 2", "Чужой.Нет();": "has no method", "Чужой.Д();": "not exported",
		"Чужой.А(, 2);": "left out",
	} {
		f, err := bsl.ReadModule("probe.bsl", serverHead+procedure(call))
		if err != nil {
			t.Fatalf("ReadModule: %v", err)
		}
		found := bslcheck.Check([]bsl.File{server, f}, bslcheck.TheComponent())
		if want == "" && len(found) > 0 || want != "" && (len(found) == 0 || !strings.Contains(found[0].Text, want)) {
			t.Errorf("%s: found %v, want %q", call, found, want)
		}
	}
	f, err := bsl.ReadModule("probe.bsl", clientHead+procedure("Чужой.А(1);"))
	if err != nil {
		t.Fatalf("ReadModule: %v", err)
	}
	if found := bslcheck.Check([]bsl.File{server, f}, bslcheck.TheComponent()); len(found) != 1 || !strings.Contains(found[0].Text, "called on the client") {
		t.Errorf("a client calls a server module: found %v", found)
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	doc := "# Пример\n\n```bsl\nАТС.Позвонить(1);\nНепоказанное(Неописанное);\n```\n\n```\nAТС.Неважно();\n```\n"
	found := bslcheck.Check(bsl.ReadDocument("doc.md", doc), bslcheck.TheComponent())
	if len(found) != 2 || found[0].Pos.Line != 4 { // the call and the member
		t.Errorf("found %v, want the unknown method in line 4", found)
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	files, err := bsl.ReadTree("../../..")
	if err != nil {
		t.Fatalf("ReadTree: %v", err)
	}
	c := bslcheck.TheComponent()
	if found, err := bslcheck.CheckCoverage("../../..", files, c); err != nil || len(found) > 0 {
		t.Errorf("CheckCoverage = %v, %v, want nothing", found, err)
	}
	delete(c.Methods, "сформироватьотчет")
	if found, err := bslcheck.CheckCoverage("../../..", files, c); err != nil || len(found) == 0 {
		t.Errorf("CheckCoverage without a method = %v, %v, want it missed", found, err)
	}
	if found, err := bslcheck.CheckCoverage("../../..", nil, c); err != nil || len(found) < 20 {
		t.Errorf("CheckCoverage without modules finds %d names, %v, want 20 at least", len(found), err)
	}
}
