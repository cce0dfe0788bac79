package support

import (
	"bytes"
	"strings"
)

// keyKind is what the value of a key is.
type keyKind int

const (
	plain   keyKind = iota
	secret          // hidden whole
	header          // a secret to the end of its line
	person          // a name
	words           // what people wrote or said
	message         // `text`: ours when a code stands before it, else of people
	ident           // an id: short runs of digits stay
	amount          // a count, a size or a time, when it has no quotes
	coded           // `code`
)

// maxID bounds the ids that are looked for, in bytes.
const maxID = 256

// secretParts make a key secret wherever they stand in it.
var secretParts = []string{"token", "passw", "secret", "salt", "signature", "authoriz", "cookie", "credential", "пароль", "подпис"}

// kindOf knows keys by their names, in small letters.
func kindOf(key string) keyKind {
	switch key {
	case "":
		return plain
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return header
	case "sign", "pwd", "pass":
		return secret
	case "name", "user_name", "username", "display_name", "subscriber_name", "caller_name", "first_name", "last_name", "middle_name",
		"fio", "full_name", "employee", "agent", "contact", "company", "user":
		return person
	case "sms", "sms_text", "message_text", "transcript", "phrase", "phrases", "subject", "description", "comment", "note_text", "topics":
		return words
	case "text":
		return message
	case "code":
		return coded
	case "entry_id", "call_id", "taken_from_call_id", "parent_call_id", "recording_id", "command_id", "operation_id", "id", "event", "event_id",
		"call", "epoch", "session", "location_id", "request_id":
		return ident
	case "seq", "pid", "size", "bytes", "time", "timestamp", "ts", "offset", "position", "pos", "total", "count", "memory", "revision":
		return amount
	}
	for _, part := range secretParts {
		if strings.Contains(key, part) {
			return secret
		}
	}
	for _, end := range []string{"_ms", "_sec", "_unix", "_bytes", "_seq", "_time", "_mb", "_ns", "_us", "_at", "_count"} {
		if strings.HasSuffix(key, end) {
			return amount
		}
	}
	return plain
}

// assigned looks at a colon or an equals sign: what is assigned to which key.
func (s *scanner) assigned(b []byte) {
	key, quoted := s.keyBefore(b)
	s.i++
	at := s.i
	for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
		at++
	}
	kind := kindOf(key)
	if kind == coded {
		s.code = true
	}
	s.valueAt = -1
	if quoted {
		s.valueAt = at
		if at < len(b) && b[at] == '[' && at >= s.listEnd {
			s.listEnd = bracketEnd(b, at)
		}
	}
	if kind == plain || kind == coded || kind == message && s.code || at >= len(b) {
		return
	}
	look := b
	if kind == ident || kind == amount { // short ones
		look = b[:min(len(b), at+maxID)]
	}
	start, end := s.value(look, at, kind)
	if end <= start {
		return
	}
	v := b[start:end]
	switch {
	case kind == ident:
		s.idEnd = end
	case kind == amount && quoted && start == at:
		if last := numberEnd(b, at); last > at {
			s.i = last
		}
	case string(v) == "null" || string(v) == "true" || string(v) == "false":
	case kind == secret || kind == header || kind == words && (v[0] == '[' || v[0] == '{') && start == at:
		s.i = start
		s.swap(end, s.quoted(hidden, quoted && start == at))
	case kind == person && digitsEnd(v, 0) == len(v): // a number, masked as such
	case start == at || bytes.ContainsAny(v[:1], "*"): // no text of its own
	case kind == person:
		s.i = start
		if mask := "name~" + s.m.tag(string(v)); !hasPrefix(v, "name~") {
			s.swap(end, mask)
		}
	case kind == words || kind == message:
		s.i = start
		s.swap(end, hidden)
	}
}

// quoted gives a bare value of JSON the quotes of its key.
func (s *scanner) quoted(mask string, bare bool) string {
	if !bare {
		return mask
	}
	return string(s.quote) + mask + string(s.quote)
}

// keyBefore reads the key that ends before s.i, and how it is closed.
func (s *scanner) keyBefore(b []byte) (key string, quoted bool) {
	j := s.i
	for j > 0 && b[j-1] == ' ' {
		j--
	}
	if j > 0 && (b[j-1] == '"' || b[j-1] == '\'') {
		j--
		quoted = b[s.i] == ':'
		if quoted {
			s.quote = append(s.quote[:0], s.source(j)...)
		}
	}
	first := j
	for first > 0 && j-first < 64 && (isAlnum(b[first-1]) || b[first-1] == '_' || b[first-1] == '-' || b[first-1] >= 0x80) {
		first--
	}
	if quoted && (first == 0 || b[first-1] != b[j]) {
		return "", false
	}
	return strings.ToLower(string(b[first:j])), quoted
}

// source is what a byte of the view stands for.
func (s *scanner) source(i int) []byte { return s.src[s.view.from[i]:s.view.to[i]] }

// value tells where a value begins and ends; in quotes it does not include them.
func (s *scanner) value(b []byte, at int, kind keyKind) (start, end int) {
	switch c := b[at]; {
	case c == '"' || c == '\'':
		open := s.source(at)
		for end = at + 1; end < len(b); end++ {
			if b[end] == c && bytes.Equal(s.source(end), open) {
				break
			}
		}
		return at + 1, end
	case c == '[' || c == '{':
		if kind == secret || kind == header || kind == words {
			return at, bracketEnd(b, at)
		}
		return at, at
	case kind == header:
		for end = at; end < len(b) && b[end] != '\n' && b[end] != '"'; end++ {
		}
		return at, end
	}
	for end = at; end < len(b) && !isSpace(b[end]) && bytes.IndexByte([]byte(`,;&}])<>"'|`), b[end]) < 0; end++ {
	}
	return at, end
}

// bracketEnd is behind the bracket that closes the one at i; the end of the text
// if none does.
func bracketEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// numberEnd is behind the number of JSON at i; i when there is none.
func numberEnd(b []byte, i int) int {
	end := i
	for end < len(b) && (isDigit(b[end]) || strings.IndexByte("+-.eE", b[end]) >= 0) {
		end++
	}
	if end < len(b) && (isAlnum(b[end]) || b[end] == '_') {
		return i
	}
	return end
}
