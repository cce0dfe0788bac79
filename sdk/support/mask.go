// Package support makes the archive that a person asks for who helps from afar:
// logs, crash reports and what the program says of itself, in one ZIP, with
// secrets, numbers and names masked. Masking is of text, by its look and by the
// names of its keys: whoever wrote the text need not know of it.
package support

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// hidden stands for a secret.
const hidden = "***"

// minRun is how many digits make a number that is masked: extensions are
// shorter.
const minRun = 7

// Of a number its mask keeps four first digits at most and the last two: fewer
// than minRun.
const (
	maxKept  = 4
	lastKept = 2
)

// tagLetters are what a tag is made of, sixteen of them; it has tagLen.
const (
	tagLetters = "abcdefghijklmnop"
	tagLen     = 5
)

// maxRemembered bounds the masks that are kept to be used again.
const maxRemembered = 50_000

// Known is what a program knows to be private: it is masked wherever it stands,
// whatever the look of the text around it.
type Known struct {
	Secrets []string // replaced by ***; also in base64
	Names   []string // of people: replaced by a mask of their own
	Home    string   // the user's folder, which often bears a name: replaced by ~
}

// literal is a text of Known with what stands for it.
type literal struct {
	text, mask string
}

// Masker masks text line by line. Equal numbers, logins and names get equal
// masks from one Masker, and others from another: the key is its own. It is not
// safe for concurrent use.
type Masker struct {
	key      [32]byte
	literals [256][]literal // by first byte, the longest first
	masks    map[string]string
	scan     scanner // its buffers are used again
}

// NewMasker makes one.
func NewMasker(known Known) *Masker {
	m := &Masker{masks: map[string]string{}}
	_, _ = rand.Read(m.key[:]) // never fails (crypto/rand)
	for _, s := range known.Secrets {
		if s == "" {
			continue
		}
		m.know(s, hidden)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			m.know(enc.EncodeToString([]byte(s)), hidden)
		}
	}
	if len(known.Home) > 3 { // not "/", not "C:\"
		m.know(known.Home, "~")
		m.know(strings.ReplaceAll(known.Home, `\`, "/"), "~")
	}
	for _, s := range known.Names {
		if s = strings.TrimSpace(s); len(s) > 3 {
			m.know(s, m.tagged("name", s))
		}
	}
	return m
}

func (m *Masker) know(s, mask string) {
	list := &m.literals[s[0]]
	*list = append(*list, literal{s, mask})
	slices.SortStableFunc(*list, func(a, b literal) int { return len(b.text) - len(a.text) })
}

// Line masks one line of text, without its end. The result may be the same
// slice; it is valid until the next call.
func (m *Masker) Line(line []byte) []byte {
	s := &m.scan
	s.m = m
	s.view.of(line)
	encoded := false
	for range maxLayers {
		if !s.view.decode() {
			break
		}
		encoded = true
	}
	out := s.run(line)
	if !encoded {
		return out
	}
	// What was decoded may be no encoding at all: a second look, as it stands.
	s.again = append(s.again[:0], out...)
	s.view.of(s.again)
	return s.run(s.again)
}

// Text masks a text of several lines.
func (m *Masker) Text(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		body := bytes.TrimRight(line, "\r\n")
		out = append(append(out, m.Line(body)...), line[len(body):]...)
	}
	return out
}

// tag is a few letters that tell one value from another and nothing else.
func (m *Masker) tag(value string) string {
	h := hmac.New(sha256.New, m.key[:])
	h.Write([]byte(value))
	sum := h.Sum(nil)
	var t [tagLen]byte
	for i := range t {
		t[i] = tagLetters[sum[i]%byte(len(tagLetters))]
	}
	return string(t[:])
}

// tagged masks all of a value: word~tag.
func (m *Masker) tagged(word, value string) string { return word + "~" + m.tag(value) }

// number masks digits: +7916*****67~tag. Russian numbers are brought to one form
// first, so that 8 916… and 916… have the mask of +7916….
func (m *Masker) number(digits string) string {
	switch {
	case len(digits) == 11 && digits[0] == '8':
		digits = "7" + digits[1:]
	case len(digits) == 10 && (digits[0] == '9' || digits[0] == '4' || digits[0] == '8'):
		digits = "7" + digits
	}
	if mask, ok := m.masks[digits]; ok {
		return mask
	}
	n := len(digits)
	keep := min(max(n-minRun, 0), maxKept)
	mask := digits[:keep] + strings.Repeat("*", min(n-keep-lastKept, 12)) + digits[n-lastKept:] + "~" + m.tag(digits)
	if n >= 11 {
		mask = "+" + mask
	}
	if len(m.masks) < maxRemembered {
		m.masks[strings.Clone(digits)] = mask
	}
	return mask
}

// login masks the user of user@host. Short numbers are extensions and stay.
func (m *Masker) login(user string) string {
	digits := strings.TrimPrefix(user, "+")
	switch {
	case isMask(user):
		return user
	case !areDigits(digits):
		return user[:1] + hidden + "~" + m.tag(user)
	case len(digits) < minRun:
		return user
	}
	return m.number(digits)
}

// isMask: user is what login or number gave before, and nothing that only
// resembles it.
func isMask(user string) bool {
	end := strings.LastIndexByte(user, '~') // a login may begin with one
	if end < 0 || len(user)-end-1 != tagLen || strings.Trim(user[end+1:], tagLetters) != "" {
		return false
	}
	value := user[:end]
	if len(value) == 1+len(hidden) && strings.HasSuffix(value, hidden) {
		return true
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(value, "+"), "*")
	last := strings.TrimLeft(rest, "*")
	return len(first) <= maxKept && len(last) == lastKept && areDigits(first+last)
}
