package office

import (
	"slices"

	"mangoofficesdk/sdk/engine"
)

// Away tells that the way to the session broke, and that it may come back: its
// colleagues are asked in its stead, and nothing more is offered to its
// consumer, but for a call of it that is under way. What it holds stays its
// own, and what is told it waits until it expires. Close ends it for good.
func (l *Local) Away() { l.present(false) }

// Back tells that the session is there again. It has its place in the order of
// registration if it was not away for longer than the engine's grace, and is
// told its live calls first, marked as a replay; then what waits for it.
func (l *Local) Back() { l.present(true) }

func (l *Local) present(is bool) {
	l.gone.Store(!is)
	if !is {
		l.away.Store(true)
	}
	_ = l.office.do(l.ctx, func(lp *loop) { // fails when it is closed, or the office is stopping
		if lp.o.crowd.session(l.id) != l {
			return // closed meanwhile
		}
		gone, here := l.gone.Load(), lp.state.Here(l.id) // of two who tell at once the last one counts
		if gone && here {
			lp.step(engine.SessionDown{ID: l.id})
		}
		if !gone && !here {
			lp.back(l)
		}
		l.away.Store(gone) // only now: the replay goes before what waits
	})
	l.signal()
}

// known is the session as the engine knows it.
func (l *Local) known() engine.Session {
	s := l.session
	return engine.Session{
		ID: l.id, GUID: s.ClientGUID, Extension: s.Extension, UserID: s.UserID, UserName: s.UserName,
		Server: s.Role == RoleServer, OwnOnly: !l.may(Supervisor),
	}
}

// back brings a session back that was away.
func (l *loop) back(local *Local) {
	local.mu.Lock()
	local.seen = map[string]bool{}
	local.told = slices.DeleteFunc(local.told, func(t *telling) bool { return t.Replay }) // of the absence before
	local.mu.Unlock()
	was := local.refused.Swap(nil) // the engine tells when it is so still
	l.step(engine.SessionUp{Session: local.known()})
	if was != nil && local.refused.Load() == nil {
		l.moved[local] = true
		local.tell(l.stateEvent(local))
	}
	if local.watches {
		l.step(engine.Watch{Session: local.id})
	}
}
