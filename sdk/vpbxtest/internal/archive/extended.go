package archive

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// moscow is the zone of the dates of extended statistics.
var moscow = time.FixedZone("MSK", 3*60*60)

const (
	// span is what extended statistics do not reach: 30 days less a second
	// works, 30 days are refused (seen live; the document says "one month").
	span = 30 * 24 * time.Hour
	// shortest is the length of a search string, in characters.
	shortest = 3
	// databaseError is what texts among user_ids end with (seen live).
	databaseError = 5004
)

var pageSizes = []api.Int{1, 5, 10, 20, 50, 100, 500, 1000, 2000, 5000}

// kinds is one number or a list of them.
type kinds []api.Int

// UnmarshalJSON implements json.Unmarshaler.
func (k *kinds) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]api.Int)(k))
	}
	var one api.Int
	err := json.Unmarshal(raw, &one)
	*k = kinds{one}
	return err
}

type callsForm struct {
	Start     api.Text          `json:"start_date"`
	End       api.Text          `json:"end_date"`
	Users     []json.RawMessage `json:"user_ids"`
	Groups    []json.RawMessage `json:"group_ids"`
	Kinds     kinds             `json:"context_type"`
	Status    *api.Int          `json:"context_status"`
	Recall    *api.Int          `json:"recall_status"`
	Search    api.Text          `json:"search_string"`
	Limit     *api.Int          `json:"limit"`
	Offset    *api.Int          `json:"offset"`
	ExtParams api.Bool          `json:"ext_params"`
	ExtFields []string          `json:"ext_fields"`

	from, to      time.Time
	users, groups []int64
}

// moment reads a date: "DD.MM.YYYY" with or without a time. ISO is refused
// though the document speaks of PHP's DateTime (seen live).
func moment(t api.Text) (time.Time, int) {
	if t == "" {
		return time.Time{}, api.Missing
	}
	for _, layout := range []string{"02.01.2006 15:04:05", "02.01.2006"} {
		if at, err := time.ParseInLocation(layout, string(t), moscow); err == nil {
			return at, 0
		}
	}
	return time.Time{}, api.WrongFormat
}

func (f *callsForm) check(wrong api.Fields) {
	var code int
	f.from, code = moment(f.Start)
	wrong.Add("start_date", code)
	f.to, code = moment(f.End)
	wrong.Add("end_date", code)
	if len(wrong) == 0 && (f.to.Before(f.from) || f.to.Sub(f.from) >= span) {
		wrong.Add("end_date", wrongDates)
	}
	switch {
	case f.Limit == nil:
		wrong.Add("limit", api.Missing)
	case !slices.Contains(pageSizes, *f.Limit):
		wrong.Add("limit", api.WrongFormat)
	}
	switch {
	case f.Offset == nil:
		wrong.Add("offset", api.Missing)
	case *f.Offset < 0:
		wrong.Add("offset", api.TooSmall)
	}
	for _, k := range f.Kinds {
		wrong.Add("context_type", within(k, 1, 3))
	}
	if f.Status != nil {
		wrong.Add("context_status", within(*f.Status, 0, 1))
	}
	if f.Recall != nil {
		wrong.Add("recall_status", within(*f.Recall, 0, 2))
		if !slices.Equal(f.Kinds, kinds{1}) || f.Status == nil || *f.Status != 0 {
			wrong.Add("recall_status", api.Together)
		}
	}
	if f.Search != "" && utf8.RuneCountInString(string(f.Search)) < shortest {
		wrong.Add("search_string", api.TooSmall)
	}
	for _, name := range f.ExtFields {
		if name != "context_cost_full" && name != "context_cost_tariff" {
			wrong.Add("ext_fields", api.WrongFormat)
		}
	}
}

func within(v, least, most api.Int) int {
	if v < least || v > most {
		return api.WrongFormat
	}
	return 0
}

// numbers reads ids; false when one of them is no number.
func numbers(raw []json.RawMessage) ([]int64, bool) {
	ids := make([]int64, 0, len(raw))
	for _, r := range raw {
		var id int64
		if json.Unmarshal(r, &id) != nil {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

// requestCalls is stats/calls/request (document §3.4.2.2).
func (a *Archive) requestCalls(q api.Query) api.Answer {
	var form callsForm
	wrong := api.ReadFields(q, &form)
	if len(wrong) == 0 {
		form.check(wrong)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	var right, known bool
	form.users, right = numbers(form.Users)
	form.groups, known = numbers(form.Groups)
	if !right || !known {
		return a.start(false, func() any { return map[string]any{"result": databaseError, "status": "error"} }, nobody)
	}
	return a.start(false, func() any {
		return map[string]any{"result": api.Done, "status": "complete", "data": a.report(&form)}
	}, nobody)
}

// nobody is told of extended statistics: they are only polled.
func nobody(string) {}

// resultCalls is stats/calls/result (document §3.4.2.3).
func (a *Archive) resultCalls(q api.Query) api.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	j, code := a.asked(q, false)
	switch {
	case code != 0:
		return api.Refuse(code)
	case j == nil:
		return api.OK(map[string]any{"status": "not-found"})
	case !j.ready:
		return api.OK(map[string]any{"status": "work"})
	}
	return api.Answer{Body: j.body}
}

// day is one element of the data.
type day struct {
	List   []callRow `json:"list"`
	Period string    `json:"period"`
	Talks  int64     `json:"total_talks_duration"`
	Calls  int64     `json:"total_calls_duration"`
	Count  int64     `json:"total_calls_count"`
}

// report lists the calls of the span by days, newest first. The totals are of
// all that match; limit and offset choose among them (both inferred).
func (a *Archive) report(f *callsForm) []*day {
	days := []*day{}
	place := int64(0)
	calls := slices.Clone(a.calls)
	slices.SortStableFunc(calls, func(x, y *Call) int { return y.Created.Compare(x.Created) })
	for _, c := range calls {
		recall := a.recall(c)
		if c.Created.Before(f.from) || c.Created.After(f.to) || !f.matches(c, recall) {
			continue
		}
		period := c.Created.In(moscow).Format(time.DateOnly)
		if len(days) == 0 || days[len(days)-1].Period != period {
			days = append(days, &day{List: []callRow{}, Period: period})
		}
		d := days[len(days)-1]
		row := rowOf(c, recall, f)
		if f.ExtParams && c.Task != 0 {
			row.Task = a.cfg.Task(c.Task)
		}
		d.Talks, d.Calls, d.Count = d.Talks+row.Talk, d.Calls+row.Duration, d.Count+1
		if place++; place > int64(*f.Offset) && place <= int64(*f.Offset)+int64(*f.Limit) {
			d.List = append(d.List, row)
		}
	}
	return days
}

// kind is the context_type of a call.
func (c *Call) kind() api.Int {
	switch c.Direction {
	case Incoming:
		return 1
	case Outgoing:
		return 2
	}
	return 3
}

func (f *callsForm) matches(c *Call, recall int) bool {
	status := api.Int(0)
	if !c.Talk.IsZero() {
		status = 1
	}
	switch {
	case len(f.Kinds) > 0 && !slices.Contains(f.Kinds, c.kind()),
		f.Status != nil && *f.Status != status,
		f.Recall != nil && int(*f.Recall) != recall:
		return false
	}
	user, group, text := len(f.users) == 0, len(f.groups) == 0, f.Search == ""
	for _, l := range c.Legs {
		for _, p := range []Party{l.From, l.To} {
			user = user || slices.Contains(f.users, p.User)
			text = text || strings.Contains(p.Number, string(f.Search)) || strings.Contains(p.Extension, string(f.Search))
		}
		group = group || l.Group != nil && slices.Contains(f.groups, l.Group.ID)
	}
	return user && group && text
}

// Values of recall_status.
const (
	recallFailed = 0
	recallDone   = 1
	recallNone   = 2
)

// recall tells whether a caller whom nobody answered was talked with later: a
// call in either direction counts (the printed example shows an incoming one).
func (a *Archive) recall(c *Call) int {
	if c.Direction != Incoming || !c.Talk.IsZero() {
		return recallNone
	}
	status := recallNone
	for _, later := range a.calls {
		switch {
		case !later.Created.After(c.Created), c.From.Number == "":
		case later.Direction == Incoming && later.From.Number == c.From.Number && !later.Talk.IsZero():
			return recallDone
		case later.Direction == Outgoing && later.To.Number == c.From.Number:
			if !later.Talk.IsZero() {
				return recallDone
			}
			status = recallFailed
		}
	}
	return status
}
