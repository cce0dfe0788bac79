package napihost

import "syscall"

// ownGroup keeps Ctrl-C, which a console sends to all of a group, from the
// program: a person means the call that waits. It ends with its input.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
