//go:build !windows

package admin

import "syscall"

// unknownFamily is the system's word for a kind of socket that it has not.
const unknownFamily = syscall.EAFNOSUPPORT
