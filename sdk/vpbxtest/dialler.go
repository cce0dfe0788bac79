package vpbxtest

import (
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/campaigns"
)

// dialTasks makes the calls that campaigns have due, and comes again when time
// brings more. A call that ends, and a request about campaigns, ask it too.
func (p *PBX) dialTasks() {
	p.redial.stop()
	for _, o := range p.dialling.Due(p.idle) {
		p.dialTask(o)
	}
	if at, ok := p.dialling.Next(); ok {
		p.redial = p.tl.after(at.Sub(p.tl.now), p.dialTasks)
	}
}

// wakeDialler has tasks dialled that waited for somebody to be free.
func (p *PBX) wakeDialler() {
	if p.dialSoon || !p.dialling.Waiting() {
		return
	}
	p.dialSoon = true
	p.tl.after(0, func() {
		p.dialSoon = false
		p.dialTasks()
	})
}

// idle reports whether an employee has no call at all.
func (p *PBX) idle(user int64) bool {
	w, ok := p.dir.ByID(user)
	if !ok {
		return false
	}
	for _, l := range p.legs {
		if l.engages(w.Extension) {
			return false
		}
	}
	return true
}

// dialTask makes the call of one task: the operator is rung and then the
// client, or the other way round. Like that of a callback, the first leg is
// reversed.
func (p *PBX) dialTask(o campaigns.Order) {
	to, ok := p.dir.resolve(o.Number)
	if !ok || to[0].group != nil {
		p.dialling.Done(o.Task, campaigns.Result{Reason: campaigns.NoSuchNumber})
		return
	}
	e := p.newEntry(dirOut, Behaviour{RingTimeout: Seconds(o.Wait.Seconds())})
	e.line, e.initiator, e.task = p.dir.OutgoingLine(o.Line), o.Initiator, o.Task
	e.target = to[0].plain()
	operator := func(user int64) party {
		w, _ := p.dir.ByID(user)
		return party{ext: w.Extension, number: w.Number}
	}
	first := e.target
	if e.caller = operator(o.Operators[0]); o.ClientFirst {
		e.second = func() (party, bool) {
			i := slices.IndexFunc(o.Operators, p.idle)
			if i < 0 {
				return party{}, false
			}
			e.caller = operator(o.Operators[i])
			return e.caller, true
		}
		if len(o.Operators) > 1 { // nobody knows yet who it will be
			e.caller = party{number: e.line}
		}
		first, to = e.caller, []party{e.target}
	} else {
		to = []party{e.caller}
	}
	e.await(e.legsTo(first, to, func(l *leg) { l.orderer = true }))
}

// dialSecond calls the second party of a task for the first, who waits.
func (e *entry) dialSecond(from party) {
	to := e.target
	if e.second != nil {
		var ok bool
		if to, ok = e.second(); !ok {
			e.finish(reasonNobodyIn)
			return
		}
	}
	e.await(e.legsTo(from, []party{to}, nil))
}

// dialledTask tells the campaign how the call of its task ended.
func (e *entry) dialledTask() {
	p := e.p
	w, _ := p.dir.worker(e.caller.ext)
	r := campaigns.Result{Reason: campaigns.Talked, Operator: w.UserID}
	if e.talk.IsZero() {
		r.Reason = e.failure()
	} else {
		r.Talk = e.ended.Sub(e.talk)
	}
	for _, l := range e.all {
		for _, rec := range l.recordings {
			if rec.saved {
				r.Record = rec.id
			}
		}
	}
	p.dialling.Done(e.task, r)
	p.wakeDialler()
}

// redialMissed has a campaign call a client back whom a group missed, if the
// group names one.
func (e *entry) redialMissed() {
	if e.direction != dirIn || !e.talk.IsZero() || !e.rung || e.caller.number == "" {
		return
	}
	if campaign := e.p.dir.AutoDial(e.missed.ext); campaign != 0 {
		e.p.dialling.Redial(campaign, e.caller.number)
		e.p.wakeDialler()
	}
}

// failure is why nobody talked in the call of a task: what the last one who
// was rung did.
func (e *entry) failure() int {
	last := e.all[len(e.all)-1]
	client := last.to.plain() == e.target
	if last.talked { // the first leg: nobody was found for the second
		client = !client
	}
	reasons := []int{campaigns.OperatorBusy, campaigns.OperatorNoAnswer, campaigns.OperatorUnavailable}
	if client {
		reasons = []int{campaigns.ClientBusy, campaigns.ClientNoAnswer, campaigns.ClientUnavailable}
	}
	switch last.reason {
	case reasonBusy, reasonRejected, reasonDND:
		return reasons[0]
	case reasonNoAnswer, reasonCaller:
		return reasons[1]
	}
	return reasons[2]
}
