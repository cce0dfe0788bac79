// Package loose reads JSON the way the PBX writes it: a number may be a text, a
// text a number, an absent value "", null or a missing key, and an object an
// empty array. Nothing here refuses a value: one odd field must not cost the
// whole message.
package loose

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Scalar takes a JSON text, number or bool as text, blanks trimmed. Anything
// else (null, an object, an array) is absent: "".
type Scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *Scalar) UnmarshalJSON(b []byte) error {
	*s = ""
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || b[0] == 'n':
		return nil
	case plainText(b):
		*s = Scalar(strings.TrimSpace(string(b[1 : len(b)-1])))
	case b[0] == '"':
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return fmt.Errorf("loose: text: %w", err)
		}
		*s = Scalar(strings.TrimSpace(text))
	default:
		*s = Scalar(b)
	}
	return nil
}

// plainText tells a JSON text that stands for itself, as nearly all do.
func plainText(b []byte) bool {
	if b[0] != '"' || len(b) < 2 || b[len(b)-1] != '"' {
		return false
	}
	for _, c := range b[1 : len(b)-1] {
		if c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Text is the value as text, "" when absent.
func (s Scalar) Text() string { return string(s) }

// Int reads an integer. ok is false when there is none: absent, not a
// number, with a fraction, or beyond int64.
func (s Scalar) Int() (n int64, ok bool) {
	if s == "" {
		return 0, false // so many are absent that their errors were half of what decoding allocates
	}
	if n, err := strconv.ParseInt(string(s), 10, 64); err == nil {
		return n, true
	}
	// 1000.0 and 1e3; beyond 2^53 a float is no longer exact.
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// Code reads a result or disconnect code; one that fits no code space is 0.
func (s Scalar) Code() int {
	n, ok := s.Int()
	if !ok || n < 0 || n > math.MaxInt32 {
		return 0
	}
	return int(n)
}

// Flag reads true and 1, as text or not; all else is false.
func (s Scalar) Flag() bool {
	switch strings.ToLower(string(s)) {
	case "true", "1":
		return true
	}
	return false
}

// lastSecond of year 9999: later values are not unix seconds.
const lastSecond = 253402300799

// Unix reads unix seconds (realtime notifications and summary, §3.1; the
// documents disagree on the zone, the values are plain epoch). 0 and nonsense
// give the zero time.
func (s Scalar) Unix() time.Time {
	n, ok := s.Int()
	if !ok || n <= 0 || n > lastSecond {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// lookAlikes maps the Cyrillic letters that look Latin: the documents write
// some values of callback_initiator with Cyrillic С.
var lookAlikes = strings.NewReplacer(
	"А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x",
)

// Word reads a value that the documents list: Cyrillic look-alikes become
// Latin, and the case is that of the list. A value outside the list is kept,
// in Latin when that makes it plain ASCII.
func (s Scalar) Word(list ...string) string {
	text := lookAlikes.Replace(string(s))
	for _, w := range list {
		if strings.EqualFold(w, text) {
			return w
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return string(s)
	}
	return text
}

// Object is a JSON object whose place something else may take: PHP writes an
// empty object as [], and `to` may be missing, null or "".
type Object[T any] struct{ Value T }

// UnmarshalJSON implements json.Unmarshaler.
func (o *Object[T]) UnmarshalJSON(b []byte) error {
	var zero T
	o.Value = zero
	if len(b) == 0 || b[0] != '{' {
		return nil
	}
	if err := json.Unmarshal(b, &o.Value); err != nil {
		return fmt.Errorf("loose: object: %w", err)
	}
	return nil
}

// List is a JSON array whose place something else may take; that is an empty
// list then.
type List[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	if err := json.Unmarshal(b, (*[]T)(l)); err != nil {
		return fmt.Errorf("loose: list: %w", err)
	}
	return nil
}
