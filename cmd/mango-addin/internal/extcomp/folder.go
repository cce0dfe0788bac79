// Package extcomp looks after the component in the folder of external
// components of a 1C user: puts it there, tells what is there, takes it away.
// It needs no rights but the user's own.
package extcomp

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"mangoofficesdk/manifest"
)

// DefaultDir is where 1C:Enterprise of this user looks for components.
func DefaultDir() (string, error) {
	if runtime.GOOS == "windows" {
		base := os.Getenv("APPDATA")
		if base == "" {
			return "", errors.New("переменная APPDATA не задана: укажите папку ключом -dir")
		}
		return filepath.Join(base, "1C", "1cv8", "ExtCompT"), nil
	}
	if who := os.Getenv("SUDO_USER"); who != "" && os.Getuid() == 0 {
		return "", fmt.Errorf("программа запущена через sudo: компонента легла бы в профиль администратора, и 1С пользователя %s её не нашла бы. Запустите без sudo или укажите папку ключом -dir", who)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".1cv8", "1C", "1cv8", "ExtCompT"), nil
}

// Names of what lies there for a moment.
const (
	lockName = ".mango-addin.lock"
	tempName = ".mango-addin-*.tmp"
	oldMark  = ".mango-old" // a library that was in use when another took its name
)

// Library is a file of ours in the folder.
type Library struct {
	File    string
	Target  manifest.Target
	Version *manifest.Version // nil: under its constant name
	Old     bool              // moved aside: nobody looks for it any more
}

// Folder is an ExtCompT folder.
type Folder struct {
	dir string
	say func(string)
}

// Open names a folder; it need not be there. say is told in words what takes
// long, and what to heed.
func Open(dir string, say func(string)) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{dir, say}, nil
}

// Dir is its path.
func (f *Folder) Dir() string { return f.dir }

func (f *Folder) path(file string) string { return filepath.Join(f.dir, file) }

// Libraries are the files of ours, those left aside included.
func (f *Folder) Libraries() ([]Library, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var list []Library
	for _, e := range entries {
		name, _, old := strings.Cut(e.Name(), oldMark)
		if t, v, ok := manifest.Named(name); ok && !e.IsDir() {
			list = append(list, Library{File: e.Name(), Target: t, Version: v, Old: old})
		}
	}
	return list, nil
}

// Newest is the path of the library for a machine, of the newest version that is
// there; "" = there is none.
func (f *Folder) Newest(goos, goarch string) string {
	list, err := f.Libraries()
	if err != nil {
		return ""
	}
	sortLibraries(list)
	for _, l := range list {
		if !l.Old && l.Target.GOOS == goos && l.Target.GOARCH == goarch {
			return f.path(l.File)
		}
	}
	return ""
}

// registry reads registry.xml; nil: there is none.
func (f *Folder) registry() ([]byte, error) {
	raw, err := f.read(manifest.RegistryFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}

// sortLibraries orders by name, the newest version first.
func sortLibraries(list []Library) {
	slices.SortFunc(list, func(a, b Library) int {
		return cmp.Or(cmp.Compare(a.Target.File, b.Target.File), compareVersions(b.Version, a.Version), cmp.Compare(a.File, b.File))
	})
}

func compareVersions(a, b *manifest.Version) int {
	if a == nil || b == nil {
		return cmp.Compare(boolInt(a != nil), boolInt(b != nil))
	}
	return slices.Compare(a[:], b[:])
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
