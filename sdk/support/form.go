package support

// longRun is how many digits no id may have in a row: a number without its
// country code has as many.
const longRun = 10

// allowed gives the length of what stands at i and is no number though it has
// digits: a time, an address of the network or of memory, an id, a duration. The
// word at i ends at end; nothing alphanumeric stands before it.
func allowed(b []byte, i, end int) int {
	w := b[i:end]
	switch {
	case runOf(w) >= longRun:
		return 0
	case isHexWord(w) || isIDWord(w):
		return len(w)
	}
	for _, form := range []func([]byte) int{uuid, moment, dotted, duration} {
		if n := form(b[i:]); n > 0 {
			return n
		}
	}
	return 0
}

// runOf is the longest run of digits.
func runOf(w []byte) int {
	longest, n := 0, 0
	for _, c := range w {
		if n++; !isDigit(c) {
			n = 0
		}
		longest = max(longest, n)
	}
	return longest
}

// isHexWord: 0xc000123456.
func isHexWord(w []byte) bool {
	return len(w) > 2 && len(w) <= 18 && w[0] == '0' && w[1] == 'x' && allHex(w[2:])
}

// isIDWord: a long word of letters and digits that take turns, as hashes and
// random ids do.
func isIDWord(w []byte) bool {
	if len(w) < 16 {
		return false
	}
	turns := 0
	for i := 1; i < len(w); i++ {
		if isDigit(w[i]) != isDigit(w[i-1]) {
			turns++
		}
	}
	return turns >= 4
}

// isSignature: what SHA-256 gives, in hexadecimal.
func isSignature(w []byte) bool { return len(w) == 64 && allHex(w) }

// isTokenOf1C: a token of the hub begins with mh_.
func isTokenOf1C(b []byte, i, end int) bool {
	return end-i == 2 && b[i] == 'm' && b[i+1] == 'h' && end+8 < len(b) && b[end] == '_' && isAlnum(b[end+1]) && isAlnum(b[end+2])
}

// isScheme: a secret follows.
func isScheme(w []byte) bool {
	switch lower(w) {
	case "bearer", "basic", "digest":
		return true
	}
	return false
}

func allHex(w []byte) bool {
	for _, c := range w {
		if hexDigit(c) < 0 {
			return false
		}
	}
	return true
}

// uuid: 8-4-4-4-12, a letter among them.
func uuid(b []byte) int {
	const length = 36
	if len(b) < length || len(b) > length && (isAlnum(b[length]) || b[length] == '-') {
		return 0
	}
	letters := false
	for i, c := range b[:length] {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && hexDigit(c) < 0 {
			return 0
		}
		letters = letters || isLetter(c)
	}
	if !letters || runOf(b[:length]) >= longRun {
		return 0
	}
	return length
}

// moment: 2006-01-02, 2006/01/02, 02.01.2006, with what follows of the time.
func moment(b []byte) int {
	n := 0
	for _, layout := range []string{"YYYY-MM-DD", "YYYY/MM/DD", "DD.MM.YYYY"} {
		if fits(b, layout) && (len(b) == len(layout) || !isDigit(b[len(layout)])) {
			n = len(layout)
			break
		}
	}
	if n == 0 {
		return 0
	}
	if len(b) > n && (b[n] == 'T' || b[n] == ' ' || b[n] == '+' || b[n] == '_') && fits(b[n+1:], "hh:mm") {
		n += 1 + len("hh:mm")
		if fits(b[n:], ":mm") {
			n += len(":mm")
		}
		if len(b) > n+1 && b[n] == '.' && isDigit(b[n+1]) {
			n = min(digitsEnd(b, n+1), n+longRun)
		}
		if len(b) > n && (b[n] == '+' || b[n] == '-') && fits(b[n+1:], "hh:mm") {
			n += 1 + len("hh:mm")
		}
	}
	if len(b) > n && isDigit(b[n]) {
		return 0
	}
	return n
}

// fits compares with a layout; its letters are digits in their ranges.
func fits(b []byte, layout string) bool {
	if len(b) < len(layout) {
		return false
	}
	for i := 0; i < len(layout); {
		c := layout[i]
		if !isLetter(c) {
			if b[i] != c {
				return false
			}
			i++
			continue
		}
		n, v := 0, 0
		for ; i < len(layout) && layout[i] == c; i, n = i+1, n+1 {
			if !isDigit(b[i]) {
				return false
			}
			v = v*10 + int(b[i]-'0')
		}
		switch {
		case c == 'Y' && (v < 1970 || v > 2099), c == 'M' && (v < 1 || v > 12), c == 'D' && (v < 1 || v > 31),
			c == 'h' && v > 24, c == 'm' && v > 60:
			return false
		}
	}
	return true
}

// dotted: an address of IPv4, its parts below 256 and no zeros before them.
func dotted(b []byte) int {
	n := 0
	for part := range 4 {
		end := digitsEnd(b, n)
		v := 0
		for _, c := range b[n:min(end, n+4)] {
			v = v*10 + int(c-'0')
		}
		if end == n || end-n > 3 || v > 255 || end-n > 1 && b[n] == '0' {
			return 0
		}
		n = end
		if part < 3 {
			if n >= len(b) || b[n] != '.' {
				return 0
			}
			n++
		}
	}
	if len(b) > n && (isAlnum(b[n]) || b[n] == '-' || b[n] == '.' && len(b) > n+1 && isDigit(b[n+1])) {
		return 0
	}
	return n
}

// duration: 12.345678ms, 1.5s.
func duration(b []byte) int {
	whole := digitsEnd(b, 0)
	if whole == 0 || whole > 4 || whole+1 >= len(b) || b[whole] != '.' {
		return 0
	}
	n := digitsEnd(b, whole+1)
	if n == whole+1 || n-whole > longRun {
		return 0
	}
	for _, unit := range []string{"ns", "µs", "us", "ms", "s"} {
		if hasPrefix(b[n:], unit) && (len(b) == n+len(unit) || !isAlnum(b[n+len(unit)])) {
			return n + len(unit)
		}
	}
	return 0
}

// lower is a short word in small letters; "" for a long one.
func lower(w []byte) string {
	var buf [40]byte
	if len(w) > len(buf) {
		return ""
	}
	for i, c := range w {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return string(buf[:len(w)])
}
