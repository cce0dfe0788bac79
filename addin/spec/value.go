package spec

import (
	"math"
	"strconv"
	"time"
)

// Kind is what a Value holds.
type Kind uint8

// The kinds of values that cross the border. Unsupported stands for variant
// types BSL cannot produce for us (objects, arrays); Int holds the VTYPE then.
const (
	KindEmpty Kind = iota // Неопределено
	KindNull              // Null
	KindBool
	KindInt
	KindFloat
	KindTime // wall time without a zone: kept in UTC
	KindString
	KindBlob
	KindUnsupported
)

// Value is one value of BSL. It is passed by value, several times in a call
// from 1C: at four words that is cheap, at eleven it cost more than the
// crossing from C to Go.
type Value struct {
	kind Kind
	num  int64  // an integer, a flag, the bits of a float, or a date's seconds since 1970
	str  string // also carries blobs, which are immutable here
}

// Empty is Неопределено.
func Empty() Value { return Value{} }

// Null is Null.
func Null() Value { return Value{kind: KindNull} }

// Bool makes a Булево.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Integer makes an integral Число.
func Integer(i int64) Value { return Value{kind: KindInt, num: i} }

// Float makes a Число with a fraction.
func Float(f float64) Value { return Value{kind: KindFloat, num: int64(math.Float64bits(f))} }

// Time makes a Дата, which has no zone and no fractions of a second: the wall
// clock fields of t count.
func Time(t time.Time) Value {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return Value{kind: KindTime, num: wall.Unix()}
}

// String makes a Строка.
func String(s string) Value { return Value{kind: KindString, str: s} }

// Blob makes a ДвоичныеДанные; b is copied.
func Blob(b []byte) Value { return Value{kind: KindBlob, str: string(b)} }

// Unsupported stands for a variant of type vt that has no place here.
func Unsupported(vt uint16) Value { return Value{kind: KindUnsupported, num: int64(vt)} }

// Kind tells what v holds.
func (v Value) Kind() Kind { return v.kind }

// Bool is v as Булево: meaningful for KindBool and numbers.
func (v Value) Bool() bool {
	if v.kind == KindFloat {
		return v.float() != 0
	}
	return v.num != 0
}

// Int is v as an integer: meaningful for KindInt, KindBool, and KindFloat
// without a fraction.
func (v Value) Int() int64 {
	if v.kind == KindFloat {
		return int64(v.float())
	}
	return v.num
}

func (v Value) float() float64 { return math.Float64frombits(uint64(v.num)) }

// Float is v as a number.
func (v Value) Float() float64 {
	if v.kind == KindFloat {
		return v.float()
	}
	return float64(v.num)
}

// Time is v as a wall clock time, kept in UTC; the zero time for other kinds.
func (v Value) Time() time.Time {
	if v.kind != KindTime {
		return time.Time{}
	}
	return time.Unix(v.num, 0).UTC()
}

// Str is v as text: the text itself for KindString, "" for others.
func (v Value) Str() string {
	if v.kind == KindString {
		return v.str
	}
	return ""
}

// Bytes is a copy of a blob's bytes.
func (v Value) Bytes() []byte {
	if v.kind == KindBlob {
		return []byte(v.str)
	}
	return nil
}

// Equal compares kind and content.
func (v Value) Equal(o Value) bool {
	if v.kind == KindFloat && o.kind == KindFloat {
		return v.float() == o.float() // 0 and −0 are one number, NaN is none
	}
	return v == o
}

// String shows the value for people: logs and test failures.
func (v Value) String() string {
	switch v.kind {
	case KindNull:
		return "Null"
	case KindBool:
		return strconv.FormatBool(v.num != 0)
	case KindInt:
		return strconv.FormatInt(v.num, 10)
	case KindFloat:
		return strconv.FormatFloat(v.float(), 'g', -1, 64)
	case KindTime:
		return v.Time().Format("2006-01-02T15:04:05")
	case KindString:
		return strconv.Quote(v.str)
	case KindBlob:
		return "blob(" + strconv.Itoa(len(v.str)) + ")"
	case KindUnsupported:
		return "unsupported(vt " + strconv.FormatInt(v.num, 10) + ")"
	}
	return "Empty"
}
