package vpbxtest

import (
	"context"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/archive"
)

// newArchive makes what remembers the calls that ended.
func (p *PBX) newArchive() *archive.Archive {
	ready := pathResult + "stat"
	if p.cfg.Style.Old420 {
		ready = pathResult + "stats" // the spelling of 2017
	}
	return archive.New(archive.Config{
		Offset: p.cfg.Style.TimeOffset, Notify: p.notifyLater, ReadyPath: ready, After: p.after, Base: p.URL,
		Signed: func(key, id string, until int64, sign string) bool {
			return key == p.cfg.Credentials.Key && sign == p.cfg.Credentials.Recording(id, until)
		},
		NoSpeech: p.cfg.Style.NoSpeech, Now: p.cfg.Now, Task: func(id int64) any { return p.dialling.Told(id) }, Keep: p.cfg.KeepCalls,
	})
}

// after runs fn on the timeline when d has passed there; after Close never.
func (p *PBX) after(d time.Duration, fn func()) {
	if err := p.tl.do(context.Background(), func() { p.tl.after(d, fn) }); err != nil {
		p.cfg.Log.Debug().Err(err).Msg("what the API asked for is not done")
	}
}

// notifyLater posts what an area tells from a function that it gave to after:
// it runs on the timeline already.
func (p *PBX) notifyLater(path string, body any) { p.emit(nil, path, body) }

// clock notes when the leg came into its state.
func (l *leg) clock() {
	now := l.e.p.tl.now
	if !l.holding.IsZero() {
		l.held += now.Sub(l.holding)
		l.holding = time.Time{}
	}
	switch l.state {
	case appeared:
		if l.began.IsZero() {
			l.began = now
		}
	case connected:
		if l.answered.IsZero() {
			l.answered = now
		}
	case onHold:
		l.holding = now
	case disconnected:
		l.ended = now
	}
}

// history is the call as statistics tell it.
func (e *entry) history(reason int) archive.Call {
	c := archive.Call{
		ID: e.id, Direction: e.direction, From: e.p.dir.known(e.caller), To: e.p.dir.known(e.reached()),
		Created: e.created, Talk: e.talk, Ended: e.ended, Reason: reason, Ordered: e.initiator != "", Task: e.task,
	}
	if e.direction != dirInternal {
		c.Line = e.line
	}
	for _, l := range e.all {
		past := archive.Leg{
			ID: l.id, Location: l.location, From: e.p.dir.known(l.from), To: e.p.dir.known(l.to),
			Began: l.began, Answered: l.answered, Ended: l.ended, Held: l.held, Reason: l.reason,
			Transfer: l.transfer, Ordered: l.orderer,
		}
		if l.consulted {
			past.Transfer = transferConsult
		}
		if l.to.group != nil && l.location == atAbonent {
			g, _ := e.p.dir.group(*l.to.group)
			past.Group = &archive.Group{ID: g.ID, Name: g.Name, Extension: *l.to.group}
		}
		for _, r := range l.recordings {
			if r.saved {
				past.Recordings = append(past.Recordings, r.id)
			}
		}
		c.Legs = append(c.Legs, past)
	}
	return c
}

// known is a party with what the directory has on it.
func (d directory) known(p party) archive.Party {
	out := archive.Party{Extension: p.ext, Number: p.number}
	if w, ok := d.worker(p.ext); ok {
		out.User, out.Name = w.UserID, w.Name
	}
	return out
}
