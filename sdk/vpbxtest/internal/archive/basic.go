package archive

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

const (
	wrongDates = 3111
	maxID      = 128
	// month is the longest span of basic statistics ("one month").
	month = 31 * 24 * time.Hour
)

// columns of basic statistics.
var columns = map[string]func(*Archive, *Call, *Leg) string{
	"records":           func(_ *Archive, _ *Call, l *Leg) string { return "[" + strings.Join(l.Recordings, ",") + "]" },
	"start":             func(a *Archive, _ *Call, l *Leg) string { return a.unix(l.Began) },
	"finish":            func(a *Archive, _ *Call, l *Leg) string { return a.unix(l.Ended) },
	"answer":            func(a *Archive, _ *Call, l *Leg) string { return a.unix(l.Answered) },
	"from_extension":    func(_ *Archive, _ *Call, l *Leg) string { return l.From.Extension },
	"from_number":       func(_ *Archive, _ *Call, l *Leg) string { return l.From.Number },
	"to_extension":      func(_ *Archive, _ *Call, l *Leg) string { return l.To.Extension },
	"to_number":         func(_ *Archive, _ *Call, l *Leg) string { return l.To.Number },
	"disconnect_reason": func(_ *Archive, _ *Call, l *Leg) string { return strconv.Itoa(l.Reason) },
	"line_number":       func(_ *Archive, c *Call, _ *Leg) string { return c.Line },
	"location":          func(_ *Archive, _ *Call, l *Leg) string { return l.Location },
	"entry_id":          func(_ *Archive, c *Call, _ *Leg) string { return c.ID },
	"create":            func(a *Archive, c *Call, _ *Leg) string { return a.unix(c.Created) },
}

const defaultColumns = "records,start,finish,answer,from_extension,from_number,to_extension,to_number,disconnect_reason,line_number,location"

func (a *Archive) unix(at time.Time) string {
	if at.IsZero() {
		return "0"
	}
	return strconv.FormatInt(at.Add(a.cfg.Offset).Unix(), 10)
}

// fieldList is one text with commas, or a list (2017).
type fieldList []string

// UnmarshalJSON implements json.Unmarshaler.
func (f *fieldList) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return json.Unmarshal(raw, (*[]string)(f))
	}
	if text != "" {
		*f = strings.Split(text, ",")
	}
	return nil
}

// end is a party to look for; members that are empty match everything.
type end struct {
	Extension api.Text `json:"extension"`
	Number    api.Text `json:"number"`
}

func (e *end) given() bool { return e != nil && (e.Extension != "" || e.Number != "") }

func (e *end) is(p Party) bool {
	return !e.given() || (e.Extension == "" || string(e.Extension) == p.Extension) && (e.Number == "" || string(e.Number) == p.Number)
}

type basicForm struct {
	From    *api.Int  `json:"date_from"`
	To      *api.Int  `json:"date_to"`
	Fields  fieldList `json:"fields"`
	Caller  *end      `json:"from"`
	Callee  *end      `json:"to"`
	Either  *end      `json:"call_party"`
	Request api.Text  `json:"request_id"`
}

// code is the first thing wrong with a request.
func (f *basicForm) code() int {
	switch {
	case f.From == nil || f.To == nil:
		return api.Missing
	case *f.From > *f.To || time.Duration(*f.To-*f.From)*time.Second > month:
		return wrongDates
	case len(f.Request) > maxID:
		return api.WrongFormat
	case f.Either.given() && (f.Caller.given() || f.Callee.given()):
		return api.OnlyOne
	}
	if len(f.Fields) == 0 {
		f.Fields = strings.Split(defaultColumns, ",")
	}
	for i, name := range f.Fields {
		// The document prints "create" with a Cyrillic first letter.
		name = strings.Replace(strings.TrimSpace(name), "с", "c", 1)
		if columns[name] == nil {
			return api.WrongFormat
		}
		f.Fields[i] = name
	}
	return 0
}

// requestBasic is stats/request (document §3.4.1.1).
func (a *Archive) requestBasic(q api.Query) api.Answer {
	var form basicForm
	code := api.Read(q, &form)
	if code == 0 {
		code = form.code()
	}
	if code != 0 {
		return api.Refuse(code)
	}
	return a.start(true, func() any { return a.table(&form) }, func(key string) {
		told := map[string]any{"key": key}
		if form.Request != "" {
			told["request_id"] = string(form.Request)
		}
		a.cfg.Notify(a.cfg.ReadyPath, told)
	})
}

// table writes the legs of the calls that began within the span.
func (a *Archive) table(f *basicForm) []byte {
	from, to := time.Unix(int64(*f.From), 0), time.Unix(int64(*f.To)+1, 0)
	rows := [][]byte{}
	for _, c := range a.calls {
		at := c.Created.Add(a.cfg.Offset)
		if at.Before(from) || !at.Before(to) {
			continue
		}
		for i := range c.Legs {
			l := &c.Legs[i]
			if !f.Caller.is(l.From) || !f.Callee.is(l.To) || (f.Either.given() && !f.Either.is(l.From) && !f.Either.is(l.To)) {
				continue
			}
			cells := make([]string, 0, len(f.Fields))
			for _, name := range f.Fields {
				cells = append(cells, columns[name](a, c, l))
			}
			rows = append(rows, []byte(strings.Join(cells, ";")+"\r\n"))
		}
	}
	return slices.Concat(rows...)
}

// resultBasic is stats/result (document §3.4.1.2).
func (a *Archive) resultBasic(q api.Query) api.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	j, code := a.asked(q, true)
	switch {
	case code != 0:
		return api.Refuse(code)
	case j == nil:
		return api.Empty(http.StatusNotFound)
	case !j.ready:
		return api.Empty(http.StatusNoContent)
	}
	body, _ := j.body.([]byte)
	return api.Answer{Body: append([]byte{}, body...), Type: "text/csv; charset=UTF-8"}
}
