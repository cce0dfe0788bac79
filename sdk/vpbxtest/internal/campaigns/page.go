package campaigns

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Bounds of a page of v2/campaign/tasks.
const (
	defaultLimit = 10
	maxLimit     = 100
)

// Names that stand for many fields. Which ones is inferred: the first for those
// of the task itself, the second for everything.
const (
	aliasTask = "alias_task"
	aliasAll  = "alias_all"
)

// beyondTask are the fields of aliasAll only.
func beyondTask(name string) bool {
	switch name {
	case "subtasks", "task_custom_fields", "campaign_status", "campaign_service_type":
		return true
	}
	return false
}

// idList is a list of ids, or one alone: the table of v2/campaign/tasks says
// the former, its example the latter.
type idList []api.Int

// UnmarshalJSON implements json.Unmarshaler.
func (l *idList) UnmarshalJSON(raw []byte) error {
	if strings.HasPrefix(string(raw), "[") {
		return json.Unmarshal(raw, (*[]api.Int)(l))
	}
	var one api.Int
	if err := json.Unmarshal(raw, &one); err != nil || one == 0 {
		return err
	}
	*l = idList{one}
	return nil
}

// page is v2/campaign/tasks (document §4.6.2). The cursor is the last task
// told; null after the last page.
func (c *Campaigns) page(q api.Query) api.Answer {
	form := struct {
		IDs    idList   `json:"campaign_ids"`
		Fields []string `json:"fields"`
		Limit  api.Int  `json:"limit"`
		Cursor *string  `json:"cursor"`
	}{Limit: defaultLimit}
	wrong := api.ReadFields(q, &form)
	if len(form.IDs) == 0 {
		wrong.Add("campaign_ids", api.Missing)
	}
	if len(form.Fields) == 0 {
		form.Fields = []string{aliasTask}
	}
	known := c.row(&campaign{}, &task{})
	for _, name := range form.Fields {
		if _, ok := known[name]; !ok && name != aliasTask && name != aliasAll {
			wrong.Add("fields", api.WrongFormat)
		}
	}
	switch {
	case form.Limit < 1:
		wrong.Add("limit", api.TooSmall)
	case form.Limit > maxLimit:
		wrong.Add("limit", api.TooBig)
	}
	var after int64
	if form.Cursor != nil && *form.Cursor != "" {
		var err error
		if after, err = strconv.ParseInt(*form.Cursor, 36, 64); err != nil {
			wrong.Add("cursor", api.WrongFormat)
		}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	rows := []map[string]any{}
	var last int64
	for _, t := range c.after(form.IDs, after) {
		if len(rows) == int(form.Limit) {
			return c.pageAnswer(rows, new(strconv.FormatInt(last, 36)))
		}
		last = t.id
		rows = append(rows, choose(c.row(t.campaign, t.task), form.Fields))
	}
	return c.pageAnswer(rows, nil)
}

type placed struct {
	*task
	campaign *campaign
}

// after lists the tasks of campaigns behind one, by id.
func (c *Campaigns) after(ids idList, last int64) []placed {
	var out []placed
	for _, one := range c.all {
		if !slices.Contains(ids, api.Int(one.id)) {
			continue
		}
		for _, t := range one.tasks {
			if t.id > last {
				out = append(out, placed{t, one})
			}
		}
	}
	slices.SortFunc(out, func(a, b placed) int { return int(a.id - b.id) })
	return out
}

func (c *Campaigns) pageAnswer(rows []map[string]any, cursor *string) api.Answer {
	c.last.command++
	return api.OK(map[string]any{"cursor": cursor, "cmd_id": strconv.FormatInt(c.last.command, 10), "tasks": rows})
}

// choose leaves the fields that were asked for.
func choose(row map[string]any, fields []string) map[string]any {
	maps.DeleteFunc(row, func(name string, _ any) bool {
		return !slices.Contains(fields, name) && !slices.Contains(fields, aliasAll) &&
			(beyondTask(name) || !slices.Contains(fields, aliasTask))
	})
	return row
}

// dotted is a moment as v2/campaign/tasks prints it.
func dotted(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	return new(at.UTC().Format("2006.01.02 15:04:05"))
}

// row is a task as v2/campaign/tasks shows it.
func (c *Campaigns) row(one *campaign, t *task) map[string]any {
	type subrow struct {
		ID      int64   `json:"subtask_id"`
		Type    int64   `json:"type"`
		Order   int64   `json:"order"`
		Region  *string `json:"region_fias_id"`
		Number  string  `json:"number"`
		OneShot bool    `json:"one_attempt"`
	}
	subtasks := []subrow{}
	for _, s := range t.subtasks {
		subtasks = append(subtasks, subrow{ID: s.ID, Type: s.Type, Order: s.Order, Number: s.Number})
	}
	var first, last time.Time
	if n := len(t.attempts); n > 0 {
		first, last = t.attempts[0].at, t.attempts[n-1].at
	}
	return map[string]any{
		"product_id": c.cfg.Product, "point_id": c.cfg.Point, "campaign_id": one.id, "task_id": t.id,
		"name": t.name, "position": t.position, "organization": t.organization, "number": t.number,
		"duration": orNull(t.talk), "task_status": t.status, "task_status_reason": orNull(t.reason),
		"task_comment": orNull(t.comment), "blocked_until": dotted(t.blocked), "task_created": dotted(t.created),
		"task_updated": dotted(t.updated), "task_end": dotted(t.end), "due_date": dotted(t.due),
		"operator_id": orNull(t.operator), "region_fias_id": nil, "did_abonent_id": nil,
		"first_attempt": dotted(first), "last_attempt": dotted(last), "attempts_count": len(t.attempts),
		"make_last_attempt": false, "priority": t.priority, "postponed": false, "postponed_at": nil,
		"timezone": nil, "timezone_enabled": 0, "ignore_client_schedule": false,
		"subtasks": subtasks, "task_custom_fields": t.fields(),
		"campaign_status": one.status, "campaign_service_type": one.settings["service_type"],
	}
}
