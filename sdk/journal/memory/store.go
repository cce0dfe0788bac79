// Package memory is the journal of one process life: nothing is written to a
// disk. It serves direct mode until a durable store is configured.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/journal"
)

// Limits. A busy PBX posts a few notifications a second; these bounds are two
// orders of magnitude above. Beyond maxPending Append is refused: the PBX is
// better told 503 than the process eaten up.
const (
	keyRetention = 24 * time.Hour
	maxKeys      = 200_000
	maxPending   = 50_000
)

// Options of a store. Zero values mean the defaults.
type Options struct {
	Now   func() time.Time // nil = time.Now
	Epoch string           // "" = one of its own; seqs begin with the second of Now all the same

	MaxPending   int           // records that are not derived; Append is refused beyond
	SettledFor   time.Duration // how long settled events stay readable, at most so many of them
	SettledCount int
	SettledBytes int
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Epoch == "" {
		o.Epoch = rand.Text()
	}
	o.MaxPending = cmp.Or(o.MaxPending, maxPending)
	o.SettledFor = cmp.Or(o.SettledFor, settledFor)
	o.SettledCount = cmp.Or(o.SettledCount, settledCount)
	o.SettledBytes = cmp.Or(o.SettledBytes, settledBytes)
	return o
}

// Store implements journal.Store in memory.
type Store struct {
	now        func() time.Time
	epoch      string
	maxPending int
	out        outbox

	mu      sync.Mutex
	closed  bool
	last    uint64           // position of the newest record
	cursor  uint64           // position of the last derived record
	pending []journal.Record // by position: derived ones that were not released, then the rest
	notes   map[string][]byte
	keys    map[string]keyed
	order   []string // keys by age; order[head:] are alive
	head    int
}

type keyed struct {
	pos uint64
	at  time.Time
}

// New makes an empty store.
func New(o Options) *Store {
	o = o.withDefaults()
	s := &Store{now: o.Now, epoch: o.Epoch, maxPending: o.MaxPending, notes: map[string][]byte{}, keys: map[string]keyed{}}
	s.out.init(o)
	return s
}

// Append implements journal.Store.
func (s *Store) Append(_ context.Context, key string, raw []byte) (uint64, bool, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, false, journal.ErrClosed
	}
	s.expireKeys(now)
	if k, ok := s.keys[key]; ok {
		return k.pos, true, nil
	}
	if s.last-s.cursor >= uint64(s.maxPending) { //nolint:gosec // a bound
		return 0, false, journal.ErrFull
	}
	s.last++
	s.keys[key] = keyed{s.last, now}
	s.order = append(s.order, key)
	// The caller's buffer is a request body that is about to be reused.
	s.pending = append(s.pending, journal.Record{Pos: s.last, Key: key, Time: now, Raw: bytes.Clone(raw)})
	return s.last, false, nil
}

// expireKeys forgets keys past the retention, and the oldest ones beyond the
// bound, but never a key whose record is still to be derived.
func (s *Store) expireKeys(now time.Time) {
	for s.head < len(s.order) {
		k := s.keys[s.order[s.head]]
		old := now.Sub(k.at) > keyRetention || len(s.order)-s.head >= maxKeys
		if !old || k.pos > s.cursor {
			break
		}
		delete(s.keys, s.order[s.head])
		s.order[s.head] = ""
		s.head++
	}
	if s.head > len(s.order)/2 && s.head > 1024 {
		s.order = append([]string(nil), s.order[s.head:]...)
		s.head = 0
	}
}

// Read implements journal.Store.
func (s *Store) Read(_ context.Context, from uint64, limit int) ([]journal.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, journal.ErrClosed
	}
	at, exact := s.find(from)
	if exact {
		at++
	}
	return slices.Clone(s.pending[at:min(at+max(limit, 0), len(s.pending))]), nil
}

// find gives the index of a position, or where it would stand.
func (s *Store) find(pos uint64) (at int, exact bool) {
	return slices.BinarySearchFunc(s.pending, pos, func(r journal.Record, pos uint64) int { return cmp.Compare(r.Pos, pos) })
}

// Release implements journal.Store: memory is freed.
func (s *Store) Release(_ context.Context, positions []uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return journal.ErrClosed
	}
	s.pending = slices.DeleteFunc(s.pending, func(r journal.Record) bool {
		return r.Pos <= s.cursor && slices.Contains(positions, r.Pos)
	})
	if len(s.pending) == 0 {
		s.pending = nil // let the array go
	}
	return nil
}

// Derive implements journal.Store.
func (s *Store) Derive(_ context.Context, upTo uint64, out []journal.Out) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return journal.ErrClosed
	}
	// A cursor past the end, or moved back, would lose or repeat records.
	if upTo > s.last || upTo < s.cursor {
		return errors.New("journal: cursor out of range")
	}
	s.out.append(out)
	s.cursor = upTo
	return nil
}

// Cursor implements journal.Store.
func (s *Store) Cursor(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, journal.ErrClosed
	}
	return s.cursor, nil
}

// PutNote implements journal.Store.
func (s *Store) PutNote(_ context.Context, name string, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return journal.ErrClosed
	}
	s.notes[name] = append([]byte{}, raw...)
	return nil
}

// Note implements journal.Store.
func (s *Store) Note(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, journal.ErrClosed
	}
	return bytes.Clone(s.notes[name]), nil
}

// Outbox implements journal.Store.
func (s *Store) Outbox() journal.Outbox { return &s.out }

// Epoch implements journal.Store.
func (s *Store) Epoch() string { return s.epoch }

// Close implements journal.Store. What is unsettled is lost: this store has
// no life beyond the process.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.pending, s.notes, s.keys, s.order = nil, nil, nil, nil
	s.out.close()
	return nil
}
