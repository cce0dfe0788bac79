package jetstream

import (
	"context"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
)

// settle has what is due by the clock done by the log. A store with nothing due
// is only read.
func (s *Store) settle(ctx context.Context) error {
	due := false
	err := s.view(ctx, func(m *memory.Store) error {
		due = m.Due(s.node.opt.Now())
		return nil
	})
	if err != nil || !due {
		return err
	}
	_, err = s.do(ctx, command{op: opSettle})
	return err
}

// Lease implements journal.Outbox. The attempt is in the log before the event
// is given away.
func (s *Store) Lease(ctx context.Context, session string, writer bool, limit int) ([]journal.Delivery, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	some := false
	err := s.view(ctx, func(m *memory.Store) error {
		some = m.Ready(session, writer) && limit > 0
		return nil
	})
	if err != nil || !some {
		return nil, err
	}
	o, err := s.do(ctx, command{op: opLease, name: session, writer: writer, limit: min(limit, maxLimit)})
	return o.given, err
}

// Wake implements journal.Outbox.
func (s *Store) Wake() <-chan struct{} { return s.outbox.Wake() }

// Woken implements journal.Outbox.
func (s *Store) Woken() []string { return s.outbox.Woken() }

// NextDue implements journal.Outbox.
func (s *Store) NextDue(ctx context.Context) (next time.Time, err error) {
	if err := s.settle(ctx); err != nil {
		return next, err
	}
	err = s.view(ctx, func(m *memory.Store) error {
		next, err = m.Outbox().NextDue(ctx)
		return err
	})
	return next, err
}

// Get implements journal.Outbox.
func (s *Store) Get(ctx context.Context, id string) (d journal.Delivery, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		d, err = m.Outbox().Get(ctx, id)
		return err
	})
	return d, err
}

// Find implements journal.Outbox.
func (s *Store) Find(ctx context.Context, id string) (ref journal.Ref, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		ref, err = m.Outbox().Find(ctx, id)
		return err
	})
	return ref, err
}

// ofRef has a command of one event written.
func (s *Store) ofRef(ctx context.Context, ref journal.Ref, c command) error {
	if err := s.failure(); err != nil {
		return err
	}
	if ref.Epoch != s.epoch {
		return journal.ErrEpoch
	}
	c.seq = ref.Seq
	_, err := s.do(ctx, c)
	return err
}

// Ack implements journal.Outbox.
func (s *Store) Ack(ctx context.Context, ref journal.Ref) error {
	return s.ofRef(ctx, ref, command{op: opAck})
}

// Nak implements journal.Outbox.
func (s *Store) Nak(ctx context.Context, ref journal.Ref, delay time.Duration) error {
	return s.ofRef(ctx, ref, command{op: opNak, delay: max(delay, 0)})
}

// Extend implements journal.Outbox.
func (s *Store) Extend(ctx context.Context, ref journal.Ref) error {
	return s.ofRef(ctx, ref, command{op: opExtend})
}

// Return implements journal.Outbox.
func (s *Store) Return(ctx context.Context, ref journal.Ref) error {
	return s.ofRef(ctx, ref, command{op: opReturn})
}

// EndLeases makes what sessions hold due at once. It is for an office that begins:
// the sessions were those of the hub that led before, and none of them can come
// back. The attempts stay counted.
func (s *Store) EndLeases(ctx context.Context) error {
	_, err := s.do(ctx, command{op: opEndLeases})
	return err
}

// Depth implements journal.Outbox.
func (s *Store) Depth(ctx context.Context) (waiting, parked int, err error) {
	if err := s.settle(ctx); err != nil {
		return 0, 0, err
	}
	err = s.view(ctx, func(m *memory.Store) error {
		waiting, parked, err = m.Outbox().Depth(ctx)
		return err
	})
	return waiting, parked, err
}
