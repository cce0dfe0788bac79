package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mangoofficesdk/manifest"
)

// Bundle is what is to be installed: the libraries of this system.
type Bundle struct {
	Version manifest.Version
	Files   []Packed
	Lacking []string // machines of this system that it has no library for
}

// Packed is one library of a bundle.
type Packed struct {
	Target manifest.Target
	Name   string // versioned
	Data   []byte
}

// FindBundle looks for a bundle beside the program, and where `make bundle`
// puts it.
func FindBundle() (string, error) {
	var places []string
	if exe, err := os.Executable(); err == nil {
		dir := filepath.Dir(exe)
		places = append(places, dir, filepath.Join(dir, "bundle"))
	}
	places = append(places, ".", filepath.Join("dist", "bundle"))
	for _, dir := range places {
		found := bundlesIn(dir)
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("в папке %s несколько комплектов, укажите один ключом -bundle: %s", dir, strings.Join(found, ", "))
		}
	}
	return "", fmt.Errorf("комплект %s_….zip не найден рядом с программой: укажите его ключом -bundle", manifest.Name)
}

// bundlesIn lists the bundles of a folder. Its name may hold what filepath.Glob
// takes for a pattern.
func bundlesIn(dir string) (found []string) {
	entries, _ := os.ReadDir(dir) // where nothing can be read there is none
	for _, e := range entries {
		if ok, _ := filepath.Match(manifest.Name+"_*.zip", e.Name()); ok {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	return found
}

// ReadBundle reads a bundle and picks the libraries for a system ("windows",
// "linux"); some of them have to run on its architecture.
func ReadBundle(path, goos, goarch string) (Bundle, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, fmt.Errorf("комплекта нет: %w", err)
	}
	if err != nil {
		return Bundle{}, explained(err)
	}
	_, files, err := manifest.Unpack(raw)
	if err != nil {
		return Bundle{}, fmt.Errorf("%s — не комплект компоненты или испорчен, скачайте его заново: %w", path, err)
	}
	var b Bundle
	var has []string
	useful := false
	for _, f := range files {
		t, v, ok := manifest.Named(f.Name)
		if !ok || v == nil {
			continue
		}
		has = append(has, MachineName(t.GOOS, t.GOARCH))
		if t.GOOS != goos {
			continue
		}
		if len(b.Files) > 0 && b.Version != *v {
			return Bundle{}, fmt.Errorf("%s: библиотеки разных версий, %s и %s: скачайте комплект заново", path, b.Version, *v)
		}
		if err := fits(f.Data, t); err != nil {
			return Bundle{}, fmt.Errorf("%s, файл %s: %w. Комплект собран неверно, скачайте его заново", path, f.Name, err)
		}
		useful = useful || runs(t.GOARCH, goarch)
		b.Version = *v
		b.Files = append(b.Files, Packed{t, f.Name, f.Data})
	}
	if !useful {
		return Bundle{}, fmt.Errorf("%s: нет библиотеки для этой системы, %s; есть для %s. Возьмите полный комплект", path, MachineName(goos, goarch), strings.Join(has, ", "))
	}
	b.Lacking = lacking(b, goos, goarch)
	return b, nil
}

// lacking names the machines that 1C of this system may be built for, and the
// bundle has nothing for: on Windows it is of 32 bits or of 64, whatever this
// program is.
func lacking(b Bundle, goos, goarch string) (names []string) {
	for _, t := range manifest.Targets() {
		wanted := t.GOOS == goos && (t.GOARCH == goarch || goos == "windows")
		if wanted && !slices.ContainsFunc(b.Files, func(p Packed) bool { return p.Target == t }) {
			names = append(names, MachineName(t.GOOS, t.GOARCH))
		}
	}
	return names
}
