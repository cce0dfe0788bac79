// Package rig puts together what a whole run needs: an emulated PBX, the
// native host with the real library in it, and one connected object. The demo
// and the end-to-end tests are built on it.
package rig

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
)

// ClassName of the component, as BSL would write it.
const ClassName = "MangoOfficeSDK"

// registerWithin bounds the wait for the PBX to accept the key.
const registerWithin = 15 * time.Second

// Config of a rig. The zero value is a company of three employees whose PBX
// runs as fast as it can.
type Config struct {
	PBX       vpbxtest.Config      // Credentials are made up when empty
	Artefacts napihost.Artefacts   // looked for when empty
	OnEvent   func(napihost.Event) // see napihost.Config
	Stderr    io.Writer            // of the native host; nil = os.Stderr
}

// Rig is a PBX and a native host that know of each other once Connect was
// called. Close must be called.
type Rig struct {
	PBX    *vpbxtest.PBX
	Host   *napihost.Host
	Object *napihost.Object // the first object

	Credentials sign.Credentials
	Library     napihost.Library
	Listen      string // address of the listener, after Connect

	cfg  Config
	salt string
	dir  string // data and logs of this run
}

// Start starts PBX and host, loads the library and makes an object. Nothing is
// connected yet.
func Start(ctx context.Context, cfg Config) (*Rig, error) {
	r := &Rig{}
	if err := r.start(ctx, cfg); err != nil {
		_, closeErr := r.Close(ctx)
		return nil, errors.Join(err, closeErr)
	}
	return r, nil
}

func (r *Rig) start(ctx context.Context, cfg Config) error {
	a := cfg.Artefacts
	if len(a.Host) == 0 || a.Library == "" {
		found, err := napihost.Find()
		if err != nil {
			return err
		}
		a = found
	}
	var err error
	if r.dir, err = os.MkdirTemp("", "mango-rig"); err != nil {
		return err
	}
	// A key of its own for each run: one process of a machine serves a key.
	r.salt = rand.Text()
	r.Credentials = sign.Credentials{Key: "rig" + rand.Text(), Salt: sign.NewSalt(r.salt)}
	cfg.PBX.Credentials = r.Credentials
	if r.PBX, err = vpbxtest.New(cfg.PBX); err != nil {
		return err
	}
	if err := r.PBX.Start(); err != nil {
		return err
	}
	cfg.Artefacts = a
	r.cfg = cfg
	return r.host(ctx)
}

// host starts a native host with the library and one object in it.
func (r *Rig) host(ctx context.Context) (err error) {
	r.Host, err = napihost.Start(ctx, napihost.Config{Command: r.cfg.Artefacts.Host, Stderr: r.cfg.Stderr, OnEvent: r.cfg.OnEvent})
	if err != nil {
		return err
	}
	if r.Library, err = r.Host.Load(ctx, r.cfg.Artefacts.Library); err != nil {
		return err
	}
	r.Object, err = r.Host.Create(ctx, ClassName)
	return err
}

// Restart kills the host, as a power failure would, and starts another one on
// the same data. The PBX goes on.
func (r *Rig) Restart(ctx context.Context) error {
	r.Host.Kill()
	return r.host(ctx)
}

// Params are the parameters of Connect for this rig: mode direct, a free port
// on loopback, the PBX's API, everything kept in a folder of its own. Keys of
// over replace or extend them; a nil value removes a key.
func (r *Rig) Params(over map[string]any) string {
	p := map[string]any{
		"mode": "direct", "vpbx_api_key": r.Credentials.Key, "vpbx_api_salt": r.salt,
		"api_url": r.PBX.URL() + "/vpbx/", "extension": "101", "user_name": "Иванов",
		"listen":   map[string]any{"address": "127.0.0.1:0"},
		"data_dir": filepath.Join(r.dir, "data"),
		"log":      map[string]any{"path": filepath.Join(r.dir, "mango.log"), "level": "debug"},
	}
	for k, v := range over {
		if v == nil {
			delete(p, k)
		} else {
			p[k] = v
		}
	}
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err) // only own types come here
	}
	return string(raw)
}

// Salt is the PBX's secret, for tests that search answers and logs for it.
func (r *Rig) Salt() string { return r.salt }

// LogPath is the library's log of this run.
func (r *Rig) LogPath() string { return filepath.Join(r.dir, "mango.log") }

// Connect calls Подключить, tells the PBX where to post, and waits until the
// PBX has accepted the key (state 3). It returns the events of the connection.
func (r *Rig) Connect(ctx context.Context, over map[string]any) ([]napihost.Event, error) {
	res, err := r.Object.Call(ctx, "Подключить", r.Params(over), 0, "")
	if err != nil {
		return nil, err
	}
	if !res.Bool() {
		return nil, fmt.Errorf("rig: Подключить returned Ложь: %s", res.Args[2].Text())
	}
	d, err := r.Diagnostics(ctx)
	if err != nil {
		return nil, err
	}
	r.Listen = d.Office.Listen.Address
	if err := r.PBX.SetTarget("http://" + r.Listen + d.Office.Listen.Path); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, registerWithin)
	defer cancel()
	var events []napihost.Event
	for {
		e, err := r.AwaitEvent(ctx, func(d Data) bool { return d.Event == "ConnectionState" })
		if err != nil {
			return events, fmt.Errorf("rig: the connection did not reach state 3: %w", err)
		}
		events = append(events, e)
		if Decode(e).State == 3 {
			return events, nil
		}
	}
}

// Diagnostics is the part of Диагностика that runs look at.
type Diagnostics struct {
	Version  string           `json:"version"`
	State    int              `json:"state"`
	Objects  int              `json:"objects"`
	Queue    int              `json:"queue"`
	Counters map[string]int64 `json:"counters"`
	Errors   []struct {
		Code  string `json:"code"`
		Field string `json:"field"`
	} `json:"last_errors"`
	Office struct {
		Listen struct {
			Address string `json:"address"`
			Path    string `json:"path"`
		} `json:"listen"`
		Webhook map[string]int64 `json:"webhook"`
		Journal struct {
			Durable    bool   `json:"durable"`
			Folder     string `json:"folder"`
			Trouble    string `json:"trouble"`
			UnclosedBy string `json:"unclosed_by"`
		} `json:"journal"`
	} `json:"office"`
}

// Diagnostics asks the first object.
func (r *Rig) Diagnostics(ctx context.Context) (Diagnostics, error) {
	var d Diagnostics
	res, err := r.Object.Call(ctx, "Диагностика")
	if err != nil {
		return d, err
	}
	return d, res.JSON(&d)
}

// Close ends host and PBX and tells what the component left behind.
func (r *Rig) Close(ctx context.Context) (napihost.Stats, error) {
	var stats napihost.Stats
	var err error
	if r.Host != nil {
		stats, err = r.Host.Quit(ctx)
		r.Host.Kill()
	}
	if r.PBX != nil {
		err = errors.Join(err, r.PBX.Close())
	}
	if r.dir != "" {
		err = errors.Join(err, os.RemoveAll(r.dir))
	}
	return stats, err
}
