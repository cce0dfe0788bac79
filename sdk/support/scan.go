package support

import "strings"

// scanner goes once over a view and notes what is to be replaced.
type scanner struct {
	m     *Masker
	view  view
	again []byte
	out   []byte

	i       int // where it stands in view.b
	swaps   []swap
	code    bool   // the object so far has a key "code": its text is ours
	idEnd   int    // up to here an id stands
	quote   []byte // how the last key was closed, in the source
	listEnd int    // up to here a list of bare values stands
	valueAt int    // where the value of a key in quotes begins
	groups  []group
	src     []byte
}

// swap replaces view.b[from:to].
type swap struct {
	from, to int
	mask     string
}

// run masks what view shows of src.
func (s *scanner) run(src []byte) []byte {
	s.src = src
	s.i, s.swaps, s.code, s.idEnd, s.listEnd, s.valueAt = 0, s.swaps[:0], false, 0, 0, -1
	s.quote = append(s.quote[:0], '"')
	b := s.view.b
	for s.i < len(b) {
		s.step(b)
	}
	if len(s.swaps) == 0 {
		return src
	}
	out, at := s.out[:0], int32(0)
	for _, w := range s.swaps {
		from, to := max(s.view.from[w.from], at), s.view.to[w.to-1]
		out = append(append(out, src[at:from]...), w.mask...)
		at = max(to, from)
	}
	s.out = append(out, src[at:]...)
	return s.out
}

func (s *scanner) step(b []byte) {
	c := b[s.i]
	for _, l := range s.m.literals[c] {
		if hasPrefix(b[s.i:], l.text) && (len(l.text) > 3 || s.alone(b, len(l.text))) {
			s.swap(s.i+len(l.text), l.mask)
			return
		}
	}
	switch {
	case c == ':' && hasPrefix(b[s.i:], "://"):
		s.userinfo(b)
	case c == ':' || c == '=':
		s.assigned(b)
	case c == '{' || c == '}':
		s.code = false
		s.i++
	case isUser(c) && (s.i == 0 || !isUser(b[s.i-1])) && s.login(b):
	case isAlnum(c) && (s.i == 0 || !isAlnum(b[s.i-1])) && s.word(b):
	case c == '+' || c == '(' || isDigit(c):
		s.digits(b)
	default:
		s.i++
	}
}

// alone: nothing alphanumeric stands beside the n bytes.
func (s *scanner) alone(b []byte, n int) bool {
	return (s.i == 0 || !isAlnum(b[s.i-1])) && (s.i+n == len(b) || !isAlnum(b[s.i+n]))
}

// swap replaces what stands up to end.
func (s *scanner) swap(end int, mask string) {
	s.swaps = append(s.swaps, swap{s.i, end, mask})
	s.i = end
}

// userinfo hides name:password@ of a URL.
func (s *scanner) userinfo(b []byte) {
	s.i += len("://")
	at := -1
	for j := s.i; j < len(b) && !isSpace(b[j]) && b[j] != '/' && b[j] != '"' && b[j] != '?' && b[j] != '#'; j++ {
		if b[j] == '@' {
			at = j
		}
	}
	if at > s.i {
		s.swap(at, hidden)
	}
}

// login masks the user of user@host.
func (s *scanner) login(b []byte) bool {
	end := s.i
	for end < len(b) && isUser(b[end]) {
		end++
	}
	if end+1 >= len(b) || b[end] != '@' || !isAlnum(b[end+1]) && b[end+1] != '[' || end < s.idEnd {
		return false
	}
	user := string(b[s.i:end])
	if s.i > 0 && b[s.i-1] == ':' && !s.afterScheme(b) { // name:password@
		s.swap(end, hidden)
		return true
	}
	if mask := s.m.login(user); mask != user {
		s.swap(end, mask)
	} else {
		s.i = end
	}
	return true
}

// afterScheme: sip: or a like stands before s.i.
func (s *scanner) afterScheme(b []byte) bool {
	first := s.i - 1
	for first > 0 && isLetter(b[first-1]) {
		first--
	}
	switch lower(b[first : s.i-1]) {
	case "sip", "sips", "tel", "mailto", "to", "from":
		return true
	}
	return false
}

// word passes over what only looks like a number: ids, times, addresses of
// memory; and hides tokens and signatures, which have a form of their own.
func (s *scanner) word(b []byte) bool {
	end := s.i
	for end < len(b) && isAlnum(b[end]) {
		end++
	}
	w := b[s.i:end]
	switch {
	case isSignature(w), isTokenOf1C(b, s.i, end):
		for end < len(b) && isToken(b[end]) {
			end++
		}
		s.swap(end, hidden)
		return true
	case isScheme(w) && end+1 < len(b) && b[end] == ' ' && isToken(b[end+1]):
		s.i = end + 1
		for end = s.i; end < len(b) && isToken(b[end]); {
			end++
		}
		if end-s.i >= 8 { // else it may be a word, or a number
			s.swap(end, hidden)
		}
		return true
	}
	if n := allowed(b, s.i, end); n > 0 {
		s.i += n
		return true
	}
	return false
}

// digits masks a number, or passes over what is none.
func (s *scanner) digits(b []byte) {
	if s.bare(b) {
		return
	}
	if s.i < s.idEnd {
		end := digitsEnd(b, s.i)
		if end-s.i < longRun {
			s.i = max(end, s.i+1)
			return
		}
	}
	found := s.candidate(b)
	n := len(s.groups)
	switch {
	case n == 0:
		s.i++
	case found < minRun:
		s.i = s.groups[n-1].to
	case found == 10 || found == 11 || found <= 15 && b[s.i] == '+' || s.longest() < minRun:
		if s.i > 0 && isDigit(b[s.i-1]) { // a mask may begin with digits, too
			s.i = s.groups[0].from
		}
		s.swap(s.groups[n-1].to, s.m.number(s.joined(b)))
	default: // several numbers side by side
		for _, g := range s.groups {
			s.i = g.from
			if g.to-g.from >= minRun {
				s.swap(g.to, s.m.number(string(b[g.from:g.to])))
			} else {
				s.i = g.to
			}
		}
	}
}

func hasPrefix(b []byte, p string) bool { return len(b) >= len(p) && string(b[:len(p)]) == p }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func areDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isUser: of user in user@host; the last two are of masks.
func isUser(c byte) bool {
	switch c {
	case '.', '_', '-', '+', '*', '~':
		return true
	}
	return isAlnum(c)
}

// isToken: of what follows Bearer.
func isToken(c byte) bool {
	switch c {
	case '.', '_', '-', '+', '/', '=', '~':
		return true
	}
	return isAlnum(c)
}
