package vpbx

import "context"

// Commands: a nil error means that the PBX took the command. What became of it
// comes as a notification to /result/<command> with the same command id, in no
// fixed order with the events of the call. None is ever repeated. Errors are a
// *text.Error that names the field when the request was not sent, else *Error.

// CallbackRequest asks to call on behalf of an employee.
type CallbackRequest struct {
	CommandID   string // of ours, unique, ≤128 bytes
	Extension   string // the employee's short number
	FromNumber  string // which of his devices to ring: outside number or SIP; "" = by his card
	ToNumber    string // extension, group, digits without plus, or sip:user@host
	Line        string // outgoing line: digits, or the name of a SIP line; "" = his own
	AnswerAfter string // seconds until his telephone answers by itself, "0" = at once; "" = it rings
}

// Check finds what the PBX would refuse.
func (r CallbackRequest) Check() error {
	errs := []error{
		required("command_id", r.CommandID),
		extension("from.extension", r.Extension),
		number("to_number", r.ToNumber),
		optional("line_number", r.Line),
	}
	if r.FromNumber != "" {
		errs = append(errs, outside("from.number", r.FromNumber))
	}
	if r.AnswerAfter != "" {
		errs = append(errs, seconds("sip_headers.Call-Info/answer-after", r.AnswerAfter))
	}
	return first(errs...)
}

// Callback rings the employee's telephone and, when he answers, the target.
//
//vpbx:op POST /vpbx/commands/callback
func (c *Client) Callback(ctx context.Context, r CallbackRequest) error {
	if err := r.Check(); err != nil {
		return err
	}
	type from struct {
		Extension string `json:"extension"`
		Number    string `json:"number,omitempty"`
	}
	return c.call(ctx, "commands/callback", struct {
		CommandID  string            `json:"command_id"`
		From       from              `json:"from"`
		ToNumber   string            `json:"to_number"`
		LineNumber string            `json:"line_number,omitempty"`
		SIPHeaders map[string]string `json:"sip_headers,omitempty"`
	}{r.CommandID, from{r.Extension, r.FromNumber}, r.ToNumber, r.Line, header("Call-Info/answer-after", r.AnswerAfter)}, nil)
}

// HangupRequest asks to end a leg.
type HangupRequest struct {
	CommandID string
	CallID    string // of a leg in the IVR or at an employee; queues are not named by the document
}

// Check finds what the PBX would refuse.
func (r HangupRequest) Check() error {
	return first(required("command_id", r.CommandID), required("call_id", r.CallID))
}

// Hangup ends a leg; on the new leg of a transfer it cancels the transfer.
//
//vpbx:op POST /vpbx/commands/call/hangup
func (c *Client) Hangup(ctx context.Context, r HangupRequest) error {
	if err := r.Check(); err != nil {
		return err
	}
	return c.call(ctx, "commands/call/hangup", struct {
		CommandID string `json:"command_id"`
		CallID    string `json:"call_id"`
	}{r.CommandID, r.CallID}, nil)
}

// RouteRequest asks to give a call that nobody has answered to somebody.
type RouteRequest struct {
	CommandID   string
	CallID      string // of a leg in the IVR, in a queue, or ringing
	ToNumber    string // extension (his schedule is respected), group, or a number (unconditional)
	DisplayName string // shown on his telephone, ≤64 bytes; see CleanDisplayName
}

// Check finds what the PBX would refuse.
func (r RouteRequest) Check() error {
	return first(
		required("command_id", r.CommandID),
		required("call_id", r.CallID),
		number("to_number", r.ToNumber),
		sipHeader("sip_headers.From/display-name", r.DisplayName),
	)
}

// Route sends the call on; success makes a new leg.
//
//vpbx:op POST /vpbx/commands/route
func (c *Client) Route(ctx context.Context, r RouteRequest) error {
	if err := r.Check(); err != nil {
		return err
	}
	return c.call(ctx, "commands/route", struct {
		CommandID  string            `json:"command_id"`
		CallID     string            `json:"call_id"`
		ToNumber   string            `json:"to_number"`
		SIPHeaders map[string]string `json:"sip_headers,omitempty"`
	}{r.CommandID, r.CallID, r.ToNumber, header("From/display-name", r.DisplayName)}, nil)
}

func header(name, value string) map[string]string {
	if value == "" {
		return nil
	}
	return map[string]string{name: value}
}
