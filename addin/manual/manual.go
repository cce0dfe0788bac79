// Package manual says in both languages what each method, property and
// parameter of the component is for. The generators, mango-addin and its help
// read it; the library does not (they weighed 33 KB there), so the declaration
// tables of addin/telephony hold no prose. One file for each of those tables.
package manual

import (
	"maps"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
)

// pages are descriptions by English name: Method, Method.Parameter, Property.
type pages map[string]spec.Doc

// tables are the pages of each table.
func tables() []pages {
	return []pages{
		properties(), connection(), calls(), events(), other(), users(), commands(), requests(), history(), reports(), recordings(),
	}
}

// all are the pages of every table.
func all() pages {
	whole := pages{}
	for _, p := range tables() {
		maps.Copy(whole, p)
	}
	return whole
}

// Class is the declaration of the component with its descriptions.
func Class() *spec.Class[*telephony.Object] {
	c, p := telephony.Class(), all()
	for i := range c.Properties {
		c.Properties[i].Doc = p[c.Properties[i].Name.EN]
	}
	for i := range c.Methods {
		m := &c.Methods[i]
		m.Doc = p[m.Name.EN]
		for j := range m.Params {
			m.Params[j].Doc = p[m.Name.EN+"."+m.Params[j].Name.EN]
		}
	}
	return c
}
