package support

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"mangoofficesdk/sdk/text"
)

// Output is the file of an archive: it has a temporary name until it is whole.
type Output struct {
	*os.File
	Path string
}

// FileName is the name of an archive in a folder.
func FileName(program, computer string, now time.Time) string {
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/\|?* `, r) {
			return '-'
		}
		return r
	}, computer)
	return program + "-" + strings.Trim(safe+"-"+now.Format("20060102-150405"), "-.") + ".zip"
}

// Create begins the file. An existing folder gets name in it; without a path the
// first of folders that can be written is taken, and made if need be. Errors are
// text.FileNotWritten.
func Create(path, name string, folders ...string) (*Output, error) {
	if path != "" {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, name)
		}
		return create(path)
	}
	var first error
	for _, dir := range folders {
		err := os.MkdirAll(dir, 0o700)
		if err == nil {
			var o *Output
			if o, err = create(filepath.Join(dir, name)); err == nil {
				return o, nil
			}
		}
		if first == nil {
			first = unwritten(dir, err)
		}
	}
	return nil, first
}

func create(path string) (*Output, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".mango-*")
	if err != nil {
		return nil, unwritten(path, err)
	}
	return &Output{f, path}, nil
}

// Commit gives the file its name; one that had it is replaced. After an error
// nothing is left.
func (o *Output) Commit() error {
	err := o.Close()
	if err == nil {
		err = os.Rename(o.Name(), o.Path)
	}
	if err != nil {
		_ = os.Remove(o.Name())
		return unwritten(o.Path, err)
	}
	return nil
}

// Drop forgets the file.
func (o *Output) Drop() {
	_ = o.Close()
	_ = os.Remove(o.Name())
}

// Failed is the error of an archive that could not be written.
func (o *Output) Failed(err error) error { return unwritten(o.Path, err) }

func unwritten(path string, err error) error {
	return text.New(text.FileNotWritten).WithDetail(path).Wrap(err)
}
