package hub

import (
	"bytes"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/hub/wire"
)

const (
	// viewRefresh: the replica is looked at, told of a change or not.
	viewRefresh = 10 * time.Second
	// diagnosePause is the least between two diagnoses: they change with every
	// event and are looked at by people.
	diagnosePause = 5 * time.Second
	// promptView: one that is no longer goes before the event it belongs to.
	promptView = 64 << 10
	// viewSpeed bounds what views may take of a line, bytes per second.
	viewSpeed = 1 << 20
)

// viewState is what the present socket was told.
type viewState struct {
	told                         bool
	head                         []byte // what is always there, without the time
	calls, settings, diagnostics []byte
	revision                     int64
	at, diagnosed                time.Time
	size                         int
}

// changed is told by the office that the view may have changed. It waits for
// nothing.
func (x *session) changed() {
	if !x.dirty.Swap(true) {
		x.peer.Wake()
	}
}

// side gives the view when it is due: nothing is queued, so a slow client gets
// the newest one and never an old one. Whoever hears of something finds it in
// the replica: before events and replies it is due at once, if it is short.
func (x *session) side(next string) (f wire.Frame, ok bool, wait time.Duration) {
	v, now := &x.view, time.Now()
	pause := x.hub.cfg.Limits.View + time.Second*time.Duration(v.size)/viewSpeed
	switch {
	case !v.told:
		pause = 0
	case !x.dirty.Load():
		pause = viewRefresh
	case (next == wire.TypeEvent || next == wire.TypeReply) && v.size <= promptView:
		pause = 0
	}
	if wait = pause - now.Sub(v.at); v.told && wait > 0 {
		return f, false, wait
	}
	x.dirty.Store(false) // before it is read: what changes meanwhile is told next
	f, ok = x.makeView(now)
	v.at = now
	if !ok {
		wait = viewRefresh
	}
	return f, ok, wait
}

// makeView is the replica, without what the client has already; false when it
// has all.
func (x *session) makeView(now time.Time) (f wire.Frame, ok bool) {
	v, diagnose := &x.view, now.Sub(x.view.diagnosed) >= diagnosePause
	look := x.local.Glance
	if diagnose {
		look = x.local.View
	}
	snap := look()
	out := wire.View{
		State: int(snap.State), Why: wire.NewError(errorOf(snap.Why)), Extension: snap.Extension, First: snap.IsFirst,
		Revision: snap.Revision, Epoch: snap.Epoch,
	}
	head, err := json.Marshal(out)
	if err != nil {
		return f, false
	}
	change := !v.told || !bytes.Equal(head, v.head)
	part := func(was *[]byte, value any) json.RawMessage {
		raw, err := json.Marshal(value)
		if err != nil || bytes.Equal(raw, *was) {
			return nil
		}
		*was, change = raw, true
		return raw
	}
	out.Calls = part(&v.calls, snap.Calls)
	if !v.told || snap.Revision != v.revision {
		out.Settings = part(&v.settings, snap.Settings)
		v.revision = snap.Revision
	}
	if diagnose {
		out.Diagnostics = part(&v.diagnostics, snap.Diagnostics)
		v.diagnosed = now
	}
	if !change {
		return f, false
	}
	out.AsOfMs = snap.AsOf.UnixMilli()
	f, err = wire.New(wire.TypeView, 0, out)
	if err != nil {
		return f, false
	}
	v.told, v.head, v.size = true, head, f.Size()
	return f, true
}
