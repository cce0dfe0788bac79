// Gen writes what is derived from the declaration tables and committed:
//
//	go run ./build/gen          write the files that differ
//	go run ./build/gen -check   write nothing, fail when a file is stale
//
// The C tables of the library are the names, counts and defaults that the
// platform asks for before a real call (cgo/names.c includes them).
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"mangoofficesdk/addin/probe"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/text"
)

// output is one generated file, its path from the root of the project.
type output struct {
	path string
	make func() ([]byte, error)
}

var outputs = []output{
	{"cgo/table_gen.h", func() ([]byte, error) { return cTable(describe(telephony.Class())) }},
	{"cgo/table_probe_gen.h", func() ([]byte, error) { return cTable(describe(probe.Class())) }},
	{"docs/contract.md", contractPage},
	{"docs/reference.ru.md", func() ([]byte, error) { return reference(text.RU) }},
	{"docs/reference.en.md", func() ([]byte, error) { return reference(text.EN) }},
	{"docs/troubleshooting.ru.md", troubleshooting},
	{"sdk/vpbx/answers_gen_test.go", answers},
}

func main() {
	check := flag.Bool("check", false, "fail when a file is stale instead of writing it")
	flag.Parse()
	stale := 0
	for _, o := range outputs {
		fresh, err := o.make()
		if err != nil {
			fmt.Fprintf(os.Stderr, "gen: %s: %v\n", o.path, err)
			os.Exit(1)
		}
		// A missing file is as stale as a different one.
		if old, err := os.ReadFile(o.path); err == nil && bytes.Equal(old, fresh) {
			continue
		}
		stale++
		if *check {
			fmt.Fprintf(os.Stderr, "gen: %s is stale: run `go run ./build/gen`\n", o.path)
			continue
		}
		if err := os.WriteFile(o.path, fresh, 0o644); err != nil {
			fmt.Fprintf(os.Stderr, "gen: %v\n", err)
			os.Exit(1)
		}
		fmt.Println("wrote", o.path)
	}
	if *check && stale > 0 {
		os.Exit(1)
	}
}
