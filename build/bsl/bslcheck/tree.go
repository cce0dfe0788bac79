// Package bslcheck holds modules in the language of 1C:Enterprise to each other, to
// the declaration tables of the add-in and to the platform.
package bslcheck

import (
	"fmt"
	"slices"
	"strings"

	"mangoofficesdk/build/bsl"
)

// Finding is a problem with its file.
type Finding struct {
	Path string
	Pos  bsl.Pos
	Text string
}

// Check holds all files to each other, to the component and to the platform.
func Check(files []bsl.File, c Component) []Finding {
	t := &tree{component: c, platform: platform(), modules: map[string]*bsl.File{}, globals: map[string]bool{}}
	for i := range files {
		f := &files[i]
		if f.Patch && !f.Form && f.Name == "" {
			for _, v := range f.Module.Vars {
				t.globals[bsl.Fold(v.Text)] = v.Export
			}
		}
		if f.Name == "" || f.Patch {
			continue
		}
		if other := t.modules[bsl.Fold(f.Name)]; other != nil {
			t.found = append(t.found, Finding{f.Path, bsl.Pos{Line: 1, Col: 1}, "module " + f.Name + " is also in " + other.Path})
		}
		t.modules[bsl.Fold(f.Name)] = f
	}
	for i := range files {
		t.file(&files[i])
	}
	slices.SortStableFunc(t.found, func(a, b Finding) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Pos.Line - b.Pos.Line
	})
	return t.found
}

type tree struct {
	component Component
	platform  world
	modules   map[string]*bsl.File // common modules by folded name
	globals   map[string]bool      // variables of the application's module
	found     []Finding
}

func (t *tree) wrong(f *bsl.File, at bsl.Pos, format string, args ...any) {
	at.Line += f.Line
	t.found = append(t.found, Finding{f.Path, at, fmt.Sprintf(format, args...)})
}
