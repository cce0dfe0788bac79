package engine

import (
	"time"

	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

// Waiting times of commands.
const (
	// resultTime is how long a result is awaited at all.
	resultTime = 30 * time.Second
	// replyTime is how long the posted result may take after the PBX has
	// accepted the request; its HTTP answer is told then.
	replyTime = 10 * time.Second
	// rememberTime keeps an ended command known, so that a repeated result is
	// a duplicate and not a stranger.
	rememberTime = 15 * time.Minute
)

// Codes of the PBX (§18).
const (
	successClass = 1000 // 1xxx
	callOver     = 4101 // the leg has ended: what a hang-up wanted
)

// command is one of ours on its way.
type command struct {
	CommandSent
	reply  int       // the HTTP answer, 0 = none yet
	due    time.Time // when to tell without waiting longer; with done: when to forget
	done   bool
	failed bool
	route  *entry // the call that it routes to a responsible; nil = a session asked
}

// commandPrefix marks commands on the agenda.
const commandPrefix = "c|"

func (s *State) commandSent(in CommandSent) {
	if s.commands[in.ID] != nil {
		return
	}
	c := &command{CommandSent: in}
	s.commands[in.ID] = c
	s.planCommand(c, resultTime)
}

func (s *State) planCommand(c *command, after time.Duration) {
	c.due = s.now.Add(after)
	s.due.add(c.due, commandPrefix+c.ID)
}

func (s *State) commandReplied(in CommandReplied) {
	c := s.commands[in.ID]
	if c == nil {
		return
	}
	if !c.done {
		c.reply = in.Result
		s.planCommand(c, replyTime)
	}
	if c.route != nil {
		s.slotFree() // also when the posted result overtook the answer
	}
}

func (s *State) commandFailed(in CommandFailed) {
	if c := s.commands[in.ID]; c != nil && !c.done {
		s.tellResult(c, in.Result, in.Code)
		if c.route != nil {
			s.slotFree()
		}
	}
}

func (s *State) result(n notify.Result) {
	c := s.commands[n.CommandID]
	switch {
	case c == nil:
		s.counters.UnknownCommands++
	case c.done:
		s.counters.Duplicates++
	default:
		s.tellResult(c, n.Result, resultCode(n.Result))
	}
}

func resultCode(result int) string {
	if result/1000*1000 == successClass {
		return ""
	}
	return string(text.PBXError)
}

func (s *State) commandDue(id string) {
	c := s.commands[id]
	switch {
	case c == nil || s.now.Before(c.due):
	case c.done:
		delete(s.commands, id)
	case c.reply != 0:
		s.tellResult(c, c.reply, resultCode(c.reply))
	default:
		s.tellResult(c, 0, string(text.Timeout))
	}
}

func (s *State) tellResult(c *command, result int, code string) {
	if c.Command == "Hangup" && result == callOver {
		code = "" // the call is over, as was asked for
	}
	c.done, c.failed = true, code != ""
	s.planCommand(c, rememberTime)
	if c.route != nil {
		s.routed(c.route, code)
		return
	}
	ev := Event{
		Kind: CommandResult, Class: Screen, CallID: c.CallID, CommandID: c.ID,
		To: Address{Session: c.Session}, Expires: s.now.Add(screenLife),
	}
	s.emit(ev, CommandResultBody{Command: c.Command, Result: result, Code: code}, c.ID)
}
