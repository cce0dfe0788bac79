package vpbxtest

import "slices"

// Commands are decided on the timeline, a little after their HTTP answer; the
// outcome is posted to /result/<command>.

// order is a callback to carry out.
type order struct {
	id         string // command_id
	from       string // extension of the one who is rung first
	device     string // instead of his default number
	to         string
	line       string
	by         string // callback_initiator
	autoAnswer bool   // Call-Info/answer-after: 0
}

// ordered is an order that passed the checks.
type ordered struct {
	direction    int
	from, target party
	line         string
}

// check tells what becomes of an order; any code but 1000 leaves no event.
func (p *PBX) check(o order) (ordered, int) {
	from, ok := p.dir.employee(o.from)
	if !ok {
		return ordered{}, codeWrongParam
	}
	to, ok := p.dir.resolve(o.to)
	if !ok {
		return ordered{}, codeWrongParam
	}
	plan := ordered{direction: dirInternal, from: from, line: p.dir.outgoing(o.from)}
	if o.line != "" {
		line, ok := p.dir.line(o.line)
		if !ok {
			return ordered{}, codeWrongParam
		}
		plan.line = line.Number
	}
	if o.device != "" {
		plan.from.number = o.device
	}
	switch {
	case to[0].group != nil:
		plan.target = party{ext: *to[0].group}
	case to[0].ext != "":
		plan.target = to[0].plain()
	default:
		plan.direction, plan.target = dirOut, to[0].plain()
	}
	return plan, codeDone
}

// begin rings the one who ordered the call. This first leg is
// reversed: from is the number to be dialled, to is the employee.
func (e *entry) begin(o order, plan ordered) {
	e.direction, e.line, e.caller, e.target = plan.direction, plan.line, plan.from, plan.target
	if o.autoAnswer && (e.behave.EmployeeDoes == "" || e.behave.EmployeeDoes == Answers) {
		e.behave.EmployeeAnswersAfter = declineAtOnce
	}
	e.command, e.initiator = o.id, o.by
	first := e.leg(atAbonent, e.target, e.caller, func(l *leg) { l.orderer = true })
	e.await([]*leg{first})
}

func (p *PBX) doCallback(o order) {
	plan, code := p.check(o)
	p.result("callback", o.id, code) // before the first leg (printed trace "callback")
	if code == codeDone {
		p.newEntry(plan.direction, Behaviour{}).begin(o, plan)
	}
}

// doHangup ends a leg in the IVR or at an abonent (a queue is not listed).
func (p *PBX) doHangup(id, call string) {
	l, ok := p.legs[call]
	switch {
	case !ok || !l.live():
		p.result("call/hangup", id, codeNoCall)
		return
	case l.location == inQueue:
		p.result("call/hangup", id, codeForbidden)
		return
	}
	p.result("call/hangup", id, codeDone)
	e := l.e
	others := slices.DeleteFunc(e.ringing(), func(o *leg) bool { return o == l })
	switch {
	case l == e.moved:
		e.takeOver()
		e.drop(l, reasonCommand, flags{})
		e.giveBack(l)
	case l.ringing() && len(others) > 0: // a colleague still rings
		e.drop(l, reasonCommand, flags{})
	default:
		e.takeOver()
		e.finish(reasonCommand)
	}
}

// giveBack cancels a transfer whose new leg was hung up: the employee has the
// client back, or is called when he had hung up already.
func (e *entry) giveBack(lost *leg) {
	if e.held != nil && e.held.live() {
		e.resume()
		e.converse(e.talking)
		return
	}
	e.callBack(lost)
	e.await(e.ringing())
}

// doRoute leads a call elsewhere that no employee has yet.
func (p *PBX) doRoute(id, call, number string) {
	l, ok := p.legs[call]
	if !ok || !l.live() {
		p.result("route", id, codeNoCall)
		return
	}
	e := l.e
	fromScheme := l.location != atAbonent
	if e.direction != dirIn || l.orderer || l.transfer != "" || (!fromScheme && !l.ringing()) || l == e.moved {
		p.result("route", id, codeForbidden)
		return
	}
	to, ok := p.dir.resolve(number)
	if !ok {
		p.result("route", id, codeWrongNumber)
		return
	}
	e.takeOver()
	if !fromScheme {
		// Picked up while it rang: every leg that rang for this caller ends.
		for _, r := range e.ringing() {
			e.drop(r, reasonPickedUp, flags{})
		}
		e.rung = false // they did not miss it
	}
	ring := func(to []party) []*leg { return e.ring(to, l.id, func(n *leg) { n.command = id }) }
	// Printed trace "route": the result comes after the new leg's Appeared.
	if g := to[0].group; g != nil {
		e.hunts(*g, ring)
		p.result("route", id, codeDone)
		return
	}
	device, _, reachable := p.dir.Reach(number, p.tl.now)
	if reachable { // an employee by his short number: his card is asked
		to[0].number = device
	}
	legs := ring(to)
	p.result("route", id, codeDone)
	if to[0].ext == number && !reachable {
		e.unreached(legs[0], reasonOffHours)
		return
	}
	e.await(legs)
}

func (p *PBX) result(command, id string, code int) {
	p.emit(nil, pathResult+command, resultMessage{CommandID: id, Result: p.num(int64(code))})
}
