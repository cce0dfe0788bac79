package telephony

import (
	"encoding/json"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

func (r *renderer) callHeld(raw json.RawMessage) {
	r.bool("on", decodeBody[engine.CallHeldBody](raw).On)
}

func (r *renderer) callTransferred(raw json.RawMessage) {
	b := decodeBody[engine.CallTransferredBody](raw)
	r.str("kind", b.Kind)
	r.str("taken_from_call_id", b.TakenFrom)
}

func (r *renderer) ivrCall(raw json.RawMessage) {
	b := decodeBody[engine.IvrCallBody](raw)
	r.strings("free", b.Free)
	r.tracks(b.Calltracking)
}

func (r *renderer) ivrCallEnd(raw json.RawMessage) {
	r.str("reason", decodeBody[engine.IvrCallEndBody](raw).Reason)
}

func (r *renderer) routeRequest(raw json.RawMessage) {
	b := decodeBody[engine.RouteRequestBody](raw)
	r.str("request_id", b.RequestID)
	r.int("deadline_ms", b.DeadlineMs)
	r.tracks(b.Calltracking)
}

func (r *renderer) presence(raw json.RawMessage) {
	b := decodeBody[engine.PresenceBody](raw)
	r.str("extension", b.Extension)
	r.str("state", string(b.State))
}

func (r *renderer) settingsChanged(raw json.RawMessage) {
	r.int("revision", decodeBody[engine.SettingsChangedBody](raw).Revision)
}

func (r *renderer) firstInSession(raw json.RawMessage) {
	r.bool("is_first", decodeBody[engine.FirstInSessionBody](raw).IsFirst)
}

// warning writes `detail` beside the documented keys: what the warning is
// about, as it is known to programs.
func (r *renderer) warning(raw json.RawMessage) {
	b := decodeBody[engine.WarningBody](raw)
	m := text.Lookup(text.Code(b.Code))
	said := m.Text(r.lang)
	if b.Detail != "" {
		said += ": " + b.Detail
	}
	r.str("code", b.Code)
	r.str("text", said)
	r.str("remedy", m.Remedy(r.lang))
	r.str("detail", b.Detail)
}

func (r *renderer) userLimit(raw json.RawMessage) {
	b := decodeBody[engine.UserLimitBody](raw)
	r.int("limit", int64(b.Limit))
	r.int("used", int64(b.Used))
	r.strings("refused", b.Refused)
}

func (r *renderer) strings(key string, list []string) {
	r.list(key, r.count(len(list)), func(i int) { r.text(list[i]) })
}

func (r *renderer) callChanged(raw json.RawMessage) {
	b := decodeBody[engine.CallChangedBody](raw)
	var a engine.Annotation
	if b.Annotation != nil && !r.emptied {
		a = *b.Annotation
	}
	r.str("what", b.What)
	r.annotation(a)
}

func (r *renderer) annotation(a engine.Annotation) {
	r.key("annotation")
	r.open('{')
	r.str("subscriber_name", a.SubscriberName)
	r.str("subscriber_ref", a.SubscriberRef)
	r.str("subject", a.Subject)
	r.str("description", a.Description)
	r.str("author_name", a.AuthorName)
	r.close('}')
}
