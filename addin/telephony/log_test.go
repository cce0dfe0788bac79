package telephony

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogRotates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.log")
	l := newLog()
	l.limit = 1000
	if err := l.SetPath(path); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if _, err := l.Write([]byte(strings.Repeat("x", 99) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{path, path + ".1"} {
		info, err := os.Stat(name)
		if err != nil || info.Size() != 1000 {
			t.Errorf("%s: %v, %v; want 1000 bytes", filepath.Base(name), info, err)
		}
	}
	if err := l.SetPath(""); err != nil || l.failures() != 0 {
		t.Errorf("SetPath(\"\") = %v, %d lines lost; want none", err, l.failures())
	}
}
