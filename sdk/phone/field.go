package phone

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact is one number of a field of a card, with what is dialled after it.
type Contact struct {
	Number
	Extension string // "доб. 101"; "" = none
}

// Bounds of a field: people put a few numbers with their notes into one.
const (
	maxField    = 2048 // bytes; what is longer is no field of numbers
	maxContacts = 32
)

// List reads a field in which people keep numbers: several of them, set apart
// by commas, semicolons, slashes, new lines, blanks or words, each with its
// extension. Only numbers that can be dialled are given, in their order, each
// once.
//
// After a comma or a semicolon two to six digits are the extension of the
// number before, as Parse takes them. Two digits after a slash stand in place
// of the last two: 123-45-67/68. A number without an area code has the one of
// the fixed number before it. Digits among words ("кабинет 12") are numbers
// only when there are enough of them.
func List(raw, region string) []Contact {
	text := clean(raw)
	if len(text) > maxField || isAnonymous(text) {
		return nil
	}
	f := field{plan: planOf(region)}
	for text != "" && len(f.found) < maxContacts {
		text = f.next(text)
	}
	return f.found
}

// SameField reports whether two fields have a number in common.
func SameField(a, b, region string) bool {
	others := List(b, region)
	for _, x := range List(a, region) {
		for _, y := range others {
			if Same(x.Number, y.Number) {
				return true
			}
		}
	}
	return false
}

// field is the reading of one.
type field struct {
	plan   plan
	found  []Contact
	worded bool // a word stood before: a few digits are no extension of their own
	marked bool // a mark of an extension stood right before
	after  rune // the separator right before: , ; or 0
}

// next reads one piece: digits, a word, an address, or a sign between them.
func (f *field) next(text string) (rest string) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case isNumeric(r):
		end := strings.IndexFunc(text, func(r rune) bool { return !isNumeric(r) })
		if end < 0 {
			end = len(text)
		}
		if n := address(text); n > 0 { // 101@host
			return f.sip(text, n)
		}
		f.digits(text[:end])
		return text[end:]
	case unicode.IsLetter(r) || r == '<':
		if n := address(text); n > 0 {
			return f.sip(text, n)
		}
		end := strings.IndexFunc(text[size:], func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(text) - size
		}
		f.word(strings.ToLower(text[:size+end]))
		return text[size+end:]
	}
	switch r {
	case ',', ';':
		f.after = r
	case '#':
		f.marked = true
	case ':', '.', ' ', '\t':
	default:
		f.after, f.marked = 0, false
	}
	return text[size:]
}

// address gives the length of a SIP address at the beginning of text, 0 when
// there is none.
func address(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|\"", r) })
	if end < 0 {
		end = len(text)
	}
	if strings.Contains(text[:end], "@") {
		return end
	}
	return 0
}

func (f *field) sip(text string, n int) string {
	if found, ok := parseSIP(text[:n]); ok && !isAnonymous(found.Display) {
		f.add(Contact{Number: found})
	}
	f.after, f.marked = 0, false
	return text[n:]
}

// extensionWords begin a word that announces an extension.
var extensionWords = []string{"доб", "вн", "ext"}

// numberWords announce a number, an extension as well as another one.
var numberWords = []string{"т", "тел", "телефон", "tel", "phone", "номер", "или", "и", "or", "and"}

func (f *field) word(word string) {
	f.after = 0
	f.marked = hasPrefix(word, extensionWords) || word == "x" || word == "х"
	if f.marked {
		return
	}
	for _, w := range numberWords {
		if word == w {
			return
		}
	}
	f.worded = true
}

// isNumeric tells what may stand within a number.
func isNumeric(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune("+-()./‐‑‒–—− \u00a0", r)
}

// digits reads a run of digits with what stands between them.
func (f *field) digits(run string) {
	if !strings.ContainsFunc(run, func(r rune) bool { return r >= '0' && r <= '9' }) {
		if strings.ContainsRune(run, '/') {
			f.after, f.marked = 0, false
		}
		return
	}
	after, marked := f.after, f.marked
	f.after, f.marked = 0, false
	if marked || after != 0 {
		run = f.extend(run, marked)
	}
	for start := 0; start < len(run); { // a plus begins the next number
		end := strings.IndexByte(run[start+1:], '+')
		if end < 0 {
			end = len(run) - start - 1
		}
		f.part(run[start : start+1+end])
		start += 1 + end
	}
}

// extend takes the first digits for the extension of the number before, and
// gives what is left.
func (f *field) extend(run string, marked bool) (rest string) {
	digits := strings.TrimLeft(run, ".( \u00a0")
	end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(digits)
	}
	digits, rest = digits[:end], digits[end:]
	none := end == 0 || end > shortMax
	if len(f.found) == 0 {
		if none || end < shortMin || !marked {
			return run
		}
		f.add(Contact{Number: Number{Kind: Short, Display: digits}})
		return rest
	}
	last := &f.found[len(f.found)-1]
	alone := end >= shortMin && !strings.ContainsAny(rest, "0123456789")
	if none || last.Kind == Short || last.Kind == SIP || !marked && !alone {
		return run
	}
	if last.Extension == "" {
		last.Extension = digits
	}
	return rest
}

// part reads digits that hold one plus at most: a number, or several set apart
// by slashes or blanks.
func (f *field) part(run string) {
	if f.several(strings.Fields(run)) || f.slashed(strings.Split(run, "/")) {
		return
	}
	if n, _, ok := f.read(run); ok {
		f.number(n)
	}
}

func (f *field) read(run string) (n Number, digits string, ok bool) {
	plus, digits, ok := split(strings.TrimLeft(run, "./- )\u00a0‐‑‒–—−"))
	if ok {
		n, ok = byPlan(plus, digits, f.plan)
	}
	return n, digits, ok
}

// slashed reads numbers set apart by slashes; false when the slashes stand
// within one number.
func (f *field) slashed(parts []string) bool {
	type piece struct {
		Number
		twin string // the last two digits of another number
	}
	var list []piece
	for i, p := range parts {
		n, digits, ok := f.read(p)
		switch {
		case strings.Trim(p, " \u00a0") == "":
		case !ok:
			return false
		case n.Kind != Short:
			list = append(list, piece{Number: n})
		case i > 0 && len(digits) == 2:
			list = append(list, piece{twin: digits})
		default:
			return false
		}
	}
	if len(list) < 2 {
		return false
	}
	for _, p := range list {
		if p.twin != "" {
			f.twin(p.twin)
		} else {
			f.number(p.Number)
		}
	}
	return true
}

// several reads words of digits as national numbers one after the other, the
// last with its extension maybe; false when they are not.
func (f *field) several(words []string) bool {
	var list []Contact
	at := ""
	for _, w := range words {
		at += w
		plus, digits, ok := split(at)
		if !ok {
			return false
		}
		if n, ok := byPlan(plus, digits, f.plan); ok && n.E164 != "" && n.Kind != International {
			list, at = append(list, Contact{Number: n}), ""
		}
	}
	switch {
	case len(list) == 0 || at == "" && len(list) == 1:
		return false
	case at != "":
		_, digits, _ := split(at)
		if len(digits) < shortMin || len(digits) > shortMax {
			return false
		}
		list[len(list)-1].Extension = digits
	}
	for _, c := range list {
		f.add(c)
	}
	return true
}

// number adds what byPlan has read, unless it is a few digits among words.
func (f *field) number(n Number) {
	switch {
	case n.Kind == Short && (f.worded || len(f.found) > 0 && f.found[len(f.found)-1].Kind != Short):
		return
	case n.Kind == Fixed && n.E164 == "" && len(f.found) > 0:
		n = f.inArea(n)
	}
	f.add(Contact{Number: n})
}

// inArea completes a local number with the area code of the fixed number
// before it.
func (f *field) inArea(n Number) Number {
	last := f.found[len(f.found)-1]
	local := n.Dial()
	if last.Kind != Fixed || last.E164 == "" || len(last.E164) < len(local)+2 {
		return n
	}
	if whole, ok := international(last.E164[1:len(last.E164)-len(local)]+local, f.plan); ok && whole.Kind == Fixed {
		return whole
	}
	return n
}

// twin adds the number before with other last digits.
func (f *field) twin(digits string) {
	if len(f.found) == 0 {
		return
	}
	last := f.found[len(f.found)-1].Number
	dial := last.Dial()
	if last.Kind == SIP || len(dial) < localMin {
		return
	}
	if n, ok := byPlan(last.E164 != "", dial[:len(dial)-len(digits)]+digits, f.plan); ok {
		f.add(Contact{Number: n})
	}
}

func (f *field) add(c Contact) {
	for _, known := range f.found {
		if Same(known.Number, c.Number) {
			return
		}
	}
	f.found = append(f.found, c)
}
