package telephony

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

// Operations of an object itself need no Office, and so no connection. Their ids
// say so. They are told as those of an Office are: by the inbox of the
// connection, or, without one, by an inbox of the object's own.

const (
	ownPrefix = "own-"
	// ownRunning bounds how many an object runs at once.
	ownRunning = 4
	// ownNews is how long a busy 1C may need to hear how far an operation is.
	ownNews = 30 * time.Second
)

// own tells whether an id is of such an operation.
func own(id string) bool { return strings.HasPrefix(id, ownPrefix) }

func (o *Object) newOperations() *operation.Registry {
	return operation.New(operation.Config{
		Group: o.env.Group(), Now: o.proc.opt.Now, Running: ownRunning,
		NewID:   func() string { return ownPrefix + rand.Text() },
		Changed: func() {},
		Progressed: func(s operation.Status) {
			d := o.ownEvent(engine.Progress, "progress-"+rand.Text(), engine.ProgressBody{
				OperationID: s.ID, Kind: s.Kind, Done: s.Done, Total: s.Total, ETASec: int64(s.ETA / time.Second),
			})
			d.Event.Expires = d.Event.Time.Add(ownNews)
			o.tell(d)
		},
		Ended: func(s operation.Status) {
			body := engine.OperationResultBody{OperationID: s.ID, Kind: s.Kind, Path: s.Path, Total: s.Rows}
			if e := s.Err; e != nil {
				body.Code, body.Result, body.Field, body.Detail = string(e.Code), e.Result, e.Field, e.Detail
			}
			o.tell(o.ownEvent(engine.OperationResult, "operation-"+s.ID, body))
		},
	})
}

// ownEvent makes an event that no store has: there is nothing to acknowledge.
func (o *Object) ownEvent(kind engine.Kind, id string, body any) office.Delivery {
	return office.Delivery{Attempt: 1, Event: engine.Event{
		ID: id, Kind: kind, Class: engine.Screen, Time: o.proc.opt.Now().UTC(), Body: mustJSON(body),
	}}
}

// tell queues an event of the object itself, unless 1C is done with it.
func (o *Object) tell(d office.Delivery) {
	for {
		o.mu.Lock()
		b := o.inbox
		if b == nil && !o.closed {
			if o.alone == nil {
				c := &connection{params: Params{Ack: ackAuto, Zone: time.Local}, dist: newDistributor(o.proc)}
				o.alone = newInbox(o, c, o.push)
				o.alone.start()
			}
			b = o.alone
		}
		o.mu.Unlock()
		if b == nil || b.dist.tell(b, d) {
			return
		}
	}
}

// retire ends an inbox, which may be nil: first its goroutine, so that the event
// which 1C is just being given is decided. Outcomes that it has not shown go to
// its successor.
func (o *Object) retire(b *inbox) {
	if b == nil {
		return
	}
	b.stop(inboxTimeout)
	b.dist.detach(b)
	for _, d := range b.dist.untold(b) {
		o.tell(d)
	}
}

// box is where events wait for 1C; nil when nothing ever did.
func (o *Object) box() *inbox {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.inbox != nil {
		return o.inbox
	}
	return o.alone
}

// reading is the inbox that ПолучитьСобытия looks into. Without a connection
// there is one only while the object has something to tell, or will have.
func (o *Object) reading() (*inbox, error) {
	_, b, err := o.link()
	if err == nil {
		return b, nil
	}
	if b = o.box(); b != nil {
		if n, _ := b.dist.length(b); n > 0 || o.own().Stats().Running > 0 {
			return b, nil
		}
	}
	return nil, err
}

// ownResult is ПолучитьРезультат of such an operation.
func (o *Object) ownResult(id string, offset, count int) (string, error) {
	rows, total, err := o.own().Page(context.Background(), "", id, offset, count)
	if err != nil {
		return "", err
	}
	w := jsonWriter{zone: time.Local}
	w.open('{')
	w.int("total", int64(total))
	w.list("rows", len(rows), func(i int) {
		w.comma()
		w.buf = append(w.buf, rows[i]...)
	})
	w.close('}')
	return string(w.buf), nil
}

// unwrittenArchive names the argument in an error about the archive.
func unwrittenArchive(err error, field string) error {
	e := text.From(err)
	if e.Code == text.FileNotWritten {
		return e.WithField(field)
	}
	return err
}
