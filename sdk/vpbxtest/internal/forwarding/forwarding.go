// Package forwarding is the rules of the emulated PBX that lead a caller on by
// his own number (document §3.3).
package forwarding

import (
	"slices"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

const (
	firstID = 10160018
	maxPage = 1000
	exists  = 5209 // a rule for that client is there already
)

// Forward types.
const (
	toGroup = "group"
	toUser  = "user"
	outside = "ext_forward"
)

// Config describes the rules.
type Config struct {
	Employs func(user int64) bool
	Grouped func(group int64) bool // whether a group_id is a group's
}

// Rules are those of one company. Their methods are safe for concurrent use.
type Rules struct {
	cfg  Config
	mu   sync.Mutex
	all  []rule // oldest first
	last int64
}

// rule is one rule, as it is told.
type rule struct {
	ID      int64    `json:"forward_id"`
	Number  string   `json:"client_phone_number"`
	Kind    int64    `json:"client_phone_type"` // 0 phone, 1 SIP
	Status  string   `json:"status"`            // a text in the printed example
	Comment string   `json:"comment"`
	Type    string   `json:"forward_type"`
	Group   *byGroup `json:"forward_to_group,omitempty"`
	User    *byUser  `json:"forward_to_user,omitempty"`
	Ext     *byExt   `json:"forward_to_ext,omitempty"`
}

type byGroup struct {
	ID api.Int `json:"forward_group_id"`
}

type byUser struct {
	ID      api.Int  `json:"forward_user_id"`
	Contact api.Text `json:"forward_contact_id"` // "" = the default contact
	Default api.Int  `json:"is_default_contact_id"`
}

type byExt struct {
	Kind   api.Int  `json:"forward_number_type"`
	Number api.Text `json:"forward_number"`
	Wait   api.Int  `json:"forward_wait_sec"`
}

// New makes the rules of a company that has none.
func New(cfg Config) *Rules { return &Rules{cfg: cfg, all: []rule{}, last: firstID - 1} }

// Table is the methods of the rules.
func (r *Rules) Table() api.Table {
	table := api.Table{
		"/vpbx/forwarding/numbers":       r.list,
		"/vpbx/forwarding/number/add":    r.add,
		"/vpbx/forwarding/number/change": r.change,
		"/vpbx/forwarding/number/remove": r.remove,
	}
	for path, method := range table {
		table[path] = func(q api.Query) api.Answer {
			r.mu.Lock()
			defer r.mu.Unlock()
			return method(q)
		}
	}
	return table
}

// Way is where a rule leads: one of the three.
type Way struct {
	User, Group int64
	Number      string
	Wait        time.Duration // how long Number rings; 0 = the platform's limit
}

// For is where the calls of a client go; false when no rule that is on is for
// him. The one that names his number goes before masks, older ones before
// younger ones (inferred).
func (r *Rules) For(client string) (Way, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := -1
	for i, o := range r.all {
		sip := strings.HasPrefix(client, "sip:")
		if client == "" || o.Status != "1" || (o.Kind == 1) != sip || !api.Matches(o.Number, client) {
			continue
		}
		exact := strings.TrimPrefix(o.Number, "sip:") == strings.TrimPrefix(client, "sip:")
		if found < 0 || exact {
			found = i
		}
		if exact {
			break
		}
	}
	if found < 0 {
		return Way{}, false
	}
	switch o := r.all[found]; {
	case o.Group != nil:
		return Way{Group: int64(o.Group.ID)}, true
	case o.User != nil:
		return Way{User: int64(o.User.ID)}, true
	default:
		return Way{Number: outsideNumber(o.Ext), Wait: time.Duration(o.Ext.Wait) * time.Second}, true
	}
}

// outsideNumber is a destination as calls name it.
func outsideNumber(to *byExt) string {
	number := string(to.Number)
	if to.Kind == 1 && !strings.HasPrefix(number, "sip:") {
		number = "sip:" + number
	}
	return number
}

// list is forwarding/numbers (document §3.3.1).
func (r *Rules) list(q api.Query) api.Answer {
	var form struct {
		Limit  *api.Int `json:"limit"`
		Offset api.Int  `json:"offset"`
	}
	wrong := api.ReadFields(q, &form)
	limit := api.Int(maxPage)
	if form.Limit != nil {
		limit = *form.Limit
	}
	switch {
	case limit < 1:
		wrong.Add("limit", api.TooSmall)
	case limit > maxPage:
		wrong.Add("limit", api.TooBig)
	}
	if form.Offset < 0 {
		wrong.Add("offset", api.TooSmall)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	total := api.Int(len(r.all))
	from := min(form.Offset, total)
	return api.OK(map[string]any{"numbers": slices.Clone(r.all[from:min(from+limit, total)]), "total": total})
}

// form is what add and change take; nil is absent.
type form struct {
	ID      api.Int   `json:"forward_id"`
	Number  *api.Text `json:"client_phone_number"`
	Kind    *api.Int  `json:"client_phone_type"`
	Status  *api.Int  `json:"status"`
	Comment *api.Text `json:"comment"`
	Type    *api.Text `json:"forward_type"`
	Group   *byGroup  `json:"forward_to_group"`
	User    *byUser   `json:"forward_to_user"`
	Ext     *byExt    `json:"forward_to_ext"`
}

// add is forwarding/number/add (document §3.3.2). status is mandatory in the
// table and missing from the example: without it the rule is on.
func (r *Rules) add(q api.Query) api.Answer {
	var f form
	wrong := api.ReadFields(q, &f)
	if len(wrong) == 0 {
		if f.Number == nil {
			wrong.Add("client_phone_number", api.Missing)
		}
		if f.Kind == nil {
			wrong.Add("client_phone_type", api.Missing)
		}
		if f.Type == nil {
			wrong.Add("forward_type", api.Missing)
		}
	}
	added := rule{Status: "1"}
	if len(wrong) == 0 {
		r.apply(&f, &added, wrong)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if r.taken(&added) {
		return api.Refuse(exists)
	}
	r.last++
	added.ID = r.last
	r.all = append(r.all, added)
	return api.OK(nil)
}

// taken reports whether another rule is for the same client.
func (r *Rules) taken(by *rule) bool {
	return slices.ContainsFunc(r.all, func(o rule) bool { return o.ID != by.ID && o.Number == by.Number && o.Kind == by.Kind })
}

// change is forwarding/number/change (document §3.3.3): number and type come
// together, and a destination comes with its type.
func (r *Rules) change(q api.Query) api.Answer {
	var f form
	wrong := api.ReadFields(q, &f)
	if len(wrong) == 0 {
		if f.ID == 0 {
			wrong.Add("forward_id", api.Missing)
		}
		if (f.Number == nil) != (f.Kind == nil) {
			wrong.Add("client_phone_number", api.Together)
		}
		if f.Type == nil && (f.Group != nil || f.User != nil || f.Ext != nil) {
			wrong.Add("forward_type", api.Missing)
		}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	i := r.find(f.ID)
	if i < 0 {
		return api.Refuse(api.NoObject)
	}
	changed := r.all[i]
	if r.apply(&f, &changed, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	if r.taken(&changed) {
		return api.Refuse(exists)
	}
	r.all[i] = changed
	return api.OK(nil)
}

func (r *Rules) find(id api.Int) int {
	return slices.IndexFunc(r.all, func(o rule) bool { return o.ID == int64(id) })
}

// remove is forwarding/number/remove (document §3.3.4).
func (r *Rules) remove(q api.Query) api.Answer {
	var f form
	wrong := api.ReadFields(q, &f)
	if f.ID == 0 {
		wrong.Add("forward_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	i := r.find(f.ID)
	if i < 0 {
		return api.Refuse(api.NoObject)
	}
	r.all = slices.Delete(r.all, i, i+1)
	return api.OK(nil)
}

// apply checks what f gives and puts it into to.
func (r *Rules) apply(f *form, to *rule, wrong api.Fields) {
	if f.Number != nil {
		if *f.Kind < 0 || *f.Kind > 1 {
			wrong.Add("client_phone_type", api.WrongFormat)
		}
		wrong.Add("client_phone_number", checkClient(string(*f.Number), *f.Kind == 1))
		to.Number, to.Kind = string(*f.Number), int64(*f.Kind)
	}
	if f.Status != nil {
		switch *f.Status {
		case 0:
			to.Status = "0"
		case 1:
			to.Status = "1"
		default:
			wrong.Add("status", api.WrongFormat)
		}
	}
	if f.Comment != nil {
		to.Comment = string(*f.Comment)
	}
	if f.Type != nil {
		r.destine(f, to, wrong)
	}
}

// destine sets where a rule leads: the object that the type asks for.
func (r *Rules) destine(f *form, to *rule, wrong api.Fields) {
	to.Type, to.Group, to.User, to.Ext = string(*f.Type), nil, nil, nil
	switch to.Type {
	case toGroup:
		switch {
		case f.Group == nil:
			wrong.Add("forward_to_group", api.Missing)
		case !r.cfg.Grouped(int64(f.Group.ID)):
			wrong.Add("forward_group_id", api.NoObject)
		}
		to.Group = f.Group
	case toUser:
		switch {
		case f.User == nil:
			wrong.Add("forward_to_user", api.Missing)
			return
		case !r.cfg.Employs(int64(f.User.ID)):
			wrong.Add("forward_user_id", api.NoObject)
		}
		to.User = &byUser{ID: f.User.ID, Contact: f.User.Contact}
		if f.User.Contact == "" {
			to.User.Default = 1
		}
	case outside:
		switch {
		case f.Ext == nil:
			wrong.Add("forward_to_ext", api.Missing)
			return
		case f.Ext.Kind < 0 || f.Ext.Kind > 1:
			wrong.Add("forward_number_type", api.WrongFormat)
		}
		wrong.Add("forward_number", checkNumber(string(f.Ext.Number), f.Ext.Kind == 1))
		if f.Ext.Wait < 0 {
			wrong.Add("forward_wait_sec", api.TooSmall)
		}
		to.Ext = f.Ext
	default:
		wrong.Add("forward_type", api.WrongFormat)
	}
}

// checkClient is what is wrong with a client's number, which may be a mask or a
// range ("121-130").
func checkClient(number string, sip bool) int {
	from, until, ranged := strings.Cut(number, "-")
	if !sip && ranged && digits(from, "") && digits(until, "") {
		return 0
	}
	if !sip && digits(number, "*#") {
		return 0
	}
	return checkNumber(number, sip)
}

func checkNumber(number string, sip bool) int {
	user, domain, _ := strings.Cut(strings.TrimPrefix(number, "sip:"), "@")
	switch {
	case number == "":
		return api.Missing
	case sip && (user == "" || domain == "" || strings.ContainsAny(number, " \t\r\n")), !sip && !digits(number, ""):
		return api.WrongNumber
	}
	return 0
}

func digits(s, more string) bool { return s != "" && strings.Trim(s, "0123456789"+more) == "" }
