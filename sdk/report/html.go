package report

import (
	"bufio"
	"html"
	"strconv"
	"strings"

	"mangoofficesdk/sdk/internal/spool"
	"mangoofficesdk/sdk/text"
)

// htmlForm is a page that stands alone: no script, no address beyond it, light,
// readable in greys, with heads repeated on each printed page. The totals stand
// above the rows, which therefore wait in a file.
type htmlForm struct {
	w    *bufio.Writer
	o    *Options
	h    Heading
	kept *spool.File
	rows *bufio.Writer // into kept
	buf  []byte
}

func newHTML(w *bufio.Writer, o *Options) (*htmlForm, error) {
	kept, err := spool.Create(o.TempDir)
	if err != nil {
		return nil, err
	}
	return &htmlForm{w: w, o: o, h: o.heading(), kept: kept, rows: bufio.NewWriterSize(kept, 64<<10)}, nil
}

func (f *htmlForm) close() { _ = f.kept.Close() } // a temporary file

func (f *htmlForm) row(r *record) error {
	f.buf = f.line(f.buf[:0], r.cells(f.h.Columns, f.o))
	_, err := f.rows.Write(f.buf)
	return err
}

func (f *htmlForm) line(buf []byte, cells []Cell) []byte {
	buf = append(buf, "<tr>"...)
	for i := range cells {
		open := "<td>"
		switch cells[i].Kind {
		case Span, Count:
			open = "<td class=n>"
		case Text:
			if long(cells[i].Text) {
				open = "<td class=w>"
			}
		case Moment, Links:
		}
		buf = append(buf, open...)
		safe := html.EscapeString(cells[i].Text)
		if cells[i].Kind == Links {
			safe = f.links(safe)
		}
		buf = append(buf, safe...)
		buf = append(buf, "</td>"...)
	}
	return append(buf, "</tr>\n"...)
}

// long tells a text with a word that would push the other columns away.
func long(s string) bool {
	const fits = 24 // bytes
	word := 0
	for i := range len(s) {
		if word++; s[i] == ' ' || s[i] == '\n' {
			word = 0
		}
		if word > fits {
			return true
		}
	}
	return false
}

// links makes addresses of the web clickable; a path is shown as it is.
func (f *htmlForm) links(safe string) string {
	lines := strings.Split(safe, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "https://") || strings.HasPrefix(l, "http://") {
			lines[i] = `<a href="` + l + `">` + text.ReportListen.In(f.h.Lang) + "</a>"
		}
	}
	return strings.Join(lines, "<br>")
}

// style: what a browser needs on the screen and on paper. A row is not broken
// over pages, a chart neither.
const style = `body{font:13px/1.4 "Segoe UI",Arial,sans-serif;color:#111;background:#fff;margin:24px}
h1{font-size:20px;margin:0 0 4px}h2{font-size:15px;margin:20px 0 6px}p{margin:0;color:#444}
table{border-collapse:collapse;width:100%;font-size:12px}
th,td{border:1px solid #bbb;padding:3px 6px;text-align:left;vertical-align:top}
th{background:#eee}.w{overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap}
.c{display:flex;flex-wrap:wrap;gap:0 32px}.c>div{break-inside:avoid}
svg{max-width:100%;height:auto;display:block}svg text{font:11px "Segoe UI",Arial,sans-serif;fill:#111}svg rect{fill:#555}svg line{stroke:#999}
thead{display:table-header-group}tr{break-inside:avoid}a{color:#1a4f8a}
@page{size:A4 landscape;margin:10mm}
@media print{body{margin:0;font-size:9pt}table{font-size:7.5pt}th,td{padding:1px 3px}h2{break-after:avoid}a{color:#111}}`

func (f *htmlForm) end(rows int, totals []Section) error {
	if err := f.rows.Flush(); err != nil {
		return err
	}
	w := f.w // keeps its first error
	title := html.EscapeString(f.h.Title)
	_, _ = w.WriteString("<!DOCTYPE html>\n<html lang=\"" + f.h.Lang.String() + "\"><head><meta charset=\"utf-8\">" +
		"<meta name=\"viewport\" content=\"width=device-width\"><title>" + title + "</title>\n<style>" + style + "</style></head><body>\n<h1>" + title + "</h1>\n")
	for _, n := range f.h.Notes {
		_, _ = w.WriteString("<p>" + html.EscapeString(n) + "</p>\n")
	}
	if rows == 0 {
		_, _ = w.WriteString("<p><b>" + text.ReportNoCalls.In(f.h.Lang) + "</b></p>\n")
	}
	f.charts(totals)
	for i := range totals {
		f.table(&totals[i])
	}
	_, _ = w.WriteString("<h2>" + text.ReportCalls.In(f.h.Lang) + ": " + strconv.Itoa(rows) + "</h2>\n")
	f.head(f.h.Columns)
	if err := f.kept.CopyTo(w); err != nil {
		return err
	}
	_, err := w.WriteString("</tbody></table>\n</body></html>\n")
	return err
}

func (f *htmlForm) head(columns []Column) {
	_, _ = f.w.WriteString("<table><thead><tr>")
	for _, c := range columns {
		_, _ = f.w.WriteString("<th>" + html.EscapeString(c.Title) + "</th>")
	}
	_, _ = f.w.WriteString("</tr></thead><tbody>\n")
}

func (f *htmlForm) table(s *Section) {
	if len(s.Rows) == 0 {
		return
	}
	_, _ = f.w.WriteString("<h2>" + s.Title + "</h2>\n")
	f.head(s.Columns)
	for _, row := range s.Rows {
		_, _ = f.w.Write(f.line(nil, row))
	}
	_, _ = f.w.WriteString("</tbody></table>\n")
}
