package office

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// MaxRequestWait is the longest that APIRequest may be told to wait: BSL stands
// still meanwhile.
const MaxRequestWait = time.Minute

// reachable refuses what needs the PBX while the connection is none.
func (o *Office) reachable() error {
	v := o.snap.Load()
	return reachable(v.State, v.Why)
}

func reachable(s State, why *text.Error) error {
	e := text.New(text.NotConnected)
	switch {
	case s == Connected, s == Registered:
		return nil
	case why != nil:
		return e.Wrap(why)
	}
	return e
}

// apiRequest asks any method of the catalogue. The parameters are checked here
// and a fault is told at once: a second wrong request would close the API for
// everybody (§1.4.1).
func (l *Local) apiRequest(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Method string `json:"method"`
		Params string `json:"params"` // JSON of the document
		WaitMs int64  `json:"wait_ms"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	if a.WaitMs < 0 || a.WaitMs > MaxRequestWait.Milliseconds() {
		return nil, text.New(text.BadArgument).WithField("wait_ms")
	}
	params, command := l.office.withCommandID(a.Method, a.Params)
	if err := vpbx.CheckParams(a.Method, params); err != nil {
		return nil, err
	}
	if err := l.office.reachable(); err != nil {
		return nil, err
	}
	var answer json.RawMessage
	work := func(ctx context.Context, op *operation.Op) (err error) {
		if answer, err = l.request(ctx, a.Method, params, command); len(answer) > 0 {
			if full := op.Add(rows(answer)...); err == nil {
				err = full
			}
		}
		return err
	}
	wait := time.Duration(a.WaitMs) * time.Millisecond
	id, err := l.office.ops.Try(ctx, l.id, "APIRequest", wait, work)
	if err != nil || id != "" {
		return answered{OperationID: id}, err
	}
	return answered{Answer: answer}, nil
}

// withCommandID gives a command that has no id one of ours, and tells the id of
// a command; "" for any other method.
func (o *Office) withCommandID(method, params string) (full json.RawMessage, id string) {
	full = json.RawMessage(params)
	fields, err := vpbx.Fields(method)
	if err != nil || !slices.ContainsFunc(fields, func(f vpbx.Field) bool { return f.Name == "command_id" }) {
		return full, ""
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(full, &given) != nil && strings.TrimSpace(params) != "" {
		return full, "" // no object: CheckParams tells
	}
	if raw, ok := given["command_id"]; ok {
		_ = json.Unmarshal(raw, &id) // a number, null: CheckParams tells
		return full, id
	}
	id = o.cfg.NewID()
	return withMember(full, "command_id", id), id
}

// withMember puts a member in front of those of an object; what is no object
// stays as it is.
func withMember(object json.RawMessage, name, value string) json.RawMessage {
	object = bytes.TrimSpace(object)
	if len(object) == 0 || string(object) == "null" {
		object = json.RawMessage("{}")
	}
	if object[0] != '{' {
		return object
	}
	member, _ := json.Marshal(map[string]string{name: value}) // cannot fail
	rest := bytes.TrimSpace(object[1:])
	if len(rest) == 0 || rest[0] == '}' {
		return append(member[:len(member)-1:len(member)-1], rest...)
	}
	return slices.Concat(member[:len(member)-1], []byte{','}, rest)
}

// request asks and gives the answer as one JSON value. A command is made known
// to the engine first, as those of the other methods are: its outcome is told
// as CommandResult, and its id stands in the answer.
func (l *Local) request(ctx context.Context, method string, params json.RawMessage, command string) (json.RawMessage, error) {
	o := l.office
	ctx = vpbx.WithCaller(ctx, l.id)
	if command == "" {
		answer, err := answerJSON(o.client.Do(ctx, method, params))
		if e, ok := errors.AsType[*vpbx.Error](err); ok && e.Kind == vpbx.KindAnswer && givesFile(method) {
			err = text.New(text.FileAnswer).Wrap(err) // sent here instead of an address
		}
		return answer, err
	}
	sent := engine.CommandSent{ID: command, Command: "APIRequest", Session: l.id}
	if err := o.do(ctx, func(lp *loop) { lp.step(sent) }); err != nil {
		return nil, err
	}
	answer, err := answerJSON(o.client.Do(ctx, method, params))
	if !errors.Is(err, text.New(text.CommandRepeated)) { // else the outcome of the first one stands
		o.report(command, sent.Command, err)
	}
	if err != nil {
		return nil, err
	}
	var told map[string]json.RawMessage
	if json.Unmarshal(answer, &told) == nil && told["command_id"] == nil {
		answer = withMember(answer, "command_id", command)
	}
	return answer, nil
}

// givesFile tells methods whose answer is a file.
func givesFile(method string) bool {
	e, _ := vpbx.Lookup(method)
	return e.Kind == vpbx.AnswerRedirect
}

// answerJSON puts what the PBX may answer into JSON. A file is refused: as a
// text it would be of no use.
func answerJSON(a vpbx.Answer, err error) (json.RawMessage, error) {
	switch {
	case err != nil:
		return a.JSON, err // of a batch that was done in part
	case a.Location != "":
		return json.Marshal(map[string]string{"location": a.Location})
	case a.JSON != nil:
		return a.JSON, nil
	case a.Empty:
		return json.RawMessage("{}"), nil
	case !utf8.ValidString(a.Text) || strings.ContainsRune(a.Text, 0):
		return nil, text.New(text.FileAnswer)
	}
	return json.Marshal(map[string]string{"text": a.Text})
}

// rows are the elements of a list, or the one value that an answer is.
func rows(answer json.RawMessage) (list []json.RawMessage) {
	if json.Unmarshal(answer, &list) == nil && list != nil {
		return list
	}
	return []json.RawMessage{answer}
}
