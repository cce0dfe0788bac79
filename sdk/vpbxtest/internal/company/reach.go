package company

import (
	"slices"
	"strconv"
	"time"
)

// What an employee's settings make of a call to him.

// Reach is the device that rings when an employee is called, and for how long
// at most (0 = the platform's limit): the first of his card that is on and on
// schedule (inferred). It reports false when there is none.
func (c *Company) Reach(ext string, now time.Time) (number string, wait time.Duration, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m, employed := c.byExtension(ext)
	if !employed {
		return "", 0, false
	}
	for _, n := range m.numbers {
		if !n.off && n.schedule.at(now) {
			return n.number, time.Duration(n.wait) * time.Second, true
		}
	}
	return "", 0, false
}

// at reports whether a schedule lets calls through now. None lets all.
func (s *schedule) at(now time.Time) bool {
	if s == nil {
		return true
	}
	utc := now.UTC().Format(time.DateTime)
	if s.From != "" && utc < s.From || s.Until != "" && utc >= s.Until {
		return false
	}
	local := now.In(moscow)
	return len(s.Items) == 0 || slices.ContainsFunc(s.Items, func(item scheduleItem) bool {
		return item.day(local) && within(local, item.From, item.Until)
	})
}

func (item *scheduleItem) day(at time.Time) bool {
	switch item.Type {
	case "AllDays":
		return true
	case "WorkingDays":
		return working(at)
	case "Holidays":
		return !working(at)
	case "SpecificDate":
		return len(item.Date) >= len(time.DateOnly) && item.Date[:len(time.DateOnly)] == at.Format(time.DateOnly)
	}
	return item.Type == at.Weekday().String()
}

// working: this company keeps no holidays but the ends of weeks.
func working(at time.Time) bool { return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday }

// What a rule of the autosecretary does with a call.
const (
	EndCall   = "end_call"
	VoiceMail = "voice_mail"
	Redirect  = "redirect"
)

// Secretary is a rule in force: after Wait of ringing the call is ended, taken
// by voice mail, or redirected.
type Secretary struct {
	Wait   time.Duration
	Action string
	To     string        // short number or outside number of a Redirect; "" = somebody who is gone
	Ring   time.Duration // of an outside number; 0 = the platform's limit
}

// Secretary is the first rule of an employee's autosecretary that is in force
// for calls from a direction ("incoming", "internal"). Of its actions the first
// is done (inferred).
func (c *Company) Secretary(ext, direction string, now time.Time) (Secretary, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m, ok := c.byExtension(ext)
	if !ok {
		return Secretary{}, false
	}
	for _, r := range c.rules {
		if r.user != m.UserID || !r.Active || len(r.Actions) == 0 || !slices.Contains(r.Direction, direction) || !r.Schedule.at(now) {
			continue
		}
		a := r.Actions[0]
		s := Secretary{Wait: time.Duration(r.Wait) * time.Second, Action: a.Action, Ring: time.Duration(a.Wait) * time.Second}
		switch a.Action {
		case redirectMember, redirectGroup, redirectOutside:
			s.Action, s.To = Redirect, c.redirected(a)
		}
		return s, true
	}
	return Secretary{}, false
}

// redirected is the number that an action leads to.
func (c *Company) redirected(a ruleAction) string {
	switch id, _ := a.Param.(int64); a.Action {
	case redirectMember:
		if m, ok := c.byID(id); ok {
			return m.Extension
		}
	case redirectGroup:
		if g, ok := c.groupFor(id); ok {
			return g.Extension
		}
	default:
		number, _ := a.Param.(string)
		return number
	}
	return ""
}

// at reports whether the schedule of a rule includes a moment.
func (s *ruleSchedule) at(now time.Time) bool {
	local := now.In(moscow)
	at := local.Format("2006-01-02 15:04")
	if s.From != "" && at < s.From || s.Until != "" && at >= s.Until {
		return false
	}
	return len(s.Items) == 0 || slices.ContainsFunc(s.Items, func(item ruleItem) bool {
		return item.day(local) && within(local, item.From, item.Until)
	})
}

// Types of an item of a rule's schedule.
const (
	everyDay = 1
	workdays = 2
	daysOff  = 3
	sunday   = 4 // up to Saturday, 10
	oneDate  = 11
)

func (item *ruleItem) day(at time.Time) bool {
	switch item.Type {
	case everyDay:
		return true
	case workdays:
		return working(at)
	case daysOff:
		return !working(at)
	case oneDate:
		return item.Date != nil && *item.Date == at.Format(time.DateOnly)
	}
	return item.Type-sunday == int(at.Weekday())
}

// How a group is rung (dial_alg_group).
const (
	DialSerial   = 0 // one after another, by priority
	DialTiers    = 1 // all of a priority at once
	DialAll      = 2 // all who are free
	DialRandom   = 3 // one after another, as the dice fall
	DialMostIdle = 5 // one after another, the longest idle first
)

// Operator is a member of a group.
type Operator struct {
	Extension string
	Priority  int64
}

// Distribution is how calls to a group are distributed.
func (c *Company) Distribution(ext string) (algorithm int64, operators []Operator, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, g := range c.groups {
		if ext == "" || g.Extension != ext {
			continue
		}
		for _, o := range g.operators {
			if m, employed := c.byID(o.user); employed {
				operators = append(operators, Operator{m.Extension, o.priority})
			}
		}
		return g.DialGroup, operators, true
	}
	return 0, nil, false
}

// AutoDial is the campaign that calls back whom a group missed; 0 = none.
func (c *Company) AutoDial(ext string) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, g := range c.groups {
		if ext != "" && g.Extension == ext && g.AutoDial != nil {
			return *g.AutoDial
		}
	}
	return 0
}

// ShortOf is the short number of an employee or of a group with an id; as text
// the id itself, which nobody has as a number, when there is none.
func (c *Company) ShortOf(user, group int64) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if m, ok := c.byID(user); ok {
		return m.Extension
	}
	if g, ok := c.groupFor(group); ok {
		return g.Extension
	}
	return strconv.FormatInt(-max(user, group), 10)
}
