package office

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/phone"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	// maxCommands under way: a PBX takes ten requests a second (§1.4.2).
	maxCommands = 64
	// doubleClick is within what a second StartCall from the same extension to
	// the same number is the same one: people click twice.
	doubleClick = 2 * time.Second
	// commandTime bounds the HTTP request of a command.
	commandTime = 15 * time.Second
)

// started is a call that was begun lately.
type started struct {
	id string
	at time.Time
}

// commandAnswer is what a command returns at once.
type commandAnswer struct {
	CommandID string `json:"command_id"`
}

// command is one request, checked, on its way to the PBX.
type command struct {
	name   string // English method name
	callID string
	double string // equal for repeated clicks; "" = every one counts
	send   func(ctx context.Context, id string) error
	check  func(id string) error // nil = there is nothing to check
}

func (l *Local) startCall(ctx context.Context, a orderArgs) (any, error) {
	to, err := dial("number", a.Number)
	if err != nil {
		return nil, err
	}
	from := map[string]any{"extension": cmp.Or(a.Extension, l.session.Extension)}
	if from["extension"] == "" {
		return nil, text.New(text.ExtensionMissing).WithField("extension")
	}
	if a.FromNumber != "" {
		if from["number"], err = dial("from_number", a.FromNumber); err != nil {
			return nil, err
		}
	}
	fields := map[string]any{"to_number": to, "from": from, "line_number": dialOr(a.Line)}
	if a.AutoAnswer {
		fields["sip_headers"] = map[string]any{"Call-Info/answer-after": "0"}
	}
	c := command{name: "StartCall", double: cmp.Or(a.Extension, l.session.Extension) + "\x00" + to}
	return l.order(ctx, c, "commands/callback", fields)
}

func (l *Local) hangup(ctx context.Context, a orderArgs) (any, error) {
	c := command{name: "Hangup", callID: a.CallID}
	return l.order(ctx, c, "commands/call/hangup", map[string]any{"call_id": a.CallID})
}

func (l *Local) routeCall(ctx context.Context, a orderArgs) (any, error) {
	to, err := dial("to", a.To)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{"call_id": a.CallID, "to_number": to}
	if name := vpbx.CleanDisplayName(a.DisplayName); name != "" {
		fields["sip_headers"] = map[string]any{"From/display-name": name}
	}
	return l.order(ctx, command{name: "RouteCall", callID: a.CallID}, "commands/route", fields)
}

// dial brings a number typed by people into the form the PBX takes.
func dial(field, raw string) (string, error) {
	if strings.TrimSpace(raw) == "" {
		return "", text.New(text.NumberEmpty).WithField(field)
	}
	to := phone.Parse(raw, "RU").Dial()
	if to == "" {
		return "", text.New(text.NumberInvalid).WithField(field).WithDetail(raw)
	}
	return to, nil
}

// dialOr is dial for a line, which may be the name of a SIP line instead.
func dialOr(line string) string {
	if n := phone.Parse(line, "RU"); n.E164 != "" {
		return n.Dial()
	}
	return strings.TrimSpace(line)
}

// command checks c against what is known here, gives it an id and hands it
// over. The engine knows of it before the PBX does, so that no result comes
// for a stranger.
func (l *Local) command(ctx context.Context, c command) (any, error) {
	o := l.office
	var id string
	var refused error
	fresh := false
	err := o.do(ctx, func(lp *loop) {
		id, fresh, refused = lp.admit(l, c)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return nil, err
	}
	if id == "" {
		return nil, text.New(text.Internal) // the loop panicked; the log has the stack
	}
	if fresh {
		if !o.grp.Go("command", func(ctx context.Context) { o.send(ctx, c, id) }) {
			o.stats.commands.Add(-1)
			return nil, text.New(text.Stopping)
		}
	}
	return commandAnswer{id}, nil
}

// admit decides on the loop whether a command may go.
func (l *loop) admit(local *Local, c command) (id string, fresh bool, err error) {
	o := l.o
	if why := local.refused.Load(); why != nil {
		return "", false, why
	}
	if err := reachable(l.conn, l.why); err != nil {
		return "", false, err
	}
	now := o.cfg.Now()
	id = o.cfg.NewID()
	if err := c.check(id); err != nil {
		return "", false, err
	}
	if c.callID != "" && !l.state.HasCall(c.callID) {
		return "", false, text.New(text.CallUnknown).WithField("call_id")
	}
	if c.double != "" {
		for key, s := range l.starts {
			if now.Sub(s.at) >= doubleClick {
				delete(l.starts, key)
			}
		}
		if s, again := l.starts[c.double]; again {
			return s.id, false, nil
		}
	}
	if o.stats.commands.Load() >= maxCommands {
		return "", false, text.New(text.RateLimited)
	}
	if c.double != "" {
		l.starts[c.double] = started{id, now}
	}
	l.step(engine.CommandSent{ID: id, Command: c.name, Session: local.id, CallID: c.callID})
	o.stats.commands.Add(1) // here, or many callers at once pass the bound above
	return id, true, nil
}

// send makes the request on a goroutine of the office, and reports.
func (o *Office) send(ctx context.Context, c command, id string) {
	defer func() {
		o.stats.commands.Add(-1)
		o.stats.touch()
	}()
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	o.report(id, c.name, c.send(ctx, id))
}

// report tells the engine what the PBX answered to a command.
func (o *Office) report(id, name string, err error) {
	var in engine.Input = engine.CommandReplied{ID: id, Result: resultDone}
	if err != nil {
		coded := text.From(err)
		o.stats.fail(coded.Code)
		o.cfg.Log.Warn().Err(err).Str("command", name).Str("command_id", id).Msg("command failed")
		if lost(err) {
			return // it may have been carried out: the posted result decides, or the engine's patience
		}
		in = engine.CommandFailed{ID: id, Result: coded.Result, Code: string(coded.Code)}
	}
	_ = o.do(o.grp.Context(), func(l *loop) { l.step(in) }) // fails when stopping
}

// resultDone is the PBX's "taken" (§18).
const resultDone = 1000

// lost reports whether the request may have reached the PBX though no answer of
// its own came back.
func lost(err error) bool {
	e, ok := errors.AsType[*vpbx.Error](err)
	if !ok || !e.Sent {
		return false
	}
	switch e.Kind {
	case vpbx.KindTimeout, vpbx.KindUnreachable, vpbx.KindAnswer:
		// A gateway that gave up waiting knows no more than a broken connection.
		return e.Result == 0 && slices.Contains([]int{0, http.StatusBadGateway, http.StatusGatewayTimeout}, e.HTTPStatus)
	}
	return false
}
