package jetstream

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
)

// Store implements journal.Store and journal.Outbox for as long as its node
// leads. What it answers is in the log.
type Store struct {
	node    *Node
	term    term
	grp     *group.Group
	ctx     context.Context //nolint:containedctx // the leadership's
	end     context.CancelCauseFunc
	lease   atomic.Pointer[term] // the term as it was renewed last
	ready   atomic.Bool          // what follows is set
	m       *machine
	outbox  journal.Outbox // of m: what changes nothing is asked there
	epoch   string
	queue   queue
	fresh   chan struct{}
	drained chan struct{} // the writer has ended
	closing sync.Once

	serial uint64 // the writer's
	lead   uint64 // the writer's: sequence of the last message of a leader

	mu     sync.Mutex
	flight *flight // what was written and is not applied yet
}

func newStore(n *Node, own term) *Store {
	s := &Store{node: n, term: own, fresh: make(chan struct{}, 1), drained: make(chan struct{})}
	s.queue.more = make(chan struct{}, 1)
	s.lease.Store(&own)
	s.ctx, s.end = context.WithCancelCause(context.Background())
	s.grp = group.New(s.ctx, func(name string, v any, _ []byte) { s.lose(errors.New("journal: " + name + " panicked")) })
	s.grp.Go("jetstream-renew", s.renew)
	return s
}

// open makes the machine what the log says, and the log this leader's.
func (s *Store) open(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !s.grp.Go("jetstream-opening", func(lost context.Context) {
		select {
		case <-lost.Done():
			cancel()
		case <-ctx.Done():
		}
	}) {
		return ErrLost
	}
	err := s.takeOver(ctx)
	if err != nil && s.ctx.Err() != nil {
		return s.failure()
	}
	return err
}

func (s *Store) takeOver(ctx context.Context) (err error) {
	if s.m, err = s.node.load(ctx); err != nil {
		return err
	}
	s.grp.Go("jetstream-feed", s.read)
	// Whoever led before may still be writing: then his last message is another
	// one by now.
	for {
		if s.lead, _, err = s.node.last(ctx); err != nil {
			return err
		}
		took := batch{term: s.term.Term, commands: []command{{op: opTake, name: s.term.Name}}}
		err = s.write(ctx, took, nil)
		if !errors.Is(err, errFenced) {
			break
		}
	}
	if err != nil {
		return err
	}
	s.epoch, s.outbox = s.m.store.Epoch(), s.m.store.Outbox()
	s.m.store.Rouse()
	s.ready.Store(true)
	s.grp.Go("jetstream-write", s.writer)
	s.grp.Go("jetstream-keep", s.keep)
	return nil
}

// Context ends when this node no longer leads; its cause says why. Whatever
// only one hub may do must end with it.
func (s *Store) Context() context.Context { return s.ctx }

// Held tells by nil that this node leads still, whatever Context says so far: a
// machine that slept asks its clock here. It is for who is about to do what only
// one hub may.
func (s *Store) Held() error {
	if err := s.failure(); err != nil {
		return err
	}
	if s.lease.Load().left(s.node.opt.TTL) <= 0 {
		return errors.Join(ErrLost, errLate)
	}
	return nil
}

// Fresh returns a channel that gets a value when there are records that were
// not appended here: another hub has taken them.
func (s *Store) Fresh() <-chan struct{} { return s.fresh }

// lose ends the leadership.
func (s *Store) lose(why error) { s.end(errors.Join(ErrLost, why)) }

// failure is why nothing is done any more.
func (s *Store) failure() error {
	if s.ctx.Err() == nil {
		return nil
	}
	return context.Cause(s.ctx)
}

// Close implements journal.Store: what waits is written, and another node may
// lead at once.
func (s *Store) Close() error {
	s.closing.Do(func() {
		if s.queue.close() && s.ready.Load() {
			<-s.drained // or the leadership ended
		}
		lost := s.ctx.Err() != nil
		s.end(journal.ErrClosed)
		s.grp.Stop()
		_ = s.grp.Wait(context.Background()) // no deadline: no error
		if !lost {
			s.resign()
		}
	})
	return nil
}

// Epoch implements journal.Store.
func (s *Store) Epoch() string { return s.epoch }

// Outbox implements journal.Store.
func (s *Store) Outbox() journal.Outbox { return s }

// view runs fn on the store that the log has made so far.
func (s *Store) view(ctx context.Context, fn func(*memory.Store) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.failure(); err != nil {
		return err
	}
	s.m.mu.RLock()
	defer s.m.mu.RUnlock()
	return fn(s.m.store)
}

// full tells whether too much waits to be derived.
func (s *Store) full() bool {
	if !s.ready.Load() {
		return false
	}
	s.m.mu.RLock()
	defer s.m.mu.RUnlock()
	return s.m.store.Backlog() >= maxPending
}

// Append implements journal.Store. A journal.ErrClosed leaves the outcome to
// the log: Node.Append of the same key makes sure.
func (s *Store) Append(ctx context.Context, key string, raw []byte) (uint64, bool, error) {
	if s.full() {
		return 0, false, journal.ErrFull
	}
	o, err := s.do(ctx, command{op: opAppend, name: key, raw: raw})
	return o.pos, o.dup, err
}

// Read implements journal.Store.
func (s *Store) Read(ctx context.Context, from uint64, limit int) (found []journal.Record, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		found, err = m.Read(ctx, from, limit)
		return err
	})
	return found, err
}

// Derive implements journal.Store.
func (s *Store) Derive(ctx context.Context, upTo uint64, out []journal.Out) error {
	_, err := s.do(ctx, command{op: opDerive, upTo: upTo, out: out})
	return err
}

// Release implements journal.Store.
func (s *Store) Release(ctx context.Context, positions []uint64) error {
	_, err := s.do(ctx, command{op: opRelease, positions: positions})
	return err
}

// Cursor implements journal.Store.
func (s *Store) Cursor(ctx context.Context) (at uint64, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		at, err = m.Cursor(ctx)
		return err
	})
	return at, err
}

// Kept implements journal.Archive. What was settled more than a day ago is gone.
func (s *Store) Kept(ctx context.Context, after uint64, limit int) (list []journal.Kept, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		list, err = m.Kept(ctx, after, limit)
		return err
	})
	return list, err
}

// PutNote implements journal.Store.
func (s *Store) PutNote(ctx context.Context, name string, raw []byte) error {
	_, err := s.do(ctx, command{op: opNote, name: name, raw: raw})
	return err
}

// Note implements journal.Store.
func (s *Store) Note(ctx context.Context, name string) (raw []byte, err error) {
	err = s.view(ctx, func(m *memory.Store) error {
		raw, err = m.Note(ctx, name)
		return err
	})
	return raw, err
}

// read feeds the machine with the stream, for as long as the leadership lasts.
func (s *Store) read(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.feedOnce(ctx)
		if errors.Is(err, errBroken) {
			s.lose(err)
			return
		}
		group.Sleep(ctx, firstWait)
	}
}

// feedOnce reads what follows until something is wrong: the connection, or a
// message that was lost on its way. The consumer is the server's and of no
// worth: the next one begins where the machine is.
func (s *Store) feedOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.node.feed.Store(&cancel)
	s.m.mu.RLock()
	from := s.m.applied + 1
	s.m.mu.RUnlock()
	c, err := s.node.stream.CreateConsumer(ctx, js.ConsumerConfig{
		DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: from, AckPolicy: js.AckNonePolicy,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: 10 * time.Second,
	})
	if err != nil {
		return err
	}
	messages, err := c.Messages(js.PullExpiry(4*time.Second), js.PullHeartbeat(time.Second), js.PullMaxMessages(128),
		js.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(js.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if seq := meta.Sequence.Stream; seq > from && meta.Sequence.Consumer > 1 {
			return nil // lost on the way: again, from there
		}
		if err := s.apply(meta.Sequence.Stream, msg.Subject() == s.node.leadSubj, msg.Data()); err != nil {
			return err
		}
		from = meta.Sequence.Stream + 1
	}
}
