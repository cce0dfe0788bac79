// Package admin is how the commands of mango-hub reach the one that runs: HTTP
// over a socket in its data folder. Who may open the socket is the system's
// business; there is no other lock on it, and no way to it over the network.
package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
)

// Hub is the running hub.
type Hub interface {
	Status(ctx context.Context) (status.Status, error)
	Users(ctx context.Context) ([]engine.User, error)
	SetUsers(ctx context.Context, list []engine.User) error
	Again(ctx context.Context, wanted func(journal.Kept, engine.Event) bool) (int, error)
	Parked(ctx context.Context) ([]status.Parked, error)
	Kept(ctx context.Context, fn func(journal.Kept, engine.Event) bool) error
	ExportCalls(ctx context.Context, to io.Writer, q WhichCalls) error
	Check(ctx context.Context, say func(check.Step))
}

// WhichCalls picks stored calls: those that began from From on and before To.
type WhichCalls struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	CSV  bool      `json:"csv,omitempty"` // else lines of JSON
}

// Which picks events.
type Which struct {
	ID      string    `json:"id,omitempty"` // of one event
	EntryID string    `json:"entry_id,omitempty"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	Parked  bool      `json:"parked,omitempty"` // only those
}

func (q Which) has(k journal.Kept, ev engine.Event) bool {
	return (q.ID == "" || ev.ID == q.ID) && (q.EntryID == "" || ev.EntryID == q.EntryID) && (q.From.IsZero() || !ev.Time.Before(q.From)) &&
		(q.To.IsZero() || ev.Time.Before(q.To)) && (!q.Parked || k.Parked)
}

// Line is an event of the export.
type Line struct {
	Seq     uint64          `json:"seq"`
	Epoch   string          `json:"epoch"`
	Record  bool            `json:"record"`
	Attempt int             `json:"attempt"`
	Settled time.Time       `json:"settled,omitzero"`
	Parked  bool            `json:"parked,omitempty"`
	Event   json.RawMessage `json:"event"`
}

// Handler serves the commands.
func Handler(hub Hub) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		s, err := hub.Status(r.Context())
		answer(w, s, err)
	})
	mux.HandleFunc("GET /users", func(w http.ResponseWriter, r *http.Request) {
		list, err := hub.Users(r.Context())
		answer(w, list, err)
	})
	mux.HandleFunc("PUT /users", func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<20))
		if err != nil {
			answer(w, nil, err)
			return
		}
		list, err := engine.ParseUsers(raw)
		if err == nil {
			err = hub.SetUsers(r.Context(), list)
		}
		answer(w, map[string]int{"users": len(list)}, err)
	})
	mux.HandleFunc("GET /parked", func(w http.ResponseWriter, r *http.Request) {
		list, err := hub.Parked(r.Context())
		answer(w, list, err)
	})
	mux.HandleFunc("POST /replay", func(w http.ResponseWriter, r *http.Request) {
		var q Which
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			answer(w, nil, err)
			return
		}
		n, err := hub.Again(r.Context(), q.has)
		answer(w, map[string]int{"offered": n}, err)
	})
	mux.HandleFunc("POST /export", func(w http.ResponseWriter, r *http.Request) { export(hub, w, r) })
	mux.HandleFunc("POST /export/calls", func(w http.ResponseWriter, r *http.Request) { exportCalls(hub, w, r) })
	mux.HandleFunc("POST /check", func(w http.ResponseWriter, r *http.Request) {
		enc, rc := json.NewEncoder(w), http.NewResponseController(w)
		_ = rc.Flush() // the headers: somebody waits
		hub.Check(r.Context(), func(s check.Step) {
			_ = enc.Encode(s) // the peer left: the check goes on
			_ = rc.Flush()
		})
	})
	return mux
}

// begun tells whether something was written.
type begun struct {
	io.Writer
	yes bool
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.Writer.Write(p)
}

// send reads what is wanted into q and has it written. Trouble on the way cuts
// the answer off: half an export must not pass for a whole one.
func send(w http.ResponseWriter, r *http.Request, q any, write func(to io.Writer) error) {
	if err := json.NewDecoder(r.Body).Decode(q); err != nil {
		answer(w, nil, err)
		return
	}
	to := &begun{Writer: w}
	err := write(to)
	switch {
	case err != nil && !to.yes:
		answer(w, nil, err)
	case err != nil:
		panic(http.ErrAbortHandler)
	}
}

// export writes the kept events as JSON lines.
func export(hub Hub, w http.ResponseWriter, r *http.Request) {
	var q Which
	send(w, r, &q, func(to io.Writer) error {
		enc := json.NewEncoder(to)
		var left error
		err := hub.Kept(r.Context(), func(k journal.Kept, ev engine.Event) bool {
			if q.has(k, ev) {
				left = enc.Encode(Line{k.Seq, k.Epoch, k.Record, k.Attempt, k.Settled, k.Parked, k.Raw})
			}
			return left == nil
		})
		return errors.Join(err, left)
	})
}

// exportCalls writes stored calls.
func exportCalls(hub Hub, w http.ResponseWriter, r *http.Request) {
	var q WhichCalls
	send(w, r, &q, func(to io.Writer) error { return hub.ExportCalls(r.Context(), to, q) })
}

// answer gives v, or the error in a form that a command can show.
func answer(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		v = problem{text.From(err).Rendered(text.RU), text.From(err).Rendered(text.EN), err.Error()}
	}
	_ = json.NewEncoder(w).Encode(v) // the peer left: nobody to tell
}

// problem is an error on its way to a command.
type problem struct {
	RU     text.Rendered `json:"ru"`
	EN     text.Rendered `json:"en"`
	Detail string        `json:"detail"`
}

func (p *problem) Error() string {
	if p.EN.Code == text.Internal {
		return p.Detail
	}
	return p.RU.Text + ". " + p.RU.Remedy + "\n" + p.EN.Text + ". " + p.EN.Remedy
}

// ErrNotRunning tells that no hub answers at the socket.
var ErrNotRunning = errors.New("no hub runs with this configuration")

// ErrNoSockets tells that the system knows no such sockets: Windows has them since
// version 1803 of 10, and Server 2019.
var ErrNoSockets = errors.New("this system has no sockets for commands")

// Listen opens the socket for its owner alone. One that a crash left behind is
// taken away; the journal's lock has shown that its hub does not live.
func Listen(ctx context.Context, path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if errors.Is(err, unknownFamily) {
		return nil, fmt.Errorf("%w: %w", ErrNoSockets, err)
	}
	if err != nil {
		return nil, fmt.Errorf("store.admin_socket: %w (a path of some 100 bytes is the most)", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = ln.Close() // err is what there is to tell
		return nil, err
	}
	return ln, nil
}

// Client asks the hub that runs.
type Client struct{ http http.Client }

// Dial makes a client of the socket at path.
func Dial(path string) *Client {
	return &Client{http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}}
}

// Do asks and gives the answer, which the caller closes. Errors: ErrNotRunning,
// what the hub answered, others.
func (c *Client) Do(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://hub"+path, body)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(r)
	if _, dial := errors.AsType[*net.OpError](err); dial {
		return nil, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return nil, fmt.Errorf("the hub answered %s", resp.Status)
	}
	return nil, &p
}

// Ask sends v, unless it is nil, and reads the answer into into.
func (c *Client) Ask(ctx context.Context, method, path string, v, into any) error {
	var body io.Reader
	if v != nil {
		raw, err := json.Marshal(v)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	answer, err := c.Do(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer answer.Close()
	return json.NewDecoder(answer).Decode(into)
}
