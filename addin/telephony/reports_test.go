package telephony_test

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// outcome waits for РезультатОперации of an operation.
func (h *fakeHost) outcome(t *testing.T, id string) map[string]any {
	t.Helper()
	var found map[string]any
	eventually(t, "РезультатОперации of "+id, func() bool {
		for _, e := range h.events() {
			if m := decodeMap(t, e.data); e.name == "РезультатОперации" && m["operation_id"] == id {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// report calls СформироватьОтчет for all calls of today.
func (o *object) report(variant, path string, more ...string) string {
	o.t.Helper()
	args := []any{time.Time{}, time.Time{}, variant, path}
	for _, m := range more {
		args = append(args, m)
	}
	return o.must("СформироватьОтчет", args...).Str()
}

// afterACall is a registered object whose host has the record of one call.
func afterACall(t *testing.T) (*fakeHost, *object) {
	t.Helper()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	if _, err := p.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 3).Answer().Talk(20).HangUp("caller")); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "the summary", func() bool { return slices.Contains(h.names(), "ИтогЗвонка") })
	return h, o
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// The report that BSL asks for lies under its name when its event comes, and
// only then; rows come by ПолучитьРезультат.
func TestBuildReport(t *testing.T) {
	t.Parallel()
	h, o := afterACall(t)
	dir := filepath.Join(t.TempDir(), "Отчёты за ноябрь")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, sign := range map[string]string{"a.csv": "+7 (916) 123-45-67", "b.HTML": "+7 (916) 123-45-67</td>", "c.json": `"number":"+7 (916) 123-45-67"`} {
		path := filepath.Join(dir, name)
		m := h.outcome(t, o.report("телефонные звонки", path))
		if m["ok"] != true || m["path"] != path || m["total"] != 1.0 || m["kind"] != "BuildReport" || m["code"] != "" {
			t.Errorf("РезультатОперации = %v, want the file %s of one row", m, path)
		}
		if b, err := os.ReadFile(path); err != nil || !strings.Contains(string(b), sign) {
			t.Errorf("%s = %q, %v, want %q in it", name, b, err, sign)
		}
	}
	if got := left(t, dir); len(got) != 3 {
		t.Errorf("the folder has %v, want the three files alone", got)
	}
	id := o.report("краткий", "", `{"status":"accepted_ok"}`)
	if m := h.outcome(t, id); m["ok"] != true || m["total"] != 2.0 {
		t.Errorf("РезультатОперации of rows = %v, want one row and the totals", m)
	}
	rows, _ := o.json("ПолучитьРезультат", id)["rows"].([]any)
	if row, _ := rows[0].(map[string]any); len(rows) != 2 || row["status_text"] != "Принят успешно" || row["talk_sec"] != 20.0 {
		t.Errorf("ПолучитьРезультат = %v, want the call and the totals", rows)
	}
	if m := h.outcome(t, o.report("main", filepath.Join(dir, "d.csv"), `{"status":"missed"}`)); m["total"] != 0.0 || m["ok"] != true {
		t.Errorf("РезультатОперации without calls = %v, want an empty report", m)
	}
}

func TestBuildReportIsRefused(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	o := p.register(newHost())
	dir := t.TempDir()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		args        []any
		code        text.Code
		field, text string
	}{
		"variant":    {[]any{day(1), day(2), "полный"}, text.BadArgument, "Вариант", "краткий"},
		"form":       {[]any{day(1), day(2), "brief", filepath.Join(dir, "a.doc")}, text.BadArgument, "ПутьКФайлу", ".html"},
		"folder":     {[]any{day(1), day(2), "brief", filepath.Join(dir, "absent", "a.csv")}, text.FileNotWritten, "", "absent"},
		"reversed":   {[]any{day(2), day(1), "brief", filepath.Join(dir, "a.csv")}, text.BadField, "Конец", ""},
		"the future": {[]any{time.Now().AddDate(1, 0, 0), time.Time{}, "brief"}, text.BadField, "Начало", ""},
		"filter":     {[]any{day(1), day(2), "brief", filepath.Join(dir, "a.csv"), `{"town":1}`}, text.UnknownField, "town", ""},
		"xlsx":       {[]any{day(1), day(2), "brief", filepath.Join(dir, "a.xlsx")}, text.FormUnavailable, "", ".csv"},
	} {
		code, field := o.fails("СформироватьОтчет", c.args...)
		if code != string(c.code) || field != c.field {
			t.Errorf("%s: %s [%s], want %s [%s]", name, code, field, c.code, c.field)
		}
		if said := o.get("ОписаниеОшибки").Str(); !strings.Contains(said, c.text) {
			t.Errorf("%s: ОписаниеОшибки = %q, want %q in it", name, said, c.text)
		}
	}
	if got := left(t, dir); len(got) != 0 {
		t.Errorf("the folder has %v, want nothing", got)
	}
}

// A file that cannot get its name (here: a folder has it) is told of, and
// nothing is left.
func TestReportCannotGetItsName(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := os.MkdirAll(filepath.Join(path, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	m := h.outcome(t, o.report("main", path))
	if m["ok"] != false || m["code"] != string(text.FileNotWritten) || m["path"] != "" || !strings.Contains(m["text"].(string), path) {
		t.Errorf("РезультатОперации = %v, want file_not_written that names %s", m, path)
	}
	if got := left(t, dir); len(got) != 1 {
		t.Errorf("the folder has %v, want what was there", got)
	}
}

// Another program has the file of an earlier report open: the new one takes its
// place whole, and what the other one reads stays what it was; where the system
// lets nobody replace an open file, as Windows does, that is told of, and the
// old one stays.
func TestReportOverAnOpenFile(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	const before = "an earlier report"
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	m := h.outcome(t, o.report("main", path))
	now, err := os.ReadFile(path)
	replaced := m["ok"] == true && strings.Contains(string(now), "Направление")
	refused := m["code"] == string(text.FileNotWritten) && string(now) == before && runtime.GOOS == "windows"
	if err != nil || !replaced && !refused {
		t.Errorf("РезультатОперации = %v with %q in the file, %v; want the report there, or on Windows file_not_written and the old one", m, now, err)
	}
	if read, err := io.ReadAll(other); string(read) != before || err != nil {
		t.Errorf("who had the file open reads %q, %v, want what it was", read, err)
	}
	if got := left(t, dir); len(got) != 1 {
		t.Errorf("the folder has %v, want the one file", got)
	}
}

// fileLink answers the methods about files: first a part, then what the test
// says.
func fileLink(r *rig, then func(offset int) (string, error)) {
	r.link.mu.Lock()
	defer r.link.mu.Unlock()
	calls := 0
	r.link.answer = func(method string) (string, error) {
		switch method {
		case "BuildReport":
			return `{"operation_id":"op-1"}`, nil
		case "GetFile":
			if calls++; calls == 1 {
				return `{"data":"aGVsbG8g","whole":false}`, nil // "hello "
			}
			return then(calls)
		}
		return `{}`, nil
	}
}

// toldEnd is what EndFile was told.
func (r *rig) toldEnd(t *testing.T) (end struct{ Path, Failed string }) {
	t.Helper()
	eventually(t, "EndFile", func() bool {
		for _, c := range r.link.called() {
			if args, ok := strings.CutPrefix(c, "EndFile "); ok {
				return json.Unmarshal([]byte(args), &end) == nil
			}
		}
		return false
	})
	return end
}

// A link that breaks between two parts is waited for, and the file goes on
// where it was.
func TestFileOverABrokenLink(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	fileLink(r, func(n int) (string, error) {
		if n == 2 {
			return "", text.New(text.ConnectionLost)
		}
		return `{"data":"d29ybGQ=","whole":true}`, nil // "world"
	})
	path := filepath.Join(t.TempDir(), "a.csv")
	o.report("main", path)
	if end := r.toldEnd(t); end.Path != path || end.Failed != "" {
		t.Errorf("EndFile %+v, want the success", end)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "hello world" {
		t.Errorf("the file = %q, %v, want hello world", b, err)
	}
	offsets := []string{}
	for _, c := range r.link.called() {
		if strings.HasPrefix(c, "GetFile ") {
			offsets = append(offsets, strconv.Itoa(int(decodeMap(t, strings.TrimPrefix(c, "GetFile "))["offset"].(float64))))
		}
	}
	if strings.Join(offsets, " ") != "0 6 6" {
		t.Errorf("GetFile from %v, want 0 6 6", offsets)
	}
}

// Whatever ends a file early, nothing of it is left: the operation was
// cancelled, the object was closed, the hub is gone.
func TestFileIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]text.Code{"cancelled": text.Cancelled, "done": text.Stopping} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			o := r.connected(newHost())
			var asked atomic.Int32
			fileLink(r, func(int) (string, error) {
				asked.Add(1)
				if want == text.Cancelled {
					return "", text.New(text.Cancelled)
				}
				return "", text.New(text.HubUnreachable) // and is tried again
			})
			dir := t.TempDir()
			path := filepath.Join(dir, "a.csv")
			if err := os.WriteFile(path, []byte("of last month"), 0o600); err != nil {
				t.Fatal(err)
			}
			o.report("main", path)
			eventually(t, "the second part", func() bool { return asked.Load() > 0 })
			if want == text.Stopping {
				o.Done()
			}
			if end := r.toldEnd(t); end.Failed != string(want) {
				t.Errorf("EndFile %+v, want %s", end, want)
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != "of last month" || len(left(t, dir)) != 1 {
				t.Errorf("the file = %q, %v, beside %v, want it untouched and alone", b, err, left(t, dir))
			}
		})
	}
}
