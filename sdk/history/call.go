// Package history keeps finished calls: those that were told as they ended,
// those that statistics brought, and what was learnt of them afterwards. It
// reads statistics of both kinds into the same shape, so that a call is one
// record however it became known.
package history

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"time"

	"mangoofficesdk/sdk/engine"
)

// Call is a finished call as it is stored: its summary (Recovered and
// Incomplete say how it became known), and what came later. Its JSON is that of
// the summary with the envelope of its event; the edge adds texts, local times
// and unix seconds.
type Call struct {
	EntryID   string           `json:"entry_id"`
	CallID    string           `json:"call_id,omitempty"` // of a call without entry_id: its only name
	Direction engine.Direction `json:"direction"`
	Caller    engine.Party     `json:"caller"`
	Callee    engine.Party     `json:"callee"`
	Line      string           `json:"line_number"`
	Group     string           `json:"group"` // extension of the group it went through, "" if none
	CommandID string           `json:"command_id"`

	// Recordings of the summary and of its legs, and Calltracking, gain what
	// became known after the end. A call from statistics has no Calltracking.
	engine.CallSummaryBody

	// Annotation is what the 1C base said of the call last; nil = nothing.
	Annotation *engine.Annotation `json:"annotation,omitempty"`
	// Speech is the JSON of a Speech; nil = speech analytics were not asked, or
	// had nothing.
	Speech json.RawMessage `json:"speech,omitempty"`
	// Unrecorded is the PBX's code for a recording that it did not keep (4002 too
	// short, 22xx without the service), MailedOnly for one that it only mailed;
	// 0 = it said nothing of the kind.
	Unrecorded int `json:"unrecorded,omitempty"`
	// Changed is when the record was written last, UTC.
	Changed time.Time `json:"changed"`
}

// MailedOnly is Unrecorded of a recording that lies nowhere to be fetched.
const MailedOnly = -1

// ID names the call: its entry_id, or the call_id of one without.
func (c *Call) ID() string { return cmp.Or(c.EntryID, c.CallID) }

// Track gives a parameter of call tracking by its key (engine.TrackKeys), ""
// when it is not known.
func (c *Call) Track(key string) string {
	for _, t := range c.Calltracking {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// Has reports whether an extension takes part in the call, on any leg.
func (c *Call) Has(extension string) bool {
	if extension == "" {
		return false
	}
	for _, l := range c.Legs {
		if l.Caller.Extension == extension || l.Callee.Extension == extension {
			return true
		}
	}
	return c.Caller.Extension == extension || c.Callee.Extension == extension || c.Author.Extension == extension
}

// Reader is what the card and the reports need of the stored calls.
type Reader interface {
	// Get finds a call by its ID; text.CallUnknown when there is none.
	Get(ctx context.Context, id string) (Call, error)
	// Calls yields the calls that began from `from` on and before `to` and that
	// the filter takes, by start, equal ones by id. A zero time is no bound.
	// Memory does not grow with the number of calls. An error ends the
	// sequence; the call beside it is empty. The body of the loop may call the
	// store, and may take its time.
	Calls(ctx context.Context, from, to time.Time, f Filter) iter.Seq2[Call, error]
}
