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
	RecordingState Found `json:"recording_state"`
	SpeechState    Found `json:"speech_state"`
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

const (
	// recordingTime is how long the PBX may take from the end of a call to the
	// word that its recording can be fetched (sdk/engine, readyTime, and its own).
	recordingTime = 3 * time.Minute
	// savingTime is the longest it was seen to take until a recording is there.
	savingTime = 15 * time.Minute
	tooShort   = 4002 // §3.1.4
)

// NoRecording says why a call without recordings has none at this moment.
func (c *Call) NoRecording(now time.Time) text.Code {
	wait := recordingTime
	if c.Recovered { // its recording may have been told while nobody listened
		wait = savingTime
	}
	switch {
	case c.bare():
		return text.RecordingAbsent
	case c.TalkStarted.IsZero():
		return text.RecordingNoTalk
	case c.Unrecorded == tooShort:
		return text.RecordingTooShort
	case c.Unrecorded == MailedOnly:
		return text.RecordingMailed
	case c.Unrecorded != 0:
		return text.RecordingService
	case now.Sub(c.Ended) < wait:
		return text.RecordingPreparing
	}
	return text.RecordingOff
}

// LostRecording says why the PBX has not a recording that the call has.
func (c *Call) LostRecording(now time.Time) text.Code {
	if now.Sub(c.Ended) < savingTime {
		return text.RecordingPreparing
	}
	return text.RecordingGone
}
