package bslcheck

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"mangoofficesdk/build/bsl"
)

//go:embed platform.txt
var platformText string

// world is what of the platform the modules use. A name that is not in
// platform.txt is a mistake, or wants a line there.
type world struct {
	funcs, form  map[string]*global
	names, types map[string]bool
}

type global struct {
	arity     Arity
	where     bsl.Context
	forbidden string
}

// platform is the table, read once.
var platform = sync.OnceValue(readPlatform)

// readPlatform: a line is a kind and its names, or one function with the numbers
// of its arguments.
func readPlatform() world {
	w := world{map[string]*global{}, map[string]*global{}, map[string]bool{}, map[string]bool{}}
	for line := range strings.Lines(platformText) {
		line, _, _ = strings.Cut(line, "//")
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		switch f[0] {
		case "names":
			for _, n := range f[1:] {
				w.names[bsl.Fold(n)] = true
			}
		case "types":
			for _, n := range f[1:] {
				w.types[bsl.Fold(n)] = true
			}
		case "modal", "sync":
			g := &global{arity: Arity{0, 20}, where: bsl.Client | bsl.Server, forbidden: "opens a modal window"}
			if f[0] == "sync" {
				g.forbidden = "is a synchronous call"
			}
			for _, n := range f[1:] {
				w.funcs[bsl.Fold(n)] = g
			}
		default:
			g := &global{arity: Arity{number(f[2]), number(f[3])}, where: bsl.Client | bsl.Server}
			switch f[0] {
			case "client":
				g.where = bsl.Client
			case "server":
				g.where = bsl.Server
			}
			if f[0] == "form" {
				w.form[bsl.Fold(f[1])] = g
			} else {
				w.funcs[bsl.Fold(f[1])] = g
			}
		}
	}
	return w
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("platform.txt: " + err.Error()) // the table is part of this program
	}
	return n
}
