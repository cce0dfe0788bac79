package spec_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"mangoofficesdk/addin/spec"
)

// targets are the five that are built, and what a compiler says of each
// (tVariant measured with gcc and clang).
var targets = []struct {
	os, arch                   string
	pointer, tm, union, vt, sz int
}{
	{"windows", "386", 4, 36, 40, 44, 48},
	{"windows", "amd64", 8, 36, 40, 44, 48},
	{"linux", "386", 4, 44, 44, 48, 52},
	{"linux", "amd64", 8, 56, 56, 60, 64},
	{"linux", "arm64", 8, 56, 56, 60, 64},
}

func layout(t testing.TB, os, arch string) spec.Layout {
	t.Helper()
	l, ok := spec.LayoutOf(os, arch)
	if !ok {
		t.Fatalf("LayoutOf(%s, %s) = not ok", os, arch)
	}
	return l
}

func TestLayoutOf(t *testing.T) {
	t.Parallel()
	for _, c := range targets {
		want := spec.Layout{Pointer: c.pointer, TM: c.tm, Union: c.union, VT: c.vt, Size: c.sz}
		if got := layout(t, c.os, c.arch); got != want {
			t.Errorf("LayoutOf(%s, %s) = %+v, want %+v", c.os, c.arch, got, want)
		}
	}
	if l, ok := spec.LayoutOf("plan9", "amd64"); ok {
		t.Errorf("LayoutOf(plan9, amd64) = %+v, true; want false", l)
	}
}

// memory is a host's memory: blocks at made-up addresses.
type memory map[uint64][]byte

func (m memory) read(ptr uint64, n int) []byte { return m[ptr][:n] }

func le(size int, v uint64) []byte {
	b := make([]byte, 8)
	binary.LittleEndian.PutUint64(b, v)
	return b[:size]
}

func wide(units ...uint16) []byte {
	var b []byte
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func tm(sec, minute, hour, mday, mon, year int32) []byte {
	var b []byte
	for _, f := range []int32{sec, minute, hour, mday, mon, year, 3, 99, -1} {
		b = binary.LittleEndian.AppendUint32(b, uint32(f))
	}
	return b
}

func day(y int, m time.Month, d, h, mi, s int) spec.Value {
	return spec.Time(time.Date(y, m, d, h, mi, s, 0, time.UTC))
}

func TestDecodeScalars(t *testing.T) {
	t.Parallel()
	minus := func(i int64) uint64 { return uint64(i) }
	float := math.Float64bits
	cases := []struct {
		name  string
		vt    uint16
		union []byte
		want  spec.Value
	}{
		{"EMPTY", spec.VTEmpty, le(8, 5), spec.Empty()},
		{"NULL", spec.VTNull, nil, spec.Null()},
		{"I1", spec.VTI1, le(1, 0xff), spec.Integer(-1)},
		{"I1 ignores the bytes behind it", spec.VTI1, le(8, 0xffffffffffffff7f), spec.Integer(127)},
		{"UI1", spec.VTUI1, le(8, 0xff), spec.Integer(255)},
		{"I2", spec.VTI2, le(8, 0x8000), spec.Integer(-32768)},
		{"UI2", spec.VTUI2, le(8, 0x18000), spec.Integer(32768)},
		{"I4", spec.VTI4, le(8, 0xfffffffe), spec.Integer(-2)},
		{"UI4", spec.VTUI4, le(8, 0xfffffffe), spec.Integer(4294967294)},
		{"INT", spec.VTInt, le(8, 0x80000000), spec.Integer(-2147483648)},
		{"UINT", spec.VTUInt, le(8, 0x80000000), spec.Integer(2147483648)},
		{"HRESULT of 8 bytes", spec.VTHResult, le(8, minus(-2147467259)), spec.Integer(-2147467259)},
		{"ERROR", spec.VTError, le(8, 0x80004005), spec.Integer(-2147467259)},
		{"I8", spec.VTI8, le(8, minus(-1<<63)), spec.Integer(math.MinInt64)},
		{"UI8 that fits", spec.VTUI8, le(8, math.MaxInt64), spec.Integer(math.MaxInt64)},
		{"UI8 that does not", spec.VTUI8, le(8, 1<<63), spec.Float(1 << 63)},
		{"R4", spec.VTR4, le(8, uint64(math.Float32bits(1.5))), spec.Float(1.5)},
		{"R8", spec.VTR8, le(8, float(-0.1)), spec.Float(-0.1)},
		{"BOOL true", spec.VTBool, le(8, 0xff), spec.Bool(true)},
		{"BOOL is one byte", spec.VTBool, le(8, 0xffffff00), spec.Bool(false)},
		{"TM", spec.VTTM, tm(59, 30, 23, 29, 1, 124), day(2024, 2, 29, 23, 30, 59)},
		{"TM empty date", spec.VTTM, tm(0, 0, 0, 1, 0, -1899), spec.Time(time.Time{})},
		{"TM zeroed", spec.VTTM, nil, spec.Time(time.Time{})},
		{"TM last second of 1C", spec.VTTM, tm(59, 59, 23, 31, 11, 8099), day(9999, 12, 31, 23, 59, 59)},
		{"TM leap second past the end", spec.VTTM, tm(60, 59, 23, 31, 11, 8099), spec.Time(time.Time{})},
		{"TM garbage", spec.VTTM, tm(math.MinInt32, 0, 0, math.MaxInt32, 0, math.MaxInt32), spec.Time(time.Time{})},
		{"DATE", spec.VTDate, le(8, float(45351.75)), day(2024, 2, 29, 18, 0, 0)},
		{"DATE before 1899", spec.VTDate, le(8, float(-1.25)), day(1899, 12, 29, 6, 0, 0)},
		{"DATE rounds to the second", spec.VTDate, le(8, float(1+1.0/86400-1e-9)), day(1899, 12, 31, 0, 0, 1)},
		{"DATE not a number", spec.VTDate, le(8, float(math.NaN())), spec.Time(time.Time{})},
		{"DATE infinite", spec.VTDate, le(8, float(math.Inf(-1))), spec.Time(time.Time{})},
		{"INTERFACE", spec.VTInterface, le(8, 1), spec.Unsupported(spec.VTInterface)},
		{"VARIANT", spec.VTVariant, le(8, 1), spec.Unsupported(spec.VTVariant)},
		{"CLSID", spec.VTCLSID, le(8, 1), spec.Unsupported(spec.VTCLSID)},
		{"ARRAY of I4", 0x2003, le(8, 1), spec.Unsupported(0x2003)},
		{"BYREF string", 0x4016, le(8, 1), spec.Unsupported(0x4016)},
		{"ILLEGAL", 0xffff, le(8, 1), spec.Unsupported(0xffff)},
	}
	for _, target := range targets {
		l := layout(t, target.os, target.arch)
		for _, c := range cases {
			union := make([]byte, l.Union)
			copy(union, c.union)
			if got := spec.Decode(c.vt, union, l, nil); !got.Equal(c.want) {
				t.Errorf("%s/%s %s: Decode(%d) = %v, want %v", target.os, target.arch, c.name, c.vt, got, c.want)
			}
		}
	}
}

func TestDecodeBlocks(t *testing.T) {
	t.Parallel()
	const at = 0xfee1_0000 // an address of more than 31 bits
	long := strings.Repeat("Ж😀x", 500)
	cases := []struct {
		name  string
		vt    uint16
		bytes []byte
		units int
		want  spec.Value
	}{
		{"latin", spec.VTPWStr, wide('a', 'b'), 2, spec.String("ab")},
		{"no NUL is needed and what follows is not read", spec.VTPWStr, wide('a', 'b', 'c'), 2, spec.String("ab")},
		{"NUL inside", spec.VTPWStr, wide('a', 0, 'b'), 3, spec.String("a\x00b")},
		{"Cyrillic", spec.VTPWStr, wide(utf16.Encode([]rune("Ёжик"))...), 4, spec.String("Ёжик")},
		{"surrogate pair", spec.VTPWStr, wide(0xd83d, 0xde00), 2, spec.String("😀")},
		{"lone high", spec.VTPWStr, wide(0xd83d, 'x'), 2, spec.String("\ufffdx")},
		{"lone high at the end", spec.VTPWStr, wide('x', 0xd83d), 2, spec.String("x\ufffd")},
		{"lone low", spec.VTPWStr, wide(0xde00, 0xd83d, 0xde00), 3, spec.String("\ufffd😀")},
		{"pair cut by the length", spec.VTPWStr, wide(0xd83d, 0xde00), 1, spec.String("\ufffd")},
		{"long", spec.VTPWStr, wide(utf16.Encode([]rune(long))...), 2000, spec.String(long)},
		{"empty", spec.VTPWStr, wide('a'), 0, spec.String("")},
		{"PSTR in UTF-8", spec.VTPStr, []byte("Ёж"), 4, spec.String("Ёж")},
		{"PSTR in windows-1251", spec.VTPStr, []byte{0xa8, 0xe6, '-', 0xb9, 0x98}, 5, spec.String("Ёж-№\ufffd")},
		{"BLOB", spec.VTBlob, []byte{0, 255, 7}, 3, spec.Blob([]byte{0, 255, 7})},
		{"BLOB empty", spec.VTBlob, []byte{1}, 0, spec.Blob(nil)},
	}
	for _, target := range targets {
		l := layout(t, target.os, target.arch)
		for _, c := range cases {
			union := make([]byte, l.Union)
			binary.LittleEndian.PutUint32(union, at)
			binary.LittleEndian.PutUint32(union[l.Pointer:], uint32(c.units))
			if got := spec.Decode(c.vt, union, l, memory{at: c.bytes}.read); !got.Equal(c.want) {
				t.Errorf("%s/%s %s: Decode(%d) = %v, want %v", target.os, target.arch, c.name, c.vt, got, c.want)
			}
		}
	}
}

func TestDecodeNeverReadsWhatIsNotThere(t *testing.T) {
	t.Parallel()
	forbidden := func(ptr uint64, n int) []byte {
		t.Errorf("memory read at %#x, %d bytes", ptr, n)
		return nil
	}
	for _, target := range targets {
		l := layout(t, target.os, target.arch)
		for _, c := range []struct {
			name       string
			ptr, count uint32
		}{{"null pointer", 0, 10}, {"no length", 0x1000, 0}, {"garbage length", 0x1000, math.MaxUint32}} {
			union := make([]byte, l.Union)
			binary.LittleEndian.PutUint32(union, c.ptr)
			binary.LittleEndian.PutUint32(union[l.Pointer:], c.count)
			for _, vt := range []uint16{spec.VTPWStr, spec.VTPStr, spec.VTBlob} {
				got := spec.Decode(vt, union, l, forbidden)
				if got.Str() != "" || len(got.Bytes()) != 0 {
					t.Errorf("%s/%s %s: Decode(%d) = %v, want an empty value", target.os, target.arch, c.name, vt, got)
				}
			}
		}
	}
}

// send encodes v and decodes it again, as a host that passes a result back.
func send(t testing.TB, v spec.Value, l spec.Layout) (vt uint16, got spec.Value) {
	t.Helper()
	union := make([]byte, l.Union)
	for i := range union {
		union[i] = 0xee // what a careless host leaves there
	}
	const at = 0x7eee_0010
	mem := memory{}
	vt, p := spec.Encode(v, l, union)
	if n := p.Size(); n > 0 {
		mem[at] = make([]byte, n)
		p.Write(mem[at])
		p.Put(union, l, at)
	}
	return vt, spec.Decode(vt, union, l, mem.read)
}

func TestEncodeGivesOnlyTheSafeTypes(t *testing.T) {
	t.Parallel()
	moment := time.Date(2024, 2, 29, 23, 30, 59, 999, time.FixedZone("", 3*3600))
	cases := []struct {
		name string
		in   spec.Value
		vt   uint16
		want spec.Value
	}{
		{"empty", spec.Empty(), spec.VTEmpty, spec.Empty()},
		{"null", spec.Null(), spec.VTNull, spec.Null()},
		{"true", spec.Bool(true), spec.VTBool, spec.Bool(true)},
		{"false", spec.Bool(false), spec.VTBool, spec.Bool(false)},
		{"zero", spec.Integer(0), spec.VTI4, spec.Integer(0)},
		{"least I4", spec.Integer(math.MinInt32), spec.VTI4, spec.Integer(math.MinInt32)},
		{"greatest I4", spec.Integer(math.MaxInt32), spec.VTI4, spec.Integer(math.MaxInt32)},
		{"beyond I4", spec.Integer(math.MaxInt32 + 1), spec.VTR8, spec.Float(math.MaxInt32 + 1)},
		{"a seq", spec.Integer(1_900_000_000 << 20), spec.VTR8, spec.Float(1_900_000_000 << 20)},
		{"fraction", spec.Float(0.1), spec.VTR8, spec.Float(0.1)},
		{"date keeps its wall clock", spec.Time(moment), spec.VTTM, day(2024, 2, 29, 23, 30, 59)},
		{"empty date", spec.Time(time.Time{}), spec.VTTM, spec.Time(time.Time{})},
		{"year 10000", spec.Time(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), spec.VTTM, spec.Time(time.Time{})},
		{"text", spec.String("Ёж 😀"), spec.VTPWStr, spec.String("Ёж 😀")},
		{"empty text", spec.String(""), spec.VTPWStr, spec.String("")},
		{"bytes that are no UTF-8", spec.String("a\xffb"), spec.VTPWStr, spec.String("a\ufffdb")},
		{"blob", spec.Blob([]byte{0, 1}), spec.VTBlob, spec.Blob([]byte{0, 1})},
		{"empty blob", spec.Blob(nil), spec.VTBlob, spec.Blob(nil)},
		{"unsupported", spec.Unsupported(9), spec.VTEmpty, spec.Empty()},
	}
	for _, target := range targets {
		l := layout(t, target.os, target.arch)
		for _, c := range cases {
			vt, got := send(t, c.in, l)
			if vt != c.vt || !got.Equal(c.want) {
				t.Errorf("%s/%s %s: Encode(%v) = vt %d, read back %v; want vt %d, %v",
					target.os, target.arch, c.name, c.in, vt, got, c.vt, c.want)
			}
		}
	}
}

func TestEncodeZeroesTheRestOfTM(t *testing.T) {
	t.Parallel()
	for _, target := range targets {
		l := layout(t, target.os, target.arch)
		union := []byte(strings.Repeat("\xee", l.Union))
		spec.Encode(spec.Time(time.Time{}), l, union)
		if year := int32(binary.LittleEndian.Uint32(union[20:])); year != -1899 {
			t.Errorf("%s/%s: tm_year of the empty date = %d, want -1899", target.os, target.arch, year)
		}
		for i, b := range union[24:] {
			if b != 0 {
				t.Errorf("%s/%s: byte %d behind tm_year = %#x, want 0", target.os, target.arch, i, b)
			}
		}
	}
}

func TestPayloadIsTerminatedAndNeverOfNoSize(t *testing.T) {
	t.Parallel()
	l := layout(t, "linux", "amd64")
	union := make([]byte, spec.MaxUnion)
	for _, c := range []struct {
		v    spec.Value
		want int
	}{{spec.String("аб"), 6}, {spec.String(""), 2}, {spec.String("😀"), 6}, {spec.Blob([]byte{1}), 1}, {spec.Blob(nil), 1}, {spec.Integer(7), 0}} {
		_, p := spec.Encode(c.v, l, union)
		if got := p.Size(); got != c.want {
			t.Errorf("Encode(%v): Size() = %d, want %d", c.v, got, c.want)
		}
	}
	_, p := spec.Encode(spec.String("аб"), l, union)
	mem := []byte(strings.Repeat("\xee", p.Size()))
	p.Write(mem)
	if got := binary.LittleEndian.Uint16(mem[4:]); got != 0 {
		t.Errorf("text is followed by %#x, want a NUL", got)
	}
}

func TestConversionAllocatesAtMostTheText(t *testing.T) {
	l := layout(t, "linux", "amd64")
	const at = 0x1000
	mem := memory{at: wide(utf16.Encode([]rune("Привет, коллега"))...)}
	read := spec.Memory(mem.read)
	union := make([]byte, l.Union)
	binary.LittleEndian.PutUint64(union, at)
	binary.LittleEndian.PutUint32(union[8:], 15)
	buf := make([]byte, 64)
	for _, c := range []struct {
		name string
		want float64
		run  func()
	}{
		{"decode of 15 characters", 1, func() { spec.Decode(spec.VTPWStr, union, l, read) }},
		{"decode of a number", 0, func() { spec.Decode(spec.VTI4, union, l, read) }},
		{"encode of 15 characters", 0, func() {
			out := [spec.MaxUnion]byte{}
			_, p := spec.Encode(spec.String("Привет, коллега"), l, out[:])
			p.Write(buf)
			p.Put(out[:], l, at)
		}},
		{"encode of a number", 0, func() { out := [spec.MaxUnion]byte{}; spec.Encode(spec.Integer(1), l, out[:]) }},
	} {
		if got := testing.AllocsPerRun(100, c.run); got > c.want {
			t.Errorf("%s: %v allocations, want at most %v", c.name, got, c.want)
		}
	}
}

func FuzzVariant(f *testing.F) {
	for vt := range uint16(25) {
		f.Add(vt, uint8(vt%5), []byte("0123456789abcdef0123456789abcdef0123456789abcdef01234567"), []byte("Ёж\xd8\x3d"))
	}
	f.Add(spec.VTPWStr, uint8(0), []byte{}, []byte{0x3d, 0xd8})
	f.Fuzz(func(t *testing.T, vt uint16, target uint8, union, block []byte) {
		l := layout(t, targets[int(target)%len(targets)].os, targets[int(target)%len(targets)].arch)
		read := func(_ uint64, n int) []byte { return block[:min(n, len(block))] }
		v := spec.Decode(vt, union, l, read)
		if v.Kind() == spec.KindUnsupported {
			return
		}
		_, got := send(t, v, l)
		want := v
		if i := v.Int(); v.Kind() == spec.KindInt && i != int64(int32(i)) {
			want = spec.Float(float64(i)) // I8 is not safe to give
		}
		if math.IsNaN(want.Float()) && math.IsNaN(got.Float()) {
			return
		}
		if !got.Equal(want) {
			t.Errorf("Decode(%d) = %v, sent back %v, want %v", vt, v, got, want)
		}
	})
}

func BenchmarkVariantString(b *testing.B) {
	l := layout(b, "linux", "amd64")
	const at = 0x1000
	block := wide(utf16.Encode([]rune("Привет, коллега"))...)
	read := spec.Memory(func(_ uint64, n int) []byte { return block[:n] })
	union := make([]byte, l.Union)
	binary.LittleEndian.PutUint64(union, at)
	binary.LittleEndian.PutUint32(union[8:], 15)
	out, buf := make([]byte, l.Union), make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		v := spec.Decode(spec.VTPWStr, union, l, read)
		_, p := spec.Encode(v, l, out)
		p.Write(buf)
		p.Put(out, l, at)
	}
}
