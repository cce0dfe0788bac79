package telephony

import (
	"encoding/json"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

// getCall is ПолучитьЗвонок.
func (o *Object) getCall(entryID string) (string, error) {
	raw, err := o.call("GetCall", object("entry_id", entryID), callTimeout)
	if err != nil {
		return "", explained(err)
	}
	var c history.Card
	if err := json.Unmarshal(raw, &c); err != nil {
		return "", text.New(text.Internal).WithDetail("GetCall").Wrap(err)
	}
	r := renderer{lang: o.env.Lang(), jsonWriter: *o.writer()}
	r.card(&c)
	return string(r.buf), nil
}

// watchCall is СледитьЗаЗвонком.
func (o *Object) watchCall(entryID string, on bool) error {
	return o.companyCall("WatchCall", object("entry_id", entryID, "on", on))
}

// loadCalls is ЗагрузитьЗвонки. A date has no zone: it is by the clock of the
// connection.
func (o *Object) loadCalls(from, to time.Time, filter string) (string, error) {
	zone := o.writer().zone
	moment := func(wall time.Time) time.Time {
		if wall.Year() <= 1 { // the empty date
			return time.Time{}
		}
		return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	}
	args := map[string]any{"from": moment(from), "to": moment(to)}
	if filter = trimmed(filter); filter != "" {
		if !json.Valid([]byte(filter)) {
			return "", explained(text.New(text.BadJSON).WithField("filter"))
		}
		args["filter"] = json.RawMessage(filter)
	}
	id, err := o.operation("LoadCalls", args)
	return id, explained(err)
}

func trimmed(raw string) string { return strings.TrimSpace(strings.TrimPrefix(raw, "\ufeff")) }

// rendered is the answer of GetResult for BSL: calls get their texts and local
// times.
func (o *Object) rendered(raw json.RawMessage) (string, error) {
	var kind struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(raw, &kind) != nil || kind.Kind != "LoadCalls" {
		return string(raw), nil
	}
	var a struct {
		Total int64          `json:"total"`
		Rows  []history.Card `json:"rows"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return "", text.New(text.Internal).WithDetail("GetResult").Wrap(err)
	}
	r := renderer{lang: o.env.Lang(), jsonWriter: *o.writer()}
	r.open('{')
	r.int("total", a.Total)
	r.list("rows", len(a.Rows), func(i int) { r.card(&a.Rows[i]) })
	r.close('}')
	return string(r.buf), nil
}

// card writes a call as its CallSummary was, and what came later.
func (r *renderer) card(c *history.Card) {
	r.open('{')
	r.str("entry_id", c.EntryID)
	r.str("call_id", c.CallID)
	r.str("direction", string(c.Direction))
	r.party("caller", c.Caller)
	r.party("callee", c.Callee)
	r.str("line_number", c.Line)
	r.str("group", c.Group)
	r.str("command_id", c.CommandID)
	r.summary(&c.CallSummaryBody)
	a := c.Annotation
	if a == nil {
		a = &engine.Annotation{}
	}
	r.annotation(*a)
	r.speech(c)
	r.time("changed", c.Changed)
	r.close('}')
}

// speech writes what speech analytics made of a call, and how far they are.
func (r *renderer) speech(c *history.Card) {
	said, ok := c.SpeechOf()
	found := c.SpeechState
	if ok {
		found.State = history.Ready
	}
	r.key("recording_state")
	r.found(c.RecordingState)
	r.key("speech")
	r.found(found)
	for _, part := range []struct {
		name string
		raw  json.RawMessage
	}{{"topics", said.Topics}, {"transcript", said.Transcript}, {"summary", said.Summary}} {
		if part.raw == nil {
			part.raw = json.RawMessage("[]")
		}
		r.raw(part.name, part.raw)
	}
}

// found writes {state, code, text}.
func (r *renderer) found(f history.Found) {
	said := ""
	if f.Code != "" {
		said = text.New(f.Code).WithResult(f.Result).Rendered(r.lang).Text
	}
	r.open('{')
	r.str("state", string(f.State))
	r.str("code", string(f.Code))
	r.str("text", said)
	r.close('}')
}
