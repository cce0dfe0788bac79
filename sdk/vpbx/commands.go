package vpbx

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Commands: a nil error means that the PBX took the command. What became of it
// comes as a notification to /result/<command> with the same command id, in no
// fixed order with the events of the call. None is ever repeated. Errors are a
// *text.Error that names the field when the request was not sent, else *Error.

// Caller is the employee on whose behalf a command is given.
type Caller struct {
	Extension string `json:"extension" check:"required,ext,ref=extension"`
	Number    string `json:"number,omitempty" check:"outside"` // which of his devices; "" = by his card
}

// AnswerHeaders make a telephone answer by itself (appendix 1).
type AnswerHeaders struct {
	// AnswerAfter is in seconds, "0" = at once.
	AnswerAfter string `json:"Call-Info/answer-after,omitempty" check:"digits,max=64"`
}

// CallbackRequest asks to call on behalf of an employee.
type CallbackRequest struct {
	CommandID  string         `json:"command_id" check:"required,id"` // of ours, unique
	From       Caller         `json:"from" check:"required"`
	ToNumber   string         `json:"to_number" check:"required,dial,ref=dial"`  // extension, group, digits without plus, or sip:user@host
	LineNumber string         `json:"line_number,omitempty" check:"id,ref=line"` // outgoing: digits, or the name of a SIP line; "" = his own
	SIPHeaders *AnswerHeaders `json:"sip_headers,omitempty"`                     // nil = it rings
}

var callback = declare[CallbackRequest, none]("/vpbx/commands/callback")

// Callback rings the employee's telephone and, when he answers, the target
// (§3.2.1): four requests a second at most (§1.4.2). The outcome is 1000, 2xxx,
// 3100, 4001 or 5xxx.
//
//vpbx:op POST /vpbx/commands/callback
func (c *Client) Callback(ctx context.Context, r CallbackRequest) error {
	return send(ctx, c, callback, r)
}

// HangupRequest asks to end a leg.
type HangupRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id,ref=call"` // of a leg in the IVR or at an employee; queues are not named by the document
}

var hangup = declare[HangupRequest, none]("/vpbx/commands/call/hangup")

// Hangup ends a leg; on the new leg of a transfer it cancels the transfer
// (§3.2.3): four requests a second at most (§1.4.2). The outcome is 1000, 4001,
// 4100, 4101 (it has ended, or is not known) or 5xxx.
//
//vpbx:op POST /vpbx/commands/call/hangup
func (c *Client) Hangup(ctx context.Context, r HangupRequest) error {
	return send(ctx, c, hangup, r)
}

// DisplayHeaders change what a telephone shows (appendix 1).
type DisplayHeaders struct {
	// DisplayName is at most 64 bytes of letters and digits; see CleanDisplayName.
	DisplayName string `json:"From/display-name,omitempty" check:"header"`
}

// RouteRequest asks to give a call that nobody has answered to somebody.
type RouteRequest struct {
	CommandID  string          `json:"command_id" check:"required,id"`
	CallID     string          `json:"call_id" check:"required,id,ref=call"`     // of a leg in the IVR, in a queue, or ringing
	ToNumber   string          `json:"to_number" check:"required,dial,ref=dial"` // extension (his schedule is respected), group, or a number (unconditional)
	SIPHeaders *DisplayHeaders `json:"sip_headers,omitempty"`
}

var route = declare[RouteRequest, none]("/vpbx/commands/route")

// Route sends the call on; success makes a new leg (§3.2.7). The PBX allows one
// request in two seconds (§1.4.2). The outcome is 1000, 22xx, 32xx, 4001, 4100,
// 4101 or 5xxx.
//
//vpbx:op POST /vpbx/commands/route
func (c *Client) Route(ctx context.Context, r RouteRequest) error {
	return send(ctx, c, route, r)
}

// GroupCallbackRequest asks to call on behalf of a group. One of From and To is
// the short number of a group, the other a number outside.
type GroupCallbackRequest struct {
	CommandID  string `json:"command_id" check:"required,id"`
	From       string `json:"from" check:"required,dial,ref=dial"`      // rung first
	To         string `json:"to" check:"required,dial,ref=dial"`        // rung when From answered
	LineNumber string `json:"line_number" check:"required,id,ref=line"` // of the group's PBX: digits, or the name of a SIP line
}

func (r *GroupCallbackRequest) check() error {
	if short(r.From) == short(r.To) {
		return bad("to", "from | to: group")
	}
	return nil
}

// short tells the number of an employee or a group from one outside.
func short(number string) bool { return digits(number) && len(number) < minOutside }

var groupCallback = declare[GroupCallbackRequest, none]("/vpbx/commands/callback_group")

// GroupCallback rings a group, by its own algorithm, and a number outside, in
// the order of the request (§3.2.2). The outcome is 1000, 2xxx, 3100, 4001 or
// 5xxx.
//
//vpbx:op POST /vpbx/commands/callback_group
func (c *Client) GroupCallback(ctx context.Context, r GroupCallbackRequest) error {
	return send(ctx, c, groupCallback, r)
}

// Lengths of a message, four segments each (§3.2.4).
const (
	maxLatinSMS = 612 // ASCII characters
	maxOtherSMS = 268 // UTF-16 units, as soon as one character is none of ASCII
)

// SMSRequest asks to send a message.
type SMSRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	Text      string `json:"text" check:"required"` // up to 612 Latin characters, or 268 with Cyrillic ones
	// FromExtension is who is charged: the short number of an employee, or one
	// of his own numbers.
	FromExtension string `json:"from_extension" check:"required,dial,ref=dial"`
	ToNumber      string `json:"to_number" check:"required,outside"` // anything but a short number
	SMSSender     string `json:"sms_sender,omitempty" check:"id"`    // a name of the account page; "" or another = the default one
}

func (r *SMSRequest) check() error {
	limit := maxLatinSMS
	if strings.ContainsFunc(r.Text, func(c rune) bool { return c > unicode.MaxASCII }) {
		limit = maxOtherSMS
	}
	if n := len(utf16.Encode([]rune(r.Text))); n > limit {
		return bad("text", fmt.Sprintf("%d > %d", n, limit))
	}
	return nil
}

var sms = declare[SMSRequest, none]("/vpbx/commands/sms")

// SendSMS sends a message on behalf of an employee (§3.2.4). What became of it
// comes twice: the command as /result/sms (1000, 2xxx, 3100, 4300, 5xxx), the
// delivery as /events/sms.
//
//vpbx:op POST /vpbx/commands/sms
func (c *Client) SendSMS(ctx context.Context, r SMSRequest) error {
	return send(ctx, c, sms, r)
}

// StartRecordingRequest asks to record a party of a call.
type StartRecordingRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id,ref=call"` // changes when the party is transferred
	// CallPartyNumber is who is recorded: an employee by his short number or by
	// a number of his card, else the outcome is 3330.
	CallPartyNumber string `json:"call_party_number" check:"required,id,ref=number"`
}

func (r *StartRecordingRequest) check() error { return number("call_party_number", r.CallPartyNumber) }

var startRecording = declare[StartRecordingRequest, none]("/vpbx/commands/recording/start")

// StartRecording switches recording on; the PBX has no command to stop it. It
// may begin after the result, when the state of the call permits: that is told
// as /events/recording (§3.2.5). The outcome is 1000, 22xx, 3330, 4001, 4102
// (it is on already), 41xx or 5xxx.
//
//vpbx:op POST /vpbx/commands/recording/start
func (c *Client) StartRecording(ctx context.Context, r StartRecordingRequest) error {
	return send(ctx, c, startRecording, r)
}

// PlayRequest asks to play a file to the caller, and to pause then. Either may
// be absent, not both.
type PlayRequest struct {
	CommandID  string `json:"command_id" check:"required,id"`
	CallID     string `json:"call_id" check:"required,id,ref=call"`             // of an incoming call in the IVR or in a queue
	InternalID int64  `json:"internal_id,omitzero" check:"range=1..,ref=audio"` // of the audio files; mp3 up to 256 kbit/s, 20 MB
	// AfterPlayTime is in seconds. The document swaps the descriptions of the
	// two fields; the names are right.
	AfterPlayTime int `json:"after_play_time,omitzero" check:"range=0.."`
}

func (r *PlayRequest) check() error {
	if r.InternalID == 0 && r.AfterPlayTime == 0 {
		return missing("internal_id")
	}
	return nil
}

var play = declare[PlayRequest, none]("/vpbx/commands/play/start")

// Play interrupts what the caller hears; digits and further commands work
// meanwhile, and the IVR goes on afterwards (§3.2.6). It is refused between
// two steps of the IVR. The outcome is 1000, 333x, 3340 (no such file), 4001,
// 41xx, 4503 to 4505 (size or format of the file) or 5xxx.
//
//vpbx:op POST /vpbx/commands/play/start
func (c *Client) Play(ctx context.Context, r PlayRequest) error {
	return send(ctx, c, play, r)
}

// Ways of a transfer.
const (
	TransferBlind   = "blind" // the initiator leaves; nobody answers: he is called back
	TransferConsult = "hold"  // the other party waits while the initiator talks to the target
)

// TransferRequest asks to transfer a conversation.
type TransferRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id,ref=call"` // of a Connected leg
	Method    string `json:"method" check:"required,oneof=blind|hold"`
	ToNumber  string `json:"to_number" check:"required,dial,ref=dial"` // extension, group, or any number
	// Initiator is the employee who transfers: the value of from.extension,
	// from.number, to.extension or to.number of that leg. The edition of 2017
	// has no such field, that of 2026 demands it.
	Initiator string `json:"initiator" check:"required,dial,ref=dial"`
}

var transfer = declare[TransferRequest, none]("/vpbx/commands/transfer")

// Transfer makes a new leg to the target (§3.2.8). A consultation ends in a
// conversation when the initiator hangs up his telephone or by ConnectCalls; in
// the old one by CancelTransfer or by a Hangup of the new leg, which does not
// work when the target is a group with a queue. The PBX allows one request in
// two seconds (§1.4.2). The outcome is 1000, 22xx, 32xx, 4001, 4100, 4101 or
// 5xxx.
//
//vpbx:op POST /vpbx/commands/transfer
func (c *Client) Transfer(ctx context.Context, r TransferRequest) error {
	return send(ctx, c, transfer, r)
}

// ConnectCallsRequest asks to join the two legs of a consultation. Both belong
// to one entry.
type ConnectCallsRequest struct {
	CommandID     string `json:"command_id" check:"required,id"`
	HeldCallID    string `json:"holded_call_id" check:"required,id,ref=call"`              // of the OnHold leg
	Initiator     string `json:"transfer_initiator_number" check:"required,dial,ref=dial"` // from.number of the leg that appeared after it
	TransferredID string `json:"transferred_call_id" check:"required,id,ref=call"`         // of that leg
}

func (r *ConnectCallsRequest) check() error {
	if r.HeldCallID == r.TransferredID {
		return bad("transferred_call_id", "= holded_call_id")
	}
	return nil
}

var connectCalls = declare[ConnectCallsRequest, none]("/vpbx/commands/calls_connect")

// ConnectCalls joins who is on hold with whom the initiator talks to (§3.2.9).
// The outcome is 1000, 22xx, 32xx, 4001, 4100, 4101 or 5xxx.
//
//vpbx:op POST /vpbx/commands/calls_connect
func (c *Client) ConnectCalls(ctx context.Context, r ConnectCallsRequest) error {
	return send(ctx, c, connectCalls, r)
}

// CancelTransferRequest asks to end a consultation.
type CancelTransferRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id,ref=call"` // of the OnHold leg
}

var cancelTransfer = declare[CancelTransferRequest, none]("/vpbx/commands/transfer_cancel")

// CancelTransfer takes the party on hold back (§3.2.10): the only command that
// ends a hold. The outcome is 1000, 22xx, 32xx, 4001, 4100, 4101 or 5xxx.
//
//vpbx:op POST /vpbx/commands/transfer_cancel
func (c *Client) CancelTransfer(ctx context.Context, r CancelTransferRequest) error {
	return send(ctx, c, cancelTransfer, r)
}

// HoldRequest asks to put the other party of a conversation on hold.
type HoldRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id,ref=call"`
	Initiator string `json:"initiator" check:"required,dial,ref=dial"` // as in TransferRequest
}

var hold = declare[HoldRequest, none]("/vpbx/commands/call/hold/on")

// Hold puts on hold (§3.2.11). The document has no opposite: it ends on the
// telephone, or by CancelTransfer. The outcome is 1000, 22xx, 32xx, 4001, 4100,
// 4101 or 5xxx.
//
//vpbx:op POST /vpbx/commands/call/hold/on
func (c *Client) Hold(ctx context.Context, r HoldRequest) error {
	return send(ctx, c, hold, r)
}
