package office

import (
	"encoding/json"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
	"mangoofficesdk/sdk/webhook"
	"mangoofficesdk/sdk/zone"
)

// DefaultAPIURL is where the VPBX API lives (VPBX API §2.1).
const DefaultAPIURL = "https://app.mango-office.ru/vpbx/"

// DefaultListen is the address bound when none is given: the PBX posts to it
// from outside, usually through a forwarded port or a reverse proxy.
const DefaultListen = ":8080"

// Config describes one PBX connection. The JSON names in the comments are the
// keys of Подключить; Validate names them when a value is wrong.
type Config struct {
	Credentials sign.Credentials // vpbx_api_key, vpbx_api_salt
	APIURL      string           // api_url; "" = DefaultAPIURL; a bare host stands for /vpbx/ on it
	Listen      Listen           // listen
	// NoListener: the office binds no port. Whoever has one serves Handler; of
	// Listen only Path and AllowIPs matter then.
	NoListener bool
	Proxy      string // proxy: host:port or URL of an HTTP proxy for the API; "" = none
	// Settings of the company: the keys given here replace those in the store,
	// for good; the others stay as the company has set them there, or else are
	// the defaults. Empty = none is given.
	Settings json.RawMessage
	TimeZone string // time_zone: zone the edge renders times in; "" = this computer's
	DataDir  string // data_dir: the store is a file below it and outlives the process; "" = in memory
	// ManyUsers: processes of several users open DataDir in turn. On Windows what
	// is made in it then has the rights that it passes on, not one user's alone;
	// elsewhere the files are their maker's all the same.
	ManyUsers bool
	Log       zerolog.Logger // the zero value is silent
	// Store outlives the office: what a closed office left unsettled is told by
	// the next one on the same store. nil = the one of DataDir. One that others
	// append to says so by a method Fresh, whose channel gets a value then: they
	// take turns as the store says, and another process is no fault.
	Store journal.Store
	// Webhook brings the notifications, by Accept, to whichever office is there:
	// it outlives this one. nil = the office has one of its own, see Handler.
	Webhook *webhook.Handler
	// Allowed is asked before each request to the PBX; an error keeps it back.
	// nil = always. It is for a store that may have passed to another office.
	Allowed func() error
	// Archive keeps copies of recordings while the setting archive_recordings is
	// on, for ArchiveKeep (0 = for ever). nil = a folder below DataDir, if there
	// is one.
	Archive     recording.Archive
	ArchiveKeep time.Duration
	// UsersRead is when the process last asked the PBX for the employees of
	// this key, with another client than the office's: config/users/request may
	// be asked once in two seconds. Zero = not lately.
	UsersRead time.Time

	// Sheets writes reports as the file of a spreadsheet; nil: such a report is
	// refused with form_unavailable.
	Sheets report.Sheets
	// Recording gives the address of a recording for the files of reports: of
	// this hub, where a person logs in and the link is made on his click, or of
	// the archived file. nil, "" = the column is empty.
	Recording func(c *history.Call, r engine.RecordingRef) string

	Guard guard.Config // limits of the PBX; the zero value keeps the documented ones

	// StopTime bounds Shutdown whatever its caller's context allows. 0 = two
	// seconds: a closing 1C must not wait for us. A service has more, and a disk
	// that is busy with others may need it.
	StopTime time.Duration

	// What tests replace. nil = the real one.
	Now   func() time.Time
	NewID func() string // command ids: unique, at most 128 bytes
	// StatisticsLook is vpbx.Config.Look.
	StatisticsLook time.Duration
	// CatchUpEvery is how often it is looked whether there is something to catch
	// up with; 0 = a minute.
	CatchUpEvery time.Duration
}

// Listen says where the PBX's notifications are awaited.
type Listen struct {
	Address  string         // listen.address, host:port; "" = DefaultListen
	Path     string         // listen.path, prefix of the PBX's base URL; "" = "/"
	TLSCert  string         // listen.tls_cert, PEM file; with TLSKey: HTTPS, TLS 1.2 at least
	TLSKey   string         // listen.tls_key, PEM file
	AllowIPs []netip.Prefix // listen.allow_ips; empty = the PBX's five addresses and loopback

	// What a notification may take, for whoever has a server of their own. 0 =
	// the defaults of sdk/webhook.
	MaxBody     int64 // bytes
	ReadTimeout time.Duration
}

// WithDefaults fills in what was left out. Two configurations mean the same
// connection when their WithDefaults agree in everything but ManyUsers, Log,
// Store, Webhook, Allowed, Archive, UsersRead, Sheets, Recording, Guard,
// StopTime, StatisticsLook, CatchUpEvery, Now, NewID.
func (c Config) WithDefaults() Config {
	c.APIURL = apiURL(c.APIURL)
	if c.Listen.Address == "" {
		c.Listen.Address = DefaultListen
	}
	if !strings.HasPrefix(c.Listen.Path, "/") {
		c.Listen.Path = "/" + c.Listen.Path
	}
	return c
}

// apiURL completes an address without a path: the API of every PBX, and of the
// emulator, is below /vpbx/ (VPBX API §2.1), and people copy the host alone. A
// path of somebody's proxy is left as it is, but for the slash at its end.
func apiURL(s string) string {
	if s == "" {
		return DefaultAPIURL
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return s // Validate and vpbx.New say what is wrong
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/vpbx"
	}
	return strings.TrimRight(u.String(), "/") + "/"
}

// Validate checks what can be checked without a network or a file. It returns
// nil or a *text.Error whose Field is the JSON key at fault.
func (c Config) Validate() error {
	c = c.WithDefaults()
	switch {
	case c.Credentials.Key == "":
		return text.New(text.MissingField).WithField("vpbx_api_key")
	case c.Credentials.Salt.Empty():
		return text.New(text.MissingField).WithField("vpbx_api_salt")
	case strings.ContainsFunc(c.Credentials.Key, notKeyRune):
		return text.New(text.BadField).WithField("vpbx_api_key")
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return text.New(text.BadField).WithField("api_url").WithDetail(c.APIURL)
	}
	if !c.NoListener {
		if err := c.Listen.validate(); err != nil {
			return err
		}
	}
	if err := validProxy(c.Proxy); err != nil {
		return err
	}
	if c.TimeZone != "" {
		if _, err := zone.Load(c.TimeZone); err != nil {
			return text.New(text.BadField).WithField("time_zone").WithDetail(c.TimeZone)
		}
	}
	if _, _, err := engine.ParseSettings(engine.Defaults(), c.Settings); err != nil {
		return text.From(err)
	}
	return nil
}

func (l Listen) validate() error {
	_, port, err := net.SplitHostPort(l.Address)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return text.New(text.BadField).WithField("listen.address").WithDetail(l.Address)
	}
	if strings.ContainsAny(l.Path, "?#{} ") {
		return text.New(text.BadField).WithField("listen.path").WithDetail(l.Path)
	}
	if l.TLSCert != "" && l.TLSKey == "" {
		return text.New(text.MissingField).WithField("listen.tls_key")
	}
	if l.TLSKey != "" && l.TLSCert == "" {
		return text.New(text.MissingField).WithField("listen.tls_cert")
	}
	return nil
}

// validProxy never repeats the value: a proxy URL may carry a password.
func validProxy(proxy string) error {
	if proxy == "" {
		return nil
	}
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	if u, err := url.Parse(proxy); err != nil || u.Host == "" {
		return text.New(text.BadField).WithField("proxy")
	}
	return nil
}

// notKeyRune refuses what cannot stand in a form field of the API unescaped:
// real keys are letters and digits, samples hold <>_- too.
func notKeyRune(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"'\&=%`, r) }

// Session is one attached 1C process.
type Session struct {
	Extension  string // own extension; "" = none, and with Supervisor the events of all
	UserID     string // opaque id of the 1C user
	UserName   string
	ClientGUID string
	Role       string // desk | server; "" = desk. server: never first, writes while no desk is there
	Rights     Rights // zero: it acts for its own extension only
}
