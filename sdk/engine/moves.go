package engine

import (
	"strconv"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// tellHeld tells those who talk on a leg that somebody was put on hold, or
// taken back.
func (s *State) tellHeld(e *entry, l *call.Leg, ext string) {
	t := e.desk(l, ext)
	held := l.State == notify.OnHold
	if !t.answered || !l.Live() || held == t.held {
		return
	}
	t.held = held
	at := s.now // the leg does not keep the moments of holds
	ev := s.ofLeg(e.call, l)
	ev.Kind, ev.Class, ev.Time, ev.To, ev.Expires = CallHeld, Screen, at, Address{Extension: ext}, at.Add(popupLife)
	s.emit(ev, CallHeldBody{On: held}, ext, strconv.FormatBool(held), strconv.FormatInt(l.Seq, 10))
}

// tellTransferred tells the employee who is rung on l, and the one who passed
// the call on, that the leg came about by a transfer.
func (s *State) tellTransferred(e *entry, l *call.Leg, ext string) {
	kind := e.call.Transferred(l)
	if kind == "" || !l.Live() {
		return
	}
	desks := []string{ext}
	if p := e.call.Parent(l); p != nil && kind != notify.ReturnBlind {
		desks = append(desks, passer(p, l))
	}
	for _, d := range desks {
		t := e.told[desk{l.ID, d}]
		if d == "" || t != nil && (t.moved || t.ended) {
			continue
		}
		e.desk(l, d).moved = true
		s.tell(e, l, CallTransferred, d, l.Started, popupLife, CallTransferredBody{Kind: kind, TakenFrom: l.Parent})
	}
}

// passer is the employee who left the conversation p when l was made of it.
func passer(p, l *call.Leg) string {
	for _, ext := range []string{p.To.Extension, p.From.Extension} {
		if ext != "" && ext != l.To.Extension && ext != l.From.Extension {
			return ext
		}
	}
	return ""
}
