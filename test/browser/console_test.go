package browser

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// output is what the program prints, read while it is written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// sim starts the real program, and a listener that counts by path.
func sim(t *testing.T) (console string, got func(path string) int, api string) {
	t.Helper()
	var mu sync.Mutex
	seen := map[string]int{}
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.URL.Path]++
	}))
	t.Cleanup(listener.Close)
	var out output
	cmd := exec.Command(program, "-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-target", listener.URL)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("mango-sim: %v\n%s", err, &out)
		}
	})
	address := regexp.MustCompile(`(?s)api_url (http://\S+)\).*console is at (http://\S+/),`)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if m := address.FindStringSubmatch(out.String()); m != nil {
			return m[2], func(path string) int { mu.Lock(); defer mu.Unlock(); return seen[path] }, m[1]
		}
	}
	t.Fatalf("mango-sim tells no address:\n%s", &out)
	return "", nil, ""
}

// seat is the state of an employee on the board.
func seat(extension, state string) string {
	return `[...document.querySelectorAll("#people .seat")].some((e) => e.innerText.startsWith("` + extension + `") && e.innerText.includes("` + state + `"))`
}

// A call from ringing over a transfer to its summary, by clicks, in Russian.
func TestCallByClicks(t *testing.T) {
	console, got, _ := sim(t)
	p := open(t, "ru-RU,ru;q=0.9,en;q=0.5", 1360, 1000)
	p.run(chromedp.Navigate(console))
	p.shows("header", "Эмулятор облачной АТС")
	p.shows("#link", "На связи")
	if lang := ask[string](p, "document.documentElement.lang"); lang != "ru" {
		t.Errorf("lang is %q, want ru", lang)
	}
	p.choose("#new [name=to]", "101")
	p.click("Входящий")
	if took := p.shows("article.call", "79161234567"); took > 5*time.Second {
		t.Errorf("the call appeared after %v, want it at once", took)
	}
	p.until(seat("101", "вызов"))
	p.until(ticked(".call-head time", 1))
	p.click("Ответить")
	p.until(seat("101", "говорит"))
	p.click("Удержать")
	p.until(seat("101", "удержание"))
	p.click("Снять с удержания")
	p.until(seat("101", "говорит"))
	p.choose(".call-acts select", "102")
	p.click("Вслепую")
	p.until(seat("102", "вызов"))
	p.click("Ответить")
	p.until(seat("102", "говорит"))
	p.choose(".call-acts select", "103")
	p.click("С консультацией")
	p.until(seat("103", "вызов"))
	p.click("Ответить")
	p.until(seat("103", "говорит"))
	p.click("Соединить")
	p.until(seat("102", "свободен"))
	p.click("Завершить")
	p.until(`document.querySelectorAll("article.call").length === 0`)
	p.shows("#log li", "/events/summary")
	if n := got("/events/summary"); n != 1 {
		t.Errorf("the listener got %d summaries, want 1", n)
	}
	p.clean()
}

// A fault that is switched on is seen in the log, and by the listener.
func TestFaultBySwitch(t *testing.T) {
	t.Parallel()
	console, got, _ := sim(t)
	p := open(t, "en", 1360, 1000)
	p.run(chromedp.Navigate(console))
	p.shows("header", "Emulated cloud PBX")
	p.choose("#fault-notifications-lose", "next")
	p.until(`document.querySelector("#fault-notifications-lose").closest(".fault").classList.contains("on")`)
	p.click("Incoming")
	p.shows("#log li", "lost")
	p.until(`document.querySelector("#fault-notifications-lose").value === "off"`) // counted down
	p.run(chromedp.Click(chromedp.CSS("#fault-notifications-v2")))
	p.click("Answer")
	p.shows("#log li", "Connected")
	p.click("Hang up")
	p.shows("#log li", "/events/summary")
	if calls, ends := got("/events/call"), got("/events/summary"); calls != 2 || ends != 1 {
		t.Errorf("the listener got %d events of the call and %d summaries, want 2 of 3 and 1", calls, ends)
	}
	if v2 := ask[bool](p, `fetch("/admin/v1/faults").then((r) => r.json()).then((f) => f.notifications.v2)`); !v2 {
		t.Error("the switch of API v2 did not reach the PBX")
	}
	p.click("None")
	p.until(`document.querySelectorAll(".fault.on").length === 0`)
	p.run(chromedp.Click(chromedp.CSS("#log summary")))
	p.shows("#log pre", `"entry_id"`)
	p.clean()
}

// The language is chosen, and kept.
func TestLanguages(t *testing.T) {
	t.Parallel()
	console, _, _ := sim(t)
	p := open(t, "de, ru;q=0.5", 1100, 900)
	p.run(chromedp.Navigate(console))
	p.shows("h2", "Новый звонок")
	p.click("EN")
	p.shows("h2", "New call")
	p.shows("#faults label", "Wrong signature")
	p.run(chromedp.Reload())
	p.shows("h2", "New call")
	if left := ask[[]string](p, `[...document.body.innerText.matchAll(/[А-Яа-яё]+/g)].map((m) => m[0])`); len(left) > 0 {
		for _, word := range left { // names of people, groups and lines are data
			if !ask[bool](p, `fetch("/admin/v1/state").then((r) => r.text()).then((s) => s.includes("`+word+`"))`) {
				t.Errorf("%q is left in English", word)
			}
		}
	}
	p.clean()
}

// What the PBX refuses is told with what to do about it.
func TestRefusalIsTold(t *testing.T) {
	t.Parallel()
	console, _, _ := sim(t)
	p := open(t, "ru", 1100, 900)
	p.run(chromedp.Navigate(console))
	p.shows("#link", "На связи")
	p.click("Проверить")
	p.shows("#log li", "/ping")
	ask[string](p, `document.querySelector("#target [name=url]").value = ""`)
	p.click("Сохранить")
	p.until(`fetch("/admin/v1/state").then((r) => r.json()).then((s) => s.target === "")`)
	p.click("Проверить")
	p.shows("#toast", "Внешняя система не ответила.")
	p.shows("#toast", "адрес доставки")
}

// On a phone nothing is wider than the screen, whatever a call can do.
func TestPhone(t *testing.T) {
	t.Parallel()
	console, _, _ := sim(t)
	p := open(t, "ru", 360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch)
	p.run(chromedp.Navigate(console))
	narrow := func(when string) {
		t.Helper()
		if w := ask[int](p, "document.documentElement.scrollWidth"); w > 360 {
			t.Errorf("%s: the page is %d wide, want 360; too wide: %v", when, w, ask[[]string](p,
				`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 361).map((e) => e.tagName + "." + e.className).slice(0, 9)`))
		}
	}
	p.shows("#link", "На связи")
	narrow("at first")
	p.choose("#new [name=to]", "")
	p.click("Входящий")
	p.until(`document.querySelectorAll(".pad button").length === 12`)
	p.click("7")
	p.shows("#log li", "/events/dtmf")
	narrow("in the menu")
	p.click("Позвонить")
	p.until(seat("101", "вызов"))
	narrow("ringing")
	p.click("Ответить")
	p.until(seat("101", "говорит"))
	narrow("talking")
	p.choose("#fault-api-limit", "share")
	p.shows("header", "Эмулятор")
	narrow("with a fault")
	p.picture("phone.png")
	p.clean()
}

// Everything has a name, the keyboard reaches it, and darkness is respected.
func TestAccessible(t *testing.T) {
	t.Parallel()
	console, _, _ := sim(t)
	p := open(t, "en", 1100, 900)
	p.run(chromedp.Navigate(console))
	p.shows("#link", "Live")
	p.run(chromedp.Focus(chromedp.CSS("#new [name=from]")), chromedp.KeyEvent(kb.Enter))
	p.shows("article.call", "79161234567")
	nameless := ask[[]string](p, `[...document.querySelectorAll("button, input, select")].filter((e) =>
		!(e.innerText?.trim() && e.tagName === "BUTTON" || e.ariaLabel || e.labels?.length && e.labels[0].innerText.trim())).map((e) => e.outerHTML)`)
	if len(nameless) > 0 {
		t.Errorf("without a name: %q", nameless)
	}
	ask[bool](p, `document.querySelector("[data-focus=answer101]").focus() ?? true`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.until(seat("101", "talking"))
	p.shows("#announce", "Incoming")
	light := ask[string](p, "getComputedStyle(document.body).backgroundColor")
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if dark := ask[string](p, "getComputedStyle(document.body).backgroundColor"); dark == light {
		t.Errorf("the ground is %s by day and by night", dark)
	}
	p.picture("dark.png")
	p.clean()
}

// command asks the API for something, signed as the document says (§1.3).
func command(t *testing.T, api, path, body string) {
	t.Helper()
	sum := sha256.Sum256([]byte("sim-key" + body + "sim-salt"))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.PostForm(api+path, url.Values{"vpbx_api_key": {"sim-key"}, "sign": {hex.EncodeToString(sum[:])}, "json": {body}})
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

// A picture of a busy moment, for docs/emulator.md (-update) and to look at.
func TestScreenshot(t *testing.T) {
	t.Parallel()
	console, _, api := sim(t)
	p := open(t, "ru", 1360, 1000, chromedp.EmulateScale(1.5))
	p.run(chromedp.Navigate(console))
	p.shows("#link", "На связи")
	p.choose("#new [name=to]", "101")
	p.click("Входящий")
	p.click("Ответить")
	p.until(seat("101", "говорит"))
	command(t, api, "/vpbx/commands/recording/start", `{"command_id":"r1","call_id":"none","call_party_number":"101"}`)
	p.choose("#fault-notifications-double", "next")
	p.choose("#fault-notifications-delay", "share")
	p.choose("#new [name=to]", "300")
	p.run(chromedp.SetValue(chromedp.CSS("#new [name=from]"), "79261234568"))
	p.choose("#new [name=line]", "78001234567")
	p.click("Входящий")
	p.until(seat("102", "вызов"))
	command(t, api, "/vpbx/account/balance", `{}`)
	p.until(`document.querySelectorAll("#log li").length > 7`)
	p.until(ticked(".call-head time", 3))
	ask[bool](p, "document.activeElement.blur() ?? true")
	picture := p.picture("mango-sim.png")
	if *update {
		if err := os.WriteFile("../../docs/img/mango-sim.png", picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(picture) < 50_000 {
		t.Errorf("the picture has %d bytes: is the page empty?", len(picture))
	}
	p.clean()
}
