package vpbxtest

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/sign"
)

// Paths of notifications, below the target's base URL.
const (
	pathCall    = "/events/call"
	pathSummary = "/events/summary"
	pathDTMF    = "/events/dtmf"
	pathRecord  = "/events/recording"
	pathStored  = "/events/record/added"
	pathTagged  = "/events/record/tagged"
	pathSMS     = "/events/sms"
	pathPing    = "/ping"
	pathResult  = "/result/"
)

// Delivery is one notification and what became of it.
type Delivery struct {
	Path    string          `json:"path"`
	JSON    json.RawMessage `json:"json"`
	At      time.Time       `json:"at"`             // PBX time of the post
	Sent    time.Time       `json:"sent"`           // real time of the post
	Latency time.Duration   `json:"latency"`        // until the answer
	Status  int             `json:"status"`         // HTTP status; 0 = no answer
	Err     string          `json:"err,omitempty"`  // why there was none
	Dropped bool            `json:"drop,omitempty"` // it was never posted: lost on purpose, or there is no target
	Again   bool            `json:"again,omitempty"`
	Faults  []string        `json:"faults,omitempty"` // what was done to it on purpose
}

// OK reports whether the listener took the notification.
func (d Delivery) OK() bool { return d.Status == http.StatusOK }

// posting is a notification on its way.
type posting struct {
	Delivery
	e *entry // nil: belongs to no call
	// waiter is told when it settled; for posts outside calls.
	waiter chan Delivery

	wrongSign, cut bool // faults
}

// keep bounds what Delivered and Requests remember: a demo runs for days.
const keep = 10000

// record remembers deliveries and requests for tests and for the console.
type record struct {
	mu         sync.Mutex
	deliveries []Delivery
	requests   []Request
	stats      Stats
	observe    func(Activity)
}

// Stats counts since New.
type Stats struct {
	Posted        int `json:"posted"`        // notifications with HTTP 200
	Refused       int `json:"refused"`       // notifications with another answer or none
	Dropped       int `json:"dropped"`       // notifications that a fault swallowed
	Calls         int `json:"calls"`         // calls that began
	Requests      int `json:"requests"`      // API requests
	Wrong         int `json:"wrong"`         // of them answered with a 3xxx code
	Limited       int `json:"limited"`       // answered with 429 or 5008
	Locked        int `json:"locked"`        // answered with 401
	Unimplemented int `json:"unimplemented"` // methods that this PBX does not have yet
}

// Activity is a notification delivered or a request answered; one of the two.
type Activity struct {
	Delivery *Delivery `json:"delivery,omitempty"`
	Request  *Request  `json:"request,omitempty"`
}

func (r *record) delivered(d Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case d.Dropped:
		r.stats.Dropped++
	case d.OK():
		r.stats.Posted++
	default:
		r.stats.Refused++
	}
	r.deliveries = remember(r.deliveries, d)
	if r.observe != nil {
		r.observe(Activity{Delivery: &d})
	}
}

func (r *record) call() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Calls++
}

func (r *record) requested(q Request, count func(*Stats)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Requests++
	count(&r.stats)
	r.requests = remember(r.requests, q)
	if r.observe != nil {
		r.observe(Activity{Request: &q})
	}
}

// remember appends v; the older half goes when the bound is reached.
func remember[T any](list []T, v T) []T {
	if len(list) >= keep {
		list = slices.Clone(list[keep/2:])
	}
	return append(list, v)
}

// Delivered lists the notifications so far, in the order in which they were
// answered (the last ten thousand at most).
func (p *PBX) Delivered() []Delivery {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return slices.Clone(p.rec.deliveries)
}

// Requests lists the API requests so far, in the order of their answers (the
// last ten thousand at most).
func (p *PBX) Requests() []Request {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return slices.Clone(p.rec.requests)
}

// Stats returns the counters.
func (p *PBX) Stats() Stats {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return p.rec.stats
}

// emit posts a notification in the way that the faults ask for.
func (p *PBX) emit(e *entry, path string, body any) { p.emitRaw(e, path, marshal(body)) }

func (p *PBX) emitRaw(e *entry, path string, raw []byte) {
	p.emitOne(e, path, raw, false)
	if p.faults.doubles() {
		p.emitOne(e, path, raw, true)
	}
}

// notify posts what an area tells; after Close nobody is told.
func (p *PBX) notify(path string, body any) {
	raw := marshal(body)
	if err := p.tl.do(context.Background(), func() { p.emitRaw(nil, path, raw) }); err != nil {
		p.cfg.Log.Debug().Err(err).Str("path", path).Msg("the notification was not posted")
	}
}

func (p *PBX) emitOne(e *entry, path string, raw []byte, again bool) {
	n := &posting{Delivery: Delivery{Path: path, JSON: raw, Again: again}, e: e}
	if e != nil {
		e.unsettled++
	}
	wait := p.faults.befall(n)
	if wait == 0 && !n.Dropped {
		p.launch(n)
		return
	}
	p.tl.after(wait, func() { p.launch(n) })
}

// launch sends n now.
func (p *PBX) launch(n *posting) {
	n.At = p.tl.now
	if n.Dropped || p.nowhere() {
		n.Sent = time.Now()
		n.Dropped = true
		p.onSettled(n)
		return
	}
	p.tl.send(n)
}

// onSettled takes a posting back from the workers.
func (p *PBX) onSettled(n *posting) {
	p.rec.delivered(n.Delivery)
	if n.waiter != nil {
		n.waiter <- n.Delivery
	}
	if n.e != nil {
		n.e.unsettled--
		p.settle(n.e)
	}
}

// settle lets go of a call when its last notification was answered.
func (p *PBX) settle(e *entry) {
	if !e.summed || e.unsettled > 0 {
		return
	}
	e.forget()
}

// worker posts what the timeline hands it, until ctx ends.
func (p *PBX) worker(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-p.tl.work:
			p.postOne(ctx, n)
			select {
			case p.tl.settled <- n:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (p *PBX) postOne(ctx context.Context, n *posting) {
	cred := p.cfg.Credentials
	if n.wrongSign {
		cred.Salt = sign.NewSalt("another salt")
	}
	form := url.Values{
		"vpbx_api_key": {cred.Key},
		"sign":         {cred.JSON(n.JSON)},
		"json":         {string(n.JSON)},
	}
	post := p.post
	if n.cut {
		post = p.cutShort
	}
	n.Sent = time.Now()
	status, err := post(ctx, n.Path, form)
	n.Latency = time.Since(n.Sent)
	n.Status = status
	if err != nil {
		n.Err = err.Error()
	}
}

// postTimeout bounds the wait for the listener's answer. The PBX's own bound
// is not documented.
const postTimeout = 10 * time.Second

// overHTTP is the real way out. There is no retry: none is documented.
func (p *PBX) overHTTP(ctx context.Context, path string, form url.Values) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.targetURL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("post %s: %w", path, err)
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, err
}

var errCut = errors.New("cut in the middle of the body, on purpose")

// cutShort sends half of a notification and closes the connection. It writes
// the bytes itself, for a client of net/http keeps what a broken body had.
func (p *PBX) cutShort(ctx context.Context, path string, form url.Values) (int, error) {
	if p.cfg.Post != nil {
		return 0, errCut // a function takes no half forms
	}
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	u, err := url.Parse(p.targetURL() + path)
	if err != nil {
		return 0, err
	}
	port, dial := cmp.Or(u.Port(), "80"), (&net.Dialer{}).DialContext
	if u.Scheme == "https" {
		port, dial = cmp.Or(u.Port(), "443"), (&tls.Dialer{Config: tlsConfig(p.cfg.TargetRoots)}).DialContext
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return 0, fmt.Errorf("post %s: %w", path, err)
	}
	body := form.Encode()
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		u.RequestURI(), u.Host, len(body), body[:len(body)/2])
	return 0, cmp.Or(errors.Join(err, conn.Close()), errCut)
}

// newClient speaks as the PBX does: TLS 1.2 and nothing else.
func newClient(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			MaxIdleConnsPerHost: posters,
			IdleConnTimeout:     30 * time.Second,
			TLSClientConfig:     tlsConfig(roots),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func tlsConfig(roots *x509.CertPool) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, RootCAs: roots}
}
