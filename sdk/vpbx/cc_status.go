package vpbx

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// Statuses that every account has (§4.4.1.2). Higher numbers are the account's
// own; the API changes to one only by its alias from the settings of the
// contact centre.
const (
	OperatorOnline       = 1
	OperatorDoNotDisturb = 2
	OperatorBreak        = 3
	OperatorOffline      = 4
	OperatorOutbound     = 5 // works for campaigns
	OperatorAllCalls     = 6
)

// NewStatus is the status to change to: one of the two.
type NewStatus struct {
	Status      int    `json:"status,omitempty" check:"range=1.."`        // one of the six; another wants its alias beside it
	StatusAlias string `json:"status_alias,omitempty" check:"ref=status"` // of a status of the account
}

func (s NewStatus) check() error {
	switch {
	case s.StatusAlias != "":
		return nil
	case s.Status == 0:
		return missing("status")
	case s.Status > OperatorAllCalls:
		return missing("status_alias")
	}
	return nil
}

// SetSessionStatusRequest asks to open, keep, change or close a session.
type SetSessionStatusRequest struct {
	Session   string `json:"session,omitempty" check:"id"` // "" = a new one: it takes one licence
	AbonentID int64  `json:"abonent_id" check:"required,range=1..,ref=member"`
	NewStatus
	TTL int `json:"ttl,omitempty" check:"range=10..604800"` // seconds; 0 = the PBX's default ("7", without a unit)

	// The rest counts for a new session only.

	// Device should be unique: presence takes two sessions of one device for one.
	Device  string `json:"device,omitempty" check:"chars=256"`
	IP      string `json:"ip,omitempty" check:"chars=256"`
	Version string `json:"version,omitempty" check:"chars=256"`
	Poss    []int  `json:"poss,omitempty" check:"oneof=1|2|3"` // what the device can do: 1 calls, 2 messages, 3 video
}

// OperatorSession is a session of an operator.
type OperatorSession struct {
	Session string `json:"session"`
	TTL     int    `json:"ttl"` // seconds left
}

var setSessionStatus = declare[SetSessionStatusRequest, OperatorSession]("/cc/set_session_status")

// SetSessionStatus opens a session, changes the status of its operator, or
// repeats it to keep the session before its ttl ends (§4.4.1.3). All sessions
// of an operator share one status; OperatorOffline closes this session, and
// with the last one the operator is offline. Codes 12xx tell what is wrong with
// a session: 1201 no more may connect, 1202 its data were not found.
//
//vpbx:op POST /cc/set_session_status
func (c *Client) SetSessionStatus(ctx context.Context, r SetSessionStatusRequest) (OperatorSession, error) {
	a, err := call(ctx, c, setSessionStatus, r)
	if err != nil {
		return OperatorSession{}, err
	}
	if a.Session = or(a.Session, r.Session); a.Session == "" {
		return a, empty(setSessionStatus.op)
	}
	return a, nil
}

// SetOperatorStatusRequest asks to change the status of any operator.
type SetOperatorStatusRequest struct {
	AbonentID int64 `json:"abonent_id" check:"required,range=1..,ref=member"`
	NewStatus
}

var setOperatorStatus = declare[SetOperatorStatusRequest, none]("/cc/set_abonent_status")

// SetOperatorStatus changes the status of an operator who is not offline
// (§4.4.1.2). OperatorOffline ends all his sessions and frees their licences.
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/set_abonent_status
func (c *Client) SetOperatorStatus(ctx context.Context, r SetOperatorStatusRequest) error {
	return send(ctx, c, setOperatorStatus, r)
}

// PresenceRequest asks where operators are signed in.
type PresenceRequest struct {
	AbonentID    int64    `json:"abonent_id,omitempty" check:"range=1..,ref=member"`    // 0 = all
	SessionTypes []string `json:"session_types,omitempty" check:"oneof=sip|cc|mtm|mtd"` // contact centre, M.TALKER mobile and desktop; empty = all
}

// Presence is where one operator is signed in.
type Presence struct {
	AbonentID   int64             `json:"abonent_id"`
	UsedUACType []string          `json:"used_uac_type"`
	SIP         []PresenceSession `json:"sip"`
	MTM         []PresenceSession `json:"mtm"`   // M.TALKER mobile
	MTD         []PresenceSession `json:"mtd"`   // M.TALKER desktop
	CC          []PresenceSession `json:"cc"`    // printed in Cyrillic letters once
	Calls       []json.RawMessage `json:"calls"` // the document does not describe them
}

// PresenceSession is one device of an operator.
type PresenceSession struct {
	UAC       string    `json:"uac"` // user agent
	IP        string    `json:"ip"`
	Timestamp time.Time `json:"timestamp" time:"any"` // of the last news
	Poss      []int     `json:"poss"`                 // 1 calls, 2 messages, 3 video
	UName     string    `json:"uname"`                // SIP account; not of the contact centre
	Status    int       `json:"status"`               // not of SIP
	Device    string    `json:"device"`               // not of SIP
}

type presenceAnswer struct {
	told
	Abonents []Presence `json:"abonents"`
}

var presence = declare[PresenceRequest, presenceAnswer]("/cc/get_presence")

// Presence tells where operators are signed in (§4.4.1.3, the second of that
// number). An operator nobody knows is left out. Code: 5008, too many requests.
//
//vpbx:op POST /cc/get_presence
func (c *Client) Presence(ctx context.Context, r PresenceRequest) ([]Presence, error) {
	a, err := call(ctx, c, presence, r)
	if err != nil {
		return nil, err
	}
	// For an unknown operator an empty object comes.
	known := slices.DeleteFunc(a.Abonents, func(p Presence) bool { return p.AbonentID == 0 })
	return listed(presence.op, a.told, known)
}

// OperatorStatusesRequest asks for the statuses of the account.
type OperatorStatusesRequest struct{}

// OperatorStatus is a status that operators can have.
type OperatorStatus struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Color       string `json:"color"`    // #999999
	Parent      int64  `json:"parent"`   // one of the six; 0: it is one
	PointID     int64  `json:"point_id"` // of the account, for its own statuses
	Deleted     bool   `json:"deleted"`
	Order       int    `json:"order"`
	Description string `json:"description"`
	StatusAlias string `json:"status_alias" names:"status"` // "": the API cannot change to a status of the account
}

type operatorStatusesAnswer struct {
	told
	Statuses []OperatorStatus `json:"statuses"`
}

var operatorStatuses = declare[OperatorStatusesRequest, operatorStatusesAnswer]("/cc/get_statuses")

// OperatorStatuses reads the statuses of the account, deleted ones among them:
// the six and up to 30 of its own (§4.4.1.4). Code: 5008, too many requests.
//
//vpbx:op POST /cc/get_statuses
func (c *Client) OperatorStatuses(ctx context.Context) ([]OperatorStatus, error) {
	a, err := call(ctx, c, operatorStatuses, OperatorStatusesRequest{})
	if err != nil {
		return nil, err
	}
	return listed(operatorStatuses.op, a.told, a.Statuses)
}
