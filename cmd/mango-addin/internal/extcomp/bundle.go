package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mangoofficesdk/manifest"
)

// Bundle is what is to be installed: the libraries of this system.
type Bundle struct {
	Version manifest.Version
	Files   []Packed
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
		found, _ := filepath.Glob(filepath.Join(dir, manifest.Name+"_*.zip"))
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

// ReadBundle reads a bundle and picks the libraries of a system ("windows",
// "linux").
func ReadBundle(path, goos string) (Bundle, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, fmt.Errorf("комплекта нет: %w", err)
	}
	if err != nil {
		return Bundle{}, err
	}
	_, files, err := manifest.Unpack(raw)
	if err != nil {
		return Bundle{}, fmt.Errorf("%s — не комплект компоненты или испорчен, скачайте его заново: %w", path, err)
	}
	var b Bundle
	for _, f := range files {
		t, v, ok := manifest.Named(f.Name)
		if !ok || v == nil || t.GOOS != goos {
			continue
		}
		if len(b.Files) > 0 && b.Version != *v {
			return Bundle{}, fmt.Errorf("%s: библиотеки разных версий, %s и %s", path, b.Version, *v)
		}
		b.Version = *v
		b.Files = append(b.Files, Packed{t, f.Name, f.Data})
	}
	if len(b.Files) == 0 {
		return Bundle{}, fmt.Errorf("%s: нет библиотек для этой системы (%s)", path, goos)
	}
	return b, nil
}
