package company

import (
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Actions of a rule that refer to somebody of the company.
const (
	redirectGroup  = "redirect_group"
	redirectMember = "redirect_member"
	// An outside number.
	redirectOutside = "redirect_ext_number"
)

// rule is a rule of an employee's autosecretary.
type rule struct {
	user int64

	ID            int64          `json:"rule_id"`
	Name          string         `json:"name"`
	Active        bool           `json:"active"` // printed so in the example (document §3.7.15)
	Direction     []string       `json:"direction"`
	Schedule      ruleSchedule   `json:"schedule"`
	Wait          int64          `json:"wait_time"`
	Melody        *int64         `json:"melody_id"`
	Actions       []ruleAction   `json:"actions"`
	Notifications []notification `json:"notifications"`
}

// ruleSchedule is in Moscow time.
type ruleSchedule struct {
	Items []ruleItem `json:"items"`
	ID    int64      `json:"schedule_id"`
	From  string     `json:"from"`
	Until string     `json:"until"`
}

// ruleItem has type 1 for all days, 2 working, 3 non-working, 4 Sunday … 10
// Saturday, 11 a date.
type ruleItem struct {
	Type  int     `json:"type"`
	Date  *string `json:"date"`
	From  string  `json:"from"`
	Until string  `json:"until"`
}

type ruleAction struct {
	Action string `json:"action"`
	Param  any    `json:"param,omitempty"`
	Wait   int64  `json:"wait_time,omitempty"` // of an outside number
}

type notification struct {
	Action string `json:"action"`
	Param  string `json:"param"`
}

// seedRules gives the first two employees rules.
func (c *Company) seedRules() {
	if len(c.members) < 2 {
		return
	}
	first, second := c.members[0], c.members[1]
	melody := int64(melodies[0].ID)
	c.rules = []rule{
		{
			user: first.UserID, ID: 1309, Name: "Отпуск", Active: true, Direction: []string{"incoming", "internal"},
			Schedule: ruleSchedule{Items: []ruleItem{}, ID: 10006617, From: "2021-05-01 00:00", Until: "2021-05-07 00:00"},
			Wait:     1, Melody: &melody, Actions: []ruleAction{{Action: redirectMember, Param: second.UserID}},
			Notifications: []notification{{"send_email", "a@example.com"}},
		},
		{
			user: first.UserID, ID: 1310, Name: "Вечер", Direction: []string{"incoming"},
			Schedule: ruleSchedule{Items: []ruleItem{{Type: 2, From: "18:00", Until: "23:59"}}, ID: 10006618},
			Wait:     20, Actions: []ruleAction{{Action: redirectOutside, Param: "79161234567", Wait: 30}},
			Notifications: []notification{},
		},
		{
			user: second.UserID, ID: 1311, Name: "Автоответчик", Active: true, Direction: []string{"incoming"},
			Schedule: ruleSchedule{Items: []ruleItem{{Type: 1, From: "00:00", Until: "23:59"}}, ID: 10006619},
			Wait:     30, Actions: []ruleAction{{Action: VoiceMail, Param: "b@example.com"}},
			Notifications: []notification{},
		},
	}
}

// ruled reports whether somebody's rule leads to an employee or a group.
func (c *Company) ruled(action string, id int64) bool {
	return slices.ContainsFunc(c.rules, func(r rule) bool {
		return slices.ContainsFunc(r.Actions, func(a ruleAction) bool { return a.Action == action && a.Param == id })
	})
}

// listRules is autosecretary/rules (document §3.7.15).
func (c *Company) listRules(q api.Query) api.Answer {
	var form struct {
		User  api.Int   `json:"user_id"`
		Rules []api.Int `json:"rules"`
	}
	wrong := api.ReadFields(q, &form)
	if form.User == 0 {
		wrong.Add("user_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if _, ok := c.byID(int64(form.User)); !ok {
		return api.Refuse(api.NoObject)
	}
	list := []rule{}
	for _, r := range c.rules {
		if r.user == int64(form.User) && (len(form.Rules) == 0 || slices.Contains(form.Rules, api.Int(r.ID))) {
			list = append(list, r)
		}
	}
	return api.OK(map[string]any{"rules": list})
}

// switchRule is autosecretary/status/change (document §3.7.16). The document
// contradicts itself about active; 1 is on here, as where it is set.
func (c *Company) switchRule(q api.Query) api.Answer {
	var form struct {
		User   api.Int   `json:"user_id"`
		Rule   api.Int   `json:"rule_id"`
		Active *api.Bool `json:"active"`
	}
	wrong := api.ReadFields(q, &form)
	if form.User == 0 {
		wrong.Add("user_id", api.Missing)
	}
	if form.Rule == 0 {
		wrong.Add("rule_id", api.Missing)
	}
	if form.Active == nil {
		wrong.Add("active", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	i := slices.IndexFunc(c.rules, func(r rule) bool { return r.user == int64(form.User) && r.ID == int64(form.Rule) })
	if i < 0 {
		return api.Refuse(api.NoObject)
	}
	c.rules[i].Active = bool(*form.Active)
	return api.OK(nil)
}
