package company

import (
	"slices"
	"strings"
)

// What the live calls ask of the directory.

// shortest is the length from which on digits are an outside number; what is
// shorter and belongs to nobody is a mistake.
const shortest = 6

// Called is somebody whom a number rings.
type Called struct {
	Extension string
	Number    string
	Group     *string // short number of the group that led here
}

func (c *Company) byExtension(ext string) (*member, bool) {
	i := slices.IndexFunc(c.members, func(m member) bool { return m.Extension == ext })
	if i < 0 {
		return nil, false
	}
	return &c.members[i], true
}

func (c *Company) byID(user int64) (*member, bool) {
	i := slices.IndexFunc(c.members, func(m member) bool { return m.UserID == user })
	if i < 0 {
		return nil, false
	}
	return &c.members[i], true
}

// Worker is the employee with a short number.
func (c *Company) Worker(ext string) (Employee, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if m, ok := c.byExtension(ext); ok {
		return m.Employee, true
	}
	return Employee{}, false
}

// Employs reports whether a user_id is somebody's.
func (c *Company) Employs(user int64) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.byID(user)
	return ok
}

// ByID is the employee with a user_id.
func (c *Company) ByID(user int64) (Employee, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if m, ok := c.byID(user); ok {
		return m.Employee, true
	}
	return Employee{}, false
}

// Staff is everybody, longest employed first.
func (c *Company) Staff() []Employee {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]Employee, 0, len(c.members))
	for _, m := range c.members {
		out = append(out, m.Employee)
	}
	return out
}

// CallsOut is the code of what keeps a line from calling out; 0 is nothing.
func (c *Company) CallsOut(line int64) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, code := c.outgoingLine(line)
	return code
}

// Grouped reports whether a group_id is a group's.
func (c *Company) Grouped(id int64) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.ContainsFunc(c.groups, func(g group) bool { return g.ID == id })
}

// Group is the group with a short number.
func (c *Company) Group(ext string) (Group, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.group(ext)
}

func (c *Company) group(ext string) (Group, bool) {
	for _, g := range c.groups {
		if ext == "" || g.Extension != ext {
			continue
		}
		out := Group{ID: g.ID, Name: g.Name, Extension: g.Extension}
		for _, o := range g.operators {
			if m, ok := c.byID(o.user); ok {
				out.Members = append(out.Members, m.Extension)
			}
		}
		return out, true
	}
	return Group{}, false
}

// Line finds a line by number or name; "" is the first line.
func (c *Company) Line(number string) (Line, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, l := range c.lines {
		if number == "" || l.Number == number || l.Name == number {
			return l.Line, true
		}
	}
	return Line{}, false
}

// Outgoing is the line that an employee calls out on.
func (c *Company) Outgoing(ext string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m, ok := c.byExtension(ext)
	switch {
	case ok:
		return m.Line
	case len(c.lines) > 0:
		return c.lines[0].Number
	}
	return ""
}

// Resolve tells who is rung for a number: an employee, the members of a group,
// the employee whose device it is, or an outside number. It reports false for
// a short number that nobody has, and for a group without members.
func (c *Company) Resolve(number string) ([]Called, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if number == "" {
		return nil, false
	}
	if m, ok := c.byExtension(number); ok {
		return []Called{{Extension: m.Extension, Number: m.Number}}, true
	}
	if g, ok := c.group(number); ok {
		called := make([]Called, 0, len(g.Members))
		for _, ext := range g.Members {
			m, _ := c.byExtension(ext)
			called = append(called, Called{m.Extension, m.Number, &g.Extension})
		}
		return called, len(called) > 0
	}
	for _, m := range c.members {
		if slices.ContainsFunc(m.numbers, func(n phone) bool { return n.number == number }) {
			return []Called{{Extension: m.Extension, Number: number}}, true
		}
	}
	if strings.HasPrefix(number, "sip:") {
		return []Called{{Number: number}}, len(number) > len("sip:")
	}
	if len(number) < shortest || !digits(number) {
		return nil, false
	}
	return []Called{{Number: number}}, true
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
