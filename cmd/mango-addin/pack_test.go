package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/manifest"
)

// runIn runs the program with its output in files and returns what it wrote.
func runIn(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	code = run(t.Context(), args, streams{os.Stdin, f, f})
	raw, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(raw)
}

func fakeDist(t *testing.T) string {
	t.Helper()
	dist := t.TempDir()
	for _, target := range manifest.Targets() {
		if err := os.WriteFile(filepath.Join(dist, target.File), []byte("bytes of "+target.File), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dist
}

func TestPack(t *testing.T) {
	t.Parallel()
	dist, out := fakeDist(t), t.TempDir()
	registry := filepath.Join(t.TempDir(), "registry.xml")
	other := `<registry xmlns="http://v8.1c.ru/8.2/addin/registry"><component path="Other.dll" type="native"/></registry>`
	if err := os.WriteFile(registry, []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"pack", "-dist", dist, "-out", out, "-version", "1.2.3.4", "-registry", registry,
		"-notices", filepath.Join("..", "..", "LICENSE") + "," + filepath.Join("..", "..", "THIRD_PARTY_NOTICES.md")}
	if code, said := runIn(t, args...); code != 0 || !strings.Contains(said, "MangoOfficeSDK_1_2_3_4.zip") {
		t.Fatalf("pack = %d, %s", code, said)
	}
	raw, err := os.ReadFile(filepath.Join(out, "MangoOfficeSDK_1_2_3_4.zip"))
	if err != nil {
		t.Fatal(err)
	}
	_, files, err := manifest.Unpack(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == "MangoOfficeSDK64_1_2_3_4.dll" && string(f.Data) != "bytes of MangoOfficeSDK64.dll" {
			t.Errorf("%s holds %q", f.Name, f.Data)
		}
	}
	loose, err := os.ReadFile(filepath.Join(out, "loose", manifest.RegistryFile))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := manifest.ParseRegistry(loose)
	if err != nil || len(entries) != 3 || entries[0].Path != "Other.dll" {
		t.Errorf("loose registry.xml: %v, %v", entries, err)
	}
	for _, notice := range []string{"LICENSE", "THIRD_PARTY_NOTICES.md"} {
		for _, folder := range []string{out, filepath.Join(out, "loose")} {
			if info, err := os.Stat(filepath.Join(folder, notice)); err != nil || info.Size() == 0 {
				t.Errorf("%s in %s: %v", notice, folder, err)
			}
		}
	}
	for _, target := range manifest.Targets() {
		if _, err := os.Stat(filepath.Join(out, "loose", target.File)); err != nil {
			t.Error(err)
		}
	}
	if code, _ := runIn(t, args...); code != 0 {
		t.Fatalf("pack again = %d", code)
	}
	again, err := os.ReadFile(filepath.Join(out, "MangoOfficeSDK_1_2_3_4.zip"))
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("a second packing differs: %v", err)
	}
}

func TestPackFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no command":    {nil, 2, "Вызов"},
		"unknown":       {[]string{"sing"}, 2, "Вызов"},
		"help":          {[]string{"pack", "-h"}, 0, "-dist"},
		"help of all":   {[]string{"-h"}, 0, "Код завершения"},
		"exit codes":    {[]string{"install", "-h"}, 0, "Код завершения"},
		"bad flag":      {[]string{"pack", "-x"}, 2, "-x"},
		"extra":         {[]string{"pack", "y"}, 2, "y"},
		"bad version":   {[]string{"pack", "-version", "1.2"}, 1, "four numbers"},
		"no libraries":  {[]string{"pack", "-version", "1.2.3.4", "-dist", t.TempDir(), "-out", t.TempDir()}, 1, "make build"},
		"no VERSION":    {[]string{"pack", "-version-file", "/nonexistent"}, 1, "nonexistent"},
		"host, bad set": {[]string{"host", "-set", "x"}, 2, "NAME=VALUE"},
	} {
		if code, said := runIn(t, c.args...); code != c.code || !strings.Contains(said, c.want) {
			t.Errorf("%s: %v = %d, %q; want %d and %q", name, c.args, code, said, c.code, c.want)
		}
	}
}

// The date of a bundle is that of its version, never that of packing.
func TestPackDate(t *testing.T) {
	t.Parallel()
	dist := fakeDist(t)
	date := func(args ...string) (time.Time, string) {
		out := t.TempDir()
		code, said := runIn(t, append([]string{"pack", "-dist", dist, "-out", out, "-version", "1.2.3.4", "-notices", ""}, args...)...)
		if code != 0 {
			t.Fatalf("pack %q = %d, %s", args, code, said)
		}
		z, err := zip.OpenReader(filepath.Join(out, "MangoOfficeSDK_1_2_3_4.zip"))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		return z.File[0].Modified, said
	}
	if got, said := date("-date", "1795766400"); !got.Equal(time.Unix(1795766400, 0)) || strings.Contains(said, "no -date") {
		t.Errorf("pack -date 1795766400: files of %v, said %q", got, said)
	}
	if got, said := date("-date", ""); !got.Equal(manifest.NoDate) || !strings.Contains(said, "no -date") {
		t.Errorf("pack without a date: files of %v, said %q; want %v and a warning", got, said, manifest.NoDate)
	}
	if code, said := runIn(t, "pack", "-dist", dist, "-out", t.TempDir(), "-version", "1.2.3.4", "-date", "today"); code != 1 || !strings.Contains(said, "seconds since 1970") {
		t.Errorf("pack -date today = %d, %s; want 1 and what is wanted", code, said)
	}
}
