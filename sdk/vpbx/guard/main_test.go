package guard_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/vpbx/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// documented is the reading of §4.3 that the model of the PBX goes by, apart
// from the guard's own table.
var documented = map[guard.Class]guard.Limit{
	"":                     {N: 10, Per: time.Second},
	guard.ClassCallback:    {N: 4, Per: time.Second},
	guard.ClassHangup:      {N: 4, Per: time.Second},
	guard.ClassRecord:      {N: 4, Per: time.Second},
	guard.ClassTransfer:    {N: 1, Per: 2 * time.Second},
	guard.ClassRoute:       {N: 1, Per: 2 * time.Second},
	guard.ClassRecordings:  {N: 10, Per: time.Second},
	guard.ClassUsers:       {N: 1, Per: 2 * time.Second},
	guard.ClassBalance:     {N: 2, Per: time.Second},
	guard.ClassContacts:    {N: 50, Per: time.Second},
	guard.ClassContactEdit: {N: 10, Per: time.Second},
	guard.ClassStats:       {N: 1, Per: 2 * time.Second},
	guard.ClassTaskAdd:     {N: 5, Per: time.Second},
	guard.ClassTaskUpdate:  {N: 5, Per: time.Second},
}

// quota is how long the PBX holds a wrong request against the product (§4.4).
const quota = 2 * time.Minute

// pbx is a model of how the PBX counts: limits by sliding spans, and one wrong
// request in two minutes; the second locks the product until two minutes after
// the first.
type pbx struct {
	mu     sync.Mutex
	hits   map[guard.Class][]time.Time
	first  time.Time
	locked bool

	wrong, locks, over int
}

func newPBX() *pbx { return &pbx{hits: map[guard.Class][]time.Time{}} }

// arrive is a request reaching the PBX now; its answer.
func (p *pbx) arrive(class guard.Class, wrong bool) guard.Kind {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if !p.first.IsZero() && now.Sub(p.first) >= quota {
		p.first, p.locked = time.Time{}, false
	}
	if p.locked {
		return guard.Unauthorized
	}
	for _, c := range []guard.Class{"", class} {
		l, hits := documented[c], p.hits[c]
		if len(hits) >= l.N && now.Sub(hits[len(hits)-l.N]) < l.Per {
			p.over++
			return guard.Overloaded
		}
	}
	p.hits[""] = append(p.hits[""], now)
	if class != "" {
		p.hits[class] = append(p.hits[class], now)
	}
	switch {
	case !wrong:
		return guard.Answered
	case p.first.IsZero():
		p.wrong++
		p.first = now
		return guard.Wrong
	}
	p.wrong++
	p.locks++
	p.locked = true
	return guard.Unauthorized
}

func (p *pbx) counts() (wrong, locks, over int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wrong, p.locks, p.over
}

// must takes a pass that is to be had at once.
func must(t *testing.T, g *guard.Guard, ticket guard.Ticket) *guard.Pass {
	t.Helper()
	start := time.Now()
	p, err := g.Enter(t.Context(), ticket)
	if err != nil {
		t.Fatalf("Enter(%+v) = %v, want a pass", ticket, err)
	}
	if d := time.Since(start); d != 0 {
		t.Fatalf("Enter(%+v) took %v, want none", ticket, d)
	}
	return p
}

// within calls Enter with a timeout, and tells how long it took.
func within(t *testing.T, g *guard.Guard, timeout time.Duration, ticket guard.Ticket) (*guard.Pass, time.Duration, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	start := time.Now()
	p, err := g.Enter(ctx, ticket)
	return p, time.Since(start), err
}

// pass sends a request that is answered at once.
func pass(t *testing.T, g *guard.Guard, ticket guard.Ticket, o guard.Outcome) guard.Verdict {
	t.Helper()
	return must(t, g, ticket).Done(o)
}

// unlimited is a guard without rates: what is left is doubt and pauses.
func unlimited() *guard.Guard { return guard.New(guard.Config{Unlimited: true}) }

// claiming is a ticket with these claims.
func claiming(claims ...string) guard.Ticket {
	return guard.Ticket{Urgency: guard.Command, Claims: claims}
}

func outcome(k guard.Kind) guard.Outcome { return guard.Outcome{Kind: k} }

func name(prefix string, n int) string { return fmt.Sprintf("%s%d", prefix, n) }
