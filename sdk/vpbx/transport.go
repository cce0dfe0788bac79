package vpbx

import (
	"bufio"
	"context"
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

// transport sends fasthttp messages over connections of its own. fasthttp's
// HostClient was not used for that: it cannot be interrupted by a context, its
// cleaner goroutine outlives Close, and a command must not go out over a
// connection that the server has closed meanwhile, as it is never repeated.
type transport struct {
	dialer  *dialer
	maxBody int
	idleFor time.Duration   // only tests change it
	ctx     context.Context //nolint:containedctx // ends with the client
	cancel  context.CancelFunc

	mu    sync.Mutex
	idle  []*link // the last one was used last
	purge *time.Timer
	done  bool
	busy  sync.WaitGroup
}

// link is one connection with its buffers.
type link struct {
	conn net.Conn
	br   *bufio.Reader
	bw   *bufio.Writer
	used time.Time
}

func newTransport(d *dialer, maxBody int) *transport {
	ctx, cancel := context.WithCancel(context.Background())
	return &transport{dialer: d, maxBody: maxBody, idleFor: idleFor, ctx: ctx, cancel: cancel}
}

// message is one request, always a POST. response is its answer.
type message struct {
	uri, userAgent, contentType string
	headers                     map[string]string
	body                        []byte
	sign                        string // that is in the body, to be masked in logs
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
	ctx, leave, err := t.enter(ctx)
	if err != nil {
		return response{}, false, err
	}
	defer leave()
	l, err := t.take(ctx)
	if err != nil {
		return response{}, false, causeOf(ctx, err)
	}
	r, keep, err := t.exchange(ctx, l, m)
	if err != nil || !keep {
		_ = l.conn.Close()
		return r, true, causeOf(ctx, err)
	}
	t.give(l)
	return r, true, nil
}

// enter binds ctx to the life of the transport.
func (t *transport) enter(ctx context.Context) (context.Context, func(), error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return nil, nil, errClosed
	}
	t.busy.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	detach := context.AfterFunc(t.ctx, func() { cancel(errClosed) })
	return ctx, func() { detach(); cancel(nil); t.busy.Done() }, nil
}

// causeOf prefers the reason why the context ended to the I/O error it made.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func (t *transport) exchange(ctx context.Context, l *link, m message) (r response, keep bool, err error) {
	stop := interruptible(ctx, l.conn)
	defer func() { keep = stop() && keep }()

	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(m.uri)
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
func (t *transport) take(ctx context.Context) (*link, error) {
	for {
		l := t.pop()
		if l == nil {
			break
		}
		if time.Since(l.used) < t.idleFor && alive(l) {
			return l, nil
		}
		_ = l.conn.Close()
	}
	conn, err := t.dialer.dial(ctx)
	if err != nil {
		return nil, err
	}
	return &link{conn: conn, br: bufio.NewReaderSize(conn, headerSize), bw: bufio.NewWriter(conn)}, nil
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
// is not. A read deadline in the past looks at what is buffered only.
func alive(l *link) bool {
	if !silent(l.conn) {
		return false
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(aliveCheck))
	_, err := l.br.Peek(1)
	_ = l.conn.SetReadDeadline(time.Time{})
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// give keeps a connection for the next request.
func (t *transport) give(l *link) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done || len(t.idle) >= maxIdle {
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
func (t *transport) probe(ctx context.Context) error {
	ctx, leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	l, err := t.take(ctx)
	if err != nil {
		return causeOf(ctx, err)
	}
	t.give(l)
	return nil
}

func (t *transport) close() {
	t.mu.Lock()
	t.done = true
	for _, l := range t.idle {
		_ = l.conn.Close()
	}
	t.idle = nil
	if t.purge != nil {
		t.purge.Stop()
	}
	t.mu.Unlock()
	t.cancel()
	t.busy.Wait()
}
