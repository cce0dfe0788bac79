// Package phone reads telephone numbers as people and the PBX write them, and
// gives them one form: E.164 for outside numbers, digits for extensions, an
// URI for SIP. It knows the plans of Russia and its neighbours; elsewhere it
// knows country codes and lengths only. Pure: no clock, no I/O.
package phone

import (
	"strings"
)

// Kind says what sort of number it is.
type Kind string

// The kinds. Mobile, Fixed and TollFree are numbers of +7 and of the region
// asked for; other countries are International.
const (
	Mobile        Kind = "mobile"
	Fixed         Kind = "fixed" // without E164: a city number given without its area code
	TollFree      Kind = "tollfree"
	International Kind = "international"
	Short         Kind = "short" // an extension of the PBX, 2–6 digits
	SIP           Kind = "sip"
	Anonymous     Kind = "anonymous" // empty, hidden
	Invalid       Kind = "invalid"
)

// Number is a parsed number. It is comparable, but see Same.
type Number struct {
	E164     string `json:"e164"`     // "+79031234567"; "" for short, SIP, local, anonymous and invalid
	Digits10 string `json:"digits10"` // last ten digits of E164, the usual search key of 1C bases; "" when fewer
	Kind     Kind   `json:"kind"`
	Display  string `json:"display"` // for people; for Invalid what was given, cut to 64 characters
}

// maxText bounds what is looked at: the PBX allows 128 bytes (§3.2), people
// add names and brackets.
const maxText = 256

// Parse reads raw. region is the ISO code of the country whose local forms are
// understood ("" = RU); for an unknown region only international forms are.
// A number after "доб.", "ext", "x", "#", "," or ";" is the callee's own
// extension and is left out.
func Parse(raw, region string) Number {
	text := clean(raw)
	if isAnonymous(text) {
		return Number{Kind: Anonymous}
	}
	if len(text) > maxText {
		return invalid(text)
	}
	if n, ok := parseSIP(text); ok {
		return n
	}
	plus, digits, ok := split(text)
	if !ok {
		return invalid(text)
	}
	if n, ok := byPlan(plus, digits, planOf(region)); ok {
		return n
	}
	return invalid(text)
}

// FromPBX reads a number of a notification: there an outside number is E.164
// without its plus (§3.1), so 4930123456 is Berlin and not Ivanovo. Ten digits
// from 8 or 9 are a Russian number that lost its 7: the countries of +8 and +9
// have longer ones.
func FromPBX(raw string) Number {
	text := clean(raw)
	lost7 := len(text) == 10 && text[0] >= '8'
	if len(text) > localMax && onlyDigits(text) && !lost7 {
		if n, ok := international(text, planOf("")); ok {
			return n
		}
	}
	return Parse(raw, "")
}

// Dial is the form the PBX takes in commands: E.164 digits without the plus,
// sip:user@host, or an extension; "" for a number that cannot be dialled.
func (n Number) Dial() string {
	switch {
	case n.E164 != "":
		return n.E164[1:]
	case n.Kind == SIP, n.Kind == Short:
		return n.Display
	case n.Kind == Fixed: // a local number is shown with dashes
		return strings.ReplaceAll(n.Display, "-", "")
	}
	return ""
}

// Same reports whether two numbers ring the same telephone. Extensions equal
// only extensions, and nothing equals an anonymous or invalid number: the last
// digits alone prove nothing.
func Same(a, b Number) bool {
	if a.E164 != "" || b.E164 != "" {
		return a.E164 == b.E164
	}
	return a.Dial() != "" && a.Kind == b.Kind && strings.EqualFold(a.Dial(), b.Dial())
}

// Mask hides the middle of a number for logs: +7903*****67, sip:iv***@host.
// Extensions of up to six digits stay readable. It takes any text.
func Mask(number string) string {
	if at := strings.LastIndexByte(number, '@'); at >= 0 {
		user := strings.TrimPrefix(number[:at], "sip:")
		return "sip:" + maskRunes(user, 2, 0) + number[at:]
	}
	return maskRunes(number, 5, 2)
}

func maskRunes(s string, head, tail int) string {
	r := []rune(s)
	if len(r) <= 6 && tail > 0 {
		return s
	}
	head = min(head, len(r)/2)
	for i := head; i < len(r)-tail; i++ {
		r[i] = '*'
	}
	return string(r)
}

func invalid(text string) Number {
	const shown = 64
	if r := []rune(text); len(r) > shown {
		text = string(r[:shown])
	}
	return Number{Kind: Invalid, Display: text}
}
