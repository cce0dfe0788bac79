package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/selfsigned"
)

// initOptions are the flags of init; what they leave out is asked.
type initOptions struct {
	file                                     string
	key, salt, saltFile, listen, public, dir string
	cert, certKey, proxies, hook             string
	selfSigned, demo, silent, replace        bool
}

func initCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	var o initOptions
	file := fileFlag(c, f)
	def := config.Default()
	f.StringVar(&o.key, "key", "", c.pick("уникальный `код` АТС", "`key` of the PBX"))
	f.StringVar(&o.saltFile, "salt-file", "", c.pick("`файл` с ключом для создания подписи (иначе $MANGO_SALT или вопрос)", "`file` with the key for signatures (else $MANGO_SALT, or it is asked)"))
	f.StringVar(&o.listen, "listen", def.HTTP.Listen, c.pick("`адрес` хаба", "`address` of the hub"))
	f.StringVar(&o.public, "public-url", "", c.pick("внешний `URL` хаба", "`URL` of the hub from outside"))
	f.StringVar(&o.hook, "webhook-path", def.HTTP.WebhookPath, c.pick("`путь` для уведомлений АТС", "`path` of the PBX's notifications"))
	f.StringVar(&o.dir, "data-dir", def.Store.DataDir, c.pick("`папка` журнала", "`folder` of the journal"))
	f.StringVar(&o.cert, "tls-cert", "", c.pick("PEM-`файл` сертификата", "PEM `file` of the certificate"))
	f.StringVar(&o.certKey, "tls-key", "", c.pick("PEM-`файл` его ключа", "PEM `file` of its key"))
	f.BoolVar(&o.selfSigned, "self-signed", false, c.pick("сделать самоподписанный сертификат (АТС ему не доверяет: для внутренней сети)", "make a self-signed certificate (the PBX does not trust it: for a network of your own)"))
	f.StringVar(&o.proxies, "trusted-proxies", "", c.pick("`адреса` обратных прокси через запятую", "comma-separated `addresses` of reverse proxies"))
	f.BoolVar(&o.demo, "demo", false, c.pick("настройки для эмулятора mango-sim на этой машине", "a configuration for mango-sim on this machine"))
	f.BoolVar(&o.silent, "silent", false, c.pick("ничего не спрашивать", "ask nothing"))
	f.BoolVar(&o.replace, "replace", false, c.pick("записать поверх имеющегося файла", "write over a file that is there"))
	if err := parse(f, args, 0); err != nil {
		return err
	}
	o.file = *file
	given := map[string]bool{}
	f.Visit(func(x *flag.Flag) { given[x.Name] = true })
	if !o.silent && !o.demo {
		if err := interruptible(ctx, c, func() error { return o.ask(c, given) }); err != nil {
			return err
		}
	}
	cfg, err := o.config(c)
	if err != nil {
		return err
	}
	if _, err := cfg.Office(c.env); err != nil {
		return err
	}
	if err := cfg.Write(o.file, o.replace); errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%w; -replace: %s", err, c.pick("записать поверх", "write over it"))
	} else if err != nil {
		return err
	}
	o.explain(c, cfg)
	return nil
}

// ask asks for what the flags left out.
func (o *initOptions) ask(c console, given map[string]bool) error {
	in := bufio.NewScanner(c.in)
	hidden, terminal := c.terminal()
	line := func() (string, error) {
		if !in.Scan() {
			return "", cmp.Or(in.Err(), io.ErrUnexpectedEOF)
		}
		return in.Text(), nil
	}
	unseen := func() (string, error) {
		raw, err := term.ReadPassword(hidden)
		fmt.Fprintln(c.out) // the reader's own end of line was not shown either
		return string(raw), err
	}
	var failed error
	asked := func(name, ru, en string, value *string, read func() (string, error)) {
		if given[name] || failed != nil {
			return
		}
		fmt.Fprint(c.out, c.pick(ru, en))
		if *value != "" {
			fmt.Fprintf(c.out, " [%s]", *value)
		}
		fmt.Fprint(c.out, ": ")
		var s string
		if s, failed = read(); failed == nil && strings.TrimSpace(s) != "" {
			*value = strings.TrimSpace(s)
		}
	}
	question := func(name, ru, en string, value *string) { asked(name, ru, en, value, line) }
	question("key", "Уникальный код вашей АТС (личный кабинет, «API коннектор»)", "Key of your PBX (account page, API connector)", &o.key)
	switch {
	case o.saltFile != "" || c.env("MANGO_SALT") != "":
	case terminal:
		asked("salt", "Ключ для создания подписи (при вводе не виден)", "Key for signatures (not shown as you type)", &o.salt, unseen)
	default:
		question("salt", "Ключ для создания подписи", "Key for signatures", &o.salt)
	}
	question("listen", "На каком адресе слушать", "Address to listen on", &o.listen)
	question("public-url", "Внешний адрес хаба, https://…", "Address of the hub from outside, https://…", &o.public)
	question("data-dir", "Папка журнала", "Folder of the journal", &o.dir)
	if !given["self-signed"] {
		question("tls-cert", "PEM-файл сертификата (пусто = HTTPS у прокси или не нужен)", "PEM file of the certificate (empty = HTTPS is the proxy's, or not needed)", &o.cert)
		if o.cert != "" {
			question("tls-key", "PEM-файл его ключа", "PEM file of its key", &o.certKey)
		}
	}
	question("trusted-proxies", "Адреса обратных прокси (пусто = нет)", "Addresses of reverse proxies (empty = none)", &o.proxies)
	return failed
}

// config is what the answers mean.
func (o *initOptions) config(c console) (config.Config, error) {
	if o.demo {
		dir, err := filepath.Abs(filepath.Dir(o.file))
		return demo(dir), err
	}
	cfg := config.Default()
	cfg.PBX.Key, cfg.PBX.Salt, cfg.PBX.SaltFile = o.key, o.salt, o.saltFile
	if o.salt == "" && o.saltFile == "" {
		cfg.PBX.Salt = c.env("MANGO_SALT") // a service has another environment
	}
	cfg.HTTP.Listen, cfg.HTTP.PublicURL, cfg.HTTP.WebhookPath = o.listen, o.public, o.hook
	cfg.HTTP.TLSCert, cfg.HTTP.TLSKey, cfg.HTTP.TrustedProxies = o.cert, o.certKey, append([]string{}, words(o.proxies)...)
	cfg.Store.DataDir = o.dir
	if o.selfSigned {
		if o.cert != "" {
			return cfg, errors.New("-self-signed: -tls-cert is given too")
		}
		if err := certificate(&cfg, filepath.Dir(o.file)); err != nil {
			return cfg, err
		}
	}
	return cfg, cfg.Validate()
}

// certificate makes one for the names by which the hub is known.
func certificate(cfg *config.Config, dir string) error {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if host, err := os.Hostname(); err == nil {
		names = append(names, host)
	}
	if u, err := url.Parse(cfg.HTTP.PublicURL); err == nil && u.Hostname() != "" {
		names = slices.Insert(names, 0, u.Hostname())
	}
	if host, _, err := net.SplitHostPort(cfg.HTTP.Listen); err == nil && host != "" {
		names = append(names, host)
	}
	slices.Sort(names[1:])
	cert, key, err := selfsigned.Make(slices.Compact(names), time.Now())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the key itself is closed
		return err
	}
	cfg.HTTP.TLSCert, cfg.HTTP.TLSKey = filepath.Join(dir, "hub-cert.pem"), filepath.Join(dir, "hub-key.pem")
	return errors.Join(os.WriteFile(cfg.HTTP.TLSCert, cert, 0o644), os.WriteFile(cfg.HTTP.TLSKey, key, 0o600)) //nolint:gosec // a certificate is no secret
}

// explain tells what to do next.
func (o *initOptions) explain(c console, cfg config.Config) {
	c.say("Записано: %s\n", "Written: %s\n", o.file)
	if o.demo {
		c.say("Дальше:\n  go run ./cmd/mango-sim -target %s\n  mango-hub run -config %s\nСтраница: %s/",
			"Next:\n  go run ./cmd/mango-sim -target %s\n  mango-hub run -config %s\nThe page: %s/", cfg.Webhook(), o.file, cfg.Base())
		return
	}
	c.say("В личном кабинете АТС, «Интеграции» → «API коннектор», введите адрес внешней системы:", "On the account page of the PBX, API connector, enter as address of the external system:")
	fmt.Fprintf(c.out, "\n  %s\n\n", cfg.Webhook())
	if cfg.HTTP.PublicURL == "" {
		c.say("Внешний адрес не указан (http.public_url): АТС должна видеть хаб из интернета.", "No public address is given (http.public_url): the PBX must see the hub from the internet.")
	}
	if o.selfSigned {
		c.say("Самоподписанному сертификату АТС не доверяет: снаружи нужен прокси с настоящим.", "The PBX does not trust a self-signed certificate: from outside a proxy with a real one is needed.")
	}
	c.say("Дальше:\n  mango-hub check                     проверить связь\n  mango-hub install                   сделать службой\n  mango-hub tokens add -rights admin  токен для страницы и 1С",
		"Next:\n  mango-hub check                     prove the connection\n  mango-hub install                   make it a service\n  mango-hub tokens add -rights admin  a token for the page and 1C")
}
