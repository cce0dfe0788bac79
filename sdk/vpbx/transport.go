package vpbx

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// Bounds of the connections.
const (
	maxIdle    = 4                // connections kept open between requests
	idleFor    = 20 * time.Second // a kept connection is closed after that
	headerSize = 16 << 10         // bytes of the headers of an answer
)

// errClosed tells that the client was closed.
var errClosed = errors.New("client closed")

// errHeldBack tells that Config.Allowed refused.
var errHeldBack = errors.New("not allowed to send now")

// transport sends fasthttp messages over connections of its own. fasthttp's
// HostClient was not used for that: it cannot be interrupted by a context, its
// cleaner goroutine outlives Close, and a command must not go out over a
// connection that the server has closed meanwhile, as it is never repeated.
type transport struct {
	dialer  *dialer
	maxBody int
	allowed func() error    // nil = always
	idleFor time.Duration   // only tests change it
	ctx     context.Context //nolint:containedctx // ends with the client
	cancel  context.CancelFunc

	mu    sync.Mutex
	open  map[*link]struct{}
	idle  []*link // of those, the last one was used last
	purge *time.Timer
	done  bool
	busy  sync.WaitGroup
}

// link is one connection with its buffers.
type link struct {
	conn   net.Conn
	br     *bufio.Reader
	bw     *bufio.Writer
	silent func() bool // has the peer neither sent anything nor closed?
	used   time.Time
}

func newTransport(d *dialer, maxBody int) *transport {
	ctx, cancel := context.WithCancel(context.Background())
	return &transport{dialer: d, maxBody: maxBody, idleFor: idleFor, ctx: ctx, cancel: cancel, open: map[*link]struct{}{}}
}

// message is one request, always a POST. response is its answer.
type message struct {
	host, path, userAgent, contentType string
	headers                            map[string]string
	body                               []byte
	sign                               string    // that is in the body, to be masked in logs
	until                              time.Time // then it is given up; ctx may end earlier
}

type response struct {
	status      int
	contentType string
	location    string // of a redirect
	retryAfter  string
	requestID   string // X-Uuid, for the PBX's support
	date        time.Time
	body        []byte
}

// roundTrip sends m and reads the answer. sent tells that bytes of the request
// may have reached the PBX.
func (t *transport) roundTrip(ctx context.Context, m message) (r response, sent bool, err error) {
	if !t.enter() {
		return response{}, false, errClosed
	}
	defer t.busy.Done()
	l, err := t.take(ctx, m.until)
	if err != nil {
		return response{}, false, t.causeOf(ctx, err)
	}
	if t.allowed != nil {
		if err := t.allowed(); err != nil {
			t.give(l)
			return response{}, false, fmt.Errorf("%w: %w", errHeldBack, err)
		}
	}
	r, keep, err := t.exchange(ctx, l, m)
	if err != nil || !keep {
		t.drop(l)
		return r, true, t.causeOf(ctx, err)
	}
	t.give(l)
	return r, true, nil
}

// enter is for those that close waits for.
func (t *transport) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.done {
		t.busy.Add(1)
	}
	return !t.done
}

// causeOf prefers the reason why all was ended to the I/O error that made.
func (t *transport) causeOf(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case t.ctx.Err() != nil:
		return errClosed
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

func (t *transport) exchange(ctx context.Context, l *link, m message) (r response, keep bool, err error) {
	stop := interruptible(ctx, l.conn, m.until)
	defer func() { keep = stop() && keep }()

	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.Header.SetHost(m.host)
	req.SetRequestURI(m.path)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetUserAgent(m.userAgent)
	req.Header.SetContentType(m.contentType)
	for name, value := range m.headers {
		req.Header.Set(name, value)
	}
	req.SetBodyRaw(m.body)

	if err = req.Write(l.bw); err == nil {
		err = l.bw.Flush()
	}
	if err != nil {
		return r, false, fmt.Errorf("write: %w", err)
	}
	if err = resp.ReadLimitBody(l.br, t.maxBody); err != nil {
		return r, false, fmt.Errorf("read: %w", err)
	}
	r = response{
		status:      resp.StatusCode(),
		contentType: string(resp.Header.ContentType()),
		location:    string(resp.Header.Peek(fasthttp.HeaderLocation)),
		retryAfter:  string(resp.Header.Peek(fasthttp.HeaderRetryAfter)),
		requestID:   string(resp.Header.Peek("X-Uuid")),
		body:        append([]byte(nil), resp.Body()...),
	}
	r.date, _ = http.ParseTime(string(resp.Header.Peek(fasthttp.HeaderDate)))
	// Bytes behind the answer belong to no request: such a peer is not trusted.
	return r, !resp.ConnectionClose() && l.br.Buffered() == 0, nil
}

// take gives a kept connection that is still alive, or a new one.
func (t *transport) take(ctx context.Context, until time.Time) (*link, error) {
	for {
		l := t.pop()
		if l == nil {
			break
		}
		if time.Since(l.used) < t.idleFor && alive(l) {
			return l, nil
		}
		t.drop(l)
	}
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)()
	conn, err := t.dialer.dial(ctx)
	if err != nil {
		return nil, err
	}
	return t.adopt(conn)
}

// adopt makes a link of a new connection, which close closes.
func (t *transport) adopt(conn net.Conn) (*link, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		_ = conn.Close()
		return nil, errClosed
	}
	l := &link{conn: conn, br: bufio.NewReaderSize(conn, headerSize), bw: bufio.NewWriter(conn), silent: silence(conn)}
	t.open[l] = struct{}{}
	return l, nil
}

// drop closes a connection for good.
func (t *transport) drop(l *link) {
	t.mu.Lock()
	delete(t.open, l)
	t.mu.Unlock()
	_ = l.conn.Close()
}

func (t *transport) pop() *link {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(t.idle)
	if n == 0 {
		return nil
	}
	l := t.idle[n-1]
	t.idle = t.idle[:n-1]
	return l
}

// alive looks for news: silence is good, the end of the stream or unasked data
// is not. TLS may hold some that it took off the socket with the last answer: a
// read deadline in the past looks at that only.
func alive(l *link) bool {
	if !l.silent() {
		return false
	}
	if _, inner := l.conn.(*tls.Conn); !inner && aliveCheck < 0 {
		return true // the look at the socket was all there is to see
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(aliveCheck))
	_, err := l.br.Peek(1)
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// give keeps a connection for the next request.
func (t *transport) give(l *link) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done || len(t.idle) >= maxIdle {
		delete(t.open, l)
		_ = l.conn.Close()
		return
	}
	l.used = time.Now()
	t.idle = append(t.idle, l)
	if t.purge == nil {
		t.purge = time.AfterFunc(t.idleFor, t.closeOld)
	}
}

// closeOld closes connections nobody used for a while. It runs on a timer, so
// that no goroutine waits; a timer's function has a goroutine of its own, and
// nobody there to recover.
func (t *transport) closeOld() {
	defer func() { _ = recover() }()
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.idle[:0]
	for _, l := range t.idle {
		if time.Since(l.used) >= t.idleFor {
			delete(t.open, l)
			_ = l.conn.Close()
			continue
		}
		kept = append(kept, l)
	}
	clear(t.idle[len(kept):])
	t.idle = kept
	if len(kept) == 0 || t.done {
		t.purge = nil
		return
	}
	t.purge.Reset(t.idleFor)
}

// probe opens a connection, and keeps it.
func (t *transport) probe(ctx context.Context, until time.Time) error {
	if !t.enter() {
		return errClosed
	}
	defer t.busy.Done()
	l, err := t.take(ctx, until)
	if err != nil {
		return t.causeOf(ctx, err)
	}
	t.give(l)
	return nil
}

// close ends the requests under way by closing their connections under them.
func (t *transport) close() {
	t.cancel()
	t.mu.Lock()
	t.done = true
	for l := range t.open {
		_ = l.conn.Close()
	}
	clear(t.open)
	t.idle = nil
	if t.purge != nil {
		t.purge.Stop()
	}
	t.mu.Unlock()
	t.busy.Wait()
}
