package hub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
)

// serve is one socket, from its first byte to its last: the goroutine of the
// request becomes the one that reads.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" {
		// A browser: a page of anybody could use the network of whoever looks at it.
		s.count.origins.Add(1)
		http.Error(w, "not for browsers", http.StatusForbidden)
		return
	}
	if !s.enter() {
		s.count.busy.Add(1)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	defer s.leave()
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it was answered
	}
	defer conn.Close()
	s.stranger(conn, true)
	from := address(r)
	x, resume, code := s.greet(conn, from)
	s.stranger(conn, false)
	if code != 0 {
		s.refuse(conn, code)
		return
	}
	x.serve(conn, resume, from)
}

// address is whom to count: without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// refuse closes a socket that has no session yet.
func (s *Server) refuse(conn *websocket.Conn, code int) {
	s.count.refused.Add(1)
	until := time.Now().Add(time.Second)
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, string(wire.Meaning(code).Text)), until)
	// The code arrives if we wait for the peer's answer; what it says else is not read.
	_ = conn.SetReadDeadline(until)
	conn.SetReadLimit(wire.MaxHello)
	_, _, _ = conn.NextReader()
}

// greet reads the hello and finds or makes the session.
func (s *Server) greet(conn *websocket.Conn, from string) (x *session, resume *wire.Resume, code int) {
	hello, code := s.hear(conn)
	if code != 0 {
		return nil, nil, code
	}
	version, ok := wire.Choose(hello.Min, hello.Max)
	if !ok {
		return nil, nil, wire.CloseVersion
	}
	grant, ok := s.cfg.Tokens.Lookup(hello.Token)
	hello.Token = "" // nobody needs it any more
	if !ok {
		s.count.badTokens.Add(1)
		pause := s.bad.next(from, s.cfg.Now())
		s.cfg.Log.Warn().Str("from", from).Dur("pause", pause).Msg("bad token")
		if !s.stranger(conn, true) {
			group.Sleep(s.stopping, pause) // but a crowd that waits must not keep others out
		}
		return nil, nil, wire.CloseToken
	}
	who, code := admit(grant, hello)
	if code != 0 {
		s.count.forbidden.Add(1)
		s.cfg.Log.Warn().Str("from", from).Str("token", grant.ID).Str("extension", hello.Extension).Msg("not allowed")
		return nil, nil, code
	}
	if x, ok := s.find(hello.Resume, grant.ID); ok {
		if x.who != who {
			return nil, nil, wire.CloseSession
		}
		return x, hello.Resume, 0
	}
	x, code = s.open(version, grant.ID, hello, who, from)
	return x, nil, code
}

// hear reads the first message: all of it in time, however slowly it drips.
func (s *Server) hear(conn *websocket.Conn) (h wire.Hello, code int) {
	conn.SetReadLimit(wire.MaxHello)
	_ = conn.SetReadDeadline(time.Now().Add(s.cfg.Limits.Hello))
	kind, raw, err := conn.ReadMessage()
	if err != nil {
		return h, wire.CloseTimeout
	}
	f, err := wire.Decode(raw)
	if err != nil || kind != websocket.TextMessage || f.Type != wire.TypeHello || f.Read(&h) != nil {
		s.count.protocol.Add(1)
		return wire.Hello{}, wire.CloseProtocol
	}
	return h, 0
}

// find is the session to resume. A wrong key, and a token other than the one
// it began with, find nothing.
func (s *Server) find(r *wire.Resume, tokenID string) (*session, bool) {
	if r == nil {
		return nil, false
	}
	s.mu.Lock()
	x := s.sessions[r.Session]
	s.mu.Unlock()
	if x == nil || x.token != tokenID || x.finished() || subtle.ConstantTimeCompare([]byte(x.key), []byte(r.Key)) != 1 {
		return nil, false
	}
	return x, true
}

// admit is the session that a grant allows for a hello.
func admit(g token.Grant, h wire.Hello) (who office.Session, code int) {
	who = office.Session{
		Extension: h.Extension, UserID: h.UserID, UserName: h.UserName, ClientGUID: h.ClientGUID, Role: h.Role,
	}
	if who.Role == "desk" {
		who.Role = ""
	}
	if who.Role != "" && who.Role != office.RoleServer {
		return who, wire.CloseForbidden
	}
	if slices.Contains(g.Rights, token.Supervisor) {
		who.Rights |= office.Supervisor
	}
	if slices.Contains(g.Rights, token.Admin) {
		who.Rights |= office.Admin
	}
	if g.User != "" {
		who.UserID = g.User
	}
	if len(g.Extensions) == 0 {
		return who, 0
	}
	if who.Extension == "" && len(g.Extensions) == 1 {
		who.Extension = g.Extensions[0]
	}
	// None at all is no way round the list, but for those who may see all.
	if !slices.Contains(g.Extensions, who.Extension) && (who.Extension != "" || who.Rights&office.Supervisor == 0) {
		return who, wire.CloseForbidden
	}
	return who, 0
}

// open attaches a new session to the office.
func (s *Server) open(version int, tokenID string, h wire.Hello, who office.Session, from string) (*session, int) {
	s.mu.Lock()
	full := len(s.sessions)+s.opening >= s.cfg.Limits.Sessions
	draining := s.stopping.Err() != nil
	if !full && !draining {
		s.opening++
	}
	s.mu.Unlock()
	if draining {
		return nil, wire.CloseStopping
	}
	if full {
		s.count.busy.Add(1)
		return nil, wire.CloseBusy
	}
	local, err := s.cfg.Office.Attach(who)
	var x *session
	if err == nil {
		x = newSession(s, s.run+"-"+rand.Text()[:8], version, tokenID, h, who, local, from)
	}
	s.mu.Lock()
	s.opening--
	draining = s.stopping.Err() != nil
	if x != nil && !draining {
		s.sessions[x.id] = x
	}
	s.mu.Unlock()
	if err != nil {
		s.cfg.Log.Error().Err(err).Msg("session not attached")
		return nil, wire.CloseStopping
	}
	if draining || !s.grp.Go("session", x.life) {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		_ = local.Close(ctx) // it had nothing yet
		s.forget(x)
		return nil, wire.CloseStopping
	}
	s.count.opened.Add(1)
	s.cfg.Log.Info().Str("session", x.id).Str("token", tokenID).Str("extension", who.Extension).Str("user", who.UserID).
		Str("from", from).Str("client", h.Client).Msg("session opened")
	local.Watch(x.changed)
	local.Deliver(x.deliver)
	return x, 0
}
