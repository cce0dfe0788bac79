package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// office is a hub with its emulated PBX.
type office struct {
	t               *testing.T
	page, sim, file string
	stopHub         func()
}

// free gives an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// process starts a program and waits for what it prints; stop ends it.
func process(t *testing.T, ready string, name string, args ...string) (match []string, stop func()) {
	t.Helper()
	var out output
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LANG=en_US.UTF-8")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		if cmd.ProcessState != nil {
			return
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", filepath.Base(name), err, &out)
		}
	}
	t.Cleanup(stop)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if m := regexp.MustCompile(ready).FindStringSubmatch(out.String()); m != nil {
			return m, stop
		}
	}
	t.Fatalf("%s does not print %s:\n%s", filepath.Base(name), ready, &out)
	return nil, stop
}

// hub starts the two real programs, as a newcomer would.
func hub(t *testing.T, salt, extra string) *office {
	t.Helper()
	key := fmt.Sprintf("sim-%s-%d", strings.ToLower(t.Name()), os.Getpid())
	listen, dir := free(t), t.TempDir()
	m, _ := process(t, `(?s)api_url (http://\S+)\).*console is at (http://\S+)/,`, program, "-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0",
		"-key", key, "-target", "http://"+listen+"/mango")
	o := &office{t: t, page: "http://" + listen, sim: m[2], file: filepath.Join(dir, "hub.toml")}
	text := fmt.Sprintf("[pbx]\napi_url = %q\nkey = %q\nsalt = %q\n[http]\nlisten = %q\n%s\n[store]\ndata_dir = \"data\"\n", m[1], key, salt, listen, extra)
	if err := os.WriteFile(o.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.start()
	return o
}

func (o *office) start() {
	o.t.Helper()
	_, o.stopHub = process(o.t, "the hub is up", hubProgram, "run", "-config", o.file)
}

// token makes one with every right.
func (o *office) token() string {
	o.t.Helper()
	return o.run("tokens", "add", "-rights", "supervisor,admin", "-note", "test", "-config", o.file)
}

// run runs a command of mango-hub and gives its last line.
func (o *office) run(args ...string) string {
	o.t.Helper()
	cmd := exec.Command(hubProgram, args...)
	cmd.Env = append(os.Environ(), "LANG=en_US.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		o.t.Fatalf("mango-hub %v: %v\n%s", args, err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// seat attaches sessions.
func (o *office) seat(token string, who ...string) {
	o.t.Helper()
	in, out := &output{}, &output{}
	cmd := exec.Command(seats, append([]string{"-url", strings.Replace(o.page, "http", "ws", 1) + "/link", "-token", token}, who...)...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, in
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			o.t.Errorf("seats: %v\n%s", err, in)
		}
	})
	for end := time.Now().Add(patience); !strings.Contains(out.String(), "seated"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("nobody was seated:\n%s", in)
		}
	}
}

// ask posts to the admin API of the emulator.
func (o *office) ask(path string, body any) map[string]any {
	o.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(o.sim+"/admin/v1/"+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode >= 300 {
		o.t.Fatalf("POST %s %s: %s, %v, %v", path, raw, resp.Status, answer, err)
	}
	return answer
}

// busy makes a moment of a company: calls of every kind, one that was missed.
func (o *office) busy() {
	o.t.Helper()
	type m = map[string]any
	talk := o.ask("calls", m{"from": "79161234567", "line": "74951234567", "to": "101"})["entry_id"]
	o.ask(fmt.Sprintf("calls/%v/answer", talk), m{"by": "101"})
	o.ask("calls", m{"from": "79261234568", "line": "78001234567", "to": "102"})
	o.ask("calls", m{"from": "74997654321", "line": "74951234567", "to": ""})
	o.ask("calls/missed", m{"from": "79031112233", "line": "74951234567", "to": "103"})
}

func phone(extension, state string) string {
	return `[...document.querySelectorAll("#phones .seat")].some((e) => e.innerText.startsWith("` + extension + `") && e.innerText.includes("` + state + `"))`
}

// The page follows a call, the sessions, a hub that goes and comes back.
func TestHubUpdatesItself(t *testing.T) {
	t.Parallel()
	o := hub(t, "sim-salt", "")
	p := open(t, "ru-RU,ru;q=0.9", 1360, 1000)
	p.run(chromedp.Navigate(o.page))
	p.shows("#link", "АТС подключена")
	p.shows("#no-calls", "Никто не звонит")
	p.shows("#webhook", o.page+"/mango")
	o.seat(o.token(), "101:Иванов Иван", "102:Петров Пётр")
	p.shows("#sessions li", "Иванов Иван")
	p.until(`[...document.querySelectorAll("#sessions li")].filter((e) => e.innerText.includes("первый")).length === 1`)
	call := o.ask("calls", map[string]any{"from": "79161234567", "line": "74951234567", "to": "101"})["entry_id"]
	if took := p.shows("#calls li", "79161234567"); took > 6*time.Second {
		t.Errorf("the call appeared after %v, want it within a second or two", took)
	}
	p.until(phone("101", "вызов"))
	o.ask(fmt.Sprintf("calls/%v/answer", call), map[string]any{"by": "101"})
	p.until(phone("101", "разговор"))
	p.until(ticked("#calls time", 2))
	o.ask(fmt.Sprintf("calls/%v/hangup", call), map[string]any{})
	p.until(`document.querySelectorAll("#calls li").length === 0`)
	p.clean() // before the hub goes: the browser complains of that
	o.stopHub()
	p.shows("#link", "Хаб не отвечает")
	o.start()
	p.shows("#link", "АТС подключена")
}

// Off loopback nothing is seen without a token, and its end ends the view.
func TestHubLogin(t *testing.T) {
	t.Parallel()
	o := hub(t, "sim-salt", `trusted_proxies = ["127.0.0.1"]`)
	token, again := o.token(), o.token() // a hub sees new ones within a second
	p := open(t, "en", 900, 800)
	// The browser is behind the proxy that the hub trusts.
	call(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
		Headers: network.Headers{"Accept-Language": "en", "X-Forwarded-For": "203.0.113.9"},
	})
	p.run(chromedp.Navigate(o.page))
	p.shows("#login h2", "Log in")
	if seen := ask[string](p, "document.body.innerText"); strings.Contains(seen, "Calls") {
		t.Errorf("without a login the page shows %q", seen)
	}
	p.run(chromedp.SendKeys(chromedp.CSS("#login [name=token]"), "mh_wrong_token"+kb.Enter))
	p.shows("#login-error", "not known")
	p.until(`document.activeElement.name === "token"`)
	p.run(chromedp.SendKeys(chromedp.CSS("#login [name=token]"), token+kb.Enter))
	p.shows("#link", "Connected to the PBX")
	if jar := ask[string](p, "document.cookie"); jar != "" {
		t.Errorf("scripts see the cookie %q", jar)
	}
	if left := ask[[]string](p, `[...document.querySelector("#board").innerText.matchAll(/[А-Яа-яё]+/g)].map((m) => m[0])`); len(left) > 6 {
		t.Errorf("left in English: %q, want the names of three employees at most", left)
	}
	p.picture("hub-en.png")
	o.run("tokens", "revoke", strings.Split(token, "_")[1], "-config", o.file)
	p.shows("#login h2", "Log in")
	p.run(chromedp.SendKeys(chromedp.CSS("#login [name=token]"), again+kb.Enter))
	p.click("Log out")
	p.shows("#login h2", "Log in")
	if status := ask[int](p, `fetch("/api/status").then((r) => r.status)`); status != http.StatusUnauthorized {
		t.Errorf("GET /api/status after the logout: HTTP %d, want 401", status)
	}
}

// On a phone nothing is wider than the screen, and darkness is respected.
func TestHubOnAPhone(t *testing.T) {
	t.Parallel()
	o := hub(t, "sim-salt", "")
	o.seat(o.token(), "101:Константинопольский Александр Владимирович", "102:Петров Пётр")
	p := open(t, "ru", 360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch)
	p.run(chromedp.Navigate(o.page))
	p.shows("#link", "АТС подключена")
	o.busy()
	p.until(`document.querySelectorAll("#calls li").length === 3`)
	if w := ask[int](p, "document.documentElement.scrollWidth"); w > 360 {
		t.Errorf("the page is %d wide, want 360; too wide: %v", w, ask[[]string](p,
			`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 361).map((e) => e.tagName + "." + e.className).slice(0, 9)`))
	}
	p.picture("hub-phone.png")
	light := ask[string](p, "getComputedStyle(document.body).backgroundColor")
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	if dark := ask[string](p, "getComputedStyle(document.body).backgroundColor"); dark == light {
		t.Errorf("the ground is %s by day and by night", dark)
	}
	p.picture("hub-phone-dark.png")
	p.clean()
}

// What is wrong is told with what to do about it.
func TestHubTellsTrouble(t *testing.T) {
	t.Parallel()
	o := hub(t, "another-salt", "")
	p := open(t, "ru", 1100, 900)
	p.run(chromedp.Navigate(o.page))
	p.shows("#link", "АТС не подключена")
	p.shows("#alerts .alert.bad", "подпис")
	p.shows("#errors li", "подпис")
	o.ask("calls", map[string]any{"from": "79161234567", "line": "74951234567", "to": "101"})
	p.shows("#refusals li", "Неверная подпись")
	p.shows("#refusals li small", "Ключ для создания подписи")
	p.picture("hub-trouble.png")
	p.clean()
}

// fake has the page see two parked events until they are sent again: a hub comes to
// have some in a day.
const fake = `
	let left = 2;
	window.sent = [];
	const parse = JSON.parse, ask = window.fetch;
	JSON.parse = (s) => { const v = parse(s); if (v?.journal) v.journal.parked = left; return v; };
	const one = (id) => ({ id, kind: "call_summary", entry_id: "MTIz" + id, time: "2026-11-25T09:30:00Z", attempts: 20,
		ru: { text: "Показано 1С 20 раз и не подтверждено", remedy: "Найдите ошибку" }, en: { text: "Shown", remedy: "Find" } });
	const answer = (v, status = 200) => new Response(JSON.stringify(v), { status });
	window.fetch = async (path, q) => {
		if (path === "/api/parked") return answer({ parked: ["a", "b"].slice(0, left).map(one) });
		if (path !== "/api/parked/replay") return ask(path, q);
		window.sent.push(q.body);
		if (window.sent.length === 1) return answer({ error: "admin" }, 403);
		left = window.sent.length === 2 ? 1 : 0;
		return answer({ offered: 1 });
	};`

// What is parked is listed, and sent again at a click, one or all.
func TestHubParked(t *testing.T) {
	t.Parallel()
	o := hub(t, "sim-salt", "")
	p := open(t, "ru", 360, 740)
	call(p, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: fake})
	p.run(chromedp.Navigate(o.page))
	p.shows("#parked li", "Показано 1С 20 раз")
	p.until(`document.querySelectorAll("#parked li").length === 2`)
	if w := ask[int](p, "document.documentElement.scrollWidth"); w > 360 {
		t.Errorf("the page is %d wide, want 360", w)
	}
	p.picture("hub-parked.png")
	p.click("Выдать снова")
	p.shows("#parked-said", "администратора")
	p.click("Выдать снова")
	p.shows("#parked-said", "Выдаются: 1")
	o.seat(o.token(), "101:Иванов Иван") // something to tell the page of
	p.until(`document.querySelectorAll("#parked li").length === 1`)
	p.click("Выдать все снова")
	p.until(`window.sent.length === 3`)
	if sent := ask[[]string](p, "window.sent"); len(sent) != 3 || sent[0] != `{"id":"a"}` || sent[1] != `{"id":"a"}` || sent[2] != `{"all":true}` {
		t.Errorf("the page sent %q, want the first event twice, then all", sent)
	}
	p.clean()
}

// A picture of a busy moment, for docs/operations.ru.md (-update) and to look at.
func TestHubScreenshot(t *testing.T) {
	t.Parallel()
	o := hub(t, "sim-salt", "public_url = \"https://hub.example.ru\"\ntrusted_proxies = [\"10.0.0.1\"]")
	o.seat(o.token(), "101:Иванов Иван", "102:Петров Пётр", "103:Сидорова Анна")
	p := open(t, "ru", 1360, 940, chromedp.EmulateScale(1.5))
	p.run(chromedp.Navigate(o.page))
	p.shows("#link", "АТС подключена")
	o.busy()
	p.until(`document.querySelectorAll("#calls li").length === 3`)
	p.until(phone("101", "разговор"))
	// A stranger who found the address.
	if _, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).PostForm(o.page+"/mango/events/call",
		map[string][]string{"vpbx_api_key": {"another"}, "sign": {"0"}, "json": {"{}"}}); err != nil {
		t.Fatal(err)
	}
	p.shows("#refusals li", "Чужой код")
	p.until(ticked("#calls time", 4))
	nameless := ask[[]string](p, `[...document.querySelectorAll("button, input")].filter((e) => e.offsetParent && !(e.innerText?.trim() || e.ariaLabel || e.labels?.length)).map((e) => e.outerHTML)`)
	if len(nameless) > 0 {
		t.Errorf("without a name: %q", nameless)
	}
	picture := p.picture("mango-hub.png")
	if *update {
		if err := os.WriteFile("../../docs/img/mango-hub.png", picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(picture) < 50_000 {
		t.Errorf("the picture has %d bytes: is the page empty?", len(picture))
	}
	p.clean()
}
