package bolt

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// tidyStep bounds what one commit moves because of its time.
const tidyStep = 256

// tidy does what is due by the clock. A store with nothing due is only read.
func (s *Store) tidy(ctx context.Context) error {
	if err := s.followClock(ctx); err != nil {
		return err
	}
	for {
		overdue := false
		if err := s.view(ctx, func(t *txn) { overdue = t.overdue() }); err != nil || !overdue {
			return err
		}
		err := s.do(ctx, 0, func(t *txn) error {
			t.mature(tidyStep)
			t.sweep(tidyStep)
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// Lease implements journal.Outbox. The attempt is counted on the disk before
// the event is given away: one that kills the process is parked in the end.
func (s *Store) Lease(ctx context.Context, session string, writer bool, limit int) (given []journal.Delivery, err error) {
	if err := s.tidy(ctx); err != nil {
		return nil, err
	}
	some := false
	if err := s.view(ctx, func(t *txn) { _, some = t.ready(session, writer).next() }); err != nil || !some {
		return nil, err
	}
	err = s.do(ctx, 0, func(t *txn) error {
		given = t.lease(s.epoch, session, writer, limit)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return given, nil
}

// Wake implements journal.Outbox. All callers share one channel of one value.
func (s *Store) Wake() <-chan struct{} { return s.waker }

// Woken implements journal.Outbox.
func (s *Store) Woken() []string { return s.woken.takeAll() }

// wake tells that there may be more for these addressees.
func (s *Store) wake(to ...string) {
	if len(to) > 0 {
		s.woken.add(to...)
		group.Nudge(s.waker)
	}
}

// woken are addressees that were not named by Woken yet.
type woken struct {
	mu    sync.Mutex
	names map[string]bool
}

func (w *woken) add(to ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names == nil {
		w.names = map[string]bool{}
	}
	for _, name := range to {
		w.names[name] = true
	}
}

func (w *woken) takeAll() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := slices.Collect(maps.Keys(w.names))
	clear(w.names)
	return names
}

// NextDue implements journal.Outbox.
func (s *Store) NextDue(ctx context.Context) (next time.Time, err error) {
	if err := s.tidy(ctx); err != nil {
		return next, err
	}
	err = s.view(ctx, func(t *txn) {
		if k, _ := t.cursor(dueBucket).First(); k != nil {
			next, _, _ = parseTimeKey(k) // tidy has looked
		}
	})
	return next, err
}

// Get implements journal.Outbox.
func (s *Store) Get(ctx context.Context, id string) (d journal.Delivery, err error) {
	d, _, err = s.find(ctx, id)
	return d, err
}

// Find implements journal.Outbox.
func (s *Store) Find(ctx context.Context, id string) (journal.Ref, error) {
	d, settled, err := s.find(ctx, id)
	if err == nil && settled {
		err = journal.ErrUnknown
	}
	if err != nil {
		return journal.Ref{}, err
	}
	return d.Ref, nil
}

func (s *Store) find(ctx context.Context, id string) (d journal.Delivery, settled bool, err error) {
	found := false
	err = s.view(ctx, func(t *txn) {
		seq, ok := t.lookup(idsBucket, id)
		if !ok {
			return
		}
		var fate state
		if d.Out, fate, found = t.event(seq); !found {
			t.fail("event %d has an id and is not there: %w", seq, errDamaged)
		}
		d.Ref = journal.Ref{Epoch: s.epoch, Seq: seq}
		d.Attempt, d.Until = int(fate.attempt), fate.until
		settled = !fate.settled.IsZero()
	})
	if err == nil && !found {
		err = journal.ErrUnknown
	}
	if err != nil {
		return journal.Delivery{}, false, err
	}
	return d, settled, nil
}

// Ack implements journal.Outbox.
func (s *Store) Ack(ctx context.Context, ref journal.Ref) error {
	return s.unsettled(ctx, ref, func(t *txn, e journal.Out, st state) error {
		t.settle(ref.Seq, e, st)
		return nil
	})
}

// Nak implements journal.Outbox.
func (s *Store) Nak(ctx context.Context, ref journal.Ref, delay time.Duration) error {
	return s.unsettled(ctx, ref, func(t *txn, e journal.Out, st state) error {
		t.again(ref.Seq, e, st, delay)
		return nil
	})
}

// Extend implements journal.Outbox.
func (s *Store) Extend(ctx context.Context, ref journal.Ref) error {
	return s.leased(ctx, ref, func(t *txn, _ journal.Out, st state) {
		t.delete(dueBucket, timeKey(st.due, ref.Seq))
		t.hold(ref.Seq, st)
	})
}

// Return implements journal.Outbox.
func (s *Store) Return(ctx context.Context, ref journal.Ref) error {
	return s.leased(ctx, ref, func(t *txn, e journal.Out, st state) {
		st.attempt--
		t.again(ref.Seq, e, st, 0)
	})
}

// EndLeases makes what sessions hold due at once. It is for who knows that none
// of them can come back, as after the end of the process in which they lived;
// others wait until the leases end. The attempts stay counted: one of these
// events may have been what ended the process.
func (s *Store) EndLeases(ctx context.Context) error {
	return s.do(ctx, 0, func(t *txn) error {
		t.endLeases()
		return nil
	})
}

// leased runs fn on the event that ref names if its lease goes on.
func (s *Store) leased(ctx context.Context, ref journal.Ref, fn func(*txn, journal.Out, state)) error {
	return s.unsettled(ctx, ref, func(t *txn, e journal.Out, st state) error {
		if !st.until.After(t.now) {
			return journal.ErrUnknown // its holder was too slow: somebody else may have it
		}
		fn(t, e, st)
		return nil
	})
}

// unsettled runs fn on the event that ref names.
func (s *Store) unsettled(ctx context.Context, ref journal.Ref, fn func(*txn, journal.Out, state) error) error {
	return s.do(ctx, 0, func(t *txn) error {
		if ref.Epoch != s.epoch || ref.Seq <= t.head.first {
			return journal.ErrEpoch // BSL gives a bare seq: its epoch is guessed
		}
		e, st, ok := t.event(ref.Seq)
		if !ok || !st.settled.IsZero() {
			return journal.ErrUnknown
		}
		return fn(t, e, st)
	})
}

// Depth implements journal.Outbox.
func (s *Store) Depth(ctx context.Context) (waiting, parked int, err error) {
	if err := s.tidy(ctx); err != nil {
		return 0, 0, err
	}
	err = s.view(ctx, func(t *txn) {
		t.loadHead()
		waiting, parked = int(t.head.waiting), int(t.head.parked) //nolint:gosec // they fit on the disk
	})
	return waiting, parked, err
}
