package history

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	// pageCalls is a page of extended statistics. The largest, 5000 (§3.4.2.2),
	// would be an answer of 20 MB where groups are large, and a hundred in memory:
	// too much for a 1C of 32 bits.
	pageCalls = 2000
	// legsAfter is how long after its call a leg may begin: rows of basic
	// statistics are ordered for a page's calls and that much more.
	legsAfter = 12 * time.Hour
	// handOver is how many calls are described at a time.
	handOver = 100
)

// Loader reads the calls of the past from statistics of both kinds.
type Loader struct {
	Client *vpbx.Client
	Store  *Store
	Now    func() time.Time
	// Describe makes summaries of calls: engine.State.Describe, where the state
	// is.
	Describe func(ctx context.Context, past []engine.Past) ([]engine.Event, error)
}

// mark is how far a period was loaded, as a note of the store.
type mark struct {
	At     time.Time `json:"at"`     // where the part begins that is not loaded yet
	Offset int       `json:"offset"` // calls of it that are
	To     time.Time `json:"to"`     // where the part ended: in another one they have other places
}

// Load puts the calls of a period, from `from` on and before `to`, into the
// store. How far it came is noted under a name: begun again for the same period
// under that name, it goes on from there. progress hears of minutes of the
// period, first of those that an earlier run has done.
func (l *Loader) Load(ctx context.Context, name string, from, to time.Time, progress func(done, total int)) error {
	return l.Walk(ctx, "load "+name, from, to, progress, l.Keep)
}

// Keep stores a page of calls.
func (l *Loader) Keep(ctx context.Context, page []engine.Past) error {
	for len(page) > 0 {
		part := page[:min(handOver, len(page))]
		page = page[len(part):]
		events, err := l.Describe(ctx, part)
		if err != nil {
			return err
		}
		for i := range events {
			l.Store.Put(CallOf(&events[i]))
		}
	}
	return l.Store.Sync(ctx)
}

// CallOf is what a CallSummary says, as it is stored.
func CallOf(ev *engine.Event) Call {
	c := Call{
		EntryID: ev.EntryID, CallID: ev.CallID, Direction: ev.Direction, Caller: ev.Caller, Callee: ev.Callee,
		Line: ev.Line, Group: ev.Group, CommandID: ev.CommandID,
	}
	_ = json.Unmarshal(ev.Body, &c.CallSummaryBody) // the engine wrote it
	return c
}

// Walk gives the calls of a period to take, page by page; see Load. Without a
// note it always begins at the beginning.
func (l *Loader) Walk(ctx context.Context, note string, from, to time.Time, progress func(done, total int), take func(context.Context, []engine.Past) error) error {
	from, to = from.Truncate(time.Second), to.Add(-1).Truncate(time.Second) // statistics include both ends
	at := l.marked(ctx, note, from)
	total := int(to.Sub(from)/time.Minute) + 1
	progress(min(int(at.At.Sub(from)/time.Minute), total-1), total)
	groups := l.groups(ctx)
	for p := range vpbx.Periods(from, to) {
		if p.To.Before(at.At) {
			continue
		}
		if !at.At.Equal(p.From) || !at.To.Equal(p.To) {
			at = mark{At: p.From, To: p.To}
		}
		for {
			page, n, earliest, err := l.page(ctx, p, at.Offset, groups)
			if err != nil {
				return err
			}
			if err := take(ctx, page); err != nil {
				return err
			}
			done := p.To
			at.Offset += n
			if n == pageCalls {
				done = p.From.Add(p.To.Sub(earliest)) // the newest come first
			} else {
				at = mark{At: p.To.Add(time.Second)}
			}
			progress(min(int(done.Sub(from)/time.Minute), total-1), total)
			if err := l.note(ctx, note, &at); err != nil {
				return err
			}
			if n < pageCalls {
				break
			}
		}
	}
	progress(total, total)
	return l.note(ctx, note, nil)
}

// note keeps how far a walk is; nil: it is over.
func (l *Loader) note(ctx context.Context, name string, at *mark) error {
	if name == "" {
		return nil
	}
	var raw []byte
	if at != nil {
		raw, _ = json.Marshal(at) // cannot fail
	}
	return l.Store.PutNote(ctx, name, raw)
}

// marked is where a walk of the same name ended; its beginning when there was
// none.
func (l *Loader) marked(ctx context.Context, note string, from time.Time) (at mark) {
	if note == "" {
		return mark{At: from}
	}
	raw, err := l.Store.Note(ctx, note)
	if err != nil || raw == nil || json.Unmarshal(raw, &at) != nil || at.At.Before(from) {
		return mark{At: from}
	}
	return at
}

// groups are the extensions of the groups by their ids; statistics tell the ids
// alone. Without them calls have no group.
func (l *Loader) groups(ctx context.Context) map[int64]string {
	list, err := l.Client.Groups(ctx, vpbx.GroupsRequest{})
	known := map[int64]string{}
	for _, g := range list {
		if err == nil {
			known[g.ID] = g.Extension
		}
	}
	return known
}

// page reads a page of calls: n is how many the PBX gave, earliest the start of
// the first of them.
func (l *Loader) page(ctx context.Context, p vpbx.Period, offset int, groups map[int64]string) (page []engine.Past, n int, earliest time.Time, err error) {
	days, err := l.Client.CallStatisticsPage(ctx, vpbx.CallStatisticsRequest{
		StartDate: vpbx.MoscowTime{Time: p.From}, EndDate: vpbx.MoscowTime{Time: p.To}, Limit: pageCalls, Offset: offset,
	})
	if err != nil {
		return nil, 0, earliest, err
	}
	earliest, latest := p.To, p.From
	for _, d := range days {
		for i := range d.Calls {
			n++
			if at := d.Calls[i].Start; !at.IsZero() {
				if at.Before(earliest) {
					earliest = at
				}
				if at.After(latest) {
					latest = at
				}
			}
		}
	}
	if n == 0 {
		return nil, 0, earliest, nil
	}
	rows, err := l.rows(ctx, earliest, latest)
	if err != nil {
		return nil, 0, earliest, err
	}
	for _, d := range days {
		for i := range d.Calls {
			if past, ok := pastOf(d.Calls[i], rows[d.Calls[i].EntryID], groups); ok && !past.Summary.Ended.After(l.Now()) {
				page = append(page, past)
			}
		}
	}
	return page, n, earliest, nil
}

// rows are those of basic statistics by entry_id.
func (l *Loader) rows(ctx context.Context, from, to time.Time) (map[string][]vpbx.StatisticsLeg, error) {
	to = to.Add(legsAfter)
	if now := l.Now(); to.After(now) {
		to = now
	}
	rows := map[string][]vpbx.StatisticsLeg{}
	for p := range vpbx.Periods(from, to) {
		legs, err := l.Client.StatisticsTable(ctx, vpbx.StatisticsRequest{DateFrom: vpbx.UnixText{Time: p.From}, DateTo: vpbx.UnixText{Time: p.To}})
		if err != nil {
			return nil, err
		}
		for _, leg := range legs {
			if leg.EntryID != "" {
				rows[leg.EntryID] = append(rows[leg.EntryID], leg)
			}
		}
	}
	return rows, nil
}

// CheckPeriod refuses a period that makes no sense, and cuts one that reaches
// into the future. The error's Field is from or to.
func CheckPeriod(from, to, now time.Time) (time.Time, error) {
	switch {
	case from.IsZero() || from.After(now):
		return to, text.New(text.BadArgument).WithField("from").WithDetail(from.Format(time.RFC3339))
	case to.IsZero() || !to.After(from):
		return to, text.New(text.BadArgument).WithField("to").WithDetail(to.Format(time.RFC3339))
	case to.Sub(from) > maxPeriod:
		return to, text.New(text.BadArgument).WithField("from").WithDetail(from.Format(time.RFC3339))
	case to.After(now):
		return now, nil
	}
	return to, nil
}

// maxPeriod bounds one load: six years are eighty orders of 30 days and more,
// seven minutes at the rate of the PBX.
const maxPeriod = 6 * 366 * 24 * time.Hour
