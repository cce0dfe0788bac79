package engine

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

func (s *State) sortedCalls() []*entry {
	entries := make([]*entry, 0, len(s.calls))
	for _, key := range slices.Sorted(maps.Keys(s.calls)) {
		entries = append(entries, s.calls[key])
	}
	return entries
}

// sumUp tells the whole call to a writer and closes it.
func (s *State) sumUp(e *entry) {
	s.closeMenus(e)
	s.tellLeftOpen(e)
	c := e.call
	if e.tracks == nil && !e.trackBy.IsZero() { // asked, and not answered
		e.tracks = Tracks(c.DCT(), c.EntryID, nil)
	}
	if c.Summary == nil {
		s.counters.Incomplete++
	}
	ev := s.ofCall(c)
	ev.Kind, ev.Class, ev.Time, ev.To = CallSummary, Record, lastMoment(c), Address{Rule: AnyWriter}
	if ev.EntryID == "" && len(c.Legs()) > 0 {
		ev.CallID = c.Legs()[0].ID // the only name this call has
	}
	s.emit(ev, s.summaryBody(e))
	s.close(e)
}

// ofCall is what an event says of the call it is about.
func (s *State) ofCall(c *call.Call) Event {
	caller, callee := sides(c)
	return Event{
		EntryID: c.EntryID, Direction: c.Direction(), Caller: s.party(caller), Callee: s.party(callee),
		Line: c.Line(), Group: c.Group(), CommandID: c.CommandID(),
	}
}

// lastMoment is the newest time known of a call, its end if that is known. It
// must not be the time of summing up: the event is the same on every replay.
func lastMoment(c *call.Call) time.Time {
	last := cmp.Or(c.Ended(), c.Started())
	for _, l := range c.Legs() {
		last = slices.MaxFunc([]time.Time{last, l.Started, l.TalkStarted}, time.Time.Compare)
	}
	return last
}

func (s *State) summaryBody(e *entry) CallSummaryBody {
	b := s.summaryOf(e)
	b.CreateClient = s.adviceOfCall(e, e.call.Direction())
	return b
}

// summaryOf changes nothing.
func (s *State) summaryOf(e *entry) CallSummaryBody {
	c := e.call
	d := c.Direction()
	caller, callee := sides(c)
	b := CallSummaryBody{
		Started: c.Started(), TalkStarted: c.TalkStarted(), Ended: c.Ended(),
		Status: c.Status(s.settings.Thresholds()), Initiator: s.party(caller),
		Author: s.author(c, d, caller), Participant: s.participant(c, d, callee),
		Reason: reason(c), Save: d != Internal || s.settings.SaveInternal, Writer: true,
		Incomplete: c.Summary == nil || c.Uncertain(), Recovered: e.past != nil,
		Calltracking: e.tracksOf(), Recordings: []RecordingRef{}, Legs: []Leg{},
	}
	if b.Started.Before(b.Ended) && !b.Started.IsZero() {
		b.TotalSec = seconds(b.Ended.Sub(b.Started))
	}
	if b.TalkStarted.Before(b.Ended) && !b.TalkStarted.IsZero() {
		b.TalkSec = seconds(b.Ended.Sub(b.TalkStarted))
	}
	b.Assignee = s.assignee(c, d, b.Author)
	for _, l := range c.Legs() {
		b.Legs = append(b.Legs, s.legBody(c, l))
	}
	if e.past != nil {
		b.soundsOf(e.past)
	}
	return b
}

func (s *State) legBody(c *call.Call, l *call.Leg) Leg {
	caller, callee := c.Parties(l)
	return Leg{
		CallID: l.ID, Caller: s.party(caller), Callee: s.party(callee),
		Started: l.Started, TalkStarted: l.TalkStarted, Ended: l.Ended,
		Status: c.LegStatus(l, s.settings.Thresholds()), Transfer: c.Transfer(l),
		Parent: l.Parent, Role: c.RoleOf(l), Recordings: []RecordingRef{},
	}
}

// sides are the parties of the whole call. The summary names them: after
// redirects, who answered, or the first who missed (§6.2). Without it the
// first leg has the caller, and the last answered one the callee.
func sides(c *call.Call) (caller, callee notify.Party) {
	if len(c.Legs()) > 0 {
		caller, callee = c.Parties(c.Legs()[0])
		for _, l := range c.Legs() {
			if l.AtAbonent() {
				_, callee = c.Parties(l)
				break
			}
		}
	}
	if l := c.Answered(); l != nil {
		_, callee = c.Parties(l)
	}
	if c.Summary == nil {
		return caller, callee
	}
	if named(c.Summary.From) {
		caller = c.Summary.From
	}
	if named(c.Summary.To) {
		callee = c.Summary.To
	}
	return caller, callee
}

func named(p notify.Party) bool { return p.Extension != "" || p.Number != "" }

// author is the employee of the call: who answered the client last, or who
// called. A missed call has none: nobody dealt with it.
func (s *State) author(c *call.Call, d Direction, caller notify.Party) Author {
	ext := caller.Extension
	if d == In {
		ext = ""
		if c.TalkStarted().IsZero() {
			return Author{}
		}
		if l := c.Answered(); l != nil {
			ext = l.To.Extension
		}
		if ext == "" && c.Summary != nil {
			ext = c.Summary.To.Extension
		}
	}
	if ext == "" {
		return Author{}
	}
	return Author{UserID: s.user(ext).UserID, Extension: ext, Name: s.name(ext)}
}

// participant is whoever answered, of any kind.
func (s *State) participant(c *call.Call, d Direction, callee notify.Party) Party {
	if c.TalkStarted().IsZero() {
		return Party{}
	}
	if l := c.Answered(); l != nil && d == In {
		return s.party(l.To)
	}
	return s.party(callee)
}

// assignee: who answered or called; for a missed call the employee set for
// missed ones, or, when it never left the menu, the one set for those.
func (s *State) assignee(c *call.Call, d Direction, a Author) string {
	if d != In || a.Extension != "" {
		return a.UserID
	}
	rung := slices.ContainsFunc(c.Legs(), (*call.Leg).AtAbonent) || c.Summary != nil && named(c.Summary.To)
	if rung {
		return s.settings.MissedAssignee
	}
	return cmp.Or(s.settings.IvrAssignee, s.settings.MissedAssignee)
}

func reason(c *call.Call) int {
	if c.Summary != nil && c.Summary.DisconnectReason != 0 {
		return c.Summary.DisconnectReason
	}
	code := 0
	for _, l := range c.Legs() {
		code = cmp.Or(l.Reason, code)
	}
	return code
}
