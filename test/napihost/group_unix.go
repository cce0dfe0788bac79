//go:build unix

package napihost

import "syscall"

// ownGroup keeps Ctrl-C, which a terminal sends to all of a group, from the
// program: a person means the call that waits. It ends with its input.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
