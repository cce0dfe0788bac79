package vpbxtest

import (
	"slices"
	"sync"
	"time"
)

// limit is N requests per span (document §1.4; "1/2" is read as one request in
// two seconds).
type limit struct {
	n    int
	span time.Duration
}

const everything = "" // the limit of the API in general

var limits = map[string]limit{
	everything:                       {10, time.Second},
	"/vpbx/commands/callback":        {4, time.Second},
	"/vpbx/commands/call/hangup":     {4, time.Second},
	"/vpbx/commands/recording/start": {4, time.Second},
	"/vpbx/commands/transfer":        {1, 2 * time.Second},
	"/vpbx/commands/route":           {1, 2 * time.Second},
	"/vpbx/config/users/request":     {1, 2 * time.Second},
	"/vpbx/account/balance":          {2, time.Second},
	"/vpbx/stats/request":            {1, 2 * time.Second},
	"/vpbx/stats/calls/request":      {1, 2 * time.Second},
	"/cc/task/add":                   {5, time.Second},
	"/cc/task/update":                {5, time.Second},
	"/vpbx/ab/contact":               {50, time.Second},
	"/vpbx/ab/contact/init":          {50, time.Second},
	"/vpbx/ab/contact/cursor":        {50, time.Second},
}

// quotaSpan is how long a wrong request is held against the product.
const quotaSpan = 2 * time.Minute

// guard keeps the rate limits and the quota of wrong requests of one product.
type guard struct {
	now               func() time.Time
	noLimits, noQuota bool

	mu     sync.Mutex
	hits   map[string][]time.Time
	first  time.Time // the first wrong request of the span
	locked bool      // a second one came
}

func newGuard(c Config) guard {
	return guard{now: c.Now, noLimits: c.NoRateLimits, noQuota: c.NoQuota, hits: map[string][]time.Time{}}
}

// expire forgets a wrong request after its span.
func (g *guard) expire(now time.Time) {
	if !g.first.IsZero() && now.Sub(g.first) >= quotaSpan {
		g.first, g.locked = time.Time{}, false
	}
}

// locks reports whether the product is shut out now.
func (g *guard) locks() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expire(g.now())
	return g.locked
}

// wrong counts an answer of class 3xxx and reports whether it is one too many:
// one in two minutes is tolerated, the next is answered with 401, and so is
// everything until two minutes have passed since the first.
func (g *guard) wrong() (lock bool) {
	if g.noQuota {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.expire(now)
	if g.first.IsZero() {
		g.first = now
		return false
	}
	g.locked = true
	return true
}

// over reports whether a request for path exceeds a limit; only requests let
// through count.
func (g *guard) over(path string) bool {
	if g.noLimits {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	keys := []string{everything, path}
	if limits[path].n > limits[everything].n { // reading contacts has a limit of its own
		keys = keys[1:]
	}
	for _, key := range keys {
		l, ok := limits[key]
		if !ok {
			continue
		}
		g.hits[key] = slices.DeleteFunc(g.hits[key], func(at time.Time) bool { return now.Sub(at) >= l.span })
		if len(g.hits[key]) >= l.n {
			return true
		}
	}
	for _, key := range keys {
		if _, ok := limits[key]; ok {
			g.hits[key] = append(g.hits[key], now)
		}
	}
	return false
}
