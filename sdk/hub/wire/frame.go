// Package wire is what the hub and its clients say to each other: JSON text
// messages over a WebSocket, the codes a connection is closed with, and the
// channel that carries what matters over broken sockets.
//
// A connection begins with hello (client) and welcome (hub). From then on both
// send frames. Those that matter are numbered; each side acknowledges the
// numbers it has, keeps what is unacknowledged, and sends it again over the
// next socket of the session. So a request is carried out once and its reply
// arrives, and an event is told once, however often the socket breaks.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// The versions of the protocol that this build speaks. What is added to a
// version is a new type of frame, or a new member of one: both are passed over
// by whoever does not know them.
const (
	MinVersion = 1
	MaxVersion = 1
)

// Choose is the version for a peer that speaks min to max; false when there is
// none.
func Choose(minVersion, maxVersion int) (int, bool) {
	v := min(maxVersion, MaxVersion)
	return v, minVersion <= maxVersion && v >= max(minVersion, MinVersion)
}

// The types of frames.
const (
	TypeHello   = "hello"   // client, first: Hello
	TypeWelcome = "welcome" // hub, first: Welcome
	TypeAck     = "ack"     // both: Progress, for want of another frame to carry it
	TypeView    = "view"    // hub: View, what changed of the replica

	TypeCall   = "call"   // client, numbered: Call
	TypeCancel = "cancel" // client, numbered: nobody waits for the call ID any more
	TypePart   = "part"   // both, numbered: Part, a piece of the call or reply ID to come
	TypeReply  = "reply"  // hub, numbered: Reply to the call ID
	TypeEvent  = "event"  // hub, numbered: Event
	TypeSettle = "settle" // client, numbered: Settle
	TypeBye    = "bye"    // client, numbered: the session is over
)

// Bounds that both sides rely on.
const (
	// PartSize: arguments and answers that are longer travel in parts, so that
	// no message keeps a line busy for long.
	PartSize = 256 << 10
	// MaxFrame is the longest message a hub takes, and a client of numbered
	// ones: the text of a part grows when it is escaped, sixfold at worst.
	MaxFrame = 2 << 20
	// MaxBody is the most that parts of one call may come to: half a million
	// responsibles are some 22 MB.
	MaxBody = 64 << 20
	// MaxHello bounds the first message, of somebody unknown.
	MaxHello = 16 << 10
	maxType  = 32
)

// Frame is one message.
type Frame struct {
	Type string          `json:"t"`
	N    uint64          `json:"n,omitempty"`  // its number; 0: it may be lost
	Ack  uint64          `json:"a,omitempty"`  // the sender has received all up to this number
	ID   uint64          `json:"id,omitempty"` // of a call, given by the client
	Body json.RawMessage `json:"b,omitempty"`
}

// errFrame is what Decode finds wrong; peers get no more than a close code.
var errFrame = errors.New("wire: not a frame")

// Decode reads a message. Types it does not know are not an error.
func Decode(raw []byte) (f Frame, err error) {
	if err := json.Unmarshal(raw, &f); err != nil {
		return Frame{}, fmt.Errorf("%w: %w", errFrame, err)
	}
	if f.Type == "" || len(f.Type) > maxType {
		return Frame{}, fmt.Errorf("%w: type of %d bytes", errFrame, len(f.Type))
	}
	return f, nil
}

// Encode is the message of a frame.
func (f Frame) Encode() ([]byte, error) { return json.Marshal(f) }

// Read decodes the body of a frame; an absent one is the zero value.
func (f Frame) Read(into any) error {
	if len(f.Body) == 0 {
		return nil
	}
	if err := json.Unmarshal(f.Body, into); err != nil {
		return fmt.Errorf("%w: body of %s: %w", errFrame, f.Type, err)
	}
	return nil
}

// New makes a frame of a body.
func New(kind string, id uint64, body any) (Frame, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Frame{}, fmt.Errorf("wire: body of %s: %w", kind, err)
	}
	return Frame{Type: kind, ID: id, Body: raw}, nil
}

// frameOverhead is what a frame costs in a buffer besides its body.
const frameOverhead = 96

// Size is what the frame counts for in a bounded buffer.
func (f Frame) Size() int { return len(f.Body) + frameOverhead }
