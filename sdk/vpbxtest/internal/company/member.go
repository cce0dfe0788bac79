package company

import (
	"slices"
	"strings"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// member is an employee with what only the API knows of him. Employee.Number
// is the first of numbers that is switched on, Employee.Line the number that
// he calls out with ("" = none).
type member struct {
	Employee
	login     string
	useStatus int64
	useCC     int64
	dialAlg   int64
	trunk     int64   // trunk_number_id of Line; 0 = Line is no trunk's
	numbers   []phone // never empty; replaced as a whole
}

// memberForm is what create and update take. Absent members stay as they are.
type memberForm struct {
	User       api.Int      `json:"user_id"`
	Name       *api.Text    `json:"name"`
	Extension  *api.Text    `json:"extension"`
	Role       *api.Int     `json:"access_role_id"`
	Email      *api.Text    `json:"email"`
	Mobile     *api.Text    `json:"mobile"`
	Department *api.Text    `json:"department"`
	Position   *api.Text    `json:"position"`
	Login      *api.Text    `json:"login"`
	Password   *api.Text    `json:"password"`
	UseStatus  *api.Int     `json:"use_status"`
	UseCC      *api.Int     `json:"use_cc_numbers"`
	Line       *api.Int     `json:"line_id"`
	Trunk      *api.Int     `json:"trunk_number_id"`
	Outgoing   *api.Text    `json:"outgoingline"`
	DialAlg    *api.Int     `json:"dial_alg"`
	Numbers    *[]phoneForm `json:"numbers"`
}

// createMember is member/create (document §3.7.12).
func (c *Company) createMember(q api.Query) api.Answer {
	var form memberForm
	wrong := api.ReadFields(q, &form)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	form.Outgoing = nil // update knows it
	if form.Name == nil {
		wrong.Add("name", api.Missing)
	}
	if form.Extension == nil {
		wrong.Add("extension", api.Missing)
	}
	if form.Role == nil {
		wrong.Add("access_role_id", api.Missing)
	}
	m := member{Employee: Employee{UserID: c.last.user + 1}, useStatus: 1, dialAlg: 1}
	if form.Numbers == nil && form.Extension != nil {
		// Inferred from 5211 and 5212: nobody is without a number, and who is
		// given none gets a SIP account in the first domain.
		m.numbers = []phone{{number: "sip:user" + string(*form.Extension) + "@" + c.domains[0], protocol: "sip"}}
	}
	if refusal := c.apply(&form, &m, wrong); refusal.Code != 0 {
		return refusal
	}
	if len(c.members) >= maxEmployees {
		return api.Refuse(employeeLimit)
	}
	c.last.user = m.UserID
	c.members = append(c.members, m)
	c.matchAccounts(nil, &m)
	return api.OK(map[string]any{"user_id": m.UserID})
}

// updateMember is member/update (document §3.7.13).
func (c *Company) updateMember(q api.Query) api.Answer {
	var form memberForm
	wrong := api.ReadFields(q, &form)
	if form.User == 0 {
		wrong.Add("user_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	old, ok := c.byID(int64(form.User))
	switch {
	case !ok:
		return api.Refuse(api.NoObject)
	case old.Robot: // the document says that bots cannot be edited, not with which code
		return api.Refuse(isRobot)
	}
	m := *old
	if refusal := c.apply(&form, &m, wrong); refusal.Code != 0 {
		return refusal
	}
	c.matchAccounts(old, &m)
	*old = m
	return api.OK(nil)
}

// deleteMember is member/delete (document §3.7.14).
func (c *Company) deleteMember(q api.Query) api.Answer {
	var form struct {
		User api.Int `json:"user_id"`
	}
	wrong := api.ReadFields(q, &form)
	if form.User == 0 {
		wrong.Add("user_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	user := int64(form.User)
	m, ok := c.byID(user)
	switch {
	case !ok:
		return api.Refuse(api.NoObject)
	case m.Robot:
		return api.Refuse(isRobot)
	case m.RoleID == roleAdmin:
		return api.Refuse(isAdmin)
	case c.ruled(redirectMember, user):
		return api.Refuse(inRule)
	}
	c.members = slices.DeleteFunc(c.members, func(m member) bool { return m.UserID == user })
	c.accounts = slices.DeleteFunc(c.accounts, func(a account) bool { return a.owner == user })
	c.rules = slices.DeleteFunc(c.rules, func(r rule) bool { return r.user == user })
	for i := range c.groups {
		c.groups[i].operators = slices.DeleteFunc(c.groups[i].operators, func(o operator) bool { return o.user == user })
	}
	return api.OK(nil)
}

// apply changes m by a form. It is m's caller who keeps or drops the result.
func (c *Company) apply(form *memberForm, m *member, wrong api.Fields) api.Answer {
	c.applyCard(form, m, wrong)
	c.applyAccess(form, m, wrong)
	c.applyOutgoing(form, m, wrong)
	if form.Numbers != nil {
		list, code := readPhones(*form.Numbers)
		wrong.Add("numbers", code)
		if code == 0 && len(list) == 0 && len(m.numbers) > 0 {
			return api.Refuse(lastNumber)
		}
		m.numbers = list
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	rings, ok := active(m.numbers)
	if !ok {
		return api.Refuse(noActiveNumber)
	}
	m.Number = rings.number
	for _, p := range m.numbers {
		if code := c.taken(p, m.UserID); code != 0 {
			return api.RefuseField("numbers", code)
		}
	}
	return api.Answer{}
}

func (c *Company) applyCard(form *memberForm, m *member, wrong api.Fields) {
	if form.Name != nil {
		if *form.Name == "" {
			wrong.Add("name", api.Missing)
		}
		m.Name = string(*form.Name)
	}
	if form.Extension != nil {
		wrong.Add("extension", c.checkExtension(*form.Extension, m.UserID, 0))
		m.Extension = string(*form.Extension)
	}
	if form.Email != nil {
		if at := strings.IndexByte(string(*form.Email), '@'); *form.Email != "" && (at < 1 || at == len(*form.Email)-1) {
			wrong.Add("email", api.WrongEmail)
		}
		m.Email = string(*form.Email)
	}
	if form.Mobile != nil {
		if *form.Mobile != "" && !digits(strings.TrimPrefix(string(*form.Mobile), "+")) {
			wrong.Add("mobile", api.WrongNumber)
		}
		m.Mobile = string(*form.Mobile)
	}
	if form.Department != nil {
		m.Department = string(*form.Department)
	}
	if form.Position != nil {
		m.Position = string(*form.Position)
	}
	choose("dial_alg", form.DialAlg, &m.dialAlg, wrong, 0, 1, 2)
}

// checkExtension is what is wrong with a short number for an employee (user)
// or a group (id). The document speaks of two to four digits and more; six are an outside
// number here.
func (c *Company) checkExtension(ext api.Text, user, id int64) int {
	switch {
	case ext == "":
		return api.Missing
	case !ext.Digits() || len(ext) < 2 || len(ext) >= shortest:
		return api.WrongFormat
	}
	used := slices.ContainsFunc(c.members, func(m member) bool { return m.Extension == string(ext) && m.UserID != user }) ||
		slices.ContainsFunc(c.groups, func(g group) bool { return g.Extension == string(ext) && g.ID != id })
	if used {
		return api.Used
	}
	return 0
}

func (c *Company) applyAccess(form *memberForm, m *member, wrong api.Fields) {
	if form.Role != nil {
		if !hasRole(int64(*form.Role)) {
			wrong.Add("access_role_id", api.NoObject)
		}
		m.RoleID = int64(*form.Role)
	}
	choose("use_status", form.UseStatus, &m.useStatus, wrong, 0, 1)
	choose("use_cc_numbers", form.UseCC, &m.useCC, wrong, 0, 1)
	switch {
	case form.Login == nil && form.Password == nil:
		return
	case form.Login == nil:
		wrong.Add("login", api.Together)
		return
	case form.Password == nil:
		wrong.Add("password", api.Together)
		return
	}
	m.login = string(*form.Login)
	switch {
	case m.login == "":
		wrong.Add("login", api.Missing)
	case slices.ContainsFunc(c.members, func(o member) bool { return o.login == m.login && o.UserID != m.UserID }):
		wrong.Add("login", api.Used)
	}
	if !strongPassword(string(*form.Password)) {
		wrong.Add("password", api.WrongPass)
	}
}

// applyOutgoing sets the number to call out with: by line, by number of a
// trunk or, in updates, by number. "" is none.
func (c *Company) applyOutgoing(form *memberForm, m *member, wrong api.Fields) {
	switch {
	case form.Line != nil && form.Trunk != nil:
		wrong.Add("line_id", api.OnlyOne)
		wrong.Add("trunk_number_id", api.OnlyOne)
	case form.Line != nil && *form.Line != 0:
		l, code := c.outgoingLine(int64(*form.Line))
		wrong.Add("line_id", code)
		m.Line, m.trunk = l.Number, 0
	case form.Trunk != nil && *form.Trunk != 0:
		t, code := c.trunkFor(int64(*form.Trunk), trunkCalls, api.NotOutgoing)
		wrong.Add("trunk_number_id", code)
		m.Line, m.trunk = t.number, t.id
	case form.Line != nil || form.Trunk != nil:
		m.Line, m.trunk = "", 0
	case form.Outgoing != nil:
		var code int
		m.Line, m.trunk, code = c.outgoingNumber(string(*form.Outgoing))
		wrong.Add("outgoingline", code)
	}
}

// choose sets an enumeration.
func choose(field string, sent *api.Int, v *int64, wrong api.Fields, values ...int64) {
	if sent == nil {
		return
	}
	if *v = int64(*sent); !slices.Contains(values, *v) {
		wrong.Add(field, api.WrongFormat)
	}
}

// strongPassword: eight characters with a lower case letter, an upper case
// letter and a digit (code 3120).
func strongPassword(s string) bool {
	return len(s) >= 8 && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") &&
		strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.ContainsAny(s, "0123456789")
}
