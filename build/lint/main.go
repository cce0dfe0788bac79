// Command lint holds the project to the rules that no general linter knows:
// who may start goroutines, which packages stay pure, who may import whom,
// where Russian prose and unsafe code live, how long files and functions get,
// and that every dependency is accounted for in build/DEPS.md.
//
// It prints one line per finding and exits with 1 if there are any.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
)

// A finding is one broken rule at one place.
type finding struct {
	pos  string // file:line, or a package
	rule string
	text string
}

// A check looks at the tree whose root is the working directory.
type check struct {
	name string
	run  func() ([]finding, error)
}

var checks = []check{
	{"source", checkSource},
	{"lines", checkLines},
	{"layers", checkLayers},
	{"library", checkLibrary},
	{"deps", checkDeps},
	{"catalogue", checkCatalogue},
	{"requirements", checkRequirements},
	{"bsl", checkBSL},
}

func main() {
	only := flag.String("only", "", "run just this check")
	flag.Parse()
	var all []finding
	for _, c := range checks {
		if *only != "" && *only != c.name {
			continue
		}
		found, err := c.run()
		if err != nil {
			fmt.Fprintf(os.Stderr, "lint %s: %v\n", c.name, err)
			os.Exit(2)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b finding) int {
		if a.pos < b.pos {
			return -1
		}
		return 1
	})
	for _, f := range all {
		fmt.Printf("%s: %s (%s)\n", f.pos, f.text, f.rule)
	}
	if len(all) > 0 {
		os.Exit(1)
	}
}
