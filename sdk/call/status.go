package call

import (
	"time"

	"mangoofficesdk/sdk/notify"
)

// Status of a finished call or leg (BSL contract, CallSummary); "" = none: the
// leg lives, or is a step of the menu or of a callback.
type Status string

// The six statuses.
const (
	Missed      Status = "missed"
	AcceptedOK  Status = "accepted_ok"
	AcceptedBad Status = "accepted_bad"
	ReachedOK   Status = "reached_ok"
	ReachedBad  Status = "reached_bad"
	Transferred Status = "transferred"
)

// Thresholds make a conversation successful: longer than MinIn (incoming) or
// MinOut (outgoing, internal) seconds; Inclusive also takes an equal one.
// 0 takes every conversation, even one of 0 s.
type Thresholds struct {
	MinIn, MinOut int // s, 0–9999
	Inclusive     bool
}

func (t Thresholds) pass(minimum int, talk time.Duration) bool {
	limit := time.Duration(minimum) * time.Second
	return minimum == 0 || talk > limit || t.Inclusive && talk == limit
}

// Of is the status of a conversation, or of its absence, without transfers.
// The threshold measures talk, and applies to answered calls only.
func (t Thresholds) Of(d Direction, answered bool, talk time.Duration) Status {
	switch {
	case d == In && !answered:
		return Missed
	case d == In && t.pass(t.MinIn, talk):
		return AcceptedOK
	case d == In:
		return AcceptedBad
	case answered && t.pass(t.MinOut, talk):
		return ReachedOK
	}
	return ReachedBad
}

// LegStatus is the status of one leg.
func (c *Call) LegStatus(l *Leg, t Thresholds) Status {
	if l.Live() {
		return ""
	}
	if !l.AtAbonent() {
		if c.Direction() == In && c.Answered() == nil && !c.rung() {
			return Missed // the caller left within the menu
		}
		return ""
	}
	if c.CallbackFirst(l) {
		if l.Talked() {
			return "" // the employee took the phone; the client's leg has the status
		}
		return ReachedBad
	}
	if c.LeftByTransfer(l) {
		return Transferred
	}
	d := c.Direction()
	if l.From.Extension != "" && l.To.Extension != "" {
		d = Internal // a consultation within an incoming call
	}
	return t.Of(d, l.Talked(), l.Talk(l.Ended))
}

// rung reports whether the call ever reached a person.
func (c *Call) rung() bool {
	for _, l := range c.sorted {
		if l.AtAbonent() {
			return true
		}
	}
	return false
}

// Status is the status of the whole call. A transferred one takes that of its
// last leg; any other is measured by the whole conversation.
//
// So a client who spoke with somebody and was then transferred to a telephone
// that nobody took is missed: he hung up unserved and is to be called back, and
// a manager looks for such calls among the missed ones. That he did speak stays
// visible in TalkStarted, and the author of the call is who passed him on.
func (c *Call) Status(t Thresholds) Status {
	d := c.Direction()
	answered := !c.TalkStarted().IsZero()
	talk := span(c.TalkStarted(), c.Ended(), c.Ended())
	if last := c.lastOfTransfer(); last != nil {
		answered, talk = last.Talked(), last.Talk(c.Ended())
	}
	return t.Of(d, answered, talk)
}

// Uncertain reports whether a lost notification may have decided the status: of
// the leg that a transferred call ended in, an answer could be missing. Such a
// call counts as missed: calling back in vain is better than not at all.
func (c *Call) Uncertain() bool {
	last := c.lastOfTransfer()
	return last != nil && last.Gaps() && !last.Talked()
}

// Role of a leg in what became of its call. It does not depend on thresholds.
type Role string

// The roles.
const (
	Step   Role = "step"   // in a menu or a queue, or the first leg of a callback
	Aside  Role = "aside"  // a consultation that did not become a transfer
	Left   Role = "left"   // an employee left it by a transfer
	Served Role = "served" // any other
)

// RoleOf tells the role of l.
func (c *Call) RoleOf(l *Leg) Role {
	switch {
	case !l.AtAbonent() || c.CallbackFirst(l):
		return Step
	case c.aside(l):
		return Aside
	case c.LeftByTransfer(l):
		return Left
	}
	return Served
}

// lastOfTransfer is the leg that a transferred call ended in, nil when nobody
// transferred it. A conversation goes before the telephones that rang beside it
// in vain, whatever their order: he may have been transferred to a group.
func (c *Call) lastOfTransfer() (last *Leg) {
	transferred := false
	for _, l := range c.sorted {
		switch c.RoleOf(l) {
		case Step, Aside:
		case Left:
			transferred = true
		case Served:
			if last == nil || l.Talked() || !last.Talked() {
				last = l
			}
		}
	}
	if !transferred {
		return nil
	}
	return last
}

// LeftByTransfer reports whether an employee left the conversation of l by
// transferring the other party. API v.2 says so (was_transferred); before it,
// the other party is seen as the caller of a leg taken from l.
func (c *Call) LeftByTransfer(l *Leg) bool {
	if l.Live() || !c.talks(l) {
		return false
	}
	if l.left {
		return true
	}
	for _, child := range c.sorted {
		if child.Parent == l.ID && child != l && moved(child) {
			return true
		}
	}
	return false
}

// moved reports whether the caller of a leg that was taken from a conversation
// is the party that was transferred, not the employee who consults.
func moved(l *Leg) bool {
	switch l.transfer {
	case notify.Blind, notify.ReturnBlind:
		return true
	case notify.Consultative:
		return false
	}
	return l.substituted != "" || l.From.Extension == ""
}

// aside reports whether l is a consultation that did not become a transfer.
func (c *Call) aside(l *Leg) bool {
	p := c.Parent(l)
	return p != nil && c.talks(p) && !moved(l)
}

// returned reports whether l brings a client back to the employee who had
// transferred him blindly: from the leg p that nobody answered, or from the
// very conversation p that the employee had left.
func (c *Call) returned(l, p *Leg) bool {
	if l.To.Extension == "" || l.From.Extension != "" {
		return false
	}
	if c.talks(p) {
		return p.To.Extension == l.To.Extension || p.From.Extension == l.To.Extension
	}
	g := c.Parent(p)
	return g != nil && c.talks(g) && (g.To.Extension == l.To.Extension || g.From.Extension == l.To.Extension)
}

// Transferred is the kind of transfer that brought somebody new into the
// conversation on l; "" for none, and for a consultation that is not joined.
func (c *Call) Transferred(l *Leg) string {
	if kind := c.Transfer(l); kind != "" && !c.aside(l) {
		return kind
	}
	return ""
}

// Transfer tells by which kind of transfer l came about: notify.Blind,
// Consultative, ReturnBlind, or "" by none.
func (c *Call) Transfer(l *Leg) string {
	switch {
	case l.transfer == notify.ReturnBlind:
		return notify.ReturnBlind
	case l.consulted: // it turns into "blind" when the parties are joined (§6.1)
		return notify.Consultative
	case l.transfer != "":
		return l.transfer
	}
	p := c.Parent(l)
	if p != nil && c.returned(l, p) {
		return notify.ReturnBlind
	}
	if p == nil || !c.talks(p) {
		return ""
	}
	if !moved(l) || l.substituted != "" && l.substituted != string(notify.Appeared) {
		return notify.Consultative
	}
	return notify.Blind
}
