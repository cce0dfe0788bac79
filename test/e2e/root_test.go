//go:build root

package e2e

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

// The tests of this file mount and make network namespaces: they need root, and
// the tag that asks for them (`make test` does, where it is root).

func sh(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// The disk is full: the PBX is told so with 503, nothing that got a 200 is lost,
// and the hub goes on when there is room again, without being started anew.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	sh(t, "mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk)
	t.Cleanup(func() { sh(t, "umount", "-l", disk) })
	h := startHubAt(t, rig.HubConfig{DataDir: filepath.Join(disk, "data")})
	d := desk(t, h, own)
	before := playAnswered(t, h)
	awaited(t, d, "CallSummary", of("CallSummary", before))

	fill(t, filepath.Join(disk, "filler"))
	// The file of the store has room of its own: more calls than it holds.
	refused := 0
	for range 2000 {
		playAnswered(t, h)
		if refused = statuses(h)[http.StatusServiceUnavailable]; refused > 0 {
			break
		}
	}
	t.Logf("answers by status: %v", statuses(h))
	if refused == 0 {
		t.Fatal("a full disk refused nothing")
	}
	if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
		t.Fatal(err)
	}
	after := playAnswered(t, h)
	awaited(t, d, "CallSummary after there was room again", of("CallSummary", after))
	eventually(t, "CallSummary of every call whose summary got a 200", func() bool {
		return len(missing(accepted(t, h.PBX), []*rig.Desk{d})) == 0
	})
}

// offline is how often the desk told that it has no hub.
func offline(d *rig.Desk) (n int) {
	for _, e := range d.Seen() {
		if e.Event == "ConnectionState" && e.State == 1 {
			n++
		}
	}
	return n
}

func playAnswered(t *testing.T, h *rig.Hub) string {
	t.Helper()
	entry, err := h.PBX.Play(t.Context(), answered(client))
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// fill writes until the disk takes no more.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

func statuses(h *rig.Hub) map[int]int {
	count := map[int]int{}
	for _, d := range h.PBX.Delivered() {
		count[d.Status]++
	}
	return count
}

// The other machine: a network namespace, and the line to it.
const (
	ns, near, far = "mangotest", "mangotest0", "mangotest1"
	here, there   = "10.213.77.1", "10.213.77.2"
)

// otherMachine makes it. Before the command of a desk on it stands what it returns.
func otherMachine(t *testing.T) (prefix []string) {
	t.Helper()
	clean := func() {
		_ = exec.Command("ip", "link", "del", near).Run() // or it goes some time after its namespace
		_ = exec.Command("ip", "netns", "del", ns).Run()
	}
	clean() // of an earlier run that was killed
	t.Cleanup(clean)
	sh(t, "ip", "netns", "add", ns)
	sh(t, "ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", ns)
	sh(t, "ip", "addr", "add", here+"/30", "dev", near)
	sh(t, "ip", "link", "set", near, "up")
	sh(t, "ip", "-n", ns, "addr", "add", there+"/30", "dev", far)
	sh(t, "ip", "-n", ns, "link", "set", far, "up")
	return []string{"ip", "netns", "exec", ns}
}

// addressHere is one that both machines reach.
func addressHere() string { return here + ":" + strconv.Itoa(28000+os.Getpid()%2000) }

// A colleague on another machine than that of the first candidate never hosts: he
// waits in state 1 until the host is back, and is served again.
func TestShareElsewhere(t *testing.T) {
	elsewhere := otherMachine(t)
	s := startShare(t, vpbxtest.Config{Speed: 100}, addressHere())
	host := sharing(t, s, "102")
	far := sharing(t, s, own, elsewhere...)
	playTo(t, s.PBX, own)
	awaited(t, far, "CallEnded of the first call", is("CallEnded"))

	host.Kill()
	awaited(t, far, "state 1 with its reason", func(x rig.Data) bool {
		return x.Event == "ConnectionState" && x.State == 1 && x.Code == "share_no_host"
	})
	time.Sleep(5 * time.Second) // more than a take-over needs
	if p := position(t, far); p != "seeking" {
		t.Fatalf("the position of the desk elsewhere while there is no host: %s, want seeking", p)
	}
	if err := host.Start(t.Context()); err != nil {
		t.Fatalf("the host did not come back: %v", err)
	}
	late, cancel := context.WithTimeout(t.Context(), 3*soon) // tries are up to half a minute apart
	defer cancel()
	if _, err := far.Await(late, func(x rig.Data) bool { return x.Event == "ConnectionState" && x.State == 3 }); err != nil {
		t.Fatalf("the desk elsewhere is not served again: %v", err)
	}
	if p := position(t, host) + ", " + position(t, far); p != "host, colleague" {
		t.Errorf("positions: %s; want host, colleague", p)
	}
	playTo(t, s.PBX, own)
	awaited(t, far, "CallEnded of the second call", is("CallEnded"))
	desks := []*rig.Desk{host, far}
	eventually(t, "CallSummary of every call whose summary got a 200", func() bool { return len(missing(accepted(t, s.PBX), desks)) == 0 })
}

// The network between a desk and the hub is cut without a word, and heals: what
// came meanwhile is told once.
func TestNetworkCut(t *testing.T) {
	elsewhere := otherMachine(t)
	h := startHubAt(t, rig.HubConfig{Addr: addressHere()})
	d := desk(t, h, own, elsewhere...)
	entry := playAnswered(t, h)
	awaited(t, d, "CallSummary", of("CallSummary", entry))

	// Frames go to a card that is not there: nobody is told, as when a cable
	// breaks behind a switch. The PBX, on this machine, still reaches the hub.
	const nowhere = "02:00:00:00:00:99"
	sh(t, "ip", "neigh", "replace", there, "lladdr", nowhere, "dev", near, "nud", "permanent")
	sh(t, "ip", "-n", ns, "neigh", "replace", here, "lladdr", nowhere, "dev", far, "nud", "permanent")
	// The desk notices the silence and says so.
	late, cancel := context.WithTimeout(t.Context(), 6*soon)
	defer cancel()
	for before := offline(d); offline(d) == before; {
		if _, err := d.Await(late, is("ConnectionState")); err != nil {
			t.Fatalf("the desk does not notice that the line is cut: %v", err)
		}
	}
	var cut []string
	for range 5 {
		cut = append(cut, playAnswered(t, h))
	}
	sh(t, "ip", "neigh", "del", there, "dev", near)
	sh(t, "ip", "-n", ns, "neigh", "del", here, "dev", far)
	for _, entry := range cut {
		e, err := d.Await(late, of("CallSummary", entry)) // it comes back within half a minute, the line is tried again with jitter
		if err != nil {
			t.Fatalf("no CallSummary of call %s, played while the line was cut (%v): %v", entry, e, err)
		}
	}
	told := map[string]int{}
	for _, e := range d.Seen() {
		if e.Event == "CallSummary" {
			told[e.ID]++
		}
	}
	for id, n := range told {
		if n != 1 {
			t.Errorf("summary %s was told %d times, want once", id, n)
		}
	}
}
