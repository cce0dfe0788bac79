// Package engine decides what the integration does with a call. It is pure:
// Step takes the time and one input, and returns effects; there is no
// goroutine, lock, clock, I/O or randomness here, so that replaying the same
// inputs gives the same state and the same event ids.
package engine

import (
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/call"
)

// Kind is the English name of an event (docs: BSL contract, Events). The
// Russian names stand in addin/telephony, paired with these.
type Kind string

// The events built so far. A kind that is not emitted is not declared.
const (
	ConnectionState Kind = "ConnectionState"
	SettingsChanged Kind = "SettingsChanged"
	FirstInSession  Kind = "FirstInSession"
	Warning         Kind = "Warning"
	IncomingCall    Kind = "IncomingCall"
	OutgoingCall    Kind = "OutgoingCall"
	CallAnswered    Kind = "CallAnswered"
	CallWithdrawn   Kind = "CallWithdrawn"
	CallHeld        Kind = "CallHeld"
	CallTransferred Kind = "CallTransferred"
	CallEnded       Kind = "CallEnded"
	IvrCall         Kind = "IvrCall"
	IvrCallEnd      Kind = "IvrCallEnd"
	RouteRequest    Kind = "RouteRequest"
	PresenceChanged Kind = "Presence"
	UserLimit       Kind = "UserLimit"
	CallSummary     Kind = "CallSummary"
	CallChanged     Kind = "CallChanged"
	CommandResult   Kind = "CommandResult"
	Dtmf            Kind = "Dtmf"
	RecordingReady  Kind = "RecordingReady"
	SmsResult       Kind = "SmsResult"
	SpeechAnalytics Kind = "SpeechAnalytics"
	AddressBook     Kind = "AddressBook"
	Task            Kind = "Task"
	AgentStatus     Kind = "AgentStatus"
	VpbxEvent       Kind = "VpbxEvent"
	Progress        Kind = "Progress"
	OperationResult Kind = "OperationResult"
	Throttle        Kind = "Throttle"
)

// Class tells how long an event matters: a screen event is done on hand-over
// and expires; a record event stays until acknowledged.
type Class string

// The two classes of the contract.
const (
	Screen Class = "screen"
	Record Class = "record"
)

// Direction of a call as seen from the company.
type Direction = call.Direction

// The directions of the contract.
const (
	In       = call.In
	Out      = call.Out
	Internal = call.Internal
)

// Party is one side of a call. Absent values are "".
type Party struct {
	Extension string `json:"extension"`
	Number    string `json:"number"`
	Name      string `json:"name"`
}

// Event is what a session is told, without prose: codes and numbers only.
// Its JSON is the record kept in the `out` stream (and, later, the wire of
// the hub); the edge turns it into the contract's JSON in the language of
// the 1C object. Seq, attempt and replay belong to the delivery, not here.
type Event struct {
	ID        string    `json:"id"`
	Kind      Kind      `json:"event"`
	Class     Class     `json:"class"`
	Time      time.Time `json:"time"`
	EntryID   string    `json:"entry_id,omitempty"`
	CallID    string    `json:"call_id,omitempty"`
	Direction Direction `json:"direction,omitempty"`
	Caller    Party     `json:"caller"`
	Callee    Party     `json:"callee"`
	Line      string    `json:"line_number,omitempty"`
	Group     string    `json:"group,omitempty"`
	CommandID string    `json:"command_id,omitempty"`
	To        Address   `json:"to"`
	Expires   time.Time `json:"expires,omitzero"`
	// Body is one of the *Body types below, by Kind; kept as JSON so that a
	// store or an older peer passes on what it does not know.
	Body json.RawMessage `json:"body,omitempty"`
}

// Address says whom an event is for.
type Address struct {
	Extension string `json:"extension,omitempty"` // sessions of one extension, and those without any
	Session   string `json:"session,omitempty"`   // one session, by its id in SessionUp
	Rule      Rule   `json:"rule,omitempty"`      // when neither is given
}

// Rule picks a session when no extension does.
type Rule string

// The rules built so far.
const (
	AnySession   Rule = ""       // every session (ConnectionState)
	FirstSession Rule = "first"  // the first desk, and sessions without an extension
	AnyWriter    Rule = "writer" // exactly one session that saves calls
)

// ConnectionStateBody: State as in the contract (0–4), Code from sdk/text.
type ConnectionStateBody struct {
	State int    `json:"state"`
	Code  string `json:"code"`
}

// CreateClient advises BSL on creating the client.
type CreateClient struct {
	Advise bool   `json:"advise"`
	Type   string `json:"type"`
}

// Track is one parameter of call tracking; its display name is rendered at the
// edge.
type Track struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// SettingsChangedBody: the company's settings are another revision now.
type SettingsChangedBody struct {
	Revision int64 `json:"revision"`
}

// FirstInSessionBody: whether the session is the first registered one now.
type FirstInSessionBody struct {
	IsFirst bool `json:"is_first"`
}

// WarningBody: Code is one of sdk/text, Detail what it is about.
type WarningBody struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// CallHeldBody: somebody on the leg was put on hold, or taken back.
type CallHeldBody struct {
	On bool `json:"on"`
}

// CallTransferredBody: the leg came about by a transfer from another one.
type CallTransferredBody struct {
	Kind      string `json:"kind"` // blind, consultative, return_blind
	TakenFrom string `json:"taken_from_call_id"`
}

// IvrCallBody: a call is in the menu; Free are the colleagues who may take it.
type IvrCallBody struct {
	Free         []string `json:"free"`
	Calltracking []Track  `json:"calltracking"`
}

// IvrCallEndBody: Reason is routed (a command of ours), left (the scheme of the
// PBX moved it on) or ended (it is over).
type IvrCallEndBody struct {
	Reason string `json:"reason"`
}

// RouteRequestBody asks for the employee responsible for the caller; an answer
// after DeadlineMs comes too late.
type RouteRequestBody struct {
	RequestID    string  `json:"request_id"`
	DeadlineMs   int64   `json:"deadline_ms"`
	Calltracking []Track `json:"calltracking"`
}

// PresenceBody: what an employee does now.
type PresenceBody struct {
	Extension string   `json:"extension"`
	State     Presence `json:"state"`
}

// UserLimitBody: how many users there may be and are, and whose extensions are
// refused.
type UserLimitBody struct {
	Limit   int      `json:"limit"`
	Used    int      `json:"used"`
	Refused []string `json:"refused"`
}

// IncomingCallBody: an own leg rings.
type IncomingCallBody struct {
	OpenClientCard bool         `json:"open_client_card"`
	CreateClient   CreateClient `json:"create_client"`
	Calltracking   []Track      `json:"calltracking"`
}

// OutgoingCallBody: an own outgoing call begins.
type OutgoingCallBody struct {
	CreateClient CreateClient `json:"create_client"`
}

// CallAnsweredBody has no fields of its own: the conversation begins.
type CallAnsweredBody struct{}

// CallWithdrawnBody: somebody else answered.
type CallWithdrawnBody struct {
	AnsweredBy string `json:"answered_by"`
}

// CallEndedBody: the own leg is over. Reason is a PBX disconnect code; its
// text is rendered at the edge as reason_text.
type CallEndedBody struct {
	Reason   int   `json:"reason"`
	TotalSec int64 `json:"total_sec"`
	TalkSec  int64 `json:"talk_sec"`
}

// CommandResultBody: Result is the PBX's code (0 when the PBX was never
// asked), Code a code of sdk/text ("" after success).
type CommandResultBody struct {
	Command string `json:"command"` // English method name, e.g. "StartCall"
	Result  int    `json:"result"`
	Code    string `json:"code"`
}

// CallChangedBody: the card of a call gained something.
type CallChangedBody struct {
	What       string      `json:"what"` // annotation
	Annotation *Annotation `json:"annotation,omitempty"`
}

// DtmfBody: a caller typed digits in the menu.
type DtmfBody struct {
	Dtmf     string `json:"dtmf"`
	Location string `json:"location"` // ivr, or ivr.2.1: the menu item where they were typed
}

// SmsResultBody: what became of a message. Result is a code of the PBX, 1000
// when it was delivered; its text is rendered at the edge as result_text.
type SmsResultBody struct {
	Result int `json:"result"`
}

// NoticeBody is a notification passed on as it came: the body of
// SpeechAnalytics, AddressBook, Task, AgentStatus and VpbxEvent.
type NoticeBody struct {
	Kind string          `json:"kind"`          // ab/contacts, user/status_changed… (notify.Item.Kind)
	Data json.RawMessage `json:"data"`          // an object or a list; {} when the text is neither
	Raw  string          `json:"raw,omitempty"` // the text then
}

// Author is the 1C side of a call.
type Author struct {
	UserID    string `json:"user_id"`
	Extension string `json:"extension"`
	Name      string `json:"name"`
}

// RecordingRef names a recording of a call; it is the body of RecordingReady.
type RecordingRef struct {
	RecordingID string `json:"recording_id"`
	Extension   string `json:"extension"`
}

// Status of a finished call (docs: BSL contract, CallSummary).
type Status = call.Status

// The six statuses.
const (
	Missed      = call.Missed
	AcceptedOK  = call.AcceptedOK
	AcceptedBad = call.AcceptedBad
	ReachedOK   = call.ReachedOK
	ReachedBad  = call.ReachedBad
	Transferred = call.Transferred
)

// Leg is one leg of a finished call.
type Leg struct {
	CallID      string    `json:"call_id"`
	Caller      Party     `json:"caller"`
	Callee      Party     `json:"callee"`
	Started     time.Time `json:"started"`
	TalkStarted time.Time `json:"talk_started"` // zero: no conversation
	Ended       time.Time `json:"ended"`
	Status      Status    `json:"status"`
	Transfer    string    `json:"transfer"` // "", blind, consultative, return_blind
	// Parent is the leg that it was taken from, "" when from none.
	Parent string `json:"taken_from_call_id"`
	// Role is what the status of the call depends on; "" in calls that were
	// stored before it was kept.
	Role       call.Role      `json:"role"`
	Recordings []RecordingRef `json:"recordings"`
}

// CallSummaryBody is the whole call, as it is saved.
type CallSummaryBody struct {
	Started      time.Time      `json:"started"`
	TalkStarted  time.Time      `json:"talk_started"`
	Ended        time.Time      `json:"ended"`
	TotalSec     int64          `json:"total_sec"`
	TalkSec      int64          `json:"talk_sec"`
	Status       Status         `json:"status"`
	Author       Author         `json:"author"`
	Participant  Party          `json:"participant"`
	Initiator    Party          `json:"initiator"`
	Reason       int            `json:"disconnect_reason"`
	Save         bool           `json:"save"`
	Writer       bool           `json:"writer"`
	Recovered    bool           `json:"recovered"`
	Incomplete   bool           `json:"incomplete"`
	Assignee     string         `json:"assignee"`
	CreateClient CreateClient   `json:"create_client"`
	Calltracking []Track        `json:"calltracking"`
	Recordings   []RecordingRef `json:"recordings"`
	Legs         []Leg          `json:"legs"`
}
