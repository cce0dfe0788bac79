package company

import (
	"slices"
	"strconv"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// listUsers is config/users/request; its answer has no result member.
func (c *Company) listUsers(q api.Query) api.Answer {
	var form struct {
		Extension api.Text `json:"extension"`
		Fields    []string `json:"ext_fields"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	users := []map[string]any{}
	for _, m := range c.members {
		if form.Extension == "" || string(form.Extension) == m.Extension {
			users = append(users, c.card(m, form.Fields))
		}
	}
	return api.Bare(map[string]any{"users": users})
}

// card is an employee as the API shows him.
func (c *Company) card(m member, fields []string) map[string]any {
	general := map[string]any{
		"name": m.Name, "email": m.Email, "department": m.Department, "position": m.Position,
	}
	telephony := map[string]any{
		"extension": m.Extension, "outgoingline": nullable(m.Line), "numbers": printPhones(m.numbers, fields),
	}
	user := map[string]any{"general": general, "telephony": telephony}
	for _, f := range fields {
		switch f {
		case "general.user_id":
			general["user_id"] = m.UserID
		case "general.mobile":
			general["mobile"] = nullable(m.Mobile)
		case "general.login":
			general["login"] = nil
			if m.login != "" {
				general["login"] = strconv.FormatInt(c.product, 10) + "/" + m.login
			}
		case "general.access_role_id":
			general["access_role_id"] = m.RoleID
		case "general.use_status":
			general["use_status"] = m.useStatus
		case "general.use_cc_numbers":
			general["use_cc_numbers"] = m.useCC
		case "general.sips":
			general["sips"] = c.sipsOf(m.UserID)
		case "telephony.dial_alg":
			telephony["dial_alg"] = m.dialAlg
		case "telephony.line_id":
			telephony["line_id"] = c.lineID(m)
		case "telephony.trunk_number_id":
			telephony["trunk_number_id"] = idOrNull(m.trunk)
		case "groups":
			user["groups"] = c.memberOf(m.UserID)
		}
	}
	return user
}

// printPhones lists the numbers of a card. order and wait_sec are texts unless
// ext_fields are asked for (document §3.7.1).
func printPhones(list []phone, fields []string) []map[string]any {
	out := make([]map[string]any, 0, len(list))
	for order, p := range list {
		n := map[string]any{
			"number": p.number, "protocol": p.protocol, "status": "on",
			"order": strconv.Itoa(order), "wait_sec": strconv.FormatInt(p.wait, 10),
		}
		if p.off {
			n["status"] = "off"
		}
		if len(fields) > 0 {
			n["order"], n["wait_sec"] = order, p.wait
			if p.protocol == "tel" {
				n["number_normalized"] = normalized(p.number)
			}
		}
		if slices.Contains(fields, "telephony.numbers.schedule") {
			n["schedule"] = p.schedule.print()
		}
		out = append(out, n)
	}
	return out
}

// lineID is the id of the line that m calls out on, null for none.
func (c *Company) lineID(m member) any {
	if m.trunk != 0 {
		return nil
	}
	for _, l := range c.lines {
		if l.Number == m.Line {
			return l.ID
		}
	}
	return nil
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
