package office

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

// ListenError says why the address that a key of Подключить names could not be
// bound.
func ListenError(field, address string, err error) *text.Error {
	code := text.BadListen
	if addrInUse(err) {
		code = text.PortTaken
	}
	return text.New(code).WithField(field).WithDetail(address).Wrap(err)
}

// loadCertificate prepares HTTPS when a certificate is given.
func loadCertificate(server *http.Server, l Listen) error {
	if l.TLSCert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(l.TLSCert, l.TLSKey)
	if err != nil {
		return text.New(text.BadCertificate).WithField("listen.tls_cert").WithDetail(l.TLSCert).Wrap(err)
	}
	server.TLSConfig.Certificates = []tls.Certificate{pair}
	return nil
}

// serve runs the listener until Shutdown.
func (o *Office) serve() {
	var err error
	if o.tls() {
		err = o.server.ServeTLS(o.listener, "", "")
	} else {
		err = o.server.Serve(o.listener)
	}
	if errors.Is(err, http.ErrServerClosed) || o.down.Load() {
		return
	}
	o.stats.fail(text.BadListen)
	o.cfg.Log.Error().Err(err).Msg("the listener failed")
	why := text.New(text.BadListen).WithField("listen.address").Wrap(err)
	_ = o.do(o.grp.Context(), func(l *loop) { l.setState(Refused, why); l.deaf = true }) // fails when stopping
}

// selfCheck posts a signed ping to our own listener, the way a notification
// would come, without the network between. ctx bounds it.
func (o *Office) selfCheck(ctx context.Context) error {
	ping := o.ping
	if o.cfg.NoListener {
		ping = o.pingHandler
	}
	status, err := ping(ctx)
	if err != nil && ctx.Err() != nil {
		return text.New(text.Timeout).Wrap(err)
	}
	if err != nil {
		return text.New(text.SelfCheckFailed).Wrap(err)
	}
	// A list of allowed addresses without loopback refuses us, as it should:
	// the listener answers, which is what was asked.
	if status != http.StatusOK && status != http.StatusForbidden {
		return text.New(text.SelfCheckFailed).WithDetail(fmt.Sprintf("HTTP %d", status))
	}
	return nil
}

// ping writes the one request by hand: net/http's client, which nothing else
// uses, would add a twentieth to the library (build/DEPS.md).
func (o *Office) ping(ctx context.Context) (status int, err error) {
	addr := o.selfAddress()
	var dial interface {
		DialContext(ctx context.Context, network, addr string) (net.Conn, error)
	} = &net.Dialer{}
	if o.tls() {
		dial = &tls.Dialer{Config: o.ownTLS()}
	}
	conn, err := dial.DialContext(ctx, "tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()

	to, form := o.pingForm()
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"+
		"Content-Type: "+formType+"\r\nContent-Length: %d\r\n\r\n%s",
		to.EscapedPath(), addr, len(form), form); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

const formType = "application/x-www-form-urlencoded"

// pingForm is a signed ping, and where it goes.
func (o *Office) pingForm() (to *url.URL, form string) {
	const body = "{}"
	values := url.Values{
		"vpbx_api_key": {o.cfg.Credentials.Key}, "json": {body}, "sign": {o.cfg.Credentials.JSON([]byte(body))},
	}
	return &url.URL{Path: path.Join("/", o.cfg.Listen.Path, notify.PathPing)}, values.Encode()
}

// pingHandler is ping without a socket: the listener is somebody else's.
func (o *Office) pingHandler(ctx context.Context) (status int, err error) {
	to, form := o.pingForm()
	r := &http.Request{
		Method: http.MethodPost, URL: to, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "127.0.0.1:0",
		Header: http.Header{"Content-Type": {formType}}, Body: io.NopCloser(strings.NewReader(form)), ContentLength: int64(len(form)),
	}
	answer := &statusWriter{header: http.Header{}}
	o.hook.ServeHTTP(answer, r.WithContext(ctx))
	return answer.status, nil
}

// statusWriter keeps the status of an answer.
type statusWriter struct {
	header http.Header
	status int
}

func (w *statusWriter) Header() http.Header         { return w.header }
func (w *statusWriter) Write(b []byte) (int, error) { return len(b), nil }

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// selfAddress is where our own listener is reached from this machine.
func (o *Office) selfAddress() string {
	host, port, _ := net.SplitHostPort(o.listener.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // a socket on :: takes IPv4 too, unless the system forbids it
		if asked, _, _ := net.SplitHostPort(o.cfg.Listen.Address); asked == "::" {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port)
}

// ownTLS trusts our own certificate and nothing else: it is issued for the
// outside name, not for the loopback address it is checked at.
func (o *Office) ownTLS() *tls.Config {
	if !o.tls() {
		return nil
	}
	own := o.server.TLSConfig.Certificates[0].Certificate[0]
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // replaced by the exact comparison below
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 || !bytes.Equal(raw[0], own) {
				return errors.New("office: another certificate than ours")
			}
			return nil
		},
	}
}
