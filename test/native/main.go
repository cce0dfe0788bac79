//go:build linux

// Command native compiles the conformance host of testdata/host for every
// target, runs it against the libraries in dist/ and dist/probe/, and prints a
// table. Linux hosts run here (arm64 under qemu-user), Windows hosts under
// wine (build/wine).
//
//	go run ./test/native                       everything
//	go run ./test/native -targets linux-amd64  one target, or several by commas
//	go run ./test/native -only L               cases whose names begin so
//	go run ./test/native -bench                figures beside the plain C reference
//
// It is a program and not a test: it needs compilers, wine and built libraries,
// and `go test ./...` must not. It never loads a library itself: two Go
// runtimes in one process can hang.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(1)
	}
}

// options of one run.
type options struct {
	root    string // of the checkout
	dist    string // libraries
	out     string // hosts and their directories
	only    string
	verbose bool
}

func run() error {
	var (
		opt     options
		names   = flag.String("targets", "", "comma-separated targets; all when empty")
		bench   = flag.Bool("bench", false, "print figures instead of running the cases")
		jsonOut = flag.String("json", "", "with -bench: also write the figures to this file")
	)
	flag.StringVar(&opt.dist, "dist", "dist", "directory with the libraries and probe/")
	flag.StringVar(&opt.out, "out", "dist/conformance", "directory for hosts")
	flag.StringVar(&opt.only, "only", "", "run cases whose names begin so")
	flag.BoolVar(&opt.verbose, "v", false, "print passed cases as well")
	flag.Parse()

	var err error
	if opt.root, err = moduleRoot(); err != nil {
		return err
	}
	for _, p := range []*string{&opt.dist, &opt.out} {
		if !filepath.IsAbs(*p) {
			*p = filepath.Join(opt.root, *p)
		}
	}
	chosen, err := choose(*names)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *bench {
		return runBench(ctx, opt, chosen, *jsonOut)
	}
	return runCases(ctx, opt, chosen)
}

// moduleRoot is the checkout: the nearest directory with go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not in the checkout: no go.mod above")
		}
		dir = parent
	}
}

func choose(names string) ([]target, error) {
	if names == "" {
		return targets, nil
	}
	var chosen []target
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(targets, func(t target) bool { return t.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown target %q", name)
		}
		chosen = append(chosen, targets[i])
	}
	return chosen, nil
}

func runCases(ctx context.Context, opt options, chosen []target) error {
	var rows []row
	for _, t := range chosen {
		done, err := runTarget(ctx, opt, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		rows = append(rows, done...)
	}
	return printTable(rows)
}

// runTarget runs all suites of one target.
func runTarget(ctx context.Context, opt options, t target) ([]row, error) {
	b, err := t.open(ctx, opt)
	if err != nil {
		return nil, err
	}
	defer b.close()
	var rows []row
	for _, s := range t.suites() {
		rows = append(rows, b.run(ctx, opt, s))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return rows, nil
}
