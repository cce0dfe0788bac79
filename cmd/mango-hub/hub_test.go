package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

func TestMain(m *testing.M) {
	if os.Getenv("MANGO_HUB_SELF") != "" { // see TestACrowdComesBack
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

const patience = 15 * time.Second

// output is what a command prints, read while it is written.
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

// english is the environment of most tests.
func english(name string) string { return map[string]string{"LANG": "en_US.UTF-8"}[name] }

// perform runs a command to its end.
func perform(t *testing.T, in string, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr output
	code = run(t.Context(), args, console{env: english, in: strings.NewReader(in), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

// good runs a command that must succeed.
func good(t *testing.T, in string, args ...string) string {
	t.Helper()
	code, out, stderr := perform(t, in, args...)
	if code != 0 {
		t.Fatalf("mango-hub %v: status %d\n%s%s", args, code, out, stderr)
	}
	return out
}

func TestInitSilent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, salt := filepath.Join(dir, "hub.toml"), filepath.Join(dir, "salt")
	if err := os.WriteFile(salt, []byte("s3cr3t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"init", "-silent", "-config", file, "-key", "abc", "-salt-file", salt, "-public-url", "https://hub.example.ru", "-data-dir", filepath.Join(dir, "data"),
		"-listen", "10.1.2.3:8443", "-trusted-proxies", "10.0.0.1, 10.0.0.2", "-self-signed",
	}
	out := good(t, "", args...)
	if !strings.Contains(out, "\n  https://hub.example.ru/mango\n") || strings.Contains(out, "s3cr3t") {
		t.Errorf("init prints\n%s\nwant what to enter on the account page", out)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if cfg.PBX.Key != "abc" || cfg.PBX.SaltFile != salt || len(cfg.HTTP.TrustedProxies) != 2 || cfg.HTTP.Listen != "10.1.2.3:8443" {
		t.Errorf("init wrote %+v", cfg)
	}
	for _, path := range []string{file, cfg.HTTP.TLSKey} {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want mode 0600", path, info, err)
		}
	}
	if code, _, stderr := perform(t, "", args...); code != 1 || !strings.Contains(stderr, "-replace") {
		t.Errorf("init over a file: status %d, %s, want 1 and -replace", code, stderr)
	}
	good(t, "", append(args, "-replace")...)
	shown := good(t, "", "config", "-config", file)
	if !strings.Contains(shown, "https://hub.example.ru") || strings.Contains(shown, "s3cr3t") || !strings.Contains(shown, "# route_deadline_ms = 1500") {
		t.Errorf("config prints\n%s", shown)
	}
}

func TestInitAsks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "hub.toml")
	answers := strings.Join([]string{"my-key", "my-salt", ":9000", "", filepath.Join(dir, "data"), "", "127.0.0.1"}, "\n") + "\n"
	out := good(t, answers, "init", "-config", file)
	for _, want := range []string{"Key of your PBX", "Key for signatures:", "[:8080]", "http://127.0.0.1:9000/mango", "No public address"} {
		if !strings.Contains(out, want) {
			t.Errorf("init does not print %q:\n%s", want, out)
		}
	}
	cfg, err := config.Load(file)
	if err != nil || cfg.PBX.Salt != "my-salt" || cfg.HTTP.Listen != ":9000" || cfg.HTTP.TrustedProxies[0] != "127.0.0.1" {
		t.Errorf("init wrote %+v, %v", cfg, err)
	}
	if shown := good(t, "", "config", "-config", file); strings.Contains(shown, "my-salt") {
		t.Errorf("config shows the salt:\n%s", shown)
	}
	if code, _, stderr := perform(t, "my-key\n", "init", "-config", filepath.Join(dir, "2.toml")); code != 1 || !strings.Contains(stderr, "EOF") {
		t.Errorf("init without answers: status %d, %s, want 1", code, stderr)
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.toml")
	bad := filepath.Join(t.TempDir(), "bad.toml")
	if err := os.WriteFile(bad, []byte("[http]\nlisten = ':1'\nport = 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args string
		code int
		has  string
	}{
		{"", 0, "replay"},
		{"help", 0, "demo"},
		{"check -help", 0, "-config"},
		{"version", 0, ""},
		{"fly", 2, "no such command"},
		{"run -x", 2, "-x"},
		{"run now", 2, `"now"?`},
		{"tokens -config " + bad, 1, "line 3: http.port: no such key"},
		{"status -config " + none, 1, "none.toml"},
		{"replay -from yesterday -config " + none, 1, "none.toml"},
		{"init -silent -demo -config " + filepath.Join(t.TempDir(), "d.toml"), 0, "mango-sim"},
		{"init -silent -config " + none, 1, "pbx.salt"},
		{"init -silent -self-signed -tls-cert x -config " + none, 1, "-self-signed"},
	} {
		code, out, stderr := perform(t, "", strings.Fields(row.args)...)
		if code != row.code || !strings.Contains(out+stderr, row.has) {
			t.Errorf("mango-hub %s: status %d, want %d and %q:\n%s%s", row.args, code, row.code, row.has, out, stderr)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ all, lang, want string }{
		{"", "", "хаб"}, {"", "C.UTF-8", "хаб"}, {"", "ru_RU.UTF-8", "хаб"}, {"", "en_US.UTF-8", "the hub"}, {"ru_RU", "en_US", "хаб"}, {"", "de_DE", "хаб"},
	} {
		var out output
		run(t.Context(), nil, console{env: func(k string) string { return map[string]string{"LC_ALL": row.all, "LANG": row.lang}[k] }, out: &out})
		if first, _, _ := strings.Cut(out.String(), "\n"); !strings.Contains(first, row.want) {
			t.Errorf("LC_ALL=%s LANG=%s: %q, want %s", row.all, row.lang, first, row.want)
		}
	}
}

// running is a hub that a command runs, with an emulated PBX.
type running struct {
	file, base string
	cred       sign.Credentials
	pbx        *vpbxtest.PBX
	stop       func() (code int, out string)
}

func start(t *testing.T) *running { return startAfter(t, func(config.Config) {}) }

// startAfter does something with the folders of the hub first.
func startAfter(t *testing.T, before func(config.Config)) *running {
	t.Helper()
	dir := t.TempDir()
	key := fmt.Sprintf("cmd%s%d", t.Name(), os.Getpid())
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := ln.Addr().String()
	ln.Close()
	r := &running{file: filepath.Join(dir, "hub.toml"), base: "http://" + listen, cred: sign.Credentials{Key: key, Salt: sign.NewSalt("salt")}}
	if r.pbx, err = vpbxtest.New(vpbxtest.Config{Credentials: r.cred, Target: r.base + "/mango", Speed: 1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.pbx.Close() })
	if err := r.pbx.Start(); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("[pbx]\napi_url = %q\nkey = %q\nsalt = 'salt'\n[http]\nlisten = %q\n[store]\ndata_dir = 'data'\n[log]\nfile = 'log/hub.log'\n", r.pbx.URL(), key, listen)
	if err := os.WriteFile(r.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(r.file)
	if err != nil {
		t.Fatal(err)
	}
	before(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	var out output
	code := -1
	g := group.New(ctx, nil)
	g.Go("hub", func(ctx context.Context) {
		code = run(ctx, []string{"run", "-config", r.file}, console{env: english, out: &out, err: &out})
	})
	r.stop = sync.OnceValues(func() (int, string) {
		cancel()
		if err := g.Wait(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
		return code, out.String()
	})
	t.Cleanup(func() { r.stop() })
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if body, err := get(t, r.base+"/readyz"); err == nil && body == "ok\n" {
			return r
		}
		if time.Now().After(end) {
			_, printed := r.stop()
			t.Fatalf("the hub is not ready:\n%s", printed)
		}
	}
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}

func get(t *testing.T, where string) (string, error) {
	r, err := http.NewRequestWithContext(t.Context(), "GET", where, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	return b.String(), err
}

// A hub from its start to its end, by its commands.
func TestLifeOfAHub(t *testing.T) {
	t.Parallel()
	r := start(t)
	out := good(t, "", "check", "-config", r.file)
	for _, want := range []string{"made in", "3 employees", "result 4101", "All is well."} {
		if !strings.Contains(out, want) || strings.Contains(out, "No hub runs") {
			t.Errorf("check does not print %q:\n%s", want, out)
		}
	}
	if out := good(t, "", "status", "-config", r.file); !strings.Contains(out, "The PBX is connected") {
		t.Errorf("status prints\n%s", out)
	}
	if out := good(t, "", "status", "-json", "-config", r.file); !strings.Contains(out, `"registered": true`) {
		t.Errorf("status -json prints\n%s", out)
	}
	good(t, `[{"user_id":"u1","name":"Ivanov","extension":"101"}]`, "users", "import", "-config", r.file)
	if out := good(t, "", "users", "list", "-config", r.file); !strings.Contains(out, "101") || !strings.Contains(out, "Ivanov") {
		t.Errorf("users list prints\n%s", out)
	}
	if code, _, stderr := perform(t, "[{}]", "users", "import", "-", "-config", r.file); code != 1 || !strings.Contains(stderr, "users[0]") {
		t.Errorf("users import of [{}]: status %d, %s, want users[0] named", code, stderr)
	}
	body := `{"entry_id":"e1","call_direction":1,"from":{"number":"79161234567"},"to":{"number":"74951234567"},"create_time":1700000000,"talk_time":0,"end_time":1700000010,"entry_result":0,"disconnect_reason":1110}`
	resp, err := client.PostForm(r.base+"/mango/events/summary", url.Values{"vpbx_api_key": {r.cred.Key}, "json": {body}, "sign": {r.cred.JSON([]byte(body))}})
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("POST summary: %v, %v", resp, err)
	}
	resp.Body.Close()
	out = ""
	for end := time.Now().Add(patience); !strings.Contains(out, `"entry_id":"e1"`) && time.Now().Before(end); {
		out = good(t, "", "export", "-entry", "e1", "-config", r.file)
	}
	if strings.Count(out, "\n") != 1 {
		t.Errorf("export prints\n%s\nwant one line", out)
	}
	if out := good(t, "", "export", "-calls", "-config", r.file); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"entry_id":"e1"`) {
		t.Errorf("export -calls prints\n%s\nwant the call", out)
	}
	for _, args := range [][]string{{"-csv"}, {"-calls", "-parked"}, {"-calls", "-entry", "e1"}} {
		if code, _, _ := perform(t, "", append([]string{"export", "-config", r.file}, args...)...); code != 2 {
			t.Errorf("export %v: status %d, want 2", args, code)
		}
	}
	if out := good(t, "", "replay", "-parked", "-config", r.file); !strings.Contains(out, "Offered once more: 0") {
		t.Errorf("replay prints\n%s", out)
	}
	if out := good(t, "", "parked", "-config", r.file); !strings.Contains(out, "No event is parked") {
		t.Errorf("parked prints\n%s", out)
	}
	if code, _, _ := perform(t, "", "replay", "-config", r.file); code != 2 {
		t.Errorf("replay of everything: status %d, want 2", code)
	}
	if code, printed := r.stop(); code != 0 {
		t.Errorf("run: status %d\n%s", code, printed)
	}
	if code, _, stderr := perform(t, "", "status", "-config", r.file); code != 1 || !strings.Contains(stderr, "no hub runs") {
		t.Errorf("status of no hub: status %d, %s", code, stderr)
	}
	logged, err := os.ReadFile(filepath.Join(filepath.Dir(r.file), "log", "hub.log"))
	if err != nil || !bytes.Contains(logged, []byte("the hub stopped")) || bytes.Contains(logged, []byte(`"salt"`)) {
		t.Errorf("the log: %v\n%s", err, logged)
	}
}

// Without a hub that runs, check is one itself.
func TestCheckByItself(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.stop()
	out := good(t, "", "check", "-config", r.file)
	for _, want := range []string{"No hub runs", "3 employees", "result 4101", "All is well."} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not print %q:\n%s", want, out)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "hub.toml")
	if err := os.WriteFile(file, []byte("[store]\ndata_dir = 'data'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := strings.TrimSpace(good(t, "", "tokens", "add", "-config", file, "-rights", "admin", "-extensions", "101,102", "-note", "front desk"))
	secret := out[strings.LastIndex(out, "\n")+1:]
	parts := strings.Split(secret, "_")
	if len(parts) != 3 {
		t.Fatalf("tokens add prints\n%s\nwant a token last", out)
	}
	list := good(t, "", "tokens", "list", "-config", file)
	if !strings.Contains(list, parts[1]) || !strings.Contains(list, "101,102") || !strings.Contains(list, "front desk") || strings.Contains(list, parts[2]) {
		t.Errorf("tokens list prints\n%s", list)
	}
	good(t, "", "tokens", "revoke", parts[1], "-config", file)
	if list := good(t, "", "tokens", "list", "-config", file); !strings.Contains(list, "revoked") {
		t.Errorf("tokens list prints\n%s\nwant it revoked", list)
	}
	for _, args := range [][]string{{"revoke", "none"}, {"add", "-rights", "king"}} {
		if code, _, stderr := perform(t, "", append(append([]string{"tokens"}, args...), "-config", file)...); code != 1 || stderr == "" {
			t.Errorf("tokens %v: status %d, %s, want 1", args, code, stderr)
		}
	}
}

// The demo needs no file; its token stays the same.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := demo(dir)
	if err := cfg.Validate(); err != nil {
		t.Fatalf("demo(): %v", err)
	}
	if err := os.MkdirAll(cfg.Store.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	one, err := demoToken(cfg)
	if err != nil || one == "" {
		t.Fatalf("demoToken() = %q, %v", one, err)
	}
	if two, err := demoToken(cfg); err != nil || two != one {
		t.Errorf("demoToken() again = %q, %v, want %q", two, err, one)
	}
	if got := linkURL(cfg); got != "ws://127.0.0.1:8088/link" {
		t.Errorf("linkURL() = %s", got)
	}
}
