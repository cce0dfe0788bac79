//go:build !windows

package support

import (
	"os"
	"strconv"
	"strings"
)

// System names the operating system, and tells its memory in bytes; what is not
// known is empty.
func System() (name string, total, free uint64) {
	raw, _ := os.ReadFile("/etc/os-release") // elsewhere it is not known
	for line := range strings.Lines(string(raw)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			name = strings.Trim(v, `"`)
		}
	}
	raw, _ = os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.ParseUint(f[1], 10, 64)
		switch f[0] {
		case "MemTotal:":
			total = n << 10
		case "MemAvailable:":
			free = n << 10
		}
	}
	return name, total, free
}
