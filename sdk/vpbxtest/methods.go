package vpbxtest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// liveMethods are those that drive calls.
func (p *PBX) liveMethods() api.Table {
	return api.Table{
		"/vpbx/commands/callback":        p.apiCallback,
		"/vpbx/commands/callback_group":  p.apiCallbackGroup,
		"/vpbx/commands/call/hangup":     p.apiHangup,
		"/vpbx/commands/route":           p.apiRoute,
		"/vpbx/commands/sms":             p.apiSMS,
		"/vpbx/commands/recording/start": p.apiRecord,
		"/vpbx/commands/play/start":      p.apiPlay,
		"/vpbx/commands/transfer":        p.apiTransfer,
		"/vpbx/commands/calls_connect":   p.apiConnect,
		"/vpbx/commands/transfer_cancel": p.apiCancel,
		"/vpbx/commands/call/hold/on":    p.apiHold,
	}
}

// headers are SIP headers; a value of another kind is ignored, as an invalid
// one is (document, appendix 1).
type headers map[string]string

func (h *headers) UnmarshalJSON(raw []byte) error {
	var all map[string]any
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	*h = headers{}
	for name, v := range all {
		if s, ok := v.(string); ok {
			(*h)[name] = s
		}
	}
	return nil
}

// afterAnswer is between the HTTP answer of a command and its being carried
// out (PBX time).
const afterAnswer = 50 * time.Millisecond

// accept answers a command at once and lets fn decide it on the timeline.
func (p *PBX) accept(fn func()) api.Answer {
	err := p.tl.do(context.Background(), func() { p.tl.after(afterAnswer, fn) })
	if err != nil {
		return failed.Answer
	}
	return api.Refuse(codeDone)
}

// require is the first thing wrong with mandatory texts: 3103 when one is
// missing, 3104 when one is too long.
func require(texts ...api.Text) int {
	if slices.Contains(texts, "") {
		return codeMissing
	}
	if slices.ContainsFunc(texts, func(t api.Text) bool { return len(t) > maxID }) {
		return codeFormat
	}
	return 0
}

// dialable reports whether t has the form of a number: digits, or sip:….
func dialable(t api.Text) bool {
	s := string(t)
	if user, ok := strings.CutPrefix(s, "sip:"); ok {
		return user != "" && !strings.ContainsAny(user, " \t\r\n")
	}
	s = strings.TrimPrefix(s, "+")
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (p *PBX) apiCallback(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		From *struct {
			Extension api.Text `json:"extension"`
			Number    api.Text `json:"number"`
		} `json:"from"`
		To      api.Text `json:"to_number"`
		Line    api.Text `json:"line_number"`
		Headers headers  `json:"sip_headers"`
	}
	if code := api.Read(in, &q); code != 0 {
		return api.Refuse(code)
	}
	if q.From == nil {
		return api.Refuse(codeMissing)
	}
	if code := require(q.ID, q.From.Extension, q.To); code != 0 {
		return api.Refuse(code)
	}
	if !dialable(q.To) || strings.Trim(string(q.From.Extension), "0123456789") != "" ||
		(q.From.Number != "" && !dialable(q.From.Number)) {
		return api.Refuse(codeFormat)
	}
	o := order{
		id: string(q.ID), from: string(q.From.Extension), device: convert(q.From.Number), to: convert(q.To),
		line: string(q.Line), by: callbackByAPI, autoAnswer: q.Headers["Call-Info/answer-after"] == "0",
	}
	return p.accept(func() { p.doCallback(o) })
}

// convert is the only number conversion of this company: a leading + goes.
func convert(t api.Text) string { return strings.TrimPrefix(string(t), "+") }

func (p *PBX) apiHangup(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		Call api.Text `json:"call_id"`
	}
	if code := api.Read(in, &q); code != 0 {
		return api.Refuse(code)
	}
	if code := require(q.ID, q.Call); code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doHangup(string(q.ID), string(q.Call)) })
}

func (p *PBX) apiRoute(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		Call api.Text `json:"call_id"`
		To   api.Text `json:"to_number"`
	}
	if code := api.Read(in, &q); code != 0 {
		return api.Refuse(code)
	}
	if code := require(q.ID, q.Call, q.To); code != 0 {
		return api.Refuse(code)
	}
	if !dialable(q.To) {
		return api.Refuse(codeFormat)
	}
	return p.accept(func() { p.doRoute(string(q.ID), string(q.Call), convert(q.To)) })
}
