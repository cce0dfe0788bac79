package bolt

import "golang.org/x/sys/windows"

// noRoom lists what the system says when there is none: on the disk, within a
// quota, in the address space.
func noRoom() []error {
	return []error{
		windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED,
		windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_COMMITMENT_LIMIT,
	}
}
