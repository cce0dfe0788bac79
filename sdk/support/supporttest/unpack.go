// Package supporttest helps tests look into archives of sdk/support.
package supporttest

import (
	"archive/zip"
	"io"
	"testing"
)

// Unpack reads an archive: the contents of its files by their names.
func Unpack(t testing.TB, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer z.Close()
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatalf("%s in %s: %v", f.Name, path, err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s in %s: %v", f.Name, path, err)
		}
		all[f.Name] = string(raw)
	}
	return all
}
