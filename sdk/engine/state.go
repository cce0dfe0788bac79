package engine

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strconv"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// Waiting times of the engine.
const (
	// settleTime is how long a summary waits for parallel notifications of
	// its legs, when it shows that some are missing.
	settleTime = 2 * time.Second
	// gapTime is how long the end of a leg waits for those seq says are missing.
	gapTime = time.Second
	// endedGuard sums up a call whose legs are over but whose summary is lost.
	endedGuard = time.Hour
	// silentGuard sums up a call that nothing was heard of: its end is lost.
	silentGuard = 12 * time.Hour
	// closedFor is how long a summed-up call is remembered, so that a
	// straggler does not open it again.
	closedFor = 15 * time.Minute
)

// maxCalls bounds memory: calls, extensions, employees of the contact centre. A
// PBX of a thousand employees holds a few hundred calls.
const maxCalls = 20_000

// State is everything the engine remembers. It is not safe for concurrent
// use: one goroutine owns it.
type State struct {
	settings  Settings
	revision  int64
	calls     map[string]*entry // open ones, by key
	closed    map[string]*entry // summed up lately
	silent    list.List         // of the open ones, as *entry: that which was silent longest in front
	legs      map[string]int    // by call_id, in how many calls of both
	roster    roster
	phones    map[string]*handset // by extension
	agents    map[string]int      // status in the contact centre, by user_id
	watchers  map[string]bool     // sessions that hear of presence
	table     map[string]string   // responsible extension by number
	routes    map[string]*entry   // calls whose responsible is being asked for, by request_id
	queue     []*entry            // calls to be routed that wait for their turn
	slot      time.Time           // when the PBX takes the next route
	warned    map[string]bool     // told lately
	advised   map[string]string   // entry that advised on a client, by number
	employees map[string]string   // names by extension
	staff     map[string]string   // extensions by user_id of the PBX
	commands  map[string]*command
	records   map[string]*recording // by recording_id
	told      map[string]bool       // keys of notifications told as they came, lately
	due       agenda
	timer     time.Time // the one asked for last
	counters  Counters
	changed   map[string]bool // see Changed
	renamed   bool

	now time.Time // of the step that runs
	out []Effect
}

// New makes the state of a company that has no calls yet.
func New(settings Settings) *State {
	return &State{
		settings: settings, revision: 1, calls: map[string]*entry{}, closed: map[string]*entry{}, legs: map[string]int{},
		roster: newRoster(), phones: map[string]*handset{}, watchers: map[string]bool{}, agents: map[string]int{},
		table: map[string]string{}, routes: map[string]*entry{}, warned: map[string]bool{}, advised: map[string]string{}, changed: map[string]bool{},
		employees: map[string]string{}, staff: map[string]string{}, commands: map[string]*command{},
		records: map[string]*recording{}, told: map[string]bool{},
	}
}

// Step takes one input at the moment now and returns what is to be done, in
// order. Equal states and equal inputs give equal effects. now must not run
// backwards.
func (s *State) Step(now time.Time, in Input) []Effect {
	s.now, s.out = now, nil
	s.take(in)
	s.expire()
	s.askTimer()
	return s.out
}

func (s *State) take(in Input) {
	switch in := in.(type) {
	case Notification:
		s.notification(in.Item, in.Pos)
	case SessionUp:
		s.sessionUp(in.Session)
	case SessionDown:
		s.sessionDown(in.ID)
	case Employees:
		s.setEmployees(in.List)
	case UsersSet:
		s.setUsers(in.List)
	case Restored:
		s.revision, s.roster.users = in.Revision, slices.Clone(in.Users)
		for _, t := range in.Tables {
			s.setTable(t)
		}
	case SettingsSet:
		s.settings, s.revision = in.Settings, in.Revision
		s.judge()
		s.elect("")
		ev := Event{Kind: SettingsChanged, Class: Screen, To: Address{Rule: AnySession}, Expires: s.now.Add(screenLife)}
		s.emit(ev, SettingsChangedBody{Revision: in.Revision}, strconv.FormatInt(in.Revision, 10), s.stamp())
	case CommandSent:
		s.commandSent(in)
	case CommandReplied:
		s.commandReplied(in)
	case CommandFailed:
		s.commandFailed(in)
	case RouteTable:
		s.setTable(in)
	case RouteAnswer:
		s.routeAnswer(in)
	case Tracked:
		s.tracked(in)
	case Annotated:
		s.annotated(in)
	case Recovered:
		s.recovered(in)
	case Watch:
		if s.Serves(in.Session) {
			s.watchers[in.Session] = true
		}
	case Warn:
		s.warn(in.Code, in.Detail)
	case Tick:
		s.timer = time.Time{}
	}
}

func (s *State) setEmployees(list []Employee) {
	s.employees, s.staff = map[string]string{}, map[string]string{}
	for _, e := range list {
		s.employees[e.Extension] = e.Name
		if e.UserID == "" {
			continue
		}
		s.staff[e.UserID] = e.Extension
		if status := s.agents[e.UserID]; status != 0 {
			s.agentIs(e.Extension, status)
		}
	}
	s.renamed = true
	s.checkUsers()
}

func (s *State) notification(it notify.Item, pos uint64) {
	if it.Err != nil {
		s.counters.Unread++
	}
	switch n := it.Notification.(type) {
	case notify.Call:
		s.leg(n, pos)
	case notify.Summary:
		s.summary(n, pos)
	case notify.Recording:
		s.recording(n, pos)
	case notify.RecordAdded:
		s.recordAdded(n, pos)
	case notify.Result:
		s.result(n)
		s.release(pos)
	case notify.Ping, notify.StatsReady:
		s.counters.Other++
		s.release(pos)
	default:
		s.notice(it)
		s.release(pos)
	}
}

// expire does what has become due.
func (s *State) expire() {
	for {
		key, ok := s.due.pop(s.now)
		if !ok {
			return
		}
		s.dueNow(key)
	}
}

func (s *State) dueNow(key string) {
	if key == slotKey {
		s.sendRoute()
		return
	}
	if len(key) > 2 && key[1] == '|' {
		id := key[2:]
		switch key[:2] {
		case commandPrefix:
			s.commandDue(id)
			return
		case recordPrefix:
			s.recordDue(id)
			return
		case noticePrefix:
			delete(s.told, id)
			return
		case seatPrefix:
			s.seatDue(id)
			return
		case warnPrefix:
			delete(s.warned, id)
			return
		case advicePrefix:
			delete(s.advised, id)
			return
		case routePrefix:
			if e := s.calls[id]; e != nil {
				s.routeDue(e)
			}
			return
		}
	}
	if e := s.calls[key]; e != nil {
		s.callDue(e)
	} else if e := s.closed[key]; e != nil && !s.now.Before(e.wake) {
		s.forget(e)
	}
}

func (s *State) askTimer() {
	next := s.due.next()
	if next.IsZero() || next.Equal(s.timer) {
		return
	}
	s.timer = next
	s.out = append(s.out, SetTimer{At: next})
}

// Due is when Step has something to do by itself; zero when it has not.
func (s *State) Due() time.Time { return s.due.next() }

// emit completes an event. parts beside kind, call and leg make the id, if it
// has none yet: it must not depend on the moment or the order in which things
// were learnt.
func (s *State) emit(e Event, body any, parts ...string) {
	if e.ID == "" {
		e.ID = eventID(append([]string{string(e.Kind), e.EntryID, e.CallID}, parts...)...)
	}
	if e.Time.IsZero() {
		e.Time = s.now
	}
	e.Time = e.Time.UTC()
	e.Body = encode(body)
	s.out = append(s.out, Emit{Event: e})
}

func encode(body any) json.RawMessage {
	raw, err := json.Marshal(body)
	if err != nil {
		panic("engine: a body that does not marshal: " + err.Error()) // our own types: cannot happen
	}
	return raw
}

// eventID is a short hash, equal wherever the same thing is told.
func eventID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// party gives a side of a call its name.
func (s *State) party(p notify.Party) Party {
	return Party{Extension: p.Extension, Number: p.Number, Name: s.name(p.Extension)}
}

func (s *State) name(extension string) string {
	if extension == "" {
		return ""
	}
	return cmp.Or(s.employees[extension], s.user(extension).Name)
}

// Settings and their revision.
func (s *State) Settings() (Settings, int64) { return s.settings, s.revision }

// Counters are counted since New.
func (s *State) Counters() Counters {
	c := s.counters
	c.Calls, c.Sessions = len(s.calls), len(s.roster.up)
	return c
}

// HasCall reports whether callID is, or lately was, a leg of a call.
func (s *State) HasCall(callID string) bool { return s.legs[callID] > 0 }

// ActiveLeg is one live leg, for the replica.
type ActiveLeg struct {
	EntryID, CallID, State, Line, Group string
	Direction                           Direction
	Caller, Callee                      Party
	Started, TalkStarted                time.Time
}

// Active are the live legs, by start.
func (s *State) Active() []ActiveLeg {
	var legs []ActiveLeg
	for _, key := range slices.Sorted(maps.Keys(s.calls)) {
		legs = append(legs, s.ActiveOf(key)...)
	}
	sort.SliceStable(legs, func(i, j int) bool { return legs[i].Started.Before(legs[j].Started) })
	return legs
}

// ActiveOf are the live legs of one call, by the key that Changed gives.
func (s *State) ActiveOf(key string) (legs []ActiveLeg) {
	e := s.calls[key]
	if e == nil {
		return nil
	}
	for _, l := range e.call.Legs() {
		if l.Live() {
			legs = append(legs, s.activeLeg(e.call, l))
		}
	}
	return legs
}

// Changed gives the keys of the calls whose live legs may have changed since it
// was asked last; all when any may have, as when employees got other names.
// So whoever shows the calls need not look at all of them for each event.
func (s *State) Changed() (keys []string, all bool) {
	keys, all = slices.Collect(maps.Keys(s.changed)), s.renamed
	clear(s.changed)
	s.renamed = false
	return keys, all
}

func (s *State) activeLeg(c *call.Call, l *call.Leg) ActiveLeg {
	caller, callee := c.Parties(l)
	return ActiveLeg{
		EntryID: c.EntryID, CallID: l.ID, State: legState(l), Line: cmp.Or(l.Line, c.Line()), Group: l.Group,
		Direction: c.LegDirection(l), Caller: s.party(caller), Callee: s.party(callee),
		Started: l.Started, TalkStarted: l.TalkStarted,
	}
}

// legState in the words of the contract.
func legState(l *call.Leg) string {
	switch {
	case l.Location == notify.InIVR:
		return "ivr"
	case l.Location == notify.InQueue:
		return "queue"
	case l.State == notify.OnHold:
		return "hold"
	case l.Talked():
		return "talking"
	}
	return "ringing"
}
