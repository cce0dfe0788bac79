package telephony

import (
	"encoding/json"
	"time"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// eventLimit is the longest JSON that goes through ExternalEvent: no document
// tells a maximum, 64 KiB is what others were seen to get through. The whole
// event is there by ПолучитьСобытие.
const eventLimit = 64 << 10

// wholeEvent lifts the limit.
const wholeEvent = 0

// clipped is the length of strings in an event that is too big even without
// its lists.
const clipped = 1024

// eventVersion is `v` of the envelope.
const eventVersion = 1

// eventKind pairs a kind with its Russian name and the writer of its own
// fields. A kind without a row would reach BSL under its English name, with
// its body raw under `data`; a test demands a row for every kind.
type eventKind struct {
	ru  string
	own func(r *renderer, body json.RawMessage)
}

var eventKinds = map[engine.Kind]eventKind{
	engine.ConnectionState: {"СостояниеСвязи", (*renderer).connectionState},
	engine.IncomingCall:    {"ВходящийЗвонок", (*renderer).incomingCall},
	engine.OutgoingCall:    {"ИсходящийЗвонок", (*renderer).outgoingCall},
	engine.CallAnswered:    {"ЗвонокПринят", func(*renderer, json.RawMessage) {}},
	engine.CallWithdrawn:   {"ЗвонокСнят", (*renderer).callWithdrawn},
	engine.CallEnded:       {"ЗвонокЗавершен", (*renderer).callEnded},
	engine.CallHeld:        {"ЗвонокУдержан", (*renderer).callHeld},
	engine.CallTransferred: {"ЗвонокПереведен", (*renderer).callTransferred},
	engine.IvrCall:         {"ЗвонокВIVR", (*renderer).ivrCall},
	engine.IvrCallEnd:      {"ЗвонокВIVRЗавершен", (*renderer).ivrCallEnd},
	engine.RouteRequest:    {"ЗапросМаршрута", (*renderer).routeRequest},
	engine.PresenceChanged: {"СтатусСотрудника", (*renderer).presence},
	engine.SettingsChanged: {"НастройкиИзменены", (*renderer).settingsChanged},
	engine.FirstInSession:  {"ПервыйВСессии", (*renderer).firstInSession},
	engine.Warning:         {"Предупреждение", (*renderer).warning},
	engine.UserLimit:       {"ЛимитПользователей", (*renderer).userLimit},
	engine.CommandResult:   {"РезультатКоманды", (*renderer).commandResult},
	engine.CallSummary:     {"ИтогЗвонка", (*renderer).callSummary},
	engine.CallChanged:     {"ЗвонокИзменен", (*renderer).callChanged},
	engine.Dtmf:            {"НажатыКлавиши", (*renderer).dtmf},
	engine.RecordingReady:  {"ЗаписьГотова", (*renderer).recordingReady},
	engine.SmsResult:       {"РезультатСМС", (*renderer).smsResult},
	engine.SpeechAnalytics: {"РечеваяАналитика", (*renderer).notice},
	engine.AddressBook:     {"АдреснаяКнига", (*renderer).notice},
	engine.Task:            {"Задача", (*renderer).notice},
	engine.AgentStatus:     {"СтатусПользователяКЦ", (*renderer).notice},
	engine.VpbxEvent:       {"СобытиеВАТС", (*renderer).vpbxEvent},
	engine.Progress:        {"ХодОперации", (*renderer).progress},
	engine.OperationResult: {"РезультатОперации", (*renderer).operationResult},
	engine.Throttle:        {"ОграничениеAPI", (*renderer).throttle},
}

// eventName is the name of a kind in the language of events.
func eventName(k engine.Kind, l text.Lang) string {
	if row, ok := eventKinds[k]; ok && l != text.EN {
		return row.ru
	}
	return string(k)
}

// render gives the name and the JSON of an event for this object.
func (o *Object) render(d office.Delivery, zone *time.Location, limit int) (name, data string) {
	r := renderer{lang: o.env.Lang(), jsonWriter: jsonWriter{zone: zone}}
	return eventName(d.Event.Kind, o.eventLang()), r.fit(d, limit)
}

// fit writes an event. One over limit bytes loses its lists and says so
// (`truncated`); one that is too big even then keeps its envelope only.
func (r *renderer) fit(d office.Delivery, limit int) string {
	r.event(d)
	if limit != wholeEvent && len(r.buf) > limit {
		r.emptied, r.buf = true, r.buf[:0]
		r.event(d)
	}
	if limit != wholeEvent && len(r.buf) > limit {
		d.Event.Body = nil
		r.clip, r.buf = clipped, r.buf[:0]
		r.event(d)
	}
	return string(r.buf)
}

// renderer writes events as the contract describes them: every documented key
// always there, never null.
type renderer struct {
	jsonWriter
	lang    text.Lang
	emptied bool // the lists of the event are left out, it was too big
}

func (r *renderer) event(d office.Delivery) {
	e := &d.Event
	r.open('{')
	r.int("v", eventVersion)
	r.uint("seq", d.Ref.Seq)
	r.str("id", e.ID)
	r.str("event", string(e.Kind))
	r.str("class", string(e.Class))
	r.time("time", e.Time)
	r.int("attempt", int64(d.Attempt))
	r.bool("replay", d.Replay)
	r.str("entry_id", e.EntryID)
	r.str("call_id", e.CallID)
	r.str("direction", string(e.Direction))
	r.party("caller", e.Caller)
	r.party("callee", e.Callee)
	r.str("line_number", e.Line)
	r.str("group", e.Group)
	r.str("command_id", e.CommandID)
	r.bool("truncated", r.emptied)
	if row, ok := eventKinds[e.Kind]; ok {
		row.own(r, e.Body)
	} else {
		r.data(e.Body)
	}
	r.close('}')
}

// data writes JSON of others; {} when there is none, or the event was too big.
func (r *renderer) data(raw json.RawMessage) {
	if r.emptied || !json.Valid(raw) || string(raw) == "null" {
		raw = json.RawMessage("{}")
	}
	r.raw("data", raw)
}

// decodeBody reads a body. A body of a newer version that does not fit leaves
// zero values: the envelope still says what happened.
func decodeBody[T any](raw json.RawMessage) (body T) {
	if len(raw) == 0 || json.Unmarshal(raw, &body) != nil {
		var zero T
		return zero
	}
	return body
}

func (r *renderer) connectionState(raw json.RawMessage) {
	b := decodeBody[engine.ConnectionStateBody](raw)
	code := text.Code(b.Code)
	if code == "" {
		code = stateCode(office.Snapshot{State: office.State(b.State)})
	}
	r.int("state", int64(b.State))
	r.str("code", string(code))
	r.str("text", text.Lookup(code).Text(r.lang))
}

func (r *renderer) incomingCall(raw json.RawMessage) {
	b := decodeBody[engine.IncomingCallBody](raw)
	r.bool("open_client_card", b.OpenClientCard)
	r.createClient(b.CreateClient)
	r.tracks(b.Calltracking)
}

func (r *renderer) outgoingCall(raw json.RawMessage) {
	r.createClient(decodeBody[engine.OutgoingCallBody](raw).CreateClient)
}

func (r *renderer) callWithdrawn(raw json.RawMessage) {
	r.str("answered_by", decodeBody[engine.CallWithdrawnBody](raw).AnsweredBy)
}

func (r *renderer) callEnded(raw json.RawMessage) {
	b := decodeBody[engine.CallEndedBody](raw)
	r.int("reason", int64(b.Reason))
	r.str("reason_text", r.result(b.Reason))
	r.int("total_sec", b.TotalSec)
	r.int("talk_sec", b.TalkSec)
}

// commandResult writes `code` beside the documented keys: when the PBX was
// never reached there is no result of its own to go by.
func (r *renderer) commandResult(raw json.RawMessage) {
	b := decodeBody[engine.CommandResultBody](raw)
	r.str("command", b.Command)
	r.int("result", int64(b.Result))
	explained := r.result(b.Result)
	if explained == "" && b.Code != "" {
		explained = text.Lookup(text.Code(b.Code)).Text(r.lang)
	}
	r.str("result_text", explained)
	r.str("code", b.Code)
}

func (r *renderer) dtmf(raw json.RawMessage) {
	b := decodeBody[engine.DtmfBody](raw)
	r.str("dtmf", b.Dtmf)
	r.str("location", b.Location)
}

func (r *renderer) recordingReady(raw json.RawMessage) {
	b := decodeBody[engine.RecordingRef](raw)
	r.str("recording_id", b.RecordingID)
	r.str("extension", b.Extension)
}

func (r *renderer) smsResult(raw json.RawMessage) {
	b := decodeBody[engine.SmsResultBody](raw)
	r.int("result", int64(b.Result))
	r.str("result_text", r.result(b.Result))
}

func (r *renderer) notice(raw json.RawMessage) {
	b := decodeBody[engine.NoticeBody](raw)
	r.str("kind", b.Kind)
	r.data(b.Data)
}

// vpbxEvent writes `raw` beside the documented keys: what is no JSON cannot be
// data.
func (r *renderer) vpbxEvent(raw json.RawMessage) {
	r.notice(raw)
	text := ""
	if !r.emptied {
		text = decodeBody[engine.NoticeBody](raw).Raw
	}
	r.str("raw", text)
}

func (r *renderer) callSummary(raw json.RawMessage) {
	b := decodeBody[engine.CallSummaryBody](raw)
	r.summary(&b)
}

func (r *renderer) summary(b *engine.CallSummaryBody) {
	r.time("started", b.Started)
	r.time("talk_started", b.TalkStarted)
	r.time("ended", b.Ended)
	r.int("total_sec", b.TotalSec)
	r.int("talk_sec", b.TalkSec)
	r.str("status", string(b.Status))
	r.str("status_text", r.status(b.Status))
	r.key("author")
	r.open('{')
	r.str("user_id", b.Author.UserID)
	r.str("extension", b.Author.Extension)
	r.str("name", b.Author.Name)
	r.close('}')
	r.party("participant", b.Participant)
	r.party("initiator", b.Initiator)
	r.int("disconnect_reason", int64(b.Reason))
	r.str("disconnect_text", r.result(b.Reason))
	r.bool("save", b.Save)
	r.bool("writer", b.Writer)
	r.bool("recovered", b.Recovered)
	r.bool("incomplete", b.Incomplete)
	r.str("assignee", b.Assignee)
	r.createClient(b.CreateClient)
	r.tracks(b.Calltracking)
	r.recordings(b.Recordings)
	r.legs(b.Legs)
}

func (r *renderer) legs(legs []engine.Leg) {
	r.list("legs", r.count(len(legs)), func(i int) {
		l := &legs[i]
		r.open('{')
		r.str("call_id", l.CallID)
		r.party("caller", l.Caller)
		r.party("callee", l.Callee)
		r.time("started", l.Started)
		r.time("talk_started", l.TalkStarted)
		r.time("ended", l.Ended)
		r.str("status", string(l.Status))
		r.str("transfer", l.Transfer)
		r.str("taken_from_call_id", l.Parent)
		r.recordings(l.Recordings)
		r.close('}')
	})
}

func (r *renderer) party(key string, p engine.Party) {
	r.key(key)
	r.open('{')
	r.str("extension", p.Extension)
	r.str("number", p.Number)
	r.str("name", p.Name)
	r.close('}')
}

func (r *renderer) createClient(c engine.CreateClient) {
	r.key("create_client")
	r.open('{')
	r.bool("advise", c.Advise)
	r.str("type", c.Type)
	r.close('}')
}

func (r *renderer) tracks(tracks []engine.Track) {
	r.list("calltracking", r.count(len(tracks)), func(i int) {
		r.open('{')
		r.str("key", tracks[i].Key)
		r.str("name", text.Track(tracks[i].Key).Text(r.lang))
		r.str("value", tracks[i].Value)
		r.close('}')
	})
}

func (r *renderer) recordings(list []engine.RecordingRef) {
	r.list("recordings", r.count(len(list)), func(i int) {
		r.open('{')
		r.str("recording_id", list[i].RecordingID)
		r.str("extension", list[i].Extension)
		r.close('}')
	})
}

// count is how many elements of a list are written.
func (r *renderer) count(n int) int {
	if r.emptied {
		return 0
	}
	return n
}

// result is the text of a code of the PBX; "" for none.
func (r *renderer) result(code int) string {
	if code == 0 {
		return ""
	}
	return text.Result(code).Text(r.lang)
}

func (r *renderer) status(s engine.Status) string {
	if s == "" {
		return ""
	}
	return text.Status(string(s)).Text(r.lang)
}

// EventNames are the names of all events, for whoever checks or explains what
// BSL does with them.
func EventNames() []spec.Name {
	out := make([]spec.Name, 0, len(eventKinds))
	for k, row := range eventKinds {
		out = append(out, spec.Name{RU: row.ru, EN: string(k)})
	}
	return out
}
