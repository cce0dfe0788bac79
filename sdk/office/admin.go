package office

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// SessionState is an attached session as an administrator sees it.
type SessionState struct {
	Session
	ID      string
	First   bool
	Writer  bool // takes record events for any writer
	Away    bool
	Refused text.Code // why it is not served; "" = it is
}

// Overview is what an administrator sees of an office: all of it, whoever is
// attached.
type Overview struct {
	Snapshot
	Sessions  []SessionState // by coming
	Users     []engine.UserState
	Employees []Employee // of the PBX, as read last
	Presence  []engine.PhoneState
	Limits    engine.UserLimitBody
}

// Overview asks the loop, which waits for nobody. The error is *text.Error.
func (o *Office) Overview(ctx context.Context) (v Overview, err error) {
	err = o.do(ctx, func(l *loop) {
		v.Users = l.state.Users(o.cfg.Now())
		v.Presence = l.state.PresenceList()
		v.Limits = l.state.Limits()
	})
	v.Snapshot = *o.snap.Load()
	v.Calls, v.board = v.board.all(), nil
	v.Diagnostics = o.diagnostics()
	if known := o.employees.Load(); known != nil {
		v.Employees = *known
	}
	for _, l := range o.crowd.sessions() {
		s := SessionState{Session: l.session, ID: l.id, First: l.first.Load(), Writer: l.writer.Load(), Away: l.away.Load()}
		if why := l.refused.Load(); why != nil {
			s.Refused = why.Code
		}
		v.Sessions = append(v.Sessions, s)
	}
	return v, err
}

// SetUsers replaces the users of the integration, for good. Errors are
// *text.Error, whose Field is users[i].key.
func (o *Office) SetUsers(ctx context.Context, list []engine.User) error {
	if err := engine.CheckUsers(list); err != nil {
		return err
	}
	return o.change(ctx, func() error { return o.putUsers(ctx, list) })
}

// Client is the office's own client of the API, with the guard that all its
// requests pass. It is closed with the office.
func (o *Office) Client() *vpbx.Client { return o.client }

// keptBatch is how many events are read of the store at once.
const keptBatch = 200

// Kept calls fn with each event that the store keeps, settled ones too, until
// fn says false. A store that keeps no list: store_failed.
func (o *Office) Kept(ctx context.Context, fn func(journal.Kept, engine.Event) bool) error {
	archive, ok := o.store.Store.(journal.Archive)
	if !ok {
		return text.New(text.StoreFailed).WithDetail("no list")
	}
	for after := uint64(0); ; {
		list, err := archive.Kept(ctx, after, keptBatch)
		if err != nil || len(list) == 0 {
			return journalError(err)
		}
		for _, k := range list {
			after = k.Seq
			var ev engine.Event
			if err := json.Unmarshal(k.Raw, &ev); err != nil {
				continue // of a later version of this program
			}
			if !fn(k, ev) {
				return nil
			}
		}
	}
}

// Again offers record events once more to whoever writes: those that are parked
// or wait for their next attempt at once, those that were acknowledged as new
// ones with the id that 1C knows them by. Others, and events whose session
// holds them, are left alone. It returns how many are offered.
func (o *Office) Again(ctx context.Context, wanted func(journal.Kept, engine.Event) bool) (offered int, err error) {
	var parked []journal.Ref
	var settled []journal.Out
	err = o.Kept(ctx, func(k journal.Kept, ev engine.Event) bool {
		switch {
		case !k.Record || !wanted(k, ev):
		case !k.Settled.IsZero() && strings.Contains(k.ID, "~"): // such a copy; the first one stands for it
		case !k.Settled.IsZero():
			// The run and the moment make it another entry of the store.
			id := k.ID + "~" + o.run + strconv.FormatInt(o.cfg.Now().UnixNano(), 36)
			settled = append(settled, journal.Out{ID: id, Record: true, Raw: k.Raw})
		case k.Parked || k.Attempt > 0 && !k.Until.After(o.cfg.Now()):
			parked = append(parked, k.Ref)
		}
		return true
	})
	if err != nil {
		return 0, err
	}
	for _, ref := range parked {
		if o.store.Outbox().Nak(ctx, ref, 0) == nil { // else settled meanwhile
			offered++
		}
	}
	if len(settled) > 0 {
		if err := o.do(ctx, func(l *loop) { l.out = append(l.out, settled...) }); err != nil {
			return offered, err
		}
	}
	return offered + len(settled), nil
}
