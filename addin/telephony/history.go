package telephony

import (
	"encoding/json"

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
	var c history.Call
	if err := json.Unmarshal(raw, &c); err != nil {
		return "", text.New(text.Internal).WithDetail("GetCall").Wrap(err)
	}
	r := renderer{lang: o.env.Lang(), jsonWriter: *o.writer()}
	r.storedCall(&c)
	return string(r.buf), nil
}

// watchCall is СледитьЗаЗвонком.
func (o *Object) watchCall(entryID string, on bool) error {
	return o.companyCall("WatchCall", object("entry_id", entryID, "on", on))
}

// storedCall writes a call as its CallSummary was, and what came later.
func (r *renderer) storedCall(c *history.Call) {
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
	transcript := c.Transcript
	if len(transcript) == 0 {
		transcript = json.RawMessage("[]")
	}
	r.raw("transcript", transcript)
	r.time("changed", c.Changed)
	r.close('}')
}
