package company

import (
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// moscow is UTC+3: the zone in which the operator lives.
var moscow = time.FixedZone("MSK", 3*3600)

// balance is account/balance (document §3.7.6).
func (c *Company) balance(api.Query) api.Answer {
	return api.OK(map[string]any{
		"balance": 963592.45, "currency": "RUB", "response_at": c.now().In(moscow).Format(time.DateTime),
	})
}

// melody is an audio file, common to all companies or the company's own.
type melody struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

var melodies = []melody{{1000007836, "Классика"}, {24, "Приветствие"}, {25, "Нерабочее время"}}

func hasMelody(id int64) bool {
	return slices.ContainsFunc(melodies, func(m melody) bool { return m.ID == id })
}

// HasAudio reports whether an audio file with that internal_id is there.
func (c *Company) HasAudio(id int64) bool { return hasMelody(id) }

// listMelodies is audiofiles (document §3.7.8).
func listMelodies(api.Query) api.Answer { return api.OK(map[string]any{"audiofiles": melodies}) }

// Roles of employees.
const (
	roleAdmin    = 10450
	roleEmployee = 10451
)

// role is what an employee may do in the web account. The document does not
// list the codes of permissions.
type role struct {
	ID          int64        `json:"role_id"`
	Name        string       `json:"name"`
	Permissions []permission `json:"permissions"`
}

type permission struct {
	Code  string `json:"code"`
	Param string `json:"param,omitempty"`
}

var roles = []role{
	{roleAdmin, "Администратор", []permission{{Code: "settings"}, {Code: "statistics", Param: "all"}, {Code: "recordings", Param: "all"}}},
	{roleEmployee, "Сотрудник", []permission{{Code: "statistics", Param: "own"}}},
	{10452, "Руководитель", []permission{{Code: "statistics", Param: "group"}, {Code: "recordings", Param: "group"}}},
}

func hasRole(id int64) bool {
	return slices.ContainsFunc(roles, func(r role) bool { return r.ID == id })
}

// listRoles is roles (document §3.7.11).
func listRoles(api.Query) api.Answer { return api.OK(map[string]any{"roles": roles}) }
