package support_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/support"
	"mangoofficesdk/sdk/text"
)

func pack(t *testing.T, a *support.Archive, progress func(done, total int64)) map[string]string {
	t.Helper()
	var out bytes.Buffer
	entries, err := a.Write(t.Context(), &out, progress)
	if err != nil {
		t.Fatalf("Write() = %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatalf("the archive: %v", err)
	}
	all := map[string]string{}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = string(raw)
		if e := entries[i]; e.Name != f.Name || e.Bytes != int64(len(raw)) {
			t.Errorf("entry %d is %+v, want %s with %d bytes", i, e, f.Name, len(raw))
		}
	}
	return all
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A log that goes on and is rotated while it is packed loses no line that was
// there, and gives none twice.
func TestRotationInTheMiddle(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.log")
	log, err := logfile.Open(path, logfile.Options{MaxSize: 1 << 20, Keep: 9})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	n := 0
	put := func(bytes int) {
		for end := n + bytes/100; n < end; n++ {
			fmt.Fprintf(log, "{\"n\":%6d,\"from\":\"79161234567\",\"pad\":\"%s\"}\n", n, strings.Repeat("x", 60))
		}
	}
	put(3 << 20)
	before, rotations := n, 0
	all := pack(t, &support.Archive{Parts: support.Rotated("log/a.log", support.AboutLog, path)}, func(done, total int64) {
		if done > total || total < 3<<20-200 {
			t.Errorf("progress: %d of %d", done, total)
		}
		if rotations++; rotations < 4 {
			put(1<<20 + 1000)
		}
	})
	if rotations < 2 {
		t.Fatalf("progress was told %d times, want 2 at least", rotations)
	}
	var lines []string
	for _, name := range []string{"log/a.log.3", "log/a.log.2", "log/a.log.1", "log/a.log"} {
		lines = append(lines, strings.Split(strings.TrimSuffix(all[name], "\n"), "\n")...)
	}
	seen := 0
	for _, line := range lines {
		if line != "" && strings.HasPrefix(line, fmt.Sprintf("{\"n\":%6d,\"from\":\"+7916*****67~", seen)) {
			seen++
		}
	}
	if seen != before {
		t.Errorf("%d lines are there in their order, want %d", seen, before)
	}
}

// Between listing and opening the log may move: no file is packed twice.
func TestOneFileOnce(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.log"), "one\n")
	if err := os.Link(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	all := pack(t, &support.Archive{Parts: support.Rotated("a.log", "", path)}, nil)
	if _, twice := all["a.log.1"]; twice || all["a.log"] != "one\n" {
		t.Errorf("the archive has %v, want the file once", all)
	}
}

func TestRotatedKnowsItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.log", "a.log.1", "a.log.2", "a.log.10", "a.log.x", "a.log.01", "a.log.crash", "b.log.1"} {
		write(t, filepath.Join(dir, name), name)
	}
	var got []string
	for _, p := range support.Rotated("n", "", filepath.Join(dir, "a.log")) {
		got = append(got, p.Name+"="+filepath.Base(p.Path))
	}
	if d := cmp.Diff([]string{"n=a.log", "n.1=a.log.1", "n.2=a.log.2", "n.10=a.log.10"}, got); d != "" {
		t.Errorf("Rotated() (-want +got):\n%s", d)
	}
	if got := support.Rotated("n", "", ""); got != nil {
		t.Errorf("Rotated of no log = %v", got)
	}
}

// What there is no room for, cannot be read or is not there is told of or left
// out; the newest lines are taken.
func TestBoundsAndGaps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "a.log"), strings.Repeat("79161234567 new\n", 10))
	write(t, path+".1", strings.Repeat("9161234567 old\n", 10))
	write(t, path+".2", "oldest\n")
	parts := append(support.Rotated("a.log", "журнал", path),
		support.Part{Name: "folder", Path: dir}, support.Part{Name: "absent", Path: path + ".absent"}, support.Part{Name: "t.txt", About: "текст", Text: []byte("8 916 123 45 67\r\nb")})
	all := pack(t, &support.Archive{Program: "P 1", Computer: "PC", Now: time.Now(), Parts: parts, MaxRaw: 160 + 40, Known: support.Known{Home: dir}}, nil)
	readme := all["README.txt"]
	delete(all, "README.txt")
	for name, s := range all {
		all[name] = untagged(s)
	}
	want := map[string]string{
		"a.log": strings.Repeat("+7916*****67~t new\n", 10), "a.log.1": "[...]\n" + strings.Repeat("+7916*****67~t old\n", 2),
		"t.txt": "+7916*****67~t\r\nb",
	}
	if d := cmp.Diff(want, all); d != "" {
		t.Errorf("the archive (-want +got):\n%s", d)
	}
	for _, want := range []string{
		"\ufeffЖурналы для поддержки: P 1\r\n", "  a.log: журнал\r\n", "  a.log.1: журнал. Взяты последние 40 байт, 110 в начале не поместились\r\n",
		"  НЕТ a.log.2: не поместился", "  НЕТ folder: ~ is no file", "  t.txt: текст\r\n", "Что не скрыто",
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.txt has no %q:\n%s", want, readme)
		}
	}
	if strings.Contains(readme, "absent") {
		t.Errorf("README.txt tells of a file that never was:\n%s", readme)
	}
}

// Texts of JSON are laid out, those of UTF-16 read, and endless lines cut where
// no number can be cut in two.
func TestFormsOfText(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, order := range map[string]func(u uint16) []byte{
		"le": func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }, "be": func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} },
	} {
		var raw []byte
		for _, u := range utf16.Encode([]rune("\ufeff<a n=\"79161234567\">Ю</a>")) {
			raw = append(raw, order(u)...)
		}
		write(t, filepath.Join(dir, name), string(raw))
	}
	long := write(t, filepath.Join(dir, "long"), strings.Repeat(`"79161234567",`, 60_000)+"\nshort\n"+strings.Repeat("x", 300<<10)+"\nlast")
	all := pack(t, &support.Archive{Parts: []support.Part{
		{Name: "le", Path: filepath.Join(dir, "le")}, {Name: "be", Path: filepath.Join(dir, "be")}, {Name: "long", Path: long},
		{Name: "a.json", Text: []byte(`{"code":"c","text":"t","n":79161234567,"token":"x"}`)},
		{Name: "bad.json", Text: []byte(`{"token":"x`)},
	}}, nil)
	for name, want := range map[string]string{
		"le": `<a n="+7916*****67~t">Ю</a>`, "be": `<a n="+7916*****67~t">Ю</a>`, "bad.json": `{"token":"***`,
		"a.json": "{\n  \"code\": \"c\",\n  \"text\": \"t\",\n  \"n\": \"+7916*****67~t\",\n  \"token\": \"***\"\n}",
	} {
		if got := untagged(all[name]); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	got := all["long"]
	if strings.Contains(got, "7916123") || !strings.HasSuffix(got, " [...]\nlast") || !strings.Contains(got, " [...]\nshort\n") || len(got) > 600<<10 {
		t.Errorf("the long lines became %d bytes, ending in %q", len(got), got[max(0, len(got)-80):])
	}
}

// full is a disk with no room.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a"), strings.Repeat("a line\n", 100))
	a := &support.Archive{Parts: []support.Part{{Name: "a", Path: path}}}
	if _, err := a.Write(t.Context(), &full{100}, nil); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("Write on a full disk = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Write(ctx, io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Write with a cancelled context = %v", err)
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 11, 27, 8, 5, 0, 0, time.UTC)
	name := support.FileName("mango", `ПК "7"/a`, now)
	if want := "mango-ПК--7--a-20261127-080500.zip"; name != want {
		t.Errorf("FileName() = %s, want %s", name, want)
	}
	file := write(t, filepath.Join(dir, "file"), "old")
	for _, row := range []struct {
		path    string
		folders []string
		want    string // "" = refused
	}{
		{path: dir, want: filepath.Join(dir, name)},
		{path: file, want: file},
		{path: filepath.Join(dir, "none", "a.zip")},
		{path: filepath.Join(file, "a.zip")},
		{folders: []string{filepath.Join(file, "x"), filepath.Join(dir, "new")}, want: filepath.Join(dir, "new", name)},
		{folders: []string{filepath.Join(file, "x")}},
	} {
		o, err := support.Create(row.path, name, row.folders...)
		if row.want == "" {
			if e := text.From(err); e == nil || e.Code != text.FileNotWritten || e.Detail == "" {
				t.Errorf("Create(%s, %v) = %v, want file_not_written", row.path, row.folders, err)
			}
			continue
		}
		if err != nil || o.Path != row.want {
			t.Errorf("Create(%s, %v) = %+v, %v, want %s", row.path, row.folders, o, err, row.want)
			continue
		}
		if _, err := o.WriteString("new"); err != nil {
			t.Fatal(err)
		}
		if err := o.Commit(); err != nil {
			t.Errorf("Commit() = %v", err)
		}
		if got, err := os.ReadFile(row.want); string(got) != "new" {
			t.Errorf("%s has %q, %v", row.want, got, err)
		}
	}
	o, err := support.Create(filepath.Join(dir, "dropped"), name)
	if err != nil {
		t.Fatal(err)
	}
	o.Drop()
	if left, _ := filepath.Glob(filepath.Join(dir, ".mango*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
