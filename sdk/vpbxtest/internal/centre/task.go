package centre

import (
	"slices"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Statuses of a task; 3 is confirmed.
const (
	taskOpen      = 0
	taskDone      = 1
	taskCancelled = 2
	taskConfirmed = 3
)

// Bounds of a task (document §4.3.1, §4.9.1.1).
const (
	firstTask      = 45594
	firstAutoCall  = 11024548
	dayMinutes     = 24 * 60
	maxDescription = 1024
	maxTheme       = 50 // characters
	maxThemes      = 50
	maxTasks       = 500 // of one page
	// autoCallAhead is how long before its start an automatic call is fixed.
	autoCallAhead = 5 * time.Minute
)

// Where the notifications of tasks go. The document prints no path; this one is
// inferred.
const (
	pathTaskCreated = "/events/task/created"
	pathTaskChanged = "/events/task/changed"
)

// task is one task of an employee; it is replaced, never changed in place.
type task struct {
	fields

	start    time.Time
	autoCall int64 // the task of the automatic call; 0 = none
}

// fields are printed everywhere; start_time is printed in three ways.
type fields struct {
	ID          int64   `json:"task_id"`
	Status      int64   `json:"status"`
	Event       int64   `json:"event_type"`
	Duration    *int64  `json:"duration"` // minutes
	Priority    *int64  `json:"priority"`
	Contact     *int64  `json:"contact_id"`
	Source      *int64  `json:"source_id"`
	SourceType  *string `json:"source_type"`
	From        *int64  `json:"from_user_id"`
	To          int64   `json:"to_user_id"`
	Deal        *int64  `json:"deal_id"`
	Description *string `json:"description"`
	Phone       *string `json:"phone"`
	Auto        bool    `json:"is_auto_call"`
	Theme       *string `json:"theme"`
}

// printed is a task with its start as a text.
type printed struct {
	fields

	Start string `json:"start_time"`
}

// told is a task as its notifications tell it.
type told struct {
	fields

	Start int64 `json:"start_time"` // unix s
}

func (t *task) told() told { return told{t.fields, t.start.Unix()} }

type taskForm struct {
	ID          *api.Int  `json:"task_id"`
	Status      *api.Int  `json:"status"`
	Event       *api.Int  `json:"event_type"`
	Start       api.Text  `json:"start_time"`
	Duration    *api.Int  `json:"duration"`
	Priority    *api.Int  `json:"priority"`
	Contact     *api.Int  `json:"contact_id"`
	Source      *api.Int  `json:"source_id"`
	SourceType  *api.Text `json:"source_type"`
	From        *api.Int  `json:"from_user_id"`
	To          *api.Int  `json:"to_user_id"`
	Deal        *api.Int  `json:"deal_id"`
	Description *api.Text `json:"description"`
	Phone       *api.Text `json:"phone"`
	Auto        *api.Bool `json:"is_auto_call"`
	Theme       *api.Text `json:"theme"`
}

// apply takes what a request says into t and checks what both methods want.
func (c *Centre) apply(f *taskForm, t *task, wrong api.Fields) {
	wrong.Add("event_type", among(f.Event, 1, 4))
	if f.Event != nil {
		t.Event = int64(*f.Event)
	}
	var ok bool
	switch t.start, ok = moment(f.Start); {
	case f.Start == "":
		wrong.Add("start_time", api.Missing)
	case !ok:
		wrong.Add("start_time", api.WrongFormat)
	}
	wrong.Add("to_user_id", c.checkUser(f.To))
	if f.To != nil {
		t.To = int64(*f.To)
	}
	for name, id := range map[string]struct {
		said *api.Int
		is   **int64
	}{
		"duration": {f.Duration, &t.Duration}, "priority": {f.Priority, &t.Priority}, "contact_id": {f.Contact, &t.Contact},
		"source_id": {f.Source, &t.Source}, "from_user_id": {f.From, &t.From}, "deal_id": {f.Deal, &t.Deal},
	} {
		if id.said != nil {
			*id.is = orNull(id.said)
		}
		if id.said != nil && *id.said < 0 {
			wrong.Add(name, api.TooSmall)
		}
	}
	for _, s := range []struct {
		said *api.Text
		is   **string
	}{{f.SourceType, &t.SourceType}, {f.Description, &t.Description}, {f.Phone, &t.Phone}, {f.Theme, &t.Theme}} {
		if s.said != nil {
			*s.is = textOrNull(s.said)
		}
	}
	if t.Priority != nil && *t.Priority > 2 {
		wrong.Add("priority", api.WrongFormat)
	}
	if t.From != nil && !c.employs(*t.From) {
		wrong.Add("from_user_id", api.NoObject)
	}
	if _, ok := c.deal(t.Deal); t.Deal != nil && !ok {
		wrong.Add("deal_id", api.NoObject)
	}
	if tooLong(t.Description, maxDescription) {
		wrong.Add("description", api.TooBig)
	}
	c.checkTheme(t.Theme, wrong)
}

// checkTheme lets a new theme pass while there is room for it.
func (c *Centre) checkTheme(theme *string, wrong api.Fields) {
	switch {
	case tooLong(theme, maxTheme):
		wrong.Add("theme", api.TooBig)
	case theme != nil && *theme != "" && !c.themes[*theme] && len(c.themes) >= maxThemes:
		wrong.Add("theme", api.WrongKind)
	}
}

func tooLong(s *string, most int) bool { return s != nil && utf8.RuneCountInString(*s) > most }

// among is what is wrong with a mandatory number that is a choice.
func among(n *api.Int, low, high api.Int) int {
	switch {
	case n == nil:
		return api.Missing
	case *n < low || *n > high:
		return api.WrongFormat
	}
	return 0
}

// keep puts a task in its place and answers for it.
func (c *Centre) keep(t *task, path string) api.Answer {
	if t.Auto && t.autoCall == 0 {
		c.last.autoCall++
		t.autoCall = c.last.autoCall
	}
	if !t.Auto {
		t.autoCall = 0
	}
	if t.Theme != nil && *t.Theme != "" {
		c.themes[*t.Theme] = true
	}
	if i := c.taskAt(t.ID); i >= 0 {
		c.tasks[i] = t
	} else {
		c.tasks = append(c.tasks, t)
	}
	c.tell(path, t.told())
	members := map[string]any{"task_id": t.ID, "auto_call_task_id": nil}
	if t.autoCall != 0 {
		members["auto_call_task_id"] = t.autoCall
	}
	return api.OK(members)
}

func (c *Centre) taskAt(id int64) int {
	return slices.IndexFunc(c.tasks, func(t *task) bool { return t.ID == id })
}

// addTask is cc/task/add (document §4.3.1 and §4.9.1.1).
func (c *Centre) addTask(q api.Query) api.Answer {
	var f taskForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	t := &task{fields: fields{ID: c.last.task + 1, Status: taskOpen}}
	c.apply(&f, t, wrong)
	if f.Duration != nil && *f.Duration > dayMinutes {
		wrong.Add("duration", api.TooBig)
	}
	t.Auto = f.Auto != nil && bool(*f.Auto)
	if t.Auto && t.start.Before(c.cfg.Now().Add(autoCallAhead)) {
		wrong.Add("start_time", api.WrongDates)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	c.last.task = t.ID
	return c.keep(t, pathTaskCreated)
}

// updateTask is cc/task/update (document §4.3.2 and §4.9.1.2).
func (c *Centre) updateTask(q api.Query) api.Answer {
	var f taskForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if f.ID == nil {
		return api.RefuseField("task_id", api.Missing)
	}
	i := c.taskAt(int64(*f.ID))
	if i < 0 {
		return api.Refuse(api.NoObject)
	}
	t := *c.tasks[i]
	c.apply(&f, &t, wrong)
	wrong.Add("status", among(f.Status, taskOpen, taskConfirmed))
	wrong.Add("duration", among(f.Duration, 0, dayMinutes-1))
	if f.Auto != nil {
		t.Auto = bool(*f.Auto)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	soonest := c.cfg.Now().Add(autoCallAhead)
	if t.Auto != c.tasks[i].Auto && (t.start.Before(soonest) || c.tasks[i].start.Before(soonest)) {
		return api.Refuse(api.Impossible)
	}
	t.Status = int64(*f.Status)
	return c.keep(&t, pathTaskChanged)
}

// getTask is cc/task/get (document §4.9.1.3), which prints no zone.
func (c *Centre) getTask(q api.Query) api.Answer {
	var form struct {
		ID api.Int `json:"task_id"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("task_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	i := c.taskAt(int64(form.ID))
	if i < 0 {
		return api.Refuse(api.NoObject)
	}
	t := c.tasks[i]
	return api.OK(map[string]any{"task": printed{t.fields, t.start.In(moscow).Format(time.DateTime)}})
}

// listTasks is cc/task/list (document §4.9.1.4).
func (c *Centre) listTasks(q api.Query) api.Answer {
	form := struct {
		Limit    api.Int  `json:"limit"`
		Offset   api.Int  `json:"offset"`
		ID       idList   `json:"task_id"`
		Start    api.Text `json:"start_time"`
		Status   *idList  `json:"status"`
		Event    idList   `json:"event_type"`
		Contact  idList   `json:"contact_id"`
		Priority idList   `json:"priority"`
		From     idList   `json:"from_user_id"`
		To       idList   `json:"to_user_id"`
	}{Limit: maxTasks}
	wrong := api.ReadFields(q, &form)
	start, ok := moment(form.Start)
	switch {
	case form.Limit < 1:
		wrong.Add("limit", api.TooSmall)
	case form.Limit > maxTasks:
		wrong.Add("limit", api.TooBig)
	case form.Offset < 0:
		wrong.Add("offset", api.TooSmall)
	case form.Start != "" && !ok:
		wrong.Add("start_time", api.WrongFormat)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	var status idList
	if form.Status != nil {
		if status = *form.Status; len(status) == 0 {
			status = idList{taskOpen} // a bare 0 reads as an empty list
		}
	}
	out := []printed{}
	for _, t := range c.tasks {
		if !has(form.ID, &t.ID) || !has(status, &t.Status) || !has(form.Event, &t.Event) || !has(form.Contact, t.Contact) ||
			!has(form.Priority, t.Priority) || !has(form.From, t.From) || !has(form.To, &t.To) || (form.Start != "" && !t.start.Equal(start)) {
			continue
		}
		out = append(out, printed{t.fields, t.start.In(moscow).Format(time.DateTime + "-07")})
	}
	out = out[min(int(form.Offset), len(out)):]
	return api.OK(map[string]any{"tasks": out[:min(int(form.Limit), len(out))]})
}

// has reports whether a filter lets v pass.
func has(filter idList, v *int64) bool {
	return len(filter) == 0 || v != nil && slices.Contains(filter, api.Int(*v))
}

// closeTasks is cc/task/done and cc/task/cancel (document §4.9.1.5–6): the
// result of each task stands beside it, that of the whole is always 1000.
func (c *Centre) closeTasks(status int64) api.Method {
	type row struct {
		ID     int64 `json:"task_id"`
		Result int   `json:"result"`
	}
	return func(q api.Query) api.Answer {
		var form struct {
			IDs idList `json:"task_id"`
		}
		wrong := api.ReadFields(q, &form)
		if len(form.IDs) == 0 {
			wrong.Add("task_id", api.Missing)
		}
		if len(wrong) > 0 {
			return wrong.Answer()
		}
		rows := []row{}
		for _, id := range form.IDs {
			i := c.taskAt(int64(id))
			if i < 0 || c.tasks[i].Status != taskOpen {
				rows = append(rows, row{int64(id), serverError})
				continue
			}
			t := *c.tasks[i]
			t.Status = status
			c.tasks[i] = &t
			c.tell(pathTaskChanged, t.told())
			rows = append(rows, row{t.ID, api.Done})
		}
		return api.OK(map[string]any{"data": rows})
	}
}
