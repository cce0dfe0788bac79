package campaigns

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Statuses of a task are those of a campaign but for this one.
const queued = 1

// Reasons of the status of a task.
const (
	talked       = 1
	byAdmin      = 11
	overdue      = 25
	noAnswer     = 3
	noReason     = 0
	maxNumber    = 64 // bytes
	maxText      = 255
	maxComment   = 1024
	maxPriority  = 1000
	defaultLevel = 1000 // priority of a task when none is given
)

// task is one number to call, or more in the order of its subtasks. What it
// refers to is replaced, never changed in place.
type task struct {
	id                     int64
	name, number           string
	organization, position string
	comment                string
	priority               int64
	due, blocked           time.Time // zero = none
	custom                 map[string]any
	subtasks               []subtask
	status, reason         int
	operator               int64 // who talked; 0 = nobody
	record                 string
	talk                   int64 // s
	attempts               []attempt
	created, updated       time.Time
	end                    time.Time // zero = not finished
}

type subtask struct {
	ID       int64  `json:"subtask_id"`
	Number   string `json:"number"`
	Priority int64  `json:"priority"`
	Order    int64  `json:"order"`
	Type     int64  `json:"type"` // always 0, a call
}

// attempt is one call of a task, as the report prints it.
type attempt struct {
	ID           int64   `json:"attempt_id"`
	Name         string  `json:"name"`
	Position     string  `json:"position"`
	Organization string  `json:"organization"`
	Record       *string `json:"record_id"`
	Phone        string  `json:"phone"`
	SMS          *string `json:"sms"`
	Text         *string `json:"text"`
	Number       int     `json:"number"` // of the attempt
	Result       int     `json:"result"`
	at           time.Time
}

func (t *task) finish(reason int, at time.Time) {
	t.status, t.reason, t.end, t.updated = finished, reason, at, at
}

// orNull is a value that is printed as null when it is none.
func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// listed is a task as a campaign shows it (document §4.6.4, example).
type listed struct {
	ID           int64   `json:"task_id"`
	Name         string  `json:"name"`
	Status       int     `json:"status"`
	Number       string  `json:"number"`
	Timezone     *int    `json:"timezone"`
	Zoned        int     `json:"timezone_enabled"`
	Attempts     int     `json:"attempts_count"`
	Reason       *int    `json:"status_reason"`
	Position     string  `json:"position"`
	Due          *string `json:"due_date"` // unix s, as a text
	Organization string  `json:"organization"`
	Comment      *string `json:"comment"`
	Operator     *int64  `json:"operator_id"`
	Record       *string `json:"record_id"`
	Duration     *int64  `json:"duration"` // s
}

func (t *task) listed() listed {
	out := listed{
		ID: t.id, Name: t.name, Status: t.status, Number: t.number, Attempts: len(t.attempts), Reason: orNull(t.reason),
		Position: t.position, Organization: t.organization, Comment: orNull(t.comment),
		Operator: orNull(t.operator), Record: orNull(t.record), Duration: orNull(t.talk),
	}
	if !t.due.IsZero() {
		out.Due = new(strconv.FormatInt(t.due.Unix(), 10))
	}
	return out
}

// card is a task as task and tasks/finished show it (document §4.6.13).
func (t *task) card(campaign int64) map[string]any {
	return map[string]any{
		"campaign_task_id": t.id, "campaign_id": campaign, "name": t.name, "priority": t.priority, "number": t.number,
		"organization": t.organization, "position": t.position, "comment": orNull(t.comment), "due_date": unix(t.due),
		"blocked_until": unix(t.blocked), "custom_fields": t.fields(), "talk_duration": t.talk, "status": t.status,
		"status_reason": orNull(t.reason), "transfer_number": nil, "updated": t.updated.Unix(), "end": unix(t.end),
		"created": t.created.Unix(), "subtasks": append([]subtask{}, t.subtasks...),
	}
}

func (t *task) fields() map[string]any {
	out := map[string]any{}
	maps.Copy(out, t.custom)
	return out
}

// taskForm is a task as it is sent.
type taskForm struct {
	Name         *api.Text       `json:"name"`
	Number       api.Text        `json:"number"`
	Priority     *api.Int        `json:"priority"`
	Organization *api.Text       `json:"organization"`
	Position     *api.Text       `json:"position"`
	Comment      api.Text        `json:"comment"`
	Due          api.Text        `json:"due_date"`
	Blocked      api.Text        `json:"blocked_until"`
	Custom       json.RawMessage `json:"custom_fields"`
	Subtasks     []struct {
		Number   api.Text `json:"number"`
		Priority *api.Int `json:"priority"`
		Order    *api.Int `json:"order"`
		Type     *api.Int `json:"type"`
	} `json:"subtasks"`
}

// make makes a task of the form; its ids are those that come next.
func (c *Campaigns) make(f *taskForm, wrong api.Fields) *task {
	now := c.cfg.Now()
	t := &task{priority: defaultLevel, comment: string(f.Comment), status: queued, created: now, updated: now}
	f.applyText(t, wrong)
	if over(f.Comment, maxComment) {
		wrong.Add("comment", api.TooBig)
	}
	var code int
	t.number, code = dialled(f.Number)
	wrong.Add("number", code)
	for name, at := range map[string]struct {
		said api.Text
		is   *time.Time
	}{"due_date": {f.Due, &t.due}, "blocked_until": {f.Blocked, &t.blocked}} {
		if at.said == "" {
			continue
		}
		var ok bool
		if *at.is, ok = moment(at.said); !ok {
			wrong.Add(name, api.WrongFormat)
		}
	}
	for _, s := range f.Subtasks {
		number, code := dialled(s.Number)
		wrong.Add("subtasks", code)
		sub := subtask{Number: number, Priority: defaultLevel}
		switch {
		case s.Order == nil || s.Type == nil:
			wrong.Add("subtasks", api.Missing)
			continue
		case *s.Type != 0, *s.Order < 0:
			wrong.Add("subtasks", api.WrongFormat)
		}
		sub.Order = int64(*s.Order)
		if s.Priority != nil {
			sub.Priority = int64(*s.Priority)
			wrong.Add("subtasks", level(*s.Priority))
		}
		t.subtasks = append(t.subtasks, sub)
	}
	slices.SortStableFunc(t.subtasks, func(a, b subtask) int { return int(a.Order - b.Order) })
	return t
}

// applyText takes what task/update changes too.
func (f *taskForm) applyText(t *task, wrong api.Fields) {
	for name, s := range map[string]struct {
		said *api.Text
		is   *string
	}{"name": {f.Name, &t.name}, "organization": {f.Organization, &t.organization}, "position": {f.Position, &t.position}} {
		if s.said == nil {
			continue
		}
		*s.is = string(*s.said)
		if over(*s.said, maxText) {
			wrong.Add(name, api.TooBig)
		}
	}
	if f.Priority != nil {
		t.priority = int64(*f.Priority)
		wrong.Add("priority", level(*f.Priority))
	}
	if f.Custom != nil {
		var code int
		t.custom, code = readCustom(f.Custom)
		wrong.Add("custom_fields", code)
	}
}

// keep puts a task into a campaign.
func (c *Campaigns) keep(one *campaign, t *task) {
	c.last.task++
	t.id = c.last.task
	for i := range t.subtasks {
		c.last.subtask++
		t.subtasks[i].ID = c.last.subtask
	}
	one.tasks = append(one.tasks, t)
}

func over(t api.Text, most int) bool { return utf8.RuneCountInString(string(t)) > most }

func level(n api.Int) int {
	switch {
	case n < 1:
		return api.TooSmall
	case n > maxPriority:
		return api.TooBig
	}
	return 0
}

// dialled is a number as the PBX keeps it: "+375291111111" without the plus,
// "sip:admin@test.mangosip.ru" as it is.
func dialled(t api.Text) (string, int) {
	number := strings.TrimPrefix(string(t), "+")
	user, sip := strings.CutPrefix(number, "sip:")
	switch {
	case t == "":
		return "", api.Missing
	case len(t) > maxNumber:
		return "", api.TooBig
	case sip && user != "" && !strings.ContainsAny(user, " \t\r\n"), api.Text(number).Digits():
		return number, 0
	}
	return "", api.WrongNumber
}
