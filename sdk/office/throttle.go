package office

import (
	"context"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// throttleEvery is how often at most Throttle is told.
const throttleEvery = time.Second

// guardChanged is what the guard calls: it must be quick, and leaves the rest
// to throttle.
func (o *Office) guardChanged() {
	o.stats.touch()
	group.Nudge(o.guarded)
	group.Nudge(o.paused)
}

// throttle tells every session when requests to the PBX begin to wait, wait for
// another reason, or go again. The guard notices an end only when it is asked,
// so an alarm asks.
func (o *Office) throttle(ctx context.Context) {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	told := text.Code("")
	for {
		select {
		case <-o.guarded:
		case <-alarm.C:
		case <-ctx.Done():
			return
		}
		why, until := held(o.client.Guard())
		if why != "" {
			alarm.Reset(max(time.Until(until), time.Millisecond))
		}
		if why == told {
			continue
		}
		told = why
		ev := o.localEvent(engine.Throttle, engine.ThrottleBody{Until: until.UTC().Round(0), Why: string(why)})
		for _, l := range o.crowd.sessions() {
			l.tellNewest("throttle", ev)
		}
		if !group.Sleep(ctx, throttleEvery) {
			return
		}
	}
}

// held is the strongest reason why requests wait, and until when.
func held(s guard.Status) (why text.Code, until time.Time) {
	switch {
	case !s.GateUntil.IsZero():
		return text.APIPaused, s.GateUntil
	case !s.BackoffUntil.IsZero():
		return text.RateLimited, s.BackoffUntil
	case !s.WindowUntil.IsZero():
		return text.RequestsHeld, s.WindowUntil
	}
	return "", time.Time{}
}
