package vpbx

import (
	"context"
	"errors"
	"iter"
	"time"

	"mangoofficesdk/sdk/group"
)

// How ordered statistics are waited for. The result is never asked for at
// once: the pause also keeps the orders of a walk two seconds apart (§1.4.2).
const (
	firstLook     = 2500 * time.Millisecond
	tableInterval = 5 * time.Second // of basic statistics (§3.4.1.2)
	callsInterval = 2500 * time.Millisecond
	maxOrderWait  = 5 * time.Minute // for one order
	// maxOrders is how often one report is ordered: the PBX forgets a key after
	// a minute or more, which a long queue, or a computer that slept, outlasts.
	maxOrders = 3
)

// Period is a span of time, both ends included.
type Period struct{ From, To time.Time }

// Periods cuts a period into ones that statistics take, of up to 30 days. They
// are of whole seconds, follow each other without gap or overlap, and are none
// when the period ends before it begins.
func Periods(from, to time.Time) iter.Seq[Period] {
	return func(yield func(Period) bool) {
		from, to := from.Truncate(time.Second), to.Truncate(time.Second)
		for !from.After(to) {
			end := from.Add(MaxStatisticsSpan)
			if end.After(to) {
				end = to
			}
			if !yield(Period{from, end}) {
				return
			}
			from = end.Add(time.Second)
		}
	}
}

// first checks a request whose period may be long, by its first part.
func first[Q any](r Q, from, to time.Time, set func(*Q, Period)) error {
	for p := range Periods(from, to) {
		set(&r, p)
		break
	}
	return check(&r)
}

// StatisticsLegs walks basic statistics of any period, ordering 30 days at a
// time. It waits for each order up to five minutes, or until ctx ends. An
// error ends the walk.
func (c *Client) StatisticsLegs(ctx context.Context, r StatisticsRequest) iter.Seq2[StatisticsLeg, error] {
	set := func(r *StatisticsRequest, p Period) { r.DateFrom.Time, r.DateTo.Time = p.From, p.To }
	return func(yield func(StatisticsLeg, error) bool) {
		from, to := r.DateFrom.Time, r.DateTo.Time
		if err := first(r, from, to, set); err != nil {
			yield(StatisticsLeg{}, err)
			return
		}
		for p := range Periods(from, to) {
			set(&r, p)
			legs, err := c.StatisticsTable(ctx, r)
			if err != nil {
				yield(StatisticsLeg{}, err)
				return
			}
			for _, leg := range legs {
				if !yield(leg, nil) {
					return
				}
			}
		}
	}
}

// StatisticsTable orders basic statistics of one period and waits for them, up
// to five minutes. A key that the PBX has forgotten is ordered anew.
func (c *Client) StatisticsTable(ctx context.Context, r StatisticsRequest) (legs []StatisticsLeg, err error) {
	err = anew(func() error {
		key, err := c.OrderStatistics(ctx, r)
		if err != nil {
			return err
		}
		return c.await(ctx, statisticsResult.op, tableInterval, func(ctx context.Context) (bool, error) {
			s, err := c.FetchStatistics(ctx, key)
			legs = s.Legs
			return s.Ready, err
		})
	})
	return legs, err
}

// anew runs an order until its key was not forgotten.
func anew(order func() error) (err error) {
	for range maxOrders {
		err = order()
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != KindAbsent {
			return err
		}
	}
	return err
}

// StatisticsCalls walks extended statistics of any period: 30 days at a time,
// and within them pages of r.Limit calls; r.Offset plays no part. It waits for
// each order up to five minutes, or until ctx ends. An error ends the walk. A
// call that the PBX adds meanwhile may shift the pages: tell calls apart by
// EntryID.
func (c *Client) StatisticsCalls(ctx context.Context, r CallStatisticsRequest) iter.Seq2[StatisticsCall, error] {
	set := func(r *CallStatisticsRequest, p Period) { r.StartDate.Time, r.EndDate.Time = p.From, p.To }
	return func(yield func(StatisticsCall, error) bool) {
		from, to := r.StartDate.Time, r.EndDate.Time
		r := r
		r.Limit, r.Offset = or(r.Limit, DefaultCallLimit), 0
		if err := first(r, from, to, set); err != nil {
			yield(StatisticsCall{}, err)
			return
		}
		for p := range Periods(from, to) {
			set(&r, p)
			if !c.eachCall(ctx, r, yield) {
				return
			}
		}
	}
}

// eachCall walks the pages of one period; false ends the walk.
func (c *Client) eachCall(ctx context.Context, r CallStatisticsRequest, yield func(StatisticsCall, error) bool) bool {
	for {
		days, err := c.CallStatisticsPage(ctx, r)
		if err != nil {
			yield(StatisticsCall{}, err)
			return false
		}
		n := 0
		for _, day := range days {
			for _, call := range day.Calls {
				n++
				if !yield(call, nil) {
					return false
				}
			}
		}
		if n < r.Limit {
			return true
		}
		r.Offset += r.Limit
	}
}

// CallStatisticsPage orders a page of extended statistics and waits for it, up
// to five minutes. A key that the PBX has forgotten is ordered anew.
func (c *Client) CallStatisticsPage(ctx context.Context, r CallStatisticsRequest) (days []StatisticsDay, err error) {
	err = anew(func() error {
		key, err := c.OrderCallStatistics(ctx, r)
		if err != nil {
			return err
		}
		return c.await(ctx, callStatisticsResult.op, callsInterval, func(ctx context.Context) (bool, error) {
			s, err := c.FetchCallStatistics(ctx, key)
			days = s.Days
			return s.Ready(), err
		})
	})
	return days, err
}

// await looks until something is ready: first after firstLook, then every
// interval, for no longer than maxOrderWait.
func (c *Client) await(ctx context.Context, o *op, interval time.Duration, look func(context.Context) (ready bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, maxOrderWait)
	defer cancel()
	pause := firstLook
	if c.look > 0 {
		pause, interval = c.look, c.look
	}
	for ; ; pause = interval {
		if !group.Sleep(ctx, pause) {
			return transportError(o.entry().Name, true, ctx.Err())
		}
		if ready, err := look(ctx); ready || err != nil {
			return err
		}
	}
}
