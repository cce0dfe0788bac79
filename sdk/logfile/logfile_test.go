package logfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/text"
)

func open(t testing.TB, path string, opt logfile.Options) *logfile.File {
	t.Helper()
	f, err := logfile.Open(path, opt)
	if err != nil {
		t.Fatalf("Open(%s): %v", path, err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func write(t testing.TB, f *logfile.File, line string) {
	t.Helper()
	if n, err := f.Write([]byte(line)); n != len(line) || err != nil {
		t.Fatalf("Write(%q) = %d, %v", line, n, err)
	}
}

// content reads every file of dir by name.
func content(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(raw)
	}
	return all
}

func TestRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, "a.log"), logfile.Options{MaxSize: 6, Keep: 2})
	for _, line := range []string{"1\n", "2\n", "3\n", "4\n", "5\n", "6\n", "7\n", "longer than a file\n", "8\n", "9\n"} {
		write(t, f, line)
	}
	want := map[string]string{"a.log": "8\n9\n", "a.log.1": "longer than a file\n", "a.log.2": "7\n"}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Errorf("after ten lines (-want +got):\n%s", diff)
	}
	if n := f.Dropped(); n != 0 {
		t.Errorf("Dropped = %d", n)
	}
}

func TestWithoutOldFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, "a.log"), logfile.Options{MaxSize: 4, Keep: -1})
	for _, line := range []string{"1\n", "2\n", "3\n"} {
		write(t, f, line)
	}
	if diff := cmp.Diff(map[string]string{"a.log": "3\n"}, content(t, dir)); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

func TestAppendsToWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "deep", "a.log")
	first := open(t, path, logfile.Options{MaxSize: 8})
	write(t, first, "1\n")
	first.Close()
	write(t, first, "after Close\n")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, open(t, path, logfile.Options{MaxSize: 8}), "2\n")
	if diff := cmp.Diff(map[string]string{"a.log": "1\n2\n"}, content(t, filepath.Dir(path))); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	if runtime.GOOS == "windows" {
		return // no such permissions there
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has %v, %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

// Two processes with one log: the second finds that the first has rotated.
func TestSomebodyElseRotated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	one, two := open(t, path, logfile.Options{MaxSize: 8}), open(t, path, logfile.Options{MaxSize: 8})
	for i := range 8 {
		write(t, one, fmt.Sprintf("one %d\n", i))
		write(t, two, fmt.Sprintf("two %d\n", i))
	}
	all := content(t, dir)
	if last := all["a.log"] + all["a.log.1"] + all["a.log.2"]; !strings.Contains(last, "one 7") || !strings.Contains(last, "two 7") {
		t.Errorf("last lines are lost: %v", all)
	}
}

func TestUnwritablePlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	blocker := filepath.Join(dir, "file")
	if err := os.WriteFile(blocker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := logfile.Open(filepath.Join(blocker, "a.log"), logfile.Options{}); err == nil {
		t.Error("Open below a file succeeded")
	}
	f := open(t, filepath.Join(dir, "a.log"), logfile.Options{})
	if err := f.SetPath(dir); err == nil {
		t.Error("SetPath(a folder) succeeded")
	}
	write(t, f, "still here\n")
	if got := content(t, dir)["a.log"]; got != "still here\n" || f.Path() != filepath.Join(dir, "a.log") {
		t.Errorf("after a refused SetPath: %q in %s", got, f.Path())
	}
}

// A file that cannot be moved away stops growing, and lines are counted.
func TestRotationImpossible(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	if err := os.MkdirAll(filepath.Join(path+".1", "x"), 0o700); err != nil { // Rename refuses to replace it
		t.Fatal(err)
	}
	f := open(t, path, logfile.Options{MaxSize: 100, Keep: 1})
	for range 100 {
		write(t, f, "0123456789\n")
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 400 || f.Dropped() < 50 {
		t.Errorf("size %d, %v, dropped %d; want at most 400 bytes and the rest dropped", info.Size(), err, f.Dropped())
	}
}

// Whatever is written, the newest lines are there, whole and in order.
func TestRotationProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "logfile")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		keep := rapid.IntRange(1, 3).Draw(t, "keep")
		f, err := logfile.Open(filepath.Join(dir, "a.log"), logfile.Options{MaxSize: rapid.Int64Range(1, 64).Draw(t, "size"), Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var written strings.Builder
		for i, pad := range rapid.SliceOfN(rapid.IntRange(0, 40), 1, 40).Draw(t, "lines") {
			line := fmt.Sprintf("%d%s\n", i, strings.Repeat(".", pad))
			written.WriteString(line)
			_, _ = f.Write([]byte(line))
		}
		var found string
		for i := keep; i >= 1; i-- {
			raw, _ := os.ReadFile(filepath.Join(dir, fmt.Sprintf("a.log.%d", i)))
			found += string(raw)
		}
		raw, _ := os.ReadFile(filepath.Join(dir, "a.log"))
		found += string(raw)
		if found == "" || !strings.HasSuffix(written.String(), found) {
			t.Fatalf("found %q of %q", found, written.String())
		}
	})
}

func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, "a.log"), logfile.Options{MaxSize: 4096, Keep: 100})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				_, _ = fmt.Fprintf(f, "writer %d line %03d\n", g, i)
				if i == 100 {
					_ = f.SetPath(f.Path())
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[string]int)
	for _, text := range content(t, dir) {
		for line := range strings.Lines(text) {
			seen[line]++
		}
	}
	if len(seen) != 1600 {
		t.Errorf("%d different lines are there, want 1600", len(seen))
	}
	for line, n := range seen {
		if n != 1 || !strings.HasPrefix(line, "writer ") {
			t.Errorf("line %q is there %d times", line, n)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := logfile.New(filepath.Join(dir, "a.log"), "warn", logfile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	log := l.Logger()
	derived := log.With().Str("part", "x").Logger()
	derived.Info().Msg("unwanted")
	derived.Warn().Msg("one")
	if err := l.SetLevel("debug"); err != nil {
		t.Fatal(err)
	}
	derived.Debug().Msg("two")
	if err := l.SetPath(filepath.Join(dir, "b.log")); err != nil {
		t.Fatal(err)
	}
	derived.Debug().Msg("three")
	if err := l.SetLevel("error"); err != nil {
		t.Fatal(err)
	}
	unsampled := derived.Sample(nil)
	unsampled.Warn().Msg("unwanted, and no sampler to say so")
	if err := l.SetPath(""); err != nil {
		t.Fatal(err)
	}
	derived.Error().Msg("nowhere")
	got := make(map[string][]string)
	for name, text := range content(t, dir) {
		for line := range bytes.Lines([]byte(text)) {
			var fields map[string]string
			if err := json.Unmarshal(line, &fields); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if fields["part"] != "x" || !strings.HasSuffix(fields["time"], "Z") {
				t.Errorf("line %s lacks part or a time in UTC", line)
			}
			got[name] = append(got[name], fields["level"]+" "+fields["message"])
		}
	}
	want := map[string][]string{"a.log": {"warn one", "debug two"}, "b.log": {"debug three"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if l.Level() != "error" || l.Path() != "" {
		t.Errorf("Level, Path = %q, %q", l.Level(), l.Path())
	}
}

func TestLogErrorsNameTheField(t *testing.T) {
	t.Parallel()
	_, err := logfile.New("", "loud", logfile.Options{})
	if e, ok := errors.AsType[*text.Error](err); !ok || e.Field != "log.level" {
		t.Errorf("New with a bad level: %v", err)
	}
	_, err = logfile.New(t.TempDir(), "", logfile.Options{})
	if e, ok := errors.AsType[*text.Error](err); !ok || e.Field != "log.path" {
		t.Errorf("New with a folder for a file: %v", err)
	}
}

func TestEarlyLinesGoIntoTheFirstFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, "", logfile.Options{Early: 2})
	for _, line := range []string{"1\n", "2\n", "3\n"} {
		write(t, f, line)
	}
	if err := f.SetPath(filepath.Join(dir, "no", "\x00")); err == nil {
		t.Fatal("SetPath to an impossible place succeeded")
	}
	for _, name := range []string{"a.log", "b.log"} {
		if err := f.SetPath(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		write(t, f, "in "+name+"\n")
	}
	_ = os.Remove(filepath.Join(dir, "no"))
	want := map[string]string{"a.log": "1\n2\nin a.log\n", "b.log": "in b.log\n"}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
