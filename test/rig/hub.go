package rig

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
)

// upWithin bounds the start of a hub.
const upWithin = 20 * time.Second

// Hub is a mango-hub process with a folder of its own, and the PBX that posts
// to it. Close must be called.
type Hub struct {
	PBX   *vpbxtest.PBX
	Addr  string // host:port it listens to
	Data  string // data_dir
	Token string // opens everything

	artefacts napihost.Artefacts
	exe       string
	dir       string
	cmd       *exec.Cmd // nil: it does not run
}

// HubConfig of StartHub. The zero value is a hub on loopback with a folder that
// Close removes.
type HubConfig struct {
	PBX     vpbxtest.Config // Credentials are made up
	Addr    string          // host:port to listen to; "" = loopback and a free port
	DataDir string          // "" = in a folder of its own
}

// StartHub starts an emulated PBX and a hub for it, and waits until the hub
// takes notifications.
func StartHub(ctx context.Context, cfg HubConfig) (*Hub, error) {
	h := &Hub{Addr: cfg.Addr, Data: cfg.DataDir}
	if err := h.start(ctx, cfg.PBX); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func (h *Hub) start(ctx context.Context, pbx vpbxtest.Config) (err error) {
	if h.artefacts, err = napihost.Find(); err != nil {
		return err
	}
	if h.exe, err = napihost.Program("mango-hub"); err != nil {
		return err
	}
	if h.dir, err = os.MkdirTemp("", "mango-hub-rig"); err != nil {
		return err
	}
	if h.Addr == "" {
		if h.Addr, err = freePort(ctx); err != nil {
			return err
		}
	}
	salt := rand.Text()
	pbx.Credentials = sign.Credentials{Key: "rig" + rand.Text(), Salt: sign.NewSalt(salt)}
	if h.PBX, err = vpbxtest.New(pbx); err != nil {
		return err
	}
	if err := h.PBX.Start(); err != nil {
		return err
	}
	if err := h.PBX.SetTarget("http://" + h.Addr + "/mango"); err != nil {
		return err
	}
	if h.Data == "" {
		h.Data = filepath.Join(h.dir, "data")
	}
	if err := os.MkdirAll(h.Data, 0o700); err != nil {
		return err
	}
	set, err := token.Open(filepath.Join(h.Data, "tokens.json"))
	if err != nil {
		return err
	}
	if h.Token, _, err = set.Add(token.Grant{Rights: []string{token.Supervisor, token.Admin}}); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(h.Addr) // the PBX is on the same machine
	if err != nil {
		return err
	}
	config := fmt.Sprintf("[pbx]\napi_url = %q\nkey = %q\nsalt = %q\n[http]\nlisten = %q\nallow_ips = [%q]\nwebhook_path = \"/mango\"\n"+
		"rate_per_minute = 100000\n[store]\ndata_dir = %q\n[log]\nlevel = \"debug\"\nfile = %q\n",
		h.PBX.URL()+"/vpbx/", pbx.Credentials.Key, salt, h.Addr, host, h.Data, h.LogPath())
	if err := os.WriteFile(h.config(), []byte(config), 0o600); err != nil {
		return err
	}
	return h.Run(ctx)
}

// freePort is a port that was free a moment ago: a hub that is killed comes
// back at the same one.
func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (h *Hub) config() string { return filepath.Join(h.dir, "hub.toml") }

// LogPath is the hub's log.
func (h *Hub) LogPath() string { return filepath.Join(h.dir, "hub.log") }

// Run starts the process on the data it has, and waits until it is ready.
func (h *Hub) Run(ctx context.Context) error {
	h.cmd = exec.Command(h.exe, "run", "-config", h.config()) //nolint:noctx // Kill ends it
	h.cmd.Stdout, h.cmd.Stderr = os.Stderr, os.Stderr
	if err := h.cmd.Start(); err != nil {
		h.cmd = nil
		return fmt.Errorf("rig: mango-hub: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, upWithin)
	defer cancel()
	for {
		if h.ready(ctx) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("rig: mango-hub is not ready at %s: %w", h.Addr, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Second tries to run another hub on the same folder, at another port, and
// gives what it said. It is to fail.
func (h *Hub) Second(ctx context.Context) (said string, err error) {
	addr, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	raw, err := os.ReadFile(h.config())
	if err != nil {
		return "", err
	}
	file := filepath.Join(h.dir, "second.toml")
	config := strings.NewReplacer(h.Addr, addr, h.LogPath(), h.LogPath()+".second").Replace(string(raw))
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, upWithin)
	defer cancel()
	out, err := exec.CommandContext(ctx, h.exe, "run", "-config", file).CombinedOutput()
	if ctx.Err() != nil {
		return string(out), nil // it ran
	}
	return string(out), err
}

func (h *Hub) ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+h.Addr+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode == http.StatusOK
}

// Kill ends the process as a power failure would.
func (h *Hub) Kill() {
	if h.cmd == nil {
		return
	}
	_ = h.cmd.Process.Kill()
	_ = h.cmd.Wait() // killed: that is no news
	h.cmd = nil
}

// Stop asks the process to end, and waits.
func (h *Hub) Stop() error {
	if h.cmd == nil {
		return nil
	}
	err := h.cmd.Process.Signal(os.Interrupt)
	err = errors.Join(err, h.cmd.Wait())
	h.cmd = nil
	return err
}

// Close ends hub and PBX and removes the folder.
func (h *Hub) Close() error {
	http.DefaultClient.CloseIdleConnections()
	h.Kill()
	var err error
	if h.PBX != nil {
		err = h.PBX.Close()
	}
	if h.dir != "" {
		err = errors.Join(err, os.RemoveAll(h.dir))
	}
	return err
}

// Desk is one employee's 1C: a native host with the component, linked to a hub or
// in mode share.
// It acknowledges a record event once the event has come out of the host's
// queue, as a configuration does once it has saved the call: one that was
// acknowledged when it went into the queue would die there with the host.
type Desk struct {
	Host      *napihost.Host
	Object    *napihost.Object
	Extension string

	artefacts napihost.Artefacts
	prefix    []string
	params    map[string]any // of Подключить
	acks      *group.Group
	mu        sync.Mutex
	seen      []Data // by all its lives
}

// Desk starts a native host and calls Подключить in it. The link comes up by
// itself; see Desk.Await. The words of prefix stand before the host's command:
// what runs it somewhere else.
func (h *Hub) Desk(ctx context.Context, extension string, prefix ...string) (*Desk, error) {
	return newDesk(ctx, h.artefacts, prefix, map[string]any{
		"mode": "hub", "hub": map[string]any{"url": "ws://" + h.Addr, "token": h.Token},
		"extension": extension, "log": deskLog(h.dir, extension),
	})
}

func deskLog(dir, extension string) map[string]any {
	return map[string]any{"path": filepath.Join(dir, "desk-"+extension+".log"), "level": "debug"}
}

// newDesk adds to params who the desk is, and starts it.
func newDesk(ctx context.Context, a napihost.Artefacts, prefix []string, params map[string]any) (*Desk, error) {
	extension, _ := params["extension"].(string)
	params["ack"], params["user_id"], params["client_guid"] = "manual", "user-"+extension, "guid-"+extension
	d := &Desk{Extension: extension, artefacts: a, prefix: prefix, params: params}
	return d, d.Start(ctx)
}

// Start starts the native host anew.
func (d *Desk) Start(ctx context.Context) (err error) {
	acks := group.New(context.Background(), nil)
	object := make(chan *napihost.Object, 1)
	d.acks = acks
	d.Host, err = napihost.Start(ctx, napihost.Config{
		Command: slices.Concat(d.prefix, d.artefacts.Host),
		OnEvent: func(e napihost.Event) {
			if x := d.note(e); x.Class == "record" {
				acks.Go("ack", func(ctx context.Context) { d.ack(ctx, object, x.ID) })
			}
		},
	})
	if err != nil {
		return err
	}
	if _, err = d.Host.Load(ctx, d.artefacts.Library); err != nil {
		return err
	}
	if d.Object, err = d.Host.Create(ctx, ClassName); err != nil {
		return err
	}
	object <- d.Object
	raw, err := json.Marshal(d.params)
	if err != nil {
		return err
	}
	res, err := d.Object.Call(ctx, "Подключить", string(raw), 0, "")
	if err == nil && !res.Bool() {
		err = fmt.Errorf("rig: Подключить returned Ложь: %s", res.Args[2].Text())
	}
	return err
}

func (d *Desk) note(e napihost.Event) Data {
	x := Decode(e)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = append(d.seen, x)
	return x
}

// ack calls ПодтвердитьСобытие. A desk that is killed meanwhile, or has lost its
// hub, is told the event again.
func (d *Desk) ack(ctx context.Context, object chan *napihost.Object, id string) {
	o := <-object // an event is an answer to its Подключить
	object <- o
	_, _ = o.Call(ctx, "ПодтвердитьСобытие", id, "")
}

// Seen are the events of all lives of the desk, in the order they came.
func (d *Desk) Seen() []Data {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.seen)
}

// Await returns the oldest event not yet looked at that match accepts.
func (d *Desk) Await(ctx context.Context, match func(Data) bool) (Data, error) {
	e, err := d.Host.Await(ctx, func(e napihost.Event) bool { return match(Decode(e)) })
	return Decode(e), err
}

// Registered waits until the link is up.
func (d *Desk) Registered(ctx context.Context) error {
	_, err := d.Await(ctx, func(x Data) bool { return x.Event == "ConnectionState" && x.State == 3 })
	return err
}

// Kill ends the native host as a crash of 1C would.
func (d *Desk) Kill() {
	if d.Host == nil {
		return // it never started
	}
	d.Host.Kill()
	d.acks.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), upWithin)
	defer cancel()
	_ = d.acks.Wait(ctx)
}
