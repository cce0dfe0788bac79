package engine

import (
	"time"

	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

// Input is what Step is given.
type Input interface{ input() }

// Notification is one verified post of the PBX. Pos is its position in the
// journal: once nothing depends on it any more, Release names it.
type Notification struct {
	Item notify.Item
	Pos  uint64
}

// SessionUp tells of an attached session. Its answer is a replay of the live
// calls of its extension, "" meaning all.
type SessionUp struct{ Session Session }

// SessionDown tells that a session is gone.
type SessionDown struct{ ID string }

// Session is one attached 1C process as the engine knows it.
type Session struct {
	ID        string // unique among sessions, past ones too
	GUID      string // of the client, equal when it comes again; "" = not known
	Extension string
	UserID    string
	UserName  string
	Server    bool // a scheduled job: never the first, and asked for nothing
	OwnOnly   bool // it hears of its own extension only: of none when it has none, instead of all
}

// hears reports whether the session is told of the calls of an extension.
func (x Session) hears(ext string) bool { return x.Extension == ext || x.Extension == "" && !x.OwnOnly }

// Employees replaces what is known of the PBX's employees.
type Employees struct{ List []Employee }

// Employee of the PBX. UserID is the PBX's number of the employee, "" if it is
// not known.
type Employee struct{ Extension, Name, UserID string }

// Restored brings back, when there is no session yet, what the company has set
// in an earlier life. Nobody is told: it was told then.
type Restored struct {
	Revision int64 // of the settings that New was given
	Users    []User
	Tables   []RouteTable // in order
}

// SettingsSet replaces the settings of the company.
type SettingsSet struct {
	Settings Settings
	Revision int64
}

// CommandSent tells that a command is about to go to the PBX; it must precede
// whatever the PBX may answer.
type CommandSent struct {
	ID      string // command_id
	Command string // English method name, e.g. "StartCall"
	Session string // who asked
	CallID  string // the leg it concerns, "" for StartCall
}

// CommandReplied tells the PBX's answer to the HTTP request. The outcome
// proper is awaited from /result/…; this one stands in for it if none comes.
type CommandReplied struct {
	ID     string
	Result int
}

// CommandFailed tells that the command did not reach the PBX (Result 0), or
// was refused in the HTTP answer. Code is one of sdk/text.
type CommandFailed struct {
	ID     string
	Result int
	Code   string
}

// Tick tells that the time asked for by SetTimer has come.
type Tick struct{}

func (Notification) input()   {}
func (SessionUp) input()      {}
func (SessionDown) input()    {}
func (Employees) input()      {}
func (Restored) input()       {}
func (SettingsSet) input()    {}
func (CommandSent) input()    {}
func (CommandReplied) input() {}
func (CommandFailed) input()  {}
func (Tick) input()           {}

// Effect is what Step asks to be done, in order.
type Effect interface{ effect() }

// Emit tells an event to whom Event.To names.
type Emit struct {
	Event Event
	// Replay: an event told before, repeated to a session that just came. It
	// is not kept in the store.
	Replay bool
}

// SetTimer asks for a Tick at At. It replaces the earlier one.
type SetTimer struct{ At time.Time }

// Request asks for something of the PBX that a call needs. The answer comes
// back as CommandReplied or CommandFailed (route), Tracked (visitor).
type Request struct {
	Kind    RequestKind
	ID      string // command_id of a route
	EntryID string
	CallID  string    // the leg to route
	To      string    // the extension to route to
	Number  string    // the number of call tracking that was called
	Until   time.Time // of no use after that
}

// RequestKind tells requests apart.
type RequestKind string

// What a call may need of the PBX.
const (
	RequestRoute   RequestKind = "route"   // commands/route
	RequestVisitor RequestKind = "visitor" // queries/user_info_by_dct_number
)

// Refused takes a session out of service, or with Code "" back into it: the
// users are too many, or another session took its extension over.
type Refused struct {
	Session string
	Code    text.Code
}

// Release tells that the notifications at these positions of the journal are
// not needed any more: the call or recording they were about is over and told,
// or they were told at once. What was not released is read again by whoever
// starts anew, and leads to the same state.
type Release struct{ Positions []uint64 }

func (Emit) effect()     {}
func (Request) effect()  {}
func (Refused) effect()  {}
func (SetTimer) effect() {}
func (Release) effect()  {}

// Counters are for Диагностика.
type Counters struct {
	Calls           int // calls not summed up yet
	Sessions        int
	Duplicates      int64 // notifications that said nothing new
	Late            int64 // notifications of calls already summed up
	Unread          int64 // broken or incomplete ones
	Other           int64 // pings and announced statistics: no event is made of them
	UnknownCommands int64 // results of commands that are not ours
	Incomplete      int64 // calls summed up without the PBX's summary
	Dropped         int64 // calls dropped because too many were held
	Warnings        int64 // rules that could not be applied, and the like; each is told once an hour
	Routed          int64 // calls that the PBX took our route of
	LeftToPBX       int64 // calls whose distribution ended with the scheme of the PBX
	RouteTimeouts   int64 // nobody answered ЗапросМаршрута in time
	LateAnswers     int64 // answers to ЗапросМаршрута that came too late
	RouteTooLate    int64 // calls that left the menu before they could be routed
	RouteOutrun     int64 // calls that left the menu while they waited for their turn
}
