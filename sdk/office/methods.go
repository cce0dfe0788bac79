package office

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
)

// checkDefault is how long CheckConnection waits when it is not told.
const checkDefault = 5 * time.Second

// MaxCheck is the longest that CheckConnection may be told to wait: BSL stands
// still meanwhile.
const MaxCheck = 30 * time.Second

// Call runs a method of the contract by its English name. args and answers
// are JSON objects:
//
//	StartCall        {number, extension, line_number, from_number, auto_answer} → {command_id}
//	Hangup           {call_id}                      → {command_id}
//	RouteCall        {call_id, to, display_name}    → {command_id}
//	StartGroupCall   {from, to, line_number}        → {command_id}
//	PickupCall, ConnectCalls, CancelTransfer, HoldCall  {call_id} → {command_id}
//	TransferCall     {call_id, to, consult}         → {command_id}
//	StartRecording   {call_id, party}               → {command_id}
//	PlayAudio        {call_id, file_id, pause}      → {command_id}
//	SendSMS          {number, text, sender}         → {command_id}
//	APIRequest       {method, params, wait_ms}      → {answer} or {operation_id}; waits that long
//	GetResult        {operation_id, offset, count}  → {total, rows[]}; kind LoadCalls: the rows are history.Call
//	LoadCalls        {from, to, filter}             → {operation_id}; the rows are history.Call
//	CancelOperation  {operation_id}                 → {}
//	GetEmployees     {refresh}                      → {answer} or {operation_id}
//	CallTracking, VisitorHistory  {number}          → {answer} or {operation_id}
//	SetSettings      the settings to change         → {revision, unknown[]}
//	GetSettings      {}                             → the settings with revision
//	CheckConnection  {timeout_ms}                   → {rtt_ms}; waits for the network
//	SetUsers         {users: [{user_id, name, extension}]} → {}
//	GetUsers         {}                             → {users: [engine.UserState]}
//	SetExtension     {user_id, name, extension}     → {}
//	RemoveExtension  {user_id}                      → {}
//	GetPresence      {}                             → {presence: [engine.PhoneState]}; events follow
//	GetLimits        {}                             → {limit, used, refused[]}
//	SetRouteTable    {responsibles: [{number, extension}], replace} → {}
//	AnswerRouteRequest {request_id, extension}      → {}; request_unknown when it comes too late
//	AnnotateCall     {entry_id, annotation: engine.Annotation} → {}
//	BuildReport      {from, to, variant, form, filter, lang, time_zone} → {operation_id}; "form" "" brings rows, another one a file
//	GetFile          {operation_id, offset, count}  → {data, whole}; waits some seconds for bytes that are not made yet
//	EndFile          {operation_id, path, failed}   → {}; ends the operation: the file is written under path, or failed is why not
//	GetCall          {entry_id}                     → history.Card
//	WatchCall        {entry_id, on}                 → {}
//	RecordingLink    {recording_id, action, ttl_sec} → {url}
//	DownloadRecording {recording_id}                → {operation_id}; the bytes by GetFile
//	GetEvent         {id}                           → {epoch, seq, attempt, event}
//	AckEvent         {id} or {epoch, seq}           → {}
//	NakEvent         the same, {delay_sec}          → {}
//
// Errors are *text.Error; forbidden is of the rules (rights.go). None but CheckConnection and APIRequest waits for the
// network: commands are checked here, handed over, and report by CommandResult.
func (l *Local) Call(ctx context.Context, method string, args json.RawMessage) (json.RawMessage, error) {
	run, order := methods[method], orders[method]
	if run == nil && order == nil {
		return nil, text.New(text.BadArgument).WithField("method").WithDetail(method)
	}
	if l.ctx.Err() != nil {
		return nil, text.New(text.NotConnected)
	}
	if err := rules[method](ctx, l, args); err != nil {
		return nil, err
	}
	answer, err := l.run(ctx, run, order, args)
	if err != nil {
		return nil, text.From(err)
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return nil, text.New(text.Internal).Wrap(err)
	}
	return raw, nil
}

func (l *Local) run(ctx context.Context, run method, order orderMethod, args json.RawMessage) (any, error) {
	if order == nil {
		return run(l, ctx, args)
	}
	var a orderArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	return order(l, ctx, a)
}

type (
	method      func(*Local, context.Context, json.RawMessage) (any, error)
	orderMethod func(*Local, context.Context, orderArgs) (any, error)
)

var methods = map[string]method{
	"APIRequest":         (*Local).apiRequest,
	"GetResult":          (*Local).getResult,
	"CancelOperation":    (*Local).cancelOperation,
	"GetEmployees":       (*Local).getEmployees,
	"CallTracking":       (*Local).callTracking,
	"VisitorHistory":     (*Local).visitorHistory,
	"SetSettings":        (*Local).setSettings,
	"GetSettings":        (*Local).getSettings,
	"CheckConnection":    (*Local).checkConnection,
	"GetEvent":           (*Local).getEvent,
	"AckEvent":           (*Local).ackEvent,
	"NakEvent":           (*Local).nakEvent,
	"SetUsers":           (*Local).setUsers,
	"GetUsers":           (*Local).getUsers,
	"SetExtension":       (*Local).setExtension,
	"RemoveExtension":    (*Local).removeExtension,
	"GetPresence":        (*Local).getPresence,
	"GetLimits":          (*Local).getLimits,
	"SetRouteTable":      (*Local).setRouteTable,
	"AnswerRouteRequest": (*Local).answerRouteRequest,
	"AnnotateCall":       (*Local).annotateCall,
	"RecordingLink":      (*Local).recordingLink,
	"DownloadRecording":  (*Local).downloadRecording,
	"GetCall":            (*Local).getCall,
	"BuildReport":        (*Local).buildReport,
	"GetFile":            (*Local).getFile,
	"EndFile":            (*Local).endFile,
	"LoadCalls":          (*Local).loadCalls,
	"WatchCall":          (*Local).watchCall,
}

// orders are the methods that command the PBX.
var orders = map[string]orderMethod{
	"StartCall":      (*Local).startCall,
	"Hangup":         (*Local).hangup,
	"RouteCall":      (*Local).routeCall,
	"StartGroupCall": (*Local).startGroupCall,
	"PickupCall":     (*Local).pickupCall,
	"TransferCall":   (*Local).transferCall,
	"ConnectCalls":   (*Local).connectCalls,
	"CancelTransfer": (*Local).cancelTransfer,
	"HoldCall":       (*Local).holdCall,
	"StartRecording": (*Local).startRecording,
	"PlayAudio":      (*Local).playAudio,
	"SendSMS":        (*Local).sendSMS,
}

// decode reads args; absent ones are zero.
func decode(args json.RawMessage, into any) error {
	if len(bytes.TrimSpace(args)) == 0 {
		return nil
	}
	if err := json.Unmarshal(args, into); err != nil {
		return text.New(text.BadJSON).Wrap(err)
	}
	return nil
}

func (l *Local) getSettings(context.Context, json.RawMessage) (any, error) {
	v := l.office.snap.Load()
	m := map[string]any{"revision": v.Revision}
	for key, value := range v.Settings {
		m[key] = value
	}
	return m, nil
}

// checkConnection looks at both directions without spending a signed request
// of the PBX: TLS to the API, and a signed post to our own listener.
func (l *Local) checkConnection(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		TimeoutMs int64 `json:"timeout_ms"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	if a.TimeoutMs < 0 || a.TimeoutMs > MaxCheck.Milliseconds() {
		return nil, text.New(text.BadArgument).WithField("timeout_ms").WithDetail(strconv.FormatInt(a.TimeoutMs, 10))
	}
	timeout := cmp.Or(time.Duration(a.TimeoutMs)*time.Millisecond, checkDefault)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)() // Close ends the check
	if err := l.office.selfCheck(ctx); err != nil {
		return nil, err
	}
	started := time.Now()
	if err := l.office.client.Probe(ctx); err != nil {
		return nil, err
	}
	return map[string]any{"rtt_ms": time.Since(started).Milliseconds()}, nil
}

// eventRef names an event in AckEvent and NakEvent.
type eventRef struct {
	ID       string `json:"id"`
	Epoch    string `json:"epoch"` // "" = the present one
	Seq      uint64 `json:"seq"`
	DelaySec int64  `json:"delay_sec"`
}

// find gets an event by id, as a record or as this session's copy of a screen
// event.
func (l *Local) find(ctx context.Context, id string) (journal.Delivery, error) {
	outbox := l.office.store.Outbox()
	d, err := outbox.Get(ctx, id)
	if err != nil {
		d, err = outbox.Get(ctx, screenID(id, l.id))
	}
	if err == nil && d.To != "" && d.To != l.id {
		err = journal.ErrUnknown // another session's
	}
	return d, journalError(err)
}

func (l *Local) getEvent(ctx context.Context, args json.RawMessage) (any, error) {
	var a eventRef
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	d, err := l.find(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return struct {
		Epoch   string          `json:"epoch"`
		Seq     uint64          `json:"seq"`
		Attempt int             `json:"attempt"`
		Event   json.RawMessage `json:"event"`
	}{d.Epoch, d.Seq, d.Attempt, d.Raw}, nil
}

func (l *Local) ackEvent(ctx context.Context, args json.RawMessage) (any, error) {
	return l.settleNamed(ctx, args, func(eventRef) Verdict { return Verdict{Done: true} })
}

func (l *Local) nakEvent(ctx context.Context, args json.RawMessage) (any, error) {
	return l.settleNamed(ctx, args, func(a eventRef) Verdict {
		return Verdict{Delay: time.Duration(max(a.DelaySec, 0)) * time.Second}
	})
}

func (l *Local) settleNamed(ctx context.Context, args json.RawMessage, verdict func(eventRef) Verdict) (any, error) {
	var a eventRef
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	ref := journal.Ref{Epoch: a.Epoch, Seq: a.Seq}
	if ref.Epoch == "" {
		ref.Epoch = l.office.store.Epoch()
	}
	if a.ID != "" {
		d, err := l.find(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if !d.Record {
			return struct{}{}, nil // a screen event was done when it was handed over
		}
		ref = d.Ref
	} else if a.Seq == 0 {
		return nil, text.New(text.EventUnknown)
	}
	return struct{}{}, l.Settle(ctx, ref, verdict(a))
}
