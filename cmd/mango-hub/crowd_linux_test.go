package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

// selfKey has this binary be mango-hub: a process of its own can be killed.
const selfKey = "MANGO_HUB_SELF"

// crowdTime bounds what all of them do, on a machine that does other things.
const crowdTime = 2 * time.Minute

// process is a hub in a process of its own.
type process struct {
	t    *testing.T
	file string
	cmd  *exec.Cmd
}

func (p *process) start() {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.Command(self, "run", "-config", p.file) //nolint:noctx // kill ends it
	p.cmd.Env = append(os.Environ(), selfKey+"=1")
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()         // it was killed: that is the error
}

// memory is what the kernel says of the process, in KiB.
func (p *process) memory(what string) int {
	p.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), what+":")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		p.t.Fatalf("%s of the process: %v", what, err)
	}
	return n
}

// seat is a session, and the calls that it was told of.
type seat struct {
	link  *link.Client
	mu    sync.Mutex
	calls []string // entry_id of IncomingCall
}

func (s *seat) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func takeSeat(t *testing.T, url, secret, extension string) *seat {
	t.Helper()
	s := &seat{}
	var err error
	s.link, err = link.Dial(t.Context(), link.Config{
		URL: url, Token: secret, Version: "1", Session: office.Session{Extension: extension, UserID: "u" + extension, Role: "desk"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.link.Deliver(func(d office.Delivery) bool {
		if d.Event.Kind == engine.IncomingCall {
			s.mu.Lock()
			s.calls = append(s.calls, d.Event.EntryID)
			s.mu.Unlock()
		}
		if d.Ref.Seq != 0 {
			_ = s.link.Settle(context.Background(), d.Ref, office.Verdict{Done: true}) // the hub has it then or gives it again
		}
		return true
	})
	return s
}

// TestACrowdComesBack: a thousand sessions (a hundred where races are looked for) at a hub that is killed come back to the
// next process by themselves, all at once, and a call pops up at the one whose
// extension rings, before and after.
func TestACrowdComesBack(t *testing.T) {
	dir := t.TempDir()
	cred := sign.Credentials{Key: fmt.Sprintf("crowd%d", os.Getpid()), Salt: sign.NewSalt("salt")}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := ln.Addr().String()
	ln.Close()
	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Target: "http://" + listen + "/mango", Speed: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	set, err := token.Open(filepath.Join(dir, "data", "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := set.Add(token.Grant{})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, file: filepath.Join(dir, "hub.toml")}
	text := fmt.Sprintf("[pbx]\napi_url = %q\nkey = %q\nsalt = 'salt'\n[http]\nlisten = %q\n[store]\ndata_dir = 'data'\n[log]\nfile = 'hub.log'\n", pbx.URL(), cred.Key, listen)
	if err := os.WriteFile(p.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.start()
	defer func() { p.kill() }()
	seats := make([]*seat, aCrowd)
	defer func() {
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for _, s := range seats {
			if s != nil {
				wg.Go(func() { _ = s.link.Close(end) }) // the hub may be gone
			}
		}
		wg.Wait()
	}()
	for i := range seats {
		seats[i] = takeSeat(t, "ws://"+listen, secret, strconv.Itoa(101+i))
	}
	all(t, "attached", seats)
	idle := p.memory("VmRSS")
	ring(t, pbx, seats)

	p.kill()
	all(t, "cut off", seats, false)
	p.start()
	began := time.Now()
	all(t, "back", seats)
	took := time.Since(began)
	ring(t, pbx, seats)
	t.Logf("%d sessions were back %v after the new process was started; its memory: %d KiB at most, %d KiB before with all of them idle",
		aCrowd, took.Round(time.Millisecond), p.memory("VmHWM"), idle)
}

// all waits until all seats are connected, or none is.
func all(t *testing.T, what string, seats []*seat, connected ...bool) {
	t.Helper()
	want := len(connected) == 0
	for end := time.Now().Add(crowdTime); ; time.Sleep(20 * time.Millisecond) {
		n := 0
		for _, s := range seats {
			if (s.link.View().State == office.Registered) == want {
				n++
			}
		}
		if n == len(seats) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d sessions are %s after %v", n, len(seats), what, crowdTime)
		}
	}
}

// ring has the phone of one of them ring until it is told, and sees that only it
// is: who hears of a call that is over has no use for it.
func ring(t *testing.T, pbx *vpbxtest.PBX, seats []*seat) {
	t.Helper()
	const one = 2 // the emulator has the first three extensions
	before := len(seats[one].told())
	played, err := pbx.Begin(t.Context(), vpbxtest.Inbound("79161234567", "").Ring(strconv.Itoa(101+one), 6000))
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(crowdTime); len(seats[one].told()) == before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the session of extension %d was not told of %s", 101+one, played)
		}
	}
	if err := pbx.Act(t.Context(), played, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client}); err != nil {
		t.Errorf("Act(hangup) = %v", err)
	}
	for i, s := range seats {
		for _, call := range s.told() {
			if i != one {
				t.Errorf("the session of extension %d was told of %s", 101+i, call)
			}
		}
	}
	if got := seats[one].told(); got[len(got)-1] != played {
		t.Errorf("the session of extension %d was told of %v, want %s", 101+one, got, played)
	}
}
