package vpbxtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

// Seconds is a length of time in seconds of the PBX's clock.
type Seconds float64

func (s Seconds) duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// or is s, or def when s was not given.
func (s Seconds) or(def Seconds) time.Duration {
	if s == 0 {
		s = def
	}
	return s.duration()
}

// Outcome is what a rung party does.
type Outcome = company.Outcome

// The outcomes. The empty one is Answers.
const (
	Answers     Outcome = "answers"
	NoAnswer    Outcome = "no_answer"   // rings until RingTimeout, reason 1111
	Busy        Outcome = "busy"        // 1121
	Rejects     Outcome = "rejects"     // 1122
	DND         Outcome = "dnd"         // 1124: told by events though nothing rang
	Unavailable Outcome = "unavailable" // 1131
)

var outcomes = map[Outcome]int{
	"": 0, Answers: 0, NoAnswer: reasonNoAnswer, Busy: reasonBusy, Rejects: reasonRejected,
	DND: reasonDND, Unavailable: reasonUnavailable,
}

// Side of a call.
type Side string

// Caller and Callee are relative to the leg in question; Client and Employee
// are the two sides of the company's door.
const (
	Caller Side = "caller"
	Callee Side = "callee"
	Client Side = "client"
	Worker Side = "employee"
)

// Behaviour is how parties act when no script says it: in calls that a command
// started (callback) or led elsewhere (route). A zero field means its default.
type Behaviour struct {
	EmployeeAnswersAfter Seconds `json:"employee_answers_after,omitempty"` // 4
	EmployeeDoes         Outcome `json:"employee_does,omitempty"`          // answers
	ClientAnswersAfter   Seconds `json:"client_answers_after,omitempty"`   // 6
	ClientDoes           Outcome `json:"client_does,omitempty"`            // answers
	RingTimeout          Seconds `json:"ring_timeout,omitempty"`           // 30
	TalkFor              Seconds `json:"talk_for,omitempty"`               // 20
	HangsUp              Side    `json:"hangs_up,omitempty"`               // client

	// Of a caller whom the company's settings lead: what he types, in one menu
	// after another ("1 2"; none = nothing), and when he hangs up if nobody has
	// answered (0 = never).
	Digits             string  `json:"digits,omitempty"`
	ClientGivesUpAfter Seconds `json:"client_gives_up_after,omitempty"`
}

func (b Behaviour) check() error {
	for _, o := range []Outcome{b.EmployeeDoes, b.ClientDoes} {
		if _, ok := outcomes[o]; !ok {
			return fmt.Errorf("vpbxtest: behaviour: unknown outcome %q", o)
		}
	}
	if !slices.Contains([]Side{"", Caller, Callee, Client, Worker}, b.HangsUp) {
		return fmt.Errorf("vpbxtest: behaviour: unknown side %q", b.HangsUp)
	}
	if len(b.Digits) > maxID || strings.Trim(b.Digits, "0123456789*# ") != "" {
		return fmt.Errorf("vpbxtest: behaviour: %q are no digits", b.Digits)
	}
	for _, s := range []Seconds{b.EmployeeAnswersAfter, b.ClientAnswersAfter, b.RingTimeout, b.TalkFor, b.ClientGivesUpAfter} {
		if s < 0 || s > maxSeconds {
			return fmt.Errorf("vpbxtest: behaviour: %v seconds, want 0 to %v", s, maxSeconds)
		}
	}
	return nil
}

// over is b with the gaps filled from def.
func (b Behaviour) over(def Behaviour) Behaviour {
	fill(&b.EmployeeAnswersAfter, def.EmployeeAnswersAfter)
	fill(&b.EmployeeDoes, def.EmployeeDoes)
	fill(&b.ClientAnswersAfter, def.ClientAnswersAfter)
	fill(&b.ClientDoes, def.ClientDoes)
	fill(&b.RingTimeout, def.RingTimeout)
	fill(&b.TalkFor, def.TalkFor)
	fill(&b.HangsUp, def.HangsUp)
	fill(&b.Digits, def.Digits)
	fill(&b.ClientGivesUpAfter, def.ClientGivesUpAfter)
	return b
}

func fill[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Verb names what a step does.
type Verb string

// The verbs of a script. A step acts first and lasts Sec seconds after that.
const (
	// How a call begins; the first step is one of these.
	VerbInbound  Verb = "inbound"  // From (absent: a hidden number) calls the line Line
	VerbOutbound Verb = "outbound" // employee From dials To from the handset
	VerbInternal Verb = "internal" // employee From dials employee To
	VerbCallback Verb = "callback" // ordered in the web office: rings From, then To; the rest is Behaviour

	// Where an inbound call goes.
	VerbFollow Verb = "follow" // where the settings of the company say; in what follows the parties act within that
	VerbIVR    Verb = "ivr"    // enters the voice menu
	VerbDTMF   Verb = "dtmf"   // Digits are typed in the menu, at menu item Location ("ivr", "ivr.1")
	VerbQueue  Verb = "queue"  // enters the queue of Group
	VerbRing   Verb = "ring"   // rings To, or every member of Group; To may be an outside number

	// What the rung ones do.
	VerbAnswer  Verb = "answer"  // By answers (absent: the first that rings); other legs end
	VerbDecline Verb = "decline" // By declines with Reason (1122)
	VerbTimeout Verb = "timeout" // nobody answered: every ringing leg ends with 1111

	// The conversation.
	VerbTalk    Verb = "talk"
	VerbHold    Verb = "hold"    // the employee puts the other side on hold
	VerbResume  Verb = "resume"  // and takes it back
	VerbConsult Verb = "consult" // the employee calls To, the client stays on hold
	VerbBlind   Verb = "blind"   // the employee dials To without waiting for an answer
	VerbLeave   Verb = "leave"   // the employee hangs up: client and To are joined
	VerbCancel  Verb = "cancel"  // the consultation ends, the client is taken back
	VerbReturn  Verb = "return"  // a blind target did not answer: rings the employee again

	// How it ends.
	VerbHangup Verb = "hangup" // By (caller, callee, client, employee; absent: caller) hangs up
	VerbEnd    Verb = "end"    // the PBX ends the call with Reason (1170)
)

// Step of a script.
type Step struct {
	Do       Verb    `json:"do"`
	Sec      Seconds `json:"sec,omitempty"`
	From     string  `json:"from,omitempty"`
	To       targets `json:"to,omitempty"`
	Line     string  `json:"line,omitempty"`
	Group    string  `json:"group,omitempty"`
	By       Side    `json:"by,omitempty"` // a side or a short number
	Digits   string  `json:"digits,omitempty"`
	Location string  `json:"location,omitempty"`
	Reason   int     `json:"reason,omitempty"`
}

// targets is one number or a list of them.
type targets []string

// UnmarshalJSON takes "101" and ["101","102"].
func (t *targets) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = targets{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

// MarshalJSON writes one number as a text.
func (t targets) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

func (t targets) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// Scenario is a call to play. A command of the API that leads the call
// elsewhere (route, hangup) ends the script; from then on the parties act by
// Behaviour, as they do when the script of a call is over that follows the
// settings of the company.
type Scenario struct {
	Name      string    `json:"name"`
	Title     string    `json:"title,omitempty"`
	Behaviour Behaviour `json:"behaviour,omitzero"`
	Steps     []Step    `json:"steps"`
}

// maxSeconds bounds a step: a mistyped one would hold its test for ever.
const maxSeconds = 24 * 3600

// ParseScenario reads the JSON of a scenario. Unknown members are errors: a
// misspelt one would silently play another call.
func ParseScenario(raw []byte) (Scenario, error) {
	var s Scenario
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return Scenario{}, fmt.Errorf("vpbxtest: scenario: %w", err)
	}
	if dec.More() {
		return Scenario{}, errors.New("vpbxtest: scenario: text after the closing brace")
	}
	return s, s.Check()
}

// LoadScenario reads a scenario file.
func LoadScenario(path string) (Scenario, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Scenario{}, err
	}
	return ParseScenario(raw)
}

// Check tells what is wrong with the scenario, without playing it.
func (s Scenario) Check() error {
	if len(s.Steps) == 0 {
		return fmt.Errorf("vpbxtest: scenario %q has no steps", s.Name)
	}
	for i, step := range s.Steps {
		if err := step.check(i == 0); err != nil {
			return fmt.Errorf("vpbxtest: scenario %q, step %d (%s): %w", s.Name, i+1, step.Do, err)
		}
	}
	return s.Behaviour.check()
}

func (s Step) check(first bool) error {
	v, ok := verbs[s.Do]
	if !ok {
		return errors.New("unknown verb")
	}
	if v.begins != first {
		return errors.New("a script begins with inbound, outbound, internal or callback, and only begins so")
	}
	if s.Sec < 0 || s.Sec > maxSeconds {
		return fmt.Errorf("sec is %v, want 0 to %v", s.Sec, maxSeconds)
	}
	for _, need := range v.needs {
		if !need.given(s) {
			return fmt.Errorf("%s is missing", need.name)
		}
	}
	return nil
}
