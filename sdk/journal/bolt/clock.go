package bolt

import (
	"context"
	"sync"
	"time"

	"mangoofficesdk/sdk/journal"
)

// clock is the time on the wall, as it was last looked at: times on the disk are
// of that, and it may be set.
type clock struct {
	mu   sync.Mutex // held while leases and delays are moved
	seen time.Time
}

// followClock moves leases and delays with a clock that was set back.
func (s *Store) followClock(ctx context.Context) error {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	now := s.opt.Now().Round(0)
	if by := s.clock.seen.Sub(now); by > journal.SetBack {
		err := s.do(ctx, 0, func(t *txn) error {
			t.shift(-by)
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.clock.seen = now
	return nil
}

// shift moves all that is due later in time.
func (t *txn) shift(by time.Duration) {
	for _, seq := range t.dueLater() { // the bucket may be changed only now
		if _, s, ok := t.waiting(seq); ok {
			t.delete(dueBucket, timeKey(s.due, seq))
			s.due = s.due.Add(by)
			if !s.until.IsZero() {
				s.until = s.until.Add(by)
			}
			t.put(dueBucket, timeKey(s.due, seq), nil)
			t.putState(seq, s)
		}
	}
}
