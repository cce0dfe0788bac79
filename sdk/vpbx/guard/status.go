package guard

import "time"

// Status is a snapshot for diagnostics. A zero time means: not so now.
type Status struct {
	WindowUntil  time.Time // only requests with proven claims go out
	GateUntil    time.Time // nothing goes out
	BackoffUntil time.Time // nothing goes out
	Waiting      [4]int    // by Urgency
	InFlight     int
	Doubtful     bool // a doubtful request is in flight
	Proven       int  // claims
	Counters     Counters
}

// Counters count since New.
type Counters struct {
	Admitted     uint64 // passes given
	Wrong        uint64 // answers of class 3xxx
	Unauthorized uint64
	Overloaded   uint64
	Lost         uint64
	Paused       uint64 // refused with a PausedError
	Busy         uint64 // refused with ErrBusy
}

// Status tells how things stand.
func (g *Guard) Status() Status {
	g.lock()
	defer g.unlock()
	s := Status{
		WindowUntil:  g.at(g.window),
		GateUntil:    g.at(g.gate),
		BackoffUntil: g.at(g.backoff),
		Waiting:      g.queue.waiting,
		InFlight:     g.inFlight,
		Doubtful:     g.suspect != nil,
		Proven:       len(g.proven.known),
		Counters:     g.counters,
	}
	s.Counters.Admitted = g.admitted
	return s
}
