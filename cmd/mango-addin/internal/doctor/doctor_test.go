package doctor_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-addin/internal/doctor"
	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// head is the head of a program or library: as much as tells what it is for.
func head(goos, goarch string) []byte {
	if goos == "windows" {
		raw := make([]byte, 128)
		copy(raw, "MZ")
		raw[60] = 64
		copy(raw[64:], "PE")
		binary.LittleEndian.PutUint16(raw[68:], map[string]uint16{"386": 0x14c, "amd64": 0x8664}[goarch])
		return raw
	}
	raw := make([]byte, 64)
	copy(raw, "\x7fELF\x02\x01\x01")
	if goarch == "386" {
		raw[4] = 1
	}
	binary.LittleEndian.PutUint16(raw[16:], 3) // a shared object
	binary.LittleEndian.PutUint16(raw[18:], map[string]uint16{"386": 3, "amd64": 62, "arm64": 183, "riscv": 243}[goarch])
	binary.LittleEndian.PutUint32(raw[20:], 1)
	return raw
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// wrong are severity and code of what is not well, in order.
func wrong(r *doctor.Report) (list []string) {
	for _, f := range r.Findings {
		if f.Severity != doctor.OK {
			list = append(list, string(f.Severity)+" "+f.Code)
		}
	}
	return list
}

// worded checks that errors and warnings tell what to do.
func worded(t *testing.T, name string, r *doctor.Report) {
	t.Helper()
	for _, f := range r.Findings {
		if f.Text == "" || f.Group == "" || f.Remedy == "" && (f.Severity == doctor.Error || f.Severity == doctor.Warning) {
			t.Errorf("%s: finding %+v lacks words", name, f)
		}
	}
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for path, data := range map[string][]byte{
		"opt/1cv8/x86_64/8.3.24.1467/1cv8":  head("linux", "amd64"),
		"opt/1cv8/x86_64/8.3.24.1467/1cv8c": head("linux", "amd64"),
		"opt/1cv8/i386/8.3.9.2033/1cv8c":    head("linux", "386"),
		"opt/1C/v8.3/x86_64/rphost":         head("linux", "amd64"),
		"opt/1cv8/common/1cv8":              []byte("#!/bin/sh\n"),
		"opt/1cv8/risc/8.3.1.1/1cv8":        head("linux", "riscv"),
	} {
		put(t, filepath.Join(root, path), data)
	}
	var patterns []string
	for _, p := range []string{"opt/1cv8/*/*", "opt/1cv8/*", "opt/1C/v8.3/*"} {
		for _, exe := range []string{"1cv8", "1cv8c", "rphost"} {
			patterns = append(patterns, filepath.Join(root, p, exe))
		}
	}
	if runtime.GOOS == "linux" {
		if diff := cmp.Diff(patterns, doctor.Places(root)); diff != "" {
			t.Errorf("Places(%s) (-want +got):\n%s", root, diff)
		}
	}
	var got []string
	list := doctor.Platforms(patterns)
	for _, p := range list {
		got = append(got, p.Version+" "+p.GOARCH)
	}
	if diff := cmp.Diff([]string{"8.3.24.1467 amd64", "8.3.9.2033 386", " amd64"}, got); diff != "" {
		t.Errorf("Platforms() (-want +got):\n%s", diff)
	}
	r := new(doctor.Report)
	r.Machine(list)
	if diff := cmp.Diff([]string{"warning platform_old"}, wrong(r)); diff != "" {
		t.Errorf("Machine() (-want +got):\n%s", diff)
	}
	worded(t, "Machine()", r)
	r = new(doctor.Report)
	r.Machine(nil)
	if diff := cmp.Diff([]string{"hint platform_absent"}, wrong(r)); diff != "" {
		t.Errorf("Machine(nil) (-want +got):\n%s", diff)
	}
}

// target is the library of this system for an architecture.
func target(t *testing.T, goarch string) manifest.Target {
	t.Helper()
	for _, x := range manifest.Targets() {
		if x.GOOS == runtime.GOOS && x.GOARCH == goarch {
			return x
		}
	}
	t.Fatalf("no library for %s on %s", goarch, runtime.GOOS)
	return manifest.Target{}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	wide, narrow := target(t, "amd64"), target(t, "386")
	listing := func(files ...string) []byte {
		var list []manifest.Entry
		for _, f := range files {
			list = append(list, manifest.Entry{Path: f, Type: "native"})
		}
		return manifest.Registry(list)
	}
	sound := map[string][]byte{
		wide.File: head(wide.GOOS, "amd64"), narrow.File: head(narrow.GOOS, "386"),
		"registry.xml": listing(wide.File, narrow.File),
	}
	with := func(file string, data []byte) map[string][]byte {
		files := map[string][]byte{}
		for k, v := range sound {
			files[k] = v
		}
		if files[file] = data; data == nil {
			delete(files, file)
		}
		return files
	}
	loads := func(path string, _ manifest.Target) (string, bool, error) {
		raw, err := os.ReadFile(path)
		if err == nil && len(raw)%2 == 1 {
			err = errors.New("boom")
		}
		return "1.0.0.0", true, err
	}
	both := []doctor.Platform{{Path: "/opt/1", GOARCH: "amd64"}, {Path: "/opt/2", GOARCH: "386"}}
	for name, row := range map[string]struct {
		files map[string][]byte // nil: there is no folder
		want  []string
	}{
		"all is well":         {sound, nil},
		"no folder":           {nil, []string{"error not_installed"}},
		"empty":               {map[string][]byte{"registry.xml": listing()}, []string{"error not_installed"}},
		"torn registry.xml":   {with("registry.xml", []byte("<registry><torn")), []string{"error registry"}},
		"UTF-16 registry.xml": {with("registry.xml", []byte("\xff\xfe<\x00")), []string{"error registry"}},
		"no registry.xml":     {with("registry.xml", nil), []string{"error registry_absent"}},
		"missing file":        {with(narrow.File, nil), []string{"error library_missing", "error bitness"}},
		"not listed":          {with("registry.xml", listing(wide.File)), []string{"error library_unlisted"}},
		"wrong architecture":  {with(wide.File, head(wide.GOOS, "386")), []string{"error library_fails", "error bitness"}},
		"no library":          {with(wide.File, []byte("a page of HTML")), []string{"error library_fails", "error bitness"}},
		"does not load":       {with(wide.File, append(head(wide.GOOS, "amd64"), 0)), []string{"error library_fails", "error bitness"}},
		"left aside":          {with(wide.File+".mango-old0", []byte("x")), []string{"hint library_aside"}},
	} {
		dir := filepath.Join(t.TempDir(), "Иван Петров", "ExtCompT")
		for file, data := range row.files {
			put(t, filepath.Join(dir, file), data)
		}
		f, err := extcomp.Open(dir, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		r := new(doctor.Report)
		r.Folder(f, both, loads)
		if diff := cmp.Diff(row.want, wrong(r)); diff != "" {
			t.Errorf("%s: Folder() (-want +got):\n%s", name, diff)
		}
		worded(t, name, r)
		if left, _ := filepath.Glob(filepath.Join(dir, ".mango-addin-*")); len(left) > 0 {
			t.Errorf("%s: Folder() left %v", name, left)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	r := new(doctor.Report)
	r.Machine(nil)
	r.Blind()
	var out strings.Builder
	r.Print(&out)
	for _, want := range []string{"Компьютер\n  ✓ ", "1С:Предприятие\n  · ", "    → ", "Безопасный режим", "Ошибок: 0, предупреждений: 0\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("Print() wrote %q, want %q in it", out.String(), want)
		}
	}
	if r.Count(doctor.Error) != 0 || len(r.Wrong()) != 0 {
		t.Errorf("Wrong() = %v, want none", r.Wrong())
	}
}
