package extcomp

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"mangoofficesdk/manifest"
)

// State is what Status found.
type State struct {
	Dir       string
	There     bool // the folder is
	Libraries []LibraryState
	Registry  string   // "" = fine; else what it suffers from
	Missing   []string // listed in registry.xml, and not in the folder
	Unlisted  []string // in the folder under a name that 1C looks for, and not listed
	Problems  int
}

// LibraryState is one file of the folder.
type LibraryState struct {
	Library
	Size    int64
	InUse   bool
	Loaded  string // version that it says it is; "" = not asked
	LoadErr error
}

// Status looks at the folder and loads what can be loaded here.
func (f *Folder) Status(goos string, loads Loads) (s State, err error) {
	s.Dir = f.dir
	if _, err := os.Stat(f.dir); errors.Is(err, fs.ErrNotExist) {
		s.Problems++
		return s, nil
	}
	s.There = true
	list, err := f.Libraries()
	if err != nil {
		return s, explained(err)
	}
	sortLibraries(list)
	listed := f.listed(&s)
	present := map[string]bool{}
	for _, l := range list {
		x := LibraryState{Library: l, InUse: inUse(f.path(l.File))}
		if info, err := os.Stat(f.path(l.File)); err == nil {
			x.Size = info.Size()
		}
		if !l.Old && l.Target.GOOS == goos {
			if x.LoadErr = fileFits(f.path(l.File), l.Target); x.LoadErr == nil {
				x.Loaded, _, x.LoadErr = loads(f.path(l.File), l.Target)
			}
			if x.LoadErr != nil {
				s.Problems++
			}
			if !listed[strings.ToLower(l.File)] && s.Registry == "" {
				s.Unlisted = append(s.Unlisted, l.File)
			}
		}
		present[strings.ToLower(l.File)] = true
		s.Libraries = append(s.Libraries, x)
	}
	for name := range listed {
		if !present[name] {
			s.Missing = append(s.Missing, name)
		}
	}
	slices.Sort(s.Missing)
	s.Problems += len(s.Missing) + len(s.Unlisted)
	if s.Registry != "" || len(list) == 0 {
		s.Problems++
	}
	return s, nil
}

// listed are the libraries of ours in registry.xml, in lower case.
func (f *Folder) listed(s *State) map[string]bool {
	names := map[string]bool{}
	raw, err := f.registry()
	if err == nil && raw == nil {
		s.Registry = manifest.RegistryFile + ": нет файла, 1С не найдёт компоненту"
		return names
	}
	var entries []manifest.Entry
	if err == nil {
		entries, err = manifest.ParseRegistry(raw)
	}
	if err != nil {
		s.Registry = explained(err).Error()
		return names
	}
	for _, e := range entries {
		if _, _, ok := manifest.Named(e.Path); ok {
			names[strings.ToLower(e.Path)] = true
		}
	}
	return names
}
