package report

import (
	"html"
	"strconv"
	"unicode/utf8"
)

// Sizes of charts, in CSS pixels: two of the narrow ones stand side by side on
// a page of A4 across.
const (
	barStep    = 22
	barHeight  = 14
	labelWidth = 170
	barsWidth  = 480
	colsWidth  = 480
	colsHeight = 150
	colsFoot   = 34
	colsTop    = 16
	digitWidth = 7
)

// maxBars bounds a chart of sources; the table has all of them.
const maxBars = 12

// charts draws the sections that are marked for it: time goes from left to
// right, other things from top to bottom.
func (f *htmlForm) charts(totals []Section) {
	_, _ = f.w.WriteString("<div class=c>\n")
	for i := range totals {
		s := &totals[i]
		if !s.Chart || len(s.Rows) == 0 {
			continue
		}
		_, _ = f.w.WriteString("<div><h2>" + s.Title + "</h2>\n")
		switch s.Key {
		case "hours", "days", "months":
			f.columns(s)
		default:
			f.bars(s)
		}
		_, _ = f.w.WriteString("</div>\n")
	}
	_, _ = f.w.WriteString("</div>\n")
}

func highest(s *Section) int64 {
	top := int64(1)
	for _, row := range s.Rows {
		top = max(top, row[1].Number)
	}
	return top
}

func (f *htmlForm) svg(width, height int, title string) {
	size := strconv.Itoa(width) + " " + strconv.Itoa(height)
	_, _ = f.w.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="` + strconv.Itoa(width) + `" viewBox="0 0 ` + size + `"><title>` +
		html.EscapeString(title) + "</title>\n")
}

func (f *htmlForm) rect(x, y, w, h int) {
	_, _ = f.w.WriteString(`<rect x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" width="` + strconv.Itoa(w) + `" height="` + strconv.Itoa(h) + `"/>`)
}

func (f *htmlForm) label(x, y int, anchor, s string) {
	_, _ = f.w.WriteString(`<text x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" text-anchor="` + anchor + `">` + html.EscapeString(s) + "</text>\n")
}

// bars lie; each has its name before it and its number behind it.
func (f *htmlForm) bars(s *Section) {
	rows := s.Rows[:min(len(s.Rows), maxBars)]
	top := highest(s)
	f.svg(barsWidth, len(rows)*barStep, s.Title)
	const room = barsWidth - labelWidth - 50 // for the number
	for i, row := range rows {
		y := i * barStep
		n := row[1].Number
		w := int(n * room / top)
		f.label(labelWidth-6, y+barHeight, "end", short(row[0].Text))
		f.rect(labelWidth, y+3, w, barHeight)
		f.label(labelWidth+w+5, y+barHeight, "start", strconv.FormatInt(n, 10))
	}
	_, _ = f.w.WriteString("</svg>\n")
}

// columns stand on a line, in the order of time; where there is room each has
// its number above, and as many as fit have their name below.
func (f *htmlForm) columns(s *Section) {
	top := highest(s)
	f.svg(colsWidth, colsTop+colsHeight+colsFoot, s.Title)
	step := max(1, colsWidth/len(s.Rows))
	step = min(step, 40)
	base := colsTop + colsHeight
	const nameWidth = 44
	every := (nameWidth + step - 1) / step
	if s.Key == "hours" {
		every = 2
	}
	for i, row := range s.Rows {
		n := row[1].Number
		h := int(n * colsHeight / top)
		x := i * step
		f.rect(x+1, base-h, max(1, step-3), h)
		if digits := strconv.FormatInt(n, 10); n > 0 && len(digits)*digitWidth <= step {
			f.label(x+step/2, base-h-4, "middle", digits)
		}
		if i%every == 0 {
			name := row[0].Text
			if s.Key == "hours" || s.Key == "days" && len(name) > 5 && name[2] == '.' {
				name = name[:len("00.00")]
			}
			f.label(x, base+16, "start", name)
		}
	}
	_, _ = f.w.WriteString(`<line x1="0" x2="` + strconv.Itoa(colsWidth) + `" y1="` + strconv.Itoa(base) + `" y2="` + strconv.Itoa(base) + "\"/>\n</svg>\n")
}

// short cuts what does not fit before a bar.
func short(s string) string {
	const fits = 26
	if utf8.RuneCountInString(s) <= fits {
		return s
	}
	r := []rune(s)
	return string(r[:fits-1]) + "…"
}
