package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// soon bounds what happens at once, on a loaded machine, a take-over included.
const soon = 30 * time.Second

// Leases of these tests, in seconds: a crowded machine must not end one where
// nothing is killed.
const (
	shortLease = 2
	longLease  = 10
)

// program is the real mango-hub, built once.
var program struct {
	once sync.Once
	dir  string
	err  error
}

func hubProgram(t testing.TB) string {
	t.Helper()
	program.once.Do(func() {
		if program.dir, program.err = os.MkdirTemp("", "mango-hub"); program.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(program.dir, "mango-hub"), "./cmd/mango-hub")
		cmd.Dir = "../.."
		if out, err := cmd.CombinedOutput(); err != nil {
			program.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if program.err != nil {
		t.Fatalf("building mango-hub: %v", program.err)
	}
	return filepath.Join(program.dir, "mango-hub")
}

// company is hubs of one PBX, and what stands before and behind them.
type company struct {
	t      testing.TB
	cred   sign.Credentials
	pbx    *vpbxtest.PBX
	hubs   []*member
	token  string
	lease  int // seconds
	asked  ledger
	client *http.Client
}

// member is a hub's process.
type member struct {
	name, addr, dir string
	exe             string
	cmd             *exec.Cmd
}

// newCompany starts a PBX, and so many hubs on the servers at urls, whose leader
// is given up after lease seconds of silence. The PBX
// posts to the hubs by turns, as through a balancer that tries the next one when
// one does not take it; each hub asks the PBX through a door of its own.
func newCompany(t testing.TB, urls []string, lease int, names ...string) *company {
	t.Helper()
	c := &company{
		t: t, lease: lease, cred: sign.Credentials{Key: fmt.Sprintf("%s%d", strings.ReplaceAll(t.Name(), "/", "-"), os.Getpid()), Salt: sign.NewSalt("salt")},
		client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: soon},
	}
	var err error
	if c.pbx, err = vpbxtest.New(vpbxtest.Config{Credentials: c.cred, Speed: 100}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.pbx.Close() })
	if err := c.pbx.Start(); err != nil {
		t.Fatal(err)
	}
	balancer := httptest.NewServer(http.HandlerFunc(c.balance))
	t.Cleanup(balancer.Close)
	if err := c.pbx.SetTarget(balancer.URL + "/mango"); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		c.hubs = append(c.hubs, c.newMember(name, urls))
	}
	for _, h := range c.hubs {
		c.start(h)
	}
	within(t, soon, "all hubs know the token", func() bool {
		return !slices.ContainsFunc(c.hubs, func(h *member) bool {
			raw, err := os.ReadFile(filepath.Join(h.dir, "tokens.json"))
			return err != nil || len(raw) == 0
		})
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the hubs led: %+v", c.reigns())
		}
	})
	return c
}

func (c *company) newMember(name string, urls []string) *member {
	c.t.Helper()
	port, err := freePort()
	if err != nil {
		c.t.Fatal(err)
	}
	h := &member{name: name, addr: "127.0.0.1:" + strconv.Itoa(port), dir: c.t.TempDir(), exe: hubProgram(c.t)}
	c.t.Cleanup(h.kill)
	if c.token == "" { // the hubs tell each other of it
		set, err := token.Open(filepath.Join(h.dir, "tokens.json"))
		if err != nil {
			c.t.Fatal(err)
		}
		if c.token, _, err = set.Add(token.Grant{Rights: []string{token.Supervisor, token.Admin}}); err != nil {
			c.t.Fatal(err)
		}
	}
	door := httptest.NewServer(c.asked.door(c.t, name, c.pbx.URL()))
	c.t.Cleanup(door.Close)
	list, err := json.Marshal(urls)
	if err != nil {
		c.t.Fatal(err)
	}
	config := fmt.Sprintf("[pbx]\napi_url = %q\nkey = %q\nsalt = \"salt\"\n[http]\nlisten = %q\nwebhook_path = \"/mango\"\nrate_per_minute = 100000\n"+
		"[store]\ndata_dir = %q\n[log]\nlevel = \"debug\"\nfile = %q\nmax_size_mb = 1024\n"+
		"[cluster]\nurls = %s\nreplicas = %d\nname = %q\nadvertise = %q\nsecret = \"the hubs share this one\"\nlease_seconds = %d\n",
		door.URL+"/vpbx/", c.cred.Key, h.addr, h.dir, filepath.Join(h.dir, "hub.log"), list, len(urls), name, "http://"+h.addr, c.lease)
	if err := os.WriteFile(h.config(), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return h
}

func (h *member) config() string { return filepath.Join(h.dir, "hub.toml") }

// start runs a hub until it answers; one that ends is started again, as whoever
// watches services would.
func (c *company) start(h *member) {
	c.t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); {
		h.cmd = exec.Command(h.exe, "run", "-config", h.config())
		h.cmd.Stderr = os.Stderr
		if err := h.cmd.Start(); err != nil {
			c.t.Fatal(err)
		}
		ended := make(chan struct{})
		cmd := h.cmd
		go func() { _ = cmd.Wait(); close(ended) }() // how it ended does not matter
		for time.Now().Before(end) {
			if code, _ := c.get(h, "/healthz"); code == http.StatusOK {
				return
			}
			select {
			case <-ended:
			case <-time.After(20 * time.Millisecond):
				continue
			}
			break
		}
	}
	raw, _ := os.ReadFile(filepath.Join(h.dir, "hub.log"))
	c.t.Fatalf("hub %s does not come up:\n%s", h.name, raw)
}

// kill ends the process as a power failure would.
func (h *member) kill() {
	if h.cmd != nil {
		_ = h.cmd.Process.Kill() // it may have ended
		for h.cmd.Process.Signal(syscall.Signal(0)) == nil {
			time.Sleep(time.Millisecond)
		}
	}
}

// stop asks the process to end, and waits.
func (c *company) stop(h *member) {
	c.t.Helper()
	if err := h.cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	within(c.t, soon, "hub "+h.name+" ends", func() bool { return h.cmd.Process.Signal(syscall.Signal(0)) != nil })
}

// command runs a command of mango-hub beside a hub, and gives what it says.
func (c *company) command(h *member, args ...string) (said string, err error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, h.exe, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8", "MANGO_HUB_CONFIG="+h.config())
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// get asks a hub; 0 = no answer.
func (c *company) get(h *member, path string, headers ...string) (int, string) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+h.addr+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}

// leader is the hub that says it leads; nil while none does.
func (c *company) leader() *member {
	for _, h := range c.hubs {
		if _, said := c.get(h, "/healthz"); strings.Contains(said, "leader "+h.name) {
			return h
		}
	}
	return nil
}

// led waits for a leader.
func (c *company) led() (h *member) {
	c.t.Helper()
	within(c.t, soon, "some hub leads", func() bool { h = c.leader(); return h != nil })
	return h
}

// others are the hubs but one.
func (c *company) others(but *member) []*member {
	return slices.DeleteFunc(slices.Clone(c.hubs), func(h *member) bool { return h == but })
}

// balance passes a notification to a hub, by turns: the next one has it when it
// does not get a 200.
func (c *company) balance(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	code := http.StatusBadGateway
	first := c.asked.turn()
	for i := range c.hubs {
		to, _ := url.Parse("http://" + c.hubs[(first+i)%len(c.hubs)].addr)
		q, err := http.NewRequestWithContext(r.Context(), r.Method, to.JoinPath(r.URL.Path).String(), strings.NewReader(string(raw)))
		if err != nil {
			break
		}
		q.Header.Set("Content-Type", r.Header.Get("Content-Type"))
		resp, err := c.client.Do(q)
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if code = resp.StatusCode; code == http.StatusOK {
			break
		}
	}
	w.WriteHeader(code)
}

// ledger is what the hubs asked the PBX, in the order of the answers.
type ledger struct {
	mu    sync.Mutex
	turns int
	list  []visit
}

// visit is a request of a hub.
type visit struct {
	hub, path  string
	command    string // its id; "" = it is none
	began, end time.Time
}

func (l *ledger) turn() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns++
	return l.turns
}

// door is where a hub enters.
func (l *ledger) door(t testing.TB, hub, pbx string) http.Handler {
	t.Helper()
	to, err := url.Parse(pbx)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) } // the hub is gone
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visit{hub: hub, path: r.URL.Path, began: time.Now()}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return // the hub is gone
		}
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
		if form, err := url.ParseQuery(string(raw)); err == nil {
			var q struct {
				CommandID string `json:"command_id"`
			}
			_ = json.Unmarshal([]byte(form.Get("json")), &q) // reads have none
			v.command = q.CommandID
		}
		proxy.ServeHTTP(w, r)
		v.end = time.Now()
		l.mu.Lock()
		l.list = append(l.list, v)
		l.mu.Unlock()
	})
}

// visits are all of them, by their beginning.
func (l *ledger) visits() []visit {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := slices.Clone(l.list)
	slices.SortFunc(list, func(a, b visit) int { return a.began.Compare(b.began) })
	return list
}

// desk is a session of 1C that acknowledges what it is told.
type desk struct {
	extension string
	forgets   bool // of what it is told first it acknowledges a third when it is told again
	link      *link.Client

	mu   sync.Mutex
	seen []office.Delivery
}

// desk connects a session by way of h.
func (c *company) desk(h *member, extension string, forgets bool) *desk {
	c.t.Helper()
	d := &desk{extension: extension, forgets: forgets}
	var err error
	d.link, err = link.Dial(context.Background(), link.Config{
		URL: "ws://" + h.addr, Token: c.token, Version: "1.0.0.0",
		Session: office.Session{Extension: extension, UserID: "u" + extension, UserName: "user " + extension, Role: "desk"},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = d.link.Close(ctx) // the hub may be gone
	})
	d.link.Deliver(func(x office.Delivery) bool {
		d.mu.Lock()
		d.seen = append(d.seen, x)
		d.mu.Unlock()
		done := !d.forgets || x.Attempt > 1 || x.Ref.Seq%3 > 0
		_ = d.link.Settle(context.Background(), x.Ref, office.Verdict{Done: done, Shown: true}) // told again otherwise
		return true
	})
	return d
}

func (d *desk) events() []office.Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.seen)
}

func (d *desk) online() bool { return d.link.View().State == office.Registered }

// ofCall are the kinds of what a desk was told of a call.
func (d *desk) ofCall(entry string) (kinds []engine.Kind) {
	for _, x := range d.events() {
		if x.Event.EntryID == entry {
			kinds = append(kinds, x.Event.Kind)
		}
	}
	return kinds
}

// call plays a call to an employee, and gives its entry_id.
func (c *company) call(extension string) (entry string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	defer cancel()
	return c.pbx.Play(ctx, vpbxtest.Scenario{Name: "call", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: "79161234567"}, {Do: vpbxtest.VerbIVR, Sec: 5},
		{Do: vpbxtest.VerbRing, To: []string{extension}, Sec: 5}, {Do: vpbxtest.VerbAnswer},
		{Do: vpbxtest.VerbTalk, Sec: 10}, {Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
	}})
}

// dial has the PBX call somebody, as the user of the desk would: again while it
// is known that nothing was done.
func (d *desk) dial(ctx context.Context) {
	for {
		_, err := d.link.Call(ctx, "StartCall", json.RawMessage(`{"number":"+7 916 123-45-67"}`))
		if err == nil || errors.Is(err, text.New(text.ConnectionLost)) || ctx.Err() != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
