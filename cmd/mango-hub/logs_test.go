package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/support/supporttest"
)

// The archive of a hub, while it runs and afterwards, has what support needs and
// nothing of what it must not have.
func TestLogs(t *testing.T) {
	t.Parallel()
	const secret, person = "pl4nted-s3cret", "Сидорова Анна"
	r := startAfter(t, func(cfg config.Config) {
		planted := `{"from":"79161234567","name":"` + person + `","entry_id":"MToxMDA4NjI3NzoxOjE="}` + "\n" +
			`{"message":"+7 (916) 123-45-67 of ` + person + `, token=` + secret + `"}` + "\nAuthorization: Basic " + secret + "\n"
		for path, content := range map[string]string{cfg.Log.File + ".1": planted, filepath.Join(cfg.Store.DataDir, "crash.txt"): "goroutine 1 [running]:\n" + planted} {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	good(t, `[{"user_id":"u1","name":"`+person+`","extension":"101"}]`, "users", "import", "-config", r.file)
	good(t, "", "tokens", "add", "-config", r.file)
	dir := t.TempDir()
	check := func(path, never string, names ...string) {
		t.Helper()
		out := good(t, "", "logs", "-out", path, "-config", r.file)
		files := supporttest.Unpack(t, strings.SplitN(out, ": ", 2)[0])
		for _, name := range names {
			if _, there := files[name]; !there {
				t.Errorf("%s is not in %s", name, path)
			}
		}
		digits := regexp.MustCompile(`[^0-9\n]`)
		for name, content := range files {
			for _, s := range []string{secret, never, `"salt"`, "'salt'"} {
				if strings.Contains(content, s) {
					t.Errorf("%s in %s has %s:\n%s", name, path, s, content)
				}
			}
			if strings.Contains(digits.ReplaceAllString(content, ""), "9161234567") {
				t.Errorf("%s in %s has the number:\n%s", name, path, content)
			}
		}
	}
	check(filepath.Join(dir, "a.zip"), person, "README.txt", "environment.json", "config.toml", "status.json", "store.txt", "log/hub.log", "log/hub.log.1", "crash.txt.1")
	r.stop()
	// Nobody tells the names of the users now: one in free text is not known.
	check(dir, `"`+person, "README.txt", "config.toml", "missing.txt", "log/hub.log")
	if code, _, stderr := perform(t, "", "logs", "-out", filepath.Join(dir, "none", "a.zip"), "-config", r.file); code != 1 || !strings.Contains(stderr, "could not be written") {
		t.Errorf("logs into a folder that is not there: status %d, %s", code, stderr)
	}
}
