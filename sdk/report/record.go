package report

import (
	"cmp"
	"strings"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/phone"
	"mangoofficesdk/sdk/text"
)

// record is a call with what a report makes of it.
type record struct {
	*history.Call
	status     call.Status
	client     engine.Party // who called from outside, or was called; of an internal call its callee
	number     string       // of the client, for people
	subscriber string
	author     string
	recordings []recording
}

// recording is one of a call, with what opens it.
type recording struct {
	RecordingID string `json:"recording_id"`
	Extension   string `json:"extension"`
	Link        string `json:"link"`
}

// track is a parameter of call tracking with its name.
type track struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

func newRecord(c *history.Call, o Options) *record {
	r := &record{Call: c, status: Status(c, o.Thresholds), client: c.Callee}
	if c.Direction == engine.In {
		r.client = c.Caller
	}
	r.number = shown(r.client)
	r.subscriber = cmp.Or(r.annotation().SubscriberName, r.client.Name, r.number)
	r.author = cmp.Or(r.annotation().AuthorName, c.Author.Name, c.Author.Extension)
	for _, ref := range refs(c) {
		link := ""
		if o.Recording != nil {
			link = o.Recording(c, ref)
		}
		r.recordings = append(r.recordings, recording{ref.RecordingID, ref.Extension, link})
	}
	return r
}

func (r *record) annotation() engine.Annotation {
	if r.Annotation == nil {
		return engine.Annotation{}
	}
	return *r.Annotation
}

// refs are the recordings of the call and of its legs, each once.
func refs(c *history.Call) (list []engine.RecordingRef) {
	seen := map[string]bool{}
	add := func(refs []engine.RecordingRef) {
		for _, r := range refs {
			if !seen[r.RecordingID] {
				seen[r.RecordingID] = true
				list = append(list, r)
			}
		}
	}
	add(c.Recordings)
	for _, l := range c.Legs {
		add(l.Recordings)
	}
	return list
}

// shown is a party's number for people, or its extension.
func shown(p engine.Party) string {
	if p.Number == "" {
		return p.Extension
	}
	return shownNumber(p.Number)
}

func shownNumber(number string) string {
	if n := phone.FromPBX(number); n.E164 != "" {
		return n.Display
	}
	return number
}

// named is a party for people: its name, else its extension or number.
func named(p engine.Party) string { return cmp.Or(p.Name, p.Extension, shown(p)) }

// tracks are the parameters that say something.
func (r *record) tracks(l text.Lang) []track {
	list := []track{}
	for _, t := range r.Calltracking {
		if t.Value != "" {
			list = append(list, track{t.Key, text.Track(t.Key).Text(l), t.Value})
		}
	}
	return list
}

// cells are the row of a table.
func (r *record) cells(columns []Column, o Options) []Cell {
	cells := make([]Cell, len(columns))
	for i := range columns {
		cells[i] = r.cell(&columns[i], o)
	}
	return cells
}

func (r *record) cell(c *Column, o Options) Cell {
	switch c.Key {
	case "number":
		return textCell(strings.Join(given(r.number, o.day(r.Started)), ", "))
	case "recordings":
		return r.links()
	case "direction":
		return textCell(text.CallDirection(string(r.Direction)).In(o.Lang))
	case "status":
		return textCell(text.Status(string(r.status)).Text(o.Lang))
	case "author":
		return textCell(r.author)
	case "participant":
		return textCell(named(r.Participant))
	case "subscriber":
		return textCell(r.subscriber)
	case "initiator":
		return textCell(named(r.Initiator))
	case "line_number":
		return textCell(shownNumber(r.Line))
	case "started", "date":
		return o.moment(r.Started)
	case "talk_started":
		return o.moment(r.TalkStarted)
	case "ended":
		return o.moment(r.Ended)
	case "total_sec":
		return Cell{Kind: Span, Number: r.TotalSec}
	case "talk_sec":
		return Cell{Kind: Span, Number: r.TalkSec}
	case "calltracking":
		return r.tracking(o.Lang)
	case "phone":
		return textCell(r.number)
	case "description":
		return textCell(r.annotation().Description)
	case "subject":
		return textCell(r.annotation().Subject)
	}
	return Cell{}
}

func (r *record) links() Cell {
	c := Cell{}
	for _, rec := range r.recordings {
		if rec.Link != "" {
			c.Links = append(c.Links, rec.Link)
		}
	}
	c.Text = strings.Join(c.Links, "\n")
	return c
}

func (r *record) tracking(l text.Lang) Cell {
	var parts []string
	for _, t := range r.tracks(l) {
		parts = append(parts, t.Name+": "+t.Value)
	}
	return textCell(strings.Join(parts, "; "))
}

// given leaves out what is empty.
func given(parts ...string) (list []string) {
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return list
}

func textCell(s string) Cell { return Cell{Text: s} }

func (o Options) moment(t time.Time) Cell {
	if t.IsZero() {
		return Cell{Kind: Moment}
	}
	return Cell{Kind: Moment, Time: t.In(o.Zone)}
}

func (o Options) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(o.Zone).Format(dayLayout(o.Lang))
}

func dayLayout(l text.Lang) string {
	if l == text.EN {
		return "2006-01-02"
	}
	return "02.01.2006"
}

func timeLayout(l text.Lang) string { return dayLayout(l) + " 15:04:05" }
