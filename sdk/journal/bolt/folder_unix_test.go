//go:build unix

package bolt_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

func TestFolderIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "store")
	filled(t, dir, 4)
	err := filepath.WalkDir(filepath.Dir(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, want it for its owner alone", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bolt.Open(bolt.Options{Dir: dir}); !errors.Is(err, text.New(text.StoreFailed)) || !strings.Contains(err.Error(), "0750") {
		t.Errorf("Open() of a folder with mode 0750 = %v, want store_failed with the mode", err)
	}
}
