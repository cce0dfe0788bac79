package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"mangoofficesdk/sdk/journal"
)

// A stored value is: format (1 byte), CRC-32C of key and body (4), body. bbolt
// checks its two meta pages only; a rotten record must not reach 1C.
const (
	format     = 1
	sealLength = 5
)

// errDamaged is in the chain of every error that tells of bytes which we did
// not write so.
var errDamaged = errors.New("the store is damaged")

func checksum(key, body []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli) // made once, by the package
	return crc32.Update(crc32.Update(0, table, key), table, body)
}

// seal makes the stored value of a body. The key is part of the checksum: a
// right value in a wrong place is wrong.
func seal(key, body []byte) []byte {
	v := make([]byte, 0, sealLength+len(body))
	v = append(v, format)
	v = binary.BigEndian.AppendUint32(v, checksum(key, body))
	return append(v, body...)
}

// unseal gives the body, which aliases v.
func unseal(key, v []byte) ([]byte, error) {
	if len(v) < sealLength || v[0] != format || binary.BigEndian.Uint32(v[1:]) != checksum(key, v[sealLength:]) {
		return nil, errDamaged
	}
	return v[sealLength:], nil
}

// reader takes a body apart; any shortage makes it bad, once for all.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.b, r.bad = nil, true
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) stamp() time.Time {
	if b := r.take(stampSize); b != nil {
		return parseStamp(b)
	}
	return time.Time{}
}

func (r *reader) text() string { return string(r.bytes()) }

// bytes is what appendText wrote; it aliases the body, and is not nil.
func (r *reader) bytes() []byte {
	n := r.uint32()
	if uint64(n) > uint64(len(r.b)) { // an int of 32 bits would turn negative
		r.bad = true
		return nil
	}
	return r.take(int(n))
}

// end wants nothing left over.
func (r *reader) end() error {
	if r.bad || len(r.b) > 0 {
		return errDamaged
	}
	return nil
}

func appendText(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // bbolt takes no value of 4 GB
	return append(b, s...)
}

// encodeRecord is a row of `in`; the position is its key.
func encodeRecord(r journal.Record) []byte {
	b := make([]byte, 0, stampSize+4+len(r.Key)+len(r.Raw))
	b = appendText(appendStamp(b, r.Time), r.Key)
	return append(b, r.Raw...)
}

func decodeRecord(body []byte) (journal.Record, error) {
	r := reader{b: body}
	rec := journal.Record{Time: r.stamp(), Key: r.text()}
	rec.Raw = bytes.Clone(r.take(len(r.b)))
	return rec, r.end()
}

// encodeOut is a row of `out`.
func encodeOut(e journal.Out) []byte {
	b := make([]byte, 0, 1+stampSize+8+len(e.ID)+len(e.To)+len(e.Raw))
	b = append(b, flag(e.Record, 1))
	b = appendStamp(b, e.Expires)
	b = appendText(appendText(b, e.ID), e.To)
	return append(b, e.Raw...)
}

func decodeOut(body []byte) (journal.Out, error) {
	r := reader{b: body}
	flags := r.byte()
	e := journal.Out{Record: flags&1 != 0, Expires: r.stamp(), ID: r.text(), To: r.text()}
	e.Raw = bytes.Clone(r.take(len(r.b)))
	if flags > 1 {
		return e, errDamaged
	}
	return e, r.end()
}

// state is what became of an event.
type state struct {
	attempt uint32
	parked  bool
	due     time.Time // not before; zero = at once
	until   time.Time // end of the lease; zero = not leased
	drop    time.Time // when a screen event is dropped unseen; zero for record events
	settled time.Time // zero = unsettled
}

func encodeState(s state) []byte {
	b := make([]byte, 0, 5+4*stampSize)
	b = append(b, flag(s.parked, 1))
	b = binary.BigEndian.AppendUint32(b, s.attempt)
	for _, t := range []time.Time{s.due, s.until, s.drop, s.settled} {
		b = appendStamp(b, t)
	}
	return b
}

func decodeState(body []byte) (state, error) {
	r := reader{b: body}
	flags := r.byte()
	s := state{parked: flags == 1, attempt: r.uint32(), due: r.stamp(), until: r.stamp(), drop: r.stamp(), settled: r.stamp()}
	if flags > 1 {
		return s, errDamaged
	}
	return s, r.end()
}

// head is what changes with nearly every commit.
type head struct {
	last, cursor    uint64 // of `in`: position of the newest record, of the last derived one
	first, seq      uint64 // of `out`: every seq of this epoch is greater than first; seq was given last
	waiting, parked uint64 // unsettled events
}

func encodeHead(h head) []byte {
	var b []byte
	for _, n := range []uint64{h.last, h.cursor, h.first, h.seq, h.waiting, h.parked} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

func decodeHead(body []byte) (head, error) {
	r := reader{b: body}
	h := head{last: r.uint64(), cursor: r.uint64(), first: r.uint64(), seq: r.uint64(), waiting: r.uint64(), parked: r.uint64()}
	return h, r.end()
}

func flag(set bool, bit byte) byte {
	if set {
		return bit
	}
	return 0
}
