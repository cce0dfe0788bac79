package history

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// The index finds calls by the numbers and extensions in them. A quarter of an
// hour is one row: for each name and second in which a call with that name
// began there are six bytes, sorted. Names are sums, and an entry may outlive
// its call: what is found is a second to look into, and the filter decides. So
// writing touches the rows of now only, and a year is 35,000 rows to look into.
const (
	blockSeconds = 900
	entryLength  = 6 // sum of the name (4 bytes), second within the block (2)
	// blocksAtOnce are looked into within one transaction.
	blocksAtOnce = 5000
	// indexVersion is that of these rows: with another one they are made anew.
	indexVersion = 1
	indexStep    = 1000 // calls that are entered in one commit when it is made anew
)

// stateKey is behind all blocks. Its value, the version and how many calls
// there are, is written with each change: a program that knows no index has
// been at work when it does not fit.
var stateKey = bytes.Repeat([]byte{0xff}, stampLength+1)

// Kinds of names.
const (
	extensionName = "e"
	numberName    = "n"
)

// Sums, seconds and entries are all int64: each other type would be one more
// copy of slices.Sort in the library.
func nameSum(kind, name string) int64 { return int64(crc32.ChecksumIEEE([]byte(kind + name))) }

// numberSum is of what counts of a number; an address of SIP is not indexed.
func numberSum(number string) (sum int64, ok bool) {
	if strings.Contains(number, "@") {
		return 0, false
	}
	t := tail(number)
	return nameSum(numberName, t), t != ""
}

// sums are the names in a call: what Has and hasNumber look at.
func (c *Call) sums() (list []int64) {
	extension := func(s string) {
		if s != "" {
			list = append(list, nameSum(extensionName, s))
		}
	}
	number := func(s string) {
		if sum, ok := numberSum(s); ok {
			list = append(list, sum)
		}
	}
	extension(c.Author.Extension)
	extension(c.Caller.Extension)
	extension(c.Callee.Extension)
	number(c.Caller.Number)
	number(c.Callee.Number)
	for i := range c.Legs {
		l := &c.Legs[i]
		extension(l.Caller.Extension)
		extension(l.Callee.Extension)
		number(l.Caller.Number)
		number(l.Callee.Number)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// sums are the names of which a call must have one; nil: the index is of no use.
func (f *Filter) sums() (list []int64) {
	for _, n := range f.Number {
		sum, ok := numberSum(n)
		if !ok {
			list = nil
			break
		}
		list = append(list, sum)
	}
	switch {
	case list != nil:
	case f.Only != "":
		list = []int64{nameSum(extensionName, f.Only)}
	default:
		for _, e := range f.Employee {
			list = append(list, nameSum(extensionName, e))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// blockOf is where the block of a moment begins, and the second within it.
func blockOf(t time.Time) (block, second int64) {
	second = (t.Unix()%blockSeconds + blockSeconds) % blockSeconds
	return t.Unix() - second, second
}

func blockKey(block int64) []byte { return callKey(time.Unix(block, 0), "") }

// entries are what is to be put into the blocks; those of a commit go together.
// One is the sum and the second, as in the file.
type entries map[int64][]int64

func (e entries) add(c *Call, start time.Time) {
	if c.bare() {
		return
	}
	block, second := blockOf(start)
	for _, sum := range c.sums() {
		e[block] = append(e[block], sum<<16|second)
	}
}

// entryAt is the n-th entry of a block.
func entryAt(raw []byte, n int) int64 {
	raw = raw[n*entryLength:]
	return int64(binary.BigEndian.Uint32(raw))<<16 | int64(binary.BigEndian.Uint16(raw[4:]))
}

func (e entries) write(r rows) error {
	for block, list := range e {
		key := blockKey(block)
		old := r.get(indexTable, key)
		for n := range len(old) / entryLength {
			list = append(list, entryAt(old, n))
		}
		slices.Sort(list)
		list = slices.Compact(list)
		raw := make([]byte, 0, len(list)*entryLength)
		for _, x := range list {
			raw = binary.BigEndian.AppendUint32(raw, uint32(x>>16)) //nolint:gosec // a sum
			raw = binary.BigEndian.AppendUint16(raw, uint16(x))     //nolint:gosec // its lower half
		}
		if err := r.put(indexTable, key, raw); err != nil {
			return err
		}
	}
	return nil
}

// trimIndex lets the blocks go that are before all calls.
func trimIndex(r rows) error {
	first := stateKey
	r.each(callsTable, nil, func(k, _ []byte) bool {
		block, _ := blockOf(keyTime(k))
		first = blockKey(block)
		return false
	})
	var gone [][]byte
	r.each(indexTable, nil, func(k, _ []byte) bool {
		if bytes.Compare(k, first) >= 0 {
			return false
		}
		gone = append(gone, bytes.Clone(k))
		return true
	})
	for _, k := range gone {
		if err := r.remove(indexTable, k); err != nil {
			return err
		}
	}
	return nil
}

// putState says that the index is whole.
func putState(r rows, calls int64) error {
	return r.put(indexTable, stateKey, binary.AppendVarint([]byte{indexVersion}, calls))
}

// whole reports whether the index knows all calls.
func whole(r rows, calls int64) bool {
	return bytes.Equal(r.get(indexTable, stateKey), binary.AppendVarint([]byte{indexVersion}, calls))
}

// reindex makes the index of a file that has none, or none that fits, step by
// step; calls are stored meanwhile, and read without it. Ended before it is
// whole, it begins anew.
func (s *Store) reindex(ctx context.Context) {
	began := s.cfg.Now()
	var next []byte
	for ctx.Err() == nil {
		s.mu.Lock()
		k, indexed := s.keeper, s.indexed
		s.mu.Unlock()
		if k == nil || indexed {
			return
		}
		done := false
		err := s.update(k, func(r rows) (err error) {
			if next == nil {
				err = r.remove(indexTable, stateKey)
			}
			if err == nil {
				next, done, err = indexSome(r, next)
			}
			if err == nil && done {
				err = putState(r, s.calls) // changed by this goroutine only
			}
			return err
		})
		if err != nil {
			s.cfg.Log.Warn().Err(err).Msg("calls not indexed")
			return // reads do without; the next opening tries again
		}
		if done {
			s.mu.Lock()
			s.indexed = true
			s.mu.Unlock()
			s.cfg.Log.Info().Int64("calls", s.calls).Dur("took", s.cfg.Now().Sub(began)).Msg("calls indexed")
		}
		if !s.commit() {
			return
		}
	}
}

// indexSome enters the calls from a key on; next is where to go on.
func indexSome(r rows, from []byte) (next []byte, done bool, err error) {
	e := entries{}
	n := 0
	r.each(callsTable, from, func(k, row []byte) bool {
		if n == indexStep {
			return false
		}
		n++
		next = append(bytes.Clone(k), 0)
		if len(k) > stampLength {
			if c, err := unpack(string(k[stampLength:]), row); err == nil {
				e.add(&c, keyTime(k))
			}
		}
		return true
	})
	return next, n < indexStep, e.write(r)
}

// find copies the rows out whose calls may have one of the names: those from a
// key on and before a moment. next is where to go on; nil: there are no others.
func find(k keeper, sums []int64, from []byte, to time.Time, into []line) (batch []line, next []byte, err error) {
	block := []byte(nil)
	if len(from) >= stampLength {
		b, _ := blockOf(keyTime(from))
		block = blockKey(b)
	}
	err = k.view(func(r rows) error {
		left := blocksAtOnce
		r.each(indexTable, block, func(key, entries []byte) bool {
			if len(key) != stampLength || !to.IsZero() && !keyTime(key).Before(to) {
				return false
			}
			if left--; left < 0 || len(into) >= readBatch {
				next = bytes.Clone(key)
				return false
			}
			for _, second := range seconds(entries, sums) {
				at := keyTime(key).Add(time.Duration(second) * time.Second)
				if !to.IsZero() && !at.Before(to) {
					break
				}
				begin := callKey(at, "")
				if bytes.Compare(from, begin) > 0 {
					begin = from
				}
				into, _ = collect(r, begin, at.Add(time.Second), math.MaxInt, into)
			}
			return true
		})
		return nil
	})
	return into, next, err
}

// seconds of a block in which a call with one of the names began, in order.
func seconds(block []byte, sums []int64) (list []int64) {
	n := len(block) / entryLength
	for _, sum := range sums {
		at := sort.Search(n, func(i int) bool { return entryAt(block, i)>>16 >= sum })
		for ; at < n && entryAt(block, at)>>16 == sum; at++ {
			list = append(list, entryAt(block, at)&0xffff)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
