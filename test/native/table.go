//go:build linux

package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// printTable shows the rows and the failures once more. Skipped cases fail the
// run: everything can run where `make deps` was.
func printTable(rows []row) error {
	fmt.Println()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "target\tlibrary\tpassed\tfailed\tskipped\tseconds")
	var passed, failed, skipped int
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.0f\n", r.target, r.suite, r.passed, r.failed, r.skipped, r.seconds)
		passed += r.passed
		failed += r.failed
		skipped += r.skipped
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range rows {
		for _, l := range r.lines {
			fmt.Printf("%s, %s: %s\n", r.target, r.suite, l)
		}
	}
	fmt.Printf("conformance: %d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if failed > 0 || skipped > 0 {
		return fmt.Errorf("%d cases failed, %d were skipped", failed, skipped)
	}
	return nil
}
