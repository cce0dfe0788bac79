//go:build !windows

package support

import "os"

// openShared opens a file for reading; others may rename it.
func openShared(path string) (*os.File, error) { return os.Open(path) }
