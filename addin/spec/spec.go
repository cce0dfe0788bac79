// Package spec is the declaration of a 1C component: classes, methods and
// properties with their two names, parameters, defaults and bodies. Whatever
// needs to know the contract (dispatch, the C table, documents, completion in
// the console) is derived from a Class; nothing is written twice.
package spec

import "fmt"

// Name is a pair of names; BSL may use either, in any case.
type Name struct{ RU, EN string }

// Doc is a pair of short descriptions, one sentence each.
type Doc struct{ RU, EN string }

// Type of an argument, result or property as BSL sees it.
type Type uint8

// The types of the contract. Any accepts whatever BSL gives.
const (
	None    Type = iota // a procedure's result
	Str                 // Строка
	Num                 // Число with a fraction
	Int                 // Число, integral, within int64
	Boolean             // Булево
	Date                // Дата
	Binary              // ДвоичныеДанные
	Any
)

// typeNames are the words of the two languages of BSL, by Type. BSL has one
// type for all numbers: an integer is told apart by a word more.
var typeNames = [...]Name{
	None:    {"Нет", "None"},
	Str:     {"Строка", "String"},
	Num:     {"Число", "Number"},
	Int:     {"целое Число", "whole Number"},
	Boolean: {"Булево", "Boolean"},
	Date:    {"Дата", "Date"},
	Binary:  {"ДвоичныеДанные", "BinaryData"},
	Any:     {"Произвольный", "Arbitrary"},
}

// Name is the type's name in BSL, with what narrows it.
func (t Type) Name() Name {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	n := fmt.Sprintf("Type(%d)", uint8(t))
	return Name{n, n}
}

// String names the type as the documents do.
func (t Type) String() string { return t.Name().RU }

// KindName is the name in BSL of the type that a value of kind k has.
func KindName(k Kind) Name {
	switch k {
	case KindEmpty:
		return Name{"Неопределено", "Undefined"}
	case KindNull:
		return Name{"Null", "Null"}
	case KindBool:
		return Boolean.Name()
	case KindInt, KindFloat:
		return Num.Name()
	case KindTime:
		return Date.Name()
	case KindString:
		return Str.Name()
	case KindBlob:
		return Binary.Name()
	}
	return Any.Name()
}

// Param is one parameter. A nil Default makes it required; a default is a
// real value, never Неопределено: some hosts take an empty default for none.
type Param struct {
	Name    Name
	Type    Type
	Default *Value
	Doc     Doc
}

// Method is one method of a class whose objects are T. The out-parameter
// Ошибка of the contract is not listed in Params: Fallible adds it, last.
type Method[T any] struct {
	Name     Name
	Params   []Param
	Returns  Type // None: a procedure
	Fallible bool
	Doc      Doc
	// Body runs on the host's thread. args has one value per Params entry, of
	// the declared type, defaults filled in. A returned error goes to Ошибка,
	// to the last error and, if asked for, to an exception.
	Body func(obj T, args []Value) (Value, error)
}

// Property is one property. A nil Set makes it read-only.
type Property[T any] struct {
	Name Name
	Type Type
	Doc  Doc
	Get  func(obj T) Value
	Set  func(obj T, v Value) error
}

// Class is the whole declaration.
type Class[T any] struct {
	Name       string // Latin: in GetClassNames and in RegisterExtensionAs alike
	Properties []Property[T]
	Methods    []Method[T]
}

// ErrorParam is the out-parameter that Fallible appends.
func ErrorParam() Param {
	empty := String("")
	return Param{
		Name: Name{"Ошибка", "Error"}, Type: Str, Default: &empty,
		Doc: Doc{"выходной: пусто при успехе, иначе JSON {code, text, remedy, retryable, field}",
			"out: empty on success, else JSON {code, text, remedy, retryable, field}"},
	}
}

// AllParams are the parameters as the platform sees them.
func (m *Method[T]) AllParams() []Param {
	if !m.Fallible {
		return m.Params
	}
	return append(m.Params[:len(m.Params):len(m.Params)], ErrorParam())
}
