package extcomp_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
	"mangoofficesdk/sdk/filelock"
)

func TestReadBundleOfOtherMachine(t *testing.T) {
	t.Parallel()
	all := manifest.Targets()
	for name, c := range map[string]struct {
		targets      []manifest.Target
		as           map[string]string // a library under the name of another
		goos, goarch string
		says         string // "" = it will do
		lacking      []string
	}{
		"all there":               {all, nil, "windows", "amd64", "", nil},
		"32 bits under 64":        {all, map[string]string{"MangoOfficeSDK64.dll": "MangoOfficeSDK.dll"}, "windows", "amd64", "библиотека для Windows 32 бита (x86), а нужна для Windows 64 бита", nil},
		"Linux under Windows":     {all, map[string]string{"MangoOfficeSDK64.dll": "MangoOfficeSDK64.so"}, "windows", "amd64", "библиотека для Linux 64 бита", nil},
		"of another system":       {all, map[string]string{"MangoOfficeSDK64.dll": "MangoOfficeSDK.dll"}, "linux", "amd64", "", nil},
		"Windows only":            {all[:2], nil, "linux", "amd64", "нет библиотеки для этой системы, Linux 64 бита (x86_64); есть для Windows 64 бита (x86_64), Windows 32 бита (x86)", nil},
		"another processor":       {all[4:], nil, "linux", "amd64", "нет библиотеки для этой системы", nil},
		"32 bits only, Windows":   {all[:1], nil, "windows", "amd64", "", []string{"Windows 64 бита (x86_64)"}},
		"64 bits only, Windows":   {all[1:2], nil, "windows", "amd64", "", []string{"Windows 32 бита (x86)"}},
		"32 bits only, Linux":     {all[2:3], nil, "linux", "amd64", "", []string{"Linux 64 бита (x86_64)"}},
		"64 bits only, Linux":     {all[3:4], nil, "linux", "amd64", "", nil},
		"ARM has no 32 bits here": {all[2:4], nil, "linux", "arm64", "нет библиотеки для этой системы, Linux ARM64", nil},
	} {
		path := packed(t, v1, c.targets, func(file string) ([]byte, error) {
			if other, ok := c.as[file]; ok {
				file = other
			}
			return library(t, file, "1.0.0.0"), nil
		})
		b, err := extcomp.ReadBundle(path, c.goos, c.goarch)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: ReadBundle() = %v, want one that says %q", name, err, c.says)
			}
			continue
		}
		if err != nil || !slices.Equal(b.Lacking, c.lacking) {
			t.Errorf("%s: ReadBundle() = %q, %v, want %q lacking", name, b.Lacking, err, c.lacking)
		}
	}
	path := packed(t, v1, all, func(string) ([]byte, error) { return []byte("<html>"), nil })
	if _, err := extcomp.ReadBundle(path, "linux", "amd64"); err == nil || !strings.Contains(err.Error(), "не библиотека") {
		t.Errorf("ReadBundle(of pages) = %v, want one that says they are no libraries", err)
	}
}

func TestStatusOfOtherMachine(t *testing.T) {
	t.Parallel()
	f := folder(t)
	if _, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
		t.Fatal(err)
	}
	put(t, f, "MangoOfficeSDK64.dll", string(library(t, "MangoOfficeSDK.dll", "1.0.0.0")))
	s, err := f.Status("windows", loads)
	if err != nil || s.Problems != 1 {
		t.Fatalf("Status() = %d problems, %v, want one", s.Problems, err)
	}
	for _, l := range s.Libraries {
		wrong := l.File == "MangoOfficeSDK64.dll"
		if wrong != (l.LoadErr != nil) || wrong && !strings.Contains(l.LoadErr.Error(), "32 бита") {
			t.Errorf("%s: %v, want only the 32 bits under the name of 64 named", l.File, l.LoadErr)
		}
	}
}

// refused installs another build of the version that is there, and wants to read
// says and to find everything as it was.
func refused(t *testing.T, f *extcomp.Folder, loads extcomp.Loads, says string) {
	t.Helper()
	before := files(t, f)
	b := bundle(t, v2, "windows")
	for i := range b.Files { // of the same name, as a repair of another build is
		b.Files[i].Data = append(b.Files[i].Data, " build 2"...)
	}
	d, err := f.Install(b, loads)
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("Install() = %+v, %v, want an error that says %q", d, err, says)
	}
	if diff := cmp.Diff(before, files(t, f)); diff != "" {
		t.Errorf("Install() refused: the folder is not as it was (-want +got):\n%s", diff)
	}
}

func installed(t *testing.T, v manifest.Version) *extcomp.Folder {
	t.Helper()
	f := folder(t)
	put(t, f, "registry.xml", registry("Other.dll"))
	if _, err := f.Install(bundle(t, v, "windows"), loads); err != nil {
		t.Fatal(err)
	}
	return f
}

// unasked is a machine without a host for the libraries.
func unasked(string, manifest.Target) (string, bool, error) { return "", false, nil }

func TestInstallIntoQuarantine(t *testing.T) {
	t.Parallel()
	for _, v := range []manifest.Version{v1, v2} {
		// At once, under the eyes of the host that loads it.
		refused(t, installed(t, v), func(path string, target manifest.Target) (string, bool, error) {
			if target.GOARCH == "386" {
				return "", false, nil
			}
			return "", true, errors.Join(errors.New("no such file"), os.Remove(path))
		}, "из карантина")
		// A moment later, when the other one is loaded.
		refused(t, installed(t, v), func(path string, target manifest.Target) (string, bool, error) {
			if target.GOARCH == "386" {
				return "", false, os.Remove(strings.Replace(path, "SDK_", "SDK64_", 1))
			}
			return "", false, nil
		}, "из карантина")
	}
}

func TestInstallOverProtectedRegistry(t *testing.T) {
	t.Parallel()
	f := installed(t, v1)
	path := filepath.Join(f.Dir(), "registry.xml")
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	refused(t, f, unasked, "только чтение")
	if _, err := f.Uninstall(); err == nil || !strings.Contains(err.Error(), "только чтение") {
		t.Errorf("Uninstall() = %v, want a protected registry.xml named", err)
	}
	if d, err := f.Install(bundle(t, v1, "windows"), loads); err != nil {
		t.Errorf("Install() of what is there = %+v, %v, want nothing to do", d, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o222 != 0 {
		t.Errorf("registry.xml is %v, %v, want it as protected as before", info.Mode(), err)
	}
}

func TestInstallWhereAFileIs(t *testing.T) {
	t.Parallel()
	for _, below := range []string{"", "ExtCompT"} {
		path := filepath.Join(t.TempDir(), "1C")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := extcomp.Open(filepath.Join(path, below), func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Install(bundle(t, v1, "windows"), loads); err == nil || !strings.Contains(err.Error(), path+": на месте папки лежит файл") {
			t.Errorf("Install() = %v, want the file %s named", err, path)
		}
	}
	if runtime.GOOS == "windows" { // long names have other bounds there
		return
	}
	f, err := extcomp.Open(filepath.Join(t.TempDir(), strings.Repeat("я", 200)), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Install(bundle(t, v1, "windows"), loads); err == nil || !strings.Contains(err.Error(), "путь слишком длинный") {
		t.Errorf("Install() = %v, want a path that is too long", err)
	}
}

// Another installation is waited for, and named.
func TestInstallBesideAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []string
		f, err := extcomp.Open(t.TempDir(), func(text string) { told = append(told, text) })
		if err != nil {
			t.Fatal(err)
		}
		put(t, f, ".mango-addin.lock", "процесс 4711, пользователь Пётр")
		other, err := os.Open(filepath.Join(f.Dir(), ".mango-addin.lock"))
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if err := filelock.Try(other); err != nil {
			t.Fatal(err)
		}
		_, err = f.Install(bundle(t, v1, "windows"), loads)
		if err == nil || !strings.Contains(err.Error(), "процесс 4711, пользователь Пётр") {
			t.Errorf("Install() = %v, want who has the lock", err)
		}
		if len(told) != 1 || !strings.Contains(told[0], "процесс 4711") {
			t.Errorf("told %q, want once that another one is waited for", told)
		}
	})
}

// Browsers call a second folder so, and patterns read it otherwise.
func TestFindBundleInBrackets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Загрузки [1]")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for i, c := range []struct{ says, finds string }{{says: "не найден"}, {finds: "MangoOfficeSDK_0.zip"}, {says: "несколько"}} {
		got, err := extcomp.FindBundle()
		if (c.says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.says) || got != c.finds {
			t.Errorf("FindBundle() with %d bundles = %q, %v, want %q, %q", i, got, err, c.finds, c.says)
		}
		if err := os.WriteFile("MangoOfficeSDK_"+strings.Repeat("0", i+1)+".zip", nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
