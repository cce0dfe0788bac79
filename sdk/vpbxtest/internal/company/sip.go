package company

import (
	"slices"
	"strings"
	"unicode"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// account is a SIP account. It stands in its owner's card as one of his
// numbers: who removes the number deletes the account (document §3.7.13). That
// deleting or creating the account changes the card likewise is inferred.
type account struct {
	id, owner     int64
	login, domain string
	description   string
}

func (a account) number() string { return "sip:" + a.login + "@" + a.domain }

// beautiful is the domain that costs extra.
const beautiful = "mangosip.ru"

// domainsOf lists the domains of the company: those of its people's numbers,
// and one in reserve.
func domainsOf(staff []Employee) []string {
	var out []string
	for _, w := range staff {
		_, domain, _ := strings.Cut(w.Number, "@")
		if strings.HasPrefix(w.Number, "sip:") && strings.HasSuffix(domain, "."+beautiful) && !slices.Contains(out, domain) {
			out = append(out, domain)
		}
	}
	for _, domain := range []string{"example." + beautiful, "office." + beautiful} {
		if !slices.Contains(out, domain) {
			out = append(out, domain)
		}
	}
	return out
}

// ours reports whether accounts may live in a domain.
func (c *Company) ours(domain string) bool {
	return domain == beautiful || slices.Contains(c.domains, domain)
}

// taken is the code for a SIP number of the company that somebody but user has.
func (c *Company) taken(p phone, user int64) int {
	i := slices.IndexFunc(c.accounts, func(a account) bool { return a.number() == p.number && a.owner != user })
	if i < 0 {
		return 0
	}
	if m, ok := c.byID(c.accounts[i].owner); ok && m.numbers[0].number == p.number {
		return mainNumber
	}
	return api.Used
}

// matchAccounts makes the SIP accounts follow the numbers of a card.
func (c *Company) matchAccounts(old, now *member) {
	if old != nil {
		c.accounts = slices.DeleteFunc(c.accounts, func(a account) bool {
			return a.owner == now.UserID && !hasNumber(now.numbers, a.number())
		})
	}
	for _, p := range now.numbers {
		login, domain, _ := strings.Cut(strings.TrimPrefix(p.number, "sip:"), "@")
		if p.protocol != "sip" || !c.ours(domain) ||
			slices.ContainsFunc(c.accounts, func(a account) bool { return a.number() == p.number }) {
			continue
		}
		c.last.account++
		c.accounts = append(c.accounts, account{id: c.last.account, owner: now.UserID, login: login, domain: domain})
	}
}

func hasNumber(list []phone, number string) bool {
	return slices.ContainsFunc(list, func(p phone) bool { return p.number == number })
}

// sipsOf lists the accounts of an employee, here without "sip:".
func (c *Company) sipsOf(user int64) []map[string]string {
	out := []map[string]string{}
	for _, a := range c.accounts {
		if a.owner == user {
			out = append(out, map[string]string{"number": a.login + "@" + a.domain})
		}
	}
	return out
}

// listSIPs is sips (document §3.7.17).
func (c *Company) listSIPs(api.Query) api.Answer {
	data := []map[string]any{}
	for _, m := range c.members {
		var sips []map[string]any
		for _, a := range c.accounts {
			if a.owner == m.UserID {
				sips = append(sips, map[string]any{"id": a.id, "login": a.login, "domain": a.domain})
			}
		}
		if sips != nil {
			data = append(data, map[string]any{"user_id": m.UserID, "sips": sips})
		}
	}
	return api.OK(map[string]any{"data": data})
}

func (c *Company) listDomains(api.Query) api.Answer {
	return api.OK(map[string]any{"domains": c.domains})
}

// sipForm is what create and update take.
type sipForm struct {
	SIP         api.Int   `json:"sip_id"`
	User        *api.Int  `json:"user_id"`
	Login       *api.Text `json:"login"`
	Domain      *api.Text `json:"domain"`
	Password    *api.Text `json:"password"`
	Description *api.Text `json:"description"`
}

// apply changes a by a form, and tells what is wrong with it.
func (c *Company) applySIP(form *sipForm, a *account, wrong api.Fields) {
	if form.User != nil {
		a.owner = int64(*form.User)
		if _, ok := c.byID(a.owner); !ok {
			wrong.Add("user_id", api.NoObject)
		}
	}
	if form.Login != nil {
		if a.login = string(*form.Login); !goodLogin(a.login) {
			wrong.Add("login", api.WrongLogin)
		}
	}
	if form.Domain != nil {
		if a.domain = string(*form.Domain); !c.ours(a.domain) {
			wrong.Add("domain", api.WrongDomain)
		}
	}
	if form.Password != nil && !strongPassword(string(*form.Password)) {
		wrong.Add("password", api.WrongPass)
	}
	if form.Description != nil {
		a.description = string(*form.Description)
	}
	if slices.ContainsFunc(c.accounts, func(o account) bool { return o.number() == a.number() && o.id != a.id }) {
		wrong.Add("login", api.Used)
	}
}

// goodLogin is the rule of code 3121: four characters or more; a latin letter
// first, or a digit and a letter somewhere, or digits that begin with 000.
func goodLogin(s string) bool {
	if len(s) < 4 || strings.ContainsAny(s, "@: \t\r\n") ||
		strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return false
	}
	letter := func(r rune) bool { return unicode.IsLetter(r) }
	first := rune(s[0])
	switch {
	case letter(first):
		return true
	case !unicode.IsDigit(first):
		return false
	}
	return strings.ContainsFunc(s, letter) || digits(s) && strings.HasPrefix(s, "000")
}

// createSIP is sip/create (document §3.7.19).
func (c *Company) createSIP(q api.Query) api.Answer {
	var form sipForm
	wrong := api.ReadFields(q, &form)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if form.User == nil {
		wrong.Add("user_id", api.Missing)
	}
	for name, v := range map[string]*api.Text{"login": form.Login, "domain": form.Domain, "password": form.Password} {
		if v == nil {
			wrong.Add(name, api.Missing)
		}
	}
	a := account{id: c.last.account + 1}
	if c.applySIP(&form, &a, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	owner, _ := c.byID(a.owner)
	if owner.Robot {
		return api.Refuse(isRobot)
	}
	c.last.account = a.id
	c.accounts = append(c.accounts, a)
	owner.add(a.number())
	return api.OK(map[string]any{"sip_id": a.id})
}

func (c *Company) accountFor(id int64) (*account, bool) {
	i := slices.IndexFunc(c.accounts, func(a account) bool { return a.id == id })
	if i < 0 {
		return nil, false
	}
	return &c.accounts[i], true
}

// updateSIP is sip/update (document §3.7.20).
func (c *Company) updateSIP(q api.Query) api.Answer {
	var form sipForm
	wrong := api.ReadFields(q, &form)
	if form.SIP == 0 {
		wrong.Add("sip_id", api.Missing)
	}
	switch {
	case form.Login != nil && form.Domain == nil:
		wrong.Add("domain", api.Together)
	case form.Domain != nil && form.Login == nil:
		wrong.Add("login", api.Together)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	old, ok := c.accountFor(int64(form.SIP))
	if !ok {
		return api.Refuse(api.NoObject)
	}
	a := *old
	if c.applySIP(&form, &a, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	from, _ := c.byID(old.owner)
	if a.owner != old.owner {
		if code := from.mayLose(old.number()); code != 0 {
			return api.Refuse(code)
		}
		if from.numbers[0].number == old.number() {
			return api.Refuse(mainNumber)
		}
		from.remove(old.number())
		to, _ := c.byID(a.owner)
		to.add(a.number())
	} else {
		from.rename(old.number(), a.number())
	}
	*old = a
	return api.OK(nil)
}

// deleteSIP is sip/delete (document §3.7.21).
func (c *Company) deleteSIP(q api.Query) api.Answer {
	var form sipForm
	wrong := api.ReadFields(q, &form)
	if form.SIP == 0 {
		wrong.Add("sip_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	a, ok := c.accountFor(int64(form.SIP))
	if !ok {
		return api.Refuse(api.NoObject)
	}
	owner, _ := c.byID(a.owner)
	if code := owner.mayLose(a.number()); code != 0 {
		return api.Refuse(code)
	}
	owner.remove(a.number())
	c.accounts = slices.DeleteFunc(c.accounts, func(o account) bool { return o.id == int64(form.SIP) })
	return api.OK(nil)
}

// mayLose is the code for a number that its owner needs.
func (m *member) mayLose(number string) int {
	left := slices.DeleteFunc(slices.Clone(m.numbers), func(p phone) bool { return p.number == number })
	if len(left) == 0 {
		return lastNumber
	}
	if _, ok := active(left); !ok {
		return onlyActive
	}
	return 0
}

func (m *member) add(number string) {
	m.numbers = append(slices.Clone(m.numbers), phone{number: number, protocol: "sip"})
	m.choose()
}

func (m *member) remove(number string) {
	m.numbers = slices.DeleteFunc(slices.Clone(m.numbers), func(p phone) bool { return p.number == number })
	m.choose()
}

func (m *member) rename(number, to string) {
	m.numbers = slices.Clone(m.numbers)
	for i := range m.numbers {
		if m.numbers[i].number == number {
			m.numbers[i].number = to
		}
	}
	m.choose()
}

// choose makes the first active number the one that rings.
func (m *member) choose() {
	if p, ok := active(m.numbers); ok {
		m.Number = p.number
	}
}
