//go:build unix

package telephony

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"mangoofficesdk/sdk/text"
)

// launch leaves the player to itself: a shell starts it and ends at once, so
// that nothing of it stays a child of 1C.
const launch = `command -v xdg-open >/dev/null || exit 127; xdg-open "$0" </dev/null >/dev/null 2>&1 &`

// openPlayer has the desktop open a file with the program that the user has for
// it. Go starts a process by vfork and exec: the host's memory is not copied,
// its fork handlers do not run, and no Go code runs in the child.
func openPlayer(path string) error {
	failed := func(err error) error { return text.New(text.PlayerUnavailable).WithDetail(path).Wrap(err) }
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return failed(err)
	}
	defer null.Close()
	shell, err := os.StartProcess("/bin/sh", []string{"sh", "-c", launch, path}, &os.ProcAttr{
		Files: []*os.File{null, null, null}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return failed(err)
	}
	state, err := shell.Wait()
	switch {
	case errors.Is(err, syscall.ECHILD): // the host has waited for it
		return nil
	case err != nil:
		return failed(err)
	case !state.Success():
		return failed(fmt.Errorf("xdg-open: %s", state))
	}
	return nil
}
