package campaigns

import (
	"cmp"
	"math"
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// How a campaign dials (dial_mode).
const (
	dialBoth        = 2 // told as operator first (inferred)
	dialOperator    = 3
	dialClient      = 4
	dialPredictive  = 7
	stopping        = 3 // status of a stopped campaign whose calls are not over
	defaultPriority = math.MaxInt64
)

// Results of an attempt, which are reasons of the status of a task too.
const (
	Talked              = talked
	ClientBusy          = 2
	ClientNoAnswer      = noAnswer
	ClientUnavailable   = 4
	OperatorBusy        = 5
	OperatorNoAnswer    = 6
	OperatorUnavailable = 7
	NoSuchNumber        = 8
	banned              = 26 // on the list of forbidden numbers
)

// MissedInIVR is the callback_initiator whose events carry no task_id.
const MissedInIVR = "MissInIvrCallCallback"

// Order is a call that a campaign makes now.
type Order struct {
	Task        int64
	Line        int64
	Number      string
	Operators   []int64 // who may talk: one, or all of a predictive campaign
	ClientFirst bool
	Initiator   string        // callback_initiator
	Wait        time.Duration // how long either side is rung
}

// Result is how the call of a task ended.
type Result struct {
	Reason   int
	Operator int64 // who talked
	Talk     time.Duration
	Record   string // "" = none
}

// Due picks the tasks that are dialled now; each is running from here to Done.
// free tells whether an employee could take a call.
func (c *Campaigns) Due(free func(user int64) bool) []Order {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refresh()
	now := c.cfg.Now()
	able := func(user int64) bool { return c.engaged[user] == 0 && !now.Before(c.resting[user]) && free(user) }
	var orders []Order
	for _, one := range c.byPriority() {
		for one.status == running {
			operators := slices.DeleteFunc(c.operators(one), func(user int64) bool { return !able(user) })
			order, ok := c.dial(one, operators, now)
			if !ok {
				break
			}
			orders = append(orders, order)
		}
	}
	return orders
}

// byPriority lists the campaigns, the most important first.
func (c *Campaigns) byPriority() []*campaign {
	list := slices.Clone(c.all)
	slices.SortStableFunc(list, func(a, b *campaign) int {
		return cmp.Or(cmp.Compare(a.number("priority"), b.number("priority")), cmp.Compare(a.number("order"), b.number("order")))
	})
	return list
}

// number is a setting; what is not set comes last.
func (c *campaign) number(name string) int64 {
	switch v := c.settings[name].(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	}
	return defaultPriority
}

// operators are those of a campaign; of one that names none its creator, else
// the first employee (inferred).
func (c *Campaigns) operators(one *campaign) []int64 {
	switch {
	case len(one.operators) > 0:
		return slices.Clone(one.operators)
	case one.creator != 0:
		return []int64{one.creator}
	}
	return []int64{c.cfg.Operator}
}

// dial begins the next task of a campaign for one of the operators who are
// free, as long as the pace of the campaign allows it: a call for each
// operator, in a predictive one add_calls_coef as many.
func (c *Campaigns) dial(one *campaign, free []int64, now time.Time) (Order, bool) {
	if len(free) == 0 {
		return Order{}, false
	}
	predictive := one.number("dial_mode") == dialPredictive
	if predictive && float64(one.dialling()) >= math.Ceil(float64(len(free))*one.factor()) {
		return Order{}, false
	}
	t := one.next(now)
	for ; t != nil && c.cfg.Bans(t.dialled()); t = one.next(now) {
		t.finish(banned, now)
	}
	if t == nil {
		one.refresh(now)
		return Order{}, false
	}
	t.status, t.reason, t.updated = running, noReason, now
	if !predictive {
		free = free[:1]
		c.engaged[free[0]] = t.id
	}
	mode := one.number("dial_mode")
	return Order{
		Task: t.id, Line: one.line, Number: t.dialled(), Operators: free,
		ClientFirst: mode == dialClient || mode == dialPredictive, Initiator: one.initiator(),
		Wait: time.Duration(one.number("answer_wait")) * time.Second,
	}, true
}

// Redial adds a client whom a group missed to the campaign that the group names
// (auto_dial); one who waits there already is not added twice.
func (c *Campaigns) Redial(campaign int64, number string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.all {
		if one.id != campaign || one.status == finished || len(one.tasks) >= maxTasks ||
			slices.ContainsFunc(one.tasks, func(t *task) bool { return t.number == number && t.status != finished }) {
			continue
		}
		t := c.make(&taskForm{Number: api.Text(number)}, api.Fields{})
		t.name = number
		c.keep(one, t)
	}
}

// initiator is what events call the campaign, by its service_type (document
// §3.1.2, with the Cyrillic letter that is printed there).
func (c *campaign) initiator() string {
	switch c.number("service_type") {
	case 2, 3:
		return "CallbackWidget"
	case 9:
		return "MissGroup\u0421allCallback"
	case 10:
		return MissedInIVR
	}
	return "ObDial"
}

// factor is add_calls_coef.
func (c *campaign) factor() float64 {
	if f, ok := c.settings["add_calls_coef"].(float64); ok {
		return f
	}
	return float64(c.number("add_calls_coef"))
}

// dialling is how many calls of the campaign are under way.
func (c *campaign) dialling() (n int) {
	for _, t := range c.tasks {
		if t.status == running {
			n++
		}
	}
	return n
}

// next is the task to be dialled next: of those that wait and are not blocked
// the most important, then the oldest.
func (c *campaign) next(now time.Time) *task {
	var best *task
	for _, t := range c.tasks {
		if t.status == queued && !now.Before(t.blocked) && (best == nil || t.priority < best.priority) {
			best = t
		}
	}
	return best
}

// dialled is the number of the next attempt. Numbers of subtasks take turns
// (inferred).
func (t *task) dialled() string {
	if len(t.subtasks) == 0 {
		return t.number
	}
	return t.subtasks[len(t.attempts)%len(t.subtasks)].Number
}

// Done takes the result of a task that was dialled: it is finished, or waits
// for its next attempt.
func (c *Campaigns) Done(id int64, r Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Now()
	for user, task := range c.engaged {
		if task == id {
			delete(c.engaged, user)
			fill(&r.Operator, user)
		}
	}
	for _, one := range c.all {
		t, ok := one.task(id)
		if !ok {
			continue
		}
		if rest := one.number("call_processing"); rest > 0 && r.Operator != 0 && r.Talk > 0 {
			c.resting[r.Operator] = now.Add(time.Duration(rest) * time.Second)
		}
		c.attempted(one, t, r, now)
		if one.status == stopping && one.dialling() == 0 {
			one.set(stopped, byCommand)
		}
		one.refresh(now)
	}
}

func fill[T comparable](v *T, def T) {
	var none T
	if *v == none {
		*v = def
	}
}

// attempted notes the attempt of a task and decides about the next one.
func (c *Campaigns) attempted(one *campaign, t *task, r Result, now time.Time) {
	dialled := t.dialled()
	t.talk += int64(r.Talk / time.Second)
	if r.Reason == Talked {
		t.operator, t.record = r.Operator, r.Record
	}
	c.attempt(t, now, r.Reason)
	t.attempts[len(t.attempts)-1].Phone = dialled
	switch {
	case t.status != running: // reset meanwhile
	case r.Reason == Talked || one.attemptsLeft(t, r.Reason) == 0:
		t.finish(r.Reason, now)
	default:
		t.status, t.reason, t.updated = queued, r.Reason, now
		_, wait := kindOf(r.Reason)
		if seconds := one.number(wait); seconds != defaultPriority {
			t.blocked = now.Add(time.Duration(seconds) * time.Second)
		}
	}
}

// kindOf names the settings that count and time what follows a result.
func kindOf(reason int) (redials, wait string) {
	switch reason {
	case ClientBusy, OperatorBusy:
		return "redial_busy", "timer_busy"
	case ClientNoAnswer, OperatorNoAnswer:
		return "redial_no_answer", "timer_no_answer"
	}
	return "redial_not_avail", "timer_not_avail"
}

// attemptsLeft is how many more times a task is dialled after a result: as
// often as that kind of result allows, and not beyond redial_max. That the
// first attempt does not count is inferred.
func (c *campaign) attemptsLeft(t *task, reason int) int64 {
	redials, _ := kindOf(reason)
	same := int64(0)
	for _, a := range t.attempts {
		if kind, _ := kindOf(a.Result); kind == redials {
			same++
		}
	}
	return max(min(c.number(redials)+1-same, c.number("redial_max")-int64(len(t.attempts)-1)), 0)
}

// Waiting reports whether tasks could be dialled if somebody were free.
func (c *Campaigns) Waiting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.all, func(one *campaign) bool {
		return one.status != stopped && one.status != finished &&
			slices.ContainsFunc(one.tasks, func(t *task) bool { return t.status == queued })
	})
}

// Next is the moment at which time alone makes something due; false when there
// is none.
func (c *Campaigns) Next() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refresh()
	now := c.cfg.Now()
	var first time.Time
	consider := func(at time.Time) {
		if at.After(now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	for _, one := range c.all {
		switch {
		case !slices.ContainsFunc(one.tasks, func(t *task) bool { return t.status == queued }):
		case one.status == planned:
			if at, ok := one.begins(now); ok {
				consider(at)
			}
		case one.status == running:
			for _, t := range one.tasks {
				if t.status == queued {
					consider(t.blocked)
				}
			}
			for _, user := range c.operators(one) {
				consider(c.resting[user])
			}
		}
	}
	return first, !first.IsZero()
}

// begins is the first moment from now on at which the campaign may call.
func (c *campaign) begins(now time.Time) (time.Time, bool) {
	from := now.UTC()
	if c.start.After(from) {
		from = c.start.UTC()
	}
	if c.works(from) {
		return from, true
	}
	var first time.Time
	midnight := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	for day := range 8 {
		date := midnight.AddDate(0, 0, day)
		for _, s := range c.schedule {
			at := date.Add(time.Duration(s.from) * time.Minute)
			if s.weekday == (int(date.Weekday())+6)%7+1 && at.After(from) && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	return first, !first.IsZero()
}

// Told is a task as extended statistics show it beside its call; nil when it
// is gone.
func (c *Campaigns) Told(id int64) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.all {
		t, ok := one.task(id)
		if !ok {
			continue
		}
		type tried struct {
			ID     int64 `json:"attempt_id"`
			Result int   `json:"result"`
		}
		attempts := []tried{}
		for _, a := range t.attempts {
			attempts = append(attempts, tried{a.ID, a.Result})
		}
		return map[string]any{
			"campaign_id": one.id, "name": t.name, "task_id": t.id, "status": t.status, "status_reason": orNull(t.reason),
			"subtasks": append([]subtask{}, t.subtasks...), "attempts": attempts, "custom_fields": t.fields(), "actions": []any{},
		}
	}
	return nil
}
