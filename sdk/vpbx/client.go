// Package vpbx is the client of the VPBX API: typed requests, checked here
// before anything is sent, signed over the very bytes that go out.
//
// Every request passes the guard of the PBX's limits first (sdk/vpbx/guard).
// Commands are never repeated by anybody (a second one would call a person
// twice); reads are, up to twice and within a budget, when the PBX was busy or
// the answer was lost. The client promises a deadline on every call, an answer
// of bounded size, and no goroutine after Close.
package vpbx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/valyala/fasthttp"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// Defaults of Config.
const (
	DefaultBaseURL        = "https://app.mango-office.ru/vpbx/"
	DefaultDialTimeout    = 5 * time.Second
	DefaultRequestTimeout = 15 * time.Second
	DefaultMaxBody        = 24 << 20 // bytes; a page of 2000 calls of statistics may have 10 MB
	DefaultUserAgent      = "MangoOfficeSDK"
)

// maxID bounds ids and numbers in commands, in bytes (§3.2).
const maxID = 128

// minUpload is the slowest upload that is waited for, in bytes per second: a
// recording of 100 MB takes longer than RequestTimeout (§3.10).
const minUpload = 128 << 10

// Config of a Client. Zero values mean the defaults above.
type Config struct {
	Credentials sign.Credentials
	BaseURL     string // http:// only makes sense for an emulator
	// Proxy is [http://][user:password@]host:port, or https:// where the way to
	// the proxy itself is TLS; the PBX is reached by CONNECT. "" = none.
	Proxy string
	// CAFile is a PEM file with the only roots to trust; "" = the system's.
	CAFile         string
	DialTimeout    time.Duration // TCP, proxy and TLS together
	RequestTimeout time.Duration // the whole call, when the context gives no earlier end; a file gets more
	MaxBody        int           // bytes of an answer
	UserAgent      string
	// Guard holds requests to the limits of the PBX; zero = the documented ones.
	Guard guard.Config
	// Allowed is asked before each request, when a connection is there for it. An
	// error keeps it back: it fails with text.Stopping. nil = always.
	Allowed func() error
	// Look is the pause before each look whether ordered statistics are ready; 0
	// = what the PBX wants. For tests.
	Look time.Duration
	// Log gets wrong answers as they came, cut, key and signature masked.
	Log zerolog.Logger
}

// Client talks to one PBX. It is safe for concurrent use.
type Client struct {
	credentials sign.Credentials
	form        string // what every body begins with
	base        *url.URL
	root        string // path of the methods of VPBX
	beside      string // of the others
	userAgent   string
	timeout     time.Duration
	transport   *transport

	look   time.Duration // see Config
	guard  *guard.Guard
	budget guard.Budget
	once   guard.Once
	log    zerolog.Logger

	skew   atomic.Int64 // nanoseconds, valid when skewed
	skewed atomic.Bool
}

// New checks the configuration and makes a client. Nothing is dialled and no
// goroutine starts. Errors are *text.Error that name the field as Connect's
// JSON does: api_url, proxy, ca.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	d, err := newDialer(cfg, base)
	if err != nil {
		return nil, err
	}
	root, beside := roots(base)
	t := newTransport(d, or(cfg.MaxBody, DefaultMaxBody))
	t.allowed = cfg.Allowed
	return &Client{
		credentials: cfg.Credentials,
		form:        "vpbx_api_key=" + url.QueryEscape(cfg.Credentials.Key) + "&sign=",
		root:        root,
		beside:      beside,
		base:        base,
		userAgent:   or(cfg.UserAgent, DefaultUserAgent),
		timeout:     or(cfg.RequestTimeout, DefaultRequestTimeout),
		transport:   t,
		look:        cfg.Look,
		guard:       guard.New(cfg.Guard),
		log:         cfg.Log,
	}, nil
}

func parseBase(raw string) (*url.URL, error) {
	base, err := url.Parse(or(raw, DefaultBaseURL))
	switch {
	case err != nil:
		return nil, text.New(text.BadField).WithField("api_url").Wrap(err)
	case base.Scheme != "https" && base.Scheme != "http", base.Host == "", base.User != nil, base.RawQuery != "", base.Fragment != "":
		return nil, text.New(text.BadField).WithField("api_url")
	}
	return base, nil
}

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// Close ends requests under way (they fail with text.Stopping) and closes
// every connection. It may be called twice; later requests fail.
func (c *Client) Close() error {
	c.transport.close()
	return nil
}

// Skew tells how far the PBX's clock is ahead of ours, by the Date header of
// the last answer: right to about a second. ok is false before any answer.
func (c *Client) Skew() (d time.Duration, ok bool) {
	return time.Duration(c.skew.Load()), c.skewed.Load()
}

// Probe checks that TCP and TLS to the API can be set up. It sends no request,
// hence costs nothing of the PBX's limits.
func (c *Client) Probe(ctx context.Context) error {
	if err := c.transport.probe(ctx, time.Now().Add(c.timeout)); err != nil {
		return transportError("probe", false, err)
	}
	return nil
}

// exchange sends m one time.
func (c *Client) exchange(ctx context.Context, o *op, m message) (response, error) {
	started := time.Now()
	r, sent, err := c.transport.roundTrip(ctx, m)
	if err != nil {
		return response{}, transportError(o.entry().Name, sent, err)
	}
	c.noteDate(r.date, started)
	err = c.judge(o.entry(), r)
	if err != nil {
		c.log.Warn().Err(err).Str("answer", c.masked(m, r.body)).Msg("wrong answer of the PBX")
	}
	return r, err
}

// maxLogged bounds what is logged of an answer, in bytes.
const maxLogged = 2048

// masked is the beginning of an answer, without the key and signature of ours
// that it may echo. The salt never went out.
func (c *Client) masked(m message, body []byte) string {
	s := string(body[:min(len(body), maxLogged)])
	for _, secret := range []string{c.credentials.Key, m.sign} {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return strings.ToValidUTF8(s, "?")
}

// message signs the request and packs it: the bytes that are signed are those
// that go out (§3.1).
func (c *Client) message(o *op, q any) (message, error) {
	signed, files, headers := parts(q)
	body, err := json.Marshal(signed)
	if err != nil {
		return message{}, text.New(text.Internal).Wrap(fmt.Errorf("vpbx: %s: %w", o.path, err))
	}
	m := message{
		host: c.base.Host, path: c.address(o.entry()), userAgent: c.userAgent, headers: headers, contentType: formType,
		sign: c.credentials.JSON(body),
	}
	if files != nil {
		m.contentType, m.body, err = c.multipartBody(m.sign, body, files)
	} else {
		m.body = c.envelope(m.sign, body)
	}
	m.until = time.Now().Add(c.timeout + time.Duration(len(m.body)/minUpload)*time.Second)
	return m, err
}

const formType = "application/x-www-form-urlencoded"

// envelope is the form of every request without a file.
func (c *Client) envelope(sign string, body []byte) []byte {
	const name = "&json="
	form := make([]byte, 0, len(c.form)+len(sign)+len(name)+2*len(body))
	form = append(append(append(form, c.form...), sign...), name...)
	return fasthttp.AppendQuotedArg(form, body)
}

// roots are where methods are asked. api_url names the folder of the VPBX
// methods; those of the contact centre and of speech lie beside it (§2.1).
func roots(base *url.URL) (root, beside string) {
	root = base.JoinPath("/").EscapedPath()
	if parent, ok := strings.CutSuffix(root, "/vpbx/"); ok {
		return root, parent + "/"
	}
	return root, root
}

// address is the path of a method at the API's host.
func (c *Client) address(e *Entry) string {
	uri := c.beside + strings.TrimPrefix(e.Path, "/")
	if path, ok := strings.CutPrefix(e.Path, "/vpbx/"); ok {
		uri = c.root + path
	}
	if e.Slash {
		uri += "/" // printed so for some methods
	}
	return uri
}

// noteDate keeps the distance between the PBX's Date, which stands for a whole
// second, and the middle of the request.
func (c *Client) noteDate(date time.Time, started time.Time) {
	if date.IsZero() {
		return
	}
	now := time.Now()
	middle := started.Add(now.Sub(started) / 2)
	c.skew.Store(int64(date.Add(time.Second / 2).Sub(middle)))
	c.skewed.Store(true)
}
