package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mangoofficesdk/sdk/support/supporttest"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

// СобратьЖурналы of the real library: before any Подключить, and after a call.
// The archive has what support needs, and neither the salt nor the caller.
func TestCollectLogs(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	dir := t.TempDir()
	collect := func(path string) map[string]string {
		t.Helper()
		res := call(t, r.Object, "СобратьЖурналы", path, "")
		id := res.Text()
		if id == "" {
			t.Fatalf("СобратьЖурналы = %+v", failed(t, res))
		}
		all := next(t, r, 1, func(d rig.Data) bool { return d.Event == "OperationResult" && d.OperationID == id })
		last := all[len(all)-1]
		if !last.OK || last.Path != path {
			t.Fatalf("РезультатОперации = %+v, want the path %s", last, path)
		}
		return supporttest.Unpack(t, path)
	}
	before := collect(filepath.Join(dir, "До.zip"))
	if before["environment.json"] == "" || before["connection.json"] != "" {
		t.Errorf("before Подключить the archive has %d files, connection.json %q", len(before), before["connection.json"])
	}
	if _, err := r.Connect(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	entry := play(t, r, answered(client))
	next(t, r, 1, is("CallSummary"))
	f, err := os.OpenFile(r.LogPath(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// As a careless line would: the salt, and the caller in three forms.
	_, err = f.WriteString(`{"a":"` + r.Salt() + `","entry_id":"` + entry + `","from":"+7 (916) 123-45-67","to":` + client + `,"b":"%2B` + client + "\"}\n")
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	after := collect(filepath.Join(dir, "После.zip"))
	for _, name := range []string{"README.txt", "environment.json", "diagnostics.json", "status.json", "connection.json", "settings.json", "libraries.txt", "log/mango.log"} {
		if after[name] == "" {
			t.Errorf("%s is not in the archive", name)
		}
	}
	if !strings.Contains(after["log/mango.log"], entry) {
		t.Errorf("log/mango.log has lost the entry_id %s", entry)
	}
	digits := regexp.MustCompile(`[^0-9\n]`)
	for name, content := range after {
		noSecrets(t, r, name, content)
		if strings.Contains(digits.ReplaceAllString(content, ""), client[1:]) {
			t.Errorf("%s has the caller's number", name)
		}
	}
}
