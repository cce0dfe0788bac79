package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/vpbxtest"
)

// screen is a program on a terminal of its own, as a person has it before him.
type screen struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File

	mu    sync.Mutex
	shown bytes.Buffer
	seen  int // what expect has passed
}

func openScreen(t *testing.T, env []string, exe string, args ...string) *screen {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY)
	if errno != 0 {
		t.Fatalf("the other end of the terminal: %v", errno)
	}
	tty := os.NewFile(slave, "tty")
	defer tty.Close()
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120}); err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, master: master, cmd: exec.CommandContext(t.Context(), exe, args...)}
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g := group.New(context.Background(), nil)
	g.Go("screen", func(context.Context) { s.read() })
	t.Cleanup(func() {
		_ = master.Close()
		if err := g.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *screen) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.shown.Write(buf[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *screen) typed(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatalf("typing %q: %v", keys, err)
	}
}

// expect waits until want stands on the screen, after what it saw before.
func (s *screen) expect(want string) {
	s.t.Helper()
	for deadline := time.Now().Add(soon); ; time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		shown := s.shown.String()
		s.mu.Unlock()
		if i := strings.Index(shown[s.seen:], want); i >= 0 {
			s.seen += i + len(want)
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen has no %q after what came before:\n%s", want, shown[s.seen:])
		}
	}
}

// interrupt is Ctrl-C for what runs, until want stands on the screen. While a
// line is typed Ctrl-C is a key like others: it waits until the terminal makes
// a signal of it; one that comes just before the call begins is nobody's.
func (s *screen) interrupt(want string) {
	s.t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		s.mu.Lock()
		done := strings.Contains(s.shown.String()[s.seen:], want)
		s.mu.Unlock()
		state, err := unix.IoctlGetTermios(int(s.master.Fd()), unix.TCGETS)
		if done || err != nil {
			break
		}
		if state.Lflag&unix.ISIG != 0 {
			s.typed("\x03")
		}
	}
	s.expect(want)
}

// A person at a terminal: names are completed, parameters shown, events come
// between the lines, the last lines can be had back, and the session is
// recorded as a script that does it all again.
func TestDialogue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	exe := filepath.Join(dir, "mango-addin")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", exe, "../../cmd/mango-addin").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	r := start(t, vpbxtest.Config{Behaviour: vpbxtest.Behaviour{TalkFor: 1}})
	listen := freeAddress(t)
	if err := r.PBX.SetTarget("http://" + listen); err != nil {
		t.Fatal(err)
	}
	params := r.Params(map[string]any{"listen": map[string]any{"address": listen}})
	script := filepath.Join(dir, "session.script")
	flags := append([]string{"host", "-record", script}, consoleFlags(t)...)
	s := openScreen(t, []string{"XDG_CACHE_HOME=" + dir}, exe, flags...)

	s.expect("> ")
	s.typed("подкл\tи\t") // Подключено has the same beginning
	s.expect("Подключает объект к ВАТС")
	s.expect("Подключить(")
	s.typed(params + ", 10000)\r")
	s.expect("Истина")
	s.typed("ждать состоян\t 10s\r")
	s.expect("ждать СостояниеСвязи 10s")
	s.typed("Состояние\r")
	s.expect("= 3")
	s.typed("Иниц\t\"79161234567\")\r")
	s.expect("ИнициироватьЗвонок(\"79161234567\")")
	s.typed("ждать ИтогЗвонка 20s\r")
	s.expect("reached_ok")
	s.typed("поле status \"reached_ok\"\r")
	s.typed("\x1b[A\x1b[A\x1b[A\x1b[B\x1b[B\r") // up to Иниц…, down to the check
	s.expect("поле status \"reached_ok\"")
	s.typed("описание ЗвонокПринят\r")
	s.expect("Разговор начался")
	s.typed("Спеть(\r)\r")
	s.expect("! метода Спеть нет")
	s.typed("ждать Гром\r")
	s.expect("! события \"Гром\" нет")
	// Ctrl-C takes away a line, then a statement that goes on, then a wait; the
	// session and its component live on.
	s.typed("Отключ\x03Подключить({\r\x03")
	s.expect("… ")
	s.typed("ждать ВходящийЗвонок 1h\r")
	s.expect("1h\r\n")
	s.interrupt("прервано")
	s.typed("Состояние\r")
	s.expect("= 3")
	s.typed("Подключить(\"" + strings.Repeat("я", 4200) + "\")\r")
	s.expect("длиннее 4096 знаков")
	s.typed("Отключить()\r")
	s.expect("Истина")
	s.typed("\x04")
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("the dialogue ended with %v:\n%s", err, s.shown.String())
	}

	raw, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{r.Salt()} {
		history, err := os.ReadFile(filepath.Join(dir, "mangoofficesdk", "console_history"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(secret)) || bytes.Contains(history, []byte(secret)) {
			t.Error("script or history hold the salt")
		}
	}
	for range 2 {
		out, code := console(t, exe, string(raw), append(consoleFlags(t), "-set", "MANGO_SALT="+r.Salt())...)
		if code != 0 {
			t.Fatalf("the recorded script ended with %d:\n%s\n%s", code, raw, out)
		}
	}
	broken := strings.Replace(string(raw), "reached_ok", "missed", 1)
	if out, code := console(t, exe, broken, append(consoleFlags(t), "-set", "MANGO_SALT="+r.Salt())...); code != 1 {
		t.Errorf("the script with another expectation ended with %d, want 1:\n%s", code, out)
	}
}
