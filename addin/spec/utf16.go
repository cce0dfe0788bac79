package spec

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

const (
	surrogateMin = 0xd800 // first high surrogate
	surrogateLow = 0xdc00 // first low surrogate
	surrogateEnd = 0xe000
	replacement  = '\ufffd'
)

// decodeUTF16 reads little-endian UTF-16; lone surrogates become U+FFFD. Short
// texts, nearly all there are, cost one allocation.
func decodeUTF16(b []byte) string {
	var short [192]byte
	if len(b) == 0 {
		return ""
	}
	if len(b)/2*3 <= len(short) { // three bytes per unit at most, a pair has two for its four
		return string(appendUTF8(short[:0], b))
	}
	var out strings.Builder
	out.Grow(len(b)/2 + len(b)/8)
	const chunk = 64 // units; no pair is ever cut: see below
	for len(b) > 0 {
		n := min(len(b), 2*chunk)
		if n < len(b) && isHigh(binary.LittleEndian.Uint16(b[n-2:])) {
			n -= 2
		}
		out.Write(appendUTF8(short[:0], b[:n]))
		b = b[n:]
	}
	return out.String()
}

func isHigh(u uint16) bool { return u >= surrogateMin && u < surrogateLow }
func isLow(u uint16) bool  { return u >= surrogateLow && u < surrogateEnd }

func appendUTF8(dst, b []byte) []byte {
	for i := 0; i+1 < len(b); i += 2 {
		u := uint16(b[i]) | uint16(b[i+1])<<8
		switch {
		case u < utf8.RuneSelf:
			dst = append(dst, byte(u))
		case u < 0x800:
			dst = append(dst, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
		case u < surrogateMin || u >= surrogateEnd:
			dst = append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
		case isHigh(u) && i+3 < len(b) && isLow(uint16(b[i+2])|uint16(b[i+3])<<8):
			low := uint16(b[i+2]) | uint16(b[i+3])<<8
			dst = utf8.AppendRune(dst, 0x10000+(rune(u)-surrogateMin)<<10+(rune(low)-surrogateLow))
			i += 2
		default:
			dst = utf8.AppendRune(dst, replacement)
		}
	}
	return dst
}

// textPayload counts the UTF-16 units of s. Bytes that are not UTF-8 go out as
// U+FFFD.
func textPayload(s string) Payload { return Payload{s: s, units: UTF16Len(s), wide: true} }

// UTF16Len is the number of UTF-16 code units of s.
func UTF16Len(s string) int {
	n := 0
	for i := 0; i < len(s); n++ {
		r, size := next(s, i)
		if r > 0xffff {
			n++
		}
		i += size
	}
	return n
}

// next decodes the rune at s[i]. Latin and Cyrillic, which is nearly all text
// here, take the short way: range over a string calls the runtime for anything
// but ASCII, which doubled the cost of a string (measured).
func next(s string, i int) (r rune, size int) {
	c := s[i]
	if c < utf8.RuneSelf {
		return rune(c), 1
	}
	if c >= 0xc2 && c < 0xe0 && i+1 < len(s) && s[i+1]&0xc0 == 0x80 {
		return rune(c&0x1f)<<6 | rune(s[i+1]&0x3f), 2
	}
	return utf8.DecodeRuneInString(s[i:])
}

// PutUTF16 writes s as little-endian UTF-16 into dst, without a NUL, and
// returns the number of bytes. dst must hold 2·UTF16Len(s) bytes. It runs for
// each text of each event: ASCII goes four bytes at a time (JSON is mostly
// that), Cyrillic without a call; both together halved an event (measured).
func PutUTF16(dst []byte, s string) int {
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if i+4 <= len(s) {
				x := uint32(c) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
				if x&0x80808080 == 0 {
					binary.LittleEndian.PutUint64(dst[n:], spread(x))
					i, n = i+4, n+8
					continue
				}
			}
			binary.LittleEndian.PutUint16(dst[n:], uint16(c))
			i, n = i+1, n+2
			continue
		}
		if c >= 0xc2 && c < 0xe0 && i+1 < len(s) && s[i+1]&0xc0 == 0x80 {
			binary.LittleEndian.PutUint16(dst[n:], uint16(c&0x1f)<<6|uint16(s[i+1]&0x3f))
			i, n = i+2, n+2
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r > 0xffff {
			r -= 0x10000
			binary.LittleEndian.PutUint16(dst[n:], uint16(surrogateMin+r>>10))
			r = surrogateLow + r&0x3ff
			n += 2
		}
		binary.LittleEndian.PutUint16(dst[n:], uint16(r))
		n += 2
	}
	return n
}

// spread puts four bytes into four units.
func spread(x uint32) uint64 {
	y := uint64(x)
	y = (y | y<<16) & 0x0000ffff0000ffff
	return (y | y<<8) & 0x00ff00ff00ff00ff
}

// Write fills dst, which must hold Size bytes.
func (p Payload) Write(dst []byte) {
	switch {
	case p.wide:
		n := PutUTF16(dst, p.s)
		dst[n], dst[n+1] = 0, 0
	case p.units == 0:
		clear(dst)
	default:
		copy(dst, p.s)
	}
}

// Put stores the pointer to the written payload, and its length without the
// NUL, in the union.
func (p Payload) Put(union []byte, l Layout, ptr uint64) {
	if l.Pointer == 8 {
		binary.LittleEndian.PutUint64(union, ptr)
		binary.LittleEndian.PutUint32(union[8:], uint32(p.units))
		return
	}
	binary.LittleEndian.PutUint32(union, uint32(ptr))
	binary.LittleEndian.PutUint32(union[4:], uint32(p.units))
}

// decodeBytes reads a PSTR: no document names its encoding, so UTF-8 when it
// is valid, else windows-1251, the encoding of Russian Windows.
func decodeBytes(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	out.Grow(2 * len(b))
	for _, c := range b {
		switch {
		case c < utf8.RuneSelf:
			out.WriteByte(c)
		case c >= 0xc0:
			out.WriteRune('А' + rune(c-0xc0))
		default:
			out.WriteRune(cp1251[c-0x80])
		}
	}
	return out.String()
}

// cp1251 is the part of windows-1251 from 0x80 to 0xBF; 0x98 is unassigned.
var cp1251 = [64]rune{
	'Ђ', 'Ѓ', '‚', 'ѓ', '„', '…', '†', '‡', '€', '‰', 'Љ', '‹', 'Њ', 'Ќ', 'Ћ', 'Џ',
	'ђ', '‘', '’', '“', '”', '•', '–', '—', replacement, '™', 'љ', '›', 'њ', 'ќ', 'ћ', 'џ',
	'\u00a0', 'Ў', 'ў', 'Ј', '¤', 'Ґ', '¦', '§', 'Ё', '©', 'Є', '«', '¬', '\u00ad', '®', 'Ї',
	'°', '±', 'І', 'і', 'ґ', 'µ', '¶', '·', 'ё', '№', 'є', '»', 'ј', 'Ѕ', 'ѕ', 'ї',
}
