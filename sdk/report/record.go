package report

import (
	"cmp"
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
	client     *engine.Party // who called from outside, or was called; of an internal call its callee
	number     string        // of the client, for people
	subscriber string
	author     string
	recordings []recording
	unheard    text.Code          // why there is no recording to hear; "" = there is one
	note       *engine.Annotation // never nil
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

func newRecord(c *history.Call, o *Options) *record {
	r := &record{Call: c, status: Status(c, o.Thresholds), client: &c.Callee, note: c.Annotation}
	if r.note == nil {
		r.note = &engine.Annotation{}
	}
	if c.Direction == engine.In {
		r.client = &c.Caller
	}
	r.number = shown(r.client)
	r.subscriber = cmp.Or(r.note.SubscriberName, r.client.Name, r.number)
	r.author = cmp.Or(r.note.AuthorName, c.Author.Name, c.Author.Extension)
	r.record(c.Recordings, o)
	for i := range c.Legs {
		r.record(c.Legs[i].Recordings, o)
	}
	switch {
	case len(r.recordings) == 0:
		r.unheard = c.NoRecording(o.Made)
	case r.links() == "":
		r.unheard = text.RecordingNoLink
	}
	return r
}

// record adds recordings, each once.
func (r *record) record(refs []engine.RecordingRef, o *Options) {
next:
	for _, ref := range refs {
		for i := range r.recordings {
			if r.recordings[i].RecordingID == ref.RecordingID {
				continue next
			}
		}
		link := ""
		if o.Recording != nil {
			link = o.Recording(r.Call, ref)
		}
		r.recordings = append(r.recordings, recording{ref.RecordingID, ref.Extension, link})
	}
}

// shown is a party's number for people, or its extension.
func shown(p *engine.Party) string {
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
func named(p *engine.Party) string { return cmp.Or(p.Name, p.Extension, shown(p)) }

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
func (r *record) cells(columns []Column, o *Options) []Cell {
	cells := make([]Cell, len(columns))
	for i := range columns {
		key, kind := columns[i].Key, columns[i].Kind
		switch kind {
		case Moment:
			cells[i] = o.moment(r.moment(key))
		case Span:
			cells[i] = span(r.seconds(key))
		case Links:
			if cells[i].Text = r.links(); r.unheard != "" {
				kind, cells[i].Text = Text, text.Lookup(r.unheard).Text(o.Lang)
			}
		case Text, Count:
			cells[i].Text = r.text(key, o)
		}
		cells[i].Kind = kind
	}
	return cells
}

func (r *record) moment(key string) time.Time {
	switch key {
	case "talk_started":
		return r.TalkStarted
	case "ended":
		return r.Ended
	}
	return r.Started
}

func (r *record) seconds(key string) int64 {
	if key == "talk_sec" {
		return r.TalkSec
	}
	return r.TotalSec
}

func (r *record) text(key string, o *Options) string {
	switch key {
	case "number":
		day := ""
		if !r.Started.IsZero() {
			day = r.Started.In(o.Zone).Format(dayLayout(o.Lang))
		}
		if r.number == "" || day == "" {
			return r.number + day
		}
		return r.number + ", " + day
	case "direction":
		return text.CallDirection(string(r.Direction)).In(o.Lang)
	case "status":
		return text.Status(string(r.status)).Text(o.Lang)
	case "author":
		return r.author
	case "participant":
		return named(&r.Participant)
	case "subscriber":
		return r.subscriber
	case "initiator":
		return named(&r.Initiator)
	case "line_number":
		return shownNumber(r.Line)
	case "calltracking":
		said := ""
		for _, t := range r.tracks(o.Lang) {
			if said != "" {
				said += "; "
			}
			said += t.Name + ": " + t.Value
		}
		return said
	case "phone":
		return r.number
	case "description":
		return r.note.Description
	case "subject":
		return r.note.Subject
	}
	return ""
}

func (r *record) links() string {
	said := ""
	for i := range r.recordings {
		link := r.recordings[i].Link
		if said != "" && link != "" {
			said += "\n"
		}
		said += link
	}
	return said
}

func span(sec int64) Cell { return Cell{Kind: Span, Text: Clock(sec), Number: sec} }

func (o *Options) moment(t time.Time) Cell {
	if t.IsZero() {
		return Cell{Kind: Moment}
	}
	t = t.In(o.Zone)
	_, offset := t.Zone()
	return Cell{Kind: Moment, Text: t.Format(dayLayout(o.Lang) + " 15:04:05"), Number: t.Unix() + int64(offset)}
}

func dayLayout(l text.Lang) string {
	if l == text.EN {
		return "2006-01-02"
	}
	return "02.01.2006"
}
