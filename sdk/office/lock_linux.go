package office

import (
	"errors"
	"io"
	"syscall"
)

// lockName binds an abstract socket (unix(7)): a name without a file, one for
// all users, which lives as long as the descriptor. Nobody listens on it.
func lockName(name string) (io.Closer, error) {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: "@" + name}); err != nil {
		_ = syscall.Close(fd) // the reason is the one to tell
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, errHeld
		}
		return nil, err
	}
	return unlock(func() error { return syscall.Close(fd) }), nil
}
