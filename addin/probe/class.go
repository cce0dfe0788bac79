// Package probe is a second class for the native island: it takes the place
// of the real component in the libraries that conformance tests and benchmarks
// load (build tag napiprobe). It exercises what a declaration can say and what
// a guest can do wrong: every kind of value, defaults, the out-parameter,
// exceptions, panics, events from many threads, a busy Go scheduler.
package probe

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

// ClassName equals the real component's, so that hosts need no other name.
const ClassName = "MangoOfficeSDK"

// class is shared: a declaration is read only.
var class = Class()

// New makes one object for the host.
func New(host component.Host) component.Instance {
	return component.New(class, host, component.Options{}, newObject)
}

// Class is the declaration of the probe.
func Class() *spec.Class[*Object] {
	return &spec.Class[*Object]{
		Name:       ClassName,
		Properties: properties(),
		Methods:    append(valueMethods(), guestMethods()...),
	}
}

func properties() []spec.Property[*Object] {
	return []spec.Property[*Object]{
		{
			Name: spec.Name{RU: "Версия", EN: "Version"}, Type: spec.Str,
			Doc: spec.Doc{RU: "только чтение", EN: "read-only"},
			Get: func(*Object) spec.Value { return spec.String("probe") },
		},
		{
			Name: spec.Name{RU: "Счётчик", EN: "Counter"}, Type: spec.Int,
			Doc: spec.Doc{RU: "запоминает число; отрицательное отвергает", EN: "keeps a number; refuses a negative one"},
			Get: func(o *Object) spec.Value { return spec.Integer(o.counter.Load()) },
			Set: func(o *Object, v spec.Value) error {
				if v.Int() < 0 {
					return text.New(text.BadArgument).WithDetail("< 0")
				}
				o.counter.Store(v.Int())
				return nil
			},
		},
		{
			Name: spec.Name{RU: "Значение", EN: "Value"}, Type: spec.Any,
			Doc: spec.Doc{RU: "запоминает что угодно", EN: "keeps anything"},
			Get: func(o *Object) spec.Value { return o.value() },
			Set: func(o *Object, v spec.Value) error { o.kept.Store(&v); return nil },
		},
		{
			Name: spec.Name{RU: "ВызыватьИсключения", EN: "RaiseErrors"}, Type: spec.Boolean,
			Doc: spec.Doc{RU: "каждая ошибка становится исключением", EN: "every failure becomes an exception"},
			Get: func(o *Object) spec.Value { return spec.Bool(o.env.RaiseErrors()) },
			Set: func(o *Object, v spec.Value) error { o.env.SetRaiseErrors(v.Bool()); return nil },
		},
	}
}

// valueMethods are about what crosses the border.
func valueMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "Пусто", EN: "Nop"},
			Doc:  spec.Doc{RU: "не делает ничего", EN: "does nothing"},
			Body: func(*Object, []spec.Value) (spec.Value, error) { return spec.Empty(), nil },
		},
		{
			Name: spec.Name{RU: "Эхо", EN: "Echo"}, Returns: spec.Any,
			Params: []spec.Param{param("Значение", "Value", spec.Any, nil)},
			Doc:    spec.Doc{RU: "возвращает аргумент", EN: "returns its argument"},
			Body:   func(_ *Object, a []spec.Value) (spec.Value, error) { return a[0], nil },
		},
		{
			Name: spec.Name{RU: "ВидЗначения", EN: "KindOf"}, Returns: spec.Str,
			Params: []spec.Param{param("Значение", "Value", spec.Any, nil)},
			Doc:    spec.Doc{RU: "как компонента поняла аргумент", EN: "how the argument was understood"},
			Body:   func(_ *Object, a []spec.Value) (spec.Value, error) { return spec.String(a[0].String()), nil },
		},
		{
			Name: spec.Name{RU: "Сцепить", EN: "Join"}, Returns: spec.Str, Fallible: true,
			Params: []spec.Param{
				param("А", "A", spec.Str, nil),
				param("Б", "B", spec.Str, spec.String("ёлка 😀")),
				param("Целое", "Whole", spec.Int, spec.Integer(-42)),
				param("Дробь", "Fraction", spec.Num, spec.Float(2.5)),
				param("Истинность", "Truth", spec.Boolean, spec.Bool(true)),
			},
			Doc:  spec.Doc{RU: "все аргументы одной строкой", EN: "all arguments in one text"},
			Body: join,
		},
		{
			Name: spec.Name{RU: "Отказать", EN: "Fail"}, Returns: spec.Boolean, Fallible: true,
			Params: []spec.Param{param("Подробность", "Detail", spec.Str, spec.String(""))},
			Doc:    spec.Doc{RU: "неудача: Ошибка, а с ВызыватьИсключения — исключение", EN: "fails: Ошибка, or an exception with RaiseErrors"},
			Body: func(_ *Object, a []spec.Value) (spec.Value, error) {
				return spec.Empty(), text.New(text.CallUnknown).WithDetail(a[0].Str()).Wrap(errors.New("asked for"))
			},
		},
		{
			Name: spec.Name{RU: "Строка", EN: "Text"}, Returns: spec.Str,
			Params: []spec.Param{param("Длина", "Length", spec.Int, spec.Integer(1024))},
			Doc:    spec.Doc{RU: "строка заданной длины, не больше 16 млн", EN: "a text of that length, 16 million at most"},
			Body: func(_ *Object, a []spec.Value) (spec.Value, error) {
				if n := a[0].Int(); n >= 0 && n <= 16<<20 {
					return spec.String(strings.Repeat("x", int(n))), nil
				}
				return spec.Empty(), text.New(text.BadArgument)
			},
		},
		{
			Name: spec.Name{RU: "Сведения", EN: "Info"}, Returns: spec.Str,
			Doc:  spec.Doc{RU: "что платформа сообщила о себе, JSON", EN: "what the platform said about itself, JSON"},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return asJSON(o.env.Host().Info()) },
		},
	}
}

// guestMethods are about living in a foreign process.
func guestMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "Паника", EN: "Panic"},
			Doc:  spec.Doc{RU: "паника в теле метода", EN: "a panic in a method's body"},
			Body: func(*Object, []spec.Value) (spec.Value, error) { panic("probe: asked for") },
		},
		{
			Name: spec.Name{RU: "ПустойУказатель", EN: "NilDeref"},
			Doc:  spec.Doc{RU: "обращение по пустому указателю", EN: "a nil dereference"},
			Body: func(*Object, []spec.Value) (spec.Value, error) {
				return spec.Integer(counted(nil)), nil
			},
		},
		{
			Name: spec.Name{RU: "ПаникаВПотоке", EN: "PanicInGoroutine"}, Returns: spec.Boolean,
			Doc:  spec.Doc{RU: "паника в горутине объекта", EN: "a panic on a goroutine of the object"},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.Bool(o.panicInGoroutine()), nil },
		},
		{
			Name:   spec.Name{RU: "Погибнуть", EN: "Die"},
			Params: []spec.Param{param("Отчёт", "Report", spec.Str, nil)},
			Doc: spec.Doc{
				RU: "среда Go завершает процесс, что не перехватить; последние слова в файл",
				EN: "the Go runtime ends the process, which nothing recovers; its last words go to the file",
			},
			Body: func(_ *Object, a []spec.Value) (spec.Value, error) { return spec.Empty(), die(a[0].Str()) },
		},
		{
			Name: spec.Name{RU: "Выпалить", EN: "Burst"}, Returns: spec.Boolean,
			Params: []spec.Param{
				param("Событий", "Events", spec.Int, nil),
				param("Потоков", "Threads", spec.Int, spec.Integer(1)),
				param("Ждать", "Wait", spec.Boolean, spec.Bool(false)),
			},
			Doc: spec.Doc{
				RU: "шлёт столько событий Выстрел из стольких потоков; Истина, если начато (с Ждать: если все приняты)",
				EN: "sends so many events Выстрел from so many threads; true when started (with Wait: when all were taken)",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return spec.Bool(o.burst(int(a[0].Int()), int(a[1].Int()), a[2].Bool())), nil
			},
		},
		{
			Name: spec.Name{RU: "Занять", EN: "Busy"}, Returns: spec.Boolean,
			Params: []spec.Param{
				param("Горутин", "Goroutines", spec.Int, nil),
				param("Миллисекунд", "Milliseconds", spec.Int, nil),
			},
			Doc: spec.Doc{RU: "занимает планировщик и сборщик мусора в фоне", EN: "keeps scheduler and collector busy in the background"},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return spec.Bool(o.busy(int(a[0].Int()), time.Duration(a[1].Int())*time.Millisecond)), nil
			},
		},
		{
			Name: spec.Name{RU: "Порождено", EN: "Counts"}, Returns: spec.Str,
			Doc: spec.Doc{
				RU: "счётчики процесса и объекта, JSON {objects, goroutines, sent, refused, panics}",
				EN: "counters of process and object, JSON {objects, goroutines, sent, refused, panics}",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return asJSON(o.counts()) },
		},
	}
}

// param declares a parameter; def nil (untyped) makes it required.
func param(ru, en string, t spec.Type, def any) spec.Param {
	p := spec.Param{Name: spec.Name{RU: ru, EN: en}, Type: t}
	if v, ok := def.(spec.Value); ok {
		p.Default = &v
	}
	return p
}

func join(_ *Object, a []spec.Value) (spec.Value, error) {
	parts := make([]string, len(a))
	for i, v := range a {
		parts[i] = v.Str()
		if v.Kind() != spec.KindString {
			parts[i] = v.String()
		}
	}
	return spec.String(strings.Join(parts, "|")), nil
}

func asJSON(v any) (spec.Value, error) {
	b, err := json.Marshal(v)
	return spec.String(string(b)), err
}
