// Package operation keeps long work: what runs, how far it is, and the rows it
// brought, until somebody fetches them or they get old. It is bounded in every
// direction: in what runs at once, in what is kept, in bytes and in time.
package operation

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
)

// Defaults of Config.
const (
	DefaultRunning = 64
	DefaultKept    = 256
	DefaultBytes   = 64 << 20 // a 1C of 32 bits has 2 GB, most of it its own
	DefaultLife    = time.Hour
)

// tellEvery is how often at most the owner hears of the progress of one
// operation.
const tellEvery = 500 * time.Millisecond

// rowCost is what a row costs beside its bytes.
const rowCost = 32

// Config of a Registry. Zero numbers mean the defaults above.
type Config struct {
	Group *group.Group // operations run on it
	Now   func() time.Time
	NewID func() string

	Running int           // operations at once
	Kept    int           // ended ones
	Bytes   int           // of all rows
	Life    time.Duration // of an ended one

	// Progressed tells how far an operation is, at most twice a second for
	// each. Ended is called once for each operation whose owner did not wait
	// for it. Changed tells that Stats has something new. All are called without
	// a lock and must not call the Registry.
	Progressed func(Status)
	Ended      func(Status)
	Changed    func()
}

// Status is what is told of an operation.
type Status struct {
	ID, Owner, Kind string
	Done, Total     int           // in units of its own; Total 0: unknown
	ETA             time.Duration // 0: unknown
	Rows            int
	Path            string      // of the file it wrote
	Err             *text.Error // of an ended one; nil: success
}

// Stats are for Диагностика.
type Stats struct{ Running, Kept, Bytes int }

// Func is the work. It ends when ctx does; its error decides what the owner is
// told. A panic in it is told as text.Internal.
type Func func(ctx context.Context, op *Op) error

// Op is one operation, as its own function sees it.
type Op struct {
	reg     *Registry
	started time.Time
	cancel  context.CancelFunc
	over    chan struct{} // closed at the end

	// Guarded by the registry's lock.
	Status
	rows    []json.RawMessage
	bytes   int
	source  Source    // of rows that are elsewhere; nil = rows has them
	ended   time.Time // zero: it runs
	told    time.Time // of the last progress told
	resumed int       // what of Done an earlier run has done
	silent  bool      // its owner waits for it
	file    *file     // of StartFile, once it has begun
}

// Registry holds the operations of one connection. It is safe for concurrent
// use.
type Registry struct {
	cfg Config

	mu      sync.Mutex
	ops     map[string]*Op
	kept    []*Op // ended, the oldest end first
	running int   // functions that have not returned
	bytes   int
	stopped bool
}

// New makes an empty registry.
func New(cfg Config) *Registry {
	cfg.Running = or(cfg.Running, DefaultRunning)
	cfg.Kept = or(cfg.Kept, DefaultKept)
	cfg.Bytes = or(cfg.Bytes, DefaultBytes)
	cfg.Life = or(cfg.Life, DefaultLife)
	return &Registry{cfg: cfg, ops: map[string]*Op{}}
}

func or[T int | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// Start runs fn for owner and returns the id of the operation at once.
func (r *Registry) Start(owner, kind string, fn Func) (id string, err error) {
	op, err := r.start(owner, kind, false, fn)
	if err != nil {
		return "", err
	}
	return op.ID, nil
}

// Try runs fn and waits for its end, for at most wait. If it came, id is ""
// and err is its outcome: nothing is kept of it and nobody is told. If not, id
// names the operation, which goes on.
func (r *Registry) Try(ctx context.Context, owner, kind string, wait time.Duration, fn Func) (id string, err error) {
	op, err := r.start(owner, kind, wait > 0, fn)
	if err != nil || wait <= 0 {
		return op.id(), err
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-op.over:
	case <-t.C:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	op.silent = false
	if op.ended.IsZero() {
		return op.ID, nil
	}
	r.forget(op)
	if op.Err != nil {
		return "", op.Err
	}
	return "", nil
}

func (op *Op) id() string {
	if op == nil {
		return ""
	}
	return op.ID
}

func (r *Registry) start(owner, kind string, silent bool, fn Func) (*Op, error) {
	r.mu.Lock()
	r.purge()
	switch {
	case r.stopped:
		r.mu.Unlock()
		return nil, text.New(text.Stopping)
	case r.running >= r.cfg.Running:
		r.mu.Unlock()
		return nil, text.New(text.TooManyOperations)
	}
	ctx, cancel := context.WithCancel(r.cfg.Group.Context())
	op := &Op{
		reg: r, started: r.cfg.Now(), cancel: cancel, over: make(chan struct{}), silent: silent,
		Status: Status{ID: r.cfg.NewID(), Owner: owner, Kind: kind},
	}
	r.ops[op.ID] = op
	r.running++
	r.mu.Unlock()
	if !r.cfg.Group.Go("operation", func(context.Context) { op.run(ctx, fn) }) {
		cancel()
		r.mu.Lock()
		r.running--
		delete(r.ops, op.ID)
		r.mu.Unlock()
		return nil, text.New(text.Stopping)
	}
	r.cfg.Changed()
	return op, nil
}

// run is the goroutine of an operation.
func (op *Op) run(ctx context.Context, fn Func) {
	outcome := text.New(text.Internal) // stays when fn panics; the group tells of it
	defer func() {
		op.cancel()
		op.reg.end(op, outcome)
		op.reg.mu.Lock()
		op.reg.running--
		op.reg.mu.Unlock()
		op.reg.cfg.Changed()
	}()
	err := fn(ctx, op)
	outcome = text.From(err)
	if err != nil && ctx.Err() != nil {
		outcome = text.New(text.Stopping).Wrap(err)
	}
}

// end ends an operation; only the first outcome counts.
func (r *Registry) end(op *Op, outcome *text.Error) {
	r.mu.Lock()
	if !op.ended.IsZero() {
		r.mu.Unlock()
		return
	}
	op.Err, op.ended = outcome, r.cfg.Now()
	close(op.over)
	r.kept = append(r.kept, op)
	if len(r.kept) > r.cfg.Kept {
		r.forget(r.kept[0])
	}
	status, silent := op.Status, op.silent
	r.mu.Unlock()
	if !silent {
		r.cfg.Ended(status)
	}
}

// forget drops an ended operation with its rows. The caller holds the lock.
func (r *Registry) forget(op *Op) {
	if i := slices.Index(r.kept, op); i >= 0 {
		r.kept = slices.Delete(r.kept, i, i+1)
		delete(r.ops, op.ID)
		r.bytes -= op.bytes
		op.rows, op.bytes, op.source = nil, 0, nil
	}
}

// purge drops what is too old. The caller holds the lock.
func (r *Registry) purge() {
	now := r.cfg.Now()
	for len(r.kept) > 0 && now.Sub(r.kept[0].ended) >= r.cfg.Life {
		r.forget(r.kept[0])
	}
}

// Purge drops what is too old; whoever lives as long as the registry calls it
// now and then.
func (r *Registry) Purge() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.purge()
}

// Stats counts.
func (r *Registry) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Stats{r.running, len(r.kept), r.bytes}
}
