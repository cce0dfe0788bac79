package link

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"os"
	"strings"

	"mangoofficesdk/sdk/text"
)

// DefaultPath is where a hub awaits sockets, for an address without a path.
const DefaultPath = "/link"

// Validate checks what can be checked without a network. It returns nil or a
// *text.Error whose Field is a key of Подключить.
func (c Config) Validate() error { return (&Client{cfg: c}).check() }

// Endpoint is where the socket is opened; false when URL cannot be read.
func (c Config) Endpoint() (*url.URL, bool) { return address(c.URL, c.CA != "") }

// Plain reports whether token and events go over a network unencrypted: to
// another machine, without TLS.
func (c Config) Plain() bool {
	u, ok := address(c.URL, c.CA != "")
	if !ok || u.Scheme == "wss" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

// check reads what Подключить said of the hub. A proxy's address is never
// repeated: it may hold a password.
func (c *Client) check() error {
	if c.cfg.URL == "" {
		return text.New(text.MissingField).WithField("hub.url")
	}
	if c.cfg.Token == "" && c.cfg.Dial == nil {
		return text.New(text.MissingField).WithField("hub.token")
	}
	u, ok := address(c.cfg.URL, c.cfg.CA != "")
	if !ok {
		return text.New(text.BadField).WithField("hub.url").WithDetail(c.cfg.URL)
	}
	c.url, c.host = u.String(), u.Host
	c.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.cfg.CA != "" {
		pem, err := os.ReadFile(c.cfg.CA)
		c.tls.RootCAs = x509.NewCertPool()
		if err != nil || !c.tls.RootCAs.AppendCertsFromPEM(pem) {
			return text.New(text.BadCertificate).WithField("hub.ca").WithDetail(c.cfg.CA).Wrap(err)
		}
	}
	if _, err := c.proxy(); err != nil {
		return text.New(text.BadField).WithField("proxy")
	}
	return nil
}

// address completes what people write.
func address(s string, secure bool) (*url.URL, bool) {
	if !strings.Contains(s, "://") {
		scheme := "ws"
		if secure {
			scheme = "wss"
		}
		s = scheme + "://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	switch u.Scheme {
	case "ws", "wss":
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	default:
		return nil, false
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = DefaultPath
	}
	return u, true
}

// proxy is the HTTP proxy; nil for none.
func (c *Client) proxy() (*url.URL, error) {
	s := c.cfg.Proxy
	if s == "" {
		return nil, nil
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" {
		return nil, text.New(text.BadField)
	}
	return u, nil
}
