package extcomp

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// inUse asks to open the file for deletion, which a loaded library refuses.
func inUse(path string) bool {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return false
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := windows.CreateFile(name, windows.GENERIC_WRITE|windows.DELETE, share, nil, windows.OPEN_EXISTING, 0, 0)
	if err == nil {
		_ = windows.CloseHandle(h)
	}
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_USER_MAPPED_FILE)
}

func systemReason(err error) reason {
	code, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return unknown
	}
	switch code {
	case windows.ERROR_ACCESS_DENIED, windows.ERROR_PRIVILEGE_NOT_HELD:
		return denied
	case windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_USER_MAPPED_FILE:
		return held
	case windows.ERROR_WRITE_PROTECT:
		return readOnly
	case windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED:
		return full
	case windows.ERROR_BAD_NETPATH, windows.ERROR_BAD_NET_NAME, windows.ERROR_NETNAME_DELETED, windows.ERROR_UNEXP_NET_ERR,
		windows.ERROR_NETWORK_UNREACHABLE, windows.ERROR_HOST_UNREACHABLE, windows.ERROR_SEM_TIMEOUT, windows.ERROR_REM_NOT_LIST:
		return noNetwork
	case windows.ERROR_NOT_SUPPORTED, windows.ERROR_INVALID_FUNCTION:
		return noLocks
	case windows.ERROR_VIRUS_INFECTED, windows.ERROR_VIRUS_DELETED:
		return infected
	case windows.ERROR_ACCESS_DISABLED_BY_POLICY:
		return blocked
	case windows.ERROR_FILENAME_EXCED_RANGE:
		return tooLong
	}
	return unknown
}

// foreign: an owner says little here, for rights are in lists.
func foreign(string) string { return "" }

// unprotect is the command that allows a file to be written.
func unprotect(path string) string { return `attrib -r "` + path + `"` }
