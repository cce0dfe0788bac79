//go:build cgo

package main

import (
	"bufio"
	"strings"
	"testing"
)

func TestMappedFile(t *testing.T) {
	t.Parallel()
	const maps = `00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/1cv8
7f2c5a000000-7f2c5a021000 rw-p 00000000 00:00 0
7f2c5b000000-7f2c5b900000 r-xp 00001000 08:02 99        /tmp/v8_1 2.каталог/Mango SDK.so
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`
	for address, want := range map[uint64]string{
		0x401000:           "/usr/bin/1cv8",
		0x7f2c5a000010:     "",
		0x7f2c5b000000:     "/tmp/v8_1 2.каталог/Mango SDK.so",
		0x7f2c5b8fffff:     "/tmp/v8_1 2.каталог/Mango SDK.so",
		0x7f2c5b900000:     "",
		0xffffffffff600001: "",
	} {
		if got := mappedFile(bufio.NewScanner(strings.NewReader(maps)), address); got != want {
			t.Errorf("mappedFile(%#x) = %q, want %q", address, got, want)
		}
	}
	if got := libraryPath(); !strings.HasPrefix(got, "/") {
		t.Errorf("libraryPath() = %q, want the file of this test", got)
	}
}
