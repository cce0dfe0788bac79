package vpbxtest

import "slices"

// Inbound begins a scenario: from (a client's number, "" = hidden) calls line
// ("" = the first line of the company).
func Inbound(from, line string) Scenario {
	return begin(Step{Do: VerbInbound, From: from, Line: line})
}

// Outbound begins a scenario: an employee dials an outside number.
func Outbound(from, to string) Scenario {
	return begin(Step{Do: VerbOutbound, From: from, To: targets{to}})
}

// Internal begins a scenario: an employee dials an employee.
func Internal(from, to string) Scenario {
	return begin(Step{Do: VerbInternal, From: from, To: targets{to}})
}

func begin(s Step) Scenario { return Scenario{Name: string(s.Do), Steps: []Step{s}} }

// Then adds a step. The receiver keeps its own steps: a common beginning can
// be continued in several ways.
func (s Scenario) Then(step Step) Scenario {
	s.Steps = append(slices.Clip(s.Steps), step)
	return s
}

// Named gives the scenario a name for messages.
func (s Scenario) Named(name string) Scenario { s.Name = name; return s }

// Acting sets how the parties act once a command took the call over.
func (s Scenario) Acting(b Behaviour) Scenario { s.Behaviour = b; return s }

// Wait lets sec seconds pass after the step before.
func (s Scenario) Wait(sec Seconds) Scenario {
	s.Steps = slices.Clone(s.Steps)
	s.Steps[len(s.Steps)-1].Sec += sec
	return s
}

// Follow lets the settings of the company lead the caller: its lists, rules,
// schemes, groups. For sec seconds nobody acts.
func (s Scenario) Follow(sec Seconds) Scenario { return s.Then(Step{Do: VerbFollow, Sec: sec}) }

// IVR enters the voice menu for sec seconds.
func (s Scenario) IVR(sec Seconds) Scenario { return s.Then(Step{Do: VerbIVR, Sec: sec}) }

// Queue waits in the queue of a group.
func (s Scenario) Queue(group string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbQueue, Group: group, Sec: sec})
}

// Ring rings an employee or an outside number for sec seconds.
func (s Scenario) Ring(to string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbRing, To: targets{to}, Sec: sec})
}

// RingGroup rings every member of a group at once.
func (s Scenario) RingGroup(group string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbRing, Group: group, Sec: sec})
}

// Answer lets the first that rings answer, or the extension given.
func (s Scenario) Answer(by ...string) Scenario {
	step := Step{Do: VerbAnswer}
	if len(by) > 0 {
		step.By = Side(by[0])
	}
	return s.Then(step)
}

// Timeout ends the ringing: nobody answered.
func (s Scenario) Timeout() Scenario { return s.Then(Step{Do: VerbTimeout}) }

// Talk lasts sec seconds.
func (s Scenario) Talk(sec Seconds) Scenario { return s.Then(Step{Do: VerbTalk, Sec: sec}) }

// Hold puts the other side on hold for sec seconds.
func (s Scenario) Hold(sec Seconds) Scenario { return s.Then(Step{Do: VerbHold, Sec: sec}) }

// Consult calls a colleague while the client is on hold; ringing for sec.
func (s Scenario) Consult(to string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbConsult, To: targets{to}, Sec: sec})
}

// Blind dials a colleague to hand the client over; ringing for sec.
func (s Scenario) Blind(to string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbBlind, To: targets{to}, Sec: sec})
}

// Leave hangs the employee up: the client stays with the colleague.
func (s Scenario) Leave() Scenario { return s.Then(Step{Do: VerbLeave}) }

// HangUp ends the call.
func (s Scenario) HangUp(by Side) Scenario { return s.Then(Step{Do: VerbHangup, By: by}) }

// End lets the PBX end the call with a reason; 0 = 1170, ended by the scheme.
func (s Scenario) End(reason int) Scenario { return s.Then(Step{Do: VerbEnd, Reason: reason}) }

// DTMF types digits in the menu; another sec seconds pass there.
func (s Scenario) DTMF(digits string, sec Seconds) Scenario {
	return s.Then(Step{Do: VerbDTMF, Digits: digits, Sec: sec})
}

// Decline lets one of those who ring reject the call.
func (s Scenario) Decline(by string) Scenario { return s.Then(Step{Do: VerbDecline, By: Side(by)}) }

// Resume takes the other side back from hold.
func (s Scenario) Resume() Scenario { return s.Then(Step{Do: VerbResume}) }

// Cancel ends a consultation: the employee takes the client back.
func (s Scenario) Cancel() Scenario { return s.Then(Step{Do: VerbCancel}) }

// Return rings the employee again for sec seconds: the target of his blind
// transfer did not answer.
func (s Scenario) Return(sec Seconds) Scenario { return s.Then(Step{Do: VerbReturn, Sec: sec}) }
