package support

import (
	"strconv"
	"strings"
)

// Digits of one number stand in groups: +7 (916) 123-45-67.
const (
	maxGroups    = 16
	maxBetween   = 4   // bytes between two groups
	maxCandidate = 200 // digits
)

// group is a run of digits, view.b[from:to].
type group struct{ from, to int }

// candidate reads groups of digits from s.i on, into s.groups; it gives how many
// digits they have. s.i moves to the first, past what cannot begin a number.
func (s *scanner) candidate(b []byte) (digits int) {
	s.groups = s.groups[:0]
	j := s.i
	for j < len(b) && (b[j] == '+' || b[j] == '(') && j-s.i < 2 {
		j++
	}
	if j == len(b) || !isDigit(b[j]) {
		return 0
	}
	for len(s.groups) < maxGroups && digits < maxCandidate {
		end := digitsEnd(b, j)
		s.groups = append(s.groups, group{j, end})
		digits += end - j
		next := between(b, end)
		if next == 0 || end+next >= len(b) || s.stops(b, end+next) {
			break
		}
		j = end + next
	}
	if g := s.groups[0]; g.from > s.i && b[g.from-1] == '(' && (len(s.groups) == 1 || b[g.to] != ')') {
		s.i = g.from // (79161234567), not (916) 123-45-67
	}
	return digits
}

// stops: what stands there is a time or an address, no more of the number.
func (s *scanner) stops(b []byte, at int) bool {
	end := at
	for end < len(b) && isAlnum(b[end]) {
		end++
	}
	return allowed(b, at, end) > 0
}

// digitsEnd: the digits from i on end there.
func digitsEnd(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

// between gives how many bytes stand between two groups of digits of one number;
// 0: what follows is no more of it. A plus is a space in a form, but begins a
// number after one.
func between(b []byte, i int) int {
	start := i
	for i < len(b) && i-start <= maxBetween {
		c := b[i]
		switch {
		case isDigit(c):
			return i - start
		case c == ' ' || c == '\t' || c == '-' || c == '(' || c == ')' || c == '.' || c == 0:
			i++
		case c == '+' && (i == start || b[i-1] == ')'):
			i++
		case c == 0xc2 && i+1 < len(b) && b[i+1] == 0xa0: // no-break space
			i += 2
		case c == 0xe2 && i+2 < len(b) && b[i+1] == 0x80 && b[i+2] >= 0x80 && b[i+2] <= 0xaf: // narrow spaces, dashes
			i += 3
		case c == 0xe2 && i+2 < len(b) && b[i+1] == 0x88 && b[i+2] == 0x92: // minus
			i += 3
		default:
			return 0
		}
	}
	return 0
}

func (s *scanner) longest() int {
	n := 0
	for _, g := range s.groups {
		n = max(n, g.to-g.from)
	}
	return n
}

func (s *scanner) joined(b []byte) string {
	var all strings.Builder
	for _, g := range s.groups {
		all.Write(b[g.from:g.to])
	}
	return all.String()
}

// bare masks a number that is a value of JSON without quotes: it gets them, so
// that JSON stays JSON. A fraction is no telephone number.
func (s *scanner) bare(b []byte) bool {
	first := s.i
	if first > 0 && b[first-1] == '-' {
		first--
	}
	if s.valueAt != first && (first >= s.listEnd || !startsValue(b, first)) {
		return false
	}
	end := numberEnd(b, first)
	if end <= s.i || !isDigit(b[s.i]) {
		return false
	}
	digits := string(b[s.i:end])
	if !areDigits(digits) {
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return false
		}
		digits = strconv.FormatFloat(f, 'f', 0, 64)
	}
	if len(digits) < minRun || s.i < s.idEnd && len(digits) < longRun {
		s.i = end
		return true
	}
	s.i = first
	s.swap(end, s.quoted(s.m.number(digits), true))
	return true
}

// startsValue: a list's bracket or a comma stands before it.
func startsValue(b []byte, i int) bool {
	for i--; i >= 0 && isSpace(b[i]); i-- {
	}
	return i >= 0 && (b[i] == '[' || b[i] == ',')
}
