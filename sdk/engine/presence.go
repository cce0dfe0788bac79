package engine

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// Presence is what an employee is doing (contract: GetPresence).
type Presence string

// The states of the contract.
const (
	Free    Presence = "free"
	Ringing Presence = "ringing"
	Talking Presence = "talking"
	Hold    Presence = "hold"    // keeps somebody waiting, and talks to nobody else
	Offline Presence = "offline" // his 1C went, or the contact centre has him away
	Unknown Presence = "unknown" // no session and no call of his was seen
)

// Statuses of the contact centre (§17.2). One of the company's own is judged
// by its parent.
const (
	agentOnline   = 1
	agentOffline  = 4
	agentOutbound = 5 // takes calls of campaigns only
	agentAll      = 6
)

// handset is one extension: the legs it is busy with, and what was told of it.
type handset struct {
	legs  map[string]Presence // by call_id
	count map[Presence]int    // of legs: a phone whose ends are lost gathers many
	agent int                 // status in the contact centre, 0 = never told
	state Presence            // as it was told last
	since time.Time
}

// PhoneState is one employee's presence. CallID is the leg he is busy with.
type PhoneState struct {
	Extension string    `json:"extension"`
	State     Presence  `json:"state"`
	Since     time.Time `json:"since"` // zero: since before we know
	CallID    string    `json:"call_id"`
}

// handset finds or makes one. Beyond the bound nothing is kept of a new one: no
// PBX has so many, and nobody is known to be at it.
func (s *State) handset(ext string) *handset {
	p := s.phones[ext]
	if p == nil {
		p = &handset{legs: map[string]Presence{}, count: map[Presence]int{}, state: Unknown}
		if len(s.phones) < maxCalls {
			s.phones[ext] = p
		}
	}
	return p
}

// occupy notes which phones the call keeps busy now.
func (s *State) occupy(e *entry) {
	s.changed[e.key] = true
	now := map[desk]Presence{}
	for _, l := range e.call.Legs() {
		if !l.Live() || s.closed[e.key] == e {
			continue
		}
		use := legUse(l)
		if ext := l.From.Extension; ext != "" {
			now[desk{l.ID, ext}] = use
		}
		if ext := l.To.Extension; ext != "" && l.AtAbonent() {
			now[desk{l.ID, ext}] = use
		}
	}
	if maps.Equal(now, e.uses) {
		return
	}
	moved := map[string]bool{}
	for d := range e.uses {
		if _, still := now[d]; !still {
			s.handset(d.extension).use(d.callID, "")
			moved[d.extension] = true
		}
	}
	for d, use := range now {
		s.handset(d.extension).use(d.callID, use)
		moved[d.extension] = true
	}
	e.uses = now
	for _, ext := range slices.Sorted(maps.Keys(moved)) {
		s.seatMoved(ext)
	}
}

func legUse(l *call.Leg) Presence {
	switch {
	case l.State == notify.OnHold:
		return Hold
	case l.Talked():
		return Talking
	}
	return Ringing
}

// use notes what a leg does with the phone; "" = nothing any more.
func (p *handset) use(callID string, what Presence) {
	if was, known := p.legs[callID]; known {
		p.count[was]--
	}
	if what == "" {
		delete(p.legs, callID)
		return
	}
	p.legs[callID] = what
	p.count[what]++
}

// presence is what is known of an extension: a conversation goes before one on
// hold, and that before a ringing.
func (s *State) presence(ext string) Presence {
	p := s.phones[ext]
	if p != nil {
		for _, state := range []Presence{Talking, Hold, Ringing} {
			if p.count[state] > 0 {
				return state
			}
		}
	}
	return s.idle(ext, p)
}

// legIn is the leg that keeps the phone in a state, "" if none does.
func (p *handset) legIn(state Presence) (callID string) {
	if p.count[state] == 0 {
		return ""
	}
	for id, use := range p.legs {
		if use == state && (callID == "" || id < callID) {
			callID = id
		}
	}
	return callID
}

// idle is the presence of a phone without a call: what the contact centre says
// of the employee, or else whether his 1C is there.
func (s *State) idle(ext string, p *handset) Presence {
	if p != nil {
		switch p.agent {
		case 0:
		case agentOnline, agentOutbound, agentAll:
			return Free
		default:
			return Offline // do not disturb, a break, off
		}
	}
	switch {
	case s.connected(ext):
		return Free
	case !s.roster.lastSeen[ext].IsZero():
		return Offline
	}
	return Unknown
}

// free reports whether a call may be offered to the extension. One of whom
// nothing is known is not known to be busy: where 1C runs on one desk only,
// his colleagues are all of that kind.
func (s *State) free(ext string) bool {
	p := s.presence(ext)
	return p == Free || p == Unknown
}

// busy reports whether the phone has a call.
func (s *State) busy(ext string) bool {
	p := s.phones[ext]
	return p != nil && len(p.legs) > 0
}

// seatMoved tells whoever asked when the presence of an extension changed.
func (s *State) seatMoved(ext string) {
	if ext == "" {
		return
	}
	p := s.handset(ext)
	state := s.presence(ext)
	if state == p.state {
		return
	}
	p.state, p.since = state, s.now
	if len(s.watchers) == 0 {
		return
	}
	callID := p.legIn(state)
	for _, id := range slices.Sorted(maps.Keys(s.watchers)) {
		ev := Event{
			Kind: PresenceChanged, Class: Screen, CallID: callID, To: Address{Session: id}, Expires: s.now.Add(screenLife),
		}
		s.emit(ev, PresenceBody{Extension: ext, State: state}, ext, id, string(state), s.stamp())
	}
}

// agentStatus takes over what the contact centre says of an employee, also one
// who is not known yet.
func (s *State) agentStatus(n notify.StatusChanged) {
	status := n.Status
	if status > agentAll {
		status = cmp.Or(n.Parent, status)
	}
	if s.agents[n.AbonentID] != 0 || len(s.agents) < maxCalls {
		s.agents[n.AbonentID] = status
	}
	if ext := s.staff[n.AbonentID]; ext != "" {
		s.agentIs(ext, status)
	}
}

func (s *State) agentIs(ext string, status int) {
	s.handset(ext).agent = status
	s.seatMoved(ext)
}

// Watch makes a session hear of changes of presence from now on, until it
// goes.
type Watch struct{ Session string }

func (Watch) input() {}

// PresenceList is the presence of everybody known, by extension.
func (s *State) PresenceList() []PhoneState {
	list := []PhoneState{}
	for _, ext := range s.known() {
		st := PhoneState{Extension: ext, State: s.presence(ext)}
		if p := s.phones[ext]; p != nil {
			st.Since = p.since
			st.CallID = p.legIn(st.State)
		}
		list = append(list, st)
	}
	return list
}
