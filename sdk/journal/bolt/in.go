package bolt

import (
	"context"
	"errors"
	"maps"
	"sync"

	"mangoofficesdk/sdk/journal"
)

// Append implements journal.Store. The record is synced to the disk when it
// returns.
func (s *Store) Append(ctx context.Context, key string, raw []byte) (pos uint64, dup bool, err error) {
	err = s.do(ctx, len(raw), func(t *txn) error {
		if pos, dup = t.lookup(keysBucket, key); dup {
			return nil
		}
		if t.full {
			return s.opt.errFull(errors.New("the bound of the store is reached and nothing in it is settled"))
		}
		t.head.last++
		pos = t.head.last
		k := number(pos)
		t.put(inBucket, k, seal(k, encodeRecord(journal.Record{Key: key, Time: t.now, Raw: raw})))
		t.put(keysBucket, name(key), k)
		return nil
	})
	if err != nil {
		return 0, false, err
	}
	return pos, dup, nil
}

// Read implements journal.Store. What is not derived is all that follows the
// cursor; what is derived and not released has an index, for the rest of a
// month stands before it.
func (s *Store) Read(ctx context.Context, from uint64, limit int) (found []journal.Record, err error) {
	freed := s.freed.all() // before the snapshot: what leaves the list then is in it
	err = s.view(ctx, func(t *txn) {
		t.loadHead()
		c := t.cursor(heldBucket)
		for k, _ := c.Seek(number(from)); k != nil && len(found) < limit && t.err == nil; k, _ = c.Next() {
			if pos, _ := parseNumber(k); pos > from && !freed[pos] {
				found = append(found, t.record(k, t.get(inBucket, k)))
			}
		}
		c = t.cursor(inBucket)
		from = max(from, t.head.cursor)
		for k, v := c.Seek(number(from)); k != nil && len(found) < limit && t.err == nil; k, v = c.Next() {
			if r := t.record(k, v); r.Pos > from {
				found = append(found, r)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// record decodes a row of `in`.
func (t *txn) record(k, v []byte) journal.Record {
	r, err := decodeRecord(t.open(inBucket, k, v))
	pos, ok := parseNumber(k)
	if err != nil || !ok {
		t.fail("record %x: %w", k, errDamaged)
	}
	r.Pos = pos
	return r
}

// Derive implements journal.Store. It has room where Append has none: it is
// what lets the store become empty again.
func (s *Store) Derive(ctx context.Context, upTo uint64, out []journal.Out) error {
	size := 0
	for _, e := range out {
		size += len(e.Raw)
	}
	return s.do(ctx, size, func(t *txn) error {
		// A cursor past the end, or moved back, would lose or repeat records.
		if upTo > t.head.last || upTo < t.head.cursor {
			return errors.New("journal: cursor out of range")
		}
		for t.head.cursor < upTo {
			t.head.cursor++
			t.put(heldBucket, number(t.head.cursor), nil)
		}
		for _, e := range out {
			t.add(e)
		}
		return nil
	})
}

// Release implements journal.Store. It costs no commit: the next one takes it
// along, and one that is lost with the process is made again.
func (s *Store) Release(ctx context.Context, positions []uint64) error {
	return s.view(ctx, func(t *txn) {
		t.loadHead()
		for _, pos := range positions {
			if t.get(heldBucket, number(pos)) != nil {
				s.freed.add(pos)
			}
		}
	})
}

// freed are the positions that were released since the last commit.
type freed struct {
	mu  sync.Mutex
	pos map[uint64]bool
}

func (f *freed) add(pos uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pos == nil {
		f.pos = map[uint64]bool{}
	}
	f.pos[pos] = true
}

func (f *freed) all() map[uint64]bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.pos)
}

// remove takes out what a commit has written.
func (f *freed) remove(done map[uint64]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.DeleteFunc(f.pos, func(pos uint64, _ bool) bool { return done[pos] })
}

// Cursor implements journal.Store.
func (s *Store) Cursor(ctx context.Context) (at uint64, err error) {
	err = s.view(ctx, func(t *txn) {
		t.loadHead()
		at = t.head.cursor
	})
	return at, err
}
