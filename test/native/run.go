//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// row is the outcome of one suite.
type row struct {
	target, suite           string
	passed, failed, skipped int
	seconds                 float64
	lines                   []string // failures and skips
}

// odd is where the library lies during a run: paths with Cyrillic and spaces
// are the rule where 1C is at home.
const odd = "каталог ё"

// run lays out a directory, runs the host in it and counts its lines.
func (b bench) run(ctx context.Context, opt options, s suite) row {
	r := row{target: b.name, suite: s.name}
	started := time.Now()
	args, err := b.prepare(opt, s)
	if err != nil {
		r.fail("%v", err)
		return r
	}
	if s.one != "" {
		args = append(args, "--case", s.one)
	} else {
		args = append(args, "--all", "--only", opt.only)
	}
	if len(s.except) > 0 {
		args = append(args, "--except", strings.Join(s.except, ","))
	}
	err = b.start(ctx, s.prefix, args, func(line string) { r.count(line, opt.verbose) })
	// Exit code 1: failures, which have lines of their own. 3: only skips.
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && (exit.ExitCode() == 1 && r.failed > 0 || exit.ExitCode() == 3) {
		err = nil
	}
	if err != nil {
		r.fail("the host ended with: %v", err)
	} else if r.passed+r.failed == 0 && opt.only == "" {
		r.fail("the host ran no case")
	}
	r.seconds = time.Since(started).Seconds()
	return r
}

func (r *row) fail(format string, args ...any) {
	r.failed++
	line := "FAIL " + fmt.Sprintf(format, args...)
	r.lines = append(r.lines, line)
	fmt.Printf("  %-14s %-22s %s\n", r.target, r.suite, line)
}

func (r *row) count(line string, verbose bool) {
	word, _, _ := strings.Cut(line, " ")
	switch word {
	case "ok":
		r.passed++
		if !verbose {
			return
		}
	case "FAIL":
		r.failed++
		r.lines = append(r.lines, line)
	case "SKIPPED":
		r.skipped++
		r.lines = append(r.lines, line)
	default:
		return
	}
	fmt.Printf("  %-14s %-22s %s\n", r.target, r.suite, line)
}

// prepare copies the library, and once more as the second copy, and returns
// the host's arguments. Windows programs see the directory under another path:
// all paths are relative to it.
func (b bench) prepare(opt options, s suite) ([]string, error) {
	source := filepath.Join(opt.dist, s.source)
	if s.source == "" {
		source = filepath.Join(b.dir, "ref"+b.ext())
	}
	if _, err := os.Stat(source); err != nil {
		return nil, fmt.Errorf("no library: %w (make build)", err)
	}
	lib := filepath.Join(odd, b.library)
	second := filepath.Join(odd, "v8_2 "+b.library)
	if err := os.MkdirAll(filepath.Join(b.dir, odd), 0o755); err != nil {
		return nil, err
	}
	for _, to := range []string{lib, second} {
		if err := copyFile(source, filepath.Join(b.dir, to)); err != nil {
			return nil, err
		}
	}
	args := []string{
		b.place(lib), "--second", b.place(second), "--other", b.place("othergo" + b.ext()), "--helper", b.place("helper" + b.ext()),
		"--slow", strconv.Itoa(b.slow),
	}
	if len(b.runner) > 0 {
		args = append(args, "--emulated", "--runner", strings.Join(b.runner, " "))
	}
	return args, nil
}

// place is a file of the directory as the loader wants it named.
func (b bench) place(file string) string {
	if b.windows() {
		return strings.ReplaceAll(file, "/", `\`)
	}
	return "./" + file
}

// copyFile replaces the destination: a library that a process still has mapped
// must not be written over.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// command is the host's command line on this machine.
func (b bench) command(prefix string, args []string) []string {
	if b.windows() {
		return append([]string{"wine-run", prefix, b.bits, b.dir, b.host()}, args...)
	}
	argv := append(b.runner[:len(b.runner):len(b.runner)], "./"+b.host())
	return append(argv, args...)
}

// start runs the host, feeding its lines to f. Its errors go to ours: a Go
// panic's trace belongs to the report.
func (b bench) start(ctx context.Context, prefix string, args []string, f func(line string)) error {
	const limit = 15 * time.Minute // the host's own limit per case comes first
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	argv := b.command(prefix, args)
	if b.windows() {
		root, err := moduleRoot()
		if err != nil {
			return err
		}
		argv[0] = filepath.Join(root, "build", "wine", "run.sh")
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "WINE_SECONDS="+strconv.Itoa(int(limit.Seconds())-20))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // children of the host end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		f(strings.TrimRight(lines.Text(), "\r"))
	}
	err = cmd.Wait()
	if err != nil && errs.Len() > 0 {
		os.Stderr.Write(tail(errs.Bytes(), 6000))
	}
	return err
}

func tail(b []byte, n int) []byte {
	return b[max(0, len(b)-n):]
}
