package notify

import (
	"cmp"
	"fmt"
	"time"
)

// Statuses of a contact-centre user (§4.4.1). Greater ones are the company's
// own; StatusChanged.Parent has the one of these that they stand for.
const (
	StatusOnline   = 1
	StatusBusy     = 2 // do not disturb
	StatusBreak    = 3
	StatusOffline  = 4
	StatusDialling = 5 // outbound campaigns
	StatusAllCalls = 6
)

// StatusChanged is /events/user/status_changed (§4.4.2.1).
type StatusChanged struct {
	AbonentID string    `json:"abonent_id"` // user_id of the employee
	Status    int       `json:"status"`
	Alias     string    `json:"status_alias"` // of a status of the company's own
	Parent    int       `json:"parent_status"`
	When      time.Time `json:"when" time:"ms"`      // when it changed
	Time      time.Time `json:"timestamp" time:"ms"` // when it was told
}

func decodeStatusChanged(raw []byte) (Notification, string, error) {
	var s StatusChanged
	if err := read(raw, &s); err != nil {
		return nil, "", err
	}
	if s.Status == 0 {
		return nil, "", fmt.Errorf("%w: status", ErrIncomplete)
	}
	return s, "", nil
}

// SessionEnd is /events/user/session_end: a session of a contact-centre user
// that this integration had opened is over (§4.4.2.2).
type SessionEnd struct {
	AbonentID string    `json:"abonent_id"`
	Session   string    `json:"session"`
	Result    int       `json:"result"`
	Time      time.Time `json:"timestamp" time:"ms"`
}

func decodeSessionEnd(raw []byte) (Notification, string, error) {
	var w struct {
		SessionEnd
		Abonent string `json:"abonent"` // the table's name, the example has abonent_id
	}
	if err := read(raw, &w); err != nil {
		return nil, "", err
	}
	s := w.SessionEnd
	s.AbonentID = cmp.Or(s.AbonentID, w.Abonent)
	if s.Session == "" && s.AbonentID == "" {
		return nil, "", fmt.Errorf("%w: session", ErrIncomplete)
	}
	return s, "", nil
}
