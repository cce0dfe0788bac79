package jetstream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
)

// hubEnv makes a process of this test program a hub that leads and works until
// it is killed, or has lost.
const hubEnv = "MANGO_TEST_HUB"

// hub appends, derives and leases, and writes a line for what it knows to be
// done: "append KEY", "lease ID SEQ", at the end "lost".
func hub(raw string) error {
	var o jetstream.Options
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		return err
	}
	ctx := context.Background()
	node, err := jetstream.Open(ctx, o)
	if err != nil {
		return err
	}
	s, err := node.Lead(ctx)
	if err != nil {
		return err
	}
	for i := 0; err == nil; i++ {
		err = work(ctx, s, fmt.Sprint("0/", i))
	}
	if !errors.Is(err, jetstream.ErrLost) {
		return err
	}
	fmt.Println("lost")
	return node.Close()
}

func work(ctx context.Context, s *jetstream.Store, key string) error {
	pos, _, err := s.Append(ctx, key, []byte(key))
	if err != nil {
		return err
	}
	fmt.Println("append", key)
	if err := s.Derive(ctx, pos, []journal.Out{{ID: key, Record: true, Raw: []byte(key)}}); err != nil {
		return err
	}
	given, err := s.Lease(ctx, "session", true, 1)
	for _, d := range given {
		fmt.Println("lease", d.ID, d.Seq)
	}
	return err
}

// hubProcess is a hub, and what it has said.
type hubProcess struct {
	cmd   *exec.Cmd
	lines chan string
}

func startHub(t testing.TB, o jetstream.Options) *hubProcess {
	t.Helper()
	raw, err := json.Marshal(struct {
		URL, Key, NodeName string
		TTL                time.Duration
	}{o.URL, o.Key, o.NodeName, o.TTL})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &hubProcess{cmd: exec.Command(self), lines: make(chan string, 1<<16)}
	h.cmd.Env = append(os.Environ(), hubEnv+"="+string(raw))
	h.cmd.Stderr = os.Stderr
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(h.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			h.lines <- lines.Text()
		}
	}()
	t.Cleanup(h.kill)
	return h
}

// kill ends the process as a power failure would.
func (h *hubProcess) kill() {
	_ = h.cmd.Process.Kill() // it may have ended
	for range h.lines {
	}
	_ = h.cmd.Wait() // it was killed: that is the error
}

// said collects what a hub knows to be done.
type said struct {
	appended map[string]bool
	leased   map[string]uint64 // id → seq
	lost     bool
}

func (s *said) hear(t testing.TB, line string) {
	t.Helper()
	switch f := strings.Fields(line); {
	case len(f) == 2 && f[0] == "append":
		s.appended[f[1]] = true
	case len(f) == 3 && f[0] == "lease":
		seq, err := strconv.ParseUint(f[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		s.leased[f[1]] = seq
	case line == "lost":
		s.lost = true
	default:
		t.Fatalf("the hub says %q", line)
	}
}

// listen hears so many lines, or all when n is 0.
func (s *said) listen(t testing.TB, h *hubProcess, n int) {
	t.Helper()
	late := time.After(20 * time.Second)
	for i := 0; n == 0 || i < n; i++ {
		select {
		case line, ok := <-h.lines:
			if !ok {
				return
			}
			s.hear(t, line)
		case <-late:
			t.Fatalf("the hub said %d lines and no more", i)
		}
	}
}

// checkTakenOver: what the hub before knew to be done is in the next one's
// store. Its clock is two minutes ahead, so what was leased is due again.
func (s *said) checkTakenOver(t testing.TB, next *jetstream.Store) {
	t.Helper()
	c := &crowd{answered: s.appended}
	c.check(t, keysOf(t, next))
	attempts := map[string]journal.Delivery{}
	before := uint64(0)
	for _, d := range leaseAll(t, next) {
		if d.Seq <= before {
			t.Errorf("event %s with seq %d comes after %d", d.ID, d.Seq, before)
		}
		before = d.Seq
		attempts[d.ID] = d
	}
	for id, seq := range s.leased {
		if d, ok := attempts[id]; !ok || d.Seq != seq || d.Attempt != 2 {
			t.Errorf("event %s, leased with seq %d, comes as %v #%d, want it again, the second time", id, seq, d.Ref, d.Attempt)
		}
	}
}

func ahead() time.Time { return time.Now().Add(2 * time.Minute) }

// TestHubKilled: another hub takes over from one that was killed.
func TestHubKilled(t *testing.T) {
	t.Parallel()
	o := jetstream.Options{URL: common.get(t), Key: t.Name(), NodeName: "first", TTL: ttl}
	h := startHub(t, o)
	s := &said{appended: map[string]bool{}, leased: map[string]uint64{}}
	s.listen(t, h, 100)
	_ = h.cmd.Process.Kill() // it is alive, and talking
	s.listen(t, h, 0)
	o.NodeName, o.Now, o.TTL = "second", ahead, ttlHeld
	s.checkTakenOver(t, leadNode(t, open(t, o)))
}

// TestHubAsleep: a hub that stops for longer than its leadership lasts, in the
// middle of whatever it did, has done nothing more when it goes on.
func TestHubAsleep(t *testing.T) {
	t.Parallel()
	o := jetstream.Options{URL: common.get(t), Key: t.Name(), NodeName: "first", TTL: ttl}
	h := startHub(t, o)
	s := &said{appended: map[string]bool{}, leased: map[string]uint64{}}
	s.listen(t, h, 100)
	if err := h.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	o.NodeName, o.Now, o.TTL = "second", ahead, ttlHeld
	next := leadNode(t, open(t, o))
	appendTo(t, next, "1/0")
	keys := keysOf(t, next)
	if err := h.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.listen(t, h, 0)
	if !s.lost {
		t.Error("the hub that slept has not heard that it has lost")
	}
	want(t, "keys after it woke", keysOf(t, next), keys)
	s.checkTakenOver(t, next)
}
