package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

// The pair for those who have no account. It opens nothing but this program.
const (
	demoKey  = "sim-key"
	demoSalt = "sim-salt"
)

const usage = `mango-sim plays the cloud PBX MANGO OFFICE on this machine: it serves the VPBX API
and posts signed notifications of calls to your listener.

  mango-sim -target http://127.0.0.1:8088 -scenario inbound-ivr-answered
  mango-sim -target http://127.0.0.1:8088            wait for commands of the API
  mango-sim -list                                     the calls known by name

In 1C: api_url = the address printed at the start, vpbx_api_key = -key,
vpbx_api_salt = -salt; -target is the address that the add-in listens on.

While it runs, the console in a browser and the admin API (docs/emulator.md) are
at -admin, for this machine only:
  curl http://127.0.0.1:8096/admin/v1/state
  curl -H 'Content-Type: application/json' -d '{"from":"79161234567","to":"101"}' http://127.0.0.1:8096/admin/v1/calls

Flags:
`

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

// styles are the words of -style.
var styles = map[string]func(*vpbxtest.Style){
	"serial":    func(s *vpbxtest.Style) { s.Parallel = false },
	"420":       func(s *vpbxtest.Style) { s.Old420 = true },
	"recording": func(s *vpbxtest.Style) { s.Recording = true },
	"tagging":   func(s *vpbxtest.Style) { s.Tagging = true },
	"no-speech": func(s *vpbxtest.Style) { s.NoSpeech = true },
}

// options is the command line.
type options struct {
	cfg       vpbxtest.Config
	admin     string // address of the console; "" = none
	salt      string // to keep it out of the log
	scenarios list
	list      bool
	exit      bool
	demo      bool // the demo salt is in use, and may be shown
}

// parse reads the command line; the error was already told to stderr.
func parse(args []string, env func(string) string, stderr io.Writer) (options, error) {
	o := options{cfg: vpbxtest.Config{Style: vpbxtest.Style{Parallel: true}}}
	var key, salt, cert, certKey, targetCA, company, style, faults string
	f := flag.NewFlagSet("mango-sim", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { fmt.Fprint(stderr, usage); f.PrintDefaults() }
	f.StringVar(&o.cfg.Listen, "listen", "127.0.0.1:8095", "`address` of the API")
	f.StringVar(&o.admin, "admin", "127.0.0.1:8096", "loopback `address` of the console and the admin API; empty = none")
	f.StringVar(&o.cfg.Target, "target", "", "base `URL` of the listener; notifications go to URL/events/call and so on")
	f.StringVar(&targetCA, "target-ca", "", "PEM `file` that an https target is trusted by")
	f.StringVar(&key, "key", "", "vpbx_api_key (default $MANGO_KEY, else "+demoKey+")")
	f.StringVar(&salt, "salt", "", "vpbx_api_salt; others may see it in the list of processes, so better $MANGO_SALT (default "+demoSalt+")")
	f.Float64Var(&o.cfg.Speed, "speed", 1, "pace of calls: 10 = ten times faster, 0 = as fast as the listener answers")
	f.BoolVar(&o.cfg.Stepped, "stepped", false, "the clock stands: only POST /admin/v1/clock/step and the console move it")
	f.Var(&o.scenarios, "scenario", "call to play: a `name` of -list, a .json file, or a .jsonl trace to replay; may be repeated")
	f.BoolVar(&o.exit, "exit", false, "leave after the scenarios; status 1 when a notification was not answered with 200")
	f.BoolVar(&o.list, "list", false, "print the scenarios known by name")
	f.StringVar(&cert, "tls-cert", "", "PEM `file`: serve the API by https, TLS 1.2 only as the PBX does")
	f.StringVar(&certKey, "tls-key", "", "PEM `file` of the certificate's key")
	f.StringVar(&company, "company", "", "JSON `file` with employees, lines and groups instead of the built-in ones")
	f.StringVar(&style, "style", "", "comma-separated `words` out of "+strings.Join(slices.Sorted(maps.Keys(styles)), ", "))
	f.Uint64Var(&o.cfg.Seed, "seed", 1, "of whatever is random")
	f.StringVar(&faults, "faults", "", "what goes wrong: `JSON`, or @file, as GET /admin/v1/faults prints it")
	f.BoolVar(&o.cfg.NoRateLimits, "no-limits", false, "no rate limits (HTTP 429)")
	f.BoolVar(&o.cfg.NoQuota, "no-quota", false, "no quota of wrong requests (HTTP 401)")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	err := errors.Join(o.arguments(f.Args()), o.style(style), o.certificate(cert, certKey), o.trust(targetCA), o.company(company), o.faults(faults))
	if err != nil {
		fmt.Fprintln(stderr, "mango-sim:", err)
		return o, err
	}
	o.credentials(key, salt, env)
	return o, nil
}

func (o *options) arguments(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is no flag; see -help", rest[0])
	}
	if o.exit && len(o.scenarios) == 0 {
		return errors.New("-exit needs a -scenario")
	}
	if len(o.scenarios) > 0 && o.cfg.Target == "" {
		return errors.New("-scenario needs a -target")
	}
	return o.loopback()
}

// loopback: the admin API asks nobody who he is, so others must not reach it.
func (o *options) loopback() error {
	if o.admin == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(o.admin)
	if err != nil {
		return fmt.Errorf("-admin: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("-admin %s is not a loopback address; from elsewhere use an SSH tunnel", o.admin)
	}
	return nil
}

// credentials: flag, else environment, else the demo pair.
func (o *options) credentials(key, salt string, env func(string) string) {
	if key == "" {
		key = env("MANGO_KEY")
	}
	if salt == "" {
		salt = env("MANGO_SALT")
	}
	if key == "" {
		key = demoKey
	}
	if o.demo = salt == ""; o.demo {
		salt = demoSalt
	}
	o.salt = salt
	o.cfg.Credentials = sign.Credentials{Key: key, Salt: sign.NewSalt(salt)}
}

func (o *options) style(words string) error {
	for word := range strings.FieldsFuncSeq(words, func(r rune) bool { return r == ',' || r == ' ' }) {
		set, ok := styles[word]
		if !ok {
			return fmt.Errorf("-style: %q is unknown", word)
		}
		set(&o.cfg.Style)
	}
	return nil
}

// faults: a text or @file. Unknown members are errors: a misspelt one would
// silently break nothing.
func (o *options) faults(text string) error {
	if text == "" {
		return nil
	}
	raw := []byte(text)
	if file, ok := strings.CutPrefix(text, "@"); ok {
		var err error
		if raw, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	if err := strict(raw, &o.cfg.Faults); err != nil {
		return fmt.Errorf("-faults: %w", err)
	}
	return o.cfg.Faults.Check()
}

// strict reads one JSON value into v.
func strict(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the value")
	}
	return nil
}

func (o *options) certificate(cert, key string) error {
	if (cert == "") != (key == "") {
		return errors.New("-tls-cert and -tls-key belong together")
	}
	if cert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	o.cfg.TLS, o.cfg.Certificate = true, &pair
	return err
}

func (o *options) trust(file string) error {
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	o.cfg.TargetRoots = x509.NewCertPool()
	if !o.cfg.TargetRoots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("-target-ca: no certificate in %s", file)
	}
	return nil
}

func (o *options) company(file string) error {
	if file == "" {
		return nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var c struct {
		Employees []vpbxtest.Employee `json:"employees"`
		Lines     []vpbxtest.Line     `json:"lines"`
		Groups    []vpbxtest.Group    `json:"groups"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("-company %s: %w", file, err)
	}
	o.cfg.Employees, o.cfg.Lines, o.cfg.Groups = c.Employees, c.Lines, c.Groups
	return nil
}
