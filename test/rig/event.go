package rig

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
)

// Data is what runs look at in an event's JSON.
type Data struct {
	Name      string `json:"-"` // as 1C hears it, in Russian
	V         int    `json:"v"`
	Seq       uint64 `json:"seq"`
	ID        string `json:"id"`
	Event     string `json:"event"`
	Class     string `json:"class"`
	Attempt   int    `json:"attempt"`
	EntryID   string `json:"entry_id"`
	CallID    string `json:"call_id"`
	Direction string `json:"direction"`
	Caller    Party  `json:"caller"`
	Callee    Party  `json:"callee"`
	Line      string `json:"line_number"`
	CommandID string `json:"command_id"`

	State   int    `json:"-"` // of ConnectionState
	Status  string `json:"-"` // of CallSummary
	Why     string `json:"-"` // reason of IvrCallEnd
	Code    string `json:"code"`
	Command string `json:"command"`
	Result  int    `json:"result"`
	Reason  int    `json:"reason"`
	TalkSec int64  `json:"talk_sec"`
	Save    bool   `json:"save"`

	RequestID    string  `json:"request_id"` // of RouteRequest
	Kind         string  `json:"kind"`       // of CallTransferred
	Calltracking []Track `json:"calltracking"`
	Legs         []Leg   `json:"legs"`

	Truncate bool `json:"truncated"`

	OperationID string `json:"operation_id"` // of OperationResult
	OK          bool   `json:"ok"`
	Path        string `json:"path"`
}

// Party of a call.
type Party struct {
	Extension string `json:"extension"`
	Number    string `json:"number"`
	Name      string `json:"name"`
}

// Track is a parameter of call tracking.
type Track struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Leg of a finished call.
type Leg struct {
	CallID   string `json:"call_id"`
	Callee   Party  `json:"callee"`
	Status   string `json:"status"`
	Transfer string `json:"transfer"`
}

// Decode reads an event's JSON; a broken one gives zero values, which no check
// takes for good.
func Decode(e napihost.Event) Data {
	var d Data
	_ = json.Unmarshal([]byte(e.Data), &d)
	var own struct {
		State  int    `json:"state"`
		Status string `json:"status"`
		Reason any    `json:"reason"`
	}
	_ = json.Unmarshal([]byte(e.Data), &own)
	d.Name, d.State, d.Status = e.Message, own.State, own.Status
	d.Why, _ = own.Reason.(string)
	return d
}

// AwaitEvent returns the oldest event not yet looked at that match accepts.
func (r *Rig) AwaitEvent(ctx context.Context, match func(Data) bool) (napihost.Event, error) {
	return r.Host.Await(ctx, func(e napihost.Event) bool { return match(Decode(e)) })
}

// notification is what matters of a notification's JSON.
type notification struct {
	EntryID   string `json:"entry_id"`
	CallID    string `json:"call_id"`
	State     string `json:"call_state"`
	CommandID string `json:"command_id"`
}

// causes tells for an event which state of its leg brings it about.
var causes = map[string]string{
	"IncomingCall": "Appeared", "OutgoingCall": "Appeared", "CallAnswered": "Connected",
	"CallWithdrawn": "Disconnected", "CallEnded": "Disconnected",
}

// Cause finds the notification that brought an event about: the latest one
// that fits and was sent before the event. ok is false for events that no
// notification causes, and while the PBX has not booked the notification yet.
func (r *Rig) Cause(e napihost.Event) (vpbxtest.Delivery, bool) {
	data := Decode(e)
	all := r.PBX.Delivered()
	for i := len(all) - 1; i >= 0; i-- {
		d := all[i]
		if d.Dropped || d.Sent.After(e.At()) {
			continue
		}
		var n notification
		if json.Unmarshal(d.JSON, &n) == nil && fits(data, d.Path, n) {
			return d, true
		}
	}
	return vpbxtest.Delivery{}, false
}

func fits(e Data, path string, n notification) bool {
	switch e.Event {
	case "CallSummary":
		return path == "/events/summary" && n.EntryID == e.EntryID
	case "CommandResult":
		return e.CommandID != "" && path != "/events/call" && n.CommandID == e.CommandID
	}
	state, ok := causes[e.Event]
	return ok && path == "/events/call" && n.CallID == e.CallID && n.State == state
}

// Latency is the time from the post of the notification to ExternalEvent; it
// waits a moment for the PBX to book the notification.
func (r *Rig) Latency(ctx context.Context, e napihost.Event) (time.Duration, bool) {
	if _, caused := causes[Decode(e).Event]; !caused {
		if name := Decode(e).Event; name != "CallSummary" && name != "CommandResult" {
			return 0, false
		}
	}
	for range 250 {
		if d, ok := r.Cause(e); ok {
			return e.At().Sub(d.Sent), true
		}
		select {
		case <-ctx.Done():
			return 0, false
		case <-time.After(2 * time.Millisecond):
		}
	}
	return 0, false
}
