package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"mangoofficesdk/manifest"
)

// Writable puts a file into the folder and takes it away.
func (f *Folder) Writable() error {
	probe, err := os.CreateTemp(f.dir, tempName)
	if err != nil {
		return err
	}
	_ = probe.Close() // nothing was written
	_ = os.Remove(probe.Name())
	return nil
}

// patience is how long a file is waited for that another program has open: an
// antivirus reads a new library for some seconds.
const patience = 10 * time.Second

// patiently does something to a file, again while busy says that somebody else
// has it.
func (f *Folder) patiently(path string, busy func(error) bool, do func() error) error {
	started, told := time.Now(), false
	for {
		err := do()
		waited := time.Since(started)
		switch {
		case err == nil || !busy(err):
			return err
		case waited >= patience:
			return heldError{err}
		}
		if waited > quietWait && !told {
			told = true
			f.say(fmt.Sprintf("Файл %s занят другой программой (1С или антивирус), жду до %d секунд…", path, int(patience.Seconds())))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// heldError is one of a file that was waited for in vain, whatever the system
// called the reason.
type heldError struct{ error }

// Unwrap gives the system's error.
func (e heldError) Unwrap() error { return e.error }

func isHeld(err error) bool { return reasonOf(err) == held }

// isInTheWay is for a file in a folder that takes new ones: Windows denies to
// replace one that is loaded, or that somebody who has it open has deleted.
func isInTheWay(err error) bool {
	return isHeld(err) || runtime.GOOS == "windows" && reasonOf(err) == denied
}

// read reads a file, also one that is held for a moment.
func (f *Folder) read(name string) (raw []byte, err error) {
	err = f.patiently(f.path(name), isHeld, func() error {
		raw, err = os.ReadFile(f.path(name))
		return err
	})
	return raw, err
}

// temp writes a file of the folder under a name of its own.
func (f *Folder) temp(data []byte, mode fs.FileMode) (path string, err error) {
	file, err := os.CreateTemp(f.dir, tempName)
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Chmod(mode), file.Close()); err != nil {
		_ = os.Remove(file.Name()) // err is the one to tell
		return "", err
	}
	return file.Name(), nil
}

// write puts a file in place whole: under another name first, then renamed.
func (f *Folder) write(name string, data []byte) error {
	temp, err := f.temp(data, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	return f.patiently(f.path(name), isInTheWay, func() error { return os.Rename(temp, f.path(name)) })
}

// writeRegistry puts another registry.xml in place. The one that was there stays
// beside it, as it was before the first change of ours.
func (f *Folder) writeRegistry(old, updated []byte) (backup bool, err error) {
	const name = manifest.RegistryFile + ".bak"
	if _, err := os.Stat(f.path(name)); old != nil && errors.Is(err, fs.ErrNotExist) {
		if err := f.write(name, old); err != nil {
			return false, err
		}
		backup = true
	}
	return backup, f.write(manifest.RegistryFile, updated)
}

// writable refuses a registry.xml that somebody has protected: the attribute is
// seldom there by chance, and lifting it would undo a decision of others.
func (f *Folder) writable() error {
	path := f.path(manifest.RegistryFile)
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%s защищён от записи (только чтение), и программа эту защиту не снимает. Если она не нужна, выполните %s и повторите", path, unprotect(path))
	}
	return nil
}

// changes are the libraries that were put in place, with the way back.
type changes struct {
	f    *Folder
	done []change
}

type change struct{ name, before string } // before: where the file is that was there; "" = there was none

// put puts a library in place whole. One that runs is never written into: it
// stays, under another name where the system wants that.
func (c *changes) put(name string, data []byte) error {
	temp, err := c.f.temp(data, 0o755)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	target, before := c.f.path(name), ""
	if _, err := os.Lstat(target); err == nil {
		before = c.f.aside(name)
	}
	// A second name keeps the old file and leaves no moment without one. Windows
	// replaces no library that is loaded, but lets it be renamed.
	linked := before != "" && runtime.GOOS != "windows" && os.Link(target, before) == nil
	err = c.f.patiently(target, isInTheWay, func() error {
		if before != "" && !linked {
			if err := os.Rename(target, before); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return os.Rename(temp, target)
	})
	switch _, missing := os.Lstat(target); {
	case err == nil:
		c.done = append(c.done, change{name, before})
	case linked:
		_ = os.Remove(before) // err is the one to tell
	case missing != nil && before != "":
		_ = os.Rename(before, target)
	}
	return err
}

// undo brings back what was there, the newest change first.
func (c *changes) undo() {
	for i := len(c.done) - 1; i >= 0; i-- {
		x := c.done[i]
		_ = c.f.patiently(c.f.path(x.name), isInTheWay, func() error {
			if x.before == "" {
				return os.Remove(c.f.path(x.name))
			}
			return os.Rename(x.before, c.f.path(x.name))
		}) // what made it necessary is told
	}
}

// settle takes away what undo would need. What is loaded stays until a sweep.
func (c *changes) settle() {
	for _, x := range c.done {
		if x.before != "" {
			_ = os.Remove(x.before)
		}
	}
}

// aside is a free name for a library that is in the way.
func (f *Folder) aside(name string) string {
	for i := 0; ; i++ {
		path := f.path(fmt.Sprintf("%s%s%d", name, oldMark, i))
		if _, err := os.Lstat(path); err != nil {
			return path
		}
	}
}

// same reports whether a file holds data already.
func (f *Folder) same(name string, data []byte) bool {
	raw, err := f.read(name)
	return err == nil && string(raw) == string(data)
}
