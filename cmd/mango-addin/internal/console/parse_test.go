package console

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/test/napihost"
)

func value(v any) expr { return expr{value: v} }

func invoke(name string, args ...expr) expr { return expr{name: name, call: true, args: args} }

func TestParse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]statement{
		`Состояние`:             {expr: expr{name: "Состояние"}},
		`Об.Состояние;`:         {expr: expr{name: "Состояние"}},
		`Отключить()`:           {expr: invoke("Отключить")},
		`Подключить {"a": [1]}`: {expr: invoke("Подключить", value(`{"a":[1]}`))},
		`Об.Метод("a ""b""", -1.5, Истина, Неопределено, Null, '20260102')`: {expr: invoke("Метод",
			value(`a "b"`), value(-1.5), value(true), value(nil), value(napihost.Null{}),
			value(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))},
		`Метод('2026-01-02T03:04:05')`: {expr: invoke("Метод", value(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))},
		`Метод(, 5, )`:                 {expr: invoke("Метод", expr{omit: true}, value(5.0), expr{omit: true})},
		`Метод({"a":")"}, ош)`:         {expr: invoke("Метод", value(`{"a":")"}`), expr{name: "ош"})},
		`ид = Метод(1)`:                {target: "ид", expr: invoke("Метод", value(1.0))},
		`ЯзыкСобытий = "en"`:           {target: "ЯзыкСобытий", expr: value("en")},
		`! Метод("1")`:                 {raises: true, expr: invoke("Метод", value("1"))},
		`ждать Событие 5s`:             {word: "ждать", args: "Событие 5s"},
		`Wait Событие`:                 {word: "ждать", args: "Событие"},
		`stats`:                        {word: "статистика"},
		`ждать = 5`:                    {target: "ждать", expr: value(5.0)},
	} {
		got, err := parse(line)
		if err != nil {
			t.Errorf("parse(%s): %v", line, err)
			continue
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(statement{}, expr{})); d != "" {
			t.Errorf("parse(%s) (-want +got):\n%s", line, d)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, line := range []string{`Метод(1 2)`, `Метод()лишнее`, `5 6`, `Метод(Другой())`, `Метод('2026-13-45')`, `Метод(1.2.3)`,
		`Подключить {"a":}`, `*`, `Метод(*)`} {
		if s, err := parse(line); err == nil || errors.Is(err, errIncomplete) {
			t.Errorf("parse(%s) = %+v, %v; want an error", line, s, err)
		}
	}
	for _, line := range []string{`Метод(`, `Метод("не закрыто`, `Подключить {"a":`, `Метод(1,`, `а =`, `Метод('2026`} {
		if _, err := parse(line); !errors.Is(err, errIncomplete) {
			t.Errorf("parse(%s): %v, want errIncomplete", line, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`Об.Метод("a", 1, Истина, '20260102')`, `Подключить {"a":[1,{"b":null}]}`, `ид = Метод(,)`, `! X`,
		`ждать Событие 5s`, "\xff(", `а.б.в.`, `Метод((((`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s, err := parse(line)
		if err == nil && s.word == "" && s.expr.name == "" && s.expr.call {
			t.Errorf("parse(%q) = %+v: a call without a name", line, s)
		}
		if err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Errorf("parse(%q): an empty error", line)
		}
	})
}
