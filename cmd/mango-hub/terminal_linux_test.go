package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/group"
)

// person sits at a terminal.
type person struct {
	t         *testing.T
	hand, tty *os.File
	seen      output // what the screen shows
}

// sit opens a terminal of the system.
func sit(t *testing.T) *person {
	t.Helper()
	hand, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(hand.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(hand.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, hand: hand, tty: tty}
	g := group.New(t.Context(), nil)
	g.Go("screen", func(context.Context) {
		for buf := make([]byte, 1024); ; {
			n, err := hand.Read(buf)
			_, _ = p.seen.Write(buf[:n])
			if err != nil {
				return
			}
		}
	})
	t.Cleanup(func() {
		tty.Close() // the screen reads to its end then
		if err := g.Wait(context.Background()); err != nil {
			t.Error(err)
		}
		hand.Close()
	})
	return p
}

// echoes tells whether the terminal shows what is typed.
func (p *person) echoes() bool {
	p.t.Helper()
	set, err := unix.IoctlGetTermios(int(p.tty.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return set.Lflag&unix.ECHO != 0
}

// await waits for a question, and for the terminal to show answers, or not.
func (p *person) await(question string, shown bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(p.seen.String(), question) || p.echoes() != shown; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("no question %q with echo %t on the screen:\n%s", question, shown, p.seen.String())
		}
	}
}

func (p *person) types(s string) {
	p.t.Helper()
	if _, err := p.hand.WriteString(s); err != nil {
		p.t.Fatal(err)
	}
}

// begin runs init at the terminal.
func (p *person) begin(ctx context.Context, file string) (ended chan int) {
	ended = make(chan int, 1)
	c := console{env: english, in: p.tty, out: p.tty, err: p.tty}
	group.New(context.WithoutCancel(ctx), nil).Go("init", func(context.Context) { ended <- run(ctx, []string{"init", "-config", file}, c) })
	return ended
}

func (p *person) end(ended chan int, want int) {
	p.t.Helper()
	select {
	case code := <-ended:
		if code != want {
			p.t.Errorf("init: status %d, want %d:\n%s", code, want, p.seen.String())
		}
	case <-time.After(patience):
		p.t.Fatalf("init does not end:\n%s", p.seen.String())
	}
}

// The salt is asked for without being shown; the other answers are.
func TestInitHidesTheSalt(t *testing.T) {
	t.Parallel()
	p := sit(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "hub.toml")
	ended := p.begin(t.Context(), file)
	for _, row := range []struct {
		question, answer string
		shown            bool
	}{
		{"Key of your PBX", "my-key", true},
		{"Key for signatures (not shown", "my-s3cr3t", false},
		{"Address to listen on", ":9000", true},
		{"from outside", "", true},
		{"Folder of the journal", filepath.Join(dir, "data"), true},
		{"PEM file", "", true},
		{"reverse proxies", "127.0.0.1", true},
	} {
		p.await(row.question, row.shown)
		p.types(row.answer + "\n")
	}
	p.end(ended, 0)
	cfg, err := config.Load(file)
	if err != nil || cfg.PBX.Key != "my-key" || cfg.PBX.Salt != "my-s3cr3t" || cfg.HTTP.TrustedProxies[0] != "127.0.0.1" {
		t.Errorf("init wrote key %q, proxies %v, %v", cfg.PBX.Key, cfg.HTTP.TrustedProxies, err)
	}
	if screen := p.seen.String(); strings.Contains(screen, "s3cr3t") || !strings.Contains(screen, "my-key") {
		t.Errorf("the screen shows the salt, or not the key:\n%s", screen)
	}
	if !p.echoes() {
		t.Error("the terminal shows nothing any more after init")
	}
}

// Who interrupts the program at the hidden question has a terminal as before.
func TestInitInterrupted(t *testing.T) {
	t.Parallel()
	p := sit(t)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := p.begin(ctx, filepath.Join(t.TempDir(), "hub.toml"))
	p.await("Key of your PBX", true)
	p.types("my-key\n")
	p.await("Key for signatures", false)
	interrupt()
	p.end(ended, 1)
	if !p.echoes() {
		t.Error("the terminal shows nothing any more after an interruption")
	}
	p.types("x\n") // else the reading that is left would not end with the test
	p.await("Address to listen on", true)
	p.types("\x04") // the end of the input
	p.await("Address to listen on", true)
}
