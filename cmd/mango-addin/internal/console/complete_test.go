package console

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/test/napihost"
)

func sample() *Console {
	c := &Console{vars: map[string]any{"ид": "1"}}
	empty := napihost.ParamInfo{Optional: true, Default: json.RawMessage(`""`)}
	c.about = napihost.Description{
		Methods: []napihost.MethodInfo{
			{Name: "Connect", NameRU: "Подключить", Params: []napihost.ParamInfo{{}, empty}},
			{Name: "GetStatus", NameRU: "ПолучитьСостояние"},
			{Name: "GetUsers", NameRU: "ПолучитьПользователей"},
		},
		Properties: []napihost.PropertyInfo{{Name: "State", NameRU: "Состояние"}},
	}
	c.cfg.Docs = func(method string) (MethodDoc, bool) {
		if method != "Connect" {
			return MethodDoc{}, false
		}
		return MethodDoc{Doc: "Подключает", Params: []ParamDoc{{"Параметры", "Строка", "JSON"}, {"Ошибка", "Строка", "выходной"}}}, true
	}
	c.cfg.Events = []EventDoc{{"CallSummary", "ИтогЗвонка", "Звонок завершён"}, {"IncomingCall", "ВходящийЗвонок", "Звонит"}}
	return c
}

func TestComplete(t *testing.T) {
	t.Parallel()
	// "|" is the cursor.
	for _, c := range []struct{ typed, want, shown string }{
		{"подк|", "Подключить(|", `Подключить(Параметры, Ошибка = "")`},
		{"Об.подк|", "Об.Подключить(|", "Подключает"},
		{"conn|", "Connect(|", "Подключает"},
		{"получ|", "Получить|", ""},
		{"Получить|", "Получить|", "ПолучитьСостояние"},
		{"ПолучитьС|", "ПолучитьСостояние()|", "ПолучитьСостояние()"},
		{"х = ПолучитьС|", "х = ПолучитьСостояние()|", "ПолучитьСостояние()"},
		{"ПолучитьС|()", "ПолучитьСостояние|()", "ПолучитьСостояние()"},
		{"Подключить(|", "Подключить(|", "Параметры: JSON"},
		{"Подключить({\"a\":[1,2]}, |", "Подключить({\"a\":[1,2]}, |", "Ошибка: выходной"},
		{"Подключить(и|", "Подключить(ид|", ""},
		{"Подключить(\"(|", "Подключить(\"(|", ""},
		{"ждать вход|", "ждать ВходящийЗвонок|", ""},
		{"wait C|", "wait CallSummary|", ""},
		{"ждать ВходящийЗвонок 5|", "ждать ВходящийЗвонок 5|", ""},
		{"спр|", "справка |", ""},
		{"соз|", "создать |", ""},
		{"жжж|", "жжж|", ""},
		{"|", "|", "Подключить"},
	} {
		before, after, _ := strings.Cut(c.typed, "|")
		got := sample().complete(before+after, len(before))
		if line := got.line[:got.pos] + "|" + got.line[got.pos:]; line != c.want {
			t.Errorf("complete(%s) = %s, want %s", c.typed, line, c.want)
		}
		if (c.shown == "") != (got.show == "") || !strings.Contains(got.show, c.shown) {
			t.Errorf("complete(%s) shows %q, want %q", c.typed, got.show, c.shown)
		}
	}
}

// Completion never breaks a line, wherever the cursor stands.
func TestCompleteKeepsTheRest(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"Об.Подключить(\"a\", ид", "ждать \xff", "({[)]}", "описание Получ", "х = Сост ояние", "соз дать", "Подключить(, ид"} {
		for pos := range len(line) + 1 {
			got := sample().complete(line, pos)
			if got.pos < 0 || got.pos > len(got.line) || got.line[got.pos:] != line[pos:] {
				t.Errorf("complete(%q, %d) = %q at %d: what stands behind the cursor is another", line, pos, got.line, got.pos)
			}
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "history")
	h := openHistory(path)
	for _, line := range []string{"Состояние", "Состояние", "  ", `Подключить {"vpbx_api_salt":"s"}`, "Версия"} {
		h.Add(line)
	}
	if h.Len() != 3 || h.At(0) != "Версия" || h.At(2) != "Состояние" {
		t.Errorf("history = %q, want three lines, Версия the newest", h.lines)
	}
	again := openHistory(path)
	if d := cmp.Diff([]string{"Состояние", "Версия"}, again.lines); d != "" {
		t.Errorf("history of the next day (-want +got):\n%s", d)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("history file: %v %v, want it readable by its owner only", info, err)
	}
	for range 2 * maxHistory {
		again.Add("a")
		again.Add("b")
	}
	if again.Len() != maxHistory {
		t.Errorf("history holds %d lines, want %d", again.Len(), maxHistory)
	}
}

func TestRecorder(t *testing.T) {
	t.Parallel()
	r := &recorder{path: filepath.Join(t.TempDir(), "session.script")}
	value := func(raw string) napihost.Value { return napihost.Value{Raw: json.RawMessage(raw)} }
	do := func(typed string, o outcome) {
		s, err := parse(typed)
		if err != nil {
			t.Fatal(err)
		}
		r.begin(s)
		r.done(typed, s, o)
	}
	ring := napihost.Event{Message: "ВходящийЗвонок", Data: `{"id":"x","direction":"in","caller":{"extension":"","number":"79161234567"},"state":3}`, AtNS: 1}
	end := napihost.Event{Message: "ЗвонокЗавершен", Data: `{"talk_sec":5}`, AtNS: 2}

	do(`Подключить {"vpbx_api_key":"k","vpbx_api_salt":"very secret","hub":{"token":"also secret"}}`, outcome{value: value("true")})
	r.event(ring)
	do("Состояние", outcome{value: value("3")})
	r.event(end)
	do("проверить 3", outcome{})
	do("ждать ЗвонокЗавершен", outcome{awaited: end})
	do("ждать ВходящийЗвонок", outcome{awaited: ring})
	do(`ид = ИнициироватьЗвонок("1")`, outcome{value: value(`"cmd-17"`)})
	do(`ЗавершитьЗвонок("1")`, outcome{value: value(`""`), refused: "call_unknown"})
	do("ВнутреннийНомер", outcome{value: value(`"101"`)})
	do("Версия", outcome{value: value(`"1.2.3.4"`)})
	do("методы", outcome{})
	do("Спеть(1)", outcome{raised: "нет \"метода\"\nвторая строка"})
	if err := r.save(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(string(raw), "ЭТОТ_ФАЙЛ\n")
	want := `Подключить {"vpbx_api_key":"k","vpbx_api_salt":"${MANGO_SALT}","hub":{"token":"${MANGO_TOKEN}"}}
проверить Истина
Состояние
проверить 3
проверить 3
ждать ЗвонокЗавершен
ждать ВходящийЗвонок
ид = ИнициироватьЗвонок("1")
ЗавершитьЗвонок("1")
проверить ""
КодОшибки
проверить "call_unknown"
ВнутреннийНомер
проверить "101"
Версия
! Спеть(1)
содержит "нет ""метода"""
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the script (-want +got):\n%s", d)
	}
}

func TestEventsAreExpectedWithWhatIsSteady(t *testing.T) {
	t.Parallel()
	r := &recorder{path: filepath.Join(t.TempDir(), "s")}
	r.event(napihost.Event{Message: "ВходящийЗвонок", Data: `{"id":"x","time_unix":1,"direction":"in","caller":{"extension":"","number":"79161234567"},"state":3,"is_first":true,"legs":[]}`})
	if err := r.save(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	want := "ждать ВходящийЗвонок 30s\nполе direction \"in\"\nполе caller.number \"79161234567\"\nполе state 3\nполе is_first Истина\n"
	if !strings.HasSuffix(string(raw), want) {
		t.Errorf("script = %s, want it to end with\n%s", raw, want)
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	c := &Console{last: `{"caller":{"number":"7"},"legs":[{"n":1}],"ok":true}`}
	for _, good := range []string{`caller.number "7"`, `legs.0.n 1`, `ok Истина`} {
		if err := c.field(good); err != nil {
			t.Errorf("field(%s) = %v", good, err)
		}
	}
	for _, bad := range []string{`caller.number "8"`, `legs.1.n 1`, `caller 1`, `caller.number.x 1`, `ok`} {
		if err := c.field(bad); err == nil {
			t.Errorf("field(%s) = nil, want an error", bad)
		}
	}
	c.last = "Истина"
	if err := c.field("a 1"); err == nil {
		t.Error("field of a result that is no JSON = nil, want an error")
	}
	c.last = `"{"a":1}"`
	if err := c.field("a 1"); err != nil {
		t.Errorf("field of a string with JSON = %v", err)
	}
}
