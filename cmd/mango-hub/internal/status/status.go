// Package status is what mango-hub tells of itself: to the page, to a monitor,
// to a command.
package status

import (
	"cmp"
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// Link is the way to a session, as the server of sessions knows it.
type Link struct {
	Extension, UserID, UserName string // as the office knows it
	Address                     string
	Program                     string // its version
	Since                       time.Time
	Pending                     int // events that 1C was sent and has not taken
}

// Source is where a Status comes from.
type Source struct {
	Office interface { // nil: another hub leads
		Overview(ctx context.Context) (office.Overview, error)
	}
	Place   *Place                     // nil: there is one hub
	Hooks   func() map[string]int64    // of the webhook, when there is no office to ask
	Links   func() []Link              // nil: none
	Hub     func() hub.Counters        // nil: there is none
	Refused func() (pace, crowd int64) // requests turned away before they reached anything
	Expires func() time.Time           // of the certificate; nil: no HTTPS here
	Webhook string                     // what is entered on the account page
	Version string
	Started time.Time
	Now     func() time.Time
}

// Place is what this hub is among several.
type Place struct {
	Name      string `json:"name"`
	Leads     bool   `json:"leads"`
	Leader    string `json:"leader"` // "" = nobody leads just now
	Address   string `json:"address"`
	Reachable bool   `json:"reachable"` // the journal's cluster
}

// Words of a note in one language.
type Words struct {
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// Note is something to know, with what to do about it.
type Note struct {
	Code  string    `json:"code"`
	Time  time.Time `json:"time,omitzero"`
	Count int64     `json:"count,omitempty"`
	RU    Words     `json:"ru"`
	EN    Words     `json:"en"`
}

// Parked is an event that 1C was shown as often as the journal offers one, and
// never acknowledged.
type Parked struct {
	ID       string      `json:"id"`
	Kind     engine.Kind `json:"kind"`
	EntryID  string      `json:"entry_id,omitempty"`
	Time     time.Time   `json:"time"`
	Attempts int         `json:"attempts"`
	RU       Words       `json:"ru"` // why, and what to do
	EN       Words       `json:"en"`
}

// Session is one 1C that is attached.
type Session struct {
	ID        string    `json:"id"`
	Extension string    `json:"extension"`
	User      string    `json:"user"`
	Role      string    `json:"role"`
	First     bool      `json:"first"`
	Writer    bool      `json:"writer"`
	Away      bool      `json:"away"`
	Refused   *Note     `json:"refused,omitempty"`
	Address   string    `json:"address,omitempty"`
	Program   string    `json:"program,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Pending   int       `json:"pending,omitempty"`
}

// Phone is an extension on the board.
type Phone struct {
	Extension string    `json:"extension"`
	Name      string    `json:"name"`
	State     string    `json:"state"`
	Since     time.Time `json:"since,omitzero"`
}

// Status is the whole of it.
type Status struct {
	Now        time.Time           `json:"now"`
	Started    time.Time           `json:"started"`
	Version    string              `json:"version"`
	Webhook    string              `json:"webhook"`
	Registered bool                `json:"registered"`
	Why        *Note               `json:"why,omitempty"` // of not being registered
	Calls      []office.ActiveCall `json:"calls"`
	Sessions   []Session           `json:"sessions"`
	Phones     []Phone             `json:"phones"`
	Users      int                 `json:"users"`
	Refusals   []Note              `json:"refusals"` // by cause, since the start
	Errors     []Note              `json:"errors"`   // the last ones, newest first
	Expires    time.Time           `json:"certificate_expires,omitzero"`
	Goroutines int                 `json:"goroutines"`
	Link       hub.Counters        `json:"link"` // sessions since the start
	Pace       int64               `json:"refused_pace"`
	Crowd      int64               `json:"refused_crowd"`
	Place      *Place              `json:"cluster,omitempty"`
	Diagnostics
}

// Diagnostics is the part of the office's own that people and monitors watch.
type Diagnostics struct {
	Hooks   map[string]int64 `json:"webhook_counters"`
	Journal struct {
		Waiting  int       `json:"waiting"`
		Parked   int       `json:"parked"`
		Folder   string    `json:"folder"`
		Trouble  text.Code `json:"trouble"`
		Repaired bool      `json:"repaired"`
		MovedTo  string    `json:"damaged_moved_to"`
	} `json:"journal"`
	Guard struct {
		Doubtful     int64 `json:"doubtful_paused_until_unix"`
		Paused       int64 `json:"paused_until_unix"`
		BackingOff   int64 `json:"backing_off_until_unix"`
		Waiting      int   `json:"waiting"`
		InFlight     int   `json:"in_flight"`
		Admitted     int64 `json:"admitted"`
		Wrong        int64 `json:"wrong"`
		Unauthorized int64 `json:"unauthorized"`
		Overloaded   int64 `json:"overloaded"`
		Lost         int64 `json:"lost"`
		Refused      int64 `json:"refused"`
	} `json:"rate_guard"`
	Latency struct {
		P50   float64 `json:"p50"`
		P99   float64 `json:"p99"`
		Count int     `json:"count"`
	} `json:"latency_ms"`
	Operations struct {
		Running int `json:"running"`
	} `json:"operations"`
	Handed      int64  `json:"events_handed_over"`
	Redelivered int64  `json:"events_redelivered"`
	Panics      int64  `json:"panics"`
	Employees   int64  `json:"employees"`
	Heard       int64  `json:"last_notification_unix"`
	Skew        *int64 `json:"clock_skew_ms,omitempty"`
}

// Read gives the status now.
func (s Source) Read(ctx context.Context) (Status, error) {
	var v office.Overview
	var err error
	if s.Office != nil {
		v, err = s.Office.Overview(ctx)
	}
	out := Status{
		Place: s.Place,
		Now:   s.Now().UTC(), Started: s.Started.UTC(), Version: s.Version, Webhook: s.Webhook,
		Registered: v.State == office.Registered, Calls: v.Calls, Users: len(v.Users), Goroutines: runtime.NumGoroutine(),
		Sessions: []Session{}, Phones: []Phone{}, Refusals: []Note{}, Errors: []Note{},
	}
	if out.Calls == nil {
		out.Calls = []office.ActiveCall{}
	}
	if v.Why != nil {
		out.Why = coded(v.Why)
	}
	if s.Expires != nil {
		out.Expires = s.Expires().UTC()
	}
	if s.Refused != nil {
		out.Pace, out.Crowd = s.Refused()
	}
	raw, broken := json.Marshal(v.Diagnostics)
	if broken == nil {
		broken = json.Unmarshal(raw, &out.Diagnostics)
	}
	var last struct {
		Hooks  map[string]int64 `json:"webhook"`
		Errors []struct {
			Time time.Time `json:"time"`
			Code text.Code `json:"code"`
		} `json:"last_errors"`
	}
	if broken == nil {
		broken = json.Unmarshal(raw, &last)
	}
	if err == nil {
		err = broken
	}
	for _, e := range slices.Backward(last.Errors) {
		at := slices.IndexFunc(out.Errors, func(n Note) bool { return n.Code == string(e.Code) })
		if at >= 0 {
			out.Errors[at].Count++
			continue
		}
		n := coded(text.New(e.Code))
		n.Time, n.Count = e.Time, 1
		out.Errors = append(out.Errors, *n)
	}
	if out.Hooks = last.Hooks; s.Hooks != nil {
		out.Hooks = s.Hooks()
	}
	if s.Hub != nil {
		out.Link = s.Hub()
	}
	out.Refusals = refusals(out.Hooks, out.Link)
	s.sessions(&out, v.Sessions)
	phones(&out, v)
	return out, err
}

func (s Source) sessions(out *Status, list []office.SessionState) {
	var links []Link
	if s.Links != nil {
		links = s.Links()
	}
	for _, x := range list {
		one := Session{
			ID: x.ID, Extension: x.Extension, User: x.UserName, Role: x.Role, First: x.First, Writer: x.Writer, Away: x.Away,
		}
		if x.Refused != "" {
			one.Refused = coded(text.New(x.Refused))
		}
		at := slices.IndexFunc(links, func(l Link) bool {
			return l.Extension == x.Extension && l.UserID == x.UserID && l.UserName == x.UserName
		})
		if at >= 0 { // two of one user: in the order in which they came
			l := links[at]
			one.Address, one.Program, one.Since, one.Pending = l.Address, l.Program, l.Since.UTC(), l.Pending
			links = slices.Delete(links, at, at+1)
		}
		out.Sessions = append(out.Sessions, one)
	}
}

// phones are the extensions that matter to somebody: of users, of sessions, and
// those that are busy; without any users, all.
func phones(out *Status, v office.Overview) {
	names := map[string]string{}
	for _, u := range v.Users {
		names[u.Extension] = u.Name
	}
	pbx := map[string]string{}
	for _, e := range v.Employees {
		pbx[e.Extension] = e.Name
	}
	for _, s := range v.Sessions {
		if names[s.Extension] == "" {
			names[s.Extension] = s.UserName
		}
	}
	for _, p := range v.Presence {
		name, known := names[p.Extension]
		busy := p.State == engine.Ringing || p.State == engine.Talking || p.State == engine.Hold
		if len(v.Users) > 0 && !known && !busy {
			continue
		}
		out.Phones = append(out.Phones, Phone{Extension: p.Extension, Name: cmp.Or(name, pbx[p.Extension]), State: string(p.State), Since: p.Since})
	}
}

// coded is an error with its words.
func coded(e *text.Error) *Note {
	ru, en := e.Rendered(text.RU), e.Rendered(text.EN)
	return &Note{Code: string(e.Code), RU: Words{ru.Text, ru.Remedy}, EN: Words{en.Text, en.Remedy}}
}
