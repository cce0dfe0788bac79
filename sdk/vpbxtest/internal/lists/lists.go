// Package lists is the restrictions of the emulated PBX (document §3.8): the
// black and white lists for incoming calls and the black list for outgoing
// ones.
package lists

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

const (
	// maxNumbers is the limit of code 5222; an older text says that there is
	// none.
	maxNumbers = 20000
	// maxText bounds comments, in characters.
	maxText = 255
)

// Config describes the restrictions.
type Config struct {
	Employs func(user int64) bool // whether a user_id is somebody's
	White   bool                  // the white list is at work, not the black one
	Now     api.Clock
}

// Lists are the restrictions of one company. The methods of Table are safe for
// concurrent use.
type Lists struct {
	employs func(int64) bool
	now     api.Clock

	mu       sync.Mutex
	incoming map[string]*list // by type: black, white
	active   string           // the type at work
	last     int64            // number_id given out last

	bans    map[string]*ban // by number
	order   []string        // their numbers, oldest first
	enabled bool            // the option "forbid outgoing communications"
}

// New makes the restrictions of a fresh company: a number in the black ones.
func New(cfg Config) *Lists {
	spam := entry{firstNumberID, "7900*", "спам", "tel"}
	active := black
	if cfg.White {
		active = white
	}
	return &Lists{
		active: active, employs: cfg.Employs, now: cfg.Now, last: spam.ID,
		incoming: map[string]*list{
			black: {AllowUnknown: true, Numbers: []entry{spam}, has: map[key]bool{spam.key(): true}},
			white: {Numbers: []entry{}, has: map[key]bool{}},
		},
		enabled: true, bans: map[string]*ban{seedBan.Number: new(seedBan)}, order: []string{seedBan.Number},
	}
}

// Table is the methods of the restrictions.
func (l *Lists) Table() api.Table {
	table := api.Table{
		"/vpbx/bwlists/state":         l.state,
		"/vpbx/bwlists/numbers":       l.numbers,
		"/vpbx/bwlists/number/add":    l.add,
		"/vpbx/bwlists/number/delete": l.remove,

		"/vpbx/outbound_blacklist/get":                l.optional(l.getBans),
		"/vpbx/outbound_blacklist/add":                l.optional(l.addBans),
		"/vpbx/outbound_blacklist/update_description": l.optional(l.describeBan),
		"/vpbx/outbound_blacklist/enable_mode":        l.optional(l.enableMode),
		"/vpbx/outbound_blacklist/disable_mode":       l.optional(l.disableMode),
		"/vpbx/outbound_blacklist/delete":             l.optional(l.deleteBans),
		"/vpbx/outbound_blacklist/enable":             l.enable,
		"/vpbx/outbound_blacklist/disable":            l.disable,
	}
	for path, method := range table {
		table[path] = func(q api.Query) api.Answer {
			l.mu.Lock()
			defer l.mu.Unlock()
			return method(q)
		}
	}
	return table
}

// tooLong reports whether a comment is over its bound.
func tooLong(t api.Text) bool { return utf8.RuneCountInString(string(t)) > maxText }

// printed is how the PBX tells a moment here; the zone is inferred.
func printed(at time.Time) string { return at.UTC().Format(time.DateTime) }

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
