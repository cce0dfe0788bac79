package office

import (
	"context"

	"mangoofficesdk/sdk/engine"
)

// Away tells that the way to the session broke, and that it may come back: its
// colleagues are asked in its stead, and its consumer is not called. What it
// holds stays its own. Close ends it for good.
func (l *Local) Away() { l.present(false) }

// Back tells that the session is there again: it has its place in the order of
// registration if it was not away for longer than the engine's grace, and is
// told its live calls, marked as a replay.
func (l *Local) Back() { l.present(true) }

func (l *Local) present(is bool) {
	if l.away.Swap(!is) == !is {
		return
	}
	ctx, cancel := context.WithTimeout(l.ctx, shutdownTime)
	defer cancel()
	_ = l.office.do(ctx, func(lp *loop) { // fails when stopping
		if is {
			lp.step(engine.SessionUp{Session: l.known()})
		} else {
			lp.step(engine.SessionDown{ID: l.id})
		}
	})
	l.signal()
}

// known is the session as the engine knows it.
func (l *Local) known() engine.Session {
	s := l.session
	return engine.Session{
		ID: l.id, GUID: s.ClientGUID, Extension: s.Extension, UserID: s.UserID, UserName: s.UserName,
		Server: s.Role == RoleServer,
	}
}
