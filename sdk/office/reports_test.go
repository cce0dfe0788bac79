package office_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// begin is BuildReport with these arguments.
func begin(t *testing.T, l *office.Local, args string) (id string, err error) {
	t.Helper()
	raw, err := l.Call(t.Context(), "BuildReport", json.RawMessage(args))
	if err != nil {
		return "", err
	}
	var a struct {
		OperationID string `json:"operation_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil || a.OperationID == "" {
		t.Fatalf("BuildReport(%s) = %s, want an operation", args, raw)
	}
	return a.OperationID, nil
}

// fetched is the file of a report, which then is said to lie under path.
func fetched(t *testing.T, l *office.Local, args, path string) string {
	t.Helper()
	id, err := begin(t, l, args)
	if err != nil {
		t.Fatalf("BuildReport(%s) = %v", args, err)
	}
	var all []byte
	for whole := false; !whole; {
		raw, err := l.Call(t.Context(), "GetFile", json.RawMessage(fmt.Sprintf(`{"operation_id":%q,"offset":%d,"count":700}`, id, len(all))))
		if err != nil {
			t.Fatalf("GetFile = %v", err)
		}
		var part struct {
			Data  []byte
			Whole bool
		}
		if err := json.Unmarshal(raw, &part); err != nil || len(part.Data) > 700 {
			t.Fatalf("GetFile = %d bytes, %v, want 700 at most", len(part.Data), err)
		}
		all, whole = append(all, part.Data...), part.Whole
	}
	if _, err := l.Call(t.Context(), "EndFile", json.RawMessage(fmt.Sprintf(`{"operation_id":%q,"path":%q}`, id, path))); err != nil {
		t.Fatalf("EndFile = %v", err)
	}
	return string(all)
}

// rowsOf are the entry_ids of a report without a file.
func rowsOf(t *testing.T, l *office.Local, args string) (ids []string, err error) {
	t.Helper()
	id, err := begin(t, l, args)
	if err != nil {
		return nil, err
	}
	for {
		raw, err := l.Call(t.Context(), "GetResult", json.RawMessage(fmt.Sprintf(`{"operation_id":%q,"count":100}`, id)))
		if code(err) == text.OperationRunning {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if err != nil {
			return nil, err
		}
		var a struct {
			Rows []struct {
				EntryID string `json:"entry_id"`
				Totals  any
			}
		}
		if err := json.Unmarshal(raw, &a); err != nil || len(a.Rows) == 0 || a.Rows[len(a.Rows)-1].Totals == nil {
			t.Fatalf("GetResult = %s, %v, want rows and totals", raw, err)
		}
		for _, r := range a.Rows[:len(a.Rows)-1] {
			ids = append(ids, r.EntryID)
		}
		return ids, nil
	}
}

// A report has the call that just ended, its file comes in parts, and its
// outcome is told when the file is written.
func TestBuildReport(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) {
		c.DataDir = t.TempDir()
		c.Recording = func(c *history.Call, r engine.RecordingRef) string {
			return "https://hub/" + c.EntryID + "/" + r.RecordingID
		}
	}, office.Session{Extension: "101"})
	s.talk("E1", "L1")
	summary(t, s.inbox)
	s.post("/events/record/added", `{"recording_id":"R1","entry_id":"E1","call_id":"L1","extension":"101","user_id":1,"timestamp":1700000000}`)
	for d := next(t, s.inbox); d.Event.Kind != engine.RecordingReady; d = next(t, s.inbox) {
	}
	for form, parts := range map[string][]string{
		"csv":  {"\ufeff№ звонка", ";Принят успешно;", "https://hub/E1/R1"},
		"html": {"<!DOCTYPE html>", "Принят успешно", `href="https://hub/E1/R1"`},
		"json": {`"entry_id":"E1"`, `"status":"accepted_ok"`, `"time_zone":"Europe/Samara"`, `+04:00"`},
	} {
		file := fetched(t, s.local, `{"variant":"основной","form":"`+form+`","time_zone":"Europe/Samara"}`, "C:\\a."+form)
		for _, p := range parts {
			if !strings.Contains(file, p) {
				t.Errorf("report as %s has no %q: %.300s", form, p, file)
			}
		}
		_, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult)
		if b.Kind != "BuildReport" || b.Path != "C:\\a."+form || b.Code != "" || b.Total != 1 {
			t.Errorf("OperationResult = %+v, want the success, its path and one row", b)
		}
	}
	if ids, err := rowsOf(t, s.local, `{"variant":"brief"}`); err != nil || fmt.Sprint(ids) != "[E1]" {
		t.Errorf("rows = %v, %v, want E1", ids, err)
	}
	if left, _ := os.ReadDir(s.cfg.DataDir); len(left) != 1 {
		t.Errorf("data_dir has %v, want the store alone", left)
	}
}

// The settings of the moment decide the statuses, the period and the filter the
// rows.
func TestReportBySettingsAndPeriod(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.talk("E1", "L1")
	summary(t, s.inbox)
	status := func() string {
		t.Helper()
		return fetched(t, s.local, `{"variant":"brief","form":"csv","lang":"en"}`, "a")
	}
	if got := status(); !strings.Contains(got, "Accepted successfully;") {
		t.Errorf("report = %s, want the call accepted successfully", got)
	}
	if _, err := s.call("SetSettings", `{"min_in_sec":30}`); err != nil {
		t.Fatal(err)
	}
	if got := status(); !strings.Contains(got, "Accepted unsuccessfully;") {
		t.Errorf("report with a threshold of 30 s = %s, want the call accepted unsuccessfully", got)
	}
	moscow := time.FixedZone("", 3*3600)
	at := func(d time.Duration) string { return time.Now().In(moscow).Add(d).Format("2006-01-02T15:04:05") }
	for args, want := range map[string]string{
		`"from":"` + at(-time.Hour) + `"`:                                      "[E1]",
		`"from":"` + at(-time.Second) + `"`:                                    "[]",
		`"to":"` + at(0) + `"`:                                                 "[E1]",
		`"to":"` + at(-time.Hour) + `"`:                                        "[]",
		`"from":"` + at(-2*time.Hour) + `","to":"` + at(-30*time.Minute) + `"`: "[]",
		`"filter":"{\"status\":\"accepted_bad\"}"`:                             "[E1]",
		`"filter":"{\"status\":\"accepted_ok\"}"`:                              "[]",
		`"filter":"{\"number\":\"8 (916) 123-45-67\"}"`:                        "[E1]",
		`"filter":"{\"employee\":\"102\"}"`:                                    "[]",
	} {
		if ids, err := rowsOf(t, s.local, `{"variant":"brief",`+args+`}`); err != nil || fmt.Sprint(ids) != want {
			t.Errorf("rows with %s = %v, %v, want %s", args, ids, err, want)
		}
	}
}

func TestReportIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	future := time.Now().Add(48 * time.Hour).Format("2006-01-02T15:04:05")
	for args, c := range map[string]struct {
		code  text.Code
		field string
	}{
		`{"variant":"полный"}`:                                                        {text.BadField, "variant"},
		`{"variant":"brief","form":"doc"}`:                                            {text.BadField, "form"},
		`{"variant":"brief","form":"xlsx"}`:                                           {text.FormUnavailable, ""},
		`{"variant":"brief","from":"yesterday"}`:                                      {text.BadField, "from"},
		`{"variant":"brief","from":"` + future + `"}`:                                 {text.BadField, "from"},
		`{"variant":"brief","from":"2026-11-02T00:00:00","to":"2026-11-01T00:00:00"}`: {text.BadField, "to"},
		`{"variant":"brief","time_zone":"Moon/Sea"}`:                                  {text.BadField, "time_zone"},
		`{"variant":"brief","filter":"{"}`:                                            {text.BadJSON, "filter"},
		`{"variant":"brief","filter":"{\"town\":\"Тверь\"}"}`:                         {text.UnknownField, "town"},
		`{"variant":"brief","filter":"{\"status\":\"good\"}"}`:                        {text.BadField, "status"},
		`{"variant":`: {text.BadJSON, ""},
	} {
		_, err := begin(t, s.local, args)
		if e := text.From(err); e == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("BuildReport(%s) = %v, want %s [%s]", args, err, c.code, c.field)
		}
	}
	for method, args := range map[string]string{
		"GetFile": `{"operation_id":"x","offset":-1,"count":1}`, "GetResult": `{"operation_id":"x","count":0}`,
	} {
		if _, err := s.call(method, args); code(err) != text.BadArgument {
			t.Errorf("%s(%s) = %v, want bad_argument", method, args, err)
		}
	}
	if _, err := s.call("EndFile", `{"operation_id":"x"}`); code(err) != text.OperationUnknown {
		t.Errorf("EndFile of no operation = %v, want operation_unknown", err)
	}
}

// A session without rights reports the calls of its extension, a supervisor
// those of all.
func TestReportsOfOthers(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.talk("E1", "L1") // of 101
	summary(t, s.inbox)
	for name, c := range map[string]struct {
		who    office.Session
		filter string
		want   string
		code   text.Code
	}{
		"own":                    {office.Session{Extension: "101"}, "", "[E1]", ""},
		"own by name":            {office.Session{Extension: "101"}, `{\"employee\":\"101\"}`, "[E1]", ""},
		"other":                  {office.Session{Extension: "102"}, "", "[]", ""},
		"other asks for his":     {office.Session{Extension: "102"}, `{\"employee\":\"101\"}`, "[]", text.Forbidden},
		"other asks for both":    {office.Session{Extension: "102"}, `{\"employee\":[\"101\",\"102\"]}`, "[]", text.Forbidden},
		"without an extension":   {office.Session{}, "", "[]", text.Forbidden},
		"supervisor":             {office.Session{Extension: "103", Rights: office.Supervisor}, "", "[E1]", ""},
		"supervisor asks for it": {office.Session{Rights: office.Supervisor}, `{\"employee\":\"101\"}`, "[E1]", ""},
		"admin":                  {office.Session{Extension: "104", Rights: office.Admin}, "", "[]", ""},
	} {
		l, _ := s.as(c.who)
		ids, err := rowsOf(t, l, `{"variant":"brief","filter":"`+c.filter+`"}`)
		if code(err) != c.code || fmt.Sprint(ids) != c.want {
			t.Errorf("%s: rows %v, %v, want %s, %q", name, ids, err, c.want, c.code)
		}
	}
}

// sheet is a book of a spreadsheet that waits for the test before it ends.
type sheet struct {
	w  io.Writer
	on chan struct{}
}

func (s sheet) Row([]report.Cell) error       { return nil }
func (s sheet) Totals([]report.Section) error { <-s.on; return nil }
func (s sheet) End() error                    { _, err := io.WriteString(s.w, "book"); return err }
func (s sheet) Close() error                  { return nil }

// A report can be cancelled, its owner can fail to write it, and its session
// can go: each is told, and nothing is left behind.
func TestReportIsGivenUp(t *testing.T) {
	t.Parallel()
	on := make(chan struct{})
	s := open(t, func(c *office.Config) {
		c.DataDir = t.TempDir()
		c.Sheets = func(w io.Writer, _ report.Heading) (report.Book, error) { return sheet{w, on}, nil }
	}, office.Session{Extension: "101"})
	const args = `{"variant":"main","form":"xlsx"}`
	for method, c := range map[string]struct {
		args string
		want text.Code
	}{
		"CancelOperation": {"", text.Cancelled},
		"EndFile":         {`,"failed":"file_not_written","path":"D:\\a.xlsx"`, text.FileNotWritten},
	} {
		id, err := begin(t, s.local, args)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.call(method, fmt.Sprintf(`{"operation_id":%q%s}`, id, c.args)); err != nil {
			t.Fatalf("%s = %v", method, err)
		}
		_, b := want[engine.OperationResultBody](t, s.inbox, engine.OperationResult)
		if b.OperationID != id || text.Code(b.Code) != c.want || b.Path != "" {
			t.Errorf("OperationResult after %s = %+v, want %s of %s", method, b, c.want, id)
		}
		if _, err := s.call("GetFile", fmt.Sprintf(`{"operation_id":%q,"count":1}`, id)); code(err) != c.want {
			t.Errorf("GetFile after %s = %v, want %s", method, err, c.want)
		}
	}
	close(on)
	if got := fetched(t, s.local, args, "a.xlsx"); got != "book" {
		t.Errorf("xlsx = %q, want what the book wrote", got)
	}
}
