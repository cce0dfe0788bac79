package vpbxtest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

const (
	reasonRedirects = 1134
	reasonBanned    = 1130 // limits on the called number
	reasonBadScheme = 1171
	reasonOffHours  = 1192 // the called number is off schedule

	menuWaits    = 10 * time.Second
	mailTakes    = 10 * time.Second // a message on voice mail
	maxRedirects = 10
)

// lead is how the company's settings lead an inbound call: lists, the rules of
// forwarding, the scheme of the line, the settings of employees and groups.
type lead struct {
	menu      *company.Branch // where the caller is asked for digits
	location  string          // of the menu, as events name it: "ivr", "ivr.1"
	typed     int             // menus in which Behaviour.Digits were used
	keys      string          // of a number that is being typed
	otherwise *company.Branch // where the call goes when nobody answers
	rule      *company.Secretary
	timer     *moment // of the menu, of voice mail, or of the rule
	hops      int
}

// doFollow hands the caller over to the settings of the company. What the
// script says afterwards happens beside them; when it is over, the parties act
// by Behaviour.
func (e *entry) doFollow(Step) error {
	switch {
	case e.direction != dirIn:
		return errors.New("only an inbound call is led on by the scheme")
	case len(e.all) > 0:
		return errors.New("the call went elsewhere already")
	}
	e.lead = &lead{location: inIVR}
	p, now := e.p, e.p.tl.now
	if reason := p.restrictions.Refuses(e.caller.number); reason != 0 {
		e.refuse(reason)
		return nil
	}
	if way, ok := p.forwards.For(e.caller.number); ok {
		// Inferred: the scheme is not asked then.
		to := way.Number
		if to == "" {
			to = p.dir.ShortOf(way.User, way.Group)
		}
		e.leadTo(to, way.Wait)
		return nil
	}
	_, way, _ := p.dir.Entrance(e.line, now)
	e.follow(way, inIVR)
	return nil
}

// refuse ends a call that goes nowhere. One that nobody had so far is told as
// a call to the voice menu (inferred).
func (e *entry) refuse(reason int) {
	if len(e.all) == 0 {
		e.enter(inIVR, "")
	}
	e.finish(reason)
}

// stopLead ends what the settings would do next.
func (e *entry) stopLead() {
	e.hunt = nil
	if l := e.lead; l != nil {
		l.timer.stop()
		l.menu, l.rule, l.otherwise = nil, nil, nil
	}
}

// unlead takes the caller out of the hands of the settings.
func (e *entry) unlead() {
	e.stopLead()
	e.lead = nil
	e.p.dequeue(e)
}

// follow takes a branch of the scheme.
func (e *entry) follow(b company.Branch, location string) {
	l := e.lead
	l.timer.stop()
	l.menu, l.rule, l.keys = nil, nil, ""
	switch {
	case e.tooFar():
	case len(b.Menu) > 0 || b.Dial:
		l.menu, l.location = &b, location
		if !slices.ContainsFunc(e.legs, func(l *leg) bool { return l.location == inIVR }) {
			e.enter(inIVR, "")
		}
		e.ask()
	case b.To != "":
		l.otherwise = b.Else
		e.leadTo(b.To, 0)
	default:
		e.refuse(reasonScheme)
	}
}

// tooFar ends a call that is sent from place to place.
func (e *entry) tooFar() bool {
	if e.lead.hops++; e.lead.hops <= maxRedirects {
		return false
	}
	e.refuse(reasonRedirects)
	return true
}

// ask waits for digits in the menu.
func (e *entry) ask() {
	wait := time.Duration(e.lead.menu.Wait) * time.Second
	if wait == 0 {
		wait = menuWaits
	}
	e.lead.timer.stop()
	e.lead.timer = e.p.tl.after(wait, func() {
		if menu := e.lead.menu; !e.over && menu != nil {
			e.follow(orEnd(menu.Else), e.lead.location)
		}
	})
	if !e.scripted {
		e.typeDigits()
	}
}

func orEnd(b *company.Branch) company.Branch {
	if b == nil {
		return company.Branch{}
	}
	return *b
}

// typeDigits lets the caller type what Behaviour says for this menu.
func (e *entry) typeDigits() {
	l, digits := e.lead, strings.Fields(e.behave.Digits)
	if l.menu == nil || l.typed >= len(digits) {
		return
	}
	typed := digits[l.typed]
	l.typed++
	e.p.tl.after(typing, func() {
		if !e.over && l.menu != nil {
			_ = e.doDTMF(Step{Digits: typed}) // he is in the menu
		}
	})
}

// typing is how long a caller who acts by Behaviour thinks in a menu.
const typing = 3 * time.Second

// lastKey is from the last digit of a number to its end (document, behaviour
// example "DTMF").
const lastKey = 5 * time.Second

// typeKeys takes digits of a number that is complete only when no more come.
func (e *entry) typeKeys(at *leg, keys string) {
	l := e.lead
	l.keys += keys
	if i := strings.LastIndexByte(l.keys, '*'); i >= 0 {
		l.keys = l.keys[i+1:]
	}
	l.timer.stop()
	l.timer = e.p.tl.after(lastKey, func() {
		if e.over || l.menu == nil {
			return
		}
		digits := l.keys
		if l.keys = ""; digits == "" {
			e.ask()
			return
		}
		e.tellDTMF(at, digits, l.location)
		if _, ok := e.p.dir.resolve(digits); !ok {
			e.ask()
			return
		}
		l.otherwise, l.menu = l.menu.Else, nil
		e.leadTo(digits, 0)
	})
}

// pressed takes digits typed in a menu; others than the menu has are not heard.
func (e *entry) pressed(digits string) {
	l := e.lead
	if l == nil || l.menu == nil {
		return
	}
	next, ok := l.menu.Menu[digits]
	if !ok {
		e.ask()
		return
	}
	e.follow(next, l.location+"."+digits)
}

// leadTo rings a number of a scheme or a rule; wait bounds the ringing of an
// outside number.
func (e *entry) leadTo(number string, wait time.Duration) {
	if _, ok := e.p.dir.worker(number); ok {
		e.leadToWorker(number)
		return
	}
	if _, _, ok := e.p.dir.Distribution(number); ok {
		e.distribute(number)
		return
	}
	to, ok := e.p.dir.resolve(number)
	if !ok {
		e.refuse(reasonBadScheme)
		return
	}
	e.attend(e.ring(to, "", nil), wait)
}

// leadToWorker rings an employee as his card and his autosecretary say.
func (e *entry) leadToWorker(ext string) {
	p, now := e.p, e.p.tl.now
	rule, ruled := p.dir.Secretary(ext, "incoming", now)
	if ruled && rule.Wait == 0 {
		e.obey(rule)
		return
	}
	to, _ := p.dir.employee(ext)
	number, wait, reachable := p.dir.Reach(ext, now)
	if reachable {
		to.number = number
	}
	l := e.ring([]party{to}, "", nil)[0]
	if !reachable {
		e.unreached(l, reasonOffHours)
		return
	}
	e.attend([]*leg{l}, wait)
	if !ruled {
		return
	}
	e.lead.rule = &rule
	e.lead.timer.stop()
	e.lead.timer = p.tl.after(rule.Wait, func() {
		if !e.over && l.ringing() {
			e.unreached(l, reasonNoAnswer)
		}
	})
}

// obey does what a rule of the autosecretary says.
func (e *entry) obey(rule company.Secretary) {
	e.lead.rule = nil
	e.lead.timer.stop()
	switch {
	case e.tooFar():
	case rule.Action == company.Redirect:
		e.leadTo(rule.To, rule.Ring)
	case rule.Action == company.VoiceMail:
		e.enter(inIVR, "")
		e.lead.timer = e.p.tl.after(mailTakes, func() {
			if !e.over {
				e.hangup(Caller)
			}
		})
	default:
		e.refuse(reasonScheme)
	}
}

// attend lets parties act who ring because the settings said so: by the script
// as long as there is one, which does not outlast the time that they ring.
func (e *entry) attend(legs []*leg, wait time.Duration) {
	if !e.scripted {
		e.await(legs)
	} else if wait == 0 {
		wait = e.behave.RingTimeout.or(ringTimeout)
	}
	if wait == 0 {
		return
	}
	for _, l := range legs {
		e.p.tl.after(wait, func() { e.outcome(l, NoAnswer) })
	}
}

// letGo ends a script while the settings lead the call: from here on the
// parties act by Behaviour.
func (e *entry) letGo() {
	e.scripted, e.script = false, nil
	e.await(e.waiting())
	switch {
	case len(e.legs) == 0:
		e.hangup(Caller)
	case e.talking != nil && e.talking.live():
		e.converse(e.talking)
	case e.lead.menu != nil:
		e.typeDigits()
	}
	if after := e.behave.ClientGivesUpAfter; after > 0 {
		e.p.tl.after(after.duration(), func() {
			if !e.over && e.lead != nil && e.talk.IsZero() {
				e.hangup(Caller)
			}
		})
	}
}

// unreached ends a leg that rang in vain, and the call unless it goes on.
func (e *entry) unreached(l *leg, reason int) {
	e.drop(l, reason, flags{})
	e.missedBy(l, reason)
}

// missedBy lets a call go on of which nobody answered the leg l, or ends it.
func (e *entry) missedBy(l *leg, reason int) {
	if slices.ContainsFunc(e.legs, (*leg).live) || e.nextTier() {
		return
	}
	if l.to.group != nil && reason != reasonNoAnswer {
		reason = reasonGroupFailed
	}
	e.unanswered(l.id, reason)
}

// unanswered lets the settings lead on a call that nobody answered, who left
// the leg prev last; else the call ends.
func (e *entry) unanswered(prev string, reason int) {
	l := e.lead
	if l == nil || l.rule == nil && l.otherwise == nil {
		e.finish(reason)
		return
	}
	if prev != "" {
		e.prev = prev
	}
	if rule := l.rule; rule != nil {
		e.obey(*rule)
		return
	}
	next := *l.otherwise
	l.otherwise = nil
	e.follow(next, inIVR)
}
