package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbxtest"
)

// checkCatalogue compares the catalogue of the VPBX API with the client and
// with the emulated PBX: no method without a row, no row without a method.
func checkCatalogue() ([]finding, error) {
	named, found, err := operations("sdk/vpbx")
	if err != nil {
		return nil, err
	}
	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: sign.Credentials{Key: "lint"}})
	if err != nil {
		return nil, err
	}
	defer pbx.Close()
	declared, emulated := vpbx.Declared(), pbx.Methods()
	add := func(path, text string) { found = append(found, finding{path, "catalogue", text}) }

	known := map[string]bool{}
	for _, e := range vpbx.Catalogue() {
		if e.Direction != vpbx.DirectionOut {
			continue
		}
		known[e.Path] = true
		if named[e.Verb+" "+e.Path] == 0 {
			add(e.Path, "no method of the client names this operation")
		}
		if e.Verb == "POST" && !slices.Contains(declared, e.Path) {
			add(e.Path, "not declared by the client")
		}
		if !emulates(emulated, e.Path) {
			add(e.Path, "not answered by the emulated PBX")
		}
	}
	for _, path := range declared {
		if !known[path] {
			add(path, "declared by the client, not in the catalogue")
		}
	}
	for _, path := range emulated {
		if !known[path] && !slices.ContainsFunc(vpbx.Catalogue(), func(e vpbx.Entry) bool { return emulates([]string{path}, e.Path) }) {
			add(path, "answered by the emulated PBX, not in the catalogue")
		}
	}
	for op, times := range named {
		_, path, _ := strings.Cut(op, " ")
		if !known[path] || times > 1 {
			add(path, fmt.Sprintf("named %d times by methods of the client, want one row and one name", times))
		}
	}
	return found, nil
}

// emulates reports whether a path, or a folder above it, is answered: a path
// with {parameters} is answered by its folder.
func emulates(answered []string, path string) bool {
	return slices.ContainsFunc(answered, func(a string) bool {
		return a == path || strings.HasSuffix(a, "/") && strings.HasPrefix(path, a)
	})
}

const directive = "//vpbx:op "

// noCodes is what the comment of a method says of which the PBX's document
// lists no result.
const noCodes = "No code of its own: see Error."

// resultCode is a result of the PBX, or a class of them: 3300, 31xx.
var resultCode = regexp.MustCompile(`\b[1-6](\d{3}|\d\dx|\dxx|xxx)\b`)

func tellsCodes(comment string) bool {
	return resultCode.MatchString(comment) || strings.Contains(strings.Join(strings.Fields(comment), " "), noCodes)
}

// operations counts the directives of exported methods by "VERB /path".
func operations(dir string) (map[string]int, []finding, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	named := map[string]int{}
	var found []finding
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Doc == nil {
				continue
			}
			for _, c := range f.Doc.List {
				op, ok := strings.CutPrefix(c.Text, directive)
				if !ok {
					continue
				}
				at := fset.Position(f.Pos()).String()
				if named[op]++; !f.Name.IsExported() {
					found = append(found, finding{at, "catalogue", op + " is named by an unexported function"})
				}
				if !tellsCodes(f.Doc.Text()) {
					found = append(found, finding{at, "catalogue", "the comment of " + f.Name.Name + " names no result code; if it has none, say: " + noCodes})
				}
			}
		}
	}
	return named, found, nil
}
