package jetstream

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
	"mangoofficesdk/sdk/journal/memory"
)

// Bounds of what is kept of settled events. They belong to the log: nodes that
// replay it must forget the same ones.
const (
	settledFor   = 24 * time.Hour
	settledCount = 1 << 16
	settledBytes = 64 << 20
)

// outcome is what a command gave.
type outcome struct {
	pos   uint64
	dup   bool
	given []journal.Delivery
	err   error
}

// machine is the store that the log makes. It knows no time but the log's, so
// the same log gives the same store everywhere.
type machine struct {
	mu      sync.RWMutex // readers hold it too: they see what lies between two records
	store   *memory.Store
	clock   time.Time // of the last record of a leader
	at      time.Time // what the store sees: clock, and while a follower's record is appended its time
	term    string    // who writes
	applied uint64    // the sequence in the stream up to which all is in
	lead    uint64    // the sequence of the last message of a leader
	parts   []byte    // of a record that has not come whole
	got     int
	size    int    // bytes since the snapshot
	skipped uint64 // messages of strangers
}

func (m *machine) options(epoch string) memory.Options {
	return memory.Options{
		Epoch: epoch, Now: func() time.Time { return m.at },
		// What a follower has answered for is in the log: it must be taken. The
		// bound is watched where records come in.
		MaxPending: math.MaxInt,
		SettledFor: settledFor, SettledCount: settledCount, SettledBytes: settledBytes,
	}
}

// next takes the message at seq. leads tells that it is a leader's. It gives
// the record that is whole by it, with what became of it. After an error the
// machine is of no use.
func (m *machine) next(seq uint64, leads bool, raw []byte) (b batch, done []outcome, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq != m.applied+1 {
		return b, nil, fmt.Errorf("%w: %d follows %d", errGap, seq, m.applied)
	}
	m.applied = seq
	m.size += len(raw)
	if !leads {
		return m.follower(raw)
	}
	m.lead = seq
	p, err := decodePart(raw)
	if err != nil {
		return b, nil, fmt.Errorf("message %d: %w", seq, err)
	}
	if p.index == 0 {
		m.parts, m.got = nil, 0 // whoever left one unfinished had no answer
	}
	if p.index != m.got {
		return b, nil, fmt.Errorf("message %d: %w", seq, wire.ErrDamaged)
	}
	m.got++
	m.parts = append(m.parts, p.raw...)
	if m.got < p.count {
		return b, nil, nil
	}
	whole := m.parts
	m.parts, m.got = nil, 0
	if b, err = decodeBatch(whole); err == nil {
		done, err = m.leader(b)
	}
	if err != nil {
		return b, nil, fmt.Errorf("record that ends with message %d: %w", seq, err)
	}
	return b, done, nil
}

// follower appends what a hub that does not lead was told. A message that no hub
// has written is passed over: it must not end the work of them all.
func (m *machine) follower(raw []byte) (batch, []outcome, error) {
	b, err := decodeBatch(raw)
	if errors.Is(err, errNewer) || m.store == nil {
		return b, nil, errors.Join(err, m.begun())
	}
	if err != nil || b.term != "" || len(b.commands) != 1 || b.commands[0].op != opAppend {
		m.skipped++
		return batch{}, nil, nil
	}
	// Its clock may be wrong: it dates the record, and ends no lease.
	m.at = b.at
	done := m.do(b.commands[0])
	m.at = m.clock
	return b, []outcome{done}, nil
}

func (m *machine) begun() error {
	if m.store == nil {
		return fmt.Errorf("%w: the log has no beginning", errGap)
	}
	return nil
}

func (m *machine) leader(b batch) (done []outcome, err error) {
	m.clock, m.at = b.at, b.at
	for _, c := range b.commands {
		switch {
		case c.op == opBegin && m.store == nil:
			m.store = memory.New(m.options(c.name))
			m.term = b.term
		case m.store == nil:
			return nil, m.begun()
		case c.op == opTake:
			m.term = b.term
		}
		if b.term != m.term {
			return nil, fmt.Errorf("%w: %s, after %s", errFenced, b.term, m.term)
		}
		m.store.Settle()
		done = append(done, m.do(c))
		m.store.Settle()
	}
	return done, nil
}

// do changes the store.
func (m *machine) do(c command) (o outcome) {
	ctx, out := context.Background(), m.store.Outbox()
	ref := journal.Ref{Epoch: m.store.Epoch(), Seq: c.seq}
	switch c.op {
	case opAppend:
		o.pos, o.dup, o.err = m.store.Append(ctx, c.name, c.raw)
	case opDerive:
		o.err = m.store.Derive(ctx, c.upTo, c.out)
	case opRelease:
		o.err = m.store.Release(ctx, c.positions)
	case opNote:
		o.err = m.store.PutNote(ctx, c.name, c.raw)
	case opLease:
		o.given, o.err = out.Lease(ctx, c.name, c.writer, c.limit)
	case opAck:
		o.err = out.Ack(ctx, ref)
	case opNak:
		o.err = out.Nak(ctx, ref, c.delay)
	case opExtend:
		o.err = out.Extend(ctx, ref)
	case opReturn:
		o.err = out.Return(ctx, ref)
	case opEndLeases:
		m.store.EndLeases()
	}
	return o
}

// snapshot gives the state, and the sequences it stands for and that must stay
// in the stream: a leader's last message is what fences the next one. Nothing,
// while a record is not whole.
func (m *machine) snapshot() (raw []byte, seq, keep uint64) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.got > 0 {
		return nil, 0, 0
	}
	w := header()
	w.Uint(m.applied)
	w.Uint(m.lead)
	w.Time(m.clock)
	w.String(m.term)
	return append(w, m.store.Snapshot()...), m.applied, min(m.lead, m.applied+1)
}

// restore makes a machine of a snapshot.
func restore(raw []byte) (*machine, error) {
	r, err := readHeader(raw)
	if err != nil {
		return nil, err
	}
	m := &machine{applied: r.Uint(), lead: r.Uint(), clock: r.Time(), term: r.String()}
	m.at = m.clock
	inner := r.Rest()
	if r.Err() != nil || m.lead > m.applied {
		return nil, wire.ErrDamaged
	}
	m.store, err = memory.Restore(inner, m.options(""))
	return m, err
}
