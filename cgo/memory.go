//go:build cgo

package main

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
)

// limit32 bounds the Go heap in a 32-bit process, bytes: 1C needs the rest of
// its two gigabytes. It is a soft limit, the collector works harder near it.
const limit32 = 192 << 20

// limitMemory keeps the Go heap small where addresses are scarce. GOMEMLIMIT
// of the process wins, for support to try things.
func limitMemory() {
	if strconv.IntSize == 32 && os.Getenv("GOMEMLIMIT") == "" && debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(limit32)
	}
}
