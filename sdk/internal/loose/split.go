package loose

import (
	"encoding/json"
	"strings"
)

// The functions below take JSON apart that is known to be valid. encoding/json
// would check it anew on each level, and build a map where a list will do.

// member is one member of an object.
type member struct {
	name  string
	value json.RawMessage
}

// members gives those of an object in their order.
func members(raw []byte) []member {
	all := make([]member, 0, 16)
	for i := next(raw, 1); raw[i] != '}'; i = next(raw, i) {
		end := skip(raw, i)
		m := member{name: unquote(raw[i:end])}
		i = next(raw, end)
		end = skip(raw, i)
		m.value, i = raw[i:end], end
		all = append(all, m)
	}
	return all
}

// elements gives those of a list.
func elements(raw []byte) (all []json.RawMessage) {
	for i := next(raw, 1); raw[i] != ']'; i = next(raw, i) {
		end := skip(raw, i)
		all = append(all, raw[i:end])
		i = end
	}
	return all
}

// next skips what stands between values.
func next(raw []byte, i int) int {
	for strings.IndexByte(" \t\r\n,:", raw[i]) >= 0 {
		i++
	}
	return i
}

// skip gives the end of the value that begins at i.
func skip(raw []byte, i int) int {
	switch raw[i] {
	case '"':
		for i++; raw[i] != '"'; i++ {
			if raw[i] == '\\' {
				i++
			}
		}
		return i + 1
	case '{', '[':
		for depth := 0; ; i++ {
			switch raw[i] {
			case '"':
				i = skip(raw, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(raw) && strings.IndexByte(" \t\r\n,:]}", raw[i]) < 0 {
		i++
	}
	return i
}

// unquote reads a JSON text.
func unquote(b []byte) (s string) {
	if plainText(b) {
		return string(b[1 : len(b)-1])
	}
	_ = json.Unmarshal(b, &s) // valid JSON cannot fail
	return s
}
