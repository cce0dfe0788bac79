//go:build root

package telephony_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
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
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	if _, err := p.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 3).Answer().Talk(20).HangUp("caller")); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "the summary", func() bool { return slices.Contains(h.names(), "ИтогЗвонка") })
	path := filepath.Join(disk, "a.html") // its heading alone has more
	m := h.outcome(t, o.report("main", path))
	if m["ok"] != false || m["code"] != string(text.FileNotWritten) || m["path"] != "" {
		t.Errorf("РезультатОперации = %v, want file_not_written", m)
	}
	if got := left(t, disk); len(got) != 0 {
		t.Errorf("the folder has %v, want nothing", got)
	}
}
