//go:build unix && !linux

package office

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// lockName locks a file in the temporary folder: these systems have no names
// without files to offer. The file stays: removing it would let two processes
// lock two files of one name.
func lockName(name string) (io.Closer, error) {
	f, err := openLock(filepath.Join(os.TempDir(), name+".lock"))
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // the lock error is the one to tell
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errHeld
		}
		return nil, err
	}
	return f, nil
}

// openLock opens for reading, which flock is content with: in a shared folder
// the file may be another user's. O_NOFOLLOW: the folder may be world-writable.
func openLock(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
		if !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o644)
		if errors.Is(err, os.ErrExist) {
			continue // somebody was faster
		}
		return f, err
	}
}
