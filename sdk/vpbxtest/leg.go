package vpbxtest

import (
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/campaigns"
)

// States and places of a leg (document §3.1.2).
const (
	appeared     = "Appeared"
	connected    = "Connected"
	onHold       = "OnHold"
	disconnected = "Disconnected"

	inIVR     = "ivr"
	inQueue   = "queue"
	atAbonent = "abonent"
)

// party is one side of a leg.
type party struct {
	ext    string
	number string
	taken  string  // leg that this caller was in before
	line   string  // line of the company, on the side that the document shows it
	group  *string // short number of the group that led here; may point at ""
}

// plain is the party without what belongs to one leg only.
func (p party) plain() party { return party{ext: p.ext, number: p.number} }

func (p party) message() partyMessage {
	return partyMessage{Extension: p.ext, Number: p.number, TakenFrom: p.taken, Line: p.line, Group: p.group}
}

// short names the party in one word.
func (p party) short() string {
	if p.ext != "" {
		return p.ext
	}
	return p.number
}

// leg is one call_id. Only the timeline touches it.
type leg struct {
	e        *entry
	id       string
	seq      int64
	state    string
	location string
	from, to party
	reason   int // once Disconnected

	command   string // id of the API command that caused it
	initiator string // callback_initiator
	transfer  string // API v.2
	consulted bool   // the employee asked first: statistics tell, whatever became of it

	orderer bool   // first leg of a callback: rings the one who ordered it, reversed
	talked  bool   // was Connected at least once
	worker  string // extension of the employee who acts; "" = told by clientIsCaller

	began, answered, ended time.Time
	holding                time.Time // since when; zero = not now
	held                   time.Duration
	recordings             []*recording
}

func (l *leg) live() bool    { return l.state != disconnected }
func (l *leg) ringing() bool { return l.location == atAbonent && l.state == appeared }

// engages reports whether an employee takes part; the first leg of a callback
// names the other one before he is called.
func (l *leg) engages(ext string) bool {
	return l.live() && ext != "" && (l.to.ext == ext || l.from.ext == ext && !l.orderer)
}

// flags are the marks of API v.2 that one event carries.
type flags struct{ fromLeft, toLeft, fromHolds, toHolds bool }

// tell moves the leg to state and posts the event.
func (l *leg) tell(state string, f flags) {
	p := l.e.p
	l.state = state
	l.seq++
	l.clock()
	m := callMessage{
		EntryID: l.e.id, CallID: l.id,
		Timestamp: p.unix(p.tl.now), Seq: p.num(l.seq),
		State: state, Location: l.location,
		From: l.from.message(), To: l.to.message(),
		DCT:       l.e.dct(),
		CommandID: l.command, Initiator: l.initiator,
	}
	if l.e.task != 0 && l.initiator != campaigns.MissedInIVR { // the document names the others
		m.TaskID = new(p.num(l.e.task))
	}
	if state == disconnected {
		reason := p.num(int64(l.reason))
		m.Reason = &reason
	}
	if p.faults.v2() {
		m.Transfer = l.transfer
		m.From.Transferred, m.To.Transferred = f.fromLeft, f.toLeft
		m.From.Holder, m.To.Holder = f.fromHolds, f.toHolds
	}
	p.emit(l.e, pathCall, m)
	l.record()
}

// clientIsCaller tells on which side of the leg the client is: the side that
// is no employee; between two employees the caller stands for the client.
func (l *leg) clientIsCaller() bool {
	if l.worker != "" {
		return l.worker != l.from.ext
	}
	return l.from.ext == "" || l.to.ext != ""
}

// acts finds the employee whom a command names as the initiator, by short
// number or device, and lets him be the one who acts on this leg.
func (l *leg) acts(initiator string) bool {
	for _, side := range []party{l.from, l.to} {
		if side.ext != "" && (initiator == side.ext || initiator == side.number) {
			l.worker = side.ext
			return true
		}
	}
	return false
}

func (l *leg) clientParty() party {
	if l.clientIsCaller() {
		return l.from
	}
	return l.to
}

func (l *leg) workerParty() party {
	if l.clientIsCaller() {
		return l.to
	}
	return l.from
}

// callerLeft reports whether side is the calling side of this leg.
func (l *leg) callerLeft(side Side) bool {
	switch side {
	case Callee:
		return false
	case Client:
		return l.clientIsCaller()
	case Worker:
		return !l.clientIsCaller()
	case Caller, "":
		return true
	}
	return string(side) == l.from.ext
}

// has reports whether side names a participant of this leg.
func (l *leg) has(side Side) bool {
	switch side {
	case "", Caller, Callee, Client, Worker:
		return true
	}
	return string(side) == l.from.ext || string(side) == l.to.ext
}

// endReason is the code when side hangs up, relative to the leg's own caller
// and callee (document: 1110, 1120; a callee who never answered rejects).
func (l *leg) endReason(side Side) int {
	switch {
	case l.location != atAbonent || l.callerLeft(side):
		return reasonCaller
	case l.state == appeared:
		return reasonRejected
	}
	return reasonCallee
}
