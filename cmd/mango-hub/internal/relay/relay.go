// Package relay passes what only the leading hub can serve, the sessions of 1C
// and the status page, on to it.
package relay

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/front"
)

const (
	dialTime = 3 * time.Second
	// answerTime is how long the leader may take to begin an answer.
	answerTime = 20 * time.Second
	// sendTime is how long the client of a stream may take to take a piece.
	sendTime = 10 * time.Second
	idleTime = time.Minute
	maxIdle  = 16
)

// Config of a Relay.
type Config struct {
	Name     string // of this hub
	Leader   func() (name, address string)
	Seal     front.Seal
	CA       string                   // PEM file of whom to trust; "" = the system's
	IsStream func(*http.Request) bool // tells the requests whose answers do not end
	Log      zerolog.Logger
	ErrorLog *log.Logger // of net/http
}

// Relay is the way to the leader.
type Relay struct {
	cfg       Config
	log       zerolog.Logger
	transport *http.Transport
}

// New makes a Relay.
func New(cfg Config) (*Relay, error) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // a WebSocket needs it
	r := &Relay{
		cfg: cfg, log: cfg.Log.Sample(&zerolog.BurstSampler{Burst: 5, Period: time.Minute}),
		transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: dialTime}).DialContext, TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: answerTime,
			IdleConnTimeout: idleTime, MaxIdleConnsPerHost: maxIdle, DisableCompression: true, Protocols: protocols,
		},
	}
	if cfg.CA == "" {
		return r, nil
	}
	raw, err := os.ReadFile(cfg.CA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s holds no certificate", cfg.CA)
	}
	r.transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return r, nil
}

// Close lets the idle connections go.
func (p *Relay) Close() { p.transport.CloseIdleConnections() }

// ServeHTTP passes a request on. What another hub has passed here already is
// refused: it did not know yet that this one does not lead.
func (p *Relay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, address := p.cfg.Leader()
	to, err := url.Parse(address)
	client := front.Of(r)
	if client.Relayed || name == "" || name == p.cfg.Name || err != nil || to.Host == "" {
		none(w)
		return
	}
	if p.cfg.IsStream(r) {
		w = endless(w)
	}
	proxy := &httputil.ReverseProxy{
		Transport: p.transport, ErrorLog: p.cfg.ErrorLog,
		Rewrite: func(q *httputil.ProxyRequest) {
			q.SetURL(to)
			q.Out.Host = q.In.Host // by which the page tells its own requests from others'
			p.cfg.Seal.Put(q.Out, client)
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, context.Canceled) { // else the client has left
				p.log.Warn().Err(err).Str("leader", name).Str("address", address).Msg("the leader cannot be reached")
			}
			none(w)
		},
	}
	proxy.ServeHTTP(w, r)
}

// none tells that nobody leads just now: whoever asks comes back.
func none(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "no hub leads just now", http.StatusServiceUnavailable)
}

// stream bounds the time of each piece instead of that of the whole answer.
type stream struct {
	http.ResponseWriter
	rc *http.ResponseController
}

func endless(w http.ResponseWriter) http.ResponseWriter {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{}) // nothing more is read
	_ = rc.SetWriteDeadline(time.Now().Add(answerTime + sendTime))
	return stream{w, rc}
}

func (s stream) Write(b []byte) (int, error) {
	_ = s.rc.SetWriteDeadline(time.Now().Add(sendTime)) // not every writer can
	return s.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (s stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }
