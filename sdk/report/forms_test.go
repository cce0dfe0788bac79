package report_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// tables are what a report shows, its rows first, then its totals.
type tables [][][]string

// ofCSV reads a file back. What was guarded against a spreadsheet is itself
// again.
func ofCSV(t fatal, raw string) (list tables) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(raw, "\ufeff")))
	r.Comma, r.FieldsPerRecord = ';', -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("CSV: %v", err)
	}
	for i := 0; i < len(records); i++ {
		head := i == 0 || len(records[i-1]) == 1 && len(records[i]) > 1
		switch {
		case head:
			list = append(list, [][]string{})
		case len(records[i]) > 1:
			for k, cell := range records[i] {
				records[i][k] = strings.TrimPrefix(strings.ReplaceAll(cell, "\r\n", "\n"), "'")
			}
			list[len(list)-1] = append(list[len(list)-1], records[i])
		}
	}
	return list
}

var (
	tableTag = regexp.MustCompile(`(?s)<tbody>(.*?)</tbody>`)
	rowTag   = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	cellTag  = regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`)
	linkTag  = regexp.MustCompile(`<a href="([^"]*)">[^<]*</a>`)
)

// ofHTML reads the page's tables. Its rows stand last.
func ofHTML(raw string) (list tables) {
	for _, table := range tableTag.FindAllStringSubmatch(raw, -1) {
		rows := [][]string{}
		for _, row := range rowTag.FindAllStringSubmatch(table[1], -1) {
			var cells []string
			for _, cell := range cellTag.FindAllStringSubmatch(row[1], -1) {
				s := strings.ReplaceAll(linkTag.ReplaceAllString(cell[1], "$1"), "<br>", "\n")
				cells = append(cells, html.UnescapeString(s))
			}
			rows = append(rows, cells)
		}
		list = append(list, rows)
	}
	return append(tables{list[len(list)-1]}, list[:len(list)-1]...)
}

// ofJSON writes what the file says the way people read it.
func ofJSON(t fatal, raw string, columns []string) (list tables) {
	var file struct {
		Rows   []map[string]any
		Total  int
		Totals map[string][]map[string]any
	}
	if err := json.Unmarshal([]byte(raw), &file); err != nil {
		t.Fatalf("JSON: %v", err)
	}
	if file.Total != len(file.Rows) {
		t.Fatalf("JSON: total = %d of %d rows", file.Total, len(file.Rows))
	}
	rows := [][]string{}
	for _, row := range file.Rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, said(row, c))
		}
		rows = append(rows, cells)
	}
	list = append(list, rows)
	for _, key := range []string{"all", "statuses", "employees", "lines", "hours", "days", "months", "sources", "campaigns"} {
		var rows [][]string
		for _, row := range file.Totals[key] {
			cells := []string{row["name"].(string)}
			for _, k := range []string{"count", "in", "out", "internal", "missed", "successful", "unsuccessful", "total_sec", "talk_sec"} {
				if v, ok := row[k].(float64); ok && strings.HasSuffix(k, "_sec") {
					cells = append(cells, report.Clock(int64(v)))
				} else if ok {
					cells = append(cells, fmt.Sprint(int64(v)))
				}
			}
			rows = append(rows, cells)
		}
		if rows != nil {
			list = append(list, rows)
		}
	}
	return list
}

func said(row map[string]any, column string) string {
	stamp := func(key, layout string) string {
		at, err := time.Parse("2006-01-02T15:04:05Z07:00", row[key].(string))
		if err != nil {
			return ""
		}
		if unix := row[key+"_unix"].(float64); int64(unix) != at.Unix() {
			return fmt.Sprintf("%s_unix = %v", key, unix)
		}
		return at.Format(layout)
	}
	switch column {
	case "number":
		parts := []string{row["number"].(string), stamp("started", "02.01.2006")}
		return strings.Trim(strings.Join(parts, ", "), ", ")
	case "recordings":
		var links []string
		for _, r := range row[column].([]any) {
			links = append(links, r.(map[string]any)["link"].(string))
		}
		if why := row["recordings_text"].(string); why != "" {
			return why // R60: a reason in place of the link
		}
		return strings.Join(links, "\n")
	case "direction", "status":
		return row[column+"_text"].(string)
	case "started", "talk_started", "ended":
		return stamp(column, "02.01.2006 15:04:05")
	case "total_sec", "talk_sec":
		return report.Clock(int64(row[column].(float64)))
	case "calltracking":
		var parts []string
		for _, p := range row[column].([]any) {
			p := p.(map[string]any)
			parts = append(parts, p["name"].(string)+": "+p["value"].(string))
		}
		return strings.Join(parts, "; ")
	}
	return row[column].(string)
}

type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

// nasty are texts that a form could break on.
var nasty = []string{
	"", "Иванов", "=1+1", "+1", "-2", "@x", "a;b", `"q"`, "a\nb", "<b>&amp;", "</td></tr>", "'", "ё\u2028", "&#39;", "0:01",
}

func randomCall(t *rapid.T, i int) history.Call {
	word := rapid.SampledFrom(nasty)
	party := func(name string) engine.Party {
		return engine.Party{
			Extension: rapid.SampledFrom([]string{"", "101", "102"}).Draw(t, name), Number: rapid.SampledFrom([]string{"", "79031234567", "74951234567", "sip:a@b"}).Draw(t, name),
			Name: word.Draw(t, name),
		}
	}
	start := time.Unix(1793480400+int64(rapid.IntRange(0, 200*86400).Draw(t, "start")), 0).UTC()
	total := rapid.IntRange(0, 9000).Draw(t, "total")
	c := history.Call{
		EntryID: fmt.Sprint("e", i), Direction: rapid.SampledFrom([]engine.Direction{engine.In, engine.Out, engine.Internal}).Draw(t, "direction"),
		Caller: party("caller"), Callee: party("callee"), Line: rapid.SampledFrom([]string{"", "74951112233"}).Draw(t, "line"),
		CallSummaryBody: engine.CallSummaryBody{
			Started: start, Ended: start.Add(time.Duration(total) * time.Second), TotalSec: int64(total), Initiator: party("initiator"),
		},
	}
	c.Author.Name, c.Author.Extension = word.Draw(t, "author"), rapid.SampledFrom([]string{"", "101", "102"}).Draw(t, "author")
	if talk := rapid.IntRange(0, total).Draw(t, "talk"); talk > 0 {
		c.TalkStarted, c.TalkSec = c.Ended.Add(-time.Duration(talk)*time.Second), int64(talk)
	}
	if rapid.Bool().Draw(t, "tracked") {
		c.Calltracking = []engine.Track{{Key: "source", Value: word.Draw(t, "source")}, {Key: "campaign", Value: word.Draw(t, "campaign")}}
	}
	if rapid.Bool().Draw(t, "annotated") {
		c.Annotation = &engine.Annotation{SubscriberName: word.Draw(t, "subscriber"), Subject: word.Draw(t, "subject"), Description: word.Draw(t, "description")}
	}
	if rapid.Bool().Draw(t, "recorded") {
		c.Recordings = []engine.RecordingRef{{RecordingID: "r" + fmt.Sprint(i)}}
	}
	return c
}

var keys = map[report.Variant][]string{
	report.Brief:    strings.Fields("number direction status author subscriber initiator line_number started talk_started ended total_sec talk_sec"),
	report.Main:     strings.Fields("number recordings direction status author participant subscriber initiator line_number started talk_started ended total_sec talk_sec"),
	report.Detailed: strings.Fields("number recordings direction status author subscriber initiator line_number started talk_started ended total_sec talk_sec calltracking"),
}

// R64: the same rows and the same totals stand in every form, whatever callers and
// 1C put into them; and the rows for 1C are those of the file.
func TestFormsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var calls shelf
		for i := range rapid.IntRange(0, 30).Draw(rt, "calls") {
			calls = append(calls, randomCall(rt, i))
		}
		v := rapid.SampledFrom([]report.Variant{report.Brief, report.Main, report.Detailed}).Draw(rt, "variant")
		o := options(v, report.JSON)
		o.From, o.To = time.Time{}, time.Time{}
		o.TempDir = t.TempDir()
		forms := map[report.Form]string{}
		for _, f := range []report.Form{report.JSON, report.CSV, report.HTML} {
			o.Form = f
			var out strings.Builder
			if n, err := report.Write(t.Context(), &out, calls, &o); err != nil || n != len(calls) {
				rt.Fatalf("Write(%s) = %d, %v, want %d rows", f, n, err, len(calls))
			}
			forms[f] = out.String()
		}
		want := ofJSON(rt, forms[report.JSON], keys[v])
		if diff := cmp.Diff(want, ofHTML(forms[report.HTML])); diff != "" {
			rt.Fatalf("JSON and HTML differ (-json +html):\n%s", diff)
		}
		// A quote that a text begins with, and the guard, look alike.
		for i := range want {
			for _, row := range want[i] {
				for k := range row {
					row[k] = strings.TrimPrefix(row[k], "'")
				}
			}
		}
		if diff := cmp.Diff(want, ofCSV(rt, forms[report.CSV])); diff != "" {
			rt.Fatalf("JSON and CSV differ (-json +csv):\n%s", diff)
		}
		checkRows(rt, calls, o, forms[report.JSON])
		checkSums(rt, want)
	})
}

// checkRows: the rows for ПолучитьРезультат are those of the file, then its
// totals.
func checkRows(t fatal, calls shelf, o report.Options, file string) {
	var b strings.Builder
	o.Form = report.Rows
	n, err := report.WriteRows(context.Background(), calls, &o, func(row json.RawMessage) error {
		b.Write(row)
		b.WriteByte('\n')
		return nil
	})
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if err != nil || n != len(calls) || len(lines) != n+1 {
		t.Fatalf("WriteRows = %d, %v, %d rows; want %d and the totals", n, err, len(lines), len(calls))
	}
	for _, line := range lines[:n] {
		if !strings.Contains(file, "\n"+line) {
			t.Fatalf("the file has no row %s", line)
		}
	}
	if totals := strings.TrimSuffix(lines[n], "}"); !strings.Contains(file, strings.TrimPrefix(totals, "{")) {
		t.Fatalf("the file has no %s", totals)
	}
}

// checkSums: each table of totals counts every call once.
func checkSums(t fatal, all tables) {
	calls := fmt.Sprint(len(all[0]))
	for i, table := range all[1:] {
		sum := 0
		for _, row := range table {
			n := 0
			_, _ = fmt.Sscan(row[1], &n)
			sum += n
		}
		if fmt.Sprint(sum) != calls && len(table) > 0 {
			t.Fatalf("table %d of totals counts %d calls of %s: %v", i, sum, calls, table)
		}
	}
}

// TestCSVIsNoFormula: whatever is said of a call, a spreadsheet takes no cell
// for a formula.
func TestCSVIsNoFormula(t *testing.T) {
	t.Parallel()
	calls := known(t)
	for i := range calls {
		for _, bad := range []string{"=1+1", "+1+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "|x", "%x", "+7 (903) =1"} {
			calls[i].Annotation = &engine.Annotation{SubscriberName: bad, Subject: bad, Description: bad, AuthorName: bad}
			for _, v := range []report.Variant{report.Main, report.Calls} {
				r := csv.NewReader(strings.NewReader(render(t, calls, options(v, report.CSV))))
				r.Comma, r.FieldsPerRecord, r.LazyQuotes = ';', -1, true
				for {
					record, err := r.Read()
					if err == io.EOF {
						break
					}
					if err != nil {
						t.Fatal(err)
					}
					for _, cell := range record {
						if cell != "" && strings.ContainsRune("=-@\t\r\n|%", rune(cell[0])) || strings.HasPrefix(cell, "+1") || strings.Contains(cell, "+7 (903) =") && cell[0] == '+' {
							t.Fatalf("%s with %q has the cell %q, want it guarded", v, bad, cell)
						}
					}
				}
			}
		}
	}
}

// TestLanguages: an English report has no Russian of ours.
func TestLanguages(t *testing.T) {
	t.Parallel()
	calls := shelf{{EntryID: "e", Direction: engine.In, CallSummaryBody: engine.CallSummaryBody{Started: time.Unix(1793600000, 0)}}}
	for _, f := range []report.Form{report.JSON, report.CSV, report.HTML} {
		o := options(report.Detailed, f)
		o.Lang = text.EN
		if out := render(t, calls, o); regexp.MustCompile(`[А-яЁё]`).MatchString(out) {
			t.Errorf("English %s has Russian in it: %s", f, out)
		}
	}
}
