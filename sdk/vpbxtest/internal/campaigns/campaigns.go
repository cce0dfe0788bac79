// Package campaigns is the outbound dialling of the emulated PBX (document
// §4.6): campaigns, their tasks and what became of these. A campaign starts,
// stops and expires by its dates and its schedule; who owns the calls asks what
// is Due, and says how it was Done.
//
// The document prints no codes of refusal for most of these methods. That the
// fields at fault are named, as newer methods do, is inferred.
package campaigns

import (
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Codes of campaigns (document, appendix of codes).
const (
	wrongCreator   = 5105
	wrongStatus    = 5106 // of the campaign
	tooManyTasks   = 5107
	doubleNumbers  = 5109
	wrongTaskState = 5111
)

// maxTasks is how many tasks one campaign holds.
const maxTasks = 10000

// Where ids begin.
const (
	firstCampaign = 17775
	firstTask     = 11227830
	firstSubtask  = 36514001
	firstAttempt  = 50210001
)

// Person is an employee as campaigns print him.
type Person struct {
	ID        int64  `json:"user_id"`
	Name      string `json:"name"`
	Extension string `json:"extension"`
}

// Config describes the campaigns of a company.
type Config struct {
	Product, Point int64
	Person         func(user int64) (Person, bool)
	CallsOut       func(line int64) int     // the code of what keeps a line from calling out; 0 = nothing
	Bans           func(number string) bool // whether campaigns may not call a number; nil = never
	// Changed is called after each request, without a lock held; nil = nobody
	// wants to know.
	Changed func()
	Now     api.Clock
	// Line and Operator are of the campaigns that a fresh company has; there
	// are none when the line cannot call out.
	Line, Operator int64
}

// Campaigns are those of one company. The methods of Table are safe for
// concurrent use.
type Campaigns struct {
	cfg Config

	mu  sync.Mutex
	all []*campaign // oldest first
	// engaged are the operators of calls under way, and resting those who deal
	// with the last one (call_processing).
	engaged map[int64]int64 // task by user
	resting map[int64]time.Time
	last    struct{ campaign, task, subtask, attempt, command int64 }
}

// New makes the campaigns of a fresh company: a finished one and an endless
// one that is stopped.
func New(cfg Config) *Campaigns {
	c := &Campaigns{cfg: cfg, engaged: map[int64]int64{}, resting: map[int64]time.Time{}}
	if c.cfg.Bans == nil {
		c.cfg.Bans = func(string) bool { return false }
	}
	c.last.campaign, c.last.task, c.last.subtask, c.last.attempt = firstCampaign-1, firstTask-1, firstSubtask-1, firstAttempt-1
	c.seed()
	return c
}

// Table is the methods of campaigns.
func (c *Campaigns) Table() api.Table {
	table := api.Table{
		"/vpbx/campaign/list":          c.list,
		"/vpbx/campaign":               c.get,
		"/vpbx/campaign/add":           c.add,
		"/vpbx/campaign/update":        c.update,
		"/vpbx/campaign/start":         c.start,
		"/vpbx/campaign/stop":          c.stop,
		"/vpbx/campaign/delete":        c.remove,
		"/vpbx/campaign-report/create": c.report,
		"/vpbx/v2/campaign/tasks":      c.page,

		"/vpbx/tasks/push":     c.push,
		"/vpbx/tasks/finished": c.finished,
		"/vpbx/tasks/reset":    c.reset,
		"/vpbx/task":           c.getTask,
		"/vpbx/task/add":       c.addTask,
		"/vpbx/task/update":    c.updateTask,
		"/vpbx/task/start":     c.startTask,
		"/vpbx/task/stop":      c.stopTask,
		"/vpbx/task/delete":    c.deleteTask,

		"/vpbx/custom-type/list": listCustomTypes,
	}
	for path, method := range table {
		table[path] = func(q api.Query) api.Answer {
			defer c.changed()
			c.mu.Lock()
			defer c.mu.Unlock()
			c.refresh()
			return method(q)
		}
	}
	return table
}

func (c *Campaigns) changed() {
	if c.cfg.Changed != nil {
		c.cfg.Changed()
	}
}

// refresh lets time do its work: campaigns begin, pause and expire, and tasks
// that are due no longer end.
func (c *Campaigns) refresh() {
	now := c.cfg.Now()
	for _, one := range c.all {
		one.refresh(now)
	}
}

func (c *Campaigns) find(id api.Int) (*campaign, bool) {
	i := slices.IndexFunc(c.all, func(one *campaign) bool { return one.id == int64(id) })
	if i < 0 {
		return nil, false
	}
	return c.all[i], true
}

// named reads the form of a method and finds the campaign that it is about.
func named[T any](c *Campaigns, q api.Query, form *T, id *api.Int) (*campaign, api.Fields, *api.Answer) {
	wrong := api.ReadFields(q, form)
	if *id == 0 {
		wrong.Add("campaign_id", api.Missing)
	}
	if _, bad := wrong["campaign_id"]; bad {
		return nil, wrong, new(wrong.Answer())
	}
	one, ok := c.find(*id)
	if !ok {
		return nil, wrong, new(api.Refuse(api.NoObject))
	}
	return one, wrong, nil
}

// onlyCampaign is named for methods that take nothing but a campaign.
func (c *Campaigns) onlyCampaign(q api.Query) (*campaign, *api.Answer) {
	var form struct {
		ID api.Int `json:"campaign_id"`
	}
	one, _, refusal := named(c, q, &form, &form.ID)
	return one, refusal
}

// moment reads a moment as campaigns take it: "2023-01-26 12:25:00", UTC.
func moment(t api.Text) (time.Time, bool) {
	at, err := time.ParseInLocation(time.DateTime, string(t), time.UTC)
	return at, err == nil
}

// unix is a moment as campaigns print it; null when there is none.
func unix(at time.Time) *int64 {
	if at.IsZero() {
		return nil
	}
	return new(at.Unix())
}
