package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write docs/img/*.png")

// program is mango-sim, hubProgram mango-hub, seats what sits at it, and browser
// a Chromium: one each for all tests.
var (
	program    string
	hubProgram string
	seats      string
	browser    context.Context
)

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := prepared(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// prepared runs the tests with program and browser there, and sees that
// nothing of them is left.
func prepared(tests func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "mango-sim")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program, hubProgram, seats = filepath.Join(dir, "mango-sim"), filepath.Join(dir, "mango-hub"), filepath.Join(dir, "seats")
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./cmd/mango-sim", "./cmd/mango-hub", "./test/seats")
	build.Dir, build.Stdout, build.Stderr = "../..", os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("go build: %w", err)
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return 1, fmt.Errorf("Debian's package chromium is missing (build/deps.sh browser): %w", err)
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium), chromedp.UserDataDir(filepath.Join(dir, "profile"))}
	for _, flag := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "hide-scrollbars",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	browser, _ = chromedp.NewContext(ctx) // Cancel ends it
	if err := chromedp.Do(browser); err != nil {
		return 1, fmt.Errorf("start %s: %w", chromium, err)
	}
	code = tests()
	return code, errors.Join(chromedp.Cancel(browser), goleak.Find())
}

// patience bounds whatever the page is waited for.
const patience = 20 * time.Second

// page is one tab, in a profile that was never used before.
type page struct {
	t   *testing.T
	ctx context.Context

	mu  sync.Mutex
	bad []string // errors of the page, and requests that leave loopback
}

// open opens a tab of that size in a browser that prefers language.
func open(t *testing.T, language string, width, height int64, options ...chromedp.EmulateViewportOption) *page {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &page{t: t, ctx: tab}
	t.Cleanup(func() {
		if err := chromedp.Cancel(tab); err != nil {
			t.Errorf("the tab does not close: %v", err)
		}
		closeTab()
	})
	if err := chromedp.Listen(tab, p.watch); err != nil {
		t.Fatal(err)
	}
	call(p, network.Enable, network.EnableParams{})
	call(p, cdplog.Enable, cdp.Empty{})
	call(p, runtime.Enable, cdp.Empty{})
	call(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
	p.run(chromedp.EmulateViewport(width, height, options...))
	return p
}

// call runs a command of the DevTools protocol.
func call[P, R any](p *page, command cdp.Command[P, R], params P) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, command, params); err != nil {
		p.t.Fatalf("%s: %v", command.Method, err)
	}
}

// watch notes what a page must not do.
func (p *page) watch(event any) {
	var bad string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		bad = fmt.Sprintf("exception: %+v", e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		bad = fmt.Sprintf("console.%s", e.Type)
	case *cdplog.EventEntryAdded:
		bad = fmt.Sprintf("log %s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Hostname() != "127.0.0.1" {
			bad = "request to " + e.Request.URL
		}
	}
	if bad != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.bad = append(p.bad, bad)
	}
}

// clean fails the test when the page did what it must not.
func (p *page) clean() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.bad) > 0 {
		p.t.Errorf("the page:\n%s", strings.Join(p.bad, "\n"))
	}
}

func (p *page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// ask evaluates an expression of the page.
func ask[T any](p *page, js string) T {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return out
}

// until waits for a condition of the page and tells how long that took. It
// asks again and again: a predicate that polls inside the page would have to be
// compiled there, which the page's policy forbids.
func (p *page) until(js string) time.Duration {
	p.t.Helper()
	began := time.Now()
	for !ask[bool](p, "Promise.resolve("+js+").then(Boolean)") {
		if time.Since(began) > patience {
			p.t.Fatalf("the page never came to %s:\n%s", js, ask[string](p, "document.body.innerText"))
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Since(began)
}

// shows waits for an element with a text.
func (p *page) shows(selector, text string) time.Duration {
	p.t.Helper()
	return p.until(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))", selector, text))
}

// ticked is that a clock of the page shows so many seconds, or more.
func ticked(selector string, seconds int) string {
	return fmt.Sprintf(`(([m, s]) => 60 * m + 1 * s >= %d)(document.querySelector(%q).innerText.split(":"))`, seconds, selector)
}

// click clicks the button with a text, as a person does, by the mouse.
func (p *page) click(text string) {
	p.t.Helper()
	js := fmt.Sprintf("[...document.querySelectorAll('button')].find((b) => b.innerText.trim() === %q)", text)
	p.until(js)
	p.run(chromedp.Click(chromedp.JSPath(js), chromedp.NodeVisible))
}

// choose picks a value of a select.
func (p *page) choose(selector, value string) {
	p.t.Helper()
	p.until(fmt.Sprintf("[...(document.querySelector(%q)?.options ?? [])].some((o) => o.value === %q)", selector, value))
	ask[bool](p, fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`, selector, value))
}

// picture keeps what the page looks like among the artifacts of the test.
func (p *page) picture(name string) []byte {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(p.t.ArtifactDir(), name), picture, 0o644)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return picture
}
