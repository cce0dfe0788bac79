package report_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// year is a reader of so many calls, made as they are asked for, over a year.
type year struct {
	n     int
	after func(i int) error
}

func (year) Get(context.Context, string) (history.Call, error) { return history.Call{}, nil }

func (y year) Calls(context.Context, time.Time, time.Time, history.Filter) iter.Seq2[history.Call, error] {
	return func(yield func(history.Call, error) bool) {
		start := time.Date(2025, 12, 1, 0, 0, 0, 0, moscow)
		step := 365 * 24 * time.Hour / time.Duration(y.n)
		for i := range y.n {
			var err error
			if y.after != nil {
				err = y.after(i)
			}
			c := madeCall(i, start.Add(time.Duration(i)*step))
			if err != nil {
				c = history.Call{}
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func madeCall(i int, at time.Time) history.Call {
	c := history.Call{
		EntryID: fmt.Sprint("entry-", i), Direction: engine.In, Line: "74951112233",
		Caller: engine.Party{Number: fmt.Sprint(79030000000 + int64(i))}, Callee: engine.Party{Extension: fmt.Sprint(100 + i%200), Name: "Сотрудник"},
		CallSummaryBody: engine.CallSummaryBody{
			Started: at, TalkStarted: at.Add(5 * time.Second), Ended: at.Add(time.Minute), TotalSec: 60, TalkSec: 55,
			Author:       engine.Author{Extension: fmt.Sprint(100 + i%200), Name: fmt.Sprint("Сотрудник ", i%200)},
			Calltracking: []engine.Track{{Key: "source", Value: "s"}, {Key: "campaign", Value: fmt.Sprint("visitor ", i)}}, // a new one each time
			Recordings:   []engine.RecordingRef{{RecordingID: fmt.Sprint("r", i)}},
		},
	}
	c.Initiator = c.Caller
	return c
}

// TestMemoryDoesNotGrow: ten times the calls need no more memory at the same
// time. Growth is measured, not time.
func TestMemoryDoesNotGrow(t *testing.T) {
	for _, f := range []report.Form{report.JSON, report.CSV, report.HTML} {
		peak := func(n int) (most uint64) {
			y := year{n: n, after: func(i int) error {
				if i%(n/10) == n/20 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
				return nil
			}}
			o := options(report.Detailed, f)
			o.TempDir = t.TempDir()
			if rows, err := report.Write(t.Context(), io.Discard, y, &o); err != nil || rows != n {
				t.Fatalf("Write(%s) of %d calls = %d, %v", f, n, rows, err)
			}
			return most
		}
		few, many := peak(5_000), peak(50_000)
		const slack = 2 << 20
		if many > few+slack {
			t.Errorf("%s: %d KB in use with 5,000 calls, %d KB with 50,000; want no growth", f, few>>10, many>>10)
		}
	}
}

// TestManyGroups: a table of totals is bounded, and what is beyond is summed up.
func TestManyGroups(t *testing.T) {
	t.Parallel()
	const calls = 1500
	var file struct {
		Totals map[string][]struct {
			Key, Name string
			Count     int
		}
	}
	if err := json.Unmarshal([]byte(render(t, year{n: calls}, options(report.Brief, report.JSON))), &file); err != nil {
		t.Fatal(err)
	}
	campaigns := file.Totals["campaigns"]
	if last := campaigns[len(campaigns)-1]; len(campaigns) != 1001 || last.Name != "прочие" || last.Count != calls-1000 {
		t.Errorf("%d campaigns, the last %+v; want 1000 and 500 calls of others", len(campaigns), last)
	}
	if months := file.Totals["months"]; len(months) != 12 || file.Totals["days"] != nil || months[0].Name != "12.2025" {
		t.Errorf("a year has months %+v and days %v, want twelve months from 12.2025", months, file.Totals["days"])
	}
}

// full takes so many bytes and no more, like a disk.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		return 0, errFull
	}
	f.room -= len(b)
	return len(b), nil
}

// TestFailures: what cannot be read, kept or written ends the report with its
// error, and so does its context.
func TestFailures(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for _, f := range []report.Form{report.JSON, report.CSV, report.HTML} {
		o := options(report.Main, f)
		o.TempDir = t.TempDir()
		broken := year{n: 100, after: func(i int) error {
			if i == 50 {
				return boom
			}
			return nil
		}}
		if _, err := report.Write(t.Context(), io.Discard, broken, &o); !errors.Is(err, boom) {
			t.Errorf("Write(%s) from a broken store = %v, want its error", f, err)
		}
		if _, err := report.Write(t.Context(), &full{100_000}, year{n: 5000}, &o); !errors.Is(err, errFull) {
			t.Errorf("Write(%s) to a full disk = %v, want its error", f, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		stopped := year{n: 5000, after: func(i int) error {
			if i == 100 {
				cancel()
			}
			return nil
		}}
		if rows, err := report.Write(ctx, io.Discard, stopped, &o); !errors.Is(err, context.Canceled) || rows > 101 {
			t.Errorf("Write(%s), cancelled at the 100th call = %d rows, %v", f, rows, err)
		}
		if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
			t.Errorf("Write(%s) left %v behind", f, left)
		}
	}
	o := options(report.Main, report.HTML)
	o.TempDir = filepath.Join(t.TempDir(), "absent")
	if _, err := report.Write(t.Context(), io.Discard, known(t), &o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Write(html) without a folder to keep rows in = %v, want that it does not exist", err)
	}
	if _, err := report.Write(t.Context(), io.Discard, known(t), ptr(options(report.Main, report.XLSX))); !errors.Is(err, text.New(text.FormUnavailable)) {
		t.Errorf("Write(xlsx) where nobody offers it = %v, want form_unavailable", err)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	o := options(report.Main, report.CSV)
	var told []int
	o.Progress = func(done int) { told = append(told, done) }
	if _, err := report.Write(t.Context(), io.Discard, year{n: 1000}, &o); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(told) != "[256 512 768]" {
		t.Errorf("Progress was told %v, want each 256 rows", told)
	}
}

// shelfBook is a book of a spreadsheet that remembers.
type shelfBook struct {
	w     io.Writer
	lines []string
	bad   error
}

func (b *shelfBook) Row(cells []report.Cell) error {
	b.lines = append(b.lines, cells[0].Text)
	return b.bad
}

func (b *shelfBook) Totals(s []report.Section) error {
	b.lines = append(b.lines, s[0].Title)
	return nil
}

func (b *shelfBook) End() error {
	_, err := io.WriteString(b.w, strings.Join(b.lines, "|"))
	return err
}

func (b *shelfBook) Close() error { b.lines = nil; return nil }

func TestSheets(t *testing.T) {
	t.Parallel()
	o := options(report.Brief, report.XLSX)
	book := &shelfBook{}
	o.Sheets = func(w io.Writer, h report.Heading) (report.Book, error) {
		book.w = w
		book.lines = append(book.lines, h.Title)
		return book, nil
	}
	o.To = o.From.AddDate(0, 0, 2)
	want := "Отчет по телефонным звонкам ВАТС (краткий)|+7 (903) 123-45-67, 02.11.2026|+7 (916) 111-22-33, 02.11.2026|+7 (499) 123-45-67, 02.11.2026|Итого"
	if got := render(t, known(t), o); got != want || book.lines != nil {
		t.Errorf("a book = %q, closed %v, want %q, closed", got, book.lines == nil, want)
	}
	book.bad = errFull
	if _, err := report.Write(t.Context(), io.Discard, known(t), &o); !errors.Is(err, errFull) || book.lines != nil {
		t.Errorf("Write to a book that fails = %v, closed %v, want its error, closed", err, book.lines == nil)
	}
}
