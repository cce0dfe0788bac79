package book

import (
	"encoding/json"
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// contactForm is a contact as it is sent. Absent properties stay as they are.
type contactForm struct {
	ID         api.Int          `json:"contact_id"`
	Name       *api.Text        `json:"name"`
	Office     *api.Text        `json:"office"`
	Site       *api.Text        `json:"site"`
	Importance *api.Int         `json:"importance"`
	Comment    *api.Text        `json:"comment"`
	Birthday   *api.Text        `json:"birthday"`
	Sex        *api.Int         `json:"sex"`
	Avatar     *api.Text        `json:"avatar"`
	URL        *api.Text        `json:"url"`
	Org        json.RawMessage  `json:"org"` // null and {} take the link away
	Groups     *[]groupForm     `json:"groups"`
	Phones     *[]phoneForm     `json:"phones"`
	Emails     *[]emailForm     `json:"emails"`
	Nets       *[]netForm       `json:"nets"`
	Messengers *[]messengerForm `json:"messengers"`
	Favorites  *[]api.Int       `json:"in_favorites"`
	Values     []valueForm      `json:"custom_values"`
	User       *api.Int         `json:"user_id"`
}

type orgForm struct {
	ID   api.Int  `json:"org_id"`
	Name api.Text `json:"org_name"`
}

type groupForm struct {
	ID   api.Int  `json:"group_id"`
	Name api.Text `json:"group_name"`
}

// apply changes c by the form. Organisations and groups that it names without
// an id are made last, when nothing else can go wrong.
func (b *Book) apply(f *contactForm, c *contact) (made []event, code int) {
	for _, step := range []func(*contactForm, *contact) int{b.applyPlain, b.applyLists, b.applyPeople} {
		if code := step(f, c); code != 0 {
			return nil, code
		}
	}
	var org orgForm
	if len(f.Org) > 0 && json.Unmarshal(f.Org, &org) != nil {
		return nil, api.WrongFormat
	}
	if org.ID != 0 && b.orgs.find(int64(org.ID)) < 0 {
		return nil, api.NoObject
	}
	if f.Groups != nil {
		for _, g := range *f.Groups {
			switch {
			case g.ID == 0 && g.Name == "":
				return nil, api.Missing
			case g.ID != 0 && b.groups.find(int64(g.ID)) < 0:
				return nil, api.NoObject
			}
		}
		c.groups = nil
		for _, g := range *f.Groups {
			group, events := b.groups.link(int64(g.ID), string(g.Name))
			if made = append(made, events...); !slices.Contains(c.groups, group) {
				c.groups = append(c.groups, group)
			}
		}
	}
	switch {
	case len(f.Org) == 0:
	case org.ID == 0 && org.Name == "":
		c.org = 0
	default:
		var events []event
		c.org, events = b.orgs.link(int64(org.ID), string(org.Name))
		made = append(made, events...)
	}
	return made, 0
}

// link is the object that a contact refers to: by id, or else by name, made
// when there is none.
func (s *shelf) link(ref int64, name string) (int64, []event) {
	if ref != 0 {
		return ref, nil
	}
	if i := s.byName(name); i >= 0 {
		return s.list[i].id, nil
	}
	n := s.put(name)
	return n.id, tell(s.path, "new", []map[string]string{s.print(n)})
}

func (b *Book) applyPlain(f *contactForm, c *contact) int {
	if setText(f.Name, &c.Name); c.Name == "" {
		return api.Missing
	}
	for _, p := range []struct {
		sent *api.Text
		v    **string
	}{{f.Office, &c.Office}, {f.Site, &c.Site}, {f.Comment, &c.Comment}, {f.Birthday, &c.Birthday}, {f.URL, &c.URL}} {
		if p.sent != nil {
			text := string(*p.sent)
			*p.v = &text
		}
	}
	setText(f.Avatar, &c.Avatar)
	if f.Birthday != nil && *f.Birthday != "" {
		if _, err := time.Parse(time.DateOnly, string(*f.Birthday)); err != nil {
			return api.WrongFormat
		}
	}
	if f.Importance != nil {
		n := int64(*f.Importance)
		switch c.Importance = &n; {
		case n < 0:
			return api.TooSmall
		case n > 9:
			return api.TooBig
		}
	}
	if f.Sex != nil {
		n := int64(*f.Sex)
		if c.Sex = &n; n != 0 && n != 1 {
			return api.WrongFormat
		}
	}
	return 0
}

func (b *Book) applyLists(f *contactForm, c *contact) (code int) {
	if c.Phones, code = merge(b, c.Phones, f.Phones, func(p *phone) *id { return &p.ID }); code != 0 {
		return code
	}
	if c.Emails, code = merge(b, c.Emails, f.Emails, func(e *email) *id { return &e.ID }); code != 0 {
		return code
	}
	if c.Nets, code = merge(b, c.Nets, f.Nets, func(n *net) *id { return &n.ID }); code != 0 {
		return code
	}
	if c.Messengers, code = merge(b, c.Messengers, f.Messengers, func(m *messenger) *id { return &m.ID }); code != 0 {
		return code
	}
	return b.mergeValues(c, f.Values)
}

// applyPeople sets the employees that the contact concerns.
func (b *Book) applyPeople(f *contactForm, c *contact) int {
	if f.User != nil {
		if c.user = int64(*f.User); c.user != 0 && !b.employs(c.user) {
			return api.NoObject
		}
	}
	if f.Favorites != nil {
		c.Favorites = []int64{}
		for _, user := range *f.Favorites {
			if !b.employs(int64(user)) {
				return api.NoObject
			}
			c.Favorites = append(c.Favorites, int64(user))
		}
	}
	return 0
}

// readContact takes one row of a batch.
func readContact(row json.RawMessage) (*contactForm, int) {
	var f contactForm
	if len(row) == 0 || row[0] != '{' || json.Unmarshal(row, &f) != nil {
		return nil, api.WrongFormat
	}
	return &f, 0
}

// createContacts is ab/contacts/create (document §3.9.3.4).
func (b *Book) createContacts(q api.Query) (api.Answer, []event) {
	var form struct {
		OnError string `json:"on_error"`
	}
	if code := api.Read(q, &form); code != 0 || !slices.Contains([]string{"", "skip", "duplicate"}, form.OnError) {
		return refuse(api.WrongFormat)
	}
	return b.change(q, "new", func(f *contactForm) (*contact, []event, int) {
		b.last++
		c := &contact{base: base{
			ID: id(b.last), Created: b.now().Unix(), Favorites: []int64{},
			Phones: []phone{}, Emails: []email{}, Nets: []net{}, Messengers: []messenger{},
		}, values: []value{}}
		// The check comes before organisations and groups are made.
		bare := *f
		bare.Org, bare.Groups = nil, nil
		if _, code := b.apply(&bare, c); code != 0 {
			return nil, nil, code
		}
		if form.OnError != "duplicate" && b.twin(c) {
			return nil, nil, api.Used
		}
		made, code := b.apply(&contactForm{Org: f.Org, Groups: f.Groups}, c)
		if code != 0 {
			return nil, nil, code
		}
		b.contacts = append(b.contacts, c)
		return c, made, 0
	})
}

// updateContacts is ab/contacts/update (document §3.9.3.5).
func (b *Book) updateContacts(q api.Query) (api.Answer, []event) {
	return b.change(q, "updated", func(f *contactForm) (*contact, []event, int) {
		if f.ID == 0 {
			return nil, nil, api.Missing
		}
		i, ok := b.find(int64(f.ID))
		if !ok {
			return nil, nil, api.NoObject
		}
		c := *b.contacts[i]
		made, code := b.apply(f, &c)
		if code != 0 {
			return nil, nil, code
		}
		b.contacts[i] = &c
		return &c, made, 0
	})
}

// change runs do for every row of a batch. The answer shows the contacts by
// id; when there are none it shows an empty list, as other methods of the PBX
// do for an empty map (document §3.10.4; inferred for this one).
func (b *Book) change(q api.Query, action string, do func(*contactForm) (*contact, []event, int)) (api.Answer, []event) {
	raw, code := rows(q)
	if code != 0 {
		return refuse(code)
	}
	var done outcome
	var events []event
	var changed []*contact
	for _, row := range raw {
		f, code := readContact(row)
		if code == 0 {
			var c *contact
			var made []event
			if c, made, code = do(f); code == 0 {
				events = append(events, made...)
				changed = append(changed, c)
			}
		}
		done.add(code)
	}
	// As they are after the last row: two rows may change one contact.
	byID, told := map[string]any{}, []toldCard{}
	for _, c := range changed {
		i, _ := b.find(int64(c.ID))
		byID[c.ID.String()] = b.full(b.contacts[i])
	}
	for _, c := range changed {
		told = append(told, b.told(c))
	}
	var data any = byID
	if len(byID) == 0 {
		data = []any{}
	}
	return done.answer(data), append(events, tell("contacts", action, told)...)
}

// deleteContacts is ab/contacts/delete (document §3.9.3.6); ids that do not
// exist are let pass.
func (b *Book) deleteContacts(q api.Query) (api.Answer, []event) {
	all, code := ids(q)
	if code != 0 {
		return refuse(code)
	}
	var gone []id
	for _, n := range all {
		if i, ok := b.find(n); ok {
			b.contacts = slices.Delete(b.contacts, i, i+1)
			gone = append(gone, id(n))
		}
	}
	return api.OK(nil), tell("contacts", "deleted", gone)
}
