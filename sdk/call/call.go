package call

import (
	"cmp"
	"slices"
	"time"

	"mangoofficesdk/sdk/notify"
)

// Direction of a call as seen from the company.
type Direction string

// The directions of the contract.
const (
	In       Direction = "in"
	Out      Direction = "out"
	Internal Direction = "internal"
)

// Call is one entry_id: everything the PBX told about it so far.
type Call struct {
	EntryID string
	Summary *notify.Summary // nil until it came
	legs    map[string]*Leg
	sorted  []*Leg
}

// New makes an empty call.
func New(entryID string) *Call { return &Call{EntryID: entryID, legs: map[string]*Leg{}} }

// Add takes in a notification about one leg; false: it was known.
func (c *Call) Add(n notify.Call) bool {
	l := c.legs[n.CallID]
	if l == nil {
		l = &Leg{ID: n.CallID}
		c.legs[n.CallID] = l
	}
	if !l.add(n) {
		return false
	}
	c.sort()
	return true
}

// Conclude takes in the summary; the first one stays.
func (c *Call) Conclude(s notify.Summary) bool {
	if c.Summary != nil {
		return false
	}
	c.Summary = &s
	return true
}

// sort puts legs in order of their start, parents before children (they often
// share a second), so that every reader sees the same order.
func (c *Call) sort() {
	c.sorted = c.sorted[:0:0] // readers may still hold the old slice
	for _, l := range c.legs {
		c.sorted = append(c.sorted, l)
	}
	slices.SortFunc(c.sorted, func(a, b *Leg) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(c.depth(a), c.depth(b)), cmp.Compare(a.ID, b.ID))
	})
}

func (c *Call) depth(l *Leg) (d int) {
	for p := c.Parent(l); p != nil && d < len(c.legs); p = c.Parent(p) {
		d++
	}
	return d
}

// Legs are all legs by start. The slice and its legs are read-only.
func (c *Call) Legs() []*Leg { return c.sorted }

// Leg finds a leg by call_id, nil if there is none.
func (c *Call) Leg(id string) *Leg { return c.legs[id] }

// Parent is the leg that the caller of l was taken from, nil if none is known.
func (c *Call) Parent(l *Leg) *Leg {
	if l.Parent == "" || l.Parent == l.ID {
		return nil
	}
	return c.legs[l.Parent]
}

// Live reports whether any leg has not ended.
func (c *Call) Live() bool { return slices.ContainsFunc(c.sorted, (*Leg).Live) }

// CallbackFirst reports whether l is the first leg of a callback: the employee
// is rung, and from and to are reversed (from is the number to be dialled
// next). It is recognised by the command or initiator on a leg that was not
// taken from another one (§6.1); a transfer by command carries a command_id
// too, but happens within a call that began before.
func (c *Call) CallbackFirst(l *Leg) bool {
	if l.To.Extension == "" || l.Parent != "" || !l.AtAbonent() || l.CommandID+l.Initiator+l.TaskID == "" {
		return false
	}
	return !slices.ContainsFunc(c.sorted, func(x *Leg) bool {
		return x != l && x.Parent != l.ID && x.Started.Before(l.Started)
	})
}

// Direction is the summary's, or what the first leg shows.
func (c *Call) Direction() Direction {
	if c.Summary != nil {
		switch c.Summary.Direction {
		case notify.Incoming:
			return In
		case notify.Outgoing:
			return Out
		case notify.Internal:
			return Internal
		case notify.DirectionUnknown:
		}
	}
	root := c.root()
	if root == nil {
		return In
	}
	return c.LegDirection(root)
}

func (c *Call) root() *Leg {
	for _, l := range c.sorted {
		if l.Parent == "" {
			return l
		}
	}
	if len(c.sorted) > 0 {
		return c.sorted[0]
	}
	return nil
}

// LegDirection follows the extensions of one leg (§6.1): a caller with one
// calls out, or within the company when the callee has one too.
func (c *Call) LegDirection(l *Leg) Direction {
	from, to := l.From.Extension != "", l.To.Extension != ""
	if c.CallbackFirst(l) {
		from, to = to, from
	}
	switch {
	case from && to:
		return Internal
	case from:
		return Out
	case !to && l.AtAbonent() && l.Initiator != "":
		return Out // callback of a group: the client's leg comes first
	}
	return In
}

// Parties of a leg, caller first, with a callback's first leg turned around.
func (c *Call) Parties(l *Leg) (caller, callee notify.Party) {
	if c.CallbackFirst(l) {
		return l.To, l.From
	}
	return l.From, l.To
}

// talks reports whether l carried a conversation of the call itself: not the
// employee waiting for the client on a callback's first leg.
func (c *Call) talks(l *Leg) bool { return l.AtAbonent() && l.Talked() && !c.CallbackFirst(l) }

// Answered is the last leg in which people talked, consultations that did not
// become transfers apart; nil when nobody did.
func (c *Call) Answered() *Leg {
	for _, l := range slices.Backward(c.sorted) {
		if c.talks(l) && !c.aside(l) {
			return l
		}
	}
	return nil
}

// Started, TalkStarted and Ended are the summary's moments, or else those of
// the legs; zero when there is none.
func (c *Call) Started() time.Time {
	if c.Summary != nil && !c.Summary.Created.IsZero() {
		return c.Summary.Created
	}
	if len(c.sorted) == 0 {
		return time.Time{}
	}
	return c.sorted[0].Started
}

// TalkStarted is when the client's first conversation began; see Started.
func (c *Call) TalkStarted() (first time.Time) {
	if c.Summary != nil {
		return c.Summary.Answered
	}
	for _, l := range c.sorted {
		if c.talks(l) && (first.IsZero() || l.TalkStarted.Before(first)) {
			first = l.TalkStarted
		}
	}
	return first
}

// Ended is when the last leg ended; see Started.
func (c *Call) Ended() (last time.Time) {
	if c.Summary != nil && !c.Summary.Ended.IsZero() {
		return c.Summary.Ended
	}
	for _, l := range c.sorted {
		last = latest(last, l.Ended)
	}
	return last
}

// Line of the PBX that the client dialled or was called from.
func (c *Call) Line() string {
	if c.Summary != nil && c.Summary.LineNumber != "" {
		return c.Summary.LineNumber
	}
	return c.first(func(l *Leg) string { return l.Line })
}

// Group is the group that the call was routed through, "" if none.
func (c *Call) Group() string { return c.first(func(l *Leg) string { return l.Group }) }

// DCT is the call tracking of the call; Type 0 when there is none.
func (c *Call) DCT() notify.DCT {
	for _, l := range c.sorted {
		if l.DCT.Type != 0 {
			return l.DCT
		}
	}
	if c.Summary != nil {
		return c.Summary.DCT
	}
	return notify.DCT{}
}

// CommandID is the command of ours that made the call, "" if none did.
func (c *Call) CommandID() string { return c.first(func(l *Leg) string { return l.CommandID }) }

func (c *Call) first(get func(*Leg) string) string {
	for _, l := range c.sorted {
		if v := get(l); v != "" {
			return v
		}
	}
	return ""
}

// AnsweredBy finds who took the call while l was ringing: a colleague of the
// same ring, or the one who picked it up (a leg taken from l). "" = nobody.
func (c *Call) AnsweredBy(l *Leg) (extension string, at time.Time) {
	for _, other := range c.sorted {
		ext := other.To.Extension
		if other == l || ext == "" || ext == l.To.Extension || !c.talks(other) {
			continue
		}
		sibling := other.Parent == l.Parent && !other.TalkStarted.Before(l.Started)
		if sibling || other.Parent == l.ID {
			return ext, other.TalkStarted
		}
	}
	return "", time.Time{}
}

// Complete reports whether everything the summary speaks of has been seen, so
// that nothing can be gained by waiting for notifications still on their way.
func (c *Call) Complete() bool {
	if c.Summary == nil || len(c.sorted) == 0 {
		return false
	}
	rung, talked := c.Summary.To.Extension == "", c.Summary.Answered.IsZero()
	for _, l := range c.sorted {
		if l.Live() || l.Gaps() || l.Parent != "" && c.Parent(l) == nil {
			return false
		}
		if c.CallbackFirst(l) && l.Talked() && l.Reason == reasonDone && !c.hasChild(l) {
			return false // the leg to the client must follow
		}
		ext := c.Summary.To.Extension
		rung = rung || l.To.Extension == ext || l.Group == ext
		talked = talked || c.talks(l)
	}
	return rung && talked
}

// reasonDone ends the first leg of a callback whose second one begins (§18).
const reasonDone = 1000

func (c *Call) hasChild(l *Leg) bool {
	return slices.ContainsFunc(c.sorted, func(x *Leg) bool { return x.Parent == l.ID })
}
