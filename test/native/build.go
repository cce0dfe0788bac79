//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bench is a built host with its fixtures, all in one directory.
type bench struct {
	target
	dir   string
	close func() // lets another run in
}

// open takes the target's directory and compiles what is older than its
// sources.
func (t target) open(ctx context.Context, opt options) (bench, error) {
	b := bench{target: t, dir: filepath.Join(opt.out, t.name)}
	var err error
	if b.close, err = lock(b.dir); err != nil {
		return b, err
	}
	started := time.Now()
	if err := b.build(ctx, opt); err != nil {
		b.close()
		return b, err
	}
	fmt.Printf("=== %s: hosts ready in %.0f s\n", t.name, time.Since(started).Seconds())
	return b, nil
}

func (b bench) build(ctx context.Context, opt options) error {
	src := filepath.Join(opt.root, "testdata", "host")
	steps := []struct {
		file, sources string // globs below src, one per word
		make          func(ctx context.Context, src, file string) error
	}{
		{b.host(), "*.cpp *.hpp windows/*", b.buildHost},
		{"ref" + b.ext(), "ref/*", b.buildReference},
		{"helper" + b.ext(), "helper.c", b.buildHelper},
		{"othergo" + b.ext(), "othergo/*", b.buildOtherGo},
	}
	for _, s := range steps {
		file := filepath.Join(b.dir, s.file)
		if fresh(file, src, s.sources) {
			continue
		}
		if err := s.make(ctx, src, file); err != nil {
			return fmt.Errorf("%s: %w", s.file, err)
		}
	}
	return nil
}

func (b bench) host() string {
	if b.windows() {
		return "host.exe"
	}
	return "host"
}

// fresh tells whether file is newer than all its sources.
func fresh(file, src, globs string) bool {
	made, err := os.Stat(file)
	if err != nil {
		return false
	}
	for glob := range strings.FieldsSeq(globs) {
		found, err := filepath.Glob(filepath.Join(src, glob))
		if err != nil || len(found) == 0 {
			return false
		}
		for _, f := range found {
			if st, err := os.Stat(f); err != nil || !st.ModTime().Before(made.ModTime()) {
				return false
			}
		}
	}
	return true
}

// compile runs a tool and shows what it said when it fails.
func compile(ctx context.Context, dir string, env []string, argv ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, bytes.TrimSpace(out))
	}
	return nil
}

// hostSources are the host's files for this system: a suffix _linux or
// _windows means what it means in Go.
func (b bench) hostSources(src string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(src, "*.cpp"))
	if err != nil {
		return nil, err
	}
	other := "_windows.cpp"
	if b.windows() {
		other = "_linux.cpp"
		more, err := filepath.Glob(filepath.Join(src, "windows", "*.cpp"))
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	var mine []string
	for _, f := range files {
		if !strings.HasSuffix(f, other) {
			mine = append(mine, f)
		}
	}
	return mine, nil
}

func (b bench) buildHost(ctx context.Context, src, file string) error {
	files, err := b.hostSources(src)
	if err != nil {
		return err
	}
	if b.windows() {
		return b.buildWindowsHost(ctx, src, file, files)
	}
	args := append(b.cxx[:len(b.cxx):len(b.cxx)], "-std=c++17", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-pthread", "-o", file)
	return compile(ctx, src, nil, append(append(args, files...), "-ldl")...)
}

// buildWindowsHost compiles for the MSVC ABI without any SDK: import libraries
// come from the .def files, the rest of a run-time library from windows/crt.cpp.
func (b bench) buildWindowsHost(ctx context.Context, src, file string, files []string) error {
	work, err := os.MkdirTemp("", "host")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	link := []string{"lld-link", "/nologo", "/entry:host_entry", "/subsystem:console", "/safeseh:no", "/nodefaultlib", "/out:" + file}
	for _, lib := range []string{"kernel32", "msvcrt"} {
		out := filepath.Join(work, lib+".lib")
		if err := b.importLibrary(ctx, filepath.Join(src, "windows", lib+".def"), out); err != nil {
			return err
		}
		link = append(link, out)
	}
	for _, f := range files {
		obj := filepath.Join(work, filepath.Base(f)+".obj")
		args := []string{
			"clang++", "--target=" + b.triple, "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-missing-exception-spec",
			"-fms-extensions", "-fcxx-exceptions", "-fexceptions",
			"-fno-threadsafe-statics", "-mno-stack-arg-probe", // no run-time library to help
			"-c", f, "-o", obj,
		}
		if filepath.Base(f) == "crt.cpp" {
			args = append(args, "-fno-rtti") // it defines the class of the type descriptors itself
		}
		if err := compile(ctx, src, nil, args...); err != nil {
			return err
		}
		link = append(link, obj)
	}
	return compile(ctx, work, nil, link...)
}

// importLibrary makes one from a .def file whose names carry the stdcall
// decoration, which only x86 has.
func (b bench) importLibrary(ctx context.Context, def, out string) error {
	args := []string{"llvm-dlltool", "-m", b.machine, "-l", out, "-d"}
	if b.goarch == "386" {
		return compile(ctx, "", nil, append(args, def, "-k")...)
	}
	text, err := os.ReadFile(def)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	for i, l := range lines {
		lines[i], _, _ = strings.Cut(l, "@")
	}
	plain := out + ".def"
	if err := os.WriteFile(plain, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		return err
	}
	return compile(ctx, "", nil, append(args, plain)...)
}

func (b bench) buildReference(ctx context.Context, src, file string) error {
	files, err := filepath.Glob(filepath.Join(src, "ref", "*.c"))
	if err != nil {
		return err
	}
	args := append(b.cc[:len(b.cc):len(b.cc)], "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-shared", "-s", "-o", file)
	args = append(args, files...)
	if b.windows() {
		args = append(args, filepath.Join(src, "ref", "ref.def"))
	} else {
		args = append(args, "-fPIC", "-pthread")
	}
	return compile(ctx, src, nil, args...)
}

func (b bench) buildHelper(ctx context.Context, src, file string) error {
	args := append(b.cc[:len(b.cc):len(b.cc)], "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-o", file, filepath.Join(src, "helper.c"))
	if !b.windows() {
		args = append(args, "-fPIC", "-ldl")
	}
	return compile(ctx, src, nil, args...)
}

func (b bench) buildOtherGo(ctx context.Context, src, file string) error {
	env := []string{"CGO_ENABLED=1", "GOOS=" + b.goos, "GOARCH=" + b.goarch, "CC=" + b.goCC, "GOFLAGS=-mod=readonly"}
	return compile(ctx, filepath.Join(src, "othergo"), env,
		"go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, ".")
}
