package service

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
	"mangoofficesdk/sdk/office"
)

const (
	// fillEvery is how often a hub that follows takes over what the log tells of
	// finished calls. The log keeps it for a day.
	fillEvery = time.Hour
	firstFill = time.Minute // after a start, or a leadership
	fillTime  = time.Minute
	fillBatch = 1000 // events of one commit
	// filledNote is how far that came: a mark.
	filledNote = "filled"
)

// mark is an event of the log.
type mark struct {
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
}

// follow keeps the finished calls of a hub that does not lead.
func (s *Service) follow(ctx context.Context, oc office.Config) {
	ctx, cancel := context.WithTimeout(ctx, fillTime)
	defer cancel()
	kept, err := s.member.node.Shelved(ctx)
	if err == nil && kept != nil {
		err = s.fill(ctx, oc, kept)
	}
	if err != nil {
		s.log.Warn().Err(err).Msg("the finished calls are not taken over from the log")
	}
}

// fill brings the call store of this hub, which no office has open, to where that
// of the leader is: each hub has one of its own, and what the leader has told of
// calls, annotations among it, is in the log that they share.
func (s *Service) fill(ctx context.Context, oc office.Config, kept jetstream.Shelved) error {
	calls := history.Open(history.Config{Dir: office.CallsFolder(oc), Now: oc.Now, Log: oc.Log})
	err := fillCalls(ctx, calls, kept)
	return errors.Join(err, calls.Close(context.WithoutCancel(ctx)))
}

func fillCalls(ctx context.Context, calls *history.Store, kept jetstream.Shelved) error {
	var done mark
	raw, err := calls.Note(ctx, filledNote)
	if err != nil {
		return err
	}
	if raw != nil {
		_ = json.Unmarshal(raw, &done) // we wrote it
	}
	if done.Epoch != kept.Epoch() {
		done = mark{Epoch: kept.Epoch()}
	}
	var settled time.Time // the first of what is kept: what was told since is all there
	for after := uint64(0); ; {
		list, err := kept.Kept(ctx, after, fillBatch)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		for _, k := range list {
			after = k.Seq
			if !k.Settled.IsZero() && (settled.IsZero() || k.Settled.Before(settled)) {
				settled = k.Settled
			}
			if k.Seq > done.Seq {
				put(calls, k)
			}
		}
		if err := calls.Sync(ctx); err != nil {
			return err
		}
		if done.Seq = max(done.Seq, after); done.Seq == after {
			raw, _ := json.Marshal(done) // cannot fail
			if err := calls.PutNote(ctx, filledNote, raw); err != nil {
				return err
			}
		}
	}
	return whole(ctx, calls, kept, settled)
}

func put(calls *history.Store, k journal.Kept) {
	var ev engine.Event
	if json.Unmarshal(k.Raw, &ev) != nil {
		return // of a later version of this program
	}
	if c, ok := office.CallOf(ev); ok {
		calls.Put(c)
	}
}

// whole notes that the call store lacks nothing, if the log reaches back to where
// it was whole before. Else the office that opens it asks statistics.
func whole(ctx context.Context, calls *history.Store, kept jetstream.Shelved, since time.Time) error {
	theirs, err := kept.Note(ctx, office.AliveNote)
	if err != nil || theirs == nil || since.IsZero() {
		return err
	}
	ours, err := calls.Note(ctx, office.AliveNote)
	if err != nil || ours == nil {
		return err
	}
	var own, shared time.Time
	if err := errors.Join(json.Unmarshal(ours, &own), json.Unmarshal(theirs, &shared)); err != nil {
		return err
	}
	if own.Before(since) || !own.Before(shared) {
		return nil
	}
	return calls.PutNote(ctx, office.AliveNote, theirs)
}
