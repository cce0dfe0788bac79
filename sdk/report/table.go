package report

import (
	"io"
	"strconv"
	"time"

	"mangoofficesdk/sdk/text"
)

// Kind of what stands in a column.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota
	Moment      // date and time, in the report's zone
	Span        // a duration, seconds
	Count
)

// Column of a table.
type Column struct {
	Key   string // as in JSON
	Title string
	Kind  Kind
}

// Cell of a table.
type Cell struct {
	Kind   Kind
	Text   string
	Time   time.Time // of a Moment; zero: none
	Number int64     // of a Span or Count
	Links  []string  // addresses or paths of recordings; Text has them too
}

// Section is one table of totals.
type Section struct {
	Key     string // all, statuses, employees, lines, hours, days, months, sources, campaigns
	Title   string
	Columns []Column
	Rows    [][]Cell
	Chart   bool // its first two columns are drawn as bars
	codes   []string
}

// Heading is what stands above a report.
type Heading struct {
	Title   string
	Notes   []string // period, time zone, when it was made
	Columns []Column
	Lang    text.Lang
}

// Sheets begins the file of a spreadsheet, which is complete in w when End of
// the result has returned. Close gives back what it holds.
type Sheets func(w io.Writer, h Heading) (Book, error)

// Book is the file of a spreadsheet that is being written.
type Book interface {
	Row(cells []Cell) error
	Totals(sections []Section) error
	End() error
	Close() error
}

// columnsOf are the columns of a variant, as the guide's table has them. It
// puts recordings into «Основной» only, and says in the text that they are
// played from «Подробный» too: both have them (C4).
func columnsOf(v Variant, l text.Lang) []Column {
	keys := []string{"number"}
	if v != Brief {
		keys = append(keys, "recordings")
	}
	keys = append(keys, "direction", "status", "author")
	if v == Main {
		keys = append(keys, "participant")
	}
	keys = append(keys, "subscriber", "initiator", "line_number", "started", "talk_started", "ended", "total_sec", "talk_sec")
	if v == Detailed {
		keys = append(keys, "calltracking")
	}
	if v == Calls {
		keys = []string{"date", "phone", "subscriber", "description", "subject"}
	}
	columns := make([]Column, len(keys))
	for i, k := range keys {
		columns[i] = Column{Key: k, Title: text.ReportColumn(k).In(l), Kind: kinds[k]}
	}
	return columns
}

var kinds = map[string]Kind{
	"started": Moment, "talk_started": Moment, "ended": Moment, "date": Moment, "total_sec": Span, "talk_sec": Span,
	"count": Count, "in": Count, "out": Count, "internal": Count, "missed": Count, "successful": Count, "unsuccessful": Count,
}

// String is the cell as people read it.
func (c Cell) String(l text.Lang) string {
	switch c.Kind {
	case Moment:
		if c.Time.IsZero() {
			return ""
		}
		return c.Time.Format(timeLayout(l))
	case Span:
		return Clock(c.Number)
	case Count:
		return strconv.FormatInt(c.Number, 10)
	case Text:
	}
	return c.Text
}

// Clock writes seconds as h:mm:ss.
func Clock(sec int64) string {
	two := func(n int64) string {
		s := strconv.FormatInt(n, 10)
		if n < 10 {
			return "0" + s
		}
		return s
	}
	return strconv.FormatInt(sec/3600, 10) + ":" + two(sec/60%60) + ":" + two(sec%60)
}

// heading of the report.
func (o Options) heading() Heading {
	h := Heading{Title: text.ReportTitle(string(o.Variant)).In(o.Lang), Columns: columnsOf(o.Variant, o.Lang), Lang: o.Lang}
	from, to := text.ReportSince.In(o.Lang), o.moment(o.To).String(o.Lang)
	if !o.From.IsZero() {
		from = o.moment(o.From).String(o.Lang)
	}
	h.Notes = []string{
		text.ReportPeriod.In(o.Lang) + ": " + from + " – " + to,
		text.ReportZone.In(o.Lang) + ": " + o.ZoneName,
		text.ReportMade.In(o.Lang) + ": " + o.moment(o.Made).String(o.Lang),
	}
	if f := o.conditions(); f != "" {
		h.Notes = append(h.Notes, text.ReportFilter.In(o.Lang)+": "+f)
	}
	return h
}
