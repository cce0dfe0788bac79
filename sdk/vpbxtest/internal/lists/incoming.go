package lists

import (
	"slices"
	"strings"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Types of a list.
const (
	black = "black"
	white = "white"
)

const firstNumberID = 10088501

// list is one of the two lists for incoming calls. Which one is at work, and
// whether hidden numbers may call, is set in the web account only.
type list struct {
	AllowUnknown bool    `json:"allow_unknown_number"`
	Numbers      []entry `json:"numbers"`
	has          map[key]bool
}

// key is what makes two entries of a list the same.
type key struct{ number, kind string }

func (e entry) key() key { return key{e.Number, e.Type} }

type entry struct {
	ID      int64  `json:"number_id"`
	Number  string `json:"number"` // "*" any characters, "#" one, "a-b" a range
	Comment string `json:"comment"`
	Type    string `json:"number_type"` // tel, sip
}

// Reasons for which a caller is refused.
const (
	inBlackList    = 1151
	notInWhiteList = 1152
)

// Refuses is the reason for which the list at work refuses a caller; 0 = he may
// call. "" is a hidden number.
func (l *Lists) Refuses(caller string) (reason int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.incoming[l.active]
	listed := slices.ContainsFunc(all.Numbers, func(e entry) bool {
		return strings.HasPrefix(caller, "sip:") == (e.Type == "sip") && api.Matches(e.Number, caller)
	})
	switch {
	case caller == "" && all.AllowUnknown:
		return 0
	case l.active == black && (caller == "" || listed):
		return inBlackList
	case l.active == white && (caller == "" || !listed):
		return notInWhiteList
	}
	return 0
}

// state is bwlists/state (document §3.8.2.1).
func (l *Lists) state(api.Query) api.Answer { return api.OK(map[string]any{"active": l.active}) }

// numbers is bwlists/numbers (document §3.8.2.2).
func (l *Lists) numbers(api.Query) api.Answer {
	data := map[string]any{"active": l.active}
	for kind, all := range l.incoming {
		data[kind] = list{AllowUnknown: all.AllowUnknown, Numbers: slices.Clone(all.Numbers)}
	}
	return api.OK(map[string]any{"data": data})
}

// add is bwlists/number/add (document §3.8.2.3). The document does not say
// what becomes of a number that stands in the list already; 3106 is inferred.
func (l *Lists) add(q api.Query) api.Answer {
	var form struct {
		List    api.Text `json:"list_type"`
		Number  api.Text `json:"number"`
		Type    api.Text `json:"number_type"`
		Comment api.Text `json:"comment"`
	}
	wrong := api.ReadFields(q, &form)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	all := l.incoming[string(form.List)]
	switch {
	case form.List == "":
		wrong.Add("list_type", api.Missing)
	case all == nil:
		wrong.Add("list_type", api.WrongFormat)
	}
	switch form.Type {
	case "":
		wrong.Add("number_type", api.Missing)
	case "tel", "sip":
		wrong.Add("number", checkMask(string(form.Number), form.Type == "sip"))
	default:
		wrong.Add("number_type", api.WrongFormat)
	}
	if tooLong(form.Comment) {
		wrong.Add("comment", api.TooBig)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	added := entry{l.last + 1, string(form.Number), string(form.Comment), string(form.Type)}
	if all.has[added.key()] {
		return api.RefuseField("number", api.Used)
	}
	if len(all.Numbers) >= maxNumbers {
		return api.Refuse(api.ListLimit)
	}
	l.last, all.has[added.key()] = added.ID, true
	all.Numbers = append(all.Numbers, added)
	return api.OK(nil)
}

// checkMask is what is wrong with a number or a mask.
func checkMask(number string, sip bool) int {
	if number == "" {
		return api.Missing
	}
	if sip {
		user, domain, _ := strings.Cut(strings.TrimPrefix(number, "sip:"), "@")
		if user == "" || domain == "" || strings.ContainsAny(number, " \t\r\n") {
			return api.WrongNumber
		}
		return 0
	}
	from, until, ranged := strings.Cut(number, "-")
	switch {
	case ranged && digits(from) && digits(until):
		return 0
	case ranged || strings.Trim(number, "0123456789*#") != "":
		return api.WrongNumber
	}
	return 0
}

// remove is bwlists/number/delete (document §3.8.2.4).
func (l *Lists) remove(q api.Query) api.Answer {
	var form struct {
		ID api.Int `json:"number_id"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("number_id", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	for _, all := range l.incoming {
		i := slices.IndexFunc(all.Numbers, func(e entry) bool { return e.ID == int64(form.ID) })
		if i >= 0 {
			delete(all.has, all.Numbers[i].key())
			all.Numbers = slices.Delete(all.Numbers, i, i+1)
			return api.OK(nil)
		}
	}
	return api.Refuse(api.NoObject)
}
