package exec_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/exec"
	"mangoofficesdk/sdk/vpbxtest"
)

// pieces are the pieces of BSL of a document.
func pieces(t *testing.T, path string, want int) []string {
	t.Helper()
	raw, err := os.ReadFile("../../../" + path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, part := range strings.Split(string(raw), "\n```bsl\n")[1:] {
		code, _, _ := strings.Cut(part, "\n```")
		out = append(out, code+"\n")
	}
	if len(out) != want {
		t.Fatalf("%s has %d pieces of BSL, this test runs %d", path, len(out), want)
	}
	return out
}

// The example of the front page, against the emulated PBX: a server module, as
// it calls the add-in synchronously.
func TestExampleOfTheFrontPage(t *testing.T) {
	t.Parallel()
	code := pieces(t, "README.md", 1)[0]
	o := newOffice(t, vpbxtest.Config{})
	listen := o.diagnostics()["listen"].(map[string]any)["address"].(string) // where the PBX posts to: the example takes it over
	o.call("МангоОфисКлиент", "Отключиться")                                 // the process has one connection
	o.until("the end of the connection", func() bool { return o.call("МангоОфисКлиент", "Подключено") == false })
	from, end := strings.Index(code, `"{""mode""`), strings.Index(code, `}")`)
	if from < 0 || end < from || !strings.Contains(code[from:end], "vpbx_api_salt") {
		t.Fatalf("the example has no parameters of Подключить:\n%s", code)
	}
	code = code[:from] + "ПараметрыПробы()" + code[end+2:]
	o.w.Funcs["параметрыпробы"] = func([]*exec.Value) exec.Value {
		return strings.NewReplacer("127.0.0.1:0", listen, `"mode"`, `"extension":"101","mode"`).Replace(o.constants["МангоОфисПараметрыПодключения"])
	}
	o.w.Funcs["сообщить"] = func(args []*exec.Value) exec.Value { exec.Raise("%s", exec.Text(*args[0])); return nil }
	o.w.Funcs["установитьвнешнююкомпоненту"] = func([]*exec.Value) exec.Value { o.installs++; return true }
	o.attaches = []bool{false, true}
	o.load("example.bsl", "// Общий модуль Пример: сервер.\n\n// А.\nФункция Ф() Экспорт\n"+code+"Возврат ИдКоманды;\nКонецФункции\n")
	v, err := o.w.Call(bsl.Server, "Пример", "Ф")
	if err != nil || exec.Text(v) == "" || o.installs != 1 {
		t.Fatalf("the example = %q, %v, %d installations; want the id of a command after one", exec.Text(v), err, o.installs)
	}
	o.until("the result of the command", func() bool { return strings.Contains(o.last["РезультатКоманды"], exec.Text(v)) })
	if got := o.last["РезультатКоманды"]; !strings.Contains(got, `"code":""`) {
		t.Errorf("РезультатКоманды = %s, want success", got)
	}
}

// The module of the guide, before there is a layer of our own.
func TestExampleOfTheGuide(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	for _, module := range pieces(t, "docs/guide.ru.md", 2) {
		s.load("guide.bsl", module)
	}
	s.attaches = []bool{false, true}
	s.call(exec.Application, "ПриНачалеРаботыСистемы")
	if len(s.fake().calls) != 1 || !strings.HasPrefix(s.fake().calls[0], `Подключить {"mode":"hub"`) || s.installs != 1 {
		t.Errorf("calls %q, %d installations; want one Подключить after one installation", s.fake().calls, s.installs)
	}
	s.fake().answers["Подключить"] = []answer{{false, refusal}}
	s.call(exec.Application, "ПриНачалеРаботыСистемы")
	if diff := cmp.Diff([]string{"АТС: Номер не годится"}, s.shown); diff != "" {
		t.Errorf("shown after a refusal (-want +got):\n%s", diff)
	}
	s.fake().calls, s.shown = nil, nil
	s.call(exec.Application, "ОбработкаВнешнегоСобытия", "Прибор", "ВходящийЗвонок", "не JSON")
	s.call(exec.Application, "ОбработкаВнешнегоСобытия", "MangoOfficeSDK", "ВходящийЗвонок", `{`+common+`}`)
	s.call(exec.Application, "ОбработкаВнешнегоСобытия", "MangoOfficeSDK", "ИтогЗвонка", summary)
	if diff := cmp.Diff([]string{"Входящий звонок: 79161234567"}, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ПодтвердитьСобытие r1"}, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// The two forms of the layer's own guide.
func TestExamplesOfTheLayer(t *testing.T) {
	t.Parallel()
	s := connected(t)
	code := strings.Join(pieces(t, "bsl/README.ru.md", 2), "\n")
	m, err := s.w.Form("example.bsl", "// Модуль формы Пример.\n\n"+code, &form{})
	if err != nil {
		t.Fatal(err)
	}
	s.do(m, "ОбработкаОповещения", "МангоОфис.ИтогЗвонка", decode(t, summary), nil)
	s.do(m, "ОбработкаОповещения", "МангоОфис.ЗвонокСнят", decode(t, summary), nil)
	s.do(m, "ОтправитьСообщение", "79161234567", "Ваш заказ готов")
	if diff := cmp.Diff([]string{"79161234567: Принят успешно"}, s.shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	want := []string{"ИнициироватьЗвонок +7 916 123-45-67", "ОтправитьСМС 79161234567 Ваш заказ готов"}
	if diff := cmp.Diff(want, s.fake().calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
