package vpbxtest

import (
	"errors"
	"fmt"
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/tracking"
)

// need is a member that a verb cannot do without.
type need struct {
	name  string
	given func(Step) bool
}

var (
	needFrom   = need{"from", func(s Step) bool { return s.From != "" }}
	needTo     = need{"to", func(s Step) bool { return len(s.To) == 1 && s.To[0] != "" }}
	needRung   = need{"to or group", func(s Step) bool { return (len(s.To) > 0) != (s.Group != "") }}
	needGroup  = need{"group", func(s Step) bool { return s.Group != "" }}
	needDigits = need{"digits", func(s Step) bool { return s.Digits != "" }}
)

// verb is what a step needs and does.
type verb struct {
	begins bool
	needs  []need
	do     func(*entry, Step) error
}

var verbs = map[Verb]verb{
	VerbInbound:  {begins: true, do: (*entry).doInbound},
	VerbOutbound: {begins: true, needs: []need{needFrom, needTo}, do: (*entry).doOutbound},
	VerbInternal: {begins: true, needs: []need{needFrom, needTo}, do: (*entry).doOutbound},
	VerbCallback: {begins: true, needs: []need{needFrom, needTo}, do: (*entry).doCallback},

	VerbFollow: {do: (*entry).doFollow},

	VerbIVR:   {do: (*entry).doIVR},
	VerbDTMF:  {needs: []need{needDigits}, do: (*entry).doDTMF},
	VerbQueue: {needs: []need{needGroup}, do: (*entry).doQueue},
	VerbRing:  {needs: []need{needRung}, do: (*entry).doRing},

	VerbAnswer:  {do: (*entry).doAnswer},
	VerbDecline: {do: (*entry).doDecline},
	VerbTimeout: {do: (*entry).doTimeout},

	VerbTalk:    {do: (*entry).doTalk},
	VerbHold:    {do: (*entry).doHold},
	VerbResume:  {do: (*entry).doResume},
	VerbConsult: {needs: []need{needTo}, do: (*entry).doConsult},
	VerbBlind:   {needs: []need{needTo}, do: (*entry).doBlind},
	VerbLeave:   {do: (*entry).doLeave},
	VerbCancel:  {do: (*entry).doCancel},
	VerbReturn:  {do: (*entry).doReturn},

	VerbHangup: {do: (*entry).doHangup},
	VerbEnd:    {do: (*entry).doEnd},
}

// run plays the steps up to the next one that lasts. A script that is over
// while the call is not ends with the caller hanging up.
func (e *entry) run() {
	for e.pc < len(e.script) {
		s := e.script[e.pc]
		e.pc++
		if err := verbs[s.Do].do(e, s); err != nil {
			e.err = fmt.Errorf("vpbxtest: step %d (%s): %w", e.pc, s.Do, err)
			if len(e.all) == 0 { // it never began: nothing to tell anybody
				e.over = true
				e.forget()
				return
			}
			e.finish(reasonTechnical)
			return
		}
		if e.over || !e.scripted {
			return
		}
		if s.Sec > 0 {
			e.timer = e.p.tl.after(s.Sec.duration(), e.run)
			return
		}
	}
	if e.lead != nil {
		e.letGo()
		return
	}
	e.hangup(Caller)
}

// takeOver ends the script: from here on a command leads.
func (e *entry) takeOver() {
	e.timer.stop()
	e.scripted, e.script = false, nil
	e.unlead()
}

func (e *entry) doInbound(s Step) error {
	kind, called := e.p.tracking.Tracked(s.Line)
	line, _, ok := e.p.dir.Entrance(called, e.p.tl.now)
	if !ok {
		return fmt.Errorf("line %q is not the company's", s.Line)
	}
	e.direction, e.line, e.caller = dirIn, line, party{number: s.From}
	if kind != tracking.None {
		e.tracked, e.trackedBy = kind, s.Line
	}
	return nil
}

// doOutbound: an employee dials. An outside call tells his device and line
// only once it was answered (printed trace "outgoing").
func (e *entry) doOutbound(s Step) error {
	from, ok := e.p.dir.employee(s.From)
	if !ok {
		return fmt.Errorf("no employee %q", s.From)
	}
	to, ok := e.p.dir.resolve(s.To.first())
	if !ok || len(to) != 1 || (to[0].ext != "") != (s.Do == VerbInternal) {
		return fmt.Errorf("%q cannot be called so", s.To.first())
	}
	e.caller, e.target, e.direction = from, to[0].plain(), dirInternal
	shown := from
	if s.Do == VerbOutbound {
		e.direction, e.line = dirOut, e.p.dir.outgoing(s.From)
		shown = party{ext: from.ext}
	}
	l := e.leg(atAbonent, shown, e.target, nil)
	if s.Do == VerbOutbound {
		e.forbid(l)
	}
	return nil
}

func (e *entry) doCallback(s Step) error {
	o := order{from: s.From, to: s.To.first(), by: callbackByWeb}
	plan, code := e.p.check(o)
	if code != codeDone {
		return fmt.Errorf("refused with %d", code)
	}
	e.takeOver()
	e.begin(o, plan)
	return nil
}

// doDTMF types digits in the menu. Of a menu of the scheme the place is known.
func (e *entry) doDTMF(s Step) error {
	i := slices.IndexFunc(e.legs, func(l *leg) bool { return l.location == inIVR })
	if i < 0 {
		return errors.New("the caller is not in the IVR")
	}
	at, location := e.legs[i], s.Location
	if e.lead != nil && e.lead.menu != nil {
		if e.lead.menu.Dial {
			e.typeKeys(at, s.Digits)
			return nil
		}
		fill(&location, e.lead.location)
	}
	fill(&location, inIVR)
	e.tellDTMF(at, s.Digits, location)
	e.pressed(s.Digits)
	return nil
}

// tellDTMF tells of a sequence of digits that is complete.
func (e *entry) tellDTMF(at *leg, digits, location string) {
	e.dtmf++
	e.p.emit(e, pathDTMF, dtmfMessage{
		Seq: e.p.num(e.dtmf), Digits: digits, Timestamp: e.p.unix(e.p.tl.now),
		CallID: at.id, EntryID: e.id, Location: location,
		Initiator: at.from.number, From: at.from.number, To: at.to.number, Line: e.line,
	})
}

// free tells whether the scheme may lead the caller on: it has him, and nobody
// else does.
func (e *entry) free() error {
	if e.direction != dirIn {
		return errors.New("only an inbound call is led on by the scheme")
	}
	e.unlead()
	for _, l := range e.legs {
		if l.location == atAbonent {
			return errors.New("the caller is at an employee")
		}
	}
	return nil
}

func (e *entry) doIVR(Step) error {
	if err := e.free(); err != nil {
		return err
	}
	e.enter(inIVR, "")
	return nil
}

func (e *entry) doQueue(s Step) error {
	if err := e.free(); err != nil {
		return err
	}
	if _, ok := e.p.dir.group(s.Group); !ok {
		return fmt.Errorf("no group %q", s.Group)
	}
	e.enter(inQueue, s.Group)
	return nil
}

func (e *entry) doRing(s Step) error {
	if err := e.free(); err != nil {
		return err
	}
	var rung []party
	for _, number := range append([]string{s.Group}, s.To...) {
		if number == "" {
			continue
		}
		to, ok := e.p.dir.resolve(number)
		if !ok {
			return fmt.Errorf("nobody has the number %q", number)
		}
		rung = append(rung, to...)
	}
	e.ring(rung, "", nil)
	return nil
}

// waiting lists the legs that somebody may answer.
func (e *entry) waiting() []*leg {
	if e.moved != nil && e.moved.ringing() {
		return []*leg{e.moved}
	}
	return e.ringing()
}

func (e *entry) doAnswer(s Step) error {
	for _, l := range e.waiting() {
		if s.By == "" || Side(l.to.ext) == s.By || Side(l.to.number) == s.By {
			if l.orderer { // the second leg follows
				e.outcome(l, Answers)
			} else {
				e.connect(l)
			}
			return nil
		}
	}
	return fmt.Errorf("nothing rings for %q", s.By)
}

func (e *entry) doDecline(s Step) error {
	reason := s.Reason
	if reason == 0 {
		reason = reasonRejected
	}
	for _, l := range e.waiting() {
		if s.By == "" || Side(l.to.ext) == s.By || Side(l.to.number) == s.By {
			e.drop(l, reason, flags{})
			e.endIfEmpty(l, reason)
			return nil
		}
	}
	return fmt.Errorf("nothing rings for %q", s.By)
}

func (e *entry) doTimeout(Step) error {
	rung := e.waiting()
	if len(rung) == 0 {
		return errors.New("nothing rings")
	}
	for _, l := range rung {
		e.drop(l, reasonNoAnswer, flags{})
	}
	e.endIfEmpty(rung[0], reasonNoAnswer)
	return nil
}

// endIfEmpty ends a call that nobody is left in since last was dropped, unless
// the settings or the script go on.
func (e *entry) endIfEmpty(last *leg, reason int) {
	switch {
	case e.lead != nil:
		e.missedBy(last, reason)
	case len(e.legs) == 0 && e.pc >= len(e.script):
		e.finish(reason)
	}
}

func (e *entry) doTalk(Step) error {
	if e.main() == nil || !e.main().talked {
		return errors.New("nobody talks")
	}
	return nil
}

func (e *entry) doHangup(s Step) error {
	main := e.main()
	if main == nil {
		return errors.New("nobody is left to hang up")
	}
	if !main.has(s.By) {
		return fmt.Errorf("%q does not take part", s.By)
	}
	e.hangup(s.By)
	return nil
}

func (e *entry) doEnd(s Step) error {
	reason := s.Reason
	if reason == 0 {
		reason = reasonScheme
	}
	e.finish(reason)
	return nil
}
