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
	"sdk/text/", "sdk/phone/", "sdk/support/prose.go", "addin/spec/", "addin/probe/", "addin/telephony/table_", "addin/manual/",
	"sdk/vpbxtest/", "cmd/", "build/", "manifest/", "test/",
}

// callbacks may call AfterFunc: what they hand over recovers or cannot panic
// (a cancel, a deadline on a connection). The list may only shrink.
var callbacks = []string{"sdk/vpbx/transport.go", "sdk/vpbx/dial.go", "sdk/office/listen.go", "sdk/office/methods.go"}

// programs end, and print, as they like.
var programs = []string{"cmd/", "build/", "test/", "cgo/main_nocgo.go"}

// harm names what a guest may not do to its host's process: end it, or change
// its environment (C's is not safe to change beside other threads) or folder.
var harm = map[string][]string{
	"os":                       {"Exit", "Setenv", "Unsetenv", "Clearenv", "Chdir"},
	"syscall":                  {"Exit", "Setenv", "Unsetenv", "Clearenv", "Chdir", "Fchdir", "Exec", "ExitProcess", "SetEnvironmentVariable"},
	"golang.org/x/sys/unix":    {"Exit", "Setenv", "Unsetenv", "Clearenv", "Chdir", "Fchdir", "Exec"},
	"golang.org/x/sys/windows": {"Setenv", "Unsetenv", "Clearenv", "Chdir", "ExitProcess", "SetEnvironmentVariable", "SetCurrentDirectory"},
}

// ending are methods, of whatever type, that do the same: those of log and
// zerolog, and os.File.Chdir.
var ending = []string{"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Chdir"}

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
		s, err := parseSource(path, nil)
		if err != nil {
			return err
		}
		if !ast.IsGenerated(s.file) {
			out = append(out, s.check()...)
		}
		return nil
	})
	return out, err
}

type source struct {
	path  string
	fset  *token.FileSet
	file  *ast.File
	found []finding

	packages map[string]string   // import path by the name it has in this file
	ours     []*ast.SelectorExpr // calls of sdk/group
}

// parseSource reads a file, or src in its place.
func parseSource(path string, src any) (*source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.ParseComments)
	return &source{path: path, fset: fset, file: file, packages: map[string]string{}}, err
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
			s.starts(n, "goroutines start")
		case *ast.FuncDecl:
			// A table is data: it is read row by row.
			if lines := s.lines(n); lines > maxFunctionLines && !strings.HasPrefix(filepath.Base(s.path), "table_") {
				s.add(n, "screen", "function %s has %d lines, at most %d", n.Name.Name, lines, maxFunctionLines)
			}
		case *ast.CallExpr:
			// Of everything called Go, sdk/group's takes a name before the function.
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 2 {
				s.ours = append(s.ours, sel)
			}
		case *ast.SelectorExpr:
			s.selector(n)
		case *ast.BasicLit:
			s.literal(n)
		}
		return true
	})
	return s.found
}

func (s *source) starts(n ast.Node, what string) {
	if !strings.HasPrefix(s.path, "sdk/group/") {
		s.add(n, "group", "%s through sdk/group, which recovers and waits", what)
	}
}

func (s *source) lines(n ast.Node) int {
	return s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
}

func (s *source) imports() {
	for _, imp := range s.file.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		name := filepath.Base(path)
		if imp.Name != nil {
			name = imp.Name.Name
		}
		s.packages[name] = path
		if name == "." {
			s.add(imp, "guest", "import %q hides whose functions are called", path)
		}
		if (path == "C" || path == "unsafe") && !strings.HasPrefix(s.path, "cgo/") {
			s.add(imp, "island", "import %q belongs to cgo", path)
		}
		if names, ok := clock[path]; ok && names == nil && under(s.path, pure) {
			s.add(imp, "pure", "this package is pure: no randomness")
		}
	}
}

// selector judges x.name, called or taken as a value.
func (s *source) selector(n *ast.SelectorExpr) {
	name, path := n.Sel.Name, ""
	if x, ok := n.X.(*ast.Ident); ok {
		path = s.packages[x.Name]
	}
	program := under(s.path, programs)
	switch {
	case under(s.path, pure) && path != "" && slices.Contains(clock[path], name):
		s.add(n, "pure", "this package is pure: the time comes in as an argument, not from %s.%s", path, name)
	case (name == "Go" || name == "TryGo") && !slices.Contains(s.ours, n):
		s.starts(n, name+" starts goroutines")
	case program:
	case name == "AfterFunc" && !slices.Contains(callbacks, s.path):
		s.add(n, "group", "AfterFunc runs on a goroutine without recover; see callbacks")
	case path == "fmt" && strings.HasPrefix(name, "Print"):
		s.add(n, "log", "a library writes no standard output")
	case slices.Contains(harm[path], name):
		s.add(n, "guest", "%s.%s harms the host process", path, name)
	case slices.Contains(ending, name) && s.packages["testing"] == "": // a suite fails tests by these names
		s.add(n, "guest", "%s harms the host process", name)
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
