package vpbxtest

import (
	"fmt"
	"slices"
	"strings"
)

// directory is who and what belongs to the company. It does not change after
// New.
type directory struct {
	employees []Employee
	lines     []Line
	groups    []Group
}

const (
	firstUserID  = 300049001
	firstLineID  = 300029101
	firstGroupID = 10051201
	// shortest is the length from which on digits are an outside number;
	// what is shorter and belongs to nobody is a mistake.
	shortest = 6
)

func newDirectory(c Config) (*directory, error) {
	d := &directory{employees: slices.Clone(c.Employees), lines: slices.Clone(c.Lines), groups: slices.Clone(c.Groups)}
	seen := map[string]bool{}
	take := func(what, ext string) error {
		if ext == "" || seen[ext] {
			return fmt.Errorf("vpbxtest: %s with the short number %q: empty or given twice", what, ext)
		}
		seen[ext] = true
		return nil
	}
	for i := range d.employees {
		w := &d.employees[i]
		if err := take("employee", w.Extension); err != nil {
			return nil, err
		}
		if _, ok := outcomes[w.Does]; !ok {
			return nil, fmt.Errorf("vpbxtest: employee %s: unknown outcome %q", w.Extension, w.Does)
		}
		fill(&w.UserID, firstUserID+int64(i))
		fill(&w.Number, "sip:user"+w.Extension+"@example.mangosip.ru")
		fill(&w.Name, "Сотрудник "+w.Extension)
	}
	for i := range d.lines {
		if d.lines[i].Number == "" {
			return nil, fmt.Errorf("vpbxtest: line %d has no number", i+1)
		}
		fill(&d.lines[i].ID, firstLineID+int64(i))
	}
	for i := range d.groups {
		g := &d.groups[i]
		if err := take("group", g.Extension); err != nil {
			return nil, err
		}
		fill(&g.ID, firstGroupID+int64(i))
		for _, ext := range g.Members {
			if _, ok := d.worker(ext); !ok {
				return nil, fmt.Errorf("vpbxtest: group %s: no employee %q", g.Extension, ext)
			}
		}
	}
	return d, nil
}

func (d *directory) worker(ext string) (Employee, bool) {
	i := slices.IndexFunc(d.employees, func(w Employee) bool { return w.Extension == ext })
	if i < 0 {
		return Employee{}, false
	}
	return d.employees[i], true
}

// employee is the party of an extension.
func (d *directory) employee(ext string) (party, bool) {
	w, ok := d.worker(ext)
	return party{ext: w.Extension, number: w.Number}, ok
}

func (d *directory) group(ext string) (Group, bool) {
	i := slices.IndexFunc(d.groups, func(g Group) bool { return g.Extension == ext })
	if i < 0 {
		return Group{}, false
	}
	return d.groups[i], true
}

// line finds a line by number or name; "" is the first line.
func (d *directory) line(number string) (Line, bool) {
	for _, l := range d.lines {
		if number == "" || l.Number == number || l.Name == number {
			return l, true
		}
	}
	return Line{}, false
}

// outgoing is the line that an employee calls out on.
func (d *directory) outgoing(ext string) string {
	if w, ok := d.worker(ext); ok && w.Line != "" {
		return w.Line
	}
	l, _ := d.line("")
	return l.Number
}

// resolve tells who is rung for a number: an employee, the members of a group,
// the employee whose device it is, or an outside number. It reports false for
// a short number that nobody has.
func (d *directory) resolve(number string) ([]party, bool) {
	if p, ok := d.employee(number); ok {
		return []party{p}, true
	}
	if g, ok := d.group(number); ok {
		parties := make([]party, 0, len(g.Members))
		for _, ext := range g.Members {
			p, _ := d.employee(ext)
			p.group = &g.Extension
			parties = append(parties, p)
		}
		return parties, len(parties) > 0
	}
	for _, w := range d.employees {
		if number != "" && w.Number == number {
			return []party{{ext: w.Extension, number: w.Number}}, true
		}
	}
	if strings.HasPrefix(number, "sip:") {
		return []party{{number: number}}, len(number) > len("sip:")
	}
	if len(number) < shortest || strings.Trim(number, "0123456789") != "" {
		return nil, false
	}
	return []party{{number: number}}, true
}
