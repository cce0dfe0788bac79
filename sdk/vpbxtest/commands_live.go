package vpbxtest

import (
	"slices"
	"time"
)

const (
	// delivered is from the result of an SMS to its final state (printed trace).
	delivered    = 12 * time.Second
	reasonLate   = 4301
	reasonNoSMS  = 4392
	announcement = 5 * time.Second // how long every audio file plays
)

// doCallbackGroup: exactly one of the two is a group. Who is named first is
// rung first: the client, or every operator of the group.
func (p *PBX) doCallbackGroup(id, first, second, line string) {
	of, known := p.dir.line(line)
	rung, ok := p.dir.resolve(first)
	target, reachable := p.dir.resolve(second)
	outside := func(to []party) bool { return to[0].group == nil && to[0].ext == "" }
	if !known || !ok || !reachable || (rung[0].group == nil) == (target[0].group == nil) || !outside(rung) && !outside(target) {
		p.result("callback_group", id, codeWrongParam)
		return
	}
	p.result("callback_group", id, codeDone)
	direction := dirOut
	if outside(rung) {
		direction = dirIn // inferred: the client stands for the caller
	}
	e := p.newEntry(direction, Behaviour{})
	e.line, e.command, e.initiator = of.Number, id, callbackByAPI
	e.caller, e.target = rung[0].plain(), target[0].plain()
	if g := target[0].group; g != nil {
		e.target = party{ext: *g}
	} else {
		e.caller = party{ext: *rung[0].group} // until one of them answers
	}
	order := func(to []party) []*leg { return e.legsTo(e.target, to, func(l *leg) { l.orderer = true }) }
	if g := rung[0].group; g != nil {
		e.hunts(*g, order)
	} else {
		e.await(order(rung))
	}
}

func (p *PBX) doSMS(id, from, number string) {
	to, ok := p.dir.resolve(number)
	if _, employed := p.dir.worker(from); !employed || !ok || to[0].ext != "" || to[0].group != nil {
		p.result("sms", id, codeWrongParam)
		return
	}
	p.result("sms", id, codeDone)
	reason := codeDone
	switch p.cfg.Behaviour.ClientDoes {
	case Unavailable:
		reason = reasonLate
	case Rejects:
		reason = reasonNoSMS
	}
	p.tl.after(delivered, func() {
		p.emit(nil, pathSMS, smsMessage{CommandID: id, Timestamp: p.unix(p.tl.now), Reason: p.num(int64(reason))})
	})
}

// doRecord records an employee who talks.
func (p *PBX) doRecord(id, call, who string) {
	l, ok := p.legs[call]
	if !ok || !l.live() {
		p.result("recording/start", id, codeNoCall)
		return
	}
	code := codeDone
	sides := []party{l.from, l.to}
	i := slices.IndexFunc(sides, func(s party) bool { return s.ext != "" && p.dir.answers(s, who) })
	switch {
	case i < 0:
		code = codeNoNumber
	case l.location != atAbonent || l.ringing():
		code = codeForbidden
	case l.records(sides[i]):
		code = codeRecording
	}
	p.result("recording/start", id, code)
	if code == codeDone {
		l.beginRecording(sides[i], id)
	}
}

// answers reports whether number is one of the employee of a party.
func (d directory) answers(of party, number string) bool {
	to, ok := d.resolve(number)
	return number == of.number || ok && to[0].group == nil && to[0].ext == of.ext
}

// doPlay plays a file to a caller whom the scheme has; the scheme goes on
// afterwards. Nothing is told but the result.
func (p *PBX) doPlay(id, call string, file *int64, pause time.Duration) {
	l, ok := p.legs[call]
	code := codeDone
	switch {
	case !ok || !l.live():
		code = codeNoCall
	case l.location == atAbonent:
		code = codeForbidden
	case file != nil && !p.dir.HasAudio(*file):
		code = codeNoFile
	}
	p.result("play/start", id, code)
	if code != codeDone || !l.e.scripted || l.e.timer == nil {
		return
	}
	if file != nil {
		pause += announcement
	}
	t := l.e.timer
	t.stop()
	l.e.timer = p.tl.after(t.at.Sub(p.tl.now)+pause, t.fn)
}

// talk finds the conversation that a command is about, with the employee who
// is said to act; the code tells what is wrong.
func (p *PBX) talk(call, initiator string) (*leg, int) {
	l, ok := p.legs[call]
	switch {
	case !ok || !l.live():
		return nil, codeNoCall
	case l.orderer, l.state != connected, l != l.e.talking, l.e.moved != nil, !l.acts(initiator):
		return nil, codeForbidden
	}
	return l, codeDone
}

// doTransfer leads the client of a conversation on. Of a group the first
// operator is called (inferred).
func (p *PBX) doTransfer(id, call, number, initiator string, consult bool) {
	l, code := p.talk(call, initiator)
	to, known := p.dir.resolve(number)
	switch {
	case code != codeDone:
	case !known:
		code = codeWrongNumber
	case to[0].ext != "" && (to[0].ext == l.from.ext || to[0].ext == l.to.ext):
		code = codeForbidden
	}
	p.result("transfer", id, code)
	if code != codeDone {
		if l != nil {
			l.worker = ""
		}
		return
	}
	e := l.e
	e.takeOver()
	e.command = id
	_ = e.doHold(Step{}) // there is a conversation: talk saw to it
	e.dial(to[0], consult)
	moved := e.moved
	if !consult {
		_ = e.leave(0) // there is a transfer now
	}
	e.await([]*leg{moved})
}

// doConnect joins the client on hold with the colleague; the employee is out.
func (p *PBX) doConnect(id, held, moved, initiator string) {
	h, ok := p.legs[held]
	m, known := p.legs[moved]
	code := codeDone
	switch {
	case !ok || !known || !h.live() || !m.live():
		code = codeNoCall
	case h.e != m.e, h != h.e.held, m != h.e.moved, m.state != connected, initiator != m.from.number && initiator != m.from.ext:
		code = codeForbidden
	}
	p.result("calls_connect", id, code)
	if code == codeDone {
		h.e.takeOver()
		_ = h.e.leave(reasonAssigned) // checked above
		h.e.converse(m)
	}
}

// doCancel gives the client on hold back to the employee.
func (p *PBX) doCancel(id, call string) {
	l, ok := p.legs[call]
	code := codeDone
	switch {
	case !ok || !l.live():
		code = codeNoCall
	case l != l.e.held:
		code = codeForbidden
	}
	p.result("transfer_cancel", id, code)
	if code != codeDone {
		return
	}
	e := l.e
	e.takeOver()
	if e.moved != nil {
		e.drop(e.moved, reasonCommand, flags{})
	}
	e.resume()
	e.converse(e.talking)
}

// doHold holds a conversation; there is no command to take it back, so the
// employee does it on his phone after a while.
func (p *PBX) doHold(id, call, initiator string) {
	l, code := p.talk(call, initiator)
	p.result("call/hold/on", id, code)
	if code != codeDone {
		return
	}
	e := l.e
	e.takeOver()
	_ = e.doHold(Step{}) // there is a conversation: talk saw to it
	e.timer = p.tl.after(e.behave.TalkFor.or(talkFor), func() {
		if e.held == l && l.live() {
			e.resume()
			e.converse(l)
		}
	})
}
