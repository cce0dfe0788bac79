package telephony

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonWriter writes JSON in the order of its calls: a reader of an event, and
// a golden file, see the same keys in the same places every time. Commas are
// its business; matching braces are the caller's.
type jsonWriter struct {
	buf  []byte
	zone *time.Location
	clip int // longest string in bytes; 0 = any
}

func (w *jsonWriter) comma() {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' && w.buf[n-1] != '[' && w.buf[n-1] != ':' {
		w.buf = append(w.buf, ',')
	}
}

func (w *jsonWriter) key(k string) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, k...)
	w.buf = append(w.buf, '"', ':')
}

func (w *jsonWriter) open(b byte)  { w.comma(); w.buf = append(w.buf, b) }
func (w *jsonWriter) close(b byte) { w.buf = append(w.buf, b) }

func (w *jsonWriter) str(k, s string) {
	w.key(k)
	w.text(s)
}

func (w *jsonWriter) int(k string, i int64) {
	w.key(k)
	w.buf = strconv.AppendInt(w.buf, i, 10)
}

func (w *jsonWriter) uint(k string, i uint64) {
	w.key(k)
	w.buf = strconv.AppendUint(w.buf, i, 10)
}

func (w *jsonWriter) bool(k string, b bool) {
	w.key(k)
	w.buf = strconv.AppendBool(w.buf, b)
}

// raw writes a value that is JSON already.
func (w *jsonWriter) raw(k string, v []byte) {
	w.key(k)
	w.buf = append(w.buf, v...)
}

// timeLayout: seconds and the offset, never Z, as the contract says.
const timeLayout = "2006-01-02T15:04:05-07:00"

// time writes a moment as k and k_unix; "" and 0 when there is none.
func (w *jsonWriter) time(k string, t time.Time) {
	if t.IsZero() {
		w.str(k, "")
		w.int(k+"_unix", 0)
		return
	}
	w.str(k, t.In(w.zone).Format(timeLayout))
	w.int(k+"_unix", t.Unix())
}

// list writes an array of n elements.
func (w *jsonWriter) list(k string, n int, each func(i int)) {
	w.key(k)
	w.open('[')
	for i := range n {
		each(i)
	}
	w.close(']')
}

// text writes a JSON string. Bytes that are not UTF-8 become U+FFFD: 1C's
// reader refuses a whole document for one of them.
func (w *jsonWriter) text(s string) {
	if w.clip > 0 && len(s) > w.clip {
		cut := w.clip
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	w.comma()
	w.buf = append(w.buf, '"')
	for _, r := range s {
		w.rune(r)
	}
	w.buf = append(w.buf, '"')
}

func (w *jsonWriter) rune(r rune) {
	const hex = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		w.buf = append(w.buf, '\\', byte(r))
	case r == '\n':
		w.buf = append(w.buf, '\\', 'n')
	case r == '\r':
		w.buf = append(w.buf, '\\', 'r')
	case r == '\t':
		w.buf = append(w.buf, '\\', 't')
	case r < 0x20 || r == 0x7f || r == 0x2028 || r == 0x2029:
		w.buf = append(w.buf, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	default:
		w.buf = utf8.AppendRune(w.buf, r)
	}
}

// object writes an object of names and values in turn: texts, booleans, whole
// numbers and JSON. A struct for each method would weigh more.
func object(pairs ...any) json.RawMessage {
	var w jsonWriter
	w.open('{')
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case string:
			w.str(name, v)
		case bool:
			w.bool(name, v)
		case int64:
			w.int(name, v)
		case json.RawMessage:
			w.raw(name, v)
		}
	}
	w.close('}')
	return w.buf
}
