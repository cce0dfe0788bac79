package engine

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"mangoofficesdk/sdk/call"
)

// Life of screen events: a pop-up older than that helps nobody (architecture
// §3); what closes a pop-up or answers a command may come later.
const (
	popupLife  = 30 * time.Second
	screenLife = 5 * time.Minute
)

// Reasons that end a ringing leg because of what happens elsewhere (§18). The
// document does not say which of them the losers of a group get.
const (
	reasonNormal   = 1100
	reasonPickedUp = 1182 // another employee took the call over
	reasonReplaced = 1183
)

// review tells each own desk what changed since the last review. It compares
// the call as it is now with what was told, so that it does not matter in
// which order, or how often, things were learnt.
func (s *State) review(e *entry) {
	s.endMistaken(e)
	for _, l := range e.call.Legs() {
		if !l.AtAbonent() {
			continue
		}
		if ext := ownCaller(e.call, l); ext != "" {
			s.reviewCaller(e, l, ext)
		}
		if ext := l.To.Extension; ext != "" && !e.call.CallbackFirst(l) {
			s.reviewCallee(e, l, ext)
		}
	}
}

func (e *entry) desk(l *call.Leg, ext string) *told {
	key := desk{l.ID, ext}
	t := e.told[key]
	if t == nil {
		t = &told{}
		e.told[key] = t
	}
	return t
}

// ownCaller is the extension of the employee who makes the call of leg l: by
// dialling, or by a callback, on either of its legs. An employee who consults
// or transfers is in the call already and does not begin one.
func ownCaller(c *call.Call, l *call.Leg) string {
	if c.CallbackFirst(l) {
		return l.To.Extension
	}
	ext := l.From.Extension
	if ext == "" {
		return ""
	}
	if p := c.Parent(l); p != nil {
		if c.CallbackFirst(p) && p.To.Extension == ext {
			return ext
		}
		return ""
	}
	if l.Parent != "" {
		// Its parent is not known yet. The second leg of a callback carries
		// the command, a consultation does not.
		if l.CommandID+l.Initiator+l.TaskID != "" {
			return ext
		}
		return ""
	}
	for _, x := range c.Legs() {
		if x != l && x.Started.Before(l.Started) && (x.To.Extension == ext || x.From.Extension == ext) {
			return ""
		}
	}
	return ext
}

func (s *State) reviewCallee(e *entry, l *call.Leg, ext string) {
	t := e.desk(l, ext)
	if t.ended {
		return
	}
	over := e.call.Summary != nil // a straggler of a call that is over opens nothing
	if l.Ringing() && t.opened == "" && !over {
		s.tellIncoming(e, l, ext)
	}
	if !over {
		s.tellTransferred(e, l, ext)
	}
	if l.Live() && l.Talked() && !t.answered && !over {
		s.tellAnswered(e, l, ext)
	}
	s.tellHeld(e, l, ext)
	if s.tellWithdrawn(e, l, ext) {
		s.tellEnded(e, l, ext)
	}
}

func (s *State) reviewCaller(e *entry, l *call.Leg, ext string) {
	t := e.desk(l, ext)
	if t.ended {
		return
	}
	over := e.call.Summary != nil
	if l.Live() && !e.dialled[ext] && !over {
		s.tellOutgoing(e, l, ext)
	}
	if e.call.CallbackFirst(l) {
		// The employee took the phone: no conversation with the client yet,
		// and no end either: the second leg follows, or the summary.
		if !l.Talked() {
			s.tellEnded(e, l, ext)
		}
		return
	}
	if l.Live() && l.Talked() && !t.answered && !over {
		s.tellAnswered(e, l, ext)
	}
	s.tellHeld(e, l, ext)
	s.tellEnded(e, l, ext)
}

func (s *State) tellIncoming(e *entry, l *call.Leg, ext string) {
	e.desk(l, ext).opened = IncomingCall
	body := IncomingCallBody{
		OpenClientCard: s.settings.OpenClientCard, CreateClient: s.advice(e, e.call.LegDirection(l), ext),
		Calltracking: e.tracksOf(),
	}
	s.tell(e, l, IncomingCall, ext, l.Started, popupLife, body)
}

func (s *State) tellOutgoing(e *entry, l *call.Leg, ext string) {
	e.dialled[ext], e.desk(l, ext).opened = true, OutgoingCall
	body := OutgoingCallBody{CreateClient: s.advice(e, e.call.LegDirection(l), ext)}
	s.tell(e, l, OutgoingCall, ext, l.Started, popupLife, body)
}

func (s *State) tellAnswered(e *entry, l *call.Leg, ext string) {
	e.desk(l, ext).answered = true
	s.tell(e, l, CallAnswered, ext, l.TalkStarted, popupLife, CallAnsweredBody{})
}

// tellWithdrawn: the leg rang here, and someone else took the call. It reports
// false while the leg has ended as if somebody did, but who did is not known
// yet: the losing legs and the winning one are told in parallel.
func (s *State) tellWithdrawn(e *entry, l *call.Leg, ext string) (decided bool) {
	t := e.desk(l, ext)
	if t.opened == "" || t.withdrawn || l.Talked() {
		return true
	}
	by, at := e.call.AnsweredBy(l)
	if by == "" {
		switch l.Reason {
		case reasonNormal, reasonPickedUp, reasonReplaced:
			if s.hold(t) && e.call.Summary == nil {
				return false
			}
		}
		if l.Reason != reasonPickedUp {
			return true
		}
	}
	t.withdrawn = true
	s.tell(e, l, CallWithdrawn, ext, cmp.Or(at, l.Ended), screenLife, CallWithdrawnBody{AnsweredBy: by})
	return true
}

// hold makes an end wait for what may be on its way; false when the time is up.
func (s *State) hold(t *told) bool {
	if t.holdBy.IsZero() {
		t.holdBy = s.now.Add(gapTime)
	}
	return s.now.Before(t.holdBy)
}

// tellEnded tells the end of an own leg, once everything before it is known.
func (s *State) tellEnded(e *entry, l *call.Leg, ext string) {
	if l.Live() {
		return
	}
	// A Connected may still be on its way: it decides talk_sec.
	if l.Gaps() && s.hold(e.desk(l, ext)) {
		return
	}
	s.tellEndedNow(e, l, ext, l.Ended, l.Reason)
}

func (s *State) tellEndedNow(e *entry, l *call.Leg, ext string, at time.Time, reason int) {
	e.desk(l, ext).ended = true
	talk := l.Talk(at)
	if e.call.CallbackFirst(l) {
		talk = 0 // nobody spoke with the client
	}
	body := CallEndedBody{Reason: reason, TotalSec: seconds(l.Total(at)), TalkSec: seconds(talk)}
	s.tell(e, l, CallEnded, ext, at, screenLife, body)
}

// endMistaken ends the outgoing call of an employee who, as is known now, does
// not call on that leg. A blind transfer begins with the employee as the caller
// and without a word about the leg it comes from (§19.11): only the leg before
// it, or the client who appears in his place, tells it from a call.
func (s *State) endMistaken(e *entry) {
	var found []desk
	for d, t := range e.told {
		if l := e.call.Leg(d.callID); t.opened == OutgoingCall && !t.ended &&
			d.extension != l.To.Extension && d.extension != ownCaller(e.call, l) {
			found = append(found, d)
		}
	}
	sortDesks(found)
	for _, d := range found {
		l := e.call.Leg(d.callID)
		s.tellEndedNow(e, l, d.extension, cmp.Or(l.Ended, l.Started), l.Reason)
	}
}

// sortDesks: a generic sort is written out for each kind of struct, twenty
// kilobytes of the library (build/DEPS.md); here are one to three desks.
func sortDesks(list []desk) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return cmp.Or(cmp.Compare(a.callID, b.callID), cmp.Compare(a.extension, b.extension)) < 0
	})
}

// tellLeftOpen ends, before the summary, what its legs did not end: a lost
// Disconnected, or a callback whose second leg never came.
func (s *State) tellLeftOpen(e *entry) {
	for _, l := range e.call.Legs() {
		for _, d := range e.desks(l) {
			t := e.told[d]
			if t.ended || t.opened == "" && !t.answered || e.passedOn(l, d.extension) {
				continue
			}
			s.tellWithdrawn(e, l, d.extension)
			at, reason := e.call.Ended(), l.Reason
			if !l.Ended.IsZero() {
				at = l.Ended
			} else if e.call.Summary != nil {
				reason = e.call.Summary.DisconnectReason
			}
			s.tellEndedNow(e, l, d.extension, at, reason)
		}
	}
}

// desks are those told about l, in a fixed order.
func (e *entry) desks(l *call.Leg) (found []desk) {
	for d := range e.told {
		if d.callID == l.ID {
			found = append(found, d)
		}
	}
	sortDesks(found)
	return found
}

// passedOn: the call of a callback's first leg went on on its second one,
// which has an end of its own.
func (e *entry) passedOn(l *call.Leg, ext string) bool {
	return e.call.CallbackFirst(l) && slices.ContainsFunc(e.call.Legs(), func(x *call.Leg) bool {
		return x != l && ownCaller(e.call, x) == ext
	})
}

// tell emits a screen event about leg l to an extension.
func (s *State) tell(e *entry, l *call.Leg, k Kind, ext string, at time.Time, life time.Duration, body any) {
	ev := s.ofLeg(e.call, l)
	ev.Kind, ev.Class, ev.Time = k, Screen, at
	ev.To, ev.Expires = Address{Extension: ext}, s.now.Add(life)
	s.emit(ev, body, ext)
}

// ofLeg is what an event says of the leg it is about.
func (s *State) ofLeg(c *call.Call, l *call.Leg) Event {
	caller, callee := c.Parties(l)
	return Event{
		EntryID: c.EntryID, CallID: l.ID, Direction: c.LegDirection(l), Caller: s.party(caller), Callee: s.party(callee),
		Line: cmp.Or(l.Line, c.Line()), Group: l.Group, CommandID: cmp.Or(l.CommandID, c.CommandID()),
	}
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// replay repeats to a session that just came what it needs to show the live
// calls of its extension. The ids are those of the first telling.
func (s *State) replay(to Session) {
	from := len(s.out)
	for _, e := range s.sortedCalls() {
		for _, l := range e.call.Legs() {
			s.replayLeg(e, l, to)
		}
	}
	for i, eff := range s.out[from:] {
		if emit, ok := eff.(Emit); ok {
			emit.Replay, emit.Event.To = true, Address{Session: to.ID}
			s.out[from+i] = emit
		}
	}
}

func (s *State) replayLeg(e *entry, l *call.Leg, to Session) {
	if !l.Live() {
		return
	}
	for _, d := range e.desks(l) {
		t := e.told[d]
		if t.ended || !to.hears(d.extension) {
			continue
		}
		switch t.opened {
		case OutgoingCall:
			s.tellOutgoing(e, l, d.extension)
		case IncomingCall:
			s.tellIncoming(e, l, d.extension)
		}
		if t.answered {
			s.tellAnswered(e, l, d.extension)
		}
	}
}
