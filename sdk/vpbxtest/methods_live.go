package vpbxtest

import (
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Bounds of an SMS, in characters: four segments of 153 Latin or 67 Cyrillic
// ones (document §3.2.4).
const (
	maxPause    = 3600 // seconds of play/start; the document prints no bound
	maxLatin    = 612
	maxCyrillic = 268
)

func (p *PBX) apiCallbackGroup(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		From api.Text `json:"from"`
		To   api.Text `json:"to"`
		Line api.Text `json:"line_number"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.From, q.To, q.Line)
	}
	if code == 0 && (!dialable(q.From) || !dialable(q.To)) {
		code = codeFormat
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doCallbackGroup(string(q.ID), convert(q.From), convert(q.To), string(q.Line)) })
}

func (p *PBX) apiSMS(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		Text api.Text `json:"text"`
		From api.Text `json:"from_extension"`
		To   api.Text `json:"to_number"`
		Name api.Text `json:"sms_sender"` // an unknown one is replaced by the default
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.From, q.To)
	}
	bound := maxLatin
	if len(q.Text) != utf8.RuneCountInString(string(q.Text)) {
		bound = maxCyrillic
	}
	switch {
	case code != 0:
	case q.Text == "":
		code = codeMissing
	case !dialable(q.To), utf8.RuneCountInString(string(q.Text)) > bound:
		code = codeFormat
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doSMS(string(q.ID), string(q.From), convert(q.To)) })
}

func (p *PBX) apiRecord(in api.Query) api.Answer {
	var q struct {
		ID    api.Text `json:"command_id"`
		Call  api.Text `json:"call_id"`
		Party api.Text `json:"call_party_number"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Call, q.Party)
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doRecord(string(q.ID), string(q.Call), string(q.Party)) })
}

func (p *PBX) apiPlay(in api.Query) api.Answer {
	var q struct {
		ID    api.Text `json:"command_id"`
		Call  api.Text `json:"call_id"`
		File  *api.Int `json:"internal_id"` // none: only a pause
		Pause api.Int  `json:"after_play_time"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Call)
	}
	switch {
	case code != 0:
	case q.File == nil && q.Pause == 0:
		code = codeMissing
	case q.Pause < 0 || q.Pause > maxPause:
		code = codeFormat
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doPlay(string(q.ID), string(q.Call), (*int64)(q.File), time.Duration(q.Pause)*time.Second) })
}

func (p *PBX) apiTransfer(in api.Query) api.Answer {
	var q struct {
		ID     api.Text `json:"command_id"`
		Call   api.Text `json:"call_id"`
		Method api.Text `json:"method"`
		To     api.Text `json:"to_number"`
		By     api.Text `json:"initiator"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Call, q.Method, q.To, q.By)
	}
	if code == 0 && (!dialable(q.To) || (q.Method != "blind" && q.Method != "hold")) {
		code = codeFormat
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() {
		p.doTransfer(string(q.ID), string(q.Call), convert(q.To), string(q.By), q.Method == "hold")
	})
}

func (p *PBX) apiConnect(in api.Query) api.Answer {
	var q struct {
		ID    api.Text `json:"command_id"`
		Held  api.Text `json:"holded_call_id"`
		By    api.Text `json:"transfer_initiator_number"`
		Moved api.Text `json:"transferred_call_id"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Held, q.By, q.Moved)
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doConnect(string(q.ID), string(q.Held), string(q.Moved), string(q.By)) })
}

func (p *PBX) apiCancel(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		Call api.Text `json:"call_id"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Call)
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doCancel(string(q.ID), string(q.Call)) })
}

func (p *PBX) apiHold(in api.Query) api.Answer {
	var q struct {
		ID   api.Text `json:"command_id"`
		Call api.Text `json:"call_id"`
		By   api.Text `json:"initiator"`
	}
	code := api.Read(in, &q)
	if code == 0 {
		code = require(q.ID, q.Call, q.By)
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return p.accept(func() { p.doHold(string(q.ID), string(q.Call), string(q.By)) })
}
