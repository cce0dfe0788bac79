package hub

import (
	"cmp"
	"slices"
	"time"

	"mangoofficesdk/sdk/text"
)

// SessionInfo is a session for a status page. It holds no secret.
type SessionInfo struct {
	ID        string    `json:"id"`
	Token     string    `json:"token"` // its id
	User      string    `json:"user"`
	UserName  string    `json:"user_name"`
	Extension string    `json:"extension"`
	Role      string    `json:"role"`
	Client    string    `json:"client"` // version
	From      string    `json:"from"`   // address of its last socket
	Since     time.Time `json:"since"`
	Online    bool      `json:"online"`
	Away      time.Time `json:"away,omitzero"` // since when, if it is not online
	Calls     int       `json:"calls"`         // under way
	Events    int       `json:"events"`        // sent, not taken by 1C
	Queued    int       `json:"queued_bytes"`  // sent, not acknowledged
}

// Sessions are those of now, by coming.
func (s *Server) Sessions() []SessionInfo {
	list := []SessionInfo{}
	for _, x := range s.all() {
		i := SessionInfo{
			ID: x.id, Token: x.token, User: x.who.UserID, UserName: x.who.UserName, Extension: x.who.Extension,
			Role: cmp.Or(x.who.Role, "desk"), Client: x.hello.Client, Since: x.since,
		}
		x.mu.Lock()
		i.From, i.Online, i.Calls, i.Events = x.from, x.online, len(x.calls), len(x.waiting)
		if !x.online {
			i.Away = x.seen
		}
		x.mu.Unlock()
		_, i.Queued = x.peer.Queued()
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b SessionInfo) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Counters are of this life of the hub.
type Counters struct {
	Strangers int64 `json:"strangers"` // sockets that have not said hello, now
	Opened    int64 `json:"opened"`    // sessions
	Resumed   int64 `json:"resumed"`   // sockets that went on with a session
	Lost      int64 `json:"lost"`      // sessions whose client did not come back
	Refused   int64 `json:"refused"`   // sockets closed without a session, for whatever reason
	BadTokens int64 `json:"bad_tokens"`
	Forbidden int64 `json:"forbidden"` // good tokens for another extension or role
	Origins   int64 `json:"origins"`   // browsers
	Busy      int64 `json:"busy"`      // past a limit: sessions, calls, strangers
	Slow      int64 `json:"slow"`      // cut off: nothing was acknowledged
	Protocol  int64 `json:"protocol"`  // messages that broke it
	Ignored   int64 `json:"ignored"`   // frames of types not known here
	Calls     int64 `json:"calls"`
	Events    int64 `json:"events"`
	Panics    int64 `json:"panics"`
}

// Counters tells what happened so far.
func (s *Server) Counters() Counters {
	c := &s.count
	return Counters{
		Strangers: int64(len(s.strangers())), Opened: c.opened.Load(), Resumed: c.resumed.Load(), Lost: c.lost.Load(),
		Refused: c.refused.Load(), BadTokens: c.badTokens.Load(), Forbidden: c.forbidden.Load(), Origins: c.origins.Load(),
		Busy: c.busy.Load(), Slow: c.slow.Load(), Protocol: c.protocol.Load(), Ignored: c.ignored.Load(),
		Calls: c.calls.Load(), Events: c.events.Load(), Panics: c.panics.Load(),
	}
}

// errorOf keeps a nil of its type from becoming an error.
func errorOf(e *text.Error) error {
	if e == nil {
		return nil
	}
	return e
}
