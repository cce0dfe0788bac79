package doctor

import (
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// system tells whether this Linux runs the library: it is linked with glibc.
func (r *Report) system() {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		r.add(Warning, "system_unknown", "Система не назвала себя: "+err.Error(), "")
		return
	}
	name := "Linux " + unix.ByteSliceToString(u.Release[:]) + ", " + runtime.GOARCH
	musl, _ := filepath.Glob("/lib/ld-musl-*")
	glibc, _ := filepath.Glob("/lib*/ld-linux*")
	if len(musl) > 0 && len(glibc) == 0 {
		r.add(Error, "system_musl", name+": система на musl, а не на glibc", "Нужен дистрибутив с glibc: библиотека и сама 1С рассчитаны на неё")
		return
	}
	r.ok("system", "%s", name)
}

// longPath is PATH_MAX less the name of a file.
const longPath = 4096 - 256

// The kinds of file systems that are another machine's (statfs(2)).
var remoteKinds = map[int64]bool{0x6969: true, 0x517b: true, 0xff534d42: true, 0xfe534d42: true, 0x73757245: true}

// remote tells whether a folder lies on another machine.
func remote(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && remoteKinds[int64(uint32(s.Type))] //nolint:gosec // the field differs by architecture; kinds have 32 bits
}

// unloadable tells why no library is loaded from a folder; "" = nothing known.
func unloadable(dir string) string {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) == nil && s.Flags&unix.ST_NOEXEC != 0 {
		return "раздел смонтирован с noexec"
	}
	return ""
}

// profile is the home of the user, for the remedy.
func profile() string { return os.Getenv("HOME") }
