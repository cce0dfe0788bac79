// Package config is the one file of mango-hub: every default is written out in
// it, with what it means in two languages, and a key nobody knows is refused.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/webhook"
)

// Config is the file. The comments are written above the keys.
type Config struct {
	PBX      PBX            `toml:"pbx" comment:"Подключение к ВАТС. / The connection to the PBX."`
	HTTP     HTTP           `toml:"http" comment:"Один порт: уведомления ВАТС, сеансы 1С (/link), страница состояния.\nOne port: notifications of the PBX, sessions of 1C (/link), the status page."`
	Store    Store          `toml:"store" comment:"Журнал событий. / The journal of events."`
	Archive  Archive        `toml:"archive" comment:"Копии записей разговоров, пока включена настройка archive_recordings.\nCopies of recordings, while the setting archive_recordings is on."`
	Cluster  Cluster        `toml:"cluster" comment:"Несколько хабов одной АТС, см. docs/operations.ru.md. / Several hubs of one PBX."`
	Log      Log            `toml:"log" comment:"Лог, строки JSON. / The log, JSON lines."`
	Settings map[string]any `toml:"settings" comment:"Настройки компании. Заданное здесь при запуске заменяет то, что задала 1С;\nзакомментированы умолчания: их меняет 1С, и это сохраняется.\nSettings of the company. What is given here replaces at the start what 1C has set;\nthe defaults are commented out: 1C changes them, and that is kept."`

	file string // where it was read from
}

// PBX is how the PBX is reached.
type PBX struct {
	APIURL   string `toml:"api_url" comment:"Адрес API. / Address of the API."`
	Key      string `toml:"key" comment:"Уникальный код АТС из личного кабинета. / The code of the PBX from the account page."`
	Salt     string `toml:"salt" comment:"Ключ для создания подписи. Вместо него: salt_file или переменная MANGO_SALT.\nЕсли он здесь, файл должен быть закрыт от других (chmod 600).\nThe key for signatures. Or salt_file, or MANGO_SALT in the environment.\nIf it stands here, others must not read this file (chmod 600)."`
	SaltFile string `toml:"salt_file" comment:"Файл с подписью; $CREDENTIALS_DIRECTORY/salt подхватывается сам.\nA file that holds it; $CREDENTIALS_DIRECTORY/salt is found by itself."`
	Proxy    string `toml:"proxy" comment:"Прокси для запросов к API, host:port. / Proxy for requests to the API."`
	TimeZone string `toml:"time_zone" comment:"Часовой пояс времени в событиях; пусто = как у компьютера. / Time zone of events; empty = this computer's."`
}

// HTTP is what is listened to.
type HTTP struct {
	Listen         string   `toml:"listen" comment:"host:port; «:8080» = все адреса. / host:port; \":8080\" = all addresses."`
	PublicURL      string   `toml:"public_url" comment:"Внешний адрес хаба, как его видит ВАТС: его печатает init и проверяет check.\nThe address of the hub as the PBX sees it: init prints it, check proves it."`
	WebhookPath    string   `toml:"webhook_path" comment:"Путь для уведомлений; в кабинет вводится public_url + webhook_path.\nPath of notifications; public_url + webhook_path is entered on the account page."`
	TLSCert        string   `toml:"tls_cert" comment:"PEM-файлы сертификата и ключа: тогда HTTPS; перечитываются без перезапуска.\nPEM files of certificate and key: HTTPS then; read again without a restart."`
	TLSKey         string   `toml:"tls_key"`
	AllowIPs       []string `toml:"allow_ips" comment:"Откуда принимаются уведомления: адреса или сети. / Who may post notifications: addresses or networks."`
	TrustedProxies []string `toml:"trusted_proxies" comment:"Обратные прокси, чьему X-Forwarded-For верить. / Reverse proxies whose X-Forwarded-For is believed."`
	MaxBodyKB      int      `toml:"max_body_kb" comment:"Наибольшее тело запроса, КБ. / The largest body of a request, KB."`
	MaxRequests    int      `toml:"max_requests" comment:"Запросов одновременно; сеансы 1С и уведомления с allow_ips не в счёт.\nRequests at once; sessions of 1C and notifications from allow_ips apart."`
	RatePerMinute  int      `toml:"rate_per_minute" comment:"Запросов в минуту с одного адреса; уведомления с allow_ips и рабочие места не в счёт.\nRequests a minute of one address; notifications from allow_ips and desks apart."`
	ReadSeconds    int      `toml:"read_seconds" comment:"За сколько секунд запрос должен прийти целиком. / Seconds for a request to come whole."`
}

// Store is where the journal lies.
type Store struct {
	DataDir     string `toml:"data_dir" comment:"Папка журнала, токенов, пользователей. / Folder of the journal, tokens, users."`
	AdminSocket string `toml:"admin_socket" comment:"Сокет для команд mango-hub; пусто = admin.sock в data_dir.\nSocket for the commands of mango-hub; empty = admin.sock in data_dir."`
}

// Log is where the log goes.
type Log struct {
	File      string `toml:"file" comment:"Файл; пусто = стандартный вывод (journald). / The file; empty = standard output (journald)."`
	Level     string `toml:"level" comment:"error | warn | info | debug"`
	MaxSizeMB int    `toml:"max_size_mb" comment:"Размер, после которого файл меняется. / Size at which the file is rotated."`
	Keep      int    `toml:"keep" comment:"Сколько старых файлов хранить. / How many old files to keep."`
}

// Default has every value that a file may leave out.
func Default() Config {
	c := Config{
		PBX: PBX{APIURL: office.DefaultAPIURL},
		HTTP: HTTP{
			Listen: office.DefaultListen, WebhookPath: "/mango", TrustedProxies: []string{}, MaxBodyKB: webhook.DefaultMaxBody >> 10,
			MaxRequests: webhook.DefaultMaxRequests, RatePerMinute: 600, ReadSeconds: 10,
		},
		Store:    Store{DataDir: dataDir()},
		Cluster:  defaultCluster(),
		Log:      Log{Level: "info", MaxSizeMB: 10, Keep: 5},
		Settings: map[string]any{},
	}
	for _, p := range webhook.DefaultAllow() {
		c.HTTP.AllowIPs = append(c.HTTP.AllowIPs, display(p))
	}
	return c
}

// display is a network as people write it: one address without its length.
func display(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// FieldError names the key at fault.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FieldError) Unwrap() error { return e.Err }

func bad(field, format string, args ...any) error {
	return &FieldError{field, fmt.Errorf(format, args...)}
}

// Validate checks everything that needs no network. The salt is not looked at:
// see Office.
func (c Config) Validate() error {
	if c.Store.DataDir == "" {
		return bad("store.data_dir", "is empty: the hub keeps its journal on the disk")
	}
	if err := c.HTTP.validate(); err != nil {
		return err
	}
	if err := c.Cluster.validate(); err != nil {
		return err
	}
	if err := c.Archive.validate(); err != nil {
		return err
	}
	for field, n := range map[string][3]int{
		"http.max_body_kb":     {c.HTTP.MaxBodyKB, 16, 64 << 10},
		"http.max_requests":    {c.HTTP.MaxRequests, 1, 10000},
		"http.rate_per_minute": {c.HTTP.RatePerMinute, 10, 100000},
		"http.read_seconds":    {c.HTTP.ReadSeconds, 1, 60},
		"log.max_size_mb":      {c.Log.MaxSizeMB, 1, 1024},
		"log.keep":             {c.Log.Keep, 0, 1000},
	} {
		if n[0] < n[1] || n[0] > n[2] {
			return bad(field, "is %d, want %d to %d", n[0], n[1], n[2])
		}
	}
	switch c.Log.Level {
	case "error", "warn", "info", "debug":
	default:
		return bad("log.level", "is %q, want error, warn, info or debug", c.Log.Level)
	}
	_, err := c.settings()
	return err
}

func (h HTTP) validate() error {
	if (h.TLSCert == "") != (h.TLSKey == "") {
		return bad("http.tls_cert", "and http.tls_key belong together")
	}
	if _, _, err := net.SplitHostPort(h.Listen); err != nil {
		return &FieldError{"http.listen", err}
	}
	if !strings.HasPrefix(h.WebhookPath, "/") || strings.Trim(h.WebhookPath, "/") == "" || strings.ContainsAny(h.WebhookPath, "?#{} ") {
		return bad("http.webhook_path", "is %q, want a path of its own, like /mango", h.WebhookPath)
	}
	switch first, _, _ := strings.Cut(strings.Trim(h.WebhookPath, "/"), "/"); first {
	case "link", "api", "recordings", "healthz", "readyz", "metrics", "assets":
		return bad("http.webhook_path", "is %q, which the hub uses itself", h.WebhookPath)
	}
	if h.PublicURL != "" {
		if u, err := url.Parse(h.PublicURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" {
			return bad("http.public_url", "is %q, want https://host[:port]", h.PublicURL)
		}
	}
	if len(h.AllowIPs) == 0 {
		return bad("http.allow_ips", "is empty: nobody could post; 0.0.0.0/0 and ::/0 allow everybody")
	}
	if _, err := h.Allow(); err != nil {
		return err
	}
	_, err := h.Proxies()
	return err
}

// Allow is allow_ips.
func (h HTTP) Allow() ([]netip.Prefix, error) { return prefixes("http.allow_ips", h.AllowIPs) }

// Proxies is trusted_proxies.
func (h HTTP) Proxies() ([]netip.Prefix, error) {
	return prefixes("http.trusted_proxies", h.TrustedProxies)
}

// LocalView reports whether somebody on this machine sees the page without a
// login. Not where HTTPS ends before it reaches us, in something that the file
// does not name: that may ask from this machine for the whole world.
func (h HTTP) LocalView() bool {
	return !strings.HasPrefix(h.PublicURL, "https://") || h.TLSCert != "" || len(h.TrustedProxies) > 0
}

func prefixes(field string, list []string) (out []netip.Prefix, err error) {
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			addr, single := netip.ParseAddr(s)
			if single != nil {
				return nil, bad(field, "%q is no address and no network", s)
			}
			p = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}

// settings is the table as the office reads it.
func (c Config) settings() (json.RawMessage, error) {
	raw, err := json.Marshal(c.Settings)
	if err != nil {
		return nil, &FieldError{"settings", err}
	}
	_, unknown, err := engine.ParseSettings(engine.Defaults(), raw)
	if coded, ok := errors.AsType[*text.Error](err); ok {
		return nil, &FieldError{"settings." + coded.Field, errors.New("a wrong value")}
	}
	if len(unknown) > 0 {
		return nil, bad("settings."+unknown[0], "no such setting")
	}
	return raw, err
}

// Office is the connection that the file describes. env gives the environment.
func (c Config) Office(env func(string) string) (office.Config, error) {
	salt, err := c.salt(env)
	if err != nil {
		return office.Config{}, err
	}
	allow, err := c.HTTP.Allow()
	if err != nil {
		return office.Config{}, err
	}
	settings, err := c.settings()
	if err != nil {
		return office.Config{}, err
	}
	o := office.Config{
		Credentials: sign.Credentials{Key: c.PBX.Key, Salt: sign.NewSalt(salt)},
		APIURL:      c.PBX.APIURL, Proxy: c.PBX.Proxy, TimeZone: c.PBX.TimeZone, DataDir: c.Store.DataDir, Settings: settings,
		// One server of our own carries the webhook, the sessions and the page.
		NoListener: true, Listen: office.Listen{
			Path: c.HTTP.WebhookPath, AllowIPs: allow, MaxBody: int64(c.HTTP.MaxBodyKB) << 10,
			ReadTimeout: time.Duration(c.HTTP.ReadSeconds) * time.Second,
		},
	}
	if c.Archive.S3.SecretKey != "" {
		if err := c.closed("archive.s3.secret_key"); err != nil {
			return office.Config{}, err
		}
	}
	if o.Archive, o.ArchiveKeep, err = c.Archive.open(); err != nil {
		return office.Config{}, err
	}
	return o, own(o.Validate())
}

// own names the keys of this file in an error of the office.
func own(err error) error {
	coded, ok := errors.AsType[*text.Error](err)
	if !ok {
		return err
	}
	names := map[string]string{
		"vpbx_api_key": "pbx.key", "vpbx_api_salt": "pbx.salt", "api_url": "pbx.api_url", "proxy": "pbx.proxy", "time_zone": "pbx.time_zone",
		"data_dir": "store.data_dir",
	}
	if name := names[coded.Field]; name != "" {
		return coded.WithField(name)
	}
	return err
}

// Socket is where the running hub takes commands.
func (c Config) Socket() string {
	if c.Store.AdminSocket != "" {
		return c.Store.AdminSocket
	}
	return filepath.Join(c.Store.DataDir, "admin.sock")
}

// Tokens is the file of the sessions' tokens.
func (c Config) Tokens() string { return filepath.Join(c.Store.DataDir, "tokens.json") }

// Base is the address of the hub for people and sessions.
func (c Config) Base() string {
	if c.HTTP.PublicURL != "" {
		return strings.TrimRight(c.HTTP.PublicURL, "/")
	}
	host, port, _ := net.SplitHostPort(c.HTTP.Listen) // Validate has looked
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http://"
	if c.HTTP.TLSCert != "" {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port)
}

// Webhook is what is entered on the account page.
func (c Config) Webhook() string { return c.Base() + strings.TrimRight(c.HTTP.WebhookPath, "/") }
