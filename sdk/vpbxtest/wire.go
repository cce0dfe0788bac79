package vpbxtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Disconnect reasons and results that are played here (document, appendix of
// codes; one number space for both).
const (
	codeDone          = 1000
	reasonNormal      = 1100
	reasonCaller      = 1110
	reasonNoAnswer    = 1111
	reasonCallee      = 1120
	reasonBusy        = 1121
	reasonRejected    = 1122
	reasonDND         = 1124
	reasonUnavailable = 1131
	reasonNobody      = 1133
	reasonGroupFailed = 1160
	reasonScheme      = 1170
	reasonCommand     = 1181
	reasonPickedUp    = 1182
	reasonAssigned    = 1183

	codeWrongParam   = 3100
	codeNotPOST      = 3101
	codeSign         = 3102
	codeMissing      = 3103
	codeFormat       = 3104
	codeWrongNumber  = 3200
	codeNoNumber     = 3330
	codeNoFile       = 3340
	codeJSON         = 3400
	codeUnsupported  = 4001
	codeForbidden    = 4100
	codeNoCall       = 4101
	codeRecording    = 4102
	reasonTechnical  = 5003
	maxID            = 128 // bytes of ids and numbers (document §3.1.2)
	callbackByAPI    = "API"
	callbackByWeb    = "WEB"
	transferConsult  = "consultative"
	transferBlind    = "blind"
	transferReturned = "return_blind"
)

// number is written as a JSON number, or as a text in the style of 2017.
type number struct {
	v    int64
	text bool
}

func (n number) MarshalJSON() ([]byte, error) {
	b := strconv.AppendInt(nil, n.v, 10)
	if n.text {
		return append(append([]byte{'"'}, b...), '"'), nil
	}
	return b, nil
}

// The order of the members is that of real events.
type callMessage struct {
	EntryID   string       `json:"entry_id"`
	CallID    string       `json:"call_id"`
	Timestamp number       `json:"timestamp"`
	Seq       number       `json:"seq"`
	State     string       `json:"call_state"`
	Location  string       `json:"location"`
	From      partyMessage `json:"from"`
	To        partyMessage `json:"to"`
	Reason    *number      `json:"disconnect_reason,omitempty"`
	DCT       dctMessage   `json:"dct"`
	CommandID string       `json:"command_id,omitempty"`
	TaskID    *number      `json:"task_id,omitempty"`
	Initiator string       `json:"callback_initiator,omitempty"`
	Transfer  string       `json:"transfer,omitempty"`
}

type partyMessage struct {
	Extension   string  `json:"extension,omitempty"`
	Number      string  `json:"number,omitempty"`
	TakenFrom   string  `json:"taken_from_call_id,omitempty"`
	Line        string  `json:"line_number,omitempty"`
	Group       *string `json:"acd_group,omitempty"`
	Transferred bool    `json:"was_transferred,omitempty"`
	Holder      bool    `json:"hold_initiator,omitempty"`
}

type dctMessage struct {
	Number string `json:"number,omitempty"`
	Type   number `json:"type"`
}

type summaryMessage struct {
	EntryID   string       `json:"entry_id"`
	Direction number       `json:"call_direction"`
	From      partyMessage `json:"from"`
	To        partyMessage `json:"to"` // {} when nobody was rung
	Line      string       `json:"line_number,omitempty"`
	DCT       *dctMessage  `json:"dct,omitempty"`
	Created   number       `json:"create_time"`
	Forwarded number       `json:"forward_time"`
	Talk      number       `json:"talk_time"`
	Ended     number       `json:"end_time"`
	Result    number       `json:"entry_result"`
	Reason    number       `json:"disconnect_reason"`
}

type dtmfMessage struct {
	Seq       number `json:"seq"`
	Digits    string `json:"dtmf"`
	Timestamp number `json:"timestamp"`
	CallID    string `json:"call_id"`
	EntryID   string `json:"entry_id"`
	Location  string `json:"location"`
	Initiator string `json:"initiator"`
	From      string `json:"from_number,omitempty"`
	To        string `json:"to_number,omitempty"`
	Line      string `json:"line_number,omitempty"`
}

type recordingMessage struct {
	ID        string  `json:"recording_id"`
	State     string  `json:"recording_state"`
	Seq       number  `json:"seq"`
	EntryID   string  `json:"entry_id"`
	CallID    string  `json:"call_id"`
	Extension string  `json:"extension"`
	Timestamp number  `json:"timestamp"`
	Code      *number `json:"completion_code,omitempty"`
	Recipient string  `json:"recipient,omitempty"`
	CommandID string  `json:"command_id,omitempty"`
}

type storedMessage struct {
	EntryID   string `json:"entry_id"`
	Product   number `json:"product_id"`
	User      number `json:"user_id"` // -1: no employee
	Timestamp number `json:"timestamp"`
	ID        string `json:"recording_id"`
}

type smsMessage struct {
	CommandID string `json:"command_id"`
	Timestamp number `json:"timestamp"`
	Reason    number `json:"reason"`
}

type resultMessage struct {
	CommandID string `json:"command_id"`
	Result    number `json:"result"`
}

func (p *PBX) num(v int64) number { return number{v, p.faults.text()} }

// unix is how the PBX tells a moment; the zero moment is 0.
func (p *PBX) unix(at time.Time) number {
	if at.IsZero() {
		return p.num(0)
	}
	return p.num(at.Add(p.cfg.Style.TimeOffset + p.faults.skew()).Unix())
}

// marshal writes compact JSON with Cyrillic and & as they are: what is signed
// is what is sent.
func marshal(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("vpbxtest: %T does not encode: %v", v, err)) // only own types come here
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// ids makes identifiers of the shape seen in live traffic: base64 of
// "16173966491" for an entry, of "1:<pbx>:502:<n>" for a leg, with ":1" added
// for a leg in the IVR. They grow from the epoch, so that two runs differ.
type ids struct{ entry, call int64 }

// A tenth of a millisecond apart: runs that start in different moments do not
// meet unless one of them sets up ten thousand calls a second.
func newIDs(epoch time.Time) ids {
	n := epoch.UnixMilli() * 10
	return ids{entry: n, call: n}
}

func (i *ids) nextEntry() string {
	i.entry++
	return base64.StdEncoding.EncodeToString(strconv.AppendInt(nil, i.entry, 10))
}

func (i *ids) nextCall(ivr bool) string {
	i.call++
	text := fmt.Sprintf("1:%d:502:%d", pbxID, i.call)
	if ivr {
		text += ":1"
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// recordingID is that of the n-th recording of a call, from 0: base64 of
// "1:<pbx>:<number of the entry>:<n>".
func recordingID(entry string, n int) string {
	of, err := base64.StdEncoding.DecodeString(entry)
	if err != nil {
		of = []byte(entry)
	}
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "1:%d:%s:%d", pbxID, of, n))
}

const (
	pbxID     = 10086277
	pbxPoint  = 10006434  // by which the contact centre knows the product
	productID = 300022532 // as events name the product
)
