package report

import (
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
)

// Status is the status of a stored call by these thresholds: what
// call.Call.Status would have said with them. Of a call that was transferred
// the last leg decides, a conversation going before telephones that rang in
// vain.
func Status(c *history.Call, t call.Thresholds) call.Status {
	answered, talk := !c.TalkStarted.IsZero(), time.Duration(c.TalkSec)*time.Second
	if last := lastOfTransfer(c.Legs); last != nil {
		if answered, talk = !last.TalkStarted.IsZero(), 0; answered {
			talk = max(0, c.Ended.Sub(last.TalkStarted))
			if !last.Ended.IsZero() {
				talk = max(0, last.Ended.Sub(last.TalkStarted))
			}
		}
	}
	return t.Of(c.Direction, answered, talk)
}

func lastOfTransfer(legs []engine.Leg) (last *engine.Leg) {
	transferred := false
	for i := range legs {
		l := &legs[i]
		switch roleOf(l) {
		case call.Step, call.Aside:
		case call.Left:
			transferred = true
		case call.Served:
			if last == nil || !l.TalkStarted.IsZero() || last.TalkStarted.IsZero() {
				last = l
			}
		}
	}
	if !transferred {
		return nil
	}
	return last
}

// roleOf is the role of a stored leg; of one that was stored without it, it is
// guessed: a consultation that became a transfer has the client for its caller.
func roleOf(l *engine.Leg) call.Role {
	switch {
	case l.Role != "":
		return l.Role
	case l.Status == "": // a step of the menu, the first leg of a callback
		return call.Step
	case l.Transfer == "consultative" && l.Caller.Extension != "":
		return call.Aside
	case l.Status == call.Transferred:
		return call.Left
	}
	return call.Served
}
