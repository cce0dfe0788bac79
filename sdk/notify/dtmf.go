package notify

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// DTMF is /events/dtmf: digits that a caller typed in the menu, one whole
// sequence and not one key (§3.1.5).
type DTMF struct {
	EntryID    string    `json:"entry_id"`
	CallID     string    `json:"call_id"` // the leg in the menu
	Time       time.Time `json:"timestamp"`
	Seq        int64     `json:"-"`                    // counts sequences; 0 when absent
	Digits     string    `json:"dtmf"`                 // also * and #
	Location   string    `json:"location" words:"ivr"` // ivr, or ivr.2.1: the menu item where they were typed
	Initiator  string    `json:"initiator"`            // number of who typed
	FromNumber string    `json:"from_number"`
	ToNumber   string    `json:"to_number"`
	LineNumber string    `json:"line_number"`
}

func decodeDTMF(raw []byte) (Notification, string, error) {
	var w struct {
		DTMF
		Seq loose.Scalar `json:"seq"`
	}
	if err := read(raw, &w); err != nil {
		return nil, "", err
	}
	if w.Digits == "" || w.CallID == "" {
		return nil, "", fmt.Errorf("%w: dtmf or call_id", ErrIncomplete)
	}
	d := w.DTMF
	seq, hasSeq := w.Seq.Int()
	d.Seq = seq
	return d, seqKey(d.CallID, seq, hasSeq), nil
}
