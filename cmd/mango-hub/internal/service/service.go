// Package service is the hub while it runs: one office, and one server that
// carries the notifications of the PBX, the sessions of 1C and the status page.
package service

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/sheets"
	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// Bounds of the server.
const (
	readHeaderTime = 5 * time.Second
	writeTime      = 30 * time.Second // a disk may be slow; streams set their own
	idleTime       = time.Minute
	maxHeader      = 16 << 10
	sessionsTime   = 4 * time.Second // for the sessions to take leave
	officeTime     = 8 * time.Second // for what was accepted, and a disk that others keep busy
	serverTime     = 2 * time.Second
)

// works is what the one hub that serves sessions has.
type works struct {
	office *office.Office
	hub    *hub.Server
}

// Options of Open.
type Options struct {
	Version string
	Env     func(string) string
	Log     zerolog.Logger
	// Passing: the hub is there for a check only: its journal is in memory, and
	// it takes no commands.
	Passing bool
	Now     func() time.Time // nil = time.Now
}

// Service is a running hub.
type Service struct {
	cfg     config.Config
	log     zerolog.Logger
	works   atomic.Pointer[works] // nil: another hub leads
	member  *member               // nil: there is one hub
	tokens  *token.Set
	results check.Results
	source  status.Source
	limiter *front.Limiter
	server  *http.Server
	ln      net.Listener
	admin   *http.Server // nil: Passing
	grp     *group.Group
	cancel  context.CancelFunc // ends streams
	failed  chan error
}

// Open starts a hub. Errors name the key of the configuration at fault.
func Open(ctx context.Context, cfg config.Config, opt Options) (*Service, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	oc, err := cfg.Office(opt.Env)
	if err != nil {
		return nil, err
	}
	oc.Log, oc.Now, oc.StopTime = opt.Log, opt.Now, officeTime
	if opt.Passing {
		oc.DataDir = ""
	}
	s := &Service{cfg: cfg, log: opt.Log, failed: make(chan error, 2)}
	s.grp = group.New(context.WithoutCancel(ctx), func(name string, v any, stack []byte) {
		opt.Log.Error().Str("goroutine", name).Any("panic", v).Bytes("stack", stack).Msg("panic")
	})
	s.source = status.Source{Webhook: cfg.Webhook(), Version: opt.Version, Started: opt.Now(), Now: opt.Now}
	// The port first: a journal need not be opened in vain.
	if s.ln, err = new(net.ListenConfig).Listen(ctx, "tcp", cfg.HTTP.Listen); err != nil {
		return nil, &config.FieldError{Field: "http.listen", Err: err}
	}
	if err := s.start(ctx, oc, opt); err != nil {
		_ = s.Shutdown(ctx) // err is what there is to tell
		return nil, err
	}
	return s, nil
}

// start opens what stands behind the port.
func (s *Service) start(ctx context.Context, oc office.Config, opt Options) (err error) {
	if s.tokens, err = token.Open(s.cfg.Tokens()); err != nil {
		return err
	}
	oc.Sheets = sheets.Open
	if s.cfg.HTTP.PublicURL != "" {
		oc.Recording = s.recordingAddress
	}
	if s.cfg.Cluster.On() && !opt.Passing {
		err = s.join(ctx, oc, opt)
	} else {
		var w *works
		w, err = s.work(ctx, oc, opt)
		s.works.Store(w)
	}
	if err != nil {
		return err
	}
	if err := s.serve(ctx, opt); err != nil || opt.Passing {
		return err
	}
	if m := s.member; m != nil {
		seeking, resign := context.WithCancel(s.grp.Context())
		m.resign = resign
		s.grp.Go("tokens", s.share)
		s.grp.Go("cluster", func(context.Context) { s.seek(seeking, oc, opt) })
	}
	ln, err := admin.Listen(ctx, s.cfg.Socket())
	if errors.Is(err, admin.ErrNoSockets) { // the hub is worth more than its commands
		s.log.Warn().Err(err).Msg("no commands while the hub runs: users, status, replay, export, check")
		return nil
	}
	if err != nil {
		return err
	}
	s.admin = &http.Server{Handler: admin.Handler(s), ReadHeaderTimeout: readHeaderTime, ErrorLog: quiet(opt.Log)}
	s.grp.Go("admin", func(context.Context) { s.ended("admin", s.admin.Serve(ln)) })
	return nil
}

// work opens the office and the server of its sessions.
func (s *Service) work(ctx context.Context, oc office.Config, opt Options) (*works, error) {
	o, err := office.Open(ctx, oc)
	if err != nil {
		return nil, err
	}
	return &works{o, hub.New(hub.Config{Office: o, Tokens: s.tokens, Log: opt.Log, Now: opt.Now})}, nil
}

// close sends the sessions away, to come back soon, and derives what was
// accepted.
func (w *works) close(ctx context.Context) error {
	leave, cancel := context.WithTimeout(ctx, sessionsTime)
	defer cancel()
	return errors.Join(w.hub.Shutdown(leave), w.office.Shutdown(ctx))
}

func (s *Service) serve(ctx context.Context, opt Options) error {
	handler, err := s.handler(opt)
	if err != nil {
		return err
	}
	alive, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // a WebSocket needs it, and the PBX no more
	s.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTime, ReadTimeout: time.Duration(s.cfg.HTTP.ReadSeconds) * time.Second,
		// It begins with the head of a request, which may take all of ReadTimeout to come.
		WriteTimeout: time.Duration(s.cfg.HTTP.ReadSeconds)*time.Second + writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, Protocols: protocols,
		BaseContext: func(net.Listener) context.Context { return alive }, ErrorLog: quiet(opt.Log),
		DisableGeneralOptionsHandler: true,
	}
	run := func() error { return s.server.Serve(s.ln) }
	if s.cfg.HTTP.TLSCert != "" {
		cert, err := front.LoadCertificate(s.cfg.HTTP.TLSCert, s.cfg.HTTP.TLSKey, opt.Now, opt.Log)
		if err != nil {
			return &config.FieldError{Field: "http.tls_cert", Err: err}
		}
		// TLS 1.2 is all the PBX speaks (§1.3).
		s.server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: cert.Get}
		s.source.Expires = cert.Until
		run = func() error { return s.server.ServeTLS(s.ln, "", "") }
	}
	s.grp.Go("server", func(context.Context) { s.ended("server", run()) })
	s.log.Info().Str("address", s.ln.Addr().String()).Bool("tls", s.server.TLSConfig != nil).
		Str("webhook", s.cfg.Webhook()).Msg("the hub is up")
	return nil
}

// ended tells that a server of ours is over before its time.
func (s *Service) ended(name string, err error) {
	if errors.Is(err, http.ErrServerClosed) {
		return
	}
	s.log.Error().Err(err).Str("server", name).Msg("a server failed")
	select {
	case s.failed <- err:
	default:
	}
}

// Failed gets an error when the hub cannot go on: whoever watches services
// starts it again.
func (s *Service) Failed() <-chan error { return s.failed }

// handler is everything that the port serves.
func (s *Service) handler(opt Options) (http.Handler, error) {
	allow, err := s.cfg.HTTP.Allow()
	if err != nil {
		return nil, err
	}
	proxies, err := s.cfg.HTTP.Proxies()
	if err != nil {
		return nil, err
	}
	base := strings.TrimRight(s.cfg.HTTP.WebhookPath, "/")
	hook := func(r *http.Request) bool { return r.URL.Path == base || strings.HasPrefix(r.URL.Path, base+"/") }
	// Strangers share a pace and places among themselves: they must not take
	// those of the PBX, whose requests the webhook bounds itself.
	pbx := func(r *http.Request) bool {
		from := front.Of(r).Addr
		return hook(r) && slices.ContainsFunc(allow, func(p netip.Prefix) bool { return p.Contains(from) })
	}
	// After a restart a whole branch comes back from one address within a minute.
	// The hub bounds those itself that have not said who they are.
	desk := func(r *http.Request) bool { return r.URL.Path == "/link" && websocket.IsWebSocketUpgrade(r) }
	pages := site.New(site.Config{
		Read: s.Status, Lookup: s.mayLook, Now: opt.Now, LocalView: s.cfg.HTTP.LocalView(), Place: s.place, Recording: s.recording,
		Parked: s.Parked, Replay: s.replay,
	}).Handler()
	webhook := s.results.Wrap(s.webhook())
	// Not a ServeMux: it would answer the doubled slashes of the PBX with a
	// redirect, which a POST does not follow.
	all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case hook(r):
			webhook.ServeHTTP(w, r)
		case site.OfThisHub(r):
			pages.ServeHTTP(w, r)
		default:
			s.lead(w, r, pages)
		}
	})
	s.limiter = front.NewLimiter(front.Limits{
		MaxBody: int64(s.cfg.HTTP.MaxBodyKB) << 10, AtOnce: s.cfg.HTTP.MaxRequests, PerMinute: s.cfg.HTTP.RatePerMinute, Now: opt.Now,
		Paced: func(r *http.Request) bool { return !front.Of(r).Local && !pbx(r) && !desk(r) },
		Held:  func(r *http.Request) bool { return r.URL.Path != "/link" && !site.IsStream(r) && !pbx(r) },
	})
	s.source.Refused = s.limiter.Refused
	if s.member != nil {
		return s.seal(opt).Wrap(proxies, s.limiter.Wrap(all)), nil
	}
	return front.Trust(proxies).Wrap(s.limiter.Wrap(all)), nil
}

// webhook takes the notifications: as long as the hub lives when it is one of
// several, for then an office does not.
func (s *Service) webhook() http.Handler {
	if s.member != nil {
		return s.member.hook
	}
	return s.works.Load().office.Handler()
}

// lead serves what is the leader's, here or there.
func (s *Service) lead(w http.ResponseWriter, r *http.Request, pages http.Handler) {
	switch here := s.works.Load(); {
	case here == nil:
		s.member.relay.ServeHTTP(w, r)
	case r.URL.Path == "/link":
		here.hub.Handler().ServeHTTP(w, r)
	default:
		pages.ServeHTTP(w, r)
	}
}

// Addr is the address really bound.
func (s *Service) Addr() net.Addr { return s.ln.Addr() }

// Shutdown ends the hub: the sessions are sent away, to come back soon; the PBX
// gets 503 from then on; what was accepted is derived; everything closes.
func (s *Service) Shutdown(ctx context.Context) error {
	var errs []error
	if s.member != nil {
		errs = append(errs, s.member.leave(ctx))
	} else if w := s.works.Load(); w != nil {
		errs = append(errs, w.close(ctx))
	}
	if s.cancel != nil {
		s.cancel()
	}
	end, cancel := context.WithTimeout(ctx, serverTime)
	defer cancel()
	for _, server := range []*http.Server{s.server, s.admin} {
		if server != nil && server.Shutdown(end) != nil {
			_ = server.Close() // the listener is closed already
		}
	}
	if s.server == nil {
		errs = append(errs, s.ln.Close())
	}
	s.grp.Stop()
	errs = append(errs, s.grp.Wait(end))
	if s.member != nil { // notifications were taken until now
		errs = append(errs, s.member.node.Close())
		s.member.relay.Close()
	}
	err := errors.Join(errs...)
	s.log.Info().AnErr("error", err).Msg("the hub stopped")
	return err
}

// quiet passes net/http's lines on, which tell of port scanners.
func quiet(l zerolog.Logger) *log.Logger {
	return log.New(lines{l.Sample(&zerolog.BurstSampler{Burst: 20, Period: time.Minute})}, "", 0)
}

type lines struct{ log zerolog.Logger }

func (l lines) Write(p []byte) (int, error) {
	l.log.Debug().Str("source", "net/http").Msg(strings.TrimSpace(string(p)))
	return len(p), nil
}

// Check proves the connection, with the rate guard of the office.
func (s *Service) Check(ctx context.Context, say func(check.Step)) {
	if s.member != nil {
		say(check.Cluster(ctx, s.member.node.Describe, s.cfg.Cluster.Replicas))
	}
	w, err := s.leading()
	if err != nil {
		say(check.Step{Name: "leader", RU: err.Error(), EN: err.Error()})
		return
	}
	check.Run(ctx, check.Config{Client: w.office.Client(), API: s.cfg.PBX.APIURL, Webhook: s.cfg.Webhook(), Results: &s.results}, say)
}

// Status is what the page shows.
func (s *Service) Status(ctx context.Context) (status.Status, error) {
	src := s.source
	src.Place = s.place()
	if w := s.works.Load(); w != nil {
		src.Office, src.Links, src.Hub = w.office, w.links, w.hub.Counters
	} else {
		src.Hooks = s.member.hook.Snapshot
	}
	st, err := src.Read(ctx)
	if err != nil {
		return st, text.From(err)
	}
	return st, nil
}
