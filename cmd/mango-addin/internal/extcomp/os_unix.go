//go:build unix

package extcomp

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// inUse reports whether a process of this user has the file mapped. Where there
// is no /proc nobody is known to: removing a mapped file does no harm here.
func inUse(path string) bool {
	maps, _ := filepath.Glob("/proc/[0-9]*/maps")
	for _, m := range maps {
		raw, err := os.ReadFile(m)
		if err == nil && strings.Contains(string(raw), " "+path+"\n") {
			return true
		}
	}
	return false
}

func systemReason(err error) reason {
	code, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return unknown
	}
	switch code {
	case syscall.EACCES, syscall.EPERM:
		return denied
	case syscall.EBUSY, syscall.ETXTBSY: // a share of Windows says so, too
		return held
	case syscall.EROFS:
		return readOnly
	case syscall.ENOSPC, syscall.EDQUOT:
		return full
	case syscall.ESTALE, syscall.EHOSTDOWN, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENOTCONN, syscall.ETIMEDOUT:
		return noNetwork
	case syscall.ENOLCK, syscall.EOPNOTSUPP, syscall.ENOSYS:
		return noLocks
	case syscall.ENAMETOOLONG:
		return tooLong
	}
	return unknown
}

// foreign says to whom the nearest thing on the path belongs that is there, if
// that is another user: an installation under sudo leaves such folders.
func foreign(path string) string {
	for ; path != "." && path != "/"; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok || int(stat.Uid) == os.Getuid() {
			return ""
		}
		owner := strconv.Itoa(int(stat.Uid))
		if u, err := user.LookupId(owner); err == nil {
			owner = u.Username
		}
		return fmt.Sprintf("; %s принадлежит пользователю %s", path, owner)
	}
	return ""
}

// unprotect is the command that allows a file to be written.
func unprotect(path string) string { return "chmod u+w '" + path + "'" }
