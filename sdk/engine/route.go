package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/phone"
	"mangoofficesdk/sdk/text"
)

const (
	// routeEvery: the PBX takes one route in two seconds (§1.4.2), counted here
	// from its answer, so that no two are ever nearer.
	routeEvery = 2 * time.Second
	// routeAnswer bounds the request; without an answer the next one goes then.
	routeAnswerTime = 3 * time.Second
	// routeWait is how long a call may wait for its turn, if it stays in the
	// menu that long.
	routeWait = 10 * time.Second
	// askParts: within the deadline so many sessions are asked, one after the
	// other; whoever answers first decides.
	askParts = 3
)

// maxTable bounds the table of responsibles.
const maxTable = 500_000

// maxWrong bounds the wrong numbers of one table that are told one by one: they
// must not use up what may be told in an hour.
const maxWrong = 20

// Responsible pairs a client's number with the extension of his employee.
type Responsible struct {
	Number    string `json:"number"`
	Extension string `json:"extension"`
}

// RouteTable sets who is responsible for which number; see NewRouteTable.
type RouteTable struct {
	byNumber map[string]string
	wrong    []string // numbers that are none
	replace  bool     // forget what was there before
}

// NewRouteTable makes a table of a list, outside the loop: half a million
// numbers take a while to read. An empty extension takes a number out; a number
// given twice with different extensions has no responsible.
func NewRouteTable(list []Responsible, replace bool) RouteTable {
	t := RouteTable{byNumber: make(map[string]string, len(list)), replace: replace}
	for _, r := range list {
		key := numberKey(r.Number)
		if key == "" {
			t.wrong = append(t.wrong, r.Number)
			continue
		}
		if was, twice := t.byNumber[key]; twice && was != r.Extension {
			r.Extension = ambiguous
		}
		t.byNumber[key] = r.Extension
	}
	return t
}

// ParseRouteTable reads УстановитьОтветственных: a JSON array of {number,
// extension}. A wrong type or extension refuses the whole: a *text.Error whose
// Field is responsibles[i].key. A number that is none is skipped, and told.
func ParseRouteTable(raw json.RawMessage, replace bool) (RouteTable, error) {
	var list []Responsible
	if err := json.Unmarshal(raw, &list); err != nil || list == nil {
		return RouteTable{}, text.New(text.BadJSON).WithField("responsibles").Wrap(err)
	}
	if len(list) > maxTable {
		return RouteTable{}, text.New(text.BadField).WithField("responsibles").WithDetail(strconv.Itoa(len(list)))
	}
	for i, r := range list {
		if r.Extension != "" && !IsExtension(r.Extension) {
			field := fmt.Sprintf("responsibles[%d].extension", i)
			return RouteTable{}, text.New(text.BadField).WithField(field).WithDetail(r.Extension)
		}
	}
	return NewRouteTable(list, replace), nil
}

// RouteAnswer is a session's answer to RouteRequest: the extension to route
// to, or "" to leave the call to the PBX.
type RouteAnswer struct{ RequestID, Session, Extension string }

func (RouteTable) input()  {}
func (RouteAnswer) input() {}

// routeStage is how far the decision about a call is.
type routeStage int

const (
	routeAsking routeStage = iota
	routeQueued            // decided, and waits for its turn
	routeSent              // the command is on its way
	routeDone              // the PBX took it
	routeFailed            // left to the scheme of the PBX
)

// route is the way of a call to the employee responsible for the client.
type route struct {
	id       string // request_id
	callID   string // the leg in the menu
	stage    routeStage
	asked    []string // sessions
	nextAsk  time.Time
	deadline time.Time // for the answer
	target   string
	since    time.Time // when the call came into the menu: who waits longest goes first
	command  string    // command_id
}

// ambiguous marks a number that has two responsibles in the table.
const ambiguous = "?"

// setTable takes a table in.
func (s *State) setTable(in RouteTable) {
	if in.replace || len(s.table) == 0 {
		s.table = in.byNumber // nobody else has it
	} else {
		for number, ext := range in.byNumber {
			switch {
			case ext == "":
				delete(s.table, number)
			case len(s.table) < maxTable || s.table[number] != "":
				s.table[number] = ext
			}
		}
	}
	for _, number := range in.wrong[:min(len(in.wrong), maxWrong)] {
		s.warn(text.NumberInvalid, number)
	}
}

// numberKey is what equal numbers have in common; "" when it is none.
func numberKey(raw string) string {
	n := phone.FromPBX(raw)
	if n.E164 == "" {
		n = phone.Parse(raw, "RU")
	}
	return cmp.Or(n.E164, n.Digits10)
}

// routeNew begins the distribution of a call that has just come into the
// menu; false: it is left to the PBX. Only the first leg of a call is routed.
func (s *State) routeNew(e *entry, l *call.Leg) bool {
	if !s.settings.Distribute || e.route != nil {
		return false
	}
	e.route = &route{id: eventID(string(RouteRequest), e.key, l.ID), callID: l.ID, stage: routeFailed, since: s.now}
	key := numberKey(l.From.Number)
	if key == "" {
		return false // nobody is responsible for an anonymous caller
	}
	switch ext := s.table[key]; ext {
	case ambiguous:
		s.warn(text.ResponsibleTwice, phone.Mask(l.From.Number))
		return false
	case "":
		return s.ask(e, l)
	default:
		return s.decide(e, l, ext)
	}
}

// ask begins to ask sessions for the responsible.
func (s *State) ask(e *entry, l *call.Leg) bool {
	if s.First() == "" {
		return false
	}
	r := e.route
	r.stage = routeAsking
	r.deadline = s.now.Add(time.Duration(s.settings.RouteDeadlineMs) * time.Millisecond)
	s.routes[r.id] = e
	s.askNext(e, l)
	return true
}

// askNext asks one session more, and plans the next look.
func (s *State) askNext(e *entry, l *call.Leg) {
	r := e.route
	if x := s.unasked(r); x != nil {
		r.asked = append(r.asked, x.ID)
		ev := s.ofLeg(e.call, l)
		ev.Kind, ev.Class, ev.To, ev.Expires = RouteRequest, Screen, Address{Session: x.ID}, r.deadline
		left := r.deadline.Sub(s.now).Milliseconds()
		s.emit(ev, RouteRequestBody{RequestID: r.id, DeadlineMs: left, Calltracking: e.tracksOf()}, x.ID)
	}
	r.nextAsk = r.deadline
	if len(r.asked) < askParts && s.unasked(r) != nil {
		part := time.Duration(s.settings.RouteDeadlineMs) * time.Millisecond / askParts
		r.nextAsk = earlier(s.now.Add(part), r.deadline)
	}
	s.due.add(r.nextAsk, routeKey(e))
}

// unasked is the first session of a person that was not asked yet; nil when
// all were.
func (s *State) unasked(r *route) *seat {
	for _, x := range s.roster.seats {
		if x.desk() && !slices.Contains(r.asked, x.ID) {
			return x
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// routeDue looks at a call whose responsible is being asked for.
func (s *State) routeDue(e *entry) {
	r := e.route
	if r == nil || r.stage != routeAsking || s.now.Before(r.nextAsk) {
		return
	}
	l := e.call.Leg(r.callID)
	if s.now.Before(r.deadline) {
		s.askNext(e, l)
		return
	}
	s.counters.RouteTimeouts++
	s.leave(e, l)
}

// askOthers goes on to the next session when one that was asked is gone.
func (s *State) askOthers(session string) {
	for _, e := range s.sortedRoutes() {
		if r := e.route; slices.Contains(r.asked, session) && s.now.Before(r.deadline) {
			s.askNext(e, e.call.Leg(r.callID))
		}
	}
}

func (s *State) sortedRoutes() (list []*entry) {
	for _, e := range s.routes {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.key, b.key) })
	return list
}

// RouteOpen reports whether an answer of the session to the request still
// counts. Any desk that is served may answer: one that was asked and has come
// again is another session.
func (s *State) RouteOpen(requestID, session string) bool {
	return s.routes[requestID] != nil && s.Serves(session) && !s.seat(session).Server
}

// RouteAsked reports whether the session was asked, or stands where one was
// that is gone.
func (s *State) RouteAsked(requestID, session string) bool {
	e := s.routes[requestID]
	return e != nil && slices.ContainsFunc(e.route.asked, func(id string) bool { return id == session || s.seat(id) == nil })
}

func (s *State) routeAnswer(in RouteAnswer) {
	e := s.routes[in.RequestID]
	if !s.RouteOpen(in.RequestID, in.Session) {
		s.counters.LateAnswers++
		return
	}
	l := e.call.Leg(e.route.callID)
	delete(s.routes, in.RequestID)
	if in.Extension == "" {
		s.leave(e, l) // whoever knows the clients says that nobody is responsible
		return
	}
	if !s.decide(e, l, in.Extension) {
		s.leave(e, l)
	}
}

// decide routes the call to ext, unless a rule says that it must be left to
// the PBX: then it reports false.
func (s *State) decide(e *entry, l *call.Leg, ext string) bool {
	if _, known := s.employees[ext]; len(s.employees) > 0 && !known {
		s.warn(text.ExtensionUnknown, ext)
		return false
	}
	if s.presence(ext) == Offline || s.settings.RespectStatus && s.busy(ext) {
		return false
	}
	r := e.route
	delete(s.routes, r.id)
	r.stage, r.target, r.deadline = routeQueued, ext, s.now.Add(routeWait)
	s.queue = append(s.queue, e)
	slices.SortStableFunc(s.queue, func(a, b *entry) int { return a.route.since.Compare(b.route.since) })
	s.sendRoute()
	return true
}

// sendRoute sends the route of the call that waits longest, if the PBX takes
// one now, and plans the next look.
func (s *State) sendRoute() {
	s.queue = slices.DeleteFunc(s.queue, func(e *entry) bool { return e.route.stage != routeQueued })
	if len(s.queue) == 0 {
		return
	}
	if s.now.Before(s.slot) {
		s.due.add(s.slot, slotKey)
		return
	}
	e := s.queue[0]
	s.queue = s.queue[1:]
	if !s.now.Before(e.route.deadline) {
		s.outrun(e)
		s.sendRoute()
		return
	}
	r := e.route
	r.stage, r.command = routeSent, "route-"+r.id
	s.commandSent(CommandSent{ID: r.command, Command: "RouteCall", CallID: r.callID})
	s.commands[r.command].route = e
	s.slot = s.now.Add(routeAnswerTime + routeEvery) // moved nearer by the answer
	s.due.add(s.slot, slotKey)
	s.out = append(s.out, Request{
		Kind: RequestRoute, ID: r.command, EntryID: e.call.EntryID, CallID: r.callID, To: r.target,
		Until: s.now.Add(routeAnswerTime),
	})
}

// slotKey marks the moment of the next route on the agenda.
const slotKey = "slot"

// slotFree: the PBX answered a route, of whatever kind.
func (s *State) slotFree() {
	s.slot = s.now.Add(routeEvery)
	s.sendRoute()
}

// outrun: calls come faster than the PBX lets them be routed.
func (s *State) outrun(e *entry) {
	s.counters.RouteOutrun++
	s.warn(text.RouteLimit, "")
	s.leave(e, e.call.Leg(e.route.callID))
}

// routed takes the PBX's answer to the route command in.
func (s *State) routed(e *entry, code string) {
	r := e.route
	if r.stage != routeSent {
		return
	}
	l := e.call.Leg(r.callID)
	if code == "" {
		r.stage = routeDone
		s.counters.Routed++
		return
	}
	if m := e.menus[l.ID]; m != nil && m.closed {
		r.stage = routeFailed
		s.tooLate(l)
		return
	}
	s.warn(text.RouteRefused, code)
	s.leave(e, l)
}

// leave gives the call up to the scheme of the PBX, and shows it to a person
// who may route it by hand.
func (s *State) leave(e *entry, l *call.Leg) {
	delete(s.routes, e.route.id)
	e.route.stage = routeFailed
	s.counters.LeftToPBX++
	s.popUp(e, l)
}

// routeLeft: the call left the menu. A decision that is not made yet comes too
// late: the greeting is too short for it, unless the caller hung up.
func (s *State) routeLeft(e *entry, l *call.Leg) {
	r := e.route
	if r == nil || r.callID != l.ID {
		return
	}
	switch r.stage {
	case routeAsking:
		delete(s.routes, r.id)
		r.stage = routeFailed
		if l.Reason != reasonCallerHung && !e.over {
			s.tooLate(l)
		}
	case routeQueued:
		if l.Reason == reasonCallerHung || e.over {
			s.leave(e, l)
		} else {
			s.outrun(e)
		}
	case routeSent: // it may have been our route that took it out: its result tells
	case routeDone, routeFailed:
	}
}

func (s *State) tooLate(l *call.Leg) {
	s.counters.RouteTooLate++
	s.warn(text.GreetingTooShort, l.Line)
}
