package spec

import (
	"encoding/binary"
	"math"
	"time"
)

// VTYPE values (Native API, types.h).
const (
	VTEmpty     uint16 = 0
	VTNull      uint16 = 1
	VTI2        uint16 = 2
	VTI4        uint16 = 3
	VTR4        uint16 = 4
	VTR8        uint16 = 5
	VTDate      uint16 = 6 // OLE date: days since 1899-12-30, a double
	VTTM        uint16 = 7 // struct tm, local wall time
	VTPStr      uint16 = 8
	VTInterface uint16 = 9
	VTError     uint16 = 10
	VTBool      uint16 = 11
	VTVariant   uint16 = 12
	VTI1        uint16 = 13
	VTUI1       uint16 = 14
	VTUI2       uint16 = 15
	VTUI4       uint16 = 16
	VTI8        uint16 = 17
	VTUI8       uint16 = 18
	VTInt       uint16 = 19
	VTUInt      uint16 = 20
	VTHResult   uint16 = 21
	VTPWStr     uint16 = 22
	VTBlob      uint16 = 23
	VTCLSID     uint16 = 24
)

// Layout is how a target lays out tVariant: a union, uint32 cbElements, uint16
// vt, without packing. All targets are little-endian and keep scalars at 0.
type Layout struct {
	Pointer int // bytes of a pointer: 4 or 8; the length of a string follows it
	TM      int // sizeof(struct tm): Windows has no gmtoff and zone
	Union   int // bytes of the union, the offset of cbElements
	VT      int // offset of vt
	Size    int // sizeof(tVariant), the stride of parameters
}

// minUnion is what Decode may look at: the read part of struct tm.
const minUnion = 24

// MaxUnion is the size of the biggest union: room for Encode on any target.
const MaxUnion = 56

var (
	layoutWindows32 = Layout{Pointer: 4, TM: 36, Union: 40, VT: 44, Size: 48}
	layoutWindows64 = Layout{Pointer: 8, TM: 36, Union: 40, VT: 44, Size: 48}
	layoutUnix32    = Layout{Pointer: 4, TM: 44, Union: 44, VT: 48, Size: 52}
	layoutUnix64    = Layout{Pointer: 8, TM: 56, Union: 56, VT: 60, Size: 64}
)

// LayoutOf gives the layout of a target by its GOOS and GOARCH, measured with
// gcc and clang; ok is false for a target that nobody measured.
func LayoutOf(goos, goarch string) (l Layout, ok bool) {
	switch goos + "/" + goarch {
	case "windows/386":
		return layoutWindows32, true
	case "windows/amd64":
		return layoutWindows64, true
	case "linux/386":
		return layoutUnix32, true
	case "linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64":
		return layoutUnix64, true
	}
	return Layout{}, false
}

// Memory gives n bytes of the host's memory at ptr; it is asked only for
// ptr ≠ 0 and n > 0. Decode copies what it needs before it returns.
type Memory func(ptr uint64, n int) []byte

// maxBytes bounds a string or blob: beyond it the length is taken for garbage,
// and 32-bit targets could not address it anyway.
const maxBytes = 1 << 30

// Decode reads a tVariant that the host gave: vt, and the bytes of its union
// (l.Union of them; more are ignored, missing ones read as zeros). Types that
// BSL cannot mean here become Unsupported(vt). It never panics.
func Decode(vt uint16, union []byte, l Layout, mem Memory) Value {
	if len(union) < minUnion {
		var padded [MaxUnion]byte
		copy(padded[:], union)
		union = padded[:]
	}
	switch vt {
	case VTEmpty:
		return Empty()
	case VTNull:
		return Null()
	case VTBool:
		return Bool(union[0] != 0)
	case VTTM:
		return Time(decodeTM(union))
	case VTDate:
		return Time(decodeDate(math.Float64frombits(binary.LittleEndian.Uint64(union))))
	case VTPWStr:
		return String(decodeUTF16(block(union, l, mem, 2)))
	case VTPStr:
		return String(decodeBytes(block(union, l, mem, 1)))
	case VTBlob:
		return Value{kind: KindBlob, str: string(block(union, l, mem, 1))}
	}
	return decodeNumber(vt, union)
}

// decodeNumber reads the numeric types: 1C sends I4 and R8, other hosts
// anything. HRESULT is a long, 8 bytes on 64-bit Unix, of which 4 count.
func decodeNumber(vt uint16, union []byte) Value {
	low := binary.LittleEndian.Uint64(union)
	switch vt {
	case VTI1:
		return Integer(int64(int8(low)))
	case VTI2:
		return Integer(int64(int16(low)))
	case VTI4, VTInt, VTError, VTHResult:
		return Integer(int64(int32(low)))
	case VTI8:
		return Integer(int64(low))
	case VTUI1:
		return Integer(int64(uint8(low)))
	case VTUI2:
		return Integer(int64(uint16(low)))
	case VTUI4, VTUInt:
		return Integer(int64(uint32(low)))
	case VTUI8:
		if low > math.MaxInt64 {
			return Float(float64(low))
		}
		return Integer(int64(low))
	case VTR4:
		return Float(float64(math.Float32frombits(uint32(low))))
	case VTR8:
		return Float(math.Float64frombits(low))
	}
	return Unsupported(vt)
}

// block gives the memory behind a pointer and a count of units of size bytes.
func block(union []byte, l Layout, mem Memory, size int) []byte {
	ptr, count := uint64(binary.LittleEndian.Uint32(union)), binary.LittleEndian.Uint32(union[4:])
	if l.Pointer == 8 {
		ptr, count = binary.LittleEndian.Uint64(union), binary.LittleEndian.Uint32(union[8:])
	}
	if ptr == 0 || count == 0 || uint64(count)*uint64(size) > maxBytes || mem == nil {
		return nil
	}
	return mem(ptr, int(count)*size)
}

// Offsets in struct tm, the same on every target; what follows them (wday,
// yday, isdst, gmtoff, zone) is not read, and written as zeros.
const (
	tmSec, tmMin, tmHour, tmMday, tmMon, tmYear = 0, 4, 8, 12, 16, 20

	tmYearBase = 1900
)

// Years that 1C's Дата can hold.
const minYear, maxYear = 1, 9999

// decodeTM reads local wall time. What is no date of 1C (a zeroed structure,
// a year out of range) is the empty date.
func decodeTM(union []byte) time.Time {
	at := func(o int) int { return int(int32(binary.LittleEndian.Uint32(union[o:]))) }
	year, mon, day := at(tmYear), at(tmMon), at(tmMday)
	hour, minute, sec := at(tmHour), at(tmMin), at(tmSec)
	if year < minYear-tmYearBase || year > maxYear-tmYearBase || mon < 0 || mon > 11 || day < 1 || day > 31 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || sec < 0 || sec > 60 {
		return time.Time{}
	}
	return inRange(time.Date(tmYearBase+year, time.Month(mon+1), day, hour, minute, sec, 0, time.UTC))
}

// decodeDate reads an OLE date: whole days since 1899-12-30, and a fraction
// that counts forward even when the days are negative. 1C has whole seconds.
func decodeDate(v float64) time.Time {
	const limit = 3_000_000 // days; year 9999 is 2,958,465
	if math.IsNaN(v) || v < -limit || v > limit {
		return time.Time{}
	}
	days, fraction := math.Modf(v)
	sec := int64(math.Round(math.Abs(fraction) * 86400))
	base := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	return inRange(base.AddDate(0, 0, int(days)).Add(time.Duration(sec) * time.Second))
}

func inRange(t time.Time) time.Time {
	if y := t.Year(); y < minYear || y > maxYear {
		return time.Time{}
	}
	return t
}

// Encode writes v into a host's variant: the scalar into union (l.Union bytes,
// MaxUnion always suffice), and returns its VTYPE. Only what every host reads
// goes out: I4 when an integer fits, else R8 (I8 makes 1C say «Ошибка чтения
// значения»; R8 is exact to 2^53), R8, BOOL, TM, PWSTR, BLOB, EMPTY, NULL.
//
// Text and blobs live in memory of the host: when p.Size() > 0 the caller
// allocates that many bytes, fills them with p.Write and stores the pointer
// with p.Put. Set vt last, when the allocation succeeded.
//
//	vt, p := spec.Encode(v, layout, union)
//	if n := p.Size(); n > 0 {
//		mem := alloc(n)           // host memory
//		p.Write(bytesAt(mem, n))
//		p.Put(union, layout, mem)
//	}
func Encode(v Value, l Layout, union []byte) (vt uint16, p Payload) {
	clear(union[:l.Union])
	switch v.kind {
	case KindNull:
		return VTNull, p
	case KindBool:
		if v.num != 0 {
			union[0] = 1
		}
		return VTBool, p
	case KindInt:
		if v.num == int64(int32(v.num)) {
			binary.LittleEndian.PutUint32(union, uint32(int32(v.num)))
			return VTI4, p
		}
		return encodeFloat(float64(v.num), union), p
	case KindFloat:
		return encodeFloat(v.float(), union), p
	case KindTime:
		encodeTM(v.Time(), union)
		return VTTM, p
	case KindString:
		return VTPWStr, textPayload(v.str)
	case KindBlob:
		return VTBlob, Payload{s: v.str, units: len(v.str), blob: true}
	}
	return VTEmpty, p // Empty, and Unsupported, which nobody can make sense of
}

// encodeFloat gives an integral result as R8 too: the declared type does not
// matter to 1C, which has one Число.
func encodeFloat(f float64, union []byte) uint16 {
	binary.LittleEndian.PutUint64(union, math.Float64bits(f))
	return VTR8
}

func encodeTM(t time.Time, union []byte) {
	if y := t.Year(); y < minYear || y > maxYear {
		t = time.Time{} // the empty date, 0001-01-01: tm_year −1899
	}
	put := func(o, v int) { binary.LittleEndian.PutUint32(union[o:], uint32(int32(v))) }
	put(tmSec, t.Second())
	put(tmMin, t.Minute())
	put(tmHour, t.Hour())
	put(tmMday, t.Day())
	put(tmMon, int(t.Month())-1)
	put(tmYear, t.Year()-tmYearBase)
}

// Payload is the text or blob of an encoded value, to be written into memory
// that the host allocated. The zero Payload has no size: the value is a scalar.
type Payload struct {
	s     string
	units int  // UTF-16 code units or bytes
	wide  bool // text
	blob  bool
}

// Size is the number of bytes to allocate: text gets a terminating NUL, as
// names need one and careless hosts read one; an empty blob gets one byte, as
// AllocMemory(0) is not specified. 0: nothing to allocate.
func (p Payload) Size() int {
	switch {
	case p.wide:
		return 2 * (p.units + 1)
	case p.blob:
		return max(p.units, 1)
	}
	return 0
}
