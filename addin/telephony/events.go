package telephony

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// maxFetch bounds one FetchEvents: a bigger Максимум means this many.
const maxFetch = 1000

// maxNakDelay bounds ОтложитьСобытие.
const maxNakDelay = 7 * 24 * time.Hour

// fetchEvents is ПолучитьСобытия.
func (o *Object) fetchEvents(limit int64) (string, error) {
	if limit < 1 {
		return "", outOfRange("Максимум", "Maximum", limit, 1, maxFetch)
	}
	b, err := o.reading()
	if err != nil {
		return "", err
	}
	got, settle := b.dist.fetch(b, int(min(limit, maxFetch)), b.auto)
	out := []byte{'['}
	for i, d := range got {
		if i > 0 {
			out = append(out, ',')
		}
		_, data := o.render(d, b.zone, eventLimit)
		out = append(out, data...)
	}
	if !o.pushes() {
		o.proc.count.fetched.Add(int64(len(got)))
	}
	for _, ref := range settle {
		b.dist.settle(context.WithoutCancel(o.env.Context()), ref)
	}
	return string(append(out, ']')), nil
}

// getEvent is ПолучитьСобытие: the event whole, however long.
func (o *Object) getEvent(id string) (string, error) {
	b, err := o.reading()
	if err != nil {
		return "", err
	}
	d, waiting := b.dist.waiting(b, id)
	if !waiting {
		if d, err = o.stored(id); err != nil {
			return "", err
		}
	}
	_, data := o.render(d, b.zone, wholeEvent)
	return data, nil
}

// stored asks the Office for an event.
func (o *Object) stored(id string) (office.Delivery, error) {
	if id == "" {
		return office.Delivery{}, text.New(text.EventUnknown)
	}
	raw, err := o.call("GetEvent", struct {
		ID string `json:"id"`
	}{id}, callTimeout)
	if err != nil {
		return office.Delivery{}, eventError(err)
	}
	var s storedEvent
	if err := json.Unmarshal(raw, &s); err != nil || s.Event.ID == "" {
		return office.Delivery{}, text.New(text.EventUnknown).Wrap(err)
	}
	return s.delivery(), nil
}

// ackEvent is ПодтвердитьСобытие. Acknowledging twice is no failure, nor is
// acknowledging a screen event: it was done when it was shown.
func (o *Object) ackEvent(event spec.Value) error {
	c, b, err := o.link()
	if err != nil {
		return err
	}
	id, k, err := o.resolve(c, b, event)
	if err != nil {
		return err
	}
	if !k.settled && k.record && k.ref.Seq != 0 {
		if err := o.settle(c, k.ref, office.Verdict{Done: true}); err != nil {
			return err
		}
	}
	c.dist.settled(id, true)
	return nil
}

// nakEvent is ОтложитьСобытие. Only a record event that was not acknowledged
// can come again.
func (o *Object) nakEvent(event spec.Value, delaySec int64) error {
	if delaySec < 0 || delaySec > int64(maxNakDelay/time.Second) {
		return outOfRange("ЗадержкаСек", "DelaySec", delaySec, 0, int64(maxNakDelay/time.Second))
	}
	c, b, err := o.link()
	if err != nil {
		return err
	}
	id, k, err := o.resolve(c, b, event)
	if err != nil {
		return err
	}
	if k.settled || !k.record || k.ref.Seq == 0 {
		return text.New(text.EventUnknown)
	}
	delay := time.Duration(delaySec) * time.Second
	if err := o.settle(c, k.ref, office.Verdict{Delay: delay}); err != nil {
		return err
	}
	c.dist.settled(id, false)
	return nil
}

// resolve finds the event that BSL means: by id, or by a seq of this epoch.
func (o *Object) resolve(c *connection, b *inbox, event spec.Value) (id string, k known, err error) {
	switch event.Kind() {
	case spec.KindString:
		id = event.Str()
		if id == "" {
			return "", known{}, text.New(text.EventUnknown)
		}
		if id, k, ok := c.dist.seen(b, id, 0); ok {
			return id, k, nil
		}
		d, err := o.stored(id)
		return id, known{ref: d.Ref, record: d.Event.Class == engine.Record}, err
	case spec.KindInt, spec.KindFloat:
		seq := event.Int()
		if seq <= 0 || event.Float() != float64(seq) {
			return "", known{}, text.New(text.SeqStale)
		}
		if id, k, ok := c.dist.seen(b, "", uint64(seq)); ok {
			return id, k, nil
		}
		ref := journal.Ref{Epoch: c.link.View().Epoch, Seq: uint64(seq)}
		return "", known{ref: ref, record: true}, nil
	}
	return "", known{}, component.WrongType(spec.Name{RU: "Событие", EN: "Event"}, event, spec.Str, spec.Num)
}

// settle reports a verdict of BSL to the Office.
func (o *Object) settle(c *connection, ref journal.Ref, v office.Verdict) error {
	ctx, cancel := context.WithTimeout(o.env.Context(), callTimeout)
	defer cancel()
	err := c.link.Settle(ctx, ref, v)
	if err != nil && ctx.Err() != nil {
		return o.interrupted(err)
	}
	if err == nil && v.Done {
		o.proc.count.settled.Add(1)
	}
	return eventError(err)
}

// eventError gives the store's own errors their codes.
func eventError(err error) error {
	if _, coded := errors.AsType[*text.Error](err); coded {
		return err
	}
	switch {
	case errors.Is(err, journal.ErrEpoch):
		return text.New(text.SeqStale).Wrap(err)
	case errors.Is(err, journal.ErrUnknown):
		return text.New(text.EventUnknown).Wrap(err)
	}
	return err
}
