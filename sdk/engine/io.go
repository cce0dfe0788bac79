package engine

import (
	"time"

	"mangoofficesdk/sdk/notify"
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
	Extension string
	UserID    string
	UserName  string
}

// Employees replaces what is known of the PBX's employees.
type Employees struct{ List []Employee }

// Employee of the PBX. UserID is the PBX's number of the employee, "" if it is
// not known.
type Employee struct{ Extension, Name, UserID string }

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

// Release tells that the notifications at these positions of the journal are
// not needed any more: the call or recording they were about is over and told,
// or they were told at once. What was not released is read again by whoever
// starts anew, and leads to the same state.
type Release struct{ Positions []uint64 }

func (Emit) effect()     {}
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
}
