package webhook

import (
	"crypto/tls"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// Bounds of the server.
const (
	readHeaderTimeout = 5 * time.Second
	writeTimeout      = 30 * time.Second // the sink may wait for the disk
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
)

// Server wraps the handler into a server with bounds on everything a peer
// decides. It does not listen yet. Its TLSConfig takes TLS 1.2 and later: 1.2
// is all the PBX speaks (§1.3).
func (h *Handler) Server() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // the PBX needs no more
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       DefaultReadTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		Protocols:         protocols,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
		ConnContext:       h.opened,
		ConnState:         h.changed,
		// OPTIONS * is for the handler to refuse, as everything.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(lineLogger{h.cfg.Log.Sample(&zerolog.BurstSampler{Burst: 20, Period: time.Minute})}, "", 0),
	}
}

// lineLogger passes net/http's lines (broken handshakes of port scanners) on.
type lineLogger struct{ log zerolog.Logger }

func (l lineLogger) Write(p []byte) (int, error) {
	l.log.Debug().Str("source", "net/http").Msg(strings.TrimSpace(string(p)))
	return len(p), nil
}
