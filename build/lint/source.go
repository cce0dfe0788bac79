package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const maxFunctionLines = 80

// pure packages take the time as an argument: replaying their inputs must
// give the same result on any day.
var pure = []string{"sdk/engine", "sdk/call", "sdk/phone"}

// clock names what a pure package may not call, by import path.
var clock = map[string][]string{
	"time":         {"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"},
	"math/rand":    nil, // nil: the whole package
	"math/rand/v2": nil,
	"crypto/rand":  nil,
}

// prose lists where Russian string literals may stand: the tables of texts
// and names, the programs that talk to a person, and what ships as data.
var prose = []string{
	"sdk/text/", "sdk/phone/", "addin/spec/", "addin/probe/", "addin/telephony/table_",
	"sdk/vpbxtest/", "cmd/", "build/", "manifest/", "test/",
}

// callbacks may call AfterFunc: what they hand over recovers or cannot panic
// (a cancel, a deadline on a connection). The list may only shrink.
var callbacks = []string{"sdk/vpbx/transport.go", "sdk/vpbx/dial.go", "sdk/office/methods.go"}

func under(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(r string) bool { return strings.HasPrefix(path, r) })
}

// checkSource walks every Go file that is neither a test nor generated.
func checkSource() ([]finding, error) {
	var out []finding
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "dist" || path == "build/tools") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if ast.IsGenerated(file) {
			return nil
		}
		s := &source{path: path, fset: fset, file: file}
		out = append(out, s.check()...)
		return nil
	})
	return out, err
}

type source struct {
	path  string
	fset  *token.FileSet
	file  *ast.File
	found []finding
}

func (s *source) add(n ast.Node, rule, format string, args ...any) {
	p := s.fset.Position(n.Pos())
	s.found = append(s.found, finding{fmt.Sprintf("%s:%d", s.path, p.Line), rule, fmt.Sprintf(format, args...)})
}

func (s *source) check() []finding {
	s.imports()
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if !strings.HasPrefix(s.path, "sdk/group/") {
				s.add(n, "group", "goroutines start through sdk/group, which recovers and waits")
			}
		case *ast.FuncDecl:
			// A table is data: it is read row by row.
			if lines := s.lines(n); lines > maxFunctionLines && !strings.HasPrefix(filepath.Base(s.path), "table_") {
				s.add(n, "screen", "function %s has %d lines, at most %d", n.Name.Name, lines, maxFunctionLines)
			}
		case *ast.CallExpr:
			s.call(n)
		case *ast.BasicLit:
			s.literal(n)
		}
		return true
	})
	return s.found
}

func (s *source) lines(n ast.Node) int {
	return s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
}

func (s *source) imports() {
	for _, imp := range s.file.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		if (path == "C" || path == "unsafe") && !strings.HasPrefix(s.path, "cgo/") {
			s.add(imp, "island", "import %q belongs to cgo", path)
		}
		if names, ok := clock[path]; ok && names == nil && under(s.path, pure) {
			s.add(imp, "pure", "this package is pure: no randomness")
		}
	}
}

func (s *source) call(n *ast.CallExpr) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	if under(s.path, pure) && pkg.Name == "time" && slices.Contains(clock["time"], sel.Sel.Name) {
		s.add(n, "pure", "this package is pure: the time comes in as an argument, not from time.%s", sel.Sel.Name)
	}
	if sel.Sel.Name == "AfterFunc" && !slices.Contains(callbacks, s.path) && !under(s.path, []string{"cmd/", "build/", "test/"}) {
		s.add(n, "group", "%s.AfterFunc runs on a goroutine without recover; see callbacks", pkg.Name)
	}
	if pkg.Name == "fmt" && strings.HasPrefix(sel.Sel.Name, "Print") && !under(s.path, []string{"cmd/", "build/", "test/"}) {
		s.add(n, "log", "a library writes no standard output")
	}
	if pkg.Name == "os" && (sel.Sel.Name == "Exit" || sel.Sel.Name == "Setenv") && !under(s.path, []string{"cmd/", "build/", "test/", "cgo/main_nocgo.go"}) {
		s.add(n, "guest", "os.%s harms the host process", sel.Sel.Name)
	}
}

func (s *source) literal(n *ast.BasicLit) {
	if n.Kind != token.STRING || under(s.path, prose) {
		return
	}
	// A single word is a name (of an event, of an argument), not prose.
	if strings.Contains(n.Value, " ") && strings.ContainsFunc(n.Value, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		s.add(n, "prose", "Russian text belongs to the tables")
	}
}
