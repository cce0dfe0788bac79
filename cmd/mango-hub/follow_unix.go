//go:build unix

package main

import (
	"os"
	"syscall"
)

// follow gives a file that root has written to whoever owns the folder: the
// service is another user, and could not read it.
func follow(file, folder string) error {
	info, err := os.Stat(folder)
	if err != nil || os.Geteuid() != 0 {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		return os.Lchown(file, int(owner.Uid), int(owner.Gid))
	}
	return nil
}
