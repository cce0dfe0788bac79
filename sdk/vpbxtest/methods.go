package vpbxtest

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// liveMethods are those that drive calls.
func (p *PBX) liveMethods() api.Table {
	return api.Table{
		"/vpbx/commands/callback":    p.apiCallback,
		"/vpbx/commands/call/hangup": p.apiHangup,
		"/vpbx/commands/route":       p.apiRoute,
		"/vpbx/config/users/request": p.apiUsers,
		"/vpbx/account/balance":      p.apiBalance,
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

// apiUsers is config/users/request; its answer has no result member.
func (p *PBX) apiUsers(in api.Query) api.Answer {
	var q struct {
		Extension api.Text `json:"extension"`
		Fields    []string `json:"ext_fields"`
	}
	if code := api.Read(in, &q); code != 0 {
		return api.Refuse(code)
	}
	users := []map[string]any{}
	for _, w := range p.dir.employees {
		if q.Extension == "" || string(q.Extension) == w.Extension {
			users = append(users, p.card(w, q.Fields))
		}
	}
	return api.Bare(map[string]any{"users": users})
}

// card is an employee as the API shows him. order and wait_sec are texts
// unless ext_fields are asked for (document §3.7.1).
func (p *PBX) card(w Employee, fields []string) map[string]any {
	kind, _, found := strings.Cut(w.Number, ":")
	if !found {
		kind = "tel"
	}
	number := map[string]any{"number": w.Number, "protocol": kind, "order": "0", "wait_sec": "60", "status": "on"}
	general := map[string]any{
		"name": w.Name, "email": w.Email, "department": w.Department, "position": w.Position,
	}
	telephony := map[string]any{
		"extension": w.Extension, "outgoingline": nullable(p.dir.outgoing(w.Extension)), "numbers": []any{number},
	}
	user := map[string]any{"general": general, "telephony": telephony}
	if len(fields) > 0 {
		number["order"], number["wait_sec"] = 0, 60
	}
	for _, f := range fields {
		switch f {
		case "general.user_id":
			general["user_id"] = w.UserID
		case "general.mobile":
			general["mobile"] = nullable(w.Mobile)
		case "general.login":
			general["login"] = strconv.Itoa(pbxID) + "/" + w.Extension
		case "general.access_role_id":
			general["access_role_id"] = 10451
		case "general.use_status":
			general["use_status"] = 1
		case "general.use_cc_numbers":
			general["use_cc_numbers"] = 0
		case "general.sips":
			general["sips"] = sips(w)
		case "telephony.dial_alg":
			telephony["dial_alg"] = 1
		case "telephony.line_id":
			line, _ := p.dir.line(p.dir.outgoing(w.Extension))
			telephony["line_id"] = line.ID
		case "telephony.trunk_number_id":
			telephony["trunk_number_id"] = nil
		case "telephony.numbers.schedule":
			number["schedule"] = []any{}
		case "groups":
			user["groups"] = p.dir.memberOf(w.Extension)
		}
	}
	return user
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// sips lists SIP accounts, here without "sip:".
func sips(w Employee) []any {
	account, ok := strings.CutPrefix(w.Number, "sip:")
	if !ok {
		return []any{}
	}
	return []any{map[string]string{"number": account}}
}

func (d *directory) memberOf(ext string) []int64 {
	ids := []int64{}
	for _, g := range d.groups {
		if slices.Contains(g.Members, ext) {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// moscow is UTC+3: the zone in which the operator lives.
var moscow = time.FixedZone("MSK", 3*3600)

func (p *PBX) apiBalance(api.Query) api.Answer {
	return api.OK(map[string]any{
		"balance": 963592.45, "currency": "RUB", "response_at": p.cfg.Now().In(moscow).Format(time.DateTime),
	})
}
