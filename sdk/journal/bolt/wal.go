package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
)

// The log holds the batches since the last checkpoint, so that one sync makes
// a batch durable. A record is: mark (4 bytes), CRC-32C of the epoch and of what
// follows (4), length of the body (4), generation (8), number within it (8),
// body. It begins at a block and has its blocks to itself: what is written later
// touches none that holds a promise.
//
// A checkpoint takes the batches into the file and begins a new generation, at
// the start of the log. The file says which generation follows it, so records
// that it holds already are passed over. The next record is written only after
// the one before was synced: one that is whole behind one that is not tells of
// damage, the end alone of a crash.
const (
	logBlock  = 4 << 10
	logHeader = 28
	logSummed = 8          // from here on
	logMark   = 0xF10D106E // no UTF-8: no text looks so
	maxBody   = 1 << 30
)

// wal is the open log.
type wal struct {
	f          *os.File
	sync       func(*os.File) error
	salt       uint32 // checksum of the epoch
	room       int64  // bytes it is meant to have
	size       int64  // bytes it has
	at         int64  // where the next record goes
	generation uint64
	number     uint64 // of the next record
}

// openLog opens the log, or makes an empty one. It has less than want bytes only
// when somebody has cut or taken it: it was synced before the file said so.
func openLog(path, epoch string, want int64, sync func(*os.File) error) (*wal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	w := &wal{f: f, sync: sync, salt: checksum(nil, []byte(epoch))}
	info, err := f.Stat()
	if err == nil {
		if w.size = info.Size(); w.size < want {
			err = fmt.Errorf("the log has %d bytes of %d: %w", w.size, want, errDamaged)
		}
	}
	if err != nil {
		_ = f.Close() // err is what there is to tell
		return nil, err
	}
	return w, nil
}

// reserve gives the log its size in advance: a sync that has no new size to
// write is a faster one. It is on the disk when reserve returns, its name too.
func (w *wal) reserve(room int64) error {
	w.room = room
	zeroes := make([]byte, 256<<10)
	for w.size < room {
		n, err := w.f.WriteAt(zeroes[:min(int64(len(zeroes)), room-w.size)], w.size)
		w.size += int64(n)
		if err != nil {
			return err
		}
	}
	if err := syncData(w.f); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(w.f.Name()))
}

// blocks is how much room a record takes.
func blocks(record int64) int64 { return (record + logBlock - 1) / logBlock * logBlock }

// fits reports whether there is room for a record. An empty log takes any.
func (w *wal) fits(record []byte) bool {
	return w.at == 0 || w.at+blocks(int64(len(record))) <= w.room
}

// append writes a record, whose header is only room for one so far, and returns
// when it is synced. After an error nobody knows what the log holds: only a new
// generation may follow.
func (w *wal) append(record []byte) error {
	body := len(record) - logHeader
	if body > maxBody {
		return errors.New("a batch of over 1 GiB")
	}
	binary.BigEndian.PutUint32(record, logMark)
	binary.BigEndian.PutUint32(record[logSummed:], uint32(body)) //nolint:gosec // at most maxBody
	binary.BigEndian.PutUint64(record[12:], w.generation)
	binary.BigEndian.PutUint64(record[20:], w.number)
	binary.BigEndian.PutUint32(record[4:], w.sum(record[logSummed:]))
	padding := blocks(int64(len(record))) - int64(len(record))
	b := append(record, make([]byte, padding)...)
	n, err := w.f.WriteAt(b, w.at)
	w.size = max(w.size, w.at+int64(n))
	if err == nil {
		err = w.sync(w.f)
	}
	if err != nil {
		return fmt.Errorf("write to the log: %w", err)
	}
	w.at += int64(len(b))
	w.number++
	return nil
}

func (w *wal) sum(b []byte) uint32 {
	return crc32.Update(w.salt, crc32.MakeTable(crc32.Castagnoli), b) // the table is made once, by the package
}

// restart begins a new generation: the file holds what was logged.
func (w *wal) restart(generation uint64) {
	w.generation, w.number, w.at = generation, 0, 0
	if w.size > w.room && w.f.Truncate(w.room) == nil { // else it is long, which harms nobody
		w.size = w.room
	}
}

func (w *wal) close() {
	if w != nil {
		_ = w.f.Close() // what was promised is synced
	}
}

// logged is the header of a record.
type logged struct {
	length             int64
	sum                uint32
	generation, number uint64
}

// header reads what may be the header of a record; ok is false when it is none.
func (w *wal) header(at int64) (h logged, ok bool, err error) {
	var b [logHeader]byte
	if at+logHeader > w.size {
		return h, false, nil
	}
	if _, err := w.f.ReadAt(b[:], at); err != nil {
		return h, false, err
	}
	h = logged{
		sum: binary.BigEndian.Uint32(b[4:]), length: int64(binary.BigEndian.Uint32(b[logSummed:])),
		generation: binary.BigEndian.Uint64(b[12:]), number: binary.BigEndian.Uint64(b[20:]),
	}
	return h, binary.BigEndian.Uint32(b[:]) == logMark, nil
}

// body reads the rest of a record; nil: it is not whole.
func (w *wal) body(at int64, h logged) ([]byte, error) {
	if h.length > maxBody || at+logHeader+h.length > w.size {
		return nil, nil
	}
	b := make([]byte, logHeader-logSummed+h.length)
	if _, err := w.f.ReadAt(b, at+logSummed); err != nil {
		return nil, err
	}
	if w.sum(b) != h.sum {
		return nil, nil
	}
	return b[logHeader-logSummed:], nil
}

// replay gives the records that follow the file, in order. torn tells that one
// more was begun and never finished.
func (w *wal) replay(generation uint64, apply func(body []byte) error) (torn bool, err error) {
	at, next := int64(0), uint64(0)
	for {
		h, ok, err := w.header(at)
		if err != nil {
			return false, err
		}
		if !ok || h.generation != generation || h.number != next {
			break
		}
		body, err := w.body(at, h)
		if err != nil {
			return false, err
		}
		if torn = body == nil; torn {
			break
		}
		if err := apply(body); err != nil {
			return false, fmt.Errorf("record %d of the log: %w", next, err)
		}
		at += blocks(logHeader + h.length)
		next++
	}
	for ; at < w.size; at += logBlock {
		if newer, err := w.newer(at, generation, next); err != nil {
			return false, err
		} else if newer {
			return false, fmt.Errorf("record %d of the log is lost, or what was before it: %w", next, errDamaged)
		}
	}
	return torn, nil
}

// newer reports whether there is a record that was written after number next of
// this generation had been: what was synced may be spoilt itself by now.
func (w *wal) newer(at int64, generation, next uint64) (bool, error) {
	h, ok, err := w.header(at)
	switch {
	case err != nil || !ok || h.generation < generation, h.generation == generation && h.number < next:
		return false, err
	case h.generation == generation && h.number > next:
		return true, nil
	}
	body, err := w.body(at, h)
	return body != nil, err
}

const deleted = 0x80 // with the number of the bucket

func appendPut(redo []byte, b bucket, k, v []byte) []byte {
	redo = appendText(append(redo, byte(b)), string(k))
	return appendText(redo, string(v))
}

func appendDelete(redo []byte, b bucket, k []byte) []byte {
	return appendText(append(redo, byte(b)|deleted), string(k))
}

// apply does again what a batch did. What it keeps aliases the body.
func (o *overlay) apply(body []byte) error {
	r := reader{b: body}
	for len(r.b) > 0 {
		what := r.byte()
		k := r.bytes()
		var v []byte
		if what&deleted == 0 {
			v = r.bytes()
		}
		b := bucket(what &^ deleted)
		if r.bad || b >= bucketsEnd || len(k) == 0 || len(k) > math.MaxUint16/2 {
			return errDamaged
		}
		o.set(b, k, v)
	}
	return r.end()
}

// logRow says what log belongs to the file: its generation, and what size it
// has at least. Without a size there is none: the store was closed.
type logRow struct {
	generation uint64
	size       int64
}

func (t *txn) loadLogRow() (l logRow) {
	body := t.row(metaBucket, []byte(logKey))
	if body == nil {
		return l // of an earlier schema, or new
	}
	r := reader{b: body}
	l = logRow{r.uint64(), int64(r.uint64())} //nolint:gosec // looked at below
	if r.end() != nil || l.size < 0 {
		t.fail("log: %w", errDamaged)
	}
	return l
}

func (o *overlay) setLogRow(l logRow) {
	k := []byte(logKey)
	o.set(metaBucket, k, seal(k, append(number(l.generation), number(uint64(l.size))...))) //nolint:gosec // not negative
}
