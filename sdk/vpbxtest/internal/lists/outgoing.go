package lists

import (
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// ban forbids calling a number. Its methods list their codes one by one, so
// that a refusal is the code itself, without fields.
type ban struct {
	Number      string `json:"number"`
	Description string `json:"description"`
	Mode        int64  `json:"mode"` // 1 direct calls, 2 campaigns, 3 both
	User        *int64 `json:"user_id"`
	Created     string `json:"created"`
}

const bothModes = 3

// seedBan is in a fresh list.
var seedBan = ban{Number: "71234567890", Description: "test", Mode: 2, Created: "2024-01-01 00:00:00"}

// defaultLimit is the length of a page when none is asked for.
const defaultLimit = 100

// Modes of calling that a ban may forbid.
const (
	Direct    = 1
	Campaigns = 2
)

// Bans reports whether calls of a mode to a number are forbidden.
func (l *Lists) Bans(number string, mode int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bans[number]
	return l.enabled && b != nil && b.Mode&mode != 0
}

// optional wraps methods that need the option: code 3300 is printed for "the
// option is not connected" as well as for "no such object".
func (l *Lists) optional(m api.Method) api.Method {
	return func(q api.Query) api.Answer {
		if !l.enabled {
			return api.Refuse(api.NoObject)
		}
		return m(q)
	}
}

// enable is outbound_blacklist/enable (document §3.8.3.7).
func (l *Lists) enable(api.Query) api.Answer {
	l.enabled = true
	return api.OK(nil)
}

// disable is outbound_blacklist/disable (document §3.8.3.8).
func (l *Lists) disable(api.Query) api.Answer {
	l.enabled = false
	return api.OK(nil)
}

// getBans is outbound_blacklist/get (document §3.8.3.1). cursor is read as the
// number of the page: its default is 1 and no answer gives one.
func (l *Lists) getBans(q api.Query) api.Answer {
	form := struct {
		Numbers []api.Text `json:"numbers"`
		Cursor  api.Int    `json:"cursor"`
		Limit   api.Int    `json:"limit"`
	}{Cursor: 1, Limit: defaultLimit}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	if form.Cursor < 1 || form.Limit < 1 {
		return api.Refuse(api.TooSmall)
	}
	found := []ban{}
	for _, number := range l.order {
		if len(form.Numbers) == 0 || slices.Contains(form.Numbers, api.Text(number)) {
			found = append(found, *l.bans[number])
		}
	}
	pages := slices.Collect(slices.Chunk(found, int(min(form.Limit, maxNumbers))))
	page := []ban{}
	if form.Cursor <= api.Int(len(pages)) {
		page = pages[form.Cursor-1]
	}
	return api.OK(map[string]any{"numbers": page})
}

// addBans is outbound_blacklist/add (document §3.8.3.2). Numbers that are in
// the list stay as they are and are told; that 4100 ("rules exist") is for a
// request which adds nothing is inferred.
func (l *Lists) addBans(q api.Query) api.Answer {
	var form struct {
		Numbers []struct {
			Number      api.Text `json:"number"`
			Mode        *api.Int `json:"mode"`
			Description api.Text `json:"description"`
			User        *api.Int `json:"user_id"`
		} `json:"numbers"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	if len(form.Numbers) == 0 {
		return api.Refuse(api.Missing)
	}
	existed, added, seen := []string{}, []ban{}, map[string]bool{}
	for _, n := range form.Numbers {
		code := checkNumber(n.Number)
		if code == 0 {
			code = checkMode(n.Mode)
		}
		switch {
		case code != 0:
			return api.Refuse(code)
		case tooLong(n.Description):
			return api.Refuse(api.TooBig)
		case n.User != nil && !l.employs(int64(*n.User)):
			return api.Refuse(api.NoObject)
		}
		b := ban{Number: string(n.Number), Description: string(n.Description), Mode: int64(*n.Mode), Created: printed(l.now())}
		if n.User != nil {
			user := int64(*n.User)
			b.User = &user
		}
		if l.bans[b.Number] != nil || seen[b.Number] {
			existed = append(existed, b.Number)
			continue
		}
		added, seen[b.Number] = append(added, b), true
	}
	if len(added) == 0 {
		return api.Refuse(api.Impossible)
	}
	if len(l.order)+len(added) > maxNumbers {
		return api.Refuse(api.ListLimit)
	}
	for _, b := range added {
		l.bans[b.Number] = &b
		l.order = append(l.order, b.Number)
	}
	return api.OK(map[string]any{"existed_numbers": existed})
}

// checkNumber is what is wrong with a telephone number.
func checkNumber(number api.Text) int {
	switch {
	case number == "":
		return api.Missing
	case !number.Digits() || len(number) > 15: // E.164
		return api.WrongNumber
	}
	return 0
}

func checkMode(mode *api.Int) int {
	switch {
	case mode == nil:
		return api.Missing
	case *mode < 1:
		return api.TooSmall
	case *mode > bothModes:
		return api.TooBig
	}
	return 0
}

// describeBan is outbound_blacklist/update_description (document §3.8.3.3).
func (l *Lists) describeBan(q api.Query) api.Answer {
	var form struct {
		Number      api.Text  `json:"number"`
		Description *api.Text `json:"description"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	switch code := checkNumber(form.Number); {
	case form.Description == nil:
		return api.Refuse(api.Missing)
	case code != 0:
		return api.Refuse(code)
	case tooLong(*form.Description):
		return api.Refuse(api.TooBig)
	}
	b, ok := l.bans[string(form.Number)]
	if !ok {
		return api.Refuse(api.NoObject)
	}
	b.Description = string(*form.Description)
	return api.OK(nil)
}

// enableMode is outbound_blacklist/enable_mode (document §3.8.3.4).
func (l *Lists) enableMode(q api.Query) api.Answer {
	return l.changeMode(q, func(old, mode int64) int64 { return old | mode })
}

// disableMode is outbound_blacklist/disable_mode (document §3.8.3.5). A ban
// without a mode is not in the document's list of modes: the ban goes with its
// last mode (inferred).
func (l *Lists) disableMode(q api.Query) api.Answer {
	return l.changeMode(q, func(old, mode int64) int64 { return old &^ mode })
}

func (l *Lists) changeMode(q api.Query, change func(old, mode int64) int64) api.Answer {
	var form struct {
		Number api.Text `json:"number"`
		Mode   *api.Int `json:"mode"`
	}
	code := api.Read(q, &form)
	if code == 0 {
		code = checkNumber(form.Number)
	}
	if code == 0 {
		code = checkMode(form.Mode)
	}
	if code != 0 {
		return api.Refuse(code)
	}
	b, ok := l.bans[string(form.Number)]
	if !ok {
		return api.Refuse(api.NoObject)
	}
	if b.Mode = change(b.Mode, int64(*form.Mode)); b.Mode == 0 {
		l.lift(b.Number)
	}
	return api.OK(nil)
}

func (l *Lists) lift(numbers ...string) {
	for _, number := range numbers {
		delete(l.bans, number)
	}
	l.order = slices.DeleteFunc(l.order, func(number string) bool { return l.bans[number] == nil })
}

// deleteBans is outbound_blacklist/delete (document §3.8.3.6): all of them, or
// none when one is not in the list.
func (l *Lists) deleteBans(q api.Query) api.Answer {
	var form struct {
		Numbers []api.Text `json:"numbers"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	if len(form.Numbers) == 0 {
		return api.Refuse(api.Missing)
	}
	var numbers []string
	for _, number := range form.Numbers {
		if code := checkNumber(number); code != 0 {
			return api.Refuse(code)
		}
		if l.bans[string(number)] == nil {
			return api.Refuse(api.NoObject)
		}
		numbers = append(numbers, string(number))
	}
	l.lift(numbers...)
	return api.OK(nil)
}
