package history

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// Rows are the calls that Calls yields, by their places, as JSON. None is kept
// in memory. Pages asked for in order cost what they hold; any other one is
// sought from the beginning.
type Rows struct {
	store    *Store
	from, to time.Time
	filter   Filter
	shape    func(*Call) any

	mu   sync.Mutex
	at   int    // place
	next []byte // the key where it is sought
}

// Rows makes the rows of a period; shape gives what stands in them of a call.
func (s *Store) Rows(from, to time.Time, f Filter, shape func(*Call) any) *Rows {
	return &Rows{store: s, from: from, to: to, filter: f, shape: shape, next: lowest(from)}
}

// Count is how many there are now.
func (r *Rows) Count(ctx context.Context) (n int, err error) {
	for _, err := range r.store.Calls(ctx, r.from, r.to, r.filter) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Page gives up to count rows from a place on.
func (r *Rows) Page(ctx context.Context, offset, count int) (rows []json.RawMessage, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if offset < r.at {
		r.at, r.next = 0, lowest(r.from)
	}
	for c, err := range r.store.callsFrom(ctx, r.next, r.to, r.filter) {
		if err != nil {
			return rows, err
		}
		if r.at >= offset {
			if len(rows) == count {
				break
			}
			raw, err := json.Marshal(r.shape(&c))
			if err != nil {
				return rows, err
			}
			rows = append(rows, raw)
		}
		r.at++
		r.next = append(callKey(c.Started, c.ID()), 0)
	}
	return rows, nil
}
