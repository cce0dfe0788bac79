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
type Folder struct{ dir string }

// Open names a folder; it need not be there.
func Open(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{dir}, nil
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

// registry reads registry.xml; nil: there is none.
func (f *Folder) registry() ([]byte, error) {
	raw, err := os.ReadFile(f.path(manifest.RegistryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}

// explained puts the remedy to what registry.xml suffers from.
func explained(err error) error {
	switch {
	case errors.Is(err, manifest.ErrEncoding):
		return fmt.Errorf("кодировка %s неизвестна (ни UTF-8, ни UTF-16, ни windows-1251), такой файл менять нельзя: пересохраните его в UTF-8 или переименуйте, и 1С создаст новый (%w)", manifest.RegistryFile, err)
	case errors.Is(err, manifest.ErrRegistry):
		return fmt.Errorf("%s испорчен, такой файл менять нельзя: исправьте его или переименуйте, и 1С создаст новый (%w)", manifest.RegistryFile, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("нет прав на папку или файл, либо файл открыт в другой программе: закройте 1С:Предприятие и проверьте права на папку (%w)", err)
	}
	return err
}

// writeRegistry puts another registry.xml in place. The one that was there stays
// beside it, as it was before the first change of ours.
func (f *Folder) writeRegistry(old, updated []byte) error {
	backup := f.path(manifest.RegistryFile + ".bak")
	if _, err := os.Stat(backup); old != nil && errors.Is(err, fs.ErrNotExist) {
		if err := f.write(manifest.RegistryFile+".bak", old, 0o644); err != nil {
			return err
		}
	}
	return f.write(manifest.RegistryFile, updated, 0o644)
}

// write puts a file in place whole: under another name first, then renamed. A
// library that runs is never written into.
func (f *Folder) write(name string, data []byte, mode fs.FileMode) error {
	temp, err := os.CreateTemp(f.dir, tempName)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Chmod(mode), temp.Close()); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), f.path(name)); err == nil || runtime.GOOS != "windows" {
		return err
	}
	// Windows refuses to replace a library that is loaded, but lets it be renamed.
	if aside := f.aside(name); aside == "" || os.Rename(f.path(name), aside) != nil {
		return err
	}
	return os.Rename(temp.Name(), f.path(name))
}

// aside is a name for a library that is in the way; "" = there is none free.
func (f *Folder) aside(name string) string {
	for i := range 100 {
		path := f.path(fmt.Sprintf("%s%s%d", name, oldMark, i))
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path
		}
	}
	return ""
}

// same reports whether a file holds data already.
func (f *Folder) same(name string, data []byte) bool {
	raw, err := os.ReadFile(f.path(name))
	return err == nil && string(raw) == string(data)
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
