// Package logfile writes logs into a file of bounded size: when it is full it
// becomes name.1, the older ones move on, the oldest goes. There is no
// goroutine, and writing never fails: a full disk must not stop a call, so
// lines that cannot be written are counted instead.
package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// Defaults of Options.
const (
	DefaultMaxSize = 10 << 20 // bytes of one file
	DefaultKeep    = 5        // old files beside the current one
)

// growth is how far beyond MaxSize a file may go while it cannot be renamed
// (on Windows another process holding it prevents that); then lines are
// dropped.
const growth = 4

// Permissions: logs hold telephone numbers.
const (
	filePerm = 0o600
	dirPerm  = 0o700
)

// Options of a File. Zero values mean the defaults.
type Options struct {
	MaxSize int64
	Keep    int // negative: no old files
	Early   int // lines kept in memory while there is no file, for the first one
}

// File is an io.Writer that rotates. It is safe for concurrent use.
type File struct {
	opt Options

	mu      sync.Mutex
	path    string
	file    *os.File // nil: closed, or path is ""
	size    int64
	retry   int64 // no new attempt to rotate below this size
	dropped int64
	early   [][]byte
}

// Open appends to path, creating it and its folder. An empty path makes a
// writer that drops everything but Options.Early lines, until SetPath.
func Open(path string, opt Options) (*File, error) {
	if opt.MaxSize <= 0 {
		opt.MaxSize = DefaultMaxSize
	}
	if opt.Keep == 0 {
		opt.Keep = DefaultKeep
	}
	f := &File{opt: opt}
	if err := f.SetPath(path); err != nil {
		return nil, err
	}
	return f, nil
}

// Path is the file being written to, "" for none.
func (f *File) Path() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.path
}

// SetPath goes on in another file, or reopens the same one (after somebody
// moved it away). On error the old one stays.
func (f *File) SetPath(path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var file *os.File
	if path != "" {
		var err error
		if file, err = create(path); err != nil {
			return err
		}
	}
	f.closeLocked()
	f.path = path
	f.useLocked(file)
	if file != nil {
		for _, line := range f.early {
			f.writeLocked(line)
		}
		f.early = nil
	}
	return nil
}

func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), dirPerm); err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, filePerm) //nolint:gosec // chosen by the user
	if err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
	_ = file.Chmod(filePerm) // one that was there before; not ours to change: never mind
	return file, nil
}

// Write implements io.Writer. It always reports success; see Dropped.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.path == "" && len(f.early) < f.opt.Early {
		f.early = append(f.early, bytes.Clone(p))
	} else if f.path != "" {
		f.writeLocked(p)
	}
	return len(p), nil
}

func (f *File) writeLocked(p []byte) {
	if f.file != nil && f.size > 0 && f.size+int64(len(p)) > f.opt.MaxSize && f.size >= f.retry {
		f.rotateLocked()
	}
	if f.file == nil || f.size+int64(len(p)) > growth*f.opt.MaxSize && f.size > 0 {
		f.dropped++
		return
	}
	n, err := f.file.Write(p)
	f.size += int64(n)
	if err != nil {
		f.dropped++
	}
}

// Early gives the lines that wait for a file, see Options.
func (f *File) Early() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.Join(f.early, nil)
}

// Dropped counts the lines that could not be written.
func (f *File) Dropped() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dropped
}

// Close closes the file; later writes are dropped silently.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closeLocked()
	f.path = ""
	return nil
}

func (f *File) closeLocked() {
	if f.file != nil {
		_ = f.file.Close()
	}
	f.file = nil
}

func (f *File) useLocked(file *os.File) {
	f.file, f.size, f.retry = file, 0, 0
	if file == nil {
		return
	}
	if info, err := file.Stat(); err == nil {
		f.size = info.Size()
	}
}

// rotateLocked moves the full file away and begins a new one. Another process
// writing to the same path may have done so already: then it only reopens.
func (f *File) rotateLocked() {
	full := f.size
	mine, err1 := f.file.Stat()
	there, err2 := os.Stat(f.path)
	f.closeLocked() // Windows renames no open file
	if err1 == nil && err2 == nil && os.SameFile(mine, there) {
		f.shiftLocked()
	}
	file, err := create(f.path)
	if err != nil {
		return // every line counts as dropped until SetPath
	}
	f.useLocked(file)
	if f.size >= full {
		f.retry = f.size + f.opt.MaxSize/8
	}
}

// shiftLocked renames name → name.1 → name.2 …, the oldest first.
func (f *File) shiftLocked() {
	if f.opt.Keep < 0 {
		_ = os.Remove(f.path)
		return
	}
	_ = os.Remove(f.old(f.opt.Keep))
	for i := f.opt.Keep - 1; i >= 1; i-- {
		if err := os.Rename(f.old(i), f.old(i+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
	_ = os.Rename(f.path, f.old(1))
}

func (f *File) old(i int) string { return f.path + "." + strconv.Itoa(i) }
