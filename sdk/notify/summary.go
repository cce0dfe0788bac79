package notify

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Direction of a whole call as the summary tells it.
type Direction uint8

// The directions. On the wire: 0 internal, 1 incoming, 2 outgoing (stats/calls
// numbers them otherwise).
const (
	DirectionUnknown Direction = iota
	Internal
	Incoming
	Outgoing
)

// Summary is /events/summary: a call is over (§3.1.6). One per EntryID.
type Summary struct {
	EntryID          string
	Direction        Direction
	From, To         Party // To is zero when nobody was rung
	LineNumber       string
	Created          time.Time
	Forwarded        time.Time
	Answered         time.Time // zero: no conversation; decide by it, not by EntryResult
	Ended            time.Time
	EntryResult      int // 1 success, 0 missed; contradicts Answered in the PBX's own samples
	DisconnectReason int
	SIPCallID        string
	DCT              DCT
}

type wireSummary struct {
	EntryID          loose.Scalar            `json:"entry_id"`
	CallDirection    loose.Scalar            `json:"call_direction"`
	From             loose.Object[wireParty] `json:"from"`
	To               loose.Object[wireParty] `json:"to"`
	LineNumber       loose.Scalar            `json:"line_number"`
	CreateTime       loose.Scalar            `json:"create_time"`
	ForwardTime      loose.Scalar            `json:"forward_time"`
	TalkTime         loose.Scalar            `json:"talk_time"`
	EndTime          loose.Scalar            `json:"end_time"`
	EntryResult      loose.Scalar            `json:"entry_result"`
	DisconnectReason loose.Scalar            `json:"disconnect_reason"`
	SIPCallID        loose.Scalar            `json:"sip_call_id"`
	DCT              loose.Object[wireDCT]   `json:"dct"`
}

func decodeSummary(raw []byte) (Notification, string, error) {
	var w wireSummary
	if err := parse(raw, &w); err != nil {
		return nil, "", err
	}
	if w.EntryID == "" {
		return nil, "", fmt.Errorf("%w: entry_id", ErrIncomplete)
	}
	s := Summary{
		EntryID: w.EntryID.Text(), From: w.From.Value.party(), To: w.To.Value.party(),
		LineNumber: w.LineNumber.Text(),
		Created:    w.CreateTime.Unix(), Forwarded: w.ForwardTime.Unix(),
		Answered: w.TalkTime.Unix(), Ended: w.EndTime.Unix(),
		EntryResult: w.EntryResult.Code(), DisconnectReason: w.DisconnectReason.Code(),
		SIPCallID: w.SIPCallID.Text(), DCT: w.DCT.Value.dct(),
	}
	if n, ok := w.CallDirection.Int(); ok && n >= 0 && n <= 2 {
		s.Direction = Direction(n + 1) //nolint:gosec // 0…2
	}
	if s.LineNumber == "" { // the table of v1.9 can be read as if it were nested
		s.LineNumber = s.To.LineNumber
	}
	return s, idKey(s.EntryID), nil
}
