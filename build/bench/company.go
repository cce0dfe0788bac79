package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
)

// company is an office and its hub behind one server, as cmd/mango-hub composes
// them; what that has before them (a pace for strangers, pages) is not there.
type company struct {
	office *office.Office
	hub    *hub.Server
	key    sign.Credentials
	token  string
	cable  *cable
	server *httptest.Server
	api    *httptest.Server
	dir    string
}

// found opens a company, with its journal on the disk or in memory. Of those
// that are open at once each has another number.
func found(ctx context.Context, disk bool, number int) (*company, error) {
	dir, err := os.MkdirTemp("", "mango-bench-hub")
	if err != nil {
		return nil, err
	}
	c := &company{dir: dir, key: sign.Credentials{Key: fmt.Sprintf("bench%d-%d", os.Getpid(), number), Salt: sign.NewSalt("salt-of-bench")}}
	c.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"result":1000,"users":[{"general":{"name":"A","user_id":1},"telephony":{"extension":"1000"}}]}`)
	}))
	cfg := office.Config{Credentials: c.key, APIURL: c.api.URL + "/vpbx/", Listen: office.Listen{Path: "/mango"}, NoListener: true}
	if disk {
		cfg.DataDir = filepath.Join(dir, "data")
	}
	if c.office, err = office.Open(ctx, cfg); err != nil {
		return nil, errors.Join(err, c.close())
	}
	tokens, err := token.Open(filepath.Join(dir, "tokens.json"))
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	if c.token, _, err = tokens.Add(token.Grant{}); err != nil {
		return nil, errors.Join(err, c.close())
	}
	c.hub = hub.New(hub.Config{Office: c.office, Tokens: tokens})
	mux := http.NewServeMux()
	mux.Handle("/mango/", c.office.Handler())
	mux.Handle("/link", c.hub.Handler())
	c.server = httptest.NewUnstartedServer(mux)
	c.cable = &cable{Listener: c.server.Listener}
	c.server.Listener = c.cable
	c.server.Config.ReadHeaderTimeout = 5 * time.Second
	c.server.Start()
	return c, nil
}

func (c *company) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var errs []error
	if c.hub != nil {
		errs = append(errs, c.hub.Shutdown(ctx))
	}
	if c.office != nil {
		errs = append(errs, c.office.Shutdown(ctx))
	}
	if c.server != nil {
		c.server.Close()
	}
	c.api.Close()
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}

// form is a notification as the PBX posts it.
func (c *company) form(json []byte) []byte {
	return []byte(url.Values{"vpbx_api_key": {c.key.Key}, "sign": {c.key.JSON(json)}, "json": {string(json)}}.Encode())
}

// cable is a listener whose connections can be cut.
type cable struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

// Accept keeps the connection in mind.
func (l *cable) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.mu.Lock()
		l.conns = append(l.conns, conn)
		l.mu.Unlock()
	}
	return conn, err
}

// cut closes all connections of now, without a word of WebSocket.
func (l *cable) cut() {
	l.mu.Lock()
	conns := l.conns
	l.conns = nil
	l.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close() // those that ended before are closed already
	}
}

// crowd is the clients of a hub, in a process of their own: what is measured
// here is the hub's alone.
type crowd struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	n   int
}

// gather starts n clients of the hub, which dial at once.
func (c *company) gather(ctx context.Context, n int) (*crowd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &crowd{cmd: exec.CommandContext(ctx, self, "clients"), n: n}
	w.cmd.Stderr = os.Stderr
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	// On its input, not among its arguments: those can be read by all.
	return w, json.NewEncoder(w.in).Encode(order{URL: c.server.URL, Token: c.token, Sessions: n})
}

// report asks the clients what they have heard so far.
func (w *crowd) report() ([]heard, error) {
	if _, err := io.WriteString(w.in, "report\n"); err != nil {
		return nil, err
	}
	line, err := w.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the clients' report: %w", err)
	}
	var all []heard
	return all, json.Unmarshal(line, &all)
}

func (w *crowd) close() error { return errors.Join(w.in.Close(), w.cmd.Wait()) }

// arrivals waits until so many parts of a hundred have arrived by count, and
// tells when each had.
func arrivals(ctx context.Context, all int, percents []int, count func() int) ([]time.Duration, error) {
	began := time.Now()
	var at []time.Duration
	for _, percent := range percents {
		for count() < (all*percent+99)/100 {
			if !group.Sleep(ctx, time.Millisecond) || time.Since(began) > time.Minute {
				return nil, fmt.Errorf("%d of %d sessions are there after %v", count(), all, time.Since(began))
			}
		}
		at = append(at, time.Since(began))
	}
	return at, nil
}

// stepsOf are the notifications of a call to an extension, and the event that
// comes of each.
func stepsOf(call int, extension string) []posted {
	all := wholeCall(int64(call))
	for i := range all {
		all[i].json = []byte(strings.ReplaceAll(string(all[i].json), `"extension":"101"`, `"extension":"`+extension+`"`))
	}
	return all
}
