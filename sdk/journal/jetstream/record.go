package jetstream

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
)

// Whoever meets a record of a greater version stops: a newer program writes the
// log.
const version = 1

// header begins every record.
func header() (w wire.Writer) {
	w.Uint('M')
	w.Uint('J')
	w.Uint(version)
	return w
}

func readHeader(raw []byte) (*wire.Reader, error) {
	r := wire.Read(raw)
	if r.Uint() != 'M' || r.Uint() != 'J' {
		return r, wire.ErrDamaged
	}
	if v := r.Uint(); v > version {
		return r, fmt.Errorf("%w: version %d, this one knows %d", errNewer, v, version)
	}
	return r, r.Err()
}

// What a command does to the store.
const (
	opBegin     = iota + 1 // name: the epoch; the first record of a log, and only that
	opTake                 // name: the node that leads from here on
	opAppend               // name: the key; raw
	opDerive               // upTo, out
	opRelease              // positions
	opNote                 // name, raw
	opLease                // name: the session; writer, limit
	opAck                  // seq
	opNak                  // seq, delay
	opExtend               // seq
	opReturn               // seq
	opSettle               // what is due by the clock
	opEndLeases            // what sessions hold is due at once
)

// command is one change of the store.
type command struct {
	op        int
	name      string
	raw       []byte
	upTo      uint64
	out       []journal.Out
	positions []uint64
	writer    bool
	limit     int
	seq       uint64
	delay     time.Duration
}

// size is what it adds to a record, about.
func (c command) size() int {
	n := 64 + len(c.name) + len(c.raw) + 8*len(c.positions)
	for _, e := range c.out {
		n += 64 + len(e.ID) + len(e.To) + len(e.Raw)
	}
	return n
}

// batch is a record of the log: what was waiting is written together, and done
// at one time.
type batch struct {
	term     string // whose record it is: the leadership's name; "" = a follower's
	serial   uint64 // within the term
	at       time.Time
	commands []command
}

func (b batch) encode() []byte {
	w := header()
	w.String(b.term)
	w.Uint(b.serial)
	w.Time(b.at)
	w.Uint(uint64(len(b.commands)))
	for _, c := range b.commands {
		c.encode(&w)
	}
	return w
}

func (c command) encode(w *wire.Writer) {
	w.Uint(uint64(c.op)) //nolint:gosec // see the constants
	switch c.op {
	case opBegin, opTake:
		w.String(c.name)
	case opAppend, opNote:
		w.String(c.name)
		w.Bytes(c.raw)
	case opDerive:
		w.Uint(c.upTo)
		w.Uint(uint64(len(c.out)))
		for _, e := range c.out {
			w.String(e.ID)
			w.Bool(e.Record)
			w.String(e.To)
			w.Time(e.Expires)
			w.Bytes(e.Raw)
		}
	case opRelease:
		w.Uint(uint64(len(c.positions)))
		for _, pos := range c.positions {
			w.Uint(pos)
		}
	case opLease:
		w.String(c.name)
		w.Bool(c.writer)
		w.Uint(uint64(c.limit)) //nolint:gosec // Lease has looked
	case opNak:
		w.Uint(c.seq)
		w.Uint(uint64(c.delay)) //nolint:gosec // Nak has looked
	case opAck, opExtend, opReturn:
		w.Uint(c.seq)
	}
}

const (
	maxLimit = 1 << 30
	maxDelay = 1 << 62 // nanoseconds, a century
)

func decodeCommand(r *wire.Reader) (c command) {
	c.op = r.Int(opEndLeases)
	switch c.op {
	case 0:
		r.Fail()
	case opBegin, opTake:
		c.name = r.String()
	case opAppend, opNote:
		c.name, c.raw = r.String(), r.Bytes()
	case opDerive:
		c.upTo = r.Uint()
		for range r.Count() {
			c.out = append(c.out, journal.Out{ID: r.String(), Record: r.Bool(), To: r.String(), Expires: r.Time(), Raw: r.Bytes()})
		}
	case opRelease:
		for range r.Count() {
			c.positions = append(c.positions, r.Uint())
		}
	case opLease:
		c.name, c.writer, c.limit = r.String(), r.Bool(), int(min(r.Uint(), maxLimit)) //nolint:gosec // bound
	case opNak:
		c.seq = r.Uint()
		c.delay = time.Duration(min(r.Uint(), maxDelay)) //nolint:gosec // bound
	case opAck, opExtend, opReturn:
		c.seq = r.Uint()
	}
	return c
}

// decodeBatch reads a record; what it gives holds parts of raw.
func decodeBatch(raw []byte) (b batch, err error) {
	r, err := readHeader(raw)
	if err != nil {
		return b, err
	}
	b.term, b.serial, b.at = r.String(), r.Uint(), r.Time()
	for range r.Count() {
		b.commands = append(b.commands, decodeCommand(r))
	}
	return b, r.End()
}

// part is a message of a leader: a record may be longer than a message can be.
type part struct {
	index, count int
	raw          []byte
}

func (p part) encode() []byte {
	w := header()
	w.Uint(uint64(p.index)) //nolint:gosec // an index
	w.Uint(uint64(p.count)) //nolint:gosec // a length
	return append(w, p.raw...)
}

// maxParts bounds a record: a gigabyte in messages of a megabyte.
const maxParts = 1024

func decodePart(raw []byte) (p part, err error) {
	r, err := readHeader(raw)
	if err != nil {
		return p, err
	}
	p.index, p.count = r.Int(maxParts), r.Int(maxParts)
	p.raw = r.Rest()
	if p.index >= p.count {
		r.Fail()
	}
	return p, r.Err()
}

// split makes messages of a record.
func split(raw []byte, size int) (parts []part) {
	count := max((len(raw)+size-1)/size, 1)
	for i := range count {
		parts = append(parts, part{index: i, count: count, raw: raw[i*size : min((i+1)*size, len(raw))]})
	}
	return parts
}
