package main

import (
	"fmt"

	"mangoofficesdk/build/bsl"
	"mangoofficesdk/build/bsl/bslcheck"
)

// checkBSL holds the modules of bsl, and the BSL in the documents, to each
// other and to the declaration tables, and the names in docs/coverage.ru.md to
// all of them.
func checkBSL() ([]finding, error) {
	files, err := bsl.ReadTree(".")
	if err != nil {
		return nil, err
	}
	component := bslcheck.TheComponent()
	names, err := bslcheck.CheckCoverage(".", files, component)
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, f := range append(bslcheck.Check(files, component), names...) {
		out = append(out, finding{fmt.Sprintf("%s:%d:%d", f.Path, f.Pos.Line, f.Pos.Col), "bsl", f.Text})
	}
	return out, nil
}
