package vpbxtest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// pace is how the clock of a PBX goes: with real time at a speed, in jumps
// from one moment to the next, or only when it is stepped.
type pace struct {
	speed  float64 // 0: it jumps
	stands bool

	// at is the clock as it stood last, in Unix nanoseconds: the API reads the
	// time while the timeline runs.
	at *atomic.Int64
	// stepped is how far Step has moved the clock in all.
	stepped *atomic.Int64
	// since is the real time at which a running clock showed base.
	running *atomic.Pointer[running]
}

// running is a clock that showed base at the real time since.
type running struct{ base, since time.Time }

func newPace(c Config) pace {
	p := pace{speed: c.Speed, stands: c.Stepped, at: new(atomic.Int64), stepped: new(atomic.Int64), running: new(atomic.Pointer[running])}
	p.at.Store(c.Epoch.UnixNano())
	p.running.Store(&running{c.Epoch, time.Now()})
	return p
}

func (p pace) jumps() bool { return !p.stands && p.speed == 0 }
func (p pace) runs() bool  { return !p.stands && p.speed > 0 }

// clock is the time of the PBX; any goroutine may ask.
func (p pace) clock() time.Time {
	at := time.Unix(0, p.at.Load()).UTC()
	r := p.running.Load()
	if !p.runs() || r == nil { // a step under way: it goes with that
		return at
	}
	if c := r.base.Add(time.Duration(float64(time.Since(r.since)) * p.speed)); c.After(at) {
		return c
	}
	return at
}

// step is a move of the clock that was asked for.
type step struct {
	d    time.Duration
	to   time.Time // once it is under way
	done chan struct{}
}

// beginStep starts the step that is first in the line. A running clock rests
// while it is stepped, and runs on from there.
func (t *timeline) beginStep() {
	if len(t.steps) == 0 {
		t.running.Store(&running{t.now, time.Now()})
		return
	}
	t.running.Store(nil)
	t.steps[0].to = t.now.Add(t.steps[0].d)
}

// Now is the time of the PBX.
func (p *PBX) Now() time.Time { return p.tl.clock() }

// Step moves the clock of the PBX on by d, and with it all that waits for the
// time: what becomes due happens in its order, each at its own moment and after
// the listener has answered what was told before. Step returns when the clock
// shows the time d later and everything told by then was answered. When ctx
// ends first, the step still goes to its end.
func (p *PBX) Step(ctx context.Context, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("vpbxtest: Step(%v): the clock only goes forward", d)
	}
	s := &step{d: d, done: make(chan struct{})}
	err := p.tl.do(ctx, func() {
		p.tl.steps = append(p.tl.steps, s)
		if len(p.tl.steps) == 1 {
			p.tl.beginStep()
		}
	})
	if err != nil {
		return err
	}
	select {
	case <-s.done:
		return nil
	case <-p.tl.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// apiClock is the clock of the guards and of what the API keeps: the PBX's own
// when it stands, else real time. Steps move it in either case.
func (c *Config) apiClock(p pace) func() time.Time {
	now := c.Now
	switch {
	case now == nil && c.Stepped:
		return p.clock
	case now == nil:
		now = time.Now
	}
	return func() time.Time { return now().Add(time.Duration(p.stepped.Load())) }
}
