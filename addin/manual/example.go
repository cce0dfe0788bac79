package manual

import (
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

// Example is a piece of BSL with the names of each language.
type Example struct{ RU, EN string }

// ExampleOf shows how a method, by its English name, is called.
func ExampleOf(method string) Example { return examples()[method] }

// FailuresOf are the codes that a method, by its English name, is likely to
// give. What every method may give is in General.
func FailuresOf(method string) []text.Code { return failures()[method] }

// General are the codes that any method may give.
func General() []text.Code {
	return []text.Code{
		text.BadArgumentCount, text.BadArgumentType, text.Internal, text.Stopping, text.Forked, text.StackTooBig, text.NoMemory,
	}
}

// Constant is a set of values that the contract promises to keep.
type Constant struct {
	Doc    spec.Doc
	Values []Value
}

// Value is one of them.
type Value struct {
	Value string
	Doc   spec.Doc
}
