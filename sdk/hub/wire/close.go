package wire

import (
	"time"

	"mangoofficesdk/sdk/text"
)

// The codes a WebSocket is closed with, of the range for private use. They
// never change once released.
const (
	CloseBye       = 1000 // both agree that the session is over
	CloseToken     = 4001 // unknown or revoked token
	CloseForbidden = 4002 // the token is not for this extension or role
	CloseVersion   = 4003 // no version in common
	CloseReplaced  = 4004 // the same session has a newer socket
	CloseSlow      = 4005 // nothing was acknowledged for too long
	CloseStopping  = 4006 // the hub stops or starts anew
	CloseSession   = 4007 // the session to resume does not fit: begin a new one
	CloseProtocol  = 4008 // a frame that breaks the protocol
	CloseTimeout   = 4009 // no hello in time
	CloseBusy      = 4010 // too many sessions
)

// Closing says what a close code means for the client.
type Closing struct {
	Code  int
	Again bool          // it may come back by itself
	After time.Duration // not before; with jitter on top
	Fresh bool          // without its old session
	Text  text.Code     // what to tell people
}

// Closings are all of them, by code. A hub that is stopped is back in a moment;
// one that is full is not.
func Closings() []Closing {
	return []Closing{
		{Code: CloseBye, Again: true, Fresh: true, Text: text.HubUnreachable},
		{Code: CloseToken, Text: text.HubToken},
		{Code: CloseForbidden, Text: text.HubForbidden},
		{Code: CloseVersion, Text: text.HubVersion},
		{Code: CloseReplaced, Text: text.HubReplaced},
		{Code: CloseSlow, Again: true, After: time.Second, Text: text.HubSlow},
		{Code: CloseStopping, Again: true, After: 500 * time.Millisecond, Text: text.HubStopping},
		{Code: CloseSession, Again: true, Fresh: true, Text: text.HubSession},
		{Code: CloseProtocol, Again: true, After: 5 * time.Second, Fresh: true, Text: text.HubProtocol},
		{Code: CloseTimeout, Again: true, After: time.Second, Text: text.HubUnreachable},
		{Code: CloseBusy, Again: true, After: 10 * time.Second, Text: text.HubBusy},
	}
}

// Meaning of a close code. None, or one that nobody knows, is a network that
// broke: the client comes back. The protocol's own errors (RFC 6455 §7.4.1)
// would come again with the session's frames: it comes back without it.
func Meaning(code int) Closing {
	for _, c := range Closings() {
		if c.Code == code {
			return c
		}
	}
	if code >= 1002 && code <= 1011 && code != 1005 && code != 1006 {
		return Closing{Code: code, Again: true, After: 5 * time.Second, Fresh: true, Text: text.HubProtocol}
	}
	return Closing{Code: code, Again: true, Text: text.HubUnreachable}
}
