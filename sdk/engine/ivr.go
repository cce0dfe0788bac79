package engine

import (
	"maps"
	"slices"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// menu is one leg of a call in the voice menu.
type menu struct {
	popup  string // the session that was told; "" = none
	closed bool   // the call left the menu, and that was dealt with
}

// reasonCallerHung ends a leg whose caller hung up (§18).
const reasonCallerHung = 1110

// reviewMenus looks at the legs of a call that are, or were, in the menu: one
// that is new is routed or shown, one that left is closed.
func (s *State) reviewMenus(e *entry) {
	for _, l := range e.call.Legs() {
		m := e.menus[l.ID]
		waits := inMenu(l) && e.call.Summary == nil
		switch {
		case m == nil && waits && e.call.LegDirection(l) == In:
			m = &menu{}
			e.menus[l.ID] = m
			if !s.routeNew(e, l) {
				s.popUp(e, l)
			}
		case m != nil && !waits && !m.closed:
			m.closed = true
			s.leftMenu(e, l, m)
		}
	}
}

// inMenu reports whether the leg waits in the menu, where a call can be routed
// from: in the state Appeared (commands/route).
func inMenu(l *call.Leg) bool {
	return l.Live() && l.Location == notify.InIVR && l.State == notify.Appeared
}

// popUp shows a call in the menu to the first session, if its employee is
// free. One that is not free passes it on only if the company wants that.
func (s *State) popUp(e *entry, l *call.Leg) {
	m := e.menus[l.ID]
	if !s.settings.IvrPopup || m == nil || m.popup != "" || m.closed {
		return
	}
	for _, x := range s.roster.seats {
		if !x.desk() {
			continue
		}
		if x.Extension == "" || s.presence(x.Extension) == Free {
			m.popup = x.ID
			s.tellMenu(e, l, m, IvrCall, IvrCallBody{Free: s.freeColleagues(x.Extension), Calltracking: e.tracksOf()})
			return
		}
		if s.settings.IvrFallback != "next_free" {
			return
		}
	}
}

// showMenus shows the calls in the menu anew after sessions came or went: one
// whose session is gone to its successor, one that nobody was there for to who
// came.
func (s *State) showMenus() {
	if !s.settings.IvrPopup {
		return
	}
	for _, e := range s.sortedCalls() {
		for _, l := range e.call.Legs() {
			m := e.menus[l.ID]
			if m == nil || m.closed || s.routing(e, l) {
				continue
			}
			if !s.Serves(m.popup) {
				m.popup = ""
				s.popUp(e, l)
			}
		}
	}
}

// Offered reports whether a live leg waits for what the session does with it:
// the session was shown it in the menu, or is asked who is responsible. call is
// a key of Changed.
func (s *State) Offered(call, callID, session string) bool {
	e := s.calls[call]
	if e == nil {
		return false
	}
	if m := e.menus[callID]; m != nil && m.popup == session && !m.closed {
		return true
	}
	r := e.route
	return r != nil && r.callID == callID && r.stage == routeAsking && slices.Contains(r.asked, session)
}

// routing reports whether it is still open who gets the call.
func (s *State) routing(e *entry, l *call.Leg) bool {
	return e.route != nil && e.route.callID == l.ID && e.route.stage != routeFailed
}

// closeMenus ends what a call opened whose own end was lost.
func (s *State) closeMenus(e *entry) {
	for _, l := range e.call.Legs() {
		if m := e.menus[l.ID]; m != nil && !m.closed {
			m.closed, e.over = true, true
			s.leftMenu(e, l, m)
		}
	}
}

// freeColleagues are those to whom the call may be handed.
func (s *State) freeColleagues(own string) []string {
	list := []string{}
	for _, ext := range s.known() {
		if ext != own && s.free(ext) && !slices.Contains(s.roster.over, ext) {
			list = append(list, ext)
		}
	}
	return list
}

// leftMenu closes what the call opened while it was in the menu.
func (s *State) leftMenu(e *entry, l *call.Leg, m *menu) {
	s.routeLeft(e, l)
	if m.popup == "" {
		return
	}
	reason := "left" // the scheme of the PBX moved the call on
	switch {
	case s.sentOut(e, l):
		reason = "routed"
	case l.Reason == reasonCallerHung || !e.call.Live() || e.over || e.call.Summary != nil:
		reason = "ended"
	}
	s.tellMenu(e, l, m, IvrCallEnd, IvrCallEndBody{Reason: reason})
}

// sentOut reports whether a command of ours took the leg out of the menu.
func (s *State) sentOut(e *entry, l *call.Leg) bool {
	if e.route != nil && e.route.callID == l.ID && (e.route.stage == routeSent || e.route.stage == routeDone) {
		return true
	}
	for _, id := range slices.Sorted(maps.Keys(s.commands)) {
		c := s.commands[id]
		if c.CallID == l.ID && (c.Command == "RouteCall" || c.Command == "PickupCall") && !c.failed {
			return true
		}
	}
	return false
}

func (s *State) tellMenu(e *entry, l *call.Leg, m *menu, k Kind, body any) {
	if s.seat(m.popup) == nil {
		return
	}
	ev := s.ofLeg(e.call, l)
	ev.Kind, ev.Class, ev.To, ev.Expires = k, Screen, Address{Session: m.popup}, s.now.Add(popupLife)
	s.emit(ev, body, m.popup)
}

// routePrefix marks calls whose responsible is being asked for on the agenda.
const routePrefix = "q|"

func routeKey(e *entry) string { return routePrefix + e.key }
