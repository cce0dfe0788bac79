package bolt

import (
	"bytes"
	"context"
	"errors"
)

// PutNote implements journal.Store. The note is synced to the disk when it returns.
func (s *Store) PutNote(ctx context.Context, note string, raw []byte) error {
	return s.do(ctx, len(raw), func(t *txn) error {
		if t.full {
			return s.opt.errFull(errors.New("the bound of the store is reached and nothing in it is settled"))
		}
		k := name(note)
		t.put(notesBucket, k, seal(k, raw))
		return nil
	})
}

// Note implements journal.Store.
func (s *Store) Note(ctx context.Context, note string) (raw []byte, err error) {
	err = s.view(ctx, func(t *txn) {
		if body := t.row(notesBucket, name(note)); body != nil {
			raw = append([]byte{}, body...)
		}
	})
	if err != nil {
		return nil, err
	}
	return raw, nil
}

// verifyNotes reads every note.
func (t *txn) verifyNotes() {
	c := t.cursor(notesBucket)
	for k, v := c.First(); k != nil && t.err == nil; k, v = c.Next() {
		t.open(notesBucket, bytes.Clone(k), v)
	}
}
