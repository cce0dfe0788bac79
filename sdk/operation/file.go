package operation

import (
	"context"
	"io"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/internal/spool"
	"mangoofficesdk/sdk/text"
)

const (
	// fileHold is how long ReadFile waits for bytes that are not made yet.
	fileHold = 5 * time.Second
	// fileIdle ends an operation whose file nobody comes for.
	fileIdle = time.Minute
	// PartMax bounds what one ReadFile gives.
	PartMax = 256 << 10
)

// FileFunc makes the bytes of a file. It may tell how many rows they hold by
// op.Count.
type FileFunc func(ctx context.Context, op *Op, w io.Writer) error

// file is the result of an operation that brings bytes. Guarded by the
// registry's lock.
type file struct {
	spool *spool.File
	grown chan struct{} // one value: there are more bytes, or all
	whole bool
	asked time.Time // by ReadFile last
	reads int       // under way: the spool is closed by the last one
	gone  bool
}

// StartFile runs fn, whose bytes wait in a temporary file of dir ("" = the
// system's folder). The owner fetches them by ReadFile while they are made, puts
// them where they belong, and ends the operation by EndFile: only then it is
// told that the file is there. One whose owner does not come for it is ended
// with text.Timeout.
func (r *Registry) StartFile(owner, kind, dir string, fn FileFunc) (id string, err error) {
	return r.Start(owner, kind, func(ctx context.Context, op *Op) error {
		s, err := spool.Create(dir)
		if err != nil {
			return unwritten(dir, err)
		}
		f := &file{spool: s, grown: make(chan struct{}, 1)}
		r.mu.Lock()
		f.asked = r.cfg.Now()
		op.file = f
		r.mu.Unlock()
		defer r.closeFile(op)
		if err := fn(ctx, op, &growing{f, dir}); err != nil {
			return err
		}
		r.mu.Lock()
		f.whole = true
		r.mu.Unlock()
		group.Nudge(f.grown)
		for group.Sleep(ctx, fileIdle/4) {
			r.mu.Lock()
			idle := r.cfg.Now().Sub(f.asked)
			r.mu.Unlock()
			if idle >= fileIdle {
				return text.New(text.Timeout)
			}
		}
		return ctx.Err()
	})
}

// growing tells whoever waits that there is more.
type growing struct {
	f   *file
	dir string
}

func (g *growing) Write(b []byte) (int, error) {
	n, err := g.f.spool.Write(b)
	group.Nudge(g.f.grown)
	if err != nil {
		err = unwritten(g.dir, err)
	}
	return n, err
}

func unwritten(dir string, err error) error {
	return text.New(text.FileNotWritten).WithDetail(dir).Wrap(err)
}

func (r *Registry) closeFile(op *Op) {
	r.mu.Lock()
	f := op.file
	f.gone = true
	last := f.reads == 0
	r.mu.Unlock()
	if last {
		_ = f.spool.Close() // a temporary file
	}
}

// ReadFile gives the bytes from offset on, count at most and PartMax at most;
// whole tells that there is nothing behind them. Bytes that are not made yet are
// waited for, a few seconds; then none come, and the caller asks again. An
// operation that failed has its error instead.
func (r *Registry) ReadFile(ctx context.Context, owner, id string, offset int64, count int) (part []byte, whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, fileHold)
	defer cancel()
	for {
		r.mu.Lock()
		op, err := r.find(owner, id)
		if err == nil && !op.ended.IsZero() {
			if err = text.New(text.OperationUnknown); op.Err != nil {
				err = op.Err
			}
		}
		if err != nil {
			r.mu.Unlock()
			return nil, false, err
		}
		f := op.file
		if f == nil { // begins in a moment
			r.mu.Unlock()
			if !group.Sleep(ctx, time.Millisecond) {
				return nil, false, nil
			}
			continue
		}
		f.asked = r.cfg.Now()
		size, done := f.spool.Size(), f.whole
		ready := !f.gone && (offset < size || done)
		if ready {
			f.reads++
		}
		r.mu.Unlock()
		if ready {
			return r.readPart(f, offset, min(int64(count), PartMax, size-offset), size, done)
		}
		select {
		case <-f.grown:
		case <-op.over:
		case <-ctx.Done():
			return nil, false, nil
		}
	}
}

func (r *Registry) readPart(f *file, offset, count, size int64, done bool) (part []byte, whole bool, err error) {
	part = make([]byte, max(count, 0))
	n, err := f.spool.ReadAt(part, offset)
	r.mu.Lock()
	f.reads--
	last := f.gone && f.reads == 0
	r.mu.Unlock()
	if last {
		_ = f.spool.Close() // a temporary file
	}
	if n < len(part) {
		return nil, false, text.New(text.Internal).Wrap(err)
	}
	return part, done && offset+count >= size, nil
}

// EndFile ends an operation of StartFile: its owner has the file under path, or
// has failed to write it.
func (r *Registry) EndFile(owner, id, path string, failed *text.Error) error {
	r.mu.Lock()
	op, err := r.find(owner, id)
	switch {
	case err != nil:
	case !op.ended.IsZero():
		if err = text.New(text.OperationUnknown); op.Err != nil {
			err = op.Err
		}
	case failed == nil && (op.file == nil || !op.file.whole):
		err = text.New(text.OperationRunning)
	case failed == nil:
		op.Path = path
	}
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.end(op, failed)
	op.cancel()
	return nil
}

// Count notes how many rows the file of the operation has.
func (op *Op) Count(rows int) {
	op.reg.mu.Lock()
	defer op.reg.mu.Unlock()
	op.Rows = rows
}
