//go:build unix

package office

import (
	"errors"
	"syscall"
)

// addrInUse tells the one reason of a failed bind that has a code of its own.
func addrInUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
