//go:build unix

package bolt

import (
	"fmt"
	"os"
)

// privateFolder makes the folder for its owner alone. One that others may
// enter is refused, not changed: it may not be ours alone.
func privateFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return fmt.Errorf("folder %s is open to others (%#o): it holds phone calls, make it 0700", dir, info.Mode().Perm())
	}
	return nil
}

// syncFolder makes the names in a folder durable: syncing a file does not.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
