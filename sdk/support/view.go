package support

import (
	"bytes"
	"unicode/utf8"
)

// maxLayers is how deep encodings are looked through: JSON in a string of JSON
// in a form is three.
const maxLayers = 3

// view is a text as it reads when its encodings are undone: each byte of it
// stands for a piece of the source. Of a character that has several bytes the
// first stands for the whole piece, the others for nothing.
type view struct {
	b        []byte
	from, to []int32 // of the source
	next     *view   // the buffers of the next layer
}

// of makes the view of a text as it stands.
func (v *view) of(src []byte) {
	v.b = append(v.b[:0], src...)
	v.from, v.to = v.from[:0], v.to[:0]
	for i := range src {
		v.from = append(v.from, int32(i)) //nolint:gosec // lines are short
		v.to = append(v.to, int32(i+1))   //nolint:gosec // lines are short
	}
}

// decode undoes one layer of URL, JSON and XML encoding; false when there is
// none.
func (v *view) decode() bool {
	if bytes.IndexFunc(v.b, begins) < 0 {
		return false
	}
	if v.next == nil {
		v.next = &view{}
	}
	w := v.next
	w.b, w.from, w.to = w.b[:0], w.from[:0], w.to[:0]
	changed := false
	for i := 0; i < len(v.b); {
		r, n := decodeAt(v.b[i:])
		if n == 0 {
			w.b, w.from, w.to = append(w.b, v.b[i]), append(w.from, v.from[i]), append(w.to, v.to[i])
			i++
			continue
		}
		changed = true
		from, to := v.from[i], v.to[i+n-1]
		before := len(w.b)
		if r >= 0 {
			w.b = utf8.AppendRune(w.b, r)
		} else {
			w.b = append(w.b, byte(-r-1)) // of %XX, part of a character maybe
		}
		for j := before; j < len(w.b); j++ {
			w.from, w.to = append(w.from, from), append(w.to, to)
			from = to
		}
		i += n
	}
	v.b, w.b = w.b, v.b
	v.from, w.from = w.from, v.from
	v.to, w.to = w.to, v.to
	return changed
}

// begins: an encoded character begins so, or is a digit of another script.
func begins(r rune) bool { return r == '%' || r == '\\' || r == '&' || r >= 0x600 }

// decodeAt reads one encoded character: r of n bytes, or the byte -r-1; n 0:
// there is none.
func decodeAt(b []byte) (r rune, n int) {
	switch b[0] {
	case '%':
		if x, ok := hexValue(b, 1, 2); ok {
			return -x - 1, 3
		}
	case '\\':
		return unescape(b)
	case '&':
		return entity(b)
	case 0xef, 0xd9, 0xdb: // digits of other scripts
		c, size := utf8.DecodeRune(b)
		for _, zero := range []rune{'０', '٠', '۰'} {
			if c >= zero && c <= zero+9 {
				return '0' + c - zero, size
			}
		}
	}
	return 0, 0
}

func unescape(b []byte) (r rune, n int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/', '\'':
		return rune(b[1]), 2
	case 'n', 'r', 't':
		return '\n', 2
	case 'u':
		if x, ok := hexValue(b, 2, 4); ok {
			return x, 6
		}
	case 'x':
		if x, ok := hexValue(b, 2, 2); ok {
			return -x - 1, 4
		}
	}
	return 0, 0
}

// entity reads what XML writes for a character.
func entity(b []byte) (r rune, n int) {
	end := bytes.IndexByte(b[:min(len(b), 10)], ';')
	if end < 3 {
		return 0, 0
	}
	name := string(b[1:end])
	switch name {
	case "nbsp":
		return ' ', end + 1
	case "quot":
		return '"', end + 1
	case "amp":
		return '&', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	base, digits := rune(10), name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if d < 0 || d >= base || r > utf8.MaxRune {
			return 0, 0
		}
		r = r*base + d
	}
	if digits == "" || !utf8.ValidRune(r) {
		return 0, 0
	}
	return r, end + 1
}

func hexValue(b []byte, at, n int) (x rune, ok bool) {
	if len(b) < at+n {
		return 0, false
	}
	for _, c := range b[at : at+n] {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		x = x<<4 | d
	}
	return x, true
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
