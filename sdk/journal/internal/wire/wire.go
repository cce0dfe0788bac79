// Package wire packs what a store writes: numbers of variable length, and
// bytes after their length. A Reader of damaged bytes ends with an error and
// never asks for more memory than it was given.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// ErrDamaged is what a Reader says of bytes that no Writer has written.
var ErrDamaged = errors.New("journal: damaged record")

// Writer grows by what is put into it.
type Writer []byte

// Uint puts a number.
func (w *Writer) Uint(v uint64) { *w = binary.AppendUvarint(*w, v) }

// Bool puts a yes or a no.
func (w *Writer) Bool(v bool) {
	n := uint64(0)
	if v {
		n = 1
	}
	w.Uint(n)
}

// Bytes puts bytes after their length.
func (w *Writer) Bytes(v []byte) {
	w.Uint(uint64(len(v)))
	*w = append(*w, v...)
}

// String puts a text after its length.
func (w *Writer) String(v string) {
	w.Uint(uint64(len(v)))
	*w = append(*w, v...)
}

// none stands for the zero time.
const none = math.MinInt64

// Time puts a moment, in nanoseconds; the zero one stays zero.
func (w *Writer) Time(v time.Time) {
	if v.IsZero() {
		*w = binary.AppendVarint(*w, none)
		return
	}
	*w = binary.AppendVarint(*w, v.UnixNano())
}

// Reader takes out what a Writer has put in, in the same order. After the first
// thing that makes no sense it gives zero values.
type Reader struct {
	rest []byte
	err  error
}

// Read begins to read.
func Read(raw []byte) *Reader { return &Reader{rest: raw} }

// Err tells whether all that was taken made sense.
func (r *Reader) Err() error { return r.err }

// End tells whether all made sense and nothing is left.
func (r *Reader) End() error {
	if len(r.rest) > 0 {
		r.Fail()
	}
	return r.err
}

// Fail is for who sees that a value makes no sense.
func (r *Reader) Fail() { r.rest, r.err = nil, ErrDamaged }

// Uint takes a number.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.Fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Int takes a number that is not greater than bound.
func (r *Reader) Int(bound int) int { return r.within(r.Uint(), bound) }

func (r *Reader) within(v uint64, bound int) int {
	if bound < 0 || v > uint64(bound) {
		r.Fail()
		return 0
	}
	return int(v) //nolint:gosec // bound fits
}

// Count takes the number of things that follow, each of a byte at least: more
// than there are bytes left make no sense.
func (r *Reader) Count() int {
	v := r.Uint() // it is not one of the bytes left
	return r.within(v, len(r.rest))
}

// Bool takes a yes or a no.
func (r *Reader) Bool() bool { return r.Int(1) == 1 }

// Bytes takes bytes: a part of what the Reader was given, not a copy.
func (r *Reader) Bytes() []byte {
	n := r.Count()
	v := r.rest[:n:n]
	r.rest = r.rest[n:]
	return v
}

// Rest takes all that is left.
func (r *Reader) Rest() []byte {
	v := r.rest
	r.rest = nil
	return v
}

// String takes a text.
func (r *Reader) String() string { return string(r.Bytes()) }

// Time takes a moment, in UTC.
func (r *Reader) Time() time.Time {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.Fail()
		return time.Time{}
	}
	r.rest = r.rest[n:]
	if v == none {
		return time.Time{}
	}
	return time.Unix(0, v).UTC()
}
