package vpbxtest

import (
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/tracking"
)

// Directions as the summary tells them.
const (
	dirInternal = 0
	dirIn       = 1
	dirOut      = 2
)

// entry is one whole call: legs that share an entry_id. Only the timeline
// touches it.
type entry struct {
	p         *PBX
	id        string
	direction int
	caller    party // who the summary names as from
	target    party // whom an outgoing or internal call is for
	line      string
	tracked   int    // kind of the tracking number that was called
	trackedBy string // that number

	created   time.Time
	forwarded time.Time // start of the redirect from the IVR
	talk      time.Time // moment of the first answer
	ended     time.Time
	answered  party // the first who answered
	missed    party // the first who was rung in vain
	rung      bool

	legs    []*leg // live ones, in order of appearance
	all     []*leg // ended ones too
	talking *leg   // the conversation
	held    *leg   // client on hold during a consultation or a blind transfer
	moved   *leg   // the employee's second leg, to the colleague
	prev    string // leg the client comes from: IVR or queue
	dtmf    int64
	records int // recordings so far

	command, initiator string

	task   int64                // of the campaign that made the call; 0 = none
	second func() (party, bool) // who is called second in it; nil = target

	lead *lead // how the company's settings lead it; nil = they do not
	hunt *hunt // the group that is being rung; nil = none

	behave   Behaviour
	scripted bool
	script   []Step
	pc       int
	timer    *moment // of the script or of the conversation

	over      bool
	summed    bool
	unsettled int // notifications not yet answered
	err       error
	done      chan struct{}
}

func (p *PBX) newEntry(direction int, b Behaviour) *entry {
	e := &entry{
		p: p, id: p.ids.nextEntry(), direction: direction, created: p.tl.now,
		behave: b.over(p.cfg.Behaviour), done: make(chan struct{}),
	}
	p.live[e.id] = e
	p.rec.call()
	return e
}

// leg makes a leg of this call and announces it.
func (e *entry) leg(location string, from, to party, change func(*leg)) *leg {
	l := &leg{
		e: e, id: e.p.ids.nextCall(location == inIVR), location: location, from: from, to: to,
		command: e.command, initiator: e.initiator,
	}
	if change != nil {
		change(l)
	}
	e.legs = append(e.legs, l)
	e.all = append(e.all, l)
	e.p.legs[l.id] = l
	l.tell(appeared, flags{})
	return l
}

// enter takes the caller into the IVR or a queue; the place before it ends.
func (e *entry) enter(location, group string) *leg {
	from := e.caller
	from.taken = e.leaveMenu()
	to := party{number: e.line, line: e.line}
	if location == inQueue {
		to.group = &group
	}
	return e.leg(location, from, to, nil)
}

// leaveMenu ends the IVR or queue leg with 1100 and returns the leg that the
// caller comes from. Inferred: a queue leg ends when an operator is rung.
func (e *entry) leaveMenu() string {
	for _, l := range slices.Clone(e.legs) {
		if l.location != atAbonent {
			e.drop(l, reasonNormal, flags{})
			e.prev = l.id
		}
	}
	return e.prev
}

// ring rings every one of to for the caller of the call, who comes from the
// leg prev ("" = the IVR or queue just left).
func (e *entry) ring(to []party, prev string, change func(*leg)) []*leg {
	taken := e.leaveMenu()
	if prev != "" {
		taken = prev
	}
	if e.forwarded.IsZero() {
		e.forwarded = e.p.tl.now
	}
	from := e.caller
	from.taken = taken
	if e.direction == dirIn {
		to = slices.Clone(to)
		for i := range to {
			to[i].line = e.line
		}
	}
	return e.legsTo(from, to, change)
}

// legsTo rings every one of to for from.
func (e *entry) legsTo(from party, to []party, change func(*leg)) []*leg {
	legs := make([]*leg, 0, len(to))
	for _, party := range to {
		legs = append(legs, e.leg(atAbonent, from, party, change))
	}
	return legs
}

// connect answers a ringing leg; whoever else was rung for it loses.
func (e *entry) connect(l *leg) {
	for _, other := range e.ringing() {
		if other != l {
			e.drop(other, e.p.cfg.Style.LostLeg, flags{})
		}
	}
	l.talked = true
	e.stopLead()
	if e.direction == dirOut && l.from.ext != "" && l.from.number == "" {
		l.from.number, l.from.line = e.caller.number, e.line
	}
	if l == e.moved {
		if e.held == nil { // blind: the client was there already
			e.talking, e.moved = l, nil
		}
		l.tell(connected, flags{})
		return
	}
	e.talking = l
	if e.talk.IsZero() && !l.orderer {
		e.talk = e.p.tl.now
		e.answered = l.to.plain()
	}
	l.tell(connected, flags{})
}

// drop ends one leg.
func (e *entry) drop(l *leg, reason int, f flags) {
	if !l.live() {
		return
	}
	if l.location == atAbonent && !l.talked && !e.rung && !l.orderer {
		e.rung, e.missed = true, l.to.plain()
		if l.to.group != nil {
			e.missed = party{ext: *l.to.group} // a missed group is told without a device
		}
	}
	l.reason = reason
	e.p.hungUp(l)
	e.legs = slices.DeleteFunc(e.legs, func(o *leg) bool { return o == l })
	l.tell(disconnected, f)
}

// hangup ends the call because side hung up.
func (e *entry) hangup(side Side) {
	reason := reasonCaller
	if main := e.main(); main != nil {
		reason = main.endReason(side)
	}
	for _, l := range e.lastFirst() {
		e.drop(l, l.endReason(side), flags{})
	}
	e.finish(reason)
}

// main is the leg whose end is the end of the call.
func (e *entry) main() *leg {
	if e.talking != nil && e.talking.live() {
		return e.talking
	}
	if len(e.legs) == 0 {
		return nil
	}
	return e.legs[0]
}

// lastFirst lists the live legs, the main one at the end.
func (e *entry) lastFirst() []*leg {
	legs := slices.Clone(e.legs)
	main := e.main()
	slices.SortStableFunc(legs, func(a, b *leg) int {
		switch {
		case a == main && b != main:
			return 1
		case b == main && a != main:
			return -1
		}
		return 0
	})
	return legs
}

// finish ends whatever still lives with reason and posts the summary.
func (e *entry) finish(reason int) {
	if e.over {
		return
	}
	for _, l := range e.lastFirst() {
		e.drop(l, reason, flags{})
	}
	e.over, e.ended = true, e.p.tl.now
	e.timer.stop()
	e.stopLead()
	// In live traffic the summary of a conversation comes about a second
	// after the last leg, that of a missed call at once.
	var delay Seconds
	if !e.talk.IsZero() && e.direction != dirInternal {
		delay = 1
	}
	e.p.tl.after(delay.duration(), func() { e.summary(reason) })
	if e.task != 0 {
		e.dialledTask()
	}
	e.redialMissed()
}

// ringing lists the legs that ring on behalf of the caller.
func (e *entry) ringing() []*leg {
	var out []*leg
	for _, l := range e.legs {
		if l.ringing() && (l != e.moved) {
			out = append(out, l)
		}
	}
	return out
}

// reached is whom the summary names as to; empty when nobody was rung.
func (e *entry) reached() party {
	switch {
	case e.direction != dirIn:
		return e.target
	case !e.talk.IsZero():
		return e.answered
	case e.rung:
		return e.missed
	}
	return party{}
}

func (e *entry) dct() dctMessage {
	return dctMessage{Number: e.trackedBy, Type: e.p.num(int64(e.tracked))}
}

func (e *entry) summary(reason int) {
	p := e.p
	m := summaryMessage{
		EntryID: e.id, Direction: p.num(int64(e.direction)), From: e.caller.plain().message(),
		Created: p.unix(e.created), Talk: p.unix(e.talk), Ended: p.unix(e.ended),
		Forwarded: p.num(0), Result: p.num(0), Reason: p.num(int64(reason)),
	}
	if e.direction != dirInternal {
		m.Line = e.line
	}
	if !e.talk.IsZero() {
		m.Result = p.num(1)
	}
	if e.tracked != tracking.None && !p.faults.v2() {
		m.DCT = new(e.dct()) // printed in 2017, and no longer
	}
	m.To = e.reached().message()
	switch {
	case e.direction != dirIn: // forward_time = create_time
		m.Forwarded = m.Created
	case !e.talk.IsZero():
		m.Forwarded = p.unix(e.forwarded)
	}
	p.archive.Keep(e.history(reason))
	p.emit(e, pathSummary, m)
	e.summed = true
	p.settle(e)
}

// forget takes the call out of the PBX. A command that names one of its legs
// later is answered 4101, as one for an ended leg.
func (e *entry) forget() {
	delete(e.p.live, e.id)
	for _, l := range e.all {
		delete(e.p.legs, l.id)
	}
	close(e.done)
}
