package vpbxtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/archive"
)

// posters is how many notifications the PBX posts at a time.
const posters = 3

// PBX is one emulated PBX. Its methods are safe for concurrent use.
type PBX struct {
	areas
	acd

	cfg     Config
	dir     directory
	tl      *timeline
	grp     *group.Group
	post    func(ctx context.Context, path string, form url.Values) (int, error)
	client  *http.Client
	mux     *http.ServeMux
	table   api.Table
	gets    api.Table // methods asked by GET
	archive *archive.Archive
	guard   guard
	rec     record
	faults  *dice
	behaved Behaviour // of the Config: SetBehaviour changes cfg

	mu     sync.Mutex
	target string
	base   string
	server *http.Server
	cert   *certificate

	// The rest belongs to the timeline.
	ids   ids
	live  map[string]*entry
	legs  map[string]*leg
	quiet []chan struct{}
}

// New makes a PBX and starts its clock. The API is served by Start, or by the
// caller through Handler. Close must be called.
func New(cfg Config) (*PBX, error) {
	if err := cfg.fill(); err != nil {
		return nil, err
	}
	p := &PBX{
		cfg: cfg, post: cfg.Post, target: strings.TrimSuffix(cfg.Target, "/"),
		tl:  newTimeline(cfg),
		ids: newIDs(cfg.Epoch), live: map[string]*entry{}, legs: map[string]*leg{}, faults: newDice(cfg.Faults, cfg.Seed), behaved: cfg.Behaviour,
		rec: record{observe: cfg.Observe}, client: newClient(cfg.TargetRoots),
	}
	p.cfg.Now = cfg.apiClock(p.tl.pace)
	p.guard = newGuard(p.cfg)
	var err error
	if p.dir, err = newDirectory(p.cfg); err != nil {
		return nil, err
	}
	if p.post == nil {
		p.post = p.overHTTP
	}
	p.tl.onSettled, p.tl.onQuiet = p.onSettled, p.onQuiet
	p.archive, p.acd = p.newArchive(), newACD(cfg.Seed)
	p.areas = p.newAreas()
	p.table, p.gets = p.routes(), p.archive.Gets()
	p.mux = http.NewServeMux()
	p.mux.HandleFunc("GET /files/", p.archive.ServeFile)
	p.mux.HandleFunc("/", p.serveAPI)
	p.grp = group.New(context.Background(), func(name string, v any, stack []byte) {
		p.cfg.Log.Error().Str("goroutine", name).Any("panic", v).Bytes("stack", stack).Msg("panic")
	})
	p.grp.Go("timeline", p.tl.run)
	workers := 1
	if cfg.Style.Parallel {
		workers = posters
	}
	for range workers {
		p.grp.Go("poster", p.worker)
	}
	return p, nil
}

// Close stops everything: live calls end without further notifications.
func (p *PBX) Close() error {
	p.mu.Lock()
	server := p.server
	p.server = nil
	p.mu.Unlock()
	var err error
	if server != nil {
		err = server.Close()
	}
	p.grp.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), postTimeout)
	defer cancel()
	err = errors.Join(err, p.grp.Wait(ctx))
	p.client.CloseIdleConnections()
	return err
}

// Handler is the API, for a server of the caller's own. A signed request to
// any path but the handled ones is answered as the PBX would: {"result":4001}.
func (p *PBX) Handler() http.Handler { return p.mux }

// Start serves the API at Config.Listen.
func (p *PBX) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return errors.New("vpbxtest: started already")
	}
	ln, err := net.Listen("tcp", p.cfg.Listen) //nolint:noctx // bound at once
	if err != nil {
		return fmt.Errorf("vpbxtest: %w", err)
	}
	base := "http://" + ln.Addr().String()
	if p.cfg.TLS {
		if p.cert, err = loadCertificate(p.cfg.Certificate); err != nil {
			return errors.Join(err, ln.Close())
		}
		ln = p.cert.listen(ln, p.cfg.Faults.API.TLS13Only)
		base = "https://" + ln.Addr().String()
	}
	server := &http.Server{
		Handler: p.mux, ReadHeaderTimeout: postTimeout, ReadTimeout: time.Minute, IdleTimeout: time.Minute,
		ErrorLog: quietLog(p.cfg.Log),
	}
	if !p.grp.Go("api", func(context.Context) {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			p.cfg.Log.Error().Err(err).Msg("the API is no longer served")
		}
	}) {
		return errors.Join(ErrClosed, ln.Close())
	}
	p.server, p.base = server, base
	return nil
}

// URL is the base of the API after Start, without a trailing slash:
// "http://127.0.0.1:40123"; the methods stand below URL()+"/vpbx/".
func (p *PBX) URL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.base
}

// SetTarget changes where notifications go from the next one on.
func (p *PBX) SetTarget(base string) error {
	if err := checkTarget(base); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = strings.TrimSuffix(base, "/")
	return nil
}

func (p *PBX) targetURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.target
}

// nowhere reports that there is nobody to post to.
func (p *PBX) nowhere() bool { return p.cfg.Post == nil && p.targetURL() == "" }

// SetBehaviour changes how the parties of later calls act.
func (p *PBX) SetBehaviour(ctx context.Context, b Behaviour) error {
	if err := b.check(); err != nil {
		return err
	}
	return p.tl.do(ctx, func() { p.cfg.Behaviour = b })
}

// Settle returns when no call lives and every notification was answered. With
// a clock that stands somebody has to step it meanwhile.
func (p *PBX) Settle(ctx context.Context) error {
	calm := make(chan struct{})
	if err := p.tl.do(ctx, func() { p.quiet = append(p.quiet, calm) }); err != nil {
		return err
	}
	select {
	case <-calm:
		return nil
	case <-p.tl.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *PBX) onQuiet() {
	for _, calm := range p.quiet {
		close(calm)
	}
	p.quiet = nil
}

// Ping posts to /ping, as the button "Проверить подключение" does, and returns
// the HTTP status. The document does not tell its content: {} is inferred.
func (p *PBX) Ping(ctx context.Context) (status int, err error) {
	d, err := p.postAndWait(ctx, pathPing, []byte("{}"))
	return d.Status, err
}

// postAndWait posts one notification that belongs to no call, free of faults.
func (p *PBX) postAndWait(ctx context.Context, path string, raw []byte) (Delivery, error) {
	n := &posting{Delivery: Delivery{Path: path, JSON: raw}, waiter: make(chan Delivery, 1)}
	if err := p.tl.do(ctx, func() { p.launch(n) }); err != nil {
		return Delivery{}, err
	}
	select {
	case d := <-n.waiter:
		switch {
		case d.Dropped:
			return d, errors.New("vpbxtest: there is no target")
		case d.Err != "":
			return d, errors.New(d.Err)
		}
		return d, nil
	case <-p.tl.ended:
		return Delivery{}, ErrClosed
	case <-ctx.Done():
		return Delivery{}, ctx.Err()
	}
}
