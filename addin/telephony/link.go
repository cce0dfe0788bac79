package telephony

import (
	"context"
	"encoding/json"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
)

// Link is the way to an Office: in this process (office.Local) or over a
// network (hub/link.Client). Its methods are safe for concurrent use and are never called with
// a lock of ours held.
//
// Call takes and gives JSON objects:
//
//	StartCall        {number, line_number, from_number, auto_answer} → {command_id}
//	Hangup           {call_id}                                      → {command_id}
//	RouteCall        {call_id, to, display_name}                    → {command_id}
//	StartGroupCall   {from, to, line_number}                        → {command_id}
//	PickupCall, ConnectCalls, CancelTransfer, HoldCall {call_id}    → {command_id}
//	TransferCall     {call_id, to, consult}                         → {command_id}
//	StartRecording   {call_id, party}                               → {command_id}
//	PlayAudio        {call_id, file_id, pause}                      → {command_id}
//	SendSMS          {number, text, sender}                         → {command_id}
//	APIRequest       {method, params, wait_ms}                      → {answer} or {operation_id}
//	GetResult        {operation_id, offset, count}                  → {total, rows[]}; kind LoadCalls: rows of history.Call
//	CancelOperation  {operation_id}                                 → {}
//	GetEmployees     {refresh}                                      → {answer} or {operation_id}
//	GetCall          {entry_id}                                     → history.Call
//	LoadCalls        {from, to, filter}                             → {operation_id}
//	WatchCall        {entry_id, on}                                 → {}
//	CallTracking, VisitorHistory {number}                           → {answer} or {operation_id}
//	BuildReport      {from, to, variant, form, filter, lang, time_zone} → {operation_id}
//	GetFile          {operation_id, offset, count}                  → {data, whole}
//	EndFile          {operation_id, path, failed}                   → {}
//	SetSettings      the settings to change                         → {revision, unknown[]}
//	CheckConnection  {timeout_ms}                                   → {}
//	GetEvent         {id}                                           → storedEvent
//
// Errors are *text.Error.
type Link interface {
	// Call runs a method of the contract by its English name.
	Call(ctx context.Context, method string, args json.RawMessage) (json.RawMessage, error)
	// View is the replica: no I/O, never blocks.
	View() office.Snapshot
	// Deliver registers the one consumer of events. fn runs on one goroutine,
	// in order; false means "offer it again".
	Deliver(fn func(office.Delivery) (taken bool))
	// Settle tells what became of a record event.
	Settle(ctx context.Context, ref journal.Ref, v office.Verdict) error
	// Close ends the session, within ctx.
	Close(ctx context.Context) error
}

// storedEvent is the answer of GetEvent.
type storedEvent struct {
	Epoch   string       `json:"epoch"`
	Seq     uint64       `json:"seq"`
	Attempt int          `json:"attempt"`
	Event   engine.Event `json:"event"`
}

func (s storedEvent) delivery() office.Delivery {
	return office.Delivery{
		Ref: journal.Ref{Epoch: s.Epoch, Seq: s.Seq}, Event: s.Event, Attempt: max(s.Attempt, 1),
	}
}
