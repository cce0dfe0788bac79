package office

import (
	"bytes"
	"context"
	"encoding/json"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// annotationPath marks what BSL added to a call.
const annotationPath = "office/annotation"

// annotationRecord is what is kept of it.
type annotationRecord struct {
	ID         string            `json:"id"` // of this annotation: an earlier value may come back
	EntryID    string            `json:"entry_id"`
	Annotation engine.Annotation `json:"annotation"`
}

// visitorPath marks, among the notifications of the journal, an answer of the
// PBX that a call depends on. It is kept there because it cannot be asked for
// again: the number of call tracking is the visitor's for a while only.
const visitorPath = "office/visitor"

// visitorRecord is what is kept of it.
type visitorRecord struct {
	EntryID string          `json:"entry_id"`
	Visitor json.RawMessage `json:"visitor"`
}

// input is what a record of the journal tells the engine.
func input(r journal.Record) engine.Input {
	if raw, ours := bytes.CutPrefix(r.Raw, []byte(visitorPath+"\n")); ours {
		var v visitorRecord
		_ = json.Unmarshal(raw, &v) // we wrote it; a zero one concerns no call
		return engine.Tracked{EntryID: v.EntryID, Visitor: v.Visitor, Pos: r.Pos}
	}
	if raw, ours := bytes.CutPrefix(r.Raw, []byte(annotationPath+"\n")); ours {
		var a annotationRecord
		_ = json.Unmarshal(raw, &a) // we wrote it
		return engine.Annotated{EntryID: a.EntryID, Annotation: a.Annotation, ID: a.ID, Pos: r.Pos}
	}
	if raw, ours := bytes.CutPrefix(r.Raw, []byte(recoveredPath+"\n")); ours {
		var p engine.Past
		_ = json.Unmarshal(raw, &p) // we wrote it
		return engine.Recovered{Past: p, Pos: r.Pos}
	}
	return engine.Notification{Item: notify.Restore(r.Raw), Pos: r.Pos}
}

// annotateCall keeps what BSL knows of a call.
func (l *Local) annotateCall(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		EntryID    string          `json:"entry_id"`
		Annotation json.RawMessage `json:"annotation"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	if a.EntryID == "" {
		return nil, text.New(text.MissingField).WithField("entry_id")
	}
	said, err := engine.ParseAnnotation(a.Annotation)
	if err != nil {
		return nil, err
	}
	id := l.office.cfg.NewID()
	record := annotationRecord{ID: id, EntryID: a.EntryID, Annotation: said}
	return struct{}{}, journalError(l.office.keep(ctx, annotationPath, annotationPath+"|"+id, record))
}

// keep appends a record of our own to the journal, beside the notifications;
// input reads it.
func (o *Office) keep(ctx context.Context, path, key string, record any) error {
	raw, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if _, _, err := o.store.Append(ctx, key, append([]byte(path+"\n"), raw...)); err != nil {
		return err
	}
	group.Nudge(o.fresh)
	return nil
}

// errand does what the engine asks of the PBX, on a goroutine of the office; not
// what is of no use any more, as after a rebuild.
func (l *loop) errand(r engine.Request) {
	o := l.o
	left := r.Until.Sub(o.cfg.Now())
	if left <= 0 {
		return
	}
	run := o.askVisitor
	if r.Kind == engine.RequestRoute {
		run = o.route
	}
	o.grp.Go("errand", func(ctx context.Context) { // refused when stopping
		ctx, cancel := context.WithTimeout(ctx, left)
		defer cancel()
		run(ctx, r)
	})
}

// route sends a call to the employee responsible for the client.
func (o *Office) route(ctx context.Context, r engine.Request) {
	err := o.client.Route(ctx, vpbx.RouteRequest{CommandID: r.ID, CallID: r.CallID, ToNumber: r.To})
	o.report(r.ID, "RouteCall", err)
}

// askVisitor asks who was shown the number that a client called, and keeps the
// answer.
func (o *Office) askVisitor(ctx context.Context, r engine.Request) {
	params, _ := json.Marshal(vpbx.TrackedNumberRequest{Number: r.Number}) // cannot fail
	a, err := o.client.Do(ctx, "queries/user_info_by_dct_number", params)
	if err != nil {
		coded := text.From(err)
		o.stats.fail(coded.Code)
		o.cfg.Log.Warn().Err(err).Str("entry_id", r.EntryID).Msg("visitor not known")
		return
	}
	visitor := a.JSON
	if len(bytes.TrimSpace(visitor)) == 0 {
		visitor = json.RawMessage("{}")
	}
	if data, ok := trackedData(visitor); ok {
		o.visitors.put("CallTracking "+r.Number, data, o.cfg.Now())
	}
	if err := o.keep(context.WithoutCancel(ctx), visitorPath, r.ID, visitorRecord{EntryID: r.EntryID, Visitor: visitor}); err != nil {
		o.stats.fail(text.From(err).Code)
		o.cfg.Log.Error().Err(err).Str("entry_id", r.EntryID).Msg("visitor not kept")
	}
}
