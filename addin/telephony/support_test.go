package telephony_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/support/supporttest"
	"mangoofficesdk/sdk/text"
)

// planted are secrets and numbers in the forms in which they get into logs.
const (
	plantedToken = "mh_Q7planted4token9Zk3"
	plantedProxy = "pr0xy-p4ssw0rd"
	plantedName  = "Сидорова Анна"
)

// tellingParams connect with all of them.
var tellingParams = strings.Replace(params, `{`, `{"user_name":"`+plantedName+`","extension":"101","proxy":"http://user:`+plantedProxy+`@127.0.0.1:3128","hub":{"token":"`+plantedToken+`"},`, 1)

func planted() string {
	lines := []string{
		`{"level":"info","from":"79161234567","message":"a call"}`,
		`{"level":"info","to":79161234567,"entry_id":"MToxMDA4NjI3NzoxOjE=","message":"a call"}`,
		`{"raw":"{\"number\":\"+7 (916) 123-45-67\",\"name\":\"` + plantedName + `\"}"}`,
		`{"body":"json=%7B%22to%22%3A%22%2B79161234567%22%7D&sign=` + strings.Repeat("0a1b", 16) + `"}`,
		`{"n":"\u0037\u0039161234567","sip":"sip:79161234567@vpbx.ru"}`,
		`panic: salt ` + testSalt + ` of 8 916 123 45 67`,
		`Authorization: Bearer ` + plantedToken, `token=` + plantedToken, `GET http://user:` + plantedProxy + `@proxy:3128`,
		`{"error":"` + plantedProxy + `","user":"` + plantedName + `"}`,
	}
	return strings.Join(lines, "\n") + "\n"
}

// hides fails for whatever must not be in an archive.
func hides(t *testing.T, files map[string]string) {
	t.Helper()
	apart := regexp.MustCompile(`[^0-9\n]`)
	for name, content := range files {
		for _, s := range []string{testSalt, plantedToken, plantedProxy, plantedName, strings.Repeat("0a1b", 16)} {
			if strings.Contains(content, s) {
				t.Errorf("%s has %s", name, s)
			}
		}
		for line := range strings.Lines(content) {
			if strings.Contains(apart.ReplaceAllString(line, ""), "9161234567") {
				t.Errorf("%s has the number: %s", name, line)
			}
		}
	}
}

// Without a connection, which is when people need it: after a Подключить that
// failed.
func TestCollectLogsWithoutAConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fail = text.New(text.PortTaken)
	h := newHost()
	dir := t.TempDir()
	h.info.LibraryPath = filepath.Join(dir, "MangoOfficeSDK64.so")
	if err := os.WriteFile(filepath.Join(dir, "registry.xml"), []byte(`<registry n="79161234567"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	o := r.object(h)
	if code, _ := o.fails("Подключить", tellingParams); code != string(text.PortTaken) {
		t.Fatalf("Подключить = %s, want port_taken", code)
	}
	log := o.get("ПутьКЖурналу").Str()
	for name, content := range map[string]string{log + ".1": planted(), log + ".crash.1": "goroutine 1\n" + planted()} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	id := o.must("СобратьЖурналы").Str()
	m := h.outcome(t, id)
	path, _ := m["path"].(string)
	if m["ok"] != true || m["kind"] != "CollectLogs" || filepath.Dir(path) != filepath.Dir(log) || m["class"] != "screen" || m["seq"] != 0.0 {
		t.Fatalf("РезультатОперации = %v, want an archive beside %s", m, log)
	}
	files := supporttest.Unpack(t, path)
	hides(t, files)
	names := []string{"README.txt", "environment.json", "diagnostics.json", "status.json", "connection.json", "registry.xml", "libraries.txt", "log/test.log", "log/test.log.1", "log/test.log.crash.1"}
	for _, name := range names {
		if files[name] == "" {
			t.Errorf("%s is not in the archive, which has %d files", name, len(files))
		}
	}
	if m["total"] != float64(len(files)) {
		t.Errorf("total = %v, want %d", m["total"], len(files))
	}
	rows := o.json("ПолучитьРезультат", id, 0, 100)
	if rows["total"] != m["total"] || len(rows["rows"].([]any)) != len(files) {
		t.Errorf("ПолучитьРезультат = %v, want %d rows", rows, len(files))
	}
	connection := decodeMap(t, files["connection.json"])
	if connection["extension"] != "101" || connection["salt_given"] != true || connection["proxy"] != "http://***@127.0.0.1:3128" || !strings.HasPrefix(connection["user_name"].(string), "name~") {
		t.Errorf("connection.json = %s", files["connection.json"])
	}
	if d := decodeMap(t, files["diagnostics.json"]); d["error"].(map[string]any)["code"] != string(text.PortTaken) || d["error"].(map[string]any)["text"] == "***" {
		t.Errorf("diagnostics.json = %s, want the refusal in words", files["diagnostics.json"])
	}
	// One caller has one mask, in each file and each form.
	masks := regexp.MustCompile(`\+7916\*\*\*\*\*67~[a-p]{5}`)
	var all []string
	delete(files, "README.txt") // it has an example
	for _, content := range files {
		all = append(all, masks.FindAllString(content, -1)...)
	}
	if len(all) < 12 || slices.ContainsFunc(all, func(s string) bool { return s != all[0] }) {
		t.Errorf("the number is masked as %q, want one mask throughout", all)
	}
	if !strings.Contains(files["log/test.log.1"], "MToxMDA4NjI3NzoxOjE=") {
		t.Errorf("log/test.log.1 has lost entry_id:\n%s", files["log/test.log.1"])
	}
}

// An object that takes no external events reads the outcome, as long as it is
// not there, and without a connection.
func TestCollectLogsForAnObjectThatAsks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.set("ВнешниеСобытия", false)
	if code, _ := o.fails("ПолучитьСобытия", 10); code != string(text.NotConnected) {
		t.Errorf("ПолучитьСобытия without a connection = %s", code)
	}
	dir := t.TempDir()
	id := o.must("СобратьЖурналы", filepath.Join(dir, "Журналы.zip")).Str()
	seen := ""
	eventually(t, "РезультатОперации by ПолучитьСобытия", func() bool {
		if out := o.do("ПолучитьСобытия", 10); out.Error == "" {
			seen += out.Ret.Str()
		}
		return strings.Contains(seen, `"event":"OperationResult"`)
	})
	if !strings.Contains(seen, id) || !strings.Contains(seen, "Журналы.zip") {
		t.Errorf("ПолучитьСобытия = %s", seen)
	}
	if got := left(t, dir); !slices.Equal(got, []string{"Журналы.zip"}) {
		t.Errorf("the folder has %q", got)
	}
	// Nobody else may see it, and there is nothing more to tell.
	if code, _ := r.object(newHost()).fails("ПолучитьРезультат", id, 0, 1); code != string(text.OperationUnknown) {
		t.Errorf("ПолучитьРезультат of another object = %s, want operation_unknown", code)
	}
	eventually(t, "ПолучитьСобытия afterwards is not_connected", func() bool { // the operation is over a moment after its outcome
		return strings.Contains(o.do("ПолучитьСобытия", 10).Error, string(text.NotConnected))
	})
	o.must("ОтменитьОперацию", id) // it is over, which is no failure
}

// Two objects of one process collect at once, while the log goes on and is
// rotated: each has an archive of its own, and each object hears of its own only.
func TestCollectLogsOfTwoObjects(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	hosts := []*fakeHost{newHost(), newHost()}
	one, two := r.object(hosts[0]), r.object(hosts[1])
	one.must("Подключить", tellingParams)
	two.must("Подключить", tellingParams)
	log := one.get("ПутьКЖурналу").Str()
	if err := os.WriteFile(log+".1", []byte(strings.Repeat(planted(), 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var ids []string
	for i, o := range []*object{one, two} {
		ids = append(ids, o.must("СобратьЖурналы", filepath.Join(dir, fmt.Sprint(i, ".zip"))).Str())
	}
	for i := range 2 { // as another process would
		if err := os.Rename(log+fmt.Sprint(".", 1+i), log+fmt.Sprint(".", 2+i)); err != nil {
			t.Fatal(err)
		}
	}
	for i, h := range hosts {
		m := h.outcome(t, ids[i])
		if m["ok"] != true || m["path"] != filepath.Join(dir, fmt.Sprint(i, ".zip")) {
			t.Errorf("РезультатОперации of object %d = %v", i, m)
			continue
		}
		files := supporttest.Unpack(t, m["path"].(string))
		hides(t, files)
		if _, log := files["log/test.log"]; !log || files["settings.json"] == "" {
			t.Errorf("the archive of object %d has no settings or no log", i)
		}
		if strings.Contains(data(h.events()), ids[1-i]) {
			t.Errorf("object %d was told of the other's operation", i)
		}
	}
}

// Подключить while an outcome waits does not lose it, nor does Отключить.
func TestOutcomeSurvivesTheConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	h.take = func(string) bool { return false }
	o := r.object(h)
	id := o.must("СобратьЖурналы", t.TempDir()).Str()
	eventually(t, "the outcome waits", func() bool {
		return o.do("ПолучитьРезультат", id, 0, 1).Error == "" && o.get("РазмерОчереди").Int() > 0
	})
	o.must("Подключить", params)
	o.must("Отключить")
	eventually(t, "the outcome waits again", func() bool { return o.get("РазмерОчереди").Int() > 0 })
	h.swap(nil)
	if m := h.outcome(t, id); m["ok"] != true {
		t.Errorf("РезультатОперации = %v", m)
	}
	if h.twice.Load() {
		t.Error("ExternalEvent was called while another call of the same object ran")
	}
}

func TestCollectLogsIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"no such folder": filepath.Join(t.TempDir(), "нет", "a.zip"), "below a file": filepath.Join(file, "a.zip")} {
		code, field := o.fails("СобратьЖурналы", path)
		if code != string(text.FileNotWritten) || field != "ПутьКАрхиву" {
			t.Errorf("%s: СобратьЖурналы = %s, field %s, want file_not_written, ПутьКАрхиву", name, code, field)
		}
	}
}

// A folder that cannot be written is passed over when no path was given.
func TestCollectLogsElsewhere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	o := r.object(h)
	dir := filepath.Join(t.TempDir(), "log")
	o.set("ПутьКЖурналу", filepath.Join(dir, "a.log"))
	o.set("ПутьКЖурналу", "")
	m := h.outcome(t, o.must("СобратьЖурналы", "").Str())
	if m["ok"] != true || !strings.HasSuffix(m["path"].(string), ".zip") || !strings.HasPrefix(filepath.Base(m["path"].(string)), "mango-logs-") {
		t.Errorf("РезультатОперации = %v", m)
	}
	_ = os.Remove(m["path"].(string))
}
