package campaigns

import (
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// update is campaign/update (document §4.6.6), which prints its answer with a
// capital R.
func (c *Campaigns) update(q api.Query) api.Answer {
	var form struct {
		ID   api.Int `json:"campaign_id"`
		Line api.Int `json:"line_id"`
	}
	one, _, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	changed := *one
	wrong, code := c.apply(q, &changed)
	if form.Line == 0 {
		wrong.Add("line_id", api.Missing)
	}
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case code != 0:
		return api.Refuse(code)
	case one.status != stopped && one.status != planned:
		return api.Refuse(wrongStatus)
	}
	*one = changed
	return api.Bare(map[string]any{"Result": api.Done})
}

// start is campaign/start (document §4.6.9). The example answers 1, planned: a
// campaign waits for its schedule.
func (c *Campaigns) start(q api.Query) api.Answer {
	one, refusal := c.onlyCampaign(q)
	if refusal != nil {
		return *refusal
	}
	if one.status != stopped {
		return api.Refuse(wrongStatus)
	}
	one.set(planned, byCommand)
	one.refresh(c.cfg.Now())
	return api.OK(map[string]any{"status": one.status})
}

// stop is campaign/stop (document §4.6.10).
func (c *Campaigns) stop(q api.Query) api.Answer {
	one, refusal := c.onlyCampaign(q)
	if refusal != nil {
		return *refusal
	}
	if one.status != planned && one.status != running {
		return api.Refuse(wrongStatus)
	}
	one.set(stopped, byCommand)
	if one.dialling() > 0 { // its calls go on to their ends
		one.set(stopping, byCommand)
	}
	return api.OK(map[string]any{"status": one.status})
}

// remove is campaign/delete (document §4.6.11).
func (c *Campaigns) remove(q api.Query) api.Answer {
	one, refusal := c.onlyCampaign(q)
	if refusal != nil {
		return *refusal
	}
	if one.status != stopped && one.status != finished {
		return api.Refuse(wrongStatus)
	}
	c.all = slices.DeleteFunc(c.all, func(o *campaign) bool { return o == one })
	return api.OK(nil)
}

// report is campaign-report/create (document §4.6.12), which despite its name
// answers at once.
func (c *Campaigns) report(q api.Query) api.Answer {
	one, refusal := c.onlyCampaign(q)
	if refusal != nil {
		return *refusal
	}
	type row struct {
		ID       int64     `json:"task_id"`
		Attempts []attempt `json:"attempts"`
	}
	rows := []row{}
	for _, t := range one.tasks {
		rows = append(rows, row{t.id, append([]attempt{}, t.attempts...)})
	}
	return api.OK(map[string]any{"data": map[string]any{"campaign_id": one.id, "tasks": rows}})
}
