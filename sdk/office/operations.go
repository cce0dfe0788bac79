package office

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

// Long work runs in o.ops and belongs to the session that asked for it:
//
//	id, err := l.office.ops.Start(l.id, "LoadCalls", func(ctx context.Context, op *operation.Op) error {
//		…
//		op.Progress(done, total) // Progress, at most twice a second
//		return op.Add(row)       // fetched by GetResult
//	})
//
// Its end is told as OperationResult.

func (o *Office) newOperations() *operation.Registry {
	return operation.New(operation.Config{
		Group: o.grp, Now: o.cfg.Now, NewID: o.cfg.NewID, Progressed: o.progressed, Ended: o.operationEnded,
		Changed: o.stats.touch,
	})
}

// progressed tells how far an operation is. The event is local, and replaces
// the one that 1C has not taken yet.
func (o *Office) progressed(s operation.Status) {
	l := o.crowd.session(s.Owner)
	if l == nil {
		return
	}
	body := engine.ProgressBody{
		OperationID: s.ID, Kind: s.Kind, Done: s.Done, Total: s.Total, ETASec: int64(s.ETA.Round(time.Second) / time.Second),
	}
	d := o.localEvent(engine.Progress, body)
	d.Event.Expires = d.Event.Time.Add(popupLife) // a busy 1C needs the news only
	l.tellNewest("operation "+s.ID, d)
}

// localEvent makes an event that is never stored: there is nothing to
// acknowledge.
func (o *Office) localEvent(kind engine.Kind, body any) Delivery {
	raw, _ := json.Marshal(body) // the bodies of the engine cannot fail
	return Delivery{Attempt: 1, Event: engine.Event{
		ID: string(kind) + "-" + o.run + "-" + strconv.FormatInt(o.told.Add(1), 10), Kind: kind, Class: engine.Screen,
		Time: o.cfg.Now().UTC(), Body: raw,
	}}
}

// operationEnded tells the outcome to the session that asked, or, when that is
// gone, to whoever writes next.
func (o *Office) operationEnded(s operation.Status) {
	body := engine.OperationResultBody{OperationID: s.ID, Kind: s.Kind, Path: s.Path, Total: s.Rows}
	if e := s.Err; e != nil {
		body.Code, body.Result, body.Field, body.Detail = string(e.Code), e.Result, e.Field, e.Detail
		o.cfg.Log.Info().Err(e).Str("operation", s.Kind).Str("operation_id", s.ID).Msg("operation failed")
	}
	raw, _ := json.Marshal(body) // cannot fail
	ev := engine.Event{
		ID: "operation-" + s.ID, Kind: engine.OperationResult, Class: engine.Record, Time: o.cfg.Now().UTC(),
		To: engine.Address{Rule: engine.AnyWriter}, Body: raw,
	}
	_ = o.do(o.grp.Context(), func(lp *loop) { // fails when stopping
		if o.crowd.session(s.Owner) != nil {
			ev.To = engine.Address{Session: s.Owner}
		}
		lp.emit(engine.Emit{Event: ev})
	})
}

// operationArgs are the arguments of the methods about one operation.
type operationArgs struct {
	OperationID string `json:"operation_id"`
	Offset      int    `json:"offset"`
	Count       int    `json:"count"`
}

func (l *Local) getResult(ctx context.Context, args json.RawMessage) (any, error) {
	var a operationArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	switch {
	case a.Offset < 0:
		return nil, text.New(text.BadArgument).WithField("offset")
	case a.Count < 1:
		return nil, text.New(text.BadArgument).WithField("count")
	}
	kind := l.office.ops.Kind(l.id, a.OperationID)
	if kind != loadCallsKind {
		kind = ""
	}
	rows, total, err := l.office.ops.Page(ctx, l.id, a.OperationID, a.Offset, a.Count)
	return struct {
		Kind  string            `json:"kind,omitempty"` // of rows that the edge renders
		Total int               `json:"total"`
		Rows  []json.RawMessage `json:"rows"`
	}{kind, total, rows}, err
}

func (l *Local) cancelOperation(_ context.Context, args json.RawMessage) (any, error) {
	var a operationArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	return struct{}{}, l.office.ops.Cancel(l.id, a.OperationID)
}
