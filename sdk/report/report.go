// Package report renders reports of finished calls: the variants of the guide,
// «Телефонные звонки», their totals and charts, as rows for 1C, JSON, CSV, HTML,
// and, where somebody offers it, the file of a spreadsheet. Calls stream
// through: memory does not grow with them, and all forms show the same numbers.
package report

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

// Variant says which columns there are.
type Variant string

// The variants of the guide.
const (
	Brief    Variant = "brief"
	Main     Variant = "main"
	Detailed Variant = "detailed"
	Calls    Variant = "calls" // «Телефонные звонки»
)

// ParseVariant reads a variant by either of its names, in any letter case.
func ParseVariant(s string) (Variant, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if name, ok := text.ReportVariants[s]; ok {
		s = name
	}
	v := Variant(s)
	return v, slices.Contains([]Variant{Brief, Main, Detailed, Calls}, v)
}

// Form of a report.
type Form string

// The forms. Rows are for ПолучитьРезультат: one JSON object for each call, the
// last one {totals}.
const (
	Rows Form = "rows"
	JSON Form = "json"
	CSV  Form = "csv"
	HTML Form = "html"
	XLSX Form = "xlsx"
)

// FormOf tells the form of a file by its name; no name means Rows.
func FormOf(path string) (Form, bool) {
	if path == "" {
		return Rows, true
	}
	f := Form(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	if f == "htm" {
		f = HTML
	}
	return f, slices.Contains([]Form{JSON, CSV, HTML, XLSX}, f)
}

// Options of a report.
type Options struct {
	Variant Variant
	Form    Form
	// From and To are what was asked for, To included; zero: no bound.
	From, To time.Time
	Filter   history.Filter
	// Conditions are Filter as it was given, for the heading.
	Conditions json.RawMessage
	// Thresholds of this moment decide the statuses, whatever they were when
	// the calls ended.
	Thresholds call.Thresholds
	// Internal calls are part of the report (setting save_internal). A filter
	// that names them has them in any case.
	Internal bool
	Lang     text.Lang
	Zone     *time.Location // of all times
	ZoneName string         // as people know it
	Made     time.Time
	// Recording gives the address of a recording that a person who logs in can
	// open, or the path of its archived file; "" = there is none. nil: none for
	// any.
	Recording func(c *history.Call, r engine.RecordingRef) string
	// Sheets writes XLSX; nil: refused with text.FormUnavailable.
	Sheets Sheets
	// TempDir holds what has to wait for the totals ("" = the system's).
	TempDir string
	// Progress is told now and then how many calls were written.
	Progress func(done int)
}

// form is what a report is written by.
type form interface {
	row(r *record) error
	// end writes the totals and completes the report.
	end(rows int, totals []Section) error
	// close gives back what is left; it is called always.
	close()
}

// progressEvery is how many rows pass between two tellings.
const progressEvery = 256

// Write renders the calls of a reader to w and tells how many rows there are.
func Write(ctx context.Context, w io.Writer, from history.Reader, o *Options) (rows int, err error) {
	out := bufio.NewWriterSize(w, 64<<10)
	f, err := newForm(out, o)
	if err != nil {
		return 0, err
	}
	defer f.close()
	if rows, err = each(ctx, from, o, f); err != nil {
		return rows, err
	}
	return rows, out.Flush()
}

// WriteRows gives the rows to add, one JSON object each.
func WriteRows(ctx context.Context, from history.Reader, o *Options, add func(json.RawMessage) error) (rows int, err error) {
	return each(ctx, from, o, &rowForm{add: add, o: o, columns: columnsOf(o.Variant, o.Lang)})
}

func each(ctx context.Context, from history.Reader, o *Options, f form) (rows int, err error) {
	t := newTotals(o)
	for c, err := range stored(ctx, from, o) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return rows, err
		}
		r := newRecord(&c, o)
		if !o.takes(r) {
			continue
		}
		t.add(r)
		if err := f.row(r); err != nil {
			return rows, err
		}
		if rows++; rows%progressEvery == 0 && o.Progress != nil {
			o.Progress(rows)
		}
	}
	if err := ctx.Err(); err != nil {
		return rows, err
	}
	return rows, f.end(rows, t.sections())
}

// stored asks for the calls. The store knows the statuses of the day a call
// ended, so it is not asked for them.
func stored(ctx context.Context, from history.Reader, o *Options) iter.Seq2[history.Call, error] {
	to := o.To
	if !to.IsZero() {
		to = to.Truncate(time.Second).Add(time.Second) // the store's bound is open
	}
	filter := o.Filter
	filter.Status = nil
	return from.Calls(ctx, o.From, to, filter)
}

// takes decides by what the store does not know.
func (o *Options) takes(r *record) bool {
	if len(o.Filter.Status) > 0 && !slices.Contains(o.Filter.Status, string(r.status)) {
		return false
	}
	return o.Internal || r.Direction != engine.Internal || slices.Contains(o.Filter.Direction, string(engine.Internal))
}

func newForm(w *bufio.Writer, o *Options) (form, error) {
	switch o.Form {
	case JSON:
		return newJSON(w, o), nil
	case CSV:
		return newCSV(w, o), nil
	case HTML:
		return newHTML(w, o)
	case XLSX:
		if o.Sheets == nil {
			return nil, text.New(text.FormUnavailable).WithDetail(string(XLSX))
		}
		return newSheet(w, o)
	case Rows:
	}
	return nil, text.New(text.Internal).WithDetail("form " + string(o.Form))
}
