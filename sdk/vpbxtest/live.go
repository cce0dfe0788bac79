package vpbxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrNoCall is returned for a call that is over, or never was.
var ErrNoCall = errors.New("vpbxtest: no such call")

// Play plays a scenario and returns when the summary and all before it were
// answered, with the entry_id of the call. When ctx ends first, the caller
// hangs up. An error tells a step that made no sense in the call as it was;
// the call has then ended with 5003.
func (p *PBX) Play(ctx context.Context, s Scenario) (entryID string, err error) {
	e, err := p.begin(ctx, s)
	if err != nil {
		return "", err
	}
	select {
	case <-e.done:
		return e.id, e.err
	case <-p.tl.ended:
		return e.id, ErrClosed
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		return e.id, errors.Join(ctx.Err(), p.tl.do(stop, func() {
			e.takeOver()
			e.hangup(Caller)
		}))
	}
}

// Begin starts a scenario and returns at once with the entry_id of the call;
// the call goes on with the clock.
func (p *PBX) Begin(ctx context.Context, s Scenario) (entryID string, err error) {
	e, err := p.begin(ctx, s)
	if err != nil {
		return "", err
	}
	return e.id, nil
}

func (p *PBX) begin(ctx context.Context, s Scenario) (*entry, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	var e *entry
	var failed error
	err := p.tl.do(ctx, func() {
		e = p.newEntry(dirIn, s.Behaviour)
		e.scripted, e.script = true, s.Steps
		e.run()
		if len(e.all) == 0 { // it never became a call
			failed = e.err
		}
	})
	return e, errors.Join(err, failed)
}

// Act does one step in a call under way, beside its script: somebody answers,
// types digits in a menu, hangs up. Step.Sec is not waited for. Who answered
// by this talks until somebody hangs up.
func (p *PBX) Act(ctx context.Context, entryID string, s Step) error {
	if err := s.check(false); err != nil {
		return fmt.Errorf("vpbxtest: %s: %w", s.Do, err)
	}
	return p.inCall(ctx, entryID, func(e *entry) error {
		if err := verbs[s.Do].do(e, s); err != nil {
			return fmt.Errorf("vpbxtest: %s: %w", s.Do, err)
		}
		return nil
	})
}

// Live is one leg of a call under way.
type Live struct {
	EntryID  string `json:"entry_id"`
	CallID   string `json:"call_id"`
	State    string `json:"state"`
	Location string `json:"location"`
	From     string `json:"from"` // extension, else number
	To       string `json:"to"`
}

// Calls lists the live legs, oldest first.
func (p *PBX) Calls(ctx context.Context) ([]Live, error) {
	var out []Live
	err := p.tl.do(ctx, func() {
		for _, e := range p.live {
			for _, l := range e.legs {
				out = append(out, Live{e.id, l.id, l.state, l.location, l.from.short(), l.to.short()})
			}
		}
	})
	slices.SortFunc(out, func(a, b Live) int { return strings.Compare(a.CallID, b.CallID) })
	return out, err
}
