package exec

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/build/bsl"
)

func newStruct(args []*Value) *Map {
	m := NewMap(true)
	for i, k := range strings.Split(Text(arg(args, 0)), ",") {
		if k = strings.TrimSpace(k); k != "" {
			m.Put(k, arg(args, i+1))
		}
	}
	return m
}

func (m *Map) call(name string, args []*Value) (Value, bool) {
	switch bsl.Fold(name) {
	case "вставить":
		m.Put(arg(args, 0), arg(args, 1))
	case "удалить":
		m.remove(arg(args, 0))
	case "количество":
		return float64(m.Len()), true
	case "свойство":
		return m.Has(arg(args, 0)), true
	case "получить":
		return m.At(arg(args, 0)), true
	case "очистить":
		*m = *NewMap(m.Struct)
	default:
		return nil, false
	}
	return nil, true
}

func (a *Array) call(name string, args []*Value) (Value, bool) {
	switch bsl.Fold(name) {
	case "добавить":
		if a.Columns != nil {
			row := NewMap(true)
			for _, c := range a.Columns {
				row.Put(c, "")
			}
			a.Items = append(a.Items, row)
			return row, true
		}
		a.Items = append(a.Items, arg(args, 0))
	case "найтипоидентификатору": // the place of a row
		return a.Items[whole(args, 0)], true
	case "найтистроки": // of a table, by the fields of a structure
		found, want := &Array{}, arg(args, 0).(*Map)
		for _, row := range a.Items {
			if !slices.ContainsFunc(want.keys, func(k Value) bool { return row.(*Map).At(k) != want.At(k) }) {
				found.Items = append(found.Items, row)
			}
		}
		return found, true
	case "количество":
		return float64(len(a.Items)), true
	case "найти":
		for i, v := range a.Items {
			if v == arg(args, 0) {
				return float64(i), true
			}
		}
	case "очистить":
		a.Items = nil
	default:
		return nil, false
	}
	return nil, true
}

// jsonText is ЧтениеJSON and ЗаписьJSON over a text.
type jsonText struct{ text string }

func (j *jsonText) Get(string) (Value, bool) { return nil, false }
func (j *jsonText) Set(string, Value) bool   { return false }
func (j *jsonText) Call(name string, args []*Value) (Value, bool) {
	switch bsl.Fold(name) {
	case "установитьстроку":
		j.text, _ = arg(args, 0).(string)
		return nil, true
	case "закрыть":
		return j.text, true
	}
	return nil, false
}

// FromJSON makes values of a text: objects are Соответствие.
func FromJSON(text string) (Value, error) {
	var raw any
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, err
	}
	return fromGo(raw), nil
}

func fromGo(raw any) Value {
	switch raw := raw.(type) {
	case map[string]any:
		m := NewMap(false)
		for k, v := range raw {
			m.Put(k, fromGo(v))
		}
		return m
	case []any:
		a := &Array{}
		for _, v := range raw {
			a.Items = append(a.Items, fromGo(v))
		}
		return a
	}
	return raw
}

// ToGo makes what encoding/json writes.
func ToGo(v Value) any {
	switch v := v.(type) {
	case *Map:
		out := map[string]any{}
		for _, k := range v.keys {
			out[Text(k)] = ToGo(v.At(k))
		}
		return out
	case *Array:
		out := []any{}
		for _, item := range v.Items {
			out = append(out, ToGo(item))
		}
		return out
	case nil, string, bool, float64:
		return v
	}
	Raise("%s cannot be written as JSON", typeOf(v))
	return nil
}

func text(args []*Value, i int) string { return Text(arg(args, i)) }

func whole(args []*Value, i int) int {
	n, _ := arg(args, i).(float64)
	return int(n)
}

var russian = regexp.MustCompile(`ru\s*=\s*'((?:[^']|'')*)'`)

// functions of the platform, by folded name.
var functions = map[string]func(w *World, args []*Value) Value{
	"пустаястрока":      func(_ *World, a []*Value) Value { return strings.TrimSpace(text(a, 0)) == "" },
	"сокрлп":            func(_ *World, a []*Value) Value { return strings.TrimSpace(text(a, 0)) },
	"стрдлина":          func(_ *World, a []*Value) Value { return float64(len([]rune(text(a, 0)))) },
	"стрнайти":          func(_ *World, a []*Value) Value { return find(text(a, 0), text(a, 1)) },
	"стрначинаетсяс":    func(_ *World, a []*Value) Value { return strings.HasPrefix(text(a, 0), text(a, 1)) },
	"стрзаменить":       func(_ *World, a []*Value) Value { return strings.ReplaceAll(text(a, 0), text(a, 1), text(a, 2)) },
	"лев":               func(_ *World, a []*Value) Value { return middle(text(a, 0), 1, whole(a, 1)) },
	"прав":              func(_ *World, a []*Value) Value { return right(text(a, 0), whole(a, 1)) },
	"строка":            func(_ *World, a []*Value) Value { return text(a, 0) },
	"цел":               func(_ *World, a []*Value) Value { return math.Trunc(arg(a, 0).(float64)) },
	"значениезаполнено": func(_ *World, a []*Value) Value { return filled(arg(a, 0)) },
	"тип":               func(_ *World, a []*Value) Value { return TypeName(text(a, 0)) },
	"типзнч":            func(_ *World, a []*Value) Value { return TypeName(typeOf(arg(a, 0))) },
	"текущаяуниверсальнаядатавмиллисекундах": func(*World, []*Value) Value { return float64(time.Now().UnixMilli()) },
	"сред": func(_ *World, a []*Value) Value {
		if arg(a, 2) == nil {
			return middle(text(a, 0), whole(a, 1), math.MaxInt32)
		}
		return middle(text(a, 0), whole(a, 1), whole(a, 2))
	},
	"число": func(_ *World, a []*Value) Value {
		n, err := strconv.ParseFloat(text(a, 0), 64)
		if err != nil {
			Raise("%q is no Число", text(a, 0))
		}
		return n
	},
	"дата": func(_ *World, a []*Value) Value {
		return time.Date(whole(a, 0), time.Month(whole(a, 1)), whole(a, 2), whole(a, 3), whole(a, 4), whole(a, 5), 0, time.UTC)
	},
	"нстр": func(_ *World, a []*Value) Value {
		m := russian.FindStringSubmatch(text(a, 0))
		if m == nil {
			Raise("no Russian in %q", text(a, 0))
		}
		return strings.ReplaceAll(m[1], "''", "'")
	},
	"стршаблон": func(_ *World, a []*Value) Value {
		s := text(a, 0)
		for i := len(a) - 1; i > 0; i-- {
			s = strings.ReplaceAll(s, "%"+strconv.Itoa(i), text(a, i))
		}
		return s
	},
	"стрразделить": func(_ *World, a []*Value) Value {
		out := &Array{}
		for s := range strings.SplitSeq(text(a, 0), text(a, 1)) {
			if s != "" || arg(a, 2) != false {
				out.Items = append(out.Items, s)
			}
		}
		return out
	},
	"стрсоединить": func(_ *World, a []*Value) Value {
		var parts []string
		for _, v := range arg(a, 0).(*Array).Items {
			parts = append(parts, Text(v))
		}
		return strings.Join(parts, text(a, 1))
	},
	"формат": func(_ *World, a []*Value) Value {
		if strings.Contains(text(a, 1), "ЧЦ=2") {
			return fmt.Sprintf("%02d", whole(a, 0))
		}
		return text(a, 0)
	},
	"прочитатьjson": func(_ *World, a []*Value) Value {
		v, err := FromJSON(arg(a, 0).(*jsonText).text)
		if err != nil {
			Raise("%v", err)
		}
		return v
	},
	"записатьjson": func(_ *World, a []*Value) Value {
		raw, err := json.Marshal(ToGo(arg(a, 1)))
		if err != nil {
			Raise("%v", err)
		}
		arg(a, 0).(*jsonText).text = string(raw)
		return nil
	},
	"информацияобошибке":           func(w *World, _ []*Value) Value { return w.trouble },
	"подробноепредставлениеошибки": func(_ *World, a []*Value) Value { return arg(a, 0).(*Raised).Error() },
	"заполнитьзначениясвойств": func(_ *World, a []*Value) Value {
		to := arg(a, 0).(*Map)
		for _, k := range to.keys {
			switch from := arg(a, 1).(type) {
			case *Map:
				if from.Has(k) {
					to.Put(k, from.At(k))
				}
			case Object:
				if v, ok := from.Get(Text(k)); ok {
					to.Put(k, v)
				}
			}
		}
		return nil
	},
}

func find(s, part string) Value {
	i := strings.Index(s, part)
	if i < 0 {
		return 0.0
	}
	return float64(len([]rune(s[:i])) + 1)
}

func middle(s string, from, count int) string {
	r := []rune(s)
	from = max(from, 1)
	if from > len(r) {
		return ""
	}
	return string(r[from-1 : min(from-1+count, len(r))])
}

func right(s string, count int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-count):])
}
