package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// book writes a page of documentation in one language.
type book struct {
	strings.Builder
	lang text.Lang
}

func (b *book) printf(format string, args ...any) { fmt.Fprintf(b, format, args...) }

// say chooses by language.
func (b *book) say(ru, en string) string {
	if b.lang == text.EN {
		return en
	}
	return ru
}

func (b *book) doc(d spec.Doc) string   { return b.say(d.RU, d.EN) }
func (b *book) name(n spec.Name) string { return b.say(n.RU, n.EN) }

// value is a default as BSL writes it.
func (b *book) value(v *spec.Value) string {
	if v.Kind() != spec.KindBool {
		return v.String()
	}
	if v.Bool() {
		return b.say("Истина", "True")
	}
	return b.say("Ложь", "False")
}

// cell is text that may stand in a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ")
}

// reference is docs/reference.*.md: all that the component offers, from the
// declaration, addin/manual, the texts and the golden of events.
func reference(lang text.Lang) ([]byte, error) {
	b := &book{lang: lang}
	c := manual.Class()
	samples, err := eventSamples(lang)
	if err != nil {
		return nil, err
	}
	codes, err := errorCodes()
	if err != nil {
		return nil, err
	}
	b.WriteString("<!-- Written by build/gen from addin/manual, the declaration and sdk/text: do not edit. -->\n")
	b.WriteString(b.say(referenceIntroRU, referenceIntroEN))
	b.methodList(c.Methods)
	b.printf("\n## %s\n", b.say("Методы", "Methods"))
	for i := range c.Methods {
		writeReference(b, &c.Methods[i])
	}
	b.printf("\n## %s\n\n| %s | %s | %s | |\n|---|---|---|---|\n", b.say("Свойства", "Properties"),
		b.say("свойство", "property"), b.say("тип", "type"), b.say("доступ", "access"))
	for i := range c.Properties {
		p := &c.Properties[i]
		access := b.say("чтение", "read")
		if p.Set != nil {
			access = b.say("чтение и запись", "read and write")
		}
		b.printf("| `%s` | %s | %s | %s |\n", b.name(p.Name), b.name(p.Type.Name()), access, cell(sentence(b.doc(p.Doc))))
	}
	if err := b.events(samples); err != nil {
		return nil, err
	}
	b.constants()
	b.errors(codes)
	return []byte(b.String()), nil
}

const referenceIntroRU = `# Справочник

Всё, что видит разработчик 1С: [методы](#методы), [свойства](#свойства),
[события](#события), [постоянные](#постоянные), [ошибки](#ошибки). Правила вызова и
параметры Подключить — [contract](contract.md); с чего начать — [руководство](guide.ru.md);
причины ошибок — [по кодам](troubleshooting.ru.md). [In English](reference.en.md).

` + "`АТС`" + ` в примерах — объект ` + "`Новый(\"AddIn.Mango.MangoOfficeSDK\")`" + `. Каждый пример выполняет тест
с учебной АТС. Последний параметр ` + "`Ошибка`" + ` — выходной и необязательный: пусто при успехе,
иначе JSON {code, text, remedy, retryable, field}. Асинхронно: ` + "`НачатьВызов…`" + `, ` + "`…Асинх`" + `.
Имена ` + "`ИдЗвонка`, `ИдВызова`, `ИдЗаписи`, `ИдСобытия`, `ИдЗапроса`, `ИдОперации`" + ` приходят в
событиях и результатах (call_id, entry_id, recording_id, id, request_id, operation_id).

`

const referenceIntroEN = `# Reference

All that a 1C developer sees: [methods](#methods), [properties](#properties),
[events](#events), [constants](#constants), [errors](#errors). How things are called, and
the parameters of Connect: [contract](contract.md). [По-русски](reference.ru.md).

` + "`PBX`" + ` in the examples is the object ` + "`New(\"AddIn.Mango.MangoOfficeSDK\")`" + `. A test runs each
example with the emulated PBX. The last parameter ` + "`Error`" + ` is an optional out-parameter: empty
after success, else JSON {code, text, remedy, retryable, field}. ` + "`CallID`, `EntryID`,\n`RecordingID`, `EventID`, `RequestID`, `OperationID`" + ` come with events and results.

`

func (b *book) methodList(methods []spec.Method[*telephony.Object]) {
	b.printf("| %s | |\n|---|---|\n", b.say("метод", "method"))
	for i := range methods {
		m := &methods[i]
		first, _, _ := strings.Cut(b.doc(m.Doc), ";")
		first, _, _ = strings.Cut(first, ". ")
		b.printf("| [%s](#%s) | %s |\n", b.name(m.Name), strings.ToLower(b.name(m.Name)), cell(sentence(first)))
	}
}

func writeReference[T any](b *book, m *spec.Method[T]) {
	var names []string
	for _, p := range m.AllParams() {
		n := b.name(p.Name)
		if p.Default != nil && p.Name != spec.ErrorParam().Name {
			n += " = " + b.value(p.Default)
		}
		names = append(names, n)
	}
	b.printf("\n### %s\n\n`%s(%s)`", b.name(m.Name), b.name(m.Name), strings.Join(names, ", "))
	if m.Returns != spec.None {
		b.printf(" → %s", b.name(m.Returns.Name()))
	}
	other := spec.Name{RU: m.Name.EN, EN: m.Name.RU}
	b.printf(" · %s\n\n%s.\n", b.name(other), sentence(b.doc(m.Doc)))
	if len(m.Params) > 0 {
		b.printf("\n| %s | %s | %s | |\n|---|---|---|---|\n", b.say("параметр", "parameter"), b.say("тип", "type"), b.say("по умолчанию", "default"))
		for _, p := range m.Params {
			def := b.say("обязателен", "required")
			if p.Default != nil {
				def = "`" + b.value(p.Default) + "`"
			}
			b.printf("| `%s` | %s | %s | %s |\n", b.name(p.Name), b.name(p.Type.Name()), def, cell(sentence(b.doc(p.Doc))))
		}
	}
	if codes := manual.FailuresOf(m.Name.EN); len(codes) > 0 {
		var list []string
		for _, c := range codes {
			list = append(list, fmt.Sprintf("[%s](#%s)", c, c))
		}
		b.printf("\n%s: %s.\n", b.say("Ошибки, кроме [общих](#ошибки)", "Errors beside the [general ones](#errors)"), strings.Join(list, ", "))
	}
	ex := manual.ExampleOf(m.Name.EN)
	b.printf("\n```bsl\n%s\n```\n", b.say(ex.RU, ex.EN))
}

// envelope is what every event has.
var envelope = []manual.Field{
	{Name: "v", Doc: spec.Doc{RU: "версия конверта, 1", EN: "version of the envelope, 1"}},
	{Name: "seq", Doc: spec.Doc{RU: "номер в журнале; 0 — не журналируется", EN: "number in the journal; 0: not in it"}},
	{Name: "id", Doc: spec.Doc{RU: "постоянный номер события: по нему узнают повтор", EN: "the event's own id: it tells a repetition"}},
	{Name: "event", Doc: spec.Doc{RU: "английское имя события", EN: "English name of the event"}},
	{Name: "class", Doc: spec.Doc{RU: "screen или record", EN: "screen or record"}},
	{Name: "time", Doc: spec.Doc{RU: "когда, со смещением пояса", EN: "when, with the offset of the zone"}},
	{Name: "time_unix", Doc: spec.Doc{RU: "то же, секунды Unix", EN: "the same in Unix seconds"}},
	{Name: "attempt", Doc: spec.Doc{RU: "которая попытка доставки", EN: "which attempt this is"}},
	{Name: "replay", Doc: spec.Doc{RU: "Истина: рассказано заново после подключения", EN: "true: told again after a reconnect"}},
	{Name: "entry_id", Doc: spec.Doc{RU: "звонок целиком", EN: "the whole call"}},
	{Name: "call_id", Doc: spec.Doc{RU: "плечо звонка", EN: "the leg"}},
	{Name: "direction", Doc: spec.Doc{RU: "in, out или internal", EN: "in, out or internal"}},
	{Name: "caller", Doc: spec.Doc{RU: "кто звонит {extension, number, name}", EN: "who calls {extension, number, name}"}},
	{Name: "callee", Doc: spec.Doc{RU: "кому {extension, number, name}", EN: "whom {extension, number, name}"}},
	{Name: "line_number", Doc: spec.Doc{RU: "линия ВАТС", EN: "line of the PBX"}},
	{Name: "group", Doc: spec.Doc{RU: "группа", EN: "group"}},
	{Name: "command_id", Doc: spec.Doc{RU: "команда, которая это вызвала", EN: "the command that caused it"}},
	{Name: "truncated", Doc: spec.Doc{RU: "Истина: больше 64 КиБ, целиком даёт ПолучитьСобытие", EN: "true: over 64 KiB, GetEvent gives it whole"}},
}

func (b *book) fields(fields []manual.Field, sample map[string]json.RawMessage) {
	b.printf("\n| %s | %s | |\n|---|---|---|\n", b.say("поле", "field"), b.say("тип", "type"))
	for _, f := range fields {
		b.printf("| `%s` | %s | %s |\n", f.Name, b.kind(sample[f.Name]), cell(sentence(b.doc(f.Doc))))
	}
}

// kind is the type of a JSON value in words.
func (b *book) kind(raw json.RawMessage) string {
	switch {
	case len(raw) == 0:
		return ""
	case raw[0] == '"':
		return b.name(spec.Str.Name())
	case raw[0] == '{':
		return b.say("объект", "object")
	case raw[0] == '[':
		return b.say("массив", "array")
	case raw[0] == 't' || raw[0] == 'f':
		return b.name(spec.Boolean.Name())
	}
	return b.name(spec.Num.Name())
}

func (b *book) events(samples map[string]string) error {
	b.printf("\n## %s\n\n%s\n", b.say("События", "Events"), b.say(
		"Приходят в `ОбработкаВнешнегоСобытия(Источник, Событие, Данные)`: Источник — `MangoOfficeSDK`, Данные — один объект JSON. У каждого есть все поля конверта и все свои; чего нет — \"\", 0, Ложь, [] или {}.",
		"They come to `ExternalEventProcessing(Source, Event, Data)`: Source is `MangoOfficeSDK`, Data one JSON object. Each has all fields of the envelope and all of its own; what is absent is \"\", 0, false, [] or {}."))
	for i, e := range manual.Events() {
		sample, ok := samples[e.Name.EN]
		if !ok {
			return fmt.Errorf("the golden has no event %s", e.Name.EN)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(sample), &members); err != nil {
			return fmt.Errorf("%s: %w", e.Name.EN, err)
		}
		if i == 0 {
			b.printf("\n**%s**\n", b.say("Конверт", "Envelope"))
			b.fields(envelope, members)
		}
		class := b.say("на экран", "for the screen")
		if e.Class == engine.Record {
			class = b.say("на запись: подтвердите ПодтвердитьСобытие", "to be saved: acknowledge it with AckEvent")
		}
		b.printf("\n### %s\n\n%s · %s, %s\n\n%s.\n", b.name(e.Name), b.name(spec.Name{RU: e.Name.EN, EN: e.Name.RU}), e.Class, class, sentence(b.doc(e.Doc)))
		if len(e.Fields) > 0 {
			b.fields(e.Fields, members)
		}
		b.printf("\n```json\n%s\n```\n", sample)
	}
	return nil
}

func (b *book) constants() {
	b.printf("\n## %s\n", b.say("Постоянные", "Constants"))
	for _, c := range manual.Constants() {
		b.printf("\n**%s**\n\n| %s | |\n|---|---|\n", b.doc(c.Doc), b.say("значение", "value"))
		for _, v := range c.Values {
			b.printf("| `%s` | %s |\n", v.Value, cell(b.doc(v.Doc)))
		}
	}
}

func (b *book) errors(codes []text.Code) {
	var general []string
	for _, c := range manual.General() {
		general = append(general, "`"+string(c)+"`")
	}
	b.printf("\n## %s\n\n%s: %s.\n\n| code | %s | %s | %s |\n|---|---|---|---|\n", b.say("Ошибки", "Errors"),
		b.say("Любой метод может ответить", "Any method may answer"), strings.Join(general, ", "),
		b.say("текст", "text"), b.say("что делать", "remedy"), b.say("повторять", "retry"))
	for _, c := range codes {
		m, retry := text.Lookup(c), ""
		if m.Retryable {
			retry = b.say("да", "yes")
		}
		b.printf("| <a id=\"%s\"></a>`%s` | %s | %s | %s |\n", c, c, cell(m.Text(b.lang)), cell(m.Remedy(b.lang)), retry)
	}
}

// eventSamples are the events of the library's golden file, by English name.
func eventSamples(lang text.Lang) (map[string]string, error) {
	raw, err := os.ReadFile("addin/telephony/testdata/events." + lang.String() + ".golden")
	if err != nil {
		return nil, err
	}
	samples := map[string]string{}
	for rest := string(raw); strings.TrimSpace(rest) != ""; {
		_, body, _ := strings.Cut(rest, "\n")
		var event json.RawMessage
		d := json.NewDecoder(strings.NewReader(body))
		if err := d.Decode(&event); err != nil {
			return nil, fmt.Errorf("the golden of events: %w", err)
		}
		var head struct{ Event string }
		if err := json.Unmarshal(event, &head); err != nil {
			return nil, err
		}
		if _, taken := samples[head.Event]; !taken { // the first one is the fullest
			var laid bytes.Buffer
			if err := json.Indent(&laid, event, "", "  "); err != nil {
				return nil, err
			}
			samples[head.Event] = laid.String()
		}
		rest = strings.TrimLeft(body[d.InputOffset():], "\n")
	}
	return samples, nil
}

// errorCodes are the constants of sdk/text/codes.go, in their order.
func errorCodes() ([]text.Code, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "sdk/text/codes.go", nil, 0)
	if err != nil {
		return nil, err
	}
	var codes []text.Code
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if lit, ok := v.Values[0].(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					codes = append(codes, text.Code(s))
				}
			}
		}
		return true
	})
	return codes, nil
}
