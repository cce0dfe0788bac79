package history

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/vpbx"
)

// servicePrefix stands before some called numbers of extended statistics:
// 700737 4952233501 (§3.4.2.3).
const servicePrefix = "700737"

// ordered are the values of context_init_type at which the PBX called the
// employee first: an order, a widget, a call back (§3.4.2.3).
const (
	firstOrdered = 4
	lastOrdered  = 6
)

// pastOf makes of a call of extended statistics, and of its rows of basic ones,
// what the notifications would have said. Extended statistics have the call, the
// kind of transfer, the group and the call_id; the rows have who was on each
// leg, the line, and the legs in menus and queues. Groups are extensions by
// group_id. False: it is no call, or not over.
func pastOf(c vpbx.StatisticsCall, rows []vpbx.StatisticsLeg, groups map[int64]string) (p engine.Past, ok bool) {
	if c.EntryID == "" || c.Start.IsZero() {
		return p, false // the PBX's own, of a conference for one
	}
	legs := placed(c, rows, groups)
	end := c.Start.Add(time.Duration(c.DurationSec) * time.Second)
	for _, l := range legs {
		if l.end.After(end) {
			end = l.end
		}
	}
	s := notify.Summary{
		EntryID: c.EntryID, Created: c.Start.UTC(), Ended: end.UTC(), EntryResult: 0,
		Direction:  map[int]notify.Direction{vpbx.StatisticsIn: notify.Incoming, vpbx.StatisticsOut: notify.Outgoing, vpbx.StatisticsInternal: notify.Internal}[c.Type],
		LineNumber: lineOf(c, legs),
	}
	if c.Success || c.TalkSec > 0 {
		s.EntryResult = 1
		s.Answered = s.Ended.Add(-time.Duration(c.TalkSec) * time.Second)
	}
	descend(legs)
	s.From, s.To = sidesOf(c, legs)
	p.Summary = s
	for i := range legs {
		l := &legs[i]
		p.Legs = append(p.Legs, l.told(c)...)
		for _, id := range l.recordings {
			p.Recordings = append(p.Recordings, engine.PastRecording{CallID: l.id, RecordingRef: engine.RecordingRef{
				RecordingID: id, Extension: cmp.Or(l.to.Extension, l.from.Extension),
			}})
		}
	}
	return p, true
}

// sidesOf are the parties that a summary names: who called, and who answered
// first, or the first who was rung: an employee, or the group he was rung for.
func sidesOf(c vpbx.StatisticsCall, legs []pastLeg) (from, to notify.Party) {
	if len(legs) == 0 {
		return notify.Party{Number: c.CallerNumber}, notify.Party{Number: strings.TrimPrefix(c.CalledNumber, servicePrefix)}
	}
	ordered := c.InitType >= firstOrdered && c.InitType <= lastOrdered
	from = legs[0].from
	var rung, answered *pastLeg
	for i := range legs {
		l := &legs[i]
		switch {
		case !l.atAbonent():
		case ordered && i == 0 && l.to.Extension != "":
			from = l.to // the employee was rung first; the leg to the client follows
		default:
			if rung == nil {
				rung = l
			}
			if !l.answer.IsZero() && (answered == nil || l.answer.Before(answered.answer)) {
				answered = l
			}
		}
	}
	switch {
	case answered != nil:
		to = answered.to
	case rung != nil && rung.group != "":
		to = notify.Party{Extension: rung.group}
	case rung != nil:
		to = rung.to
	case ordered:
		to = legs[0].from // whom he would have been connected with
	}
	return from, to
}

func lineOf(c vpbx.StatisticsCall, legs []pastLeg) string {
	for _, l := range legs {
		if l.line != "" {
			return l.line
		}
	}
	if c.Type == vpbx.StatisticsIn {
		return strings.TrimPrefix(c.CalledNumber, servicePrefix)
	}
	return ""
}

// pastLeg is a leg with what both statistics know of it.
type pastLeg struct {
	id                 string
	from, to           notify.Party
	line, group, place string
	start, answer, end time.Time
	reason             int
	transfer           string
	parent             string
	left               bool // its employee passed the other party on
	recordings         []string
}

func (l *pastLeg) atAbonent() bool {
	return l.place != notify.InIVR && l.place != notify.InQueue
}

// abonent is a leg of extended statistics, those of a group's members apart.
type abonent struct {
	vpbx.StatisticsCallLeg
	group string
	used  bool
}

// placed joins the legs of both statistics. A leg that only one of them has is
// one all the same.
func placed(c vpbx.StatisticsCall, rows []vpbx.StatisticsLeg, groups map[int64]string) (legs []pastLeg) {
	var abonents []abonent
	for _, l := range c.Legs {
		if len(l.Members) == 0 {
			abonents = append(abonents, abonent{StatisticsCallLeg: l})
			continue
		}
		for _, m := range l.Members {
			abonents = append(abonents, abonent{StatisticsCallLeg: m, group: groups[l.AbonentID]})
		}
	}
	for _, r := range rows {
		if r.Finish.IsZero() {
			continue
		}
		l := pastLeg{
			from: notify.Party{Extension: r.FromExtension, Number: r.FromNumber}, to: notify.Party{Extension: r.ToExtension, Number: r.ToNumber},
			line: r.LineNumber, place: r.Location, start: r.Start.UTC(), answer: r.Answer.UTC(), end: r.Finish.UTC(), reason: r.Reason,
			recordings: r.Records,
		}
		if r.Answer.IsZero() {
			l.answer = time.Time{}
		}
		if a := matching(abonents, &l); a != nil {
			l.join(a)
		}
		legs = append(legs, l)
	}
	for i := range abonents {
		if a := &abonents[i]; !a.used && !a.End.IsZero() && a.Type != "group" {
			legs = append(legs, alone(c, a))
		}
	}
	slices.SortStableFunc(legs, func(a, b pastLeg) int {
		return cmp.Or(a.start.Compare(b.start), a.end.Compare(b.end), strings.Compare(a.to.Extension+a.to.Number, b.to.Extension+b.to.Number))
	})
	for i := range legs {
		if legs[i].id == "" { // statistics are the only ones to know of it
			legs[i].id = c.EntryID + "-" + strconv.Itoa(i+1)
		}
	}
	return legs
}

// matching finds the leg of extended statistics for a row: the same moments, and
// of several the same number.
func matching(abonents []abonent, l *pastLeg) (best *abonent) {
	if !l.atAbonent() {
		return nil
	}
	for i := range abonents {
		a := &abonents[i]
		if a.used || !a.Start.Equal(l.start) || !a.End.Equal(l.end) {
			continue
		}
		if a.AbonentNumber != "" && (a.AbonentNumber == l.to.Number || a.AbonentNumber == l.to.Extension) {
			return a
		}
		best = cmp.Or(best, a)
	}
	return best
}

func (l *pastLeg) join(a *abonent) {
	a.used = true
	l.id, l.group = a.CallID, a.group
	switch {
	case a.BlindTransfer:
		l.transfer = notify.Blind
	case a.ConsultTransfer:
		l.transfer = notify.Consultative
	}
	for _, id := range a.RecordingIDs {
		if !slices.Contains(l.recordings, id) {
			l.recordings = append(l.recordings, id)
		}
	}
}

// alone makes a leg of what extended statistics say: whom it rang, and who had
// called the company.
func alone(c vpbx.StatisticsCall, a *abonent) pastLeg {
	l := pastLeg{
		from: notify.Party{Number: c.CallerNumber}, to: notify.Party{Number: a.AbonentNumber}, place: notify.AtAbonent,
		start: a.Start.UTC(), answer: a.Answer.UTC(), end: a.End.UTC(), reason: a.EndReason,
	}
	if a.Answer.IsZero() {
		l.answer = time.Time{}
	}
	l.join(a)
	return l
}

// descend finds from which conversation each transfer came: statistics do not
// say. It is the last one that went on when the leg began.
func descend(legs []pastLeg) {
	for i := range legs {
		l := &legs[i]
		if l.transfer == "" {
			continue
		}
		if slices.ContainsFunc(legs[:i], func(p pastLeg) bool { return p.left && l.returnsTo(&p) }) {
			l.transfer = notify.ReturnBlind
		}
		for j := range legs {
			p := &legs[j]
			if j == i || !p.atAbonent() || p.answer.IsZero() || p.answer.After(l.start) || p.end.Before(l.start) {
				continue
			}
			l.parent = p.id
			// One who was only asked hears the employee, not the client.
			p.left = l.transfer == notify.Blind || l.from.Extension == "" || p.left
		}
	}
}

// returnsTo reports whether the leg brings a client back to the employee of p.
func (l *pastLeg) returnsTo(p *pastLeg) bool {
	ext := l.to.Extension
	return ext != "" && l.from.Extension == "" && (ext == p.to.Extension || ext == p.from.Extension)
}

// told is the leg as notifications.
func (l *pastLeg) told(c vpbx.StatisticsCall) (list []notify.Call) {
	n := notify.Call{
		EntryID: c.EntryID, CallID: l.id, Time: l.start, Seq: 1, State: notify.Appeared, Location: l.place,
		From: l.from, To: l.to, Transfer: l.transfer,
	}
	n.From.TakenFromCallID, n.To.ACDGroup, n.To.LineNumber = l.parent, l.group, l.line
	if c.InitType >= firstOrdered && c.InitType <= lastOrdered {
		n.CallbackInitiator = notify.ByAPI
	}
	list = append(list, n)
	if l.transfer == notify.Consultative && l.from.Extension == "" {
		n.Transfer = notify.Blind // as the PBX tells it once the two are joined
	}
	if !l.answer.IsZero() {
		n.Time, n.State, n.Seq = l.answer, notify.Connected, n.Seq+1
		list = append(list, n)
	}
	n.Time, n.State, n.Seq, n.DisconnectReason = l.end, notify.Disconnected, n.Seq+1, l.reason
	n.From.WasTransferred = l.left
	return append(list, n)
}
