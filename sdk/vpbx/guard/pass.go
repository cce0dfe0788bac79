package guard

import "time"

// Ticket is what the guard must know of a request.
type Ticket struct {
	Class   Class // rate class of the method; "" = only the general one
	Urgency Urgency
	Caller  string // whose share this is drawn from: a session, an operation; "" = the Office itself
	// Claims are what the request assumes and the PBX may deny, as
	// "extension:101". One that is not proven makes the request doubtful; a
	// request without claims never is. The slice must not change until Done.
	Claims []string
	// Deadline ends the wait as that of the context does, and costs less; zero =
	// only the context's.
	Deadline time.Time
}

// Kind says what came of a request.
type Kind uint8

// The kinds. The zero value is the one to say when one does not know.
const (
	// Lost: it may have been sent, and no answer came.
	Lost Kind = iota
	// Answered: any answer that is none of the others. It proves the claims.
	Answered
	// Wrong: an answer of class 3xxx, 3310 and 3330 too.
	Wrong
	// Unauthorized: HTTP 401.
	Unauthorized
	// Overloaded: HTTP 429 or 503, or 5008.
	Overloaded
	// NotSent: not a byte of it went out. It gives back what it took.
	NotSent
)

// Outcome is what came of a request.
type Outcome struct {
	Kind Kind
	// RetryAfter is what an Overloaded answer asked for; heeded up to a window.
	RetryAfter time.Duration
	// Denied are the claims that a Wrong answer denies, where it tells: they are
	// no longer proven. Empty but not nil: none of them. Nil, it does not tell:
	// then the unproven ones of the request are to blame, and all if there are
	// none. (One slip of one caller must not put in doubt what all others say.)
	Denied []string
	// Proven are claims that an Answered answer proves besides those of the
	// request: what it names is there.
	Proven []string
}

// Verdict is what an outcome means for those who come after.
type Verdict struct {
	// WrongKey: a 401 without a 3xxx of ours in the window before the request.
	// (Or with one of another program that uses the same product: nobody can
	// tell.) The guard closes nothing.
	WrongKey bool
	// Until is when a request like this one may go out again after a Wrong, a
	// 401, an overload or a doubtful Lost; zero: at once.
	Until time.Time
}

// Pass is the leave to send one request, at once.
type Pass struct {
	guard    *Guard
	ticket   Ticket
	number   uint64
	entered  time.Duration
	doubtful bool
	done     bool
}

// Done tells what came of the request. It must be called; only the first call
// counts, so that a deferred Done(Outcome{}) covers all other ways out.
func (p *Pass) Done(o Outcome) Verdict {
	g := p.guard
	now := g.lock()
	defer g.unlock()
	if p.done {
		return Verdict{}
	}
	p.done = true
	g.inFlight--
	if g.suspect == p {
		g.suspect = nil
	}
	g.general.release(p, now, o.Kind != NotSent)
	g.classes[p.ticket.Class].release(p, now, o.Kind != NotSent)
	v := g.judge(p, o, now)
	if v.Until != (time.Time{}) {
		g.refuse(now)
	}
	g.pump(now)
	return v
}

// judge draws the conclusions.
func (g *Guard) judge(p *Pass, o Outcome, now time.Duration) Verdict {
	switch o.Kind {
	case Answered:
		// What went out before a 3xxx came may have been seen before it: it
		// must not prove again what the 3xxx denied.
		if p.number > g.wrongUpTo {
			g.proven.add(p.ticket.Claims)
			g.proven.add(o.Proven)
		}
		if p.number > g.overloadedUpTo {
			g.growth.Reset()
		}
	case Wrong:
		if o.Denied == nil && g.proven.all(p.ticket.Claims) {
			o.Denied = p.ticket.Claims
		}
		g.wrong(o.Denied, now)
		return Verdict{Until: g.at(g.window)}
	case Lost:
		g.counters.Lost++
		if p.doubtful {
			g.openWindow(now)
			return Verdict{Until: g.at(g.window)}
		}
	case Unauthorized:
		g.counters.Unauthorized++
		if p.entered >= g.window.until {
			return Verdict{WrongKey: true}
		}
		g.extend(&g.gate, g.window.until)
		return Verdict{Until: g.start.Add(g.window.until)}
	case Overloaded:
		g.counters.Overloaded++
		g.backOff(p, o.RetryAfter, now)
		return Verdict{Until: g.at(g.backoff)}
	case NotSent:
	}
	return Verdict{}
}

// wrong takes a 3xxx to heart.
func (g *Guard) wrong(denied []string, now time.Duration) {
	g.counters.Wrong++
	g.proven.remove(denied)
	g.wrongUpTo = g.admitted
	g.openWindow(now)
}

// Deny tells of a 3xxx that came by another way than an answer: the outcome of
// a command, posted later. Nobody knows whether the PBX holds those against the
// product (docs/evidence.md). It opens the window all the same: if they count,
// a second one closes the API for everybody; if not, what is doubtful waits two
// minutes, and ordinary commands, whose claims are proven, go on.
func (g *Guard) Deny(denied []string) {
	now := g.lock()
	defer g.unlock()
	g.wrong(denied, now)
	g.refuse(now)
	g.pump(now)
}

// openWindow begins the window anew. The PBX counts from the first 3xxx (§4.4),
// but then it answers the second with 401: a second 3xxx is a first one again.
func (g *Guard) openWindow(now time.Duration) {
	g.extend(&g.window, now+g.cfg.Window+g.cfg.Margin)
}

// backOff pauses everything. Of the requests that one overload meets, only the
// first makes the next pause longer.
func (g *Guard) backOff(p *Pass, asked, now time.Duration) {
	d := min(asked, g.cfg.Window)
	if p.number > g.overloadedUpTo {
		g.overloadedUpTo = g.admitted
		d = max(d, g.growth.NextBackOff())
	}
	g.extend(&g.backoff, now+d)
}
