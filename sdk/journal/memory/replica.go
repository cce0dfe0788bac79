package memory

import (
	"context"
	"time"

	"mangoofficesdk/sdk/journal"
)

// What a store needs that keeps a log of commands and has this one follow it.
// There the clock stands still at the time of the last command, and Settle is
// called around each: so what a reader sees to be due is due already, and
// readers change nothing that the log does not tell of.

// Settle does what is due by the clock.
func (s *Store) Settle() {
	_, _ = s.out.NextDue(context.Background()) // closed: nothing to do
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	if !s.out.closed {
		now := s.now()
		s.out.forget(now)
		s.out.sweep(now)
	}
}

// Due tells whether Settle would change what Lease or Depth give at now.
func (s *Store) Due(now time.Time) bool {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	if s.out.seen.Sub(now) > journal.SetBack {
		return true
	}
	next := s.out.later.next()
	if !next.IsZero() && !next.After(now) {
		return true
	}
	if now.Before(s.out.sweepAt) {
		return false
	}
	for _, q := range s.out.ready {
		for _, it := range q.alive() {
			if it.expired(now) {
				return true
			}
		}
	}
	return false
}

// Ready tells whether Lease has something to give or to drop.
func (s *Store) Ready(session string, writer bool) bool {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	waits := func(to string) bool {
		q := s.out.ready[to]
		return q != nil && q.front() != nil
	}
	return session != "" && waits(session) || writer && waits("")
}

// EndLeases makes what sessions hold due at once: none of them can come back. The
// attempts stay counted.
func (s *Store) EndLeases() {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	now := s.now()
	var held []*item
	for _, it := range s.out.later.h {
		if it.until.After(now) {
			held = append(held, it)
		}
	}
	for _, it := range held {
		s.out.later.remove(it)
		it.until, it.due = time.Time{}, now
		s.out.later.add(it)
	}
}

// Backlog is how many records are not derived.
func (s *Store) Backlog() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last - s.cursor
}

// Rouse has Woken name exactly those for whom something waits, as after opening.
func (s *Store) Rouse() {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	clear(s.out.woken)
	for to, q := range s.out.ready {
		if q.front() != nil {
			s.out.woken[to] = true
		}
	}
	if len(s.out.woken) > 0 {
		s.out.signal()
	}
}
