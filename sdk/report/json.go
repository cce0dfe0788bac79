package report

import (
	"bufio"
	"encoding/json"
	"strconv"
	"time"

	"mangoofficesdk/sdk/text"
)

// object writes one JSON object, key by key.
type object struct {
	buf  []byte
	zone *time.Location
}

func (w *object) key(k string) {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' {
		w.buf = append(w.buf, ',')
	}
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, k...)
	w.buf = append(w.buf, '"', ':')
}

func (w *object) any(k string, v any) {
	raw, _ := json.Marshal(v) // texts and lists of texts cannot fail
	w.key(k)
	w.buf = append(w.buf, raw...)
}

func (w *object) int(k string, n int64) {
	w.key(k)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

// moment writes a time the way events have it.
func (w *object) moment(k string, t time.Time) {
	stamp, unix := "", int64(0)
	if !t.IsZero() {
		stamp, unix = t.In(w.zone).Format("2006-01-02T15:04:05-07:00"), t.Unix()
	}
	w.any(k, stamp)
	w.int(k+"_unix", unix)
}

// jsonRow writes a call. Codes stand beside their texts.
func jsonRow(buf []byte, r *record, columns []Column, o *Options) []byte {
	w := &object{buf: append(buf, '{'), zone: o.Zone}
	w.any("entry_id", r.EntryID)
	for i := range columns {
		c := &columns[i]
		switch c.Key {
		case "number", "phone":
			w.any("number", r.number)
		case "recordings":
			w.any(c.Key, append([]recording{}, r.recordings...))
			w.any("recordings_code", string(r.unheard))
			why := ""
			if r.unheard != "" {
				why = text.Lookup(r.unheard).Text(o.Lang)
			}
			w.any("recordings_text", why)
		case "direction":
			w.any(c.Key, string(r.Direction))
			w.any("direction_text", text.CallDirection(string(r.Direction)).In(o.Lang))
		case "status":
			w.any(c.Key, string(r.status))
			w.any("status_text", text.Status(string(r.status)).Text(o.Lang))
		case "calltracking":
			w.any(c.Key, r.tracks(o.Lang))
		case "date":
			w.moment("started", r.Started)
		default:
			switch c.Kind {
			case Moment:
				w.moment(c.Key, r.moment(c.Key))
			case Span:
				w.int(c.Key, r.seconds(c.Key))
			case Text, Count, Links:
				w.any(c.Key, r.text(c.Key, o))
			}
		}
	}
	return append(w.buf, '}')
}

// jsonTotals writes the sections as an object of lists.
func jsonTotals(sections []Section) []byte {
	w := &object{buf: []byte{'{'}}
	for _, s := range sections {
		w.key(s.Key)
		w.buf = append(w.buf, '[')
		for i, row := range s.Rows {
			if i > 0 {
				w.buf = append(w.buf, ',')
			}
			w.buf = append(w.buf, '{')
			w.any("key", s.codes[i])
			for k := range row {
				if row[k].Kind == Text {
					w.any(s.Columns[k].Key, row[k].Text)
				} else {
					w.int(s.Columns[k].Key, row[k].Number)
				}
			}
			w.buf = append(w.buf, '}')
		}
		w.buf = append(w.buf, ']')
	}
	return append(w.buf, '}')
}

// jsonForm is a file: one object whose rows stand one a line.
type jsonForm struct {
	w       *bufio.Writer
	o       *Options
	columns []Column
	buf     []byte
	rows    int
}

func newJSON(w *bufio.Writer, o *Options) *jsonForm {
	h := o.heading()
	f := &jsonForm{w: w, o: o, columns: h.Columns}
	head := &object{buf: []byte{'{'}, zone: o.Zone}
	head.any("variant", string(o.Variant))
	head.any("title", h.Title)
	head.moment("from", o.From)
	head.moment("to", o.To)
	head.any("time_zone", o.ZoneName)
	head.moment("made", o.Made)
	head.any("filter", o.conditions())
	head.key("rows")
	_, _ = w.Write(append(head.buf, '[')) // a bufio.Writer keeps its error for Flush
	return f
}

func (f *jsonForm) row(r *record) error {
	f.buf = f.buf[:0]
	if f.rows++; f.rows > 1 {
		f.buf = append(f.buf, ',')
	}
	f.buf = jsonRow(append(f.buf, '\n'), r, f.columns, f.o)
	_, err := f.w.Write(f.buf)
	return err
}

func (f *jsonForm) end(rows int, totals []Section) error {
	_, err := f.w.WriteString("\n],\"total\":" + strconv.Itoa(rows) + ",\"totals\":" + string(jsonTotals(totals)) + "}\n")
	return err
}

func (*jsonForm) close() {}

// rowForm gives each row to whoever keeps them.
type rowForm struct {
	add     func(json.RawMessage) error
	o       *Options
	columns []Column
}

func (f *rowForm) row(r *record) error { return f.add(jsonRow(nil, r, f.columns, f.o)) }

func (f *rowForm) end(_ int, totals []Section) error {
	return f.add(append(append([]byte(`{"totals":`), jsonTotals(totals)...), '}'))
}

func (*rowForm) close() {}
