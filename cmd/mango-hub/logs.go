package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/support"
)

// logsCommand packs what support asks for; the hub need not run.
func logsCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	path := f.String("out", ".", c.pick("`файл` архива или папка для него", "`file` of the archive, or a folder for it"))
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	a := hubArchive(ctx, c, cfg)
	out, err := support.Create(*path, support.FileName("mango-hub-logs", a.Computer, a.Now))
	if err != nil {
		return err
	}
	entries, err := a.Write(ctx, out, nil)
	if err != nil {
		out.Drop()
		return out.Failed(err)
	}
	if err := out.Commit(); err != nil {
		return err
	}
	c.say("%s: файлов %d. Ключи, токены, номера и имена скрыты, см. README.txt; перед отправкой посмотрите",
		"%s: %d files. Keys, tokens, numbers and names are masked, see README.txt; look before you send it", out.Path, len(entries))
	return nil
}

// hubArchive gathers what is packed.
func hubArchive(ctx context.Context, c console, cfg config.Config) *support.Archive {
	computer, _ := os.Hostname() // "" is a name too
	a := &support.Archive{Program: "mango-hub " + programVersion(), Computer: computer, Now: time.Now()}
	missing := ""
	miss := func(what string, err error) {
		if err != nil {
			missing += what + ": " + err.Error() + "\n"
		}
	}
	add := func(name, about string, text []byte, err error) {
		miss(name, err)
		if err == nil {
			a.Parts = append(a.Parts, support.Part{Name: name, About: about, Text: text})
		}
	}
	a.Known.Home, _ = os.UserHomeDir()
	a.Known.Secrets = []string{cfg.PBX.Salt, cfg.Archive.S3.SecretKey, cfg.Cluster.Password, cfg.Cluster.Secret}
	if oc, err := cfg.Office(c.env); err == nil {
		oc.Credentials.Salt.Hide(func(secret string) { a.Known.Secrets = append(a.Known.Secrets, secret) })
	} else {
		miss("pbx.salt", err)
	}
	hub := admin.Dial(cfg.Socket())
	var users []engine.User
	miss("users", hub.Ask(ctx, "GET", "/users", nil, &users))
	for _, u := range users {
		a.Known.Names = append(a.Known.Names, u.Name)
	}
	system, total, free := support.System()
	environment, err := json.Marshal(map[string]any{
		"version": programVersion(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH, "system": system,
		"computer": computer, "processors": runtime.NumCPU(), "memory_mb": total >> 20, "memory_free_mb": free >> 20,
	})
	add("environment.json", support.AboutEnvironment, environment, err)
	text, err := cfg.Masked().Text()
	add("config.toml", support.AboutHubConfig, text, err)
	var s status.Status
	err = hub.Ask(ctx, "GET", "/status", nil, &s)
	raw, _ := json.Marshal(s) // it came as JSON
	add("status.json", support.AboutHubStatus, raw, err)
	add("store.txt", support.AboutHubStore, []byte(sizes(cfg.Store.DataDir)), nil)
	for _, name := range []string{"crash.txt", "crash.txt.1"} {
		a.Parts = append(a.Parts, support.Part{Name: name, About: support.AboutCrash, Path: filepath.Join(cfg.Store.DataDir, name)})
	}
	a.Parts = append(a.Parts, support.Rotated("log/hub.log", support.AboutHubLog, cfg.Log.File)...)
	if cfg.Log.File == "" {
		missing += "log: log.file is empty; journalctl -u mango-hub -o cat\n"
	}
	if missing != "" {
		add("missing.txt", support.AboutMissing, []byte(missing), nil)
	}
	return a
}

// sizes tells the files below a folder, how big they are and when they changed.
func sizes(dir string) string {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // it is gone
		}
		rel, _ := filepath.Rel(dir, path) // below dir
		fmt.Fprintf(&b, "%s %12d bytes %s\n", info.ModTime().Format(time.RFC3339), info.Size(), rel)
		const enough = 64 << 10
		if b.Len() > enough {
			return fs.SkipAll
		}
		return nil
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}
