package vpbxtest

import "errors"

var errNoTalk = errors.New("there is no conversation")

func (e *entry) doHold(Step) error {
	l := e.talking
	if l == nil || l.state != connected {
		return errNoTalk
	}
	worker := l.clientIsCaller() // the employee is the callee then
	l.tell(onHold, flags{toHolds: worker, fromHolds: !worker})
	e.held = l
	return nil
}

func (e *entry) doResume(Step) error {
	if e.held == nil || e.held.state != onHold {
		return errors.New("nobody is on hold")
	}
	e.resume()
	return nil
}

func (e *entry) resume() {
	e.talking, e.held, e.moved = e.held, nil, nil
	e.talking.tell(connected, flags{})
}

// doConsult: the employee calls a colleague, himself taken from the held leg.
func (e *entry) doConsult(s Step) error { return e.dialOn(s.To.first(), true) }

// doBlind: the first event of the new leg has the employee as caller and no
// parent, as in the printed trace.
func (e *entry) doBlind(s Step) error { return e.dialOn(s.To.first(), false) }

func (e *entry) dialOn(number string, consult bool) error {
	if e.talking == nil {
		return errNoTalk
	}
	to, ok := e.p.dir.resolve(number)
	if !ok || len(to) != 1 {
		return errors.New("nobody has the number " + number)
	}
	if e.held == nil {
		if err := e.doHold(Step{}); err != nil {
			return err
		}
	}
	e.dial(to[0], consult)
	return nil
}

// dial calls a colleague for the employee of the held leg.
func (e *entry) dial(to party, consult bool) {
	from := e.held.workerParty().plain()
	if consult {
		from.taken = e.held.id
	}
	e.moved = e.leg(atAbonent, from, to, func(l *leg) {
		if consult {
			l.transfer, l.consulted = transferConsult, true
		}
	})
}

// doLeave: the employee hangs up his handset. His leg to the client ends, and
// the leg to the colleague is told a second time with the client as caller:
// Connected when the colleague had answered, Appeared when it still rings.
func (e *entry) doLeave(Step) error { return e.leave(0) }

// leave takes the employee out of a transfer; reason ends his leg, 0 = as he
// hangs up.
func (e *entry) leave(reason int) error {
	if e.held == nil || e.moved == nil || !e.moved.live() {
		return errors.New("no transfer is under way")
	}
	held, moved := e.held, e.moved
	client := held.clientParty().plain()
	client.taken = held.id
	calleeLeft := held.clientIsCaller()
	if reason == 0 {
		reason = held.endReason(Worker)
	}
	e.drop(held, reason, flags{fromLeft: calleeLeft, toLeft: !calleeLeft})
	moved.from, moved.transfer = client, transferBlind
	moved.tell(moved.state, flags{})
	e.held = nil
	if moved.state == connected {
		e.talking, e.moved = moved, nil
	}
	return nil
}

func (e *entry) doCancel(Step) error {
	if e.held == nil || e.moved == nil {
		return errors.New("no transfer is under way")
	}
	e.drop(e.moved, reasonCaller, flags{})
	e.resume()
	return nil
}

// doReturn: the target of a blind transfer did not answer, the client is
// called back to the employee who had left.
func (e *entry) doReturn(Step) error {
	moved := e.moved
	if moved == nil || e.held != nil || !moved.ringing() {
		return errors.New("no blind transfer waits for an answer")
	}
	e.drop(moved, reasonNoAnswer, flags{})
	e.callBack(moved)
	return nil
}

// callBack rings the employee who gave the client away (v2: return_blind).
func (e *entry) callBack(lost *leg) {
	from := lost.from.plain()
	from.taken = lost.id
	to := e.talking.workerParty().plain()
	e.moved = nil
	e.leg(atAbonent, from, to, func(l *leg) { l.transfer = transferReturned })
}
