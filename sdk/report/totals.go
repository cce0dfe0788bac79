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

// sum is one line of totals.
type sum struct {
	key, name                string
	calls, in, out, internal int64
	missed, good, bad        int64
	total, talk              int64 // s
}

func (s *sum) add(r *record) {
	s.calls++
	s.total += r.TotalSec
	s.talk += r.TalkSec
	switch r.Direction {
	case engine.In:
		s.in++
	case engine.Out:
		s.out++
	case engine.Internal:
		s.internal++
	}
	switch r.status {
	case call.Missed:
		s.missed++
	case call.AcceptedOK, call.ReachedOK:
		s.good++
	case call.AcceptedBad, call.ReachedBad, call.Transferred:
		s.bad++
	}
}

func (s *sum) merge(o *sum) {
	s.calls, s.in, s.out, s.internal = s.calls+o.calls, s.in+o.in, s.out+o.out, s.internal+o.internal
	s.missed, s.good, s.bad, s.total, s.talk = s.missed+o.missed, s.good+o.good, s.bad+o.bad, s.total+o.total, s.talk+o.talk
}

// sums are the lines of one table.
type sums struct {
	list   map[string]*sum
	others *sum
}

func newSums() *sums { return &sums{list: map[string]*sum{}} }

func (t *sums) add(key, name string, r *record) {
	s := t.list[key]
	switch {
	case s != nil:
	case len(t.list) < maxGroups:
		s = &sum{key: strings.Clone(key), name: strings.Clone(name)}
		t.list[s.key] = s
	default:
		if t.others == nil {
			t.others = &sum{}
		}
		s = t.others
	}
	s.add(r)
}

// totals of a report.
type totals struct {
	o                                          Options
	all                                        sum
	statuses                                   map[call.Status]int64
	hours                                      [24]sum
	employees, lines, days, sources, campaigns *sums
	monthly                                    bool // days are months
	tracked                                    bool // a visitor is known for some call
}

func newTotals(o Options) *totals {
	return &totals{
		o: o, statuses: map[call.Status]int64{}, employees: newSums(), lines: newSums(),
		days: newSums(), sources: newSums(), campaigns: newSums(),
	}
}

func (t *totals) add(r *record) {
	t.all.add(r)
	t.statuses[r.status]++
	t.employees.add(cmp.Or(r.Author.Extension, r.Author.UserID), r.author, r)
	t.lines.add(r.Line, shownNumber(r.Line), r)
	for _, g := range []struct {
		of  *sums
		key string
	}{{t.sources, "source"}, {t.campaigns, "campaign"}} {
		value := r.Track(g.key)
		t.tracked = t.tracked || value != ""
		g.of.add(value, value, r)
	}
	if r.Started.IsZero() {
		return
	}
	at := r.Started.In(t.o.Zone)
	t.hours[at.Hour()].add(r)
	t.addDay(at.Format(isoDay), r)
}

// addDay keeps days until there are too many, then months.
func (t *totals) addDay(day string, r *record) {
	if t.monthly {
		day = day[:len(monthLayout)]
	}
	t.days.add(day, "", r)
	if !t.monthly && len(t.days.list) > maxDays {
		t.toMonths()
	}
}

const (
	isoDay      = "2006-01-02"
	monthLayout = "2006-01"
)

func (t *totals) toMonths() {
	months := newSums()
	for key, s := range t.days.list {
		month := key[:len(monthLayout)]
		if months.list[month] == nil {
			months.list[month] = &sum{key: month}
		}
		months.list[month].merge(s)
	}
	t.days, t.monthly = months, true
}

// calendar is the days or months from the first to the last one with calls, the
// empty ones among them.
func (t *totals) calendar() []*sum {
	list := byKey(t.days)
	if len(list) == 0 {
		return nil
	}
	layout, step := isoDay, 0
	if t.monthly {
		layout, step = monthLayout, 1
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
	for at := first; !at.After(last); at = at.AddDate(0, step, 1-step) {
		key := at.Format(layout)
		s := t.days.list[key]
		if s == nil {
			s = &sum{key: key}
		}
		list = append(list, s)
	}
	return list
}

var sumKeys = []string{"count", "in", "out", "internal", "missed", "successful", "unsuccessful", "total_sec", "talk_sec"}

// sections are the totals as tables.
func (t *totals) sections() []Section {
	l := t.o.Lang
	list := []Section{t.table("all", []*sum{&t.all}, func(*sum) string { return text.ReportSection("all").In(l) }), t.byStatus()}
	name := func(s *sum) string { return s.name }
	list = append(list, t.table("employees", byCalls(t.employees), name), t.table("lines", byCalls(t.lines), name))
	hours := make([]*sum, 0, len(t.hours))
	for h := range t.hours {
		s := &t.hours[h]
		s.key = strconv.Itoa(h/10) + strconv.Itoa(h%10)
		hours = append(hours, s)
	}
	list = append(list, t.table("hours", hours, func(s *sum) string { return s.key + ":00" }))
	days, key := t.calendar(), "days"
	if t.monthly {
		key = "months"
	}
	list = append(list, t.table(key, days, func(s *sum) string { return dayName(s.key, l) }))
	if t.tracked {
		list = append(list, t.table("sources", byCalls(t.sources), name), t.table("campaigns", byCalls(t.campaigns), name))
	}
	return list
}

// dayName turns 2006-01-02, and 2006-01, around for Russian readers.
func dayName(key string, l text.Lang) string {
	if l == text.EN {
		return key
	}
	parts := strings.Split(key, "-")
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

// table makes a section of lines.
func (t *totals) table(key string, lines []*sum, name func(*sum) string) Section {
	l := t.o.Lang
	s := Section{Key: key, Title: text.ReportSection(key).In(l), Chart: key != "all" && key != "employees" && key != "lines" && key != "campaigns"}
	s.Columns = append(s.Columns, Column{Key: "name", Title: text.ReportColumn("name").In(l)})
	for _, k := range sumKeys {
		s.Columns = append(s.Columns, Column{Key: k, Title: text.ReportColumn(k).In(l), Kind: kinds[k]})
	}
	for _, v := range lines {
		label := name(v)
		switch {
		case label != "":
		case v.key == othersKey:
			label = text.ReportOthers.In(l)
		default:
			label = text.ReportNobody.In(l)
		}
		s.codes = append(s.codes, strings.Trim(v.key, othersKey))
		s.Rows = append(s.Rows, []Cell{
			textCell(label), count(v.calls), count(v.in), count(v.out), count(v.internal), count(v.missed), count(v.good), count(v.bad),
			{Kind: Span, Number: v.total}, {Kind: Span, Number: v.talk},
		})
	}
	return s
}

func count(n int64) Cell { return Cell{Kind: Count, Number: n} }

// byStatus counts by the six statuses of the guide.
func (t *totals) byStatus() Section {
	l := t.o.Lang
	s := Section{Key: "statuses", Title: text.ReportSection("statuses").In(l), Chart: true, Columns: []Column{
		{Key: "name", Title: text.ReportColumn("status").In(l)}, {Key: "count", Title: text.ReportColumn("count").In(l), Kind: Count},
	}}
	for _, st := range []call.Status{call.Missed, call.AcceptedOK, call.AcceptedBad, call.ReachedOK, call.ReachedBad, call.Transferred} {
		s.codes = append(s.codes, string(st))
		s.Rows = append(s.Rows, []Cell{textCell(text.Status(string(st)).Text(l)), count(t.statuses[st])})
	}
	return s
}

// othersKey is no key of a call: it has a control character.
const othersKey = "\x00"

// byCalls sorts the lines by their calls, the most first, others last.
func byCalls(t *sums) []*sum {
	list := byKey(t)
	slices.SortStableFunc(list, func(a, b *sum) int { return cmp.Compare(b.calls, a.calls) })
	if t.others != nil {
		t.others.key = othersKey
		list = append(list, t.others)
	}
	return list
}

func byKey(t *sums) []*sum {
	list := make([]*sum, 0, len(t.list))
	for _, s := range t.list {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *sum) int { return cmp.Compare(a.key, b.key) })
	return list
}
