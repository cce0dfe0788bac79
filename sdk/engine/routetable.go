package engine

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strconv"
)

// The form in which a table of responsibles is kept: half a million numbers are
// two megabytes. A byte of version, the extensions, then the numbers in order,
// each as its distance from the one before and the index of its extension, then
// those that are no plain numbers, as texts.
const tableVersion = 1

var errTable = errors.New("engine: no table of responsibles")

// Len is how many numbers the table names, those to take out included.
func (t RouteTable) Len() int { return len(t.byNumber) }

// Replaces reports whether what was there before is forgotten.
func (t RouteTable) Replaces() bool { return t.replace }

// Over is the table that has the effect of base, and then of t. base is not
// usable any more.
func (t RouteTable) Over(base RouteTable) RouteTable {
	if t.replace || len(base.byNumber) == 0 {
		return RouteTable{byNumber: maps.Clone(t.byNumber), replace: t.replace || base.replace}
	}
	maps.Copy(base.byNumber, t.byNumber)
	return RouteTable{byNumber: base.byNumber, replace: base.replace}
}

// Encode gives the table as bytes, for DecodeRouteTable. What it takes out is
// left out when there is nothing before it.
func (t RouteTable) Encode() []byte {
	var plain []uint64 // number · 2, + 1 with a plus before it
	var other []string
	extensions, index := []string{}, map[string]uint64{}
	for key, ext := range t.byNumber {
		if t.replace && ext == "" {
			continue
		}
		if n, ok := packNumber(key); ok {
			plain = append(plain, n)
		} else {
			other = append(other, key)
		}
		index[ext] = 0
	}
	for _, ext := range slices.Sorted(maps.Keys(index)) {
		index[ext] = uint64(len(extensions))
		extensions = append(extensions, ext)
	}
	slices.Sort(plain)
	slices.Sort(other)
	b := make([]byte, 0, 64+8*len(extensions)+5*len(plain))
	b = append(b, tableVersion, 0)
	if t.replace {
		b[1] = 1
	}
	b = binary.AppendUvarint(b, uint64(len(extensions)))
	for _, ext := range extensions {
		b = appendText(b, ext)
	}
	b = binary.AppendUvarint(b, uint64(len(plain)))
	last := uint64(0)
	for _, n := range plain {
		b = binary.AppendUvarint(b, n-last)
		b = binary.AppendUvarint(b, index[t.byNumber[unpackNumber(n)]])
		last = n
	}
	b = binary.AppendUvarint(b, uint64(len(other)))
	for _, key := range other {
		b = binary.AppendUvarint(appendText(b, key), index[t.byNumber[key]])
	}
	return b
}

// DecodeRouteTable reads what Encode gave.
func DecodeRouteTable(raw []byte) (RouteTable, error) {
	if len(raw) < 2 || raw[0] != tableVersion || raw[1] > 1 {
		return RouteTable{}, errTable
	}
	r := tableReader{b: raw[2:]}
	extensions := make([]string, 0, r.peek())
	for range r.count() {
		extensions = append(extensions, r.text())
	}
	t := RouteTable{byNumber: make(map[string]string, r.peek()), replace: raw[1] == 1}
	add := func(key string) {
		at := r.uvarint()
		if at >= uint64(len(extensions)) {
			r.bad = true
			return
		}
		t.byNumber[key] = extensions[at]
	}
	last := uint64(0)
	for range r.count() {
		last += r.uvarint()
		add(unpackNumber(last))
	}
	for range r.count() {
		add(r.text())
	}
	if r.bad || len(r.b) > 0 {
		return RouteTable{}, errTable
	}
	return t, nil
}

// maxPacked digits fit into a packed number.
const maxPacked = 18

// packNumber makes a number of a key that is digits, maybe after a plus; not of
// one whose zeros in front would be lost.
func packNumber(key string) (n uint64, ok bool) {
	digits, plus := key, uint64(0)
	if key != "" && key[0] == '+' {
		digits, plus = key[1:], 1
	}
	if digits == "" || len(digits) > maxPacked || digits[0] < '1' || digits[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n<<1 | plus, err == nil
}

func unpackNumber(n uint64) string {
	var buf [24]byte
	b := buf[:0]
	if n&1 == 1 {
		b = append(b, '+')
	}
	return string(strconv.AppendUint(b, n>>1, 10))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// tableReader takes a table apart; any shortage makes it bad, once for all.
type tableReader struct {
	b   []byte
	bad bool
}

func (r *tableReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// peek is the count that comes next, without taking it.
func (r *tableReader) peek() int {
	ahead := *r
	return ahead.count()
}

// count reads how many follow: each takes a byte at least.
func (r *tableReader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return 0
	}
	return int(n) //nolint:gosec // at most len(r.b)
}

func (r *tableReader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
