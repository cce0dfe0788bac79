// Package spool keeps bytes in a temporary file between who makes them and who
// fetches them, so that memory holds none.
package spool

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// File is written by one and may be read by others meanwhile.
type File struct {
	f    *os.File
	size atomic.Int64
}

// Pattern of the names, for who needs a temporary file of another kind.
const (
	prefix  = "mango-"
	suffix  = ".part"
	Pattern = prefix + "*" + suffix
)

// Create makes a file in dir ("" = the system's folder of temporary files).
// Nobody else may read it. Where the system allows it, its name is taken away
// at once, so that nothing is left behind even by a process that is killed.
func Create(dir string) (*File, error) {
	f, err := os.CreateTemp(dir, Pattern)
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // Windows refuses while it is open: Close does it
	return &File{f: f}, nil
}

// Write appends.
func (f *File) Write(b []byte) (int, error) {
	n, err := f.f.Write(b)
	f.size.Add(int64(n))
	return n, err
}

// Size is how many bytes were written.
func (f *File) Size() int64 { return f.size.Load() }

// ReadAt reads what was written.
func (f *File) ReadAt(b []byte, offset int64) (int, error) { return f.f.ReadAt(b, offset) }

// CopyTo writes all of it to w.
func (f *File) CopyTo(w io.Writer) error {
	_, err := io.Copy(w, io.NewSectionReader(f.f, 0, f.Size()))
	return err
}

// Close gives the room back.
func (f *File) Close() error {
	err := f.f.Close()
	_ = os.Remove(f.f.Name()) // gone already, but on Windows
	return err
}

// Clean removes from dir what processes that were killed have left there.
func Clean(dir string) {
	left, _ := os.ReadDir(dir) // none, then
	for _, e := range left {
		if name := e.Name(); strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix) {
			_ = os.Remove(filepath.Join(dir, name)) // somebody's who lives, on Windows
		}
	}
}
