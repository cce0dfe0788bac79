package main

import (
	"strings"
	"testing"
	"unicode/utf16"

	"mangoofficesdk/addin/probe"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
)

// find searches as cgo/names.c does.
func (x index) find(names []spec.Name, name string) int {
	key := utf16.Encode([]rune(name))
	if len(key) == 0 || len(key) > x.longest {
		return -1
	}
	mask := len(x.slots) - 1
	for at := int(hash(key, x.multiplier)) & mask; x.slots[at] != 0; at = (at + 1) & mask {
		slot := int(x.slots[at]) - 1
		has := []string{names[slot/2].EN, names[slot/2].RU}[slot%2]
		if strings.EqualFold(has, name) {
			return slot / 2
		}
	}
	return -1
}

func TestIndexFindsEveryName(t *testing.T) {
	t.Parallel()
	for _, c := range []class{describe(telephony.Class()), describe(probe.Class())} {
		for _, names := range [][]spec.Name{c.methodNames(), c.propertyNames()} {
			x, err := makeIndex(names)
			if err != nil {
				t.Fatalf("makeIndex(%v): %v", names, err)
			}
			if len(x.slots)&(len(x.slots)-1) != 0 || len(x.slots) < 2*len(names) {
				t.Errorf("%d slots for %d names", len(x.slots), len(names))
			}
			for i, n := range names {
				for _, s := range []string{n.EN, n.RU, strings.ToUpper(n.RU), strings.ToLower(n.EN)} {
					if got := x.find(names, s); got != i {
						t.Errorf("find(%q) = %d, want %d", s, got, i)
					}
				}
			}
			if got := x.find(names, "НетТакогоИмени"); got != -1 {
				t.Errorf("find of an unknown name = %d", got)
			}
		}
	}
}

func TestIndexRefusesDoubles(t *testing.T) {
	t.Parallel()
	for what, names := range map[string][]spec.Name{
		"case apart":       {{RU: "Ёлка", EN: "Tree"}, {RU: "ёЛКА", EN: "Fir"}},
		"across languages": {{RU: "Тест", EN: "Test"}, {RU: "Test", EN: "Probe"}},
		"one language":     {{RU: "", EN: "Tree"}},
	} {
		if _, err := makeIndex(names); err == nil {
			t.Errorf("makeIndex took names alike: %s", what)
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]spec.Value{
		`{.vt = NAPI_VT_I4, .integer = -42}`:                    spec.Integer(-42),
		`{.vt = NAPI_VT_R8, .real = 0x1p+31}`:                   spec.Integer(1 << 31), // 1C refuses I8
		`{.vt = NAPI_VT_R8, .real = 0x1.4p+01}`:                 spec.Float(2.5),
		`{.vt = NAPI_VT_BOOL, .integer = 1}`:                    spec.Bool(true),
		`{.vt = NAPI_VT_PWSTR, .text = NAPI_TEXT(u"ё\"\\\?😀")}`: spec.String(`ё"\?😀`),
	} {
		if got, err := cDefault(&v); err != nil || got != want {
			t.Errorf("cDefault(%v) = %s, %v, want %s", v, got, err, want)
		}
	}
	if got, err := cDefault(nil); err != nil || got != "{.vt = NAPI_VT_EMPTY}" {
		t.Errorf("cDefault(nil) = %s, %v", got, err)
	}
	empty := spec.Empty()
	if got, err := cDefault(&empty); err == nil {
		t.Errorf("cDefault(Неопределено) = %s: hosts take it for no default", got)
	}
}
