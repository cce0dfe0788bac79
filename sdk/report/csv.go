package report

import (
	"bufio"
	"encoding/csv"
	"strings"
)

// csvForm writes what a Russian Excel opens with a click: UTF-8 with its mark,
// semicolons, CRLF. The first line is the heads of columns; the totals follow
// the rows after an empty line, each table with its title.
type csvForm struct {
	w     *csv.Writer
	o     *Options
	h     Heading
	cells []string
}

func newCSV(w *bufio.Writer, o *Options) *csvForm {
	_, _ = w.WriteString("\ufeff") // a bufio.Writer keeps its error for Flush
	f := &csvForm{w: csv.NewWriter(w), o: o, h: o.heading()}
	f.w.Comma, f.w.UseCRLF = ';', true
	f.heads(f.h.Columns)
	return f
}

func (f *csvForm) heads(columns []Column) {
	f.cells = f.cells[:0]
	for _, c := range columns {
		f.cells = append(f.cells, c.Title)
	}
	_ = f.w.Write(f.cells) // told by Error
}

func (f *csvForm) row(r *record) error { return f.write(r.cells(f.h.Columns, f.o)) }

func (f *csvForm) write(cells []Cell) error {
	f.cells = f.cells[:0]
	for _, c := range cells {
		f.cells = append(f.cells, guarded(c.Text))
	}
	return f.w.Write(f.cells)
}

func (f *csvForm) end(_ int, totals []Section) error {
	for _, s := range totals {
		if len(s.Rows) == 0 {
			continue
		}
		_ = f.w.Write(nil) // the first error is told by Error
		_ = f.w.Write([]string{s.Title})
		f.heads(s.Columns)
		for _, row := range s.Rows {
			_ = f.write(row)
		}
	}
	_ = f.w.Write(nil)
	_ = f.w.Write([]string{f.h.Title})
	for _, n := range f.h.Notes {
		_ = f.w.Write([]string{guarded(n)})
	}
	f.w.Flush()
	return f.w.Error()
}

func (*csvForm) close() {}

// guarded keeps a spreadsheet from taking a cell for a formula: what callers,
// visitors and 1C put into a call is not ours. A number as it is shown to people
// is none, and stays readable.
func guarded(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r\n|%", rune(s[0])) {
		return s
	}
	if s[0] == '+' && len(s) > 1 && strings.ContainsAny(s, " (") && strings.Trim(s[1:], "0123456789()- ,.") == "" {
		return s
	}
	return "'" + s
}
