package telephony

import (
	"os"
	"path/filepath"

	"mangoofficesdk/sdk/text"
)

// wholeFile is written under a temporary name beside its own, which it gets when
// all of it is there: nobody ever sees a part of it.
type wholeFile struct {
	*os.File
	path string
}

// newWholeFile begins a file. A folder that is not there, or not ours to write,
// is refused at once.
func newWholeFile(path string) (*wholeFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".mango-*")
	if err != nil {
		return nil, notWritten(path, err)
	}
	return &wholeFile{f, path}, nil
}

// commit gives the file its name; a file that had it is replaced.
func (f *wholeFile) commit() error {
	err := f.Close()
	if err == nil {
		err = os.Rename(f.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing is left behind
		return notWritten(f.path, err)
	}
	return nil
}

// drop forgets the file.
func (f *wholeFile) drop() {
	_ = f.Close() // it may be closed already
	_ = os.Remove(f.Name())
}

func notWritten(path string, err error) error {
	return text.New(text.FileNotWritten).WithDetail(path).Wrap(err)
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, content []byte) error {
	f, err := newWholeFile(path)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		f.drop()
		return notWritten(path, err)
	}
	return f.commit()
}
