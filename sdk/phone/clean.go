package phone

import (
	"slices"
	"strings"
	"unicode"
)

// clean trims blanks and drops invisible marks (direction marks, zero width
// spaces, a BOM): contacts copied from a telephone or a page carry them.
func clean(raw string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, raw)
	return strings.TrimSpace(text)
}

// hiddenNames are what carriers and telephones put in place of a number.
var hiddenNames = []string{
	"anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "hidden", "null",
	"аноним", "скрыт", "скрытый", "неизвестен", "неизвестный", "-",
}

func isAnonymous(text string) bool {
	name := strings.ToLower(text)
	name = strings.TrimPrefix(name, "sip:")
	name, _, _ = strings.Cut(name, "@")
	return name == "" && text == "" || slices.Contains(hiddenNames, name)
}

// parseSIP reads sip:user@host, sips:, a name-addr ("Name" <sip:…>) and a bare
// user@host. Parameters and headers are dropped, the host is folded.
func parseSIP(text string) (Number, bool) {
	if open := strings.IndexByte(text, '<'); open >= 0 {
		text = text[open+1:]
		text, _, _ = strings.Cut(text, ">")
	}
	scheme := false
	for _, p := range []string{"sip:", "sips:"} {
		if len(text) >= len(p) && strings.EqualFold(text[:len(p)], p) {
			text, scheme = text[len(p):], true
			break
		}
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return Number{}, false
	}
	user, host := text[:at], text[at+1:]
	if i := strings.IndexAny(host, ";?"); i >= 0 {
		host = host[:i]
	}
	if user == "" || host == "" || !sipSafe(user) || !sipSafe(host) || (!scheme && strings.Contains(user, "@")) {
		return Number{}, false
	}
	return Number{Kind: SIP, Display: "sip:" + user + "@" + strings.ToLower(host)}, true
}

// sipSafe refuses what would break a SIP header. Letters outside ASCII stay:
// the PBX's own samples have them.
func sipSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"<>,`, r)
	})
}

// extensionMarks begin the callee's own extension.
var extensionMarks = []string{"доб", "вн", "ext", "#", ",", ";", "x", "х"}

// split gives the digits of a number written by a person and whether it began
// with a plus. ok is false when something stands there that no number has.
func split(text string) (plus bool, digits string, ok bool) {
	lower := strings.ToLower(text)
	lower = strings.TrimSpace(strings.TrimPrefix(lower, "tel:"))
	for _, mark := range extensionMarks {
		if i := strings.Index(lower, mark); i > 0 {
			lower = lower[:i]
		}
	}
	var b strings.Builder
	for i, r := range lower {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus && strings.Trim(lower[:i], " (") == "":
			plus = true
		case unicode.IsSpace(r) || strings.ContainsRune("-.()/‐‑‒–—−", r):
		default:
			return false, "", false
		}
	}
	return plus, b.String(), b.Len() > 0
}

func onlyDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
