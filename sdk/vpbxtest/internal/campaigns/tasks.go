package campaigns

import (
	"encoding/json"
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// push is tasks/push (document §4.6.7). What is wrong with one task refuses
// all; that two tasks of a request may not have one number (5109) is inferred.
func (c *Campaigns) push(q api.Query) api.Answer {
	var form struct {
		ID    api.Int    `json:"campaign_id"`
		Tasks []taskForm `json:"tasks"`
	}
	one, wrong, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	if len(form.Tasks) == 0 {
		wrong.Add("tasks", api.Missing)
	}
	tasks, numbers, double := []*task{}, map[string]bool{}, false
	for i := range form.Tasks {
		bad := api.Fields{}
		t := c.make(&form.Tasks[i], bad)
		for _, code := range bad {
			wrong.Add("tasks", code)
		}
		double = double || numbers[t.number]
		numbers[t.number] = true
		tasks = append(tasks, t)
	}
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case one.status == finished:
		return api.Refuse(wrongStatus)
	case len(one.tasks)+len(tasks) > maxTasks:
		return api.Refuse(tooManyTasks)
	case double:
		return api.Refuse(doubleNumbers)
	}
	for _, t := range tasks {
		c.keep(one, t)
	}
	return api.OK(nil)
}

// addTask is task/add (document §4.6.8).
func (c *Campaigns) addTask(q api.Query) api.Answer {
	var form struct {
		ID api.Int `json:"campaign_id"`
		taskForm
	}
	one, wrong, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	t := c.make(&form.taskForm, wrong)
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case one.status == finished || !one.endless():
		return api.Refuse(wrongStatus)
	case len(one.tasks) >= maxTasks:
		return api.Refuse(tooManyTasks)
	}
	c.keep(one, t)
	return api.OK(map[string]any{"task_id": t.id})
}

// getTask is task (document §4.6.13). That brief leaves out what takes many
// lines is inferred.
func (c *Campaigns) getTask(q api.Query) api.Answer {
	var form struct {
		ID    api.Int  `json:"task_id"`
		Brief api.Bool `json:"brief"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("task_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	for _, one := range c.all {
		t, ok := one.task(int64(form.ID))
		if !ok {
			continue
		}
		card := t.card(one.id)
		if form.Brief {
			delete(card, "subtasks")
			delete(card, "custom_fields")
		}
		return api.OK(map[string]any{"task": card})
	}
	return api.Refuse(api.NoObject)
}

func (c *campaign) task(id int64) (*task, bool) {
	i := slices.IndexFunc(c.tasks, func(t *task) bool { return t.id == id })
	if i < 0 {
		return nil, false
	}
	return c.tasks[i], true
}

// ofCampaign reads a form that names a campaign and one of its tasks.
func ofCampaign[T any](c *Campaigns, q api.Query, form *T, campaign, id *api.Int) (*campaign, *task, api.Fields, *api.Answer) {
	one, wrong, refusal := named(c, q, form, campaign)
	if refusal != nil {
		return nil, nil, wrong, refusal
	}
	if *id == 0 {
		wrong.Add("task_id", api.Missing)
	}
	if _, bad := wrong["task_id"]; bad {
		return nil, nil, wrong, new(wrong.Answer())
	}
	t, ok := one.task(int64(*id))
	if !ok {
		return nil, nil, wrong, new(api.Refuse(api.NoObject))
	}
	return one, t, wrong, nil
}

func (c *Campaigns) onlyTask(q api.Query) (*campaign, *task, *api.Answer) {
	var form struct {
		Campaign api.Int `json:"campaign_id"`
		ID       api.Int `json:"task_id"`
	}
	one, t, _, refusal := ofCampaign(c, q, &form, &form.Campaign, &form.ID)
	return one, t, refusal
}

// startTask is task/start (document §4.6.14).
func (c *Campaigns) startTask(q api.Query) api.Answer {
	one, t, refusal := c.onlyTask(q)
	switch {
	case refusal != nil:
		return *refusal
	case one.status == finished:
		return api.Refuse(wrongStatus)
	case t.status != stopped:
		return api.Refuse(wrongTaskState)
	}
	t.status, t.reason, t.updated = queued, noReason, c.cfg.Now()
	return api.OK(nil)
}

// stopTask is task/stop (document §4.6.15).
func (c *Campaigns) stopTask(q api.Query) api.Answer {
	one, t, refusal := c.onlyTask(q)
	switch {
	case refusal != nil:
		return *refusal
	case one.status == finished:
		return api.Refuse(wrongStatus)
	case t.status != queued:
		return api.Refuse(wrongTaskState)
	}
	t.status, t.reason, t.updated = stopped, byAdmin, c.cfg.Now()
	return api.OK(nil)
}

// deleteTask is task/delete (document §4.6.16).
func (c *Campaigns) deleteTask(q api.Query) api.Answer {
	one, t, refusal := c.onlyTask(q)
	if refusal != nil {
		return *refusal
	}
	one.tasks = slices.DeleteFunc(slices.Clone(one.tasks), func(o *task) bool { return o == t })
	return api.OK(nil)
}

// updateTask is task/update (document §4.6.17).
func (c *Campaigns) updateTask(q api.Query) api.Answer {
	var form struct {
		Campaign api.Int `json:"campaign_id"`
		ID       api.Int `json:"task_id"`
		taskForm
	}
	_, t, wrong, refusal := ofCampaign(c, q, &form, &form.Campaign, &form.ID)
	if refusal != nil {
		return *refusal
	}
	if form.Name == nil || *form.Name == "" {
		wrong.Add("name", api.Missing)
	}
	changed := *t
	form.applyText(&changed, wrong)
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case t.status == finished:
		return api.Refuse(wrongTaskState)
	}
	changed.updated = c.cfg.Now()
	*t = changed
	return api.OK(nil)
}

// longestSpan bounds tasks/finished.
const longestSpan = 4 * time.Hour

// finished is tasks/finished (document §4.6.18). The text contradicts itself
// about which tasks it tells; here they are all that ended within the span.
func (c *Campaigns) finished(q api.Query) api.Answer {
	var form struct {
		ID    api.Int  `json:"campaign_id"`
		Start api.Text `json:"start_date"`
		End   api.Text `json:"end_date"`
	}
	one, wrong, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	from, okFrom := moment(form.Start)
	until, okUntil := moment(form.End)
	for name, at := range map[string]struct {
		said api.Text
		ok   bool
	}{"start_date": {form.Start, okFrom}, "end_date": {form.End, okUntil}} {
		switch {
		case at.said == "":
			wrong.Add(name, api.Missing)
		case !at.ok:
			wrong.Add(name, api.WrongFormat)
		}
	}
	if okFrom && okUntil && (until.Before(from) || until.Sub(from) > longestSpan) {
		wrong.Add("end_date", api.WrongDates)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	tasks := []map[string]any{}
	for _, t := range one.tasks {
		if t.status == finished && !t.end.Before(from) && !t.end.After(until) {
			tasks = append(tasks, t.card(one.id))
		}
	}
	return api.OK(map[string]any{"campaign": map[string]any{"campaign_id": one.id, "tasks": tasks}})
}

// reset is tasks/reset (document §4.6.19): the attempts of tasks begin anew.
// Without task_ids it concerns all that are not finished (inferred).
func (c *Campaigns) reset(q api.Query) api.Answer {
	var form struct {
		ID  api.Int         `json:"campaign_id"`
		IDs json.RawMessage `json:"task_ids"`
	}
	one, wrong, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	var ids []api.Int
	if form.IDs != nil && json.Unmarshal(form.IDs, &ids) != nil {
		wrong.Add("task_ids", api.WrongFormat)
		return wrong.Answer()
	}
	var tasks []*task
	for _, id := range ids {
		t, ok := one.task(int64(id))
		if !ok {
			return api.RefuseField("task_ids", api.NoObject)
		}
		tasks = append(tasks, t)
	}
	if one.status == finished {
		return api.Refuse(wrongStatus)
	}
	if len(ids) == 0 {
		tasks = slices.DeleteFunc(slices.Clone(one.tasks), func(t *task) bool { return t.status == finished })
	}
	for _, t := range tasks {
		t.attempts, t.status, t.reason, t.end, t.updated = nil, queued, noReason, time.Time{}, c.cfg.Now()
	}
	return api.OK(nil)
}
