package logfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"
)

// maxCrash bounds a file of crash reports that cannot be moved away, in bytes.
// One report, all goroutines with their stacks, has some ten or a hundred KB.
const maxCrash = 1 << 20

// CrashOutput makes the Go runtime write its last words into a file, when it
// dies of what no recover stops: concurrent map writes, a stack that grew too
// big, a corrupted heap. Without it they go to standard error alone, which a
// program with windows does not have, and the host vanishes without a trace.
// "" ends that. The stacks are written, of a fatal error not the line that
// names it (measured, Go 1.26): its function tells.
//
// There is one such file per process (per copy of the runtime): the last call
// counts. The file is made empty; one that holds a report becomes path.1, and
// found is true. Several processes may share it.
func CrashOutput(path string) (found bool, err error) {
	if path == "" {
		return false, debug.SetCrashOutput(nil, debug.CrashOptions{})
	}
	if err := os.MkdirAll(filepath.Dir(path), dirPerm); err != nil {
		return false, fmt.Errorf("logfile: %w", err)
	}
	if found, err = putAway(path); err != nil {
		return found, fmt.Errorf("logfile: %w", err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, filePerm)
	if err != nil {
		return found, fmt.Errorf("logfile: %w", err)
	}
	err = debug.SetCrashOutput(file, debug.CrashOptions{}) // the runtime keeps a handle of its own
	return found, errors.Join(err, file.Close())
}

// putAway moves a report to path.1. Where that cannot be (on Windows another
// process holds the file), the next one is written behind it, up to maxCrash.
func putAway(path string) (found bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is no file", path)
	}
	if os.Rename(path, path+".1") != nil && info.Size() > maxCrash {
		err = os.Truncate(path, 0)
	}
	return true, err
}

// CrashReport is a file that a dying Go runtime has written.
type CrashReport struct {
	Path string
	Time time.Time
	Size int64 // bytes
}

// CrashReports lists what CrashOutput(path) collected in this process and
// earlier ones: the present file and its predecessor, unless they are empty.
func CrashReports(path string) []CrashReport {
	var all []CrashReport
	if path == "" {
		return all
	}
	for _, p := range []string{path, path + ".1"} {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			all = append(all, CrashReport{p, info.ModTime(), info.Size()})
		}
	}
	return all
}
