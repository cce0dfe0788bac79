package console

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes asks the console window to carry out escape sequences; one of
// before Windows 10 cannot.
func enableEscapes(out *os.File) bool {
	h := windows.Handle(out.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
