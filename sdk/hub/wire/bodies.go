package wire

import (
	"encoding/json"
	"unicode/utf8"

	"mangoofficesdk/sdk/text"
)

// Hello is the first message of a client.
type Hello struct {
	Min        int     `json:"min"` // versions of the protocol
	Max        int     `json:"max"`
	Token      string  `json:"token"`
	UserID     string  `json:"user_id,omitempty"`
	UserName   string  `json:"user_name,omitempty"`
	Extension  string  `json:"extension,omitempty"`
	ClientGUID string  `json:"client_guid,omitempty"`
	Role       string  `json:"role,omitempty"`   // desk | server
	Client     string  `json:"client,omitempty"` // version of the component, for the log
	Resume     *Resume `json:"resume,omitempty"` // nil: a new session
}

// Resume names a session that the client still holds.
type Resume struct {
	Session string `json:"session"`
	Key     string `json:"key"` // secret, from the welcome
	Got     uint64 `json:"got"` // the last number received
	Taken   uint64 `json:"taken,omitempty"`
}

// Welcome is the answer to a hello.
type Welcome struct {
	Version   int    `json:"version"`
	Run       string `json:"run"`     // of the hub's process
	Session   string `json:"session"` // the one asked for, or a new one
	Key       string `json:"key"`     // to resume it with
	Resumed   bool   `json:"resumed"`
	Got       uint64 `json:"got"`        // the last number the hub has received
	NowMs     int64  `json:"now_ms"`     // unix ms, the hub's clock
	SilenceMs int64  `json:"silence_ms"` // a hub from which nothing came for so long is lost
	GraceMs   int64  `json:"grace_ms"`   // how long the session outlives its socket
	Extension string `json:"extension"`  // of the session, as the hub sees it
}

// Progress is the body of an ack.
type Progress struct {
	Taken uint64 `json:"taken,omitempty"` // the consumer has taken all events up to this number
}

// Call asks for a method of the office.
type Call struct {
	Method    string          `json:"method"`
	Args      json.RawMessage `json:"args,omitempty"`
	TimeoutMs int64           `json:"timeout_ms,omitempty"` // how long the client waits from now; 0 = as long as the hub likes
	Parted    bool            `json:"parted,omitempty"`     // the arguments came in parts before
}

// MethodPing is answered by the hub itself, at once.
const MethodPing = "Ping"

// Reply answers a call.
type Reply struct {
	Answer json.RawMessage `json:"answer,omitempty"`
	Parted bool            `json:"parted,omitempty"` // the answer came in parts before
	Error  *Error          `json:"error,omitempty"`
}

// Part is a piece of JSON, cut between two characters.
type Part struct {
	Text string `json:"text"`
}

// Error is a text.Error without its cause: that is for the log of its side.
type Error struct {
	Code   text.Code `json:"code"`
	Field  string    `json:"field,omitempty"`
	Detail string    `json:"detail,omitempty"`
	Result int       `json:"result,omitempty"`
}

// NewError is err for a peer; nil for nil.
func NewError(err error) *Error {
	e := text.From(err)
	if e == nil {
		return nil
	}
	return &Error{Code: e.Code, Field: e.Field, Detail: e.Detail, Result: e.Result}
}

// Text is the error as it was.
func (e *Error) Text() *text.Error {
	if e == nil {
		return nil
	}
	return &text.Error{Code: e.Code, Field: e.Field, Detail: e.Detail, Result: e.Result}
}

// Ref names a delivery (journal.Ref).
type Ref struct {
	Epoch string `json:"epoch,omitempty"`
	Seq   uint64 `json:"seq,omitempty"`
}

// Event is a delivery (office.Delivery).
type Event struct {
	Ref
	Event      json.RawMessage `json:"event"` // engine.Event
	Attempt    int             `json:"attempt"`
	Replay     bool            `json:"replay,omitempty"`
	ReceivedMs int64           `json:"received_ms,omitempty"` // unix ms; 0 = not known
}

// Settle tells what became of a delivery (office.Verdict).
type Settle struct {
	Ref
	Done    bool  `json:"done,omitempty"`
	Shown   bool  `json:"shown,omitempty"`
	DelayMs int64 `json:"delay_ms,omitempty"`
}

// View is what changed of the replica since the last one over this socket; the
// first one has it all. What is cheap is always there.
type View struct {
	AsOfMs    int64  `json:"as_of_ms"` // unix ms
	State     int    `json:"state"`
	Why       *Error `json:"why,omitempty"`
	Extension string `json:"extension,omitempty"`
	First     bool   `json:"first,omitempty"`
	Revision  int64  `json:"revision"` // of the settings
	Epoch     string `json:"epoch"`

	Calls       json.RawMessage `json:"calls,omitempty"`       // []office.ActiveCall
	Settings    json.RawMessage `json:"settings,omitempty"`    // an object
	Diagnostics json.RawMessage `json:"diagnostics,omitempty"` // an object
}

// Split cuts JSON into texts of at most size bytes, never within a character.
func Split(raw []byte, size int) (parts []string) {
	for len(raw) > size {
		at := size
		for at > size-utf8.UTFMax && !utf8.RuneStart(raw[at]) {
			at--
		}
		parts = append(parts, string(raw[:at]))
		raw = raw[at:]
	}
	return append(parts, string(raw))
}
