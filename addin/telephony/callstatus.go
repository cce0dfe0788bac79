package telephony

import (
	"encoding/json"
	"slices"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// callStatus is РассчитатьСтатус: the status of a call by the thresholds of
// the company, or of those in the JSON. The JSON is a CallSummary, or any
// object with direction, talk_sec and, where 0 seconds were talked, answered.
// Of a call that was transferred its last leg decides (C15).
func (o *Object) callStatus(raw string) (string, error) {
	c, err := parseCall(raw, o.companySettings())
	if err != nil {
		return "", err
	}
	return string(c.thresholds.Of(c.direction, c.answered, c.talk)), nil
}

// companySettings are those of the connection; without one the defaults.
func (o *Object) companySettings() engine.Settings {
	s := engine.Defaults()
	c, _, err := o.link()
	if err != nil {
		return s
	}
	view := c.link.View().Settings
	if parsed, _, err := engine.ParseSettings(s, mustJSON(view)); err == nil {
		return parsed
	}
	return s
}

type finishedCall struct {
	direction  call.Direction
	answered   bool
	talk       time.Duration
	thresholds call.Thresholds
}

func parseCall(raw string, set engine.Settings) (finishedCall, error) {
	var in struct {
		Direction   string `json:"direction"`
		TalkSec     *int64 `json:"talk_sec"`
		TalkStarted string `json:"talk_started"`
		Answered    *bool  `json:"answered"`
		Legs        []struct {
			Status      string `json:"status"`
			TalkStarted int64  `json:"talk_started_unix"` // 0: no conversation
			Ended       int64  `json:"ended_unix"`
		} `json:"legs"`
		MinIn   *int    `json:"min_in_sec"`
		MinOut  *int    `json:"min_out_sec"`
		Compare *string `json:"threshold_compare"`
	}
	if err := json.Unmarshal([]byte(raw), &in); err != nil {
		return finishedCall{}, text.New(text.BadJSON).WithField("call").Wrap(err)
	}
	d := call.Direction(in.Direction)
	if !slices.Contains([]call.Direction{call.In, call.Out, call.Internal}, d) {
		return finishedCall{}, text.New(text.BadField).WithField("direction").WithDetail(in.Direction)
	}
	if in.TalkSec == nil {
		return finishedCall{}, text.New(text.MissingField).WithField("talk_sec")
	}
	if *in.TalkSec < 0 {
		return finishedCall{}, text.New(text.BadField).WithField("talk_sec")
	}
	over := map[string]any{}
	for key, v := range map[string]*int{"min_in_sec": in.MinIn, "min_out_sec": in.MinOut} {
		if v != nil {
			over[key] = *v
		}
	}
	if in.Compare != nil {
		over["threshold_compare"] = *in.Compare
	}
	set, _, err := engine.ParseSettings(set, mustJSON(over))
	if err != nil {
		return finishedCall{}, explained(err)
	}
	f := finishedCall{
		direction: d, talk: time.Duration(*in.TalkSec) * time.Second, answered: *in.TalkSec > 0 || in.TalkStarted != "",
		thresholds: call.Thresholds{MinIn: set.MinInSec, MinOut: set.MinOutSec, Inclusive: set.ThresholdCompare == "ge"},
	}
	if in.Answered != nil {
		f.answered = *in.Answered
	}
	transferred := false
	for _, l := range in.Legs {
		switch call.Status(l.Status) {
		case "": // a step of the menu
		case call.Transferred:
			transferred = true
		default:
			if transferred {
				f.answered = l.TalkStarted != 0
				f.talk = time.Duration(max(0, l.Ended-l.TalkStarted)) * time.Second
			}
		}
	}
	if !f.answered {
		f.talk = 0
	}
	return f, nil
}
