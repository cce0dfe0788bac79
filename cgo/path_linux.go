//go:build cgo

package main

import (
	"bufio"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// libraryPath is the file of this library: the mapping that holds our code.
// dladdr would tell at once, but moved between libraries in glibc 2.34.
var libraryPath = sync.OnceValue(func() string {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return ""
	}
	defer f.Close()
	return mappedFile(bufio.NewScanner(f), uint64(reflect.ValueOf(newHost).Pointer()))
})

// mappedFile finds the file mapped at an address. A line is
// "from-to perms offset dev inode   path", the path may hold spaces.
func mappedFile(lines *bufio.Scanner, address uint64) string {
	for lines.Scan() {
		bounds, rest, _ := strings.Cut(lines.Text(), " ")
		from, to, _ := strings.Cut(bounds, "-")
		low, err1 := strconv.ParseUint(from, 16, 64)
		high, err2 := strconv.ParseUint(to, 16, 64)
		if err1 != nil || err2 != nil || address < low || address >= high {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
	}
	return ""
}
