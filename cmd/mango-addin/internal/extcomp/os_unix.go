//go:build unix

package extcomp

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

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

// inUse reports whether a process of this user has the file mapped. Where there
// is no /proc nobody is known to: removing a mapped file does no harm here.
func inUse(path string) bool {
	maps, _ := filepath.Glob("/proc/[0-9]*/maps")
	for _, m := range maps {
		raw, err := os.ReadFile(m)
		if err == nil && strings.Contains(string(raw), " "+path+"\n") {
			return true
		}
	}
	return false
}
