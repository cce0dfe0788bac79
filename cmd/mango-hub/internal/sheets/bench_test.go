package sheets

import (
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// benchRows is what the streaming example of excelize writes.
const benchRows = 102_400

// example is the streaming example of excelize's documentation, with so many
// columns, into w.
func example(b *testing.B, w io.Writer, columns int) {
	b.Helper()
	file := excelize.NewFile()
	defer file.Close()
	sheet, err := file.NewStreamWriter("Sheet1")
	for n := 1; n <= benchRows && err == nil; n++ {
		row := make([]any, columns)
		for i := range row {
			row[i] = n * i % 640_000
		}
		cell, _ := excelize.CoordinatesToCellName(1, n) // in range
		err = sheet.SetRow(cell, row)
	}
	if err == nil {
		err = sheet.Flush()
	}
	if err == nil {
		err = file.Write(w)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// ourRows writes as many of a report's.
func ourRows(b *testing.B, w io.Writer) (columns int) {
	b.Helper()
	kinds := []report.Kind{report.Text, report.Links, report.Text, report.Text, report.Text, report.Text, report.Text, report.Text, report.Moment, report.Moment, report.Moment, report.Span, report.Span, report.Text}
	h := report.Heading{Title: "t", Lang: text.EN}
	for _, k := range kinds {
		h.Columns = append(h.Columns, report.Column{Key: "status", Title: "c", Kind: k})
	}
	book, err := Open(w, h)
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	cells := make([]report.Cell, len(kinds))
	for n := range benchRows {
		for i, k := range kinds {
			cells[i] = report.Cell{Kind: k, Text: "Accepted, " + strconv.Itoa(n%1000), Number: 1_700_000_000 + int64(n)}
		}
		if err := book.Row(cells); err != nil {
			b.Fatal(err)
		}
	}
	all := report.Section{Title: "all", Columns: h.Columns[:1]}
	if err := book.Totals([]report.Section{all}); err != nil {
		b.Fatal(err)
	}
	if err := book.End(); err != nil {
		b.Fatal(err)
	}
	return len(kinds)
}

// BenchmarkRows is how many rows of a report are written in a second, in turns
// with the streaming example of the library that writes them, whose cells are
// numbers without a style.
func BenchmarkRows(b *testing.B) {
	var ours, theirs time.Duration
	for b.Loop() {
		began := time.Now()
		columns := ourRows(b, io.Discard)
		ours += time.Since(began)
		began = time.Now()
		example(b, io.Discard, columns)
		theirs += time.Since(began)
	}
	n := float64(b.N) * benchRows
	b.ReportMetric(n/ours.Seconds(), "rows/s")
	b.ReportMetric(n/theirs.Seconds(), "example-rows/s")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
}
