package office

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/fnv"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/zone"
)

// recoveredPath marks, among the notifications of the journal, calls that
// statistics told of and no notification did. They are derived as those are:
// once, and again on replay.
const recoveredPath = "office/recovered"

// AliveNote is until when an office has heard all there was to hear, as JSON: a
// note of its call store, and of a store that several hubs share.
const AliveNote = "alive"

const (
	catchUpEvery = time.Minute
	// overlap is how long before an outage a call may have begun that ended in it.
	overlap = 2 * time.Hour
	// settledAfter is how long after its end a call may still be told.
	settledAfter = 3 * time.Minute
	// maxGap bounds what is caught up with: as long as the journal knows events
	// by their ids, none is told twice.
	maxGap = 29 * 24 * time.Hour
	// refillMax is how far back a call store that was damaged is filled again.
	refillMax = 365 * 24 * time.Hour
	// nightly is when yesterday is looked at, by the PBX's clock, plus up to
	// nightSpread: not all companies at once.
	nightly     = time.Hour
	nightSpread = 30 * time.Minute
	// catchUpAgain is when an attempt that failed is repeated.
	catchUpAgain = 10 * time.Minute
)

// watchman is what the goroutine of catching up knows.
type watchman struct {
	o      *Office
	known  time.Time // everything until then was heard, or caught up with
	gap    bool      // since then something may have been missed
	refill bool      // the call store was damaged
	hole   time.Time // zero, or since when the call store lacks what another hub's has
	night  time.Time // when to look at yesterday next
	pause  time.Time // after a failure
}

// catchUp looks up in statistics what notifications may have missed: after an
// outage, and every night. Its requests have the lowest urgency.
func (o *Office) catchUp(ctx context.Context) {
	w := &watchman{o: o}
	w.begin(ctx)
	for group.Sleep(ctx, cmp.Or(o.cfg.CatchUpEvery, catchUpEvery)) {
		w.look(ctx)
	}
}

// begin reads until when an earlier office was there.
func (w *watchman) begin(ctx context.Context) {
	now := w.o.cfg.Now()
	w.night = w.nextNight(now)
	w.known = now // of a first one: nothing was missed
	raw, err := w.o.calls.Note(ctx, AliveNote)
	w.refill = w.o.calls.Status().Found.Damage != nil
	shared := w.shared(ctx)
	switch {
	case !shared.IsZero():
		own := shared.Add(-maxGap) // of a hub that has never led
		if err == nil && raw != nil {
			_ = json.Unmarshal(raw, &own) // we wrote it
		}
		if own.Before(shared) {
			w.hole = own
		}
		w.known, w.gap = shared, true
	case err == nil && raw != nil:
		_ = json.Unmarshal(raw, &w.known) // we wrote it
		w.gap = true
	case w.refill:
		w.known, w.gap = now.Add(-24*time.Hour), true
	}
}

// shared is until when some office of the store has heard everything: the one
// before this may have been another hub's, which has a call store of its own.
// Zero: nobody shares the store, or nobody has noted it.
func (w *watchman) shared(ctx context.Context) (at time.Time) {
	if w.o.store.others == nil {
		return at
	}
	if raw, err := w.o.store.Note(ctx, AliveNote); err == nil && raw != nil {
		_ = json.Unmarshal(raw, &at) // we wrote it
	}
	return at
}

func (w *watchman) look(ctx context.Context) {
	v := w.o.snap.Load()
	now := w.o.cfg.Now()
	if v.State != Registered {
		w.gap = true // whoever does not reach the PBX may not be reached by it
		return
	}
	if on, _ := v.Settings["catch_up"].(bool); !on {
		w.gap, w.refill, w.hole = false, false, time.Time{}
	}
	if now.Before(w.pause) {
		return
	}
	if err := w.work(ctx, now); err != nil && ctx.Err() == nil {
		w.pause = now.Add(catchUpAgain)
		w.o.stats.fail(text.From(err).Code)
		w.o.cfg.Log.Warn().Err(err).Msg("catching up by statistics")
	}
}

func (w *watchman) work(ctx context.Context, now time.Time) error {
	o := w.o
	if w.refill {
		v := o.snap.Load()
		days, _ := v.Settings["keep_calls_days"].(int)
		span := refillMax
		if kept := time.Duration(days) * 24 * time.Hour; days > 0 && kept < span {
			span = kept
		}
		if err := o.loader().Load(ctx, "refill", now.Add(-span), now, func(int, int) {}); err != nil {
			return err
		}
		w.refill = false
	}
	if w.gap {
		from := w.known.Add(-overlap)
		if oldest := now.Add(-maxGap); from.Before(oldest) {
			from = oldest
		}
		if err := o.recover(ctx, from, now); err != nil {
			return err
		}
		w.gap = false
		// What another hub has told is only stored, and only after that: what was
		// told by nobody must not be known yet.
		if !w.hole.IsZero() {
			if err := o.loader().Load(ctx, "hole", w.hole.Add(-overlap), from, func(int, int) {}); err != nil {
				w.gap = true
				return err
			}
			w.hole = time.Time{}
		}
	}
	if !now.Before(w.night) {
		if on, _ := o.snap.Load().Settings["catch_up"].(bool); on {
			midnight := w.night.Add(-nightly - w.spread())
			if err := o.recover(ctx, midnight.Add(-24*time.Hour), midnight); err != nil {
				return err
			}
		}
		w.night = w.nextNight(now)
	}
	w.known = now
	raw, _ := json.Marshal(now.UTC().Truncate(time.Second)) // cannot fail
	if err := o.calls.PutNote(ctx, AliveNote, raw); err != nil {
		return err
	}
	if o.store.others != nil {
		if err := o.store.PutNote(ctx, AliveNote, raw); err != nil {
			return err
		}
	}
	if o.alive.Swap(now.Unix()) == 0 {
		o.stats.touch()
	}
	return nil
}

// nextNight is the next look at yesterday.
func (w *watchman) nextNight(now time.Time) time.Time {
	loc := time.UTC
	if v := w.o.snap.Load(); v != nil {
		name, _ := v.Settings["pbx_time_zone"].(string)
		if known, err := zone.Load(name); err == nil {
			loc = known
		}
	}
	local := now.In(loc)
	at := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, loc).Add(nightly + w.spread())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// spread is this company's part of nightSpread.
func (w *watchman) spread() time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(w.o.cfg.Credentials.Key)) // never fails
	return time.Duration(h.Sum32()%uint32(nightSpread/time.Second)) * time.Second
}

// recover has the calls of a period told that never were.
func (o *Office) recover(ctx context.Context, from, to time.Time) error {
	l := o.loader()
	told := o.recovered.Load()
	err := l.Walk(ctx, "", from, to, func(int, int) {}, func(ctx context.Context, page []engine.Past) error {
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].Summary.EntryID
		}
		missing, err := o.calls.Missing(ctx, ids)
		if err != nil {
			return err
		}
		var heard []engine.Past
		for i := range page {
			if len(missing) == 0 || ids[i] != missing[0] {
				heard = append(heard, page[i])
				continue
			}
			missing = missing[1:]
			if err := o.tellOf(ctx, &page[i]); err != nil {
				return err
			}
		}
		return l.Keep(ctx, heard) // statistics may know of recordings
	})
	if n := o.recovered.Load() - told; n > 0 {
		o.stats.touch()
		o.cfg.Log.Warn().Int64("calls", n).Time("from", from).Time("to", to).Msg("calls told by statistics only")
	}
	return err
}

// tellOf puts a call that was not told into the stream of notifications. One of
// a moment ago may still be told. The day in its key lets a later look repeat
// one that the engine had no use for then.
func (o *Office) tellOf(ctx context.Context, p *engine.Past) error {
	now := o.cfg.Now()
	if now.Sub(p.Summary.Ended) < settledAfter {
		return nil
	}
	o.recovered.Add(1)
	return o.keep(ctx, recoveredPath, recoveredPath+"|"+p.Summary.EntryID+"|"+now.UTC().Format(time.DateOnly), p)
}
