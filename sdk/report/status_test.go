package report_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/report"
)

// summaries plays a recorded trace to an engine with these settings.
func summaries(t *testing.T, path string, s engine.Settings) (calls []history.Call) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	state := engine.New(s)
	at := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	take := func(effects []engine.Effect) {
		for _, e := range effects {
			emit, ok := e.(engine.Emit)
			if !ok || emit.Event.Kind != engine.CallSummary {
				continue
			}
			c := history.Call{EntryID: emit.Event.EntryID, Direction: emit.Event.Direction}
			if err := json.Unmarshal(emit.Event.Body, &c.CallSummaryBody); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, c)
		}
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var line struct {
			Path string
			JSON json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Millisecond)
		take(state.Step(at, engine.Notification{Item: notify.Decode(line.Path, line.JSON)}))
	}
	for range 25 {
		at = at.Add(time.Hour)
		take(state.Step(at, engine.Tick{}))
	}
	return calls
}

// R64: whatever the thresholds were when a call
// ended, a report says what the engine would say with those of today.
func TestStatusByTheThresholdsOfToday(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../testdata/traces/*.jsonl")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	paths = append(paths, internalConsult(t))
	settings := func(in, out int, compare string) engine.Settings {
		s := engine.Defaults()
		s.MinInSec, s.MinOutSec, s.ThresholdCompare = in, out, compare
		return s
	}
	seen := map[call.Status]int{}
	for _, path := range paths {
		then := summaries(t, path, settings(0, 0, "gt"))
		for _, sec := range []int{0, 1, 5, 10, 20, 30, 55, 60, 9999} {
			for _, compare := range []string{"gt", "ge"} {
				for i, want := range summaries(t, path, settings(sec, sec, compare)) {
					got := report.Status(&then[i], call.Thresholds{MinIn: sec, MinOut: sec, Inclusive: compare == "ge"})
					if seen[want.Status]++; got != want.Status {
						t.Errorf("%s: Status(%s, %s %d s) = %s, the engine says %s", filepath.Base(path), want.EntryID, compare, sec, got, want.Status)
					}
				}
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("the traces had the statuses %v only, want at least five", seen)
	}
}

// internalConsult is a colleague's call that was transferred after a
// consultation: the caller of the leg that it ended in has an extension, as the
// one who consulted had.
func internalConsult(t *testing.T) (path string) {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/traces/consult-transfer.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "internal-consult.jsonl")
	if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte(`"number":"74955404444"`), []byte(`"extension":"101","number":"sip:101@co"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStatusOfAnInternalTransfer: the conversation that a colleague was passed
// on to decides, 35 s of 53; a stored leg of before says too little.
func TestStatusOfAnInternalTransfer(t *testing.T) {
	t.Parallel()
	s := engine.Defaults()
	s.MinOutSec = 40
	list := summaries(t, internalConsult(t), s)
	if len(list) != 1 || len(list[0].Legs) != 2 || list[0].Status != call.ReachedBad || list[0].TalkSec != 53 {
		t.Fatalf("the engine tells %+v, want one call of two legs, reached_bad, 53 s", list)
	}
	c := list[0]
	roles := []call.Role{c.Legs[0].Role, c.Legs[1].Role}
	if !slices.Equal(roles, []call.Role{call.Left, call.Served}) || c.Legs[1].Parent != c.Legs[0].CallID {
		t.Errorf("roles = %v, parent = %q; want left, served, %q", roles, c.Legs[1].Parent, c.Legs[0].CallID)
	}
	if got := report.Status(&c, call.Thresholds{MinIn: 40, MinOut: 40}); got != call.ReachedBad {
		t.Errorf("Status() = %s, want reached_bad", got)
	}
	for i := range c.Legs {
		c.Legs[i].Role = ""
	}
	if got := report.Status(&c, call.Thresholds{MinIn: 40, MinOut: 40}); got != call.ReachedOK {
		t.Errorf("Status() of a call stored without roles = %s, want reached_ok, as before", got)
	}
}

// TestThresholdsOfTheReport: changed settings change rows and totals, and what
// a filter by status finds.
func TestThresholdsOfTheReport(t *testing.T) {
	t.Parallel()
	for min, want := range map[int]map[string]int{
		0:    {"accepted_ok": 3, "accepted_bad": 0, "missed": 2, "reached_ok": 2, "reached_bad": 1},
		10:   {"accepted_ok": 2, "accepted_bad": 1, "missed": 2, "reached_ok": 2, "reached_bad": 1},
		1800: {"accepted_ok": 0, "accepted_bad": 3, "missed": 2, "reached_ok": 1, "reached_bad": 2},
		9999: {"accepted_ok": 0, "accepted_bad": 3, "missed": 2, "reached_ok": 0, "reached_bad": 3},
	} {
		for status, n := range want {
			o := options(report.Brief, report.JSON)
			o.Thresholds = call.Thresholds{MinIn: min, MinOut: min}
			o.Filter.Status = []string{status}
			var file struct {
				Rows   []struct{ Status string }
				Totals struct {
					Statuses []struct {
						Key, Name string
						Count     int
					}
				}
			}
			if err := json.Unmarshal([]byte(render(t, known(t), o)), &file); err != nil {
				t.Fatal(err)
			}
			if len(file.Rows) != n {
				t.Errorf("thresholds of %d s, status %s: %d rows, want %d", min, status, len(file.Rows), n)
			}
			for _, s := range file.Totals.Statuses {
				if s.Key == status && s.Count != n || s.Key != status && s.Count != 0 {
					t.Errorf("thresholds of %d s, status %s: totals %+v, want %d", min, status, file.Totals.Statuses, n)
				}
			}
			for _, r := range file.Rows {
				if r.Status != status {
					t.Errorf("thresholds of %d s: a row of %s among those of %s", min, r.Status, status)
				}
			}
		}
	}
}

// ids are the calls that a report with this filter has.
func ids(t *testing.T, o report.Options) string {
	t.Helper()
	o.Form = report.JSON
	var file struct {
		Rows []struct {
			EntryID string `json:"entry_id"`
		}
	}
	if err := json.Unmarshal([]byte(render(t, known(t), o)), &file); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range file.Rows {
		list = append(list, r.EntryID)
	}
	return strings.Join(list, " ")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		``: "e1 e2 e3 e4 e5 e6 e7 e8", `{"city":"тверь"}`: "e1", `{"campaign":["осень; скидки"]}`: "e1", `{"source":["google","yandex"]}`: "e1 e7",
		`{"direction":"internal"}`: "e6", `{"employee":"102","direction":"out"}`: "e4 e5", `{"number":"8 903 123-45-67"}`: "e1",
		`{"line":"+7 495 765-43-22"}`: "e4 e5", `{"status":"missed"}`: "e2 e7", `{"city":"Москва"}`: "",
	} {
		o := options(report.Main, report.JSON)
		var err error
		o.Conditions = json.RawMessage(filter)
		if o.Filter, err = history.ParseFilter(o.Conditions); err != nil {
			t.Fatal(err)
		}
		if got := ids(t, o); got != want {
			t.Errorf("calls of the filter %s = %q, want %q", filter, got, want)
		}
	}
	o := options(report.Main, report.JSON)
	if o.Internal = false; ids(t, o) != "e1 e2 e3 e4 e5 e7 e8" {
		t.Errorf("without save_internal: %s, want no internal call", ids(t, o))
	}
	if o.Filter.Direction = []string{"internal"}; ids(t, o) != "e6" {
		t.Errorf("without save_internal, internal ones asked for: %s, want e6", ids(t, o))
	}
	o = options(report.Main, report.JSON)
	if o.From, o.To = o.From.AddDate(0, 0, 2), o.From.AddDate(0, 0, 2).Add(13*time.Hour); ids(t, o) != "e4" {
		t.Errorf("until the second in which a call begins: %q, want e4", ids(t, o))
	}
}

// TestConditions: the heading says in words what was asked for.
func TestConditions(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		``: "", `{}`: "", `{"status":""}`: "",
		`{"status":"missed","direction":["in","out"]}`:             "Направление звонка: входящий, исходящий; Статус звонка: Пропущенный",
		`{"employee":"101","line":["74951112233"],"city":"Тверь"}`: "ДКТ: Город: Тверь; Сотрудник: 101; Номер линии: 74951112233",
		`{"dct_type":"dynamic"}`:                                   "ДКТ: Тип звонка: dynamic",
	} {
		o := options(report.Main, report.JSON)
		o.Conditions = json.RawMessage(filter)
		var file struct{ Filter string }
		if err := json.Unmarshal([]byte(render(t, known(t), o)), &file); err != nil || file.Filter != want {
			t.Errorf("filter of %s = %q, %v, want %q", filter, file.Filter, err, want)
		}
	}
}
