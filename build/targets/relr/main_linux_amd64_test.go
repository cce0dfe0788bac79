package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// library has pointers in every kind of data: to texts, to functions, to
// itself, in constants and variables, more than one bitmap of them, and words
// between them that are none.
const library = `
#include <string.h>
static int one(void) { return 1; }
static int two(void) { return 2; }
static int (*const functions[])(void) = { one, two };
static struct mixed { long before; const char *text; long after; } mixed[] = { {7, "seven", 70}, {8, "eight", 80} };
#define A4(s) s "0", s "1", s "2", s "3"
#define A16(s) A4(s "0"), A4(s "1"), A4(s "2"), A4(s "3")
#define A64(s) A16(s "0"), A16(s "1"), A16(s "2"), A16(s "3")
const char *const many[] = { A64("0"), A64("1"), A64("2"), A64("3") };
const void *const self = &self;
static int began;
__attribute__((constructor)) static void begin(void) { began = functions[1]() == 2; }
const char *fault(void) {
	if (!began) return "constructors do not run after the relocations";
	if (functions[0]() != 1 || functions[1]() != 2) return "functions";
	for (int i = 0; i < 2; i++) {
		if (mixed[i].before != 7 + i || mixed[i].after != 70 + 10 * i) return "a number was changed";
		if (strcmp(mixed[i].text, i ? "eight" : "seven")) return "text between numbers";
	}
	for (int i = 0; i < 256; i++) {
		char want[5] = { '0' + i / 64, '0' + i / 16 % 4, '0' + i / 4 % 4, '0' + i % 4, 0 };
		if (strcmp(many[i], want)) return "one of many texts";
	}
	if (self != &self) return "a pointer to itself";
	return "";
}
`

const host = `
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
	void *l = dlopen(argv[1], RTLD_NOW);
	if (!l) { puts(dlerror()); return 1; }
	const char *(*fault)(void) = dlsym(l, "fault");
	puts(fault());
	unsigned long table = (unsigned long)dlsym(l, "many"), from, to;
	char line[4096], rights[5];
	FILE *maps = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 && from <= table && table < to) puts(rights);
	return 0;
}
`

// cc compiles source in dir, as build.sh does the library.
func cc(t *testing.T, dir, name, source string, args ...string) string {
	t.Helper()
	file, out := filepath.Join(dir, name+".c"), filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "gcc", append([]string{"-O2", "-o", out, file}, args...)...)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gcc %v = %v\n%s", args, err, said)
	}
	return out
}

var packed = []string{
	"-shared", "-fPIC", filepath.Join("..", "..", "..", "cgo", "relocate_linux_amd64.c"),
	"-Wl,-z,relro", "-Wl,-z,pack-relative-relocs", "-Wl,-init=napi_relocate",
}

func needs(t *testing.T, path string) []string {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libs, err := f.DynamicVersionNeeds()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range libs {
		for _, v := range l.Needs {
			all = append(all, l.Name+" "+v.Dep)
		}
	}
	slices.Sort(all)
	return all
}

// TestLibraryRelocatesItself: a library that the loader knows nothing of works,
// what was constant is read-only again, and it asks for nothing new of glibc.
func TestLibraryRelocatesItself(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lib := cc(t, dir, "lib.so", library, packed...)
	before := needs(t, lib)
	if err := patchFile(lib); err != nil {
		t.Fatalf("patchFile() = %v", err)
	}
	want := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return strings.HasSuffix(s, " GLIBC_ABI_DT_RELR") })
	if got := needs(t, lib); len(want) != len(before)-1 || !slices.Equal(got, want) {
		t.Errorf("versions of glibc before %q, after %q", before, got)
	}
	out, err := exec.CommandContext(t.Context(), cc(t, dir, "host", host, "-ldl"), lib).CombinedOutput()
	if got := string(out); err != nil || got != "\nr--p\n" {
		t.Errorf("host = %v, %q; want no fault and a table that is read-only", err, got)
	}
}

// TestRefusals: a build whose linker did not do what it was asked for fails.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		without string
		twice   bool
		want    string
	}{
		"not packed":   {without: "-Wl,-z,pack-relative-relocs", want: "0 of 3 tags"},
		"no function":  {without: "-Wl,-init=napi_relocate", want: "DT_INIT is not in .text"},
		"done already": {twice: true, want: "0 of 3 tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := slices.DeleteFunc(slices.Clone(packed), func(s string) bool { return s == c.without })
			lib := cc(t, t.TempDir(), "lib.so", library, args...)
			if c.twice {
				if err := patchFile(lib); err != nil {
					t.Fatal(err)
				}
			}
			if err := patchFile(lib); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("patchFile() = %v, want %q", err, c.want)
			}
		})
	}
}
