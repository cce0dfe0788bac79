// Package webhook receives what the PBX posts: it refuses strangers, caps the
// body, verifies the signature over the raw bytes, decodes and hands over, and
// answers 200 only when the notification is in safe hands.
//
// Answers (the PBX documents only that 200 is success, §3.1):
//
//	200 taken: known and unknown kinds, broken inner JSON under a right signature, ping
//	400 not a form, or a field of the envelope is missing
//	401 foreign key or wrong signature: one answer for both, no hint which
//	403 the address is not on the list
//	404 not a path of the PBX
//	405 not a POST
//	408 the body did not come in time
//	413 the body is over the cap
//	500 a defect of ours
//	503 the store is unavailable, or too many requests at once
//
// Before a request is whole, net/http answers by itself: 400 to garbage, 431 to
// headers over the cap, nothing (between two headers) or 400 (within one) to a
// client that is slow in them.
//
// Every cause is counted, and so are connections that brought no request. No
// answer and no log line tells anything of the expected signature.
package webhook

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/sign"
)

// Defaults of Config and Server.
const (
	DefaultMaxBody     = 1 << 20 // bytes; the largest known notification, a closed chat, stays under 100 KB
	DefaultReadTimeout = 10 * time.Second
	DefaultMaxRequests = 256 // at once; with MaxBody this bounds the memory a flood can take
)

// Config of a Handler. Zero values mean the defaults.
type Config struct {
	Credentials sign.Credentials
	BasePath    string         // path of the address entered on the account page, e.g. /mango
	MaxBody     int64          // bytes
	ReadTimeout time.Duration  // for the body
	MaxRequests int            // at once
	AllowIPs    []netip.Prefix // empty = DefaultAllow
	// Sink takes a verified notification; when it returns nil the notification
	// is safe and the PBX gets its 200. It is called concurrently.
	Sink    func(ctx context.Context, item notify.Item) error
	Log     zerolog.Logger
	Counted func() // called after each change of the counters; nil = nobody asks
}

// Handler is the http.Handler of the listener.
type Handler struct {
	cfg      Config
	slots    chan struct{}
	refused  zerolog.Logger // sampled: a flood of refusals must not fill the disk
	counters counters
	peers    peers
}

// New makes a handler. Sink is required.
func New(cfg Config) *Handler {
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = DefaultMaxBody
	}
	if cfg.ReadTimeout <= 0 {
		cfg.ReadTimeout = DefaultReadTimeout
	}
	if cfg.MaxRequests <= 0 {
		cfg.MaxRequests = DefaultMaxRequests
	}
	if len(cfg.AllowIPs) == 0 {
		cfg.AllowIPs = DefaultAllow()
	}
	if cfg.Counted == nil {
		cfg.Counted = func() {}
	}
	return &Handler{
		cfg:     cfg,
		slots:   make(chan struct{}, cfg.MaxRequests),
		refused: cfg.Log.Sample(&zerolog.BurstSampler{Burst: 20, Period: time.Minute}),
	}
}

// Snapshot gives the counters by cause.
func (h *Handler) Snapshot() map[string]int64 { return h.counters.snapshot() }

func (h *Handler) count(cause Cause) {
	h.counters.add(cause)
	h.cfg.Counted()
}

// DefaultAllow lists the five addresses that notifications come from (§3.1.1,
// as of 22.04.2025) and loopback, for the self-check and a local proxy.
func DefaultAllow() []netip.Prefix {
	list := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, ip := range []string{"81.88.80.132", "81.88.80.133", "81.88.82.36", "81.88.82.44", "81.88.82.45"} {
		list = append(list, netip.PrefixFrom(netip.MustParseAddr(ip), 32))
	}
	return list
}

// refusal is a request that is answered with other than 200.
type refusal struct {
	status int
	cause  Cause
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	reached(r.Context())
	defer func() {
		if v := recover(); v != nil {
			h.count(Panicked)
			h.cfg.Log.Error().Interface("panic", v).Bytes("stack", debug.Stack()).Msg("webhook panicked")
			w.WriteHeader(http.StatusInternalServerError)
		}
	}()
	no := h.serve(w, r)
	if no == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	h.count(no.cause)
	h.refused.Warn().Str("cause", no.cause.String()).Int("status", no.status).
		Str("remote", r.RemoteAddr).Str("path", cut(r.URL.Path)).Msg("notification refused")
	switch no.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusUnauthorized: // RFC 9110 §15.5.2 wants a challenge
		w.Header().Set("WWW-Authenticate", "VPBX")
	}
	w.WriteHeader(no.status)
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) *refusal {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		return &refusal{http.StatusServiceUnavailable, Overloaded}
	}
	if !h.allowed(r.RemoteAddr) {
		return &refusal{http.StatusForbidden, ForeignAddress}
	}
	if r.Method != http.MethodPost {
		return &refusal{http.StatusMethodNotAllowed, WrongMethod}
	}
	path := notify.Canonical(r.URL.Path, h.cfg.BasePath)
	if !notify.Recognised(path) {
		return &refusal{http.StatusNotFound, UnknownPath}
	}
	body, no := h.read(w, r)
	if no != nil {
		return no
	}
	form, ok := parseForm(r.Header.Get("Content-Type"), body)
	if path == notify.PathPing && (!ok || form == envelope{}) {
		// What the account page's check posts is not documented.
		h.count(Pinged)
		return nil
	}
	if no := h.verify(form, ok); no != nil {
		return no
	}
	if path == notify.PathPing {
		h.count(Pinged)
		return nil
	}
	return h.handOver(r.Context(), notify.Decode(path, []byte(form.json)))
}

// handOver gives the item to the sink and counts it.
func (h *Handler) handOver(ctx context.Context, item notify.Item) *refusal {
	if err := h.cfg.Sink(ctx, item); err != nil {
		h.cfg.Log.Error().Err(err).Str("path", item.Path).Msg("notification not taken")
		return &refusal{http.StatusServiceUnavailable, Unavailable}
	}
	h.count(Accepted)
	_, unknown := item.Notification.(notify.Unknown)
	switch {
	case item.Err != nil:
		h.count(BrokenJSON)
		h.refused.Warn().Err(item.Err).Str("path", item.Path).Int("bytes", len(item.Raw)).Msg("notification kept raw")
	case unknown:
		h.count(UnknownKind)
	}
	return nil
}

func (h *Handler) allowed(remote string) bool {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	addr := ap.Addr().Unmap().WithZone("")
	for _, p := range h.cfg.AllowIPs {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// read takes the whole body under the cap and the deadline. The deadline is
// set here too, as the handler may run under a foreign http.Server.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	if r.ContentLength > h.cfg.MaxBody {
		return nil, &refusal{http.StatusRequestEntityTooLarge, TooLarge}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.cfg.ReadTimeout)) // not every writer can
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.cfg.MaxBody))
	if err == nil {
		return body, nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &refusal{http.StatusRequestEntityTooLarge, TooLarge}
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return nil, &refusal{http.StatusRequestTimeout, Slow}
	}
	return nil, &refusal{http.StatusBadRequest, BadForm}
}

// verify checks key and signature over the raw text of json.
func (h *Handler) verify(form envelope, ok bool) *refusal {
	if !ok {
		return &refusal{http.StatusBadRequest, BadForm}
	}
	if form.key == "" || form.sign == "" || form.json == "" {
		return &refusal{http.StatusBadRequest, MissingField}
	}
	if subtle.ConstantTimeCompare([]byte(form.key), []byte(h.cfg.Credentials.Key)) != 1 {
		return &refusal{http.StatusUnauthorized, ForeignKey}
	}
	if !h.cfg.Credentials.VerifyJSON([]byte(form.json), strings.ToLower(form.sign)) {
		return &refusal{http.StatusUnauthorized, BadSign}
	}
	return nil
}

// cut bounds and quotes what a stranger chose, for the log.
func cut(s string) string {
	const most = 128
	return strconv.QuoteToASCII(s[:min(len(s), most)])
}
