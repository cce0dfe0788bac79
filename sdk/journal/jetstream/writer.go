package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// Bounds of one record.
const (
	batchSteps = 1024
	batchBytes = 512 << 10
)

// step is one caller's command on its way into the log.
type step struct {
	command
	outcome
	done chan struct{}
}

// queue is what waits for the writer. Callers wait for their steps, so it is as
// long as there are callers.
type queue struct {
	more chan struct{} // a value: there may be steps, or the queue was closed

	mu     sync.Mutex
	steps  []*step
	closed bool
}

func (q *queue) push(st *step) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.steps = append(q.steps, st)
	group.Nudge(q.more)
	return true
}

// withdraw takes back a step that the writer has not taken yet.
func (q *queue) withdraw(st *step) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range q.steps {
		if other == st {
			q.steps = append(q.steps[:i], q.steps[i+1:]...)
			return true
		}
	}
	return false
}

// take gives what goes into the next record: all that came during the last. It
// tells by false that nothing will come any more.
func (q *queue) take() (steps []*step, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.steps) && n < batchSteps && (n == 0 || size+q.steps[n].size() <= batchBytes) {
		size += q.steps[n].size()
		n++
	}
	steps, q.steps = q.steps[:n:n], q.steps[n:]
	if len(q.steps) == 0 {
		q.steps = nil // let the array go
	}
	return steps, n > 0 || !q.closed
}

// close lets nobody in any more. It tells whether it was open.
func (q *queue) close() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	was := !q.closed
	q.closed = true
	group.Nudge(q.more)
	return was
}

// do has a command written and returns what the store made of it. A caller whose
// ctx ends takes it back; when the writer has it already its fate is waited for:
// it is known in a moment, or the leadership ends.
func (s *Store) do(ctx context.Context, c command) (outcome, error) {
	if err := ctx.Err(); err != nil {
		return outcome{}, err
	}
	st := &step{command: c, done: make(chan struct{})}
	if !s.queue.push(st) {
		if err := s.failure(); err != nil {
			return outcome{}, err
		}
		return outcome{}, journal.ErrClosed
	}
	select {
	case <-st.done:
		return st.outcome, st.err
	case <-ctx.Done():
	}
	if s.queue.withdraw(st) || c.op == opSettle { // whose fate nobody needs to know
		return outcome{}, ctx.Err()
	}
	<-st.done
	return st.outcome, st.err
}

// writer is the only goroutine that writes. An idle one writes a command at
// once; what comes meanwhile is the next record's.
func (s *Store) writer(ctx context.Context) {
	defer close(s.drained)
	defer s.refuse()
	for ctx.Err() == nil {
		steps, open := s.queue.take()
		if !open {
			return
		}
		if len(steps) == 0 {
			select {
			case <-s.queue.more:
			case <-ctx.Done():
			}
			continue
		}
		s.carry(ctx, steps)
	}
}

// carry writes the steps as one record, and answers them.
func (s *Store) carry(ctx context.Context, steps []*step) {
	err := ErrLost // of a panic
	defer func() {
		for _, st := range steps {
			if err != nil {
				st.outcome = outcome{err: err}
			}
			close(st.done)
		}
	}()
	s.serial++
	b := batch{term: s.term.Term, serial: s.serial}
	for _, st := range steps {
		b.commands = append(b.commands, st.command)
	}
	if err = s.write(ctx, b, steps); errors.Is(err, errFenced) {
		s.lose(err)
		err = s.failure()
	}
}

// refuse answers those whom nobody serves any more.
func (s *Store) refuse() {
	s.queue.close()
	for {
		steps, open := s.queue.take()
		if !open {
			return
		}
		for _, st := range steps {
			st.err = s.failure()
			close(st.done)
		}
	}
}

// flight is a record between the writer and the machine.
type flight struct {
	serial uint64
	steps  []*step
	landed chan struct{}
}

// land takes the flight of a record, if it is still in the air.
func (s *Store) land(serial uint64) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.flight
	if f == nil || f.serial != serial {
		return nil
	}
	s.flight = nil
	return f
}

// write puts a record into the log and waits until it is applied. An error says
// that it is not there, but for those that end the leadership.
func (s *Store) write(ctx context.Context, b batch, steps []*step) error {
	b.at = s.node.opt.Now()
	f := &flight{serial: b.serial, steps: steps, landed: make(chan struct{})}
	s.mu.Lock()
	s.flight = f
	s.mu.Unlock()
	for _, p := range split(b.encode(), s.node.room()) {
		id := strings.Join([]string{b.term, strconv.FormatUint(b.serial, 10), strconv.Itoa(p.index)}, ".")
		if err := s.publish(ctx, id, p.encode()); err != nil {
			if s.land(b.serial) == nil {
				break // it was refused, and is there all the same
			}
			return err
		}
	}
	late := time.NewTimer(s.node.opt.TTL)
	defer late.Stop()
	select {
	case <-f.landed:
		return nil
	case <-ctx.Done():
	case <-late.C:
		s.lose(errStuck)
	}
	if s.land(b.serial) == nil {
		<-f.landed
		return nil
	}
	if err := s.failure(); err != nil {
		return err
	}
	return ctx.Err()
}

// noRoomTries is how often the server is asked before it is believed.
const noRoomTries = 3

// publish writes one message after the leader's last one, until it is there or
// the leadership ends.
func (s *Store) publish(ctx context.Context, id string, raw []byte) error {
	refused := 0
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		ack, err := s.node.try(ctx, s.node.message(s.node.leadSubj, raw), js.WithMsgID(id), js.WithExpectLastSequencePerSubject(s.lead))
		switch {
		case err == nil:
			s.lead = ack.Sequence
			return nil
		case outrun(err):
			// Something was written since: by this leader, whose answer was
			// lost, or by another one.
			seq, last, err := s.node.last(ctx)
			switch {
			case err != nil:
			case last == id:
				s.lead = seq
				return nil
			case strings.HasPrefix(last, s.term.Term+"."):
				s.lead = seq
			default:
				return fmt.Errorf("%w: %s", errFenced, last)
			}
		case noRoom(err):
			if refused++; refused == noRoomTries {
				return fmt.Errorf("%w: %w", journal.ErrFull, err)
			}
		}
		if !group.Sleep(ctx, wait) {
			if lost := s.failure(); lost != nil {
				return lost
			}
			return ctx.Err()
		}
	}
}

// last finds the last message of a leader: its sequence and its id.
func (n *Node) last(ctx context.Context) (seq uint64, id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.opt.TTL/3)
	defer cancel()
	msg, err := n.stream.GetLastMsgForSubject(ctx, n.leadSubj)
	if errors.Is(err, js.ErrMsgNotFound) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	return msg.Sequence, msg.Header.Get(js.MsgIDHeader), nil
}

var errBroken = errors.New("journal: a record of the log cannot be read")

// apply gives a message to the machine, and its outcome to whoever waits.
func (s *Store) apply(seq uint64, leads bool, raw []byte) error {
	b, done, err := s.m.next(seq, leads, raw)
	if err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if !leads {
		if len(done) > 0 && !done[0].dup {
			group.Nudge(s.fresh)
		}
		return nil
	}
	if done != nil && b.term != s.term.Term && s.ready.Load() {
		s.lose(errFenced)
	}
	if done == nil || b.term != s.term.Term {
		return nil
	}
	f := s.land(b.serial)
	if f == nil {
		return nil
	}
	for i, st := range f.steps {
		st.outcome = done[i]
	}
	close(f.landed)
	return nil
}
