package history

import (
	"bytes"
	"context"
	"iter"
	"time"

	"mangoofficesdk/sdk/text"
)

// lowest is where the calls from a moment on begin.
func lowest(from time.Time) []byte {
	if from.IsZero() {
		return nil
	}
	if from.Nanosecond() > 0 { // calls begin at whole seconds
		from = from.Add(time.Second)
	}
	return callKey(from, "")
}

// open waits for the file and gives it.
func (s *Store) open(ctx context.Context) (keeper, error) {
	select {
	case <-s.opened:
	case <-ctx.Done():
		return nil, text.New(text.Timeout).Wrap(ctx.Err())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeper == nil {
		return nil, s.why
	}
	return s.keeper, nil
}

// Get implements Reader. It knows also what waits for the disk.
func (s *Store) Get(ctx context.Context, id string) (c Call, err error) {
	s.mu.Lock()
	var waiting []Call
	for _, q := range s.queue {
		if q.ID() == id {
			waiting = append(waiting, q)
		}
	}
	s.mu.Unlock()
	k, err := s.open(ctx)
	if err == nil {
		err = k.view(func(r rows) error {
			c, _ = load(r, id)
			return nil
		})
	}
	for _, w := range waiting {
		c = merge(c, w, s.cfg.Now())
	}
	switch {
	case !c.bare():
		return c, nil
	case err != nil:
		return Call{}, err
	}
	return Call{}, text.New(text.CallUnknown).WithField("entry_id")
}

// Missing tells which of these calls are not stored, in their order. Additions to a
// call do not count.
func (s *Store) Missing(ctx context.Context, ids []string) (missing []string, err error) {
	if err := s.Sync(ctx); err != nil {
		return nil, err
	}
	k, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return missing, k.view(func(r rows) error {
		for _, id := range ids {
			if c, key := load(r, id); key == nil || c.bare() {
				missing = append(missing, id)
			}
		}
		return nil
	})
}

// line is a row on its way out of a transaction.
type line struct{ key, row []byte }

// callsFrom yields calls from a key on. A transaction is never open while the
// caller has its turn: a file that grows would wait for it.
func (s *Store) callsFrom(ctx context.Context, next []byte, to time.Time, f Filter) iter.Seq2[Call, error] {
	return func(yield func(Call, error) bool) {
		_ = s.Sync(ctx) // what is on the disk can be read whatever is wrong
		k, err := s.open(ctx)
		if err != nil {
			yield(Call{}, err)
			return
		}
		var sums []int64
		if s.Status().Indexed {
			sums = f.sums()
		}
		batch := make([]line, 0, readBatch)
		for more := true; more; more = next != nil {
			if err := ctx.Err(); err != nil {
				yield(Call{}, text.New(text.Timeout).Wrap(err))
				return
			}
			if sums != nil {
				batch, next, err = find(k, sums, next, to, batch[:0])
			} else {
				batch, next, err = read(k, next, to, batch[:0])
			}
			if err != nil {
				yield(Call{}, err)
				return
			}
			for _, l := range batch {
				c, err := unpack(string(l.key[stampLength:]), l.row)
				if err != nil || c.bare() || !f.Match(&c) {
					continue // one that does not read back is told again, or loaded
				}
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// read copies rows out of the tables; next is where to go on; nil: there are no
// others.
func read(k keeper, from []byte, to time.Time, into []line) (batch []line, next []byte, err error) {
	err = k.view(func(r rows) error {
		into, next = collect(r, from, to, readBatch, into)
		return nil
	})
	return into, next, err
}

// collect copies rows within a transaction until there are so many.
func collect(r rows, from []byte, to time.Time, most int, into []line) (batch []line, next []byte) {
	r.each(callsTable, from, func(key, row []byte) bool {
		switch {
		case !to.IsZero() && !keyTime(key).Before(to):
			return false
		case len(into) >= most:
			next = bytes.Clone(key)
			return false
		case len(key) > stampLength:
			into = append(into, line{bytes.Clone(key), bytes.Clone(row)})
		}
		return true
	})
	return into, next
}

// PutNote keeps a note beside the calls, durable when it returns; nil removes
// it.
func (s *Store) PutNote(ctx context.Context, name string, raw []byte) error {
	k, err := s.open(ctx)
	if err != nil {
		return err
	}
	return s.update(k, func(r rows) error {
		if raw == nil {
			return r.remove(notesTable, []byte(name))
		}
		return r.put(notesTable, []byte(name), raw)
	})
}

// Note reads a note; nil: there is none.
func (s *Store) Note(ctx context.Context, name string) (raw []byte, err error) {
	k, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return raw, k.view(func(r rows) error {
		raw = bytes.Clone(r.get(notesTable, []byte(name)))
		return nil
	})
}
