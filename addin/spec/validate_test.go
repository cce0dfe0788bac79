package spec_test

import (
	"strings"
	"testing"

	"mangoofficesdk/addin/spec"
)

type none struct{}

func method(ru, en string, params ...spec.Param) spec.Method[none] {
	return spec.Method[none]{
		Name: spec.Name{RU: ru, EN: en}, Params: params, Doc: spec.Doc{RU: "Делает", EN: "Does"},
		Body: func(none, []spec.Value) (spec.Value, error) { return spec.Empty(), nil },
	}
}

func property(ru, en string) spec.Property[none] {
	return spec.Property[none]{
		Name: spec.Name{RU: ru, EN: en}, Type: spec.Str, Doc: spec.Doc{RU: "Есть", EN: "Is"},
		Get: func(none) spec.Value { return spec.String("") },
	}
}

func parameter(ru, en string, def ...spec.Value) spec.Param {
	p := spec.Param{Name: spec.Name{RU: ru, EN: en}, Type: spec.Int, Doc: spec.Doc{RU: "Число", EN: "Number"}}
	if len(def) > 0 {
		p.Default = &def[0]
	}
	return p
}

func TestValidate(t *testing.T) {
	t.Parallel()
	good := func() *spec.Class[none] {
		return &spec.Class[none]{
			Name:       "Thing",
			Properties: []spec.Property[none]{property("Объём", "Volume")},
			Methods:    []spec.Method[none]{method("Ждать", "Wait", parameter("Раз", "Times"), parameter("Мс", "Ms", spec.Integer(1)))},
		}
	}
	if err := good().Validate(); err != nil {
		t.Fatalf("Validate() of a good class = %v, want nil", err)
	}
	for _, c := range []struct {
		want  string
		spoil func(c *spec.Class[none])
	}{
		{"class name", func(c *spec.Class[none]) { c.Name = "Вещь" }},
		{"is taken by property Volume", func(c *spec.Class[none]) { c.Methods = append(c.Methods, method("объем", "Size")) }},
		{"is taken by method Wait", func(c *spec.Class[none]) { c.Methods = append(c.Methods, method("Стоять", "WAIT")) }},
		{"no Latin identifier", func(c *spec.Class[none]) { c.Methods[0].Name.EN = "Ждать2" }},
		{"is no identifier", func(c *spec.Class[none]) { c.Methods[0].Name.RU = "" }},
		{"description in both", func(c *spec.Class[none]) { c.Methods[0].Doc.EN = " " }},
		{"description in both", func(c *spec.Class[none]) { c.Methods[0].Params[0].Doc = spec.Doc{} }},
		{"no Body", func(c *spec.Class[none]) { c.Methods[0].Body = nil }},
		{"no Get", func(c *spec.Class[none]) { c.Properties[0].Get = nil }},
		{"no type", func(c *spec.Class[none]) { c.Properties[0].Type = spec.None }},
		{"default Empty", func(c *spec.Class[none]) { c.Methods[0].Params[1] = parameter("Мс", "Ms", spec.Empty()) }},
		{"default true is no целое Число", func(c *spec.Class[none]) { c.Methods[0].Params[1] = parameter("Мс", "Ms", spec.Bool(true)) }},
		{"required after an optional", func(c *spec.Class[none]) {
			c.Methods[0].Params[0] = parameter("Раз", "Times", spec.Integer(1))
			c.Methods[0].Params[1].Default = nil
		}},
		{"name used twice", func(c *spec.Class[none]) { c.Methods[0].Params[1].Name.EN = "TIMES" }},
		{"out-parameter", func(c *spec.Class[none]) { c.Methods[0].Params[1].Name = spec.ErrorParam().Name }},
	} {
		class := good()
		c.spoil(class)
		if err := class.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Validate() = %v, want a fault with %q", err, c.want)
		}
	}
}

func TestFindIgnoresCaseAndLanguage(t *testing.T) {
	t.Parallel()
	class := spec.Class[none]{
		Properties: []spec.Property[none]{property("Объём", "Volume"), property("Имя", "Name")},
		Methods:    []spec.Method[none]{method("Ждать", "Wait"), method("ЁжВышел", "HedgehogOut")},
	}
	for name, want := range map[string]int{"ёжвышел": 1, "ЁЖВЫШЕЛ": 1, "hedgehogOUT": 1, "ждать": 0, "Volume": -1, "": -1} {
		if got := class.FindMethod(name); got != want {
			t.Errorf("FindMethod(%q) = %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]int{"ОБЪЁМ": 0, "name": 1, "Wait": -1} {
		if got := class.FindProperty(name); got != want {
			t.Errorf("FindProperty(%q) = %d, want %d", name, got, want)
		}
	}
}

func TestFallibleAddsTheOutParameterLast(t *testing.T) {
	t.Parallel()
	m := method("Ждать", "Wait", parameter("Раз", "Times"))
	if got := m.AllParams(); len(got) != 1 {
		t.Errorf("AllParams() of an infallible method = %d parameters, want 1", len(got))
	}
	m.Fallible = true
	got := m.AllParams()
	if len(got) != 2 || got[1].Name != spec.ErrorParam().Name || got[1].Default == nil {
		t.Errorf("AllParams() of a fallible method = %+v, want Ошибка last, with a default", got)
	}
	if len(m.Params) != 1 {
		t.Errorf("Params after AllParams() = %d, want 1 still", len(m.Params))
	}
}
