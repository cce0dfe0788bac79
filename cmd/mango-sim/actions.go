package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"mangoofficesdk/sdk/vpbxtest"
)

// rings is how long a call that is led by hand rings, or waits in the menu,
// before it ends by itself: long enough for a person who was called away.
const rings vpbxtest.Seconds = 3600

// incoming is the call to begin.
type incoming struct {
	From string `json:"from"` // "" = hidden
	Line string `json:"line"` // "" = the first one
	To   string `json:"to"`   // whom it rings; "" = the caller stays in the voice menu
	// Follow lets the settings of the company lead it instead: lists,
	// forwarding, the scheme of the line, groups.
	Follow bool             `json:"follow"`
	Ring   vpbxtest.Seconds `json:"ring"` // missed: how long it rings, 5 s unless given
}

func (s *sim) postCall(w http.ResponseWriter, r *http.Request) {
	var q incoming
	if !read(w, r, &q) {
		return
	}
	call := vpbxtest.Inbound(q.From, q.Line).Named("incoming")
	switch {
	case q.Follow && q.To != "":
		fail(w, r, "wrong_value", errors.New("follow leads the call: to must be empty"))
		return
	case q.Follow:
		call = call.Then(vpbxtest.Step{Do: vpbxtest.VerbFollow, Sec: rings})
	case q.To == "":
		call = call.IVR(rings)
	default:
		call = call.Ring(q.To, rings).Timeout()
	}
	s.begin(w, r, call)
}

func (s *sim) postMissed(w http.ResponseWriter, r *http.Request) {
	q := incoming{Ring: 5}
	if !read(w, r, &q) {
		return
	}
	call := vpbxtest.Inbound(q.From, q.Line).Named("missed")
	if q.To == "" {
		call = call.IVR(q.Ring)
	} else {
		call = call.Ring(q.To, q.Ring)
	}
	s.begin(w, r, call.HangUp(vpbxtest.Caller))
}

// postPlay takes {"scenario":"name"} or {"script":{…}}, a whole scenario. No
// files: those belong to the command line.
func (s *sim) postPlay(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Scenario string          `json:"scenario"`
		Script   json.RawMessage `json:"script"`
	}
	if !read(w, r, &q) {
		return
	}
	play, known := s.byName[q.Scenario]
	if len(q.Script) > 0 {
		var err error
		if play, err = vpbxtest.ParseScenario(q.Script); err != nil {
			fail(w, r, "wrong_value", err)
			return
		}
	} else if !known {
		fail(w, r, "no_such_scenario", fmt.Errorf("scenario %q", q.Scenario))
		return
	}
	s.begin(w, r, play)
}

func (s *sim) begin(w http.ResponseWriter, r *http.Request, call vpbxtest.Scenario) {
	entry, err := s.pbx.Begin(r.Context(), call)
	if err != nil {
		failed(w, r, "wrong_value", err)
		return
	}
	s.out.say("play %s", call.Name)
	reply(w, http.StatusCreated, map[string]string{"entry_id": entry})
}

// act is what an action asks for.
type act struct {
	By     vpbxtest.Side `json:"by"`     // extension or side of the call
	To     string        `json:"to"`     // extension, group or number
	How    string        `json:"how"`    // transfer: blind or consult
	Digits string        `json:"digits"` // dtmf
	Group  string        `json:"group"`  // queue
	Reason int           `json:"reason"` // decline
}

// steps are the verbs of each action.
var steps = map[string]func(act) []vpbxtest.Step{
	"ring":   func(a act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbRing, To: []string{a.To}}} },
	"queue":  func(a act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbQueue, Group: a.Group}} },
	"dtmf":   func(a act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbDTMF, Digits: a.Digits}} },
	"answer": func(a act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbAnswer, By: a.By}} },
	"decline": func(a act) []vpbxtest.Step {
		return []vpbxtest.Step{{Do: vpbxtest.VerbDecline, By: a.By, Reason: a.Reason}}
	},
	"hold":   func(act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbHold}} },
	"resume": func(act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbResume}} },
	"join":   func(act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbLeave}} },
	"cancel": func(act) []vpbxtest.Step { return []vpbxtest.Step{{Do: vpbxtest.VerbCancel}} },
	"hangup": func(a act) []vpbxtest.Step {
		if a.By == "" {
			a.By = vpbxtest.Client
		}
		return []vpbxtest.Step{{Do: vpbxtest.VerbHangup, By: a.By}}
	},
	"transfer": func(a act) []vpbxtest.Step {
		if a.How == "consult" {
			return []vpbxtest.Step{{Do: vpbxtest.VerbConsult, To: []string{a.To}}}
		}
		return []vpbxtest.Step{{Do: vpbxtest.VerbBlind, To: []string{a.To}}, {Do: vpbxtest.VerbLeave}}
	},
}

func (s *sim) postAction(w http.ResponseWriter, r *http.Request) {
	var a act
	if !read(w, r, &a) {
		return
	}
	entry, name := r.PathValue("entry"), r.PathValue("action")
	var err error
	switch verbs, ok := steps[name]; {
	case name == "transfer" && a.How != "blind" && a.How != "consult":
		fail(w, r, "wrong_value", fmt.Errorf(`how is %q, want "blind" or "consult"`, a.How))
		return
	case name == "pickup":
		err = s.pbx.PickUp(r.Context(), entry, string(a.By))
	case !ok:
		fail(w, r, "not_found", nil)
		return
	default:
		err = s.walk(r.Context(), entry, verbs(a))
	}
	if err == nil && !(slices.Contains(beside, name) && s.follows(r.Context(), entry)) {
		err = s.pbx.Lead(r.Context(), entry)
		if errors.Is(err, vpbxtest.ErrNoCall) { // the action ended it
			err = nil
		}
	}
	if err != nil {
		failed(w, r, "not_possible", err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"entry_id": entry})
}

// beside are the actions that happen within the settings of the company: these
// go on with what was typed, or when nobody is left that rings.
var beside = []string{"dtmf", "answer", "decline"}

func (s *sim) follows(ctx context.Context, entry string) bool {
	b, err := s.pbx.Board(ctx)
	return err == nil && slices.ContainsFunc(b.Calls, func(c vpbxtest.BoardCall) bool { return c.EntryID == entry && c.Following })
}

func (s *sim) walk(ctx context.Context, entry string, todo []vpbxtest.Step) error {
	for _, step := range todo {
		if err := s.pbx.Act(ctx, entry, step); err != nil {
			return err
		}
	}
	return nil
}
