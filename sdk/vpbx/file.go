package vpbx

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Bounds of a file that is fetched.
const (
	maxFile     = 1 << 30          // bytes; a day of conversation is below half of it
	fileSilence = 30 * time.Second // a server that sends nothing for so long has gone
	maxLeads    = 3                // addresses that lead to another one
)

// File is what an address led to.
type File struct {
	ContentType string
	Bytes       int64 // that were copied
}

var (
	errFileTooBig = errors.New("the file is bigger than 1 GiB")
	errLeadsAbout = errors.New("the address leads from one to another")
)

// Fetch copies the file at an address that Recording or RecordingLink gave
// into w, and tells how far it is (total is -1 when the server does not say).
// The address is good for one time, so a copy that broke off is not gone on
// with: another address has to be asked for, and w begun anew. It goes through
// the proxy of the client and trusts whom it trusts; no key and no signature is
// sent. The error is an *Error: KindAbsent for an address that was used up, or
// a recording that was deleted.
func (c *Client) Fetch(ctx context.Context, address string, w io.Writer, told func(done, total int64)) (File, error) {
	for range maxLeads + 1 {
		f, next, err := c.fetch(ctx, address, w, told)
		if err != nil || next == "" {
			return f, err
		}
		address = next
	}
	return File{}, &Error{Op: fetchName, Kind: KindAnswer, Sent: true, Err: errLeadsAbout}
}

// fetchName stands for the file servers in errors.
const fetchName = "file"

// fetch asks one address: a file, or another address.
func (c *Client) fetch(ctx context.Context, address string, w io.Writer, told func(done, total int64)) (f File, next string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return f, "", &Error{Op: fetchName, Kind: KindAnswer, Err: errNoLocation} // the address is a secret
	}
	t := c.transport
	if !t.enter() {
		return f, "", transportError(fetchName, false, errClosed)
	}
	defer t.busy.Done()
	conn, err := t.dialer.towards(u).dial(ctx)
	if err != nil {
		return f, "", transportError(fetchName, false, t.causeOf(ctx, err))
	}
	l, err := t.adopt(conn)
	if err != nil {
		return f, "", transportError(fetchName, false, err)
	}
	defer t.drop(l)
	defer interruptible(ctx, conn, time.Now().Add(fileSilence))()
	resp, err := get(&patient{Conn: conn, ctx: ctx}, u, c.userAgent)
	if err != nil {
		return f, "", transportError(fetchName, true, t.causeOf(ctx, err))
	}
	defer resp.Body.Close()
	if next = resp.Header.Get("Location"); next != "" && resp.StatusCode/100 == 3 {
		to, err := u.Parse(next)
		if err != nil {
			return f, "", &Error{Op: fetchName, Kind: KindAnswer, HTTPStatus: resp.StatusCode, Sent: true, Err: errNoLocation}
		}
		return f, to.String(), nil
	}
	if resp.StatusCode != http.StatusOK {
		return f, "", fileError(resp)
	}
	f.ContentType = resp.Header.Get("Content-Type")
	f.Bytes, err = copyFile(w, resp, told)
	if failed, ok := errors.AsType[*writeError](err); ok {
		return f, "", failed.err // not the PBX's fault
	}
	switch {
	case errors.Is(err, errFileTooBig):
		return f, "", &Error{Op: fetchName, Kind: KindAnswer, HTTPStatus: resp.StatusCode, Sent: true, Err: err}
	case err != nil:
		return f, "", transportError(fetchName, true, t.causeOf(ctx, err))
	}
	return f, "", nil
}

// get asks for u. net/http has the codec that reads a body as it comes.
func get(conn net.Conn, u *url.URL, agent string) (*http.Response, error) {
	req := &http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host, Close: true,
		Header: http.Header{"User-Agent": {agent}, "Accept": {"*/*"}},
	}
	if err := req.Write(conn); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, headerSize), req)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return resp, nil
}

// fileError is an answer that is no file.
func fileError(resp *http.Response) error {
	e := &Error{Op: fetchName, Kind: KindAnswer, HTTPStatus: resp.StatusCode, Sent: true}
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone, http.StatusForbidden:
		e.Kind = KindAbsent
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.Kind = KindRateLimited
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
			e.RetryAfter = time.Duration(s) * time.Second
		}
	case http.StatusBadGateway, http.StatusGatewayTimeout, http.StatusInternalServerError:
		e.Kind = KindUnreachable
	}
	return e
}

// writeError is trouble with where the file goes.
type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }

// copyFile copies the body whole: one that ends early is io.ErrUnexpectedEOF.
func copyFile(w io.Writer, resp *http.Response, told func(done, total int64)) (done int64, err error) {
	total := resp.ContentLength
	if total > maxFile {
		return 0, errFileTooBig
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := resp.Body.Read(buf)
		if n > 0 {
			if _, bad := w.Write(buf[:n]); bad != nil {
				return done, &writeError{bad}
			}
			done += int64(n)
			told(done, total)
		}
		switch {
		case errors.Is(err, io.EOF):
			return done, nil
		case err != nil:
			return done, fmt.Errorf("read: %w", err)
		case done > maxFile:
			return done, errFileTooBig
		}
	}
}

// patient is a connection that may take long as a whole, but never be silent.
type patient struct {
	net.Conn
	ctx context.Context //nolint:containedctx // of the one fetch
}

func (p *patient) Read(b []byte) (int, error)  { return p.io(p.Conn.Read, b) }
func (p *patient) Write(b []byte) (int, error) { return p.io(p.Conn.Write, b) }

func (p *patient) io(do func([]byte) (int, error), b []byte) (int, error) {
	_ = p.SetDeadline(time.Now().Add(fileSilence))
	if p.ctx.Err() != nil { // ctx ended, and was heard of, before the deadline was moved
		_ = p.SetDeadline(time.Unix(1, 0))
	}
	return do(b)
}

// towards is the dialer for another host than that of the API: over the same
// proxy, trusting the same roots. TLS 1.3 is welcome there.
func (d *dialer) towards(u *url.URL) *dialer {
	to := *d
	to.addr, to.tls = hostPort(u), nil
	if u.Scheme == "https" {
		to.tls = &tls.Config{ServerName: u.Hostname(), RootCAs: d.roots, MinVersion: tls.VersionTLS12}
	}
	return &to
}
