package vpbxtest

import (
	"container/heap"
	"context"
	"errors"
	"time"
)

// ErrClosed is returned by calls on a PBX after Close.
var ErrClosed = errors.New("vpbxtest: the PBX is closed")

// timeline is the one goroutine that owns the calls of a PBX: API requests,
// scripts and timers all become functions that it runs one after another. It
// owns the clock and the queue to the posting workers too, because a clock
// that jumps has to know that everything told so far was heard.
type timeline struct {
	pace
	now   time.Time // PBX time of what runs now
	steps []*step   // asked for, in order; the first is under way

	jobs    chan func()
	work    chan *posting // to the workers
	settled chan *posting // back from them
	ended   chan struct{} // closed when run returned

	queue    moments
	order    uint64
	pending  []*posting
	inflight int

	onSettled func(*posting)
	onQuiet   func() // nothing due, nothing on the way
}

func newTimeline(c Config) *timeline {
	return &timeline{
		pace: newPace(c), now: c.Epoch,
		jobs: make(chan func()), work: make(chan *posting), settled: make(chan *posting),
		ended: make(chan struct{}),
	}
}

// moment is a function to run at a time; stopped ones are skipped.
type moment struct {
	at      time.Time
	order   uint64 // equal times run in the order of after
	fn      func()
	stopped bool
}

func (m *moment) stop() {
	if m != nil {
		m.stopped = true
	}
}

type moments []*moment

func (q moments) Len() int { return len(q) }
func (q moments) Less(i, j int) bool {
	if c := q[i].at.Compare(q[j].at); c != 0 {
		return c < 0
	}
	return q[i].order < q[j].order
}
func (q moments) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *moments) Push(x any)   { *q = append(*q, x.(*moment)) }
func (q *moments) Pop() any {
	old := *q
	m := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return m
}

// after runs fn d later in PBX time. Only the timeline's own functions call it.
func (t *timeline) after(d time.Duration, fn func()) *moment {
	t.order++
	m := &moment{at: t.now.Add(max(d, 0)), order: t.order, fn: fn}
	heap.Push(&t.queue, m)
	return m
}

// send hands p to the workers, in order.
func (t *timeline) send(p *posting) { t.pending = append(t.pending, p) }

// do runs fn on the timeline and returns when it has run.
func (t *timeline) do(ctx context.Context, fn func()) error {
	done := make(chan struct{})
	job := func() { defer close(done); fn() }
	select {
	case t.jobs <- job:
	case <-t.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-t.ended: // fn panicked, or the timeline ended just now
		return ErrClosed
	}
}

func (t *timeline) run(ctx context.Context) {
	defer close(t.ended)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		t.fire()
		if t.still() && t.queue.Len() == 0 {
			t.onQuiet()
		}
		var (
			work chan *posting
			head *posting
			tick <-chan time.Time
		)
		if len(t.pending) > 0 {
			work, head = t.work, t.pending[0]
		}
		if d, ok := t.next(); ok {
			timer.Reset(d)
			tick = timer.C
		}
		select {
		case <-ctx.Done():
			return
		case fn := <-t.jobs:
			t.move(t.clock())
			fn()
		case work <- head:
			t.pending[0] = nil
			t.pending = t.pending[1:]
			t.inflight++
		case p := <-t.settled:
			t.inflight--
			t.onSettled(p)
		case <-tick:
		}
	}
}

// still reports whether every notification so far was answered.
func (t *timeline) still() bool { return len(t.pending) == 0 && t.inflight == 0 }

// fire runs what is due. A moment sees its own time as now, even when it runs
// late, so that a busy machine does not stretch a script.
func (t *timeline) fire() {
	for {
		for t.queue.Len() > 0 && t.queue[0].stopped {
			heap.Pop(&t.queue)
		}
		switch {
		case t.queue.Len() > 0 && t.due(t.queue[0].at):
			head := heap.Pop(&t.queue).(*moment)
			t.move(head.at)
			head.fn()
		case len(t.steps) > 0 && t.still():
			t.move(t.steps[0].to)
			close(t.steps[0].done)
			t.steps = t.steps[1:]
			t.beginStep()
		default:
			return
		}
	}
}

// due reports whether a moment may come now. A clock that jumps, or is being
// stepped, does not pass what a listener has not heard yet.
func (t *timeline) due(at time.Time) bool {
	switch {
	case !at.After(t.now):
		return true
	case len(t.steps) > 0:
		return t.still() && !at.After(t.steps[0].to)
	case t.jumps():
		return t.still()
	}
	return !at.After(t.clock())
}

// move sets the clock on to at; it never goes back.
func (t *timeline) move(at time.Time) {
	d := at.Sub(t.now)
	if d <= 0 {
		return
	}
	t.now = at
	t.pace.at.Store(t.now.UnixNano())
	if len(t.steps) > 0 {
		t.stepped.Add(int64(d))
	}
}

// next is the real time until the first moment is due; false when there is
// none to wait for.
func (t *timeline) next() (time.Duration, bool) {
	if !t.runs() || len(t.steps) > 0 || t.queue.Len() == 0 {
		return 0, false
	}
	d := t.queue[0].at.Sub(t.clock())
	return max(time.Duration(float64(d)/t.speed), 0) + time.Microsecond, true
}
