package engine

import (
	"cmp"
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
	for number, ext := range t.byNumber {
		if _, there := base.byNumber[number]; there || len(base.byNumber) < maxTable {
			base.byNumber[number] = ext
		}
	}
	return RouteTable{byNumber: base.byNumber, replace: base.replace}
}

// Encode gives the table as bytes, for DecodeRouteTable. What it takes out is
// left out when there is nothing before it.
func (t RouteTable) Encode() []byte {
	type row struct{ number, ext uint64 } // number · 2, + 1 with a plus before it
	rows := make([]row, 0, len(t.byNumber))
	var other []string
	extensions, index := []string{}, map[string]uint64{}
	for key, ext := range t.byNumber {
		if t.replace && ext == "" {
			continue
		}
		at, known := index[ext]
		if !known {
			at = uint64(len(extensions))
			extensions, index[ext] = append(extensions, ext), at
		}
		if n, ok := packNumber(key); ok {
			rows = append(rows, row{n, at})
		} else {
			other = append(other, key)
		}
	}
	place := make([]uint64, len(extensions)) // equal tables are equal bytes
	sorted := slices.Sorted(slices.Values(extensions))
	for at, ext := range sorted {
		place[index[ext]] = uint64(at)
	}
	plain := make([]*row, len(rows)) // sorted as pointers: code for that is there already
	for i := range rows {
		plain[i] = &rows[i]
	}
	slices.SortFunc(plain, func(x, y *row) int { return cmp.Compare(x.number, y.number) })
	slices.Sort(other)
	b := make([]byte, 0, 64+8*len(extensions)+5*len(plain))
	b = append(b, tableVersion, 0)
	if t.replace {
		b[1] = 1
	}
	b = binary.AppendUvarint(b, uint64(len(sorted)))
	for _, ext := range sorted {
		b = appendText(b, ext)
	}
	b = binary.AppendUvarint(b, uint64(len(plain)))
	last := uint64(0)
	for _, r := range plain {
		b = binary.AppendUvarint(b, r.number-last)
		b = binary.AppendUvarint(b, place[r.ext])
		last = r.number
	}
	b = binary.AppendUvarint(b, uint64(len(other)))
	for _, key := range other {
		b = binary.AppendUvarint(appendText(b, key), place[index[t.byNumber[key]]])
	}
	return b
}

// DecodeRouteTable reads what Encode gave.
func DecodeRouteTable(raw []byte) (RouteTable, error) {
	if len(raw) < 2 || raw[0] != tableVersion || raw[1] > 1 {
		return RouteTable{}, errTable
	}
	r := tableReader{b: raw[2:]}
	var extensions []string
	for range r.count() {
		extensions = append(extensions, r.text())
	}
	numbers := r.count()
	t := RouteTable{byNumber: make(map[string]string, numbers), replace: raw[1] == 1}
	add := func(key string) {
		at := r.uvarint()
		if at >= uint64(len(extensions)) {
			r.bad = true
			return
		}
		t.byNumber[key] = extensions[at]
	}
	last, digits := uint64(0), make([]byte, 0, maxPacked+2)
	for range numbers {
		last += r.uvarint()
		digits = digits[:0]
		if last&1 == 1 {
			digits = append(digits, '+')
		}
		add(string(strconv.AppendUint(digits, last>>1, 10)))
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
