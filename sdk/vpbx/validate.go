package vpbx

import (
	"strings"
	"unicode"

	"mangoofficesdk/sdk/text"
)

// Lengths of the fields of a command (§3.2, appendix 1).
const (
	maxSIPHeader = 64 // bytes
	maxExtension = 10 // digits; the document shows 2 to 4
	maxDigits    = 20 // an E.164 number of 15 behind prefixes like 8-10
	minOutside   = 7  // digits; fewer is an extension or a group
)

// A wrong request costs more than an error: the second 3xxx answer within two
// minutes closes the API for everybody (§1.4.1). So all is checked here.

// optional checks an id: short enough, printable.
func optional(field, value string) error {
	if len(value) > maxID || strings.ContainsFunc(value, unicode.IsControl) {
		return text.New(text.BadField).WithField(field)
	}
	return nil
}

// extension checks the short number of an employee or a group.
func extension(field, value string) error {
	if len(value) > maxExtension || !digits(value) {
		return text.New(text.BadField).WithField(field)
	}
	return nil
}

// number checks what the PBX shall dial: digits without a plus, or sip:….
func number(field, value string) error {
	switch {
	case strings.HasPrefix(value, "sip:"):
		user, host, ok := strings.Cut(value[len("sip:"):], "@")
		if !ok || user == "" || host == "" || len(value) > maxID || strings.ContainsFunc(value, blank) {
			return text.New(text.NumberInvalid).WithField(field)
		}
	case len(value) > maxDigits || !digits(value):
		return text.New(text.NumberInvalid).WithField(field)
	}
	return nil
}

// outside checks a number that may be neither an extension nor a group.
func outside(field, value string) error {
	if err := number(field, value); err != nil {
		return err
	}
	if digits(value) && len(value) < minOutside {
		return text.New(text.NumberInvalid).WithField(field)
	}
	return nil
}

// sipHeader checks the value of a SIP header. The PBX would drop a bad one
// without a word (appendix 1).
func sipHeader(field, value string) error {
	if len(value) > maxSIPHeader || strings.ContainsFunc(value, func(r rune) bool { return !headerRune(r) }) {
		return text.New(text.BadField).WithField(field)
	}
	return nil
}

// headerRune: letters, digits and, as the document's own example shows, a
// blank; marks that occur in names are let through, the reserved ones are not.
func headerRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(` -_.'()№"`, r)
}

// CleanDisplayName makes any text fit for RouteRequest.DisplayName: reserved
// marks become blanks, and it is cut to 64 bytes between letters.
func CleanDisplayName(name string) string {
	name = strings.Map(func(r rune) rune {
		if headerRune(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(name, " "))
	name = strings.Join(strings.Fields(name), " ")
	cut := 0
	for i, r := range name {
		if end := i + len(string(r)); end <= maxSIPHeader {
			cut = end
		}
	}
	return strings.TrimSpace(name[:cut])
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>",`, r)
}
