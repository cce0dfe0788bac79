package telephony

import (
	"runtime"

	"golang.org/x/sys/windows"

	"mangoofficesdk/sdk/text"
)

// openPlayer has the shell open a file with the program that the user has for
// it. The shell wants COM on the thread that asks, hence one of our own.
func openPlayer(path string) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|windows.COINIT_DISABLE_OLE1DDE) == nil {
		defer windows.CoUninitialize()
	}
	verb, _ := windows.UTF16PtrFromString("open") // has no zero inside
	file, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL)
	}
	if err != nil {
		return text.New(text.PlayerUnavailable).WithDetail(path).Wrap(err)
	}
	return nil
}
