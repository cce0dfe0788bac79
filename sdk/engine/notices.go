package engine

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"mangoofficesdk/sdk/notify"
)

// noticePrefix marks keys of notices on the agenda.
const noticePrefix = "n|"

// maxTold bounds the keys of notices that are remembered. Beyond it a repeated
// one is told under the id it had, which the store drops.
const maxTold = 20_000

// notice tells what the PBX says apart from calls, once each.
func (s *State) notice(it notify.Item) {
	if s.told[it.Key] {
		s.counters.Duplicates++
		return
	}
	if len(s.told) < maxTold {
		s.told[it.Key] = true
		s.due.add(s.now.Add(rememberTime), noticePrefix+it.Key)
	}
	switch n := it.Notification.(type) {
	case notify.DTMF:
		s.dtmf(it, n)
	case notify.SMS:
		s.record(Event{Kind: SmsResult, Time: n.Time, CommandID: n.CommandID}, SmsResultBody{Result: n.Reason}, it)
	case notify.RecordTagged:
		s.pass(SpeechAnalytics, s.about(n.EntryID, ""), n.Time, it)
	case notify.Recognized:
		s.pass(SpeechAnalytics, Event{}, n.Time, it)
	case notify.Organizations, notify.ContactGroups, notify.Contacts:
		s.pass(AddressBook, Event{}, time.Time{}, it)
	case notify.Task:
		s.pass(Task, Event{}, time.Time{}, it)
	case notify.StatusChanged:
		s.agentStatus(n)
		s.pass(AgentStatus, Event{}, cmp.Or(n.When, n.Time), it)
	case notify.SessionEnd:
		s.pass(AgentStatus, Event{}, n.Time, it)
	case notify.AppealClosed:
		s.pass(VpbxEvent, s.about(n.EntryID, ""), n.Ended, it)
	default: // chats, kinds nobody knows yet, and what could not be read
		s.pass(VpbxEvent, Event{}, time.Time{}, it)
	}
}

// record emits a record event for whoever writes.
func (s *State) record(ev Event, body any, it notify.Item) {
	ev.Class, ev.To = Record, Address{Rule: AnyWriter}
	s.emit(ev, body, it.Key)
}

// pass tells a notification on as it came.
func (s *State) pass(k Kind, ev Event, at time.Time, it notify.Item) {
	ev.Kind, ev.Time = k, at
	b := NoticeBody{Kind: it.Kind(), Data: it.Data()}
	if b.Data == nil {
		b.Data, b.Raw = json.RawMessage("{}"), string(it.Raw)
	}
	s.record(ev, b, it)
}

// about is what an event says of a leg, or of a call when the leg is not
// known; of a call that is not known, its ids alone.
func (s *State) about(entryID, callID string) Event {
	key := entryKey(entryID, callID)
	if e := cmp.Or(s.calls[key], s.closed[key]); e != nil {
		if l := e.call.Leg(callID); l != nil {
			return s.ofLeg(e.call, l)
		}
		ev := s.ofCall(e.call)
		ev.CallID = callID
		return ev
	}
	return Event{EntryID: entryID, CallID: callID}
}

// dtmf tells of typed digits: to the employees who take part in the call, or,
// while it is in the menu and nobody does, to the first session.
func (s *State) dtmf(it notify.Item, n notify.DTMF) {
	key := entryKey(n.EntryID, n.CallID)
	if s.closed[key] != nil {
		s.counters.Late++
		return
	}
	ev := s.about(n.EntryID, n.CallID)
	ev.Kind, ev.Class, ev.Time, ev.Expires = Dtmf, Screen, n.Time, s.now.Add(popupLife)
	ev.Line = cmp.Or(ev.Line, n.LineNumber)
	if s.calls[key] == nil { // its leg was not heard of yet: the notification names the caller too
		ev.Caller.Number, ev.Callee.Number = cmp.Or(n.FromNumber, n.Initiator), n.ToNumber
	}
	body := DtmfBody{Dtmf: n.Digits, Location: n.Location}
	there := s.takingPart(s.calls[key], n.CallID)
	if len(there) == 0 {
		ev.To = Address{Rule: FirstSession}
		s.emit(ev, body, it.Key)
	}
	for _, ext := range there {
		ev.To = Address{Extension: ext}
		s.emit(ev, body, it.Key, ext)
	}
}

// takingPart are the extensions in a call: on the leg itself, where an employee
// may be the one who dialled into the menu, and at the phones that ring or talk.
func (s *State) takingPart(e *entry, callID string) []string {
	if e == nil {
		return nil
	}
	found := map[string]bool{}
	if l := e.call.Leg(callID); l != nil {
		found[l.From.Extension], found[l.To.Extension] = true, true
	}
	for d, t := range e.told {
		if !t.ended && (t.opened != "" || t.answered) {
			found[d.extension] = true
		}
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}
