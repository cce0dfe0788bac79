package office

import (
	"errors"

	"golang.org/x/sys/windows"
)

// addrInUse tells the one reason of a failed bind that has a code of its own.
// Access is denied when the present holder bound the port exclusively.
func addrInUse(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}
