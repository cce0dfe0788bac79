package office

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// loadCallsKind names the operations whose rows are calls.
const loadCallsKind = "LoadCalls"

// loader reads statistics for the call store.
func (o *Office) loader() *history.Loader {
	return &history.Loader{Client: o.client, Store: o.calls, Now: o.cfg.Now, Describe: o.describe}
}

// describe makes summaries of calls by the settings and the names of now.
func (o *Office) describe(ctx context.Context, past []engine.Past) (events []engine.Event, err error) {
	err = o.do(ctx, func(lp *loop) {
		for _, p := range past {
			events = append(events, lp.state.Describe(p))
		}
	})
	return events, err
}

// row is a call as the rows of a load have it: its card, of which the PBX was not
// asked anything.
func (o *Office) row(c *history.Call) any {
	return history.Card{Call: *c, RecordingState: o.recordingState(c, o.cfg.Now())}
}

// loadCalls loads the calls of a period from statistics. Its rows are read from
// the call store, where calls told live are too.
func (l *Local) loadCalls(_ context.Context, args json.RawMessage) (any, error) {
	var a struct {
		From   time.Time       `json:"from"`
		To     time.Time       `json:"to"`
		Filter json.RawMessage `json:"filter"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	f, err := history.ParseFilter(a.Filter)
	if err != nil {
		return nil, err
	}
	o := l.office
	to, err := history.CheckPeriod(a.From, a.To, o.cfg.Now())
	if err != nil {
		return nil, err
	}
	if !l.may(Supervisor) {
		if f.Only = l.session.Extension; f.Only == "" {
			return nil, text.New(text.Forbidden).WithField("extension")
		}
	}
	if err := o.reachable(); err != nil {
		return nil, err
	}
	id, err := o.ops.Start(l.id, loadCallsKind, func(ctx context.Context, op *operation.Op) error {
		// A period that reaches into the future ends elsewhere each time.
		name := a.From.UTC().Format(time.RFC3339) + " " + a.To.UTC().Format(time.RFC3339)
		first := true
		told := func(done, total int) {
			if first { // not of this run
				first = false
				op.Resumed(done)
			}
			op.Progress(done, total)
		}
		if err := o.loader().Load(vpbx.WithCaller(ctx, l.id), name, a.From, to, told); err != nil {
			return err
		}
		rows := o.calls.Rows(a.From, to, f, o.row)
		n, err := rows.Count(ctx)
		if err == nil {
			op.SetSource(n, rows.Page)
		}
		return err
	})
	return answered{OperationID: id}, err
}
