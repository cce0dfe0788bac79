package hub_test

import (
	"bytes"
	"compress/flate"
	"crypto/sha1" //nolint:gosec // RFC 6455 §4.2.2 wants it
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
)

// bomb is a message of 8 MiB as a compressed frame of 8 KB (RFC 7692).
func bomb(t *testing.T, masked bool) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if _, err := w.Write(bytes.Repeat([]byte{' '}, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	payload := bytes.TrimSuffix(packed.Bytes(), []byte("\x00\x00\xff\xff"))
	const finRSV1Text, length64, mask = 0xC1, 127, 0x80
	frame := []byte{finRSV1Text, length64}
	if masked {
		frame[1] |= mask
	}
	frame = binary.BigEndian.AppendUint64(frame, uint64(len(payload)))
	if masked {
		frame = append(frame, 0, 0, 0, 0) // such a key changes nothing
	}
	return append(frame, payload...)
}

// TestHubTakesNothingCompressed: it agrees to no compression, and a frame that
// claims it is not unpacked.
func TestHubTakesNothingCompressed(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{})
	dialer := websocket.Dialer{EnableCompression: true}
	conn, resp, err := dialer.Dial("ws"+strings.TrimPrefix(p.server.URL, "http")+"/link", nil)
	if err != nil {
		t.Fatalf("Dial() = %v", err)
	}
	defer conn.Close()
	if agreed := resp.Header.Values("Sec-WebSocket-Extensions"); len(agreed) > 0 {
		t.Errorf("the hub agreed to %q, want to no extension", agreed)
	}
	r := raw{t, conn}
	r.hello(wire.Hello{Token: p.token})
	if _, err := conn.NetConn().Write(bomb(t, true)); err != nil {
		t.Fatal(err)
	}
	r.closed(websocket.CloseProtocolError)
}

// TestClientTakesNothingCompressed: a hub that compresses, which nobody asked it
// for, is told neither token nor anything else.
func TestClientTakesNothingCompressed(t *testing.T) {
	t.Parallel()
	said := make(chan string, 100)
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // see above
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"+
			"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n\r\n",
			base64.StdEncoding.EncodeToString(sum[:]))
		_, _ = conn.Write(bomb(t, false)) // the client may have gone by now
		all, _ := io.ReadAll(conn)
		said <- string(all)
	}))
	t.Cleanup(liar.Close)
	c, err := link.Dial(t.Context(), link.Config{URL: liar.URL, Token: "mh_a_b", Session: office.Session{Extension: "101"}})
	if err != nil {
		t.Fatal(err)
	}
	linktest.Until(t, "the hub is found to break the protocol", func() bool {
		v := c.View()
		return v.State == office.Connecting && v.Why != nil && v.Why.Code == text.HubProtocol
	})
	if got := <-said; got != "" {
		t.Errorf("the client said %q, want nothing", got)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("Close() = %v", err)
	}
}

// lines is a log of one line for each Write.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(p))
	return len(p), nil
}

// TestNobodyWritesIntoTheLog: whatever clients call themselves, with a token or
// without, is a value in a line of ours and begins none.
func TestNobodyWritesIntoTheLog(t *testing.T) {
	t.Parallel()
	s := linktest.Open(t, nil)
	p := serve(t, s, hub.Limits{})
	var log lines
	p.stop() // the first one writes elsewhere
	p.now.Store(hub.New(hub.Config{Office: s.Office, Tokens: p.tokens, Log: zerolog.New(&log)}))
	const forged = "x\n{\"level\":\"error\",\"message\":\"forged\"}\r\n\x1b[2J\u2028"
	hello := wire.Hello{
		Min: 1, Max: 1, Token: forged, UserID: forged, UserName: forged, Extension: forged, ClientGUID: forged, Client: forged,
		Resume: &wire.Resume{Session: forged, Key: forged},
	}
	stranger := p.raw(t)
	stranger.send(wire.TypeHello, 0, 0, hello)
	stranger.closed(wire.CloseToken)
	hello.Token, hello.Role = p.token, forged
	king := p.raw(t)
	king.send(wire.TypeHello, 0, 0, hello)
	king.closed(wire.CloseForbidden)
	hello.Role = ""
	guest := p.raw(t)
	guest.hello(hello)
	guest.send(wire.TypeCall, 1, 1, wire.Call{Method: forged})
	guest.until(wire.TypeReply)
	guest.send(wire.TypeBye, 2, 0, nil)
	guest.closed(wire.CloseBye)
	p.stop()
	log.mu.Lock()
	defer log.mu.Unlock()
	if len(log.all) < 4 {
		t.Errorf("the log has %d lines, want those of a bad token, of what is not allowed, of a session that came and went", len(log.all))
	}
	for _, line := range log.all {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil || strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\n\r\x1b") || fields["message"] == "forged" {
			t.Errorf("a line of the log is %q", line)
		}
	}
}

// TestTheSaltStaysAtTheHub: nothing that a session is sent has the salt in it,
// whatever the session may do and asks for.
func TestTheSaltStaysAtTheHub(t *testing.T) {
	t.Parallel()
	p := open(t, hub.Limits{Calls: 100})
	r := p.raw(t)
	r.hello(wire.Hello{Token: p.token, Extension: "101"})
	p.Leg("e1", 1, "Appeared")
	p.Summary("e2")
	asked := uint64(0)
	for method, args := range map[string]string{
		"GetSettings": `{}`, "SetSettings": `{"min_in_sec":1}`, "GetUsers": `{}`, "GetPresence": `{}`, "GetLimits": `{}`,
		"GetEmployees": `{"refresh":true}`, "CheckConnection": `{"timeout_ms":1000}`, "GetCall": `{"entry_id":"e2"}`,
		"RecordingLink": `{"recording_id":"MToxMjM="}`, "StartCall": `{"number":"79160000000"}`, "CallTracking": `{"number":"74950000000"}`,
		"APIRequest": `{"method":"account/balance","params":"{}"}`, "BuildReport": `{"variant":"detailed"}`, "Nothing": `{}`,
	} {
		asked++
		r.send(wire.TypeCall, asked, asked, wire.Call{Method: method, Args: json.RawMessage(args)})
	}
	seen := map[string]int{}
	for seen[wire.TypeReply] < int(asked) || seen[wire.TypeEvent] < 2 || seen[wire.TypeView] == 0 {
		f := r.next()
		seen[f.Type]++
		raw, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, salt := range []string{"salt-of-test", base64.StdEncoding.EncodeToString([]byte("salt-of-test")), fmt.Sprintf("%x", "salt-of-test")} {
			if bytes.Contains(raw, []byte(salt)) {
				t.Errorf("the salt stands in %s", raw)
			}
		}
	}
}
