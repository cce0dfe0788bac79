//go:build linux

package main

import "path/filepath"

// target is a system the libraries are built for, and how its host is made
// and run here.
type target struct {
	name    string
	library string   // file name in dist/ and dist/probe/
	cxx     []string // Linux: the host's compiler
	cc      []string // helper and reference
	goos    string
	goarch  string
	goCC    string   // for the other Go library
	triple  string   // Windows: clang's target
	machine string   // Windows: llvm-dlltool's machine
	bits    string   // Windows: argument of build/wine/run.sh
	runner  []string // an emulator
	slow    int      // multiplies the host's time-outs
}

// -m32 finds the kernel's asm headers only when told: Debian's multilib
// meta-package that would place them evicts the arm64 compiler.
const i386Headers = "/usr/include/x86_64-linux-gnu"

var targets = []target{
	{
		name: "linux-amd64", library: "MangoOfficeSDK64.so", goos: "linux", goarch: "amd64",
		cxx: []string{"g++", "-m64"}, cc: []string{"gcc", "-m64"}, goCC: "gcc", slow: 1,
	},
	{
		name: "linux-386", library: "MangoOfficeSDK.so", goos: "linux", goarch: "386",
		cxx:  []string{"g++", "-m32", "-idirafter", i386Headers},
		cc:   []string{"gcc", "-m32", "-idirafter", i386Headers},
		goCC: "gcc -m32 -idirafter " + i386Headers, slow: 1,
	},
	{
		name: "linux-arm64", library: "MangoOfficeSDKarm64.so", goos: "linux", goarch: "arm64",
		cxx: []string{"aarch64-linux-gnu-g++"}, cc: []string{"aarch64-linux-gnu-gcc"}, goCC: "aarch64-linux-gnu-gcc",
		runner: []string{"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"}, slow: 4,
	},
	{
		name: "windows-amd64", library: "MangoOfficeSDK64.dll", goos: "windows", goarch: "amd64",
		cc: []string{"x86_64-w64-mingw32-gcc-win32"}, goCC: "x86_64-w64-mingw32-gcc-win32",
		triple: "x86_64-pc-windows-msvc", machine: "i386:x86-64", bits: "64", slow: 2,
	},
	{
		name: "windows-386", library: "MangoOfficeSDK.dll", goos: "windows", goarch: "386",
		cc: []string{"i686-w64-mingw32-gcc-win32"}, goCC: "i686-w64-mingw32-gcc-win32",
		triple: "i686-pc-windows-msvc", machine: "i386", bits: "32", slow: 2,
	},
}

func (t target) windows() bool { return t.goos == "windows" }

func (t target) ext() string {
	if t.windows() {
		return ".dll"
	}
	return ".so"
}

// suite is one run of the host against one library.
type suite struct {
	name   string
	source string   // the library relative to dist, "" for the C reference
	prefix string   // of wine
	one    string   // a single case; "" for all
	except []string // cases the library is not meant for
}

// What the C reference does not do, as it is no guest that needs protecting:
// it waits for a stuck event for ever, leaves handlers of signals alone,
// works after a fork and on any stack.
var referenceExcept = []string{"stuck-event", "L1", "L1-later", "L4", "W1", "W6"}

// suites are what is run for a target, in this order. The reference comes
// first: when it fails, the host or the emulator is wrong.
func (t target) suites() []suite {
	s := []suite{
		{name: "C reference", prefix: "win10", except: referenceExcept},
		{name: "probe", source: filepath.Join("probe", t.library), prefix: "win10"},
		{name: "component", source: t.library, prefix: "win10"},
	}
	if t.windows() {
		s = append(s,
			suite{name: "Windows 7, C reference", prefix: "win7", one: "names"},
			suite{name: "Windows 7, probe", source: filepath.Join("probe", t.library), prefix: "win7", one: "W2"},
			suite{name: "Windows 7, component", source: t.library, prefix: "win7", one: "W2"},
		)
	}
	return s
}
