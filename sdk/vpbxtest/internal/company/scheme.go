package company

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scheme of call distribution. The document tells its number, name and lines
// and nothing of what is inside: here that is hours, menus and destinations,
// the least that makes calls take different ways.
type Scheme struct {
	ID          int64   `json:"id"` // 0 = given out
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Hours       []Hours `json:"hours"`  // when Open is at work; none = always
	Open        Branch  `json:"open"`   // where a call goes
	Closed      Branch  `json:"closed"` // and where outside the hours
}

// Hours of some days of the week, Moscow time.
type Hours struct {
	Days  []time.Weekday `json:"days"`  // 0 = Sunday; none = all
	From  string         `json:"from"`  // "09:00"
	Until string         `json:"until"` // "18:00", which is outside
}

// Branch leads a caller: into a menu, or to somebody. One that does neither
// ends the call (1170).
type Branch struct {
	// Menu is by the digits that lead on. Others than these are not heard.
	Menu map[string]Branch `json:"menu,omitempty"`
	// Dial asks for a short number instead and calls it (DISA). The number is
	// complete five seconds after its last digit, "*" begins it anew; one that
	// nobody has is only told, and the caller waits on.
	Dial bool `json:"dial,omitempty"`
	// Wait is how long a menu waits for digits, in seconds; 0 = 10.
	Wait int `json:"wait,omitempty"`
	// To is an employee or a group by short number, or an outside number.
	To string `json:"to,omitempty"`
	// Else is where a call goes that typed nothing, or that nobody answered;
	// nil = it ends.
	Else *Branch `json:"else,omitempty"`
}

// defaultSchemes are those of a company that nobody described: a menu that
// leads to the first group in any case, and one that ends the call.
func defaultSchemes(groups []group) []Scheme {
	day := Scheme{ID: schemeDay, Name: "Рабочее время", Description: "группа по очереди"}
	if len(groups) > 0 {
		sales := Branch{To: groups[0].Extension}
		day.Open = Branch{Menu: map[string]Branch{"1": sales}, Wait: 5, Else: &sales}
	}
	return []Scheme{day, {ID: schemeNight, Name: "Нерабочее время"}}
}

func (s *Scheme) check() error {
	for _, h := range s.Hours {
		if !isTime(h.From, clock) || !isTime(h.Until, clock) || h.From == "" || h.Until == "" {
			return fmt.Errorf("vpbxtest: scheme %q: hours %q to %q, want 15:04", s.Name, h.From, h.Until)
		}
	}
	for _, b := range []Branch{s.Open, s.Closed} {
		if err := b.check(); err != nil {
			return fmt.Errorf("vpbxtest: scheme %q: %w", s.Name, err)
		}
	}
	return nil
}

func (b Branch) check() error {
	ways := 0
	for _, way := range []bool{len(b.Menu) > 0, b.Dial, b.To != ""} {
		if way {
			ways++
		}
	}
	if ways > 1 || b.Wait < 0 {
		return fmt.Errorf("a branch is %d of menu, dial and to, or waits %d s", ways, b.Wait)
	}
	for digits, next := range b.Menu {
		if digits == "" || strings.Trim(digits, "0123456789*#") != "" {
			return fmt.Errorf("%q are no digits of a menu", digits)
		}
		if err := next.check(); err != nil {
			return err
		}
	}
	if b.Else != nil {
		return b.Else.check()
	}
	return nil
}

// leads reports whether a short number stands somewhere in the branch.
func (b Branch) leads(to string) bool {
	if to != "" && b.To == to || b.Else != nil && b.Else.leads(to) {
		return true
	}
	for _, next := range b.Menu {
		if next.leads(to) {
			return true
		}
	}
	return false
}

// inScheme reports whether a scheme leads to a short number.
func (c *Company) inScheme(to string) bool {
	return slices.ContainsFunc(c.schemes, func(s Scheme) bool { return s.Open.leads(to) || s.Closed.leads(to) })
}

// at is where a call goes that comes now.
func (s *Scheme) at(now time.Time) Branch {
	now = now.In(moscow)
	for _, h := range s.Hours {
		if (len(h.Days) == 0 || slices.Contains(h.Days, now.Weekday())) && within(now, h.From, h.Until) {
			return s.Open
		}
	}
	if len(s.Hours) == 0 {
		return s.Open
	}
	return s.Closed
}

// clock is how a time of day is written.
const clock = "15:04"

// within reports whether a moment lies in a part of its day; "" = no bound.
func within(at time.Time, from, until string) bool {
	now := at.Format(clock)
	return now >= from && (until == "" || now < until)
}

// seedSchemes gives the company its schemes and a trunk with a number of each
// kind.
func (c *Company) seedSchemes(schemes []Scheme) error {
	if c.schemes = slices.Clone(schemes); len(schemes) == 0 {
		c.schemes = defaultSchemes(c.groups)
	}
	for i := range c.schemes {
		fill(&c.schemes[i].ID, schemeDay+int64(i))
		if err := c.schemes[i].check(); err != nil {
			return err
		}
	}
	day, night := c.schemes[0].ID, c.schemes[len(c.schemes)-1].ID
	for i := range c.lines {
		c.lines[i].scheme = day
	}
	c.trunks = []trunk{
		{id: 10004501, trunk: 10000121, number: "74957654321", options: trunkReceives | trunkCalls, description: "оба направления", scheme: day},
		{id: 10004502, trunk: 10000121, number: "74957654322", options: trunkReceives, description: "только приём", scheme: night},
		{id: 10004503, trunk: 10000121, number: "74957654323", options: trunkCalls},
	}
	return nil
}

// Entrance is a number of the company that clients call: a line, by number or
// name ("" = the first), or a number of a trunk that receives. The branch is
// where its scheme leads a call that comes now.
func (c *Company) Entrance(number string, now time.Time) (called string, way Branch, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, l := range c.lines {
		if number == "" || l.Number == number || l.Name == number {
			return l.Number, c.way(l.scheme, now), true
		}
	}
	for _, t := range c.trunks {
		if t.number == number && t.options&trunkReceives != 0 {
			return number, c.way(t.scheme, now), true
		}
	}
	return "", Branch{}, false
}

func (c *Company) way(scheme int64, now time.Time) Branch {
	s, _ := c.schemeFor(scheme)
	return s.at(now)
}
