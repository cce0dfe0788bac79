package company

import (
	"encoding/json"
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// group is a group of employees; members name the JSON of the list.
type group struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Extension   string `json:"extension"` // may be ""
	DialGroup   int64  `json:"dial_alg_group"`
	DialUsers   int64  `json:"dial_alg_users"`
	Redirect    int64  `json:"auto_redirect"`
	AutoDial    *int64 `json:"auto_dial"` // id of a campaign
	Line        *int64 `json:"line_id"`
	DynamicIVR  int64  `json:"use_dynamic_ivr"`
	DynamicSeq  int64  `json:"use_dynamic_seq_num"`
	Melody      *int64 `json:"melody_id"` // null = the default
	operators   []operator
}

// operator is a member of a group. Their order is that of the list sent.
type operator struct{ user, priority int64 }

// printedOperator is how the list shows one.
type printedOperator struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Priority  int64  `json:"priority"`
	Order     int    `json:"order"`
}

type printedGroup struct {
	group
	Operators *[]printedOperator `json:"operators,omitempty"`
}

// listGroups is groups (document §3.7.2). That operators are shown only when
// show_users is 1 is inferred from its name.
func (c *Company) listGroups(q api.Query) api.Answer {
	var form struct {
		Group     api.Int  `json:"group_id"`
		User      api.Int  `json:"operator_id"`
		Extension api.Text `json:"operator_extension"`
		Show      api.Bool `json:"show_users"`
	}
	if wrong := api.ReadFields(q, &form); len(wrong) > 0 {
		return wrong.Answer()
	}
	list := []printedGroup{}
	for _, g := range c.groups {
		if form.Group != 0 && int64(form.Group) != g.ID {
			continue
		}
		operators := c.printOperators(g)
		if (form.User != 0 || form.Extension != "") && !slices.ContainsFunc(operators, func(o printedOperator) bool {
			return (form.User == 0 || o.ID == int64(form.User)) && (form.Extension == "" || o.Extension == string(form.Extension))
		}) {
			continue
		}
		p := printedGroup{group: g}
		if form.Show {
			p.Operators = &operators
		}
		list = append(list, p)
	}
	return api.OK(map[string]any{"groups": list})
}

func (c *Company) printOperators(g group) []printedOperator {
	out := []printedOperator{}
	for i, o := range g.operators {
		if m, ok := c.byID(o.user); ok {
			out = append(out, printedOperator{o.user, m.Name, m.Extension, o.priority, i + 1})
		}
	}
	return out
}

// memberOf lists the groups of an employee.
func (c *Company) memberOf(user int64) []int64 {
	ids := []int64{}
	for _, g := range c.groups {
		if slices.ContainsFunc(g.operators, func(o operator) bool { return o.user == user }) {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// groupForm is what create takes, and update below "group".
type groupForm struct {
	Name        *api.Text   `json:"name"`
	Description *api.Text   `json:"description"`
	Extension   *api.Text   `json:"extension"`
	DialGroup   *api.Int    `json:"dial_alg_group"`
	DialUsers   *api.Int    `json:"dial_alg_users"`
	Redirect    *api.Int    `json:"auto_redirect"`
	AutoDial    *api.Int    `json:"auto_dial"`
	Line        *api.Int    `json:"line_id"`
	DynamicIVR  *api.Int    `json:"use_dynamic_ivr"`
	DynamicSeq  *api.Int    `json:"use_dynamic_seq_num"`
	Melody      *api.Int    `json:"melody_id"`
	Operators   *[]struct { // order is sent in an example and ignored
		ID       api.Int `json:"id"`
		Priority api.Int `json:"priority"`
	} `json:"operators"`
}

// apply changes g by a form.
func (c *Company) applyGroup(form *groupForm, g *group, wrong api.Fields) {
	if form.Name != nil {
		if g.Name = string(*form.Name); g.Name == "" {
			wrong.Add("name", api.Missing)
		}
	}
	if form.Description != nil {
		g.Description = string(*form.Description)
	}
	if form.Extension != nil {
		if g.Extension = string(*form.Extension); g.Extension != "" {
			wrong.Add("extension", c.checkExtension(*form.Extension, 0, g.ID))
		}
	}
	choose("dial_alg_group", form.DialGroup, &g.DialGroup, wrong, 0, 1, 2, 3, 5)
	choose("dial_alg_users", form.DialUsers, &g.DialUsers, wrong, 1, 2, 3, 4, 5)
	choose("auto_redirect", form.Redirect, &g.Redirect, wrong, 0, 1)
	choose("use_dynamic_ivr", form.DynamicIVR, &g.DynamicIVR, wrong, 0, 1)
	choose("use_dynamic_seq_num", form.DynamicSeq, &g.DynamicSeq, wrong, 0, 1)
	if form.AutoDial != nil { // campaigns are not the directory's: any id is taken
		g.AutoDial = idPointer(*form.AutoDial)
	}
	if form.Line != nil {
		if g.Line = idPointer(*form.Line); g.Line != nil {
			_, code := c.outgoingLine(*g.Line)
			wrong.Add("line_id", code)
		}
	}
	if form.Melody != nil {
		if g.Melody = idPointer(*form.Melody); g.Melody != nil && !hasMelody(*g.Melody) {
			wrong.Add("melody_id", api.NoObject)
		}
	}
	if form.Operators == nil {
		return
	}
	g.operators = nil
	for _, o := range *form.Operators {
		switch _, ok := c.byID(int64(o.ID)); {
		case o.ID == 0:
			wrong.Add("operators", api.Missing)
		case !ok:
			wrong.Add("operators", api.NoObject)
		case slices.ContainsFunc(g.operators, func(other operator) bool { return other.user == int64(o.ID) }):
			wrong.Add("operators", api.Used)
		}
		g.operators = append(g.operators, operator{int64(o.ID), int64(o.Priority)})
	}
}

// idPointer is nil for 0 or "", which take an id away.
func idPointer(id api.Int) *int64 {
	if id == 0 {
		return nil
	}
	v := int64(id)
	return &v
}

// createGroup is group/create (document §3.7.3). The document marks nothing as
// mandatory; that a name is, is inferred.
func (c *Company) createGroup(q api.Query) api.Answer {
	var form groupForm
	wrong := api.ReadFields(q, &form)
	if len(wrong) == 0 && form.Name == nil {
		wrong.Add("name", api.Missing)
	}
	g := group{ID: c.last.group + 1, DialGroup: 2, DialUsers: 1}
	if c.applyGroup(&form, &g, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	c.last.group = g.ID
	c.groups = append(c.groups, g)
	return api.OK(map[string]any{"group_id": g.ID})
}

func (c *Company) groupFor(id int64) (*group, bool) {
	i := slices.IndexFunc(c.groups, func(g group) bool { return g.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.groups[i], true
}

// updateGroup is group/update (document §3.7.4).
func (c *Company) updateGroup(q api.Query) api.Answer {
	var form struct {
		ID    api.Int         `json:"group_id"`
		Group json.RawMessage `json:"group"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("group_id", api.Missing)
	}
	var changed groupForm
	switch {
	case form.Group == nil:
		wrong.Add("group", api.Missing)
	case form.Group[0] != '{':
		wrong.Add("group", api.WrongFormat)
	case len(wrong) == 0:
		wrong = api.ReadFields(api.Query{JSON: form.Group}, &changed)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	old, ok := c.groupFor(int64(form.ID))
	if !ok {
		return api.Refuse(api.NoObject)
	}
	g := *old
	if c.applyGroup(&changed, &g, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	*old = g
	return api.OK(nil)
}

// deleteGroup is group/delete (document §3.7.5).
func (c *Company) deleteGroup(q api.Query) api.Answer {
	var form struct {
		ID api.Int `json:"group_id"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("group_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	id := int64(form.ID)
	g, ok := c.groupFor(id)
	switch {
	case !ok:
		return api.Refuse(api.NoObject)
	case c.inScheme(g.Extension):
		return api.Refuse(usedInScheme)
	case c.ruled(redirectGroup, id):
		return api.Refuse(inRule)
	}
	c.groups = slices.DeleteFunc(c.groups, func(g group) bool { return g.ID == id })
	return api.OK(nil)
}
