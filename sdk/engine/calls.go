package engine

import (
	"container/list"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// entry is a call with what was told about it.
type entry struct {
	key      string
	call     *call.Call
	told     map[desk]*told
	dialled  map[string]bool // extensions that got OutgoingCall
	uses     map[desk]Presence
	menus    map[string]*menu // legs in the menu, by call_id
	route    *route           // nil: not distributed
	tracks   []Track          // nil: not known
	trackBy  time.Time        // asked for them, and waits until then
	over     bool             // summed up, though its end was not told
	past     *Past            // what statistics said of it; nil = nothing
	adviser  string           // the extension that was told to create the client; "" = none yet
	heard    time.Time        // the last notification
	place    *list.Element    // in State.silent, while it is open
	records  []uint64         // positions of its notifications in the journal
	settleBy time.Time        // with a summary: do not wait beyond this
	wake     time.Time        // when the agenda has it next; zero = not there; closed: when to forget
}

// desk is an employee on a leg, called or calling. One who is both (a call to
// oneself) is told once.
type desk struct{ callID, extension string }

// told is what the desk's extension was told about the leg.
type told struct {
	opened    Kind // IncomingCall or OutgoingCall; "" = neither
	answered  bool
	withdrawn bool
	held      bool      // as told last
	moved     bool      // CallTransferred was told
	ended     bool      // nothing more is said about this leg
	holdBy    time.Time // the end waits for missing notifications until then
}

// entryKey tells calls apart. A leg without entry_id makes a call of its own.
func entryKey(entryID, callID string) string {
	if entryID != "" {
		return "e|" + entryID
	}
	return "l|" + callID
}

// CallKey is the key of the call of an entry_id, as Changed gives it.
func CallKey(entryID string) string { return entryKey(entryID, "") }

// open finds or makes the entry; nil when the call was summed up already.
func (s *State) open(entryID, callID string) *entry {
	key := entryKey(entryID, callID)
	if s.closed[key] != nil {
		s.counters.Late++
		return nil
	}
	e := s.calls[key]
	if e == nil {
		s.makeRoom()
		e = &entry{key: key, call: call.New(entryID), told: map[desk]*told{}, dialled: map[string]bool{}, menus: map[string]*menu{}}
		e.place = s.silent.PushBack(e)
		s.calls[key] = e
	}
	return e
}

// makeRoom drops the call that was silent longest. It means that the PBX sends
// calls without ever ending them: better a counted loss than no memory.
func (s *State) makeRoom() {
	if len(s.calls) < maxCalls {
		return
	}
	s.counters.Dropped++
	s.sumUp(s.silent.Front().Value.(*entry)) //nolint:errcheck // nothing else is in it
}

// hear notes that the call is not silent.
func (s *State) hear(e *entry) {
	e.heard = s.now
	s.silent.MoveToBack(e.place)
}

func (s *State) leg(n notify.Call, pos uint64) {
	e := s.open(n.EntryID, n.CallID)
	if e == nil {
		s.release(pos)
		return
	}
	fresh := e.call.Leg(n.CallID) == nil
	if !e.call.Add(n) {
		s.counters.Duplicates++
		s.release(pos)
		return
	}
	e.records = append(e.records, pos)
	if fresh {
		s.legs[n.CallID]++
	}
	s.hear(e)
	s.occupy(e)
	s.track(e)
	s.review(e)
	s.reviewMenus(e)
	s.conclude(e)
}

func (s *State) summary(n notify.Summary, pos uint64) {
	e := s.open(n.EntryID, "")
	if e == nil {
		s.release(pos)
		return
	}
	if !e.call.Conclude(n) {
		s.counters.Duplicates++
		s.release(pos)
		return
	}
	e.records = append(e.records, pos)
	s.hear(e)
	e.settleBy = s.now.Add(settleTime)
	s.track(e)
	s.reviewMenus(e)
	s.conclude(e)
}

// conclude sums the call up if nothing is missing, else plans the next look.
func (s *State) conclude(e *entry) {
	if e.call.Complete() && !s.trackAwaited(e) {
		s.sumUp(e)
		return
	}
	s.plan(e)
}

// callDue looks at a call whose time has come.
func (s *State) callDue(e *entry) {
	e.wake = time.Time{}
	s.review(e)
	if next := s.nextLook(e); next.After(s.now) || next.IsZero() {
		s.conclude(e)
		return
	}
	s.sumUp(e)
}

// nextLook is when the call must be summed up at the latest.
func (s *State) nextLook(e *entry) time.Time {
	switch {
	case e.call.Summary != nil && s.trackAwaited(e):
		return later(e.settleBy, e.trackBy)
	case e.call.Summary != nil:
		return e.settleBy
	case e.call.Live():
		return e.heard.Add(silentGuard)
	}
	return e.heard.Add(endedGuard)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// plan puts the entry on the agenda once, for the earliest reason.
func (s *State) plan(e *entry) {
	at := s.nextLook(e)
	for _, t := range e.told {
		if !t.ended && t.holdBy.After(s.now) && t.holdBy.Before(at) {
			at = t.holdBy
		}
	}
	if !e.wake.IsZero() && !at.Before(e.wake) {
		return // it is looked at before, and then planned anew
	}
	e.wake = at
	s.due.add(at, e.key)
}

// release tells that nothing here depends on the notifications any more.
func (s *State) release(positions ...uint64) {
	if len(positions) == 0 {
		return
	}
	s.out = append(s.out, Release{Positions: positions})
}

// close forgets the open call and keeps it for a while among the closed.
func (s *State) close(e *entry) {
	delete(s.calls, e.key)
	s.silent.Remove(e.place)
	s.closed[e.key] = e
	s.occupy(e)
	if e.route != nil {
		delete(s.routes, e.route.id)
	}
	e.wake = s.now.Add(closedFor)
	s.due.add(e.wake, e.key)
}

// forget ends what close keeps.
func (s *State) forget(e *entry) {
	delete(s.closed, e.key)
	for _, l := range e.call.Legs() {
		if s.legs[l.ID]--; s.legs[l.ID] == 0 {
			delete(s.legs, l.ID)
		}
	}
	s.release(e.records...)
}
