// Package guard is the admission control in front of every request to the PBX.
//
// The PBX answers 429 to a product that asks too often (§4.3), and shuts it out
// for two minutes after the second wrong request within two minutes (an answer
// of class 3xxx, §4.4). So every request takes a Pass first and tells what came
// of it:
//
//   - Rates: a slot of the general limit and one of the method's class. A slot
//     is free again a whole span after the answer, so that no span, wherever it
//     begins and however long the requests were under way, sees more than the
//     limit. One general slot is kept for routing.
//   - Doubt: a request says what it assumes (its Claims). It is doubtful unless
//     each claim was proven, by an answer that was not 3xxx or by Prove. One
//     doubtful request is in flight at a time, and none within the window that
//     a 3xxx opens; requests with proven claims go on.
//   - A 401 within the window closes the gate for everybody until the window
//     ends; a 401 out of any window means a wrong key, and closes nothing: the
//     owner knows what to do. 429, 503 and 5008 make everybody back off.
//   - Turns: of those who may go the most urgent goes first, but eight in a row
//     at most pass over a less urgent one who may go too (routing alone is
//     passed by nobody and waits for nobody). Within an urgency callers take
//     turns, each in the order of arrival. Who may not go yet holds up nobody.
//
// The guard repeats nothing. It has no goroutine: those who wait share one
// timer, and whoever gets its tick serves them all.
package guard

import (
	"context"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Defaults of Config.
const (
	DefaultWindow = 2 * time.Minute // §4.4
	// DefaultMargin covers TCP, TLS and a slow proxy. With the general limit's
	// second it is not longer than the span of routing: so a routing request
	// always finds the general slot that is kept for it.
	DefaultMargin = time.Second
	DefaultQueue  = 4096
	DefaultClaims = 4096
)

// Growth of the pause after an overload. The PBX suspends a product "for a
// while" (§4.3) and tells no number.
const (
	backoffMin = time.Second
	backoffMax = 30 * time.Second
)

// Config of a Guard. The zero value keeps the documented limits.
type Config struct {
	// Limits replace DefaultLimits class by class; the class "" is the general
	// limit. N 0 means no limit.
	Limits map[Class]Limit
	// Unlimited switches all rates off, for benchmarks. The rest stays.
	Unlimited bool
	// Window is how long a wrong request is held against the product.
	Window time.Duration
	// Margin is how long a request may be under way to the PBX: a slot is free
	// again one span after the answer, or one span and a margin after the
	// admission if that is earlier. The window is longer by it, too.
	Margin time.Duration
	// WindowUntil and GateUntil are what Status told of another guard of the same
	// product, before this one: its wrong requests count still. What they denied is
	// not known here, so until the window ends every claim is in doubt. They hold
	// no longer than a window from now: the other one's clock may be wrong.
	WindowUntil time.Time
	GateUntil   time.Time
	// Queue bounds those who wait, per urgency.
	Queue int
	// Claims bounds the proven claims; the one not used for longest goes first.
	Claims int
	// OnChange tells that the window, the gate or the back-off opened, was
	// extended or ended: Status says which. It is called without the lock, must
	// be quick, and may be called by several goroutines at once. An end is
	// noticed by whoever uses the guard next: who must know in time sets a timer
	// to the moment that Status told, and asks again.
	OnChange func()
}

// Guard admits requests to one product. It is safe for concurrent use.
type Guard struct {
	cfg   Config
	start time.Time // moments within the guard are durations since then
	alarm *time.Timer

	mu      sync.Mutex
	general *bucket
	classes map[Class]*bucket
	proven  claims
	queue   queue
	wake    time.Duration // the alarm goes off; nobody in the queue may go before, unless something happens
	suspect *Pass         // the doubtful request in flight

	window, gate, backoff pause
	heir                  time.Duration // until then the window is another guard's
	growth                backoff.ExponentialBackOff
	changed               bool // OnChange is due

	admitted       uint64 // passes given; the number of the last one
	wrongUpTo      uint64 // passes given before the last 3xxx
	overloadedUpTo uint64 // passes given before the last overload
	inFlight       int
	counters       Counters
}

// pause is a span of time in which something does not go out.
type pause struct {
	until time.Duration
	open  bool
}

// New makes a guard. It starts nothing and needs no closing.
func New(cfg Config) *Guard {
	cfg.Window = or(cfg.Window, DefaultWindow)
	cfg.Margin = or(cfg.Margin, DefaultMargin)
	cfg.Queue = or(cfg.Queue, DefaultQueue)
	g := &Guard{
		cfg:     cfg,
		start:   time.Now(),
		alarm:   time.NewTimer(never),
		classes: map[Class]*bucket{},
		proven:  newClaims(or(cfg.Claims, DefaultClaims)),
		queue:   newQueue(),
		wake:    never,
		growth: backoff.ExponentialBackOff{
			InitialInterval: backoffMin, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: backoffMax,
		},
	}
	g.alarm.Stop()
	for p, until := range map[*pause]time.Time{&g.window: cfg.WindowUntil, &g.gate: cfg.GateUntil} {
		if d := time.Until(until); d > 0 {
			*p = pause{min(d, cfg.Window+cfg.Margin), true}
			g.changed = true
		}
	}
	if g.window.open {
		g.heir = g.window.until
	}
	if !cfg.Unlimited {
		for _, limits := range []map[Class]Limit{DefaultLimits(), cfg.Limits} {
			for class, l := range limits {
				g.classes[class] = newBucket(l)
			}
		}
		g.general = g.classes[""]
		delete(g.classes, "") // nobody pays twice
	}
	return g
}

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// lock takes the lock, tells the moment and ends what ends by it.
func (g *Guard) lock() time.Duration {
	g.mu.Lock()
	now := time.Since(g.start)
	for _, p := range [...]*pause{&g.window, &g.gate, &g.backoff} {
		if p.open && now >= p.until {
			p.open = false
			g.changed = true
		}
	}
	return now
}

func (g *Guard) unlock() {
	tell := g.changed && g.cfg.OnChange != nil
	g.changed = false
	g.mu.Unlock()
	if tell {
		g.cfg.OnChange()
	}
}

// extend makes p last until then at least.
func (g *Guard) extend(p *pause, until time.Duration) {
	if until > p.until {
		p.until, p.open = until, true
		g.changed = true
	}
}

// at is a moment for people; zero for one that is over.
func (g *Guard) at(p pause) time.Time {
	if !p.open {
		return time.Time{}
	}
	return g.start.Add(p.until)
}

// Prove vouches for claims, as one does who read them from the PBX.
func (g *Guard) Prove(claims ...string) {
	now := g.lock()
	defer g.unlock()
	g.proven.add(claims)
	g.pump(now)
}

// Enter waits for the turn of a request. The error is that of ctx, *PausedError
// at once when the wait cannot end before the deadline, or ErrBusy. Whoever
// gets a Pass must call its Done.
func (g *Guard) Enter(ctx context.Context, t Ticket) (*Pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.Urgency = min(t.Urgency, Bulk)
	now := g.lock()
	at, doubtful := g.when(&t)
	// Before the alarm nobody in the queue may go: there is nobody to pass over.
	if at <= now && now < g.wake {
		p := g.admit(&t, doubtful, now)
		g.unlock()
		return p, nil
	}
	w := &waiter{ticket: t, deadline: never, settled: make(chan struct{})}
	if !t.Deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, t.Deadline)
		defer cancel()
	}
	if d, ok := ctx.Deadline(); ok {
		w.deadline = now + min(time.Until(d), never-now)
	}
	err := g.hopeless(w, now)
	if err == nil {
		err = g.enqueue(w)
	}
	if err != nil {
		g.unlock()
		return nil, err
	}
	if now >= g.wake {
		g.pump(now)
	} else {
		g.arm(now, min(at, g.wake))
	}
	g.unlock()
	return g.wait(ctx, w)
}

// wait ends with the admission, a refusal or ctx. Of all who wait one gets the
// alarm's tick, and serves everybody.
func (g *Guard) wait(ctx context.Context, w *waiter) (*Pass, error) {
	for {
		select {
		case <-w.settled:
			return w.pass, w.err
		case <-ctx.Done():
			g.leave(w)
			return nil, ctx.Err()
		case <-g.alarm.C:
			now := g.lock()
			g.pump(now)
			g.unlock()
		}
	}
}

// leave takes a waiter out who gave up; an admission that crossed it goes back.
func (g *Guard) leave(w *waiter) {
	g.lock()
	g.queue.remove(w)
	g.unlock()
	if w.pass != nil {
		w.pass.Done(Outcome{Kind: NotSent})
	}
}
