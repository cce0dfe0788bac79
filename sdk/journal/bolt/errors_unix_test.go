//go:build unix

package bolt_test

import "syscall"

const noSpace = syscall.ENOSPC
