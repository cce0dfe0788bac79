package office

import (
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
)

// State of the connection as BSL sees it (contract: State).
type State int

// The five states.
const (
	Off        State = iota // Подключить was not called
	Connecting              // being set up
	Connected               // the listener is up, the PBX not yet verified
	Registered              // the PBX accepted the key
	Refused                 // port taken, key refused, limit
)

// Delivery is an event on its way to one 1C process.
type Delivery struct {
	Ref     journal.Ref // Ref.Seq is 0 for purely local events: nothing to settle
	Event   engine.Event
	Attempt int
	Replay  bool
	// Received is when the notification that caused the event came in; zero
	// when there was none, or it is not known. For the latency in Диагностика.
	Received time.Time
}

// Verdict is what became of a delivery. Without Done and Shown: offer it again.
// A delivery of which nothing was told yet waits to be shown: it stays with the
// session for as long as the session lives, and no attempt is counted if it
// goes unshown.
type Verdict struct {
	Done  bool          // acknowledged for good
	Shown bool          // the time to acknowledge it runs from now
	Delay time.Duration // offer it again, not before this delay
}

// ActiveCall is one live leg (contract: GetActiveCalls).
type ActiveCall struct {
	EntryID     string           `json:"entry_id"`
	CallID      string           `json:"call_id"`
	State       string           `json:"state"` // ringing, talking, hold, ivr, queue
	Direction   engine.Direction `json:"direction"`
	Caller      engine.Party     `json:"caller"`
	Callee      engine.Party     `json:"callee"`
	Line        string           `json:"line_number"`
	Group       string           `json:"group"`
	Started     time.Time        `json:"started"`
	TalkStarted time.Time        `json:"talk_started"`
}

// Snapshot is the replica that a session reads without waiting. It is never
// changed after it was handed out.
type Snapshot struct {
	AsOf        time.Time
	Stale       bool // the Office cannot be asked right now
	State       State
	Why         *text.Error // why not registered; nil when all is well
	Extension   string
	IsFirst     bool
	Calls       []ActiveCall
	Settings    map[string]any
	Revision    int64
	Epoch       string
	Diagnostics map[string]any // counters and paths for Диагностика

	board *board // what View makes Calls of
}
