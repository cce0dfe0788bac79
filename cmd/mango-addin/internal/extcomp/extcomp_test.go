package extcomp_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
)

var v1, v2 = manifest.Version{1, 0, 0, 0}, manifest.Version{1, 1, 0, 0}

var day = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC) // of every bundle here

// library is what begins as the library of that name does, and ends with text.
func library(t *testing.T, file, text string) []byte {
	t.Helper()
	target, _, ok := manifest.Named(file)
	if !ok {
		t.Fatalf("%s is no library of ours", file)
	}
	header := make([]byte, 72)
	if target.GOOS == "windows" {
		copy(header, "MZ")
		header[60] = 64
		copy(header[64:], "PE\x00\x00")
		binary.LittleEndian.PutUint16(header[68:], map[string]uint16{"386": 0x14c, "amd64": 0x8664}[target.GOARCH])
	} else {
		copy(header, "\x7fELF")
		binary.LittleEndian.PutUint16(header[18:], map[string]uint16{"386": 3, "amd64": 62, "arm64": 183}[target.GOARCH])
	}
	return append(header, text...)
}

// packed writes a bundle of these targets, with what read gives for each.
func packed(t *testing.T, v manifest.Version, targets []manifest.Target, read func(file string) ([]byte, error)) (path string) {
	t.Helper()
	var zipped bytes.Buffer
	if err := manifest.Pack(&zipped, v, day, targets, read); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "комплект.zip")
	if err := os.WriteFile(path, zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bundle packs libraries whose bytes are a header and the version.
func bundle(t *testing.T, v manifest.Version, goos string) extcomp.Bundle {
	t.Helper()
	path := packed(t, v, manifest.Targets(), func(file string) ([]byte, error) { return library(t, file, v.String()), nil })
	b, err := extcomp.ReadBundle(path, goos, "amd64")
	if err != nil {
		t.Fatalf("ReadBundle() = %v", err)
	}
	return b
}

// loads is a host to which a library is its version.
func loads(path string, _ manifest.Target) (string, bool, error) {
	raw, err := os.ReadFile(path)
	version := string(raw[min(len(raw), 72):])
	if version == "broken" {
		err = errors.New("wrong architecture")
	}
	return version, true, err
}

// folder is an ExtCompT with a name as people have them.
func folder(t *testing.T) *extcomp.Folder {
	t.Helper()
	f, err := extcomp.Open(filepath.Join(t.TempDir(), "Иван Петров", "1C", "ExtCompT"), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func put(t *testing.T, f *extcomp.Folder, name, data string) {
	t.Helper()
	if err := os.MkdirAll(f.Dir(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.Dir(), name), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files is what the folder holds.
func files(t *testing.T, f *extcomp.Folder) map[string]string {
	t.Helper()
	m := map[string]string{}
	entries, err := os.ReadDir(f.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(f.Dir(), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != ".mango-addin.lock" {
			if _, _, ok := manifest.Named(e.Name()); ok && len(raw) >= 72 {
				raw = raw[72:] // without the header
			}
			m[e.Name()] = string(raw)
		}
	}
	return m
}

func registry(paths ...string) string {
	var entries []manifest.Entry
	for _, p := range paths {
		entries = append(entries, manifest.Entry{Path: p, Type: "native"})
	}
	return string(manifest.Registry(entries))
}

func TestInstall(t *testing.T) {
	t.Parallel()
	f := folder(t)
	put(t, f, "Other.dll", "other")
	put(t, f, "registry.xml", registry("Other.dll"))
	d, err := f.Install(bundle(t, v1, "windows"), loads)
	if err != nil {
		t.Fatalf("Install() = %v", err)
	}
	want := map[string]string{
		"Other.dll": "other", "registry.xml.bak": registry("Other.dll"),
		"MangoOfficeSDK.dll": "1.0.0.0", "MangoOfficeSDK64.dll": "1.0.0.0",
		"MangoOfficeSDK_1_0_0_0.dll": "1.0.0.0", "MangoOfficeSDK64_1_0_0_0.dll": "1.0.0.0",
		"registry.xml": registry("Other.dll", "MangoOfficeSDK64_1_0_0_0.dll", "MangoOfficeSDK64.dll", "MangoOfficeSDK_1_0_0_0.dll", "MangoOfficeSDK.dll"),
	}
	if diff := cmp.Diff(want, files(t, f)); diff != "" {
		t.Errorf("Install() (-want +got):\n%s", diff)
	}
	if len(d.Written) != 4 || len(d.Verified) != 2 || !d.Registry {
		t.Errorf("Install() = %+v, want 4 written, 2 verified", d)
	}
	if d, err = f.Install(bundle(t, v1, "windows"), loads); err != nil || len(d.Written) != 0 || d.Registry {
		t.Errorf("Install() again = %+v, %v, want nothing done", d, err)
	}
	if diff := cmp.Diff(want, files(t, f)); diff != "" {
		t.Errorf("Install() again (-want +got):\n%s", diff)
	}
}

// A newer version takes the place of the old one, and an older one too: what
// the administrator installs is what counts.
func TestInstallOtherVersion(t *testing.T) {
	t.Parallel()
	for _, order := range [][2]manifest.Version{{v1, v2}, {v2, v1}} {
		f := folder(t)
		for _, v := range order {
			if _, err := f.Install(bundle(t, v, "windows"), loads); err != nil {
				t.Fatalf("Install(%s) = %v", v, err)
			}
		}
		v := order[1]
		for _, target := range manifest.Targets()[:2] {
			for _, name := range []string{target.File, target.Versioned(v)} {
				if got := files(t, f)[name]; got != v.String() {
					t.Errorf("%v: %s is of %q, want %s", order, name, got, v)
				}
			}
			if got, ok := files(t, f)[target.Versioned(order[0])]; ok {
				t.Errorf("%v: %s stays, %q", order, target.Versioned(order[0]), got)
			}
		}
		if raw := files(t, f)["registry.xml"]; strings.Contains(raw, strings.ReplaceAll(order[0].String(), ".", "_")) {
			t.Errorf("%v: registry.xml lists what is gone:\n%s", order, raw)
		}
	}
}

// Under Linux only the versioned names are listed, and what a folder copied
// from Windows has is let alone but taken off the list.
func TestInstallOnLinux(t *testing.T) {
	t.Parallel()
	f := folder(t)
	if _, err := f.Install(bundle(t, v1, "linux"), loads); err != nil {
		t.Fatalf("Install() = %v", err)
	}
	want := registry("MangoOfficeSDK64_1_0_0_0.so", "MangoOfficeSDK_1_0_0_0.so", "MangoOfficeSDKarm64_1_0_0_0.so")
	if got := files(t, f)["registry.xml"]; got != want {
		t.Errorf("registry.xml = %s, want %s", got, want)
	}
}

func TestInstallRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		registry string
		says     string
	}{
		"KOI8-R":    {`<?xml version="1.0" encoding="koi8-r"?><registry/>`, "UTF-8"},
		"torn":      {`<registry><component`, "испорчен"},
		"of others": {`<bundle/>`, "испорчен"},
	} {
		f := folder(t)
		put(t, f, "registry.xml", row.registry)
		_, err := f.Install(bundle(t, v1, "windows"), loads)
		if err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: Install() = %v, want one that says %q", name, err, row.says)
		}
		if diff := cmp.Diff(map[string]string{"registry.xml": row.registry}, files(t, f)); diff != "" {
			t.Errorf("%s: something was changed (-want +got):\n%s", name, diff)
		}
		if _, err := f.Uninstall(); err == nil || files(t, f)["registry.xml"] != row.registry {
			t.Errorf("%s: Uninstall() = %v, want an error and the file as it was", name, err)
		}
	}
}

// A library that does not load is never listed, and what was there goes on.
func TestInstallOfWhatDoesNotLoad(t *testing.T) {
	t.Parallel()
	f := folder(t)
	if _, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
		t.Fatal(err)
	}
	before := files(t, f)
	bad := bundle(t, v2, "windows")
	bad.Files[1].Data = library(t, bad.Files[1].Name, "broken")
	if _, err := f.Install(bad, loads); err == nil || !strings.Contains(err.Error(), "не загружается") {
		t.Errorf("Install() = %v, want one that says it does not load", err)
	}
	if diff := cmp.Diff(before, files(t, f)); diff != "" {
		t.Errorf("the old version is not as it was (-want +got):\n%s", diff)
	}
	lies := bundle(t, v2, "windows")
	lies.Files[0].Data = library(t, lies.Files[0].Name, "9.9.9.9")
	if _, err := f.Install(lies, loads); err == nil || !strings.Contains(err.Error(), "9.9.9.9") {
		t.Errorf("Install() of a library of another version = %v", err)
	}
}

func TestUninstall(t *testing.T) {
	t.Parallel()
	f := folder(t)
	if d, err := f.Uninstall(); err != nil || len(d.Removed) != 0 {
		t.Errorf("Uninstall() of nothing = %+v, %v", d, err)
	}
	put(t, f, "Other.dll", "other")
	put(t, f, "registry.xml", registry("Other.dll"))
	if _, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
		t.Fatal(err)
	}
	put(t, f, "MangoOfficeSDK64.dll.mango-old0", "aside")
	put(t, f, ".mango-addin-123.tmp", "broken off")
	d, err := f.Uninstall()
	want := map[string]string{"Other.dll": "other", "registry.xml": registry("Other.dll"), "registry.xml.bak": registry("Other.dll")}
	if diff := cmp.Diff(want, files(t, f)); err != nil || diff != "" || len(d.Removed) != 5 {
		t.Errorf("Uninstall() = %+v, %v (-want +got):\n%s", d, err, diff)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	f := folder(t)
	s, err := f.Status("windows", loads)
	if err != nil || s.There || s.Problems == 0 {
		t.Errorf("Status() of no folder = %+v, %v", s, err)
	}
	if _, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
		t.Fatal(err)
	}
	if s, err = f.Status("windows", loads); err != nil || s.Problems != 0 || len(s.Libraries) != 4 || s.Libraries[0].Loaded != "1.0.0.0" {
		t.Errorf("Status() = %+v, %v, want four libraries without a problem", s, err)
	}
	for name, row := range map[string]struct {
		change func(t *testing.T, f *extcomp.Folder)
		found  func(extcomp.State) bool
	}{
		"a file is gone": {func(t *testing.T, f *extcomp.Folder) {
			if err := os.Remove(filepath.Join(f.Dir(), "MangoOfficeSDK64.dll")); err != nil {
				t.Error(err)
			}
		}, func(s extcomp.State) bool { return slices.Equal(s.Missing, []string{"mangoofficesdk64.dll"}) }},
		"a file does not load": {func(t *testing.T, f *extcomp.Folder) {
			put(t, f, "MangoOfficeSDK64.dll", string(library(t, "MangoOfficeSDK64.dll", "broken")))
		},
			func(s extcomp.State) bool {
				return slices.ContainsFunc(s.Libraries, func(l extcomp.LibraryState) bool { return l.LoadErr != nil })
			}},
		"nothing is listed": {func(t *testing.T, f *extcomp.Folder) { put(t, f, "registry.xml", registry("Other.dll")) },
			func(s extcomp.State) bool { return len(s.Unlisted) == 4 }},
		"no registry": {func(t *testing.T, f *extcomp.Folder) {
			if err := os.Remove(filepath.Join(f.Dir(), "registry.xml")); err != nil {
				t.Error(err)
			}
		}, func(s extcomp.State) bool { return s.Registry != "" }},
		"a torn registry": {func(t *testing.T, f *extcomp.Folder) { put(t, f, "registry.xml", "<registry>") },
			func(s extcomp.State) bool { return strings.Contains(s.Registry, "испорчен") }},
	} {
		f := folder(t)
		if _, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
			t.Fatal(err)
		}
		row.change(t, f)
		if s, err := f.Status("windows", loads); err != nil || s.Problems == 0 || !row.found(s) {
			t.Errorf("%s: Status() = %+v, %v", name, s, err)
		}
	}
}

// Two administrators, or a policy and a user, at the same time.
func TestInstallAtOnce(t *testing.T) {
	t.Parallel()
	f := folder(t)
	b1, b2 := bundle(t, v1, "windows"), bundle(t, v2, "windows")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			b := b1
			if i%2 == 1 {
				b = b2
			}
			if _, err := f.Install(b, loads); err != nil {
				t.Errorf("Install() = %v", err)
			}
		})
	}
	wg.Wait()
	s, err := f.Status("windows", loads)
	if err != nil || s.Problems != 0 || len(s.Libraries) != 4 {
		t.Errorf("Status() = %+v, %v, want one version without a problem", s, err)
	}
}

func TestReadBundle(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.zip")
	if _, err := extcomp.ReadBundle(path, "linux", "amd64"); err == nil || !strings.Contains(err.Error(), "нет") {
		t.Errorf("ReadBundle(nothing) = %v", err)
	}
	if err := os.WriteFile(path, []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := extcomp.ReadBundle(path, "linux", "amd64"); err == nil || !strings.Contains(err.Error(), "испорчен") {
		t.Errorf("ReadBundle(a page) = %v", err)
	}
	if b := bundle(t, v1, "linux"); len(b.Files) != 3 || b.Version != v1 {
		t.Errorf("ReadBundle() = %d files of %s, want 3 of %s", len(b.Files), b.Version, v1)
	}
}
