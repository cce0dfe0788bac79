package report

import (
	"io"
	"strconv"

	"mangoofficesdk/sdk/text"
)

// Kind of what stands in a column.
type Kind uint8

// The kinds. Number of a Moment is the wall clock of the report's zone as
// seconds since 1970 (0: none), of a Span seconds, of a Count itself.
const (
	Text Kind = iota
	Moment
	Span
	Count
	Links // addresses or paths, one a line
)

// Column of a table.
type Column struct {
	Key   string // as in JSON
	Title string
	Kind  Kind
}

// Cell of a table. Text is what people read, whatever the kind.
type Cell struct {
	Kind   Kind
	Text   string
	Number int64
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
	TempDir string // for what cannot wait in memory; "" = the system's
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
		columns[i] = column(k, l)
	}
	return columns
}

func column(key string, l text.Lang) Column {
	c := Column{Key: key, Title: text.ReportColumn(key).In(l)}
	switch key {
	case "started", "talk_started", "ended", "date":
		c.Kind = Moment
	case "total_sec", "talk_sec":
		c.Kind = Span
	case "count", "in", "out", "internal", "missed", "successful", "unsuccessful":
		c.Kind = Count
	case "recordings":
		c.Kind = Links
	}
	return c
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
func (o *Options) heading() Heading {
	h := Heading{Title: text.ReportTitle(string(o.Variant)).In(o.Lang), Columns: columnsOf(o.Variant, o.Lang), Lang: o.Lang, TempDir: o.TempDir}
	note := func(name text.Pair, said string) {
		if said != "" {
			h.Notes = append(h.Notes, name.In(o.Lang)+": "+said)
		}
	}
	from := text.ReportSince.In(o.Lang)
	if !o.From.IsZero() {
		from = o.moment(o.From).Text
	}
	to := o.To
	if to.IsZero() {
		to = o.Made
	}
	note(text.ReportPeriod, from+" – "+o.moment(to).Text)
	note(text.ReportZone, o.ZoneName)
	note(text.ReportMade, o.moment(o.Made).Text)
	note(text.ReportFilter, o.conditions())
	return h
}
