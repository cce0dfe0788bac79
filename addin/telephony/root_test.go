//go:build root

package telephony_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"mangoofficesdk/sdk/text"
)

// The test of this file mounts: it needs root, and the tag that asks for it
// (`make test` does, where it is root).

// The disk that a report is to lie on is full: it is told of, and nothing of the
// report is left there.
func TestReportOnAFullDisk(t *testing.T) {
	disk := t.TempDir()
	sh := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	sh("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk)
	t.Cleanup(func() { sh("umount", "-l", disk) })
	h, o := afterACall(t)
	path := filepath.Join(disk, "a.html") // its heading alone has more
	m := h.outcome(t, o.report("main", path))
	if m["ok"] != false || m["code"] != string(text.FileNotWritten) || m["path"] != "" {
		t.Errorf("РезультатОперации = %v, want file_not_written", m)
	}
	if got := left(t, disk); len(got) != 0 {
		t.Errorf("the folder has %v, want nothing", got)
	}
}
