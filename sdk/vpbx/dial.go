package vpbx

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"mangoofficesdk/sdk/text"
)

// dialer opens connections to the API: TCP, through a proxy if there is one,
// TLS 1.2 exactly: the PBX speaks neither 1.1 nor 1.3 (§1.2).
type dialer struct {
	addr     string // host:port of the API
	tls      *tls.Config
	roots    *x509.CertPool // nil: those of the system
	proxy    *url.URL
	proxyTLS *tls.Config // nil: the way to the proxy is not TLS
	timeout  time.Duration
}

// errTLS marks a failed handshake, errProxy a proxy that did not let us pass.
var (
	errTLS   = errors.New("tls")
	errProxy = errors.New("proxy")
)

func newDialer(cfg Config, base *url.URL) (*dialer, error) {
	d := &dialer{addr: hostPort(base), timeout: or(cfg.DialTimeout, DefaultDialTimeout)}
	roots, err := loadRoots(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	d.roots = roots
	if base.Scheme == "https" {
		d.tls = &tls.Config{
			ServerName: base.Hostname(), RootCAs: roots,
			MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(4), // a resumed handshake saves a round trip
		}
	}
	if cfg.Proxy == "" {
		return d, nil
	}
	proxy := cfg.Proxy
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	d.proxy, err = url.Parse(proxy)
	if err != nil || (d.proxy.Scheme != "http" && d.proxy.Scheme != "https") || d.proxy.Hostname() == "" {
		// Neither the text nor the cause is shown: they may hold a password.
		return nil, text.New(text.BadField).WithField("proxy")
	}
	if d.proxy.Scheme == "https" {
		d.proxyTLS = &tls.Config{ServerName: d.proxy.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return d, nil
}

func loadRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // nil roots are the system's
	}
	pem, err := os.ReadFile(file) //nolint:gosec // named by the administrator
	if err != nil {
		return nil, text.New(text.BadCertificate).WithField("ca").Wrap(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, text.New(text.BadCertificate).WithField("ca")
	}
	return pool, nil
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "https" {
		return net.JoinHostPort(u.Hostname(), "443")
	}
	return net.JoinHostPort(u.Hostname(), "80")
}

// dial opens one connection. Cancelling ctx ends it at once.
func (d *dialer) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	addr := d.addr
	if d.proxy != nil {
		addr = hostPort(d.proxy)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	full, err := d.upgrade(ctx, conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return full, nil
}

// upgrade takes a fresh TCP connection through the proxy and into TLS.
func (d *dialer) upgrade(ctx context.Context, conn net.Conn) (net.Conn, error) {
	var err error
	if d.proxy != nil {
		if d.proxyTLS != nil {
			if conn, err = handshake(ctx, conn, d.proxyTLS); err != nil {
				return nil, fmt.Errorf("%w: %w", errProxy, err)
			}
		}
		if err = d.connect(ctx, conn); err != nil {
			return nil, fmt.Errorf("%w: %w", errProxy, err)
		}
	}
	if d.tls == nil {
		return conn, nil
	}
	return handshake(ctx, conn, d.tls)
}

func handshake(ctx context.Context, conn net.Conn, cfg *tls.Config) (net.Conn, error) {
	t := tls.Client(conn, cfg)
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", errTLS, err)
	}
	return t, nil
}

// connect asks the proxy for a tunnel (RFC 9110 §9.3.6).
func (d *dialer) connect(ctx context.Context, conn net.Conn) error {
	until, _ := ctx.Deadline()
	defer interruptible(ctx, conn, until)()
	req := "CONNECT " + d.addr + " HTTP/1.1\r\nHost: " + d.addr + "\r\n"
	if u := d.proxy.User; u != nil {
		password, _ := u.Password()
		req += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)) + "\r\n"
	}
	if _, err := conn.Write([]byte(req + "\r\n")); err != nil {
		return fmt.Errorf("CONNECT: %w", err)
	}
	// One byte at a time: what follows the answer already belongs to TLS.
	br := bufio.NewReaderSize(oneByte{conn}, 16)
	resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return fmt.Errorf("CONNECT: %w", err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("CONNECT: HTTP %d", resp.StatusCode)
	}
	return nil
}

// oneByte never reads ahead, and bounds what a hostile proxy can make us read.
type oneByte struct{ conn net.Conn }

func (o oneByte) Read(p []byte) (int, error) { return o.conn.Read(p[:min(1, len(p))]) }

// interruptible puts a deadline on conn, where it stays, and makes the end of
// ctx end pending reads and writes. stop lets go of ctx; false tells that it was
// too late, and that conn is of no further use.
func interruptible(ctx context.Context, conn net.Conn, until time.Time) (stop func() bool) {
	_ = conn.SetDeadline(until)
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}
