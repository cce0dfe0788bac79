package bolt

import (
	"errors"
	"os"
	"syscall"
)

// syncData returns when what was written is on the disk. Times of the file are
// not waited for; a new size is.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
