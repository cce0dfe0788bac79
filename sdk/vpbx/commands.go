package vpbx

import "context"

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
// (§3.2.1).
//
//vpbx:op POST /vpbx/commands/callback
func (c *Client) Callback(ctx context.Context, r CallbackRequest) error {
	return send(ctx, c, callback, r)
}

// HangupRequest asks to end a leg.
type HangupRequest struct {
	CommandID string `json:"command_id" check:"required,id"`
	CallID    string `json:"call_id" check:"required,id"` // of a leg in the IVR or at an employee; queues are not named by the document
}

var hangup = declare[HangupRequest, none]("/vpbx/commands/call/hangup")

// Hangup ends a leg; on the new leg of a transfer it cancels the transfer
// (§3.2.3).
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
	CallID     string          `json:"call_id" check:"required,id"`              // of a leg in the IVR, in a queue, or ringing
	ToNumber   string          `json:"to_number" check:"required,dial,ref=dial"` // extension (his schedule is respected), group, or a number (unconditional)
	SIPHeaders *DisplayHeaders `json:"sip_headers,omitempty"`
}

var route = declare[RouteRequest, none]("/vpbx/commands/route")

// Route sends the call on; success makes a new leg (§3.2.7).
//
//vpbx:op POST /vpbx/commands/route
func (c *Client) Route(ctx context.Context, r RouteRequest) error {
	return send(ctx, c, route, r)
}
