package campaigns

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Statuses of a campaign. Processing and deleting (5, 6) take no time here.
const (
	stopped  = 0
	planned  = 1
	running  = 2
	finished = 4
)

// Reasons of the status of a campaign.
const (
	byCommand   = 1
	allDone     = 2
	expired     = 3
	offSchedule = 4
)

const maxName = 70 // characters

// campaign is one campaign. Its settings are replaced, never changed in place.
type campaign struct {
	id, line   int64
	name       string
	creator    int64 // 0 = nobody
	operators  []int64
	dids       []int64
	schedule   []shift
	start, end time.Time // zero = no bound
	created    time.Time
	settings   map[string]any
	status     int
	reason     *int
	tasks      []*task
}

// shift is a part of a weekday (1 = Monday) in which people may be called, in
// minutes of the day, UTC.
type shift struct{ weekday, from, until int }

func (c *campaign) set(status, reason int) { c.status, c.reason = status, new(reason) }

// refresh tells what the time has made of the campaign.
func (c *campaign) refresh(now time.Time) {
	for _, t := range c.tasks {
		if t.status != finished && t.status != running && !t.due.IsZero() && now.After(t.due) {
			t.finish(overdue, t.due)
		}
	}
	switch {
	case c.status != planned && c.status != running:
	case !c.end.IsZero() && now.After(c.end):
		c.set(finished, expired)
	case len(c.tasks) > 0 && !c.endless() && c.done() == len(c.tasks):
		c.set(finished, allDone)
	case now.Before(c.start) || !c.works(now):
		c.set(planned, offSchedule)
	default:
		c.set(running, byCommand)
	}
}

func (c *campaign) endless() bool { return c.settings["endless"] == true }

// works reports whether the schedule allows calls at that time.
func (c *campaign) works(at time.Time) bool {
	at = at.UTC()
	weekday, minute := (int(at.Weekday())+6)%7+1, at.Hour()*60+at.Minute()
	return slices.ContainsFunc(c.schedule, func(s shift) bool {
		return s.weekday == weekday && s.from <= minute && minute < s.until
	})
}

// done is how many tasks are finished.
func (c *campaign) done() (n int) {
	for _, t := range c.tasks {
		if t.status == finished {
			n++
		}
	}
	return n
}

// print is the campaign as campaign/list and campaign show it. All members are
// always there, null when they are empty.
func (c *Campaigns) print(one *campaign) map[string]any {
	out := map[string]any{
		"campaign_id": one.id, "line_id": one.line, "name": one.name, "created_by": nil,
		"start": unix(one.start), "end": unix(one.end), "created": one.created.Unix(),
		"status": one.status, "status_reason": one.reason, "schema_id": nil,
		"operators":   append([]int64{}, one.operators...),
		"tasks_count": len(one.tasks), "finished_tasks_count": one.done(), "completed": one.status == finished,
	}
	members := []string{}
	for _, user := range one.operators {
		if p, ok := c.cfg.Person(user); ok {
			members = append(members, p.Extension)
		}
	}
	out["members"] = members
	if p, ok := c.cfg.Person(one.creator); ok {
		out["created_by"] = p
	}
	for _, s := range settings() {
		if s.shown {
			out[s.name] = one.settings[s.name]
		}
	}
	return out
}

// list is campaign/list (document §4.6.3).
func (c *Campaigns) list(api.Query) api.Answer {
	out := []map[string]any{}
	for _, one := range c.all {
		out = append(out, c.print(one))
	}
	return api.OK(map[string]any{"campaigns": out})
}

// get is campaign (document §4.6.4).
func (c *Campaigns) get(q api.Query) api.Answer {
	var form struct {
		ID    api.Int  `json:"campaign_id"`
		Tasks api.Bool `json:"need_tasks"`
	}
	one, wrong, refusal := named(c, q, &form, &form.ID)
	if refusal != nil {
		return *refusal
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	out := c.print(one)
	out["endless"] = one.endless()
	if form.Tasks {
		tasks := []listed{}
		for _, t := range one.tasks {
			tasks = append(tasks, t.listed())
		}
		out["tasks"] = tasks
	}
	return api.OK(map[string]any{"campaign": out, "did_abonent_ids": append([]int64{}, one.dids...)})
}

type form struct {
	Line      *api.Int   `json:"line_id"`
	Name      *api.Text  `json:"name"`
	Creator   *api.Int   `json:"created_by"`
	Start     *api.Text  `json:"start_date"`
	End       *api.Text  `json:"end_date"`
	Operators *[]api.Int `json:"operators"`
	DIDs      *[]api.Int `json:"did_abonent_ids"`
	Schedule  *[]struct {
		Weekday api.Int  `json:"weekday"`
		Start   api.Text `json:"start"`
		End     api.Text `json:"end"`
	} `json:"schedule"`
}

// apply takes what a request says into one; 0, or a code that is no field's.
func (c *Campaigns) apply(q api.Query, one *campaign) (api.Fields, int) {
	var f form
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong, 0 // the rest of f was not read
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(q.JSON, &members) == nil {
		one.settings = maps.Clone(one.settings)
		readSettings(members, one.settings, wrong)
	}
	if f.Line != nil {
		one.line = int64(*f.Line)
		wrong.Add("line_id", c.cfg.CallsOut(one.line))
	}
	if f.Name != nil {
		one.name = string(*f.Name)
		switch n := utf8.RuneCountInString(one.name); {
		case n == 0:
			wrong.Add("name", api.Missing)
		case n > maxName:
			wrong.Add("name", api.TooBig)
		}
	}
	f.applyTimes(one, c.cfg.Now(), wrong)
	for name, list := range map[string]*[]api.Int{"operators": f.Operators, "did_abonent_ids": f.DIDs} {
		if list == nil {
			continue
		}
		ids := []int64{}
		for _, id := range *list {
			if _, ok := c.cfg.Person(int64(id)); !ok {
				wrong.Add(name, api.NoObject)
			}
			ids = append(ids, int64(id))
		}
		if name == "operators" {
			one.operators = ids
		} else {
			one.dids = ids
		}
	}
	if f.Creator != nil && *f.Creator != 0 {
		one.creator = int64(*f.Creator)
		if _, ok := c.cfg.Person(one.creator); !ok {
			return wrong, wrongCreator
		}
	}
	return wrong, 0
}

func (f *form) applyTimes(one *campaign, now time.Time, wrong api.Fields) {
	for name, at := range map[string]struct {
		said *api.Text
		is   *time.Time
	}{"start_date": {f.Start, &one.start}, "end_date": {f.End, &one.end}} {
		if at.said == nil || *at.said == "" {
			continue
		}
		var ok bool
		if *at.is, ok = moment(*at.said); !ok {
			wrong.Add(name, api.WrongFormat)
		}
	}
	if !one.end.IsZero() && (!one.end.After(one.start) || one.end.Before(now)) {
		wrong.Add("end_date", api.WrongDates)
	}
	if f.Schedule == nil {
		return
	}
	if len(*f.Schedule) == 0 {
		wrong.Add("schedule", api.Missing)
	}
	one.schedule = nil
	for _, s := range *f.Schedule {
		from, okFrom := minutes(s.Start)
		until, okUntil := minutes(s.End)
		switch {
		case s.Weekday < 1 || s.Weekday > 7 || !okFrom || !okUntil:
			wrong.Add("schedule", api.WrongFormat)
		case from >= until:
			wrong.Add("schedule", api.WrongDates)
		}
		one.schedule = append(one.schedule, shift{int(s.Weekday), from, until})
	}
}

// minutes reads "HH:MM".
func minutes(t api.Text) (int, bool) {
	at, err := time.Parse("15:04", string(t))
	return at.Hour()*60 + at.Minute(), err == nil && len(t) == len("15:04")
}

// add is campaign/add (document §4.6.5).
func (c *Campaigns) add(q api.Query) api.Answer {
	one := &campaign{id: c.last.campaign + 1, created: c.cfg.Now(), start: c.cfg.Now(), settings: map[string]any{}}
	for _, s := range settings() {
		one.settings[s.name] = s.def
	}
	wrong, code := c.apply(q, one)
	if len(wrong) == 0 {
		for name, absent := range map[string]bool{"line_id": one.line == 0, "name": one.name == "", "schedule": len(one.schedule) == 0} {
			if absent {
				wrong.Add(name, api.Missing)
			}
		}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if code != 0 {
		return api.Refuse(code)
	}
	c.last.campaign = one.id
	c.all = append(c.all, one)
	return api.OK(map[string]any{"campaign_id": one.id})
}
