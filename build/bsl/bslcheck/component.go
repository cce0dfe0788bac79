package bslcheck

import (
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/build/bsl"
)

// Component is what the add-in answers to, by folded names in both languages.
type Component struct {
	Methods map[string]Arity
	Props   map[string]bool // true: may be set
	Events  map[string]bool
}

// Arity is how many arguments a call takes.
type Arity struct{ Min, Max int }

func (a Arity) fits(n int) bool { return n >= a.Min && n <= a.Max }

// plus is the arity with n more arguments, all required.
func (a Arity) plus(n int) Arity { return Arity{a.Min + n, a.Max + n} }

// TheComponent reads the declaration tables.
func TheComponent() Component {
	class := telephony.Class()
	c := Component{Methods: map[string]Arity{}, Props: map[string]bool{}, Events: map[string]bool{}}
	both := func(n spec.Name, put func(string)) {
		put(bsl.Fold(n.RU))
		put(bsl.Fold(n.EN))
	}
	for _, m := range class.Methods {
		params := m.AllParams()
		a := Arity{Max: len(params)}
		for i, p := range params {
			if p.Default == nil {
				a.Min = i + 1
			}
		}
		both(m.Name, func(n string) { c.Methods[n] = a })
	}
	for _, p := range class.Properties {
		both(p.Name, func(n string) { c.Props[n] = p.Set != nil })
	}
	for _, n := range telephony.EventNames() {
		both(n, func(n string) { c.Events[n] = true })
	}
	return c
}
