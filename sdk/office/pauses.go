package office

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/group"
)

// pausesNote is until when the wrong requests of an office count, as a note of a
// store that hubs share: the PBX counts those of the product, whoever sends them.
const pausesNote = "rate guard"

// pauses is that note.
type pauses struct {
	Window time.Time `json:"window,omitzero"`
	Gate   time.Time `json:"gate,omitzero"`
}

// pausesBefore is what the office before this one has noted.
func (o *Office) pausesBefore(ctx context.Context) (window, gate time.Time) {
	var p pauses
	if raw, err := o.store.Note(ctx, pausesNote); err == nil && raw != nil {
		_ = json.Unmarshal(raw, &p) // we wrote it
	}
	return p.Window, p.Gate
}

// notePauses keeps the note. It is written when a window has opened, not before
// each request that may open one: that would cost the log two writes for every
// call, to cover the moment between a wrong answer and the note.
func (o *Office) notePauses(ctx context.Context) {
	var noted pauses
	for {
		select {
		case <-o.paused:
		case <-ctx.Done():
			return
		}
		s := o.client.Guard()
		now := pauses{s.WindowUntil.UTC().Round(0), s.GateUntil.UTC().Round(0)}
		if now == noted || now == (pauses{}) { // one that is over needs no word
			continue
		}
		raw, _ := json.Marshal(now) // cannot fail
		if err := o.store.PutNote(ctx, pausesNote, raw); err == nil {
			noted = now
		} else if group.Sleep(ctx, time.Second) {
			group.Nudge(o.paused)
		}
	}
}
