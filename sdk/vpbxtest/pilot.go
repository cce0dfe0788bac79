package vpbxtest

import "mangoofficesdk/sdk/vpbxtest/internal/lists"

// Defaults of Behaviour, in seconds.
const (
	employeeAnswers Seconds = 4
	clientAnswers   Seconds = 6
	ringTimeout     Seconds = 30
	talkFor         Seconds = 20
	declineAtOnce   Seconds = 1 // busy, DND, unavailable: the network says so
	betweenLegs     Seconds = 2 // of a callback: the trace prints 2 s from answer to the second leg
	betweenTaskLegs Seconds = 1 // of a campaign
)

// await lets the parties of legs act by behaviour: they rang just now.
func (e *entry) await(legs []*leg) {
	for _, l := range legs {
		outcome, after := e.expect(l)
		e.p.tl.after(after.duration(), func() { e.outcome(l, outcome) })
	}
}

// expect is what the called party of l does, and when.
func (e *entry) expect(l *leg) (Outcome, Seconds) {
	does, after := e.behave.ClientDoes, e.behave.ClientAnswersAfter
	fill(&after, clientAnswers)
	if own, ok := e.p.cfg.Clients[l.to.number]; ok && l.to.ext == "" {
		does = own
	}
	if l.to.ext != "" {
		does, after = e.behave.EmployeeDoes, e.behave.EmployeeAnswersAfter
		fill(&after, employeeAnswers)
		if own, ok := e.p.dir.worker(l.to.ext); ok && own.Does != "" {
			does = own.Does
		}
		if e.lead != nil && e.p.busy(l.to.ext, e) {
			does = Busy
		}
	}
	switch does {
	case NoAnswer:
		after = e.behave.RingTimeout
		fill(&after, ringTimeout)
	case Busy, DND, Unavailable:
		after = declineAtOnce
	}
	return does, after
}

func (e *entry) outcome(l *leg, does Outcome) {
	if e.over || !l.ringing() {
		return
	}
	if reason := outcomes[does]; reason != 0 {
		e.drop(l, reason, flags{})
		if l == e.moved {
			e.giveBack(l)
			return
		}
		e.missedBy(l, reason)
		return
	}
	e.connect(l)
	switch {
	case l.orderer:
		between := betweenLegs
		if e.task != 0 {
			between = betweenTaskLegs
		} else {
			e.caller = l.to.plain() // one of a group perhaps
		}
		e.p.tl.after(between.duration(), func() { e.dialBack(l) })
	case l == e.moved:
		e.consulted()
	default:
		e.converse(l)
	}
}

// consulted lets a consultation run: then the employee hangs up his handset
// and so joins the two, unless a command did something else.
func (e *entry) consulted() {
	e.timer.stop()
	e.timer = e.p.tl.after(e.behave.TalkFor.or(talkFor), func() {
		if e.leave(0) == nil {
			e.converse(e.talking)
		}
	})
}

// converse lets a conversation run and then be hung up.
func (e *entry) converse(l *leg) {
	side := e.behave.HangsUp
	fill(&side, Client)
	e.timer.stop()
	e.timer = e.p.tl.after(e.behave.TalkFor.or(talkFor), func() {
		if !e.over && l.live() {
			e.hangup(side)
		}
	})
}

// dialBack is the second half of a callback: the one who ordered it holds his
// phone, his first leg ends with 1000 and the target is called. The second leg
// is not reversed.
func (e *entry) dialBack(first *leg) {
	if e.over || !first.live() {
		return
	}
	e.drop(first, codeDone, flags{})
	from := first.to.plain()
	from.taken, e.prev = first.id, first.id
	if e.direction == dirIn {
		e.forwarded = e.p.tl.now
	}
	if e.task != 0 {
		e.dialSecond(from)
		return
	}
	if e.direction == dirOut {
		from.line = e.line
	}
	target := e.target.ext
	if target == "" {
		target = e.target.number
	}
	to, ok := e.p.dir.resolve(target)
	if !ok { // deleted since the call was ordered
		e.finish(reasonNobody)
		return
	}
	second := func(to []party) []*leg {
		if e.direction == dirIn {
			return e.ring(to, "", nil) // from the first leg, or from the queue
		}
		return e.legsTo(from, to, nil)
	}
	if g := to[0].group; g != nil {
		e.hunts(*g, second)
	} else if legs := second(to); e.direction != dirOut || !e.forbid(legs[0]) {
		e.await(legs)
	}
}

// forbid ends a call to an outside number that the company forbids to call
// (document §3.8.3). Which reason that has is inferred.
func (e *entry) forbid(l *leg) bool {
	if l.to.ext != "" || !e.p.restrictions.Bans(l.to.number, lists.Direct) {
		return false
	}
	e.finish(reasonBanned)
	return true
}
