package notify

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// CallState is the state of a leg.
type CallState string

// The states of a leg (§3.1.2). The first one may be any, the last one is
// Disconnected; Appeared and Connected may repeat with another From.
const (
	Appeared     CallState = "Appeared"
	Connected    CallState = "Connected"
	OnHold       CallState = "OnHold"
	Disconnected CallState = "Disconnected"
)

// Values of Call.Location. "" = not told (the printed blind transfer).
const (
	InIVR     = "ivr"
	InQueue   = "queue"
	AtAbonent = "abonent"
)

// Values of Call.Transfer (API v.2).
const (
	Consultative = "consultative"
	Blind        = "blind"
	ReturnBlind  = "return_blind"
)

// Values of Call.CallbackInitiator, in Latin letters throughout.
const (
	ByAPI           = "API"
	ByWeb           = "WEB"
	ByContactCentre = "CC"
	ByOutbound      = "ObDial"
	ByWidget        = "CallbackWidget"
	ByMissedGroup   = "MissGroupCallCallback"
	ByMissedIVR     = "MissInIvrCallCallback"
)

// Party is one side of a leg or a call; absent values are "".
type Party struct {
	Extension       string // short number of an employee, or of a group in Summary; may begin with 0
	Number          string // E.164 digits without +, or sip:user@domain
	TakenFromCallID string // From only: the leg the caller was moved from
	LineNumber      string // line of the PBX: DID digits or sip:…
	ACDGroup        string // To only: short number of the group
	WasTransferred  bool   // v.2, Disconnected only: the OTHER party left by transfer
	HoldInitiator   bool   // v.2, OnHold only: this party put the other one on hold
}

// DCT is the call tracking of a call: Type 0 none, 1 dynamic, 2 static.
type DCT struct {
	Number string
	Type   int
}

// Call is /events/call: one change of one leg (§3.1.2).
type Call struct {
	EntryID           string
	CallID            string
	Time              time.Time // UTC, whole seconds; zero when absent
	Seq               int64     // per CallID, from 1; 0 when absent
	State             CallState
	Location          string
	From, To          Party
	DCT               DCT
	DisconnectReason  int // 0 when absent
	Transfer          string
	SIPCallID         string
	CommandID         string
	TaskID            string
	CallbackInitiator string
}

type wireParty struct {
	Extension       loose.Scalar `json:"extension"`
	Number          loose.Scalar `json:"number"`
	TakenFromCallID loose.Scalar `json:"taken_from_call_id"`
	LineNumber      loose.Scalar `json:"line_number"`
	ACDGroup        loose.Scalar `json:"acd_group"`
	WasTransferred  loose.Scalar `json:"was_transferred"`
	HoldInitiator   loose.Scalar `json:"hold_initiator"`
}

func (w wireParty) party() Party {
	return Party{
		Extension: w.Extension.Text(), Number: w.Number.Text(),
		TakenFromCallID: w.TakenFromCallID.Text(), LineNumber: w.LineNumber.Text(), ACDGroup: w.ACDGroup.Text(),
		WasTransferred: w.WasTransferred.Flag(), HoldInitiator: w.HoldInitiator.Flag(),
	}
}

type wireDCT struct {
	Number loose.Scalar `json:"number"`
	Type   loose.Scalar `json:"type"`
}

func (w wireDCT) dct() DCT { return DCT{Number: w.Number.Text(), Type: w.Type.Code()} }

type wireCall struct {
	EntryID           loose.Scalar            `json:"entry_id"`
	CallID            loose.Scalar            `json:"call_id"`
	Timestamp         loose.Scalar            `json:"timestamp"`
	Seq               loose.Scalar            `json:"seq"`
	CallState         loose.Scalar            `json:"call_state"`
	Location          loose.Scalar            `json:"location"`
	From              loose.Object[wireParty] `json:"from"`
	To                loose.Object[wireParty] `json:"to"`
	DCT               loose.Object[wireDCT]   `json:"dct"`
	DisconnectReason  loose.Scalar            `json:"disconnect_reason"`
	Transfer          loose.Scalar            `json:"transfer"`
	SIPCallID         loose.Scalar            `json:"sip_call_id"`
	CommandID         loose.Scalar            `json:"command_id"`
	TaskID            loose.Scalar            `json:"task_id"`
	CallbackInitiator loose.Scalar            `json:"callback_initiator"`
}

func decodeCall(raw []byte) (Notification, string, error) {
	var w wireCall
	if err := parse(raw, &w); err != nil {
		return nil, "", err
	}
	if w.CallID == "" || w.CallState == "" {
		return nil, "", fmt.Errorf("%w: call_id or call_state", ErrIncomplete)
	}
	seq, hasSeq := w.Seq.Int()
	c := Call{
		EntryID: w.EntryID.Text(), CallID: w.CallID.Text(), Time: w.Timestamp.Unix(), Seq: seq,
		State: CallState(w.CallState.Word(string(Appeared), string(Connected), string(OnHold), string(Disconnected))),
		From:  w.From.Value.party(), To: w.To.Value.party(), DCT: w.DCT.Value.dct(),
		Location:         w.Location.Word(InIVR, InQueue, AtAbonent),
		DisconnectReason: w.DisconnectReason.Code(),
		Transfer:         w.Transfer.Word(Consultative, Blind, ReturnBlind),
		SIPCallID:        w.SIPCallID.Text(), CommandID: w.CommandID.Text(), TaskID: w.TaskID.Text(),
		CallbackInitiator: w.CallbackInitiator.Word(ByAPI, ByWeb, ByContactCentre, ByOutbound, ByWidget, ByMissedGroup, ByMissedIVR),
	}
	return c, seqKey(c.CallID, seq, hasSeq), nil
}
