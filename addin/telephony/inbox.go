package telephony

import (
	"context"
	"runtime/debug"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// Pauses after ExternalEvent said false: 1C's queue is full (it starts at
// depth 1, and stands still while a modal window is open).
const (
	offerPause    = 50 * time.Millisecond
	offerPauseMax = 200 * time.Millisecond
)

// inbox is the one goroutine of an object that calls ExternalEvent, with the
// screen events that wait for it. Its queues are guarded by the distributor.
type inbox struct {
	obj  *Object
	dist *distributor
	auto bool // a record event is done when 1C took it
	zone *time.Location

	screens queue
	push    bool
	gone    bool
	current *entry // inside ExternalEvent

	wake   chan struct{}   // one slot: "look again"
	ctx    context.Context //nolint:containedctx // ends with Отключить, the group's with Done
	cancel context.CancelFunc
	ended  chan struct{}
}

// newInbox does not start anything; start does.
func newInbox(o *Object, c *connection, push bool) *inbox {
	ctx, cancel := context.WithCancel(o.env.Context())
	return &inbox{
		obj: o, dist: c.dist, auto: c.params.Ack == ackAuto, zone: c.params.Zone, push: push,
		wake: make(chan struct{}, 1), ctx: ctx, cancel: cancel, ended: make(chan struct{}),
	}
}

// start runs the goroutine in the object's group, unless Done was faster.
func (b *inbox) start() {
	started := b.obj.env.Group().Go("inbox", func(context.Context) {
		defer close(b.ended)
		b.run(b.ctx)
	})
	if !started {
		close(b.ended)
	}
}

// stop ends the goroutine and waits for it: a host that does not come back from
// ExternalEvent must not hold up Done.
func (b *inbox) stop(wait time.Duration) {
	b.cancel()
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-b.ended:
	case <-t.C:
		b.obj.env.Log().Warn().Msg("ExternalEvent did not return in time")
	}
}

func (b *inbox) signal() {
	group.Nudge(b.wake)
}

func (b *inbox) run(ctx context.Context) {
	select {
	case b.obj.voice <- struct{}{}:
		defer func() { <-b.obj.voice }()
	case <-ctx.Done():
		return
	}
	pause := offerPause
	for ctx.Err() == nil {
		e := b.dist.next(b)
		if e == nil {
			select {
			case <-b.wake:
			case <-ctx.Done():
			}
			continue
		}
		if b.offer(ctx, e) {
			pause = offerPause
			continue
		}
		if !group.Sleep(ctx, pause) {
			return
		}
		pause = min(2*pause, offerPauseMax)
	}
}

// offer gives one event to 1C. No lock is held. An event that cannot be shown
// (a defect of ours) is passed over: its lease brings it again, the ones behind
// it go on.
func (b *inbox) offer(ctx context.Context, e *entry) (taken bool) {
	proc := b.obj.proc
	defer func() {
		if v := recover(); v != nil {
			if v, told := b.dist.finish(b, e, true, false); told {
				b.dist.settle(context.WithoutCancel(ctx), v)
			}
			b.obj.env.Log().Error().Any("panic", v).Bytes("stack", debug.Stack()).Msg("event not shown")
			taken = true
		}
	}()
	d := b.dist.snapshot(e)
	name, data := b.obj.render(d, b.zone, eventLimit)
	taken = b.obj.env.Host().ExternalEvent(ClassName, name, data)
	verdict, told := b.dist.finish(b, e, taken, b.auto)
	if !taken {
		proc.count.refused.Add(1)
		return false
	}
	proc.count.taken.Add(1)
	proc.count.observe(e.arrived, d, proc.opt.Now())
	if told {
		// The event is 1C's now: Done in this very moment must not undo that.
		b.dist.settle(context.WithoutCancel(ctx), verdict)
	}
	return true
}

// stateCode names the state of a connection by a code of sdk/text.
func stateCode(v office.Snapshot) text.Code {
	switch {
	case v.Why != nil:
		return v.Why.Code
	case v.State == office.Registered:
		return text.ServerAvailable
	case v.State == office.Off:
		return text.ConnectionOff
	}
	return text.ConnectionStarting
}

var _ component.Closer = (*Object)(nil)
