package office

import (
	"context"
	"encoding/json"
	"slices"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// setUsers replaces the users of the integration.
func (l *Local) setUsers(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Users json.RawMessage `json:"users"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	list, err := engine.ParseUsers(a.Users)
	if err != nil {
		return nil, err
	}
	o := l.office
	return struct{}{}, o.change(ctx, func() error { return o.putUsers(ctx, list) })
}

func (l *Local) getUsers(ctx context.Context, _ json.RawMessage) (any, error) {
	list := []engine.UserState{}
	err := l.office.do(ctx, func(lp *loop) { list = lp.state.Users(lp.o.cfg.Now()) })
	return map[string]any{"users": list}, err
}

// setExtension changes the extension of one user, or adds him.
func (l *Local) setExtension(ctx context.Context, args json.RawMessage) (any, error) {
	var u engine.User
	if err := decode(args, &u); err != nil {
		return nil, err
	}
	if u.UserID == "" {
		return nil, text.New(text.MissingField).WithField("user_id")
	}
	if u.Extension == "" {
		return nil, text.New(text.MissingField).WithField("extension")
	}
	return l.changeUsers(ctx, func(list []engine.User) ([]engine.User, error) {
		at := slices.IndexFunc(list, func(x engine.User) bool { return x.UserID == u.UserID })
		if at < 0 {
			return append(list, u), nil
		}
		list[at].Extension = u.Extension
		if u.Name != "" {
			list[at].Name = u.Name
		}
		return list, nil
	})
}

// removeExtension takes the row of a user out of the list: an extension is what
// makes somebody a user of the integration.
func (l *Local) removeExtension(ctx context.Context, args json.RawMessage) (any, error) {
	var u engine.User
	if err := decode(args, &u); err != nil {
		return nil, err
	}
	return l.changeUsers(ctx, func(list []engine.User) ([]engine.User, error) {
		at := slices.IndexFunc(list, func(x engine.User) bool { return x.UserID == u.UserID })
		if at < 0 {
			return nil, text.New(text.UserUnknown).WithField("user_id").WithDetail(u.UserID)
		}
		return slices.Delete(list, at, at+1), nil
	})
}

func (l *Local) changeUsers(ctx context.Context, change func([]engine.User) ([]engine.User, error)) (any, error) {
	o := l.office
	return struct{}{}, o.change(ctx, func() error {
		var list []engine.User
		err := o.do(ctx, func(lp *loop) {
			for _, u := range lp.state.Users(o.cfg.Now()) {
				list = append(list, u.User)
			}
		})
		if err == nil {
			list, err = change(list)
		}
		if err == nil {
			err = engine.CheckUsers(list)
		}
		if err != nil {
			return err
		}
		return o.putUsers(ctx, list)
	})
}

// getPresence tells what everybody is doing; from then on the session hears of
// changes.
func (l *Local) getPresence(ctx context.Context, _ json.RawMessage) (any, error) {
	list := []engine.PhoneState{}
	err := l.office.do(ctx, func(lp *loop) {
		l.watches = true
		lp.step(engine.Watch{Session: l.id})
		list = lp.state.PresenceList()
	})
	return map[string]any{"presence": list}, err
}

func (l *Local) getLimits(ctx context.Context, _ json.RawMessage) (any, error) {
	var b engine.UserLimitBody
	err := l.office.do(ctx, func(lp *loop) { b = lp.state.Limits() })
	return b, err
}

func (l *Local) setRouteTable(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Responsibles json.RawMessage `json:"responsibles"`
		Replace      bool            `json:"replace"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	table, err := engine.ParseRouteTable(a.Responsibles, a.Replace)
	if err != nil {
		return nil, err
	}
	o := l.office
	return struct{}{}, o.change(ctx, func() error { return o.putTable(ctx, table) })
}

// answerRouteRequest: the first valid answer counts; a late one is refused
// with request_unknown.
func (l *Local) answerRouteRequest(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		RequestID string `json:"request_id"`
		Extension string `json:"extension"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	if a.Extension != "" && !engine.IsExtension(a.Extension) {
		return nil, text.New(text.BadField).WithField("extension").WithDetail(a.Extension)
	}
	open := false
	err := l.office.do(ctx, func(lp *loop) {
		open = lp.state.RouteOpen(a.RequestID, l.id)
		lp.step(engine.RouteAnswer{RequestID: a.RequestID, Session: l.id, Extension: a.Extension})
	})
	if err == nil && !open {
		err = text.New(text.RequestUnknown).WithField("request_id")
	}
	return struct{}{}, err
}
