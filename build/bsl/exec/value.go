// Package exec runs modules in the language of 1C:Enterprise, so that tests can
// see what they do: procedures, values, notifications, and what of the platform
// the modules of folder bsl need. Whatever belongs to a platform (forms, the
// database, add-ins) the test brings along. It is no platform: it does not
// promise that what runs here runs there.
package exec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/build/bsl"
)

// Value is nil (Неопределено), bool, float64, string, time.Time, *Array, *Map,
// *Notification, TypeName or an Object.
type Value any

// Object is what a test lends to the modules. ok is false for a name that the
// object does not have.
type Object interface {
	Get(name string) (v Value, ok bool)
	Set(name string, v Value) (ok bool)
	// Call may change its arguments.
	Call(name string, args []*Value) (v Value, ok bool)
}

// TypeName is what Тип and ТипЗнч give.
type TypeName string

// Array is Массив. With columns it is a table of a form.
type Array struct {
	Items   []Value
	Columns []string
}

// Map is Соответствие and Структура: keys in the order they came.
type Map struct {
	Struct bool
	keys   []Value
	values map[Value]*Value
}

// NewMap makes a Соответствие, or a Структура.
func NewMap(structure bool) *Map { return &Map{Struct: structure, values: map[Value]*Value{}} }

func (m *Map) key(k Value) Value {
	if s, ok := k.(string); ok && m.Struct {
		return bsl.Fold(s)
	}
	return k
}

// Put sets a value.
func (m *Map) Put(k, v Value) {
	folded := m.key(k)
	if cell := m.values[folded]; cell != nil {
		*cell = v
		return
	}
	m.keys = append(m.keys, k)
	m.values[folded] = &v
}

// At is a value, nil when there is none.
func (m *Map) At(k Value) Value {
	if cell := m.values[m.key(k)]; cell != nil {
		return *cell
	}
	return nil
}

// Has tells whether there is the key.
func (m *Map) Has(k Value) bool { return m.values[m.key(k)] != nil }

// Len is the number of keys.
func (m *Map) Len() int { return len(m.keys) }

func (m *Map) remove(k Value) {
	folded := m.key(k)
	delete(m.values, folded)
	for i, have := range m.keys {
		if m.key(have) == folded {
			m.keys = append(m.keys[:i:i], m.keys[i+1:]...)
			return
		}
	}
}

// Notification is ОписаниеОповещения.
type Notification struct {
	Proc      string
	Target    *instance
	Extra     Value
	ErrorProc string
	ErrorTo   *instance
}

// Raised is an exception of the modules.
type Raised struct {
	Text string
	Path string
	Pos  bsl.Pos
}

func (r *Raised) Error() string { return fmt.Sprintf("%s:%d: %s", r.Path, r.Pos.Line, r.Text) }

// Text is Строка(v).
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "Да"
		}
		return "Нет"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.Format("02.01.2006 15:04:05")
	case fmt.Stringer:
		return v.String()
	}
	return typeOf(v)
}

func typeOf(v Value) string {
	switch v := v.(type) {
	case nil:
		return "Неопределено"
	case string:
		return "Строка"
	case bool:
		return "Булево"
	case float64:
		return "Число"
	case time.Time:
		return "Дата"
	case *Array:
		return "Массив"
	case *Map:
		if v.Struct {
			return "Структура"
		}
		return "Соответствие"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", v), "*")
}

// filled is ЗначениеЗаполнено.
func filled(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case float64:
		return v != 0
	case time.Time:
		return v.Year() > 1
	case *Array:
		return len(v.Items) > 0
	case *Map:
		return v.Len() > 0
	}
	return true
}
