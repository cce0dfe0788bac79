package sheets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// shelf is a reader of calls that are there.
type shelf []history.Call

func (shelf) Get(context.Context, string) (history.Call, error) { return history.Call{}, nil }

func (s shelf) Calls(context.Context, time.Time, time.Time, history.Filter) iter.Seq2[history.Call, error] {
	return func(yield func(history.Call, error) bool) {
		for _, c := range s {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func known(t *testing.T) (calls shelf) {
	t.Helper()
	raw, err := os.ReadFile("../../../../sdk/report/testdata/stored.json")
	if err == nil {
		err = json.Unmarshal(raw, &calls)
	}
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func options(t *testing.T, f report.Form) *report.Options {
	moscow := time.FixedZone("Europe/Moscow", 3*3600)
	return &report.Options{
		Variant: report.Main, Form: f, Lang: text.RU, Zone: moscow, ZoneName: "Europe/Moscow", Internal: true, Sheets: Open, TempDir: t.TempDir(),
		Made: time.Date(2026, 12, 1, 9, 30, 0, 0, moscow), Thresholds: call.Thresholds{MinIn: 10, MinOut: 5},
	}
}

func render(t *testing.T, calls history.Reader, o *report.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := report.Write(t.Context(), &out, calls, o); err != nil {
		t.Fatalf("Write(%s) = %v", o.Form, err)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("Write(%s) left %v behind", o.Form, left)
	}
	return out.Bytes()
}

func read(t *testing.T, raw []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("the file does not open: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func rows(t *testing.T, f *excelize.File, sheet string, raw bool) [][]string {
	t.Helper()
	list, err := f.GetRows(sheet, excelize.Options{RawCellValue: raw})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The library that wrote the file reads the same report out of it that stands
// in the JSON; dates and durations are numbers with a format.
func TestSameReport(t *testing.T) {
	t.Parallel()
	f := read(t, render(t, known(t), options(t, report.XLSX)))
	if diff := cmp.Diff([]string{"Звонки", "Итого"}, f.GetSheetList()); diff != "" {
		t.Fatalf("sheets (-want +got):\n%s", diff)
	}
	var file struct {
		Rows   []map[string]any
		Totals map[string][]map[string]any
	}
	if err := json.Unmarshal(render(t, known(t), options(t, report.JSON)), &file); err != nil {
		t.Fatal(err)
	}
	shown, raw := rows(t, f, "Звонки", false), rows(t, f, "Звонки", true)
	if len(shown) != len(file.Rows)+1 {
		t.Fatalf("%d rows, want a head and %d calls", len(shown), len(file.Rows))
	}
	column := func(title string) int {
		for i, s := range shown[0] {
			if s == title {
				return i
			}
		}
		t.Fatalf("no column %s in %v", title, shown[0])
		return 0
	}
	for i, r := range file.Rows {
		at, _ := time.Parse(time.RFC3339, r["started"].(string))
		for title, want := range map[string]string{
			"Статус звонка": r["status_text"].(string), "Абонент": r["subscriber"].(string), "Автор звонка": r["author"].(string),
			"Начало звонка": at.Format("02.01.2006 15:04:05"), "Время разговора": report.Clock(int64(r["talk_sec"].(float64))),
		} {
			if got := shown[i+1][column(title)]; got != want {
				t.Errorf("row %d, %s = %q, want %q", i+1, title, got, want)
			}
		}
		days := at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, at.Location())).Hours() / 24
		if got := raw[i+1][column("Начало звонка")]; !near(got, days) {
			t.Errorf("row %d began at %s days of Excel, want %f", i+1, got, days)
		}
		if got := raw[i+1][column("Время звонка")]; !near(got, r["total_sec"].(float64)/86400) {
			t.Errorf("row %d lasted %s days, want %v s", i+1, got, r["total_sec"])
		}
	}
	totals := fmt.Sprint(rows(t, f, "Итого", false))
	for _, s := range []string{"Отчет по телефонным звонкам ВАТС (основной)", "Часовой пояс: Europe/Moscow", "[По сотрудникам]", "[Принят не успешно 1]", "[23:00 "} {
		if !strings.Contains(totals, s) {
			t.Errorf("the sheet of totals has no %q: %s", s, totals)
		}
	}
	for _, s := range file.Totals["employees"] {
		row := fmt.Sprintf("[%v %v %v %v %v %v %v %v %s %s]", s["name"], s["count"], s["in"], s["out"], s["internal"], s["missed"],
			s["successful"], s["unsuccessful"], report.Clock(int64(s["total_sec"].(float64))), report.Clock(int64(s["talk_sec"].(float64))))
		if !strings.Contains(totals, row) {
			t.Errorf("the sheet of totals has no %s", row)
		}
	}
}

func near(got string, want float64) bool {
	var n float64
	_, err := fmt.Sscan(got, &n)
	return err == nil && n-want < 1e-6 && want-n < 1e-6
}

// The head stays and filters, and no text of a call is a formula.
func TestHeadAndTypes(t *testing.T) {
	t.Parallel()
	f := read(t, render(t, known(t), options(t, report.XLSX)))
	panes, err := f.GetPanes("Звонки")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("GetPanes = %+v, %v, want the first row frozen", panes, err)
	}
	filters := f.GetDefinedName()
	if len(filters) != 1 || !strings.Contains(filters[0].RefersTo, "$A$1:$N$10") {
		t.Errorf("defined names %+v, want one filter over A1:N10", filters)
	}
	for i, row := range rows(t, f, "Звонки", false) {
		for k := range row {
			cell, _ := excelize.CoordinatesToCellName(k+1, i+1)
			if formula, err := f.GetCellFormula("Звонки", cell); err != nil || formula != "" {
				t.Errorf("%s has the formula %q, %v", cell, formula, err)
			}
		}
	}
	if !strings.Contains(fmt.Sprint(rows(t, f, "Звонки", false)), `=HYPERLINK("http://evil")`) {
		t.Error("a text that looks like a formula is not there as it was given")
	}
}

// A report longer than a sheet goes on on the next one.
func TestLongReport(t *testing.T) {
	t.Parallel()
	columns := []report.Column{{Key: "phone", Title: "Номер"}}
	var out bytes.Buffer
	b, err := open(&out, report.Heading{Title: "t", Columns: columns, TempDir: t.TempDir()}, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 7 {
		if err := b.Row([]report.Cell{{Text: fmt.Sprint("n", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.Totals([]report.Section{{Title: "s", Columns: columns}}), b.End(), b.Close()); err != nil {
		t.Fatal(err)
	}
	f := read(t, out.Bytes())
	want := map[string]string{"Звонки": "[[Номер] [n0] [n1] [n2]]", "Звонки (2)": "[[Номер] [n3] [n4] [n5]]", "Звонки (3)": "[[Номер] [n6]]"}
	if len(f.GetSheetList()) != 4 {
		t.Errorf("sheets %v, want three and the totals", f.GetSheetList())
	}
	for sheet, cells := range want {
		if got := fmt.Sprint(rows(t, f, sheet, false)); got != cells {
			t.Errorf("%s = %s, want %s", sheet, got, cells)
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFullDisk(t *testing.T) {
	t.Parallel()
	o := options(t, report.XLSX)
	if _, err := report.Write(t.Context(), full{}, known(t), o); !errors.Is(err, errFull) {
		t.Errorf("Write to a full disk = %v, want its error", err)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("%v was left behind", left)
	}
}

// TestMemoryDoesNotGrow: beyond what the library keeps of a sheet before it
// goes to the disk (16 MB), rows need no memory.
func TestMemoryDoesNotGrow(t *testing.T) {
	peak := func(n int) (most uint64) {
		var columns []report.Column
		for i := range 12 {
			columns = append(columns, report.Column{Key: fmt.Sprint(i), Title: fmt.Sprint(i)})
		}
		b, err := Open(io.Discard, report.Heading{Columns: columns, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]report.Cell, len(columns))
		for i := range n {
			for k := range cells {
				cells[k].Text = fmt.Sprint("a text of some length ", i, k)
			}
			if err := b.Row(cells); err != nil {
				t.Fatal(err)
			}
			if i%(n/8) == n/16 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		if err := errors.Join(b.Totals([]report.Section{{Columns: columns}}), b.End(), b.Close()); err != nil {
			t.Fatal(err)
		}
		return most
	}
	few, many := peak(20_000), peak(60_000)
	const slack = 8 << 20
	if many > few+slack {
		t.Errorf("%d KB in use with 20,000 rows, %d KB with 60,000; want no growth", few>>10, many>>10)
	}
}
