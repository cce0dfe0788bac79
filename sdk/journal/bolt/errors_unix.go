//go:build unix

package bolt

import "syscall"

// noRoom lists what the system says when there is none: on the disk, within a
// quota or a limit, in the address space.
func noRoom() []error {
	return []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.ENOMEM}
}
