package history

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

const (
	// commitEvery gathers what is told into one commit: the disk is asked once a
	// second at most, and nobody waits for it.
	commitEvery = time.Second
	commitMax   = 2000 // calls of one commit
	// queueMax bounds what waits while the disk is full or gone; the oldest are
	// given up then, and statistics have them.
	queueMax = 20_000
	// againAfter is when a disk that refused is asked again.
	againAfter = 5 * time.Second
	trimEvery  = time.Hour
	trimStep   = 500 // calls that go in one commit
	readBatch  = 256 // calls read in one transaction
	// maxID is the longest name of a call; the PBX promises 128 bytes (§3.1.2),
	// and the file takes 32 KiB.
	maxID = 1 << 10
)

// DefaultMaxBytes is what the calls may take on the disk: about ten million of
// them, half a million where the address space is small, for the file is mapped.
const DefaultMaxBytes = 192 << 20 << (4 * (^uint(0) >> 63))

// Config of a Store.
type Config struct {
	Dir      string // the store's own folder; "" = in memory
	MaxBytes int64  // of the rows; 0 = DefaultMaxBytes
	Now      func() time.Time
	Log      zerolog.Logger
	// Committed is called after each commit, without a lock; it must not wait.
	Committed func()
}

// Store keeps calls. Opening the file and writing to it is done by a goroutine
// of its own; nothing waits for it but reads. It is safe for concurrent use.
type Store struct {
	cfg    Config
	grp    *group.Group
	more   chan struct{} // one value: the queue has something
	hurry  chan struct{} // one value: commit now
	opened chan struct{} // closed: the first try to open is over
	keep   atomic.Int64  // time.Duration; 0 = for ever

	writing sync.Mutex // held during an update of the keeper

	mu     sync.Mutex
	queue  []Call
	gone   uint64        // how many have left the queue
	passed chan struct{} // closed when gone grows or a commit failed
	keeper keeper        // nil: not open
	found  bolt.Found
	why    error // of the last failure; nil = all is well
	lost   int64 // given up
	calls  int64 // rows, as counted; changed by the store's goroutine only

	indexed bool // the index knows all calls
}

// Open begins a store; it never fails: what is wrong with the file is told by
// Status, and the calls wait in memory meanwhile.
func Open(cfg Config) *Store {
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = DefaultMaxBytes
		if cfg.Dir == "" {
			cfg.MaxBytes = memoryBound
		}
	}
	s := &Store{
		cfg: cfg, more: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		opened: make(chan struct{}), passed: make(chan struct{}),
	}
	s.grp = group.New(context.Background(), func(_ string, v any, stack []byte) {
		cfg.Log.Error().Any("panic", v).Bytes("stack", stack).Msg("call store")
	})
	if cfg.Dir == "" {
		s.keeper, s.indexed = newMemory(), true
	}
	s.grp.Go("call store", s.run)
	return s
}

// Keep tells how long calls are kept; 0 = for ever.
func (s *Store) Keep(d time.Duration) { s.keep.Store(int64(d)) }

// Status tells how the store was found and how it is.
type Status struct {
	Found   bolt.Found
	Trouble *text.Error // why nothing can be written now; nil = it can
	Waiting int         // calls that wait for the disk
	Lost    int64       // calls that were given up while the disk refused
	Calls   int64       // calls that are stored
	Indexed bool        // they are found by number and extension without looking at all
}

// Status is for Диагностика.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Status{Found: s.found, Trouble: text.From(s.why), Waiting: len(s.queue), Lost: s.lost, Calls: s.calls, Indexed: s.indexed}
}

// Put has a call, or an addition to one, merged with what is known of it, and
// returns at once. When Stored has reached the ticket, it is on the disk. The
// same told twice changes nothing.
func (s *Store) Put(c Call) (ticket uint64) {
	if id := c.ID(); id == "" || len(id) > maxID {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) >= queueMax {
		s.leave(1)
		s.lost++
	}
	s.queue = append(s.queue, c)
	group.Nudge(s.more)
	return s.gone + uint64(len(s.queue))
}

// Stored is the ticket up to which everything is on the disk, or given up.
func (s *Store) Stored() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// leave takes the first n out of the queue. The caller holds the lock.
func (s *Store) leave(n int) {
	s.queue = slices.Delete(s.queue, 0, n)
	s.gone += uint64(n) //nolint:gosec // a length
}

// pass wakes those who wait for a commit. The caller holds the lock.
func (s *Store) pass() {
	close(s.passed)
	s.passed = make(chan struct{})
}

// Sync waits until what was put before is on the disk.
func (s *Store) Sync(ctx context.Context) error {
	s.mu.Lock()
	ticket := s.gone + uint64(len(s.queue))
	s.mu.Unlock()
	for {
		s.mu.Lock()
		over, why, passed := s.gone >= ticket, s.why, s.passed
		s.mu.Unlock()
		switch {
		case over:
			return nil
		case why != nil:
			return why
		case s.grp.Context().Err() != nil:
			return text.New(text.Stopping)
		}
		group.Nudge(s.hurry)
		select {
		case <-passed:
		case <-s.grp.Context().Done():
		case <-ctx.Done():
			return text.New(text.Timeout).Wrap(ctx.Err())
		}
	}
}

// Close writes what waits and closes the file.
func (s *Store) Close(ctx context.Context) error {
	s.grp.Stop()
	return s.grp.Wait(ctx)
}

// run is the goroutine that owns the file.
func (s *Store) run(ctx context.Context) {
	defer s.end()
	s.reopen()
	close(s.opened)
	trim := time.NewTimer(time.Minute)
	defer trim.Stop()
	for ctx.Err() == nil {
		s.reindex(ctx)
		select {
		case <-ctx.Done():
		case <-s.hurry:
		case <-s.more:
			s.gather(ctx)
		case <-trim.C:
			trim.Reset(trimEvery)
			s.trim(ctx)
			s.compact()
			continue
		}
		for ctx.Err() == nil && !s.commit() {
			if !group.Sleep(ctx, againAfter) {
				return
			}
			s.reopen()
		}
	}
}

// gather lets others join the commit.
func (s *Store) gather(ctx context.Context) {
	t := time.NewTimer(commitEvery)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-s.hurry:
	case <-t.C:
	}
}

// end writes what is left.
func (s *Store) end() {
	s.commit()
	s.mu.Lock()
	k := s.keeper
	s.keeper, s.why = nil, text.New(text.Stopping)
	s.pass()
	s.mu.Unlock()
	if k == nil {
		return
	}
	if err := k.close(); err != nil {
		s.cfg.Log.Error().Err(err).Msg("the call store was not closed well")
	}
}

// reopen opens the file if it is not open, or is of no use any more. A damaged
// one is moved aside: statistics have the calls.
func (s *Store) reopen() {
	s.mu.Lock()
	k, why := s.keeper, s.why
	s.mu.Unlock()
	if k != nil && (s.cfg.Dir == "" || !errors.Is(why, text.New(text.StoreFailed))) {
		return
	}
	if k != nil {
		s.mu.Lock()
		s.keeper = nil
		s.mu.Unlock()
		_ = k.close() // it has told what is wrong
	}
	f, found, err := bolt.OpenFile(bolt.FileOptions{
		Dir: s.cfg.Dir, Name: "calls.db", Buckets: []string{callsTable, idsTable, notesTable},
		Later: []string{indexTable}, Now: s.cfg.Now,
	})
	log := s.cfg.Log.Info()
	if err != nil || found.Damage != nil {
		log = s.cfg.Log.Error().AnErr("damage", found.Damage)
	}
	log.Err(err).Str("folder", filepath.Base(s.cfg.Dir)).Bool("created", found.Created).Str("moved_to", found.MovedTo).Msg("call store opened")
	calls, indexed := int64(0), false
	if err == nil {
		err = disk{f}.view(func(r rows) error {
			r.each(idsTable, nil, func([]byte, []byte) bool { calls++; return true })
			indexed = calls == 0 || whole(r, calls)
			return nil
		})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why = err; f != nil {
		s.keeper, s.calls, s.indexed = disk{f}, calls, indexed
	}
	if found.Damage != nil || s.found.Damage == nil {
		s.found = found
	}
	s.pass()
}

// commit writes what waits; false: it could not.
func (s *Store) commit() bool {
	for {
		s.mu.Lock()
		k, before := s.keeper, s.gone
		batch := slices.Clone(s.queue[:min(len(s.queue), commitMax)])
		why := s.why
		s.mu.Unlock()
		switch {
		case len(batch) == 0:
			return true
		case k == nil:
			return why == nil
		}
		added := int64(0)
		err := s.update(k, func(r rows) (err error) {
			added, err = s.write(r, batch)
			return err
		})
		if err != nil && why == nil {
			s.cfg.Log.Error().Err(err).Int("calls", len(batch)).Msg("calls not stored")
		}
		s.mu.Lock()
		if s.why = err; err == nil {
			s.calls += added
			// Some may have been given up meanwhile.
			s.leave(len(batch) - int(min(s.gone-before, uint64(len(batch))))) //nolint:gosec // lengths
		}
		s.pass()
		s.mu.Unlock()
		if err != nil {
			return false
		}
		if s.cfg.Committed != nil {
			s.cfg.Committed()
		}
	}
}

func (s *Store) update(k keeper, fn func(rows) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return k.update(fn)
}

// write merges calls into the tables, and makes room when there is none.
func (s *Store) write(r rows, batch []Call) (added int64, err error) {
	index := entries{}
	for i := range batch {
		n, err := s.writeOne(r, batch[i], index)
		if err != nil {
			return 0, err
		}
		added += n
	}
	if err := index.write(r); err != nil {
		return 0, err
	}
	if r.used() > s.cfg.MaxBytes {
		n, err := dropOldest(r, time.Time{}, max(len(batch)*2, 64))
		if err != nil {
			return 0, err
		}
		added -= int64(n)
	}
	if s.indexed {
		err = putState(r, s.calls+added)
	}
	return added, err
}

func (s *Store) writeOne(r rows, c Call, index entries) (added int64, err error) {
	id := []byte(c.ID())
	now := s.cfg.Now()
	old, key := load(r, c.ID())
	c = merge(old, c, now)
	start := c.Started
	if start.IsZero() { // what is known of it has no time: it is of now
		start = now
		if key != nil {
			start = keyTime(key)
		}
	}
	fresh := callKey(start, c.ID())
	if key != nil && !bytes.Equal(key, fresh) {
		if err := r.remove(callsTable, key); err != nil {
			return 0, err
		}
	}
	if key == nil {
		added = 1
	}
	if err := r.put(callsTable, fresh, pack(&c)); err != nil {
		return 0, err
	}
	index.add(&c, start)
	return added, r.put(idsTable, id, fresh[:stampLength])
}

// load finds a call and its key; nil: there is none. One that does not read
// back is as good as none: it is told again or loaded.
func load(r rows, id string) (c Call, key []byte) {
	stamp := r.get(idsTable, []byte(id))
	if len(stamp) != stampLength {
		return Call{}, nil
	}
	key = append(bytes.Clone(stamp), id...)
	row := r.get(callsTable, key)
	if row == nil {
		return Call{}, nil
	}
	c, _ = unpack(id, row)
	return c, key
}

// dropOldest lets up to limit of the calls go that began before a moment; zero:
// of any age.
func dropOldest(r rows, before time.Time, limit int) (n int, err error) {
	var keys [][]byte
	r.each(callsTable, nil, func(k, _ []byte) bool {
		if !before.IsZero() && !keyTime(k).Before(before) {
			return false
		}
		keys = append(keys, bytes.Clone(k))
		return len(keys) < limit
	})
	for _, k := range keys {
		if err := errors.Join(r.remove(callsTable, k), r.remove(idsTable, k[stampLength:])); err != nil {
			return 0, err
		}
	}
	return len(keys), trimIndex(r)
}

// trim lets go of what is older than it is kept.
func (s *Store) trim(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock()
		k := s.keeper
		s.mu.Unlock()
		keep := time.Duration(s.keep.Load())
		if k == nil || keep <= 0 {
			return
		}
		n := 0
		err := s.update(k, func(r rows) (err error) {
			n, err = dropOldest(r, s.cfg.Now().Add(-keep), trimStep)
			if err == nil && n > 0 && s.indexed {
				err = putState(r, s.calls-int64(n))
			}
			return err
		})
		if err != nil || n == 0 {
			return
		}
		s.mu.Lock()
		s.calls -= int64(n)
		s.mu.Unlock()
	}
}

// compact gives room back to the disk when much of the file is free. Calls wait
// in memory meanwhile.
func (s *Store) compact() {
	s.mu.Lock()
	k := s.keeper
	s.mu.Unlock()
	if k == nil {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := k.compact(); err != nil {
		s.cfg.Log.Warn().Err(err).Msg("the call store was not written anew")
	}
}

// Calls implements Reader.
func (s *Store) Calls(ctx context.Context, from, to time.Time, f Filter) iter.Seq2[Call, error] {
	return s.callsFrom(ctx, lowest(from), to, f)
}
