//go:build root

package telephony_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"mangoofficesdk/sdk/text"
)

// The tests of this file mount: they need root, and the tag that asks for it
// (`make test` does, where it is root).

// The disk that a report is to lie on is full: it is told of, and nothing of the
// report is left there.
func TestReportOnAFullDisk(t *testing.T) {
	disk := t.TempDir()
	small(t, disk)
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

// small mounts a disk of one page; the result mounts it once more, with options.
func small(t *testing.T, disk string) (remount func(options string)) {
	t.Helper()
	sh := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	sh("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk)
	t.Cleanup(func() { sh("umount", "-l", disk) })
	return func(options string) { sh("mount", "-o", "remount,"+options, disk) }
}

// The archive of the logs has no room, and then no right to be there: both are
// told of with the argument's name, and nothing is left.
func TestCollectLogsOnAFullDisk(t *testing.T) {
	disk := t.TempDir()
	remount := small(t, disk)
	r := newRig(t)
	h := newHost()
	o := r.connected(h)
	if err := os.WriteFile(o.get("ПутьКЖурналу").Str()+".1", []byte(planted()), 0o600); err != nil {
		t.Fatal(err)
	}
	m := h.outcome(t, o.must("СобратьЖурналы", disk).Str())
	if m["ok"] != false || m["code"] != string(text.FileNotWritten) || m["path"] != "" {
		t.Errorf("РезультатОперации = %v, want file_not_written", m)
	}
	remount("ro")
	if code, field := o.fails("СобратьЖурналы", disk); code != string(text.FileNotWritten) || field != "ПутьКАрхиву" {
		t.Errorf("СобратьЖурналы on a disk that is read only = %s, field %s", code, field)
	}
	if got := left(t, disk); len(got) != 0 {
		t.Errorf("the folder has %v, want nothing", got)
	}
}
