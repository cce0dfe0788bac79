package spec

import (
	"errors"
	"fmt"
	"strings"
)

// Fold gives the form in which names are compared: without regard to case,
// Cyrillic and ё included. It needs no locale.
func Fold(name string) string { return strings.ToLower(name) }

// Is tells whether n goes by name in either language.
func (n Name) Is(name string) bool {
	return Fold(n.RU) == Fold(name) || Fold(n.EN) == Fold(name)
}

// FindMethod gives the number of the method called name in either language,
// in any case; −1 when there is none.
func (c *Class[T]) FindMethod(name string) int {
	for i := range c.Methods {
		if c.Methods[i].Name.Is(name) {
			return i
		}
	}
	return -1
}

// FindProperty is FindMethod for properties.
func (c *Class[T]) FindProperty(name string) int {
	for i := range c.Properties {
		if c.Properties[i].Name.Is(name) {
			return i
		}
	}
	return -1
}

// Validate finds what would make a declaration lie to the platform or to its
// readers; it names every fault.
func (c *Class[T]) Validate() error {
	v := validator{members: map[string]string{}}
	if !isLatin(c.Name) {
		v.fault("class name %q must be a Latin identifier", c.Name)
	}
	for i := range c.Properties {
		p := &c.Properties[i]
		v.member("property", p.Name)
		v.doc("property "+p.Name.EN, p.Doc)
		if p.Get == nil {
			v.fault("property %s: no Get", p.Name.EN)
		}
		if p.Type == None {
			v.fault("property %s: no type", p.Name.EN)
		}
	}
	for i := range c.Methods {
		m := &c.Methods[i]
		v.member("method", m.Name)
		v.doc("method "+m.Name.EN, m.Doc)
		if m.Body == nil {
			v.fault("method %s: no Body", m.Name.EN)
		}
		v.params(m.Name.EN, m.Params)
	}
	return errors.Join(v.faults...)
}

type validator struct {
	members map[string]string
	faults  []error
}

func (v *validator) fault(format string, args ...any) {
	v.faults = append(v.faults, fmt.Errorf("spec: "+format, args...))
}

// member checks a name and that nobody else has it. A property may not have
// the name of a method either: BSL could tell them apart, people could not.
func (v *validator) member(what string, n Name) {
	if !isCyrillic(n.RU) {
		v.fault("%s %q: Russian name %q is no identifier", what, n.EN, n.RU)
	}
	if !isLatin(n.EN) {
		v.fault("%s %q: English name %q is no Latin identifier", what, n.RU, n.EN)
	}
	for _, name := range []string{n.RU, n.EN} {
		// ё and е are one letter to the eye.
		key := strings.ReplaceAll(Fold(name), "ё", "е")
		if other, taken := v.members[key]; taken {
			v.fault("%s %q: the name %q is taken by %s", what, n.EN, name, other)
			continue
		}
		v.members[key] = what + " " + n.EN
	}
}

func (v *validator) doc(what string, d Doc) {
	if strings.TrimSpace(d.RU) == "" || strings.TrimSpace(d.EN) == "" {
		v.fault("%s: a description in both languages is missing", what)
	}
}

func (v *validator) params(method string, params []Param) {
	seen := map[string]bool{}
	optional := false
	for i := range params {
		p := &params[i]
		where := fmt.Sprintf("method %s, parameter %d", method, i+1)
		if !isCyrillic(p.Name.RU) || !isLatin(p.Name.EN) {
			v.fault("%s: bad name %q / %q", where, p.Name.RU, p.Name.EN)
		}
		if p.Name.Is(ErrorParam().Name.RU) || p.Name.Is(ErrorParam().Name.EN) {
			v.fault("%s: the out-parameter is added by Fallible", where)
		}
		if seen[Fold(p.Name.RU)] || seen[Fold(p.Name.EN)] {
			v.fault("%s: name used twice", where)
		}
		seen[Fold(p.Name.RU)], seen[Fold(p.Name.EN)] = true, true
		v.doc(where, p.Doc)
		if p.Type == None {
			v.fault("%s: no type", where)
		}
		switch {
		case p.Default == nil && optional:
			v.fault("%s: required after an optional one", where)
		case p.Default != nil && !fits(p.Type, *p.Default):
			v.fault("%s: default %v is no %v", where, *p.Default, p.Type)
		}
		optional = optional || p.Default != nil
	}
}

// fits tells whether v is a real value of type t: never Неопределено, which
// some hosts take for "no default".
func fits(t Type, v Value) bool {
	switch t {
	case Str:
		return v.kind == KindString
	case Num:
		return v.kind == KindInt || v.kind == KindFloat
	case Int:
		return v.kind == KindInt
	case Boolean:
		return v.kind == KindBool
	case Date:
		return v.kind == KindTime
	case Binary:
		return v.kind == KindBlob
	case Any:
		return v.kind != KindEmpty && v.kind != KindUnsupported
	}
	return false
}

func isLatin(s string) bool {
	return isIdentifier(s, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' })
}

// isCyrillic allows Latin letters too: «ПолучитьURL» is a good name.
func isCyrillic(s string) bool {
	return isIdentifier(s, func(r rune) bool {
		return r >= 'А' && r <= 'я' || r == 'Ё' || r == 'ё' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	})
}

func isIdentifier(s string, letter func(rune) bool) bool {
	for i, r := range s {
		if !letter(r) && r != '_' && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
