package operation

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/text"
)

// pageBytes bounds what one Page gives, whatever was asked for: 1C holds it in
// one text, twice.
const pageBytes = 16 << 20

// Progress notes how far the operation is.
func (op *Op) Progress(done, total int) {
	r := op.reg
	r.mu.Lock()
	now := r.cfg.Now()
	op.Done, op.Total, op.ETA = done, total, 0
	if own := done - op.resumed; own > 0 && total > done {
		op.ETA = time.Duration(float64(now.Sub(op.started)) / float64(own) * float64(total-done))
	}
	tell := op.ended.IsZero() && !op.silent && (op.told.IsZero() || now.Sub(op.told) >= tellEvery)
	if tell {
		op.told = now
	}
	status := op.Status
	r.mu.Unlock()
	if tell {
		r.cfg.Progressed(status)
	}
}

// Resumed notes what an earlier run has done of the operation.
func (op *Op) Resumed(done int) {
	op.reg.mu.Lock()
	defer op.reg.mu.Unlock()
	op.resumed = done
}

// SetPath names the file that the operation writes.
func (op *Op) SetPath(path string) {
	op.reg.mu.Lock()
	defer op.reg.mu.Unlock()
	op.Path = path
}

// Source gives up to count rows from offset on.
type Source func(ctx context.Context, offset, count int) ([]json.RawMessage, error)

// SetSource tells where the rows are that the operation brought, total of them:
// somewhere else than in memory. It is asked for as long as they can be fetched.
func (op *Op) SetSource(total int, source Source) {
	op.reg.mu.Lock()
	defer op.reg.mu.Unlock()
	op.Rows, op.source = total, source
}

// Add keeps rows. For room the oldest ended operations go; if there still is
// none, text.ResultTooBig. An operation that was ended meanwhile keeps none.
func (op *Op) Add(rows ...json.RawMessage) error {
	r := op.reg
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range rows {
		if !op.ended.IsZero() {
			return text.New(text.Cancelled)
		}
		size := len(row) + rowCost
		for r.bytes+size > r.cfg.Bytes {
			if len(r.kept) == 0 {
				return text.New(text.ResultTooBig)
			}
			r.forget(r.kept[0])
		}
		op.rows = append(op.rows, row)
		op.Rows++
		op.bytes += size
		r.bytes += size
	}
	return nil
}

// Page gives the rows of an ended operation from offset on, count at most and
// pageBytes at most, but one at least; total is how many there are. One that
// failed has its error instead, unless it brought rows.
func (r *Registry) Page(ctx context.Context, owner, id string, offset, count int) (rows []json.RawMessage, total int, err error) {
	rows, total, source, err := r.page(owner, id, offset, count)
	if source == nil {
		return rows, total, err
	}
	rows, err = source(ctx, max(offset, 0), count)
	size := 0
	for i, row := range rows {
		if size += len(row); size > pageBytes && i > 0 {
			return rows[:i], total, err
		}
	}
	return append([]json.RawMessage{}, rows...), total, err
}

// Kind is what an operation was started as; "" when it is not known.
func (r *Registry) Kind(owner, id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if op, err := r.find(owner, id); err == nil {
		return op.Kind
	}
	return ""
}

func (r *Registry) page(owner, id string, offset, count int) (rows []json.RawMessage, total int, source Source, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.purge()
	op, err := r.find(owner, id)
	switch {
	case err != nil:
		return nil, 0, nil, err
	case op.ended.IsZero():
		return nil, 0, nil, text.New(text.OperationRunning)
	case op.Err != nil && op.Rows == 0:
		return nil, 0, nil, op.Err
	case op.source != nil:
		return nil, op.Rows, op.source, nil
	}
	total = len(op.rows)
	first := min(max(offset, 0), total)
	last, size := first, 0
	for last < total && last-first < count && (last == first || size+len(op.rows[last]) <= pageBytes) {
		size += len(op.rows[last])
		last++
	}
	return append([]json.RawMessage{}, op.rows[first:last]...), total, nil, nil
}

// find is for the owner alone: to others an operation does not exist. The
// caller holds the lock.
func (r *Registry) find(owner, id string) (*Op, error) {
	if op := r.ops[id]; op != nil && op.Owner == owner {
		return op, nil
	}
	return nil, text.New(text.OperationUnknown)
}

// Cancel ends an operation with text.Cancelled. One that has ended stays as it
// is.
func (r *Registry) Cancel(owner, id string) error {
	r.mu.Lock()
	r.purge()
	op, err := r.find(owner, id)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.end(op, text.New(text.Cancelled))
	op.cancel()
	return nil
}

// Leave ends the operations of an owner that is gone, and drops what they
// brought.
func (r *Registry) Leave(owner string) {
	r.stopAll(func(op *Op) bool { return op.Owner == owner })
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.kept) - 1; i >= 0; i-- {
		if op := r.kept[i]; op.Owner == owner {
			r.forget(op)
		}
	}
}

// Stop ends all operations with text.Stopping and refuses new ones. It does not
// wait for their functions: the group does.
func (r *Registry) Stop() {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	r.stopAll(func(*Op) bool { return true })
}

func (r *Registry) stopAll(which func(*Op) bool) {
	var stopping []*Op
	r.mu.Lock()
	for _, op := range r.ops {
		if op.ended.IsZero() && which(op) {
			stopping = append(stopping, op)
		}
	}
	r.mu.Unlock()
	for _, op := range stopping {
		r.end(op, text.New(text.Stopping))
		op.cancel()
	}
}
