package office

import (
	"errors"
	"io"

	"golang.org/x/sys/windows"
)

// lockName makes a mutex that nobody waits for: its name is what counts. In
// Global\ all sessions of a terminal server see it.
func lockName(name string) (io.Closer, error) {
	wide, err := windows.UTF16PtrFromString(`Global\` + name)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateMutex(nil, false, wide)
	switch {
	case err == nil:
		return unlock(func() error { return windows.CloseHandle(h) }), nil
	case errors.Is(err, windows.ERROR_ALREADY_EXISTS):
		_ = windows.CloseHandle(h) // opened beside the holder's
		return nil, errHeld
	case errors.Is(err, windows.ERROR_ACCESS_DENIED): // another user's
		return nil, errHeld
	}
	return nil, err
}
