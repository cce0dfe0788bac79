package centre

import (
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Statuses that every company has.
const (
	online  = 1
	offline = 4
	preset  = 6 // the last one
)

// Codes of sessions (document, appendix of codes).
const (
	tooManySessions = 1201
	noSession       = 1202
	sessionLost     = 1230 // for reasons outside of the user
)

// Bounds of a session (document §4.4.1.3).
const (
	licences = 50
	minTTL   = 10
	maxTTL   = 7 * 24 * 60 * 60
	maxTexts = 256
)

// status is what an employee may be (document §4.4.1.4).
type status struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Color       string  `json:"color"`
	Parent      *int64  `json:"parent"`
	Point       int64   `json:"point_id"`
	Deleted     bool    `json:"deleted"`
	Order       int     `json:"order"`
	Description string  `json:"description"`
	Alias       *string `json:"status_alias"` // without it the API cannot set the status
}

func (c *Centre) allStatuses() []status {
	out := []status{}
	for i, name := range []string{"На линии", "Не беспокоить", "Перерыв", "Оффлайн", "Исходящий обзвон", "Все звонки"} {
		out = append(out, status{ID: int64(i + 1), Name: name, Color: "#999999", Point: c.cfg.Point, Order: i + 1})
	}
	pause := new(int64(3))
	return append(out,
		status{ID: 10, Name: "Обучение", Color: "#3366ff", Parent: new(int64(online)), Point: c.cfg.Point, Order: 7, Alias: new("study")},
		status{ID: 11, Name: "Совещание", Color: "#ff9900", Parent: pause, Point: c.cfg.Point, Order: 8},
		status{ID: 12, Name: "Обед", Color: "#33cc66", Parent: pause, Point: c.cfg.Point, Deleted: true, Order: 9, Alias: new("lunch")},
	)
}

// session is somebody at work.
type session struct {
	id      string
	user    int64
	device  string
	ip      string
	version string
	poss    []int64
	opened  time.Time
	ends    time.Time
}

type statusForm struct {
	Session api.Text  `json:"session"`
	User    *api.Int  `json:"abonent_id"`
	Status  *api.Int  `json:"status"`
	Alias   api.Text  `json:"status_alias"`
	TTL     *api.Int  `json:"ttl"`
	Device  api.Text  `json:"device"`
	IP      api.Text  `json:"ip"`
	Version api.Text  `json:"version"`
	Poss    []api.Int `json:"poss"`
}

// choose finds the status that a request names: a preset one by its number, one
// of the company by its alias.
func (c *Centre) choose(f *statusForm, wrong api.Fields) status {
	if f.Alias == "" && f.Status == nil {
		wrong.Add("status", api.OneNeeded)
		return status{}
	}
	for _, s := range c.allStatuses() {
		switch {
		case s.Deleted:
		case f.Alias != "" && s.Alias != nil && *s.Alias == string(f.Alias):
			return s
		case f.Alias == "" && s.ID == int64(*f.Status):
			if s.ID > preset {
				wrong.Add("status_alias", api.Missing)
			}
			return s
		}
	}
	if f.Alias != "" {
		wrong.Add("status_alias", api.NoObject)
	} else {
		wrong.Add("status", api.NoObject)
	}
	return status{}
}

// setSessionStatus is cc/set_session_status (document §4.4.1.3). A session
// without poss can do everything, and one without ttl lasts a week (the default
// is printed as "7").
func (c *Centre) setSessionStatus(q api.Query) api.Answer {
	var f statusForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	wrong.Add("abonent_id", c.checkUser(f.User))
	s := c.choose(&f, wrong)
	ttl := int64(maxTTL)
	if f.TTL != nil {
		ttl = int64(*f.TTL)
	}
	switch {
	case ttl < minTTL:
		wrong.Add("ttl", api.TooSmall)
	case ttl > maxTTL:
		wrong.Add("ttl", api.TooBig)
	}
	for name, t := range map[string]api.Text{"device": f.Device, "ip": f.IP, "version": f.Version} {
		if tooLong(new(string(t)), maxTexts) {
			wrong.Add(name, api.TooBig)
		}
	}
	poss := []int64{}
	for _, n := range f.Poss {
		wrong.Add("poss", among(&n, 1, 3))
		poss = append(poss, int64(n))
	}
	if len(poss) == 0 {
		poss = []int64{1, 2, 3}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	now, user := c.cfg.Now(), int64(*f.User)
	one := c.session(string(f.Session), user)
	switch {
	case f.Session != "" && one == nil:
		return api.Refuse(noSession)
	case one == nil && s.ID == offline:
		return api.Refuse(api.Impossible)
	case one == nil && len(c.sessions) >= licences:
		return api.Refuse(tooManySessions)
	case one == nil:
		c.last.session++
		one = &session{
			id: "session" + strconv.FormatInt(c.last.session, 10), user: user, opened: now,
			device: string(f.Device), ip: string(f.IP), version: string(f.Version), poss: poss,
		}
		c.sessions = append(c.sessions, one)
	}
	one.ends = now.Add(time.Duration(ttl) * time.Second)
	if s.ID == offline {
		c.end(api.Done, func(o *session) bool { return o == one })
	} else {
		c.become(user, s)
	}
	return api.OK(map[string]any{"session": one.id, "ttl": ttl})
}

func (c *Centre) session(id string, user int64) *session {
	for _, s := range c.sessions {
		if s.id == id && s.user == user {
			return s
		}
	}
	return nil
}

// setStatus is cc/set_abonent_status (document §4.4.1.2).
func (c *Centre) setStatus(q api.Query) api.Answer {
	var f statusForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	wrong.Add("abonent_id", c.checkUser(f.User))
	s := c.choose(&f, wrong)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	user := int64(*f.User)
	switch {
	case c.statusOf(user) == offline:
		return api.Refuse(api.Impossible)
	case s.ID == offline:
		c.end(api.Done, func(o *session) bool { return o.user == user })
	default:
		c.become(user, s)
	}
	return api.OK(nil)
}

// statusOf is what an employee is now; who has no session is offline.
func (c *Centre) statusOf(user int64) int64 {
	if s, ok := c.statuses[user]; ok {
		return s
	}
	return offline
}

// become changes the status of an employee, which all his sessions share.
func (c *Centre) become(user int64, s status) {
	if c.statusOf(user) == s.ID {
		return
	}
	if c.statuses[user] = s.ID; s.ID == offline {
		delete(c.statuses, user)
	}
	now := c.cfg.Now()
	body := map[string]any{"abonent_id": user, "status": s.ID, "when": millis(now), "timestamp": millis(now)}
	if s.Alias != nil {
		body["status_alias"] = *s.Alias
	}
	if s.Parent != nil {
		body["parent_status"] = *s.Parent
	}
	c.tell("/events/user/status_changed", body)
}

// end closes sessions; whose last one closes is offline.
func (c *Centre) end(result int, which func(*session) bool) {
	closed := []*session{}
	c.sessions = slices.DeleteFunc(c.sessions, func(s *session) bool {
		gone := which(s)
		if gone {
			closed = append(closed, s)
		}
		return gone
	})
	for _, s := range closed {
		c.tell("/events/user/session_end", map[string]any{
			"result": result, "abonent_id": s.user, "session": s.id, "timestamp": millis(c.cfg.Now()),
		})
		if !slices.ContainsFunc(c.sessions, func(o *session) bool { return o.user == s.user }) {
			c.become(s.user, c.allStatuses()[offline-1])
		}
	}
}

// endSessions closes those whose time is over, or whose employee is gone. It
// runs with the next request, not at the moment itself.
func (c *Centre) endSessions() {
	now := c.cfg.Now()
	c.end(sessionLost, func(s *session) bool { return now.After(s.ends) || !c.employs(s.user) })
}

// seat is a session as cc/get_presence shows it.
type seat struct {
	UAC    string  `json:"uac"`
	IP     string  `json:"ip"`
	Since  int64   `json:"timestamp"` // unix s
	Poss   []int64 `json:"poss"`
	Name   string  `json:"uname,omitempty"`  // of a telephone
	Status int64   `json:"status,omitempty"` // of the others
	Device *string `json:"device,omitempty"` // of the others
}

// presence is cc/get_presence (document §4.4.1.3). Everybody's telephone is
// registered; m.talker runs nowhere; the layout of calls is not printed.
func (c *Centre) presence(q api.Query) api.Answer {
	var form struct {
		User  api.Int    `json:"abonent_id"`
		Types []api.Text `json:"session_types"`
	}
	wrong := api.ReadFields(q, &form)
	for _, t := range form.Types {
		if !slices.Contains([]api.Text{"sip", "cc", "mtm", "mtd"}, t) {
			wrong.Add("session_types", api.WrongFormat)
		}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	out := []any{}
	for _, p := range c.cfg.Staff() {
		if form.User != 0 && p.ID != int64(form.User) {
			continue
		}
		all := map[string][]seat{
			"sip": {{UAC: "SIP", IP: "192.0.2.10", Since: c.cfg.Now().Unix(), Poss: []int64{1}, Name: p.Number}},
			"cc":  {}, "mtm": {}, "mtd": {},
		}
		for _, s := range c.sessions {
			if s.user == p.ID {
				all["cc"] = append(all["cc"], seat{UAC: s.version, IP: s.ip, Since: s.opened.Unix(), Poss: s.poss, Status: c.statusOf(p.ID), Device: &s.device})
			}
		}
		used := []string{}
		row := map[string]any{"abonent_id": p.ID, "calls": []any{}}
		for _, kind := range []string{"sip", "cc", "mtm", "mtd"} {
			if len(form.Types) > 0 && !slices.Contains(form.Types, api.Text(kind)) {
				continue
			}
			row[kind] = all[kind]
			if len(all[kind]) > 0 {
				used = append(used, kind)
			}
		}
		row["used_uac_type"] = used
		out = append(out, row)
	}
	if len(out) == 0 && form.User != 0 {
		out = append(out, map[string]any{}) // somebody unknown
	}
	return api.OK(map[string]any{"abonents": out})
}

// listStatuses is cc/get_statuses (document §4.4.1.4).
func (c *Centre) listStatuses(api.Query) api.Answer {
	return api.OK(map[string]any{"statuses": c.allStatuses()})
}
