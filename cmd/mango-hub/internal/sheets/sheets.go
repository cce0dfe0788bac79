// Package sheets writes reports as files of Excel: real dates and durations, a
// head that stays, a filter over each column. Rows stream through temporary
// files into the archive: memory does not grow with them.
package sheets

import (
	"archive/zip"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// maxRows is how many rows a sheet of Excel has; beyond them a report goes on
// on the next sheet.
const maxRows = 1_048_576

// A day is one in Excel, and unixDay is 1970-01-01 there.
const (
	secondsADay = 86_400
	unixDay     = 25_569
	// hair (90 µs) lifts a moment over its second: LibreOffice cuts where Excel
	// rounds, and most seconds are no exact fraction of a day.
	hair = 1e-9
)

// book is a report.Book.
type book struct {
	w    io.Writer
	head report.Heading
	file *excelize.File
	rows int // of a sheet; tests have small ones

	styles [report.Links + 1]int
	bold   int

	sheet   *excelize.StreamWriter
	name    string
	sheets  int
	at      int // the row written last
	columns []report.Column
	cells   []any
}

// Open is a report.Sheets.
func Open(w io.Writer, h report.Heading) (report.Book, error) { return open(w, h, maxRows) }

func open(w io.Writer, h report.Heading, rows int) (*book, error) {
	b := &book{w: w, head: h, rows: rows, file: excelize.NewFile(excelize.Options{TmpDir: h.TempDir})}
	// The library would gather the archive in memory; what it makes for that
	// stays empty.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	if err := b.prepare(); err != nil {
		_ = b.file.Close() // err is the one to tell
		return nil, err
	}
	return b, nil
}

func (b *book) prepare() error {
	top, wrap := &excelize.Alignment{Vertical: "top"}, &excelize.Alignment{Vertical: "top", WrapText: true}
	moment := "dd.mm.yyyy hh:mm:ss"
	if b.head.Lang == text.EN {
		moment = "yyyy-mm-dd hh:mm:ss"
	}
	span := "[h]:mm:ss"
	for kind, style := range map[report.Kind]*excelize.Style{
		report.Text: {Alignment: wrap}, report.Links: {Alignment: wrap}, report.Count: {Alignment: top, NumFmt: 1},
		report.Moment: {Alignment: top, CustomNumFmt: &moment}, report.Span: {Alignment: top, CustomNumFmt: &span},
	} {
		var err error
		if b.styles[kind], err = b.file.NewStyle(style); err != nil {
			return err
		}
	}
	var err error
	b.bold, err = b.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEEEEE"}},
		Alignment: wrap,
	})
	if err != nil {
		return err
	}
	return b.begin(text.ReportCalls.In(b.head.Lang), b.head.Columns, "A2")
}

// begin starts a sheet with its head. What stands above corner stays while the
// rest is scrolled.
func (b *book) begin(name string, columns []report.Column, corner string) error {
	var err error
	if b.name, b.columns, b.at = name, columns, 0; b.sheets == 0 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	b.sheets++
	landscape, paper, across := "landscape", 9, 1 // A4
	if err = b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &across, FitToHeight: new(int)}); err != nil {
		return err
	}
	narrow := 0.3 // inches
	if err = b.file.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &narrow, Right: &narrow, Top: &narrow, Bottom: &narrow}); err != nil {
		return err
	}
	fit := true
	if err = b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if b.sheet, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range columns {
		if err = b.sheet.SetColWidth(i+1, i+1, width(c)); err != nil {
			return err
		}
	}
	if corner == "" {
		return nil
	}
	if err = b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: corner, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return b.heads(columns)
}

// width of a column, in characters.
func width(c report.Column) float64 {
	switch c.Kind {
	case report.Moment:
		return 19
	case report.Span, report.Count:
		return 11
	case report.Links, report.Text:
	}
	switch c.Key {
	case "calltracking", "description":
		return 50
	case "number", "name":
		return 31
	case "status":
		return 22
	case "direction":
		return 14
	}
	return 18
}

func (b *book) heads(columns []report.Column) error {
	b.cells = b.cells[:0]
	for _, c := range columns {
		b.cells = append(b.cells, excelize.Cell{StyleID: b.bold, Value: c.Title})
	}
	return b.write(excelize.RowOpts{Height: 2 * lineHeight})
}

func (b *book) write(opts ...excelize.RowOpts) error {
	b.at++
	return b.sheet.SetRow("A"+strconv.Itoa(b.at), b.cells, opts...)
}

// Row implements report.Book.
func (b *book) Row(cells []report.Cell) error {
	if b.at >= b.rows {
		if err := b.end(true); err != nil {
			return err
		}
		name := text.ReportCalls.In(b.head.Lang) + " (" + strconv.Itoa(b.sheets+1) + ")"
		if err := b.begin(name, b.head.Columns, "A2"); err != nil {
			return err
		}
	}
	return b.line(cells)
}

// line writes a row. Excel finds out how high it must be, LibreOffice does not.
func (b *book) line(cells []report.Cell) error {
	b.cells = b.cells[:0]
	high := 1
	for i, c := range cells {
		b.cells = append(b.cells, excelize.Cell{StyleID: b.styles[c.Kind], Value: value(c)})
		if c.Kind == report.Text || c.Kind == report.Links {
			high = max(high, lines(c.Text, int(width(b.columns[i]))))
		}
	}
	if high == 1 {
		return b.write()
	}
	return b.write(excelize.RowOpts{Height: float64(min(high*lineHeight, excelize.MaxRowHeight))})
}

// lineHeight is in points.
const lineHeight = 15

// lines tells how many lines a text takes in a column, about.
func lines(s string, width int) (n int) {
	for line := range strings.SplitSeq(s, "\n") {
		n += 1 + (utf8.RuneCountInString(line)-1)/width
	}
	return n
}

// value has its real type. A text is written as one, whatever it begins with.
func value(c report.Cell) any {
	switch c.Kind {
	case report.Moment:
		if c.Number == 0 {
			return nil
		}
		return float64(c.Number)/secondsADay + unixDay + hair
	case report.Span:
		return float64(c.Number) / secondsADay
	case report.Count:
		return c.Number
	case report.Text, report.Links:
	}
	if c.Text == "" {
		return nil
	}
	return c.Text
}

// end completes a sheet.
func (b *book) end(filter bool) error {
	if filter {
		last, err := excelize.CoordinatesToCellName(len(b.columns), max(b.at, 1))
		if err != nil {
			return err
		}
		if err := b.file.AutoFilter(b.name, "A1:"+last, nil); err != nil {
			return err
		}
	}
	return b.sheet.Flush()
}

// Totals implements report.Book: they have a sheet of their own, below what the
// report is about.
func (b *book) Totals(sections []report.Section) error {
	if err := b.end(true); err != nil {
		return err
	}
	widest := sections[0].Columns
	if err := b.begin(text.ReportSection("all").In(b.head.Lang), widest, ""); err != nil {
		return err
	}
	for _, note := range append([]string{b.head.Title}, b.head.Notes...) {
		b.cells = append(b.cells[:0], note)
		if err := b.write(); err != nil {
			return err
		}
	}
	for _, s := range sections {
		if len(s.Rows) == 0 {
			continue
		}
		b.at++ // an empty row
		b.cells = append(b.cells[:0], excelize.Cell{StyleID: b.bold, Value: s.Title})
		if err := b.write(); err != nil {
			return err
		}
		if err := b.heads(s.Columns); err != nil {
			return err
		}
		for _, row := range s.Rows {
			if err := b.line(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// End implements report.Book.
func (b *book) End() error {
	if err := b.end(false); err != nil {
		return err
	}
	_, err := b.file.WriteTo(io.Discard) // into the archive, see open
	return err
}

// Close implements report.Book.
func (b *book) Close() error { return b.file.Close() }
