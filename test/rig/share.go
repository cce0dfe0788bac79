package rig

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
)

// Share is an office without a server: a PBX, and desks of which one hosts. Its
// machine has one folder of data. Close must be called.
type Share struct {
	PBX *vpbxtest.PBX

	artefacts napihost.Artefacts
	dir       string
	candidate string // host:port of its one candidate
	listen    string // where the host awaits the PBX
	salt      string
	key       string
}

// StartShare starts an emulated PBX that posts to loopback. candidate is
// host:port of this machine; "" = loopback and a free port.
func StartShare(ctx context.Context, cfg vpbxtest.Config, candidate string) (*Share, error) {
	s := &Share{candidate: candidate, salt: rand.Text(), key: "rig" + rand.Text()}
	if err := s.start(ctx, cfg); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Share) start(ctx context.Context, cfg vpbxtest.Config) (err error) {
	if s.artefacts, err = napihost.Find(); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "mango-share-rig"); err != nil {
		return err
	}
	if s.candidate == "" {
		if s.candidate, err = freePort(ctx); err != nil {
			return err
		}
	}
	if s.listen, err = freePort(ctx); err != nil {
		return err
	}
	cfg.Credentials = sign.Credentials{Key: s.key, Salt: sign.NewSalt(s.salt)}
	if s.PBX, err = vpbxtest.New(cfg); err != nil {
		return err
	}
	if err := s.PBX.Start(); err != nil {
		return err
	}
	return s.PBX.SetTarget("http://" + s.listen + "/mango")
}

// Desk starts a native host and calls Подключить in it. The words of prefix
// stand before the host's command: what runs it on another machine, whose folder
// of data is another one.
func (s *Share) Desk(ctx context.Context, extension string, prefix ...string) (*Desk, error) {
	data := "data"
	if len(prefix) > 0 {
		data = "elsewhere"
	}
	return newDesk(ctx, s.artefacts, prefix, map[string]any{
		"mode": "share", "share": map[string]any{"candidates": []string{s.candidate}},
		"vpbx_api_key": s.key, "vpbx_api_salt": s.salt, "api_url": s.PBX.URL() + "/vpbx/",
		"listen": map[string]any{"address": s.listen, "path": "/mango"}, "data_dir": filepath.Join(s.dir, data),
		"extension": extension, "log": deskLog(s.dir, extension), "settings": map[string]any{"min_out_sec": 3},
	})
}

// Position asks Диагностика whether the desk hosts.
func (d *Desk) Position(ctx context.Context) (string, error) {
	res, err := d.Object.Call(ctx, "Диагностика")
	if err != nil {
		return "", err
	}
	var x struct {
		Office struct {
			Share struct {
				Position string `json:"position"`
			} `json:"share"`
		} `json:"office"`
	}
	err = res.JSON(&x)
	return x.Office.Share.Position, err
}

// Close ends the PBX and removes the folder; the desks are ended before.
func (s *Share) Close() error {
	var err error
	if s.PBX != nil {
		err = s.PBX.Close()
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}
