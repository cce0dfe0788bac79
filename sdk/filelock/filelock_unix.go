//go:build unix

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// Try takes the lock or returns ErrHeld at once. A lock of flock belongs
// to the open file: two of one process exclude each other too.
func Try(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrHeld
		default:
			return err
		}
	}
}

// Release gives back a lock that closing the file would not, while the file
// is mapped or a child of this process is between fork and exec.
func Release(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
