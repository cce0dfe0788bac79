//go:build unix

package bolt

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock or returns errHeld at once. A lock of flock belongs
// to the open file: two stores of one process exclude each other too.
func lockFile(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errHeld
		default:
			return err
		}
	}
}

// unlockFile gives back a lock that closing the file would not, while the file
// is mapped or a child of this process is between fork and exec.
func unlockFile(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
