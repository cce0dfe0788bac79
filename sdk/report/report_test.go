package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

var update = flag.Bool("update", false, "write the goldens anew")

// shelf is a reader of calls that are there.
type shelf []history.Call

func (s shelf) Get(_ context.Context, id string) (history.Call, error) {
	for _, c := range s {
		if c.ID() == id {
			return c, nil
		}
	}
	return history.Call{}, text.New(text.CallUnknown)
}

func (s shelf) Calls(_ context.Context, from, to time.Time, f history.Filter) iter.Seq2[history.Call, error] {
	return func(yield func(history.Call, error) bool) {
		for _, c := range s {
			if !c.Started.Before(from) && (to.IsZero() || c.Started.Before(to)) && f.Match(&c) && !yield(c, nil) {
				return
			}
		}
	}
}

var moscow = time.FixedZone("Europe/Moscow", 3*3600)

// known are the calls of testdata/stored.json.
func known(t testing.TB) shelf {
	t.Helper()
	raw, err := os.ReadFile("testdata/stored.json")
	if err != nil {
		t.Fatal(err)
	}
	var calls shelf
	if err := json.Unmarshal(raw, &calls); err != nil {
		t.Fatal(err)
	}
	return calls
}

func options(v report.Variant, f report.Form) report.Options {
	return report.Options{
		Variant: v, Form: f, Lang: text.RU, Zone: moscow, ZoneName: "Europe/Moscow", Internal: true,
		From: time.Date(2026, 11, 1, 0, 0, 0, 0, moscow), To: time.Date(2026, 11, 30, 23, 59, 59, 0, moscow),
		Made: time.Date(2026, 12, 1, 9, 30, 0, 0, moscow), Thresholds: call.Thresholds{MinIn: 10, MinOut: 5},
		Recording: func(c *history.Call, r engine.RecordingRef) string {
			return "https://hub.example/recording/" + c.ID() + "/" + r.RecordingID
		},
	}
}

func ptr(o report.Options) *report.Options { return &o }

func render(t testing.TB, calls history.Reader, o report.Options) string {
	t.Helper()
	o.TempDir = t.TempDir()
	var out bytes.Buffer
	if _, err := report.Write(t.Context(), &out, calls, &o); err != nil {
		t.Fatalf("Write(%s, %s) = %v", o.Variant, o.Form, err)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("Write(%s, %s) left %v behind", o.Variant, o.Form, left)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// R64, R65: every variant in every form, as they are released.
func TestReportGolden(t *testing.T) {
	t.Parallel()
	for _, v := range []report.Variant{report.Brief, report.Main, report.Detailed, report.Calls} {
		for _, f := range []report.Form{report.JSON, report.CSV, report.HTML} {
			golden(t, string(v)+"."+string(f), render(t, known(t), options(v, f)))
		}
	}
	english := options(report.Main, report.CSV)
	english.Lang = text.EN
	golden(t, "main.en.csv", render(t, known(t), english))
}

// guide is the table of the guide: which columns each variant has, and those of
// «Телефонные звонки».
var guide = map[report.Variant][]string{
	report.Brief: {
		"№ звонка, дата звонка", "Направление звонка", "Статус звонка", "Автор звонка", "Абонент", "Инициатор", "Номер линии",
		"Начало звонка", "Начало разговора", "Окончание звонка", "Время звонка", "Время разговора",
	},
	report.Main: {
		"№ звонка, дата звонка", "Запись звонка", "Направление звонка", "Статус звонка", "Автор звонка", "Участник звонка", "Абонент", "Инициатор",
		"Номер линии", "Начало звонка", "Начало разговора", "Окончание звонка", "Время звонка", "Время разговора",
	},
	report.Detailed: {
		"№ звонка, дата звонка", "Запись звонка", "Направление звонка", "Статус звонка", "Автор звонка", "Абонент", "Инициатор", "Номер линии",
		"Начало звонка", "Начало разговора", "Окончание звонка", "Время звонка", "Время разговора", "Данные ДКТ",
	},
	report.Calls: {"Дата звонка", "Номер", "Абонент", "Описание", "Тема"},
}

// R64, R65: the columns are those of the guide's table.
func TestColumnsOfTheGuide(t *testing.T) {
	t.Parallel()
	for v, want := range guide {
		head, _, _ := strings.Cut(strings.TrimPrefix(render(t, known(t), options(v, report.CSV)), "\ufeff"), "\r\n")
		if diff := cmp.Diff(want, strings.Split(strings.ReplaceAll(head, `"`, ""), ";")); diff != "" {
			t.Errorf("columns of %s (-want +got):\n%s", v, diff)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]report.Variant{
		"brief": report.Brief, "Краткий": report.Brief, " основной ": report.Main, "ПОДРОБНЫЙ": report.Detailed, "main": report.Main,
		"detailed": report.Detailed, "Телефонные звонки": report.Calls, "calls": report.Calls,
	} {
		if got, ok := report.ParseVariant(name); !ok || got != want {
			t.Errorf("ParseVariant(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	if got, ok := report.ParseVariant("полный"); ok {
		t.Errorf("ParseVariant(полный) = %q, want none", got)
	}
	for path, want := range map[string]report.Form{
		"": report.Rows, `C:\Отчёты\ноябрь.XLSX`: report.XLSX, "a.csv": report.CSV, "/tmp/a.b.html": report.HTML, "a.htm": report.HTML, "a.json": report.JSON,
	} {
		if got, ok := report.FormOf(path); !ok || got != want {
			t.Errorf("FormOf(%q) = %q, %v, want %q", path, got, ok, want)
		}
	}
	for _, path := range []string{"a", "a.doc", "a.rows", "."} {
		if got, ok := report.FormOf(path); ok {
			t.Errorf("FormOf(%q) = %q, want none", path, got)
		}
	}
}
