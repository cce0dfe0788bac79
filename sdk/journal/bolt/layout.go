package bolt

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"
)

// bucket is one of the file's. Rows carry a checksum; indexes hold nothing that
// could not be told from the rows, and verify compares them. The log writes the
// numbers: a new bucket comes at the end.
type bucket uint8

const (
	metaBucket   bucket = iota // "schema", "epoch", "head", "log"
	inBucket                   // pos → record
	keysBucket                 // key → pos, of every record of `in`
	heldBucket                 // pos: derived, not released
	outBucket                  // seq → event; never changes
	stateBucket                // seq → what became of it; a small row, for it changes often
	idsBucket                  // id → seq, of every event of `out`
	readyBucket                // addressee, seq: may be leased now
	dueBucket                  // time, seq: leased or delayed until then
	expireBucket               // time, seq: a screen event that is dropped unseen then
	doneBucket                 // time, seq: settled then
	notesBucket                // name → note, since schema version 2
	bucketsEnd
)

// firstEnd follows the buckets of schema version 1.
const firstEnd = notesBucket

// String is the name in the file.
func (b bucket) String() string {
	return [bucketsEnd]string{"meta", "in", "keys", "held", "out", "state", "ids", "ready", "due", "expire", "done", "notes"}[b]
}

// in finds the bucket in a transaction.
func (b bucket) in(tx *bbolt.Tx) *bbolt.Bucket { return tx.Bucket([]byte(b.String())) }

// inOrder reports whether the keys only grow: pages may be filled, there is
// never an insertion between.
func (b bucket) inOrder() bool {
	switch b {
	case inBucket, heldBucket, outBucket, stateBucket, doneBucket:
		return true
	}
	return false
}

// Keys of the meta bucket.
const (
	schemaKey = "schema"
	epochKey  = "epoch"
	headKey   = "head"
	logKey    = "log" // since schema version 3
)

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// parseNumber reads what number wrote; ok is false for anything else.
func parseNumber(b []byte) (n uint64, ok bool) {
	if len(b) != 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(b), true
}

// stampSize is the length of a stored time.
const stampSize = 12

// appendStamp writes t so that bytes compare as times do, the zero time and
// any year included.
func appendStamp(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix())^1<<63)    //nolint:gosec // the bits are what is stored
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond())) //nolint:gosec // under 10⁹
}

func parseStamp(b []byte) time.Time {
	sec := int64(binary.BigEndian.Uint64(b) ^ 1<<63) //nolint:gosec // the bits are what is stored
	return time.Unix(sec, int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

// timeKey is the key of the buckets that are ordered by time.
func timeKey(t time.Time, seq uint64) []byte {
	return append(appendStamp(make([]byte, 0, stampSize+8), t), number(seq)...)
}

func parseTimeKey(b []byte) (t time.Time, seq uint64, ok bool) {
	if len(b) != stampSize+8 {
		return t, 0, false
	}
	seq, ok = parseNumber(b[stampSize:])
	return parseStamp(b), seq, ok
}

// name makes a key of any string: bbolt takes neither empty nor huge ones.
func name(s string) []byte {
	if len(s) > 255 {
		sum := sha256.Sum256([]byte(s))
		return append([]byte{'h'}, sum[:]...)
	}
	return append([]byte{'r'}, s...)
}

// readyPrefix is what the keys of one addressee begin with; the length keeps
// "ab" out of the range of "a".
func readyPrefix(to string) []byte {
	n := name(to)
	return append([]byte{byte(len(n) >> 8), byte(len(n))}, n...)
}

func readyKey(to string, seq uint64) []byte { return append(readyPrefix(to), number(seq)...) }

// parseReadyKey gives the seq at the end of a key of the ready bucket.
func parseReadyKey(k []byte) (seq uint64, ok bool) {
	if len(k) < 8 {
		return 0, false
	}
	return parseNumber(k[len(k)-8:])
}
