package hub_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office/linktest"
)

// raw is a client that does as the test likes.
type raw struct {
	t testing.TB
	*websocket.Conn
}

func (p *place) raw(t testing.TB) raw {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(p.server.URL, "http")+"/link", nil)
	if err != nil {
		t.Fatalf("Dial() = %v, %v", err, resp)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return raw{t, conn}
}

func (r raw) send(kind string, n, id uint64, body any) {
	r.t.Helper()
	f, err := wire.New(kind, id, body)
	if err != nil {
		r.t.Fatal(err)
	}
	f.N = n
	if err := r.WriteJSON(f); err != nil {
		r.t.Fatalf("WriteJSON(%s) = %v", kind, err)
	}
}

// hello says hello and gives the welcome.
func (r raw) hello(h wire.Hello) (w wire.Welcome) {
	r.t.Helper()
	if h.Max == 0 {
		h.Min, h.Max = 1, 1
	}
	r.send(wire.TypeHello, 0, 0, h)
	f := r.next()
	if f.Type != wire.TypeWelcome || json.Unmarshal(f.Body, &w) != nil {
		r.t.Fatalf("answer to hello = %+v, want a welcome", f)
	}
	return w
}

func (r raw) next() (f wire.Frame) {
	r.t.Helper()
	_ = r.SetReadDeadline(time.Now().Add(linktest.Patience))
	if err := r.ReadJSON(&f); err != nil {
		r.t.Fatalf("read = %v", err)
	}
	return f
}

// until passes over frames up to one of a type.
func (r raw) until(kind string) wire.Frame {
	r.t.Helper()
	for {
		if f := r.next(); f.Type == kind {
			return f
		}
	}
}

// closed reads to the end, and wants it to be with this code.
func (r raw) closed(want int) {
	r.t.Helper()
	_ = r.SetReadDeadline(time.Now().Add(linktest.Patience))
	for {
		_, _, err := r.ReadMessage()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			if e.Code != want {
				r.t.Errorf("closed with %d %q, want %d", e.Code, e.Text, want)
			}
			return
		}
		if err != nil {
			r.t.Errorf("the socket ended with %v, want close code %d", err, want)
			return
		}
	}
}

// status is the answer to an upgrade that is refused.
func (p *place) status(header http.Header) int {
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(p.server.URL, "http")+"/link", header)
	if err == nil {
		_ = conn.Close()
		return http.StatusSwitchingProtocols
	}
	if resp == nil {
		return 0
	}
	return resp.StatusCode
}
