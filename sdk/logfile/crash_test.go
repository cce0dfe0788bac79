package logfile_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mangoofficesdk/sdk/logfile"
)

// dieKey makes this test binary a program that dies with its crash output at
// the path which the variable holds.
const dieKey = "LOGFILE_TEST_DIE"

func TestMain(m *testing.M) {
	if path := os.Getenv(dieKey); path != "" {
		if _, err := logfile.CrashOutput(path); err != nil {
			panic(err)
		}
		var mu sync.Mutex
		defer func() { _ = recover() }() // it does not help
		mu.Unlock()
	}
	os.Exit(m.Run())
}

// die lets a process die and gives what it wrote to standard error.
func die(t *testing.T, path string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), dieKey+"="+path)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err == nil {
		t.Fatal("the process lives after unlocking an unlocked mutex")
	}
	return said.String()
}

func TestCrashOutputHoldsTheLastWords(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "a.log.crash")
	var said []string
	for range 3 {
		said = append(said, die(t, path))
	}
	all := content(t, filepath.Dir(path))
	// Three died: the reports of the last two are kept.
	for i, name := range []string{"a.log.crash.1", "a.log.crash"} {
		got := all[name]
		if !strings.Contains(got, "goroutine 1 [running]") || !strings.Contains(got, "sync.(*Mutex).Unlock(") || !strings.HasSuffix(said[i+1], got) {
			t.Errorf("%s = %q, want the stack of standard error, %q", name, got, said[i+1])
		}
	}
	if len(all) != 2 {
		t.Errorf("%d files are there, want two", len(all))
	}
	reports := logfile.CrashReports(path)
	if len(reports) != 2 || reports[0].Path != path || reports[1].Path != path+".1" || reports[0].Size != int64(len(all["a.log.crash"])) || reports[0].Time.IsZero() {
		t.Errorf("CrashReports() = %+v, want both files", reports)
	}
}

// Not parallel: the crash output belongs to the whole process.
func TestCrashOutputKeepsItsFileSmall(t *testing.T) {
	defer func() {
		if _, err := logfile.CrashOutput(""); err != nil {
			t.Errorf(`CrashOutput("") = %v`, err)
		}
	}()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.crash")
	set := func(want bool) {
		t.Helper()
		if found, err := logfile.CrashOutput(path); err != nil || found != want {
			t.Errorf("CrashOutput() = %v, %v, want %v", found, err, want)
		}
	}
	put := func(n int) {
		t.Helper()
		if err := os.WriteFile(path, bytes.Repeat([]byte{'x'}, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	size := func(name string, want int64) {
		t.Helper()
		if info, err := os.Stat(name); err != nil || info.Size() != want {
			t.Errorf("%s: %v, %v, want %d bytes", name, info, err, want)
		}
	}
	set(false)
	set(false) // an empty file is used again
	size(path, 0)
	if got := logfile.CrashReports(path); len(got) != 0 {
		t.Errorf("CrashReports() of an empty file = %v", got)
	}
	put(10)
	set(true)
	size(path, 0)
	size(path+".1", 10)
	set(false) // and the report stays where it is
	size(path+".1", 10)

	// A file that cannot be moved away is written on, and cut when it is big.
	if err := os.Remove(path + ".1"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path+".1", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(1000)
	set(true)
	size(path, 1000)
	put(2 << 20)
	set(true)
	size(path, 0)
}

func TestCrashOutputInAnImpossiblePlace(t *testing.T) {
	dir := t.TempDir()
	blocker := filepath.Join(dir, "file")
	if err := os.WriteFile(blocker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(blocker, "a.crash"), dir} {
		if _, err := logfile.CrashOutput(path); err == nil {
			t.Errorf("CrashOutput(%s) = nil, want an error", path)
		}
	}
	if got := logfile.CrashReports(dir); len(got) != 0 {
		t.Errorf("CrashReports(a folder) = %v", got)
	}
	if got := logfile.CrashReports(""); len(got) != 0 {
		t.Errorf(`CrashReports("") = %v`, got)
	}
}
