package notify

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// RecordingState is how far a recording is.
type RecordingState string

// The states of a recording (§3.1.4).
const (
	RecordingStarted   RecordingState = "Started"
	RecordingContinued RecordingState = "Continued" // it goes on in another leg, CallID
	RecordingCompleted RecordingState = "Completed"
)

// Values of Recording.Recipient.
const (
	ToCloud        = "Cloud"
	ToMail         = "Mail" // only there: nothing can be fetched
	ToCloudAndMail = "CloudAndMail"
)

// Recording is /events/recording: the progress of one recording (§3.1.4). Two
// recorded employees make two recordings of one call.
type Recording struct {
	RecordingID    string         `json:"recording_id"`
	State          RecordingState `json:"recording_state" words:"Started,Continued,Completed"`
	Seq            int64          `json:"-"` // per RecordingID; 0 when absent
	EntryID        string         `json:"entry_id"`
	CallID         string         `json:"call_id"`
	Extension      string         `json:"extension"` // of the recorded employee, if he has one
	Time           time.Time      `json:"timestamp"`
	CompletionCode int            `json:"completion_code"` // Completed only: 1000, 22xx, 4002 (too short, not kept)
	Recipient      string         `json:"recipient" words:"Cloud,Mail,CloudAndMail"`
	CommandID      string         `json:"command_id"`
}

func decodeRecording(raw []byte) (Notification, string, error) {
	var w struct {
		Recording
		Seq loose.Scalar `json:"seq"`
	}
	if err := read(raw, &w); err != nil {
		return nil, "", err
	}
	if w.RecordingID == "" || w.State == "" {
		return nil, "", fmt.Errorf("%w: recording_id or recording_state", ErrIncomplete)
	}
	r := w.Recording
	seq, hasSeq := w.Seq.Int()
	r.Seq = seq
	return r, seqKey(r.RecordingID, seq, hasSeq), nil
}

// RecordAdded is /events/record/added: a recording can be fetched (§3.1.8).
// Under load it may take a moment more.
type RecordAdded struct {
	RecordRef
}

// RecordTagged is /events/record/tagged: the topics of a recording are
// recognised and can be fetched (§3.1.7).
type RecordTagged struct {
	RecordRef
}

// RecordRef names a recording in the store of the PBX.
type RecordRef struct {
	RecordingID string    `json:"recording_id"`
	EntryID     string    `json:"entry_id"`
	ProductID   string    `json:"product_id"`
	UserID      string    `json:"user_id"` // the administrator's if the employee is not known; -1: no employee took part
	Time        time.Time `json:"timestamp"`
}

func decodeRecordAdded(raw []byte) (Notification, string, error) {
	ref, err := decodeRecordRef(raw)
	return RecordAdded{ref}, "", err
}

func decodeRecordTagged(raw []byte) (Notification, string, error) {
	ref, err := decodeRecordRef(raw)
	return RecordTagged{ref}, "", err
}

func decodeRecordRef(raw []byte) (ref RecordRef, err error) {
	if err = read(raw, &ref); err == nil && ref.RecordingID == "" {
		err = fmt.Errorf("%w: recording_id", ErrIncomplete)
	}
	return ref, err
}
