package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// maxGroups bounds each table of totals: a campaign may be named by a visitor.
// What comes beyond is summed up as others.
const maxGroups = 1000

// maxDays is the longest span that is told by days; a longer one is told by
// months.
const maxDays = 62

// sumKeys are the columns of a table of totals, behind its name.
var sumKeys = [...]string{"count", "in", "out", "internal", "missed", "successful", "unsuccessful", "total_sec", "talk_sec"}

// Places of sumKeys.
const (
	calls = iota
	in
	out
	internal
	missed
	successful
	unsuccessful
	totalSec
	talkSec
)

// sum is one line of totals.
type sum struct {
	key, name string
	n         []int64 // by sumKeys
}

func newSum(key, name string) *sum {
	// The texts may be parts of a call, which need not stay for them.
	return &sum{strings.Clone(key), strings.Clone(name), make([]int64, len(sumKeys))}
}

func (s *sum) add(r *record) {
	s.n[calls]++
	s.n[totalSec] += r.TotalSec
	s.n[talkSec] += r.TalkSec
	switch r.Direction {
	case engine.In:
		s.n[in]++
	case engine.Out:
		s.n[out]++
	case engine.Internal:
		s.n[internal]++
	}
	switch r.status {
	case call.Missed:
		s.n[missed]++
	case call.AcceptedOK, call.ReachedOK:
		s.n[successful]++
	case call.AcceptedBad, call.ReachedBad, call.Transferred:
		s.n[unsuccessful]++
	}
}

// othersKey is no key of a call: it has a control character.
const othersKey = "\x00"

// sums are the lines of one table.
type sums map[string]*sum

func (t sums) add(key, name string, r *record) {
	s := t[key]
	if s == nil && len(t) >= maxGroups {
		key, name = othersKey, ""
		s = t[key]
	}
	if s == nil {
		s = newSum(key, name)
		t[s.key] = s
	}
	s.add(r)
}

// sorted gives the lines by key, or by calls, the most first; others are last.
func (t sums) sorted(byCalls bool) []*sum {
	list := make([]*sum, 0, len(t))
	for _, s := range t {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *sum) int {
		switch {
		case a.key == othersKey:
			return 1
		case b.key == othersKey:
			return -1
		case byCalls && a.n[calls] != b.n[calls]:
			return int(b.n[calls] - a.n[calls])
		}
		return strings.Compare(a.key, b.key)
	})
	return list
}

// totals of a report.
type totals struct {
	o                                          *Options
	all                                        *sum
	hours                                      []*sum
	statuses                                   map[call.Status]int64
	employees, lines, days, sources, campaigns sums
	monthly                                    bool // days are months
	tracked                                    bool // a visitor is known for some call
}

func newTotals(o *Options) *totals {
	t := &totals{
		o: o, all: newSum("", text.ReportSection("all").In(o.Lang)), statuses: map[call.Status]int64{},
		employees: sums{}, lines: sums{}, days: sums{}, sources: sums{}, campaigns: sums{},
	}
	for h := range 24 {
		key := strconv.Itoa(h/10) + strconv.Itoa(h%10)
		t.hours = append(t.hours, newSum(key, key+":00"))
	}
	return t
}

func (t *totals) add(r *record) {
	t.all.add(r)
	t.statuses[r.status]++
	t.employees.add(cmp.Or(r.Author.Extension, r.Author.UserID), r.author, r)
	t.lines.add(r.Line, shownNumber(r.Line), r)
	source, campaign := r.Track("source"), r.Track("campaign")
	t.tracked = t.tracked || source+campaign != ""
	t.sources.add(source, source, r)
	t.campaigns.add(campaign, campaign, r)
	if r.Started.IsZero() {
		return
	}
	at := r.Started.In(t.o.Zone)
	t.hours[at.Hour()].add(r)
	day := at.Format(isoDay)
	if t.monthly {
		day = day[:len(isoMonth)]
	}
	t.days.add(day, dayName(day, t.o.Lang), r)
	if !t.monthly && len(t.days) > maxDays {
		t.toMonths()
	}
}

const (
	isoDay   = "2006-01-02"
	isoMonth = "2006-01"
)

// dayName turns 2006-01-02, and 2006-01, around for Russian readers.
func dayName(key string, l text.Lang) string {
	if l == text.EN {
		return key
	}
	parts := strings.Split(key, "-")
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

func (t *totals) toMonths() {
	months := sums{}
	for key, s := range t.days {
		month := key[:len(isoMonth)]
		if months[month] == nil {
			months[month] = newSum(month, dayName(month, t.o.Lang))
		}
		for i, n := range s.n {
			months[month].n[i] += n
		}
	}
	t.days, t.monthly = months, true
}

// calendar is the days or months from the first to the last one with calls, the
// empty ones among them.
func (t *totals) calendar() []*sum {
	list := t.days.sorted(false)
	if len(list) == 0 {
		return nil
	}
	layout, months := isoDay, 0
	if t.monthly {
		layout, months = isoMonth, 1
	}
	first, _ := time.Parse(layout, list[0].key) // made by Format
	last, _ := time.Parse(layout, list[len(list)-1].key)
	if !t.monthly && last.Sub(first) >= maxDays*24*time.Hour {
		t.toMonths()
		return t.calendar()
	}
	if last.Sub(first) > maxGroups*24*time.Hour*30 { // a clock that was wrong once
		return list
	}
	list = list[:0]
	for at := first; !at.After(last); at = at.AddDate(0, months, 1-months) {
		key := at.Format(layout)
		s := t.days[key]
		if s == nil {
			s = newSum(key, dayName(key, t.o.Lang))
		}
		list = append(list, s)
	}
	return list
}

// sections are the totals as tables.
func (t *totals) sections() []Section {
	list := []Section{
		t.table("all", []*sum{t.all}), t.byStatus(), t.table("employees", t.employees.sorted(true)),
		t.table("lines", t.lines.sorted(true)), t.table("hours", t.hours),
	}
	days, key := t.calendar(), "days"
	if t.monthly {
		key = "months"
	}
	list = append(list, t.table(key, days))
	if t.tracked {
		list = append(list, t.table("sources", t.sources.sorted(true)), t.table("campaigns", t.campaigns.sorted(true)))
	}
	return list
}

// table makes a section of lines.
func (t *totals) table(key string, lines []*sum) Section {
	l := t.o.Lang
	s := Section{Key: key, Title: text.ReportSection(key).In(l), Columns: []Column{column("name", l)}}
	switch key {
	case "hours", "days", "months", "sources":
		s.Chart = true
	}
	for _, k := range sumKeys {
		s.Columns = append(s.Columns, column(k, l))
	}
	for _, v := range lines {
		name, code := v.name, v.key
		switch {
		case code == othersKey:
			name, code = text.ReportOthers.In(l), ""
		case name == "":
			name = text.ReportNobody.In(l)
		}
		row := []Cell{{Text: name}}
		for i, n := range v.n {
			if s.Columns[i+1].Kind == Span {
				row = append(row, span(n))
			} else {
				row = append(row, count(n))
			}
		}
		s.codes = append(s.codes, code)
		s.Rows = append(s.Rows, row)
	}
	return s
}

func count(n int64) Cell { return Cell{Kind: Count, Text: strconv.FormatInt(n, 10), Number: n} }

// byStatus counts by the six statuses of the guide.
func (t *totals) byStatus() Section {
	l := t.o.Lang
	s := Section{Key: "statuses", Title: text.ReportSection("statuses").In(l), Chart: true, Columns: []Column{column("name", l), column("count", l)}}
	s.Columns[0].Title = text.ReportColumn("status").In(l)
	for _, st := range []call.Status{call.Missed, call.AcceptedOK, call.AcceptedBad, call.ReachedOK, call.ReachedBad, call.Transferred} {
		s.codes = append(s.codes, string(st))
		s.Rows = append(s.Rows, []Cell{{Text: text.Status(string(st)).Text(l)}, count(t.statuses[st])})
	}
	return s
}
