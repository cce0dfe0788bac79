package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/test/napihost"
)

// block is a piece of the guide that a reader types.
type block struct{ kind, text string }

var (
	blocks = regexp.MustCompile("(?ms)^```(sh|sh window|bsl console)\n(.*?)^```$")
	tokens = regexp.MustCompile(`(?:токен|token) (\S+)`)
)

// chapterOne is the part of the guide that needs neither 1C nor a PBX. `sh
// build` is left out: what it builds is what this test runs with.
func chapterOne(t *testing.T) []block {
	t.Helper()
	raw, err := os.ReadFile("../../docs/guide.ru.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok1 := strings.Cut(string(raw), "\n## 1. ")
	chapter, _, ok2 := strings.Cut(rest, "\n## 2. ")
	if !ok1 || !ok2 {
		t.Fatal("docs/guide.ru.md has no chapters 1 and 2")
	}
	var all []block
	for _, m := range blocks.FindAllStringSubmatch(chapter, -1) {
		all = append(all, block{m[1], m[2]})
	}
	return all
}

// reader is the person who follows the guide.
type reader struct {
	t       *testing.T
	replace *strings.Replacer // addresses and places of the guide by those of this test
	env     []string
	group   *group.Group
	console io.WriteCloser
	out     chan string // what the console and the windows print, line by line
	token   string
}

// TestGuide does what chapter 1 of docs/guide.ru.md says, in its words. Only
// addresses, and the folder of the programs, are others.
func TestGuide(t *testing.T) {
	t.Parallel()
	a, dir := artefacts(t), t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", dir+"/mango-addin", "../../cmd/mango-addin").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	sim, hub := program(t, "mango-sim"), program(t, "mango-hub")
	api, admin, listen := freeAddress(t), freeAddress(t), freeAddress(t)
	r := &reader{
		t: t, group: group.New(context.Background(), nil), out: make(chan string, 1000),
		env: append(os.Environ(), "XDG_CACHE_HOME="+dir, "MANGO_LIBRARY="+a.Library, "MANGO_NAPI_HOST="+strings.Join(a.Host, " ")),
		replace: strings.NewReplacer("127.0.0.1:8095", api, "127.0.0.1:8096", admin, "127.0.0.1:8088", listen, "dist/mango-addin host", dir+"/mango-addin host -",
			"dist/mango-sim", sim+" -listen "+api+" -admin "+admin, "dist/mango-hub demo", hub+" demo -api http://"+api+" -listen "+listen),
	}
	t.Cleanup(func() {
		if err := r.group.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	kinds := map[string]int{}
	for i, b := range chapterOne(t) {
		kinds[b.kind]++
		text := r.replace.Replace(b.text)
		switch b.kind {
		case "sh window":
			r.window(text)
		case "sh":
			cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", text)
			if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), `"error"`) {
				t.Fatalf("%s\nended with %v:\n%s", text, err, out)
			}
		default:
			r.say(i, strings.ReplaceAll(text, "${TOKEN}", r.token))
		}
	}
	for kind, atLeast := range map[string]int{"sh window": 3, "sh": 4, "bsl console": 6} {
		if kinds[kind] < atLeast {
			t.Errorf("the guide has %d blocks of %q, want at least %d: were they found at all?", kinds[kind], kind, atLeast)
		}
	}
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := napihost.Program(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// window runs a program until the end of the test, and waits until it has said
// that it is there.
func (r *reader) window(text string) {
	r.t.Helper()
	argv := strings.Fields(text)
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = soon
	cmd.Env = r.env
	stdin, err := cmd.StdinPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	pr, pw := io.Pipe()
	cmd.Stdout, cmd.Stderr = pw, pw
	if err := cmd.Start(); err != nil {
		r.t.Fatalf("%s: %v", text, err)
	}
	r.group.Go("window", func(context.Context) {
		err := cmd.Wait()
		_ = pw.CloseWithError(fmt.Errorf("%s has ended: %w", text, err))
	})
	r.group.Go("window's text", func(context.Context) {
		for lines := bufio.NewScanner(pr); lines.Scan(); {
			r.out <- lines.Text()
		}
		_, _ = io.Copy(io.Discard, pr)
		r.out <- "окно закрылось: " + text
	})
	r.t.Cleanup(func() { _ = stdin.Close(); stop() })
	switch {
	case strings.Contains(text, "mango-addin"):
		r.console = stdin
		r.await("объект 1:")
	case strings.Contains(text, "mango-hub"):
		m := tokens.FindStringSubmatch(r.await("ws://"))
		if m == nil {
			r.t.Fatalf("%s told no token", text)
		}
		r.token = m[1]
	default:
		r.await("admin/v1")
	}
}

// say types lines into the console and waits until they are carried out.
func (r *reader) say(n int, lines string) {
	r.t.Helper()
	done := fmt.Sprintf("сделано %d", n)
	if _, err := fmt.Fprintf(r.console, "%sметка = \"%s\"\nметка\n", lines, done); err != nil {
		r.t.Fatalf("the console is gone: %v", err)
	}
	r.await(`"` + done + `"`)
}

// await passes over what is printed until a line has want in it.
func (r *reader) await(want string) string {
	r.t.Helper()
	var seen []string
	for deadline := time.After(time.Minute); ; {
		select {
		case line := <-r.out:
			seen = append(seen, line)
			if strings.Contains(line, want) {
				return line
			}
			if strings.HasPrefix(line, "окно закрылось") {
				r.t.Fatalf("waiting for %q:\n%s", want, strings.Join(seen, "\n"))
			}
		case <-deadline:
			r.t.Fatalf("no %q in a minute:\n%s", want, strings.Join(seen, "\n"))
		}
	}
}
