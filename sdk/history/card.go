package history

import (
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/text"
)

// Speech is what speech analytics made of the recordings of a call
// (§3.5.4–3.5.6), as the record of the call keeps it: lists as the PBX has them,
// nil where it has nothing.
type Speech struct {
	Topics     json.RawMessage `json:"topics,omitempty"`     // [{recording_id, categories}]
	Transcript json.RawMessage `json:"transcript,omitempty"` // [{recording_id, names, phrases}]
	Summary    json.RawMessage `json:"summary,omitempty"`    // [{communication_id, summary}]
	Asked      time.Time       `json:"asked"`
}

// SpeechOf reads what the record of a call has; ok is false when it has nothing.
func (c *Call) SpeechOf() (s Speech, ok bool) {
	ok = len(c.Speech) > 0 && json.Unmarshal(c.Speech, &s) == nil
	return s, ok
}

// Card is a call with what its record does not keep: what is so at the moment.
type Card struct {
	Call
	SpeechState Found `json:"speech_state"`
}

// Found says whether something that is sought beside a call is there.
type Found struct {
	State  FoundState `json:"state"`
	Code   text.Code  `json:"code,omitempty"`   // why it is absent
	Result int        `json:"result,omitempty"` // of the PBX, which said so; 0 = it was not asked
}

// FoundState is how far the search is.
type FoundState string

// The states.
const (
	Ready  FoundState = "ready"
	Asked  FoundState = "asked" // the PBX is being asked
	Absent FoundState = "absent"
)
