package office

import (
	"context"
	"encoding/json"
	"strings"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// order hands over a command of the catalogue. By name, not by its typed method:
// each of those weighs some kilobytes of the library.
func (l *Local) order(ctx context.Context, c command, method string, fields map[string]any) (any, error) {
	raw, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var params json.RawMessage // with the id, once there is one
	c.check = func(id string) error {
		params = withMember(raw, "command_id", id)
		return vpbx.CheckParams(method, params)
	}
	c.send = func(ctx context.Context, _ string) error {
		_, err := l.office.client.Do(ctx, method, params)
		return err
	}
	return l.command(ctx, c)
}

// own is the employee on whose behalf this session commands.
func (l *Local) own() (string, error) {
	if l.session.Extension == "" {
		return "", text.New(text.ExtensionMissing).WithField("extension")
	}
	return l.session.Extension, nil
}

// leg finds a live leg in the replica: who heard of it finds it there.
func (l *Local) leg(callID string) (*ActiveCall, error) {
	if callID == "" {
		return nil, text.New(text.MissingField).WithField("call_id")
	}
	if leg := l.office.snap.Load().board.leg(callID); leg != nil {
		return &leg.ActiveCall, nil
	}
	return nil, text.New(text.CallUnknown).WithField("call_id")
}

// ownLeg finds a live leg on which the employee of this session is: the PBX
// takes a transfer or a hold from nobody else, and counts the attempt.
func (l *Local) ownLeg(callID string) (c *ActiveCall, own string, err error) {
	if own, err = l.own(); err != nil {
		return nil, "", err
	}
	if c, err = l.leg(callID); err != nil {
		return nil, "", err
	}
	if c.Caller.Extension != own && c.Callee.Extension != own {
		return nil, "", text.New(text.NotOnCall).WithField("call_id").WithDetail(own)
	}
	return c, own, nil
}

// heldLeg finds the leg on hold that callID means: itself, or the one of the
// same call that waits for it.
func (l *Local) heldLeg(callID string) (*ActiveCall, error) {
	c, err := l.leg(callID)
	if err != nil || c.State == "hold" {
		return c, err
	}
	calls := l.office.snap.Load().board.all()
	for i := range calls {
		if other := &calls[i]; other.State == "hold" && c.EntryID != "" && other.EntryID == c.EntryID {
			return other, nil
		}
	}
	return nil, text.New(text.NotOnHold).WithField("call_id")
}

// consultation finds the leg that the employee of a held leg began from there:
// the named one, or the last one of the call; nil when there is none.
func (l *Local) consultation(held *ActiveCall, callID string) (found *ActiveCall) {
	calls := l.office.snap.Load().board.all()
	for i := range calls {
		c := &calls[i]
		if held.EntryID == "" || c.EntryID != held.EntryID || c.CallID == held.CallID || c.State == "hold" || c.Caller.Extension == "" ||
			c.Caller.Extension != held.Caller.Extension && c.Caller.Extension != held.Callee.Extension {
			continue
		}
		if found = c; c.CallID == callID {
			break
		}
	}
	return found
}

// orderArgs are the arguments of all commands; each reads its own.
type orderArgs struct {
	CallID      string `json:"call_id"`
	From        string `json:"from"`         // StartGroupCall
	To          string `json:"to"`           // RouteCall, TransferCall, StartGroupCall
	Line        string `json:"line_number"`  // StartCall, StartGroupCall
	DisplayName string `json:"display_name"` // RouteCall
	Consult     bool   `json:"consult"`      // TransferCall
	Party       string `json:"party"`        // StartRecording; "" = the own extension
	FileID      int64  `json:"file_id"`      // PlayAudio
	Pause       int    `json:"pause"`        // PlayAudio, seconds
	Number      string `json:"number"`       // StartCall, SendSMS
	Extension   string `json:"extension"`    // StartCall; "" = the own one
	FromNumber  string `json:"from_number"`  // StartCall
	AutoAnswer  bool   `json:"auto_answer"`  // StartCall
	Text        string `json:"text"`         // SendSMS
	Sender      string `json:"sender"`       // SendSMS
}

func (l *Local) startGroupCall(ctx context.Context, a orderArgs) (any, error) {
	from, err := dial("from", a.From)
	if err != nil {
		return nil, err
	}
	to, err := dial("to", a.To)
	if err != nil {
		return nil, err
	}
	c := command{name: "StartGroupCall", double: "group\x00" + from + "\x00" + to}
	return l.order(ctx, c, "commands/callback_group", map[string]any{"from": from, "to": to, "line_number": dialOr(a.Line)})
}

// pickupCall routes somebody's unanswered leg to the own extension.
func (l *Local) pickupCall(ctx context.Context, a orderArgs) (any, error) {
	own, err := l.own()
	if err != nil {
		return nil, err
	}
	c := command{name: "PickupCall", callID: a.CallID}
	return l.order(ctx, c, "commands/route", map[string]any{"call_id": a.CallID, "to_number": own})
}

func (l *Local) transferCall(ctx context.Context, a orderArgs) (any, error) {
	to, err := dial("to", a.To)
	if err != nil {
		return nil, err
	}
	_, own, err := l.ownLeg(a.CallID)
	if err != nil {
		return nil, err
	}
	way := vpbx.TransferBlind
	if a.Consult {
		way = vpbx.TransferConsult
	}
	c := command{name: "TransferCall", callID: a.CallID}
	return l.order(ctx, c, "commands/transfer", map[string]any{
		"call_id": a.CallID, "method": way, "to_number": to, "initiator": own,
	})
}

// connectCalls joins the two legs of a consultation; either names it. The PBX
// wants the initiator as the consultation shows him (§3.2.9).
func (l *Local) connectCalls(ctx context.Context, a orderArgs) (any, error) {
	held, err := l.heldLeg(a.CallID)
	if err != nil {
		return nil, err
	}
	consultation := l.consultation(held, a.CallID)
	if consultation == nil {
		return nil, text.New(text.NotOnHold).WithField("call_id")
	}
	initiator := consultation.Caller.Number
	if initiator == "" {
		initiator = consultation.Caller.Extension
	}
	c := command{name: "ConnectCalls", callID: a.CallID}
	return l.order(ctx, c, "commands/calls_connect", map[string]any{
		"holded_call_id": held.CallID, "transferred_call_id": consultation.CallID, "transfer_initiator_number": initiator,
	})
}

func (l *Local) cancelTransfer(ctx context.Context, a orderArgs) (any, error) {
	held, err := l.heldLeg(a.CallID)
	if err != nil {
		return nil, err
	}
	c := command{name: "CancelTransfer", callID: a.CallID}
	return l.order(ctx, c, "commands/transfer_cancel", map[string]any{"call_id": held.CallID})
}

// holdCall puts on hold. Whoever calls it for a leg on hold wants the opposite,
// which the PBX does not offer (§3.2.11).
func (l *Local) holdCall(ctx context.Context, a orderArgs) (any, error) {
	leg, own, err := l.ownLeg(a.CallID)
	if err != nil {
		return nil, err
	}
	if leg.State == "hold" {
		return nil, text.New(text.NotSupportedByPBX).WithField("call_id")
	}
	c := command{name: "HoldCall", callID: a.CallID}
	return l.order(ctx, c, "commands/call/hold/on", map[string]any{"call_id": a.CallID, "initiator": own})
}

func (l *Local) startRecording(ctx context.Context, a orderArgs) (any, error) {
	party, err := a.Party, error(nil)
	if strings.TrimSpace(party) == "" {
		party, err = l.own()
	} else {
		party, err = dial("party", party)
	}
	if err != nil {
		return nil, err
	}
	c := command{name: "StartRecording", callID: a.CallID}
	return l.order(ctx, c, "commands/recording/start", map[string]any{"call_id": a.CallID, "call_party_number": party})
}

func (l *Local) playAudio(ctx context.Context, a orderArgs) (any, error) {
	c := command{name: "PlayAudio", callID: a.CallID}
	return l.order(ctx, c, "commands/play/start", map[string]any{
		"call_id": a.CallID, "internal_id": a.FileID, "after_play_time": a.Pause,
	})
}

func (l *Local) sendSMS(ctx context.Context, a orderArgs) (any, error) {
	to, err := dial("number", a.Number)
	if err != nil {
		return nil, err
	}
	own, err := l.own()
	if err != nil {
		return nil, err
	}
	c := command{name: "SendSMS", double: "sms\x00" + to + "\x00" + a.Text}
	return l.order(ctx, c, "commands/sms", map[string]any{
		"text": a.Text, "from_extension": own, "to_number": to, "sms_sender": strings.TrimSpace(a.Sender),
	})
}
