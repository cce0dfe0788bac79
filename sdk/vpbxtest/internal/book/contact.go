package book

import (
	"cmp"
	"slices"
	"strings"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// contact is one contact. What it holds is replaced, never changed in place.
type contact struct {
	base
	org    int64
	groups []int64
	values []value
	user   int64 // the employee who looks after it; 0 = nobody
}

// base is what every print of a contact has, but for its links. A property
// that was never given is null; avatar is not (examples of §3.9.3 and §3.9.4).
type base struct {
	ID         id          `json:"contact_id"`
	Type       int         `json:"type"` // always 0
	Name       string      `json:"name"`
	Office     *string     `json:"office"`
	Site       *string     `json:"site"`
	Importance *int64      `json:"importance"` // 0 to 9
	Comment    *string     `json:"comment"`
	Birthday   *string     `json:"birthday"` // yyyy-mm-dd
	Sex        *int64      `json:"sex"`      // 0, 1
	Avatar     string      `json:"avatar"`
	URL        *string     `json:"url"`
	Phones     []phone     `json:"phones"`
	Emails     []email     `json:"emails"`
	Nets       []net       `json:"nets"`
	Messengers []messenger `json:"messengers"`
	Favorites  []int64     `json:"in_favorites"` // user ids
	Created    int64       `json:"when_created"` // unix s, UTC
}

// card is a contact as its methods show it.
type card struct {
	base
	Org      *map[string]string  `json:"org"`
	Groups   []map[string]string `json:"groups"`
	LastCall *int64              `json:"last_call"` // the book does not follow the calls
}

// fullCard is one with contact_ext_fields.
type fullCard struct {
	card
	Values []value `json:"custom_values"`
	User   *int64  `json:"user_id"`
}

// toldCard is one in a notification, which calls the employee manager_id in
// the example and user_id in the table.
type toldCard struct {
	card
	Values   []value `json:"custom_values"`
	Manager  *int64  `json:"manager_id"`
	LastUsed *int64  `json:"last_used"`
}

func (b *Book) card(c *contact) card {
	out := card{base: c.base, Groups: []map[string]string{}}
	if i := b.orgs.find(c.org); i >= 0 {
		org := b.orgs.print(b.orgs.list[i])
		out.Org = &org
	}
	for _, g := range c.groups {
		if i := b.groups.find(g); i >= 0 {
			out.Groups = append(out.Groups, b.groups.print(b.groups.list[i]))
		}
	}
	return out
}

func (b *Book) full(c *contact) fullCard { return fullCard{b.card(c), c.values, userOrNull(c.user)} }

func (b *Book) told(c *contact) toldCard {
	return toldCard{card: b.card(c), Values: c.values, Manager: userOrNull(c.user)}
}

func userOrNull(user int64) *int64 {
	if user == 0 {
		return nil
	}
	return &user
}

// find is the place of a contact.
func (b *Book) find(ref int64) (int, bool) {
	return slices.BinarySearchFunc(b.contacts, id(ref), func(c *contact, n id) int { return cmp.Compare(c.ID, n) })
}

// getContact is ab/contact (document §3.9.3.3).
func (b *Book) getContact(q api.Query) (api.Answer, []event) {
	var form struct {
		ID  api.Int  `json:"contact_id"`
		Ext api.Bool `json:"contact_ext_fields"`
	}
	if code := api.Read(q, &form); code != 0 {
		return refuse(code)
	}
	if form.ID == 0 {
		return refuse(api.Missing)
	}
	i, ok := b.find(int64(form.ID))
	if !ok {
		return refuse(api.NoObject)
	}
	return api.OK(map[string]any{"data": b.shown(b.contacts[i], bool(form.Ext))}), nil
}

func (b *Book) shown(c *contact, ext bool) any {
	if ext {
		return b.full(c)
	}
	return b.card(c)
}

// contactPages lists what a query finds: a part of a name, a number, an
// e-mail or the name of the organisation. There is no other way to find a
// contact by its number.
func (b *Book) contactPages(query string, ext bool) listing {
	l := listing{shelf: "contacts", fields: map[string]string{
		"id": "id", "contact_id": "id", "name": "name", "when_created": "created",
	}}
	for _, c := range b.contacts {
		if b.matches(c, query) {
			l.rows = append(l.rows, row{int64(c.ID), c.Name, c.Created, func() any { return b.shown(c, ext) }})
		}
	}
	return l
}

func (b *Book) matches(c *contact, query string) bool {
	if contains(c.Name, query) {
		return true
	}
	if i := b.orgs.find(c.org); i >= 0 && contains(b.orgs.list[i].name, query) {
		return true
	}
	return slices.ContainsFunc(c.Phones, func(p phone) bool { return contains(p.Phone, query) || contains(p.Num, query) }) ||
		slices.ContainsFunc(c.Emails, func(e email) bool { return contains(e.Email, query) })
}

// twin is another contact with one of c's numbers or e-mails (that this is
// what makes a duplicate is inferred).
func (b *Book) twin(c *contact) bool {
	return slices.ContainsFunc(b.contacts, func(o *contact) bool {
		return o.ID != c.ID && (slices.ContainsFunc(c.Phones, func(p phone) bool {
			return p.Num != "" && slices.ContainsFunc(o.Phones, func(q phone) bool { return q.Num == p.Num })
		}) || slices.ContainsFunc(c.Emails, func(e email) bool {
			return slices.ContainsFunc(o.Emails, func(f email) bool { return strings.EqualFold(e.Email, f.Email) })
		}))
	})
}
