package api

import "strings"

// Matches reports whether a number is what a mask of the PBX means: "*" stands
// for any characters, "#" for one, and "121-130" is a range of numbers of that
// many digits. A leading "sip:" does not count.
func Matches(mask, number string) bool {
	mask, number = strings.TrimPrefix(mask, "sip:"), strings.TrimPrefix(number, "sip:")
	if from, until, ranged := strings.Cut(mask, "-"); ranged && Text(from).Digits() && Text(until).Digits() {
		return len(number) == len(from) && Text(number).Digits() && from <= number && number <= until
	}
	// The classic walk with one point to come back to: the last star.
	m, n, star, from := 0, 0, -1, 0
	for n < len(number) {
		switch {
		case m < len(mask) && mask[m] == '*':
			star, from = m, n
			m++
		case m < len(mask) && (mask[m] == '#' || mask[m] == number[n]):
			m++
			n++
		case star >= 0:
			from++
			m, n = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(mask[m:], "*") == ""
}
