package bsl

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Context is where code runs, as bits.
type Context uint8

// The contexts.
const (
	Client Context = 1 << iota
	Server
	Called // a server module that the client may call
)

// File is a module of folder bsl, or a piece of code in a document.
type File struct {
	Path   string
	Line   int    // of the document, before its first line
	Name   string // of the common module, "" = none
	Title  string // of the form
	Form   bool
	Piece  bool
	Patch  bool // extends a module that is not ours
	Where  Context
	Module *Module
}

// header is the first line of each module: what it is and where it runs.
var header = regexp.MustCompile(`^// (Общий модуль|Расширение общего модуля|Модуль формы|Расширение модуля формы|Расширение модуля приложения)(?: ([\p{L}\d_]+))?(?:: (клиент|сервер|вызов сервера|клиент и сервер))?\.`)

var contexts = map[string]Context{
	"клиент": Client, "сервер": Server, "вызов сервера": Server | Called, "клиент и сервер": Client | Server,
}

// ReadModule reads one module of folder bsl.
func ReadModule(path, src string) (File, error) {
	f := File{Path: path, Module: Parse(src)}
	m := header.FindStringSubmatch(strings.TrimPrefix(src, "\ufeff"))
	if m == nil {
		return f, fmt.Errorf("%s: the first line does not say what module this is", path)
	}
	f.Name, f.Where = m[2], contexts[m[3]]
	f.Patch = strings.HasPrefix(m[1], "Расширение")
	switch m[1] {
	case "Модуль формы", "Расширение модуля формы":
		f.Form, f.Name, f.Title = true, "", f.Name
	case "Расширение модуля приложения":
		f.Where = Client
	}
	if !f.Form && f.Where == 0 {
		return f, fmt.Errorf("%s: the first line does not say where this module runs", path)
	}
	return f, nil
}

// pieces finds code in a document.
var pieces = regexp.MustCompile("(?ms)^```bsl\r?\n(.*?)^```")

// ReadDocument takes the pieces of code out of a document.
func ReadDocument(path, text string) []File {
	var out []File
	for _, at := range pieces.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, File{
			Path: path, Line: strings.Count(text[:at[2]], "\n"), Piece: true, Where: Client | Server,
			Module: Parse(text[at[2]:at[3]]),
		})
	}
	return out
}

// ReadTree reads the modules below root/bsl and the documents beside.
func ReadTree(root string) ([]File, error) {
	var out []File
	err := filepath.WalkDir(filepath.Join(root, "bsl"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".bsl" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := ReadModule(path, string(raw))
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, pattern := range []string{"*.md", "bsl/*.md", "docs/*.md", "docs/*/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			out = append(out, ReadDocument(path, string(raw))...)
		}
	}
	return out, nil
}
