package company

// Groups are all groups, oldest first.
func (c *Company) Groups() []Group {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]Group, 0, len(c.groups))
	for _, g := range c.groups {
		of := Group{ID: g.ID, Name: g.Name, Extension: g.Extension}
		for _, o := range g.operators {
			if m, ok := c.byID(o.user); ok {
				of.Members = append(of.Members, m.Extension)
			}
		}
		out = append(out, of)
	}
	return out
}

// Lines are all lines, the main one first.
func (c *Company) Lines() []Line {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]Line, 0, len(c.lines))
	for _, l := range c.lines {
		out = append(out, l.Line)
	}
	return out
}
