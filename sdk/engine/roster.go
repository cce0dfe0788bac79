package engine

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/text"
)

// graceTime is how long a session that went keeps its place in the order of
// registration: a 1C that reconnects is not put behind its colleagues.
const graceTime = 15 * time.Second

// seatPrefix marks places of sessions that went on the agenda.
const seatPrefix = "s|"

// seat is a place in the order of registration.
type seat struct {
	Session
	up      bool
	left    time.Time // when it went
	refused text.Code // why it is not served; "" = it is
}

// roster is who uses the integration: the users that the company named, and
// the sessions that are, or lately were, there.
type roster struct {
	users    []User
	seats    []*seat              // by registration
	up       map[string]*seat     // those of sessions that are there, by session
	at       map[string][]*seat   // the same by extension, by coming
	lastSeen map[string]time.Time // by extension, when its last session went
	first    string               // the session that was told to be the first
	over     []string             // extensions beyond the limit, as they were told
}

func newRoster() roster {
	return roster{up: map[string]*seat{}, at: map[string][]*seat{}, lastSeen: map[string]time.Time{}}
}

// desk reports whether the session of a person is there and served.
func (x *seat) desk() bool { return x.up && !x.Server && x.refused == "" }

// sit gives a session its place. One that went a moment ago, or another of the
// same client, gets it back.
func (r *roster) sit(in Session) *seat {
	fresh := &seat{Session: in, up: true}
	place := slices.IndexFunc(r.seats, func(x *seat) bool {
		return !x.up && (x.ID == in.ID || in.GUID != "" && x.GUID == in.GUID && x.Extension == in.Extension)
	})
	if place < 0 {
		r.seats = append(r.seats, fresh)
	} else {
		r.seats[place] = fresh
	}
	r.up[in.ID] = fresh
	r.at[in.Extension] = append(r.at[in.Extension], fresh)
	return fresh
}

// rise keeps the place of a session that goes.
func (r *roster) rise(x *seat, now time.Time) {
	x.up, x.left = false, now
	delete(r.up, x.ID)
	r.at[x.Extension] = slices.DeleteFunc(r.at[x.Extension], func(other *seat) bool { return other == x })
	if len(r.at[x.Extension]) == 0 {
		delete(r.at, x.Extension)
	}
	if x.Extension != "" && (len(r.lastSeen) < maxCalls || !r.lastSeen[x.Extension].IsZero()) {
		r.lastSeen[x.Extension] = now
	}
}

// sessionUp registers a session.
func (s *State) sessionUp(in Session) {
	if s.seat(in.ID) != nil {
		return
	}
	was := s.name(in.Extension)
	fresh := s.roster.sit(in)
	if s.name(in.Extension) != was {
		s.renamed = true
	}
	if s.settings.DuplicateExtension == "displace" && in.Extension != "" {
		for _, other := range s.roster.at[in.Extension] {
			if other != fresh && other.refused == "" {
				s.refuse(other, text.Displaced)
			}
		}
	}
	s.judge()
	s.elect(in.ID)
	s.seatMoved(in.Extension)
	if fresh.refused == "" {
		s.replay(in)
	}
	s.showMenus()
}

func (s *State) sessionDown(id string) {
	x := s.seat(id)
	if x == nil {
		return
	}
	s.roster.rise(x, s.now)
	delete(s.watchers, id)
	s.due.add(s.now.Add(graceTime), seatPrefix+id)
	s.judge()
	s.elect("")
	s.seatMoved(x.Extension)
	s.askOthers(id)
	s.showMenus()
}

// seatDue gives the place of a session away that did not come back. One that
// came, and went again, has its time from then.
func (s *State) seatDue(id string) {
	s.roster.seats = slices.DeleteFunc(s.roster.seats, func(x *seat) bool {
		return x.ID == id && !x.up && !s.now.Before(x.left.Add(graceTime))
	})
}

// seat finds a session that is there; nil if it is not.
func (s *State) seat(id string) *seat { return s.roster.up[id] }

// Here reports whether a session is there, refused or not.
func (s *State) Here(session string) bool { return s.seat(session) != nil }

// Serves reports whether a session is there and not refused.
func (s *State) Serves(session string) bool {
	x := s.seat(session)
	return x != nil && x.refused == ""
}

// First is the session that registered first of those there now, "" if there
// is none. Its successor stands in while it is away, so that no call in the
// menu goes unseen; within the grace it gets its place back.
func (s *State) First() string {
	for _, x := range s.roster.seats {
		if x.desk() {
			return x.ID
		}
	}
	return ""
}

// elect tells the sessions concerned when the first one changed; not the
// newcomer, who reads with his registration what he is.
func (s *State) elect(newcomer string) {
	first := s.First()
	if first == s.roster.first {
		return
	}
	if was := s.seat(s.roster.first); was != nil {
		s.tellFirst(was.ID, false)
	}
	s.roster.first = first
	if first != "" && first != newcomer {
		s.tellFirst(first, true)
	}
}

func (s *State) tellFirst(session string, is bool) {
	ev := Event{Kind: FirstInSession, Class: Screen, To: Address{Session: session}, Expires: s.now.Add(screenLife)}
	s.emit(ev, FirstInSessionBody{IsFirst: is}, session, strconv.FormatBool(is), s.stamp())
}

// stamp tells apart local events that may be told more than once.
func (s *State) stamp() string { return strconv.FormatInt(s.now.UnixNano(), 36) }

// refuse takes a session out of service, or, with "", back into it.
func (s *State) refuse(x *seat, why text.Code) {
	if x.refused == why {
		return
	}
	x.refused = why
	s.out = append(s.out, Refused{Session: x.ID, Code: why})
	if why == "" {
		s.replay(x.Session)
		return
	}
	delete(s.watchers, x.ID)
	s.askOthers(x.ID)
}

// setUsers replaces the users of the integration.
func (s *State) setUsers(list []User) {
	s.roster.users, s.renamed = slices.Clone(list), true
	for _, u := range list {
		if u.Extension == "" {
			s.warn(text.UserNoExtension, cmp.Or(u.Name, u.UserID))
		}
	}
	s.checkUsers()
	s.judge()
	s.elect("")
}

// checkUsers warns of extensions that the PBX does not have, once it is known
// which ones it has.
func (s *State) checkUsers() {
	if len(s.employees) == 0 {
		return
	}
	for _, u := range s.roster.users {
		if _, known := s.employees[u.Extension]; u.Extension != "" && !known {
			s.warn(text.ExtensionUnknown, u.Extension)
		}
	}
}

// members are the extensions that count against the limit: users in the order
// in which the company named them, then sessions of others as they came.
func (s *State) members() (list []string) {
	seen := map[string]bool{"": true}
	add := func(ext string) {
		if !seen[ext] {
			seen[ext] = true
			list = append(list, ext)
		}
	}
	for _, u := range s.roster.users {
		add(u.Extension)
	}
	for _, x := range s.roster.seats {
		if x.up && !x.Server {
			add(x.Extension)
		}
	}
	return list
}

// judge refuses the sessions of extensions beyond the limit of users, and
// serves again those that are within it now. The others are not affected.
func (s *State) judge() {
	limit := s.settings.UsersLimit
	var over []string
	if limit > 0 {
		members := s.members()
		over = members[min(limit, len(members)):]
	}
	for _, x := range s.roster.seats {
		switch {
		case !x.up || x.refused == text.Displaced && s.displaced(x):
		case slices.Contains(over, x.Extension):
			s.refuse(x, text.UsersLimit)
		default:
			s.refuse(x, "")
		}
	}
	if slices.Equal(over, s.roster.over) {
		return
	}
	s.roster.over = over
	ev := Event{Kind: UserLimit, Class: Screen, To: Address{Rule: AnySession}, Expires: s.now.Add(screenLife)}
	s.emit(ev, s.Limits(), s.stamp())
}

// displaced reports whether another session still has the extension of x.
func (s *State) displaced(x *seat) bool {
	return s.settings.DuplicateExtension == "displace" && slices.ContainsFunc(s.roster.at[x.Extension], func(other *seat) bool {
		return other != x && other.refused != text.Displaced
	})
}

// Limits tells how many users there may be, how many there are, and who is
// refused.
func (s *State) Limits() UserLimitBody {
	return UserLimitBody{
		Limit: s.settings.UsersLimit, Used: len(s.members()), Refused: append([]string{}, s.roster.over...),
	}
}

// UserState is one user of the integration (contract: GetUsers).
type UserState struct {
	User
	State     Presence  `json:"state"`
	Connected bool      `json:"connected"` // a session of the extension is there
	LastSeen  time.Time `json:"last_seen"` // when its last session went; now if one is there; zero: never
	InPBX     bool      `json:"in_pbx"`    // the PBX has an employee with this extension
}

// Users are the users that the company named, in its order.
func (s *State) Users(now time.Time) []UserState {
	list := make([]UserState, 0, len(s.roster.users))
	for _, u := range s.roster.users {
		st := UserState{User: u, State: s.presence(u.Extension), Connected: s.connected(u.Extension)}
		if _, known := s.employees[u.Extension]; known {
			st.InPBX = true
		}
		if st.LastSeen = s.roster.lastSeen[u.Extension]; st.Connected {
			st.LastSeen = now
		}
		list = append(list, st)
	}
	return list
}

// connected reports whether a session of the extension is there and served.
func (s *State) connected(ext string) bool {
	return ext != "" && slices.ContainsFunc(s.roster.at[ext], (*seat).desk)
}

// listens reports whether any served session hears what an extension is told.
func (s *State) listens(ext string) bool {
	return s.connected(ext) || slices.ContainsFunc(s.roster.at[""], func(x *seat) bool { return x.desk() && x.hears(ext) })
}

// user is whose extension this is: the user that the company named, or else
// the session that came last; zero if there is neither.
func (s *State) user(ext string) User {
	if ext == "" {
		return User{}
	}
	for _, u := range s.roster.users {
		if u.Extension == ext {
			return u
		}
	}
	if here := s.roster.at[ext]; len(here) > 0 {
		x := here[len(here)-1]
		return User{UserID: x.UserID, Name: x.UserName, Extension: ext}
	}
	return User{}
}

// known are the extensions heard of: employees, users and sessions, sorted.
func (s *State) known() []string {
	all := map[string]bool{}
	for ext := range s.employees {
		all[ext] = true
	}
	for _, ext := range s.members() {
		all[ext] = true
	}
	for ext := range s.phones {
		all[ext] = true
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}
