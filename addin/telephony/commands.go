package telephony

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// callTimeout bounds what is handed over without waiting for the network: the
// Office answers at once, unless it is broken.
const callTimeout = 5 * time.Second

// command hands a command over and returns its command_id; the outcome comes
// by the event РезультатКоманды.
func (o *Object) command(method string, args any) (string, error) {
	answer, err := o.call(method, args, callTimeout)
	if err != nil {
		return "", err
	}
	var a struct {
		CommandID string `json:"command_id"`
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.CommandID == "" {
		return "", text.New(text.Internal).WithDetail(method).Wrap(err)
	}
	return a.CommandID, nil
}

// call runs a method of the link.
func (o *Object) call(method string, args any, timeout time.Duration) (json.RawMessage, error) {
	c, _, err := o.link()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(o.env.Context(), timeout)
	defer cancel()
	answer, err := c.link.Call(ctx, method, mustJSON(args))
	// Whoever answers may see the end of the time a moment before ctx tells it.
	if err != nil && (ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded)) {
		return nil, o.interrupted(err)
	}
	return answer, err
}

// interrupted names the reason why a call came to nothing: Done, or its time.
func (o *Object) interrupted(err error) error {
	code := text.Timeout
	if o.env.Context().Err() != nil {
		code = text.Stopping
	}
	return text.New(code).Wrap(err)
}

// startCall is ИнициироватьЗвонок.
func (o *Object) startCall(number, raw string) (string, error) {
	if raw == "" {
		raw = "{}"
	}
	f, err := parseFields(raw)
	if err != nil {
		return "", err
	}
	args := object("number", number, "line_number", f.text("line_number"), "from_number", f.text("from_number"),
		"auto_answer", f.boolean("auto_answer"))
	if err := f.err(); err != nil {
		return "", err
	}
	for _, w := range f.unknown() {
		o.proc.warn(w)
	}
	return o.command("StartCall", args)
}

// routeCall is НаправитьЗвонок.
func (o *Object) routeCall(callID, to, displayName string) (string, error) {
	return o.command("RouteCall", object("call_id", callID, "to", to, "display_name", displayName))
}

// checkConnection is ПроверитьСвязь.
func (o *Object) checkConnection(timeoutMs int64) error {
	if most := office.MaxCheck.Milliseconds(); timeoutMs < 1 || timeoutMs > most {
		return outOfRange("ТаймаутМс", "TimeoutMs", timeoutMs, 1, most)
	}
	_, err := o.call("CheckConnection", object("timeout_ms", timeoutMs), time.Duration(timeoutMs)*time.Millisecond)
	return err
}
