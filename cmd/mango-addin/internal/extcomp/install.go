package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"mangoofficesdk/manifest"
)

// Loads loads a library as 1C would and tells the version that it says it is.
// known is false where no host can load a library of that kind here.
type Loads func(path string, t manifest.Target) (version string, known bool, err error)

// Done is what Install or Uninstall did.
type Done struct {
	Written  []string // files that are new or other than before
	Verified []string // of those, loaded and asked
	Removed  []string
	InUse    []string // that could not be removed: another program has them open
	Registry bool     // registry.xml was changed
	Backup   bool     // and how it was before the first change of ours is kept
}

// Install puts a bundle into the folder: the libraries under their versioned
// names and, where the guide names one, under the constant name, and all of
// them into registry.xml. What is there already stays; what is not ours is never
// touched. Nothing is listed before it was loaded once. When anything fails, all
// is as it was before. Libraries of other versions go, unless somebody has them
// open.
func (f *Folder) Install(b Bundle, loads Loads) (d Done, err error) {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return d, explained(err)
	}
	unlock, err := f.lock()
	if err != nil {
		return d, err
	}
	defer unlock()
	old, err := f.registry()
	if err != nil {
		return d, explained(err)
	}
	merged, err := merge(old, b)
	if err != nil {
		return d, explained(err) // before anything was changed
	}
	if d.Registry = string(merged) != string(old); d.Registry {
		if err := f.writable(); err != nil {
			return Done{}, err
		}
	}
	c := &changes{f: f}
	err = f.place(b, loads, c, &d)
	if err == nil && d.Registry {
		d.Backup, err = f.writeRegistry(old, merged)
	}
	if err != nil {
		c.undo()
		return Done{}, explained(err)
	}
	c.settle()
	return d, f.sweep(&d, func(l Library) bool { return l.Version != nil && *l.Version != b.Version })
}

// merge puts the libraries of a bundle into registry.xml.
func merge(old []byte, b Bundle) ([]byte, error) {
	var entries []manifest.Entry
	for _, p := range b.Files {
		entries = append(entries, manifest.Entry{Path: p.Name, Type: "native"})
		if p.Target.Loose {
			entries = append(entries, manifest.Entry{Path: p.Target.File, Type: "native"})
		}
	}
	kept, _, err := withoutOthers(old, b)
	if err != nil {
		return nil, err
	}
	return manifest.Merge(kept, entries)
}

// withoutOthers takes libraries of ours of other versions, and of other
// systems, out of registry.xml.
func withoutOthers(old []byte, b Bundle) ([]byte, bool, error) {
	if len(strings.TrimSpace(string(old))) == 0 {
		return old, false, nil
	}
	return manifest.Remove(old, func(path string) bool {
		t, v, ok := manifest.Named(path)
		return ok && (t.GOOS != b.Files[0].Target.GOOS || v != nil && *v != b.Version)
	})
}

// place writes the libraries and loads each of them.
func (f *Folder) place(b Bundle, loads Loads, c *changes, d *Done) error {
	for _, p := range b.Files {
		if !f.same(p.Name, p.Data) {
			if err := c.put(p.Name, p.Data); err != nil {
				return err
			}
			d.Written = append(d.Written, p.Name)
		}
		version, known, err := loads(f.path(p.Name), p.Target)
		if err == nil && known && version != b.Version.String() {
			err = fmt.Errorf("она называет себя версией %s, комплект — %s", version, b.Version)
		}
		if !f.same(p.Name, p.Data) {
			return vanished(f.path(p.Name))
		}
		if err != nil {
			return fmt.Errorf("%s не загружается, установка прервана, прежняя версия осталась: %w", p.Name, err)
		}
		if known {
			d.Verified = append(d.Verified, p.Name)
		}
	}
	for _, p := range b.Files {
		if !p.Target.Loose || f.same(p.Target.File, p.Data) {
			continue
		}
		if err := c.put(p.Target.File, p.Data); err != nil {
			return err
		}
		d.Written = append(d.Written, p.Target.File)
	}
	for _, p := range b.Files { // once more: an antivirus takes its time
		if !f.same(p.Name, p.Data) {
			return vanished(f.path(p.Name))
		}
		if p.Target.Loose && !f.same(p.Target.File, p.Data) {
			return vanished(f.path(p.Target.File))
		}
	}
	return nil
}

// sweep removes libraries of ours, and what an installation that was broken off
// left. Those that are open somewhere stay, and are named.
func (f *Folder) sweep(d *Done, which func(Library) bool) error {
	list, err := f.Libraries()
	if err != nil {
		return explained(err)
	}
	for _, l := range list {
		if !l.Old && !which(l) {
			continue
		}
		if inUse(f.path(l.File)) {
			d.InUse = append(d.InUse, l.File)
			continue
		}
		switch err := os.Remove(f.path(l.File)); {
		case err == nil:
			d.Removed = append(d.Removed, l.File)
		case errors.Is(err, fs.ErrNotExist):
		default: // Windows: it is loaded
			d.InUse = append(d.InUse, l.File)
		}
	}
	f.sweepTemps()
	return nil
}

func (f *Folder) sweepTemps() {
	entries, _ := os.ReadDir(f.dir)
	for _, e := range entries {
		if isTemp(e.Name()) {
			_ = os.Remove(f.path(e.Name())) // the next one tries again
		}
	}
}

func isTemp(name string) bool {
	prefix, suffix, _ := strings.Cut(tempName, "*")
	return strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
}

// Uninstall takes the component out of registry.xml and the folder. What is
// open somewhere stays, and is named: it is listed no more, and goes with the
// next Uninstall.
func (f *Folder) Uninstall() (d Done, err error) {
	if _, err := os.Stat(f.dir); errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	unlock, err := f.lock()
	if err != nil {
		return d, err
	}
	defer unlock()
	old, err := f.registry()
	if err != nil {
		return d, explained(err)
	}
	if len(strings.TrimSpace(string(old))) > 0 {
		rest, changed, err := manifest.Remove(old, func(path string) bool { _, _, ok := manifest.Named(path); return ok })
		if err != nil {
			return d, explained(err)
		}
		if changed {
			if err := f.writable(); err != nil {
				return d, err
			}
			if d.Backup, err = f.writeRegistry(old, rest); err != nil {
				return d, explained(err)
			}
			d.Registry = true
		}
	}
	return d, f.sweep(&d, func(Library) bool { return true })
}
