package manual

import (
	"testing"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
)

// TestComplete: the declaration is valid, which means too that everything is
// described in both languages.
func TestComplete(t *testing.T) {
	t.Parallel()
	if err := Class().Validate(); err != nil {
		t.Errorf("Class().Validate() = %v", err)
	}
}

// TestNothingElse: no page describes what is not there, and no description is
// in the library's own table, where it would weigh.
func TestNothingElse(t *testing.T) {
	t.Parallel()
	c, left := telephony.Class(), all()
	seen := func(name string, d spec.Doc) {
		delete(left, name)
		if d != (spec.Doc{}) {
			t.Errorf("telephony.Class() describes %s: the text belongs to addin/manual", name)
		}
	}
	for i := range c.Properties {
		seen(c.Properties[i].Name.EN, c.Properties[i].Doc)
	}
	for i := range c.Methods {
		m := &c.Methods[i]
		seen(m.Name.EN, m.Doc)
		for _, p := range m.Params {
			seen(m.Name.EN+"."+p.Name.EN, p.Doc)
		}
	}
	for name := range left {
		t.Errorf("addin/manual describes %s, which the class does not have", name)
	}
	n := 0
	for _, p := range tables() {
		n += len(p)
	}
	if want := len(all()); n != want {
		t.Errorf("the tables hold %d descriptions of %d things: one is described twice", n, want)
	}
}
