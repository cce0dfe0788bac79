package main

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/hub/token"
)

// The pair and the addresses of mango-sim, where nothing else is said.
const (
	demoKey    = "sim-key"
	demoSalt   = "sim-salt"
	demoAPI    = "http://127.0.0.1:8095"
	demoListen = "127.0.0.1:8088"
)

// demo is a configuration for the emulated PBX on this machine.
func demo(dir string) config.Config {
	cfg := config.Default()
	cfg.PBX.APIURL, cfg.PBX.Key, cfg.PBX.Salt = demoAPI, demoKey, demoSalt
	cfg.HTTP.Listen = demoListen
	cfg.Store.DataDir = filepath.Join(dir, "data")
	cfg.Log.File = filepath.Join(dir, "mango-hub.log")
	return cfg
}

// demoCommand runs a hub for mango-sim: nothing has to be set up.
func demoCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	f.StringVar(&dir, "dir", filepath.Join(dir, "mango-hub-demo"), c.pick("`папка` журнала и лога", "`folder` of journal and log"))
	listen := f.String("listen", demoListen, c.pick("`адрес` хаба", "`address` of the hub"))
	api := f.String("api", demoAPI, c.pick("`URL` эмулятора", "`URL` of the emulator"))
	if err := parse(f, args, 0); err != nil {
		return err
	}
	cfg := demo(dir)
	cfg.HTTP.Listen, cfg.PBX.APIURL = *listen, *api
	if err := cfg.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Store.DataDir, 0o700); err != nil {
		return err
	}
	secret, err := demoToken(cfg)
	if err != nil {
		return err
	}
	return serve(ctx, c, cfg, func() {
		c.say("Хаб работает с эмулятором %s. Если эмулятор не запущен:\n  go run ./cmd/mango-sim -target %s",
			"The hub runs with the emulator at %s. If that does not run:\n  go run ./cmd/mango-sim -target %s", cfg.PBX.APIURL, cfg.Webhook())
		c.say("Страница состояния: %s/\nЗвонки: консоль эмулятора http://127.0.0.1:8096/",
			"Status page: %s/\nCalls: the console of the emulator, http://127.0.0.1:8096/", cfg.Base())
		c.say("Для 1С: адрес %s, токен %s\nОстановить: Ctrl+C", "For 1C: address %s, token %s\nStop: Ctrl+C", linkURL(cfg), secret)
	})
}

// demoToken is the one token of the demo: it opens nothing but this program,
// and is kept so that 1C need not be told a new one each time.
func demoToken(cfg config.Config) (string, error) {
	kept := filepath.Join(cfg.Store.DataDir, "demo-token")
	raw, err := os.ReadFile(kept)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	set, err := token.Open(cfg.Tokens())
	if err != nil {
		return "", err
	}
	if secret := strings.TrimSpace(string(raw)); secret != "" {
		if _, ok := set.Lookup(secret); ok {
			return secret, nil
		}
	}
	secret, _, err := set.Add(token.Grant{Rights: []string{token.Supervisor, token.Admin}, Note: "demo"})
	if err != nil {
		return "", err
	}
	return secret, os.WriteFile(kept, []byte(secret+"\n"), 0o600)
}

// linkURL is what is entered in 1C.
func linkURL(cfg config.Config) string {
	return strings.Replace(cfg.Base(), "http", "ws", 1) + "/link"
}
