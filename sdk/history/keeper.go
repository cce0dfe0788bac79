package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal/bolt"
)

// Tables of the store.
const (
	callsTable = "calls" // start, id → row
	idsTable   = "ids"   // id → start
	notesTable = "notes" // name → note
	indexTable = "index" // a quarter of an hour → names of its calls, their seconds
)

// keeper holds the tables: on the disk, or in memory.
type keeper interface {
	update(fn func(rows) error) error // one at a time
	view(fn func(rows) error) error
	compact() error // as update: one at a time
	close() error
}

// rows are the tables within a transaction. What they give is valid in it only.
type rows interface {
	get(table string, key []byte) []byte
	put(table string, key, value []byte) error
	remove(table string, key []byte) error
	// each goes on from a key in order, until fn says false.
	each(table string, from []byte, fn func(key, value []byte) bool)
	used() int64 // bytes
}

const stampLength = 8

// callKey orders calls by their start.
func callKey(start time.Time, id string) []byte {
	b := make([]byte, 0, stampLength+len(id))
	b = binary.BigEndian.AppendUint64(b, uint64(start.Unix())^1<<63) //nolint:gosec // the bits are what is stored
	return append(b, id...)
}

func keyTime(key []byte) time.Time {
	if len(key) < stampLength {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint64(key)^1<<63), 0) //nolint:gosec // the bits are what was stored
}

// disk is a keeper in a file.
type disk struct{ f *bolt.File }

func (d disk) update(fn func(rows) error) error {
	return d.f.Update(func(tx *bbolt.Tx) error { return fn(diskRows{d.f, tx}) })
}

func (d disk) view(fn func(rows) error) error {
	return d.f.View(func(tx *bbolt.Tx) error { return fn(diskRows{d.f, tx}) })
}

func (d disk) compact() error { return d.f.Compact() }
func (d disk) close() error   { return d.f.Close() }

type diskRows struct {
	f  *bolt.File
	tx *bbolt.Tx
}

func (r diskRows) get(table string, key []byte) []byte { return r.tx.Bucket([]byte(table)).Get(key) }
func (r diskRows) remove(table string, key []byte) error {
	return r.tx.Bucket([]byte(table)).Delete(key)
}
func (r diskRows) used() int64 { return r.f.Used(r.tx) }

func (r diskRows) put(table string, key, value []byte) error {
	b := r.tx.Bucket([]byte(table))
	if table == callsTable || table == indexTable {
		b.FillPercent = 0.9 // most calls come in order of their start
	}
	return b.Put(key, value)
}

func (r diskRows) each(table string, from []byte, fn func(key, value []byte) bool) {
	c := r.tx.Bucket([]byte(table)).Cursor()
	for k, v := c.Seek(from); k != nil && fn(k, v); k, v = c.Next() {
	}
}

// memoryBound is how many bytes of calls a keeper in memory holds: a hundred
// thousand or so; the oldest go.
const memoryBound = 32 << 20

// memory is a keeper that lives as long as the process.
type memory struct {
	mu     sync.RWMutex
	tables map[string]*sorted
}

// sorted is a table in memory.
type sorted struct {
	keys   []string
	values map[string][]byte
	bytes  int64
}

func newMemory() *memory {
	m := &memory{tables: map[string]*sorted{}}
	for _, name := range []string{callsTable, idsTable, notesTable, indexTable} {
		m.tables[name] = &sorted{values: map[string][]byte{}}
	}
	return m
}

func (m *memory) update(fn func(rows) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(memoryRows{m})
}

func (m *memory) view(fn func(rows) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(memoryRows{m})
}

func (m *memory) compact() error { return nil }
func (m *memory) close() error   { return nil }

type memoryRows struct{ m *memory }

func (r memoryRows) get(table string, key []byte) []byte {
	return r.m.tables[table].values[string(key)]
}

var errEmptyKey = errors.New("an empty key")

func (r memoryRows) put(table string, key, value []byte) error {
	if len(key) == 0 {
		return errEmptyKey // as on the disk
	}
	t, k := r.m.tables[table], string(key)
	old, there := t.values[k]
	if !there {
		i, _ := slices.BinarySearch(t.keys, k)
		t.keys = slices.Insert(t.keys, i, k)
		t.bytes += int64(len(k))
	}
	t.values[k] = bytes.Clone(value)
	t.bytes += int64(len(value) - len(old))
	return nil
}

func (r memoryRows) remove(table string, key []byte) error {
	t, k := r.m.tables[table], string(key)
	if i, there := slices.BinarySearch(t.keys, k); there {
		t.bytes -= int64(len(k) + len(t.values[k]))
		t.keys = slices.Delete(t.keys, i, i+1)
		delete(t.values, k)
	}
	return nil
}

func (r memoryRows) each(table string, from []byte, fn func(key, value []byte) bool) {
	t := r.m.tables[table]
	i, _ := slices.BinarySearch(t.keys, string(from))
	for _, k := range t.keys[i:] {
		if !fn([]byte(k), t.values[k]) {
			return
		}
	}
}

func (r memoryRows) used() (n int64) {
	for _, t := range r.m.tables {
		n += t.bytes
	}
	return n
}
