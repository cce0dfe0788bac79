package vpbxtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Board is a PBX as the person in front of it sees it.
type Board struct {
	Now       time.Time   `json:"now"`   // of the PBX
	Calls     []BoardCall `json:"calls"` // under way, oldest first
	Employees []Seat      `json:"employees"`
	Groups    []Group     `json:"groups"`
	Lines     []Line      `json:"lines"`
}

// BoardCall is one call under way. Times are those of the PBX.
type BoardCall struct {
	EntryID    string     `json:"entry_id"`
	Direction  string     `json:"direction"` // incoming, outgoing, internal
	From       string     `json:"from"`      // extension, else number; "" = hidden
	Line       string     `json:"line"`
	Began      time.Time  `json:"began"`
	Scripted   bool       `json:"scripted"`   // a script leads it
	Following  bool       `json:"following"`  // the settings of the company lead it
	Consulting bool       `json:"consulting"` // the client is on hold, a colleague is rung or asked
	Legs       []BoardLeg `json:"legs"`
}

// BoardLeg is one live leg.
type BoardLeg struct {
	CallID   string    `json:"call_id"`
	State    string    `json:"state"`    // Appeared, Connected, OnHold
	Location string    `json:"location"` // ivr, queue, abonent
	From     string    `json:"from"`
	To       string    `json:"to"`
	Group    string    `json:"group,omitempty"` // that led here
	Since    time.Time `json:"since"`           // in this state
}

// Seat is an employee and what he does: free, ringing, talking, holding.
type Seat struct {
	Extension  string `json:"extension"`
	Name       string `json:"name"`
	Department string `json:"department"`
	State      string `json:"state"`
	EntryID    string `json:"entry_id,omitempty"`
}

// What a Seat is in.
const (
	seatFree    = "free"
	seatRinging = "ringing"
	seatHolding = "holding"
	seatTalking = "talking"
)

var directions = map[int]string{dirInternal: "internal", dirIn: "incoming", dirOut: "outgoing"}

// Board tells who is here and what is under way.
func (p *PBX) Board(ctx context.Context) (Board, error) {
	b := Board{Calls: []BoardCall{}, Employees: []Seat{}, Groups: p.dir.Groups(), Lines: p.dir.Lines()}
	err := p.tl.do(ctx, func() {
		b.Now = p.tl.now
		for _, e := range p.live {
			if !e.over {
				b.Calls = append(b.Calls, e.board())
			}
		}
	})
	slices.SortFunc(b.Calls, func(x, y BoardCall) int {
		return cmp.Or(x.Began.Compare(y.Began), cmp.Compare(x.EntryID, y.EntryID))
	})
	for _, w := range p.dir.Staff() {
		b.Employees = append(b.Employees, b.seat(w))
	}
	return b, err
}

func (e *entry) board() BoardCall {
	c := BoardCall{
		EntryID: e.id, Direction: directions[e.direction], From: e.caller.short(), Line: e.line, Began: e.created,
		Scripted: e.scripted, Following: e.lead != nil, Consulting: e.held != nil && e.moved != nil, Legs: []BoardLeg{},
	}
	for _, l := range e.legs {
		leg := BoardLeg{CallID: l.id, State: l.state, Location: l.location, From: l.from.short(), To: l.to.short(), Since: l.began}
		switch l.state {
		case connected:
			leg.Since = l.answered
		case onHold:
			leg.Since = l.holding
		}
		if l.to.group != nil {
			leg.Group = *l.to.group
		}
		c.Legs = append(c.Legs, leg)
	}
	return c
}

// seat finds an employee in the calls; a conversation outweighs what rings.
func (b Board) seat(w Employee) Seat {
	s := Seat{Extension: w.Extension, Name: w.Name, Department: w.Department, State: seatFree}
	weight := map[string]int{seatFree: 0, seatRinging: 1, seatHolding: 2, seatTalking: 3}
	for _, c := range b.Calls {
		for _, l := range c.Legs {
			if l.From != w.Extension && l.To != w.Extension {
				continue
			}
			state := seatTalking
			switch {
			case l.State == onHold:
				state = seatHolding
			case l.State == appeared && l.To == w.Extension:
				state = seatRinging
			}
			if weight[state] > weight[s.State] {
				s.State, s.EntryID = state, c.EntryID
			}
		}
	}
	return s
}

// Lead ends the script of a call, and what the settings of the company do with
// it: from now on Act and the commands of the API lead it, and nobody hangs up
// by himself.
func (p *PBX) Lead(ctx context.Context, entryID string) error {
	return p.inCall(ctx, entryID, func(e *entry) error {
		e.takeOver()
		if len(e.legs) == 0 { // the step before left nobody
			reason := reasonNormal
			if n := len(e.all); n > 0 {
				reason = e.all[n-1].reason
			}
			e.finish(reason)
		}
		return nil
	})
}

// PickUp lets an employee take a call that rings at others: their legs end with
// 1182, and a new one is his (document, appendix of codes; that it is a leg of
// its own is inferred from route).
func (p *PBX) PickUp(ctx context.Context, entryID, extension string) error {
	return p.inCall(ctx, entryID, func(e *entry) error {
		by, ok := p.dir.employee(extension)
		rung := e.ringing()
		switch {
		case !ok:
			return fmt.Errorf("no employee %q", extension)
		case len(rung) == 0 || e.direction != dirIn:
			return errors.New("nothing rings that can be picked up")
		}
		for _, l := range rung {
			if l.to.ext == extension { // it rings at him: he answers
				e.connect(l)
				return nil
			}
		}
		for _, l := range rung {
			e.drop(l, reasonPickedUp, flags{})
		}
		e.rung = false // they did not miss it
		e.connect(e.ring([]party{by}, rung[0].id, nil)[0])
		return nil
	})
}

// inCall runs fn on the timeline for a call under way.
func (p *PBX) inCall(ctx context.Context, entryID string, fn func(*entry) error) error {
	var done error
	err := p.tl.do(ctx, func() {
		e, ok := p.live[entryID]
		if !ok || e.over {
			done = ErrNoCall
			return
		}
		done = fn(e)
	})
	return errors.Join(err, done)
}

// Reset hangs up every call and gives faults and behaviour of the Config back.
// What the API changed of the company stays. Settle returns when the last of it
// was told.
func (p *PBX) Reset(ctx context.Context) error {
	p.faults.set(p.cfg.Faults)
	return p.tl.do(ctx, func() {
		p.cfg.Behaviour = p.behaved
		for _, e := range p.live {
			if !e.over {
				e.takeOver()
				e.hangup(Caller)
			}
		}
	})
}

// Forget empties what Delivered and Requests list, and the counters.
func (p *PBX) Forget() {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	p.rec.deliveries, p.rec.requests, p.rec.stats = nil, nil, Stats{}
}
