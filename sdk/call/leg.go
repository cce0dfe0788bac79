// Package call is the call model: notifications of the PBX, in any order, make
// legs by call_id, and legs make a call by entry_id. Everything here is a
// value computed from the set of notifications seen so far; the order in which
// they came does not matter, because the PBX posts them in parallel (§5).
package call

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/notify"
)

// maxSeen bounds the notifications kept of one leg. Only endless hold and
// resume could reach it; the middle is dropped then.
const maxSeen = 256

// Leg is one call_id. Its exported fields are a fold over the notifications
// in order of seq; they are read-only.
type Leg struct {
	ID     string
	Parent string // call_id of the caller's previous leg, "" when not told

	State    notify.CallState // Disconnected stays, whatever comes later
	Location string           // ivr, queue, abonent; "" = not told, an abonent
	From, To notify.Party     // as the newest notification has them, gaps filled from older ones
	Line     string           // line of the PBX, "" when not told
	Group    string           // short number of the group

	Started     time.Time // of the oldest notification known
	TalkStarted time.Time // of the first Connected; zero: no conversation
	Ended       time.Time // zero: live
	Reason      int       // disconnect code, 0 while live

	CommandID string
	Initiator string // callback_initiator
	TaskID    string
	DCT       notify.DCT // call tracking; Type 0 = none
	Seq       int64      // of the newest notification

	substituted string // "" or the state at which another caller took the leg over
	consulted   bool   // v.2: transfer was once "consultative"
	transfer    string // v.2: the newest transfer value
	left        bool   // v.2: was_transferred
	gaps        bool

	seen []notify.Call // unique, sorted
}

// add takes a notification in; it reports false for one that was known.
func (l *Leg) add(n notify.Call) bool {
	i, known := slices.BinarySearchFunc(l.seen, n, compare)
	if known {
		return false
	}
	l.seen = slices.Insert(l.seen, i, n)
	if len(l.seen) > maxSeen {
		l.seen = slices.Delete(l.seen, maxSeen/2, maxSeen/2+1)
	}
	l.fold()
	return true
}

// compare orders notifications of a leg: by seq (§5: the ordering key), and
// where it is absent by time and natural order of states.
func compare(a, b notify.Call) int {
	if c := cmp.Or(cmp.Compare(a.Seq, b.Seq), a.Time.Compare(b.Time), cmp.Compare(rank(a.State), rank(b.State))); c != 0 {
		return c
	}
	return cmp.Or(
		// Beyond this point only a PBX that contradicts itself is told apart:
		// two different notifications under one seq still need one order.
		slices.Compare(words(a), words(b)), cmp.Compare(a.DisconnectReason, b.DisconnectReason),
		cmp.Compare(a.DCT.Type, b.DCT.Type), cmp.Compare(a.DCT.Number, b.DCT.Number),
	)
}

func words(n notify.Call) []string {
	return []string{
		string(n.State), n.Location, n.Transfer, n.CommandID, n.CallbackInitiator, n.TaskID,
		n.From.Extension, n.From.Number, n.From.TakenFromCallID, n.From.LineNumber,
		n.To.Extension, n.To.Number, n.To.LineNumber, n.To.ACDGroup,
		strconv.FormatBool(n.From.WasTransferred), strconv.FormatBool(n.To.WasTransferred),
	}
}

func rank(s notify.CallState) int {
	return slices.Index([]notify.CallState{notify.Appeared, notify.Connected, notify.OnHold, notify.Disconnected}, s)
}

// fold computes the exported fields anew. A leg has a handful of
// notifications, so this costs less than keeping increments right.
func (l *Leg) fold() {
	*l = Leg{ID: l.ID, seen: l.seen, gaps: hasGaps(l.seen)}
	for i, n := range l.seen {
		if i > 0 && named(n.From) && !sameParty(l.From, n.From) {
			l.substituted = string(n.State)
			if l.TalkStarted.IsZero() {
				l.substituted = string(notify.Appeared)
			}
		}
		l.From, l.To = merge(l.From, n.From), merge(l.To, n.To)
		l.keep(n)
		l.advance(n)
	}
	// Printed traces have times that run backwards (F4); a duration must not.
	if !l.Ended.IsZero() {
		l.Ended = latest(l.Ended, l.TalkStarted, l.Started)
	}
	if !l.TalkStarted.IsZero() {
		l.TalkStarted = latest(l.TalkStarted, l.Started)
	}
}

// keep takes over what, once told, holds: later notifications may omit it
// (the last one of the printed callback has no taken_from_call_id).
func (l *Leg) keep(n notify.Call) {
	l.Parent = cmp.Or(n.From.TakenFromCallID, l.Parent)
	l.Location = cmp.Or(n.Location, l.Location)
	l.Line = cmp.Or(n.To.LineNumber, n.From.LineNumber, l.Line)
	l.Group = cmp.Or(n.To.ACDGroup, l.Group)
	l.CommandID = cmp.Or(n.CommandID, l.CommandID)
	l.Initiator = cmp.Or(n.CallbackInitiator, l.Initiator)
	l.TaskID = cmp.Or(n.TaskID, l.TaskID)
	l.Seq = max(l.Seq, n.Seq)
	if n.DCT.Type != 0 {
		l.DCT = n.DCT
	}
	l.transfer = cmp.Or(n.Transfer, l.transfer)
	l.consulted = l.consulted || n.Transfer == notify.Consultative
	if l.Started.IsZero() {
		l.Started = n.Time
	}
}

// advance moves the state on.
func (l *Leg) advance(n notify.Call) {
	if l.State != notify.Disconnected {
		l.State = n.State
	}
	switch n.State {
	case notify.Connected, notify.OnHold: // a hold tells of a conversation, even if its Connected was lost
		if l.TalkStarted.IsZero() {
			l.TalkStarted = n.Time
		}
	case notify.Disconnected:
		if l.Ended.IsZero() {
			l.Ended, l.Reason = n.Time, n.DisconnectReason
		}
		l.left = l.left || n.From.WasTransferred || n.To.WasTransferred
	}
}

// Talked reports whether there was a conversation on the leg.
func (l *Leg) Talked() bool { return !l.TalkStarted.IsZero() }

// Live reports whether the leg has not ended.
func (l *Leg) Live() bool { return l.State != notify.Disconnected }

// Gaps reports whether a notification before the newest one is missing, as
// seq tells: it may still be on its way.
func (l *Leg) Gaps() bool { return l.gaps }

// AtAbonent tells a leg at a person from one in a menu or a queue.
func (l *Leg) AtAbonent() bool { return l.Location != notify.InIVR && l.Location != notify.InQueue }

// Ringing reports whether the leg rings at a person.
func (l *Leg) Ringing() bool { return l.AtAbonent() && l.State == notify.Appeared && !l.Talked() }

// Total and Talk are durations up to the end, or to now while the leg lives.
func (l *Leg) Total(now time.Time) time.Duration { return span(l.Started, l.Ended, now) }

// Talk is how long the conversation lasted; see Total.
func (l *Leg) Talk(now time.Time) time.Duration { return span(l.TalkStarted, l.Ended, now) }

func span(from, to, now time.Time) time.Duration {
	if from.IsZero() {
		return 0
	}
	if to.IsZero() {
		to = now
	}
	return max(0, to.Sub(from))
}

// hasGaps: seq restarts at 1 on each leg. Without seq nobody can tell.
func hasGaps(seen []notify.Call) bool {
	want := int64(1)
	for _, n := range seen {
		switch {
		case n.Seq == 0 || n.Seq == want-1: // absent, or repeated with another content
		case n.Seq == want:
			want++
		default:
			return true
		}
	}
	return false
}

func named(p notify.Party) bool { return p.Extension != "" || p.Number != "" }

// sameParty: one whose number appears later is the same; one with another
// extension, or with none where there was one, is not.
func sameParty(a, b notify.Party) bool {
	if a.Extension != "" || b.Extension != "" {
		return a.Extension == b.Extension
	}
	return a.Number == "" || b.Number == "" || a.Number == b.Number
}

// merge gives the newer party, completed by the older one if it is the same.
func merge(old, fresh notify.Party) notify.Party {
	if !named(fresh) {
		return old // a notification that does not name the party says nothing about it
	}
	if sameParty(old, fresh) {
		fresh.Number = cmp.Or(fresh.Number, old.Number)
	}
	return fresh
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
